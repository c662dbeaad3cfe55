"""Formulas and titles as plain text, for search and for what other sites show of a page."""

import re

#: TeX's names of signs.
SIGNS = {
    "times": "×", "cdot": "·", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠",
    "approx": "≈", "sim": "∼", "infty": "∞", "to": "→", "rightarrow": "→", "leftarrow": "←",
    "Rightarrow": "⇒", "iff": "⇔", "gets": "←", "mapsto": "↦", "in": "∈", "pm": "±",
    "sum": "Σ", "prod": "Π", "int": "∫", "sqrt": "√", "ldots": "…", "dots": "…", "cdots": "…",
    "odot": "⊙", "oplus": "⊕", "otimes": "⊗", "ll": "≪", "gg": "≫", "propto": "∝", "mid": "|",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "langle": "⟨", "rangle": "⟩",
    "top": "ᵀ", "prime": "′", "star": "*", "ast": "*", "cup": "∪", "cap": "∩", "partial": "∂",
    "nabla": "∇", "colon": ":", "quad": " ", "qquad": " ", "alpha": "α", "beta": "β",
    "lVert": "‖", "rVert": "‖", "lvert": "|", "rvert": "|",
    "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π",
    "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ",
    "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Pi": "Π",
    "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "ell": "ℓ",
}  # fmt: skip
HIGH = dict(zip("0123456789+-nit", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱᵗ", strict=True))


def formula(tex):
    """Return a formula as it would be typed in a line of text.

    Examples
    --------
    >>> formula(r"n \\times n"), formula(r"\\mathcal{O}(n^2 d)"), formula(r"e^{-\\tau A} B_t")
    ('n × n', 'O(n² d)', 'e^(-τ A) B_t')
    """
    text = re.sub(r"\\(?:left|right|big|Big|bigl|bigr|displaystyle|limits)\b", "", tex)
    text = re.sub(r"\\[tdc]?frac\s*(\w|\{[^{}]*\})\s*(\w|\{[^{}]*\})", r"\1/\2", text)
    text = re.sub(
        r"\\(?:math(?:cal|bf|rm|bb|sf|tt|it)|text\w*|operatorname\*?|boldsymbol|bar|hat|tilde|vec"
        r"|overline|underline|widehat|widetilde|mathrm)\s*",
        "",
        text,
    )
    text = re.sub(r"\^\s*(?:\{([0-9nit+-]+)\}|([0-9nit]))", lambda m: raised(m[1] or m[2]), text)
    text = re.sub(r"([_^])\{([^{}]{2,})\}", r"\1(\2)", text)
    text = re.sub(r"\\([A-Za-z]+)", lambda m: SIGNS.get(m[1], m[1]), text)
    text = re.sub(r"\\[,;:! ]|~", " ", text).replace("\\\\", " ").replace("&", "")
    return " ".join(re.sub(r"[{}\\]", "", text).split())


def raised(power):
    """Return a power in raised digits."""
    return "".join(HIGH[c] for c in power)
