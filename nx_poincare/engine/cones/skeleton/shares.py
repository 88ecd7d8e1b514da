"""Shares of the rows of a skeleton: what is done with each, wherever that is, and how gradients are added up.

The number of shares depends on that of the rows alone, and so does the order of all sums: the result is the same on
one thread, on two, and on any number of other machines.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nx_poincare.engine.cones.skeleton.gradients import pull_rows
from nx_poincare.engine.cones.skeleton.ranks import NearCaps, look_at_rows
from nx_poincare.engine.cones.skeleton.split import PureTreeDepths
from nx_poincare.engine.ranking.keys import Candidates, candidates
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.cached import cached_property

__all__ = [
    "LossOptions",
    "Pull",
    "Resting",
    "RowScores",
    "Shares",
    "SkeletonPoints",
    "SkeletonRows",
    "Surroundings",
    "added_pulls",
    "looked_at",
    "pulled",
]

Resting: TypeAlias = NDArray[np.uint8]  # a few steps, in the bytes that a message needs

_SHARES, _MORE_SHARES, _MANY_ROWS = 8, 64, 100_000


class Shares:
    """Rows, every so many in one share.

    Examples
    --------
    >>> Shares(np.arange(0, 30, 3)).rows[:3]
    [array([ 0, 24]), array([ 3, 27]), array([6])]
    """

    def __init__(self, rows: IntArray) -> None:
        self.all_rows = rows
        count = _SHARES if len(rows) <= _MANY_ROWS else _MORE_SHARES
        self.rows = [rows[first::count] for first in range(count)]


class SkeletonRows(NamedTuple):
    """What is known of all rows and does not change in a training."""

    ancestry: tuple[IntArray, IntArray]  # offsets by row, and the ancestors
    depths: PureTreeDepths
    weights: FloatArray  # nodes that share each row
    several_roots: bool  # whether the origin stands for an ancestor of every row


class SkeletonPoints:
    """Directions of caps and attach points, shape (c + p, dim), and radii of caps, shape (c,)."""

    def __init__(self, directions: FloatArray, radii: FloatArray) -> None:
        self.directions, self.radii = directions, radii

    def __reduce__(self) -> tuple[Any, ...]:
        return SkeletonPoints, (self.directions, self.radii)

    @cached_property
    def caps(self) -> Candidates:
        """The caps, as rows compare them."""
        return candidates(self.directions[: len(self.radii)], self.radii)


class Surroundings(NamedTuple):
    """What the rows of a share have seen."""

    rows: IntArray
    ancestry: tuple[IntArray, IntArray]  # offsets by row of the share, and the ancestors by key
    near: NearCaps


class RowScores(NamedTuple):
    """Of the rows of a share, by row, and how many caps are near them in all."""

    excess: FloatArray
    precision: FloatArray
    misplaced: FloatArray
    near_caps: int


class LossOptions(NamedTuple):
    """Options of the loss, see `nx_poincare.engine.cones.skeleton.gradients.pull_rows`."""

    log2_sharpness: int
    emphasis: float
    origin_weight: float


class Pull(NamedTuple):
    """What some rows pull at."""

    loss: float
    work: int  # about how many nanoseconds it took
    gradient: FloatArray  # (c + p, dim), by directions, not projected
    radial_gradient: FloatArray  # (c,)
    resting: list[Resting]  # steps for which each row rests from now on, by share


def looked_at(
    known: SkeletonRows, rows: IntArray, points: SkeletonPoints, window: float, sample_seed: int
) -> tuple[Surroundings, RowScores]:
    """A look of the rows of a share, see `nx_poincare.engine.cones.skeleton.ranks.look_at_rows`."""
    m, (starts, _) = len(rows), known.ancestry
    own_starts = np.concatenate([[0], np.cumsum(starts[rows + 1] - starts[rows])])
    by_key = np.empty(own_starts[-1], dtype=np.int64)
    excess, misplaced, precision = np.zeros(m), np.zeros(m), known.weights[rows]
    counts, exact, strides = np.zeros((3, m), dtype=np.int64)
    found = look_at_rows(
        points.directions, points.caps, rows, known.ancestry, known.depths, known.weights, window, known.several_roots,
        sample_seed, excess, precision, misplaced, by_key, counts, exact, strides,
    )  # fmt: skip
    near = NearCaps(np.concatenate([[0], np.cumsum(counts)]), found, exact, strides)
    return Surroundings(rows, (own_starts, by_key), near), RowScores(excess, precision, misplaced, len(found))


def pulled(
    known: SkeletonRows,
    surroundings: Surroundings,
    points: SkeletonPoints,
    resting: Resting,
    options: LossOptions,
) -> Pull:
    """What the rows of a share pull at, see `nx_poincare.engine.cones.skeleton.gradients.pull_rows`."""
    gradient, radial_gradient = np.zeros_like(points.directions), np.zeros_like(points.radii)
    steps = resting.astype(np.int64)
    loss, work = pull_rows(
        points.directions, points.caps, surroundings.rows, surroundings.ancestry, surroundings.near, known.weights,
        options.log2_sharpness, options.emphasis, (options.origin_weight, known.several_roots), steps, gradient,
        radial_gradient,
    )  # fmt: skip
    return Pull(loss, int(work), gradient, radial_gradient, [steps.astype(np.uint8)])


def added_pulls(pulls: list[Pull]) -> Pull:
    """The sum of what shares pull at, in their order."""
    losses, works, gradients, radial_gradients, resting = zip(*pulls, strict=True)
    return Pull(
        sum(losses), sum(works), sum(gradients), sum(radial_gradients), [share for own in resting for share in own]
    )
