"""The gaps of a few rows among millions of nodes, a part of the nodes at a time.

The terms of the keys of all nodes would take forty bytes each in two dimensions. Here they are made for a part of the
nodes, which stays in the cache while all rows look at it, and the rows' own nodes go along with every part.
"""

from __future__ import annotations

import numpy as np

from nx_poincare.engine.ranking.gaps import Gaps, best_gap
from nx_poincare.engine.ranking.horizons import count_part_of_row
from nx_poincare.engine.ranking.keys import candidates, scores_of_row, sorted_keys
from nx_poincare.utils.arrays import FloatArray, IntArray, blocks_of_rows
from nx_poincare.utils.compiled import kernel

__all__ = ["gaps_of_sample"]

_NODES = 2**16  # of a part
_ROWS_TOGETHER, _NODES_TOGETHER = 16, 2048  # at most 64 rows


def gaps_of_sample(
    directions: FloatArray, radii: FloatArray, rows: IntArray, row_starts: IntArray, ancestors: IntArray
) -> Gaps:
    """The `Gaps` of some rows, as `nx_poincare.engine.ranking.horizons.best_gaps` has them.

    Parameters
    ----------
    directions, radii : ndarray of float64, shapes (n, dim) and (n,)
    rows : ndarray of int64, shape (m,)
    row_starts : ndarray of int64, shape (m + 1,)
        The ancestors of ``rows[i]`` are ``ancestors[row_starts[i]:row_starts[i + 1]]``.

    Examples
    --------
    >>> gaps = gaps_of_sample(np.eye(2), np.array([1.0, 2.0]), np.array([1]), np.array([0, 1]), np.array([0]))
    >>> gaps.rank_sums, gaps.counts
    (array([1.]), array([[1, 0, 0, 0]]))
    """
    related = np.unique(np.concatenate([rows, ancestors]))
    own_rows, own_ancestors = np.searchsorted(related, rows), np.searchsorted(related, ancestors)
    own_keys, slots = np.empty(len(ancestors)), len(ancestors) + len(rows)
    intruders, nearest = np.zeros(slots, dtype=np.int64), np.full(slots, np.inf)
    counts = np.zeros((len(rows), 4), dtype=np.int64)
    found = row_starts, own_ancestors, own_keys, intruders, nearest, counts
    nodes = candidates(directions[related], radii[related])
    for i, row in enumerate(own_rows.tolist()):
        own = slice(row_starts[i], row_starts[i + 1])
        sorted_keys(nodes, row, own_ancestors[own], own_keys[own])
    _count_nodes(nodes, 0, own_rows, *found)
    for block in blocks_of_rows(len(radii), _NODES):
        inside = related[np.searchsorted(related, block.start) : np.searchsorted(related, block.stop)]
        others = np.delete(np.arange(block.start, block.stop), inside - block.start)
        members = np.concatenate([related, others])
        _count_nodes(candidates(directions[members], radii[members]), len(related), own_rows, *found)
    return Gaps._make((*_gaps(row_starts, own_keys, intruders, nearest, counts), counts))


@kernel(nogil=True)
def _count_nodes(  # type: ignore[no-untyped-def]
    nodes, first_node, rows, row_starts, ancestors, own_keys, intruders, nearest, counts
):
    """Count the nodes from the first on for each row; related to a row are only nodes of a part that begins with 0."""
    keys = np.empty(_NODES_TOGETHER)
    related = np.zeros(len(nodes.radii), np.uint64)  # bit i: to row i of those that are looked at together
    for begin in range(0, len(rows), _ROWS_TOGETHER):
        together = range(begin, min(begin + _ROWS_TOGETHER, len(rows)))
        if first_node == 0:
            for i in together:
                bit = np.uint64(1) << np.uint64(i - begin)
                related[rows[i]] |= bit
                for v in ancestors[row_starts[i] : row_starts[i + 1]]:
                    related[v] |= bit
        for first in range(first_node, len(nodes.radii), _NODES_TOGETHER):
            for i in together:
                bit = np.uint64(1) << np.uint64(i - begin)
                slots = slice(row_starts[i] + i, row_starts[i + 1] + i + 1)
                own = own_keys[row_starts[i] : row_starts[i + 1]]
                count_part_of_row(
                    nodes, rows[i], first, related, bit, own, keys, intruders[slots], nearest[slots], counts[i]
                )
        for v in range(len(related) if first_node == 0 else 0):
            related[v] = 0


@kernel()
def _gaps(row_starts, own_keys, intruders, nearest, counts):  # type: ignore[no-untyped-def]
    """What follows from the counts of all nodes."""
    m = len(row_starts) - 1
    inner, outer, is_plain = np.zeros(m), np.empty(m), np.zeros(m, np.bool_)
    rank_sums, precisions = np.zeros(m), np.zeros(m)
    for i in range(m):
        slots = slice(row_starts[i] + i, row_starts[i + 1] + i + 1)
        own = own_keys[row_starts[i] : row_starts[i + 1]]
        inner[i], outer[i], is_plain[i] = best_gap(own, intruders[slots], nearest[slots], counts[i])
        rank_sums[i], precisions[i] = scores_of_row(intruders[slots][:-1])
    return inner, outer, is_plain, rank_sums, precisions
