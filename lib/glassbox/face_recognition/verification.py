"""Are two faces the same person's? Similarities, and the rates by which a system is judged.

A face is an embedding, a row of ``d`` numbers. Two are *accepted* as one person if their similarity
is at least a threshold. A pair is *genuine* if it shows one person, else an *impostor* pair. FAR
(false acceptance rate) is the fraction of the impostor pairs that are accepted, TAR that of the
genuine pairs; FRR = 1 - TAR.
"""

import numpy as np

from glassbox.checks import float_array, real_number


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
    a, b = unit_rows("a", a), unit_rows("b", b)
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
    a, b = as_embeddings("a", a), as_embeddings("b", b)
    if a.shape[1] != b.shape[1]:
        raise ValueError(f"a and b must have rows of one length, got {a.shape} and {b.shape}")
    return np.clip(unit_rows("a", a) @ unit_rows("b", b).T, -1, 1)


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
    labels = as_labels("labels", labels)
    if not isinstance(n_pairs, int | np.integer) or n_pairs < 1:
        raise ValueError(f"n_pairs must be a whole number from 1, got {n_pairs!r}")
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
    scores, is_same = as_scores(scores, is_same)
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
    scores, is_same = as_scores(scores, is_same)
    accepted = scores >= threshold
    return float(accepted[~is_same].mean()), float(1 - accepted[is_same].mean())


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
    scores = as_vector("impostor_scores", impostor_scores, empty=False)
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
    scores, is_same = as_scores(scores, is_same)
    if np.ndim(far) == 0 and far == 1:
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
    excess = far + tar - 1  # FAR - FRR rises from -1 to 1
    i = int((excess >= 0).argmax())
    part = -excess[i - 1] / (excess[i] - excess[i - 1])
    return float(far[i - 1] + part * (far[i] - far[i - 1]))


def best_threshold(scores, is_same, thresholds):
    """The threshold that decides most pairs rightly.

    Parameters
    ----------
    scores, is_same
        As in `verification_roc`.
    thresholds : array_like, shape (k,)
        To choose from.

    Returns
    -------
    float
        The first of the best.

    Raises
    ------
    ValueError
        As `verification_roc`, or if there is no threshold or one is not finite.

    Examples
    --------
    >>> best_threshold([0.9, 0.8, 0.2, 0.1], [1, 1, 0, 0], [0.0, 0.4, 0.5, 1.0])
    0.4
    """
    scores, is_same = as_scores(scores, is_same)
    thresholds = _as_thresholds(thresholds)
    return float(thresholds[_right(scores, is_same, thresholds).mean(axis=0).argmax()])


def ten_fold_accuracy(emb1, emb2, is_same, thresholds, n_folds=10):
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
        At least 2 and at most n.

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
    The folds are stretches of the pairs as they stand, so that the caller decides who is in which:
    LFW has 300 genuine and 300 impostor pairs in each, and no person in two. A threshold chosen
    on the tenth itself would report the maximum of a noisy curve.

    References
    ----------
    huang2007lfw (its View 2).

    Examples
    --------
    >>> emb1, emb2 = [[1, 0]] * 4, [[1, 0], [0, 1], [1, 0], [0, 1]]
    >>> ten_fold_accuracy(emb1, emb2, [1, 0, 1, 0], [-0.5, 0.5], n_folds=2)
    array([1., 1.])
    """
    emb1, emb2 = as_embeddings("emb1", emb1), as_embeddings("emb2", emb2)
    if emb1.shape != emb2.shape:
        raise ValueError(
            "emb1 and emb2 must have one shape (n, d), a row for each pair, "
            f"got {emb1.shape}, {emb2.shape}"
        )
    scores, is_same = as_scores(cosine_similarity(emb1, emb2), is_same)
    right = _right(scores, is_same, _as_thresholds(thresholds))
    _check_folds(n_folds, len(scores))
    accuracies = []
    for fold in np.array_split(np.arange(len(scores)), n_folds):
        best = np.delete(right, fold, axis=0).mean(axis=0).argmax()
        accuracies.append(right[fold, best].mean())
    return np.array(accuracies)


def _right(scores, is_same, thresholds):
    """Whether each pair is decided rightly at each threshold, (n, k)."""
    return (scores[:, None] >= thresholds) == is_same[:, None]


# --- identification: who is it? ------------------------------------------------------------------


def identification_rank(gallery, probes, gallery_labels=None, probe_labels=None):
    """The rank of the right person for each probe, when the gallery is sorted by similarity.

    Parameters
    ----------
    gallery : array_like, shape (n, d)
        Embeddings of known persons.
    probes : array_like, shape (m, d)
        Embeddings of persons to find, all of them in the gallery.
    gallery_labels, probe_labels : array_like, shapes (n,) and (m,), optional
        Who is on each. Without them, probe i is the person of row i of the gallery.

    Returns
    -------
    ndarray of int, shape (m,)
        1 if the right person comes first. ``(ranks == 1).mean()`` is the rank-1 rate, and
        `cumulative_match` gives the others. Strangers *as* similar come before: equal
        embeddings for all faces are no success.

    Raises
    ------
    ValueError
        If the gallery is empty, shapes do not fit, a number is not finite, an embedding is 0, only
        one kind of labels is given, or a probe is not in the gallery.

    Examples
    --------
    >>> identification_rank([[1, 0], [0, 1]], [[2, 1], [2, 1]])
    array([1, 2])
    """
    similarity, is_mate = _search(gallery, probes, gallery_labels, probe_labels)
    best = np.where(is_mate, similarity, -np.inf).max(axis=1, keepdims=True)
    return 1 + (~is_mate & (similarity >= best - _ROUNDING)).sum(axis=1)


def cumulative_match(ranks, n_ranks=None):
    """The cumulative match characteristic (CMC): how often the right person is among the first k.

    Parameters
    ----------
    ranks : array_like of int, shape (m,)
        From `identification_rank`.
    n_ranks : int, optional
        Up to which k; without it, the largest rank.

    Returns
    -------
    ndarray, shape (n_ranks,)
        In [0, 1], for k = 1, 2, ...: the first is the rank-1 rate.

    Raises
    ------
    ValueError
        If there is no rank, or one is below 1.

    Examples
    --------
    >>> cumulative_match([1, 3, 1, 2])
    array([0.5 , 0.75, 1.  ])
    """
    ranks = np.asarray(ranks)
    if ranks.ndim != 1 or not len(ranks) or ranks.dtype.kind not in "iu" or ranks.min() < 1:
        raise ValueError(f"ranks must be whole numbers from 1, shape (m,), got {ranks}")
    k = np.arange(1, (ranks.max() if n_ranks is None else n_ranks) + 1)
    return (ranks[:, None] <= k).mean(axis=0)


def open_set_threshold(gallery, strangers, fpir=0.01):
    """The lowest threshold at which few strangers are taken for somebody in the gallery.

    A stranger is compared with *every* row of the gallery, and the most similar one decides: a
    larger gallery needs a higher threshold.

    Parameters
    ----------
    gallery : array_like, shape (n, d)
        Embeddings of known persons.
    strangers : array_like, shape (m, d)
        Embeddings of persons that are not in the gallery.
    fpir : float
        False positive identification rate, the fraction of strangers that may be accepted; in
        [0, 1).

    Returns
    -------
    float
        For ``similarity >= threshold``.

    Raises
    ------
    ValueError
        If an array is empty, shapes do not fit, a number is not finite, an embedding is 0, or
        `fpir` is out of range.

    Examples
    --------
    >>> round(open_set_threshold([[1, 0]], [[4, 3], [3, 4]], fpir=0.5), 9)
    0.6
    """
    _check_filled(gallery=gallery, strangers=strangers)
    return threshold_at_far(similarity_matrix(strangers, gallery).max(axis=1), fpir)


def open_set_rates(gallery, probes, strangers, threshold, gallery_labels=None, probe_labels=None):
    """How often known persons are named rightly, and strangers are given a name.

    Parameters
    ----------
    gallery, probes, gallery_labels, probe_labels
        As in `identification_rank`.
    strangers : array_like, shape (k, d)
        Embeddings of persons that are not in the gallery.
    threshold : float
        Whoever is less similar to all the gallery is "unknown".

    Returns
    -------
    tpir : float
        Fraction of the probes whose most similar row is theirs and reaches the threshold.
    fpir : float
        Fraction of the strangers that reach the threshold with any row.

    Raises
    ------
    ValueError
        As `identification_rank`, or if there are no strangers.

    Examples
    --------
    >>> open_set_rates([[1, 0], [0, 1]], [[4, 3], [3, 4]], [[-1, 0], [5, 0]], 0.9)
    (0.0, 0.5)
    """
    _check_filled(strangers=strangers)
    ranks = identification_rank(gallery, probes, gallery_labels, probe_labels)
    known = similarity_matrix(probes, gallery).max(axis=1) >= threshold
    named = similarity_matrix(strangers, gallery).max(axis=1) >= threshold
    return float(((ranks == 1) & known).mean()), float(named.mean())


_ROUNDING = 1e-12  # similarities closer than this are the same


def _search(gallery, probes, gallery_labels, probe_labels):
    """Similarities of each probe with each row of the gallery, and which of them are the person."""
    _check_filled(gallery=gallery, probes=probes)
    similarity = similarity_matrix(probes, gallery)
    n_probes, n_gallery = similarity.shape
    if (gallery_labels is None) != (probe_labels is None):
        raise ValueError("gallery_labels and probe_labels must be given both or neither")
    if gallery_labels is None:
        if n_probes != n_gallery:
            raise ValueError(
                f"without labels, probes must match the {n_gallery} rows of the gallery one by "
                f"one, got {n_probes}"
            )
        return similarity, np.eye(n_probes, dtype=bool)
    gallery_labels = as_labels("gallery_labels", gallery_labels, n_gallery)
    probe_labels = as_labels("probe_labels", probe_labels, n_probes)
    is_mate = probe_labels[:, None] == gallery_labels
    if not is_mate.any(axis=1).all():
        lost = probe_labels[is_mate.any(axis=1).argmin()]
        raise ValueError(f"every probe must be in the gallery; {lost.item()!r} is not")
    return similarity, is_mate


# --- checks --------------------------------------------------------------------------------------


def unit_rows(name, values):
    """Return embeddings (..., d) divided by their lengths, or say which is 0."""
    values = float_array(name, values)
    if values.ndim == 0 or not values.shape[-1]:
        raise ValueError(f"{name} must have shape (..., d), d from 1, got {values.shape}")
    largest = np.abs(values).max(axis=-1, keepdims=True)
    if not largest.all():
        i = np.unravel_index(largest.argmin(), largest.shape)[:-1]
        where = f"[{', '.join(map(str, i))}]" if i else ""
        raise ValueError(f"{name} must not be 0, which has no direction; {name}{where} is")
    values = values / largest  # squares may overflow
    return values / np.sqrt((values**2).sum(axis=-1, keepdims=True))


def as_embeddings(name, values):
    """Return `values` as floats of shape (n, d)."""
    return float_array(name, values, "n d")


def as_vector(name, values, **how):
    """Return `values` as floats of shape (n,)."""
    return float_array(name, values, "n", **how)


def as_labels(name, labels, n=None):
    """Return labels of any kind as an array of shape (n,)."""
    labels = np.asarray(labels)
    if labels.ndim != 1 or n not in (None, len(labels)):
        raise ValueError(f"{name} must have shape ({'n' if n is None else n},), got {labels.shape}")
    return labels


def as_scores(scores, is_same):
    """Return scores as floats and is_same as bool, both of shape (n,), with both kinds of pairs."""
    scores, is_same = as_vector("scores", scores), np.asarray(is_same)
    if is_same.shape != scores.shape:
        raise ValueError(f"is_same must have shape {scores.shape}, got {is_same.shape}")
    if not np.isin(is_same, (0, 1)).all():
        bad = is_same[~np.isin(is_same, (0, 1))][0]
        raise ValueError(f"is_same must be true or false, 1 or 0, got {bad.item()!r}")
    is_same = is_same.astype(bool)
    if is_same.all() or not is_same.any():
        raise ValueError(
            f"there must be genuine and impostor pairs, got {is_same.sum()} and {(~is_same).sum()}"
        )
    return scores, is_same


def _as_thresholds(thresholds):
    return as_vector("thresholds", thresholds, empty=False)


def _check_folds(n_folds, n):
    if not isinstance(n_folds, int | np.integer) or not 2 <= n_folds <= n:
        raise ValueError(
            f"n_folds must be a whole number from 2 to the number of pairs, {n}, got {n_folds!r}"
        )


def _check_filled(**arrays):
    for name, values in arrays.items():
        if len(values) == 0:
            raise ValueError(f"{name} must not be empty")
