"""Any NetworkX graph -> Hierarchy."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from itertools import chain
from typing import Any, Literal, TypeAlias, get_args

import networkx as nx
import numpy as np

from nx_poincare.arrays import FloatArray, IntArray
from nx_poincare.extractors.undirected import breadth_first_edges
from nx_poincare.hierarchy import DEFAULT_MAX_PAIRS, Hierarchy

__all__ = [
    "Direction",
    "as_hierarchy",
    "check_graph",
    "closure_edges",
    "downward_edges",
    "edge_weights",
    "hierarchy_from_graph",
    "parent_first",
]

Direction: TypeAlias = Literal["parent_to_child", "child_to_parent"]


def hierarchy_from_graph(
    G: nx.Graph,
    *,
    direction: Direction = "parent_to_child",
    on_cycle: Literal["condense", "raise"] = "condense",
    root: Hashable | None = None,
    max_pairs: int = DEFAULT_MAX_PAIRS,
) -> Hierarchy:
    """Read the hierarchy that a graph describes; the graph is not changed.

    Parameters
    ----------
    G : networkx.Graph, DiGraph, MultiGraph or MultiDiGraph
        Parallel edges count once, self-loops are ignored. In an undirected graph the
        hierarchy is the breadth-first tree of each connected component.
    direction : {"parent_to_child", "child_to_parent"}, default "parent_to_child"
        What an edge ``(u, v)`` of a directed graph means. Undirected graphs have no
        direction and ignore it.
    on_cycle : {"condense", "raise"}, default "condense"
        ``"condense"`` lets the nodes of a cycle share a level and stand beside each other,
        ``"raise"`` refuses the graph and names a cycle.
    root : node, optional
        Undirected graphs only: where the breadth-first tree of its component starts.
        Default for each component: a centre if it is a tree, otherwise the node of highest
        degree; the first in node order where several qualify.
    max_pairs : int, default 200,000,000
        Limit of the transitive closure, should it be asked for.

    Returns
    -------
    Hierarchy

    Raises
    ------
    TypeError
        If ``G`` is no NetworkX graph.
    networkx.NetworkXUnfeasible
        If there is a cycle and ``on_cycle="raise"``.
    networkx.NodeNotFound
        If ``root`` is not in the graph.
    ValueError
        If an option is unknown, or ``root`` is given for a directed graph.

    Examples
    --------
    >>> h = hierarchy_from_graph(nx.path_graph(5))
    >>> h.levels
    array([2, 1, 0, 1, 2])
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
    if not G.is_directed():
        edges = breadth_first_edges(edges, len(nodes), None if root is None else index[root])
    else:
        edges = parent_first(edges, direction)
    return Hierarchy.from_edges(nodes, edges, on_cycle=on_cycle, max_pairs=max_pairs)


def as_hierarchy(
    G: nx.Graph | Hierarchy,
    direction: Direction = "parent_to_child",
    on_cycle: Literal["condense", "raise"] = "condense",
    root: Hashable | None = None,
) -> Hierarchy:
    """A hierarchy as it is, or that of a graph.

    Raises
    ------
    ValueError
        If an option says how to read what has been read already.
    """
    if not isinstance(G, Hierarchy):
        return hierarchy_from_graph(G, direction=direction, on_cycle=on_cycle, root=root)
    if (direction, on_cycle, root) != ("parent_to_child", "condense", None):
        raise ValueError("direction, on_cycle and root say how to read a graph; a Hierarchy has been read already")
    return G


def check_graph(G: Any) -> None:
    """Refuse what is no NetworkX graph, with what makes one.

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


def downward_edges(G: nx.Graph, hierarchy: Hierarchy) -> IntArray:
    """Every edge of an undirected graph, self-loops left out, the end of the lower level first."""
    index = hierarchy.index
    edges = np.array([(index[u], index[v]) for u, v in G.edges()], dtype=np.int64).reshape(-1, 2)
    edges = edges[edges[:, 0] != edges[:, 1]]
    upwards = hierarchy.levels[edges[:, 0]] > hierarchy.levels[edges[:, 1]]
    edges[upwards] = edges[upwards][:, ::-1]
    return edges


def closure_edges(
    G: nx.Graph,
    *,
    direction: Direction = "parent_to_child",
    on_cycle: Literal["condense", "raise"] = "condense",
    root: Hashable | None = None,
) -> Iterator[tuple[Hashable, Hashable, int, int]]:
    """Stream the level-annotated edges of the transitive closure.

    Parameters
    ----------
    G, direction, on_cycle, root
        As in `Hierarchy.from_digraph`.

    Yields
    ------
    (descendant, ancestor, level, ancestor level)
        Once for every pair; levels are longest paths from a root. The whole closure is
        never held in memory.

    Examples
    --------
    >>> list(closure_edges(nx.DiGraph([("a", "b"), ("b", "c")])))
    [('b', 'a', 1, 0), ('c', 'a', 2, 0), ('c', 'b', 2, 1)]
    """
    hierarchy = hierarchy_from_graph(G, direction=direction, on_cycle=on_cycle, root=root)
    return hierarchy.closure_pairs()


def edge_weights(G: nx.Graph, hierarchy: Hierarchy, weight: str, direction: Direction) -> FloatArray:
    """Weights of the edges of ``hierarchy.dag``, in the order of its ``parent_list``.

    Parallel edges, and edges between the same two cycles, add up. An edge without the
    attribute weighs 1.

    Raises
    ------
    networkx.NetworkXError
        If a weight, or the sum of parallel ones, is no positive finite number; the message names the edge.
    """
    tails, heads, values = [], [], []
    for u, v, value in G.edges(data=weight, default=1):
        if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
            raise nx.NetworkXError(f"edge ({u!r}, {v!r}) has {weight}={value!r}, which is no number")
        amount = _as_float(value)
        if not 0 < amount < np.inf:
            raise nx.NetworkXError(f"edge ({u!r}, {v!r}) has {weight}={value!r}; weights must be positive and finite")
        tails.append(hierarchy.index[u])
        heads.append(hierarchy.index[v])
        values.append(amount)
    ends = hierarchy.component[np.array([tails, heads], dtype=np.int64).reshape(2, -1)]
    amounts = np.array(values)
    if not G.is_directed():
        ends, amounts = np.hstack([ends, ends[::-1]]), np.tile(amounts, 2)
    parents, children = ends if direction == "parent_to_child" or not G.is_directed() else ends[::-1]
    n = hierarchy.dag.n
    keys, inverse = np.unique(children * np.int64(n) + parents, return_inverse=True)
    sums = np.bincount(inverse, weights=amounts, minlength=len(keys))
    if not np.isfinite(sums).all():
        edge = int(np.flatnonzero(~np.isfinite(sums[inverse]))[0]) % len(tails)
        u, v = hierarchy.nodes[tails[edge]], hierarchy.nodes[heads[edge]]
        raise nx.NetworkXError(f"edge ({u!r}, {v!r}): its parallel edges have {weight} beyond what float64 holds")
    dag = hierarchy.dag
    wanted = np.repeat(np.arange(n), np.diff(dag.parent_starts)) * np.int64(n) + dag.parent_list
    if not len(keys):
        return np.ones(len(wanted))
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, sums[place], 1.0)


def _as_float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:  # an integer of Python
        return np.inf


def _check_direction(direction: str) -> None:
    if direction not in get_args(Direction):
        raise ValueError(f"direction must be 'parent_to_child' or 'child_to_parent', not {direction!r}")


def _edge_indices(G: nx.Graph, index: dict[Hashable, int]) -> IntArray:
    """Every edge of the graph as (tail, head) indices; both ways if it is undirected."""
    neighbours = [neighbour_dict for _, neighbour_dict in G.adjacency()]
    tails = np.repeat(np.arange(len(index)), [len(d) for d in neighbours])
    heads = np.fromiter(map(index.__getitem__, chain.from_iterable(neighbours)), dtype=np.int64, count=len(tails))
    return np.column_stack([tails, heads])
