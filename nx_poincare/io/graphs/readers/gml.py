"""GML. NetworkX parses it, a part at a time, so that no tree of the file stands beside the graph.

The format: https://raw.githubusercontent.com/GunterMueller/UNI_PASSAU_FMI_Graph_Drawing/master/GML/gml-technical-report.pdf.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from typing import Any

import networkx as nx

from nx_poincare.io.content import Parts
from nx_poincare.io.graphs.readers.gml_parts import InOnePieceError, lines_of, parts_of_graph
from nx_poincare.io.graphs.readers.growing_edges import sort_edges
from nx_poincare.io.graphs.readers.text import decode
from nx_poincare.io.graphs.readers.text import lines_of as text_lines
from nx_poincare.io.streams import GraphFileError
from nx_poincare.utils.collector import collector_paused
from nx_poincare.utils.warn import warn_caller

__all__ = ["read_gml"]

_START = re.compile(r'"[^"]*"|\#[^\n]*|(\bgraph\s*\[)')
_ENDS_OF_MULTIGRAPH = {"self", "key", "u_for_edge", "v_for_edge"}
_ERRORS = (nx.NetworkXException, ValueError, LookupError, TypeError, AttributeError, RecursionError)


def read_gml(parts: Parts, path: str) -> nx.Graph:
    """A graph from GML, by labels, or by ids if a node has no label or two have the same; a repeated edge counts once.

    Examples
    --------
    >>> text = b'graph [ directed 1 node [ id 0 label "dog" ] node [ id 1 label "pup" ] edge [ source 0 target 1 ] ]'
    >>> read_gml(Parts([text]), "dogs.gml").edges
    OutEdgeView([('dog', 'pup')])
    """
    if next(iter(parts), b"").startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        parts = Parts([decode(b"".join(parts), path).encode()])
    with collector_paused():
        try:
            return _by_parts(parts, path)
        except (InOnePieceError, *_ERRORS):
            return _in_one_piece(decode(b"".join(parts), path), path)


def _by_parts(parts: Parts, path: str) -> nx.Graph:
    building = _Building()
    while True:
        try:
            for part in parts_of_graph(lines_of(parts)):
                building.add(part)
            graph = building.finished()
            break
        except _OtherWayError as change:
            building = change.building
    if building.labels_are_shared:
        _warn_of_shared_labels(path)
    return graph


class _OtherWayError(Exception):
    """The file is to be read once more, in another way."""

    def __init__(self, building: _Building) -> None:
        self.building = building


class _Building:
    """A graph that grows by the parts of a file; edges wait while there is one whose ends are not known.

    Parameters
    ----------
    by_ids : bool
        Whether nodes go by their ids.
    labels_are_shared : bool
        Whether that is because two have the same label.
    is_repeated : bool
        Whether there are parallel edges in a graph that is not to have any.
    """

    def __init__(self, by_ids: bool = False, labels_are_shared: bool = False, is_repeated: bool = False) -> None:
        self.by_ids, self.labels_are_shared, self.is_repeated = by_ids, labels_are_shared, is_repeated
        self._graph: nx.Graph | None = None
        self._about: dict[str, Any] = {}
        self._name_of: dict[Any, Any] = {}
        self._waiting: list[tuple[Any, Any, dict[str, Any]]] = []

    def add(self, part: dict[str, Any]) -> None:
        """Add what a part says."""
        nodes, edges = part.pop("node"), part.pop("edge")
        is_late = self._graph is not None and not part.keys().isdisjoint(("directed", "multigraph"))
        if is_late or not part.keys().isdisjoint(self._about):
            raise InOnePieceError
        self._about |= part
        if self._graph is None:
            self._graph = self._empty()
        for node in nodes:
            self._add_node(self._graph, node)
        for edge in edges:
            ends = edge.pop("source"), edge.pop("target")
            if self._waiting or not all(end in self._name_of for end in ends):
                self._waiting.append((*ends, edge))
            else:
                self._add_edge(self._graph, *ends, edge)

    def _empty(self) -> nx.Graph:
        if self._about.get("multigraph", False):
            return nx.MultiDiGraph() if self._about.get("directed", False) else nx.MultiGraph()
        return nx.DiGraph() if self._about.get("directed", False) else nx.Graph()

    def _add_node(self, graph: nx.Graph, node: dict[str, Any]) -> None:
        name = node.pop("id")
        if name in self._name_of:
            raise InOnePieceError
        if self.by_ids:
            label = str(name)
            if label in graph:
                raise InOnePieceError
        else:
            if "label" not in node:
                raise _OtherWayError(_Building(by_ids=True, is_repeated=self.is_repeated))
            label = node.pop("label")
            if label in graph:
                raise _OtherWayError(_Building(by_ids=True, labels_are_shared=True, is_repeated=self.is_repeated))
        self._name_of[name] = label
        graph.add_node(label, **node)

    def _add_edge(self, graph: nx.Graph, source: Any, target: Any, edge: dict[str, Any]) -> None:
        ends = self._name_of[source], self._name_of[target]
        if isinstance(graph, nx.MultiGraph):
            key = edge.pop("key", None)
            if key is not None and graph.has_edge(*ends, key):
                raise InOnePieceError
            graph.add_edge(*ends, key, **edge)
        elif self.is_repeated:
            if not _ENDS_OF_MULTIGRAPH.isdisjoint(edge):
                raise InOnePieceError
            graph.add_edges_from([(*ends, edge)])
        elif graph.has_edge(*ends):
            raise _OtherWayError(_Building(self.by_ids, self.labels_are_shared, is_repeated=True))
        else:
            graph.add_edge(*ends, **edge)

    def finished(self) -> nx.Graph:
        """The graph."""
        if self._graph is None:
            raise InOnePieceError
        for source, target, edge in self._waiting:
            self._add_edge(self._graph, source, target, edge)
        self._waiting, self._name_of = [], {}
        self._graph.graph |= {key: value for key, value in self._about.items() if key not in ("directed", "multigraph")}
        sort_edges(self._graph)
        return self._graph


def _in_one_piece(text: str, path: str) -> nx.Graph:
    try:
        try:
            return _parsed(text)
        except nx.NetworkXError as error:
            is_shared = "is duplicated" in str(error) and "label" in str(error)
            if "has no 'label' attribute" not in str(error) and not is_shared:
                raise
            if is_shared:
                _warn_of_shared_labels(path)
            return nx.relabel_nodes(_parsed(text, label="id"), str)
    except _ERRORS as error:
        raise GraphFileError(path, None, f"is not valid GML: {error}") from error


def _warn_of_shared_labels(path: str) -> None:
    warn_caller(f"{path}: two nodes have the same label, so nodes go by their ids")


def _parsed(text: str, **options: Any) -> nx.Graph:
    try:
        return nx.parse_gml(text_lines(text), **options)
    except nx.NetworkXError as error:
        if not str(error).startswith("edge #") or "is duplicated" not in str(error):
            raise
    start = next(match.end() for match in _START.finditer(text) if match[1])
    multi = nx.parse_gml(text_lines(f"{text[:start]} multigraph 1 {text[start:]}"), **options)
    graph: nx.Graph = nx.DiGraph(**multi.graph) if multi.is_directed() else nx.Graph(**multi.graph)
    graph.add_nodes_from(multi.nodes(data=True))
    graph.add_edges_from(multi.edges(data=True))
    return graph
