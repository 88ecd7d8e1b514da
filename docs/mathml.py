"""Formulas as MathML, which browsers show by themselves: no script, no font and no network.

docutils translates LaTeX. What it cannot translate is a warning, and an error in `make docs`.
"""

import html
import re

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

_SPACE = '<mspace width="0.17em"/>'
_FUNCTION = r"<mi(?: [^>]*)?>[a-z]{2,}</mi>"
_GAPS = (
    # After a function's name, where no bracket follows; docutils leaves an operator of no width there.
    (r"<mo>&ApplyFunction;</mo>(?!\s*<mo)", _SPACE),
    (rf"(<msup>\s*{_FUNCTION}\s*<m\w>\w*</m\w>\s*</msup>)(?!\s*<mo)", rf"\1{_SPACE}"),
    # Before one, behind a factor.
    (rf"(</m(?:i|n|sup|sub|frac)>)(?=\s*(?:<msup>\s*)?{_FUNCTION})", rf"\1{_SPACE}"),
)


def visit_inline(translator: HTML5Translator, node: nodes.math) -> None:
    translator.body.append(markup(node, as_block=False))
    raise nodes.SkipNode


def visit_block(translator: HTML5Translator, node: nodes.math_block) -> None:
    translator.body.append(f'<div class="math">{markup(node, as_block=True)}</div>\n')
    raise nodes.SkipNode


def markup(node: nodes.math | nodes.math_block, *, as_block: bool) -> str:
    """The MathML of a formula; its text in the case of a warning."""
    text = node.astext()
    try:
        mathml = tex2mathml(" ".join(text.split()), as_block=as_block)
    except (MathError, AttributeError, IndexError) as error:  # the last two where braces or delimiters do not match
        logger.warning("cannot translate the formula %r: %s", text, error, location=node)
        return f"<code>{html.escape(text)}</code>"
    for gap, spaced in _GAPS:
        mathml = re.sub(gap, spaced, mathml)
    return mathml


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
