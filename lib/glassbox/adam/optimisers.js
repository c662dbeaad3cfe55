/** Surfaces and optimisers of `glassbox.adam`, for its models: pure functions, held to the Python by tests. */

/** Height and gradient of each kind of surface; a bowl has its second derivatives in `hessian`. */
const kinds = {
  bowl([x, y], [[a, b], [, c]], [x0, y0]) {
    const [dx, dy] = [x - x0, y - y0];
    return { height: (a * dx * dx + 2 * b * dx * dy + c * dy * dy) / 2, gradient: [a * dx + b * dy, b * dx + c * dy] };
  },
  rosenbrock([x, y]) {
    const off = y - x * x;
    return { height: (1 - x) ** 2 + 100 * off ** 2, gradient: [-2 * (1 - x) - 400 * x * off, 200 * off] };
  },
  beale([x, y]) {
    const r = [1.5, 2.25, 2.625].map((c, i) => c - x * (1 - y ** (i + 1)));
    const sum = (/** @type {(k: number) => number} */ f) => f(1) + f(2) + f(3);
    const dx = sum((k) => -2 * r[k - 1] * (1 - y ** k));
    const dy = sum((k) => 2 * r[k - 1] * x * k * y ** (k - 1));
    return { height: sum((k) => r[k - 1] ** 2), gradient: [dx, dy] };
  },
  saddle([x, y]) {
    return { height: (x * x) / 2 - (y * y) / 2 + y ** 4 / 4, gradient: [x, y ** 3 - y] };
  },
};

/** The direction of each optimiser: from gradient `g`, its memory `s` of a coordinate (changed) and the step `t`. */
const directions = {
  SGD: (g) => g,
  momentum(g, s, { beta1 }) {
    s.m = beta1 * s.m + g;
    return s.m;
  },
  RMSProp(g, s, { beta2 }) {
    s.v = beta2 * s.v + (1 - beta2) * g * g;
    return g / (Math.sqrt(s.v) + 1e-8);
  },
  Adam(g, s, { beta1, beta2 }, t) {
    s.m = beta1 * s.m + (1 - beta1) * g;
    s.v = beta2 * s.v + (1 - beta2) * g * g;
    return s.m / (1 - beta1 ** t) / (Math.sqrt(s.v / (1 - beta2 ** t)) + 1e-8);
  },
};

/** The optimisers of the race, in the order of a legend. */
export const names = Object.keys(directions);

/**
 * Points on the way of one optimiser, and their heights above the lowest one. It stops for good before the step that
 * would take a coordinate beyond `limit`; `left` is the number of that step, if there is one.
 * @param {{kind: string, hessian?: number[][], minimum?: number[], noise?: number[][], limit: number,
 *   lowest: number}} surface
 */
export function walk(name, surface, start, hyper, count) {
  const at = (point) => kinds[surface.kind](point, surface.hessian, surface.minimum ?? [0, 0]);
  const memory = start.map(() => ({ m: 0, v: 0 }));
  const path = [start];
  let left = null;
  for (let t = 1; t <= count; t += 1) {
    const point = path[t - 1];
    const { gradient } = at(point);
    const noise = surface.noise?.[t - 1] ?? [0, 0];
    const next = point.map((p, i) => p - hyper.lr * directions[name](gradient[i] + noise[i], memory[i], hyper, t));
    if (left === null && !next.every((p) => Math.abs(p) <= surface.limit)) left = t;
    path.push(left === null ? next : point);
  }
  return { path, heights: path.map((point) => at(point).height - surface.lowest), left };
}

/** The factor on the rate at step t of `cosine_schedule(count)`. */
export const cosine = (t, count) => (1 + Math.cos((Math.PI * (t - 1)) / count)) / 2;

/**
 * The way of Adam + L2 or AdamW down a bowl, along a cosine.
 * @param {boolean} inside whether the decay is inside the gradient
 */
export function decayedWalk(inside, { hessian, minimum }, start, { lr, decay, beta1, beta2 }, count) {
  const memory = start.map(() => ({ m: 0, v: 0 }));
  const path = [start];
  for (let t = 1; t <= count; t += 1) {
    const point = path[t - 1];
    const { gradient } = kinds.bowl(point, hessian, minimum);
    const rate = lr * cosine(t, count);
    path.push(
      point.map((p, i) => {
        const g = gradient[i] + (inside ? decay * p : 0);
        const u = directions.Adam(g, memory[i], { beta1, beta2 }, t);
        return p - rate * (u + (inside ? 0 : decay * p));
      }),
    );
  }
  return path;
}

/**
 * One weight whose gradient has a mean and noise: where it is at each step, Adam's direction there, and the pull of the
 * decay, both in units of the rate. Inside the gradient the pull is the part of the direction that the decay makes.
 */
export function tugOfWar(inside, { start, draws, beta1, beta2 }, { mean, noise, lr, decay }) {
  const way = { path: [start], directions: [0], pulls: [0] };
  let [theta, loss, penalty, v] = [start, 0, 0, 0];
  draws.forEach((draw, i) => {
    const [g, extra] = [mean + noise * draw, inside ? decay * theta : 0];
    loss = beta1 * loss + (1 - beta1) * g;
    penalty = beta1 * penalty + (1 - beta1) * extra;
    v = beta2 * v + (1 - beta2) * (g + extra) ** 2;
    const size = (1 - beta1 ** (i + 1)) * (Math.sqrt(v / (1 - beta2 ** (i + 1))) + 1e-8);
    const [u, pull] = [loss / size, inside ? penalty / size : decay * theta];
    theta -= lr * (u + pull);
    way.path.push(theta);
    way.directions.push(u);
    way.pulls.push(pull);
  });
  return way;
}
