"""The chapter's questions, apart from it so that no reader sees an answer first."""

from glassbox.figures import quiz


def is_it():
    """Ask which lists are heaps."""
    return quiz(
        "Which of these lists are heaps?",
        {
            "`[1, 2, 3, 4, 5]`": "A sorted list is a heap: no parent is larger than its child.",
            "`[1, 3, 2, 4, 5, 2]`": "It is one: the parent of index 5 is index 2, and 2 is not "
            "smaller than 2.",
            "`[1, 5, 2, 4, 6]`": "Index 3 holds 4, its parent, index 1, holds 5.",
            "`[7]`": "One element has no parent to be smaller than.",
            "`[2, 1]`": "Index 1 holds 1, its parent holds 2.",
        },
        right=["`[1, 2, 3, 4, 5]`", "`[1, 3, 2, 4, 5, 2]`", "`[7]`"],
    )


def third():
    """Ask where the third smallest may be."""
    right = "at index 1, 2 or on level 2"
    return quiz(
        "All elements of a large heap differ. Where can the third smallest be?",
        {
            "at index 1 or 2": "There the second smallest must be one of the two. But the third "
            "may also lie below it.",
            "at index 2": "In `[1, 2, 5, 3]` it is at index 3.",
            right: "Its ancestors are smaller, and only two elements are: it has two "
            "ancestors at most.",
            "anywhere but at index 0": "All its ancestors are smaller than it, and only two "
            "elements are smaller.",
        },
        right=right,
    )


def pushpop():
    """Ask what keeps the k largest of a stream."""
    right = "`heappushpop(heap, x)` on a min-heap of k elements"
    return quiz(
        "A stream of numbers has no end, and you want the k largest so far. Which line, for each "
        "number x, is enough?",
        {
            "`heapreplace(heap, x)` on a min-heap of k elements": "It throws the smallest out even "
            "where x is smaller still, and keeps x.",
            right: "It hands x back at once if x is no larger than the smallest of the k, "
            "and else throws that one out.",
            "`heappushpop_max(heap, x)` on a max-heap of k elements": "It throws out the largest "
            "of all, each time: the k smallest stay.",
        },
        right=right,
    )


def comparisons():
    """Ask for the comparisons of a replacement at the top."""
    return quiz(
        "A heap has 31 different elements, so five full levels. `heapreplace` puts an item in that "
        "is smaller than all of them. How many comparisons does CPython make?",
        answer=8,
        wrong={
            2: "So many does the textbook make: it asks at the root and stops. CPython runs down "
            "to a leaf first.",
            4: "That is the way down, one a level. Then the item climbs.",
            5: "Five levels have four steps between them, and the item climbs them again.",
            10: "Five levels have four steps between them.",
        },
        why="Four levels down, one comparison each; then it climbs all four.",
        hint="Count the way down to a leaf, and then the climb.",
    )


def halves():
    """Ask for the sum of the heights of a heap."""
    return quiz(
        "The heights of all nodes add up to n less the number of ones among its binary digits. By "
        "how much does the sum grow from n = 1023 to n = 1024?",
        answer=10,
        wrong={
            1: "The number of ones changes too: 1023 has ten, 1024 has one.",
            9: "1023 − 10 = 1013, and 1024 − 1 = 1023.",
        },
        why="From 1013 to 1023: the new leaf begins a level, and each of its ten ancestors gains "
        "one of height.",
        hint="1023 is 1111111111 in binary, 1024 is 10000000000.",
    )
