"""Words and colours that mean the same in every figure."""

import math
import re
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


def short(value, digits=4):
    """Write a number as figures do: in so many digits, a whole one in all its own.

    Parameters
    ----------
    value : number
    digits : int
        Significant ones; far from 1 there is one less.

    Examples
    --------
    >>> short(0.05), short(-1230), short(33333.3, 3), short(3e-5), short(2.154e8)
    ('0.05', '−1,230', '33,300', '3·10⁻⁵', '2.15·10⁸')
    """
    value = float(value)
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value and not 1e-3 <= abs(value) < 1e6:
        return scientific(value, max(2, digits - 1))
    kept = value if value.is_integer() else float(f"{value:.{digits}g}")
    return f"{kept or 0.0:,}".removesuffix(".0").replace("-", "−")


def scientific(value, digits):
    """Write a number as a power of ten, with so many digits.

    Parameters
    ----------
    value : number
    digits : int
        Significant ones, of which zeros at the end are left out.

    Examples
    --------
    >>> scientific(1e-5, 2), scientific(-2.154e8, 3)
    ('10⁻⁵', '−2.15·10⁸')
    """
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return times_ten(f"{float(mantissa):g}", int(exponent)).replace("-", "−")


def times_ten(mantissa, exponent):
    """Write the text of a mantissa times a power of ten; a mantissa of 1 is left out."""
    ten = f"10{raised(exponent)}"
    return ten if float(mantissa) == 1 else f"{mantissa}·{ten}"


def raised(number):
    """Write a whole number as an exponent.

    Parameters
    ----------
    number : int

    Examples
    --------
    >>> raised(-12)
    '⁻¹²'
    """
    return str(number).translate(SMALL)


#: A number as Python writes large and small ones, and a hyphen that is a minus sign.
SCIENTIFIC = re.compile(r"(?<![\w.])([-−]?)(\d+(?:\.\d+)?)e([+-]?\d+)(?!\w)")
MINUS = re.compile(r"(?<![\w)\].}−-])-(?=\.?\d|∞|inf\b)")
SMALL = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def tidy(text):
    """Write the numbers of a text as the front end writes its own; code in backquotes stays.

    Examples
    --------
    >>> tidy("1e-05 of 3.28e+03, at -2.5e-07"), tidy("`1e-05` is -0.5, not -0.0")
    ('10⁻⁵ of 3,280, at −2.5·10⁻⁷', '`1e-05` is −0.5, not 0.0')
    """
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(p if p.startswith("`") else tidied(p) for p in parts)


def tidied(text):
    """Write numbers with powers of ten and minus signs."""
    text = re.sub(r"(?<![\w.])[-−](0(?:\.0+)?)(?![\w.])", r"\1", text)
    return MINUS.sub("−", SCIENTIFIC.sub(power, text))


def power(found):
    """Write a number that came as 2.15e-04: in digits if they are few, else as a power of ten."""
    sign, mantissa, exponent = found.groups()
    sign, exponent = "−" if sign else "", int(exponent)
    if -4 < exponent < 6:
        digits = max(0, len(mantissa.partition(".")[2]) - exponent)
        return f"{sign}{float(f'{mantissa}e{exponent}'):,.{digits}f}"
    return sign + times_ten(mantissa, exponent)
