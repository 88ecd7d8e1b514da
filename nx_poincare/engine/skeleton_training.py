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
from dataclasses import dataclass, replace

import numpy as np

from nx_poincare.arrays import FloatArray, IntArray
from nx_poincare.compiled import kernel
from nx_poincare.dag import ClosureTooLargeError
from nx_poincare.engine.schedule import Scores, combined
from nx_poincare.engine.skeleton import Skeleton
from nx_poincare.engine.skeleton_judge import Judge, Judged
from nx_poincare.progress import progress_bar

__all__ = ["SkeletonState", "StepCallback", "train_skeleton"]

_log = logging.getLogger(__name__)

StepCallback = Callable[[int, float, FloatArray, FloatArray], bool]

_STEPS = 400
_DOUBLINGS = 3  # p = 8: smaller values stall where the gradient of a far miss drowns many near ones
_EMPHASIS = 0.4  # beta: more wins a little mean rank for a little MAP
_LAST_RATE = 0.03  # of the first
_MOMENTUM, _SECOND_MOMENTUM, _STABILITY = 0.9, 0.98, 0.1
_SCORED_EVERY = 10
_MOST_WORK = 300_000_000_000  # coordinates compared in all steps
_SCORING_PART = 0.5  # of these at most, to score
_LARGEST_PASS = 150_000_000_000  # coordinates compared in one pass over all rows
_MOST_PAIRS = 100_000_000  # of the skeleton's closure, which is held in memory
_OTHER_WORK = 6  # per key, in coordinates


@dataclass
class SkeletonState:
    """Points after some steps, all that the next step needs, and the best points so far.

    Attributes
    ----------
    directions : ndarray of float64, shape (c + p, dim)
        Of caps and attach points.
    radii : ndarray of float64, shape (c,)
        Of caps.
    parents : ndarray of int64, shape (c + p,)
        The spanning tree that offsets follow, -1 for roots.
    resting : ndarray of int64, shape (c + p,)
        Steps for which each row still rests.
    moments, squares : ndarray of float64, shapes (c + p, dim) and (c + p,)
        Of the offsets' gradients.
    radial_moments, radial_squares : ndarray of float64, shape (c,)
    best_directions, best_radii
        The best points so far.
    earlier_directions, earlier_radii
        The best points from an earlier start; empty if there was none.
    best_scores, earlier_scores : tuple of float
        Mean rank and MAP of these; the former infinite where there are none, or too many to be scored.
    step, earlier_steps : int
        Steps done.
    start : int
        Which start, from 0.
    """

    directions: FloatArray
    radii: FloatArray
    parents: IntArray
    resting: IntArray
    moments: FloatArray
    squares: FloatArray
    radial_moments: FloatArray
    radial_squares: FloatArray
    best_directions: FloatArray
    best_radii: FloatArray
    earlier_directions: FloatArray
    earlier_radii: FloatArray
    best_scores: Scores = (np.inf, 0.0)
    earlier_scores: Scores = (np.inf, 0.0)
    step: int = 0
    earlier_steps: int = 0
    start: int = 0

    @classmethod
    def of(cls, skeleton: Skeleton, directions: FloatArray, radii: FloatArray) -> SkeletonState:
        """The state before the first step."""
        n, dim = directions.shape
        parents = _deepest_parents(skeleton.dag.parent_starts, skeleton.dag.parent_list, radii)
        resting = np.zeros(n, dtype=np.int64)
        moments = np.zeros((n, dim)), np.zeros(n), np.zeros(len(radii)), np.zeros(len(radii))
        best, none = (directions.copy(), radii.copy()), (np.zeros((0, dim)), np.zeros(0))
        return cls(directions.copy(), radii.copy(), parents, resting, *moments, *best, *none)

    def restarted(self, skeleton: Skeleton, directions: FloatArray, radii: FloatArray) -> SkeletonState:
        """The state before the first step from another start."""
        return replace(
            SkeletonState.of(skeleton, directions, radii),
            earlier_directions=self.best_directions, earlier_radii=self.best_radii, earlier_scores=self.best_scores,
            earlier_steps=self.step, start=self.start + 1,
        )  # fmt: skip

    def best(self) -> tuple[FloatArray, FloatArray]:
        """Directions and radii of the best points from all starts."""
        if combined(self.earlier_scores) <= combined(self.best_scores) and len(self.earlier_radii) > 0:
            return self.earlier_directions, self.earlier_radii
        return self.best_directions, self.best_radii

    def keep_if_better(self, scores: Scores, keep_start: bool) -> None:
        """Keep the present points if they are the best so far and, with `keep_start`, no worse by either score."""
        if keep_start and (scores[0] > self.best_scores[0] or scores[1] < self.best_scores[1]):
            return
        if combined(scores) < combined(self.best_scores):
            copies = self.directions.copy(), self.radii.copy()
            # One belongs to the other: no call, hence no interrupt, between these lines.
            self.best_directions, self.best_radii = copies
            self.best_scores = scores


def train_skeleton(
    skeleton: Skeleton,
    state: SkeletonState,
    *,
    max_radius: float,
    seed: int,
    rate: float = 1.0,
    keep_start: bool = False,
    n_jobs: int = 1,
    callback: StepCallback | None = None,
    progress: bool | None = None,
    save: Callable[[SkeletonState], None] | None = None,
    save_every: int = 50,
) -> bool:
    """Train a placed skeleton, in place; its state keeps the best points seen, by `combined` scores.

    Parameters
    ----------
    skeleton : Skeleton
    state : SkeletonState
        Where to start, or to go on.
    max_radius : float
        Largest radius of a cap.
    seed : int
        Of the rows that a step looks at, where it cannot look at all.
    rate : float, default 1.0
        Learning rate of the first step, in widths of the parent's cone; it falls to 0.03 of that.
    keep_start : bool, default False
        Keep nothing that is worse than the start by mean rank or by MAP.
    n_jobs : int, default 1
        Threads. The result does not depend on it.
    callback : callable, optional
        Called after each step with its number (from 1), the mean loss of a row, directions and radii. A true answer
        ends the training.
    progress : bool, optional
        Show a progress bar on standard error; default: if that is a terminal.
    save : callable, optional
        Gets the state after every `save_every` steps and after the last one. Going on from it later gives the same
        bytes as never having stopped.
    save_every : int, default 50

    Returns
    -------
    bool
        Whether the callback or a keyboard interrupt ended the training.

    Notes
    -----
    Work is bounded. A skeleton of many caps and rows is trained on rows that are drawn anew for each step. From
    11,000 caps and as many points on, in ten dimensions, it is also scored by some of the rows, always the same.
    One of more than 68,000 of each, or 100 million pairs, stays as it is. All of this is logged.
    """
    caps, dim = len(state.radii), state.directions.shape[1]
    row_work = caps * (dim + _OTHER_WORK)
    all_rows = int(np.count_nonzero(np.diff(skeleton.dag.parent_starts)))
    if all_rows * row_work > _LARGEST_PASS or not _closure_fits(skeleton):
        _log.info("skeleton of %d caps and %d rows: too large to train", caps, all_rows)
        return False
    stopped = False
    with ThreadPoolExecutor(n_jobs) as pool:
        judge = Judge(skeleton, pool, _DOUBLINGS, _EMPHASIS)
        judge.resting = state.resting
        drawn, scored = _affordable(all_rows, row_work)
        if drawn < all_rows:
            sizes = caps, all_rows, drawn, scored
            _log.info("skeleton of %d caps and %d rows: %d are drawn for a step, %d are scored", *sizes)
        if scored < all_rows:
            judge.scored = np.random.default_rng(seed).choice(judge.rows, scored, replace=False)
        mover = _Mover(skeleton, state.parents, max_radius)
        bar = progress_bar(_STEPS, "training cones", "step", progress, initial=state.step)

        def looked_at(rows: IntArray) -> Judged:
            return judge.look(rows, state.directions, state.radii, state.step)

        def score() -> Judged | None:
            """Scores, and what was found if all rows were looked at."""
            judge.resting[:] = 0
            judged = looked_at(judge.rows if scored == all_rows else judge.scored)
            state.keep_if_better(judge.scores, keep_start)
            return judged if scored == all_rows else None

        try:
            with bar:
                while state.step < _STEPS and not stopped:
                    judged, count = None, all_rows
                    if state.step % _SCORED_EVERY == 0:
                        judged = score()
                        bar.set_postfix_str(f"mean rank {judge.scores[0]:.3f}, MAP {judge.scores[1]:.4f}")
                        if judge.scores == (1.0, 1.0):
                            break
                    if judged is None:
                        judged, count = looked_at(_drawn(judge.rows, drawn, seed, state.step)), drawn
                    mover.move(state, judged, rate * _LAST_RATE ** (state.step / _STEPS))
                    state.step += 1
                    bar.update()
                    stopped = bool(
                        callback and callback(state.step, judged.loss / count, state.directions, state.radii)
                    )
                    if save and state.step % save_every == 0:
                        save(state)
                if save:  # before the look below, which a run that goes on does not take here
                    save(state)
                score()
        except KeyboardInterrupt:
            stopped = True
            warnings.warn(
                f"training was interrupted after {state.step} steps; the best points so far are used", stacklevel=2
            )
    _log.info("skeleton of %d caps: mean rank %.4f, MAP %.5f", caps, *state.best_scores)
    return stopped


def _closure_fits(skeleton: Skeleton) -> bool:
    try:
        skeleton.dag.count_ancestors(_MOST_PAIRS)
    except ClosureTooLargeError:
        return False
    return True


def _affordable(rows: int, row_work: int) -> tuple[int, int]:
    """How many rows each step may draw, and how many may be scored."""
    affordable = _MOST_WORK / max(row_work, 1)
    scorings = _STEPS / _SCORED_EVERY
    scored = min(rows, max(1, int(affordable * _SCORING_PART / scorings)))
    drawn = max(1, int((affordable - scorings * scored) / _STEPS))
    return min(rows, drawn), scored


def _drawn(rows: IntArray, count: int, seed: int, step: int) -> IntArray:
    """Some of the rows, others in each step."""
    return rows if count == len(rows) else np.random.default_rng([seed, step]).choice(rows, count, replace=False)


class _Mover:
    """Steps of Adam in the offsets of a spanning tree and in the radii."""

    def __init__(self, skeleton: Skeleton, parents: IntArray, max_radius: float) -> None:
        dag = skeleton.dag
        self.order, self.parents, self.max_radius = dag.order, parents, max_radius
        self.root = dag.roots if len(dag.roots) == 1 else dag.roots[:0]

    def move(self, state: SkeletonState, judged: Judged, rate: float) -> None:
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
