"""What a viewer page shows: a tree in breadth-first order, the other edges, names and attributes."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from nx_poincare.engine.dag.tree_sums import subtree_sums
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.layout.fan import breadth_first
from nx_poincare.layout.positions import layout_arcs
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.viewer.columns import Column, Value

__all__ = ["Content", "PolarPoints", "content_of", "prune"]

_MOST_PAIRS = 30_000_000  # of ancestor and descendant, which are counted in some seconds


@dataclass(frozen=True)
class PolarPoints:
    """Polar form: directions, shape (n, dim), and hyperbolic radii, shape (n,)."""

    directions: FloatArray
    radii: FloatArray

    @property
    def dim(self) -> int:
        """Dimensions of the ball."""
        return self.directions.shape[1]

    def of_rows(self, rows: IntArray) -> PolarPoints:
        """Some of them, in another order."""
        return PolarPoints(self.directions[rows], self.radii[rows])

    def with_origin(self) -> PolarPoints:
        """With one more at the origin."""
        first_axis = np.eye(1, self.directions.shape[1])
        return PolarPoints(np.concatenate([self.directions, first_axis]), np.append(self.radii, 0.0))


@dataclass(frozen=True)
class Content:
    """A page's content; every array speaks of rows in breadth-first order, row 0 is the root.

    Attributes
    ----------
    names : tuple of hashable
        None for a root that is not a node of the graph and stands above several.
    parents : ndarray of int64, shape (n,)
        Tree parent, -1 for the root.
    levels : ndarray of int64, shape (n,)
    others : ndarray of int64, shape (m, 2)
        Edges (parent, child) that are not in the tree.
    loose : ndarray of int64
        Rows whose tree parent is none of their parents in the graph: several roots, and nodes of
        a cycle that the edges enter elsewhere.
    columns : mapping of str to list
        Each attribute's value for every row, or None.
    total : int
        Nodes of the graph, of which some may have been left out.
    descendants : ndarray of int64, shape (n,)
        How many each node has in the graph, by all its edges.
    exact : bool
        Whether these are all: in a graph of too many pairs they are those of the tree, and there may be more.
    folded : ndarray of int64, shape (n,)
        0 for a node. A row that stands for children of the row above, which are too many to be shown
        at once, has their number.
    texts : mapping from node to str
        What nodes are called in place of their names.
    icons : mapping from node to str
        A short text, or an image as a ``data:`` address.
    points : PolarPoints, optional
        Those of an embedding, of which the page lists the nearest neighbours.
    """

    names: Sequence[Hashable]
    parents: IntArray
    levels: IntArray
    others: IntArray
    loose: IntArray
    columns: Mapping[str, Column]
    total: int
    descendants: IntArray
    exact: bool
    folded: IntArray
    points: PolarPoints | None = None
    texts: Mapping[Hashable, str] = field(default_factory=dict)
    icons: Mapping[Hashable, str] = field(default_factory=dict)

    def name(self, row: int) -> str:
        """What a row is called; nothing for a root that is no node."""
        node = self.names[row]
        return "" if node is None else self.texts.get(node, str(node))

    @property
    def shown_names(self) -> list[str]:
        """What all rows are called."""
        if self.texts:
            return [self.name(row) for row in range(len(self.names))]
        return ["" if node is None else str(node) for node in self.names]

    @property
    def has_own_root(self) -> bool:
        """Whether the root of the tree is a node of the graph."""
        return self.total == 0 or 0 not in self.loose


def content_of(
    hierarchy: Hierarchy,
    edges: IntArray,
    columns: Mapping[str, Column],
    points: PolarPoints | None = None,
) -> Content:
    """Read a hierarchy for the viewer.

    ``edges`` are all that are shown, as (parent, child): those of the hierarchy, and perhaps others, along which no
    descendants are counted. ``points`` are in the order of the nodes.
    """
    dag, component = hierarchy.dag, hierarchy.component
    n = len(hierarchy)
    if n == 0:
        empty = np.zeros(0, dtype=np.int64)
        return Content((), empty, empty, empty.reshape(0, 2), empty, {}, 0, empty, True, empty)
    arcs = layout_arcs(dag)  # they decide tree and order; the viewer uses no radii of theirs
    parents, is_edge = _parents_of_nodes(arcs.tree.parents, component, edges)
    tops = np.flatnonzero(parents < 0)
    names: Sequence[Hashable] = hierarchy.nodes
    levels, angles = hierarchy.levels, arcs.angles[component]
    if len(tops) > 1:  # a root above the roots, as the last row
        parents = np.append(np.where(parents < 0, n, parents), -1)
        is_edge = np.append(is_edge, False)
        names, levels, angles = (*names, None), np.append(levels, 0), np.append(angles, 0.0)
        points = points and points.with_origin()
    else:
        is_edge[tops] = True
    order = breadth_first(parents, angles)
    row = np.empty(len(order), dtype=np.int64)
    row[order] = np.arange(len(order))
    in_tree = parents[edges[:, 1]] == edges[:, 0]
    above = parents[order]
    descendants, exact = _descendants(hierarchy, parents, order, row)
    return Content(
        names=tuple(map(names.__getitem__, order.tolist())),
        parents=np.where(above < 0, -1, row[above]),
        levels=levels[order],
        others=row[edges[~in_tree]].reshape(-1, 2),
        loose=np.flatnonzero(~is_edge[order]),
        columns={key: _in_order(values, order.tolist()) for key, values in columns.items()},
        total=n,
        descendants=descendants,
        exact=exact,
        folded=np.zeros(len(order), dtype=np.int64),
        points=points and points.of_rows(order),
    )


def content_of_points(
    nodes: Sequence[Hashable],
    edges: IntArray,
    directions: FloatArray,
    radii: FloatArray,
    columns: Mapping[str, Column] | None = None,
) -> Content:
    """What a page shows of an embedding: its edges (parent, child), other attributes, and the radius of every node."""
    hierarchy = Hierarchy.from_edges(nodes, edges)
    shown = [round(radius, 3) for radius in radii.tolist()]
    every = {**(columns or {}), "radius": shown}
    return content_of(hierarchy, hierarchy.edges, every, PolarPoints(directions, radii))


def _parents_of_nodes(tree: IntArray, component: IntArray, edges: IntArray) -> tuple[IntArray, NDArray[np.bool_]]:
    """Tree parents of nodes from those of condensed nodes, and whether an edge of the graph leads from there."""
    n = len(component)
    _, first_member = np.unique(component, return_index=True)
    above = tree[component]
    parents = np.where(above < 0, -1, first_member[above])
    fits = np.flatnonzero(component[edges[:, 0]] == above[edges[:, 1]])
    lowest_last = fits[np.lexsort((-edges[fits, 0], edges[fits, 1]))]
    parents[edges[lowest_last, 1]] = edges[lowest_last, 0]
    is_edge = np.zeros(n, dtype=np.bool_)
    is_edge[edges[fits, 1]] = True
    return parents, is_edge


def _descendants(hierarchy: Hierarchy, parents: IntArray, order: IntArray, row: IntArray) -> tuple[IntArray, bool]:
    """Number of descendants of each row, and whether all are counted; a root above the roots has all nodes below it."""
    n, dag = len(hierarchy), hierarchy.dag
    above = parents[order]
    in_tree = subtree_sums(
        np.arange(len(order)), np.where(above < 0, -1, row[above]), np.ones(len(order), dtype=np.int64)
    )
    in_tree -= 1
    is_tree = len(hierarchy._edges) == n - 1 and len(order) == n and dag.n == n
    if is_tree:
        return in_tree, True
    sizes = np.bincount(hierarchy.component, minlength=dag.n)
    if dag.estimated_pairs(sizes) > _MOST_PAIRS:
        return in_tree, False
    below = np.zeros(dag.n, dtype=np.int64)
    for block, starts, ancestors in dag.ancestor_blocks():
        below += np.bincount(ancestors, np.repeat(sizes[block], np.diff(starts)), dag.n).astype(np.int64)
    counts = (below + sizes - 1)[hierarchy.component]
    return np.append(counts, n)[order] if len(order) > n else counts[order], True


def _in_order(values: Column, order: list[int]) -> list[Value]:
    known = values if len(values) >= len(order) else [*values, *[None] * (len(order) - len(values))]
    return list(map(known.__getitem__, order))


def prune(content: Content, max_nodes: int) -> Content:
    """The nodes with the largest subtrees, at most that many; a node stays only with its tree parent."""
    n = len(content.names)
    most = max_nodes + (0 if content.has_own_root else 1)
    if n <= most:
        return content
    sizes = subtree_sums(np.arange(n), content.parents, np.ones(n, dtype=np.int64))
    # A subtree is larger than those in it, so a parent comes before its children.
    kept = np.sort(np.lexsort((np.arange(n), -sizes))[:most])
    row = np.full(n, -1, dtype=np.int64)
    row[kept] = np.arange(len(kept))
    others = row[content.others]
    loose = row[content.loose]
    return replace(
        content,
        names=tuple(content.names[i] for i in kept.tolist()),
        parents=np.where(content.parents[kept] < 0, -1, row[content.parents[kept]]),
        levels=content.levels[kept],
        others=others[(others >= 0).all(axis=1)],
        loose=loose[loose >= 0],
        columns={key: [values[i] for i in kept.tolist()] for key, values in content.columns.items()},
        descendants=content.descendants[kept],
        folded=content.folded[kept],
        points=content.points and content.points.of_rows(kept),
    )
