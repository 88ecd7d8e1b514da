"""Sums, maxima and counts over trees and forests, up and down."""

from __future__ import annotations

import numpy as np

from nx_poincare.utils.compiled import kernel

__all__ = ["hand_down", "largest_below", "subtree_sums"]


@kernel(work=lambda order, *_: len(order))
def depths(order, parents):  # type: ignore[no-untyped-def]
    depths = np.zeros(len(order), np.int64)
    for v in order:
        if parents[v] >= 0:
            depths[v] = depths[parents[v]] + 1
    return depths


@kernel(work=lambda order, *_: len(order))
def path_sums(order, parents, values):  # type: ignore[no-untyped-def]
    """Sum of the values over the path from the root to each node, both ends included."""
    sums = values.copy()
    for i in range(len(order)):
        v = order[i]
        if parents[v] >= 0:
            sums[v] += sums[parents[v]]
    return sums


@kernel(work=lambda order, *_: len(order))
def has_chosen_above(order, parents, chosen):  # type: ignore[no-untyped-def]
    """Nodes with a chosen node on their path in the tree, not counting themselves."""
    below = np.zeros(len(order), np.bool_)
    for v in order:
        if parents[v] >= 0:
            below[v] = below[parents[v]] or chosen[parents[v]]
    return below


@kernel(work=lambda order, *_: len(order))
def subtree_sums(order, parents, values):  # type: ignore[no-untyped-def]
    """Sum of the values over each subtree."""
    sums = values.copy()
    for i in range(len(order) - 1, -1, -1):
        v = order[i]
        if parents[v] >= 0:
            sums[parents[v]] += sums[v]
    return sums


@kernel(work=lambda order, *_: len(order))
def largest_below(order, parents, values):  # type: ignore[no-untyped-def]
    """Largest of the values in each subtree."""
    largest = values.copy()
    for i in range(len(order) - 1, -1, -1):
        v = order[i]
        if parents[v] >= 0:
            largest[parents[v]] = max(largest[parents[v]], largest[v])
    return largest


@kernel(work=lambda _order, _parents, values: values.size)
def add_subtree_rows(order, parents, values):  # type: ignore[no-untyped-def]
    """Add to every node the values of its subtree, in place."""
    for i in range(len(order) - 1, -1, -1):
        v = order[i]
        if parents[v] >= 0:
            for k in range(values.shape[1]):
                values[parents[v], k] += values[v, k]


@kernel(work=lambda order, *_: len(order))
def add_forest_sizes(order, parent_starts, parent_list, sizes):  # type: ignore[no-untyped-def]
    for i in range(len(order) - 1, -1, -1):
        v = order[i]
        if parent_starts[v] < parent_starts[v + 1]:
            sizes[parent_list[parent_starts[v]]] += sizes[v]


@kernel(work=lambda order, *_: len(order))
def hand_down(order, parent_starts, parent_list, values):  # type: ignore[no-untyped-def]
    """Hand the values of roots down a forest, in place."""
    for v in order:
        if parent_starts[v] < parent_starts[v + 1]:
            values[v] = values[parent_list[parent_starts[v]]]
