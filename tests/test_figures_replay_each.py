import json

import pytest

from glassbox.figures import replay_each, text
from glassbox.trace import new_list, record


def count_down(n, *, new=new_list):
    left = new("left")
    for k in range(n):
        left.append(n - k)
    return left


def count(n):
    return record(count_down, n)


def spec(figure):
    return json.loads(figure.payload)


def test_each_setting_replays_its_own_trace():
    figure = replay_each(count, lambda m: text(str(m.state["left"])), n=[1, 3])
    switch, step = spec(figure)["controls"]
    assert (switch["values"], step["values"]) == ([*"13"], [0, 1, 2, 3])
    assert [case["last"] for case in step["cases"]] == [1, 3]
    payload = spec(figure)
    column = payload["panels"][0]["vary"]["text"]
    shown = [payload["pool"][i] for i in column]
    assert shown[:4] == ["[]", "[1]", "[1]", "[1]"], "beyond its end a trace stands still"
    assert shown[4:] == ["[]", "[3]", "[3, 2]", "[3, 2, 1]"]


def test_a_view_is_drawn_once_a_moment():
    drawn = []

    def view(moment):
        drawn.append((moment.trace.arguments["n"], moment.step))
        return text("")

    replay_each(count, view, n=[1, 3])
    assert len(drawn) == len(set(drawn)) == 2 + 4


def test_each_setting_asks_its_own_questions():
    def ask(trace):
        return {len(trace.events): ("Done?", ["yes", "no"], "yes")}

    figure = replay_each(count, lambda m: text(""), questions=ask, n=[1, 3])
    cases = spec(figure)["controls"][1]["cases"]
    assert [list(case["questions"]) for case in cases] == [["1"], ["3"]]
    assert cases[0]["questions"]["1"] == {"ask": "Done?", "options": ["yes", "no"], "answer": "yes"}


def test_an_answer_that_is_no_option_is_refused():
    with pytest.raises(ValueError, match=r"questions\[1\] wants an answer among its options"):
        replay_each(count, questions=lambda trace: {1: ("?", ["a"], "b")}, n=[1, 2])
