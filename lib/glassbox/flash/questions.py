"""The chapter's questions, apart from it so that no reader sees an answer first."""

from glassbox.figures import quiz


def mixing():
    """Ask what a unit without its matrix can do."""
    right = "No token learns anything of another"
    return quiz(
        "Take A out of a gated attention unit, and leave the gate. What is lost?",
        {
            "The weights of W for Z, and nothing else": "They go too, but they are the smallest "
            "part. Ask what A did for the tokens.",
            right: "A is the only place where rows meet. A gated linear unit is left.",
            "The gate has nothing to switch any more": "It still switches the values, number by "
            "number.",
        },
        right=right,
    )


def square():
    """Ask for the ratio of the quadratic parts."""
    return quiz(
        "Width d = 1,024, s = 128. On a very long text, how many times the multiply-adds of one "
        "block do two quadratic units take?",
        answer=2.125,
        tolerance=0.01,
        wrong={
            2.25: "That is d = 512. The ratio is 2 + s / d.",
            2: "Two units, two products with e = 2d: that is 2. But scores want s more.",
            0.125: "That is s / d, what the scores add to 2.",
            1.0625: "One unit has half of it. There are two.",
            3: "A unit has three wide matrices, but pairs of tokens meet in its scores (s) and its "
            "values (e) alone.",
            2125: "That is two thousand. With a point, 2.125, it is right.",
            1.125: "That is 1 + s / d, for values of width d. Those of a unit are twice as wide.",
        },
        hint="Count for one pair of tokens: a unit takes s for the score and e = 2d for the "
        "values, the block d and d.",
        why="2 + 128 / 1,024: the scores cost little, two sums of width 2d cost twice one of d.",
    )


def leak():
    """Ask which output shows an inclusive sum."""
    right = "Token 4, at the first place of its chunk"
    return quiz(
        "Chunks of 4, and the sum of states includes the chunk itself. You change token 7 alone. "
        "Whose output changes, and should not?",
        {
            "Token 3, just before the chunk": "Its chunk is 0 to 3. No state that it reads has "
            "token 7 in it.",
            right: "Tokens 4, 5 and 6 read a state with token 7 in it. So the test changes the "
            "last token of a chunk and looks at the first.",
            "Token 8, the next one": "It may read token 7: that is its past.",
            "None: the scores are masked": "The scores of the block are. The state comes by "
            "another way.",
        },
        right=right,
    )


def blind():
    """Ask which place of a chunk a part does not see."""
    right = "Earlier chunks: seven of eight places do not see their neighbour"
    return quiz(
        "Chunks of 8, and the next symbol depends on the last two. Which part alone is worse off, "
        "the block or the state?",
        {
            "The block: it cannot see far": "It need not: the last two symbols are near. At seven "
            "of eight places it has both.",
            right: "The sum is strict, so within a chunk the state knows nothing new. Only at the "
            "first place is the neighbour in it.",
            "Both alike": "Count the places at which the neighbour is seen.",
        },
        right=right,
    )


def longer():
    """Ask what happens to a row of squared-ReLU attention on a longer text."""
    right = "It is half as large, and softmax's is as large as before"
    return quiz(
        "A causal quadratic unit, scale 1/√(ns), reads the same beginning of a text that is twice "
        "as long. What becomes of row 5 of A?",
        {
            "Nothing: it is causal": "Its scores are the same, but n is not.",
            right: "All weights are divided by n, which has doubled. So the output for an early "
            "token depends on how long the text will be.",
            "It is a quarter as large": "That is the scale 1/n: squared it is 1/n².",
            "It is twice as large": "A longer text adds columns, and row 5 does not see them.",
        },
        right=right,
    )
