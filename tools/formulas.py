"""The formulas of the book: one that KaTeX cannot read, or writes wrongly, fails the build.

Left to itself, KaTeX paints what it cannot read red, and the build goes on.
"""

import functools
import re
from xml.etree import ElementTree

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinxcontrib import katex

#: How many children MathML wants in its elements; a browser refuses other numbers.
CHILDREN = {
    "mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2,
    "msubsup": 3, "munderover": 3,
}  # fmt: skip

logger = logging.getLogger(__name__)
ask_katex = katex.render_latex


def render(latex, options=None):
    """Render a formula, each once: it is looked at before its page is written."""
    return _render(latex, tuple(sorted((options or {}).items())))


@functools.cache
def _render(latex, options):
    return ask_katex(latex, dict(options))


def miscounted(markup):
    """Return what MathML cannot hold in rendered formulas, as ``["mfrac has 3 children"]``."""
    found = []
    for formula in re.findall(r"<math\b.*?</math>", markup, re.DOTALL):
        for element in ElementTree.fromstring(formula).iter():
            tag = element.tag.rpartition("}")[2]
            if len(element) != CHILDREN.get(tag, len(element)):
                found.append(f"{tag} has {len(element)} children instead of {CHILDREN[tag]}")
    return found


def problems(latex, **options):
    """Return what is wrong with a formula, in words; nothing if all is well."""
    try:
        return miscounted(render(latex, {**options, "throwOnError": True}))
    except katex.KaTeXError as error:
        return [str(error)]


class CheckFormulas(SphinxPostTransform):
    """Warn of each formula that readers, or their screen readers, could not read."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs):
        """Look at each formula of a page."""
        for node in self.document.findall(lambda n: isinstance(n, nodes.math | nodes.math_block)):
            shown = {"displayMode": True} if isinstance(node, nodes.math_block) else {}
            for problem in problems(node.astext(), **shown):
                text = " ".join(node.astext().split())
                logger.warning("the formula %s: %s", text, problem, location=node, type="katex")


def setup(app):
    """Connect the checks to Sphinx."""
    katex.render_latex = render
    app.add_post_transform(CheckFormulas)
