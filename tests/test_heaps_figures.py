"""The figures of heaps: words, values, other data, errors; and the model, held to Python."""

import random
from functools import partial

import pytest

from glassbox.heaps import (
    Counted,
    count_comparisons,
    cupboard_costs,
    cupboards,
    examples,
    figures,
    gt,
    heapdelete,
    heapify,
    heappop,
    heappush,
    is_heap,
    levels_climbed,
    levels_sunk,
    siftdown_textbook,
    worst_for_heapify,
)
from glassbox.trace import record

HEAP = [1, 4, 2, 6, 5, 9, 8, 7]


def said(panels):
    """Return what the panels say."""
    return " ".join(panel["describe"] for panel in panels if panel.get("describe"))


# --- three cupboards ---------------------------------------------------------------------------


def test_cupboards_worked_by_hand():
    # three pushes into [5, 5]: the list moves one each; the others move and compare more
    costs = cupboard_costs([5, 5], 3, pops=0)
    assert costs["unsorted list"] == 1
    # an equal number goes behind all, for fairness, which is to the front of a falling list: after
    # 2, 2 and 3 comparisons, and 3, 4 and 5 moves
    assert costs["sorted list"] == pytest.approx((2 + 2 + 3 + 3 + 4 + 5) / 3)
    # each is appended, taken in hand, compared once with its parent, and put down
    assert costs["heap"] == 3


@pytest.mark.parametrize("index", range(4))
def test_what_is_behind_makes_room(index):
    shelf = cupboards.Shelf([9, 7, 5])
    shelf.insert(index, 6)
    assert shelf.moves == 1 + len([9, 7, 5][index:]) and shelf[index] == 6


def test_a_pop_of_the_unsorted_list_looks_at_each():
    assert cupboard_costs(range(10), 1, pops=1)["unsorted list"] == 9 + 2  # two moves


def test_as_many_operations_are_pops_as_are_asked_for():
    # a pop of ten unsorted numbers, and a push, in either order: 9 or 10 comparisons, 2 + 1 moves
    for seed in range(9):
        cost = cupboard_costs(range(10), 2, pops=0.5, seed=seed)["unsorted list"]
        assert 2 * cost in (9 + 3, 10 + 3)


def test_an_empty_cupboard_gets_a_push_instead():
    # pop and push in turn: 2 and 1 steps in an unsorted list, 1 and 1 in a sorted one
    assert cupboard_costs([1], 10**5, pops=1) == {
        "unsorted list": 1.5, "sorted list": 1, "heap": 1.5,
    }  # fmt: skip
    for operations in (0, 10**5 + 1):
        with pytest.raises(ValueError, match=r"operations must be in 1\.\.100000, got"):
            cupboard_costs([1], operations, pops=1)


def test_cupboards_give_what_they_should():
    from glassbox.heaps.cupboards import CUPBOARDS

    rng, kept = random.Random(0), []
    made = [kind([]) for kind in CUPBOARDS.values()]
    for _ in range(500):
        if kept and rng.random() < 0.5:
            kept.sort()
            assert {cupboard.pop() for cupboard in made} == {kept.pop(0)}
        else:
            kept.append(rng.randrange(20))
            for cupboard in made:
                cupboard.push(kept[-1])


def test_the_share_of_pops_decides():
    figure = figures.cupboards(range(300), 100)
    costs = [figure.at(pops=pops)[0]["layers"][0]["y"] for pops in (0, 100)]
    assert costs[0][0] == 1 and costs[0][1] > 100  # unsorted, sorted
    assert costs[1][0] > 100 and costs[1][1] == 1
    assert said(figure.at(pops=0)).startswith("0 % pops: unsorted list 1.0, sorted list ")
    alone, every = (figure.at(pops=0, all_shares=shown) for shown in (False, True))
    assert len(every[1]["layers"]) == len(alone[1]["layers"]) + 3, "the curves are an answer"
    assert " The heap is best from 10 to " in said(every)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [([], "numbers must be 1 to 5000, got 0"), ([1, float("nan")], r"numbers\[1\] must be finite")],
)
def test_cupboards_refuse(numbers, message):
    with pytest.raises(ValueError, match=message):
        figures.cupboards(numbers)


# --- step through the code ---------------------------------------------------------------------


def test_watch_tells_a_push_as_it_is_told_by_hand():
    figure = figures.watch(HEAP, (heappush, 3))
    words = [figure.at(step=k)[2]["describe"] for k in range(9)]
    assert words == [
        "Nothing has happened yet.",
        "3 is appended, at index 8.",
        "3 is taken in hand.",
        "Is 3 < 6? Yes.",
        "6 moves down; the gap is now at index 3.",
        "Is 3 < 4? Yes.",
        "4 moves down; the gap is now at index 1.",
        "Is 3 < 1? No.",
        "3 is put down at index 1.",
    ]


def test_the_gap_stands_in_tree_and_list_alike():
    figure = figures.watch(HEAP, heappop)
    for step in range(11):
        tree, array, _ = figure.at(step=step)
        assert tree["labels"] == array["cells"][0]
        in_hand = "in hand" in tree["title"]
        assert sum(text.startswith("[") for text in tree["labels"]) == in_hand


@pytest.mark.parametrize("seed", range(20))
def test_what_is_in_hand_is_never_lost(seed):
    rng = random.Random(seed)
    heap = [rng.randrange(9) for _ in range(12)]
    run = figures.Run(record(heapify, heap))
    for k, hand in enumerate(run.held):
        cells = list(run.moments[k].state["heap"])
        if hand:
            cells[hand[1]] = hand[0]
        assert sorted(cells) == sorted(heap)


def test_questions_are_answered_by_the_next_step():
    figure = figures.watch(HEAP, heappop)
    asked = figure.controls["step"].questions if hasattr(figure, "controls") else {}
    run = figures.Run(record(heappop, HEAP))
    found = [run.question(at) for at in range(1, len(run.stops))]
    found = [question for question in found if question]
    assert found[0] == ("Which child comes first?", ["heap[1] = 4", "heap[2] = 2"], "heap[2] = 2")
    assert found[-1][0].startswith("Is 7 smaller than ")
    assert len(found) == count_comparisons(heappop, HEAP)
    assert asked == {} or len(asked) == len(found)


def test_the_readers_own_function_can_be_watched():
    def bubble(heap):
        for k in range(len(heap) - 1, 0, -1):
            if heap[k] < heap[(k - 1) // 2]:
                heap[k], heap[(k - 1) // 2] = heap[(k - 1) // 2], heap[k]

    figure = figures.watch([3, 2, 1], bubble)
    assert figure.at(step=1)[2]["describe"] == "Is 1 < 3? Yes."
    largest = figures.watch([1, 2, 3], partial(heapify, before=gt))
    assert "[" not in largest.at(step=4)[0]["labels"][0]


def test_watch_refuses_what_cannot_be_read():
    with pytest.raises(ValueError, match="operations must be functions, or tuples"):
        figures.watch(HEAP)
    with pytest.raises(ValueError, match="at most 31 elements, got 40"):
        figures.watch(range(40), heapify)
    with pytest.raises(ValueError, match="must do something to the list"):
        figures.watch([1, 2], lambda heap: None)
    with pytest.raises(TypeError, match="heap must be a list of elements, got 3"):
        figures.watch(3, heapify)


def test_a_deletion_climbs():
    words = " ".join(
        figures.watch([1, 5, 2, 6, 7, 3], (heapdelete, 3)).at(step=k)[2]["describe"]
        for k in range(9)
    )
    assert "5 moves down; the gap is now at index 1" in words


# --- levels, races, counts ---------------------------------------------------------------------


def test_nothing_has_no_levels():
    assert worst_for_heapify(0) == levels_sunk([]) == levels_climbed([]) == []


@pytest.mark.parametrize("n", range(1, 60))
def test_levels_are_those_of_the_heaps_themselves(n):
    nums = random.Random(n).sample(range(n), n)
    heap, climbed = [], []
    for k, x in enumerate(nums):
        heappush(heap, x)
        climbed.append((k + 1).bit_length() - (heap.index(x) + 1).bit_length())
    assert levels_climbed(nums) == climbed
    assert sum(levels_sunk(nums)) <= n - n.bit_count()
    worst = worst_for_heapify(n)
    assert sorted(worst) == list(range(n))
    assert levels_sunk(worst) == [(n // (k + 1)).bit_length() - 1 for k in range(n)]


def test_levels_say_the_bound():
    figure = figures.levels({"mine": [5, 4, 3, 2, 1]})
    assert "5 elements, mine: heapify sinks them 3 levels in all, at most 5 − 2 = 3" in said(
        figure.at(n=5)
    )
    assert "1 element, mine: heapify sinks it 0 levels in all" in said(figure.at(n=1))
    equal = figures.levels({"mine": [2, 2, 2]})
    assert "heapify sinks them 1 level in all, at most 3 − 2 = 1; pushes lift them 0" in said(
        equal.at(n=3)
    )
    with pytest.raises(ValueError, match="inputs must have a list"):
        figures.levels({})


def test_the_race_ends_with_the_comparisons_of_both():
    nums = [9, 3, 7, 1, 8, 2, 6]
    figure = figures.race(nums)
    full = examples.built(nums)
    for item in figures.between(full[1:-1]):
        book, ours = examples.both_sifts(item, full[1:-1])
        words = said(figure.at(item=item, others="as they are", ends=True))
        assert f"In the end the textbook needs {book}, CPython {ours}." in words
        assert "In the end" not in said(figure.at(item=item)), "no answer is told before the race"
    with pytest.raises(ValueError, match="numbers must be 3 to 32, got 2"):
        figures.race([1, 2])


def test_orders_scale_to_the_case():
    figure = figures.orders([16, 64])
    assert figure.at(job="build", order="random")[0]["ylim"][1] < 4
    with pytest.raises(ValueError, match="sizes must be two or more"):
        figures.orders([16])


def test_top_counts_all_that_is_asked():
    numbers = examples.floats(300)
    figure = figures.top(numbers)
    half = said(figure.at(k=150))
    assert half.startswith("The 150 smallest of 300, comparisons per element: nsmallest ")
    assert said(figure.at(k=1)).startswith("The smallest of 300, comparisons per element: ")
    assert said(figure.at(every=True)).endswith("From 50 on, sorted asks less than nsmallest.")
    ks, ways = examples.selection(numbers)
    assert ks == [1, 2, 5, 10, 20, 50, 100, 150, 200, 299]
    assert ways["nsmallest"][0] == 299 / 300


def test_merging_counts_and_refuses():
    rows = [sorted(examples.floats(20, seed)) for seed in range(8)]
    assert "8 lists, for each element: merge (< and ==) " in said(figures.merging(rows).at(k=8))
    assert "2 lists, for each element: " in said(figures.merging([[1, 2], [-5]]).at(k=2))
    assert figures.merging([[1]] * 6).controls["k"].values == (2, 4, 6)
    with pytest.raises(ValueError, match="lists must hold a number, got none"):
        figures.merging([[], []])
    with pytest.raises(ValueError, match=r"lists\[1\] must be sorted"):
        figures.merging([[1], [2, 1]])
    with pytest.raises(ValueError, match="lists must be two or more, got 1"):
        figures.merging([[1]])


def test_of_the_two_sifts_both_are_needed():
    rng, broken = random.Random(0), dict.fromkeys(examples.SIFTS, 0)
    for _ in range(300):
        heap = examples.built(examples.floats(30, rng.random()))
        pos = rng.randrange(30)
        for way in broken:
            broken[way] += not examples.delete_by(list(heap), pos, way)
    assert broken["down, then up"] == 0
    assert broken["down only"] > 5 and broken["up only"] > 50


def test_as_many_numbers_as_are_allowed_are_drawn():
    assert len(figures.watch(range(31), heapify).at(step=0)[0]["labels"]) == 31
    assert figures.race([1, 2, 3]).at() and figures.levels({"two": [2, 1]}).at(n=2)
    assert '"room":3,' in figures.play([1], room=3).payload
    assert '"room":31,' in figures.play(range(31), room=31).payload
    assert figures.top([3, 1, 2]).controls["k"].values[-1] == 2
    assert figures.merging([[1], [1, 1]]).controls["k"].values == (1, 2)
    for room in (2, 32):
        with pytest.raises(ValueError, match=rf"room must be in 3\.\.31, got {room}"):
            figures.play([1], room=room)
    with pytest.raises(ValueError, match="numbers must be 3 to 32, got 33"):
        figures.race(range(33))
    with pytest.raises(ValueError, match="at most 31 elements, got 32"):
        figures.watch(range(31), (heappush, 1))


# --- the heap to play with ---------------------------------------------------------------------


def test_the_board_offers_first_what_the_chapter_asks_to_push():
    (panel,) = figures.play([1, 4, 2, 6, 5, 9, 8, 7]).at()
    assert panel["offers"][0] == 3


def test_board():
    (panel,) = figures.play([5, 3, 4]).at()
    assert [value for value, _ in panel["cells"]] == [3, 5, 4]
    (panel,) = figures.play([5, 3, 9], largest=True).at()
    assert [value for value, _ in panel["cells"]] == [9, 3, 5]
    with pytest.raises(ValueError, match="numbers must be 0 to 15, got 20"):
        figures.play(range(20))
    with pytest.raises(ValueError, match=r"room must be in 3\.\.31, got 40"):
        figures.play([1], room=40)


def by_python(heap, action, item, way, largest):
    """Return the list, what came out, and the comparisons, by the helpers."""
    sign = -1 if largest else 1
    nums, asked = [sign * x for x in heap], 0
    if action == "push":
        asked = count_comparisons(lambda h, x: heappush(h, x), nums, Counted(sign * item))
        heappush(nums, sign * item)
        return [sign * x for x in nums], None, asked
    if way == "cpython":
        asked = count_comparisons(heappop, nums)
        first = heappop(nums)
    else:
        last, first = nums.pop(), nums[0] if len(nums) else None
        if nums:
            first, nums[0] = nums[0], last
            asked = count_comparisons(siftdown_textbook, nums, 0)
            siftdown_textbook(nums, 0)
        else:
            first = last
    return [sign * x for x in nums], sign * first, asked


@pytest.mark.parametrize("largest", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_operate(call_js, seed, largest):
    rng = random.Random(seed)
    for _ in range(60):
        sign = -1 if largest else 1
        heap = [
            sign * x
            for x in examples.built([rng.randrange(12) for _ in range(rng.randrange(1, 20))])
        ]
        action, way, item = rng.choice(["push", "pop"]), rng.choice(["cpython", "textbook"]), 6
        cells = [[x, k] for k, x in enumerate(heap)]
        given = [item, 99] if action == "push" else None
        came = call_js("heaps/model.js", "operate", cells, action, given, way, largest)
        left, out, asked = by_python(heap, action, item, way, largest)
        assert [value for value, _ in came["cells"]] == left
        assert came["asked"] == asked
        assert (came["returned"] and came["returned"][0]) == out
        for frame in came["frames"]:  # nothing is lost on the way
            there = [x for x in frame["cells"] if x] + [frame["held"]] * bool(frame["held"])
            assert sorted(x for _, x in there) == sorted(x for _, x in came["cells"])
            assert (frame["gap"] >= 0) == bool(frame["held"])
        assert is_heap(left, max=largest)
