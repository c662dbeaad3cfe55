"""The chapter's questions, apart from it so that no reader sees an answer first."""

from glassbox.figures import quiz


def forget():
    """Ask which stage should forget what."""
    right = "How large the head is in the picture"
    return quiz(
        "Which of these may the *alignment* take out, and the embedding never see?",
        {
            right: "Size, place and tilt in the plane: a similarity does it.",
            "How far the head is turned to the side": "No motion of the plane turns a head: that "
            "is for processing, or for an embedding that has seen many poses.",
            "How far apart the eyes are for the height of the face": "That is what tells people "
            "apart. A fit that moves each eye to its place (affine, or freer) erases it.",
            "Where the light comes from": "It paints the pixels. Moving them does not change it.",
        },
        right=right,
    )


def anchors():
    """Ask for the number of anchors of one level."""
    return quiz(
        "A picture has 640 × 640 pixels. The level with stride 16 has two anchors a cell. How many "
        "anchors are that?",
        answer=3200,
        wrong={
            1600: "Those are the cells; each has two anchors.",
            80: "640 / 16 = 40 cells a side, so 40 × 40 cells.",
            12800: "That is the level with stride 8.",
        },
        why="40 × 40 cells, two anchors each.",
        hint="How many cells of 16 pixels stand side by side?",
    )


def scale():
    """Ask what a large scale does to a training without margin."""
    right = "It nearly stops: the probability of the right person is close to 1 already"
    return quiz(
        "An embedding is 30° from its own centre and 70° from all 300 others. There is no margin. "
        "What happens to the pull towards its centre when s goes from 2 to 32?",
        {
            "It grows: s multiplies the gradient": "It does, but it also multiplies the difference "
            "of the logits, and 1 − p falls exponentially. Drag x to 30° in the figure above.",
            right: "1 − p is about 300 times exp(−32 · 0.52): a factor of s in front changes "
            "little about that.",
            "Nothing: only angles count": "The angles stay; how sure the softmax is of "
            "them does not.",
        },
        right=right,
    )


def gallery():
    """Ask what a larger gallery does to a threshold."""
    right = "More strangers get a name"
    return quiz(
        "A system names the guests of a party of 10 and lets one stranger in a hundred pass as a "
        "guest. Now it names the 1,000 people of a firm, with the same threshold. What changes?",
        {
            "Nothing: the threshold is on the cosine of a pair": "A stranger is compared with "
            "*everybody*, and the most similar one decides: 100 times as many chances.",
            right: "100 times as many chances: if they were independent, 0.99¹⁰⁰ = 37 in a hundred "
            "would stay without a name, and 63 get one.",
            "Fewer strangers get a name: the gallery is richer": "A richer gallery has more people "
            "whom a stranger may resemble.",
        },
        right=right,
    )


def rule_of_three():
    """Ask for the bound that no error in n pairs gives."""
    return quiz(
        "None of 3,000 independent impostor pairs reaches the threshold. Which FAR, in per mille, "
        "can you exclude to be exceeded, with 95 % confidence?",
        answer=1,
        wrong={
            0: "It may well be above 0: 3,000 tries cannot see one case in 10,000.",
            0.33: "One in 3,000 would show no case in 37 % of such tests.",
        },
        why="If p = 3/n, no case in n has probability (1 − p)ⁿ ≈ e⁻³ ≈ 5 %.",
        hint="Which p makes (1 − p)ⁿ equal to 5 %?",
        tolerance=0.01,
        unit="‰",
    )
