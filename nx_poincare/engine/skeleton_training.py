r"""Training of a skeleton: every row against every cap, all of them in each step.

A skeleton (`nx_poincare.engine.skeleton`) is small enough for exact ranks and, up to far misses, exact gradients
(`nx_poincare.engine.skeleton_kernels`), so nothing is left to the luck of sampled negatives. What makes steps count:

- **Subtrees move as blocks.** The parameters are offsets :math:`o_v = s_v - s_{parent}` along a spanning tree; a node's
  gradient is the sum over its subtree, and what hangs on a node moves with it.
- **Steps in proportion to cones.** Gradients and steps of a node are scaled by the width :math:`2 e^{-r/2}` of its
  parent's cone, and Adam (Kingma & Ba 2015) keeps one second moment per node, so that steps keep their direction.
- **Rows without a violation rest** for some steps.
- **The best is kept**, by exact ranks that fall out of the same pass.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from tqdm.auto import tqdm

from nx_poincare.arrays import FloatArray, IntArray
from nx_poincare.compiled import kernel
from nx_poincare.engine.schedule import Scores, combined
from nx_poincare.engine.skeleton import Skeleton
from nx_poincare.engine.skeleton_judge import Judge, Judged

__all__ = ["StepCallback", "TrainedSkeleton", "train_skeleton"]

_log = logging.getLogger(__name__)

StepCallback = Callable[[int, float, FloatArray, FloatArray], bool]

_STEPS = 400
_DOUBLINGS = 3  # p = 8: smaller values stall where the gradient of a far miss drowns many near ones
_EMPHASIS = 0.4  # beta: more wins a little mean rank for a little MAP
_LAST_RATE = 0.03  # of the first
_MOMENTUM, _SECOND_MOMENTUM, _STABILITY = 0.9, 0.98, 0.1
_SCORED_EVERY = 10
_MOST_WORK = 300_000_000_000  # coordinates compared in all steps
_LARGEST_PASS = 20_000_000_000  # coordinates compared in one pass over all rows
_OTHER_WORK = 6  # per key, in coordinates


@dataclass
class _State:
    """Points after some steps, what Adam remembers, and the best points so far."""

    directions: FloatArray  # (c + p, dim)
    radii: FloatArray  # (c,)
    moments: FloatArray  # (c + p, dim), of offsets
    squares: FloatArray  # (c + p,)
    radial_moments: FloatArray  # (c,)
    radial_squares: FloatArray  # (c,)
    best_directions: FloatArray
    best_radii: FloatArray
    best_scores: Scores = (np.inf, 0.0)
    step: int = 0

    @classmethod
    def of(cls, directions: FloatArray, radii: FloatArray) -> _State:
        """The state before the first step."""
        n, dim = directions.shape
        moments = np.zeros((n, dim)), np.zeros(n), np.zeros(len(radii)), np.zeros(len(radii))
        return cls(directions.copy(), radii.copy(), *moments, directions.copy(), radii.copy())

    def keep_if_better(self, scores: Scores, keep_start: bool) -> None:
        """Keep the present points if they are the best so far and, with `keep_start`, no worse by either score."""
        if keep_start and (scores[0] > self.best_scores[0] or scores[1] < self.best_scores[1]):
            return
        if combined(scores) < combined(self.best_scores):
            self.best_scores = scores
            self.best_directions, self.best_radii = self.directions.copy(), self.radii.copy()


class TrainedSkeleton(NamedTuple):
    """The best points of a training, their scores, its steps, and whether a callback or an interrupt ended it."""

    directions: FloatArray  # (c + p, dim)
    radii: FloatArray  # (c,)
    scores: Scores  # nan where the skeleton is too large to be scored
    steps: int
    stopped: bool


def train_skeleton(
    skeleton: Skeleton,
    directions: FloatArray,
    radii: FloatArray,
    *,
    max_radius: float,
    seed: int,
    rate: float = 1.0,
    keep_start: bool = False,
    n_jobs: int = 1,
    callback: StepCallback | None = None,
    progress: bool | None = None,
) -> TrainedSkeleton:
    """Train a placed skeleton; returns the best directions and radii seen, by `combined` scores.

    Parameters
    ----------
    skeleton : Skeleton
    directions : ndarray of float64, shape (c + p, dim)
        Of caps and attach points.
    radii : ndarray of float64, shape (c,)
        Of caps.
    max_radius : float
        Largest radius of a cap.
    seed : int
        Of the rows that a step looks at, where it cannot look at all.
    rate : float, default 1.0
        Learning rate of the first step, in widths of the parent's cone; it falls to 0.03 of that.
    keep_start : bool, default False
        Return nothing that is worse than the start by mean rank or by MAP.
    n_jobs : int, default 1
        Threads. The result does not depend on it.
    callback : callable, optional
        Called after each step with its number (from 1), the mean loss of a row, directions and radii. A true answer
        ends the training.
    progress : bool, optional
        Show a progress bar on standard error; default: if that is a terminal.

    Notes
    -----
    Work is bounded: each of the 400 steps looks at as many rows as are affordable, drawn at random, but every
    tenth at all of them, to score. A skeleton too large for that (25,000 caps and 50,000 rows in ten
    dimensions) stays as it is, which is logged.
    """
    caps, dim = len(radii), directions.shape[1]
    with ThreadPoolExecutor(n_jobs) as pool:
        judge = Judge(skeleton, pool, _DOUBLINGS, _EMPHASIS)
        one_pass = len(judge.rows) * caps * (dim + _OTHER_WORK)
        if one_pass > _LARGEST_PASS:
            _log.info("skeleton of %d caps and %d rows: too large to train", caps, len(judge.rows))
            return TrainedSkeleton(directions, radii, (np.nan, np.nan), 0, False)
        share = min(1.0, (_MOST_WORK / max(one_pass, 1) - _STEPS / _SCORED_EVERY) / _STEPS)
        mover = _Mover(skeleton, radii, max_radius)
        state = _State.of(directions, radii)
        stopped = False
        bar = tqdm(total=_STEPS, desc="training cones", unit="step", disable=None if progress is None else not progress)
        try:
            with bar:
                while state.step < _STEPS:
                    rows = _rows(judge, state, share, seed)
                    judged = judge.look(rows, state.directions, state.radii, state.step)
                    if state.step % _SCORED_EVERY == 0:
                        state.keep_if_better(judge.scores, keep_start)
                        bar.set_postfix_str(f"mean rank {judge.scores[0]:.3f}, MAP {judge.scores[1]:.4f}")
                        if judge.scores == (1.0, 1.0):
                            break
                    mover.move(state, judged, rate * _LAST_RATE ** (state.step / _STEPS))
                    state.step += 1
                    bar.update()
                    if callback and callback(state.step, judged.loss / len(rows), state.directions, state.radii):
                        stopped = True
                        break
                judge.resting[:] = 0
                judge.look(judge.rows, state.directions, state.radii, state.step)
                state.keep_if_better(judge.scores, keep_start)
        except KeyboardInterrupt:
            stopped = True
            warnings.warn(
                f"training was interrupted after {state.step} steps; the best points so far are used", stacklevel=2
            )
    _log.info("skeleton of %d caps: mean rank %.4f, MAP %.5f", caps, *state.best_scores)
    return TrainedSkeleton(state.best_directions, state.best_radii, state.best_scores, state.step, stopped)


def _rows(judge: Judge, state: _State, share: float, seed: int) -> IntArray:
    """All rows where scores are due, else a share of them."""
    if state.step % _SCORED_EVERY == 0:
        judge.resting[:] = 0
    elif share < 1:
        some = max(1, int(share * len(judge.rows)))
        return np.random.default_rng([seed, state.step]).choice(judge.rows, some, replace=False)
    return judge.rows


class _Mover:
    """Steps of Adam in the offsets of a spanning tree and in the radii."""

    def __init__(self, skeleton: Skeleton, radii: FloatArray, max_radius: float) -> None:
        dag = skeleton.dag
        self.order, self.max_radius = dag.order, max_radius
        self.parents = _deepest_parents(dag.parent_starts, dag.parent_list, radii)
        self.root = dag.roots if len(dag.roots) == 1 else dag.roots[:0]

    def move(self, state: _State, judged: Judged, rate: float) -> None:
        """One step against the gradients."""
        hanging = self.parents >= 0
        widths = np.ones(len(self.parents))
        widths[hanging] = np.minimum(1.0, 2 * np.exp(-state.radii[self.parents[hanging]] / 2))
        gradient = judged.gradient
        gradient -= np.sum(gradient * state.directions, axis=1)[:, None] * state.directions
        _sum_up(self.order, self.parents, gradient)
        gradient *= widths[:, None]
        step = state.step + 1
        toward = _adam(state.moments, state.squares[:, None], gradient, np.sum(gradient**2, axis=1)[:, None], step)
        offsets = -rate * widths[:, None] * toward
        radial = judged.radial_gradient
        toward = _adam(state.radial_moments, state.radial_squares, radial, radial**2, step)
        state.radii = np.clip(state.radii - rate * toward, 0.0, self.max_radius)
        state.radii[self.root] = 0.0
        _shift(self.order, self.parents, offsets, state.directions)


def _adam(moments: FloatArray, squares: FloatArray, gradient: FloatArray, squared: FloatArray, step: int) -> FloatArray:
    """Update the moments in place; returns the direction to move against."""
    moments += (1 - _MOMENTUM) * (gradient - moments)
    squares += (1 - _SECOND_MOMENTUM) * (squared - squares)
    scale = np.sqrt(squares / (1 - _SECOND_MOMENTUM**step)) + _STABILITY
    return np.asarray(moments / (1 - _MOMENTUM**step) / scale, dtype=np.float64)


def _deepest_parents(parent_starts: IntArray, parent_list: IntArray, radii: FloatArray) -> IntArray:
    """The parent of largest radius of each node, -1 for roots."""
    counts = np.diff(parent_starts)
    children = np.repeat(np.arange(len(counts)), counts)
    by_radius = np.lexsort((radii[parent_list], children))
    deepest = np.full(len(counts), -1, dtype=np.int64)
    deepest[counts > 0] = parent_list[by_radius][parent_starts[1:][counts > 0] - 1]
    return deepest


@kernel()
def _sum_up(order, parents, values):  # type: ignore[no-untyped-def]
    """Add to every node the values of its subtree, in place."""
    for i in range(len(order) - 1, -1, -1):
        v = order[i]
        if parents[v] >= 0:
            for k in range(values.shape[1]):
                values[parents[v], k] += values[v, k]


@kernel()
def _shift(order, parents, steps, directions):  # type: ignore[no-untyped-def]
    """Move every node by its step and with its parent, top down, in place."""
    dim = directions.shape[1]
    moved = np.empty_like(directions)
    for v in order:
        norm = 0.0
        for k in range(dim):
            moved[v, k] = directions[v, k] + steps[v, k]
            if parents[v] >= 0:
                moved[v, k] += moved[parents[v], k] - directions[parents[v], k]
            norm += moved[v, k] ** 2
        norm = np.sqrt(norm)
        for k in range(dim):
            moved[v, k] /= norm
    directions[:] = moved
