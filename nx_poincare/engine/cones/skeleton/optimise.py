r"""Training of a skeleton: every row against every cap, all of them in each step.

A skeleton (`nx_poincare.engine.cones.skeleton.split`) is small enough for exact ranks and, up to far misses, exact
gradients (`nx_poincare.engine.cones.skeleton.gradients`), so nothing is left to the luck of sampled negatives. What
makes steps count:

- **Subtrees move as blocks.** The parameters are offsets :math:`o_v = s_v - s_{parent}` along a spanning tree; a node's
  gradient is the sum over its subtree, and what hangs on a node moves with it.
- **Steps in proportion to cones.** Gradients and steps of a node are scaled by the width :math:`2 e^{-r/2}` of its
  parent's cone, and Adam (Kingma & Ba 2015) keeps one second moment per node, so that steps keep their direction.
- **The order waits for the ranks.** The origin weighs 0.1 / (1 + c / 0.05)^3 in the loss, c the cost of the ranks by
  the last score: where ranks are short of room it hardly counts.
- **Rows without a violation rest** for some steps.
- **The best is kept**, by exact ranks that fall out of the same pass.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from nx_poincare.engine.cones.skeleton.scores import Evaluation, RowEvaluator
from nx_poincare.engine.cones.skeleton.split import Skeleton
from nx_poincare.engine.cones.skeleton.state import SkeletonState
from nx_poincare.engine.dag.dag import ClosureTooLargeError
from nx_poincare.engine.dag.tree_sums import add_subtrees
from nx_poincare.engine.ranking.scores import MeanScores, combined_cost
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.compiled import kernel
from nx_poincare.utils.progress import progress_bar

__all__ = ["StepCallback", "draws_rows", "is_trainable", "steps_of", "train_skeleton"]

_log = logging.getLogger(__name__)

StepCallback = Callable[[int, float, FloatArray, FloatArray], bool]

_STEPS = 400
_LOG2_SHARPNESS = 3  # p = 8: smaller values stall where the gradient of a far miss drowns many near ones
_EMPHASIS = 0.4  # beta: more wins a little mean rank for a little MAP
_ORIGIN_WEIGHT, _SETTLED = 0.1, 0.05  # of the origin at most; the cost that is left where it is an eighth of that
_LEAST_RADIUS = 0.3  # of a cap: at 0 its direction means nothing, and no gradient brings it back
_LAST_RATE = 0.03  # of the first
_MOMENTUM, _SECOND_MOMENTUM, _STABILITY = 0.9, 0.98, 0.1
_SCORED_EVERY = 10
_MOST_WORK = 300_000_000_000  # coordinates compared in all steps: about three minutes at worst
_SCORING_PART = 0.2  # of these at most, to score: the rest buys more
_LARGEST_PASS = 280_000_000_000  # coordinates compared in one pass over all rows
_MOST_PAIRS = 100_000_000  # of the skeleton's closure, which is held in memory
_OTHER_WORK = 20  # per key, in coordinates: ranks and gradients take longer than distances


def train_skeleton(
    skeleton: Skeleton,
    state: SkeletonState,
    *,
    max_radius: float,
    seed: int,
    rate: float = 1.0,
    keep_start: bool = False,
    effort: float = 1.0,
    n_jobs: int = 1,
    callback: StepCallback | None = None,
    progress: bool | None = None,
    save: Callable[[SkeletonState], None] | None = None,
    save_every: int = 50,
) -> bool:
    """Train a placed skeleton, in place; its state keeps the best points seen, by `combined_cost`.

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
    effort : float, default 1.0
        Steps and comparisons, in units of the default bounds.
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
    5,000 caps and as many points on, in ten dimensions, it is also scored by some of the rows, always the same.
    One of more than 68,000 of each, or 100 million pairs, stays as it is. All of this is logged.
    """
    if not is_trainable(skeleton, state.directions.shape[1], effort):
        _log.info("skeleton of %d caps and %d rows: too large to train", len(skeleton.caps), _rows(skeleton))
        return False
    stopped, steps = False, steps_of(effort)
    with ThreadPoolExecutor(n_jobs) as pool:
        evaluator = _BoundedEvaluator(skeleton, state, pool, seed, effort)
        mover = _Mover(skeleton, state.parents, max_radius)
        bar = progress_bar(steps, "training cones", "step", progress, initial=state.step)
        try:
            with bar:
                while state.step < steps and not stopped:
                    evaluation = None
                    if state.step % _SCORED_EVERY == 0:
                        evaluation = evaluator.score(state, keep_start)
                        bar.set_postfix_str(f"mean rank {evaluator.scores[0]:.3f}, MAP {evaluator.scores[1]:.4f}")
                        if evaluator.scores == (1.0, 1.0) and evaluator.disorder == 0:
                            break
                    if evaluation is None:
                        evaluation = evaluator.evaluate_some(state)
                    mover.move(state, evaluation, rate * _LAST_RATE ** (state.step / steps))
                    state.step += 1
                    bar.update()
                    stopped = bool(callback and callback(state.step, evaluation.loss, state.directions, state.radii))
                    if save and state.step % save_every == 0:
                        save(state)
                if save:  # before the evaluation below, which a run that goes on does not take here
                    save(state)
                evaluator.score(state, keep_start)
        except KeyboardInterrupt:
            stopped = True
            warnings.warn(
                f"training was interrupted after {state.step} steps; the best points so far are used", stacklevel=2
            )
    _log.info("skeleton of %d caps: mean rank %.4f, MAP %.5f", len(state.radii), *state.best_scores)
    return stopped


def steps_of(effort: float) -> int:
    """How many steps a training takes."""
    return max(1, round(_STEPS * effort))


def draws_rows(skeleton: Skeleton, dim: int, effort: float = 1.0) -> bool:
    """Whether all rows are too many for each step of the training."""
    drawn, _ = _affordable(_rows(skeleton), _row_work(skeleton, dim), effort)
    return drawn < _rows(skeleton)


def is_trainable(skeleton: Skeleton, dim: int, effort: float = 1.0) -> bool:
    """Whether a skeleton is small enough for any training."""
    try:
        skeleton.dag.count_ancestors(_MOST_PAIRS)
    except ClosureTooLargeError:
        return False
    return _rows(skeleton) * _row_work(skeleton, dim) <= _LARGEST_PASS * effort


def _rows(skeleton: Skeleton) -> int:
    """Number of rows with ancestors."""
    return int(np.count_nonzero(np.diff(skeleton.dag.parent_starts)))


def _row_work(skeleton: Skeleton, dim: int) -> int:
    """Coordinates compared to evaluate one row."""
    return len(skeleton.caps) * (dim + _OTHER_WORK)


def _affordable(rows: int, row_work: int, effort: float) -> tuple[int, int]:
    """How many rows each step may draw, and how many may be scored."""
    affordable, steps = effort * _MOST_WORK / max(row_work, 1), steps_of(effort)
    scorings = steps / _SCORED_EVERY
    scored = min(rows, max(1, int(affordable * _SCORING_PART / scorings)))
    drawn = max(1, int((affordable - scorings * scored) / steps))
    return min(rows, drawn), scored


class _BoundedEvaluator:
    """Evaluates as many rows as are affordable: to score, all or always the same; for a step, some others."""

    def __init__(
        self, skeleton: Skeleton, state: SkeletonState, pool: ThreadPoolExecutor, seed: int, effort: float
    ) -> None:
        self.evaluator = RowEvaluator(skeleton, pool, _LOG2_SHARPNESS, _EMPHASIS)
        self.evaluator.resting = state.resting
        rows, self.seed = self.evaluator.rows, seed
        self.sample_seed = seed % 2**32  # the same in every step, so that far caps pull steadily
        self.drawn, scored = _affordable(len(rows), _row_work(skeleton, state.directions.shape[1]), effort)
        self.scores_all = scored == len(rows)
        if self.drawn < len(rows):
            sizes = len(state.radii), len(rows), self.drawn, scored
            _log.info("skeleton of %d caps and %d rows: %d are drawn for a step, %d are scored", *sizes)
        if not self.scores_all:
            self.evaluator.scored = np.random.default_rng(seed).choice(rows, scored, replace=False)

    @property
    def scores(self) -> MeanScores:
        """Mean rank and MAP as of the last score."""
        return self.evaluator.scores

    @property
    def disorder(self) -> float:
        """As of the last score."""
        return self.evaluator.disorder

    def score(self, state: SkeletonState, keep_start: bool) -> Evaluation | None:
        """Score the present points and keep them if they are the best; the evaluation if it was of all rows."""
        self.evaluator.resting[:] = 0
        rows = self.evaluator.rows if self.scores_all else self.evaluator.scored
        evaluation = self._evaluate(rows, len(rows), state)
        state.keep_if_better(self.evaluator.scores, keep_start, self.evaluator.disorder)
        share = 1 / (1 + combined_cost(self.evaluator.scores) / _SETTLED)
        state.origin_weight = _ORIGIN_WEIGHT * share * share * share
        return evaluation if self.scores_all else None

    def evaluate_some(self, state: SkeletonState) -> Evaluation:
        """Evaluate some of the rows that do not rest, others in each step; all where that is not more work."""
        evaluator = self.evaluator
        awake = evaluator.rows[evaluator.resting[evaluator.rows] == 0]
        if len(awake) <= self.drawn:
            return self._evaluate(evaluator.rows, len(evaluator.rows), state)
        evaluator.resting -= evaluator.resting > 0
        rows = np.random.default_rng([self.seed, state.step]).choice(awake, self.drawn, replace=False)
        return self._evaluate(rows, len(rows) * len(evaluator.rows) / len(awake), state)

    def _evaluate(self, rows: IntArray, count: float, state: SkeletonState) -> Evaluation:
        """Evaluate some rows that stand for so many; the loss is the mean of these."""
        self.evaluator.origin_weight = state.origin_weight
        evaluation = self.evaluator.evaluate(rows, state.directions, state.radii, self.sample_seed)
        return evaluation._replace(loss=evaluation.loss / count)


class _Mover:
    """Steps of Adam in the offsets of a spanning tree and in the radii."""

    def __init__(self, skeleton: Skeleton, parents: IntArray, max_radius: float) -> None:
        dag = skeleton.dag
        self.order, self.parents, self.max_radius = dag.order, parents, max_radius
        self.root = dag.roots if len(dag.roots) == 1 else dag.roots[:0]

    def move(self, state: SkeletonState, evaluation: Evaluation, rate: float) -> None:
        """One step against the gradients."""
        hanging = self.parents >= 0
        widths = np.ones(len(self.parents))
        widths[hanging] = np.minimum(1.0, 2 * np.exp(-state.radii[self.parents[hanging]] / 2))
        gradient = evaluation.gradient
        gradient -= np.sum(gradient * state.directions, axis=1)[:, None] * state.directions
        add_subtrees(self.order, self.parents, gradient)
        gradient *= widths[:, None]
        step = state.step + 1
        toward = _adam(state.moments, state.squares[:, None], gradient, np.sum(gradient**2, axis=1)[:, None], step)
        offsets = -rate * widths[:, None] * toward
        radial = evaluation.radial_gradient
        toward = _adam(state.radial_moments, state.radial_squares, radial, radial**2, step)
        state.radii = np.clip(state.radii - rate * toward, min(_LEAST_RADIUS, self.max_radius), self.max_radius)
        state.radii[self.root] = 0.0
        _shift(self.order, self.parents, offsets, state.directions)


def _adam(moments: FloatArray, squares: FloatArray, gradient: FloatArray, squared: FloatArray, step: int) -> FloatArray:
    """Update the moments in place; returns the direction to move against."""
    moments += (1 - _MOMENTUM) * (gradient - moments)
    squares += (1 - _SECOND_MOMENTUM) * (squared - squares)
    scale = np.sqrt(squares / (1 - _SECOND_MOMENTUM**step)) + _STABILITY
    return np.asarray(moments / (1 - _MOMENTUM**step) / scale, dtype=np.float64)


@kernel(work=lambda order, _parents, _steps, directions: 2 * directions.size)
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
            norm += moved[v, k] * moved[v, k]
        norm = np.sqrt(norm)
        for k in range(dim):
            moved[v, k] /= norm
    directions[:] = moved
