"""The figures of backtracking: words, values, the reader's data, errors."""

import json

import pytest

from glassbox.backtracking import combination_sum, combination_sum2, figures, search_size
from glassbox.backtracking.examples import MISTAKES


def said(panels):
    """Return what the panels say."""
    return " ".join(panel["describe"] for panel in panels if panel.get("describe"))


# --- the search, step by step ------------------------------------------------------------------


def test_search_steps_end_where_the_search_ends():
    figure = figures.search_steps([2, 3, 5], 8)
    last = figure.controls["step"].values[-1]
    picture, lists, _ = figure.at(step=last)
    assert lists["text"].endswith("[2, 2, 2, 2] [2, 3, 3] [3, 5]")
    assert "13 nodes, 19 tries, 3 answers" in picture["describe"]
    assert len(picture["labels"]) == 1 + 19  # each try is a node or a sign
    assert "2, 3, 5, each as often as you like" in figure.payload


def test_search_steps_say_what_happens_in_words():
    figure = figures.search_steps([1, 1, 2], 2, reuse=False)
    words = [said(figure.at(step=k)) for k in figure.controls["step"].values]
    assert words[0].startswith("The path is empty, the rest 2.")
    assert words[1].startswith("Choose 1: the path is [1], the rest 1. 2 nodes, 1 try, 0 answers")
    assert any("The rest is 0: report [1, 1]." in text for text in words)
    assert any("1 equals the candidate before it: skip it." in text for text in words)
    assert any("2 is larger than the rest 1: the loop ends." in text for text in words)
    assert any(text.startswith("Undo 1: the path is [1]") for text in words)


@pytest.mark.parametrize("reuse", [True, False])
def test_each_question_has_several_answers_and_all_of_them_are_right_somewhere(reuse):
    questions = figures.search_steps([1, 1, 2, 3], 4, reuse=reuse).controls["step"].questions
    answers = {q["answer"] for q in questions.values()}
    assert all(len(q["options"]) == 3 + (not reuse) for q in questions.values())
    assert answers == set(next(iter(questions.values()))["options"])


def test_the_code_of_the_search_is_listed_without_the_recorder():
    *_, code = figures.search_steps([2, 3], 5).at(step=1)
    text = "\n".join(line for _, line in code["lines"])
    assert "note" not in text and "new" not in text and "_checked" not in text
    lit = dict(code["lines"])[code["line"]]
    assert lit.strip() == "path.append(candidates[i])"


def test_what_cannot_be_followed_is_refused_with_advice():
    with pytest.raises(ValueError, match="enters 1,380 nodes, and 60 can be followed: take a"):
        figures.search_steps(range(2, 13), 24)
    with pytest.raises(ValueError, match=r"candidates\[0\] must be at least 1, got 0"):
        figures.search_steps([0], 3)
    with pytest.raises(ValueError, match="candidates must hold at least one number, got none"):
        figures.search_steps([], 3)
    assert "report []" in said(figures.search_steps([2], 0).at(step=1))


# --- what may be left out ----------------------------------------------------------------------


def ghost(numbers="2 3 3 4", **settings):
    figure = figures.ghost_tree([2, 3, 3, 4], 6)
    return figure.at(numbers=numbers, **settings)


def test_the_widest_tree_shows_its_waste():
    picture, bar, lists = ghost()
    assert picture["describe"].startswith("41 of 41 nodes are entered. Of those entered, 24 are")
    assert picture["kinds"].count("over") == 24
    assert lists["text"].count("[3, 3]") == 4
    assert bar["title"] == "41 nodes entered of 41"
    assert ghost("")[0]["describe"].startswith("1 of 1 node is entered. No answer")
    assert "1 is too much and 0 repeat earlier ones" in ghost("100")[0]["describe"]
    assert "3 are too much and 1 repeats an earlier one" in ghost("3 2", target=5)[0]["describe"]


def test_each_rule_turns_what_it_saves_into_ghosts_of_one_layout():
    parents = ghost()[0]["parents"]
    rules = {"child_start": "i", "prune": "break", "duplicates": "i > start"}
    picture, bar, lists = ghost(**rules)
    assert picture["parents"] == parents
    assert "9 of 41 nodes are entered" in picture["describe"]
    assert "start index 9, too large 8, a duplicate 15. No answer is lost" in picture["describe"]
    assert [box["label"] for box in bar["boxes"]] == ["9", "9", "8", "15", ""]
    rules |= {"child_start": "i + 1", "look_ahead": True}
    bar = ghost("1 1 2 5 6 7 10", target=10, **rules)[1]
    thin = [box["label"] for box in bar["boxes"] if box["x2"] - box["x1"] < 34]
    assert thin and not any(thin)  # no number that another would cover on a phone
    assert lists["text"] == "**reported** [2, 2, 2] [2, 4] [3, 3]\n**lost** nothing"
    assert picture["legend"]["prune"] == "saved: too large (8)"


def test_a_lost_answer_turns_red_and_says_so():
    picture, _, lists = ghost(numbers="1, 1, 6", target=8, child_start="i + 1", duplicates="i > 0")
    red = [text for kind, text in zip(picture["kinds"], picture["texts"], strict=True)
           if kind == "lost"]  # fmt: skip
    assert red == ["[1, 1, 6]: below a branch that is left out. This answer is lost"]
    assert "Lost: [1, 1, 6]." in picture["describe"]
    assert lists["text"].endswith("**lost** [1, 1, 6]")


def test_a_ghost_of_an_answer_says_where_it_is_found():
    picture, *_ = ghost(child_start="i", duplicates="i > start")
    assert (
        "[4, 2]: 2 stands before the start index. Found as [2, 4] all the same" in picture["texts"]
    )
    assert "[3]: the candidate before it is a 3 too" in picture["texts"]


def test_looking_ahead_is_told_from_cutting():
    picture, *_ = ghost(numbers="2 3 5", target=8, child_start="i", prune="break", look_ahead=True)
    assert "[2, 2, 3]: what may follow cannot make the rest 1" in picture["texts"]
    assert "looking ahead" in picture["describe"]


def test_what_is_typed_wrongly_or_too_large_is_answered():
    assert "−2 is none" in said(ghost(numbers="1 -2"))
    assert "x is none" in said(ghost(numbers="x"))
    assert "With child from 0 the widest tree has" in said(ghost(numbers="1 2 3", target=8))
    assert "Or choose child from i" in said(ghost(numbers="1 2 3", target=8))
    words = said(ghost(numbers="1 1 1 1 1 1 1 1 1 1", target=10))
    assert "even if each number is used once, and 150 can be drawn and read" in words
    assert "0 nodes" not in said(ghost(numbers="", target=0))
    with pytest.raises(ValueError, match="widest tree has 501,865 nodes, and 150 can be drawn"):
        figures.ghost_tree(range(2, 13), 24, child_start="0")


# --- how many nodes there are ------------------------------------------------------------------


def test_nodes_by_sum_are_those_that_counting_predicts():
    figure = figures.nodes_by_sum([2, 3, 5], 10)
    chart, picture, told = figure.at(target=8, sum_=6, search="rising, break")
    predicted, dots = chart["layers"]
    assert list(predicted["y"]) == [1, 0, 1, 1, 1, 2, 2, 2, 3, 0, 0]
    assert list(dots["y"]) == list(predicted["y"])
    assert "Predicted 13 nodes, 3 answers. Found 13 nodes, 19 tries, 3 answers" in chart["describe"]
    assert "With sum 6: 2 predicted, 2 in the tree" in chart["describe"]
    assert told["rows"][0] == ["rising, break", "13", "19", "3"]
    assert told["rows"][1] == ["rising, continue", "?", "?", "?"], "to be predicted"
    assert "falling, continue " in figure.at(compare=True)[0]["describe"]
    assert len(picture["marks"]) == 2


def test_an_order_that_loses_answers_falls_below_the_bars():
    figure = figures.nodes_by_sum([2, 3, 5], 10)
    chart, _, told = figure.at(target=10, search="falling, break", compare=True)
    predicted, dots = chart["layers"]
    assert sum(dots["y"]) < sum(predicted["y"])
    rows = {row[0]: row[1:] for row in told["rows"]}
    assert rows["falling, break"][2] == "3" and rows["rising, break"][2] == "4"
    assert rows["falling, continue"][0] == rows["rising, continue"][0] == rows["rising, break"][0]


def test_nodes_by_sum_wants_a_small_search():
    with pytest.raises(ValueError, match="enters 1,380 nodes, and 60 can be drawn: take"):
        figures.nodes_by_sum(range(2, 13), 24)
    with pytest.raises(ValueError, match="target must be at least 1, got 0"):
        figures.nodes_by_sum([2], 0)


# --- how fast it grows -------------------------------------------------------------------------


def test_growth_is_predicted_and_every_dot_lies_on_its_line():
    candidates = range(2, 13)
    curves, dots = figures.growth_curves(candidates, 30), figures.growth_measured(candidates, 30)
    assert set(dots) == {figures.SEQUENCES, figures.COMBINATIONS, figures.AHEAD}
    for name, (targets, sizes) in dots.items():
        assert len(targets) > 8
        assert [curves[name][t - 1] for t in targets] == sizes
    assert curves[figures.COMBINATIONS][23] == search_size(candidates, 24, reuse=True)[0]


def test_growth_says_the_sizes_at_a_target():
    figure = figures.growth(range(2, 13), 30)
    assert said(figure.at(target=24)).startswith(
        "T = 24: 73,717 nodes for sequences, 1,380 nodes for combinations, 576 nodes with look-"
    )
    assert "The bound is 3.5e+13" in said(figure.at(target=24, folklore=True))
    assert "candidates 2 to 12, on a logarithmic axis" in figure.payload


def test_growth_takes_the_readers_coins_and_refuses_what_it_cannot_draw():
    figure = figures.growth([1, 5, 10, 25], 100, start=100)
    assert "242 answers" in said(figure.at())
    assert "even numbers" not in said(figures.growth([4, 6], 9).at(target=9))
    assert "0 answers" in said(figures.growth([4, 6], 9).at(target=9))
    with pytest.raises(ValueError, match="candidates must hold at least one number, got none"):
        figures.growth([], 10)
    for largest in (1, 1001):
        with pytest.raises(ValueError, match=f"largest must be from 2 to 1000, got {largest}"):
            figures.growth([2, 3], largest)


# --- where it goes wrong -----------------------------------------------------------------------


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: m.new)
def test_each_mistake_is_one_edit_and_gives_a_wrong_answer(mistake):
    assert mistake.function in (combination_sum, combination_sum2)
    assert mistake.source().count(mistake.new) >= 1
    assert mistake.finds() != mistake.right()
    assert mistake.right() == mistake.function(mistake.candidates, mistake.target)


def test_the_mistakes_show_the_edited_line():
    figure = figures.mistakes()
    for k, mistake in enumerate(MISTAKES, 1):
        told, code = figure.at(edit=k)
        assert mistake.new in dict(code["lines"])[code["line"]]
        assert told["highlight"] == [k - 1]
        assert mistake.why in told["describe"]
    assert "out.append(path)" in dict(figure.at(edit=1)[1]["lines"])[figure.at(edit=1)[1]["line"]]


def caption(figure):
    return json.loads(figure.payload)["caption"]


def test_an_input_of_ones_own_notices_some_mistakes():
    figure = figures.mistakes([2, 3, 6, 7], 7)
    rows = figure.at(edit=4)[0]["rows"]
    assert [finds == right for *_, finds, right in rows] == [False] * 3 + [True] * 5
    assert caption(figure).endswith("This input notices 3 of 8.")
    assert "which is right: this input does not notice it" in figure.at(edit=4)[0]["describe"]
    assert caption(figures.mistakes([3, 1, 2, 1], 4)).endswith("This input notices 8 of 8.")
    many = figures.mistakes([1, 2, 3], 6).at(edit=3)[0]["rows"][2]
    assert many[3] == "[1, 1, 1, 1, 1, 1] [1, 1, 1, 1, 2] [1, 1, 1, 2, 1] … (24)"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (([1, 2, 3], 40), "candidates and target must make a small search, got the widest search"),
        (([150], 201), "target must be at most 200, got 201"),
        (([0], 3), r"candidates\[0\] must be at least 1"),
    ],
)
def test_an_input_that_is_too_large_for_the_mistakes_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        figures.mistakes(*given)


def test_the_deepest_search_that_the_mistakes_take_is_run():
    assert len(figures.mistakes([1], 200).at()[0]["rows"]) == 8


def test_a_run_of_more_than_three_candidates_is_said_by_its_ends():
    assert figures._spoken([2, 3, 4]) == "2, 3, 4"
    assert figures._spoken([2, 3, 4, 5]) == "2 to 5"
    assert figures._spoken([2, 3, 4, 6]) == "2, 3, 4, 6"


def test_the_smallest_growth_is_drawn():
    assert figures.growth([2, 3], 2).controls["target"].values == (1, 2)
