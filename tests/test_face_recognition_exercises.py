"""The judges say yes to the solutions, and catch what goes wrong."""

import cmath
import math

import numpy as np
import pytest

from cells import passing
from glassbox.face_recognition import exercises, questions
from glassbox.face_recognition.embedding import needed_scale


def similarity(z, w):
    a, b = sum(z) / len(z), sum(w) / len(w)
    top = sum((complex(p) - a).conjugate() * (q - b) for p, q in zip(z, w, strict=True))
    return top / sum(abs(p - a) ** 2 for p in z)


def slope(z, w, bar=True, centre=True, over="z", angle=False):
    a, b = (sum(z) / len(z), sum(w) / len(w)) if centre else (0, 0)
    z, w = [complex(p) - a for p in z], [complex(q) - b for q in w]
    top = sum((p.conjugate() if bar else p) * q for p, q in zip(z, w, strict=True))
    c = top / (sum(abs(p) ** 2 for p in (z if over == "z" else w)) or 1)
    return c / (abs(c) or 1) if angle else c


WRONG_SIMILARITY = {
    "no bar": lambda z, w: slope(z, w, bar=False),
    "no means": lambda z, w: slope(z, w, centre=False),
    "wrong way": lambda z, w: slope(w, z),
    "wrong size below": lambda z, w: slope(z, w, over="w"),
    "rotation alone": lambda z, w: slope(z, w, angle=True),
    "two points": lambda z, w: (w[1] - w[0]) / ((z[1] - z[0]) or 1),
    "conjugate": lambda z, w: slope(z, w).conjugate(),
    "real part": lambda z, w: slope(z, w).real,
    "mean of ratios": lambda z, w: sum(q / (p or 1) for p, q in zip(z, w, strict=True)) / len(z),
    "size": lambda z, w: abs(slope(z, w)),
}


def decode(anchor, answer, shift=0.1, log=0.2, base=math.exp, middle=True, corner=False):
    (x1, y1, x2, y2), (dx, dy, dw, dh) = anchor, answer
    w, h = x2 - x1, y2 - y1
    x, y = ((x1 + x2) / 2, (y1 + y2) / 2) if middle else (x1, y1)
    x, y, w, h = x + shift * dx * w, y + shift * dy * h, w * base(log * dw), h * base(log * dh)
    return [x, y, w, h] if corner else [x - w / 2, y - h / 2, x + w / 2, y + h / 2]


WRONG_DECODE = {
    "no variance": lambda a, t: decode(a, t, 1, 1),
    "one variance": lambda a, t: decode(a, t, 0.1, 0.1),
    "swapped": lambda a, t: decode(a, t, 0.2, 0.1),
    "divided": lambda a, t: decode(a, t, 10, 5),
    "from the corner": lambda a, t: decode(a, t, middle=False),
    "centre and size": lambda a, t: decode(a, t, corner=True),
    "powers of two": lambda a, t: decode(a, t, base=lambda v: 2**v),
    "linear size": lambda a, t: decode(a, t, base=lambda v: 1 + v),
    "height for width": lambda a, t: decode([a[1], a[0], a[3], a[2]], t),
    "shift in pixels": lambda a, t: [v + 0.1 * s for v, s in zip(a, (*t[:2], *t[:2]), strict=True)],
}


def threshold(impostors, far):
    best = math.inf
    for accepted, score in enumerate(sorted(impostors, reverse=True), start=1):
        if accepted / len(impostors) > far:
            break
        best = score
    return best


WRONG_THRESHOLD = {
    "quantile": lambda s, far: float(np.quantile(s, 1 - far)),
    "one more": lambda s, far: sorted(s, reverse=True)[min(int(far * len(s)), len(s) - 1)],
    "at least one": lambda s, far: sorted(s, reverse=True)[max(int(far * len(s)), 1) - 1],
    "truncated": lambda s, far: ([math.inf, *sorted(s, reverse=True)])[int(far * len(s))],
    "rounded": lambda s, far: ([math.inf, *sorted(s, reverse=True)])[round(far * len(s))],
    "rounded up": lambda s, far: ([math.inf, *sorted(s, reverse=True)])[math.ceil(far * len(s))],
    "the lowest": lambda s, far: ([math.inf, *sorted(s)])[int(far * len(s) + 1e-9)],
    "the greatest": lambda s, far: max(s),
    "unsorted": lambda s, far: ([math.inf, *s])[int(far * len(s) + 1e-9)],
    "sorts in place": lambda s, far: s.sort() or threshold(s, far),
}


def logits(cosines, y, m, s):
    moved = list(cosines)
    moved[y] = np.cos(np.arccos(moved[y]) + m)
    return [float(s * cosine) for cosine in moved]


def moved(cosines, y, m, s, change, *, others=False):
    return [s * (change(c, m) if others or j == y else c) for j, c in enumerate(cosines)]


WRONG_LOGITS = {
    "no margin": lambda c, y, m, s: moved(c, y, m, s, lambda c, m: c),
    "CosFace": lambda c, y, m, s: moved(c, y, m, s, lambda c, m: c - m),
    "towards": lambda c, y, m, s: moved(c, y, m, s, lambda c, m: math.cos(math.acos(c) - m)),
    "SphereFace": lambda c, y, m, s: moved(
        c, y, m, s, lambda c, m: math.cos(math.acos(c) * (1 + m))
    ),
    "degrees": lambda c, y, m, s: moved(
        c, y, m, s, lambda c, m: math.cos(math.acos(c) + math.radians(m))
    ),
    "all move": lambda c, y, m, s: moved(
        c, y, m, s, lambda c, m: math.cos(math.acos(c) + m), others=True
    ),
    "no scale": lambda c, y, m, s: logits(c, y, m, 1),
    "scale on one": lambda c, y, m, s: [v if j == y else v / s for j, v in
                                        enumerate(logits(c, y, m, s))],
    "of the cosine": lambda c, y, m, s: moved(c, y, m, s, lambda c, m: math.cos(c + m)),
    "changes its input": lambda c, y, m, s: c.__setitem__(y, -1.0) or logits(c, y, m, s),
}  # fmt: skip

JUDGES = {
    exercises.similarity: (similarity, WRONG_SIMILARITY),
    exercises.decode: (decode, WRONG_DECODE),
    exercises.threshold: (threshold, WRONG_THRESHOLD),
    exercises.logits: (logits, WRONG_LOGITS),
}
WRONG = {judge.__name__: wrong for judge, (_, wrong) in JUDGES.items()}


@pytest.mark.parametrize("judge", JUDGES, ids=lambda judge: judge.__name__)
def test_a_judge_accepts_the_solution_and_catches_what_is_wrong(judge):
    right, wrong = JUDGES[judge]
    assert judge(right).right, judge(right)
    assert len(wrong) >= 10
    assert not passing(judge, wrong)


@pytest.mark.parametrize("judge", JUDGES, ids=lambda judge: judge.__name__)
def test_a_stub_is_told_to_be_written(judge):
    def stub(*arguments): ...

    assert not judge(stub).written


def test_what_the_questions_say_is_so():
    assert 2 * (640 // 16) ** 2 == 3200
    behind = math.cos(math.radians(30)) - math.cos(math.radians(70))
    assert behind == pytest.approx(0.52, abs=0.005)
    pull = [s * 300 / (300 + math.exp(s * behind)) for s in (2, 32)]
    assert pull[1] < pull[0] / 10
    assert 0.949 < 1 - (1 - 3 / 3000) ** 3000 < 0.951
    assert pytest.approx(0.37, abs=0.003) == (1 - 1 / 3000) ** 3000
    for ask in (questions.forget, questions.anchors, questions.scale, questions.gallery,
                questions.rule_of_three):  # fmt: skip
        assert ask().payload
    assert needed_scale(8, 0.9) < needed_scale(150, 0.9) < 8
    assert cmath.isclose(similarity([0, 1], [2j, 1 + 2j]), 1)
