"""The figures of the chapter, each a function of the reader's own queries, keys, values or records.

    chain(features, K)

Axes, words and captions come from the data. What is too large to be read is refused with advice.
"""

import numpy as np

from glassbox.checks import as_list, float_array, integer, one_of, real_number
from glassbox.figures import (
    bars,
    choice,
    counted,
    drag,
    explore,
    lines,
    matrix,
    nearest,
    rules,
    scatter,
    scientific,
    simulate,
    slider,
    table,
)
from glassbox.linear_attention import linear_attention, softmax_attention

from .attention import layer_cost, rms_norm, stack_map
from .dilution import local_mass, sharpest_weight
from .examples import MAPS
from .gradients import norm_grad_bound, query_jacobian, rms_norm_jacobian, weight_jacobian

MAX_KEYS, MAX_ENTRIES = 12, 5
MAX_TOKENS = 2048  # whose n x n weights are measured
MAX_LAYERS, MAX_MAP = 12, 64
SIZES = np.geomspace(1e-4, 1, 49)
SCALES = [0.5, 1.0, 2.0, 4.0, 8.0]
KINDS = (*MAPS, "softmax")
STYLES = {
    "softmax": {"color": "ink", "dash": "dashed"}, "exp": {"color": "blue", "dash": "solid"},
    "elu + 1": {"color": "orange", "dash": "dashed"}, "relu": {"color": "red", "dash": "dotted"},
}  # fmt: skip
HALF = 65504.0  # the largest number of float16


# --- whose gradient ------------------------------------------------------------------------------


def chain(features, K, words=None, *, kind="exp", size=0.1, key=0, entry=0, name="", caption=None):
    """Follow the slopes from an entry of the query to its feature, a score and a weight.

    The reader moves the size of φ(q) and of the keys, and chooses the feature map, the key whose
    weight it is, and the entry.

    Parameters
    ----------
    features : array_like, shape (d,)
        φ(q) at size 1: from 2 to 8 numbers > 0. (Softmax takes them as the query itself, which the
        size then shrinks.)
    K : array_like, shape (n, d)
        From 2 to 12 keys, entries at most 8.
    words : sequence of str, optional
        What the keys are called (by default key 1, key 2, ...).
    kind : {"exp", "elu + 1", "relu", "softmax"}
        The feature map at first.
    size : float
        Of φ(q) at first; the nearest of 49 from 0.0001 to 1.
    key, entry : int
        At first, from 0.
    name, caption : str
        As in `glassbox.figures.explore`; by default the caption comes from the data.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        If shapes or names do not fit, a feature is not positive, or there is too much to be read.

    Examples
    --------
    >>> figure = chain([1.0, 1.0], [[1.0, 0.0], [0.0, 1.0]])
    >>> figure.at(kind="relu", size=1.0)[2]["describe"][:28]
    '1 × 1 × 0.25 = 0.25 by its o'
    """
    lengths = {}
    features = float_array("features", features, "d", lengths, empty=False)
    K = float_array("K", K, "n d", lengths, empty=False)
    n, d = K.shape
    if not features.min() > 0:
        raise ValueError(f"features must be > 0, got {features.min():g}")
    if not (2 <= n <= MAX_KEYS and 2 <= d <= 8):
        raise ValueError(f"K must be 2 to {MAX_KEYS} keys, 2 to 8 wide, got shape {K.shape}")
    if np.abs(K).max() > 8 or features.max() > 100:
        raise ValueError("K must have entries of at most 8, and features of at most 100")
    one_of("kind", kind, KINDS)
    words = _words("words", words, n, "key")
    key = integer("key", key, least=0, most=n - 1)
    entry = integer("entry", entry, least=0, most=d - 1)
    size = real_number("size", size, above=0)
    sizes = [float(f"{s:.4g}") for s in SIZES]
    return simulate(
        "transnormer.chain",
        kind=choice(KINDS, kind, label="φ"),
        size=slider(sizes, nearest(sizes, size), label="size of φ(q)", format=_brief),
        scale=slider(SCALES, 1.0, label="size of the keys", format="g"),
        key=slider(range(n), key, label="weight of", format=words.__getitem__),
        entry=slider(range(d), entry, label="entry of q", format=lambda m: str(m + 1)),
        constants={
            "features": features.round(6).tolist(), "K": K.round(6).tolist(), "words": words,
            "sizes": sizes,
        },
        name=name,
        caption=caption
        or "From one entry of the query to one weight. Drag the point along φ to make all features "
        "of the query smaller; the weights of linear attention stay. (Softmax has no φ: its query "
        "itself is made smaller.) The first panel has the slope of φ (orange), the "
        "second that of the weight (red); the bars have each link, their product "
        "(own: by the key's own score), and all: with what comes by the other scores.",
    )  # fmt: skip


def steepness(features, K, *, size=0.1, name="", caption=None):
    """Plot the steepest derivative of a weight, by a score and by the query, over the size of φ(q).

    Parameters
    ----------
    features : array_like, shape (d,)
        φ(q) at size 1, > 0: each map has a query of its own. Of softmax this is the query itself.
    K : array_like, shape (n, d)
        The keys, 2 to 64 of them, not all alike, entries at most 8.
    size : float
        Where the rule stands at first.
    name, caption : str
        As in `chain`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        If shapes do not fit, or a number is out of range.

    Examples
    --------
    >>> figure = steepness([1.0, 1.0], [[1.0, 0.0], [0.0, 1.0]])
    >>> figure.at(size=0.0001, scale=1.0)[1]["describe"]
    'By the query: exp: 0.12, elu + 1: 0.083, relu: 2,500, softmax: 0.25.'
    """
    lengths = {}
    features = float_array("features", features, "d", lengths, empty=False)
    K = float_array("K", K, "n d", lengths, empty=False)
    if not features.min() > 0:
        raise ValueError(f"features must be > 0, got {features.min():g}")
    if not 2 <= len(K) <= 64 or np.abs(K).max() > 8 or not np.ptp(K, axis=0).any():
        raise ValueError("K must be 2 to 64 keys, not all alike, with entries of at most 8")
    sizes = SIZES[::2]
    found = {
        (kind, scale): np.array([_steepest(kind, s, features, scale * K) for s in sizes]).T
        for kind in KINDS
        for scale in SCALES
    }
    least, most = 1e-2, 10 ** np.ceil(np.log10(max(x.max() for x in found.values())) + 0.3)

    def draw(size, scale):
        at = int(np.argmin(abs(sizes - size)))
        panels = []
        for i, by in enumerate(("By a score", "By the query")):
            title = f"{by}, |∂p/∂{'sq'[i]}|"
            plot = rules(
                y=0.25, label="¼", title=title, xscale="log", yscale="log", xlabel="size of φ(q)",
                ylabel="largest derivative", xlim=(7e-5, 1.4), ylim=(least, most),
                drag=drag("size", sizes),
            )  # fmt: skip
            said = []
            for kind in KINDS:
                y = found[kind, scale][i]
                seen = y >= least
                if seen.any():
                    plot += lines(sizes[seen], y[seen], label=kind, **STYLES[kind])
                if seen[at]:
                    plot += scatter([sizes[at]], [y[at]], size=4, color=STYLES[kind]["color"])
                said.append(f"{kind}: {_brief(y[at])}")
            panels.append(plot.at(describe=f"{by}: {', '.join(said)}."))
        return panels

    return explore(
        draw,
        size=slider(sizes, nearest(sizes, size), label="size of φ(q)", format=_brief),
        scale=slider(SCALES, 1.0, label="size of the keys", format="g"),
        name=name,
        caption=caption
        or f"The steepest derivative of any weight, for {len(K)} keys. Each map has a query of its "
        "own, so that φ(q) is the same for all; softmax has no φ, and takes that as its query. "
        "Curves below 0.01 are not drawn.",
    )


def _steepest(kind, size, features, K):
    """Return the largest derivative of a weight, by a score and by an entry of the query."""
    fq = size * features
    if kind == "softmax":
        by_score, by_query = weight_jacobian(K @ fq, "softmax"), query_jacobian(fq, K, "softmax")
        return np.abs(by_score).max(), np.abs(by_query).max()
    phi = MAPS[kind]
    by_score = weight_jacobian(phi(K) @ fq, "linear") if (phi(K) @ fq).sum() > 0 else np.zeros(1)
    back = {"exp": np.log(fq), "relu": fq, "elu + 1": np.where(fq > 1, fq - 1, np.log(fq))}
    by_query = query_jacobian(back[kind], K, phi) if by_score.size > 1 else np.zeros(1)
    return np.abs(by_score).max(), np.abs(by_query).max()


def steepness_facts(features, K):
    """Return what the text quotes of `steepness`, by the name of each number, as text.

    Parameters
    ----------
    features, K : see `steepness`

    Returns
    -------
    dict of str to str

    Examples
    --------
    >>> steepness_facts(np.ones(2), np.eye(2))["relu-query"]
    '2,500'
    """
    facts = {}
    for kind in KINDS:
        both = _steepest(kind, SIZES[0], np.asarray(features, float), np.asarray(K, float))
        for by, value in zip(("score", "query"), both, strict=True):
            facts[f"{kind}-{by}"] = f"{value:,.0f}" if value > 9 else f"{value:.2f}"
    large = _steepest("softmax", SIZES[0], np.asarray(features, float), 8 * np.asarray(K, float))[1]
    return facts | {"softmax-keys": f"{large:.1f}"}


def mixture(q, K, words=None, *, kind="exp", key=0, name="", caption=None):
    """Show the weights of linear attention as a choice of an entry, and each entry's of a key.

    The entries of the query are dragged; a click on a key asks how far a query can raise it.

    Parameters
    ----------
    q : array_like, shape (d,)
        The query at first, 2 to 5 entries, from -6 to 6; the nearest multiples of ½ are taken.
    K : array_like, shape (n, d)
        From 2 to 12 keys, entries at most 8.
    words : sequence of str, optional
        What the keys are called (by default key 1, key 2, ...).
    kind : {"exp", "elu + 1", "relu"}
        The feature map at first.
    key : int
        Whose slope is shown at first, from 0.
    name, caption : str
        As in `chain`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        If shapes or names do not fit, or there is too much to be read.

    Examples
    --------
    >>> figure = mixture([0.0, 0.0], np.log([[1, 3], [3, 1]]), ["a", "b"])
    >>> figure.at(q1=0.0, q2=0.0, key=0)[3]["describe"][:54]
    'a has 0.5; the most that a query can give it is 0.75. '
    """
    lengths = {}
    q = float_array("q", q, "d", lengths, empty=False)
    K = float_array("K", K, "n d", lengths, empty=False)
    n, d = K.shape
    if not (2 <= n <= MAX_KEYS and 2 <= d <= MAX_ENTRIES):
        raise ValueError(
            f"K must be 2 to {MAX_KEYS} keys, 2 to {MAX_ENTRIES} wide, to be dragged, got {K.shape}"
        )
    if np.abs(q).max() > 6 or np.abs(K).max() > 8:
        raise ValueError("q must have entries from -6 to 6, and K from -8 to 8")
    one_of("kind", kind, tuple(MAPS))
    words = _words("words", words, n, "key")
    values = [i / 2 for i in range(-12, 13)]
    return simulate(
        "transnormer.mixture",
        kind=choice(list(MAPS), kind, label="φ"),
        **{
            f"q{m + 1}": slider(values, nearest(values, q[m]), label=f"entry {m + 1}", format="g")
            for m in range(d)
        },
        key=slider(
            range(n), integer("key", key, least=0, most=n - 1), label="key",
            format=words.__getitem__,
        ),
        constants={"K": K.round(6).tolist(), "words": words, "values": values},
        name=name,
        caption=caption
        or f"A query of {d} entries looks at {n} keys. It has a say in a, which entry counts; "
        "which key an entry prefers, r, is up to the keys. Drag the entries, and try to give a key "
        "more than its diamond.",
    )  # fmt: skip


# --- attention that thins out --------------------------------------------------------------------


def dilution(q, k, *, gain=1, name="", caption=None):
    """Show how thin a row of attention becomes as keys are added, and how local attention is.

    Parameters
    ----------
    q, k : array_like, shape (n, d)
        From 16 to 2,048 tokens; of these the first 16, 32, 64, ... are taken.
    gain : float
        By which the query is multiplied at first; the nearest of 1, 3, 10, 30 and 100.
    name, caption : str
        As in `chain`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        If shapes do not fit, or there are too few or too many tokens.

    Examples
    --------
    >>> from glassbox.transnormer.examples import places
    >>> figure = dilution(*places(n=16, d=4))
    >>> "16 tokens" in figure.at(gain=1)[0]["describe"]
    True
    """
    lengths = {}
    q, k = (float_array(name, x, "n d", lengths, empty=False) for name, x in (("q", q), ("k", k)))
    if not 16 <= len(q) <= MAX_TOKENS:
        raise ValueError(f"q must be 16 to {MAX_TOKENS:,} tokens, got {len(q)}: pass a part")
    counts = [16 * 2**i for i in range(8) if 16 * 2**i <= len(q)]
    counts += [len(q)] if len(q) > counts[-1] else []
    gains, shares = [1, 3, 10, 30, 100], np.arange(1, 21) / 20
    found = {}
    for n in counts:
        one, most = np.eye(n), sharpest_weight(k[:n], MAPS["elu + 1"])
        for g in gains:
            both = [f(g * q[:n], k[:n], one) for f in (softmax_attention, linear_attention)]
            mass = [[local_mass(P, r).mean() for r in shares] for P in both]
            rows = np.maximum([P[n // 3] for P in both], 1e-6)
            found[n, g] = rows, np.array(mass), most, [P.max() for P in both]
    look = {
        "color": ["ink", "orange"],
        "dash": ["dashed", "solid"],
        "label": ["softmax", "elu + 1"],
    }
    low = 1e-5 if len(q) <= 1024 else 1e-6

    def draw(n, gain):
        rows, mass, most, top = found[n, gain]
        first = lines(
            (np.arange(n) + 0.5) / n, np.maximum(rows, low), yscale="log", ylim=(low, 2),
            xlim=(0, 1), xlabel="key, from first to last", ylabel="weight",
            title="Weights of one token", **look,
        )  # fmt: skip
        first += rules(y=most, color="red", label="most for elu + 1")
        second = lines(
            shares, mass, ylim=(0, 1.05), xlim=(0, 1), xlabel="window, share of the tokens",
            ylabel="sum of weights in it", title="Local mass", **look,
        )  # fmt: skip
        second += lines([0, 1], [0, 1], color="muted", dash="dotted", width=1, label="even")
        said = (
            f"{n:,} tokens, query × {gain}: the largest weight of all rows is {_brief(top[0])} "
            f"(softmax) and {_brief(top[1])} (elu + 1; no query gets past {_brief(most)})."
        )
        local = f"A window of 0.4 of the tokens holds {mass[0][7]:.2f} and {mass[1][7]:.2f}."
        return [first.at(describe=said), second.at(describe=local)]

    start = nearest(gains, real_number("gain", gain, above=0))
    several = {"n": slider(counts, min(64, len(q)), label="tokens n")} if len(counts) > 1 else {}
    return explore(
        draw if several else lambda gain: draw(counts[0], gain),
        **several,
        gain=slider(gains, start, label="query ×"),
        name=name,
        caption=caption
        or "The weights of the token a third of the way along, and the local mass, a mean over "
        "all tokens: how much lies in a window around a token (moved inwards at the ends). Sharpen "
        "the query, then lengthen the sequence.",
    )


# --- the norm ------------------------------------------------------------------------------------


def overflow(q, k, v, *, kind="relu", size=8, name="", caption=None):
    """Show how large the numbers of NormAttention grow with the tokens, beside what float16 holds.

    Parameters
    ----------
    q, k, v : array_like, shapes (n, d), (n, d), (n, d_v)
        From 16 to 100,000 tokens; the last query looks at the first 1, 2, 4, ... tokens.
    kind : {"exp", "elu + 1", "relu"}
        The feature map at first.
    size : float
        By which all three are multiplied at first: the nearest of 1, 2, 4 and 8.
    name, caption : str
        As in `chain`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        If shapes do not fit, or there are too few or too many tokens.

    Examples
    --------
    >>> from glassbox.transnormer.examples import many_tokens
    >>> figure = overflow(*many_tokens(n=64, d=4))
    >>> figure.at(size=1, n=64, divide="as they are")[1]["rows"][2][2]
    'fits'
    """
    lengths = {}
    given = {"q": (q, "n d"), "k": (k, "n d"), "v": (v, "n d_v")}
    q, k, v = (float_array(a, x, axes, lengths, empty=False) for a, (x, axes) in given.items())
    if not 16 <= len(q) <= 100_000:
        raise ValueError(f"q must be 16 to 100,000 tokens, got {len(q):,}: pass a part")
    if max(np.abs(x).max() for x in (q, k)) > 20:
        raise ValueError("q and k must have entries of at most 20")
    one_of("kind", kind, tuple(MAPS))
    counts = [2**i for i in range(20) if 2**i < len(q)] + [len(q)]
    factors = [1, 2, 4, 8]
    size = nearest(factors, real_number("size", size, above=0))
    found = {(m, f): _grown(q, k, v, MAPS[m], f, counts) for m in MAPS for f in factors}
    divided = {"as they are": np.ones(len(counts)), "divided by n": 1 / np.array(counts)}
    names = ["φ(K)ᵀV, the state", "T = φ(Q)(φ(K)ᵀV)", "with the denominator", "norm(T)"]
    looks = [("purple", "dashed"), ("red", "solid"), ("blue", "dotted"), ("green", "solid")]
    top = {m: max(found[m, f][:2].max() for f in factors) for m in MAPS}

    def draw(kind, size, divide, n):
        at = int(np.argmin(np.abs(np.array(counts) - n)))
        factor = divided[divide]
        grown = found[kind, size] * np.array([factor, factor, 1 + 0 * factor, 1 + 0 * factor])
        plot = rules(
            y=HALF, color="ink", label="most in float16", xscale="log", yscale="log",
            xlabel="tokens n", ylabel="largest number", xlim=(0.9, counts[-1] * 1.1),
            ylim=(1e-2, 10 ** np.ceil(np.log10(max(top[kind], 1e6)))), drag=drag("n", counts),
        )  # fmt: skip
        for label, y, (color, dash) in zip(names, grown, looks, strict=True):
            plot += lines(counts, np.maximum(y, 1e-2), label=label, color=color, dash=dash)
        rows = []
        for label, y in zip(names, grown[:, at], strict=True):
            rows.append([label, _brief(y), "fits" if y <= HALF else "infinite"])
        out = [label for label, _, says in rows if says == "infinite"]
        say = f"{counted(n, 'token')}: " + (
            f"in float16 infinite: {'; '.join(out)}." if out else "all fit."
        )
        return [plot.at(describe=say), table(["largest number", "value", "float16"], rows)]

    return explore(
        draw,
        kind=choice(list(MAPS), kind, label="φ"),
        size=slider(factors, size, label="inputs ×"),
        divide=choice(list(divided), label="features of keys"),
        n=slider(counts, counts[-3], label="tokens n", format=","),
        name=name,
        caption=caption
        or f"The largest numbers on the way to NormAttention, as the last of {len(q):,} queries "
        "looks at more and more tokens; the line is the largest number of half precision. Drag the "
        "rule, change the size of the inputs, then divide the features of the keys by n; then take "
        "exp and larger inputs.",
    )  # fmt: skip


def _grown(q, k, v, phi, factor, counts):
    """Return the largest entries of the state, of T, of the outputs and of the norm, by count."""
    feature = phi(factor * q[-1])
    keys, values = phi(factor * k), factor * v
    state, total, done = np.zeros((k.shape[1], v.shape[1])), np.zeros(k.shape[1]), 0
    rows = []
    for n in counts:
        state = state + keys[done:n].T @ values[done:n]
        total, done = total + keys[done:n].sum(axis=0), n
        T, S = feature @ state, feature @ total
        A = T / S if S > 0 else 0 * T
        rows.append([np.abs(x).max() for x in (state, T, A, rms_norm(T, 1e-8))])
    return np.array(rows).T


def guard(rows=None, *, eps=1e-4, where="inside the root", name="", caption=None):
    """Show what an ε does to the norm of small rows: its derivatives, and the size that comes out.

    Parameters
    ----------
    rows : array_like, shape (n, d), optional
        Rows T before the norm, at most 200: their sizes are marked.
    eps : float
        At first; the nearest of 1e-8, 1e-6, 1e-4 and 1e-2.
    where : {"inside the root", "outside"}
        Where ε stands at first.
    name, caption : str
        As in `chain`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        If the rows are too many, or an option is unknown.

    Examples
    --------
    >>> guard().at(sigma=1e-9, eps=1e-4, where="inside the root")[1]["describe"]
    'σ = 10⁻⁹ becomes 10⁻⁷.'
    """
    sizes = np.empty(0)
    if rows is not None:
        rows = float_array("rows", rows, "n d", empty=False)
        if len(rows) > 200:
            raise ValueError(f"rows must be at most 200, to be marked, got {len(rows)}")
        sizes = np.sqrt(np.mean(rows**2, axis=1)).clip(1e-9, 10)
    one_of("where", where, ("inside the root", "outside"))
    scales, guards = np.geomspace(1e-9, 10, 41), [1e-8, 1e-6, 1e-4, 1e-2]
    eps = nearest(guards, real_number("eps", eps, above=0))
    row = np.array([1.0, -1.0, 1.0, -1.0])  # of size 1

    found = {}
    for one in guards:
        for place in ("inside the root", "outside"):
            inside = place == "inside the root"
            spectra = [np.linalg.eigvalsh(rms_norm_jacobian(c * row, one, inside)) for c in scales]
            size = [np.sqrt(np.mean(rms_norm(c * row, one, inside) ** 2)) for c in scales]
            found[one, place] = *np.array(spectra)[:, [-1, 0]].T, np.array(size)

    def draw(sigma, eps, where):
        most, least, size = found[eps, where]
        inside = where == "inside the root"
        bound, at = norm_grad_bound(1, 1, eps, inside), int(np.argmin(abs(scales - sigma)))
        axes = {
            "xscale": "log", "yscale": "log", "xlabel": "size σ of the row before the norm",
            "xlim": (7e-10, 14), "drag": drag("sigma", scales),
        }  # fmt: skip
        first = lines(scales, most, label="across the row", color="blue", ylim=(1e-3, 1e9),
                      title="Derivative of the norm", ylabel="derivative", **axes)  # fmt: skip
        seen = least >= 1e-3
        if seen.any():
            first += lines(
                scales[seen], least[seen], label="along it", dash="dashed", color="orange"
            )
        first += rules(y=bound, label="bound")
        second = lines(scales, size, color="green", ylim=(1e-7, 3), title="Size after the norm",
                       ylabel="size", label="size", **axes)  # fmt: skip
        first += scatter([scales[at]], [most[at]], color="ink", size=4)
        second += scatter([scales[at]], [size[at]], color="ink", size=4)
        if len(sizes):
            after = np.interp(np.log(sizes), np.log(scales), np.log(size))
            second += scatter(sizes, np.exp(after), color="purple", size=3, label="the rows given")
        said = f"Across: {_power(most[at])}, at most {_power(bound)}."
        out = f"σ = {_power(scales[at])} becomes {_power(size[at])}."
        return [first.at(describe=said), second.at(describe=out)]

    return explore(
        draw,
        sigma=slider(scales, nearest(scales, 1e-3), label="σ", format=_power),
        eps=slider(guards, eps, label="ε", format=_power),
        where=choice(["inside the root", "outside"], where, label="ε stands"),
        name=name,
        caption=caption
        or "RMSNorm near zero: how strongly it passes on a change across the row and along it, and "
        "how large the row is afterwards. Drag a rule to small rows, then move ε out of the root.",
    )


# --- layers --------------------------------------------------------------------------------------


def layers(qs, ks, *, widths=(4, 8, 16), local=3, name="", caption=None):
    """Show which inputs reach which outputs through a stack of local and global layers.

    Parameters
    ----------
    qs, ks : array_like, shape (n_layers, n, d)
        Queries and keys of each layer: 2 to 12 layers, 4 to 64 tokens.
    widths : sequence of int
        Sizes of the blocks to choose from, increasing, from 1 to n.
    local : int
        How many layers are local at first.
    name, caption : str
        As in `chain`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError, TypeError
        If shapes do not fit, or there is too much to be read.

    Examples
    --------
    >>> from glassbox.transnormer.examples import six_layers
    >>> figure = layers(*six_layers(n=8, d=4), widths=(2, 4))
    >>> figure.at(block=4, local=6, order="local first")[0]["describe"]
    'One output draws on 4 of 8 inputs.'
    """
    lengths = {}
    qs = float_array("qs", qs, "layers n d", lengths, empty=False)
    ks = float_array("ks", ks, "layers n d", lengths, empty=False)
    depth, n, d = qs.shape
    if not (2 <= depth <= MAX_LAYERS and 4 <= n <= MAX_MAP):
        raise ValueError(
            f"qs must be 2 to {MAX_LAYERS} layers of 4 to {MAX_MAP} tokens, got {depth} of {n}"
        )
    widths = [integer("each of widths", w, least=1, most=n) for w in as_list("widths", widths)]
    if len(widths) < 2 or widths != sorted(set(widths)):
        raise ValueError(f"widths must be two or more, increasing, got {widths}")
    local = integer("local", local, least=0, most=depth)
    dear = layer_cost("softmax", n, d) / 1000
    costs = {
        (kind, w): layer_cost(kind, n, d, w) / 1000 for kind in ("diag", "norm") for w in widths
    }
    most = 1.15 * max(dear, *costs.values())

    def draw(block, local, order):
        plan = ["diag"] * local + ["norm"] * (depth - local)
        plan = plan if order == "local first" else plan[::-1]
        reach = stack_map(plan, qs, ks, block, residual=0.5)
        seen = reach > 1e-12
        first = matrix(
            np.log10(np.maximum(reach, 1e-4)), missing=~seen, vmin=-4, vmax=0, colormap="blues",
            xlabel="input", ylabel="output", title="Share of an input, log₁₀",
            missing_label="does not reach",
            describe=f"One output draws on {seen.sum(axis=1).max()} of {n} inputs.",
        )  # fmt: skip
        cost = np.array([costs[kind, block] for kind in plan])
        names = [f"{i + 1} {kind}" for i, kind in enumerate(plan)]
        colors = ["blue" if kind == "diag" else "orange" for kind in plan]
        second = bars(names, cost, color=colors, ylabel="thousand multiplications",
                      title="Cost of each layer", ylim=(0, most))  # fmt: skip
        second += rules(y=dear, label="softmax over all")
        return [first, second.at(describe=f"{cost.sum():,.0f} thousand multiplications in all.")]

    return explore(
        draw,
        block=slider(widths, widths[len(widths) // 2], label="block w"),
        local=slider(range(depth + 1), local, label="local layers"),
        order=choice(["local first", "global first"], label="order"),
        name=name,
        caption=caption
        or f"A stack of {depth} layers over {n} tokens, heads of width {d}: how much of each input "
        "is in each output, when a layer's output is half attention and half its own input (the "
        "residual path); and what each layer costs.",
    )


# --- what was trained ----------------------------------------------------------------------------

RUNS = {
    "softmax": ("ink", "dashed"), "linear": ("orange", "solid"),
    "NormAttention": ("blue", "dotted"), "TransNormer": ("green", "solid"),
    "norm, then diag": ("purple", "dashed"), "diag, then linear": ("red", "dotted"),
    "diag, diag": ("sky", "solid"),
}  # fmt: skip


ALIKE = "all alike"  # no curve is in front of the others


def training_curves(record, *, step=600, front=None, name="", caption=None):
    """Plot the recorded losses on fresh sequences over the steps, and all models at one step.

    Parameters
    ----------
    record : dict
        What ``benchmarks/transnormer.py --write`` writes.
    step : int
        Where the rule stands at first: the nearest step of the record.
    front : str, optional
        The model whose curve is in front at first (by default all are alike).
    name, caption : str
        As in `chain`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If it is no such record, or `front` no model of it.

    Examples
    --------
    >>> from glassbox.records import read_record
    >>> figure = training_curves(read_record("transnormer", "training"))
    >>> figure.at(step=600)[0]["title"]
    'Loss on fresh sequences'
    """
    _need(record, "models", "steps", "ideal", "block", "settings")
    steps, settings = np.array(record["steps"]), list(record["models"])
    step = nearest(steps.tolist(), integer("step", step, least=1))
    tests = {
        s: {model: np.array(found["test"]) for model, found in record["models"][s].items()}
        for s in settings
    }
    count = len(record["seeds"])
    low = float(f"{0.85 * min(np.mean(x) for x in record['ideal'].values()):.1g}")
    known = [ALIKE, *dict.fromkeys(model for found in tests.values() for model in found)]
    front = one_of("front", ALIKE if front is None else front, tuple(known))

    def draw(setting, step, front):
        looks = min(rows.shape[1] for rows in tests[setting].values())
        at = min(int(np.flatnonzero(steps == step)[0]), looks - 1)
        step, seen = steps[at], steps[:looks]
        block = record["settings"][setting].get("block", record["block"])
        whole, cut = (float(np.mean(record["ideal"][str(b)])) for b in (24, block))
        curves = rules(
            y=whole, label="ideal", title="Loss on fresh sequences", xlabel="step",
            ylabel="loss in nats", xlim=(0, steps[-1]), ylim=(low, 2.2), yscale="log",
            drag=drag("step", np.minimum(steps, seen[-1])),
        )  # fmt: skip
        if not record["settings"][setting].get("near"):
            curves += rules(y=cut, label=f"ideal in a block of {block}", dash="dotted", color="sky")
        found, ends = tests[setting], {}
        for model, rows in found.items():
            color, dash = RUNS.get(model, ("muted", "solid"))
            width = None if front not in found else 3.5 if front == model else 1
            curves += lines(
                seen, rows[:, :looks].mean(axis=0), color=color, dash=dash, label=model, width=width
            )
            ends[model] = rows[:, at]
        order = sorted(ends, key=lambda model: -ends[model].mean())
        means = [float(ends[model].mean()) for model in order]
        rank = rules(
            x=whole, title=f"After {step:,} steps", xlabel="loss in nats", xlim=(low, 2.2),
            xscale="log", ylim=(-0.6, len(order) - 0.4), yticks=order,
        )  # fmt: skip
        for i, (model, mean) in enumerate(zip(order, means, strict=True)):
            color = RUNS.get(model, ("muted", "solid"))[0]
            rank += scatter(ends[model], np.full(count, i - 0.3), color=color, size=2.5)
            rank += scatter([mean], [i], color=color, marker="diamond", size=6)
        said = ", ".join(
            f"{model} {m:.2f}" for model, m in zip(order[::-1], means[::-1], strict=True)
        )
        return [curves, rank.at(describe=f"{step:,} steps: {said}.")]

    control = {"setting": choice(settings)} if len(settings) > 1 else {}
    return explore(
        draw if control else (lambda step, front: draw(settings[0], step, front)),
        **control,
        front=choice(known, front, label="in front"),
        step=slider(steps.tolist(), step, label="step", format=","),
        name=name,
        caption=caption
        or f"Means of {count} seeds, on a logarithmic axis; then the mean (diamond) and "
        "each seed (dots below it) at the step where the rule stands, the best on top. No model "
        "gets below the ideal guesser; one that sees a block alone stays above the dotted line. "
        "To tell curves apart, put one in front.",
    )


def locality(record, *, name="", caption=None):
    """Plot how local the trained maps are, layer by layer: the weight in a window around a token.

    Parameters
    ----------
    record, name, caption : see `training_curves`

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If it is no such record.

    Examples
    --------
    >>> from glassbox.records import read_record
    >>> figure = locality(read_record("transnormer", "training"))
    >>> figure.at(layer="1")[0]["title"]
    'Local mass in layer 1'
    """
    _need(record, "models", "shares", "seeds")
    shares = np.array(record["shares"])
    models = record["models"]["as chosen"]
    mass = {m: np.array(f["local mass"]) for m, f in models.items() if "local mass" in f}

    beside = dict(zip(mass, (-0.025, 0.025), strict=False))  # so that the rule hides no dot

    def draw(layer, window):
        at, found = int(np.argmin(abs(shares - window))), int(layer) - 1
        plot = lines(
            [0, 1], [0, 1], color="muted", dash="dotted", label="even",
            title=f"Local mass in layer {layer}", xlabel="window, share of the tokens",
            ylabel="sum of weights in it", xlim=(0, 1.03), ylim=(0, 1.03),
            drag=drag("window", shares),
        )  # fmt: skip
        said = []
        for model, values in mass.items():
            color, dash = RUNS[model]
            rows = values[:, found]
            plot += lines(shares, rows.mean(axis=0), color=color, dash=dash, label=model)
            x = np.full(len(rows), shares[at] + beside.get(model, 0))
            plot += scatter(x, rows[:, at], color=color, size=2.5)
            said.append(f"{model} {rows[:, at].mean():.2f}")
        return plot.at(describe=f"Layer {layer}, window {shares[at]:g}: {', '.join(said)}.")

    return explore(
        draw,
        layer=choice(["1", "2"], label="layer"),
        window=slider(shares.tolist(), 0.4, label="window", format="g"),
        name=name,
        caption=caption
        or f"Two models after training, {len(record['seeds'])} seeds each: how much of a token's "
        "weight lies in a window around it. The lines are means; the dots, on both sides of the "
        "rule, are seeds.",
    )


#: Differences that the text quotes: of the first model's losses and the second's, seed by seed.
GAPS = {
    "gap-600": ("NormAttention", "TransNormer", 600, "as chosen"),
    "gap-1200": ("NormAttention", "TransNormer", 1200, "as chosen"),
    "gap-2400": ("TransNormer", "NormAttention", 2400, "as chosen"),
    "order-2400": ("norm, then diag", "TransNormer", 2400, "as chosen"),
    "norm-gain-600": ("linear", "NormAttention", 600, "as chosen"),
    "norm-gain-2400": ("linear", "NormAttention", 2400, "as chosen"),
    "norm-gain-local": ("diag, then linear", "TransNormer", 2400, "as chosen"),
    "twice-norm-gain": ("linear", "NormAttention", 2400, "twice the rate"),
    "linear-gap-600": ("linear", "diag, then linear", 600, "as chosen"),
    "linear-gap-2400": ("diag, then linear", "linear", 2400, "as chosen"),
    "control-600": ("norm, then diag", "diag, diag", 600, "as chosen"),
    "control-2400": ("diag, diag", "norm, then diag", 2400, "as chosen"),
    "twice-gap-2400": ("TransNormer", "NormAttention", 2400, "twice the rate"),
    "twice-order-2400": ("norm, then diag", "TransNormer", 2400, "twice the rate"),
    "twice-gap-600": ("NormAttention", "TransNormer", 600, "twice the rate"),
    "twice-gap-1200": ("TransNormer", "NormAttention", 1200, "twice the rate"),
    "near-order-600": ("norm, then diag", "TransNormer", 600, "neighbours given"),
    "near-order-1200": ("norm, then diag", "TransNormer", 1200, "neighbours given"),
    "near-order-2400": ("norm, then diag", "TransNormer", 2400, "neighbours given"),
    "near-gap-2400": ("NormAttention", "TransNormer", 2400, "neighbours given"),
    "order-600": ("norm, then diag", "TransNormer", 600, "as chosen"),
    "order-1200": ("norm, then diag", "TransNormer", 1200, "as chosen"),
}


def training_facts(record):
    """Return what the text quotes of the trained models, by the name of each number, as text.

    Parameters
    ----------
    record : dict
        As in `training_curves`, with the models of the chapter.

    Returns
    -------
    dict of str to str

    Examples
    --------
    >>> from glassbox.records import read_record
    >>> sorted(training_facts(read_record("transnormer", "training")))[0]
    'NormAttention-1200'
    """
    _need(record, "models", "steps", "ideal", "shares")
    facts = {f"ideal-{block}": f"{np.mean(x):.2f}" for block, x in record["ideal"].items()}
    marks = {"as chosen": "", "twice the rate": "twice-",
             "neighbours given": "near-"}  # fmt: skip
    errors = []
    for setting, front in marks.items():
        for model, found in record["models"][setting].items():
            test = np.array(found["test"])
            for step in (600, 1200, 2400):
                at = record["steps"].index(step)
                if at < test.shape[1]:
                    facts[f"{front}{model}-{step}"] = f"{test[:, at].mean():.2f}"
                    errors.append(test[:, at].std(ddof=1) / len(test) ** 0.5)
            for step, rows in found["unrest"].items():
                facts[f"{front}unrest-{model}-{step}"] = f"{np.mean(rows):.2f}"
    facts["most-error"] = f"{np.ceil(1000 * max(errors)) / 1000:.3f}"
    facts["seeds"], facts["rate"] = str(len(record["seeds"])), f"{record['rate']:g}"
    for name, (first, second, step, setting) in GAPS.items():
        facts[name] = _plus_minus(paired(record, first, second, step, setting), 3)
    for model, found in record["models"]["as chosen"].items():
        if "local mass" in found:
            mass = np.array(found["local mass"])[:, :, record["shares"].index(0.4)]
            facts |= {f"mass-{model}-{i + 1}": f"{mass[:, i].mean():.2f}" for i in range(2)}
    return facts


def paired(record, first, second, step, setting="as chosen"):
    """Return the losses of one model minus those of another, seed by seed, at a step.

    Parameters
    ----------
    record : dict
        As in `training_curves`.
    first, second : str
        Models.
    step : int
    setting : str

    Returns
    -------
    ndarray, shape (n_seeds,)

    Examples
    --------
    >>> from glassbox.records import read_record
    >>> gaps = paired(read_record("transnormer", "training"), "linear", "softmax", 600)
    >>> gaps.shape[0] >= 5
    True
    """
    _need(record, "models", "steps")
    at, models = record["steps"].index(step), record["models"][setting]
    one, other = (np.array(models[model]["test"])[:, at] for model in (first, second))
    return one - other


def _plus_minus(values, digits=2):
    error = np.std(values, ddof=1) / len(values) ** 0.5
    mean = f"{np.mean(values):.{digits}f}".replace("-", "−")
    return f"{mean}\u00a0±\u00a0{error:.{digits}f}"


# --- what several share --------------------------------------------------------------------------


def _need(record, *wanted):
    if not isinstance(record, dict) or not set(wanted) <= set(record):
        raise ValueError(
            f"record must be one of benchmarks/transnormer.py, with {', '.join(wanted)}"
        )


def _words(name, given, n, what):
    words = (
        [f"{what} {i + 1}" for i in range(n)] if given is None else as_list(name, given, "words")
    )
    if len(words) != n:
        raise ValueError(f"{name} must be {n}, one a row of K, got {len(words)}")
    return [str(word) for word in words]


def _brief(x):
    """Return a number with two digits that a person would write."""
    if x == 0:
        return "0"
    if not 1e-4 <= abs(x) < 1e6:
        return _power(x)
    return f"{x:,.0f}" if abs(x) >= 99.5 else f"{float(f'{x:.2g}'):g}"


def _power(x):
    """Return a number as a power of ten, or plainly where it is near 1."""
    if 0.01 <= abs(x) < 1000:
        return f"{float(f'{x:.2g}'):g}"
    return scientific(x, 2)
