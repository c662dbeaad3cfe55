"""Judges of the chapter's exercises: each tries a reader's function and says in a line how it did.

def widest_pair(nums): ...

exercises.widest_pair(widest_pair)
"""

from collections import Counter
from itertools import pairwise

from glassbox.judge import judge

from .gap import maximum_gap


def one_pass(function):
    """Judge ``one_pass(nums, place, base)``: the pass of radix sort that sorts by one digit.

    The digit of x is ``x // place % base``; numbers with the same digit keep their order.
    """
    return judge(
        function,
        lambda nums, place, base: sorted(nums, key=lambda x: x // place % base),
        [
            ([31, 4, 15, 92, 65], 1, 10),
            ([31, 92, 4, 15, 65], 10, 10),
            ([21, 11, 1, 31], 1, 10),
            ([], 1, 10),
            ([7], 100, 10),
            ([5, 4, 3, 2, 1, 0], 2, 2),
        ],
        random=lambda rng: (
            [rng.randint(0, 999) for _ in range(rng.randint(0, 12))],
            *rng.choice([(1, 10), (10, 10), (100, 10), (16, 16), (4, 2)]),
        ),
    )


def most_frequent(function):
    """Judge ``most_frequent(words, k)``: the k that occur most often, the most frequent first.

    Those that occur equally often may come in any order. It should not sort.
    """
    return judge(
        function,
        None,
        [
            (["b", "a", "b", "c", "b", "a"], 2),
            (["a"], 1),
            (["a", "a", "b", "b", "c"], 2),
            (["a", "b", "c"], 3),
            ([3, 1, 3, 3, 2, 2], 1),
        ],
        random=_words,
        accept=_are_most_frequent,
    )


def _words(rng):
    words = [rng.choice("abcdefg") for _ in range(rng.randint(1, 20))]
    return words, rng.randint(1, len(set(words)))


def _are_most_frequent(came, words, k):
    times = Counter(words)
    best = sorted(times.values(), reverse=True)[:k]
    try:
        came = list(came)
        found = [times[word] for word in came]
        differ = len(set(came)) == len(came)
    except TypeError:
        return "a list"
    if len(came) != k or not differ:
        return f"{k} different words" if k > 1 else "a list of one word"
    return found == best or f"words that occur {best} times, in this order"


def widest_pair(function):
    """Judge ``widest_pair(nums)``: two neighbours in order that are the maximum gap apart."""
    return judge(
        function,
        None,
        [[19, 4, 36, 10, 7, 21, 5, 23], [3, 6, 9, 1], [0, 100], [5, 5, 5], [-3, 4], [0, 0, 2],
         [1, 2, 3, 4]],
        random=lambda rng: ([rng.randint(-20, 60) for _ in range(rng.randint(2, 12))],),
        accept=_is_widest_pair,
    )  # fmt: skip


def _is_widest_pair(came, nums):
    ordered = sorted(nums)
    gap = max(b - a for a, b in pairwise(ordered))
    try:
        pair = tuple(came)
    except TypeError:
        return "a pair"
    wanted = [pair for pair in pairwise(ordered) if pair[1] - pair[0] == gap]
    return pair in wanted or f"{wanted[0]}, {gap} apart"


def longest_silence(function):
    """Judge ``longest_silence(minutes)``: the longest stretch of a day without an event.

    Minutes count from 0 to 1439, at least one; the day is a ring, and midnight is no event.
    """
    return judge(
        function,
        lambda minutes: maximum_gap([*minutes, min(minutes) + 24 * 60]),
        [[610, 75, 1100, 440, 800], [0], [0, 720], [1439, 0], [600, 600], [10, 20, 30]],
        random=lambda rng: ([rng.randrange(1440) for _ in range(rng.randint(1, 9))],),
    )
