"""The judges of mean_average_precision: right solutions pass, wrong ones get a counterexample."""

import pytest

from glassbox.mean_average_precision import exercises, questions

WRONG_RUNNING = {
    "all objects in P": lambda h, n: ([sum(h[: k + 1]) / n for k in range(len(h))],) * 2,
    "recall of the found": lambda h, n: (
        [sum(h[: k + 1]) / (k + 1) for k in range(len(h))],
        [sum(h[: k + 1]) / max(sum(h), 1) for k in range(len(h))],
    ),
    "one point short": lambda h, n: (
        [sum(h[: k + 1]) / (k + 1) for k in range(len(h) - 1)],
        [sum(h[: k + 1]) / n for k in range(len(h) - 1)],
    ),
    "counted from 0": lambda h, n: (
        [sum(h[:k]) / max(k, 1) for k in range(len(h))],
        [sum(h[:k]) / n for k in range(len(h))],
    ),
    "swapped": lambda h, n: exercises._running(h, n)[::-1],
    "P only": lambda h, n: exercises._running(h, n)[0],
    "hits only": lambda h, n: ([1.0] * sum(h), [(k + 1) / n for k in range(sum(h))]),
    "never down": lambda h, n: (
        [max(exercises._running(h, n)[0][: k + 1]) for k in range(len(h))],
        exercises._running(h, n)[1],
    ),
    "rounded": lambda h, n: tuple([round(v, 2) for v in part] for part in exercises._running(h, n)),
    "last alone": lambda h, n: tuple(part[-1:] for part in exercises._running(h, n)),
}


def widths(r):
    return [b - a for a, b in zip([0, *r], r)]  # noqa: B905


WRONG_AREA = {
    "no envelope": lambda p, r: sum(w * v for w, v in zip(widths(r), p, strict=True)),
    "envelope from before": lambda p, r: sum(w * max(p[: k + 1]) for k, w in enumerate(widths(r))),
    "mean of P": lambda p, r: sum(p) / len(p) if p else 0,
    "best P": lambda p, r: max(p, default=0),
    "trapezoids": lambda p, r: sum(
        w * (p[k] + p[max(k - 1, 0)]) / 2 for k, w in enumerate(widths(r))
    ),
    "first step lost": lambda p, r: sum(w * max(p[k:]) for k, w in enumerate(widths(r)) if k),
    "last step lost": lambda p, r: sum(
        w * max(p[k:]) for k, w in enumerate(widths(r)) if k < len(r) - 1
    ),
    "of what was found": lambda p, r: exercises._area(p, r) / (r[-1] if r and r[-1] else 1),
    "recall times P": lambda p, r: sum(a * b for a, b in zip(p, r, strict=True)),
    "one later": lambda p, r: sum(w * max(p[k + 1 :], default=0) for k, w in enumerate(widths(r))),
}


def best_of(row):
    return max(range(len(row)), key=row.__getitem__)


def voc(iou, t):
    taken = []
    for row in iou:
        best = best_of(row)
        taken.append(best if row[best] >= t and best not in taken else -1)
    return taken


def first_free(iou, t):
    taken = []
    for row in iou:
        free = [i for i, v in enumerate(row) if v >= t and i not in taken]
        taken.append(free[0] if free else -1)
    return taken


def by_overlap(iou, t):
    pairs = sorted(
        ((v, d, i) for d, row in enumerate(iou) for i, v in enumerate(row)), reverse=True
    )
    taken = [-1] * len(iou)
    for v, d, i in pairs:
        if v >= t and taken[d] < 0 and i not in taken:
            taken[d] = i
    return taken


WRONG_FREE = {
    "VOC's rule": voc,
    "the first that will do": first_free,
    "by overlap": by_overlap,
    "no limit of one": lambda iou, t: [best_of(r) if max(r) >= t else -1 for r in iou],
    "above only": lambda iou, t: exercises._take_free(iou, t + 1e-6),
    "half always": lambda iou, t: exercises._take_free(iou, 0.5),
    "no threshold": lambda iou, t: exercises._take_free(iou, 0),
    "from the end": lambda iou, t: exercises._take_free(iou[::-1], t)[::-1],
    "hits": lambda iou, t: [i >= 0 for i in exercises._take_free(iou, t)],
    "counted from 1": lambda iou, t: [i + (i >= 0) for i in exercises._take_free(iou, t)],
}
WRONG_LOSES = {
    "both hit": lambda: [[0.7, 0.6], [0.2, 0.6]],
    "only one possible": lambda: [[0.6, 0.7], [0.2, 0.4]],
    "none": lambda: [[0.1, 0.2], [0.2, 0.1]],
    "three objects": lambda: [[0.6, 0.7, 0.1], [0.2, 0.6, 0.1]],
    "one detection": lambda: [[0.6, 0.7]],
    "above 1": lambda: [[0.6, 7], [0.2, 0.6]],
    "words": lambda: [["a", "b"], ["c", "d"]],
    "a number": lambda: 3,
    "flat": lambda: [0.6, 0.7, 0.2, 0.6],
    "first loses": lambda: [[0.4, 0.7], [0.2, 0.6]],
}
WRONG = {
    "running": WRONG_RUNNING, "area": WRONG_AREA, "take_free": WRONG_FREE,
    "greedy_loses": WRONG_LOSES,
}  # fmt: skip
CASES = [
    (getattr(exercises, judge), name, wrong)
    for judge, all_wrong in WRONG.items()
    for name, wrong in all_wrong.items()
]


@pytest.mark.parametrize(("judge", "name", "wrong"), CASES, ids=[name for _, name, _ in CASES])
def test_a_wrong_solution_gets_a_counterexample(judge, name, wrong):
    verdict = judge(wrong)
    assert verdict.written and not verdict and verdict.message.startswith("For `")


def test_right_solutions_of_another_make_pass():
    def free(iou, t):
        left, taken = set(range(len(iou[0]) if iou else 0)), []
        for row in iou:
            best = max(left, key=row.__getitem__, default=-1)
            hit = best >= 0 and row[best] >= t
            taken.append(best if hit else -1)
            left -= {best} if hit else set()
        return taken

    def exact(p, r):
        roof, total, k = 0.0, 0.0, len(p) - 1
        while k >= 0:
            roof = max(roof, p[k])
            total += roof * (r[k] - (r[k - 1] if k else 0))
            k -= 1
        return total

    assert exercises.take_free(free) and exercises.area(exact)
    assert exercises.greedy_loses(lambda: ((0.9, 1.0), (0.0, 0.5)))
    assert exercises.greedy_loses(lambda: [[0.7, 0.6], [0.6, 0.2]])


@pytest.mark.parametrize(
    ("overlaps", "told"),
    [
        ([[0.5, 0.6], [0.4, 0.5]], True),
        ([[0.6, 0.5], [0.5, 0.4]], True),
        ([[1, 0.5], [1, 0]], True),
        (7, "two rows of two numbers"),
        ("ab", "two rows of two numbers"),
        ([[1, 0, 0], [0, 1, 0]], "two rows of two numbers"),
        ([[1, 0]], "two rows of two numbers"),
        ([[1, 0], [0, 1], [0, 0]], "two rows of two numbers"),
        ([[0.6, 0.5], [0.5, -0.5]], "overlaps from 0 to 1"),
        ([[1.5, 0.5], [0.5, 0]], "overlaps from 0 to 1"),
        ([[0.6, 0.4], [0.6, 0.4]], "overlaps that allow two hits at 0.5"),
        ([[0.9, 0.6], [0.4, 0.4]], "overlaps that allow two hits at 0.5"),
        ([[0.4, 0.6], [0.4, 0.6]], "overlaps that allow two hits at 0.5"),
        ([[0.4, 0.4], [0.6, 0.6]], "overlaps that allow two hits at 0.5"),
        ([[0.9, 0.1], [0.1, 0.9]], "one hit by COCO's rule at 0.5; here it finds two"),
        ([[0.6, 0.7], [0.6, 0.7]], "one hit by COCO's rule at 0.5; here it finds two"),
    ],
)
def test_what_loses_is_told_from_what_does_not(overlaps, told):
    assert exercises._loses(overlaps) == told


@pytest.mark.parametrize("ask", [questions.eleven, questions.twice, questions.absent,
                                 questions.crossing])  # fmt: skip
def test_a_question_does_not_show_its_answer(ask):
    assert "quiz" in ask().payload
