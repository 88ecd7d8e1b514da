"""GEXF, of any version, node by node. NetworkX reads each in version 1.2; other names are replaced first.

The format and its versions: https://gexf.net/schema.html. Gephi writes 1.3 since 0.9.3, rgexf since 0.16.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain, pairwise
from typing import Any, cast
from xml.etree import ElementTree

import networkx as nx
from networkx.readwrite.gexf import GEXFReader

from nx_poincare.io.content import Parts
from nx_poincare.io.graphs.readers.nesting import with_nested_edges
from nx_poincare.io.graphs.readers.xml import Outline, check_graph_xml
from nx_poincare.io.graphs.readers.xml_records import Record, WithoutKeys, records_in_order
from nx_poincare.io.streams import GraphFileError
from nx_poincare.utils.collector import collector_paused

__all__ = ["read_gexf"]

_AS = "http://www.gexf.net/1.2draft"
_AS_THEY_ARE = (_AS, "http://www.gexf.net/1.1draft")
# What NetworkX refuses, or leaves out: attributes of the graph, types and colours of version 1.3, times of any form.
_TO_ADAPT = re.compile(
    rb"""class\s*=\s*["']graph|hex\s*=|timeformat\s*=\s*["']dateTime|<(\w+:)?spell|\s(start|end)\s*=|"""
    rb"""type\s*=\s*["'](byte|short|biginteger|bigdecimal|char|date|dateTime|anyuri|list(?!string)\w+)["']""",
    re.IGNORECASE,
)
_TYPE_AS = {
    "byte": "integer", "short": "integer", "biginteger": "long", "bigdecimal": "double", "char": "string",
    "anyuri": "string", "date": "string", "datetime": "string", "integer": "integer", "long": "long",
    "float": "float", "double": "double", "boolean": "boolean", "string": "string",
}  # fmt: skip
_LONGEST = 4_096  # bytes of what is looked for
_INSIDE = {
    "gexf": ("graph",),
    "graph": ("attributes", "attvalues", "nodes", "edges"),
    "nodes": ("node",),
    "edges": ("edge",),
    "node": ("nodes", "edges"),
}
_PYTHON_TYPE: dict[str, Callable[[str], Any]] = {
    "integer": int, "long": int, "float": float, "double": float, "boolean": lambda text: text.lower() in ("true", "1"),
}  # fmt: skip


def read_gexf(parts: Parts, path: str) -> nx.Graph:
    """A graph from GEXF; edges lead from a node to those that stand in it, and from its parents (``pid``).

    Examples
    --------
    >>> text = '''<gexf xmlns="http://gexf.net/1.3" version="1.3"><graph defaultedgetype="directed"><nodes>
    ... <node id="dog"><nodes><node id="puppy"/></nodes></node></nodes></graph></gexf>'''
    >>> read_gexf(Parts([text.encode()]), "dogs.gexf").edges
    OutEdgeView([('dog', 'puppy')])
    """
    outline = check_graph_xml(parts, path, "gexf")
    must_adapt = outline.is_nested or outline.namespace not in _AS_THEY_ARE or _holds(parts, _TO_ADAPT)
    building = _Building(outline, must_adapt)
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
        raise GraphFileError(path, None, f"is not valid gexf: {error}") from error
    missing = next((pair for pair in building.pairs if pair[0] not in graph), None)
    if missing is not None:
        raise GraphFileError(path, None, f"{missing[0]!r}, the parent of the node {missing[1]!r}, is not in the file")
    return with_nested_edges(graph, list(building.pairs), path)


def _holds(parts: Parts, pattern: re.Pattern[bytes]) -> bool:
    """Whether what is looked for is in a part, or lies across two."""
    return any(
        pattern.search(part) or (before and pattern.search(before[-_LONGEST:] + part[:_LONGEST]))
        for before, part in pairwise(chain([b""], parts))
    )


class _Building:
    """A graph that grows by the records of a file, in the order of `records_in_order`."""

    def __init__(self, outline: Outline, must_adapt: bool) -> None:
        self.pairs: dict[tuple[str, str], None] = {}  # of nodes, the outer or the parent first
        self._outline = outline
        self._must_adapt = must_adapt
        self._reader = GEXFReader()
        if outline.namespace.endswith("1.1draft") and not must_adapt:
            self._reader.set_version("1.1draft")
        self._top: ElementTree.Element | None = None
        self._graph: nx.Graph | None = None
        self._of_nodes: dict[str, Any] = {}
        self._of_edges: dict[str, Any] = {}

    def add(self, record: Record) -> None:
        """Add what a record says."""
        kind, element, outer, is_start = record
        if kind == "graph":
            if is_start:
                self._top = self._adapted(ElementTree.Element(element.tag, element.attrib))
            return
        if not is_start:
            self._adapted(element)
        if kind in ("attributes", "attvalues") and self._top is not None:
            self._top.append(element)
        elif kind == "node" and self._outline.is_nested:
            self._begun().add_node(name := element.attrib["id"])  # before those that stand in it
            parents = _taken_parents(element) if not is_start else [] if outer is None else [outer]
            self.pairs |= {(parent, name): None for parent in parents}
        if kind == "node" and not is_start:
            self._reader.add_node(self._begun(), element, self._of_nodes)
        elif kind == "edge":
            graph = self._begun()
            keyed = graph if graph.is_multigraph() else cast(nx.Graph, WithoutKeys(graph))
            self._reader.add_edge(keyed, element, self._of_edges)

    def _adapted(self, element: ElementTree.Element) -> ElementTree.Element:
        if self._must_adapt:
            _rename(element, self._outline.namespace)
        return element

    def _begun(self) -> nx.Graph:
        if self._graph is not None:
            return self._graph
        if self._top is None:
            raise nx.NetworkXError("No <graph> element in GEXF file.")
        attributes = _take_graph_attributes(self._top) if self._must_adapt else {}
        plain = self._reader.make_graph(self._top)
        for element in self._top.findall(f"{{{self._reader.NS_GEXF}}}attributes"):
            columns = self._of_nodes if element.get("class") == "node" else self._of_edges
            columns.update(self._reader.find_gexf_attributes(element)[0])
        self._of_edges["weight"] = {"type": "double", "mode": "static", "title": "weight"}  # as NetworkX has it
        self._graph = plain
        if self._outline.may_be_parallel:
            self._graph = nx.MultiDiGraph() if plain.is_directed() else nx.MultiGraph()
            self._graph.graph.update(plain.graph)
        self._attributes = attributes
        return self._graph

    def finished(self) -> nx.Graph:
        """The graph, without parallel edges if there are none."""
        graph = self._begun()
        if graph.is_multigraph() and self._reader.simple_graph:
            graph = nx.DiGraph(graph) if graph.is_directed() else nx.Graph(graph)
        graph.graph.update(self._attributes)
        return graph


def _taken_parents(node: ElementTree.Element) -> list[str]:
    """Take out of a node what names its parents."""
    parents = [node.attrib.pop("pid")] if "pid" in node.attrib else []
    for element in node.findall(f"{{{_AS}}}parents"):
        node.remove(element)
        parents += [parent.get("for", "") for parent in element.findall(f"{{{_AS}}}parent")]
    return parents


def _rename(part: ElementTree.Element, own: str) -> None:
    """Give all elements of the file's own namespace the names, and all types and colours the form, of version 1.2."""
    for element in part.iter():
        namespace, _, name = element.tag.rpartition("}")
        if namespace.lstrip("{") == own:
            element.tag = f"{{{_AS}}}{name}"
        elif namespace.endswith("viz"):
            element.tag = f"{{{_AS}/viz}}{name}"
            color = element.get("hex", "").lstrip("#")
            if name == "color" and len(color) in (6, 8) and element.get("r") is None:
                element.attrib |= {key: str(int(color[2 * i : 2 * i + 2], 16)) for i, key in enumerate("rgb")}
        if name == "attribute":
            kind = element.get("type", "string")
            element.set("type", _TYPE_AS.get(kind.lower(), "liststring" if kind.lower().startswith("list") else kind))
        elif name == "graph" and (element.get("timeformat") or "date").lower() in ("date", "datetime"):
            element.set("timeformat", "date")


def _take_graph_attributes(graph: ElementTree.Element) -> dict[str, Any]:
    """Take the attributes of the graph itself out of it, which NetworkX does not know."""
    declared: dict[str | None, tuple[str, str]] = {}
    found: dict[str, Any] = {}
    for element in graph.findall(f"{{{_AS}}}attributes"):
        if element.get("class") not in ("node", "edge"):
            graph.remove(element)
            for attribute in element.findall(f"{{{_AS}}}attribute"):
                title = attribute.get("title") or attribute.get("id") or ""
                declared[attribute.get("id")] = title, attribute.get("type", "string")
                default = attribute.find(f"{{{_AS}}}default")
                if default is not None:
                    found[title] = _value(default.text or "", attribute.get("type", "string"))
    for values in graph.findall(f"{{{_AS}}}attvalues"):
        graph.remove(values)
        for value in values.findall(f"{{{_AS}}}attvalue"):
            title, kind = declared.get(value.get("for"), (value.get("for") or "", "string"))
            found[title] = _value(value.get("value", ""), kind)
    return found


def _value(text: str, kind: str) -> Any:
    return _PYTHON_TYPE.get(kind, str)(text)
