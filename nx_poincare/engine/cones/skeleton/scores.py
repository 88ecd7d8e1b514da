"""Exact scores and gradients of a placed skeleton.

Sums are formed over shares of the rows (`nx_poincare.engine.cones.skeleton.shares`), so they do not depend on where, or
on how many threads, the shares are looked at.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nx_poincare.engine.cones.skeleton.shares import (
    LossOptions,
    Pull,
    Shares,
    SkeletonPoints,
    SkeletonRows,
    added_pulls,
    looked_at,
    pulled,
)
from nx_poincare.engine.cones.skeleton.split import Skeleton, pure_tree_depths
from nx_poincare.engine.ranking.scores import MeanScores
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.workers import Kept, Workers

__all__ = ["Look", "RowEvaluator", "rows_that_pull"]


class Look(NamedTuple):
    """What some rows have seen."""

    shares: Shares
    surroundings: list[Kept]  # by share, where the work is done
    points: Kept  # that were looked at: surroundings that are lost are found again from them
    near_caps: int


def rows_that_pull(skeleton: Skeleton) -> IntArray:
    """Rows with ancestors, ascending; all where there are several roots, as the origin stands for one then."""
    dag = skeleton.dag
    return np.arange(dag.n) if len(dag.roots) > 1 else np.flatnonzero(np.diff(dag.parent_starts))


class RowEvaluator:
    """Evaluates rows of a skeleton, several shares at once, and remembers their scores.

    Parameters
    ----------
    skeleton : Skeleton
    workers : Workers
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
    excess, precision, misplaced : ndarray of float64, shape (c + p,)
        Of each row, as it was looked at last.
    """

    def __init__(
        self,
        skeleton: Skeleton,
        workers: Workers,
        log2_sharpness: int,
        emphasis: float,
        origin_weight: float = 0.0,
    ) -> None:
        self.workers, self.log2_sharpness, self.emphasis = workers, log2_sharpness, emphasis
        self.origin_weight, self.several_roots = origin_weight, len(skeleton.dag.roots) > 1
        self.n = skeleton.dag.n
        ancestry, depths = skeleton.dag.ancestors_of(np.arange(self.n)), pure_tree_depths(skeleton)
        self.weights = np.concatenate([np.ones(len(skeleton.caps)), skeleton.weights.astype(np.float64)])
        self.known = workers.keep(SkeletonRows(ancestry, depths, self.weights, self.several_roots))
        self.resting = np.zeros(self.n, dtype=np.int64)
        self.excess, self.misplaced = np.zeros(self.n), np.zeros(self.n)
        self.ancestor_counts = counts = np.diff(ancestry[0])
        self.rows = rows_that_pull(skeleton)
        self.precision = np.where(counts > 0, 0.0, self.weights)
        self.scored = np.arange(self.n)
        starts, lengths, sharing = depths
        owners = np.repeat(self.scored, np.diff(starts))
        above = counts[owners] + lengths
        self._pairs = np.bincount(owners, sharing * above, self.n)
        self._nodes = np.bincount(owners, sharing * (above > 0), self.n)

    def look(self, rows: IntArray, directions: FloatArray, radii: FloatArray, window: float, sample_seed: int) -> Look:
        """Score some rows and find the caps that are near them.

        Caps are near up to `window` times the key of an ancestor.
        """
        shares, points = Shares(rows), self.workers.keep(SkeletonPoints(directions, radii))
        found = self.workers.kept_results(
            looked_at, [(self.known, own, points, window, sample_seed) for own in shares.rows]
        )
        for own, (_, scores) in zip(shares.rows, found, strict=True):
            self.excess[own], self.precision[own], self.misplaced[own] = scores[:3]
        near_caps = sum(scores.near_caps for _, scores in found)
        return Look(shares, [surroundings for surroundings, _ in found], points, near_caps)

    def pull(self, look: Look, directions: FloatArray, radii: FloatArray) -> Pull:
        """Loss and gradients of the rows of a look against the caps that are near them, without those that rest."""
        points = self.workers.keep(SkeletonPoints(directions, radii), briefly=True)
        options = LossOptions(self.log2_sharpness, self.emphasis, self.origin_weight)
        rows = look.shares.rows
        calls = [
            (self.known, surroundings, points, self.resting[own].astype(np.uint8), options)
            for own, surroundings in zip(rows, look.surroundings, strict=True)
        ]
        pull = self.workers.total(pulled, calls, added_pulls)
        for own, resting in zip(rows, pull.resting, strict=True):
            self.resting[own] = resting
        return pull

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
