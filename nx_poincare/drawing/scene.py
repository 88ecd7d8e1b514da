"""What a picture of a hierarchy shows, as arrays: the last place that sees the graph's nodes by name."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from nx_poincare.drawing.columns import Column, column_of
from nx_poincare.drawing.direction import hierarchy_to_show
from nx_poincare.drawing.options import DrawingOptions
from nx_poincare.drawing.positions import LAYOUT, GivenPositions, given_positions, is_layout_of, view_from
from nx_poincare.drawing.selection import Folded, folds_of, hidden_below, most_important, neighbourhood
from nx_poincare.embedding.direction import hierarchy_as_embedded
from nx_poincare.embedding.embedding import Embedding
from nx_poincare.engine.dag.spanning_tree import SpanningTree, spanning_tree
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
    hidden : ndarray of int64, shape (n,)
        Nodes of the subtree of each node that are not shown, nor below another that is.
    size_values, colour_values : Column or None
        What sizes and colours of the markers show.
    origin : str
        Where the positions come from, in words; empty where it is not known.
    texts : mapping from node to str
        What nodes are called in place of their names.
    is_directed : bool
        Whether edges that are not in the tree lead to second parents; those of undirected graphs join any two nodes.
    """

    hierarchy: Hierarchy
    tree: SpanningTree
    positions: FloatArray
    levels: FloatArray
    sizes: FloatArray
    edges: IntArray
    total: int
    focus: int | None
    hidden: IntArray
    size_values: Column | None
    colour_values: Column | None
    origin: str
    texts: Mapping[Hashable, str] = field(default_factory=dict)
    is_directed: bool = True

    @property
    def shown(self) -> int:
        """How many nodes of the graph are drawn; those that stand for folded ones are not of the graph."""
        folds = sum(1 for _ in takewhile(lambda node: isinstance(node, Folded), reversed(self.nodes)))  # the last
        return len(self.nodes) - folds

    @property
    def nodes(self) -> Sequence[Hashable]:
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
    def around_focus(self) -> NDArray[np.bool_]:
        """The focus and all its parents."""
        found = np.zeros(len(self.nodes), dtype=np.bool_)
        if self.focus is not None:
            found[self.focus] = True
            found[self.edges[self.edges[:, 1] == self.focus, 0]] = True
        return found

    @property
    def scales(self) -> FloatArray:
        """The disk's own scale at each node, 1 at the centre and 0 on the rim."""
        return np.asarray(1 - np.minimum((self.positions**2).sum(axis=1), 1), dtype=np.float64)

    @property
    def importance(self) -> FloatArray:
        """Size of the subtree; around a focus, less for what the disk shows small."""
        return self.sizes if self.focus is None else self.sizes**0.5 * self.scales**2


def scene_of(G: nx.Graph | Embedding, options: DrawingOptions, *, kept: tuple[Hashable, ...] = ()) -> Scene:
    """Read a graph or an embedding for drawing; see `nx_poincare.draw_poincare` for the options and errors.

    ``kept`` are nodes that `max_nodes` must not leave out.
    """
    focus, size_by, colour_by = options.focus, options.size_by, options.colour_values
    hierarchy, edges, levels = _read_graph(G, options)
    for node in (*kept, *([] if focus is None else [focus])):
        if node not in hierarchy.index:
            raise nx.NodeNotFound(f"node {node!r} is not in the graph")
    given = given_positions(G, hierarchy.nodes, options.pos, options.pos_as, options.radii, options.store_as)
    if given is None and isinstance(G, Embedding) and G.edges is None:
        raise ValueError(f"an embedding in {G.dim} dimensions without edges has no positions in the disk; pass pos=")
    sizes = None if size_by is None else column_of(G, hierarchy, size_by, "size_by", options.size_aggregate)
    colours = None if colour_by is None else column_of(G, hierarchy, colour_by, "colour_by", options.colour_aggregate)
    tree = spanning_tree(hierarchy.dag)
    whole = Scene(
        hierarchy, tree, np.zeros((0, 2)), levels, tree.sizes[hierarchy.component].astype(np.float64), edges,
        total=len(hierarchy), focus=None if focus is None else hierarchy.index[focus],
        hidden=np.zeros(len(hierarchy), dtype=np.int64), size_values=sizes, colour_values=colours, origin="",
        is_directed=isinstance(G, Embedding) or G.is_directed(),
    )  # fmt: skip
    is_layout = given is None or (given.origin == "" and is_layout_of(given, hierarchy))
    shown = _shown_part(whole, options.max_nodes, [hierarchy.index[node] for node in kept], may_fold=is_layout)
    if is_layout and (focus is not None or shown is not whole):
        given = None  # a layout for the whole is made anew for a part
    if given is not None and shown is not whole:
        given = given.part(np.array([hierarchy.index[node] for node in shown.nodes], dtype=np.int64))
    origin = LAYOUT if given is None or is_layout else given.origin
    return replace(shown, positions=_positions_in_disk(shown.hierarchy, given, shown.focus), origin=origin)


def _shown_part(whole: Scene, max_nodes: int | None, kept: list[int], *, may_fold: bool) -> Scene:
    """The nodes that are shown: at most so many, or all but the smallest children of hubs."""
    hierarchy, tree = whole.hierarchy, whole.tree
    if max_nodes is not None:
        if max_nodes >= whole.total:
            return whole
        if whole.focus is None:
            rows = most_important(hierarchy, tree, max_nodes, kept)
        else:
            rows = neighbourhood(hierarchy, tree, max_nodes, whole.focus, kept)
        _logger.info("the picture shows %s of %s nodes, the most important", f"{len(rows):,}", f"{whole.total:,}")
        return _part(whole, rows, [], hidden_below(hierarchy, tree, rows))
    rows, folds = folds_of(hierarchy, tree, whole.focus, kept)
    if not folds or not may_fold:
        return whole
    _logger.info("the picture folds the smallest children of %d nodes; max_nodes= shows others", len(folds))
    return _part(whole, rows, folds, np.zeros(len(rows), dtype=np.int64))


def _read_graph(G: nx.Graph | Embedding, options: DrawingOptions) -> tuple[Hierarchy, IntArray, FloatArray]:
    """Hierarchy, edges to draw and levels."""
    if isinstance(G, Embedding):
        none = np.zeros((0, 2), dtype=np.int64)
        hierarchy = Hierarchy.from_edges(G.nodes, none if G.edges is None else G.edges)
        known = len(G) > 0 and G.levels.min() >= 0
        return hierarchy, _each_pair_once(hierarchy.edges), (G.levels if known else hierarchy.levels).astype(np.float64)
    if isinstance(options.pos, Embedding) and G.is_directed():
        hierarchy = hierarchy_as_embedded(options.pos, G, options.direction)
    else:
        hierarchy = hierarchy_to_show(
            G, direction=options.direction, root=options.root, level_as=options.level_as, pos_as=options.pos_as
        )
    edges = hierarchy.edges if G.is_directed() else downward_edges(G, hierarchy)
    return hierarchy, _each_pair_once(edges), _levels(G, hierarchy, options.level_as)


def _levels(G: nx.Graph, hierarchy: Hierarchy, level_as: str) -> FloatArray:
    """Levels from the node attribute if every node has a finite one, otherwise from the hierarchy."""
    if not len(G) or next(iter(G.nodes.values())).get(level_as) is None:
        return hierarchy.levels.astype(np.float64)
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


def _part(whole: Scene, rows: IntArray, folds: list[tuple[int, Folded, int]], hidden: IntArray) -> Scene:
    """The scene of some nodes and of those that stand for folded ones, without positions."""
    hierarchy = whole.hierarchy
    place = np.full(len(hierarchy), -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    hubs = np.array([row for row, _, _ in folds], dtype=np.int64)
    new = np.column_stack([place[hubs], len(rows) + np.arange(len(folds))]).astype(np.int64)

    def among(pairs: IntArray) -> IntArray:
        moved = place[pairs]
        return np.concatenate([moved[(moved >= 0).all(axis=1)], new])

    names = (*(hierarchy.nodes[i] for i in rows.tolist()), *(fold for _, fold, _ in folds))
    shown = Hierarchy.from_edges(names, among(hierarchy.edges))
    counts = np.array([count for _, _, count in folds], dtype=np.float64)
    return Scene(
        shown,
        spanning_tree(shown.dag),
        np.zeros((0, 2)),
        np.append(whole.levels[rows], whole.levels[hubs] + 1),
        np.append(whole.sizes[rows], counts),
        among(whole.edges),
        total=whole.total,
        focus=None if whole.focus is None else int(place[whole.focus]),
        hidden=np.append(hidden, np.zeros(len(folds), dtype=np.int64)),
        size_values=None if whole.size_values is None else whole.size_values.part(rows, len(folds)),
        colour_values=None if whole.colour_values is None else whole.colour_values.part(rows, len(folds)),
        origin="",
        is_directed=whole.is_directed,
    )


def _positions_in_disk(hierarchy: Hierarchy, given: GivenPositions | None, focus: int | None) -> FloatArray:
    if given is not None:
        return given.points if focus is None else given.around(focus)
    return layout_positions(hierarchy) if focus is None else view_from(hierarchy, focus)
