"""JSON: node-link data, trees of names and children, nested dictionaries, and what other programs write.

Which it is, is seen from the keys of the outermost object. JSON-LD is RDF (`nx_poincare.io.graphs.readers.rdf`).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import networkx as nx

from nx_poincare.io.arrays import DEFAULT_MAX_BYTES
from nx_poincare.io.content import Parts
from nx_poincare.io.graphs.readers.dot_words import place_of
from nx_poincare.io.graphs.readers.nested import LABELS, is_tree, nested_graph
from nx_poincare.io.graphs.readers.node_link import node_link_graph
from nx_poincare.io.graphs.readers.obo_graph import obo_graph
from nx_poincare.io.graphs.readers.ontology import relations_of
from nx_poincare.io.graphs.readers.rdf import read_json_ld
from nx_poincare.io.graphs.readers.text import decode, json_of
from nx_poincare.io.streams import GraphFileError

__all__ = ["graph_from_nested", "read_json"]

_OF_GRAPHVIZ = {"_gvid", "name", "tail", "head"}
_DRAWN = re.compile("_[a-z]*draw_")

_SHAPES = (
    "JSON is read as node-link data ('nodes' and 'edges' or 'links'), as a tree ('name' or 'id', and 'children'), as "
    "nested dictionaries, or as Cytoscape ('elements'), Graphviz ('objects') and OBO's ontologies ('graphs') have it"
)


def read_json(
    parts: Parts,
    path: str,
    *,
    relations: str | Collection[str] | None = None,
    max_bytes: int = DEFAULT_MAX_BYTES,
) -> nx.Graph:
    """A graph from JSON; relations are for ontologies, and `max_bytes` bounds what rdflib makes of JSON-LD."""
    text = decode(b"".join(parts.taken()), path)
    data = json_of(text, path)
    if _is_json_ld(data):
        del data
        return read_json_ld(text.encode(), path, relations_of(relations), max_bytes)
    del text
    try:
        return _graph(data, path, relations_of(relations))
    except GraphFileError:
        raise
    except (nx.NetworkXException, TypeError, ValueError, AttributeError, LookupError, RecursionError) as error:
        raise GraphFileError(path, None, f"is not a node-link graph: {error}") from error


def graph_from_nested(data: Any) -> nx.DiGraph:
    """Build a tree from nested dictionaries or lists, as d3 or Python has them, or from what `json.load` gives.

    Parameters
    ----------
    data : dict or list
        Objects with ``"children"``, and an ``"id"``, ``"name"``, ``"label"``, ``"text"`` or ``"title"``, whose other
        entries become attributes of nodes: ``{"name": "animal", "children": [{"name": "dog"}]}``. Or dictionaries whose
        keys are names, down to numbers, None or lists of names: ``{"animal": {"dog": {}, "cat": None}}``. A list, or
        several keys, are several trees.

    Returns
    -------
    networkx.DiGraph
        Edges lead from parent to child. Nodes whose label another node has as well go by the labels from the root down,
        ``"animal/dog"``, with their own as the attribute ``"name"``; a warning says how many. A number instead of
        children is the attribute ``"value"``.

    Raises
    ------
    GraphFileError
        If it is not such a tree; a `ValueError`.

    Examples
    --------
    >>> graph_from_nested({"animal": {"dog": ["puppy", "pug"], "cat": {}}}).edges
    OutEdgeView([('animal', 'dog'), ('animal', 'cat'), ('dog', 'puppy'), ('dog', 'pug')])
    """
    return nested_graph(data, "the nested data")


def _graph(data: Any, path: str, relations: list[str] | None) -> nx.Graph:
    if isinstance(data, list):
        if len(data) > 1 and isinstance(data[-1], dict) and data[-1].get("type") == "report":
            data = data[:-1]  # the numbers of folders and files with which `tree -J` ends
        if data and all(isinstance(part, dict) and is_tree(part) for part in data):
            return nested_graph(data, path)
        raise GraphFileError(path, None, f"is a list of something else than trees: it has no 'nodes'. {_SHAPES}")
    if not isinstance(data, dict):
        raise GraphFileError(path, None, f"is no object, it has no 'nodes'. {_SHAPES}")
    if "graphs" in data:
        return obo_graph(data, path, relations)
    if "elements" in data:
        return _cytoscape(data, path)
    if "_subgraph_cnt" in data:
        return _graphviz(data, path)
    if "adjacency" in data and isinstance(data.get("nodes"), list):
        return nx.adjacency_graph(data, directed=data.get("directed", True), multigraph=data.get("multigraph", False))
    inner = data.get("graph")
    if isinstance(inner, dict) and "nodes" in inner and "edges" in inner:
        return _json_graph_format(inner, path)
    if _has_links(data):
        return node_link_graph(data, path)
    return nested_graph(data, path)


def _is_json_ld(data: Any) -> bool:
    """Whether it is RDF: an object, or a list of them, with keys that JSON-LD has for itself."""
    first = data[0] if isinstance(data, list) and data else data
    return isinstance(first, dict) and not {"@context", "@graph", "@id", "@type"}.isdisjoint(first)


def _has_links(data: dict[str, Any]) -> bool:
    """Whether it is meant as node-link data; a tree may have its children under 'nodes'."""
    if isinstance(data.get("edges"), list) or isinstance(data.get("links"), list):
        return True
    return isinstance(data.get("nodes"), list) and not any(label in data for label in LABELS)


def _json_graph_format(found: dict[str, Any], path: str) -> nx.Graph:
    """The graph of the JSON Graph Format, https://jsongraphformat.info, whose nodes may be the keys of an object."""
    nodes = found["nodes"]
    if isinstance(nodes, dict):
        nodes = [{**(row or {}), "id": name} for name, row in nodes.items()]
    directed = found.get("directed")
    kind = {"directed": directed} if isinstance(directed, bool) else {}
    return node_link_graph({**kind, "nodes": nodes, "edges": found["edges"]}, path)


def _cytoscape(data: dict[str, Any], path: str) -> nx.Graph:
    """What Cytoscape and Cytoscape.js save: elements with their data, directed as edges are drawn there."""
    elements = data["elements"]
    parts = elements if isinstance(elements, list) else [
        *elements.get("nodes", []), *elements.get("edges", []),
    ]  # fmt: skip
    rows = [part["data"] for part in parts]
    edges = [row for row in rows if "source" in row and "target" in row]
    nodes = [row for row in rows if not ("source" in row and "target" in row)]
    kind = {key: data[key] for key in ("directed", "multigraph") if isinstance(data.get(key), bool)}
    return node_link_graph({**kind, "nodes": nodes, "edges": edges}, path)


def _graphviz(data: dict[str, Any], path: str) -> nx.Graph:
    """What Graphviz writes with ``-Tjson`` and its like: nodes by name, subgraphs before them left out."""
    objects, edges = data.get("objects", []), data.get("edges", [])
    name_of = {row["_gvid"]: row["name"] for row in objects if row["_gvid"] >= data["_subgraph_cnt"]}
    nodes = [_described(row, {"id": row["name"]}) for row in objects if row["_gvid"] in name_of]
    links = [_described(row, {"source": name_of[row["tail"]], "target": name_of[row["head"]]}) for row in edges]
    has_parallel = len({(row["tail"], row["head"]) for row in edges}) < len(edges)
    graph = node_link_graph(
        {"directed": data["directed"], "multigraph": has_parallel, "nodes": nodes, "edges": links}, path
    )
    about = {key: value for key, value in data.items() if isinstance(value, str) and key != "_draw_"}
    graph.graph.update(about)
    return graph


def _described(row: dict[str, Any], ends: dict[str, Any]) -> dict[str, Any]:
    """A row without what Graphviz needs for itself; the place of a node is two numbers, as in DOT."""
    found = {key: value for key, value in row.items() if key not in _OF_GRAPHVIZ and not _DRAWN.fullmatch(key)}
    place = place_of(found.get("pos", "")) if "id" in ends else None
    return found | ends | ({} if place is None else {"pos": place})
