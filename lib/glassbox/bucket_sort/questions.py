"""The chapter's questions, apart from it so that no reader sees an answer first."""

from glassbox.figures import quiz


def which():
    """Ask which sort is for which numbers."""
    right = "Counting sort for marks, radix sort for phone numbers, walls at quantiles for incomes"
    return quiz(
        "A million exam marks from 0 to 100, a million phone numbers of ten digits, a million "
        "incomes. What suits which?",
        {
            right: "A tally of 101 for the marks; ten digits are a few passes; incomes are "
            "crowded at the low end, so even walls would put most of them into few buckets.",
            "Counting sort for all three: they are whole numbers": "The tally of phone numbers "
            "would have ten thousand million entries.",
            "Buckets with even walls for all three: they are numbers": "It sorts them, but one "
            "large income puts nearly all others into the first bucket.",
            "Radix sort for marks, counting sort for phone numbers, even walls for incomes": "A "
            "tally of phone numbers does not fit into memory, and incomes are not even.",
        },
        right=right,
    )


def middle():
    """Ask why a bucket may forget its middle."""
    right = "Two numbers of a bucket are closer than the maximum gap"
    return quiz(
        "Why may a bucket forget all numbers between its least and its largest?",
        {
            "At least one bucket is empty": "Often one is, but not always, and the method does "
            "not need it: 0, 1, 2, 3 fill all four buckets.",
            right: "They differ by less than the width, and the width is at most the mean "
            "gap, which is at most the maximum gap.",
            "There are fewer than two others": "There may be many: a bucket may hold all but one "
            "of the numbers.",
        },
        right=right,
    )


def safe():
    """Ask for the grids that are safe for every list of two or more numbers."""
    return quiz(
        "Which grids are safe for *every* list of n ≥ 2 numbers with range D > 0?",
        {
            "n − 1 buckets of width D / (n − 1), the last one closed": "For n = 2 its one bucket "
            "holds both numbers. For n ≥ 3 it is safe: a gap can hide in the closed bucket only if "
            "all gaps are equal, and then another is seen.",
            "n buckets of width D / (n − 1)": "The largest number has a bucket of its own, the "
            "n-th; each bucket is half-open and as wide as the theorem allows.",
            "n buckets of width D / n, the last one closed": "They are narrower than the theorem "
            "needs, so the closed end does no harm.",
        },
        right=["n buckets of width D / (n − 1)", "n buckets of width D / n, the last one closed"],
    )


def largest():
    """Ask for the index of the largest number."""
    return quiz(
        "Eight numbers from 4 to 36 in eight buckets. Into which bucket, counted from 0, does "
        "⌊8 (x − 4) / 32⌋ put the 36, before the minimum with 7 is taken?",
        answer=8,
        wrong={7: "That is where it ends up, after the minimum."},
        why="8 · 32 / 32 = 8, a ninth bucket; the minimum with n − 1 = 7 brings it back.",
        hint="Insert x = 36.",
    )
