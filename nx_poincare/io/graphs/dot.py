"""A flattened graph in the language of Graphviz, so that ``neato -n`` draws it where it stands.

The grammar: https://graphviz.org/doc/info/lang.html. Inside quotes only ``\\"`` is an escape, and every
other backslash stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from nx_poincare.io.graphs.fitted import FittedGraph
from nx_poincare.io.graphs.looks import Looks

__all__ = ["dot_lines"]

_PLAIN = re.compile(r"[A-Za-z_][0-9A-Za-z_]*|-?[0-9]+(\.[0-9]+)?", re.ASCII)
_KEYWORDS = {"node", "edge", "graph", "digraph", "subgraph", "strict"}
_IN_LABELS = str.maketrans({"\\": "\\\\", "&": "&amp;"})
_HALF_WIDTH = 512.0  # points; the picture is at most 14 inches wide, and at least half of that
_DRAWN = {
    "graph": {"inputscale": 72, "forcelabels": "false", "outputorder": "edgesfirst", "splines": "line"},
    "node": {"shape": "circle", "style": "filled", "label": "", "xlabel": "\\N", "width": 0.1, "fontsize": 8},
    "edge": {"arrowsize": 0.3, "color": "#999999"},
}


def dot_lines(graph: FittedGraph, looks: Looks) -> Iterator[str]:
    """A graph in DOT.

    Parameters
    ----------
    graph : FittedGraph
    looks : Looks
        Positions in any unit become ``pos`` in points, multiplied by a power of two, so that not a digit is lost.
    """
    scale = _scale(looks.extent)
    kind, arrow = ("digraph", "->") if graph.is_directed else ("graph", "--")
    yield f"{'' if graph.is_multigraph else 'strict '}{kind} {{\n"
    for name, defaults in _DRAWN.items():
        yield f"  {name} {_attributes(defaults)};\n"
    if graph.about:
        yield f"  graph {_attributes(graph.about)};\n"
    for (node, row), look in zip(graph.nodes, looks, strict=True):
        drawn: dict[str, Any] = {} if _is_shown(node) else {"xlabel": node.translate(_IN_LABELS)}
        if look.place is not None:
            drawn["pos"] = ",".join(repr(scale * number) for number in look.place[:2]) + "!"
        if look.color is not None:
            fill = "#{:02x}{:02x}{:02x}".format(*look.color)
            drawn |= {"fillcolor": fill, "width": round(max(look.size * scale / 72, 0.02), 4)}
        yield f"  {_id(node)} {_attributes({**drawn, **row})};\n"
    for u, v, *key, row in graph.edges:
        drawn = {"key": key[0]} if key else {}
        yield f"  {_id(u)} {arrow} {_id(v)} {_attributes({**drawn, **row})};\n"
    yield "}\n"


def _is_shown(node: str) -> bool:
    """Whether Graphviz shows the name for ``\\N``: not with escapes, entities, or the ``%`` of nodes without a name."""
    return not node.startswith("%") and "\\" not in node and "&" not in node


def _scale(extent: float) -> float:
    """The power of two that makes the farthest coordinate a picture's half width."""
    return float(2.0 ** np.floor(np.log2(_HALF_WIDTH / extent))) if extent > 0 else 1.0


def _attributes(row: Mapping[str, Any]) -> str:
    return "[" + ", ".join(f"{_id(key)}={_id(value)}" for key, value in row.items()) + "]" if row else ""


def _id(value: Any) -> str:
    text = repr(value) if type(value) is float else str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _KEYWORDS:
        return text
    return '"' + text.replace('"', '\\"') + '"'
