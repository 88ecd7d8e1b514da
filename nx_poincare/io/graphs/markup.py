"""Graphs from GraphML, GEXF, GML and node-link JSON."""

from __future__ import annotations

import io
import json
import xml.parsers.expat
from typing import Any
from xml.etree import ElementTree

import networkx as nx

from nx_poincare.io.streams import GraphFileError
from nx_poincare.utils.collector import collector_paused


def read_xml(content: bytes, path: str, format: str) -> nx.Graph:
    """A graph from GraphML or GEXF, checked before NetworkX builds a tree of it."""
    _check_xml(content, path, format)
    read = nx.read_graphml if format == "graphml" else nx.read_gexf
    try:
        with collector_paused():
            return read(io.BytesIO(content))
    except ElementTree.ParseError as error:  # it checks names more strictly than expat does
        raise GraphFileError(path, error.position[0], f"is not well-formed XML: {error}") from error
    except (nx.NetworkXException, ValueError, LookupError, TypeError, AttributeError, RuntimeError) as error:
        raise GraphFileError(path, None, f"is not valid {format}: {error}") from error


def _check_xml(content: bytes, path: str, format: str) -> None:
    """Refuse what is not well-formed, declares entities, or leaves out a node's or an edge's names."""
    parser = xml.parsers.expat.ParserCreate(namespace_separator=" ")
    needed = {"node": ("id",), "edge": ("source", "target")}
    root: list[str] = []

    def on_doctype(*_: Any) -> None:
        raise GraphFileError(
            path,
            parser.CurrentLineNumber,
            "has a document type declaration, which is not read: its entities may expand without limit; remove it",
        )

    def on_start(tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if not root:
            root.append(name)
        for attribute in needed.get(name, ()):
            if attribute not in attributes:
                raise GraphFileError(path, parser.CurrentLineNumber, f"<{name}> has no {attribute!r}")

    parser.StartDoctypeDeclHandler = on_doctype
    parser.EntityDeclHandler = on_doctype
    parser.StartElementHandler = on_start
    try:
        parser.Parse(content, True)
    except xml.parsers.expat.ExpatError as error:
        problem = xml.parsers.expat.ErrorString(error.code)
        raise GraphFileError(path, error.lineno, f"is not well-formed XML: {problem}") from error
    except (LookupError, ValueError) as error:
        if isinstance(error, GraphFileError):
            raise
        raise GraphFileError(path, 1, f"is in an encoding that cannot be read: {error}") from error
    if root[0] != format:
        raise GraphFileError(path, None, f"is not {format}: its root element is <{root[0]}>")


def read_gml(content: bytes, path: str) -> nx.Graph:
    """A graph from GML, by labels, or by ids if a node has no label."""
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise GraphFileError(path, line, f"byte 0x{content[error.start]:02x} is not UTF-8") from error
    try:
        with collector_paused():
            try:
                return nx.parse_gml(lines)
            except nx.NetworkXError as error:
                if "has no 'label' attribute" not in str(error):
                    raise
                return nx.relabel_nodes(nx.parse_gml(lines, label="id"), str)
    except (nx.NetworkXException, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise GraphFileError(path, None, f"is not valid GML: {error}") from error


def read_node_link(content: bytes, path: str) -> nx.Graph:
    """A graph from node-link JSON."""
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise GraphFileError(path, line, f"byte 0x{content[error.start]:02x} is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise GraphFileError(path, error.lineno, f"is not valid JSON: {error.msg}") from error
    except (RecursionError, ValueError) as error:  # nested too deep, a number of too many digits
        raise GraphFileError(path, None, f"is not a graph in JSON: {error}") from error
    try:
        edges = "links" if isinstance(data, dict) and "edges" not in data else "edges"
        _check_node_link(data, edges, path)
        for edge in data[edges]:
            edge["source"], edge["target"] = _hashable(edge["source"]), _hashable(edge["target"])
        return nx.node_link_graph(data, directed=True, multigraph=False, edges=edges)
    except GraphFileError:
        raise
    except (nx.NetworkXException, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise GraphFileError(path, None, f"is not a node-link graph: {error}") from error


def _check_node_link(data: Any, edges: str, path: str) -> None:
    """Refuse an entry that node-link data cannot have, by its name."""

    def refuse(problem: str) -> None:
        raise GraphFileError(path, None, f"is not a node-link graph: {problem}")

    if not isinstance(data, dict) or not isinstance(data.get("nodes"), list):
        refuse("it has no list of 'nodes'")
    if not isinstance(data.get(edges), list):
        refuse("it has no list of 'edges' (or 'links')")
    if not isinstance(data.get("graph", {}), dict):
        refuse("'graph' is not a dictionary")
    for number, node in enumerate(data["nodes"]):
        if not isinstance(node, dict):
            refuse(f"nodes[{number}] is not a dictionary")
        if not _is_name(node.get("id", number)):
            refuse(f"the id of nodes[{number}] is {node['id']!r}, which cannot name a node")
    for number, edge in enumerate(data[edges]):
        if not isinstance(edge, dict):
            refuse(f"{edges}[{number}] is not a dictionary")
        for end in ("source", "target"):
            if not _is_name(edge.get(end)):
                refuse(f"{edges}[{number}] has no valid {end!r}")


def _is_name(value: Any) -> bool:
    return (
        value is not None
        and value == value  # NaN names nothing twice
        and not isinstance(value, dict)
        and (not isinstance(value, list) or all(part is None or _is_name(part) for part in value))
    )


def _hashable(name: Any) -> Any:
    """Lists, at any depth, as tuples."""
    return tuple(_hashable(part) for part in name) if isinstance(name, list) else name
