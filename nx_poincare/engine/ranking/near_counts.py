"""Nodes counted by their keys with an index of them, for some queries together.

Queries that stand near each other look at the same boxes. Here they go down the trees side by side: a box is read
once for all of them, its bounds are compared with a loop over queries that has no branches, and only those queries
go on into a box for which it decides nothing.
"""

from __future__ import annotations

import math

import numpy as np

from nx_poincare.engine.ranking.keys import one_minus_tanh
from nx_poincare.engine.ranking.near_index import DEEPEST, LEAF, keys_of_leaf
from nx_poincare.engine.ranking.sorting import first_not_below, sort_by_key
from nx_poincare.utils.compiled import kernel

__all__ = ["count_near"]

_TOGETHER = 16  # queries
_FEW = 5  # of them, for which a loop over all would take longer


@kernel(nogil=True)
def count_near(index, nodes, rows, starts, limits, counts):  # type: ignore[no-untyped-def]
    """Count all nodes, the row's own among them, by the first of a row's ascending limits that their key is not above.

    Parameters
    ----------
    index : NearIndex
    nodes : Candidates
        The nodes of the index.
    rows : ndarray of int64, shape (m,)
        The queries. It is quick if those that follow each other are near each other.
    starts : ndarray of int64, shape (m + 1,)
        The limits of ``rows[i]`` are ``limits[starts[i]:starts[i + 1]]``.
    limits : ndarray of float64, shape (a,)
        Ascending for each row.
    counts : ndarray of int64, shape (a,)
        ``counts[j]`` grows by the number of nodes with a key in (limits[j - 1], limits[j]], or up to limits[j] where
        that is the first of a row.

    Returns
    -------
    boxes, nodes : int
        How many were looked at, by all rows.
    """
    order = _by_last_limit(starts, limits)
    at, short, own = np.zeros((len(nodes.directions), _TOGETHER)), np.ones(_TOGETHER), np.empty(_TOGETHER, np.int64)
    least, largest, keys = np.empty(_TOGETHER), np.empty(_TOGETHER), np.empty(LEAF)
    inside = np.empty((DEEPEST, _TOGETHER), np.int64)  # queries that went into the boxes around the one looked at
    sizes, behind = np.empty(DEEPEST, np.int64), np.empty(DEEPEST, np.int64)
    all_boxes, all_nodes = 0, 0
    for begin in range(0, len(order), _TOGETHER):
        together = min(_TOGETHER, len(order) - begin)
        for i in range(together):
            own[i], inside[0, i] = order[begin + i], i
            short[i] = one_minus_tanh(nodes.radii[rows[own[i]]])
            for k in range(len(at)):
                at[k, i] = nodes.directions[k, rows[own[i]]]
        depth = 0
        sizes[0], behind[0] = together, len(index.skips)
        box = 0
        while box < len(index.skips):
            while box >= behind[depth]:
                depth -= 1
            count, going_on = sizes[depth], 0
            all_boxes += count
            first, end, leaf = index.firsts[box], index.ends[box], index.leaves[box]
            if count > _FEW:
                _bounds_of_all(index.bounds[box], at, short, least, largest)
            else:
                for j in range(count):
                    i = inside[depth, j]
                    least[i], largest[i] = _bounds_of_one(index.bounds[box], at, short, i)
            for j in range(count):
                i = inside[depth, j]
                low, high = starts[own[i]], starts[own[i] + 1] - 1
                if least[i] > limits[high]:
                    continue
                if largest[i] <= limits[high]:
                    low = first_not_below(limits, low, high, least[i])
                    high = first_not_below(limits, low, high, largest[i])
                    if low == high:
                        counts[low] += end - first
                        continue
                if leaf < 0:
                    inside[depth + 1, going_on] = i
                    going_on += 1
                else:
                    all_nodes += end - first
                    keys_of_leaf(index.terms[leaf], at[:, i], short[i], 1 - short[i], keys)
                    _count_keys(keys, limits, low, high, counts)
            if going_on == 0:
                box = index.skips[box]
                continue
            depth += 1
            sizes[depth], behind[depth] = going_on, index.skips[box]
            box += 1
    return all_boxes, all_nodes


@kernel()
def _by_last_limit(starts, limits):  # type: ignore[no-untyped-def]
    """Rows that have limits, by how large the last is, in powers of 2; as they were given where that is the same."""
    sizes, order = np.empty(len(starts) - 1), np.empty(len(starts) - 1, np.int64)
    count = 0
    for i in range(len(order)):
        if starts[i] < starts[i + 1]:
            sizes[count], order[count] = math.frexp(limits[starts[i + 1] - 1])[1], i
            count += 1
    sort_by_key(sizes[:count], order[:count])
    return order[:count]


@kernel(inline="always")
def _bounds_of_all(bounds, at, short, least, largest):  # type: ignore[no-untyped-def]
    """Write the least and largest keys of a box for all queries, as least_key and largest_key have them."""
    dim = len(at)
    for i in range(_TOGETHER):
        least[i] = largest[i] = 0.0
    for k in range(dim):
        low, high, axis = bounds[k], bounds[dim + 3 + k], at[k]
        for i in range(_TOGETHER):
            below, above = low - axis[i], axis[i] - high
            step = max(below, above, 0.0)
            least[i] += step * step
            step = max(-above, -below)
            largest[i] += step * step
    for i in range(_TOGETHER):
        t = 1 - short[i]
        least[i] = bounds[dim] * short[i] + bounds[dim + 1] * (1 + t) + t * bounds[dim + 2] * least[i]
        largest[i] = (
            bounds[2 * dim + 3] * short[i] + bounds[2 * dim + 4] * (1 + t) + t * bounds[2 * dim + 5] * largest[i]
        )


@kernel(inline="always")
def _bounds_of_one(bounds, at, short, i):  # type: ignore[no-untyped-def]
    """The same for one of the queries."""
    dim, t = len(at), 1 - short[i]
    near, far = 0.0, 0.0
    for k in range(dim):
        below, above = bounds[k] - at[k, i], at[k, i] - bounds[dim + 3 + k]
        step = max(below, above, 0.0)
        near += step * step
        step = max(-above, -below)
        far += step * step
    least = bounds[dim] * short[i] + bounds[dim + 1] * (1 + t) + t * bounds[dim + 2] * near
    largest = bounds[2 * dim + 3] * short[i] + bounds[2 * dim + 4] * (1 + t) + t * bounds[2 * dim + 5] * far
    return least, largest


@kernel(inline="always")
def _count_keys(keys, limits, low, high, counts):  # type: ignore[no-untyped-def]
    """Count keys by the first limit they are not above, which is not before low, nor behind high."""
    nearer = 0
    for j in range(LEAF):
        nearer += keys[j] <= limits[high]
    while nearer > 0:  # most nodes are far: from the last limit inwards
        before = 0
        if high > low:
            for j in range(LEAF):
                before += keys[j] <= limits[high - 1]
        counts[high] += nearer - before
        nearer = before
        high -= 1
