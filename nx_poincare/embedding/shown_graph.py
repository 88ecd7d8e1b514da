"""The graph that an embedding was made of, as long as somebody holds it: notebooks show its attributes, too."""

from __future__ import annotations

import weakref
from collections.abc import Hashable, Sequence

import networkx as nx

from nx_poincare.viewer.columns import Column, columns_of

__all__ = ["ShownGraph"]


class ShownGraph:
    """A weak reference to a graph; copies and pickles know none."""

    def __init__(self, G: nx.Graph | None = None) -> None:
        self._graph = None if G is None else weakref.ref(G)

    def __reduce__(self) -> tuple[type[ShownGraph], tuple[()]]:
        return ShownGraph, ()

    def columns(self, nodes: Sequence[Hashable]) -> dict[str, Column]:
        """Node attributes of the graph, none if it is gone or has lost a node."""
        G = None if self._graph is None else self._graph()
        if G is None or any(node not in G for node in nodes):
            return {}
        return dict(columns_of(G.nodes, nodes))
