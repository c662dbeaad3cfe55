"""Weights, multiply-adds and score memory of the units, counted exactly.

Only matrices count: biases, norms and the heads' scales and offsets add a few times d + e + s.
"""

from glassbox.checks import flag, integer, one_of

KINDS = ("glu", "gau", "mhsa+ffn", "flash")


def _widths(kind, d, e, s):
    """Return d, e, s as whole numbers; e is 4 d for a feed-forward network and 2 d for others."""
    one_of("kind", kind, KINDS)
    d, s = integer("d", d, least=1), integer("s", s, least=1)
    e = (4 if kind == "mhsa+ffn" else 2) * d if e is None else integer("e", e, least=1)
    return d, e, s


def weight_count(kind, d, e=None, s=128):
    """Count the weights in the matrices of a unit.

    Parameters
    ----------
    kind : {"glu", "gau", "mhsa+ffn", "flash"}
        "glu" 3 d e; "gau" and "flash" 3 d e + d s; "mhsa+ffn", multi-head attention and a
        feed-forward network, 4 d**2 + 2 d e.
    d : int
        Width of a token.
    e : int, optional
        Expanded width: 2 d, or 4 d inside a feed-forward network, if not given.
    s : int
        Width of queries and keys of a gated attention unit.

    Returns
    -------
    int

    Raises
    ------
    ValueError, TypeError
        If the kind is unknown, or a width is below 1 or no integer.

    Examples
    --------
    Two units beside one Transformer block:

    >>> 2 * weight_count("gau", 512), weight_count("mhsa+ffn", 512)
    (3276800, 3145728)
    """
    d, e, s = _widths(kind, d, e, s)
    return {"glu": 3 * d * e, "mhsa+ffn": 4 * d**2 + 2 * d * e}.get(kind, 3 * d * e + d * s)


def mult_adds(kind, n, d, e=None, s=128, chunk=256, part="all"):
    """Count the multiply-adds of a unit on n tokens.

    Parameters
    ----------
    kind, d, e, s
        As in `weight_count`.
    n : int
        Length of the sequence.
    chunk : int
        Tokens a chunk, for "flash" alone.
    part : {"all", "weights", "attention"}
        "weights": the products with matrices of weights. "attention": scores, weighted sums and
        states; a causal mask saves nothing, since its blocks are computed whole.

    Returns
    -------
    int

    Raises
    ------
    ValueError, TypeError
        As `weight_count`.

    Notes
    -----
    The attention of "gau" takes n**2 (s + e), that of "mhsa+ffn" 2 n**2 d with any number of
    heads. That of "flash" takes the sum of C**2 (s + e) over chunks, and 2 n s e for the states.

    Examples
    --------
    The quadratic part of two units beside one Transformer block:

    >>> 2 * mult_adds("gau", 1000, 512, part="attention") / mult_adds(
    ...     "mhsa+ffn", 1000, 512, part="attention")
    2.25
    """
    n, chunk = integer("n", n, least=1), integer("chunk", chunk, least=1)
    weights = n * weight_count(kind, d, e, s)
    d, e, s = _widths(kind, d, e, s)
    cells = (n // chunk) * chunk**2 + (n % chunk) ** 2
    attention = {
        "glu": 0,
        "gau": n**2 * (s + e),
        "mhsa+ffn": 2 * n**2 * d,
        "flash": cells * (s + e) + 2 * n * s * e,
    }[kind]
    one_of("part", part, ("all", "weights", "attention"))
    return {"all": weights + attention, "weights": weights, "attention": attention}[part]


def score_floats(kind, n, heads=8, chunk=256):
    """Count the attention weights that exist at once: h n**2, n**2, or n C in chunks.

    Examples
    --------
    >>> score_floats("mhsa+ffn", n=100, heads=8, chunk=10), score_floats("flash", 100, chunk=10)
    (80000, 1000)
    """
    one_of("kind", kind, KINDS)
    n, heads, chunk = (
        integer(name, value, least=1)
        for name, value in (("n", n), ("heads", heads), ("chunk", chunk))
    )
    cells = (n // chunk) * chunk**2 + (n % chunk) ** 2
    return {"glu": 0, "gau": n**2, "mhsa+ffn": heads * n**2, "flash": cells}[kind]


def unit_costs(n, d, e=None, s=128, attention="relu2", gate=True):
    """Count what a gated attention unit costs with some of its parts taken out, as in `gau`.

    Returns
    -------
    dict of str to int
        ``weights``, ``attention`` (multiply-adds of the n x n part), ``projections``
        (multiply-adds with weights) and ``scores`` (numbers in A that must be stored).

    Examples
    --------
    >>> unit_costs(10, 4, e=8, s=3, attention="identity", gate=True)
    {'weights': 96, 'projections': 960, 'attention': 0, 'scores': 0}
    """
    one_of("attention", attention, ("relu2", "softmax", "identity"))
    d, e, s = _widths("gau", d, e, s)
    n, gate = integer("n", n, least=1), flag("gate", gate)
    attends = attention != "identity"
    weights = d * e * (2 + bool(gate)) + attends * d * s
    return {
        "weights": weights,
        "projections": n * weights,
        "attention": attends * mult_adds("gau", n, d, e, s, part="attention"),
        "scores": attends * score_floats("gau", n),
    }
