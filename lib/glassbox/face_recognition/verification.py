"""Are two faces the same person's? Similarities, and the rates by which a system is judged.

A face is an embedding, a row of ``d`` numbers. Two are *accepted* as one person if their similarity
is at least a threshold. A pair is *genuine* if it shows one person, else an *impostor* pair. FAR
(false acceptance rate) is the fraction of the impostor pairs that are accepted, TAR that of the
genuine pairs; FRR = 1 - TAR.
"""

import numpy as np

from glassbox.checks import float_array, generator, integer, real_number


def normalise(X, name="X"):
    """Divide each embedding by its length.

    Parameters
    ----------
    X : array_like, shape (..., d)
        No row may be 0.
    name : str
        What a message calls it.

    Returns
    -------
    ndarray, shape (..., d)
        Rows of length 1.

    Raises
    ------
    ValueError
        If a row is 0 or a number is not finite.

    Examples
    --------
    >>> normalise([[3, 4], [0, 2]])
    array([[0.6, 0.8],
           [0. , 1. ]])
    """
    X = float_array(name, X)
    if X.ndim == 0 or not X.shape[-1]:
        raise ValueError(f"{name} must have shape (..., d), d from 1, got {X.shape}")
    largest = np.abs(X).max(axis=-1, keepdims=True)
    if not largest.all():
        i = np.unravel_index(largest.argmin(), largest.shape)[:-1]
        where = f"[{', '.join(map(str, i))}]" if i else ""
        raise ValueError(f"{name} must not be 0, which has no direction; {name}{where} is")
    X = X / largest  # squares may overflow
    return X / np.sqrt((X**2).sum(axis=-1, keepdims=True))


def cosine_similarity(a, b):
    r"""The cosine of the angle between embeddings, pair by pair.

    .. math:: \cos\theta = \frac{a \cdot b}{\|a\| \|b\|}, \qquad
        \|\hat a - \hat b\|^2 = 2 - 2 \cos\theta

    Parameters
    ----------
    a, b : array_like, shape (..., d)
        Embeddings of any length but 0; leading axes broadcast. `similarity_matrix` compares each
        row of one with each row of the other.

    Returns
    -------
    ndarray, shape (...), or float
        In [-1, 1].

    Raises
    ------
    ValueError
        If the shapes do not fit, a number is not finite, or a row is 0 and has no direction.

    Examples
    --------
    >>> cosine_similarity([[3, 0], [1, 1], [0, 2]], [1, 0]).round(3)
    array([1.   , 0.707, 0.   ])
    """
    a, b = normalise(a, "a"), normalise(b, "b")
    try:
        if a.shape[-1] != b.shape[-1]:
            raise ValueError
        cosine = np.clip((a * b).sum(axis=-1), -1, 1)
    except ValueError:
        raise ValueError(
            f"a and b must match pair by pair, got {a.shape} and {b.shape} "
            "(similarity_matrix compares each row with each)"
        ) from None
    return cosine if cosine.ndim else float(cosine)


def similarity_matrix(a, b):
    """The cosine of the angle between each row of `a` and each row of `b`.

    Parameters
    ----------
    a, b : array_like, shapes (n, d) and (m, d)
        Embeddings.

    Returns
    -------
    ndarray, shape (n, m)
        In [-1, 1].

    Raises
    ------
    ValueError
        As `cosine_similarity`, or if an array has another number of axes than two.

    Examples
    --------
    >>> similarity_matrix([[1, 0], [0, 2]], [[5, 0], [-1, 0], [0, 1]])
    array([[ 1., -1.,  0.],
           [ 0.,  0.,  1.]])
    """
    lengths = {}
    a, b = float_array("a", a, "n d", lengths), float_array("b", b, "m d", lengths)
    return np.clip(normalise(a, "a") @ normalise(b, "b").T, -1, 1)


def make_pairs(labels, n_pairs, rng):
    """Draw pairs for verification, in turn genuine and impostor.

    Parameters
    ----------
    labels : array_like, shape (n,)
        Who is on each image: at least two persons, at least one of them twice.
    n_pairs : int
        Number of pairs, at least 1. The same pair may come twice.
    rng : numpy.random.Generator
        Source of the pairs.

    Returns
    -------
    first, second : ndarray of int, shape (n_pairs,)
        Indices of two different images.
    is_same : ndarray of bool, shape (n_pairs,)
        True, false, true, ...: any ten folds in this order are balanced, as those of LFW are.

    Raises
    ------
    ValueError
        If `n_pairs` is below 1, or the labels allow no genuine or no impostor pair.

    Examples
    --------
    >>> first, second, is_same = make_pairs([4, 4, 7], 4, np.random.default_rng(1))
    >>> is_same, (first + second)[::2]  # the genuine pairs are 0 with 1
    (array([ True, False,  True, False]), array([1, 1]))
    """
    labels, rng = label_array("labels", labels), generator("rng", rng)
    n_pairs = integer("n_pairs", n_pairs, least=1)
    same = labels[:, None] == labels
    np.fill_diagonal(same, False)
    has_mate, has_stranger = same.any(axis=1), labels != labels[:1]
    if not has_mate.any() or not has_stranger.any():
        raise ValueError(
            "labels must have at least two persons, one of them twice, "
            f"got {len(labels)} labels of {len(set(labels.tolist()))} persons"
        )
    is_same = np.arange(n_pairs) % 2 == 0
    first = np.where(
        is_same,
        rng.choice(np.flatnonzero(has_mate), n_pairs),
        rng.integers(len(labels), size=n_pairs),
    )
    partners = np.where(is_same[:, None], same[first], labels[first, None] != labels)
    draw = rng.random(n_pairs) * partners.sum(axis=1)
    second = (partners.cumsum(axis=1) > draw[:, None]).argmax(axis=1)
    return first, second, is_same


# --- verification: is it the same person? --------------------------------------------------------


def verification_roc(scores, is_same):
    r"""FAR and TAR at every threshold that changes them.

    .. math:: \mathrm{FAR}(\tau) = P(s \ge \tau \mid \text{impostor}), \qquad
        \mathrm{TAR}(\tau) = P(s \ge \tau \mid \text{genuine})

    Parameters
    ----------
    scores : array_like, shape (n,)
        Similarity of each pair.
    is_same : array_like of bool, shape (n,)
        Whether the pair is genuine; both kinds must occur.

    Returns
    -------
    far, tar : ndarray, shape (k + 1,)
        From (0, 0), where nothing is accepted, to (1, 1).
    thresholds : ndarray, shape (k + 1,)
        Infinity, then the k different scores, falling. Equal scores are accepted together.

    Raises
    ------
    ValueError
        If the shapes differ, a score is not finite, a label is not 0 or 1, or only one kind occurs.

    References
    ----------
    The same as ``sklearn.metrics.roc_curve(is_same, scores, drop_intermediate=False)``.

    Examples
    --------
    >>> far, tar, thresholds = verification_roc([0.9, 0.5, 0.5, 0.1], [1, 1, 0, 0])
    >>> far, tar, thresholds
    (array([0. , 0. , 0.5, 1. ]), array([0. , 0.5, 1. , 1. ]), array([inf, 0.9, 0.5, 0.1]))
    """
    scores, is_same = checked_pairs(scores, is_same)
    order = np.argsort(-scores, kind="stable")
    scores, is_same = scores[order], is_same[order]
    # The last of each run of equal scores, which are accepted together.
    last = np.flatnonzero(np.append(np.diff(scores) != 0, True))
    tar = np.append(0, is_same.cumsum()[last] / is_same.sum())
    far = np.append(0, (~is_same).cumsum()[last] / (~is_same).sum())
    return far, tar, np.append(np.inf, scores[last])


def error_rates(scores, is_same, threshold):
    """FAR and FRR at one threshold.

    Parameters
    ----------
    scores, is_same
        As in `verification_roc`.
    threshold : float
        Pairs with at least this similarity are accepted.

    Returns
    -------
    far, frr : float
        In [0, 1].

    Raises
    ------
    ValueError
        As `verification_roc`.

    Examples
    --------
    >>> error_rates([0.9, 0.5, 0.5, 0.1], [1, 1, 0, 0], 0.7)
    (0.0, 0.5)
    """
    scores, is_same = checked_pairs(scores, is_same)
    accepted = scores >= _threshold(threshold)
    return float(accepted[~is_same].mean()), float(1 - accepted[is_same].mean())


def _threshold(value):
    """Return a threshold as a float; infinity accepts nothing."""
    endless = isinstance(value, float) and value in (np.inf, -np.inf)
    return value if endless else real_number("threshold", value)


def threshold_at_far(impostor_scores, far):
    """The lowest threshold that accepts at most a fraction `far` of impostors.

    Parameters
    ----------
    impostor_scores : array_like, shape (n,)
        Similarities of impostor pairs.
    far : float
        In [0, 1).

    Returns
    -------
    float
        The number just above the first score that must be refused.

    Raises
    ------
    ValueError
        If there is no score, one is not finite, or `far` is outside [0, 1).

    Notes
    -----
    n impostors cannot tell rates below 1 / n from 0, and a rate estimated from a few accepted
    ones is rough: with none accepted, the true rate may still be 3 / n (95 % confidence).

    Examples
    --------
    >>> round(threshold_at_far([0.1, 0.2, 0.3, 0.4], 0.25), 9)  # accepts the 0.4
    0.3
    """
    scores = float_array("impostor_scores", impostor_scores, "n", empty=False)
    far = real_number("far", far, least=0, below=1)
    accepted = int(far * len(scores)) + 1
    while accepted / len(scores) > far:  # as FAR is computed: 29 of 100 are 0.29
        accepted -= 1
    return float(np.nextafter(np.sort(scores)[::-1][accepted], np.inf))


def tar_at_far(scores, is_same, far):
    """The largest TAR at a FAR of at most `far`.

    Parameters
    ----------
    scores, is_same
        As in `verification_roc`.
    far : float
        In [0, 1], such as 1e-2.

    Returns
    -------
    float
        In [0, 1]. No interpolation: a threshold reaches it (see `threshold_at_far`).

    Raises
    ------
    ValueError
        As `verification_roc`, or if `far` is outside [0, 1].

    Examples
    --------
    >>> [tar_at_far([0.9, 0.5, 0.5, 0.1], [1, 1, 0, 0], far) for far in (0, 0.4, 0.5)]
    [0.5, 0.5, 1.0]
    """
    scores, is_same = checked_pairs(scores, is_same)
    if (far := real_number("far", far, least=0, most=1)) == 1:
        return 1.0
    return float((scores[is_same] >= threshold_at_far(scores[~is_same], far)).mean())


def equal_error_rate(scores, is_same):
    """The rate at which FAR equals FRR.

    Parameters
    ----------
    scores, is_same
        As in `verification_roc`.

    Returns
    -------
    float
        In [0, 1]; 0.5 for scores that say nothing. Where no threshold makes the two equal, the
        straight line between neighbouring points of the ROC does.

    Raises
    ------
    ValueError
        As `verification_roc`.

    Examples
    --------
    >>> equal_error_rate([0.9, 0.6, 0.5, 0.1], [1, 0, 1, 0])
    0.5
    """
    far, tar, _ = verification_roc(scores, is_same)
    return crossing(far, tar)


def crossing(far, tar):
    """Where FAR meets 1 - TAR, straight between the points of a ROC that starts at (0, 0)."""
    excess = far + tar - 1  # FAR - FRR rises from -1 to 1
    i = int((excess >= 0).argmax())
    part = -excess[i - 1] / (excess[i] - excess[i - 1])
    return float(far[i - 1] + part * (far[i] - far[i - 1]))


def ten_fold_accuracy(emb1, emb2, is_same, thresholds, n_folds=10, folds=None):
    """Accuracy on each tenth of the pairs, with the threshold that is best on the other nine.

    Parameters
    ----------
    emb1, emb2 : array_like, shape (n, d)
        Embeddings of the pairs, row by row; compared by `cosine_similarity`.
    is_same : array_like of bool, shape (n,)
        Whether a pair is genuine; both kinds must occur.
    thresholds : array_like, shape (k,)
        Similarities to choose from, such as ``np.linspace(-1, 1, 401)``; of equally good ones, the
        first.
    n_folds : int
        At least 2 and at most n; with `folds` their number counts.
    folds : array_like of int, shape (n,), optional
        The fold of each pair, such as `person_folds` returns; by default stretches of the pairs.

    Returns
    -------
    ndarray, shape (n_folds,)
        In [0, 1]. LFW reports their mean and its standard error,
        ``a.mean()`` and ``a.std(ddof=1) / sqrt(n_folds)``.

    Raises
    ------
    ValueError
        If shapes do not fit, a number is not finite, an embedding is 0, only one kind of pair
        occurs, or `n_folds` is out of range.

    Notes
    -----
    LFW has 300 genuine and 300 impostor pairs in each fold, and no person in two: `person_folds`
    deals pairs so. A threshold chosen on the tenth itself would report the maximum of a noisy
    curve.

    References
    ----------
    huang2007lfw (its View 2).

    Examples
    --------
    >>> emb1, emb2 = [[1, 0]] * 4, [[1, 0], [0, 1], [1, 0], [0, 1]]
    >>> ten_fold_accuracy(emb1, emb2, [1, 0, 1, 0], [-0.5, 0.5], n_folds=2)
    array([1., 1.])
    """
    lengths = {}
    emb1, emb2 = (
        float_array(name, emb, "n d", lengths) for name, emb in (("emb1", emb1), ("emb2", emb2))
    )
    emb1, emb2 = normalise(emb1, "emb1"), normalise(emb2, "emb2")
    scores, is_same = checked_pairs(cosine_similarity(emb1, emb2), is_same)
    right = _right(scores, is_same, float_array("thresholds", thresholds, "k", empty=False))
    if folds is None:
        n_folds = integer("n_folds", n_folds, least=2, most=len(scores))
        parts = np.array_split(np.arange(len(scores)), n_folds)
    else:
        folds = label_array("folds", folds, len(scores))
        parts = [np.flatnonzero(folds == fold) for fold in np.unique(folds)]
        if len(parts) < 2:
            raise ValueError(f"folds must be at least two, got {len(parts)}")
    accuracies = []
    for fold in parts:
        best = np.delete(right, fold, axis=0).mean(axis=0).argmax()
        accuracies.append(right[fold, best].mean())
    return np.array(accuracies)


def _right(scores, is_same, thresholds):
    """Whether each pair is decided rightly at each threshold, (n, k)."""
    return (scores[:, None] >= thresholds) == is_same[:, None]


# --- checks --------------------------------------------------------------------------------------


def label_array(name, labels, n=None):
    """Return labels of any kind as an array of shape (n,)."""
    try:
        if np.ma.isMaskedArray(labels):
            raise ValueError
        labels = np.asarray(labels)
    except ValueError:
        raise ValueError(f"{name} must be a list of labels, got a ragged or masked one") from None
    if labels.dtype.kind == "O":
        raise TypeError(f"{name} must be numbers or texts, got {labels.dtype}")
    if labels.ndim != 1 or n not in (None, len(labels)):
        raise ValueError(f"{name} must have shape ({'n' if n is None else n},), got {labels.shape}")
    return labels


def checked_pairs(scores, is_same):
    """Return scores as floats and is_same as bool, both of shape (n,), with both kinds of pairs."""
    scores, is_same = float_array("scores", scores, "n"), label_array("is_same", is_same)
    if is_same.shape != scores.shape:
        raise ValueError(f"is_same must have shape {scores.shape}, got {is_same.shape}")
    if not np.isin(is_same, (0, 1)).all():
        bad = is_same[~np.isin(is_same, (0, 1))][0]
        raise ValueError(f"is_same must be true or false, 1 or 0, got {bad.item()!r}")
    is_same = is_same.astype(bool)
    if is_same.all() or not is_same.any():
        raise ValueError(
            "is_same must have genuine and impostor pairs, got "
            f"{is_same.sum()} and {(~is_same).sum()}"
        )
    return scores, is_same
