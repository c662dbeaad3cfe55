/** The margin losses on a circle, as `glassbox.face_recognition.embedding.losses` has them. Angles in degrees. */

const RADIANS = Math.PI / 180;

/** The angle between two directions, from 0 to 180. */
export const around = (degrees) => Math.abs(((((degrees + 180) % 360) + 360) % 360) - 180);

/** The turn from one direction to another, the short way, in [-180, 180). */
export const turnOf = (from, to) => ((((to - from + 180) % 360) + 360) % 360) - 180;

/** The margins m1, m2, m3 of a loss: the slider m is added to 1 for SphereFace, in radians for ArcFace. */
export function marginsOf(loss, m) {
  if (loss === "SphereFace") return [1 + m, 0, 0];
  return loss === "ArcFace" ? [1, m, 0] : [1, 0, m];
}

/** No pull is stronger: each logit changes by s times its factor of the angle at most, and p by 1. */
export const mostOf = (loss, m, s) => (1 + marginsOf(loss, m)[0]) * s;

/** What stands in the place of the cosine to the right centre, and its slope by the angle (radians); it never rises. */
export function target(loss, m, theta) {
  const [m1, m2, m3] = marginsOf(loss, m);
  const phi = m1 * theta * RADIANS + m2;
  const k = Math.floor(phi / Math.PI);
  const sign = k % 2 ? -1 : 1;
  return { value: sign * Math.cos(phi) - 2 * k - m3, slope: -m1 * sign * Math.sin(phi) };
}

/**
 * Probability, loss, and the slope of the loss as x turns (by radian, counter-clockwise).
 * The embedding x belongs to the first of two centres.
 */
export function measure(loss, m, s, x, one, two) {
  const [theta1, theta2] = [around(x - one), around(x - two)];
  const { value, slope } = target(loss, m, theta1);
  const behind = s * (Math.cos(theta2 * RADIANS) - value);
  const p = 1 / (1 + Math.exp(behind));
  const cost = behind > 0 ? behind + Math.log1p(Math.exp(-behind)) : Math.log1p(Math.exp(behind));
  // theta grows where x turns away from its centre; on the centre, or opposite, it has no direction
  const away = theta1 < 1e-9 || theta1 > 180 - 1e-9 ? 0 : Math.sign(turnOf(one, x));
  const other = -Math.sin(turnOf(two, x) * RADIANS);
  return { theta1, theta2, p, loss: cost, slope: (1 - p) * s * (other - slope * away) };
}

/**
 * Where on the short arc between the centres, `turn` degrees long, each of two persons stops to win against the
 * other with the margin against it: the angles from centre 1. Between them lies the gap.
 */
export function gapOf(loss, m, turn) {
  const lead = (theta) => target(loss, m, theta).value - Math.cos((turn - theta) * RADIANS);
  let [low, high] = [0, turn / 2];
  if (lead(0) <= 0) return [0, turn];
  for (let k = 0; k < 50; k++) {
    const middle = (low + high) / 2;
    if (lead(middle) > 0) low = middle;
    else high = middle;
  }
  return [low, turn - low];
}
