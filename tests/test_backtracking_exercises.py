"""The exercises of backtracking: right answers pass, the usual wrong ones are caught."""

import itertools

import pytest

from glassbox.backtracking import exercises


def permutations_right(items):
    items, path, used, out = sorted(items), [], [False] * len(items), []

    def search():
        if len(path) == len(items):
            out.append(path[:])
            return
        for i in range(len(items)):
            if used[i] or (i > 0 and items[i] == items[i - 1] and not used[i - 1]):
                continue
            used[i] = True
            path.append(items[i])
            search()
            path.pop()
            used[i] = False

    search()
    return out


def permutations_not_unsorted(items):
    return [list(found) for found in dict.fromkeys(itertools.permutations(items))]


def permutations_with_repeats(items):
    return [list(found) for found in itertools.permutations(items)]


def permutations_without_a_copy(items):
    out, path, left = [], [], sorted(items)

    def search():
        if not left:
            out.append(path)
        for value in sorted(set(left)):
            left.remove(value)
            path.append(value)
            search()
            path.pop()
            left.append(value)

    search()
    return out


def permutations_skip_too_much(items):
    items, path, used, out = sorted(items), [], [False] * len(items), []

    def search():
        if len(path) == len(items):
            out.append(path[:])
        for i in range(len(items)):
            if used[i] or (i > 0 and items[i] == items[i - 1]):
                continue
            used[i] = True
            path.append(items[i])
            search()
            path.pop()
            used[i] = False

    search()
    return out


def permutations_not_undone(items):
    path, out = [], []

    def search(left):
        if not left:
            out.append(path[:])
        for i in range(len(left)):
            path.append(left[i])
            search(left[:i] + left[i + 1 :])

    search(items)
    return out


def queens_right(n):
    path, out = [], []

    def search():
        row = len(path)
        if row == n:
            out.append(path[:])
            return
        for column in range(n):
            if all(column != c and abs(column - c) != row - r for r, c in enumerate(path)):
                path.append(column)
                search()
                path.pop()

    search()
    return out


def queens_rooks(n):
    return [list(columns) for columns in itertools.permutations(range(n))]


def queens_from_one(n):
    return [[column + 1 for column in found] for found in queens_right(n)]


def queens_one_diagonal(n):
    return [
        list(columns)
        for columns in itertools.permutations(range(n))
        if all(columns[b] - columns[a] != b - a for a in range(n) for b in range(a + 1, n))
    ]


def queens_count(n):
    return len(queens_right(n))


def digits_right(k, n):
    path, out = [], []

    def search(start, rest):
        if len(path) == k and rest == 0:
            out.append(path[:])
        if len(path) == k:
            return
        for digit in range(start, 10):
            if digit > rest:
                break
            path.append(digit)
            search(digit + 1, rest - digit)
            path.pop()

    search(1, n)
    return out


def digits_again(k, n):
    found = itertools.combinations_with_replacement(range(1, 10), k)
    return [list(chosen) for chosen in found if sum(chosen) == n]


def digits_any_number(k, n):
    return [f for j in range(1, 10) for f in digits_right(j, n)]


def digits_to_eight(k, n):
    return [f for f in digits_right(k, n) if 9 not in f]


def nodes_right(candidates, target):
    ways = [1] + [0] * target
    for c in candidates:
        for t in range(c, target + 1):
            ways[t] += ways[t - c]
    return sum(ways)


def nodes_by_search(candidates, target):
    def below(start, rest):
        size = 1
        for i in range(start, len(candidates)):
            if candidates[i] <= rest:
                size += below(i, rest - candidates[i])
        return size

    return below(0, target)


def nodes_solutions(candidates, target):
    ways = [1] + [0] * target
    for c in candidates:
        for t in range(c, target + 1):
            ways[t] += ways[t - c]
    return ways[target]


def nodes_sequences(candidates, target):
    ways = [1] + [0] * target
    for t in range(1, target + 1):
        ways[t] = sum(ways[t - c] for c in candidates if c <= t)
    return sum(ways)


def stub(*given): ...


@pytest.mark.parametrize(
    ("judge", "right"),
    [
        (exercises.permutations, permutations_right),
        (exercises.permutations, permutations_not_unsorted),
        (exercises.queens, queens_right),
        (exercises.digits, digits_right),
        (exercises.nodes, nodes_right),
    ],
)
def test_a_right_answer_passes(judge, right):
    verdict = judge(right)
    assert verdict and "All right in" in repr(verdict), verdict


@pytest.mark.parametrize(
    ("judge", "wrong", "words"),
    [
        (exercises.permutations, permutations_with_repeats, "wanted is"),
        (exercises.permutations, permutations_without_a_copy, "`[[]]`; wanted is"),
        (exercises.permutations, permutations_skip_too_much, "returns `[]`"),
        (exercises.permutations, permutations_not_undone, "wanted is"),
        (exercises.queens, queens_rooks, "`queens_rooks(2)`"),
        (exercises.queens, queens_from_one, "`[[1]]`; wanted is `[[0]]`"),
        (exercises.queens, queens_one_diagonal, "wanted is `[]`"),
        (exercises.queens, queens_count, "`1`, a number; wanted is `[[0]]`"),
        (exercises.digits, digits_again, "wanted is"),
        (exercises.digits, digits_any_number, "wanted is"),
        (exercises.digits, digits_to_eight, "9"),
        (exercises.nodes, nodes_by_search, "200], 200)"),
        (exercises.nodes, nodes_solutions, "wanted is"),
        (exercises.nodes, nodes_sequences, "wanted is"),
    ],
)
def test_a_wrong_answer_is_caught(judge, wrong, words):
    verdict = judge(wrong)
    assert not verdict and words in repr(verdict), verdict


JUDGES = [exercises.permutations, exercises.queens, exercises.digits, exercises.nodes]


@pytest.mark.parametrize("judge", JUDGES)
def test_a_stub_is_not_judged(judge):
    assert "Write your function" in repr(judge(stub))
    for answer in (None, 5, "abc", [None], [[[]]]):
        assert not judge(lambda *given, answer=answer: answer)


def test_the_queens_are_as_many_as_known():
    # OEIS A000170
    assert [len(exercises._queens(n)) for n in range(1, 7)] == [1, 0, 0, 2, 10, 4]
