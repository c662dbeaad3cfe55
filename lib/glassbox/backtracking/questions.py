"""The chapter's questions, apart from it so that no reader sees an answer first."""

from glassbox.figures import quiz


def copies():
    """Ask what is reported if the path is not copied."""
    right = "[[]]"
    return quiz(
        "Someone writes `out.append(path)` without the `[:]`. What does the search for 5 in 2, 3 "
        "return?",
        {
            "[[2, 3]]": "That stands there at the moment of reporting. But the list goes on being "
            "pushed and popped.",
            right: "The answer *is* the working list, and after the last pop it is empty.",
            "[]": "Something is appended: the list `path`, once.",
            "[[2, 3], [2], []]": "It is appended once only, whatever happens to it later.",
        },
        right=right,
    )


def falling():
    """Ask what break does to candidates in falling order."""
    right = "It loses answers"
    return quiz(
        "The candidates come in falling order, 5, 3, 2, and the search still breaks at one that "
        "is too large. What happens?",
        {
            "It finds all answers, with fewer tries": "It makes fewer tries, but what it leaves "
            "out is not all hopeless: where 5 is too large, 3 and 2 may fit.",
            right: "Where 5 is too large the loop ends, and the 3 and the 2 behind it are "
            "never looked at.",
            "It finds some answers twice": "The start index alone sees to that, in any order: "
            "each multiset still has one way down.",
        },
        right=right,
    )


def how_many():
    """Ask for a number of nodes, worked out by hand."""
    return quiz(
        "How many nodes does the search for 10 from 1, 2 and 5 enter? Work it out by hand.",
        answer=49,
        wrong={
            10: "So many answers there are, w(10). The nodes are w(0) + w(1) + ... + w(10).",
            48: "The root is a node too, the empty path.",
            39: "Add w(10) as well: an answer is a node.",
        },
        why="The numbers of ways to make 0, ..., 10 are 1, 1, 2, 2, 3, 4, 5, 6, 7, 8, 10.",
        hint="Fill the row w(t) for 1, then add 2, then 5; its sum is the number of nodes.",
    )
