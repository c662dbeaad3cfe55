/** The payload of a figure, read back: the mirror of `encode.py`. */
import { panel, part, whole } from "./panels.js";
import { tidied } from "./words.js";

/** @typedef {Record<string, {ask: string, options: string[], answer: string}>} Questions */
/** @typedef {{name: string, kind: string, label: string, labels: string[], values: any[], given?: any[], index: number, questions?: Questions, cases?: {last: number, questions: Questions}[], hidden?: boolean}} Control */
/** @typedef {{title: string, caption: string, controls: Control[], model?: string, constants?: object, pool?: any[], panels?: any[]}} Spec */

const readers = {
  u1: (view, i) => view.getUint8(i),
  i2: (view, i) => view.getInt16(2 * i, true),
  i4: (view, i) => view.getInt32(4 * i, true),
  f4: (view, i) => view.getFloat32(4 * i, true),
  f8: (view, i) => view.getFloat64(8 * i, true),
  q2: (view, i) => view.getUint16(2 * i, true),
};

/** Unpack an array; an array with two axes becomes an array of rows. */
export function unpack({ dtype, shape, data, low = 0, span = 65535 }) {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const size = shape.reduce((a, b) => a * b, 1);
  const read = readers[dtype];
  const scale = dtype === "q2" ? (v) => low + (v / 65535) * span : (v) => v;
  const flat = Array.from({ length: size }, (_, i) => scale(read(view, i)));
  if (shape.length < 2) return flat;
  return Array.from({ length: shape[0] }, (_, r) => flat.slice(r * shape[1], (r + 1) * shape[1]));
}

/** Where a control stands at the start: at an index, or at the text in a place to type. */
export const startOf = (control) => (control.kind === "entry" ? control.values[0] : control.index);

/** The value of a control at a position. */
export const valueAt = (control, position) => (control.kind === "entry" ? position : control.values[position]);

/** And what a model receives: behind the labels of a choice may stand other values. */
const givenAt = (control, position) => control.given?.[position] ?? valueAt(control, position);

/** What the reader sees at a position. */
export const labelAt = (control, position) => (control.kind === "entry" ? position : control.labels[position]);

/** A frame's number from the positions of the controls (the last control runs fastest). */
export function frameOf(controls, positions) {
  return controls.reduce((at, c, i) => at * c.labels.length + positions[i], 0);
}

const cases = new WeakMap(); // the control of each case, made once

/** The controls at a setting: steps that replay one of several traces have its length and questions. */
export function controlsAt(controls, positions) {
  return controls.map((c) => {
    if (!c.cases) return c;
    const own = caseOf(controls, positions, c);
    if (!cases.has(own)) {
      const labels = c.labels.slice(0, own.last + 1).map((text) => `${text} of ${own.last}`);
      cases.set(own, { ...c, labels, questions: own.questions });
    }
    return cases.get(own);
  });
}

/** Positions after a move: steps stay within the trace, and at its end if they stood at the end. */
export function settle(controls, old, positions) {
  return controls.map((c, i) => {
    if (!c.cases) return positions[i];
    const { last } = caseOf(controls, positions, c);
    const switched = controls.some((other, k) => other !== c && old[k] !== positions[k]);
    const atEnd = switched && positions[i] >= caseOf(controls, old, c).last;
    return atEnd ? last : Math.min(positions[i], last);
  });
}

function caseOf(controls, positions, steps) {
  const others = controls.map((c, i) => [c, positions[i]]).filter(([c]) => c !== steps);
  const at = others.reduce((sum, [c, position]) => sum * c.labels.length + position, 0);
  return steps.cases[at];
}

/**
 * A value, with all parts of an earlier one that say the same in their place: what is identical is not drawn again.
 * @param {any} old
 * @param {any} now a fresh value, which may be changed
 */
export function kept(old, now) {
  if (old === now || typeof now !== "object" || typeof old !== "object" || !now || !old) return now;
  if (Array.isArray(now)) return Array.isArray(old) ? keptList(old, now) : now;
  const names = Object.keys(now);
  let same = !Array.isArray(old) && names.length === Object.keys(old).length;
  for (const name of names) {
    now[name] = kept(old[name], now[name]);
    same &&= now[name] === old[name];
  }
  return same ? old : now;
}

function keptList(old, now) {
  let same = old.length === now.length;
  for (let i = 0; i < now.length; i += 1) {
    if (typeof now[i] === "object") now[i] = kept(old[i], now[i]);
    if (now[i] === old[i]) continue;
    same = false;
    if (typeof now[i] === "number") break; // so many others may follow
  }
  return same ? old : now;
}

/**
 * Return a function from positions to panels. Panels with the same `key` are the same object, so
 * that nothing that stayed the same is drawn again.
 * @param {Spec} spec
 * @param {(name: string) => Function} [modelOf] finds a model by its name
 */
export function panelsOf(spec, modelOf) {
  if (spec.model) return modelPanels(spec, modelOf(spec.model));
  const { pool = [], panels: places = [] } = spec;
  const seen = new Map();
  const value = (index) => {
    if (!seen.has(index)) seen.set(index, resolve(pool[index]));
    return seen.get(index);
  };
  const resolve = (item) => {
    if (Array.isArray(item)) return item.map(resolve);
    if (item === null || typeof item !== "object") return item;
    if ("$" in item) return value(item.$);
    if ("dtype" in item) return unpack(item);
    return part(Object.fromEntries(Object.entries(item).map(([k, v]) => [k, resolve(v)])));
  };
  const fill = (fields, name, index) => {
    const found = value(index);
    if (found !== null) fields[name] = found; // what was left out in some frames only
  };
  /** @type {Record<string, any>[]} */
  const last = [];
  return (positions) => {
    const frame = frameOf(spec.controls, positions);
    return places.map(({ kind, base, vary }, place) => {
      const key = Object.values(vary)
        .map((column) => column[frame])
        .join();
      if (last[place]?.key !== key) {
        const fields = { kind, key };
        for (const name in base) fill(fields, name, base[name]);
        for (const name in vary) fill(fields, name, vary[name][frame]);
        last[place] = kept(last[place], panel(fields));
      }
      return last[place];
    });
  };
}

function modelPanels(spec, model) {
  let runs = 0;
  /** @type {Record<string, any>[]} */
  const last = [];
  return (positions) => {
    const values = Object.fromEntries(spec.controls.map((c, i) => [c.name, givenAt(c, positions[i])]));
    runs += 1;
    return model(values, spec.constants).map((panel, place) => {
      const old = last[place];
      const found = kept(old, { ...tidied(whole(panel)), key: old?.key });
      if (found !== old) found.key = runs;
      last[place] = found;
      return found;
    });
  };
}

/** The position whose value is nearest (sliders) or equal (choices and toggles). */
export function positionOf(control, value) {
  if (control.kind === "entry") return String(value);
  if (!["slider", "steps"].includes(control.kind)) return Math.max(0, control.values.indexOf(value));
  return nearest(control.values, value);
}

/** The positions after some controls moved, given as `{name: position}`; the same array if none did. */
export function moved(controls, positions, moves) {
  const wanted = controls.map((c, i) => moves[c.name] ?? positions[i]);
  const next = settle(controls, positions, wanted);
  return next.every((p, i) => p === positions[i]) ? positions : next;
}

/** The index of the number nearest to `x`. */
export function nearest(xs, x) {
  let best = 0;
  for (let i = 1; i < xs.length; i += 1) {
    if (Math.abs(xs[i] - x) < Math.abs(xs[best] - x)) best = i;
  }
  return best;
}
