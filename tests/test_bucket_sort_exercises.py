"""The exercises of bucket_sort: right answers pass, the usual wrong ones are caught."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from glassbox.bucket_sort import exercises, gap_buckets, maximum_gap

# --- one_pass ----------------------------------------------------------------------------------


def deal(nums, place, base, *, digit=None, put=list.append, order=list):
    digit = digit or (lambda x: x // place % base)
    piles = [[] for _ in range(base)]
    for x in nums:
        put(piles[digit(x)], x)
    return [x for pile in order(piles) for x in pile]


def pass_sorts_its_input(nums, place, base):
    nums.sort(key=lambda x: x // place % base)
    return nums


def pass_one_pile(nums, place, base):
    piles = [[]] * base
    for x in nums:
        piles[x // place % base].append(x)
    return [x for pile in piles for x in pile]


def pass_kept(nums, place, base, piles=[[] for _ in range(16)]):  # noqa: B006
    for x in nums:
        piles[x // place % base].append(x)
    return [x for pile in piles for x in pile]


PASS = {
    "not stable": lambda n, p, b: deal(n, p, b, put=lambda pile, x: pile.insert(0, x)),
    "sorted": lambda n, p, b: sorted(n),
    "piles sorted": lambda n, p, b: deal(n, p, b, order=lambda piles: map(sorted, piles)),
    "base 10": lambda n, p, b: deal(n, p, 10),
    "the last digit": lambda n, p, b: deal(n, 1, b),
    "all digits from there": lambda n, p, b: sorted(n, key=lambda x: x // p),
    "all digits below": lambda n, p, b: sorted(n, key=lambda x: x % (p * b)),
    "remainder first": lambda n, p, b: deal(n, p, b, digit=lambda x: x % b // p % b),
    "place for base": lambda n, p, b: sorted(n, key=lambda x: x // b % p),
    "one place on": lambda n, p, b: deal(n, p * b, b),
    "from the last pile": lambda n, p, b: deal(n, p, b, order=reversed),
    "from the last number": lambda n, p, b: deal(n[::-1], p, b),
    "without pile 0": lambda n, p, b: deal(n, p, b, order=lambda piles: piles[1:]),
    "equal numbers once": lambda n, p, b: deal(list(dict.fromkeys(n)), p, b),
    "a pile too few": lambda n, p, b: deal(n, p, b, digit=lambda x: min(x // p % b, b - 2)),
    "as text": lambda n, p, b: sorted(n, key=lambda x: str(x)[-1:]),
    "the piles": lambda n, p, b: [[x for x in n if x // p % b == d] for d in range(b)],
    "the digits": lambda n, p, b: sorted(x // p % b for x in n),
    "one pile for all": pass_one_pile,
    "kept from before": pass_kept,
    "its input sorted": pass_sorts_its_input,
    "a generator": lambda n, p, b: (x for d in range(b) for x in n if x // p % b == d),
}


def pass_by_counting(nums, place, base):
    digits = np.array(nums, int) // place % base
    return np.array(nums, int)[np.argsort(digits, kind="stable")]


def pass_by_places(nums, place, base):
    counts = Counter(x // place % base for x in nums)
    starts, at = {}, 0
    for digit in range(base):
        starts[digit], at = at, at + counts[digit]
    out = [None] * len(nums)
    for x in nums:
        out[starts[x // place % base]] = x
        starts[x // place % base] += 1
    return tuple(out)


# --- most_frequent -----------------------------------------------------------------------------


def frequent(words, k, *, room=1, order=reversed, cut=None):
    piles = [[] for _ in range(len(words) + room)]
    for word, n in Counter(words).items():
        piles[n].append(word)
    return [word for pile in order(piles) for word in pile][: k if cut is None else cut]


def frequent_ties_lost(words, k):
    by_times = {words.count(word): word for word in words}
    return [by_times[n] for n in sorted(by_times, reverse=True)][:k]


def frequent_in_a_row(words, k):
    longest, run = Counter(), 0
    for i, word in enumerate(words):
        run = run + 1 if i and words[i - 1] == word else 1
        longest[word] = max(longest[word], run)
    return [word for word, _ in longest.most_common(k)]


def frequent_eaten(words, k):
    found = frequent(words, k)
    words.clear()
    return found


def frequent_kept(words, k, times=Counter()):  # noqa: B006
    times.update(words)
    return [word for word, _ in times.most_common(k)]


FREQUENT = {
    "the rarest": lambda words, k: frequent(words, k, order=list),
    "one pile too few": lambda words, k: frequent(words, k, room=0),
    "ties lost": frequent_ties_lost,
    "with their counts": lambda words, k: Counter(words).most_common(k),
    "counts alone": lambda words, k: [n for _, n in Counter(words).most_common(k)],
    "with repeats": lambda words, k: sorted(words, key=words.count, reverse=True)[:k],
    "one more": lambda words, k: frequent(words, k, cut=k + 1),
    "one less": lambda words, k: frequent(words, k, cut=k - 1),
    "all": lambda words, k: frequent(words, k, cut=len(words)),
    "the first": lambda words, k: frequent(words, k)[0],
    "as they come": lambda words, k: list(dict.fromkeys(words))[:k],
    "by name": lambda words, k: sorted(set(words))[:k],
    "last k, turned": lambda words, k: frequent(words, k)[::-1],
    "at least k times": lambda words, k: [w for w, n in Counter(words).items() if n >= k],
    "exactly k times": lambda words, k: [w for w, n in Counter(words).items() if n == k],
    "k piles": lambda words, k: [
        word for pile in range(len(words), len(words) - k, -1)
        for word, n in Counter(words).items() if n == pile
    ],
    "in a row": frequent_in_a_row,
    "joined": lambda words, k: "".join(map(str, frequent(words, k))),
    "kept from before": frequent_kept,
    "its input eaten": frequent_eaten,
    "printed": lambda words, k: print(frequent(words, k)),
}  # fmt: skip

# --- widest_pair -------------------------------------------------------------------------------


def widest(nums, *, pairs=lambda kept: [(a, b) for (_, a), (b, _) in pairwise(kept)], empty=False):
    kept = [bucket for bucket in gap_buckets(nums) if bucket or empty]
    return max(pairs(kept), key=lambda pair: pair[1] - pair[0], default=(nums[0], nums[0]))


def pair_of_neighbours(nums):
    return max(pairwise(nums), key=lambda pair: abs(pair[1] - pair[0]))


def pair_of_sorted(nums, pick=max, key=lambda pair: pair[1] - pair[0]):
    return pick(pairwise(sorted(nums)), key=key)


def pair_sorts_its_input(nums):
    nums.sort()
    return max(pairwise(nums), key=lambda pair: pair[1] - pair[0])


PAIR = {
    "the gap": maximum_gap,
    "first to first": lambda nums: widest(
        nums, pairs=lambda kept: [(a, b) for (a, _), (b, _) in pairwise(kept)]
    ),
    "last to last": lambda nums: widest(
        nums, pairs=lambda kept: [(a, b) for (_, a), (_, b) in pairwise(kept)]
    ),
    "within a bucket": lambda nums: widest(nums, pairs=list),
    "empty buckets": lambda nums: widest(nums, empty=True),
    "without the last": lambda nums: widest(
        nums, pairs=lambda kept: [(a, b) for (_, a), (b, _) in pairwise(kept[:-1])]
    ),
    "without the first": lambda nums: widest(
        nums, pairs=lambda kept: [(a, b) for (_, a), (b, _) in pairwise(kept[1:])]
    ),
    "the ends": lambda nums: (min(nums), max(nums)),
    "not sorted": pair_of_neighbours,
    "the narrowest": lambda nums: pair_of_sorted(nums, min),
    "greater first": lambda nums: pair_of_sorted(nums)[::-1],
    "by its sum": lambda nums: pair_of_sorted(nums, key=sum),
    "by magnitude": lambda nums: max(pairwise(sorted(nums, key=abs)), key=lambda p: p[1] - p[0]),
    "by ratio": lambda nums: pair_of_sorted(nums, key=lambda p: p[1] / (p[0] or 1)),
    "places": lambda nums: [nums.index(x) for x in pair_of_sorted(nums)],
    "pair and gap": lambda nums: (*pair_of_sorted(nums), maximum_gap(nums)),
    "the middle": lambda nums: sum(pair_of_sorted(nums)) / 2,
    "all pairs": lambda nums: list(pairwise(sorted(nums))),
    "as text": lambda nums: max(pairwise(sorted(nums, key=str)), key=lambda p: p[1] - p[0]),
    "its input sorted": pair_sorts_its_input,
    "nothing where all are equal": lambda nums: None if len(set(nums)) == 1 else widest(nums),
}

# --- longest_silence ---------------------------------------------------------------------------


def silence(minutes, day=1440, *, first=min, pick=max):
    ring = sorted([*minutes, first(minutes) + day])
    return pick(b - a for a, b in pairwise(ring))


def silence_extended(minutes):
    minutes.append(min(minutes) + 1440)
    return maximum_gap(minutes)


SILENCE = {
    "without midnight": maximum_gap,
    "midnight is an event": lambda minutes: maximum_gap([0, *minutes, 1440]),
    "midnight before": lambda minutes: maximum_gap([0, *minutes]),
    "midnight after": lambda minutes: maximum_gap([*minutes, 1440]),
    "a day of 1439": lambda minutes: silence(minutes, 1439),
    "a day of 12 hours": lambda minutes: silence(minutes, 720),
    "a day of 24 minutes": lambda minutes: silence(minutes, 24),
    "from the first given": lambda minutes: silence(minutes, first=lambda m: m[0]),
    "from the last": lambda minutes: silence(minutes, first=max),
    "the shortest": lambda minutes: silence(minutes, pick=min),
    "the sum": lambda minutes: silence(minutes, pick=sum),
    "minutes between": lambda minutes: silence(minutes) - 1,
    "hours": lambda minutes: silence(minutes) / 60,
    "not sorted": lambda minutes: max(
        (b - a) % 1440 for a, b in pairwise([*minutes, minutes[0]])
    ),
    "one event is 0": lambda minutes: silence(minutes) if len(minutes) > 1 else 0,
    "equal events are 0": lambda minutes: max(
        (b - a) % 1440 for a, b in pairwise([*sorted(minutes), min(minutes)])
    ),
    "night alone": lambda minutes: min(minutes) + 1440 - max(minutes),
    "morning or evening": lambda minutes: max(
        maximum_gap(minutes), min(minutes), 1440 - max(minutes)
    ),
    "halves of the day": lambda minutes: min(silence(minutes), 720),
    "its ends": lambda minutes: max(pairwise(sorted([*minutes, min(minutes) + 1440])),
                                    key=lambda pair: pair[1] - pair[0]),
    "its input extended": silence_extended,
}  # fmt: skip


def silence_minute_by_minute(minutes):
    heard, best, run = set(minutes), 0, 0
    for minute in range(2880):
        run = 0 if minute % 1440 in heard else run + 1
        best = max(best, run + 1)
    return min(best, 1440)


WRONG = {
    "one_pass": PASS, "most_frequent": FREQUENT, "widest_pair": PAIR, "longest_silence": SILENCE,
}  # fmt: skip
RIGHT = {
    "one_pass": [
        deal,
        pass_by_counting,
        pass_by_places,
        lambda nums, place, base: sorted(nums, key=lambda x: x // place % base),
    ],
    "most_frequent": [
        frequent,
        lambda words, k: [word for word, _ in Counter(words).most_common(k)],
        lambda words, k: sorted(set(words), key=lambda word: -words.count(word))[:k],
        lambda words, k: tuple(sorted(sorted(set(words)), key=words.count)[::-1][:k]),
    ],
    "widest_pair": [
        widest,
        pair_of_sorted,
        lambda nums: list(pair_of_sorted(nums)),
        lambda nums: np.sort(nums)[np.argmax(np.diff(np.sort(nums))) + np.arange(2)],
    ],
    "longest_silence": [
        silence,
        silence_minute_by_minute,
        lambda minutes: maximum_gap([m + day for m in minutes for day in (0, 1440)]),
        lambda minutes: np.diff(np.sort([*minutes, min(minutes) + 1440])).max(),
    ],
}


@pytest.mark.parametrize(
    ("name", "slip", "words"),
    [
        ("most_frequent", "the rarest", "words that occur"),
        ("most_frequent", "one pile too few", "IndexError"),
        ("most_frequent", "ties lost", "different words"),
        ("widest_pair", "the gap", "a pair"),
        ("widest_pair", "the ends", "apart"),
        ("longest_silence", "without midnight", "wanted is `1440`"),
    ],
)
def test_what_is_told_names_the_slip(name, slip, words):
    assert words in repr(getattr(exercises, name)(WRONG[name][slip]))


@pytest.mark.parametrize(
    ("came", "told"),
    [
        (1, "a list"),
        ([["a"]], "a list"),
        ([], "a list of one word"),
        (["a"], True),
        (["b"], "words that occur [2] times, in this order"),
    ],
)
def test_one_word_is_asked_for_as_one(came, told):
    assert exercises._are_most_frequent(came, ["a", "b", "a"], 1) == told


def test_of_pairs_that_are_equally_wide_the_first_is_told():
    assert exercises._is_widest_pair([1, 3], [3, 1, 2]) == "(1, 2), 1 apart"
    assert exercises._is_widest_pair([2, 3], [3, 1, 2]) is True
