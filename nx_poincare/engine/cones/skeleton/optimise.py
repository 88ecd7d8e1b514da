r"""Training of a skeleton: every row in each step, against the caps that are near it.

A skeleton (`nx_poincare.engine.cones.skeleton.split`) is small enough for exact ranks and, up to far misses, exact
gradients (`nx_poincare.engine.cones.skeleton.gradients`), so nothing is left to the luck of sampled negatives. What
makes steps count:

- **Rows look around now and then.** A look compares a row with all caps, and lists those that are near. The steps that
  follow compare it with these alone; once caps have moved by so many steps' length, rows look again.
- **Subtrees move as blocks.** The parameters are offsets :math:`o_v = s_v - s_{parent}` along a spanning tree; a node's
  gradient is the sum over its subtree, and what hangs on a node moves with it.
- **Steps in proportion to cones.** Gradients and steps of a node are scaled by the width :math:`2 e^{-r/2}` of its
  parent's cone, and Adam (Kingma & Ba 2015) keeps one second moment per node, so that steps keep their direction.
- **The order waits for the ranks.** The origin weighs 0.2 / (1 + c / 0.05)^3 in the loss, c the cost of the ranks by
  the last score: where ranks are short of room it hardly counts.
- **Rows without a violation rest** for some steps.
- **Violations sharpen**: p is 8 at first, 16 after 0.6 of the run and 32 after 0.85. Small values see far; large ones
  leave rows alone that are in order by a small margin, which makes room.
- **The best is kept**, by exact ranks that fall out of the looks.
- **Work is counted, and bounded.** The rate falls with the share of the steps or of the work that is done, whichever is
  more, so that a large skeleton takes fewer steps; where even these are too many, it is trained on rows that are drawn
  anew for each look.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from nx_poincare.engine.cones.skeleton.gradients import largest_ratio
from nx_poincare.engine.cones.skeleton.scores import Look, RowEvaluator, rows_that_pull
from nx_poincare.engine.cones.skeleton.shares import Pull
from nx_poincare.engine.cones.skeleton.split import Skeleton
from nx_poincare.engine.cones.skeleton.state import SkeletonState
from nx_poincare.engine.cones.skeleton.steps import Mover
from nx_poincare.engine.dag.dag import ClosureTooLargeError
from nx_poincare.engine.ranking.scores import MeanScores, combined_cost
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.interrupts import take_interrupt
from nx_poincare.utils.progress import progress_bar
from nx_poincare.utils.workers import ONE_THREAD, Workers, WorkersLostError

__all__ = ["Looker", "StepCallback", "train_skeleton"]

_log = logging.getLogger(__name__)

StepCallback = Callable[[int, float, FloatArray, FloatArray], bool]

_STEPS = 1000
_STEPS_IN_SPACE = 2  # times as many in three dimensions, where room is short
_LOG2_SHARPNESS = 3  # p = 8: smaller values stall where the gradient of a far miss drowns many near ones
_SHARPER_AT = (0.6, 0.85)  # shares of the run from which p is 16 and 32
_EMPHASIS = 0.4  # beta: more wins a little mean rank for a little MAP
_ORIGIN_WEIGHT, _SETTLED = 0.2, 0.05  # of the origin at most; the cost that is left where it is an eighth of that
_LAST_RATE = 0.01  # of the first
_SLACK = 1.2  # in keys: caps beyond the windows may come into them before the next look
# Widths of a parent's cone that caps have moved at most before rows look again: where that is no more work than the
# steps since the last look were, and where it is more.
_LOOK_AFTER, _LOOK_LATEST_AFTER = 1.0, 8.0
_LEAST_LOOKS = 20  # in all steps
_MOST_WORK = 100_000_000_000  # nanoseconds of one core, about
_SCORING_PART = 0.2  # of these at most, to score some rows where not all are looked at
_LEAST_STEPS = 250  # for which rows are drawn
_MOST_PAIRS = 100_000_000  # of the skeleton's closure, which is held in memory


def train_skeleton(
    skeleton: Skeleton,
    state: SkeletonState,
    *,
    max_radius: float,
    seed: int,
    rate: float = 1.0,
    effort: float = 1.0,
    workers: Workers = ONE_THREAD,
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
        Learning rate of the first step, in widths of the parent's cone; it falls to 0.01 of that.
    effort : float, default 1.0
        Steps and comparisons, in units of the default bounds.
    workers : Workers, default one thread
        The result does not depend on them.
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
        Whether the callback, a keyboard interrupt or the loss of the workers ended the training.

    Notes
    -----
    Work is bounded. A large skeleton takes fewer steps; one of very many caps and rows is trained on rows that are
    drawn anew for each look, and scored by some of the rows, always the same. One whose closure has more than 100
    million pairs stays as it is. All of this is logged.
    """
    if not _is_trainable(skeleton):
        _log.info(
            "skeleton of %d caps and %d rows: too large to train", len(skeleton.caps), len(rows_that_pull(skeleton))
        )
        return False
    stopped, steps = False, _steps_of(effort, state.directions.shape[1])
    with workers.held():
        looker = Looker(skeleton, state, workers, seed, effort)
        mover = Mover(skeleton, state.parents, max_radius)
        bar = progress_bar(steps, "training cones", "step", progress, initial=round(steps * looker.share_done(state)))
        try:
            with bar:
                stopped = _take_steps(looker, mover, state, bar, rate, callback, save, save_every)
                if save:  # before the look below, which a run that goes on does not take here
                    save(state)
                looker.score(state)
        except KeyboardInterrupt:
            take_interrupt()
            stopped = True
            warnings.warn(
                f"training was interrupted after {state.step} steps; the best points so far are used", stacklevel=2
            )
        except WorkersLostError as error:
            stopped = True
            warnings.warn(
                f"{error}: training ended after {state.step} steps; the best points so far are used", stacklevel=2
            )
    _log.info(
        "skeleton of %d caps: mean rank %.4f, MAP %.5f after %d steps", len(state.radii), *state.best_scores, state.step
    )
    return stopped


def _take_steps(
    looker: Looker,
    mover: Mover,
    state: SkeletonState,
    bar: Any,
    rate: float,
    callback: StepCallback | None,
    save: Callable[[SkeletonState], None] | None,
    save_every: int,
) -> bool:
    """Look and move until the steps or the work are used up, or all is perfect; whether the callback ended it."""
    steps, stopped = looker.steps, False
    done = round(steps * looker.share_done(state))
    while looker.share_done(state) < 1 and not stopped:
        if looker.must_look(state):
            looker.look(state)
            bar.set_postfix_str(f"mean rank {looker.scores[0]:.3f}, MAP {looker.scores[1]:.4f}")
            if looker.is_perfect:
                break
        pull = looker.pull(state)
        step_rate = rate * _LAST_RATE ** looker.share_done(state)
        mover.move(state, pull, step_rate)
        state.step += 1
        state.moved += max(step_rate, _LOOK_LATEST_AFTER * _LEAST_LOOKS / steps)
        state.work += pull.work
        state.work_since_look += pull.work
        before, done = done, min(round(steps * looker.share_done(state)), steps)
        bar.update(done - before)
        stopped = bool(callback and callback(state.step, pull.loss, state.directions, state.radii))
        if save and state.step % save_every == 0:
            save(state)
    return stopped


def _steps_of(effort: float, dim: int) -> int:
    """How many steps a training takes at most."""
    return max(1, round(_STEPS * effort * (_STEPS_IN_SPACE if dim == 3 else 1)))


def _is_trainable(skeleton: Skeleton) -> bool:
    """Whether a skeleton's closure fits into memory."""
    try:
        skeleton.dag.count_ancestors(_MOST_PAIRS)
    except ClosureTooLargeError:
        return False
    return True


def _look_work(skeleton: Skeleton, dim: int) -> int:
    """Nanoseconds of the look of one row at all caps, about, without sorting those found."""
    return len(skeleton.caps) * (dim + 6) // 10


def _pull_work(ancestors: IntArray, dim: int) -> int:
    """Nanoseconds of a row in one step, about, before it is known how many caps are near."""
    return round(4000 + (120 + 4 * dim) * float(ancestors.mean()))


def _affordable(rows: int, look_work: int, pull_work: int, most_work: float) -> tuple[int, int]:
    """How many of the rows may be looked at and pulled at in each step, and how many may be scored."""
    all_work = rows * (_LEAST_LOOKS * look_work + _LEAST_STEPS * pull_work)
    if all_work <= most_work:
        return rows, rows
    scored = max(1, int(_SCORING_PART * most_work / (_LEAST_LOOKS * look_work)))
    return max(1, int((1 - _SCORING_PART) * most_work / all_work * rows)), min(rows, scored)


def _rows_to_score(rows: IntArray, ancestor_counts: IntArray, count: int, seed: int) -> IntArray:
    """Some of the rows, ascending: those without ancestors, which have no rank, only where others are too few."""
    rng = np.random.default_rng(seed)
    ranked = rows[ancestor_counts[rows] > 0]
    if len(ranked) >= count:
        return np.sort(rng.choice(ranked, count, replace=False))
    others = rows[ancestor_counts[rows] == 0]
    return np.sort(np.concatenate([ranked, rng.choice(others, count - len(ranked), replace=False)]))


class Looker:
    """Looks at as many rows as are affordable, lists the caps that are near them and keeps the best points."""

    def __init__(
        self,
        skeleton: Skeleton,
        state: SkeletonState,
        workers: Workers,
        seed: int,
        effort: float,
    ) -> None:
        self.evaluator = RowEvaluator(skeleton, workers, _LOG2_SHARPNESS, _EMPHASIS)
        self.evaluator.resting = state.resting
        self.seed = seed
        self.sample_seed = seed % 2**32  # the same in every look, so that far caps pull steadily
        dim, rows = state.directions.shape[1], self.evaluator.rows
        self.steps, self.most_work = _steps_of(effort, dim), effort * _MOST_WORK
        self.look_work = _look_work(skeleton, dim)
        pull_work = _pull_work(self.evaluator.ancestor_counts[rows], dim)
        self.drawn, scored = _affordable(len(rows), self.look_work, pull_work, self.most_work)
        if self.drawn < len(rows):
            sizes = len(state.radii), len(rows), self.drawn, scored
            _log.info("skeleton of %d caps and %d rows: %d are drawn for a look, %d are scored", *sizes)
            self.evaluator.scored = _rows_to_score(rows, self.evaluator.ancestor_counts, scored, seed)
        self.near: Look | None = None

    @property
    def scores(self) -> MeanScores:
        """Mean rank and MAP as of the last look."""
        return self.evaluator.scores

    @property
    def is_perfect(self) -> bool:
        """Whether ranks and order are, as of the last look."""
        return self.scores == (1.0, 1.0) and self.evaluator.disorder == 0

    def share_done(self, state: SkeletonState) -> float:
        """Of the steps or of the work, whichever is more."""
        return max(state.step / self.steps, state.work / self.most_work)

    def must_look(self, state: SkeletonState) -> bool:
        """Whether caps have moved so far that rows must look again."""
        if state.moved >= (_LOOK_AFTER if state.work_since_look >= 0 else _LOOK_LATEST_AFTER) or state.step == 0:
            return True
        if self.near is None:  # going on from a checkpoint
            self._list_near_caps(state)
        return False

    def look(self, state: SkeletonState) -> None:
        """Look around from the present points, and keep them if they are the best."""
        state.moved, state.looked_at, work = 0.0, state.step, state.work
        state.looked_directions, state.looked_radii = state.directions.copy(), state.radii.copy()
        state.window = _SLACK * largest_ratio(self._log2_sharpness(state))
        near = self._list_near_caps(state)
        state.work += self._work_of(near)
        if self.drawn < len(self.evaluator.rows):
            state.work += self._work_of(self._look(self.evaluator.scored, state))
        state.work_since_look = work - state.work
        self._keep_if_better(state)
        share = 1 / (1 + combined_cost(self.scores) / _SETTLED)
        state.origin_weight = _ORIGIN_WEIGHT * share * share * share

    def score(self, state: SkeletonState) -> None:
        """Look around from the present points for their scores only."""
        state.looked_directions, state.looked_radii = state.directions, state.radii
        self._look(self.evaluator.rows if self.drawn == len(self.evaluator.rows) else self.evaluator.scored, state)
        self._keep_if_better(state)

    def pull(self, state: SkeletonState) -> Pull:
        """What the rows pull at that were looked at; the loss is the mean of theirs."""
        assert self.near is not None
        self.evaluator.origin_weight = state.origin_weight
        self.evaluator.log2_sharpness = self._log2_sharpness(state)
        pull = self.evaluator.pull(self.near, state.directions, state.radii)
        return pull._replace(loss=pull.loss / len(self.near.shares.all_rows))

    def _work_of(self, look: Look) -> int:
        """Nanoseconds that a look took, about."""
        rows = look.shares.all_rows
        counts = self.evaluator.ancestor_counts[rows]
        sorting = 75 * look.near_caps + round(8 * float((counts * np.log2(counts + 1)).sum()))
        return self.look_work * len(rows) + sorting

    def _list_near_caps(self, state: SkeletonState) -> Look:
        rows = self.evaluator.rows
        if self.drawn < len(rows):
            rng = np.random.default_rng([self.seed, state.looked_at])
            rows = np.sort(rng.choice(rows, self.drawn, replace=False))
        self.near = self._look(rows, state)
        return self.near

    def _look(self, rows: IntArray, state: SkeletonState) -> Look:
        points = state.looked_directions, state.looked_radii
        return self.evaluator.look(rows, *points, state.window, self.sample_seed)

    def _log2_sharpness(self, state: SkeletonState) -> int:
        return _LOG2_SHARPNESS + sum(self.share_done(state) >= share for share in _SHARPER_AT)

    def _keep_if_better(self, state: SkeletonState) -> None:
        state.keep_if_better(self.scores, self.evaluator.disorder)
