"""Any NetworkX graph -> nodes and edges from parent to child."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import chain
from typing import Any, Literal, TypeAlias, get_args

import networkx as nx
import numpy as np

from nx_poincare.utils.arrays import IntArray

__all__ = ["Direction", "check_graph", "edges_of_graph", "parent_first"]

Direction: TypeAlias = Literal["parent_to_child", "child_to_parent"]


def edges_of_graph(
    G: nx.Graph, *, direction: Direction = "parent_to_child", root: Hashable | None = None
) -> tuple[list[Hashable], IntArray]:
    """Nodes of a graph, and its edges as (parent, child) indices.

    Parameters
    ----------
    G, direction, root
        As in `nx_poincare.Hierarchy.from_digraph`.

    Returns
    -------
    nodes : list of hashable, length n
    edges : ndarray of int64, shape (number of edges, 2)
        Self-loops of directed graphs included.

    Raises
    ------
    TypeError
        If ``G`` is not a NetworkX graph.
    networkx.NodeNotFound
        If ``root`` is not in the graph.
    ValueError
        If ``direction`` is unknown, or ``root`` is given for a directed graph.

    Examples
    --------
    >>> edges_of_graph(nx.path_graph(3))
    ([0, 1, 2], array([[1, 0],
           [1, 2]]))
    """
    check_graph(G)
    _check_direction(direction)
    if root is not None and G.is_directed():
        raise ValueError("root is for undirected graphs; the edges of a directed graph tell its roots")
    if root is not None and root not in G:
        raise nx.NodeNotFound(f"root {root!r} is not in the graph")
    nodes = list(G)
    index = {name: i for i, name in enumerate(nodes)}
    edges = _edge_indices(G, index)
    if G.is_directed():
        return nodes, parent_first(edges, direction)
    from nx_poincare.extractors.undirected import breadth_first_edges  # which loads numba

    return nodes, breadth_first_edges(edges, len(nodes), None if root is None else index[root])


def check_graph(G: Any) -> None:
    """Refuse what is not a NetworkX graph, and say what makes one.

    Raises
    ------
    TypeError
    """
    if not isinstance(G, nx.Graph):
        raise TypeError(
            f"expected a NetworkX graph, got {type(G).__name__}; nx_poincare.read_graph reads files, data frames "
            "and arrays of edges, networkx.DiGraph(edges) takes a list of edges"
        )


def parent_first(edges: IntArray, direction: Direction) -> IntArray:
    """Edges (tail, head) of a directed graph as (parent, child)."""
    _check_direction(direction)
    return edges if direction == "parent_to_child" else edges[:, ::-1]


def _check_direction(direction: str) -> None:
    if direction not in get_args(Direction):
        raise ValueError(f"direction must be 'parent_to_child' or 'child_to_parent', not {direction!r}")


def _edge_indices(G: nx.Graph, index: dict[Hashable, int]) -> IntArray:
    """Every edge of the graph as (tail, head) indices; both ways if it is undirected."""
    neighbours = [neighbour_dict for _, neighbour_dict in G.adjacency()]
    tails = np.repeat(np.arange(len(index)), [len(d) for d in neighbours])
    heads = np.fromiter(map(index.__getitem__, chain.from_iterable(neighbours)), dtype=np.int64, count=len(tails))
    return np.column_stack([tails, heads])
