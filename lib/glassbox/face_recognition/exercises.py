"""Judges of the chapter's exercises: each tries a reader's function and says in a line how it did.

def similarity(z, w): ...

exercises.similarity(similarity)
"""

import cmath
import math

from glassbox.judge import judge

from .alignment import estimate_similarity
from .anchors import VARIANCES, decode_box
from .embedding import target_cosine
from .verification import threshold_at_far


def similarity(function):
    """Judge ``similarity(z, w)``: the complex c that rotates and scales z to w, without a shift.

    Points are lists of complex numbers; their means need not be 0.
    """
    square = [0, 2, 2 + 2j, 2j]
    turned = [3 + 4j * z for z in square]
    cases = [(square, turned), (square, square), ([0, 1], [5, 5 + 3j]), ([1j, 3, -2], [2, 4, -8])]
    return judge(function, _similarity, cases, random=_points, count=60)


def _similarity(z, w):
    src, dst = ([(complex(p).real, complex(p).imag) for p in points] for points in (z, w))
    matrix = estimate_similarity(src, dst)
    return complex(matrix[0, 0], matrix[1, 0])


def _points(rng):
    n = rng.randint(2, 5)
    z = [complex(rng.randint(-5, 5), rng.randint(-5, 5)) for _ in range(n)]
    if len(set(z)) == 1:
        z[0] += 1
    c, shift = cmath.rect(rng.uniform(0.5, 2), rng.uniform(-3, 3)), complex(rng.randint(-3, 3), 4)
    w = [c * p + shift + complex(rng.uniform(-1, 1), rng.uniform(-1, 1)) for p in z]
    return z, w


def decode(function):
    """Judge ``decode(anchor, answer)``: the box that an anchor's answer (dx, dy, dw, dh) means.

    The variances are 0.1 and 0.2.
    """
    cases = [
        ([0, 0, 10, 10], [0, 0, 0, 0]), ([0, 0, 10, 20], [5, 5, 0, 0]),
        ([0, 0, 10, 10], [0, 0, 5 * math.log(2), 0]), ([-8, 4, 8, 20], [1, -1, -2, 2]),
    ]  # fmt: skip
    return judge(function, _decode, cases, random=_answer, count=60)


def _decode(anchor, answer):
    return [float(v) for v in decode_box(anchor, answer, VARIANCES)]


def _answer(rng):
    x, y, w, h = (rng.randint(low, high) for low, high in 2 * [(-20, 20)] + 2 * [(4, 64)])
    return [x, y, x + w, y + h], [round(rng.uniform(-5, 5), 2) for _ in range(4)]


def threshold(function):
    """Judge ``threshold(impostors, far)``: the least score of those that may be accepted.

    Of the impostors' scores at most the share ``far`` may reach it; where none may, it is infinite.
    Scores are distinct.
    """
    cases = [
        ([0.1, 0.4, 0.2, 0.3], 0.25), ([0.1, 0.4, 0.2, 0.3], 0.5), ([0.5], 0.0),
        ([0.3, 0.9], 0.49), ([-0.2, 0.1, 0.6], 0.0), ([k / 100 for k in range(100)], 0.29),
    ]  # fmt: skip
    return judge(function, _threshold, cases, random=_impostors, count=60)


def _threshold(impostors, far):
    lowest = threshold_at_far(impostors, far)
    return min((score for score in impostors if score >= lowest), default=math.inf)


def _impostors(rng):
    n = rng.randint(1, 12)
    return [k / 50 for k in rng.sample(range(-50, 50), n)], rng.choice(
        [0.0, 0.1, 0.2, 0.25, 0.5, 0.9]
    )


def logits(function):
    """Judge ``logits(cosines, y, m, s)``: ArcFace's logits of one embedding, without monotone.

    ``cosines`` to every centre, in [-1, 1]; the right one is number ``y``.
    """
    cases = [
        ([1.0, 0.0], 0, 0.5, 1), ([0.0, 1.0], 0, 0.5, 16), ([0.5, 0.5, -0.5], 1, 0.0, 4),
        ([-0.2, 0.3], 1, 0.3, 64), ([1.0, -1.0], 1, 0.0, 2),
    ]  # fmt: skip
    return judge(function, _logits, cases, random=_cosines, count=60)


def _logits(cosines, y, m, s):
    psi = float(target_cosine(math.acos(cosines[y]), m2=m))
    return [s * (psi if j == y else cosine) for j, cosine in enumerate(cosines)]


def _cosines(rng):
    n = rng.randint(1, 5)
    cosines = [rng.randint(-10, 10) / 10 for _ in range(n)]
    return cosines, rng.randrange(n), rng.choice([0.0, 0.2, 0.35, 0.5]), rng.choice([1, 4, 16, 64])
