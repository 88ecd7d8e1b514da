"""GEXF, of any version. NetworkX reads version 1.2; what others call differently is renamed first.

The format and its versions: https://gexf.net/schema.html. Gephi writes 1.3 since 0.9.3, rgexf since 0.16.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import networkx as nx

from nx_poincare.io.graphs.readers.nesting import with_nested_edges
from nx_poincare.io.graphs.readers.xml import check_graph_xml
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
_PYTHON_TYPE: dict[str, Callable[[str], Any]] = {
    "integer": int, "long": int, "float": float, "double": float, "boolean": lambda text: text.lower() in ("true", "1"),
}  # fmt: skip


def read_gexf(content: bytes, path: str) -> nx.Graph:
    """A graph from GEXF; edges lead from a node to those that stand in it, and from its parents (``pid``).

    Examples
    --------
    >>> text = '''<gexf xmlns="http://gexf.net/1.3" version="1.3"><graph defaultedgetype="directed"><nodes>
    ... <node id="dog"><nodes><node id="puppy"/></nodes></node></nodes></graph></gexf>'''
    >>> read_gexf(text.encode(), "dogs.gexf").edges
    OutEdgeView([('dog', 'puppy')])
    """
    is_nested = check_graph_xml(content, path, "gexf")
    attributes: dict[str, Any] = {}
    pairs: list[tuple[str, str]] = []
    try:
        with collector_paused():
            if is_nested or _TO_ADAPT.search(content) or not _has_known_namespace(content):
                root = ElementTree.parse(io.BytesIO(content)).getroot()
                _rename(root)
                for graph_element in root.findall(f"{{{_AS}}}graph"):
                    attributes |= _take_graph_attributes(graph_element)
                    pairs += _take_nesting(graph_element, path)
                content = ElementTree.tostring(root, encoding="utf-8")
            graph = nx.read_gexf(io.BytesIO(content))
    except GraphFileError:
        raise
    except ElementTree.ParseError as error:  # it checks names more strictly than expat does
        raise GraphFileError(path, error.position[0], f"is not well-formed XML: {error}") from error
    except (nx.NetworkXException, ValueError, LookupError, TypeError, AttributeError, RuntimeError) as error:
        raise GraphFileError(path, None, f"is not valid gexf: {error}") from error
    graph.graph.update(attributes)
    return with_nested_edges(graph, pairs, path)


def _has_known_namespace(content: bytes) -> bool:
    for _, (prefix, uri) in ElementTree.iterparse(io.BytesIO(content), events=["start-ns"]):
        if not prefix or not uri.endswith("/viz"):
            return uri in _AS_THEY_ARE
    return False


def _rename(root: ElementTree.Element) -> None:
    """Give all elements the names, and all types and colours the form, of version 1.2."""
    own = root.tag[1:].partition("}")[0] if root.tag.startswith("{") else ""
    for element in root.iter():
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


def _take_nesting(graph: ElementTree.Element, path: str) -> list[tuple[str, str]]:
    """Lay out flat the nodes that stand in others, and take out what names their parents: (outer, inner)."""
    tags = {name: f"{{{_AS}}}{name}" for name in ("nodes", "node", "edges", "edge", "parents", "parent")}
    pairs: dict[tuple[str, str], None] = {}
    nodes = graph.find(tags["nodes"])
    if nodes is None:
        return []
    waiting = list(reversed(nodes.findall(tags["node"])))
    flat: list[ElementTree.Element] = []
    while waiting:
        node = waiting.pop()
        flat.append(node)
        name = node.attrib["id"]
        parents = [node.attrib.pop("pid")] if "pid" in node.attrib else []
        for element in node.findall(tags["parents"]):
            node.remove(element)
            parents += [parent.get("for", "") for parent in element.findall(tags["parent"])]
        pairs |= {(parent, name): None for parent in parents}
        inner = [found for element in node.findall(tags["nodes"]) for found in element.findall(tags["node"])]
        pairs |= {(name, found.attrib["id"]): None for found in inner}
        for element in node.findall(tags["nodes"]):
            node.remove(element)
        for element in node.findall(tags["edges"]):
            node.remove(element)
            _edges_of(graph, tags["edges"]).extend(element.findall(tags["edge"]))
        waiting += reversed(inner)
    for element in nodes.findall(tags["node"]):
        nodes.remove(element)
    nodes.extend(flat)
    known = {node.attrib["id"] for node in flat}
    missing = next((pair for pair in pairs if pair[0] not in known), None)
    if missing is not None:
        raise GraphFileError(path, None, f"{missing[0]!r}, the parent of the node {missing[1]!r}, is not in the file")
    return list(pairs)


def _edges_of(graph: ElementTree.Element, tag: str) -> ElementTree.Element:
    found = graph.find(tag)
    return ElementTree.SubElement(graph, tag) if found is None else found
