"""Words and colours that mean the same in every figure."""

from numbers import Integral

from .panels import DASHES, one_of, painted


def counted(n, noun, plural=None):
    """Return a number with its noun: 1 comparison, 2 comparisons.

    Parameters
    ----------
    n : number
    noun : str
        In the singular.
    plural : str, optional
        Where it follows no rule.

    Examples
    --------
    >>> counted(1, "comparison"), counted(0, "entry"), counted(12345, "box")
    ('1 comparison', '0 entries', '12,345 boxes')
    >>> counted(2, "vertex", "vertices"), counted(1.5, "read")
    ('2 vertices', '1.5 reads')
    """
    number = f"{n:,}" if isinstance(n, Integral) else f"{n:,.4g}"
    return f"{number} {noun if n == 1 else plural or plural_of(noun)}"


def plural_of(noun):
    """Return the plural of a noun that follows the rules."""
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "z", "ch", "sh")) else "s")


def roles(**looks):
    """Say once how each thing of a chapter looks, so that all its figures show it alike.

    Parameters
    ----------
    **looks : str or tuple of str
        For each role a colour, or a colour and a dash: ``"orange"``, ``("orange", "dashed")``.
        A role of all chapters (``ROLES``) may stand for its colour.

    Returns
    -------
    dict of str to dict
        For each role the options of ``lines``, ``bars``, ``scatter`` or ``box``.

    Raises
    ------
    ValueError
        If two roles look the same, or a colour is unknown.

    Examples
    --------
    >>> who = roles(ours="blue", textbook=("orange", "dashed"))
    >>> who["textbook"]
    {'color': 'orange', 'dash': 'dashed'}
    """
    made, seen = {}, {}
    for role, look in looks.items():
        color, *dash = (look,) if isinstance(look, str) else look
        color = painted(role, color)
        made[role] = {"color": color}
        if dash:
            made[role]["dash"] = one_of(role, dash[0], DASHES)
        key = color, *dash
        if key in seen:
            raise ValueError(f"roles wants a look for each role; {seen[key]} and {role} share one")
        seen[key] = role
    return made
