"""Graphs -> files, in the format that the suffix means."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from itertools import islice
from types import SimpleNamespace
from typing import IO, Any, cast

import networkx as nx

from nx_poincare.attributes.flatten import flat_graph
from nx_poincare.io.atomic import destination
from nx_poincare.io.graphs.dot import dot_lines
from nx_poincare.io.graphs.fitted import FittedGraph, fit_to_format
from nx_poincare.io.graphs.looks import Looks
from nx_poincare.io.graphs.xml_lines import gexf_lines, graphml_lines
from nx_poincare.io.suffixes import WRITTEN_GRAPHS, format_by_suffix
from nx_poincare.utils.progress import with_signs_of_life

__all__ = ["export_graph"]

_LINES_AT_ONCE = 2**12


@with_signs_of_life("writing")
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
    * GML: booleans are 1 and 0, integers beyond 32 bits text, and so is what is called ``"label"``.
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
    format = format_by_suffix(path, WRITTEN_GRAPHS, " (or that with .gz)", written=True)
    graph = fit_to_format(flat_graph(G, store_as=store_as, store_pos_as=store_pos_as), format)
    if format == "graphml":
        lines = graphml_lines(graph)
    elif format == "json":
        lines = _json_parts(graph)
    elif format == "gml":
        lines = _gml_lines(graph)
    else:
        looks = Looks(G, store_pos_as, level_as)
        lines = gexf_lines(graph, looks) if format == "gexf" else dot_lines(graph, looks)
    with destination(path) as stream:
        _write(lines, stream)


def _write(lines: Iterator[str], stream: IO[bytes]) -> None:
    """Write some lines at a time: so many a second would be slow one by one, and all at once take memory."""
    while some := "".join(islice(lines, _LINES_AT_ONCE)):
        stream.write(some.encode("utf-8"))


def _json_parts(graph: FittedGraph) -> Iterator[str]:
    """What `networkx.node_link_data` gives, as `json.dumps` writes it."""
    encode = json.JSONEncoder(allow_nan=False).encode
    about = {"directed": graph.is_directed, "multigraph": graph.is_multigraph, "graph": graph.about}
    yield encode(about)[:-1] + ', "nodes": ['
    yield from _between(", ", (encode({**row, "id": name}) for name, row in graph.nodes))
    yield '], "edges": ['
    ends = ("source", "target", "key")
    yield from _between(", ", (encode(row | dict(zip(ends, own, strict=False))) for *own, row in graph.edges))
    yield "]}"


def _between(separator: str, parts: Iterable[str]) -> Iterator[str]:
    before = ""
    for part in parts:
        yield before + part
        before = separator


def _gml_lines(graph: FittedGraph) -> Iterator[str]:
    return (f"{line}\n" for line in nx.generate_gml(cast(nx.Graph, _AsGraph(graph))))


class _AsGraph:
    """As much of a graph of NetworkX as `networkx.generate_gml` asks for, made row by row."""

    def __init__(self, graph: FittedGraph) -> None:
        self._graph = graph
        self.graph = graph.about
        self.nodes = SimpleNamespace(items=lambda: graph.nodes)

    def is_directed(self) -> bool:
        return self._graph.is_directed

    def is_multigraph(self) -> bool:
        return self._graph.is_multigraph

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[Any]:
        return (name for [name] in self._graph.nodes.ids())

    def edges(self, **_: bool) -> Iterator[tuple[Any, ...]]:
        return iter(self._graph.edges)
