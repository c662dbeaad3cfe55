"""The questions of dynamic_programming: their answers are what the code says."""

import base64
import json

import pytest

from glassbox.dynamic_programming import knapsack_table, questions, split_count


def secret_of(question):
    """Return what a question tells only after an answer."""
    (panel,) = question.at()
    return json.loads(base64.b64decode(panel["secret"])), panel


@pytest.mark.parametrize("ask", [questions.memo, questions.exactly, questions.bundles])
def test_no_answer_is_in_sight(ask):
    secret, _ = secret_of(ask())
    for said in [*secret.get("said", []), secret.get("why", "Right")]:
        assert said not in ask().payload


def test_the_right_bundles_are_those_of_the_code():
    secret, panel = secret_of(questions.bundles())
    right = panel["choices"][secret["right"][0]]
    *parts, last = split_count(100)
    assert right == ", ".join(map(str, parts)) + f" and {last}"


def test_the_right_value_is_that_of_the_code():
    secret, _ = secret_of(questions.exactly())
    rows = knapsack_table([3, 2], [4, 3], 4, exact=True)
    assert secret["answer"] == max(rows[-1]) == 4
    assert {wrong for wrong, _ in secret["wrong"]} == {3, 7, 0}
