/**
 * Stands in for d3-interpolate in the bundles: the ranges of our scales are numbers, so that nothing of colours, dates
 * and transforms needs to travel.
 */

export const interpolateNumber = (/** @type {number} */ a, /** @type {number} */ b) => (/** @type {number} */ t) =>
  a * (1 - t) + b * t;
export const interpolate = interpolateNumber;
export const interpolateRound = (/** @type {number} */ a, /** @type {number} */ b) => (/** @type {number} */ t) =>
  Math.round(a * (1 - t) + b * t);
/** Scales of several pieces are not used. */
export const piecewise = interpolateNumber;
