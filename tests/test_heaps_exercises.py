"""The exercises of heaps: right answers pass, the usual wrong ones are caught."""

import heapq
import statistics

import pytest

from glassbox.heaps import exercises, heapdelete


def push_by_appending(heap, item):
    heap.append(item)


def push_and_sort(heap, item):
    heap.append(item)
    heap.sort()


def push_one_level(heap, item):
    heap.append(item)
    k = len(heap) - 1
    if k and heap[k] < heap[(k - 1) // 2]:
        heap[k], heap[(k - 1) // 2] = heap[(k - 1) // 2], heap[k]


def push_returning(heap, item):
    return sorted([*heap, item])


def delete_by_swap(heap, i):
    heap[i] = heap[-1]
    heap.pop()


def delete_down_only(heap, i):
    last = heap.pop()
    if i < len(heap):
        heap[i] = last
        heapq._siftup(heap, i)


def delete_up_only(heap, i):
    last = heap.pop()
    if i < len(heap):
        heap[i] = last
        heapq._siftdown(heap, 0, i)


def largest_right(k, numbers):
    heap = []
    for x in numbers:
        if len(heap) < k:
            heapq.heappush(heap, x)
        elif heap:
            heapq.heappushpop(heap, x)
    return sorted(heap, reverse=True)


def medians_of_one_heap(numbers):
    return [sorted(numbers[: n + 1])[n // 2] for n in range(len(numbers))]


def shortest_by_roads(roads, start):
    far, queue = {start: 0}, [start]
    for place in queue:
        for other, length in roads[place].items():
            if other not in far:
                far[other] = far[place] + length
                queue.append(other)
    return far


def stub(*arguments): ...


def medians_of_sorted_numbers(numbers):
    return [statistics.median(numbers[: n + 1]) for n in range(len(numbers))]


def shortest_by_settling(roads, start):
    far, queue = {}, [(0, start)]
    while queue:
        length, place = heapq.heappop(queue)
        if place not in far:
            far[place] = length
            for other, more in roads[place].items():
                heapq.heappush(queue, (length + more, other))
    return far


RIGHT = [
    (exercises.push, heapq.heappush),
    (exercises.push, push_and_sort),
    (exercises.largest, largest_right),
    (exercises.largest, heapq.nlargest),
    (exercises.delete, heapdelete),
    (exercises.medians, medians_of_sorted_numbers),
    (exercises.shortest, shortest_by_settling),
]


@pytest.mark.parametrize(("judge", "function"), RIGHT)
def test_right_answers_pass(judge, function):
    verdict = judge(function)
    assert verdict, repr(verdict)


WRONG = [
    (exercises.push, push_by_appending, "wanted is a heap of"),
    (exercises.push, push_one_level, "this is none"),
    (exercises.push, push_returning, "wanted is a heap of"),
    (exercises.delete, delete_by_swap, "wanted is a heap of"),
    (exercises.delete, delete_down_only, "this is none"),
    (exercises.delete, delete_up_only, "this is none"),
    (exercises.largest, lambda k, numbers: sorted(numbers)[-k:], "wanted is"),
    (exercises.medians, medians_of_one_heap, "wanted is"),
    (exercises.shortest, shortest_by_roads, "wanted is"),
    (exercises.delete, lambda heap, i: heap.pop(heap[i]), "raises|wanted is|returns"),
]


@pytest.mark.parametrize(("judge", "function", "words"), WRONG)
def test_wrong_answers_are_caught(judge, function, words):
    verdict = judge(function)
    assert not verdict
    assert any(word in repr(verdict) for word in words.split("|")), repr(verdict)


@pytest.mark.parametrize(
    "judge",
    [exercises.push, exercises.delete, exercises.largest, exercises.medians, exercises.shortest],
)
def test_a_stub_is_not_written_yet(judge):
    assert "Write your function" in repr(judge(stub))
