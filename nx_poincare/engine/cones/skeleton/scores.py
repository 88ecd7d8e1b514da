"""Exact scores and gradients of a placed skeleton.

Sums are formed over a fixed number of shares of the rows, so they do not depend on the number of threads.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from nx_poincare.engine.cones.skeleton.gradients import pull_rows
from nx_poincare.engine.cones.skeleton.ranks import NearCaps, look_at_rows
from nx_poincare.engine.cones.skeleton.split import Skeleton, pure_tree_depths
from nx_poincare.engine.ranking.keys import candidates
from nx_poincare.engine.ranking.scores import MeanScores
from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = ["Pull", "RowEvaluator", "rows_that_pull"]

_SHARES = 8


class Pull(NamedTuple):
    """What some rows pull at."""

    loss: float
    work: int  # about how many nanoseconds it took
    gradient: FloatArray  # (c + p, dim), by directions, not projected
    radial_gradient: FloatArray  # (c,)


def rows_that_pull(skeleton: Skeleton) -> IntArray:
    """Rows with ancestors, ascending; all where there are several roots, as the origin stands for one then."""
    dag = skeleton.dag
    return np.arange(dag.n) if len(dag.roots) > 1 else np.flatnonzero(np.diff(dag.parent_starts))


class RowEvaluator:
    """Evaluates rows of a skeleton, on several threads, and remembers their scores.

    Parameters
    ----------
    skeleton : Skeleton
    pool : ThreadPoolExecutor
    log2_sharpness, emphasis, origin_weight
        Of the loss, see `nx_poincare.engine.cones.skeleton.gradients.pull_rows`.

    Attributes
    ----------
    rows : ndarray of int64
        See `rows_that_pull`.
    several_roots : bool
        Whether the origin stands for an ancestor of every row.
    scored : ndarray of int64
        Those that count in the scores; at first all.
    resting : ndarray of int64, shape (c + p,)
        Steps for which each row still rests.
    ancestor_counts : ndarray of int64, shape (c + p,)
    by_key : ndarray of int64
        The ancestors of one row after the other, by key as of its last look.
    excess, precision, misplaced : ndarray of float64, shape (c + p,)
        Of each row, as it was looked at last.
    """

    def __init__(
        self,
        skeleton: Skeleton,
        pool: ThreadPoolExecutor,
        log2_sharpness: int,
        emphasis: float,
        origin_weight: float = 0.0,
    ) -> None:
        self.pool, self.log2_sharpness, self.emphasis = pool, log2_sharpness, emphasis
        self.origin_weight, self.several_roots = origin_weight, len(skeleton.dag.roots) > 1
        self.caps = len(skeleton.caps)
        self.n = skeleton.dag.n
        self.ancestry = skeleton.dag.ancestors_of(np.arange(self.n))
        self.by_key = self.ancestry[1].copy()
        self.depths = pure_tree_depths(skeleton)
        self.weights = np.concatenate([np.ones(self.caps), skeleton.weights.astype(np.float64)])
        self.resting = np.zeros(self.n, dtype=np.int64)
        self.excess, self.misplaced = np.zeros(self.n), np.zeros(self.n)
        self.ancestor_counts = counts = np.diff(self.ancestry[0])
        self.rows = rows_that_pull(skeleton)
        self.precision = np.where(counts > 0, 0.0, self.weights)
        self.scored = np.arange(self.n)
        starts, lengths, sharing = self.depths
        owners = np.repeat(self.scored, np.diff(starts))
        above = counts[owners] + lengths
        self._pairs = np.bincount(owners, sharing * above, self.n)
        self._nodes = np.bincount(owners, sharing * (above > 0), self.n)

    def look(
        self, rows: IntArray, directions: FloatArray, radii: FloatArray, window: float, sample_seed: int
    ) -> NearCaps:
        """Score some rows, given in ascending order, and find the caps that are near them.

        Caps are near up to `window` times the key of an ancestor.
        """
        caps = candidates(directions[: self.caps], radii)
        counts, exact, strides = np.zeros((3, self.n), dtype=np.int64)

        def look_at_share(share: IntArray) -> IntArray:
            return look_at_rows(
                directions, caps, share, self.ancestry, self.depths, self.weights, window, self.several_roots,
                sample_seed, self.excess, self.precision, self.misplaced, self.by_key, counts, exact, strides,
            )  # fmt: skip

        parts = list(self.pool.map(look_at_share, np.array_split(rows, _SHARES)))
        return NearCaps(np.concatenate([[0], np.cumsum(counts)]), np.concatenate(parts), exact, strides)

    def pull(self, rows: IntArray, near: NearCaps, directions: FloatArray, radii: FloatArray) -> Pull:
        """Loss and gradients of some rows against the caps that are near them; those that rest are left out."""
        caps, ancestry = candidates(directions[: self.caps], radii), (self.ancestry[0], self.by_key)

        def pull_share(share: IntArray) -> Pull:
            gradient, radial_gradient = np.zeros_like(directions), np.zeros_like(radii)
            loss, work = pull_rows(
                directions, caps, share, ancestry, near, self.weights, self.log2_sharpness, self.emphasis,
                (self.origin_weight, self.several_roots), self.resting, gradient, radial_gradient,
            )  # fmt: skip
            return Pull(loss, int(work), gradient, radial_gradient)

        parts = list(self.pool.map(pull_share, [rows[first::_SHARES] for first in range(_SHARES)]))
        return Pull(*(sum(column) for column in zip(*parts, strict=True)))

    @property
    def scores(self) -> MeanScores:
        """Mean rank and MAP over all nodes of the graph that share a row scored; nodes of pure trees share that of
        their point."""
        pairs, nodes = float(self._pairs[self.scored].sum()), float(self._nodes[self.scored].sum())
        if pairs == 0:
            return float("nan"), float("nan")
        missing = float((self.weights - self.precision)[self.scored].sum())
        return 1 + float(self.excess[self.scored].sum()) / pairs, 1 - missing / nodes

    @property
    def disorder(self) -> float:
        """Ancestors that are not nearer than the origin and other caps that are, by pairs of ancestors."""
        pairs = float(self._pairs[self.scored].sum())
        return float(self.misplaced[self.scored].sum()) / pairs if pairs else 0.0
