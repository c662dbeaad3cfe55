"""Models: each JavaScript model agrees with its Python helper on hundreds of random states."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

from glassbox.figures.figure import models
from glassbox.mean_average_precision import box_iou

TESTS = Path(__file__).parent


def box_pairs(rng):
    """Return 500 pairs of boxes, shape (500, 2, 4), among them every way two boxes can lie."""
    corners = rng.uniform(-50, 50, size=(400, 2, 2, 2))
    corners[200:] = np.round(corners[200:] / 10)  # on a coarse grid boxes touch, nest and coincide
    pairs = np.concatenate([corners.min(axis=2), corners.max(axis=2)], axis=-1)
    apart = np.array([[0, 0, 2, 2], [5, 5, 6, 6]])
    edge = np.array([[0, 0, 2, 2], [2, 0, 4, 2]])
    corner = np.array([[0, 0, 2, 2], [2, 2, 3, 3]])
    nested = np.array([[0, 0, 9, 9], [2, 3, 4, 5]])
    identical = np.array([[1, 2, 3, 4], [1, 2, 3, 4]])
    point_inside = np.array([[0, 0, 2, 2], [1, 1, 1, 1]])
    two_points = np.array([[1, 1, 1, 1], [1, 1, 1, 1]])
    line = np.array([[0, 1, 5, 1], [2, 1, 3, 1]])
    neighbours = np.array([[0, 0, 1, 1], [2, 0, 3, 1]])  # pixels side by side
    cases = np.array(
        [apart, edge, corner, nested, identical, point_inside, two_points, line, neighbours]
    )
    scaled = cases[rng.integers(len(cases), size=91)] * rng.uniform(0.1, 30, size=(91, 1, 1))
    return np.concatenate([pairs, cases, scaled])


def areas(boxes, plus_one):
    """Return areas by the definition, shape (n,)."""
    return np.prod(boxes[:, 2:] - boxes[:, :2] + plus_one, axis=1)


@pytest.mark.parametrize("plus_one", [False, True])
def test_iou(call_js, plus_one):
    pairs = box_pairs(np.random.default_rng(7))
    assert len(pairs) == 500
    a, b = pairs[:, 0], pairs[:, 1]
    iou = np.array([box_iou(p[:1], p[1:], plus_one=plus_one)[0, 0] for p in pairs])
    total = areas(a, plus_one) + areas(b, plus_one)
    inter = total * iou / (1 + iou)  # because iou = inter / (total - inter)
    assert (iou == 0).sum() > 50 and (iou == 1).sum() > 5 and ((iou > 0) & (iou < 1)).sum() > 100
    found = [
        call_js("mean_average_precision/boxes.js", "boxIou", *p.tolist(), plus_one) for p in pairs
    ]
    for name, wanted in (("iou", iou), ("inter", inter), ("union", total - inter)):
        values = np.array([result[name] for result in found])
        np.testing.assert_allclose(values, wanted, rtol=1e-12, atol=1e-12, err_msg=name)


def test_iou_draws_the_verdict_of_the_helper(call_js):
    rng = np.random.default_rng(8)
    truth, shrink = np.array([90, 50, 210, 150]), 10
    constants = {"truth": truth.tolist(), "sheet": [360, 240], "shrink": shrink}
    for inclusive, objects in itertools.product((False, True), ("large", "small")):
        by = shrink if objects == "small" else 1
        for x, y, width, height in rng.integers([0, 0, 1, 1], [260, 160, 200, 150], size=(30, 4)):
            found = np.minimum([x, y, x + width, y + height], [360, 240] * 2)  # on the sheet
            value = box_iou([truth / by], [found / by], plus_one=inclusive)[0, 0]
            threshold = float(rng.choice([0.05, 0.25, 0.5]))
            state = {
                "x": int(x), "y": int(y), "width": int(width), "height": int(height),
                "threshold": threshold, "objects": objects, "inclusive_pixels": inclusive,
            }  # fmt: skip
            panels = call_js("mean_average_precision/model.js", "iou", state, constants)
            verdict = "a hit" if value >= threshold else "a false alarm"
            assert verdict in panels[0]["describe"], state
            assert f"IoU {value:.3f}" in panels[0]["describe"], state


# Name in the model: the step, and which of the model's hyper-parameters it takes under which name.
def test_every_model_has_a_parity_test():
    assert {"adam.race", "mean_average_precision.iou", "performer.variances"} <= set(models())
    tests = "".join(path.read_text(encoding="utf-8") for path in TESTS.glob("test_*.py"))
    topics = {name.split(".")[0] for name in models()}
    missing = {topic for topic in topics if not re.search(rf'call_js\(\s*"{topic}/', tests)}
    assert not missing, f"no test calls what is in <topic>/model.js: {sorted(missing)}"
