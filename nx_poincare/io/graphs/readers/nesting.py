"""Nodes that stand in others in a file: edges from the outer to the inner."""

from __future__ import annotations

from collections.abc import Sequence

import networkx as nx

from nx_poincare.utils.warn import warn_caller

__all__ = ["with_nested_edges"]


def with_nested_edges(graph: nx.Graph, pairs: Sequence[tuple[str, str]], path: str) -> nx.Graph:
    """A directed graph in which edges lead from each node to those that stand in it.

    The file's own edges stay if they are directed; undirected ones say nothing of what is above, and are left out
    with a warning.
    """
    if not pairs:
        return graph
    own = graph.number_of_edges()
    if not graph.is_directed():
        nested: nx.Graph = nx.DiGraph(**graph.graph)
        nested.add_nodes_from(graph.nodes(data=True))
        graph = nested
        said = f"edges of the file left out, as they have no direction: {own:,}"
    else:
        said = f"edges of the file kept beside them: {own:,}"
    graph.add_edges_from((outer, inner) for outer, inner in pairs if not graph.has_edge(outer, inner))
    if own:
        warn_caller(f"{path}: nodes stand in others; edges from the outer to the inner: {len(pairs):,}; {said}")
    return graph
