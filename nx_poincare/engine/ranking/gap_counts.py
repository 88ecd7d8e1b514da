"""Nodes counted, for some rows, by the ancestor before them, and the gaps that follow from the counts."""

from __future__ import annotations

import numpy as np

from nx_poincare.engine.ranking.gaps import best_gap
from nx_poincare.engine.ranking.keys import NODES_TOGETHER, ROWS_TOGETHER, keys_of_part, scores_of_row
from nx_poincare.engine.ranking.sorting import first_not_below
from nx_poincare.utils.compiled import kernel

__all__ = ["count_nodes", "gaps_of_counts"]


@kernel(nogil=True)
def count_nodes(  # type: ignore[no-untyped-def]
    nodes, first_node, rows, row_starts, ancestors, own_keys, intruders, nearest, counts
):
    """Count the nodes from the first on for each row, by the ancestor before them.

    Parameters
    ----------
    nodes : Candidates
    first_node : int
        If it is not 0, then neither a row nor one of its ancestors may be among the nodes from it on.
    rows, row_starts, ancestors
        As `nx_poincare.engine.ranking.horizons.best_gaps` has them.
    own_keys : ndarray of float64
        Of `nx_poincare.engine.ranking.keys.sorted_keys_of_rows`.
    intruders : ndarray of int64, shape (ancestors + rows,)
        For each row a place before its first ancestor, and one behind each: it grows by the nodes that are not
        related to the row, are not nearer than the one ancestor and are nearer than the next.
    nearest : ndarray of float64, shape (ancestors + rows,)
        The least key of those.
    counts : ndarray of int64, shape (rows, 4)
        The last two columns grow by the ancestors and the other nodes that the plain rule names.
    """
    keys = np.empty(NODES_TOGETHER)
    related = np.zeros(len(nodes.radii), np.uint64)  # bit i: to row i of those that are looked at together
    for begin in range(0, len(rows), ROWS_TOGETHER):
        together = range(begin, min(begin + ROWS_TOGETHER, len(rows)))
        if first_node == 0:
            for i in together:
                bit = np.uint64(1) << np.uint64(i - begin)
                related[rows[i]] |= bit
                for v in ancestors[row_starts[i] : row_starts[i + 1]]:
                    related[v] |= bit
        for first in range(first_node, len(nodes.radii), NODES_TOGETHER):
            for i in together:
                bit = np.uint64(1) << np.uint64(i - begin)
                slots = slice(row_starts[i] + i, row_starts[i + 1] + i + 1)
                own = own_keys[row_starts[i] : row_starts[i + 1]]
                _count_part_of_row(
                    nodes, rows[i], first, related, bit, own, keys, intruders[slots], nearest[slots], counts[i]
                )
        if first_node == 0:
            for i in together:
                related[rows[i]] = 0
                for v in ancestors[row_starts[i] : row_starts[i + 1]]:
                    related[v] = 0


@kernel()
def _count_part_of_row(  # type: ignore[no-untyped-def]
    nodes, u, first, related, bit, own_keys, keys, intruders, nearest, counts
):
    """Count one part of the nodes, from `first` on, by the ancestor before them, and what the plain rule names."""
    size = min(len(keys), len(nodes.radii) - first)
    farthest = own_keys[-1] if len(own_keys) > 0 else 0.0
    limit = max(farthest, 1 + 1e-9)  # the key of the origin is 1, but for rounding
    hits = keys_of_part(nodes, u, first, limit, keys)
    last = len(own_keys)
    # Positive numbers have the order of their bits, and a loop over integers is quick.
    if hits < size:
        nearest[last] = min(nearest[last], _least_above(keys[:size].view(np.int64), limit))
    if hits == 0:
        return
    for j in range(size):
        if keys[j] > limit or first + j == u:
            continue
        in_half_space = keys[j] < 1 or (nodes.radii[first + j] == 0 and nodes.radii[u] > 0)
        if related[first + j] & bit != 0:
            counts[2] += in_half_space
            continue
        counts[3] += in_half_space
        slot = first_not_below(own_keys, 0, last, keys[j])
        intruders[slot] += 1
        nearest[slot] = min(nearest[slot], keys[j])


@kernel()
def _least_above(bits, limit):  # type: ignore[no-untyped-def]
    """The least of positive numbers, given as the integers of their bits, above a limit; infinity without one."""
    ends = np.array([limit, np.inf]).view(np.int64)
    low, least = ends[0] + 1, np.uint64(ends[1] - ends[0] - 1)
    for j in range(len(bits)):
        above = np.uint64(bits[j] - low)  # those below become large
        least = min(least, above)
    ends[0] = np.int64(least) + low
    return ends.view(np.float64)[0]


@kernel(nogil=True)
def gaps_of_counts(row_starts, own_keys, intruders, nearest, counts):  # type: ignore[no-untyped-def]
    """What follows from `count_nodes` of all nodes: the other arrays of `Gaps`; counts receives what is named."""
    m = len(row_starts) - 1
    inner, outer, is_plain = np.zeros(m), np.empty(m), np.zeros(m, np.bool_)
    rank_sums, precisions = np.zeros(m), np.zeros(m)
    for i in range(m):
        slots = slice(row_starts[i] + i, row_starts[i + 1] + i + 1)
        own = own_keys[row_starts[i] : row_starts[i + 1]]
        inner[i], outer[i], is_plain[i] = best_gap(own, intruders[slots], nearest[slots], counts[i])
        rank_sums[i], precisions[i] = scores_of_row(intruders[slots][:-1])
    return inner, outer, is_plain, rank_sums, precisions
