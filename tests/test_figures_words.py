"""Words and colours that mean the same in every figure."""

import pytest

from glassbox.figures import ROLES, bars, counted, explore, lines, roles, text, toggle
from glassbox.figures.panels import COLORS


@pytest.mark.parametrize(
    ("n", "noun", "said"),
    [
        (0, "comparison", "0 comparisons"),
        (1, "comparison", "1 comparison"),
        (2, "match", "2 matches"),
        (2, "key", "2 keys"),
        (3, "query", "3 queries"),
        (2, "class", "2 classes"),
        (1234567, "step", "1,234,567 steps"),
        (1.0, "step", "1 step"),
        (2.34567, "step", "2.346 steps"),
    ],
)
def test_a_number_agrees_with_its_noun(n, noun, said):
    assert counted(n, noun) == said


def test_a_plural_that_follows_no_rule_is_given():
    assert counted(2, "index", "indices") == "2 indices"


def test_each_role_has_a_colour_of_the_palette_and_stands_for_it():
    assert set(ROLES.values()) <= set(COLORS)
    assert lines([0], [0], color="wrong").fields["layers"][0]["color"] == "red"
    assert bars("ab", [1, 2], color=["right", None]).fields["layers"][0]["colors"] == [
        "green", None,
    ]  # fmt: skip


def test_roles_give_the_options_of_a_curve():
    who = roles(ours="blue", textbook=("orange", "dashed"), seen="compared")
    layer = lines([0, 1], [0, 1], **who["textbook"]).fields["layers"][0]
    assert (layer["color"], layer["dash"]) == ("orange", "dashed")


@pytest.mark.parametrize(
    ("looks", "message"),
    [
        ({"a": "blue", "b": "blue"}, "roles wants a look for each role; a and b share one"),
        ({"a": "blue", "b": "read"}, "a and b share one"),
        ({"a": "pink"}, "a wants one of blue,"),
        ({"a": ("blue", "wavy")}, "a wants one of solid,"),
    ],
)
def test_roles_that_cannot_be_told_apart_are_refused(looks, message):
    with pytest.raises(ValueError, match=message):
        roles(**looks)


# --- what a test asks of a figure --------------------------------------------------------------


def test_at_gives_the_panels_of_one_setting():
    draw = explore(
        lambda n, kind, on: [text(f"{n} {kind} {on}"), lines([0, 1], [n, n])],
        n=(1, 3), kind={"a": 10, "b": 20}, on=toggle(True),
    )  # fmt: skip
    assert [panel["kind"] for panel in draw.at()] == ["text", "plot"]
    assert draw.at()[0]["text"] == "2 10 True"
    assert draw.at(n=3, kind="b", on=False)[0]["text"] == "3 20 False"
    assert list(draw.at(n=3, kind=20)[1]["layers"][0]["y"]) == [3, 3]
    draw.kind = "b"
    assert draw.at()[0]["text"] == "2 20 True"
    with pytest.raises(ValueError, match=r"at wants controls \(n, kind, on\); got 'm'"):
        draw.at(m=1)
    with pytest.raises(ValueError, match=r"n wants one of its values .* got 4"):
        draw.at(n=4)
