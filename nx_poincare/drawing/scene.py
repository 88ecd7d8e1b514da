"""What a picture of a hierarchy shows, as arrays: the last place that sees the graph's nodes by name."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from nx_poincare.drawing.direction import hierarchy_to_show
from nx_poincare.drawing.positions import GivenPositions, given_positions, is_layout_of, view_from
from nx_poincare.embedding.direction import hierarchy_as_embedded
from nx_poincare.embedding.embedding import Embedding
from nx_poincare.engine.dag.spanning_tree import SpanningTree, spanning_tree
from nx_poincare.extractors.digraph import Direction
from nx_poincare.hierarchy.edge_weights import downward_edges
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.layout.positions import layout_positions
from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = ["Scene", "scene_of"]

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Scene:
    """What is drawn, as arrays; nodes in the order of the graph.

    Attributes
    ----------
    hierarchy : Hierarchy
        Of the nodes that are drawn.
    tree : SpanningTree
        Of its condensed nodes: the one that the layout is built on.
    positions : ndarray of float64, shape (n, 2)
        Points of the closed unit disk.
    levels : ndarray of float64, shape (n,)
    sizes : ndarray of float64, shape (n,)
        Nodes in the subtree of each node, itself and those that are not drawn included.
    edges : ndarray of int64, shape (number of edges, 2)
        Each pair of different nodes once, the parent first.
    total : int
        Nodes of the graph, of which some may not be drawn.
    focus : int or None
        Row of the node that the picture is centred on.
    texts : mapping from node to str
        What nodes are called in place of their names.
    """

    hierarchy: Hierarchy
    tree: SpanningTree
    positions: FloatArray
    levels: FloatArray
    sizes: FloatArray
    edges: IntArray
    total: int
    focus: int | None
    texts: Mapping[Hashable, str] = field(default_factory=dict)

    @property
    def nodes(self) -> tuple[Hashable, ...]:
        """Names of the nodes that are drawn."""
        return self.hierarchy.nodes

    def name(self, row: int) -> Hashable:
        """What a node is called."""
        return self.texts.get(self.nodes[row], self.nodes[row])

    @property
    def in_tree(self) -> NDArray[np.bool_]:
        """Whether each edge belongs to the spanning tree."""
        ends = self.hierarchy.component[self.edges]
        return np.asarray(self.tree.parents[ends[:, 1]] == ends[:, 0])

    @property
    def scales(self) -> FloatArray:
        """The disk's own scale at each node, 1 at the centre and 0 on the rim."""
        return np.asarray(1 - np.minimum((self.positions**2).sum(axis=1), 1), dtype=np.float64)

    @property
    def importance(self) -> FloatArray:
        """Size of the subtree; around a focus, less for what the disk shows small."""
        return self.sizes if self.focus is None else self.sizes**0.5 * self.scales**2


def scene_of(
    G: nx.Graph | Embedding,
    *,
    pos: Mapping[Hashable, Any] | None,
    pos_as: str,
    level_as: str,
    direction: Direction,
    root: Hashable | None,
    max_nodes: int | None = None,
    focus: Hashable | None = None,
    kept: tuple[Hashable, ...] = (),
) -> Scene:
    """Read a graph or an embedding for drawing; see `nx_poincare.draw_poincare` for the options and errors.

    ``kept`` are nodes that `max_nodes` must not leave out.
    """
    hierarchy, edges, levels = _read_graph(G, pos, level_as, pos_as, direction, root)
    for node in (*kept, *([] if focus is None else [focus])):
        if node not in hierarchy.index:
            raise nx.NodeNotFound(f"node {node!r} is not in the graph")
    given = given_positions(G, hierarchy.nodes, pos, pos_as)
    if given is None and isinstance(G, Embedding) and G.edges is None:
        raise ValueError(f"an embedding in {G.dim} dimensions without edges has no positions in the disk; pass pos=")
    total = len(hierarchy)
    tree = spanning_tree(hierarchy.dag)
    sizes = tree.sizes[hierarchy.component].astype(np.float64)
    changes_place = focus is not None or (max_nodes is not None and max_nodes < total)
    if given is not None and changes_place and is_layout_of(given, hierarchy):
        given = None  # a layout for the whole is made anew for a part
    if max_nodes is not None and max_nodes < total:
        first = [hierarchy.index[node] for node in ([] if focus is None else [focus])]
        rows = _most_important(hierarchy, tree, max_nodes, first, [hierarchy.index[node] for node in kept])
        hierarchy, edges = _part(hierarchy, edges, rows)
        levels, sizes, tree = levels[rows], sizes[rows], spanning_tree(hierarchy.dag)
        given = None if given is None else given.part(rows)
        _logger.info("the picture shows %s of %s nodes, the most important", f"{len(rows):,}", f"{total:,}")
    row = None if focus is None else hierarchy.index[focus]
    return Scene(hierarchy, tree, _positions_in_disk(hierarchy, given, row), levels, sizes, edges, total, row)


def _read_graph(
    G: nx.Graph | Embedding,
    pos: Mapping[Hashable, Any] | None,
    level_as: str,
    pos_as: str,
    direction: Direction,
    root: Hashable | None,
) -> tuple[Hierarchy, IntArray, FloatArray]:
    """Hierarchy, edges to draw and levels."""
    if isinstance(G, Embedding):
        none = np.zeros((0, 2), dtype=np.int64)
        hierarchy = Hierarchy.from_edges(G.nodes, none if G.edges is None else G.edges)
        known = len(G) > 0 and G.levels.min() >= 0
        return hierarchy, _each_pair_once(hierarchy.edges), (G.levels if known else hierarchy.levels).astype(np.float64)
    if isinstance(pos, Embedding) and G.is_directed():
        hierarchy = hierarchy_as_embedded(pos, G, direction)
    else:
        hierarchy = hierarchy_to_show(G, direction=direction, root=root, level_as=level_as, pos_as=pos_as)
    edges = hierarchy.edges if G.is_directed() else downward_edges(G, hierarchy)
    return hierarchy, _each_pair_once(edges), _levels(G, hierarchy, level_as)


def _levels(G: nx.Graph, hierarchy: Hierarchy, level_as: str) -> FloatArray:
    """Levels from the node attribute if every node has a finite one, otherwise from the hierarchy."""
    try:
        given = np.array([level for _, level in G.nodes(data=level_as)], dtype=np.float64)
    except (TypeError, ValueError):
        given = np.full(1, np.nan)
    return given if np.isfinite(given).all() else hierarchy.levels.astype(np.float64)


def _each_pair_once(edges: IntArray) -> IntArray:
    """Of edges between the same two nodes, there and back, the first."""
    low, high = edges.min(axis=1), edges.max(axis=1)
    _, first = np.unique(low * np.int64(edges.max(initial=0) + 1) + high, return_index=True)
    return edges[np.sort(first)]


def _most_important(
    hierarchy: Hierarchy, tree: SpanningTree, count: int, focus: list[int], kept: list[int]
) -> IntArray:
    """Rows of the nodes with the largest subtrees, ascending; each comes with its tree path to the root.

    Nodes that must be there come first with their paths; the subtree of a focus may fill half of the places.
    """
    component, n = hierarchy.component, len(hierarchy)
    # A subtree is larger than those in it, so a parent comes before its children.
    urgency = np.zeros(n)
    if focus:
        below = np.flatnonzero(_below(tree, component[focus[0]])[component])
        order = np.lexsort((below, -tree.sizes[component[below]]))
        urgency[below[order[: count // 2]]] = 1
    wanted = np.zeros(len(tree.parents), dtype=np.bool_)
    for row in (*focus, *kept):
        v = component[row]
        while v >= 0 and not wanted[v]:
            wanted[v] = True
            v = tree.parents[v]
    urgency[wanted[component]] = 2
    urgency[[*focus, *kept]] = 3
    return np.sort(np.lexsort((np.arange(n), -tree.sizes[component], -urgency))[:count])


def _below(tree: SpanningTree, top: int) -> NDArray[np.bool_]:
    """Which condensed nodes are in the subtree of one."""
    inside = np.zeros(len(tree.parents), dtype=np.bool_)
    inside[top] = True
    for v in tree.order[np.flatnonzero(tree.order == top)[0] :].tolist():
        parent = tree.parents[v]
        if parent >= 0 and inside[parent]:
            inside[v] = True
    return inside


def _part(hierarchy: Hierarchy, edges: IntArray, rows: IntArray) -> tuple[Hierarchy, IntArray]:
    """The hierarchy of some nodes and the drawn edges among them."""
    place = np.full(len(hierarchy), -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))

    def among(pairs: IntArray) -> IntArray:
        moved = place[pairs]
        return moved[(moved >= 0).all(axis=1)]

    names = tuple(hierarchy.nodes[i] for i in rows.tolist())
    return Hierarchy.from_edges(names, among(hierarchy.edges)), among(edges)


def _positions_in_disk(hierarchy: Hierarchy, given: GivenPositions | None, focus: int | None) -> FloatArray:
    if given is not None:
        return given.points if focus is None else given.around(focus)
    return layout_positions(hierarchy) if focus is None else view_from(hierarchy, focus)
