"""The chapter's questions, apart from it so that no reader sees an answer first."""

from glassbox.figures import quiz


def floor():
    """Ask why a longer query does not make elu + 1 pick one key."""
    right = "Its weights tend to those of relu: a common factor of the features cancels"
    return quiz(
        "Multiply all queries and keys by 1,000, and then once more. The second time the map of "
        "elu + 1 hardly changes, though its rows are shared by several tokens. Why?",
        {
            "Its features overflow": "They are about 1,000 times as large, which no float minds.",
            right: "Above 0 the feature is 1 + x, which tends to x; below, to 0. What is common to "
            "all of a query's similarities goes out in the division.",
            "Its features lose their order": "elu + 1 is monotone: the order of entries stays.",
            "The sum over the row grows faster than any similarity": "Each row still sums to 1. "
            "Both grow by the same factor, and that is the point.",
        },
        right=right,
    )


def state_size():
    """Ask for the size of the state against a cache."""
    return quiz(
        "One head with d = 64 has read 4,096 tokens. How many numbers do S and z hold together?",
        answer=4160,
        wrong={
            4096: "That is S alone, 64 × 64. z has 64 more.",
            524288: "That is the cache of softmax: keys and values, 2 × 64 × 4,096.",
            262144: "That would grow with the text; the state does not.",
        },
        why="64 × 64 + 64, however long the text is. The cache holds 2 × 64 × 4,096 = 524,288.",
        unit="numbers",
    )


def padding():
    """Ask what padding by zeros does."""
    right = "They count: φ(0) = 1 in each feature, so each pad has a weight"
    return quiz(
        "Texts of different lengths are padded with keys and values of 0. What do the pads do to "
        "attention with elu + 1?",
        {
            "Nothing: a value of 0 adds nothing": "Nothing to the numerator. But the denominator "
            "sums features, and φ(0) is not 0.",
            right: "Numerators stay, denominators grow: outputs shrink towards 0. Set the "
            "*features* of pads to 0, not the keys.",
            "They get a weight of exactly 0, as in softmax": "In softmax too a score of 0 has a "
            "weight, e⁰ = 1 before the division: there pads are masked with −∞.",
        },
        right=right,
    )


def forget():
    """Ask what the rules give back for a key that was written twice."""
    right = "The sum gives 12, the delta rule 7"
    return quiz(
        "The same key, of length 1, is written twice: first with the value 5, then with 7. What "
        "does each memory answer?",
        {
            right: "The delta rule takes away what the key gives (5) before it writes 7.",
            "Both give 7": "The plain sum forgets nothing: 5 + 7.",
            "The sum gives 6, the delta rule 7": "6 is the mean: what a division by z would give.",
            "The sum gives 12, the delta rule 2": "2 is what the delta rule *adds*; 5 + 2 is read.",
        },
        right=right,
    )
