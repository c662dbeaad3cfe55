"""A threshold between scores of two kinds: what it lets in, what it shuts out."""

import numpy as np

from glassbox.checks import float_array
from glassbox.figures import drag, explore, lines, rules, scatter, slider

from ..verification import checked_pairs, error_rates, verification_roc

KINDS = ("genuine", "impostor")


def operating_point(
    scores, is_same, threshold=None, *, kinds=KINDS, rates=("FAR", "TAR"), xlabel="cosine",
    limits=None, name="", caption=None,
):  # fmt: skip
    """Drag a threshold between the scores of two kinds, or the point on their ROC curve.

    Parameters
    ----------
    scores : array_like, shape (n,)
        Of pairs, or of windows; not all equal.
    is_same : array_like of bool, shape (n,)
        Whether each is of the first kind (genuine).
    threshold : float, optional
        Where it stands at first (by default in the middle).
    kinds : (str, str)
        What the two kinds are called.
    rates : (str, str)
        What the accepted shares of the second and of the first kind are called.
    xlabel : str
        What a score is.
    limits : (float, float), optional
        Of the score's axis (by default the extremes).
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If only one kind occurs, the scores are all equal, or a name is missing.
    """
    scores, is_same = checked_pairs(scores, is_same)
    (first, second), (false, true) = _two("kinds", kinds), _two("rates", rates)
    low, high = float_array("limits", limits, "k") if limits is not None else (
        scores.min(), scores.max())  # fmt: skip
    if not low < high:
        raise ValueError(f"scores must not be all equal, got {low:g} alone")
    counts = int(is_same.sum()), int((~is_same).sum())
    taus = np.linspace(low, high, 61)
    if threshold is not None:
        taus = np.unique(np.append(taus, float(threshold)))
    accepted = np.array([error_rates(scores, is_same, tau) for tau in taus])
    far, tar, _ = verification_roc(scores, is_same)
    floor = 0.5 / counts[1]  # an axis of powers has no 0: it stands half a step below 1 / n
    x = np.maximum(far, floor)
    grid = np.log10(x).round(2) * 1000 + tar.round(3)  # what an eye can tell apart
    kept = np.flatnonzero(np.diff(grid, prepend=np.inf))
    kept = np.union1d(kept, [len(x) - 1])
    edges = np.linspace(low, high, 42)
    shares = {
        kind: np.histogram(scores[is_same == flag], edges)[0] / n
        for kind, flag, n in ((first, True, counts[0]), (second, False, counts[1]))
    }
    middle = (edges[1:] + edges[:-1]) / 2
    histogram = lines(
        middle, shares, fill=True, color=["blue", "orange"], dash=["solid", "dashed"],
        xlabel=xlabel, ylabel="share of each kind", drag=drag("tau", taus),
    )  # fmt: skip
    curve = lines(
        x[kept], tar[kept], color="blue", xscale="log", xlim=(floor / 1.3, 1.1), ylim=(0, 1.03),
        xlabel=f"{false}: {second} accepted", ylabel=f"{true}: {first} accepted",
    )  # fmt: skip

    def draw(tau):
        fa, fr = accepted[int(np.argmin(abs(taus - tau)))]
        number = round(fa * counts[1])
        say = (
            f"From {tau:.3f}: {false} {100 * fa:.2f} % ({number:,} of {counts[1]:,}), {true} "
            f"{100 * (1 - fr):.1f} %."
        )
        here = scatter([max(fa, floor)], [1 - fr], color="ink", size=6)
        return [(histogram + rules(x=[tau], color="ink")).at(describe=say), curve + here]

    return explore(
        draw,
        tau=slider(taus, taus[len(taus) // 2] if threshold is None else float(threshold),
                   label="threshold τ", format=".3f"),
        name=name,
        caption=caption or f"Scores of {counts[0]:,} {first} and {counts[1]:,} {second} cases, and "
        f"the ROC curve: {true} against {false} on an axis of powers, whose first end stands "
        "for 0. Drag the rule.",
    )  # fmt: skip


def _two(name, names):
    if isinstance(names, str) or len(names) != 2 or names[0] == names[1]:
        raise ValueError(f"{name} must be two different names, got {names!r}")
    return str(names[0]), str(names[1])
