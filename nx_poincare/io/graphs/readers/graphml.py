"""GraphML, node by node. NetworkX reads each of them; nodes that stand in others are laid out flat.

The format: http://graphml.graphdrawing.org/primer/graphml-primer.html.
"""

from __future__ import annotations

from typing import Any, cast
from xml.etree import ElementTree

import networkx as nx

from nx_poincare.io.content import Parts
from nx_poincare.io.graphs.readers.nesting import with_nested_edges
from nx_poincare.io.graphs.readers.xml import Outline, check_graph_xml
from nx_poincare.io.graphs.readers.xml_records import Record, WithoutKeys, records_in_order
from nx_poincare.io.streams import GraphFileError
from nx_poincare.utils.collector import collector_paused
from nx_poincare.utils.warn import warn_caller

__all__ = ["read_graphml"]

_NAMESPACE = nx.readwrite.graphml.GraphML.NS_GRAPHML
_NAMESPACES = (_NAMESPACE, f"{_NAMESPACE}/graphml")  # JUNG, and NetLogo by it, write the second
_YED = nx.readwrite.graphml.GraphML.NS_Y
_GROUP_LABEL = f".//{{{_YED}}}GroupNode/{{{_YED}}}NodeLabel"  # of the first look that a group of yEd has, the open one
_INSIDE = {
    "graphml": ("key", "graph"),
    "graph": ("node", "edge", "data", "hyperedge"),
    "node": ("graph",),
}


def read_graphml(parts: Parts, path: str) -> nx.Graph:
    """A graph from GraphML; edges lead from a node to those of the graph that stands in it.

    Examples
    --------
    >>> text = '''<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="directed">
    ... <node id="dog"><graph edgedefault="directed"><node id="puppy"/></graph></node></graph></graphml>'''
    >>> read_graphml(Parts([text.encode()]), "dogs.graphml").edges
    OutEdgeView([('dog', 'puppy')])
    """
    outline = check_graph_xml(parts, path, "graphml")
    building = _Building(outline)
    try:
        with collector_paused():
            for record in records_in_order(parts, outline, _INSIDE):
                building.add(record)
            graph = building.finished()
    except ElementTree.ParseError as error:  # it checks names more strictly than expat does
        raise GraphFileError(path, error.position[0], f"is not well-formed XML: {error}") from error
    except GraphFileError:
        raise
    except (nx.NetworkXException, ValueError, LookupError, TypeError, AttributeError, RuntimeError) as error:
        raise GraphFileError(path, None, f"is not valid graphml: {error}") from error
    if outline.graphs > 1:
        warn_caller(f"{path} holds {outline.graphs:,} graphs; the first one is read")
    return with_nested_edges(graph, building.pairs, path)


def _why_without_graph(outline: Outline) -> str:
    if outline.namespace in _NAMESPACES:
        return "file not successfully read as graphml: it has no <graph>"
    return f'it is not in the namespace xmlns="{_NAMESPACE}"'


class _Types(dict[str, Any]):
    """What makes values of text, by their types; those of boost and graph-tool besides, and text of all others."""

    def __init__(self, usual: dict[str, Any]) -> None:
        super().__init__(usual | {"short": int, "byte": int, "float": _number, "double": _number})

    def __missing__(self, kind: str) -> type[str]:
        return str


def _number(text: str) -> float:
    """A number; graph-tool writes them by their bits."""
    return float.fromhex(text) if "0x" in text else float(text)


class _Building:
    """A graph that grows by the records of a file, in the order of `records_in_order`."""

    def __init__(self, outline: Outline) -> None:
        self.pairs: list[tuple[str, str]] = []  # of nodes, the outer first
        self._outline = outline
        self._reader = cast(Any, nx.readwrite.graphml.GraphMLReader())
        self._reader.NS_GRAPHML = outline.namespace
        self._reader.python_type = _Types(self._reader.python_type)
        self._keys, self._about = ElementTree.Element("keys"), ElementTree.Element("data")
        self._top: dict[str, str] | None = None
        self._graph: nx.Graph | None = None
        self._declared: dict[str, Any] = {}
        self._defaults: dict[str, Any] = {}

    def add(self, record: Record) -> None:
        """Add what a record says."""
        kind, element, outer, is_start = record
        if kind == "key":
            self._keys.append(element)
        elif kind == "graph" and is_start and outer is None:
            self._top = dict(element.attrib)
        elif kind == "data" and outer is None:
            self._about.append(element)
        elif kind == "hyperedge":
            raise nx.NetworkXError("GraphML reader doesn't support hyperedges")
        elif kind == "node" and is_start:
            if outer is not None:
                self.pairs.append((outer, element.attrib["id"]))
            if self._outline.is_nested:
                self._begun().add_node(element.attrib["id"])  # before those that stand in it
        elif kind == "node":
            is_group = element.attrib.pop("yfiles.foldertype", None) is not None
            self._reader.add_node(self._begun(), element, self._declared, self._defaults)
            label = element.find(_GROUP_LABEL) if is_group else None
            if label is not None and label.text is not None:
                self._begun().nodes[element.attrib["id"]].setdefault("label", label.text)
        elif kind == "edge":
            self._add_edge(self._begun(), element)

    def _begun(self) -> nx.Graph:
        if self._graph is not None:
            return self._graph
        if self._top is None or self._outline.namespace not in _NAMESPACES:
            raise nx.NetworkXError(_why_without_graph(self._outline))
        self._declared, self._defaults = self._reader.find_graphml_keys(self._keys)
        top = ElementTree.Element("graph", self._top)
        is_directed = self._top.get("edgedefault") == "directed"
        plain, parallel = (nx.DiGraph, nx.MultiDiGraph) if is_directed else (nx.Graph, nx.MultiGraph)
        self._graph = parallel() if self._outline.may_be_parallel else plain()
        self._reader.make_graph(top, self._declared, self._defaults, self._graph)
        return self._graph

    def _add_edge(self, graph: nx.Graph, element: ElementTree.Element) -> None:
        if graph.is_multigraph():
            self._reader.add_edge(graph, element, self._declared)
            return
        self._reader.add_edge(cast(nx.Graph, WithoutKeys(graph)), element, self._declared)
        while self._reader.edge_ids:
            ends, name = self._reader.edge_ids.popitem()
            graph.edges[ends]["id"] = name

    def finished(self) -> nx.Graph:
        """The graph, without parallel edges if there are none."""
        graph = self._begun()
        graph.graph.update(self._reader.decode_data_elements(self._declared, self._about))
        if self._reader.multigraph or not graph.is_multigraph():
            return graph
        graph = nx.DiGraph(graph) if graph.is_directed() else nx.Graph(graph)
        nx.set_edge_attributes(graph, values=self._reader.edge_ids, name="id")
        return graph
