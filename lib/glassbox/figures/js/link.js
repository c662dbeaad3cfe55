/** An address that says how a figure stands: `#dp-table?capacity=9`. What it leaves out stands where it starts. */
import { labelAt, moved, nearest, startOf } from "./decode.js";

const counts = (control) => control.kind === "slider" || control.kind === "steps";

/** The part of an address after the page, for a figure at positions of its controls. */
export function linkOf(name, controls, positions) {
  const said = controls.flatMap((c, i) =>
    positions[i] === startOf(c)
      ? []
      : [[c.name, String(counts(c) ? c.values[positions[i]] : labelAt(c, positions[i]))]],
  );
  return `#${name}?${new URLSearchParams(said)}`;
}

/** The positions that such a part names, or null if it is not of this figure. */
export function positionsIn(hash, name, controls) {
  const [head, query] = hash.split("?");
  if (!name || head !== `#${name}` || query === undefined) return null;
  const moves = {};
  for (const [key, text] of new URLSearchParams(query)) {
    const control = controls.find((c) => c.name === key);
    const position = control && positionIn(control, text);
    if (position !== undefined && position !== -1) moves[key] = position;
  }
  const first = controls.map(startOf);
  // Twice: switches come first, then steps within the trace that they choose.
  return moved(controls, moved(controls, first, moves), moves);
}

function positionIn(control, text) {
  if (control.kind === "entry") return text.slice(0, 120);
  if (!counts(control)) return control.labels.indexOf(text);
  return text.trim() && Number.isFinite(Number(text)) ? nearest(control.values, Number(text)) : undefined;
}
