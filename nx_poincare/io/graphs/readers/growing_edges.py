"""Edges of a graph that grows as its file is read: parallel ones, and the order of neighbours."""

from __future__ import annotations

from typing import Any

import networkx as nx

__all__ = ["ParallelEdgesError", "sort_edges"]


class ParallelEdgesError(Exception):
    """There are edges between the same two nodes: the file is to be read once more, with all of them."""


def sort_edges(graph: nx.Graph) -> None:
    """Put the neighbours of each node in the order of `graph.edges`, as they are in a copy made from these edges.

    Examples
    --------
    >>> graph = nx.DiGraph()
    >>> graph.add_nodes_from("ab")
    >>> graph.add_edges_from([("b", "c"), ("a", "c")])
    >>> sort_edges(graph)
    >>> list(graph.predecessors("c"))
    ['a', 'b']
    """
    done: set[Any] = set()
    for node in graph:
        neighbors = [neighbor for neighbor in graph.adj[node] if neighbor not in done]
        for neighbor in neighbors:
            if isinstance(graph, nx.MultiGraph):
                edges = [(node, neighbor, key, row) for key, row in graph.adj[node][neighbor].items()]
                graph.remove_edges_from([(u, v, key) for u, v, key, _ in edges])
                graph.add_edges_from(edges)  # type: ignore[arg-type]
            else:
                row = graph.adj[node][neighbor]
                graph.remove_edge(node, neighbor)
                graph.add_edges_from([(node, neighbor, row)])
        if not graph.is_directed():
            done.add(node)
