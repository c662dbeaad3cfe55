"""The exercises of bucket_sort: right answers pass, the usual wrong ones are caught."""

from itertools import pairwise

import pytest

from glassbox.bucket_sort import exercises, gap_buckets, maximum_gap


def pass_right(nums, place, base):
    piles = [[] for _ in range(base)]
    for x in nums:
        piles[x // place % base].append(x)
    return [x for pile in piles for x in pile]


def pass_not_stable(nums, place, base):
    piles = [[] for _ in range(base)]
    for x in nums:
        piles[x // place % base].insert(0, x)
    return [x for pile in piles for x in pile]


def pass_sorted(nums, place, base):
    return sorted(nums)


def pass_ten(nums, place, base):
    return pass_right(nums, place, 10)


def frequent_right(words, k):
    times = {}
    for word in words:
        times[word] = times.get(word, 0) + 1
    piles = [[] for _ in range(len(words) + 1)]
    for word, n in times.items():
        piles[n].append(word)
    return [word for pile in reversed(piles) for word in pile][:k]


def frequent_rarest(words, k):
    return frequent_right(words, len(set(words)))[::-1][:k]


def frequent_one_pile_short(words, k):
    times = {word: words.count(word) for word in words}
    piles = [[] for _ in range(len(words))]
    for word, n in times.items():
        piles[n].append(word)
    return [word for pile in reversed(piles) for word in pile][:k]


def frequent_ties_lost(words, k):
    by_times = {words.count(word): word for word in words}
    return [by_times[n] for n in sorted(by_times, reverse=True)][:k]


def frequent_pairs(words, k):
    return [(word, words.count(word)) for word in frequent_right(words, k)]


def pair_right(nums):
    best, previous = (nums[0], nums[0]), None
    for bucket in gap_buckets(nums):
        if bucket is None:
            continue
        low, high = bucket
        if previous is not None and low - previous > best[1] - best[0]:
            best = previous, low
        previous = high
    return best


def pair_gap(nums):
    return maximum_gap(nums)


def pair_of_buckets(nums):
    buckets = [bucket for bucket in gap_buckets(nums) if bucket]
    firsts = [(a, c) for (a, _), (c, _) in pairwise(buckets)]
    return max(firsts, key=lambda pair: pair[1] - pair[0], default=(nums[0], nums[0]))


def pair_ends(nums):
    return min(nums), max(nums)


def silence_right(minutes):
    return maximum_gap([*minutes, min(minutes) + 1440])


def silence_without_midnight(minutes):
    return maximum_gap(minutes)


def silence_midnight_is_an_event(minutes):
    return maximum_gap([0, *minutes, 1440])


def stub(*given): ...


@pytest.mark.parametrize(
    ("judge", "right"),
    [
        (exercises.one_pass, pass_right),
        (exercises.most_frequent, frequent_right),
        (exercises.widest_pair, pair_right),
        (exercises.longest_silence, silence_right),
    ],
)
def test_a_right_answer_passes(judge, right):
    verdict = judge(right)
    assert verdict and "All right in" in repr(verdict), verdict


@pytest.mark.parametrize(
    ("judge", "wrong", "words"),
    [
        (exercises.one_pass, pass_not_stable, "wanted is"),
        (exercises.one_pass, pass_sorted, "wanted is"),
        (exercises.one_pass, pass_ten, "it"),
        (exercises.most_frequent, frequent_rarest, "words that occur"),
        (exercises.most_frequent, frequent_one_pile_short, "IndexError"),
        (exercises.most_frequent, frequent_ties_lost, "different words"),
        (exercises.most_frequent, frequent_pairs, "wanted"),
        (exercises.widest_pair, pair_gap, "a pair"),
        (exercises.widest_pair, pair_of_buckets, "apart"),
        (exercises.widest_pair, pair_ends, "apart"),
        (exercises.longest_silence, silence_without_midnight, "wanted is `1440`"),
        (exercises.longest_silence, silence_midnight_is_an_event, "wanted is"),
    ],
)
def test_a_wrong_answer_is_caught(judge, wrong, words):
    verdict = judge(wrong)
    assert not verdict and words in repr(verdict), verdict


JUDGES = [
    exercises.one_pass,
    exercises.most_frequent,
    exercises.widest_pair,
    exercises.longest_silence,
]


@pytest.mark.parametrize("judge", JUDGES)
def test_a_stub_is_not_judged(judge):
    assert "Write your function" in repr(judge(stub))
    for answer in (None, 5, "abc", [None], [[[]]]):
        assert not judge(lambda *given, answer=answer: answer)
