"""Sums and maxima over trees and forests, along paths down from the roots and over subtrees.

A tree or forest is an `order`, in which every parent comes before its children, and the `parents` of the nodes, -1 for
roots (`nx_poincare.engine.dag.dag.Dag.first_parents` of a `Dag` in which no node has several).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nx_poincare.utils.arrays import BoolArray, IntArray
from nx_poincare.utils.compiled import kernel

__all__ = [
    "add_subtrees",
    "depths",
    "is_below",
    "largest_in_subtree",
    "path_sums",
    "raise_to_largest",
    "subtree_sums",
    "sum_down_paths",
    "sum_up_subtrees",
]


def path_sums(order: IntArray, parents: IntArray, values: NDArray[Any]) -> NDArray[Any]:
    """Sum of the values over the path from the root to each node, both ends included."""
    sums = values.copy()
    sum_down_paths(order, parents, sums)
    return sums


@kernel(work=lambda order, *_: len(order))
def sum_down_paths(order, parents, values):  # type: ignore[no-untyped-def]
    """`path_sums`, in place."""
    for v in order:
        if parents[v] >= 0:
            values[v] += values[parents[v]]


def subtree_sums(order: IntArray, parents: IntArray, values: NDArray[Any]) -> NDArray[Any]:
    """Sum of the values over the subtree of each node, the node included."""
    sums = values.copy()
    sum_up_subtrees(order, parents, sums)
    return sums


@kernel(work=lambda order, *_: len(order))
def sum_up_subtrees(order, parents, values):  # type: ignore[no-untyped-def]
    """`subtree_sums`, in place."""
    for v in order[::-1]:
        if parents[v] >= 0:
            values[parents[v]] += values[v]


def largest_in_subtree(order: IntArray, parents: IntArray, values: NDArray[Any]) -> NDArray[Any]:
    """Largest of the values in the subtree of each node, the node included."""
    largest = values.copy()
    raise_to_largest(order, parents, largest)
    return largest


@kernel(work=lambda order, *_: len(order))
def raise_to_largest(order, parents, values):  # type: ignore[no-untyped-def]
    """`largest_in_subtree`, in place."""
    for v in order[::-1]:
        if parents[v] >= 0:
            values[parents[v]] = max(values[parents[v]], values[v])


@kernel(work=lambda _order, _parents, values: values.size)
def add_subtrees(order, parents, values):  # type: ignore[no-untyped-def]
    """`subtree_sums` of values of shape (n, dim), in place."""
    for v in order[::-1]:
        if parents[v] >= 0:
            for k in range(values.shape[1]):
                values[parents[v], k] += values[v, k]


def depths(order: IntArray, parents: IntArray) -> IntArray:
    """Number of edges from the root to each node."""
    return np.asarray(path_sums(order, parents, (parents >= 0).astype(np.int64)), dtype=np.int64)


def is_below(order: IntArray, parents: IntArray, chosen: BoolArray) -> BoolArray:
    """Whether a chosen node is on the path to each node, the node itself left out."""
    counts = chosen.astype(np.int64)
    return np.asarray(path_sums(order, parents, counts) > counts, dtype=np.bool_)
