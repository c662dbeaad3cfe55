"""Numbers in texts: Python's and the front end's are written alike."""

import json

import numpy as np
import pytest

from glassbox.figures import array, choice, code, explore, short, slider, table, text
from glassbox.figures.words import tidy


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("1e-05", "10⁻⁵"),
        ("3.28e+03 ms", "3,280 ms"),
        ("2.15e-4 and 2e-10", "2.15·10⁻⁴ and 2·10⁻¹⁰"),
        ("-1.5e+07", "−1.5·10⁷"),
        ("1.2e-03, 1.25e-02", "0.0012, 0.0125"),
        ("1e+05 and 1e+06", "100,000 and 10⁶"),
        ("1e-03 and 1e-04", "0.001 and 10⁻⁴"),
        ("from -3 to (-0.5)", "from −3 to (−0.5)"),
        ("-0.00 is -0", "0.00 is 0"),
        ("-0.001", "−0.001"),
        ("n-1, 2-3, x - 1", "n-1, 2-3, x - 1"),
        ("`x = 1e-05` and **-2**", "`x = 1e-05` and **−2**"),
        ("e5, 1e, 0x1e5, face1e5", "e5, 1e, 0x1e5, face1e5"),
        ("heap[-1]", "heap[−1]"),
    ],
)
def test_a_number_has_one_way_to_be_written(given, written):
    assert tidy(given) == written
    assert tidy(written) == written


def test_a_number_is_written_alike_by_python_and_by_a_model(call_js):
    values = [0, 1, -1, 0.05, -1230, 999999, 1e6, 33333.3, 1234567.8, 1e-3, 9.99e-4, -2.154e-7]
    values += [round(value, 9) for value in np.random.default_rng(0).normal(0, 300, 40)]
    for value in values:
        for digits in (2, 3, 4):
            there = call_js("figures/js/numbers.js", "short", value, digits)
            assert there == short(value, digits) == tidy(there)
    assert [short(float(text)) for text in ("inf", "-inf")] == ["∞", "−∞"]
    decimals = {-0.004: "0.00", -1.5: "−1.50", 2: "2.00"}
    for value, written in decimals.items():
        assert call_js("figures/js/numbers.js", "fixed", value, 2) == written


def test_all_that_a_reader_reads_is_tidied_but_code_and_pictures():
    source = [{"name": "f", "first_line": 1, "text": "x = -1e-05"}]
    picture = "data:image/png;base64,+1e5/-3"
    made = explore(
        lambda eps, rate: [
            text("at 1e-05", describe="it is -1"), table(["1e-05"], [["-2"]]), array([-3, 1e-5]),
            code(source), text(picture),
        ],
        eps=choice([1e-5, 1.0], label="eps 1e-5"), rate=slider([1e-9, 1e-8]), caption="1e-07",
    )  # fmt: skip
    spec = json.loads(made.payload)
    for said in ("at 10⁻⁵", "it is −1", "−2", "−3", "x = -1e-05", picture):
        assert said in json.dumps(spec["pool"], ensure_ascii=False)
    assert spec["caption"] == "10⁻⁷"
    eps, rate = spec["controls"]
    assert (eps["label"], eps["labels"]) == ("eps 10⁻⁵", ["10⁻⁵", "1.0"])
    assert rate["labels"] == ["10⁻⁹", "10⁻⁸"]
    made.eps = "1e-05"
    assert made.eps == "1e-05", "the reader's code says it as before"
