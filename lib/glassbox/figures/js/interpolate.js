/**
 * Stands in for d3-interpolate in the bundles: the ranges of our scales are numbers, so that nothing of colours, dates
 * and transforms needs to travel.
 */

export const interpolateNumber = (/** @type {number} */ a, /** @type {number} */ b) => (/** @type {number} */ t) =>
  a * (1 - t) + b * t;
/** A place in a drawing, to a tenth of its unit: finer is not seen, and takes four times the letters. */
export const interpolate = (/** @type {number} */ a, /** @type {number} */ b) => (/** @type {number} */ t) =>
  Math.round(10 * (a * (1 - t) + b * t)) / 10;
export const interpolateRound = (/** @type {number} */ a, /** @type {number} */ b) => (/** @type {number} */ t) =>
  Math.round(a * (1 - t) + b * t);
/** Scales of several pieces are not used. */
export const piecewise = interpolateNumber;
