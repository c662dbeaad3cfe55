/** Geometry of the panels: pure functions, tested without a browser. */
import { extent, group, pairs, sort } from "d3-array";
import { stratify, tree } from "d3-hierarchy";
import { scaleLinear, scaleLog } from "d3-scale";
import { area, curveLinear, curveStepAfter, curveStepBefore, line } from "d3-shape";
import { nearest } from "./decode.js";
import { scientific, short } from "./numbers.js";

export const CHAR = 6.8; // width of a digit at 12 px, the size of tick labels
const LINE = 14; // and the height of their line
const NAMED = LINE - 3; // so near may words stand that must all be shown
export const LEAST = 9; // the smallest letters that can be read, where a drawing shrinks to fit
export const FULL = 13; // the letters of nodes and cells that have room

/** How many letters the longest of some texts has; at least one. */
export const longestOf = (texts) => Math.max(1, ...texts.map((text) => text.length));

/** @param {"linear" | "log"} kind */
export function makeScale(kind, domain, range) {
  return (kind === "log" ? scaleLog() : scaleLinear()).domain(domain).range(range);
}

/** About `count` ticks of a scale with their labels. */
export function ticksOf(scale, kind, count) {
  if (kind === "log") return logTicks(scale, count);
  const values = scale.ticks(count);
  const largest = Math.max(...scale.domain().map(Math.abs));
  if (largest >= 1e-3 && largest < 1e6) {
    const write = scale.tickFormat(count);
    return values.map((value) => ({ value, label: write(value) }));
  }
  const step = values.length > 1 ? values[1] - values[0] : largest / 2;
  const digits = 1 + Math.max(0, Math.floor(Math.log10(largest)) - Math.floor(Math.log10(step)));
  return values.map((value) => ({ value, label: value === 0 ? "0" : scientific(value, digits) }));
}

/** At most `count` ticks of a log scale, or the fewest that tell where one is. */
function logTicks(scale, count) {
  const all = logChoices(scale);
  return all.find((ticks) => ticks.length <= Math.max(count, 3)) ?? all.at(-1);
}

/**
 * Choices of ticks for a log scale, the densest first. Powers of ten, each, every second, ...; where fewer than three
 * are in sight also 2 and 5 (or 3) times these; within a decade even steps.
 */
function logChoices(scale) {
  const [low, high] = scale.domain();
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const within = (value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9);
  const powers = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  const tens = (every, from) => labelled(powers.filter((p) => (p - from) % every === 0).map((p) => Number(`1e${p}`)));
  const times = (...factors) => {
    const decades = Array.from({ length: last - first + 3 }, (_, i) => first - 1 + i);
    return labelled(decades.flatMap((p) => factors.map((f) => Number(`${f}e${p}`))).filter(within));
  };
  const steps = powers.flatMap((_, i) => [tens(i + 1, 0), tens(i + 1, first)]);
  const digits = times(1, 2, 3, 4, 5, 6, 7, 8, 9);
  const choices = powers.length > 2 ? steps : [times(1, 2, 5), times(1, 3), times(1, 5), ...steps];
  const halves = (ticks) => [0, 1].map((odd) => ticks.filter((_, i) => i % 2 === odd));
  const dense = powers.length > 2 ? [] : [digits, ...halves(digits).filter((ticks) => even(ticks, low, high))];
  const good = [...dense, ...choices, ...choices.flatMap(halves)].filter((ticks) => ticks.length > 1);
  if (good.length) return good.toSorted((a, b) => b.length - a.length);
  return [ticksOf(scaleLinear().domain([low, high]), "linear", 4)];
}

/** Whether ticks of a log scale have one step, and no end of it is farther from them than they from each other. */
function even(ticks, low, high) {
  const values = ticks.map(({ value }) => value);
  const steps = pairs(values, (a, b) => b - a);
  const apart = pairs([low, ...values, high].map(Math.log), (a, b) => b - a);
  const most = Math.max(...apart.slice(1, -1));
  return steps.every((step) => step < 1.01 * steps[0]) && Math.max(apart[0], apart.at(-1)) <= most + 1e-9;
}

/** Ticks with their labels: all in digits, or all as powers of ten. */
function labelled(values) {
  const plain = values.every((v) => v >= 1e-3 && v < 1e5);
  return values.map((value) => ({ value, label: plain || value === 1 ? short(value) : scientific(value, 1) }));
}

/** About `count` ticks, or as many as fit without touching; `size` gives a label's length in pixels. */
function fittingTicks(scale, kind, count, size) {
  const apart = (a, b) => Math.abs(scale(b.value) - scale(a.value)) >= (size(a.label) + size(b.label)) / 2;
  const fits = (ticks) => ticks.every((tick, i) => i === 0 || apart(ticks[i - 1], tick));
  if (kind === "log") {
    const choices = logChoices(scale);
    return choices.find((ticks) => ticks.length <= Math.max(count, 5) && fits(ticks)) ?? choices.at(-1);
  }
  const fewer = Array.from({ length: count }, (_, i) => count - i);
  for (const n of [...fewer, count + 1, count + 2, count + 3]) {
    const ticks = ticksOf(scale, kind, n);
    if (ticks.length > 1 && fits(ticks)) return ticks;
  }
  return ticksOf(scale, kind, count).slice(0, 1);
}

/**
 * Scales, ticks and frame of a plot that is `width` pixels wide.
 * @param {any} panel
 * @param {number} width
 */
export function plotLayout(panel, width) {
  const [x0, x1] = panel.xlim;
  const [y0, y1] = panel.ylim;
  const top = panel.ylabel ? 26 : panel.drag?.y ? 14 : 12;
  const names = panel.xticks && stacked(panel.xticks, (width - 60) / panel.xticks.length);
  // A handle has room of its own: below the axis, or around a curve that may end in a corner.
  const rides = Boolean(panel.drag?.y);
  const room = panel.drag ? (rides ? 6 : 22) : 0;
  const aside = rides ? 15 : 8; // from the axis to the labels on its left
  const tall = (across) => {
    if (panel.equal) return (across * (y1 - y0)) / (x1 - x0);
    return panel.yticks ? 46 * panel.yticks.length : Math.min(300, Math.max(170, across * 0.72));
  };

  // The labels of the y axis make their own room: they depend on the height alone.
  const rough = makeScale(panel.yscale, [y0, y1], [tall(width - 60), 0]);
  const count = Math.max(3, Math.floor(tall(width - 60) / 34));
  const yticks = panel.yticks
    ? panel.yticks.map((label, value) => ({ value, label }))
    : fittingTicks(rough, panel.yscale, count, () => LINE);
  const wide = (label) => CHAR * label.length;
  let left = 6 + aside + Math.max(CHAR, ...yticks.map((tick) => wide(tick.label)));
  let right = rides ? 20 : 14;
  const across = () => makeScale(panel.xscale, [x0, x1], [left, width - right]);
  if (!panel.xticks) {
    // Room for the halves of the outer labels of the x axis.
    const many = Math.max(2, Math.floor((width - left - right) / 64));
    for (const { value, label } of fittingTicks(across(), panel.xscale, many, (t) => wide(t) + 8)) {
      left = Math.max(left, left + wide(label) / 2 - across()(value));
      right = Math.max(right, right + across()(value) + wide(label) / 2 - width);
    }
  }
  const inner = width - left - right;
  const x = across();
  const xticks = panel.xticks
    ? thin(names, x(1) - x(0)).map(([lines, i]) => ({
        value: i,
        lines: lines.map((text) => shortened(text, x(i), width)),
      }))
    : fittingTicks(x, panel.xscale, Math.max(2, Math.floor(inner / 64)), (t) => wide(t) + 8).map(
        ({ value, label }) => ({ value, lines: [label] }),
      );
  const deepest = Math.max(1, ...xticks.map(({ lines }) => lines.length));
  const bottom = 30 + room + 13 * (deepest - 1) + (panel.xlabel ? 18 : 0);
  const high = one(tall(inner));
  const height = high + top + bottom;
  const y = makeScale(panel.yscale, [y0, y1], [height - bottom, top]);
  return { width, height, left, right: width - right, top, bottom: height - bottom, room, aside, x, y, xticks, yticks };
}

/** Labels as lines: broken at their spaces where a label is wider than its share of the axis. */
function stacked(labels, share) {
  const fits = labels.every((text) => text.length * CHAR + 8 <= share);
  return labels.map((text) => (fits ? [text] : text.split(" ")));
}

/**
 * Labels that do not touch, `share` pixels from one to the next: all; or words, which must all be shown, on two lines in
 * turn; or every k-th.
 */
function thin(labels, share) {
  const all = labels.map((label, i) => /** @type {[string[], number]} */ ([label, i]));
  const wide = labels.map(longestOf);
  const apart = (i, j) => (CHAR * (wide[i] + wide[j])) / 2 + 7 <= share * (j - i);
  const fit = (k, some) => some.every(([, i]) => i + k >= all.length || apart(i, i + k));
  const each = (k) => all.filter(([, i]) => i % k === 0);
  if (!fit(1, all) && fit(2, all) && labels.every(([text, more]) => !more && /^\p{L}/u.test(text)))
    return all.map(([label, i]) => [i % 2 ? ["", ...label] : label, i]);
  const every = all.findIndex((_, k) => k && fit(k, each(k)));
  return each(every < 0 ? all.length : every);
}

/** A label cut so that, centred on `at`, it stays in a panel. */
function shortened(label, at, width) {
  const room = Math.floor((2 * Math.min(at, width - at)) / CHAR);
  return label.length <= room ? label : `${label.slice(0, Math.max(0, room - 1))}…`;
}

const curves = { after: curveStepAfter, before: curveStepBefore };

/** The corners of a curve; one that steps in the middle has a level stretch around each point, also the first and last. */
function cornersOf({ x: xs, y: ys, step }) {
  if (step !== "middle") return ys.map((v, i) => [xs[i], v]);
  const last = xs.length - 1;
  const half = (i) => (xs[Math.min(last, i + 1)] - xs[Math.max(0, i)]) / 2 || 0.5;
  return ys.flatMap((v, i) => [
    [xs[i] - (i ? half(i - 1) : half(0)), v],
    [xs[i] + (i < last ? half(i) : half(i - 1)), v],
  ]);
}

/** What d3's curves draw on: it collects the corners of each stretch, and whether it is closed. */
class Corners {
  constructor() {
    this.stretches = [];
  }

  moveTo(x, y) {
    this.stretches.push({ places: [[x, y]], closed: false });
  }

  lineTo(x, y) {
    this.stretches.at(-1).places.push([x, y]);
  }

  closePath() {
    this.stretches.at(-1).closed = true;
  }

  /** The path, by steps of a tenth; what lies on a straight line, as far as can be seen, is left out. */
  path() {
    return this.stretches
      .map(({ places, closed }) => {
        const [start, ...rest] = straightened(places).map((place) => place.map((v) => Math.round(10 * v)));
        let last = start;
        const steps = rest.map((next) => {
          const by = next.map((v, i) => (v - last[i]) / 10).join();
          last = next;
          return by;
        });
        return `M${start[0] / 10},${start[1] / 10}${steps.length ? "l" : ""}${steps.join(" ")}${closed ? "Z" : ""}`;
      })
      .join("");
  }
}

const UNSEEN = 0.1; // how far a curve may lie from its corners

/**
 * The corners of a curve without those that lie between two others, to within `UNSEEN`. From a corner that is kept the
 * next ones are left out as long as one straight line passes all of them, and they do not turn back.
 */
export function straightened(places) {
  const kept = [places[0]];
  let [from, last] = [places[0], places[0]];
  let [first, low, high, far] = [0, 0, 0, 0]; // directions in which all since then are passed; none yet if far is 0
  const look = (/** @type {number[]} */ [x, y]) => {
    const away = Math.hypot(x - from[0], y - from[1]);
    const turn = Math.atan2(y - from[1], x - from[0]) - (far ? first : 0);
    return [away, far ? turn - 2 * Math.PI * Math.round(turn / (2 * Math.PI)) : turn];
  };
  for (const place of places.slice(1)) {
    let [away, turn] = look(place);
    if (far && (away < far || turn < low || turn > high)) {
      kept.push(last);
      from = last;
      far = 0;
      [away, turn] = look(place);
    }
    if (away > UNSEEN) {
      const wide = Math.asin(UNSEEN / away);
      if (!far) [first, turn, low, high] = [turn, 0, -wide, wide];
      [low, high, far] = [Math.max(low, turn - wide), Math.min(high, turn + wide), away];
    }
    last = place;
  }
  if (last !== from) kept.push(last);
  return kept;
}

/** The path that a shape of d3 makes of a layer. */
function pathOf(shape, layer) {
  const corners = new Corners();
  shape.curve(curves[layer.step] ?? curveLinear).context(/** @type {any} */ (corners))(cornersOf(layer));
  return corners.path();
}

/** The path of a curve. */
export function linePath(layer, x, y) {
  const shape = line(
    ([v]) => x(v),
    ([, v]) => y(v),
  );
  return pathOf(shape, layer);
}

/** The path of the area between a curve and zero (or the lowest value a log axis shows). */
export function areaPath(layer, x, y, panel) {
  const floor = y(panel.yscale === "log" ? panel.ylim[0] : Math.max(panel.ylim[0], 0));
  const shape = area(
    ([v]) => x(v),
    floor,
    ([, v]) => y(v),
  );
  return pathOf(shape, layer);
}

/**
 * How high the labels of bars stand, in a frame that begins at `top`: each over its bar, and over the label beside it
 * where they would touch.
 * @param {string[]} texts
 * @param {number[]} xs the middles of the bars
 * @param {number[]} ys where the labels stand by their bars alone
 * @param {number} top
 */
export function barLabels(texts, xs, ys, top) {
  const found = [];
  texts.forEach((text, i) => {
    const apart = i && Math.abs(xs[i] - xs[i - 1]) > (CHAR * (text.length + texts[i - 1].length)) / 2 + 3;
    const beside = i && !apart && texts[i - 1] && Math.abs(ys[i] - found[i - 1]) < NAMED;
    found.push(Math.max(top, beside ? found[i - 1] - LINE : ys[i]));
  });
  return found;
}

/** The point of all layers nearest to a pointer, within `reach` pixels, as `{layer, index}`. */
export function nearestPoint(panel, x, y, px, py, reach = 40) {
  let best = null;
  let least = reach ** 2;
  panel.layers.forEach((layer, l) => {
    if (layer.type === "rules") return;
    const across = layer.type === "bars" ? 0 : 1;
    for (let i = 0; i < layer.x.length; i += 1) {
      const far = (x(layer.x[i]) - px) ** 2 + across * (y(layer.y[i]) - py) ** 2;
      if (far < least) [best, least] = [{ layer: l, index: i }, far];
    }
  });
  return best;
}

/** The position of a control whose handle is nearest to a pointer. */
export function nearestHandle({ x: xs, y: ys }, x, y, px, py) {
  if (!ys) return nearest(xs.map(x), px);
  const far = xs.map((v, i) => (x(v) - px) ** 2 + (y(ys[i]) - py) ** 2);
  return far.indexOf(Math.min(...far));
}

/** Which way a handle goes: whether it rises at all, and whether it goes up and down rather than from side to side. */
export function wayOf({ x: xs, y: ys }, x, y) {
  if (!ys) return { rises: false, upright: false };
  const span = (places) => Math.max(...places) - Math.min(...places);
  const [across, up] = [span(xs.map(x)), span(ys.map(y))];
  return { rises: up > 0, upright: up > 2 * across };
}

const GRASP = 40; // how far from a small handle a pointer may take it

/** Of several handles the one that a pointer takes: the nearest where it stands now; none is taken from afar. */
export function handleAt(drag, handles, at, x, y, [px, py]) {
  const far = ({ control, x: xs, y: ys }) => {
    const position = at[control];
    return Math.hypot(x(xs[position]) - px, ys ? y(ys[position]) - py : 0);
  };
  const all = [...(drag ? [drag] : []), ...handles];
  const nearest = all.reduce((best, one) => (far(one) < far(best) ? one : best));
  return drag || far(nearest) <= GRASP ? nearest : null;
}

/** The next handle in a direction of the keyboard: -1 or +1. */
export function stepped(position, by, count) {
  return Math.min(count - 1, Math.max(0, position + by));
}

/**
 * The next position of a handle: by arrows, to the ends (Home, End), and by a tenth of the way (page keys).
 * @param {number} position
 * @param {[number, number]} by
 * @param {number} count
 */
export function turned(position, [right, down], count) {
  const page = Math.max(1, Math.round(count / 10));
  const far = Number.isFinite(down) ? down : Math.sign(down) * page;
  return stepped(position, right - far, count);
}

/**
 * The next cell in a direction of the keyboard, of rows with so many columns; the first one where there was none. Rows
 * without a cell are passed over.
 * @param {[number, number] | null} cell
 * @param {[number, number]} by
 * @param {number} rows
 * @param {(row: number) => number} columns
 * @returns {[number, number]}
 */
export function steppedCell(cell, [right, down], rows, columns) {
  const filled = Array.from({ length: rows }, (_, row) => row).filter(columns);
  if (!filled.length) return [0, 0];
  if (!cell) return [filled[0], 0];
  const at = Math.max(
    0,
    filled.findLastIndex((row) => row <= cell[0]),
  );
  const row = filled[stepped(at, down, filled.length)];
  return [row, stepped(cell[1], right, columns(row))];
}

/** What a hover over point `index` of a layer says. */
export function pointText(panel, layer, index) {
  if (layer.texts?.[index]) return layer.texts[index];
  const across = panel.xticks?.[layer.x[index]] ?? short(layer.x[index]);
  const name = layer.label ? `${layer.label}: ` : "";
  const up = panel.yticks?.[layer.y[index]] ?? `${panel.ylabel || "y"} ${short(layer.y[index])}`;
  return `${name}${panel.xlabel || "x"} ${across}, ${up}`;
}

/** About how wide a bold text is, in units of its letters: signs such as ✓ are wider than letters. */
function widthOf(text) {
  const width = (sign) => (/[ .,:;'|!()iljftrI]/.test(sign) ? 0.42 : /[ -~]/.test(sign) ? 0.7 : 0.9);
  return [...text].reduce((sum, sign) => sum + width(sign), 0);
}

/**
 * Where the labels of an image's boxes go: at a corner, above, below or inside, the first place that
 * is on the picture and free. Boxes on top choose first.
 * @returns {({x: number, y: number, width: number, height: number, size: number} | null)[]}
 */
export function tagPlaces({ boxes, width: across, height: down }, scale) {
  const size = 10.5 * scale;
  const height = 1.3 * size;
  const taken = [];
  const meets = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
  return boxes
    .toReversed()
    .map((box) => {
      if (!box.label) return null;
      const width = (widthOf(box.label) + 0.7) * size;
      const edge = (box.width / 2) * scale;
      const [left, right] = [box.x1 - edge, box.x2 + edge - width];
      const corners = [box.y1 - height, box.y2, box.y1, box.y2 - height].flatMap((y) => [
        [left, y],
        [right, y],
      ]);
      const places = corners
        .filter(([, y]) => y >= 0 && y + height <= down)
        .map(([x, y]) => ({ x: Math.max(0, Math.min(x, across - width)), y, width, height, size }));
      const found = places.find((place) => !taken.some((other) => meets(place, other))) ?? places[0];
      if (found) taken.push(found);
      return found ?? null;
    })
    .reverse();
}

/** Frame of a matrix that is `width` pixels wide; its cells are square, or fill the width. */
export function matrixLayout(panel, width) {
  const [rows, columns] = [panel.values.length, panel.values[0].length];
  const labels = panel.rows ?? [String(rows - 1)];
  const room = 12 + CHAR * Math.max(...labels.map((text) => text.length)) + (panel.ylabel ? 18 : 0);
  const top = 6;
  const across = (left) => {
    const fitting = (width - left - 4) / columns;
    return panel.square ? Math.min(fitting, 360 / rows, 48) : fitting;
  };
  const slant = slanted(panel.columns, across(Math.min(room, width / 2)));
  const deep = slant ? CHAR * Math.max(...panel.columns.map((text) => text.length)) : 0;
  const left = Math.min(Math.max(room, slant === 45 ? 0.71 * deep - 4 : 0), width / 2);
  const wide = across(left);
  const high = panel.square ? wide : Math.min(28, 300 / rows);
  const bottom = 24 + (slant ? Math.max(0, Math.sin((slant * Math.PI) / 180) * deep - 6) : 0) + (panel.xlabel ? 18 : 0);
  const size = { width: left + wide * columns + 4, height: top + high * rows + bottom };
  return { rows, columns, left, top, wide, high, slant, ...size };
}

/** How wide a matrix wants to be for its numbers and words to be read in full letters. */
export function matrixWidth({ values, annotate, rows, columns, ylabel }) {
  const numbers = annotate === null ? 0 : 4 + CHAR * longestOf(values.flat().map((v) => v.toFixed(annotate)));
  const words = columns?.some((text) => Number.isNaN(Number(text))) ? LINE : 0;
  const left = 16 + CHAR * longestOf(rows ?? ["0"]) + (ylabel ? 18 : 0);
  return Math.min(1600, left + Math.max(numbers, words) * values[0].length);
}

/** How wide a matrix must be for each of its words to be shown; 0 where numbers, which may be thinned, stand there. */
export function namesWidth({ rows, columns, ylabel, square }) {
  if (!areWords(columns) && !(square && areWords(rows))) return 0;
  const left = 16 + CHAR * longestOf(rows ?? ["0"]) + (ylabel ? 18 : 0);
  return Math.min(1600, left + NAMED * Math.max(columns?.length ?? 0, square ? (rows?.length ?? 0) : 0));
}

const areWords = (labels) => Boolean(labels?.some((text) => Number.isNaN(Number(text))));

/** By which angle words below a matrix are turned, so that each of them is shown; 0 where all fit, or are numbers. */
function slanted(labels, cell) {
  if (!areWords(labels)) return 0;
  if (CHAR * Math.max(...labels.map((text) => text.length)) + 6 <= cell || cell < NAMED) return 0;
  return cell < LINE * 1.2 ? 90 : 45;
}

/**
 * Which labels to print along the bottom of a matrix, or (`beside`) along its left side. Where evenly
 * spaced numbers are too many for all, these are round ones.
 */
export function cellLabels(labels, count, cell, beside = false) {
  const all = labels ?? Array.from({ length: count }, (_, i) => String(i));
  const close = areWords(labels) ? NAMED : LINE;
  const size = beside ? close : CHAR * Math.max(...all.map((t) => t.length)) + 6;
  const every = Math.max(1, Math.ceil(size / cell));
  const named = all.map((label, i) => ({ label, i }));
  const step = Number(all[1]) - Number(all[0]);
  const even = all.every((label, i) => Math.abs(Number(label) - Number(all[0]) - i * step) < 0.01 * Math.abs(step));
  if (every === 1 || !even) return named.filter(({ i }) => i % every === 0);
  const round = roundUp(every * Math.abs(step));
  return named
    .filter(({ label }) => Math.abs(Number(label) / round - Math.round(Number(label) / round)) < 1e-6)
    .map(({ label, i }) => ({ label: short(Number(label)), i }));
}

/** The least of 1, 2, 5, 10, 20 ... (or their tenths) that is not below a positive number. */
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  return power * [1, 2, 5, 10].find((digit) => digit * power >= value * (1 - 1e-9));
}

/** Outline of the cells of a matrix that have no value, run by run. */
export function missingPath(missing, { left, top, wide, high }) {
  return missing
    .flatMap((row, r) =>
      row.flatMap((gone, c) => {
        if (!gone || row[c - 1]) return [];
        const end = row.findIndex((next, i) => i > c && !next);
        const cells = (end < 0 ? row.length : end) - c;
        return [`M${left + c * wide} ${top + r * high}h${cells * wide}v${high}h${-cells * wide}Z`];
      }),
    )
    .join("");
}

/** Lowest and highest value of nested numbers. */
export const range = (rows) => /** @type {[number, number]} */ (extent(rows.flat()));

/**
 * Frame of an array `width` pixels wide. A list that is too long for one line breaks into several;
 * a table shrinks its cells, while their letters are at least so large. Where `widest` letters may stand in a cell in
 * another state, there is room for them.
 */
export function arrayLayout(panel, width, letters = LEAST, widest = 0) {
  const { cells, flat } = panel;
  const longest = Math.max(widest, longestOf(cells.flat()));
  const columns = Math.max(0, ...cells.map((row) => row.length));
  const labels = flat ? [] : namesOf(panel);
  const left = flat ? 2 : 10 + CHAR * longestOf(labels);
  const natural = Math.max(30, longest * 7.4 + 12);
  const fitting = (width - left - 2) / Math.max(1, columns);
  const readable = 4 + 0.62 * letters * longest; // a table that does not fit scrolls sideways
  const wide = flat ? Math.min(natural, width - 4) : Math.max(readable, Math.min(Math.max(natural, 38), fitting));
  const perLine = flat ? Math.min(Math.max(1, columns), Math.max(1, Math.floor((width - left) / wide))) : columns;
  const lines = flat ? Math.max(1, Math.ceil(columns / perLine)) : cells.length;
  const high = Math.min(32, Math.max(22, wide));
  const gap = panel.arrows ? 16 : 0; // where arrows run, so that they hide no cell
  const top = flat ? 2 + gap : 38;
  const pitch = flat ? high + 20 + gap : high + gap;
  const font = Math.min(FULL, (wide - 3) / (longest * 0.62));
  const place = (r, c) => (flat ? [Math.floor(c / perLine), c % perLine] : [r, c]);
  /** @returns {[number, number]} */
  const corner = ([r, c]) => {
    const [down, across] = place(r, c);
    return [left + across * wide, top + down * pitch];
  };
  const cellAt = (px, py) => {
    const down = Math.floor((py - top) / pitch);
    const across = Math.floor((px - left) / wide);
    const at = flat ? [0, down * perLine + across] : [down, across];
    const inside = down >= 0 && across >= 0 && across < perLine && at[1] < (cells[at[0]]?.length ?? 0);
    return inside ? at : null;
  };
  const arrow = (from, to) => (flat ? arc(from, to) : gapArrow({ corner, wide, high, gap }, from, to));
  // Above the cells, from border to border: it stops before what is written in them.
  const arc = (from, to) => {
    const [[x1, y1], [x2, y2]] = [corner(from), corner(to)];
    const lean = Math.sign(x2 - x1) * 0.2 * wide;
    const [sx, ex] = [x1 + wide / 2 + lean, x2 + wide / 2 - lean];
    return `M${one(sx)} ${one(y1)}C${one(sx)} ${one(y1 - gap)} ${one(ex)} ${one(y2 - gap)} ${one(ex)} ${one(y2)}`;
  };
  const middle = (index) => corner([0, index])[0] + wide / 2;
  const named = panel.columns ?? Array.from({ length: columns }, (_, c) => String(c));
  const every = flat ? 1 : Math.max(1, Math.ceil((CHAR * Math.max(1, ...named.map((t) => t.length)) + 4) / wide));
  return {
    left,
    top,
    wide,
    high,
    font,
    corner,
    cellAt,
    arrow,
    width: Math.max(70, left + perLine * wide + 2),
    height: top + lines * pitch + 2,
    rowLabels: labels.map((text, r) => ({ text, x: left - 6, y: top + r * pitch + 0.5 * high })),
    columnLabels: named
      .map((text, c) => ({ text, c }))
      .filter(({ c }) => c % every === 0)
      .map(({ text, c }) => ({ text, x: middle(c), y: flat ? corner([0, c])[1] + high + 13 : top - 8 })),
  };
}

/** How wide a table of cells wants to be at least, for its letters to be read; a list breaks into lines. */
export function arrayWidth(panel) {
  if (panel.flat) return 0;
  const columns = Math.max(0, ...panel.cells.map((row) => row.length));
  return 12 + CHAR * longestOf(namesOf(panel)) + columns * (4 + 0.62 * LEAST * longestOf(panel.cells.flat()));
}

/** The names of the rows of a table of cells. */
const namesOf = ({ rows, cells }) => rows ?? cells.map((_, r) => String(r));

/** How far each node is from its root; parents may stand anywhere in the list. */
function depths(parents) {
  const found = [];
  const depth = (i) => {
    found[i] ??= parents[i] < 0 ? 0 : depth(parents[i]) + 1;
    return found[i];
  };
  return parents.map((_, i) => depth(i));
}

/** How wide a heap with room for `room` elements wants to be for its numbers to be read in full letters. */
export const heapWidth = (room) => 2.25 * LEGIBLE * FULL * 2 ** Math.floor(Math.log2(room));

/**
 * Places of a heap, as a tree and below it as a list, with room for `room` elements. An element in hand hovers beside
 * its place.
 */
export function heapLayout(room, width) {
  const levels = Math.floor(Math.log2(room)) + 1;
  const across = 2 ** (levels - 1);
  const radius = Math.min(16, (0.45 * width) / across);
  const pitch = 2 * radius + 18;
  const lines = Math.ceil(room / Math.max(1, Math.floor(width / 26)));
  const perLine = Math.ceil(room / lines);
  const wide = Math.min(44, width / perLine);
  const [high, gap] = [28, 30];
  const top = 2 * radius + 4 + (levels - 1) * pitch + radius;
  const left = (width - perLine * wide) / 2;
  return {
    radius,
    wide,
    high,
    height: top + gap + lines * (high + gap) - 8,
    /** @returns {[number, number]} */
    node(k, held = false) {
      const level = Math.floor(Math.log2(k + 1));
      const x = (width * (k + 1.5 - 2 ** level)) / 2 ** level;
      const y = 2 * radius + 4 + level * pitch;
      return held ? [x + 0.5 * radius, y - 0.9 * radius] : [x, y];
    },
    /** @returns {[number, number]} */
    cell(k, held = false) {
      const y = top + gap + Math.floor(k / perLine) * (high + gap) + high / 2;
      return [left + ((k % perLine) + 0.5) * wide, held ? y - 15 : y];
    },
  };
}

/** Places of the nodes of trees, side by side, that are `width` pixels wide, and their radius. */
export function treeLayout({ parents, binary }, width) {
  const depth = depths(parents);
  const levels = Math.max(0, ...depth) + 1;
  const across = binary ? heapPlaces(parents.length) : tidyPlaces(parents);
  const gap = Math.min(...gaps(across, depth));
  const radiusWithin = (margin) => Math.max(1.5, Math.min(15, 0.42 * gap * (width - 2 * margin)));
  const margin = Math.min(18, radiusWithin(18) + 4); // small nodes stand nearer to the edge
  const radius = radiusWithin(margin);
  const pitch = Math.max(26, Math.min(58, 2.2 * radius + 26, 420 / levels + 8));
  const points = across.map((x, i) => [margin + x * (width - 2 * margin), 20 + depth[i] * pitch]);
  return { points, radius, height: 40 + (levels - 1) * pitch };
}

const LEGIBLE = 7 / LEAST; // the radius of a node, for the size of its letters

/**
 * How wide a tree wants to be for its labels to be read; what is no wider than the page needs no more. Where it fits when
 * its nodes are as small as their labels allow, it need not scroll.
 */
export function legibleWidth({ parents, binary, labels = [] }, letters = LEAST, tight = false) {
  if ((binary && letters === LEAST) || parents.length < 2) return 0;
  const gap = Math.min(...gaps(binary ? heapPlaces(parents.length) : tidyPlaces(parents), depths(parents)));
  const longest = Math.max(0, ...labels.map((text) => text.length));
  const roomy = letters * Math.max(LEGIBLE, letters === LEAST ? 0 : 0.3 * longest);
  const radius = tight ? Math.max(4.5, 0.3 * LEAST * longest - 1) : roomy;
  const most = (1600 / LEAST) * letters; // as many letters, whatever their size
  return Math.min(most, Math.ceil(radius / (0.42 * gap) + 2 * (radius + 4)));
}

/** How wide a tree is drawn where there is so much room: it fits, or it scrolls. */
export function treeWidth(panel, large, room) {
  if (large) return legibleWidth(panel, FULL);
  return room < legibleWidth(panel, LEAST, true) ? legibleWidth(panel) : 0;
}

/** The node nearest to a place, of those that are there and at most `reach` away; else null. */
export function nearestNode(points, shown, px, py, reach) {
  let [best, least] = [null, reach ** 2];
  points.forEach(([x, y], i) => {
    const far = (x - px) ** 2 + (y - py) ** 2;
    if (shown[i] && far < least) [best, least] = [i, far];
  });
  return best;
}

/** The size of a label in a node of a tree; 0 where it would be too small to read, or too wide. */
export function nodeFont(text, radius) {
  const fitting = Math.min(FULL, (2.1 * radius) / Math.max(1.6, 0.62 * text.length));
  if (radius > 7) return fitting;
  return radius > 4 && 0.6 * LEAST * text.length <= 2 * radius + 2 ? LEAST : 0;
}

/** In a heap, node k stands in the middle of its share of the level. */
function heapPlaces(n) {
  return Array.from({ length: n }, (_, k) => {
    const level = Math.floor(Math.log2(k + 1));
    return (k + 1 - 2 ** level + 0.5) / 2 ** level;
  });
}

function tidyPlaces(parents) {
  if (!parents.length) return [];
  const forest = parents.filter((p) => p < 0).length > 1; // its roots hang on one that is not drawn
  const nodes = [...parents.keys()].map((i) => ({ id: String(i), up: parents[i] }));
  const root = stratify()
    .id(({ id }) => id)
    .parentId(({ up }) => (up >= 0 ? String(up) : forest && up === -1 ? "roots" : null))(
    forest ? [{ id: "roots", up: -2 }, ...nodes] : nodes,
  );
  const places = [];
  tree()
    .size([1, 1])
    .separation((a, b) => (a.parent === b.parent ? 1 : 1.2))(root)
    .each((node) => {
      if (node.id !== "roots") places[Number(node.id)] = node.x;
    });
  return places;
}

/** Distances between neighbours of a level; in a level of one, the whole width. */
function gaps(across, depth) {
  const rows = group(across, (_, i) => depth[i]);
  return [1, ...[...rows.values()].flatMap((row) => pairs(sort(row), (a, b) => b - a))];
}

/** How wide a tree and the table it folds into want to be for their values to be read in full letters. */
export function foldWidth({ parents, values, rows, columns }) {
  const cell = Math.max((LEGIBLE * FULL) / 0.45, 4 + 0.62 * FULL * longestOf(values));
  const table = Math.min(1600, columns.length * cell);
  const gap = Math.min(...gaps(tidyPlaces(parents), depths(parents)));
  const radius = Math.min(13, FULL * Math.max(LEGIBLE, 0.3 * longestOf(columns)));
  const tree = Math.min(600, radius / (0.42 * gap)); // no wider than where letters are small
  return 16 + CHAR * longestOf(rows) + Math.ceil(Math.max(table, tree));
}

/**
 * A tree of `width` pixels and the table into whose cells its nodes fold: where each node stands
 * when a share of the way is done. With `upward` the root is at the bottom.
 */
export function foldLayout({ parents, cells, rows, columns, upward }, width) {
  const left = 12 + CHAR * longestOf(rows);
  const inner = width - left - 4;
  const wide = Math.min(64, inner / columns.length);
  const high = rows.length > 8 ? 28 : 40;
  const top = 40;
  const depth = [];
  for (const p of parents) depth.push(p < 0 ? 0 : depth[p] + 1);
  const deepest = Math.max(...depth);
  const across = tidyPlaces(parents);
  const gap = Math.min(...gaps(across, depth));
  const radius = Math.max(1.1, Math.min(13, 0.36 * high, 0.42 * gap * inner, 0.45 * wide));
  const step = deepest ? ((rows.length - 1) * high) / deepest : 0;
  const tree = parents.map((_, i) => [
    left + radius + across[i] * (inner - 2 * radius),
    top + high / 2 + (upward ? deepest - depth[i] : depth[i]) * step,
  ]);

  const index = new Map();
  const cellOf = cells.map(([r, c]) => {
    const key = r * columns.length + c;
    if (!index.has(key)) index.set(key, index.size);
    return index.get(key);
  });
  const places = [...index.keys()].map((key) => [Math.floor(key / columns.length), key % columns.length]);
  const counts = places.map(() => 0);
  for (const k of cellOf) counts[k] += 1;
  const home = places.map(([r, c]) => [left + (c + 0.5) * wide, top + (r + 0.5) * high]);

  const pointsAt = (share) =>
    tree.map(([x, y], i) => {
      const [hx, hy] = home[cellOf[i]];
      return [x + share * (hx - x), y + share * (hy - y)];
    });
  const at = (r, c) => index.get(r * columns.length + c);
  /** The cell of the node nearest to a point, or under the point once most of the way is done. */
  const nearestCell = (points, share, px, py) => {
    if (share > 0.5) return at(Math.floor((py - top) / high), Math.floor((px - left) / wide)) ?? null;
    let [best, least] = [null, 24 ** 2];
    points.forEach(([x, y], i) => {
      const far = (x - px) ** 2 + (y - py) ** 2;
      if (far < least) [best, least] = [cellOf[i], far];
    });
    return best;
  };
  /** The next cell in a direction of the keyboard. */
  const neighbour = (k, [right, down]) => {
    const [r, c] = places[k];
    const ahead = places
      .map(([r2, c2], i) => ({ i, along: right ? (c2 - c) * right : (r2 - r) * down, aside: right ? r2 - r : c2 - c }))
      .filter(({ along, aside }) => along > 0 && (!right || aside === 0));
    if (!ahead.length) return k;
    return ahead.reduce((a, b) => ((a.along - b.along || Math.abs(a.aside) - Math.abs(b.aside)) <= 0 ? a : b)).i;
  };
  const bottom = top + rows.length * high;
  const end = left + columns.length * wide;
  const lines = (n, draw) => Array.from({ length: n + 1 }, (_, i) => draw(i)).join("");
  return {
    left,
    top,
    wide,
    high,
    radius,
    cellOf,
    places,
    counts,
    home,
    pointsAt,
    nearestCell,
    neighbour,
    height: bottom + 4,
    edges: tree
      .map(([x, y], i) => (parents[i] < 0 ? "" : `M${one(x)} ${one(y)}L${tree[parents[i]].map(one).join(" ")}`))
      .join(""),
    dots: (points) => points.map(([x, y]) => `M${one(x)} ${one(y)}h0`).join(""),
    grid:
      lines(rows.length, (r) => `M${left} ${top + r * high}H${end}`) +
      (wide < 5
        ? `M${left} ${top}V${bottom}M${end} ${top}V${bottom}`
        : lines(columns.length, (c) => `M${left + c * wide} ${top}V${bottom}`)),
  };
}

/** Frame of a table to fill, with a gap between its rows where arrows have room. */
export function sheetLayout({ rows, columns, cells }, width, letters = LEAST) {
  const left = 12 + CHAR * longestOf(rows);
  const longest = longestOf((cells ?? []).flat());
  const readable = cells ? 4 + 0.62 * letters * longest : 0; // a table that does not fit scrolls sideways
  const wide = Math.max(readable, Math.min(56, (width - left - 4) / columns.length));
  const high = cells ? 30 : Math.max(4, Math.min(20, 260 / rows.length));
  const gap = cells ? 16 : 0.3 * high;
  const pitch = high + gap;
  const top = 40;
  /** @returns {[number, number]} */
  const corner = ([r, c]) => [left + c * wide, top + r * pitch];
  return {
    left,
    top,
    wide,
    high,
    pitch,
    corner,
    font: Math.min(FULL, (wide - 3) / (longest * 0.62)),
    width: Math.max(width, left + wide * columns.length + 4),
    height: top + rows.length * pitch,
    arrow: (from, to) => gapArrow({ corner, wide, high, gap }, from, to),
    /** Cells are filled row by row; row 0 is given.
     * @returns {[number, number]} */
    cellOf: (number) => [1 + Math.floor(number / columns.length), number % columns.length],
    numberOf: ([r, c]) => (r - 1) * columns.length + c,
    cellAt: (px, py) => {
      const [r, c] = [Math.floor((py - top) / pitch), Math.floor((px - left) / wide)];
      return r >= 0 && c >= 0 && r < rows.length && c < columns.length ? [r, c] : null;
    },
  };
}

/**
 * An arrow between two cells of a table that runs through the gaps between its rows, from border to
 * border: it hides nothing that is written in a cell.
 */
export function gapArrow({ corner, wide, high, gap }, from, to) {
  const [[x1, y1], [x2, y2]] = [corner(from), corner(to)];
  const lean = Math.sign(to[1] - from[1]) * Math.max(0.27 * wide, Math.min(11, 0.4 * wide)); // heads stay apart
  const [sx, ex] = [x1 + wide / 2 + lean, x2 + wide / 2 - lean];
  if (from[0] === to[0]) {
    const y = y1 + high; // below both
    return `M${one(sx)} ${one(y)}C${one(sx)} ${one(y + gap)} ${one(ex)} ${one(y + gap)} ${one(ex)} ${one(y)}`;
  }
  const down = from[0] < to[0];
  const [sy, ey] = down ? [y1 + high, y2] : [y1, y2 + high];
  const pull = (down ? 1 : -1) * gap;
  return `M${one(sx)} ${one(sy)}C${one(sx)} ${one(sy + pull)} ${one(ex)} ${one(ey - pull)} ${one(ex)} ${one(ey)}`;
}

/** A number with one decimal at most. */
const one = (v) => Math.round(10 * v) / 10;
