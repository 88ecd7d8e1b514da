"""A flattened graph in the language of Graphviz, so that ``neato -n`` draws it where it stands.

The grammar: https://graphviz.org/doc/info/lang.html. Inside quotes only ``\\"`` is an escape, and every
other backslash stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import networkx as nx
import numpy as np

from nx_poincare.attributes.flatten import edges_of

__all__ = ["dot_text"]

_PLAIN = re.compile(r"[A-Za-z_][0-9A-Za-z_]*|-?[0-9]+(\.[0-9]+)?", re.ASCII)
_KEYWORDS = {"node", "edge", "graph", "digraph", "subgraph", "strict"}
_HALF_WIDTH = 512.0  # points; the picture is at most 14 inches wide, and at least half of that
_DRAWN = {
    "graph": {"inputscale": 72, "forcelabels": "false", "outputorder": "edgesfirst", "splines": "line"},
    "node": {"shape": "circle", "style": "filled", "label": "", "xlabel": "\\N", "width": 0.1, "fontsize": 8},
    "edge": {"arrowsize": 0.3, "color": "#999999"},
}


def dot_text(
    graph: nx.Graph, places: Sequence[Sequence[float] | None], colors: Sequence[str | None], sizes: Sequence[float]
) -> str:
    """A graph in DOT.

    Parameters
    ----------
    graph : networkx graph
        As `nx_poincare.io.graphs.format_rules.fit_to_format` makes it for DOT.
    places : sequence, one per node
        Positions in any unit. They become ``pos`` in points, multiplied by a power of two, so that
        not a digit is lost.
    colors : sequence of str, one per node
        ``#rrggbb``.
    sizes : sequence of float, one per node
        Diameters, in the unit of the positions.
    """
    scale = _scale(place for place in places if place is not None)
    kind, arrow = ("digraph", "->") if graph.is_directed() else ("graph", "--")
    strict = "" if graph.is_multigraph() else "strict "
    lines = [f"{strict}{kind} {{"]
    lines += [f"  {name} {_attributes(defaults)};" for name, defaults in _DRAWN.items()]
    if graph.graph:
        lines.append(f"  graph {_attributes(graph.graph)};")
    for (node, row), place, color, size in zip(graph.nodes(data=True), places, colors, sizes, strict=True):
        drawn: dict[str, Any] = {} if "\\" not in node else {"xlabel": node.replace("\\", "\\\\")}
        if place is not None:
            drawn["pos"] = ",".join(repr(scale * number) for number in place[:2]) + "!"
        if color is not None:
            drawn |= {"fillcolor": color, "width": round(max(size * scale / 72, 0.02), 4)}
        lines.append(f"  {_id(node)} {_attributes({**drawn, **row})};")
    for u, v, *key, row in edges_of(graph):
        drawn = {"key": key[0]} if key else {}
        lines.append(f"  {_id(u)} {arrow} {_id(v)} {_attributes({**drawn, **row})};")
    return "\n".join([*lines, "}", ""])


def _scale(places: Iterable[Sequence[float]]) -> float:
    """The power of two that makes the farthest coordinate a picture's half width."""
    extent = max((abs(number) for place in places for number in place[:2]), default=0.0)
    return float(2.0 ** np.floor(np.log2(_HALF_WIDTH / extent))) if extent > 0 else 1.0


def _attributes(row: Mapping[str, Any]) -> str:
    return "[" + ", ".join(f"{_id(key)}={_id(value)}" for key, value in row.items()) + "]" if row else ""


def _id(value: Any) -> str:
    text = repr(value) if type(value) is float else str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _KEYWORDS:
        return text
    return '"' + text.replace('"', '\\"') + '"'
