"""The judges take right solutions of any style: recursive, by loops over items, by whole arrays."""

import importlib
import math
from functools import reduce
from itertools import accumulate

import numpy as np
import pytest

# --- adam --------------------------------------------------------------------------------------


def adam(theta, g, m, v, t, lr, decay=0.0):
    m, v = m + 0.1 * (g - m), v + 0.001 * (g * g - v)
    rate = lr * math.sqrt(1 - 0.999**t) / (1 - 0.9**t)  # the paper's second form
    step = rate * m / (math.sqrt(v) + 1e-8 * math.sqrt(1 - 0.999**t))
    return [(1 - lr * decay) * theta - step, m, v]


def adam_of_arrays(theta, g, m, v, t, lr, decay=0.0):
    moments = np.array([0.9, 0.999]) * [m, v] + np.array([0.1, 0.001]) * [g, g**2]
    mean, square = moments / (1 - np.array([0.9, 0.999]) ** t)
    return np.array([theta - lr * (mean / (np.sqrt(square) + 1e-8) + decay * theta), *moments])


def halve_by_steps(lr, decay):
    left, n = 1.0, 0
    while left > 0.5 * (1 + 1e-12):
        left, n = left * (1 - lr * decay), n + 1
    return n


def halve_by_bisection(lr, decay):
    low, high = 0, 10**6
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if (1 - lr * decay) ** middle <= 0.5 + 1e-12 else (middle, high)
    return high


def decays_by_loop(shapes, decay):
    found = {}
    for name in shapes:
        found[name] = 0
        if len(shapes[name]) > 1:
            found[name] = decay
    return found


# --- linear_attention, transnormer, flash, performer -------------------------------------------


def causal_by_matrix(fq, fk, v):
    weights = np.tril(fq @ fk.T)
    return weights @ v / weights.sum(axis=1, keepdims=True)


def causal_by_sums(fq, fk, v):
    states = np.cumsum(fk[:, :, None] * v[:, None], axis=0)
    return np.einsum("nf,nfd->nd", fq, states) / np.sum(fq * np.cumsum(fk, axis=0), axis=1)[:, None]


def causal_by_rows(fq, fk, v):
    rows = []
    for i in range(len(fq)):
        weights = [fq[i] @ fk[j] for j in range(i + 1)]
        rows.append(sum(w * x for w, x in zip(weights, v, strict=False)) / sum(weights))
    return rows


def delta_by_entries(S, key, value, beta):
    read = [sum(S[i, j] * key[i] for i in range(len(key))) for j in range(len(value))]
    return [[S[i, j] + beta * key[i] * (value[j] - read[j]) for j in range(len(value))]
            for i in range(len(key))]  # fmt: skip


def normed_by_matrix(fq, fk, v, eps):
    T = np.where(np.tri(len(fq)), fq @ fk.T, 0) @ v
    return T / (np.mean(T**2, axis=1) + eps)[:, None] ** 0.5


def normed_by_sums(fq, fk, v, eps):
    T = np.einsum("nf,nfd->nd", fq, np.cumsum(fk[:, :, None] * v[:, None], axis=0))
    return [row / math.sqrt(row @ row / len(row) + eps) for row in T]


def slope_by_entries(q, K):
    shares = [np.exp(k) / np.exp(K).sum(axis=0) for k in K]
    a = np.exp(q) * np.exp(K).sum(axis=0)
    a /= a.sum()
    return [[a[e] * (r[e] - a @ r) for e in range(len(q))] for r in shares]


def slope_by_jacobian(q, K):
    scores = np.exp(K) @ np.exp(q)  # the quotient rule
    slopes = np.exp(K) * np.exp(q)
    return slopes / scores.sum() - np.outer(scores, slopes.sum(axis=0)) / scores.sum() ** 2


def states_by_slices(k, v, C):
    starts = range(0, len(k), C)
    return [k[:i].T @ v[:i] / C for i in starts]


def states_by_numpy(k, v, C):
    n = -(-len(k) // C)
    pad = [(0, n * C - len(k)), (0, 0)]
    k, v = (np.pad(x, pad).reshape(n, C, -1) for x in (k, v))
    sums = np.cumsum(np.swapaxes(k, 1, 2) @ v / C, axis=0)
    return np.concatenate([np.zeros_like(sums[:1]), sums[:-1]])


def decode_with_a_text(state, q, k, v, C):
    text = [*(state or []), (k, v)]
    past = text[: (len(text) - 1) // C * C]
    return sum((q @ a) * b for a, b in past) / C + 0 * v, text


def attend_by_rows(q, k, v):
    n, s = q.shape
    return [sum(max(0, q[i] @ k[j]) ** 2 / (n * s) * v[j] for j in range(i + 1)) for i in range(n)]


def merged_by_pairs(x):
    d = len(x)
    mixed = [x[a] * x[b] for a in range(d) for b in range(a)]
    return [1.0, *x, *(u * u / math.sqrt(2) for u in x), *mixed]


def weights_by_logarithms(a, b, v):
    logs = np.array([[np.logaddexp.reduce(p + q) for q in b] for p in a])
    weights = np.exp(logs - logs.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1)[:, None] @ v


def weights_by_rows(a, b, v):
    rows = []
    for query in a:
        logs = query + b
        weights = np.exp(logs - logs.max()).sum(axis=1)
        rows.append(tuple(weights @ v / weights.sum()))
    return rows


# --- state_space_models, face_recognition, mean_average_precision -------------------------------


def product_by_matrix(v):
    n = np.arange(len(v))
    A = np.tril(np.sqrt(np.outer(2 * n + 1, 2 * n + 1)), -1) + np.diag(n + 1)
    return A @ v


def product_by_loop(v):
    total, out = 0.0, []
    for n, x in enumerate(v):
        total += math.sqrt(2 * n + 1) * x
        out.append(math.sqrt(2 * n + 1) * total - n * x)
    return out


def kernel_by_powers(C, lam, dt, L):
    step = np.exp(dt * lam)
    gains = accumulate(range(1, L), lambda gain, _: gain * step, initial=C * (step - 1) / lam)
    return [2 * gain.sum().real for gain in gains]


def similarity_by_least_squares(z, w):
    z, w = np.array(z, complex), np.array(w, complex)
    return np.linalg.lstsq(np.stack([z, np.ones_like(z)], axis=1), w, rcond=None)[0][0]


def running_by_sums(hits, n):
    found = np.cumsum(np.array(hits, int))
    return found / np.arange(1, len(hits) + 1), found / n


def area_from_the_end(p, r):
    roof, total = 0.0, 0.0
    for k in reversed(range(len(p))):
        roof = max(roof, p[k])
        total += roof * (r[k] - (r[k - 1] if k else 0))
    return total


def area_by_numpy(p, r):
    roof = np.maximum.accumulate(np.array(p, float)[::-1])[::-1]
    return np.sum(np.diff(np.array(r, float), prepend=0.0) * roof)


def free_by_crossing_out(iou, threshold):
    left, taken = set(range(len(iou[0]) if iou else 0)), ()
    for row in iou:
        best = max(left, key=row.__getitem__, default=-1)
        hit = best >= 0 and row[best] >= threshold
        taken += (best if hit else -1,)
        left -= {best} if hit else set()
    return taken


def free_by_recursion(iou, threshold, taken=()):
    if not iou:
        return list(taken)
    row = [-1 if i in taken else value for i, value in enumerate(iou[0])]
    best = row.index(max(row)) if max(row) >= threshold else -1
    return free_by_recursion(iou[1:], threshold, (*taken, best))


def accept_by_counting(impostors, far):
    fine = [s for s in impostors if sum(x >= s for x in impostors) <= far * len(impostors) + 1e-9]
    return min(fine) if fine else math.inf


def logits_by_sines(cosines, y, m, s):
    c = cosines[y]
    moved = c * math.cos(m) - math.sqrt(1 - c * c) * math.sin(m)
    return [*(s * x for x in cosines[:y]), s * moved, *(s * x for x in cosines[y + 1 :])]


def boxes_by_numpy(anchor, answer):
    anchor, answer = np.array(anchor, float).reshape(2, 2), np.array(answer).reshape(2, 2)
    size = anchor[1] - anchor[0]
    centre = anchor.mean(axis=0) + 0.1 * answer[0] * size
    half = size * np.exp(0.2 * answer[1]) / 2
    return np.concatenate([centre - half, centre + half])


RIGHT = {
    "adam": {
        "adam": [adam, adam_of_arrays], "adamw": [adam, adam_of_arrays],
        "steps_to_halve": [halve_by_steps, halve_by_bisection],
        "decay_of_each": [decays_by_loop, lambda shapes, decay: dict(
            zip(shapes, (decay * (len(shape) > 1) for shape in shapes.values()), strict=True))],
    },
    "linear_attention": {
        "causal": [causal_by_matrix, causal_by_sums, causal_by_rows],
        "delta_step": [delta_by_entries, lambda S, k, v, beta: (
            (np.eye(len(k)) - beta * np.outer(k, k)) @ S + beta * np.outer(k, v))],
        "padded": [
            lambda fq, fk, v, c: (lambda w: w @ v / w.sum(axis=1, keepdims=True))(fq @ fk.T * c),
            lambda fq, fk, v, c: [(f @ fk[c].T) @ v[c] / sum(f @ fk[c].T) for f in fq],
        ],
        "merged": [merged_by_pairs, lambda x: merged_by_pairs(x)[::-1]],
    },
    "transnormer": {
        "query_slope": [slope_by_entries, slope_by_jacobian],
        "ceiling": [lambda K: max(np.exp(k).max() / np.exp(k).sum() for k in K.T),
                    lambda K: 1 / np.exp(K - K.max(axis=0)).sum(axis=0).min()],
        "norm_causal": [normed_by_matrix, normed_by_sums],
    },
    "flash": {
        "gated": [lambda u, v, A, Wo: [(u[i] * (A[i] @ v)) @ Wo for i in range(len(u))],
                  lambda u, v, A, Wo: np.einsum("ie,ij,je,ed->id", u, A, v, Wo)],
        "attend": [attend_by_rows, lambda q, k, v: (
            np.tril(np.maximum(q @ k.T, 0) ** 2 / q.size) @ v)],
        "past_states": [states_by_slices, states_by_numpy],
        "decode": [decode_with_a_text],
        "padded": [lambda q, k, v, real: [sum((x @ k[j]) * v[j] for j in np.flatnonzero(real))
                                          / sum(real) for x in q],
                   lambda q, k, v, real: q @ (k.T * real) @ v / np.count_nonzero(real)],
        "overlapping": [lambda i, C: {j for j in range(i + 1) if i // C - j // C < 2},
                        lambda i, C: np.arange(max(0, i - i % C - C), i + 1)],
    },
    "performer": {
        "positive": [
            lambda x, W: [[math.exp(w @ p - p @ p / 2) / math.sqrt(len(W)) for w in W] for p in x],
            lambda x, W: np.exp(x @ W.T) * np.exp(-np.sum(x**2, 1) / 2)[:, None] / len(W) ** 0.5],
        "directions_needed": [
            lambda x, y, error: max(1, math.ceil(math.expm1((x + y) @ (x + y)) / error**2)),
            lambda x, y, error: max(1, -int(-np.expm1(sum((x + y) ** 2)) / error**2 // 1))],
        "attend": [weights_by_logarithms, weights_by_rows],
    },
    "state_space_models": {
        "product": [product_by_matrix, product_by_loop],
        "bilinear": [lambda A, B, dt: (
            2 * np.linalg.inv(np.eye(len(A)) - dt / 2 * A) - np.eye(len(A)),
            dt * np.linalg.inv(np.eye(len(A)) - dt / 2 * A) @ B)],
        "join": [lambda f, s: reduce(lambda x, y: [x[0] * y[0], y[0] * x[1] + y[1]], [f, s]),
                 lambda f, s: np.array([f[0] * s[0], s[0] * f[1] + s[1]])],
        "diagonal_kernel": [kernel_by_powers],
    },
    "face_recognition": {
        "similarity": [similarity_by_least_squares], "decode": [boxes_by_numpy],
        "threshold": [accept_by_counting], "logits": [logits_by_sines],
    },
    "mean_average_precision": {
        "running": [running_by_sums], "area": [area_from_the_end, area_by_numpy],
        "take_free": [free_by_crossing_out, free_by_recursion],
        "greedy_loses": [lambda: ((0.9, 1), (0, 0.5)), lambda: np.array([[0.7, 0.6], [0.6, 0]])],
    },
}  # fmt: skip


@pytest.mark.parametrize("slug", RIGHT)
def test_right_solutions_of_other_styles_pass(slug):
    exercises = importlib.import_module(f"glassbox.{slug}.exercises")
    for name, styles in RIGHT[slug].items():
        for right in styles:
            verdict = getattr(exercises, name)(right)
            assert verdict, (name, verdict)
