"""The chapter's questions, apart from it so that no reader sees an answer first."""

from glassbox.figures import quiz


def whose():
    """Ask what changes when a query of exp features is lowered."""
    right = "The slope by a score grows e⁵ times; the slope by the query stays"
    return quiz(
        "φ is exp. You take 5 from each entry of the query. What happens to the slopes of the "
        "weights?",
        {
            right: "All features and scores shrink by e⁵ ≈ 148, so a small change of a score "
            "weighs 148 times as much; but a small change of the query makes a change of the "
            "scores that is 148 times smaller.",
            "Both grow": "By the query, one link grows and another shrinks by the same factor.",
            "Both stay": "A score is now 148 times smaller, and the same step beside it larger.",
            "The slope by the query falls, for exp is flat there": "The feature is flat there, but "
            "the weights divide by a sum that is small by the same factor.",
        },
        right=right,
    )


def guard():
    """Ask for the smallest eps that keeps gradients at a bound."""
    return quiz(
        "No row of the gradient by O is longer than 1, no value longer than 1. Which is the "
        "smallest ε *inside* the root that keeps each gradient by a score at 100 or less?",
        answer=1e-4,
        tolerance=1e-9,
        wrong={
            0.01: "That is what it takes outside the root, where the bound is 1/ε.",
            100: "The bound is 1/√ε, not √ε.",
            0.1: "1/√0.1 is about 3: that would do, but a smaller ε does too.",
        },
        why="1/√ε = 100 gives ε = 10⁻⁴. Outside the root it takes 10⁻².",
        hint="The bound is c₁c₂/√ε.",
    )


def half():
    """Ask what half precision does to the two forms."""
    right = "Without the denominator: T is a sum over all tokens, and no later division undoes an ∞"
    return quiz(
        "Both forms are computed in half precision, for 100,000 tokens whose values and features "
        "are all 1. Which one is in danger?",
        {
            right: "T has grown beyond 65,504 before the norm sees it.",
            "With the denominator: it divides by a large number": "The sum in the denominator is "
            "large too, so it needs the same care (libraries keep both sums in single precision); "
            "but the outputs are means of values, and stay small.",
            "Neither: the norm makes each row of size 1": "It does so at the end. What is infinite "
            "before stays so, or becomes NaN: ∞/∞.",
            "Neither: both give the same result": "On paper, and with ε = 0.",
        },
        right=right,
    )


def sooner():
    """Ask what a comparison that stops early shows."""
    right = "A learns sooner than B, at this rate"
    return quiz(
        "At step 600 model A has a loss of 0.9 and model B of 1.2, for all ten seeds. All curves "
        "still fall. What does that show?",
        {
            "A can learn what B cannot": "Nothing is said about what B will do: its curve falls.",
            right: "And no more, until the curves are flat, or twice the steps change nothing.",
            "A ends better than B": "Curves can meet, or cross: look at later steps.",
            "Nothing, for ten seeds are too few": "If all ten agree, chance is no likely cause; "
            "but the steps are.",
        },
        right=right,
    )
