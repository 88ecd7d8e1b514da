"""The gaps of a few rows among millions of nodes, a part of the nodes at a time.

The terms of the keys of all nodes would take forty bytes each in two dimensions. Here they are made for a part of the
nodes, which stays in the cache while all rows look at it, and the rows' own nodes go along with every part.
"""

from __future__ import annotations

import numpy as np

from nx_poincare.engine.ranking.gap_counts import count_nodes, gaps_of_counts
from nx_poincare.engine.ranking.gaps import Gaps
from nx_poincare.engine.ranking.keys import candidates, sorted_keys_of_rows
from nx_poincare.utils.arrays import FloatArray, IntArray, blocks_of_rows, index_type

__all__ = ["gaps_of_sample"]

_NODES = 2**16  # of a part
_ROWS = 16  # at once among their own nodes, which may be nearly all; between two calls a signal gets through


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
    is_related = np.zeros(len(radii), dtype=np.bool_)
    is_related[rows] = is_related[ancestors] = True
    related, places = np.flatnonzero(is_related), np.cumsum(is_related, dtype=index_type(len(radii)))
    places -= 1
    own_rows, own_ancestors = places[rows].astype(np.int64), places[ancestors].astype(np.int64)
    del is_related, places
    nodes = candidates(directions[related], radii[related])
    own_keys, slots = np.empty(len(ancestors)), len(ancestors) + len(rows)
    intruders, nearest = np.zeros(slots, dtype=np.int64), np.full(slots, np.inf)
    counts = np.zeros((len(rows), 4), dtype=np.int64)
    found = row_starts, own_ancestors, own_keys, intruders, nearest, counts
    for some in blocks_of_rows(len(rows), _ROWS):
        starts, above, keys, *counted = _of_some_rows(some, *found)
        keys[:] = sorted_keys_of_rows(nodes, own_rows[some], starts, above)
        count_nodes(nodes, 0, own_rows[some], starts, above, keys, *counted)
    for block in blocks_of_rows(len(radii), _NODES):
        inside = related[np.searchsorted(related, block.start) : np.searchsorted(related, block.stop)]
        others = np.delete(np.arange(block.start, block.stop), inside - block.start)
        members = np.concatenate([related, others])
        count_nodes(candidates(directions[members], radii[members]), len(related), own_rows, *found)
    return Gaps._make((*gaps_of_counts(row_starts, own_keys, intruders, nearest, counts), counts))


def _of_some_rows(
    rows: slice,
    row_starts: IntArray,
    ancestors: IntArray,
    own_keys: FloatArray,
    intruders: IntArray,
    nearest: FloatArray,
    counts: IntArray,
) -> tuple[IntArray, IntArray, FloatArray, IntArray, FloatArray, IntArray]:
    """What `count_nodes` takes for some of the rows; it counts in the same places."""
    starts = row_starts[rows.start : rows.stop + 1]
    pairs = slice(starts[0], starts[-1])
    slots = slice(starts[0] + rows.start, starts[-1] + rows.stop)
    return starts - starts[0], ancestors[pairs], own_keys[pairs], intruders[slots], nearest[slots], counts[rows]
