"""Who is it? The nearest embedding of a gallery says, and how often it is right."""

import numpy as np

from glassbox.checks import float_array, real_number

from .verification import label_array, normalise, threshold_at_far


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
        1 if the right person comes first. ``(ranks == 1).mean()`` is the rank-1 rate,
        ``(ranks <= k).mean()`` the cumulative match at rank k. Strangers *as* similar come before:
        equal embeddings for all faces are no success.

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
    lengths = {}
    gallery, strangers = _rows("gallery", gallery, lengths), _rows("strangers", strangers, lengths)
    fpir = real_number("fpir", fpir, least=0, below=1)
    return threshold_at_far((strangers @ gallery.T).max(axis=1), fpir)


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
    threshold, lengths = real_number("threshold", threshold), {}
    gallery, probes = _rows("gallery", gallery, lengths), _rows("probes", probes, lengths)
    strangers = _rows("strangers", strangers, lengths)
    ranks = identification_rank(gallery, probes, gallery_labels, probe_labels)
    known = (probes @ gallery.T).max(axis=1) >= threshold
    named = (strangers @ gallery.T).max(axis=1) >= threshold
    return float(((ranks == 1) & known).mean()), float(named.mean())


_ROUNDING = 1e-12  # similarities closer than this are the same


def _search(gallery, probes, gallery_labels, probe_labels):
    """Similarities of each probe with each row of the gallery, and which of them are the person."""
    lengths = {}
    gallery, probes = _rows("gallery", gallery, lengths), _rows("probes", probes, lengths)
    similarity = np.clip(probes @ gallery.T, -1, 1)
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
    gallery_labels = label_array("gallery_labels", gallery_labels, n_gallery)
    probe_labels = label_array("probe_labels", probe_labels, n_probes)
    is_mate = probe_labels[:, None] == gallery_labels
    if not is_mate.any(axis=1).all():
        lost = probe_labels[is_mate.any(axis=1).argmin()]
        raise ValueError(f"every probe must be in the gallery; {lost.item()!r} is not")
    return similarity, is_mate


def _rows(name, embeddings, lengths):
    """Return embeddings, at least one, with rows of length 1."""
    if isinstance(embeddings, list | tuple) and not embeddings:
        raise ValueError(f"{name} must not be empty")
    return normalise(float_array(name, embeddings, f"{name} d", lengths, empty=False), name)
