"""Node-link data of JSON: lists of nodes and of edges, as NetworkX and d3 have them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any, NoReturn

import networkx as nx

from nx_poincare.io.streams import GraphFileError

__all__ = ["node_link_graph"]


def node_link_graph(data: dict[str, Any], path: str) -> nx.Graph:
    """A graph from node-link data whose edges name nodes by their ids, or all by their positions; it empties the lists.

    By position is how NetworkX 1 and the first versions of d3 had it: integers from 0 that are no ids.

    Raises
    ------
    GraphFileError
        Naming the entry that is not as it should be, or the edge that ends at a node that is not there.
    """
    edges = _key_of_edges(data, path)
    data = _with_usual_ends(data, edges)
    _check(data, edges, path)
    links = data[edges]
    ends = {_hashable(edge[end]) for edge in links for end in ("source", "target")}
    nodes = _with_ids(data["nodes"], ends)
    if not ends <= {_hashable(node.get("id", position)) for position, node in enumerate(nodes)}:
        links = _by_position(links, nodes, edges, path)
    del ends
    about = data.get("graph", {})
    whole = {
        **data,
        "graph": dict(about) if isinstance(about, list) else about,
        "nodes": _emptied(nodes),
        edges: map(_with_hashable_ends, _emptied(links)),
    }
    return nx.node_link_graph(whole, directed=True, multigraph=False, edges=edges)


def _emptied(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Rows in their order, each let go when it has been read: the graph takes as much memory as they do."""
    rows.reverse()
    while rows:
        yield rows.pop()


def _with_hashable_ends(edge: dict[str, Any]) -> dict[str, Any]:
    return {**edge, "source": _hashable(edge["source"]), "target": _hashable(edge["target"])}


def _key_of_edges(data: dict[str, Any], path: str) -> str:
    """Where the edges are: an empty list under the other name does not count."""
    both = [key for key in ("edges", "links") if data.get(key)]
    if len(both) == 2 and data["edges"] != data["links"]:
        _refuse(path, "it has 'edges' and 'links', which are not the same; remove one of them")
    return both[0] if both else "links" if "edges" not in data else "edges"


def _with_usual_ends(data: dict[str, Any], edges: str) -> dict[str, Any]:
    """Edges from source to target, which vis.js calls from and to."""
    links = data.get(edges)
    if not isinstance(links, list) or not all(
        isinstance(edge, dict) and "from" in edge and "to" in edge and "source" not in edge for edge in links
    ):
        return data
    names = {"from": "source", "to": "target"}
    return {**data, edges: [{names.get(key, key): value for key, value in edge.items()} for edge in links]}


def _check(data: dict[str, Any], edges: str, path: str) -> None:
    """Refuse an entry that node-link data cannot have, by its name."""
    if not isinstance(data.get("nodes"), list):
        _refuse(path, "it has no list of 'nodes'")
    if not isinstance(data.get(edges), list):
        _refuse(path, "it has no list of 'edges' (or 'links')")
    about = data.get("graph", {})
    is_pairs = isinstance(about, list) and all(isinstance(pair, list) and len(pair) == 2 for pair in about)
    if not (isinstance(about, dict) or is_pairs):
        _refuse(path, "'graph' is not a dictionary")
    for number, node in enumerate(data["nodes"]):
        if not isinstance(node, dict):
            _refuse(path, f"nodes[{number}] is not a dictionary")
        if not _is_name(node.get("id", number)):
            _refuse(path, f"the id of nodes[{number}] is {node['id']!r}, which cannot name a node")
    for number, edge in enumerate(data[edges]):
        if not isinstance(edge, dict):
            _refuse(path, f"{edges}[{number}] is not a dictionary")
        for end in ("source", "target"):
            if not _is_name(edge.get(end)):
                _refuse(path, f"{edges}[{number}] has no valid {end!r}")


def _with_ids(nodes: list[dict[str, Any]], ends: set[Hashable]) -> list[dict[str, Any]]:
    """Nodes without ids by what else the edges call them, if they do."""
    if any("id" in node for node in nodes):
        return nodes
    for key in ("key", "name", "label"):
        called = [node.get(key) for node in nodes]
        if ends and all(map(_is_name, called)) and ends <= set(map(_hashable, called)):
            return [{**node, "id": node[key]} for node in nodes]
    return nodes


def _by_position(
    links: list[dict[str, Any]], nodes: list[dict[str, Any]], edges: str, path: str
) -> list[dict[str, Any]]:
    """Edges between the names at their positions, if all of them are positions."""
    names = [_hashable(node.get("id", position)) for position, node in enumerate(nodes)]
    known = set(names)
    places = [edge[end] for edge in links for end in ("source", "target")]
    if not all(type(place) is int and 0 <= place < len(names) for place in places):
        number, end, name = next(
            (number, end, name)
            for number, edge in enumerate(links)
            for end in ("source", "target")
            if (name := _hashable(edge[end])) not in known
        )
        _refuse(path, f"{edges}[{number}] has the {end} {name!r}, but no node has this id")
    return [{**edge, "source": names[edge["source"]], "target": names[edge["target"]]} for edge in links]


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


def _refuse(path: str, problem: str) -> NoReturn:
    raise GraphFileError(path, None, f"is not a node-link graph: {problem}")
