/**
 * The room that a figure needs in all its states, so that nothing below it moves when a control does: of each panel the
 * states that may be the tallest, with the fields that decide it.
 */
import { startOf } from "./decode.js";
import { panel } from "./panels.js";
import { inSlices } from "./slices.js";

const SLICE = 8; // milliseconds

/** The fields that decide how tall a panel is. */
const decisive = {
  plot: [
    "title",
    "xlim",
    "ylim",
    "xscale",
    "yscale",
    "xticks",
    "yticks",
    "xlabel",
    "ylabel",
    "equal",
    "drag",
    "layers",
  ],
  matrix: ["title", "values", "rows", "columns", "xlabel", "ylabel", "square", "legend", "missing_label"],
  array: ["title", "cells", "flat", "rows", "columns", "xlabel", "ylabel", "arrows", "legend"],
  tree: ["title", "labels", "parents", "binary", "looks", "legend"],
  table: ["title", "columns", "rows"],
  image: ["title", "width", "height"],
  code: ["title"],
  text: ["title", "text"],
  fold: ["title", "rows"],
  worksheet: ["title", "rows", "columns", "cells"],
};

const longest = (texts) => Math.max(0, ...texts.map((text) => String(text).length));

/** What of a field matters; two states in which it is the same need the same room. */
const matters = {
  layers: (layers) => layers.map(({ type, label, marker, dash }) => (label ? [type, label, marker, dash] : "")),
  values: (values) => values.shape ?? [values.length, values[0].length],
  cells: (cells) => cells && [cells.length, Math.max(0, ...cells.map((row) => row.length)), longest(cells.flat())],
  labels: longest,
  arrows: Boolean,
  drag: (drag) => drag && Boolean(drag.y),
};

/** All marks and kinds of nodes that occur, for the key. */
const every = {
  marks: (states) => [...new Set(states.flatMap((marks) => (marks ?? []).map((mark) => mark.at(-1))))],
  kinds: (states) => [...new Set(states.flatMap((kinds) => kinds ?? []))],
};

/** A value in as little as is needed to lay it out. */
function slim(name, value) {
  if (name !== "values" || !value.shape) return value;
  return Array.from({ length: value.shape[0] }, () => ({ length: value.shape[1] }));
}

const WIDTHS = [22, 32, 45, 65, 95, 140]; // letters a line

/** About how wide a line of text is, in widths of a usual letter. */
export const widthOf = (row) =>
  row.length -
  0.45 * (row.match(/[fijlrtI.,:;'’!|()[\] ]/g)?.length ?? 0) +
  0.4 * (row.match(/[mwA-Z%@—×+=<>≈→]/g)?.length ?? 0);

const sized = (text) => ({ text, whole: widthOf(text), rows: text.split("\n").map(widthOf) });

/** Of some texts those that may take the most lines. */
export function tallest(texts) {
  const all = texts.map(sized);
  const lines = ({ whole, rows }, width) =>
    rows.reduce((sum, row) => sum + Math.max(1, Math.ceil(row / width)), whole / 1e6);
  const found = WIDTHS.map(
    (width) => all.reduce((a, b) => (lines(b, width) > lines(a, width) ? b : a), sized("")).text,
  );
  return [...new Set(found)].filter(Boolean);
}

/**
 * @param {import("./decode.js").Spec} spec
 * @param {(positions: any[]) => any[]} panelsAt
 * @param {any[]} first the positions at the start
 * @returns {{panels: {kind: string, states: any[], marks: string[], kinds: string[], texts: string[], titles: string[], legends: any[][]}[], said: string[]}}
 */
export function roomOf(spec, panelsAt, first) {
  const { places, said } = spec.model ? sampled(spec, panelsAt, first) : listed(spec);
  const panels = places.map(({ states, marks, kinds }) => ({
    kind: states[0].kind,
    states: states[0].kind === "table" ? states : distinct(states).slice(0, 96), // a table has the widest of all its words
    marks,
    kinds,
    texts: states[0]?.kind === "text" ? tallest(states.map(({ text }) => text)) : [],
    titles: new Set(states.map(({ title }) => title)).size > 1 ? tallest(states.map(({ title }) => title)) : [],
    legends: states.length > 1 ? longLegends(states) : [],
  }));
  return { panels, said: tallest(said) };
}

/** Of plots with the same axes one: titles and legends have room of their own. */
function distinct(states) {
  if (states[0].kind !== "plot") return states;
  const names = decisive.plot.filter((name) => name !== "layers" && name !== "title");
  const key = (state) => JSON.stringify(names.map((name) => (matters[name] ?? ((value) => value))(state[name])));
  return [...new Map(states.map((state) => [key(state), state])).values()];
}

/**
 * Of the legends of a plot the widest three and the one of most entries: which breaks into more lines depends on the
 * width. One whose entries another has too takes no more than that.
 */
function longLegends(states) {
  const width = (legend) => legend.reduce((sum, { label }) => sum + widthOf(label) + 6, 0);
  const holds = (legend, { label }) => legend.some((entry) => entry.label === label);
  const all = states.map(({ layers = [] }) => layers.filter(({ label }) => label)).sort((a, b) => width(b) - width(a));
  const kept = [];
  for (const legend of all) if (!kept.some((wider) => legend.every((entry) => holds(wider, entry)))) kept.push(legend);
  const most = kept.reduce((a, b) => (b.length > a.length ? b : a), []);
  return [...new Set([...kept.slice(0, 3), most])];
}

/** The states of a table of frames; its data are not unpacked. */
function listed({ pool = [], panels: places = [] }) {
  const read = (index) => (pool[index]?.$ === undefined ? pool[index] : pool[pool[index].$]);
  const known = new Map(); // what matters of a pooled value
  const brief = (name, index) => {
    const key = `${name} ${index}`;
    if (!known.has(key)) known.set(key, JSON.stringify((matters[name] ?? String)(read(index) ?? "")));
    return known.get(key);
  };
  const frames = Math.max(1, ...places.flatMap(({ vary }) => Object.values(vary).map((column) => column.length)));
  const said = new Map();
  const found = places.map(({ kind, base, vary }) => {
    const names = (decisive[kind] ?? []).filter((name) => vary[name]);
    const [seen, states] = [new Set(), new Map()];
    for (let f = 0; f < (names.length ? frames : 1); f += 1) {
      const at = names.map((name) => vary[name][f]).join();
      if (seen.has(at)) continue;
      seen.add(at);
      const key = names.map((name) => brief(name, vary[name][f])).join();
      if (states.has(key)) continue;
      const fields = { kind };
      for (const name of decisive[kind] ?? []) {
        const value = read(name in vary ? vary[name][f] : base[name]);
        if (value !== undefined && value !== null) fields[name] = slim(name, value);
      }
      states.set(key, panel(fields));
    }
    const all = (name) => [...new Set(vary[name] ?? [base[name]])].map(read);
    return { states: [...states.values()], marks: every.marks(all("marks")), kinds: every.kinds(all("kinds")) };
  });
  for (let f = 0; f < frames; f += 1) {
    const at = places.map(({ base, vary }) => vary.describe?.[f] ?? base.describe).filter((i) => i !== undefined);
    if (at.length) said.set(at.join(), at);
  }
  const words = [...said.values()].map((at) => at.map(read).filter(Boolean).join(" "));
  return { places: found, said: words };
}

/** Some settings of a model: each control at its ends and between, then all of them at once. */
function settingsOf(controls, first) {
  const lasts = controls.map((c) => (c.kind === "entry" ? null : c.labels.length - 1));
  const along = (i, share) => (lasts[i] === null ? first[i] : Math.round(share * lasts[i]));
  const shares = ({ kind, labels, hidden }) => {
    if (hidden) return [0, 1];
    if (kind === "choice" && labels.length < 20) return labels.map((_, k) => k / Math.max(1, labels.length - 1));
    return [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1];
  };
  const all = [
    first,
    ...controls.flatMap((control, i) => shares(control).map((share) => first.with(i, along(i, share)))),
    ...[0, 0.5, 1].map((share) => first.map((_, i) => along(i, share))),
  ];
  return [...new Map(all.map((setting) => [setting.join(), setting])).values()];
}

/** What a model shows in these settings, made in slices. */
export const framesOf = ({ controls }, panelsAt) =>
  inSlices(settingsOf(controls, controls.map(startOf)), SLICE, panelsAt);

/** The states of a model, of those that were made ahead or are made now. */
function sampled({ controls, frames = undefined }, panelsAt, first) {
  frames ??= settingsOf(controls, first).map(panelsAt);
  return {
    // What a place shows may be of another kind in some states.
    places: frames[0].map(({ kind }, place) => {
      const states = frames.map((frame) => frame[place]).filter((found) => found?.kind === kind);
      const all = (name) => states.map((state) => state[name]);
      return { states, marks: every.marks(all("marks")), kinds: every.kinds(all("kinds")) };
    }),
    said: frames.map((frame) =>
      frame
        .map(({ describe }) => describe)
        .filter(Boolean)
        .join(" "),
    ),
  };
}
