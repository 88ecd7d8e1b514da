"""Graphs -> files, in the format that the suffix means."""

from __future__ import annotations

import io
import json
import os
from typing import IO, Any, NamedTuple

import networkx as nx
import numpy as np

from nx_poincare.attributes.flatten import flatten_attributes
from nx_poincare.io.atomic import destination
from nx_poincare.io.graphs.format_rules import fit_to_format
from nx_poincare.io.suffixes import WRITTEN_GRAPHS, format_by_suffix

__all__ = ["export_graph"]

_COLORMAP = "viridis"


def export_graph(
    G: nx.Graph,
    path: str | os.PathLike[str],
    *,
    store_as: str | None = "poincare",
    store_pos_as: str | None = "pos",
    level_as: str | None = "level",
) -> None:
    """Write a graph with all its attributes to a file that other programs read.

    The suffix decides the format: ``.graphml``, ``.gexf``, ``.gml``, ``.json`` (node-link) or
    ``.dot`` (Graphviz), each also with ``.gz``. Attributes are flattened as `flatten_attributes` does; floats
    keep all their digits. The file appears when it is complete, and an older one stays when
    something fails.

    Parameters
    ----------
    G : networkx graph
        Not changed.
    path : path
    store_as, store_pos_as, level_as : str or None
        Node attributes that hold ball vectors, positions and levels, as in `embed`.

    Raises
    ------
    GraphExportError
        If the format cannot hold a name or a text, or would give two nodes one name; a
        `networkx.NetworkXError` and a `ValueError`.
    ValueError
        If the suffix is unknown.

    Notes
    -----
    An attribute with a name that the format uses itself gets an underscore behind it:
    ``"id"`` becomes ``"id_"``. What else the formats change, as NetworkX reads them back:

    * All but JSON: names of nodes become text. JSON keeps finite numbers and tuples.
    * JSON: numbers that it does not have become the text ``"NaN"``, ``"Infinity"`` and ``"-Infinity"``.
    * GEXF: nodes carry their place (``viz:position``), a colour by level and a size that
      shrinks with the level; of the graph's own attributes only ``"name"`` is kept; columns
      of mixed types become float or text; edge weights float; labels text.
    * GML: booleans are 1 and 0, integers beyond 32 bits text.
    * GML: the texts ``"()"`` and ``"[]"`` are refused, which NetworkX reads as something else.
    * DOT: attributes by which Graphviz opens files or links, ``"image"`` and ``"URL"`` for instance, get an underscore.
    * DOT: nodes carry their place for ``neato -n`` (``pos``, in points), a colour and a size; all
      other attributes are text, floats with all their digits. Keys of parallel edges are the
      attribute ``"key"``.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> G = nx.DiGraph([("animal", "dog")])
    >>> nx.set_node_attributes(G, {"animal": (0.0, 0.0), "dog": (0.5, 0.1)}, "pos")
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "animals.graphml"
    >>> export_graph(G, path)
    >>> nx.read_graphml(path).nodes["dog"]
    {'x': 0.5, 'y': 0.1}
    """
    format = format_by_suffix(path, WRITTEN_GRAPHS, " (or that with .gz)")
    graph = fit_to_format(flatten_attributes(G, store_as=store_as, store_pos_as=store_pos_as), format)
    if format in ("gexf", "dot"):
        look = _look(G, store_pos_as, level_as)
    if format == "gexf":
        _add_viz(graph, look)
    with destination(path) as stream:
        if format == "dot":
            stream.write(_dot_of(graph, look).encode("utf-8"))
        else:
            _write(graph, stream, format)


def _write(graph: nx.Graph, stream: IO[bytes], format: str) -> None:
    if format == "graphml":
        # Not lxml's writer: the same bytes wherever it is installed.
        nx.write_graphml_xml(graph, _WithCarriageReturns(stream))
    elif format == "gexf":
        nx.write_gexf(graph, stream)
    elif format == "gml":
        nx.write_gml(graph, stream)
    else:
        stream.write(json.dumps(nx.node_link_data(graph, edges="edges"), allow_nan=False).encode("ascii"))


class _WithCarriageReturns(io.RawIOBase):
    """Writes carriage returns in text as references: readers of XML take plain ones for ends of lines."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self._stream.write(bytes(content).replace(b"\r", b"&#13;"))
        return len(content)


class _Look(NamedTuple):
    """Where nodes stand and what they look like, None where a node does not say."""

    places: list[list[float] | None]
    colors: list[tuple[int, int, int, int] | None]
    sizes: list[float]


def _look(G: nx.Graph, store_pos_as: str | None, level_as: str | None) -> _Look:
    """Positions as they are, colours by level, sizes that shrink with the level, in the unit of the positions."""
    rows: list[dict[Any, Any]] = [data for _, data in G.nodes(data=True)]
    places = [_position(row.get(store_pos_as)) for row in rows]
    levels = [_level(row.get(level_as)) for row in rows]
    extent = max((max(map(abs, place)) for place in places if place), default=0.0) or 1.0
    colors = _colors({level for level in levels if level is not None})
    sizes = [extent * max(0.03 * 0.8 ** (level or 0), 0.003) for level in levels]
    return _Look(places, [None if level is None else colors[level] for level in levels], sizes)


def _add_viz(graph: nx.Graph, look: _Look) -> None:
    """Give each node of a graph for GEXF its place, colour and size, and the graph a text as its name."""
    if "name" in graph.graph:
        graph.graph["name"] = str(graph.graph["name"])
    for node, place, color, size in zip(graph, *look, strict=True):
        viz: dict[str, Any] = {}
        if place is not None:
            viz["position"] = dict(zip("xyz", [*place, 0.0], strict=False))
        if color is not None:
            viz["color"] = dict(zip("rgb", color, strict=False))
            viz["size"] = size
        if viz:
            graph.nodes[node]["viz"] = viz


def _dot_of(graph: nx.Graph, look: _Look) -> str:
    from nx_poincare.io.graphs.dot import dot_text

    colors = [None if color is None else "#{:02x}{:02x}{:02x}".format(*color) for color in look.colors]
    return dot_text(graph, look.places, colors, look.sizes)


def _position(value: Any) -> list[float] | None:
    if not isinstance(value, np.ndarray | list | tuple) or len(value) not in (2, 3):
        return None
    try:
        place = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        return None
    return place.tolist() if place.ndim == 1 and np.isfinite(place).all() else None


def _level(value: Any) -> int | None:
    return int(value) if isinstance(value, int | np.integer) and value >= 0 else None


def _colors(levels: set[int]) -> dict[int, tuple[int, int, int, int]]:
    """Colour of each level (red, green, blue, opacity; up to 255), the root's end of the colormap first."""
    if not levels:
        return {}
    import matplotlib

    ordered = sorted(levels)
    table = matplotlib.colormaps[_COLORMAP](np.array(ordered) / max(ordered[-1], 1), bytes=True)
    return dict(zip(ordered, map(tuple, np.asarray(table).tolist()), strict=True))
