"""Questions: what they refuse, what they hide, and how an answer is judged (the JavaScript)."""

import base64
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassbox.figures import Figure, quiz
from glassbox.figures.quiz import sealed

CHOICES = {"Once": "It is read once.", "Twice": "No: `row` is one.", "Never": "Something is taken."}


def fields(question):
    """Return the fields of the panel of a question."""
    (panel,) = question.at()
    return panel


def secret(question):
    """Return what is told after an answer."""
    return json.loads(base64.b64decode(fields(question)["secret"]))


@pytest.fixture
def judge_answer(call_js):
    """Return a function that judges an answer to a question as the page does."""

    def judged(question, answer):
        verdict = call_js("answers.js", "judgeAnswer", secret(question), answer)
        return verdict["state"], " ".join([verdict["verdict"], *verdict["said"]])

    return judged


def test_a_question_is_a_figure_that_shows_neither_answer_nor_explanation():
    question = quiz("How often?", CHOICES, right="Once")
    assert isinstance(question, Figure)
    assert fields(question)["choices"] == ["Once", "Twice", "Never"]
    assert fields(question)["input"] == "one"
    assert fields(quiz("Which?", CHOICES, right=["Once"]))["input"] == "several"
    shown = question.to_html()
    assert "How often?" in shown and "Twice" in shown
    for hidden in [*CHOICES.values(), "right", "row"]:
        assert hidden not in shown


def test_what_was_typed_right_is_not_in_the_page_either():
    shown = quiz("Which?", answer="the heap", why="It sifts.", hint="Four letters.").to_html()
    assert "heap" not in shown and "sifts" not in shown and "Four" not in shown


@given(st.text(), st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_what_is_sealed_is_opened_again_by_the_page(call_js, text, number):
    assert call_js("answers.js", "unsealed", sealed({"why": text, "answer": number})) == {
        "why": text, "answer": pytest.approx(number),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "state", "said"),
    [
        ([0], "right", "Right. It is read once."),
        ([1], "wrong", "Not yet. No: `row` is one."),
        ([2], "wrong", "Not yet. Something is taken."),
        ([], "none", "Nothing is chosen yet."),
    ],
)
def test_each_wrong_choice_is_explained(judge_answer, answer, state, said):
    assert judge_answer(quiz("How often?", CHOICES, right="Once"), answer) == (state, said)


@pytest.mark.parametrize(
    ("answer", "state", "said"),
    [
        ([0, 2], "right", "Right. It is read once. Something is taken."),
        ([2, 0], "right", "Right. It is read once. Something is taken."),
        ([0], "wrong", "So far right, but not all of it."),
        ([0, 1], "wrong", "Not yet. No: `row` is one."),
        ([0, 1, 2], "wrong", "Not yet. No: `row` is one."),
    ],
)
def test_of_several_right_choices_all_are_wanted(judge_answer, answer, state, said):
    assert judge_answer(quiz("Which?", CHOICES, right=["Once", "Never"]), answer) == (state, said)


NUMBER = quiz(
    "How many?", answer=1000, tolerance=5, wrong={32: "Row 0 too.", -1: "Less than none?"},
    why="40 × 25.", hint="Multiply.",
)  # fmt: skip


@pytest.mark.parametrize(
    "typed",
    ["1000", " 1,000 ", "1 000", "1e3", "995", "1005.0", "2000/2", "1000,0", "1 000,00", "10^3",
     "10**3", "10³", "1·10³", "1 × 10^3", "1x10^3", "10^(3)", "1/10⁻³", "-10^3/-1", "1,000.5"],
)  # fmt: skip
def test_a_number_is_right_however_it_is_written(judge_answer, typed):
    assert judge_answer(NUMBER, typed) == ("right", "Right. 40 × 25.")


@pytest.mark.parametrize(
    ("typed", "state", "said"),
    [
        ("32", "wrong", "Not yet. Row 0 too."),
        ("−1", "wrong", "Not yet. Less than none?"),
        ("1006", "wrong", "Not yet. Multiply."),
        ("1,00", "wrong", "Not yet. Multiply."),
        ("1,000,0", "none", "This wants a number."),
        ("1.000,5", "none", "This wants a number."),
        ("10^", "none", "This wants a number."),
        ("10^3^1", "none", "This wants a number."),
        ("2·", "none", "This wants a number."),
        ("many", "none", "This wants a number."),
        ("1/2/3", "none", "This wants a number."),
        ("  ", "none", "Nothing is typed yet."),
        ("", "none", "Nothing is typed yet."),
    ],
)
def test_what_is_no_right_number_is_answered(judge_answer, typed, state, said):
    assert judge_answer(NUMBER, typed) == (state, said)


@pytest.mark.parametrize(
    "typed",
    ["0.0001", "0,0001", "1e-4", "1e−4", "10^-4", "10^−4", "10⁻⁴", "10**-4", "1/10^4", ",0001"],
)  # fmt: skip
def test_a_small_number_may_be_a_power_and_have_a_decimal_comma(judge_answer, typed):
    assert judge_answer(quiz("How small?", answer=1e-4), typed)[0] == "right"


@pytest.mark.parametrize(
    ("typed", "value"),
    [("0,125", 0.125), ("1,125", 1125), ("-2,5", -2.5), ("1,234,567", 1234567), ("-2^2", -4)],
)
def test_a_comma_that_cannot_group_thousands_is_a_decimal_one(call_js, typed, value):
    assert call_js("answers.js", "numberOf", typed) == pytest.approx(value)


@pytest.mark.parametrize("value", [np.int64(3), np.float64(3), 3.0, np.float32(3)])
def test_a_number_of_numpy_is_a_number(judge_answer, value):
    assert judge_answer(quiz("How many?", answer=value), "3")[0] == "right"


def test_a_number_is_wanted_exactly_unless_a_tolerance_is_given(judge_answer):
    assert judge_answer(quiz("How many?", answer=3), "4")[0] == "wrong"
    with pytest.raises(ValueError):
        quiz("How many?", answer=float("nan"))


@pytest.mark.parametrize("typed", ["NP-hard", " np-Hard", "NP  hard"])
def test_of_several_texts_each_will_do(judge_answer, typed):
    question = quiz("Which?", answer=["NP-hard", "np hard"], wrong={"P": "If P = NP."})
    assert judge_answer(question, typed)[0] == "right"
    assert judge_answer(question, "p") == ("wrong", "Not yet. If P = NP.")
    assert judge_answer(question, "Q") == ("wrong", "Not yet.")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "must have either choices or an answer, got neither"),
        ({"choices": CHOICES, "right": "Once", "answer": 1}, "got both"),
        ({"choices": CHOICES, "right": "Often"}, "right must be one of Once, Twice, Never"),
        ({"choices": CHOICES}, "right must be a choice or several, got none"),
        ({"choices": {**CHOICES, "Often": ""}, "right": "Once"}, "must say why 'Often' is wrong"),
        ({"choices": ["a", "b"], "right": "a"}, "must map at least two texts"),
        ({"choices": {"a": "b"}, "right": "a"}, "must map at least two texts"),
        ({"answer": 3, "wrong": {3.0: "No."}}, "wrong must be answers that are not right, got 3"),
        ({"answer": 3, "tolerance": 1, "wrong": {4: "No."}}, "not right, got 4"),
        ({"answer": "Heap", "wrong": {" heap": "No."}}, "not right, got ' heap'"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        quiz("Why?", **options)
