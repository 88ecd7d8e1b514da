"""Exact scores and gradients of a placed skeleton.

Sums are formed over a fixed number of shares of the rows, so they do not depend on the number of threads.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from nx_poincare.arrays import FloatArray, IntArray
from nx_poincare.engine.ranking import candidates
from nx_poincare.engine.schedule import Scores
from nx_poincare.engine.skeleton import Skeleton, tails
from nx_poincare.engine.skeleton_kernels import judge_rows

__all__ = ["Judge", "Judged"]

_SHARES = 8


class Judged(NamedTuple):
    """What a pass over some rows found."""

    loss: float
    gradient: FloatArray  # (c + p, dim), by directions, not projected
    radial_gradient: FloatArray  # (c,)


class Judge:
    """Looks at rows of a skeleton, on several threads, and remembers their scores.

    Parameters
    ----------
    skeleton : Skeleton
    pool : ThreadPoolExecutor
    doublings, emphasis
        Of the loss, see `nx_poincare.engine.skeleton_kernels.judge_rows`.

    Attributes
    ----------
    rows : ndarray of int64
        Those with ancestors.
    resting : ndarray of int64, shape (c + p,)
        Passes for which each row still rests.
    excess, precision : ndarray of float64, shape (c + p,)
        Of each row, as of the last look at it.
    """

    def __init__(self, skeleton: Skeleton, pool: ThreadPoolExecutor, doublings: int, emphasis: float) -> None:
        self.pool, self.doublings, self.emphasis = pool, doublings, emphasis
        self.caps = len(skeleton.caps)
        self.n = skeleton.dag.n
        self.ancestry = skeleton.dag.ancestors_of(np.arange(self.n))
        self.tails = tails(skeleton)
        self.weights = np.concatenate([np.ones(self.caps), skeleton.weights.astype(np.float64)])
        self.resting = np.zeros(self.n, dtype=np.int64)
        self.excess = np.zeros(self.n)
        counts = np.diff(self.ancestry[0])
        self.rows = np.flatnonzero(counts)
        self.precision = np.where(counts > 0, 0.0, self.weights)
        starts, lengths, sharing = self.tails
        above = np.repeat(counts, np.diff(starts)) + lengths
        self._pairs = float(sharing @ above)
        self._rows = float(sharing[above > 0].sum())

    def look(self, rows: IntArray, directions: FloatArray, radii: FloatArray, salt: int) -> Judged:
        """Scores, loss and gradients of some rows; those that rest are left out."""
        caps = candidates(directions[: self.caps], radii)

        def look_at(share: IntArray) -> Judged:
            gradient, radial_gradient = np.zeros_like(directions), np.zeros_like(radii)
            loss = judge_rows(
                directions, caps, share, self.ancestry, self.tails, self.weights, self.doublings, self.emphasis, salt,
                self.resting, self.excess, self.precision, gradient, radial_gradient,
            )  # fmt: skip
            return Judged(loss, gradient, radial_gradient)

        parts = list(self.pool.map(look_at, [rows[first::_SHARES] for first in range(_SHARES)]))
        return Judged(*(sum(column) for column in zip(*parts, strict=True)))

    @property
    def scores(self) -> Scores:
        """Mean rank and MAP over all nodes of the graph; nodes of pure trees count with the row of their point."""
        if self._pairs == 0:
            return float("nan"), float("nan")
        missing = float((self.weights - self.precision).sum())
        return 1 + float(self.excess.sum()) / self._pairs, 1 - missing / self._rows
