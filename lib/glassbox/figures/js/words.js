/** Numbers in the texts of a model, written as all others are: the mirror of `tidy` in `words.py`. */
import { scientific, short } from "./numbers.js";

const large = /(?<![\w.])([-−]?\d+(?:\.\d+)?)e([+-]?\d+)(?!\w)/g;
const minus = /(?<![\w)\].}−-])-(?=\.?\d|∞)/g;

/** A text with powers of ten and minus signs. */
export const tidy = (/** @type {string} */ text) =>
  text
    .replace(large, (_, mantissa, power) => {
      const value = Number(`${mantissa.replace("−", "-")}e${power}`);
      return Math.abs(Number(power)) < 4 ? short(value) : scientific(value, mantissa.replace(/\D/g, "").length);
    })
    .replace(minus, "−");

/** A text in which a number stays in one line with its per cent sign, its power, its other sides, and its error. */
export const bound = (/** @type {string} */ text) => text.replace(/(?<=\d) (?=[%×±])|(?<=[×±]) (?=\d)/g, "\u00a0");

/** A panel, or a part of one, of which all texts are tidy. */
export function tidied(given) {
  const made = { ...given };
  for (const name of ["title", "describe", "text", "label"]) {
    if (typeof made[name] === "string") made[name] = tidy(made[name]);
  }
  for (const name of ["texts", "xticks"]) if (made[name]) made[name] = made[name].map((text) => tidy(String(text)));
  for (const name of ["layers", "boxes"]) if (made[name]) made[name] = made[name].map(tidied);
  return made;
}
