"""How sure is a rate? The people are the sample, not the pairs.

Two pairs that share a person, or a picture, are not independent. So the folds of a test must not
share persons, and an interval comes from drawing *persons* anew, with all their pairs.
"""

import numpy as np

from glassbox.checks import float_array, generator, integer, within

from .verification import crossing, label_array, normalise


def all_pairs(labels):
    """Return every pair of two pictures once.

    Parameters
    ----------
    labels : array_like, shape (n,)
        Who is on each picture; at least two pictures.

    Returns
    -------
    first, second : ndarray of int, shape (n (n - 1) / 2,)
        Indices, first < second.
    is_same : ndarray of bool
        Whether both show one person.

    Raises
    ------
    ValueError
        If there are fewer than two labels.

    Examples
    --------
    >>> all_pairs([4, 4, 7])
    (array([0, 0, 1]), array([1, 2, 2]), array([ True, False, False]))
    """
    labels = label_array("labels", labels)
    if len(labels) < 2:
        raise ValueError(f"labels must be at least two, got {len(labels)}")
    first, second = np.triu_indices(len(labels), 1)
    return first, second, labels[first] == labels[second]


def person_folds(labels, n_folds, rng):
    """Draw pairs in folds so that no person is in two of them, as in LFW.

    A fold has all genuine pairs of its persons, and as many of their impostor pairs (or all, if
    there are fewer); no pair comes twice.

    Parameters
    ----------
    labels : array_like, shape (n,)
        Who is on each picture.
    n_folds : int
        At least 2; each gets at least two persons.
    rng : numpy.random.Generator
        Deals the persons, and chooses impostor pairs.

    Returns
    -------
    first, second : ndarray of int, shape (n_pairs,)
        Indices of pictures.
    is_same : ndarray of bool, shape (n_pairs,)
    folds : ndarray of int, shape (n_pairs,)
        The fold of each pair, from 0.

    Raises
    ------
    ValueError
        If there are fewer than two persons a fold, or a fold without a genuine pair.

    References
    ----------
    huang2007lfw, whose View 2 has ten such folds.

    Examples
    --------
    >>> labels = [0, 0, 1, 1, 2, 2, 3, 3]
    >>> first, second, is_same, folds = person_folds(labels, 2, np.random.default_rng(0))
    >>> is_same.sum(), len(is_same), np.bincount(folds)
    (np.int64(4), 8, array([4, 4]))
    """
    labels = label_array("labels", labels)
    n_folds, rng = integer("n_folds", n_folds, least=2), generator("rng", rng)
    persons, who = np.unique(labels, return_inverse=True)
    if len(persons) < 2 * n_folds:
        raise ValueError(
            f"labels must have at least two persons a fold, got {len(persons)} persons for "
            f"{n_folds} folds"
        )
    fold_of = np.empty(len(persons), int)
    fold_of[rng.permutation(len(persons))] = np.arange(len(persons)) % n_folds
    parts = []
    for fold in range(n_folds):
        rows = np.flatnonzero(fold_of[who] == fold)
        one, two, same = all_pairs(who[rows])
        genuine, impostor = np.flatnonzero(same), np.flatnonzero(~same)
        if not len(genuine):
            raise ValueError(f"labels must have a person with two pictures in fold {fold}")
        chosen = rng.choice(impostor, min(len(genuine), len(impostor)), replace=False)
        kept = np.sort(np.concatenate([genuine, chosen]))
        parts.append((rows[one[kept]], rows[two[kept]], same[kept], np.full(len(kept), fold)))
    return tuple(np.concatenate(part) for part in zip(*parts, strict=True))


def person_bootstrap(embeddings, labels, rng, n_samples=200, fars=(0.1, 0.01, 0.001)):
    """Draw the persons anew, with replacement, and see how the rates scatter.

    Each sample weighs a genuine pair by how often its person is drawn, and an impostor pair by the
    product of both; pairs of a person with a copy of themselves are left out.

    Parameters
    ----------
    embeddings : array_like, shape (n, d)
    labels : array_like, shape (n,)
    rng : numpy.random.Generator
    n_samples : int
        At least 1.
    fars : sequence of float
        In (0, 1).

    Returns
    -------
    eer : ndarray, shape (n_samples,)
    tar : ndarray, shape (n_samples, len(fars))
        Greatest TAR at a FAR of at most each.

    Raises
    ------
    ValueError
        If shapes do not fit, a number is out of range, or only one kind of pairs occurs.

    Examples
    --------
    >>> codes = [[1, 0], [1, 0.1], [0, 1], [0.1, 1]]
    >>> eer, tar = person_bootstrap(codes, [0, 0, 1, 1], np.random.default_rng(0), n_samples=5)
    >>> float(eer.max()), tar.shape
    (0.0, (5, 3))
    """
    embeddings = float_array("embeddings", embeddings, "n d")
    labels = label_array("labels", labels, len(embeddings))
    fars = float_array("fars", fars, "k", empty=False)
    within("fars", fars, above=0, below=1)
    rng, n_samples = generator("rng", rng), integer("n_samples", n_samples, least=1, most=10**6)
    persons, who = np.unique(labels, return_inverse=True)
    first, second, same = all_pairs(who)
    if same.all() or not same.any():
        raise ValueError("labels must give genuine and impostor pairs")
    unit = normalise(embeddings, "embeddings")
    scores = (unit[first] * unit[second]).sum(axis=1)
    order = np.argsort(-scores, kind="stable")
    first, second, same = who[first[order]], who[second[order]], same[order]
    last = np.append(np.diff(scores[order]) != 0, True)
    eers, tars = np.empty(n_samples), np.empty((n_samples, len(fars)))
    for k in range(n_samples):
        while True:  # the draw of one person alone has no impostors
            mine = rng.integers(len(persons), size=len(persons)).astype(np.intp)
            drawn = np.bincount(mine, minlength=len(persons))
            genuine = np.cumsum(np.where(same, drawn[first], 0))
            impostor = np.cumsum(np.where(same, 0, drawn[first] * drawn[second]))
            if genuine[-1] and impostor[-1]:
                break
        far, tar = impostor[last] / impostor[-1], genuine[last] / genuine[-1]
        eers[k] = crossing(np.append(0, far), np.append(0, tar))
        at = np.searchsorted(far, fars, side="right") - 1
        tars[k] = np.where(at < 0, 0.0, tar[np.maximum(at, 0)])
    return eers, tars
