import importlib.util
import json
import random
import sys
import unittest
from fractions import Fraction
from itertools import chain
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassbox import heaps
from glassbox.heaps import Counted, count_comparisons, is_heap
from glassbox.trace import record

try:
    from test import test_heapq as cpython_tests
except ImportError:  # some builds leave the package `test` out
    cpython_tests = None


def pure_heapq():
    """Return the standard heapq without its C half."""
    spec = importlib.util.find_spec("heapq")
    module = importlib.util.module_from_spec(spec)
    with mock.patch.dict(sys.modules, {"_heapq": None}):
        spec.loader.exec_module(module)
    return module


PEER = pure_heapq()
MAX_NAMES = ("heapify_max", "heappop_max", "heapreplace_max")  # private before Python 3.14
PEER_MAX = [getattr(PEER, name, None) or getattr(PEER, f"_{name}") for name in MAX_NAMES]

# CPython's tests before 3.14 ask for the private names of the max-heap functions.
AS_HEAPQ = SimpleNamespace(
    **{name: getattr(heaps, name) for name in heaps.__all__},
    **{f"_{name}": getattr(heaps, name) for name in MAX_NAMES},
)

if cpython_tests:

    class TestAsCPython(cpython_tests.TestHeap, unittest.TestCase):
        module = AS_HEAPQ

    class TestErrorsAsCPython(cpython_tests.TestErrorHandling, unittest.TestCase):
        module = AS_HEAPQ

else:

    @pytest.mark.skip(reason="this Python was built without its package `test`")
    def test_as_cpython():
        pass


numbers = st.lists(st.integers(-5, 20), max_size=40)


def test_pushes_worked_by_hand():
    heap = []
    for item, expected in [(4, [4]), (2, [2, 4]), (3, [2, 4, 3]), (1, [1, 2, 3, 4])]:
        heaps.heappush(heap, item)  # the 1 climbs from 3 over 1 (was 4) to 0 (was 2)
        assert heap == expected


def test_a_pop_worked_by_hand():
    heap = [1, 2, 3, 4, 5]
    # 5 to the root; child 2 moves up, then child 4; 5 lands in the leaf and does not climb
    assert heaps.heappop(heap) == 1
    assert heap == [2, 4, 3, 5]


def test_heapify_worked_by_hand():
    heap = [5, 4, 3, 2, 1]
    heaps.heapify(heap)
    # index 1: the smaller child 1 moves up, 4 lands at index 4: [5, 1, 3, 2, 4]
    # index 0: 1 moves up, then 2, 5 lands at index 3
    assert heap == [1, 2, 3, 5, 4]


def counted_run(operate, values, *items):
    """Return result, array and number of comparisons of one operation."""
    heap = [Counted(value) for value in values]
    start = Counted.less
    try:
        result = operate(heap, *map(Counted, items))
    except IndexError:
        result = IndexError
    return getattr(result, "value", result), [c.value for c in heap], Counted.less - start


@given(numbers, st.integers(-5, 20))
def test_each_operation_leaves_cpythons_array_by_cpythons_comparisons(nums, item):
    def same(ours, theirs, values, *items):
        result = counted_run(ours, values, *items)
        assert result == counted_run(theirs, values, *items)
        return result[1]

    heap = same(heaps.heapify, PEER.heapify, nums)
    same(heaps.heappop, PEER.heappop, heap)
    for name in ("heappush", "heapreplace", "heappushpop"):
        same(getattr(heaps, name), getattr(PEER, name), heap, item)
    heap = same(heaps.heapify_max, PEER_MAX[0], nums)
    same(heaps.heappop_max, PEER_MAX[1], heap)
    same(heaps.heapreplace_max, PEER_MAX[2], heap, item)


@given(numbers, st.integers(-5, 20))
def test_a_max_heap_is_the_min_heap_of_the_negated_numbers(nums, item):
    low, high = [-x for x in nums], list(nums)
    heaps.heapify(low)
    heaps.heapify_max(high)
    for name in ("heappush", "heappushpop", "heapreplace", "heappop"):
        items = () if name == "heappop" else (item,)
        if not high and name in ("heapreplace", "heappop"):
            continue
        below = getattr(heaps, name)(low, *[-i for i in items])
        above = getattr(heaps, f"{name}_max")(high, *items)
        assert above == (None if below is None else -below)
        assert high == [-x for x in low]
        assert is_heap(high, max=True)


@pytest.mark.parametrize("seed", range(3))
def test_a_long_life_equals_cpythons(seed):
    rng = random.Random(seed)
    ours, theirs = [], []
    for _ in range(2000):
        item = rng.randrange(100)
        name = rng.choice(["heappush", "heappush", "heappop", "heappushpop", "heapreplace"])
        items = () if name == "heappop" else (item,)
        if not ours and name in ("heappop", "heapreplace"):
            continue
        assert getattr(heaps, name)(ours, *items) == getattr(PEER, name)(theirs, *items)
        assert ours == theirs
        assert is_heap(ours)


def test_the_counts_in_cpythons_source_are_met():
    # Lib/heapq.py prints 1663, 1659, 1660 for heapify (textbook sift: 1837, 1855, 1847) and
    # 8680, 8678, 8703 for 1000 pops (14996, ...); its three runs of heapify lie above the mean
    rng = random.Random(0)
    built = popped = 0
    for _ in range(20):
        heap = [rng.random() for _ in range(1000)]
        built += count_comparisons(heaps.heapify, heap)
        heaps.heapify(heap)
        popped += count_comparisons(lambda h: [heaps.heappop(h) for _ in range(1000)], heap)
    assert built / 20 == pytest.approx(1660, rel=0.02)
    assert popped / 20 == pytest.approx(8687, rel=0.005)


@pytest.mark.parametrize("n", range(40))
def test_heapify_moves_fewer_levels_than_there_are_elements(n):
    heights = sum((n // (k + 1)).bit_length() - 1 for k in range(n))
    assert heights == n - n.bit_count()
    # Suchenek (2012): no heap construction of this kind asks more than 2n - 2 s2(n) - e2(n)
    twos = (n & -n).bit_length() - 1 if n else 0
    bound = 2 * n - 2 * n.bit_count() - twos
    rng = random.Random(n)
    for nums in (range(n), range(n, 0, -1), rng.sample(range(n), n), [0] * n):
        assert count_comparisons(heaps.heapify, nums) <= bound


@given(numbers)
def test_heapsort_sorts(nums):
    given_nums = list(nums)
    assert heaps.heapsort(nums) == sorted(nums)
    assert nums == given_nums


def test_heapsort_takes_any_iterable_and_any_order():
    assert heaps.heapsort(iter("cab")) == ["a", "b", "c"]
    assert heaps.heapsort([Fraction(1, 2), 0.25, 10**40, 1]) == [0.25, Fraction(1, 2), 1, 10**40]
    assert heaps.heapsort([]) == []


@given(numbers)
def test_is_heap_is_the_definition(nums):
    n = len(nums)
    children = [(k, c) for k in range(n) for c in (2 * k + 1, 2 * k + 2) if c < n]
    assert is_heap(nums) == all(nums[k] <= nums[c] for k, c in children)
    assert is_heap(nums, max=True) == all(nums[k] >= nums[c] for k, c in children)


@given(numbers)
def test_the_textbook_sift_builds_a_heap_too(nums):
    heap = list(nums)
    for pos in reversed(range(len(heap) // 2)):
        heaps.siftdown_textbook(heap, pos)
    assert is_heap(heap)
    assert sorted(heap) == sorted(nums)


def test_the_textbook_sift_stops_early_and_pays_twice_a_level():
    equal, deep = [1] * 1023, list(range(1023))
    deep[0] = 2000
    # one level looked at and left; nine levels to the bottom
    assert count_comparisons(heaps.siftdown_textbook, equal, 0) == 2
    assert count_comparisons(heaps.siftdown_textbook, deep, 0) == 18
    replace = count_comparisons(lambda heap: heaps.heapreplace(heap, Counted(2000)), deep)
    assert replace == 9 + 1
    replace = count_comparisons(lambda heap: heaps.heapreplace(heap, Counted(1)), equal)
    assert replace == 9 + 1


@pytest.mark.parametrize("pos", [-1, 3])
def test_the_textbook_sift_wants_a_position_in_the_heap(pos):
    with pytest.raises(IndexError, match=rf"pos must be in 0\.\.2, got {pos}"):
        heaps.siftdown_textbook([1, 2, 3], pos)


sorted_lists = st.lists(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3))), max_size=4)


@given(sorted_lists, st.booleans(), st.sampled_from([None, lambda pair: pair[0]]))
def test_merge_is_a_stable_sort_of_sorted_inputs(lists, reverse, key):
    for row in lists:
        row.sort(key=key, reverse=reverse)
    expected = sorted(chain(*lists), key=key, reverse=reverse)
    assert list(heaps.merge(*lists, key=key, reverse=reverse)) == expected


@given(st.lists(numbers, max_size=5), st.booleans())
def test_merge_makes_cpythons_comparisons(lists, reverse):
    for row in lists:
        row.sort(reverse=reverse)

    def merged(module):
        return count_comparisons(
            lambda values: list(
                module.merge(*[list(map(Counted, row)) for row in lists], reverse=reverse)
            ),
            [],
        )

    assert merged(heaps) == merged(PEER)


def test_merge_is_lazy():
    def counting():
        x = 0
        while True:
            yield x
            x += 1

    merged = heaps.merge(counting(), counting())
    assert [next(merged) for _ in range(5)] == [0, 0, 1, 1, 2]


@given(numbers, st.integers(-1, 45), st.sampled_from([None, abs, lambda x: -x // 3]))
def test_nsmallest_and_nlargest_are_slices_of_the_sorted_list(nums, n, key):
    wanted = max(n, 0) if n < len(nums) else len(nums)
    for iterable in (lambda: nums, lambda: iter(nums)):
        assert heaps.nsmallest(n, iterable(), key=key) == sorted(nums, key=key)[:wanted]
        expected = sorted(nums, key=key, reverse=True)[:wanted]
        assert heaps.nlargest(n, iterable(), key=key) == expected


@given(numbers, st.integers(0, 45))
def test_nsmallest_and_nlargest_make_cpythons_comparisons(nums, n):
    for name in ("nsmallest", "nlargest"):
        ours = count_comparisons(lambda x, name=name: getattr(heaps, name)(n, x), nums)
        assert ours == count_comparisons(lambda x, name=name: getattr(PEER, name)(n, x), nums)


def test_nsmallest_and_nlargest_want_a_whole_number():
    for function in (heaps.nsmallest, heaps.nlargest):
        with pytest.raises(TypeError, match="integer"):
            function(1.5, [1, 2])


ON_A_HEAP = [
    (heaps.heappush, 1),
    (heaps.heappop,),
    (heaps.heapreplace, 1),
    (heaps.heappushpop, 1),
    (heaps.heapify,),
    (heaps.heappush_max, 1),
    (heaps.heappop_max,),
    (heaps.heapreplace_max, 1),
    (heaps.heappushpop_max, 1),
    (heaps.heapify_max,),
    (heaps.siftdown_textbook, 0),
]


@pytest.mark.parametrize("call", ON_A_HEAP, ids=lambda call: call[0].__name__)
@pytest.mark.parametrize("heap", [None, (1, 2), 5, "ab", range(3)])
def test_a_heap_that_is_no_list_is_refused(call, heap):
    function, *items = call
    with pytest.raises(TypeError, match=f"heap must be a list, got {type(heap).__name__}"):
        function(heap, *items)


def test_an_empty_heap():
    for function in (heaps.heappop, heaps.heappop_max):
        with pytest.raises(IndexError):
            function([])
    for function in (heaps.heapreplace, heaps.heapreplace_max):
        with pytest.raises(IndexError):
            function([], 1)
    for function in (heaps.heappushpop, heaps.heappushpop_max):
        assert function([], 1) == 1
    assert is_heap([])


def test_heappushpop_returns_the_new_object_on_a_tie():
    heap, item = [1], 1.0
    assert heaps.heappushpop(heap, item) is item
    assert heaps.heappushpop_max(heap, item) is item


def test_only_less_than_is_asked():
    class Task:
        def __init__(self, priority):
            self.priority = priority

        def __lt__(self, other):
            return self.priority < other.priority

        def __gt__(self, other):
            raise AssertionError("> was asked")

        __le__ = __ge__ = __gt__

    tasks = [Task(x) for x in (2, 3, 1)]
    assert [t.priority for t in heaps.heapsort(tasks)] == [1, 2, 3]
    heaps.heapify_max(tasks)
    assert [heaps.heappop_max(tasks).priority for _ in range(3)] == [3, 2, 1]


@given(st.integers(2501, 4000), st.integers(0, 5))
def test_heapify_of_a_large_list_equals_the_c_version(n, seed):
    import heapq  # its C code walks large heaps in another order

    nums = random.Random(seed).choices(range(n), k=n)
    ours, theirs = list(nums), list(nums)
    heaps.heapify(ours)
    heapq.heapify(theirs)
    assert ours == theirs


def test_counted_values_compare_and_count():
    Counted.less = Counted.equal = 0
    assert Counted(1) < Counted(2)
    assert Counted(1) == Counted(1)
    assert hash(Counted(1)) == hash(1)
    assert repr(Counted("a")) == "Counted('a')"
    assert (Counted.less, Counted.equal) == (1, 1)
    assert Counted(1) != 1
    with pytest.raises(TypeError, match="not supported between instances of 'Counted' and 'int'"):
        Counted(1) < 2  # noqa: B015


@given(numbers, st.integers(0, 45))
def test_what_is_counted_is_all_that_heapq_asks_of_an_element(nums, n):
    """Every rich comparison, by an element that knows no other count."""
    asked = []

    class Element:
        def __init__(self, value):
            self.value = value

        def __lt__(self, other):
            asked.append("<")
            return self.value < other.value

        def __eq__(self, other):
            asked.append("==")
            return self.value == other.value

        def __le__(self, other):
            raise AssertionError("<= was asked")

        __ge__ = __ne__ = __le__
        __hash__ = None

    for work in (PEER.heapify, lambda x: PEER.nsmallest(n, x), lambda x: PEER.nlargest(n, x)):
        asked.clear()
        work([Element(x) for x in nums])
        assert count_comparisons(work, nums) == len(asked)


# --- CPython 3.14 --------------------------------------------------------------------------------

RECORD = json.loads((Path(__file__).parent / "references" / "heapq_314.json").read_text())


class Item:
    """An element that compares by its key alone, so that equal ones can be told apart."""

    asked = 0

    def __init__(self, key, number):
        self.key, self.number = key, number

    def __lt__(self, other):
        Item.asked += 1
        return self.key < other.key


def items(pairs):
    return [Item(*pair) for pair in pairs]


def pairs(items):
    return [[item.key, item.number] for item in items]


@pytest.mark.parametrize("life", RECORD["lives"], ids=lambda life: life["family"])
def test_a_life_is_that_of_cpython_314(life):
    heap, family = items(life["start"]), "_max" if life["family"] == "max" else ""
    for name, given_item, result, left, asked in life["operations"]:
        start = Item.asked
        try:
            came = getattr(heaps, name + family)(heap, *items([given_item] if given_item else []))
            came = came and pairs([came])[0]
        except IndexError:
            came = "IndexError"
        assert (came, pairs(heap), Item.asked - start) == (result, left, asked)


@pytest.mark.parametrize("case", RECORD["firsts"])
def test_selecting_and_merging_are_those_of_cpython_314(case):
    nums, n = items(case["items"]), case["n"]
    assert pairs(heaps.nsmallest(n, iter(nums))) == case["nsmallest"]
    assert pairs(heaps.nlargest(n, iter(nums))) == case["nlargest"]
    lists = [items(row) for row in case["lists"]]
    assert pairs(heaps.merge(*lists)) == case["merge"]
    falling = heaps.merge(*[row[::-1] for row in lists], reverse=True)
    assert pairs(falling) == case["merge_reversed"]


@pytest.mark.parametrize("case", RECORD["large"], ids=["min", "max"])
def test_a_large_heapify_leaves_the_list_of_cpython_314(case):
    heap = [Item(key, number) for number, key in enumerate(case["keys"])]
    getattr(heaps, f"heapify{case['family']}")(heap)
    assert [item.number for item in heap] == case["numbers"]


@pytest.mark.skipif(sys.version_info < (3, 14), reason="max-heaps are public from 3.14 on")
def test_the_max_heaps_of_this_python_are_ours():
    import heapq

    rng = random.Random(5)
    ours, theirs = [], []
    for _ in range(2000):
        name = rng.choice(["heappush_max", "heappop_max", "heapreplace_max", "heappushpop_max"])
        item = [] if name == "heappop_max" else [rng.randrange(50)]
        if not ours and name in ("heappop_max", "heapreplace_max"):
            continue
        assert getattr(heaps, name)(ours, *item) == getattr(heapq, name)(theirs, *item)
        assert ours == theirs


# --- a drop-in also at the edges -----------------------------------------------------------------


def test_more_than_any_list_holds_may_be_asked_for():
    assert heaps.nsmallest(sys.maxsize + 1, iter([3, 1, 2])) == [1, 2, 3]
    assert heaps.nlargest(sys.maxsize + 1, iter([3, 1, 2])) == [3, 2, 1]


def test_a_length_that_does_not_work_is_none():
    class Sequence:
        def __len__(self):
            raise TypeError("no length")

        def __iter__(self):
            return iter([3, 1, 2])

    assert heaps.nsmallest(2, Sequence()) == PEER.nsmallest(2, Sequence()) == [1, 2]


def test_an_item_without_an_order_is_in_the_list_already():
    for module in (heaps, PEER):
        heap = [1, 2]
        with pytest.raises(TypeError, match="not supported between instances"):
            module.heappush(heap, "x")
        assert heap == [1, 2, "x"]


def test_nan_breaks_the_order_of_the_others_as_in_heapq():
    nan = float("nan")
    for module in (heaps, PEER):
        heap = [1, nan, 3, 2]
        module.heapify(heap)
        popped = [module.heappop(heap) for _ in range(4)]
        assert repr(popped) == "[2, 1, nan, 3]"
        assert repr(module.nsmallest(2, [1, nan, 0])) == "[nan, 1]"


# --- any index -----------------------------------------------------------------------------------


@given(st.lists(st.integers(-5, 20), min_size=1, max_size=40), st.data())
def test_deleting_and_changing_at_any_index_leave_a_heap_of_the_others(nums, data):
    heaps.heapify(nums)
    pos = data.draw(st.integers(0, len(nums) - 1))
    heap = list(nums)
    gone, bound = heap[pos], 2 * max(len(nums) - 1, 1).bit_length() - 2
    asked = count_comparisons(lambda h: heaps.heapdelete(h, pos), nums)
    assert asked <= max(bound, 0)
    assert heaps.heapdelete(heap, pos) == gone
    assert is_heap(heap)
    assert sorted(heap) == sorted([*nums[:pos], *nums[pos + 1 :]])
    item, heap = data.draw(st.integers(-5, 20)), list(nums)
    assert heaps.heapchange(heap, pos, item) == gone
    assert is_heap(heap)
    assert sorted(heap) == sorted([*nums[:pos], item, *nums[pos + 1 :]])


def test_a_deletion_worked_by_hand():
    # the last element, 3, comes to index 3 below the 5: it must climb, past the 5
    heap = [1, 5, 2, 6, 7, 3]
    assert heaps.heapdelete(heap, 3) == 6
    assert heap == [1, 3, 2, 5, 7]
    assert heaps.heapdelete(heap, 0) == 1  # 7 comes to the root and sinks below the 2
    assert heap == [2, 3, 7, 5]
    assert heaps.heapdelete(heap, 3) == 5  # the last one
    assert heap == [2, 3, 7]


@pytest.mark.parametrize("pos", [-1, 3, 2**70])
def test_an_index_outside_is_refused(pos):
    for call in ((heaps.heapdelete, pos), (heaps.heapchange, pos, 1)):
        heap = [1, 2, 3]
        with pytest.raises(IndexError, match=rf"pos must be in 0\.\.2, got {pos}"):
            call[0](heap, *call[1:])
        assert heap == [1, 2, 3]


def test_a_small_integer_of_numpy_is_a_position():
    import numpy as np

    heap = [*range(63), 999, *range(64, 130)]
    expected = list(heap)
    heaps.siftdown_textbook(expected, 63)
    heaps.siftdown_textbook(heap, np.int8(63))
    assert heap == expected
    with pytest.raises(TypeError, match=r"pos must be an integer, got 1\.0"):
        heaps.siftdown_textbook(heap, 1.0)


# --- the tree of losers --------------------------------------------------------------------------


@given(sorted_lists, st.sampled_from([None, lambda pair: pair[0]]))
def test_the_tree_of_losers_merges_as_merge_does(lists, key):
    for row in lists:
        row.sort(key=key)
    assert list(heaps.merge_losers(*lists, key=key)) == list(heaps.merge(*lists, key=key))


@given(st.lists(st.lists(st.integers(0, 3)), max_size=5))
def test_the_tree_of_losers_is_stable_without_any_equality(lists):
    rows = [[Item(x, (i, j)) for j, x in enumerate(sorted(row))] for i, row in enumerate(lists)]
    merged = pairs(heaps.merge_losers(*rows))
    assert merged == pairs(sorted(chain(*rows), key=lambda item: item.key))


def test_merge_is_stable_only_where_elements_know_when_they_are_equal():
    rows = [[Item(x, i) for x in (0, 1)] for i in range(3)]  # Item has no ==
    assert pairs(heaps.merge(*rows)) == pairs(PEER.merge(*rows))
    assert pairs(heaps.merge(*rows)) != pairs(heaps.merge_losers(*rows))


def test_the_tree_of_losers_asks_once_a_level():
    k, length = 64, 50
    rng = random.Random(0)
    lists = [sorted(rng.random() for _ in range(length)) for _ in range(k)]
    counted = [list(map(Counted, row)) for row in lists]
    Counted.less = Counted.equal = 0
    assert [c.value for c in heaps.merge_losers(*counted)] == sorted(chain(*lists))
    assert Counted.equal == 0
    assert Counted.less <= k - 1 + 6 * k * length  # six levels


def test_the_tree_of_losers_is_lazy():
    endless = heaps.merge_losers(iter(range(0, 10**9, 2)), iter(range(1, 10**9, 2)))
    assert [next(endless) for _ in range(4)] == [0, 1, 2, 3]
    assert list(heaps.merge_losers()) == []


# --- what is said to a recorder ------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        (heaps.heapify, [5, 2, 9, 1, 7, 3]),
        (heaps.heappush, [1, 2, 3], 0),
        (heaps.heappop, [1, 2, 3, 4]),
        (heaps.heapdelete, [1, 5, 2, 6, 7, 3], 3),
        (heaps.siftdown_textbook, [9, 1, 2, 3], 0),
        (heaps.heapsort, [5, 2, 9, 1]),
    ],
    ids=lambda call: call[0].__name__,
)
def test_an_element_is_held_from_where_it_was_to_where_it_is_put(call):
    trace = record(*call)
    held = None
    for step, (op, name, _, value, _) in enumerate(trace.events):
        state = trace.state_at(step)["heap"]
        if op == "note" and name == "hold":
            held = state[value]
        elif op == "note":
            assert name == "drop" and state[value] == held
            held = None
        elif op == "set" and held is not None:
            assert value == held or value in state
    assert held is None
