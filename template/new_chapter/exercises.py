"""Judges of the chapter's exercises: each tries a reader's function, and says how it did."""

from glassbox.judge import judge

from .means import forgetful_mean


def forget(function):
    """Judge ``forget(values, share)``: a mean that forgets, after each value."""
    return judge(
        function,
        forgetful_mean,
        [([2, 4, 9], 0.5), ([], 0.5), ([3], 0.1), ([1, 0, 0], 1.0)],
        random=_problem,
    )


def _problem(rng):
    return [rng.randint(-9, 9) for _ in range(rng.randint(0, 8))], rng.choice([0.1, 0.5, 1.0])
