"""Wrong versions of the two searches: each is the tested code with one edit."""

import inspect
from dataclasses import dataclass

from glassbox.trace import new_list, no_note

from .combinations import _checked, combination_sum, combination_sum2

SORT = "candidates = sorted(candidates)"


@dataclass(frozen=True)
class Mistake:
    """One edit to a search, and an input that shows what is wrong with it.

    Attributes
    ----------
    function : callable
        `combination_sum` or `combination_sum2`.
    old, new : str
        What stands in its source, and what stands there instead.
    candidates, target
        The input.
    why : str
        What the edit breaks, in a sentence.
    """

    function: object
    old: str
    new: str
    candidates: tuple
    target: int
    why: str

    def source(self):
        """Return the edited source."""
        return inspect.getsource(self.function).replace(self.old, self.new)

    def finds(self):
        """Return what the edited function finds."""
        names = {"_checked": _checked, "new_list": new_list, "no_note": no_note}
        exec(self.source(), names)
        return names[self.function.__name__](self.candidates, self.target)

    def right(self):
        """Return what it should find."""
        return self.function(self.candidates, self.target)


MISTAKES = (
    Mistake(
        combination_sum, "path[:]", "path", (2, 3), 5,
        "What is reported is the one working list, which later pops empty.",
    ),
    Mistake(
        combination_sum, "candidates[i] > rest", "candidates[i] >= rest", (2, 3), 5,
        "A candidate that is just the rest makes an answer, and is cut.",
    ),
    Mistake(
        combination_sum, "search(i,", "search(0,", (2, 3), 5,
        "Without a start index each order of the same numbers is found.",
    ),
    Mistake(
        combination_sum, "sorted(set(candidates))", "list(candidates)", (3, 2), 5,
        "Out of order, break throws away smaller candidates that it has not seen.",
    ),
    Mistake(
        combination_sum, "sorted(set(candidates))", "sorted(candidates)", (2, 2), 4,
        "With reuse, a number that is given twice is two candidates.",
    ),
    Mistake(
        combination_sum2, "i > start", "i > 0", (1, 1, 6), 8,
        "The second 1 is skipped below the first one too, where it repeats nothing.",
    ),
    Mistake(
        combination_sum2, SORT, "candidates = list(candidates)", (1, 2, 1), 3,
        "Out of order, equal candidates are no neighbours, and the rule does not see them.",
    ),
    Mistake(
        combination_sum2, SORT, "candidates = sorted(set(candidates))", (1, 1), 2,
        "A number that is given twice may be used twice.",
    ),
)  # fmt: skip
