/**
 * What a panel looks like where nothing is said: the fields of each kind with their defaults, and functions that make
 * panels. Python and the models leave out what stands here.
 */

/** @type {Record<string, Record<string, any>>} */
const kinds = {
  plot: {
    layers: [],
    xlabel: "",
    ylabel: "",
    xlim: [0, 1],
    ylim: [0, 1],
    xscale: "linear",
    yscale: "linear",
    xticks: null, // names of 0, 1, ...
    yticks: null,
    equal: false,
    zero: false,
    drag: null,
    handles: [], // further ones, small
  },
  matrix: {
    rows: null,
    columns: null,
    xlabel: "",
    ylabel: "",
    vmin: 0,
    vmax: 1,
    colormap: "blues",
    annotate: null,
    highlight: [],
    square: true,
    missing: null,
    missing_label: "no value",
    legend: null,
    pick: null,
  },
  image: { src: null, heat: null, boxes: [], pick: null, least: 0 }, // heat: a matrix below the picture; least: its width, for its words
  text: { text: "" },
  table: { columns: [], rows: [], highlight: [], pick: null },
  array: {
    cells: [],
    flat: false,
    rows: null,
    columns: null,
    xlabel: "",
    ylabel: "",
    marks: [],
    legend: null,
    arrows: null, // with any, also none: rows keep room for them
    pick: null,
  },
  tree: {
    labels: [],
    parents: [],
    kinds: null, // of each node; how one looks is {shape, color, filled}
    looks: null,
    binary: false,
    born: null,
    step: 0,
    marks: [],
    legend: null,
    edges: null,
    texts: null,
    pick: null,
  },
  fold: { upward: false, xlabel: "", ylabel: "" },
  worksheet: {
    cells: null,
    sources: null,
    choices: null,
    texts: null,
    hints: null,
    begin: 0,
    done: "",
    xlabel: "",
    ylabel: "",
  },
  code: { lines: [], line: null },
};

/** The parts of panels: layers of a plot, boxes of an image. */
const parts = {
  lines: { color: "blue", label: null, dash: "solid", step: null, fill: false, width: 2 },
  scatter: { color: "blue", label: null, marker: "circle", size: 5, filled: true, texts: null, pick: null },
  bars: { color: "blue", label: null, colors: null, texts: null, pick: null },
  rules: { color: "muted", label: null, dash: "dashed", x: [], y: [] },
  box: { label: "", color: "blue", dash: "solid", width: 2, fill: 0, text: "", grab: null, pick: null }, // pick: moves of controls
};

/** A part with what was left out. */
export const part = (given) => (parts[given.type] ? { ...parts[given.type], ...given } : given);

/** A panel with what was left out, but for its parts. */
export const panel = (given) => ({ title: "", describe: "", ...kinds[given.kind], ...given });

/** A panel of a model, whole. */
export const whole = (given) => {
  const made = panel(given);
  for (const name of ["layers", "boxes"]) if (made[name]) made[name] = made[name].map(part);
  return made;
};

/** @typedef {Record<string, any>} Options what is said of a panel or a part */

/** @type {(kind: string) => (options: Options) => Options} */
const maker = (kind) => (options) => ({ kind, ...options });

export const matrix = maker("matrix");
export const image = maker("image");
export const table = maker("table");
export const array = maker("array");
export const tree = maker("tree");

/** @type {(layers: Options[], options?: Options) => Options} */
export const plot = (layers, options) => ({ kind: "plot", layers, ...options });
/** @type {(words: string, options?: Options) => Options} */
export const text = (words, options) => ({ kind: "text", text: words, ...options });

/** @type {(x: number[], y: number[], options?: Options) => Options} */
export const lines = (x, y, options) => ({ type: "lines", x, y, ...options });
/** @type {(x: number[], y: number[], options?: Options) => Options} */
export const scatter = (x, y, options) => ({ type: "scatter", x, y, ...options });
/** @type {(options: Options) => Options} */
export const rules = (options) => ({ type: "rules", ...options });
/** @type {(y: number[], options?: Options) => Options} */
export const bars = (y, options) => ({ type: "bars", x: y.map((_, i) => i), y, ...options });

/**
 * A rectangle `[x1, y1, x2, y2]` of an image.
 * @type {(corners: number[], options?: Options) => Options}
 */
export const box = ([x1, y1, x2, y2], options) => ({ type: "box", x1, y1, x2, y2, ...options });
