"""Weights of edges, and edges turned downward, by the names of a graph."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np

from nx_poincare.extractors.digraph import Direction
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = ["downward_edges", "edge_weights"]


def downward_edges(G: nx.Graph, hierarchy: Hierarchy) -> IntArray:
    """Every edge of an undirected graph, self-loops left out, the end of the lower level first."""
    index = hierarchy.index
    edges = np.array([(index[u], index[v]) for u, v in G.edges()], dtype=np.int64).reshape(-1, 2)
    edges = edges[edges[:, 0] != edges[:, 1]]
    upwards = hierarchy.levels[edges[:, 0]] > hierarchy.levels[edges[:, 1]]
    edges[upwards] = edges[upwards][:, ::-1]
    return edges


def edge_weights(G: nx.Graph, hierarchy: Hierarchy, weight: str, direction: Direction) -> FloatArray:
    """Weights of the edges of ``hierarchy.dag``, in the order of its ``parent_list``.

    Parallel edges, and edges between the same two cycles, add up. An edge without the
    attribute weighs 1.

    Raises
    ------
    networkx.NetworkXError
        If a weight, or the sum of parallel ones, is not a positive finite number; the message names the edge.
    ValueError
        If no edge has the attribute.
    """
    _check_that_edges_have(G, weight)
    tails, heads, values = [], [], []
    for u, v, value in G.edges(data=weight, default=1):
        if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
            raise nx.NetworkXError(f"edge ({u!r}, {v!r}) has {weight}={value!r}, which is not a number")
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


def _check_that_edges_have(G: nx.Graph, weight: str) -> None:
    names: dict[Any, None] = {}
    for _, _, attributes in G.edges(data=True):
        if weight in attributes:
            return
        names.update(dict.fromkeys(attributes))
    if G.number_of_edges():
        has = f"they have {', '.join(map(repr, names))}" if names else "they have no attributes"
        raise ValueError(f"no edge has the attribute weight={weight!r}; {has}")


def _as_float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:  # an integer of Python
        return np.inf
