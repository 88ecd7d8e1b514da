"""A graph that grows by the statements of a file in DOT, in their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import networkx as nx

from nx_poincare.io.graphs.readers.dot_words import key_of, node_of, place_of, text_of
from nx_poincare.io.graphs.readers.growing_edges import ParallelEdgesError, sort_edges

__all__ = ["GrowingGraph", "TooManyError"]


class TooManyError(Exception):
    """There are more edges, or attributes, than a file may have.

    Attributes
    ----------
    what : {"edges", "attributes"}
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class GrowingGraph:
    """A graph with what statements have said so far.

    Parameters
    ----------
    is_directed, is_strict : bool
        As the head of the file says; a strict graph has no parallel edges.
    keeps_parallel : bool
        Whether edges between the same two nodes are told apart by keys while the graph grows. Such a graph takes
        more memory, and another copy at the end if there turn out to be none.
    most_edges : int
        That may be added.
    most_attributes : int
        That nodes and edges may have by defaults, and edges by others between the same two subgraphs.
    """

    def __init__(
        self, *, is_directed: bool, is_strict: bool, keeps_parallel: bool, most_edges: int, most_attributes: int
    ) -> None:
        kinds = (nx.MultiDiGraph, nx.DiGraph) if is_directed else (nx.MultiGraph, nx.Graph)
        self._simple: Any = kinds[1]
        self._graph: Any = kinds[0]() if keeps_parallel else kinds[1]()
        self._is_strict, self._keeps_parallel = is_strict, keeps_parallel
        self._edges_left, self._attributes_left = most_edges, most_attributes
        self._has_keys = False
        self._of_nodes: dict[str, str] = {}
        self._of_edges: dict[str, str] = {}
        self._about: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._keys: dict[str, str] = {}

    def add_plain(self, nodes: Sequence[str], attributes: dict[str, str]) -> None:
        """Add a node, or a chain of edges, with attributes."""
        row = self._shared(attributes)
        if len(nodes) == 1:
            self._node(nodes[0], self._of_nodes)
            self._graph.nodes[nodes[0]].update(row)
            return
        tail = self._node(nodes[0], self._of_nodes)
        for name in nodes[1:]:
            head = self._node(name, self._of_nodes)
            self._edge([tail], [head], self._of_edges, row)
            tail = head

    def add(self, found: Any) -> None:
        """Add what pydot has read of some statements."""
        self._fill(found, self._of_nodes, self._of_edges, self._graph.graph)
        self._about.update((key_of(key), text_of(value)) for key, value in found["attributes"].items())

    def finished(self) -> nx.Graph:
        """The graph: one with parallel edges only if there are any."""
        graph: nx.Graph = self._graph
        self._names = {}
        graph.graph.update(self._about)
        for _, row in graph.nodes(data=True):
            if "pos" in row and (numbers := place_of(row["pos"])):
                row["pos"] = numbers
        if not self._keeps_parallel:
            sort_edges(graph)
            return graph
        has_parallel = not self._is_strict and graph.number_of_edges() > len({edge[:2] for edge in graph.edges()})
        return graph if has_parallel else self._simple(graph)

    def _shared(self, row: dict[str, str]) -> dict[str, str]:
        """The same attributes, with keys of which there is one object each."""
        return {self._keys.setdefault(key, key): value for key, value in row.items()}

    def _node(self, name: str, defaults: dict[str, str]) -> str:
        node = self._names.get(name)
        if node is None:
            node = self._names[name] = name
            self._count_attributes(len(defaults))
            self._graph.add_nodes_from([(node, defaults)])
        return node

    def _edge(self, tails: Sequence[str], heads: Sequence[str], defaults: dict[str, str], own: dict[str, str]) -> None:
        row: dict[str, Any] = {**defaults, **own}
        pairs = len(tails) * len(heads)
        self._edges_left -= pairs
        if self._edges_left < 0:
            raise TooManyError("edges")
        self._count_attributes(max(0, pairs * len(row) - len(own)))
        key = row.pop("key", None)
        self._has_keys |= key is not None
        for tail in tails:
            for head in heads:
                if self._keeps_parallel:
                    self._graph.add_edges_from([(tail, head, key, row)])
                    continue
                if (self._has_keys or not self._is_strict) and head in self._graph.adj[tail]:
                    raise ParallelEdgesError
                self._graph.add_edges_from([(tail, head, row)])

    def _count_attributes(self, number: int) -> None:
        self._attributes_left -= number
        if self._attributes_left < 0:
            raise TooManyError("attributes")

    def _fill(self, found: Any, of_nodes: dict[str, str], of_edges: dict[str, str], about: dict[str, str]) -> list[str]:
        """Add what stands in a graph or subgraph, in order; returns its nodes.

        Defaults that it states are added to those given, and what it says of itself to `about`.
        """
        defaults = {"node": of_nodes, "edge": of_edges, "graph": about}
        members: dict[str, None] = {}
        for kind, name, item in _statements(found):
            attributes = self._shared({key_of(key): text_of(value) for key, value in item["attributes"].items()})
            if kind == "nodes" and name in defaults:
                defaults[name].update(attributes)
            elif kind == "nodes":
                node = self._node(node_of(name), of_nodes)
                self._graph.nodes[node].update(attributes)
                members[node] = None
            elif kind == "subgraphs":
                members |= dict.fromkeys(self._fill(item, dict(of_nodes), dict(of_edges), {}))
            else:
                tails, heads = (
                    [self._node(node_of(end), of_nodes)]
                    if isinstance(end, str)
                    else self._fill(end, dict(of_nodes), dict(of_edges), {})
                    for end in item["points"]
                )
                members |= dict.fromkeys([*tails, *heads])
                self._edge(tails, heads, of_edges, attributes)
        return list(members)


def _statements(found: Any) -> Iterator[tuple[str, Any, Any]]:
    """Nodes, edges and subgraphs as they come."""
    items = [
        (item.get("sequence") or 0, kind, name, item)
        for kind in ("nodes", "subgraphs", "edges")
        for name, same in found[kind].items()
        for item in same
    ]
    items.sort(key=lambda item: item[0])
    return ((kind, name, item) for _, kind, name, item in items)
