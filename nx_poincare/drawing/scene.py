"""What a picture of a hierarchy shows, as arrays: the last place that sees the graph's nodes by name."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from nx_poincare.arrays import FloatArray, IntArray
from nx_poincare.engine.spanning_tree import spanning_tree
from nx_poincare.extractors.digraph import Direction
from nx_poincare.hierarchy import Hierarchy

__all__ = ["Scene", "scene_of"]


@dataclass(frozen=True)
class Scene:
    """What is drawn, as arrays; nodes in the order of the graph.

    Attributes
    ----------
    nodes : tuple of hashable
    positions : ndarray of float64, shape (n, 2)
        Points of the closed unit disk.
    levels : ndarray of float64, shape (n,)
    sizes : ndarray of float64, shape (n,)
        Nodes in the subtree of each node, itself included.
    edges : ndarray of int64, shape (number of edges, 2)
        Each pair of different nodes once, the parent first.
    in_tree : ndarray of bool, shape (number of edges,)
        Whether the edge belongs to the spanning tree that the layout is built on.
    """

    nodes: tuple[Hashable, ...]
    positions: FloatArray
    levels: FloatArray
    sizes: FloatArray
    edges: IntArray
    in_tree: NDArray[np.bool_]

    @property
    def scales(self) -> FloatArray:
        """The disk's own scale at each node, 1 at the centre and 0 on the rim."""
        return np.asarray(1 - np.minimum((self.positions**2).sum(axis=1), 1), dtype=np.float64)


def scene_of(
    G: nx.Graph,
    *,
    pos: Mapping[Hashable, Any] | None,
    pos_as: str,
    level_as: str,
    direction: Direction,
    root: Hashable | None,
) -> Scene:
    """Read a graph for drawing; see `nx_poincare.draw_poincare` for the options and errors."""
    hierarchy = Hierarchy.from_digraph(G, direction=direction, root=root)
    tree = spanning_tree(hierarchy.dag)
    component = hierarchy.component
    edges = _drawn_edges(G, hierarchy, direction)
    return Scene(
        nodes=hierarchy.nodes,
        positions=_positions(G, pos, pos_as, direction, root),
        levels=_levels(G, hierarchy, level_as),
        sizes=tree.sizes[component].astype(np.float64),
        edges=edges,
        in_tree=tree.parents[component[edges[:, 1]]] == component[edges[:, 0]],
    )


def _positions(
    G: nx.Graph,
    pos: Mapping[Hashable, Any] | None,
    pos_as: str,
    direction: Direction,
    root: Hashable | None,
) -> FloatArray:
    """Positions of all nodes, checked, shape (n, 2)."""
    source = f"the node attribute {pos_as!r}"
    if pos is not None:
        source = "pos"
    else:
        pos = {node: place for node, place in G.nodes(data=pos_as) if place is not None}
        if not pos and len(G):
            from nx_poincare.api import poincare_layout

            pos, source = poincare_layout(G, direction=direction, root=root), "the layout"
    places = []
    for node in G:
        if node not in pos:
            raise nx.NetworkXError(f"node {node!r} has no position in {source}; give one to every node or to none")
        try:
            x, y = pos[node]
            places.append((float(x), float(y)))
        except (TypeError, ValueError):
            raise nx.NetworkXError(
                f"the position of node {node!r} in {source} is no pair of numbers: {pos[node]!r}"
            ) from None
    positions = np.array(places, dtype=np.float64).reshape(-1, 2)
    outside = np.flatnonzero(~(np.hypot(*positions.T) <= 1 + 1e-9))  # also catches nan
    if len(outside):
        node = list(G)[outside[0]]
        raise nx.NetworkXError(
            f"the position {places[outside[0]]} of node {node!r} in {source} is not in the unit disk; "
            "poincare_layout gives positions that are"
        )
    return positions


def _levels(G: nx.Graph, hierarchy: Hierarchy, level_as: str) -> FloatArray:
    """Levels from the node attribute if every node has a finite one, otherwise from the hierarchy."""
    try:
        given = np.array([level for _, level in G.nodes(data=level_as)], dtype=np.float64)
    except (TypeError, ValueError):
        given = np.full(1, np.nan)
    return given if np.isfinite(given).all() else hierarchy.levels.astype(np.float64)


def _drawn_edges(G: nx.Graph, hierarchy: Hierarchy, direction: Direction) -> IntArray:
    """Index pairs of different nodes, the parent first, each pair of nodes once."""
    index = hierarchy.index
    edges = np.array([(index[u], index[v]) for u, v in G.edges()], dtype=np.int64).reshape(-1, 2)
    edges = edges[edges[:, 0] != edges[:, 1]]
    if direction == "child_to_parent":
        edges = edges[:, ::-1]
    if not G.is_directed():
        upwards = hierarchy.levels[edges[:, 0]] > hierarchy.levels[edges[:, 1]]
        edges[upwards] = edges[upwards][:, ::-1]
    low, high = edges.min(axis=1, initial=len(index)), edges.max(axis=1, initial=0)
    _, first = np.unique(low * np.int64(max(len(index), 1)) + high, return_index=True)
    return edges[np.sort(first)]
