"""The chapter's questions, apart from it so that no reader sees an answer first."""

from glassbox.figures import quiz


def memo():
    """Ask which recursion has no overlapping subproblems."""
    right = "Merge sort: sort the left half, sort the right half"
    return quiz(
        "Which of these recursions gains nothing from a memo?",
        {
            "Fibonacci numbers: F(n) = F(n − 1) + F(n − 2)": "F(n − 2) is asked by F(n) and by "
            "F(n − 1): the questions overlap, and a memo makes the time linear.",
            right: "No part of the list is sorted twice: the subproblems do not overlap. "
            "It only divides and conquers.",
            "Ways to climb n stairs by steps of 1 or 2": "After 1 + 2 and after 2 + 1 the same "
            "stairs remain: the questions overlap. It is Fibonacci in disguise.",
        },
        right=right,
    )


def exactly():
    """Ask for the best value within a capacity, from the table of exact weights."""
    return quiz(
        "One item weighs 3 kg and is worth 4, one weighs 2 kg and is worth 3. Fill the table of "
        "*exactly* by hand, up to 4 kg. What is the best value within 4 kg?",
        answer=4,
        wrong={
            3: "That is E₂(2), the item of 2 kg. Look for the maximum of E₂(0), ..., E₂(4).",
            7: "Both together weigh 5 kg.",
            0: "Leaving both is allowed, but not the best: look for the maximum of the row.",
        },
        why="E₂(3) = 4 is the maximum of E₂(0), ..., E₂(4), though E₂(4) is −∞.",
        hint="It is the maximum of the last row, up to column 4.",
    )


def bundles():
    """Ask which bundles stand for up to 100 copies."""
    right = "1, 2, 4, 8, 16, 32 and 37"
    return quiz(
        "100 in binary is 64 + 32 + 4. Which bundles stand for any number of copies up to 100?",
        {
            "64, 32 and 4": "They make only 8 different counts, and 1 is not among them.",
            "1, 2, 4, 8, 16, 32 and 64": "They make every count up to 127: too many copies.",
            right: "Every count from 0 to 100, and no other.",
        },
        right=right,
    )
