"""Where between two nodes the best horizon of a row lies."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nx_poincare.utils.arrays import BoolArray, FloatArray, IntArray
from nx_poincare.utils.compiled import kernel

__all__ = ["TIE", "Gaps", "best_gap"]

TIE = 1 + 1e-12  # keys whose ratio is smaller are not told apart


class Gaps(NamedTuple):
    """Between which keys the best horizons of some rows lie, and what they and the plain rule name.

    Attributes
    ----------
    inner, outer : ndarray of float64, shape (m,)
        Keys of the last ancestor within and of the next node. 0 and infinity: nothing is within, and where the plain
        rule is as good; infinity: nothing is beyond.
    is_plain : ndarray of bool, shape (m,)
        Whether the plain rule is as good.
    rank_sums, precisions : ndarray of float64, shape (m,)
        Sum of the ancestors' ranks and average precision, as `nx_poincare.engine.ranking.exact.rank_rows` has them.
    counts : ndarray of int64, shape (m, 4)
        Ancestors and other nodes within the horizon, ancestors and other nodes that the plain rule names.
    """

    inner: FloatArray
    outer: FloatArray
    is_plain: BoolArray
    rank_sums: FloatArray
    precisions: FloatArray
    counts: IntArray

    @classmethod
    def of_exact_rows(cls, sizes: IntArray) -> Gaps:
        """Those of rows with so many ancestors each, if all rank first and the plain rule names them and no others."""
        m, precisions = len(sizes), (sizes > 0).astype(np.float64)
        counts = np.stack([sizes, np.zeros(m, dtype=np.int64)] * 2, axis=1)
        return cls(np.zeros(m), np.full(m, np.inf), np.ones(m, np.bool_), sizes.astype(np.float64), precisions, counts)

    def take(self, rows: slice) -> Gaps:
        """Those of some rows."""
        return Gaps._make(part[rows] for part in self)


@kernel()
def best_gap(own_keys, intruders, nearest, counts):  # type: ignore[no-untyped-def]
    """Keys of the last ancestor within the best horizon and of the next node, and whether the plain rule is as good.

    ``counts`` has what the plain rule names, and receives what the better rule names.
    """
    least, inner, outer = len(own_keys), 0.0, np.inf
    right, strangers = 0, 0
    nearer = 0
    for j in range(len(own_keys)):
        nearer += intruders[j]
        beyond = nearest[j + 1]
        if j + 1 < len(own_keys):
            beyond = min(beyond, own_keys[j + 1])
        cost = len(own_keys) - (j + 1) + nearer
        if cost <= least and beyond > own_keys[j] * TIE:
            least, inner, outer = cost, own_keys[j], beyond
            right, strangers = j + 1, nearer
    if len(own_keys) - counts[2] + counts[3] <= least:
        counts[0], counts[1] = counts[2], counts[3]
        return 0.0, np.inf, True
    counts[0], counts[1] = right, strangers
    return inner, outer, False
