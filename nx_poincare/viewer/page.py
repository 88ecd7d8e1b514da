"""The viewer's page: one HTML file that needs nothing else."""

from __future__ import annotations

import base64
import hashlib
import html
import logging
from collections.abc import Hashable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.viewer.columns import Column
from nx_poincare.viewer.content import Content, content_of_points, prune
from nx_poincare.viewer.encoding import encode
from nx_poincare.viewer.folding import fold
from nx_poincare.viewer.opening import OPENING, Opening

__all__ = ["default_title", "limit_nodes", "notebook_html", "page_of"]

_logger = logging.getLogger(__name__)

_SCRIPTS = (
    "hyperbolic.js", "decoding.js", "tree.js", "columns.js", "kin.js", "neighbours.js", "search.js", "view.js",
    "visible.js", "boxes.js", "labels.js", "canvas.js", "svg.js", "icons.js", "colouring.js", "edges.js", "painting.js",
    "elements.js", "maps.js", "saving.js", "finder.js", "lists.js", "panel.js", "comparison.js", "legend.js", "tour.js",
    "address.js", "input.js", "keys.js", "stage.js", "companion.js", "main.js",
)  # fmt: skip
_NAMED_ROOTS = 2
_NOTEBOOK_NODES = 3_000
_NOTEBOOK_HEIGHT = 560  # pixels
# Where Jupyter, Visual Studio Code and Colab say that they are light or dark. The last rule that fits is kept: light
# themes of high contrast have the class of the dark ones, too.
_DARK = (
    '[data-jp-theme-light="false"]', '[data-vscode-theme-kind="vscode-dark"]', ".vscode-dark",
    '[data-vscode-theme-kind="vscode-high-contrast"]', ".vscode-high-contrast", 'html[theme="dark"]',
)  # fmt: skip
_LIGHT = (
    '[data-jp-theme-light="true"]', '[data-vscode-theme-kind$="-light"]', ".vscode-light",
    ".vscode-high-contrast-light", 'html[theme="light"]',
)  # fmt: skip
_NOTEBOOK_STYLE = "".join(
    f":is({','.join(notebooks)}) iframe.nx-poincare{{color-scheme:{scheme}}}"
    for scheme, notebooks in (("dark", _DARK), ("light", _LIGHT))
)


def notebook_html(
    nodes: Sequence[Hashable],
    edges: IntArray | None,
    directions: FloatArray,
    radii: FloatArray,
    columns: Mapping[str, Column] | None = None,
) -> str:
    """What a notebook shows of an embedding: the viewer in a frame of its own, or a summary if no edges are known.

    The frame is light or dark as the notebook is: of a style sheet around it, ``color-scheme`` reaches into a frame.
    """
    if edges is None or not len(nodes):
        return _summary(nodes, directions, radii)
    content = limit_nodes(content_of_points(nodes, edges, directions, radii, columns), _NOTEBOOK_NODES)
    page = page_of(content, default_title(content)).decode("utf-8")
    return (
        f"<style>{_NOTEBOOK_STYLE}</style>"
        f'<iframe class="nx-poincare" title="Hierarchy viewer" srcdoc="{html.escape(page)}" '
        'sandbox="allow-scripts allow-downloads allow-popups" '
        f'style="width:100%;height:{_NOTEBOOK_HEIGHT}px;border:1px solid #8886;border-radius:6px"></iframe>'
    )


def default_title(content: Content) -> str:
    """The name of the only root, or of the largest of several."""
    if content.total == 0:
        return "no nodes"
    if content.has_own_root:
        return content.name(0)
    roots = np.flatnonzero(content.parents == 0)
    largest = roots[np.argsort(-content.descendants[roots], kind="stable")][:_NAMED_ROOTS]
    named = ", ".join(content.name(row) for row in largest.tolist())
    more = len(roots) - len(largest)
    return f"{named} and {more:,} more" if more else named


def limit_nodes(content: Content, max_nodes: int | None) -> Content:
    """At most that many nodes of the content, those with the largest subtrees; None: all."""
    if max_nodes is None or content.total <= max_nodes:
        return content
    _logger.info("the page shows %d of %d nodes, those with the largest subtrees", max_nodes, content.total)
    return prune(content, max_nodes)


def page_of(content: Content, title: str, opening: Opening = OPENING) -> bytes:
    """The template with style, script, their hashes and the content put in."""
    template, style, script = _sources()
    parts = {
        "STYLE_HASH": _hash(style),
        "SCRIPT_HASH": _hash(script),
        "TITLE": html.escape(title),
        "STYLE": style,
        "SCRIPT": script,
        "CONTENT": encode(fold(content), title, opening),
    }
    pieces = template.split("%%")  # text, name of a part, text, ...
    page = "".join(parts[piece] if i % 2 else piece for i, piece in enumerate(pieces))
    # Half of a surrogate pair is not text: as JSON's own escape it reaches the page as it is.
    return page.encode("utf-8", "backslashreplace")


@cache
def _sources() -> tuple[str, str, str]:
    """Template, style and script from the package."""
    folder = resources.files(__package__) / "static"

    def text(name: str) -> str:
        return (folder / name).read_text(encoding="utf-8")

    return text("viewer.html"), text("viewer.css"), "\n".join(text(name) for name in _SCRIPTS)


def _hash(source: str) -> str:
    """What the content security policy calls this style or script by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(source.encode("utf-8")).digest()).decode("ascii")


def _summary(nodes: Sequence[Hashable], directions: FloatArray, radii: FloatArray) -> str:
    """A small table, for an embedding without edges."""
    rows: list[tuple[str, Any]] = [("nodes", f"{len(nodes):,}"), ("dimensions", directions.shape[1])]
    if len(nodes):
        rows += [("largest radius", f"{radii.max():.2f}"), ("first nodes", _first_names(nodes))]
    cells = "".join(f"<tr><th>{name}</th><td>{html.escape(str(value))}</td></tr>" for name, value in rows)
    return f"<table><caption>Embedding</caption>{cells}</table>"


def _first_names(nodes: Sequence[Hashable]) -> str:
    names = [str(node)[:40] for node in nodes[:5]]
    return ", ".join(names) + (", …" if len(nodes) > len(names) else "")
