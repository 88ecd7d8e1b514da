"""Which nodes a picture shows: the largest, a neighbourhood, or all but what would be one solid fan."""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nx_poincare.engine.dag.spanning_tree import SpanningTree
from nx_poincare.engine.dag.tree_sums import is_below
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = ["Folded", "folds_of", "hidden_below", "most_important", "neighbourhood"]

_MOST_CHILDREN, _AROUND_A_FOCUS = 2_000, 200  # of one node; more are one solid fan
_KEPT_CHILDREN = 60  # of these, the largest
_SIBLINGS = 0.25  # largest share of the places
_ABOVE = 0.5  # largest share of the places for ancestors


class Folded(NamedTuple):
    """The node that stands for the smallest children of a hub."""

    parent: Hashable
    children: int

    def __str__(self) -> str:
        return f"+{self.children:,} more"


def most_important(hierarchy: Hierarchy, tree: SpanningTree, count: int, kept: list[int]) -> IntArray:
    """Rows of the nodes with the largest subtrees, ascending; each comes with its tree path to the root.

    Nodes that must be there come first, with their paths.
    """
    component = hierarchy.component
    # A subtree is larger than those in it, so a parent comes before its children.
    urgency = _paths(tree, component[kept])[component].astype(np.float64)
    urgency[kept] = 2
    return _most_urgent(urgency, tree.sizes[component], count)


def neighbourhood(hierarchy: Hierarchy, tree: SpanningTree, count: int, focus: int, kept: list[int]) -> IntArray:
    """Rows of the nodes around one, ascending: itself, its ancestors, by all parents, siblings, descendants by size.

    Siblings, those below the parent in the tree first, take a quarter of the places, and ancestors a half at most; what
    is left goes to further siblings, then to the largest subtrees.
    """
    component, dag = hierarchy.component, hierarchy.dag
    sizes, own = tree.sizes[component], int(component[focus])
    _, found = dag.ancestors_of(np.array([own]))
    above = found[np.argsort(-dag.levels[found], kind="stable")]  # the nearest first
    above = above[above != own]
    parents = dag.parents_of(own)
    beside = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *(_children(hierarchy, p) for p in parents)]))
    beside = beside[beside != own]
    elsewhere = tree.parents[beside] != tree.parents[own]  # by another parent, whose children are drawn far away
    beside = beside[np.lexsort((-tree.sizes[beside], elsewhere))]
    inside = is_below(tree.order, tree.parents, np.arange(dag.n) == own)
    urgency = np.zeros(dag.n)
    urgency[beside] = 1
    urgency[inside] = 2
    urgency[_children(hierarchy, own)] = 3
    urgency[beside[: max(int(_SIBLINGS * count), 1)]] = 4
    urgency[above[: max(int(_ABOVE * count), 1)]] = 5
    urgency[parents] = 6
    urgency[_paths(tree, component[[focus, *kept]])] = 7
    of_nodes = urgency[component]
    of_nodes[kept] = 8
    of_nodes[focus] = 9
    return _most_urgent(of_nodes, sizes, count)


def _children(hierarchy: Hierarchy, v: int) -> IntArray:
    dag = hierarchy.dag
    return dag.child_list[dag.child_starts[v] : dag.child_starts[v + 1]]


def _most_urgent(urgency: FloatArray, sizes: IntArray, count: int) -> IntArray:
    return np.sort(np.lexsort((np.arange(len(sizes)), -sizes, -urgency))[:count])


def _paths(tree: SpanningTree, ends: IntArray) -> NDArray[np.bool_]:
    """Which condensed nodes lie on the tree paths from the root to some."""
    wanted = np.zeros(len(tree.parents), dtype=np.bool_)
    for v in ends.tolist():
        while v >= 0 and not wanted[v]:
            wanted[v] = True
            v = tree.parents[v]
    return wanted


def folds_of(
    hierarchy: Hierarchy, tree: SpanningTree, focus: int | None, kept: list[int]
) -> tuple[IntArray, list[tuple[int, Folded, int]]]:
    """Rows that stay, and for each hub its row, the node for its other children and how many nodes that stands for.

    A hub has more than 2,000 children in the tree, or 200 around a focus; its 60 largest stay, and nodes that
    must be there.
    """
    component, parents, sizes = hierarchy.component, tree.parents, tree.sizes
    counts = np.bincount(parents[parents >= 0], minlength=len(parents))
    folded = np.zeros(len(parents), dtype=np.bool_)
    must_stay = _paths(tree, component[kept if focus is None else [focus, *kept]])
    most = _MOST_CHILDREN if focus is None else _AROUND_A_FOCUS
    _, first = np.unique(component, return_index=True)
    folds = []
    for hub in np.flatnonzero(counts > most).tolist():
        children = np.flatnonzero(parents == hub)
        children = children[np.lexsort((children, -sizes[children], ~must_stay[children]))]
        rest = children[max(_KEPT_CHILDREN, int(must_stay[children].sum())) :]
        folded[rest] = True
        row = int(first[hub])
        folds.append((row, Folded(hierarchy.nodes[row], len(rest)), int(sizes[rest].sum())))
    gone = folded | is_below(tree.order, parents, folded)
    stay = np.flatnonzero(~gone[component])
    return stay, [fold for fold in folds if not gone[component[fold[0]]]]


def hidden_below(hierarchy: Hierarchy, tree: SpanningTree, rows: IntArray) -> IntArray:
    """For each of the rows that are shown, the nodes of its subtree that are hidden and below no other shown one."""
    shown = np.bincount(hierarchy.component[rows], minlength=len(tree.parents)) > 0
    # What a condensed node counts for: its members if hidden; those of hidden subtrees go to the lowest shown one.
    members = np.bincount(hierarchy.component, minlength=len(tree.parents))
    waiting = np.where(shown, 0, members)
    for v in tree.order[::-1].tolist():
        if not shown[v] and tree.parents[v] >= 0:
            waiting[tree.parents[v]] += waiting[v]
    hidden = waiting[hierarchy.component[rows]]
    _, first = np.unique(hierarchy.component[rows], return_index=True)
    only_first = np.zeros(len(rows), dtype=np.bool_)
    only_first[first] = True
    return np.asarray(np.where(only_first, hidden, 0), dtype=np.int64)
