"""Questions to the reader, checked where they stand: no kernel, and no answer in view before."""

import base64
import json
from collections.abc import Mapping
from numbers import Number

from .figure import explore
from .panels import Panel


def quiz(question, choices=None, *, right=None, answer=None, tolerance=0, wrong=None, why="",
         hint="", unit=""):  # fmt: skip
    """Ask the reader a question, with choices or with a place to type the answer.

    Texts may hold ```code```, ``*emphasis*`` and ``**bold**``; mathematics is written in Unicode.

    Parameters
    ----------
    question : str
    choices : mapping of str to str, optional
        Each choice with what is said once it was chosen: why it is wrong, or why it is right (the
        word "Right" stands before that).
    right : str or sequence of str
        The right choice. A sequence asks for all that are right, with boxes to tick.
    answer : number, str or sequence of str, optional
        What is to be typed. Upper case and spaces do not matter, and each of several texts will do.
    tolerance : float
        How far a number may be from the answer.
    wrong : mapping, optional
        Answers that are to be expected, with what is said to each.
    why : str
        What is said to the right answer that was typed.
    hint : str
        What is said to any other answer.
    unit : str
        Stands behind the place to type in.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If there are both choices and an answer or neither, a right choice is none of the choices,
        a wrong one has no explanation, or a wrong answer is right.

    Examples
    --------
    >>> ask = quiz("What is 2 + 2?", {"4": "Count.", "22": "That is `'2' + '2'`."}, right="4")
    >>> "Count" in ask.payload
    False
    """
    if (choices is None) == (answer is None):
        came = "neither" if answer is None else "both"
        raise ValueError(f"quiz must have either choices or an answer, got {came}")
    if choices is not None:
        kind, secret = read_choices(choices, right)
    else:
        kind, secret = read_answer(answer, tolerance, wrong or {}, why)
        secret["hint"] = str(hint)
    fields = {
        "question": str(question), "input": kind, "choices": [str(text) for text in choices or ()],
        "unit": str(unit), "secret": sealed(secret), "describe": "",
    }  # fmt: skip
    return explore(lambda: Panel("quiz", fields), title="Question")


def read_choices(choices, right):
    """Return the kind of input, and what is told after an answer."""
    if not isinstance(choices, Mapping) or len(choices) < 2:
        raise ValueError(f"choices must map at least two texts to what is said, got {choices!r}")
    several = not isinstance(right, str)
    rights = list(right or ()) if several else [right]
    texts = list(choices)
    for text in rights:
        if text not in choices:
            raise ValueError(f"right must be one of {', '.join(texts)}, got {text!r}")
    if not rights:
        raise ValueError("right must be a choice or several, got none")
    for text, said in choices.items():
        if text not in rights and not said:
            raise ValueError(f"choices must say why {text!r} is wrong, got {said!r}")
    secret = {
        "right": [texts.index(text) for text in rights],
        "said": [*map(str, choices.values())],
    }
    return "several" if several else "one", secret


def read_answer(answer, tolerance, wrong, why):
    """Return the kind of input, and what is told after an answer."""
    if isinstance(answer, Number) and not isinstance(answer, bool):
        answer, tolerance = number(answer), float(tolerance)
        expected = [[number(value), str(said)] for value, said in wrong.items()]
        both = [value for value, _ in expected if abs(value - answer) <= tolerance]
        secret = {"answer": answer, "tolerance": tolerance}
        kind = "number"
    else:
        answers = [answer] if isinstance(answer, str) else list(answer)
        expected = [[str(value), str(said)] for value, said in wrong.items()]
        plain = {" ".join(text.split()).casefold() for text in answers}
        both = [text for text, _ in expected if " ".join(text.split()).casefold() in plain]
        secret = {"answers": answers}
        kind = "text"
    if both:
        raise ValueError(f"wrong must be answers that are not right, got {both[0]!r}")
    return kind, {**secret, "wrong": expected, "why": str(why)}


def number(value):
    """Return a number of any kind as an int or a float."""
    return int(value) if float(value).is_integer() else float(value)


def sealed(secret):
    """Return what no reader of the page should see by accident: JSON as base64."""
    text = json.dumps(secret, allow_nan=False, ensure_ascii=False)
    return base64.b64encode(text.encode()).decode()
