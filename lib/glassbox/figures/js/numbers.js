/** How a figure writes numbers: on its axes, in its tips, and in the words and tables of a topic's model. */

const minus = (/** @type {string} */ text) => text.replace("-", "−");

/** Digits with a comma at each thousand. */
function grouped(/** @type {string} */ text) {
  const [whole, part] = text.split(".");
  return minus([whole.replace(/\B(?=(\d{3})+$)/g, ","), part].filter(Boolean).join("."));
}

/**
 * Write a number with about so many significant digits, a whole one with all of its own; far from 1 as 2.15·10⁻⁴, with
 * one less. The mirror of `short` in `words.py`.
 * @param {number} value
 */
export function short(value, digits = 4) {
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY) return value > 0 ? "∞" : "−∞";
  if (size >= 1e6 || (size > 0 && size < 1e-3)) return scientific(value, Math.max(2, digits - 1));
  return grouped(String(Number.isInteger(value) ? Math.abs(value) && value : Number(value.toPrecision(digits))));
}

/**
 * Write a number as a power of ten, with so many digits: 10⁻⁵, 2.15·10⁻⁴.
 * @param {number} value
 * @param {number} digits
 */
export function scientific(value, digits) {
  const [mantissa, power] = value.toExponential(Math.max(0, digits - 1)).split("e");
  const factor = minus(String(Number(mantissa)));
  return factor === "1" ? ten(power) : `${factor}·${ten(power)}`;
}

/** Write a number with so many decimals; what rounds to zero has no sign. */
export const fixed = (/** @type {number} */ value, /** @type {number} */ decimals) =>
  minus(value.toFixed(decimals).replace(/^-(?=0\.?0*$)/, ""));

const ten = (/** @type {string} */ power) =>
  `10${String(Number(power)).replace(/[-\d]/g, (c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)])}`;
