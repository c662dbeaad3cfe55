"""The chapter's questions, apart from it so that no reader sees an answer first."""

from glassbox.figures import quiz


def eleven():
    """Ask for the 11 points of a precise detector that stops early."""
    return quiz(
        "A detector makes no false alarm and stops at a recall of 0.55. How many of the 11 points "
        "of VOC 2007 stand at height 1?",
        answer=6,
        wrong={
            5: "Recall 0 counts too: 0, 0.1, 0.2, 0.3, 0.4 and 0.5.",
            5.5: "The points stand at tenths; there is no half one. That is the fault of the grid.",
            11: "Beyond the last recall p(r) is 0.",
        },
        hint="Count the recalls 0, 0.1, 0.2, ... up to the last one reached.",
        why="0, 0.1, ..., 0.5: so its AP is 6/11 = 0.545, and the exact area is 0.55.",
    )


def twice():
    """Ask what a repetition of every box costs."""
    right = "Nothing at all"
    return quiz(
        "A detector finds each of four objects, and repeats all of its boxes with scores below "
        "those of the first four. What does the repetition cost in AP?",
        {
            "Half of it": "Precision falls to one half at the end, but the area stops growing at "
            "the last recall: what comes after the last hit has no width.",
            right: "All hits come first, and after the last hit AP looks at nothing. (Were each "
            "box followed at once by its copy, AP would be the mean of 1, 2/3, 3/5 and 4/7.)",
            "It depends on the IoU threshold": "A copy of a box has its IoU; it is a false alarm "
            "because its object has been hit.",
        },
        right=right,
    )


def absent():
    """Ask why a class without objects is left out."""
    right = "Its recall is 0/0, and either number would say something about the data"
    return quiz(
        "COCO leaves out a class that has no object, rather than count it as 0 or 1. Why?",
        {
            "To make the mean higher": "Leaving out a 1 would make it lower.",
            right: "Counting 0 would punish every detector for what the data lack, counting 1 "
            "would reward all. Its entries are −1, and a mean that does not skip them is too low.",
            "Because no detector proposes it": "It may well: such false alarms are forgiven.",
        },
        right=right,
    )


def crossing():
    """Ask which of two detectors has the higher AP."""
    right = "A, by 0.75 against 0.667"
    return quiz(
        "Two objects. Detector A finds them with its first and its fourth box, detector B with its "
        "second and third. Which has the higher AP, by the exact area?",
        {
            right: "A has ½ · 1 + ½ · 2/4, B has the roof 2/3 throughout. Yet among three boxes A "
            "finds one object and B both: AP ranks whole curves, not the point at which you work.",
            "B, since it is done after three boxes": "That is so, but its first box is a false "
            "alarm, and its roof is 2/3 from the start.",
            "Both the same": "Only if the order did not matter; A's first hit has precision 1.",
        },
        right=right,
    )
