"""GraphML. NetworkX reads it; nodes that stand in others are laid out flat first.

The format: http://graphml.graphdrawing.org/primer/graphml-primer.html.
"""

from __future__ import annotations

import io
from xml.etree import ElementTree

import networkx as nx

from nx_poincare.io.graphs.readers.nesting import with_nested_edges
from nx_poincare.io.graphs.readers.xml import check_graph_xml
from nx_poincare.io.streams import GraphFileError
from nx_poincare.utils.collector import collector_paused
from nx_poincare.utils.warn import warn_caller

__all__ = ["read_graphml"]


def read_graphml(content: bytes, path: str) -> nx.Graph:
    """A graph from GraphML; edges lead from a node to those of the graph that stands in it.

    Examples
    --------
    >>> text = '''<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="directed">
    ... <node id="dog"><graph edgedefault="directed"><node id="puppy"/></graph></node></graph></graphml>'''
    >>> read_graphml(text.encode(), "dogs.graphml").edges
    OutEdgeView([('dog', 'puppy')])
    """
    is_nested = check_graph_xml(content, path, "graphml")
    try:
        with collector_paused():
            content, pairs = _flat(content, path) if is_nested else (content, [])
            graphs = list(nx.readwrite.graphml.GraphMLReader()(path=io.BytesIO(content)))
    except ElementTree.ParseError as error:  # it checks names more strictly than expat does
        raise GraphFileError(path, error.position[0], f"is not well-formed XML: {error}") from error
    except (nx.NetworkXException, ValueError, LookupError, TypeError, AttributeError, RuntimeError) as error:
        raise GraphFileError(path, None, f"is not valid graphml: {error}") from error
    if not graphs:
        graph = _without_namespace(content)
        raise GraphFileError(path, None, f"is not valid graphml: {graph}")
    if len(graphs) > 1:
        warn_caller(f"{path} holds {len(graphs):,} graphs; the first one is read")
    return with_nested_edges(graphs[0], pairs, path)


def _without_namespace(content: bytes) -> str:
    if b"http://graphml.graphdrawing.org/xmlns" in content:
        return "file not successfully read as graphml: it has no <graph>"
    return 'it is not in the namespace xmlns="http://graphml.graphdrawing.org/xmlns"'


def _flat(content: bytes, path: str) -> tuple[bytes, list[tuple[str, str]]]:
    """The same graph with all nodes and edges beside each other, and which node stood in which."""
    tree = ElementTree.parse(io.BytesIO(content))
    root = tree.getroot()
    namespace = root.tag.rpartition("}")[0] + "}" if root.tag.startswith("{") else ""
    tags = {name: f"{namespace}{name}" for name in ("graph", "node", "edge")}
    pairs: list[tuple[str, str]] = []
    for top in root.findall(tags["graph"]):
        waiting: list[tuple[ElementTree.Element, str | None]] = [
            (node, None) for node in reversed(top.findall(tags["node"]))
        ]
        edges = top.findall(tags["edge"])
        nodes: list[ElementTree.Element] = []
        for element in [*top.findall(tags["node"]), *edges]:
            top.remove(element)
        while waiting:
            node, outer = waiting.pop()
            nodes.append(node)
            if outer is not None:
                pairs.append((outer, node.attrib["id"]))
            inner_nodes: list[ElementTree.Element] = []
            for graph in node.findall(tags["graph"]):
                node.remove(graph)
                inner_nodes += graph.findall(tags["node"])
                edges += graph.findall(tags["edge"])
            node.attrib.pop("yfiles.foldertype", None)
            waiting += [(inner, node.attrib["id"]) for inner in reversed(inner_nodes)]
        top.extend([*nodes, *edges])
    flat = io.BytesIO()
    tree.write(flat, encoding="utf-8", xml_declaration=True)
    return flat.getvalue(), pairs
