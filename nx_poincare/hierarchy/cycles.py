"""Edges without repetitions, strongly connected components, and the acyclic graph over them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.utils.arrays import NARROW_FROM, IntArray, index_type, is_kept
from nx_poincare.utils.checks import pairs_of, whole_numbers


def edges_without_loops(edges: Any, n: int) -> IntArray:
    """A copy of edges in range without self-loops; edges that nobody can write as they are.

    Raises
    ------
    ValueError
        Naming the first edge that is out of range, or a number that is no whole number.
    """
    if type(edges) is not np.ndarray or edges.dtype not in (np.int64, index_type(n)):
        edges = whole_numbers(edges, "edges")
    edges = pairs_of(edges, "edges")
    if len(edges) and (edges.min() < 0 or edges.max() >= n):
        row = int(np.flatnonzero(((edges < 0) | (edges >= n)).any(axis=1))[0])
        raise ValueError(f"edge number {row}, {tuple(edges[row].tolist())}, names an index outside 0 .. {n - 1}")
    is_loop = edges[:, 0] == edges[:, 1]
    kept = edges[~is_loop] if is_loop.any() else edges
    kind = index_type(n, len(kept))
    return kept if is_kept(kept) and kept.dtype == kind else np.array(kept, dtype=kind, order="C")


def distinct_edges(edges: IntArray, n: int) -> IntArray:
    """Each edge once, in order of first appearance."""
    keys = edges[:, 0] * np.int64(max(n, 1)) + edges[:, 1]
    _, first = np.unique(keys, return_index=True)
    return edges[np.sort(first)]


def own_components(n: int) -> IntArray | None:
    """The number of every node, of many nodes None for that (`nx_poincare.utils.arrays.NumbersOfRows`)."""
    return np.arange(n) if n < NARROW_FROM else None


def strong_components(edges: IntArray, n: int) -> IntArray:
    """Strongly connected component of each node, numbered by their lowest member."""
    if n == 0:
        return np.zeros(0, dtype=np.int64)
    matrix = csr_array((np.ones(len(edges), dtype=np.int8), (edges[:, 0], edges[:, 1])), shape=(n, n))
    count, labels = connected_components(matrix, directed=True, connection="strong")
    if count == n:
        return np.arange(n)
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return renumbered_by_first(first, inverse)


def condense(edges: IntArray, component: IntArray) -> tuple[IntArray, Dag]:
    """The acyclic graph over the components, and the number in it that each node gets.

    Equal nodes without descendants are plain siblings, as leaves are: the nodes of a cycle
    from which no edge leads out keep numbers of their own, each with all the parents of the
    cycle, unless that would multiply the edges.
    """
    n = len(component)
    count = int(component.max()) + 1 if n else 0
    ends = component[edges]
    crossing = ends[ends[:, 0] != ends[:, 1]]
    dag = Dag.from_edges(crossing[:, 0], crossing[:, 1], count)
    sizes = np.bincount(component, minlength=count)
    split = (sizes > 1) & (np.diff(dag.child_starts) == 0)
    parent_counts = np.diff(dag.parent_starts)
    if not split.any() or (sizes * parent_counts)[split].sum() > 4 * (n + len(edges)):
        return component, dag
    keys = np.where(split[component], count + np.arange(n), component)
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    numbers = renumbered_by_first(first, inverse)
    repeats = parent_counts[component[first]]
    above = np.concatenate([dag.parents_of(v) for v in component[first].tolist()])
    new_number = np.empty(count, dtype=np.int64)
    new_number[component] = numbers  # parents are never split
    parents, children = new_number[above], np.repeat(numbers[first], repeats)
    return numbers, Dag.from_edges(parents, children, len(first))


def renumbered_by_first(first: IntArray, labels: IntArray) -> IntArray:
    """Renumber groups by where they first appear, so that a graph without cycles keeps its order."""
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[labels]


def cycle_in_words(names: Sequence[Hashable], edges: IntArray, component: IntArray) -> str:
    """One cycle in words, found by walking along edges that stay in a component."""
    inside = edges[component[edges[:, 0]] == component[edges[:, 1]]]
    step = dict(inside[::-1].tolist())  # the first edge of each node wins
    path: list[int] = []
    place: dict[int, int] = {}
    node = int(inside[0, 0])
    while node not in place:
        place[node] = len(path)
        path.append(node)
        node = step[node]
    cycle = [*path[place[node] :], node]
    shown = [repr(names[i]) for i in cycle]
    return " -> ".join(shown if len(shown) <= 10 else [*shown[:5], f"... {len(shown) - 8} more ...", *shown[-3:]])


def members_of_components(component: IntArray, count: int) -> list[list[int]]:
    """Nodes of each condensed node, ascending."""
    members: list[list[int]] = [[] for _ in range(count)]
    for node, own in enumerate(component.tolist()):
        members[own].append(node)
    return members
