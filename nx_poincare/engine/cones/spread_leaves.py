r"""Leaves side by side at the rim: where every node with children has a cap, they settle in the room between.

At the largest radius R a leaf u is told from others by its direction alone. With the key K of
`nx_poincare.engine.ranking.keys`, it is in its place if :math:`K_{ua} < 1` for its ancestors a and
:math:`K_{ub} > 1` for all other nodes b: the caps that it must stay out of, and other leaves, which must be about
:math:`2 e^{-R/2}` away. It moves against

.. math:: \frac1p \Bigl( \sum_a \ln(1 + K_{ua}^p) + \sum_b \ln(1 + K_{ub}^{-p}) \Bigr)

over the caps that are near it and the nearest of the other leaves, all leaves at once, by steps as in
`nx_poincare.engine.cones.skeleton.steps`, in widths of the leaves' own caps; p is 2 at first, 4 after half of the steps
and 8 after 0.8.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

from nx_poincare.engine.cones.skeleton.refine import Refinement
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.geometry.nearest import nearest_others
from nx_poincare.engine.ranking.keys import candidates, one_minus_tanh
from nx_poincare.engine.ranking.near_index import NearIndex, list_near, near_index
from nx_poincare.engine.ranking.sorting import sort_by_key
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.compiled import kernel
from nx_poincare.utils.interrupts import take_interrupt
from nx_poincare.utils.progress import progress_bar
from nx_poincare.utils.workers import ONE_THREAD, Threads

__all__ = ["gradient_of_leaves", "spread_leaves"]

_log = logging.getLogger(__name__)

_STEPS, _LEAST_STEPS = 80, 20
_LOOK_EVERY = 8  # steps
_SHARPER_AT = (0.5, 0.8)  # shares of the steps
_WINDOW = 2.5  # keys up to which nodes are near
_NEAREST_LEAVES, _MOST_NEAR_CAPS = 12, 64
_RATE, _LAST_RATE = 0.3, 0.02  # of the first step, and of the last in units of the first
_WIDEST = 4.0  # a step's unit is the width of the narrowest cap above, up to so many widths of a leaf's cap
_FIRST_MOVE = 0.3  # in widths of a leaf's cap: leaves of one attach point must not lie on each other
_MOMENTUM, _SECOND_MOMENTUM, _STABILITY = 0.8, 0.95, 0.1
_LOOK = 80_000  # nanoseconds of one leaf, about
_MOST_WORK = 60_000_000_000  # nanoseconds of one core, about
_MOST_PAIRS = 100_000_000  # of leaves and ancestors, which are held in memory
_ROWS_TOGETHER = 2048


class _Leaves(NamedTuple):
    """Leaves and what they are compared with; caps are numbered by their position among the nodes with children."""

    nodes: IntArray  # (m,)
    starts: IntArray  # (m + 1,), of their ancestors
    ancestors: IntArray
    caps: FloatArray  # (c, dim), directions
    at_zero: FloatArray  # (c + 1,), a cap's key at chord 0 for a leaf, and that of a leaf
    by_gap: FloatArray  # (c + 1,), what keys grow by with the square of the chord
    widths_of_parents: FloatArray  # (m,), of the narrowest caps above
    caps_by_place: NearIndex


class _Near(NamedTuple):
    """The caps that are near each leaf and not above it, and the nearest other leaves; m where there are fewer."""

    starts: IntArray  # (m + 1,)
    caps: IntArray
    leaves: IntArray  # (m, 12)


def spread_leaves(
    dag: Dag,
    directions: FloatArray,
    radii: FloatArray,
    *,
    max_radius: float,
    rng: np.random.Generator,
    refinement: Refinement,
) -> tuple[FloatArray, FloatArray]:
    """Directions (n, dim) and radii (n,) with the leaves at the largest radius, in the room that caps leave.

    Parameters
    ----------
    dag : Dag
    directions, radii : ndarray of float64, shapes (n, dim) and (n,)
        All other nodes stay where they are.
    max_radius : float
    rng : numpy.random.Generator
    refinement : Refinement
        Its effort is that of the steps, and the bound of the work, in units of the defaults. Leaves are spread here,
        on its threads if it has any: what each step needs of all others is more than a network carries in that time.

    Notes
    -----
    Work is bounded: of very many leaves, or ancestors of theirs, each takes fewer steps, or the points stay as they
    are, which is logged.
    """
    nodes = np.flatnonzero((np.diff(dag.child_starts) == 0) & (np.diff(dag.parent_starts) > 0))
    most = round(_STEPS * refinement.effort)
    steps = _affordable_steps(dag, len(nodes), directions.shape[1], refinement.effort, most)
    if steps < min(_LEAST_STEPS, most):
        _log.info("%d leaves are too many to spread", len(nodes))
        return directions, radii
    leaves = _leaves(dag, nodes, directions, radii, max_radius)
    moved = _Moved.of(leaves, directions[nodes], max_radius, rng)
    threads = refinement.workers if isinstance(refinement.workers, Threads) else ONE_THREAD
    bar = progress_bar(steps, "spreading leaves", "step", refinement.progress)
    with bar, threads.held(), _kept_when_interrupted():
        for step in range(steps):
            share = step / steps
            if step % _LOOK_EVERY == 0:
                near = _near(leaves, moved.directions, max_radius, threads)
            log2_power = 1 + sum(share >= one for one in _SHARPER_AT)
            gradient = _gradient(leaves, near, moved.directions, log2_power, threads)
            moved.move(gradient, _RATE * _LAST_RATE**share)
            bar.update()
    directions, radii = directions.copy(), radii.copy()
    directions[nodes], radii[nodes] = moved.directions, max_radius
    return directions, radii


@contextmanager
def _kept_when_interrupted() -> Iterator[None]:
    """End a loop at a keyboard interrupt, with a warning; what it had is used."""
    try:
        yield
    except KeyboardInterrupt:
        take_interrupt()
        warnings.warn("the spreading of leaves was interrupted; they stay where they are now", stacklevel=4)


class _Moved:
    """Directions of leaves that move against gradients, with momentum (Kingma & Ba 2015)."""

    def __init__(self, directions: FloatArray, widths: FloatArray) -> None:
        self.directions, self.widths, self.step = directions, widths, 0
        self.moments, self.squares = np.zeros_like(directions), np.zeros((len(directions), 1))

    @classmethod
    def of(cls, leaves: _Leaves, directions: FloatArray, max_radius: float, rng: np.random.Generator) -> _Moved:
        """Before the first step: each leaf a little aside, as those of one attach point may lie on each other."""
        width = 2 * np.exp(-max_radius / 2)
        aside = rng.standard_normal(directions.shape) * (_FIRST_MOVE * width / np.sqrt(directions.shape[1]))
        return cls(_unit(directions + aside), np.clip(leaves.widths_of_parents, width, _WIDEST * width)[:, None])

    def move(self, gradient: FloatArray, rate: float) -> None:
        """One step, so many widths long at most."""
        self.step += 1
        gradient = gradient - np.sum(gradient * self.directions, axis=1, keepdims=True) * self.directions
        gradient *= self.widths
        self.moments += (1 - _MOMENTUM) * (gradient - self.moments)
        self.squares += (1 - _SECOND_MOMENTUM) * (np.sum(gradient**2, axis=1, keepdims=True) - self.squares)
        scale = np.sqrt(self.squares / (1 - _SECOND_MOMENTUM**self.step)) + _STABILITY
        steps = rate / (1 - _MOMENTUM**self.step) * self.widths * self.moments / scale
        self.directions = _unit(self.directions - steps)


def _unit(vectors: FloatArray) -> FloatArray:
    return np.asarray(vectors / np.sqrt(np.sum(vectors * vectors, axis=1, keepdims=True)), dtype=np.float64)


def _affordable_steps(dag: Dag, leaves: int, dim: int, effort: float, most: int) -> int:
    """How many steps so many leaves can take."""
    if leaves == 0:
        return 0
    pairs = dag.estimated_pairs() / dag.n
    if pairs * leaves > _MOST_PAIRS:
        return 0
    nanoseconds = leaves * ((pairs + _NEAREST_LEAVES + _MOST_NEAR_CAPS / 2) * (10 + 3 * dim) + _LOOK / _LOOK_EVERY)
    return min(most, int(_MOST_WORK * effort / nanoseconds))


def _leaves(dag: Dag, nodes: IntArray, directions: FloatArray, radii: FloatArray, max_radius: float) -> _Leaves:
    has_children = np.diff(dag.child_starts) > 0
    starts, ancestors = dag.ancestors_of(nodes)
    short = one_minus_tanh(max_radius)
    of_all = np.append(radii[has_children], max_radius)
    return _Leaves(
        nodes,
        starts,
        (np.cumsum(has_children) - 1)[ancestors],
        directions[has_children],
        np.exp(of_all) / 2 * short + np.exp(-of_all) / 2 * (2 - short),
        (1 - short) * np.sinh(of_all) / 2,
        2 * np.exp(-np.maximum.reduceat(radii[ancestors], starts[:-1]) / 2),
        near_index(candidates(directions[has_children], radii[has_children])),
    )


def _near(leaves: _Leaves, at: FloatArray, max_radius: float, threads: Threads) -> _Near:
    """What is near the leaves now."""
    reach = np.sqrt(_WINDOW / leaves.by_gap[-1])
    _, nearest = nearest_others(at, _NEAREST_LEAVES, reach=reach, n_jobs=threads.n_jobs)
    short = one_minus_tanh(max_radius)

    def near_caps(first: int, end: int) -> tuple[IntArray, IntArray]:
        return _near_caps(
            leaves.caps_by_place, leaves.caps, leaves.at_zero, leaves.by_gap, at[first:end], short,
            leaves.starts[first : end + 1], leaves.ancestors,
        )  # fmt: skip

    parts = list(threads.results(near_caps, _parts(len(at))))
    starts = np.concatenate([[0], np.cumsum(np.concatenate([counts for counts, _ in parts]))])
    return _Near(starts, np.concatenate([caps for _, caps in parts]), nearest)


def _parts(count: int) -> list[tuple[int, int]]:
    """Where parts of the leaves begin and end."""
    return [(first, min(first + _ROWS_TOGETHER, count)) for first in range(0, count, _ROWS_TOGETHER)]


def _gradient(leaves: _Leaves, near: _Near, at: FloatArray, log2_power: int, threads: Threads) -> FloatArray:
    """Of each leaf by its own direction, shape (m, dim), not projected."""

    def of_rows(first: int, end: int) -> FloatArray:
        return gradient_of_leaves(
            at, first, end, leaves.caps, leaves.at_zero, leaves.by_gap, leaves.starts, leaves.ancestors, *near,
            log2_power,
        )  # fmt: skip

    return np.concatenate(list(threads.results(of_rows, _parts(len(at)))))


@kernel(nogil=True)
def _near_caps(index, caps, at_zero, by_gap, at, short, starts, ancestors):  # type: ignore[no-untyped-def]
    """How many caps are near each leaf and not above it, at most 64, and these, the nearest where there are more."""
    related = np.full(len(caps), -1, np.int64)
    found = np.empty(64, np.int64)
    counts, listed, used = np.zeros(len(at), np.int64), np.empty(16 * len(at) + _MOST_NEAR_CAPS, np.int64), 0
    for u in range(len(at)):
        for j in range(starts[u], starts[u + 1]):
            related[ancestors[j]] = u
        found, count = list_near(index, at[u], short, _WINDOW, found, 0)
        others = 0
        for i in range(count):
            if related[found[i]] != u:
                found[others] = found[i]
                others += 1
        if others > _MOST_NEAR_CAPS:
            keys = np.empty(others)
            for i in range(others):
                keys[i] = _key(at, u, caps, found[i], at_zero[found[i]], by_gap[found[i]])
            sort_by_key(keys, found[:others])
            others = _MOST_NEAR_CAPS
        if used + others > len(listed):
            longer = np.empty(2 * len(listed), np.int64)
            longer[:used] = listed[:used]
            listed = longer
        listed[used : used + others] = found[:others]
        counts[u] = others
        used += others
    return counts, listed[:used].copy()


@kernel(nogil=True)
def gradient_of_leaves(  # type: ignore[no-untyped-def]
    at, first, end, caps, at_zero, by_gap, starts, ancestors, near_starts, near_caps, near_leaves, log2_power
):
    """Gradients of some leaves by their own directions, not projected; arrays are those of `_Leaves` and `_Near`."""
    gradient = np.zeros((end - first, at.shape[1]))
    for u in range(first, end):
        own = gradient[u - first]
        for j in range(starts[u], starts[u + 1]):
            v = ancestors[j]
            key = _key(at, u, caps, v, at_zero[v], by_gap[v])
            _add(own, at, u, caps, v, 2 * _share(key, log2_power) * by_gap[v] / key)
        for j in range(near_starts[u], near_starts[u + 1]):
            v = near_caps[j]
            key = _key(at, u, caps, v, at_zero[v], by_gap[v])
            _add(own, at, u, caps, v, -2 * _share(1 / key, log2_power) * by_gap[v] / key)
        for v in near_leaves[u]:
            if v == len(at):
                break
            key = _key(at, u, at, v, at_zero[-1], by_gap[-1])
            _add(own, at, u, at, v, -2 * _share(1 / key, log2_power) * by_gap[-1] / key)
    return gradient


@kernel(inline="always")
def _key(at, u, others, v, at_zero, by_gap):  # type: ignore[no-untyped-def]
    gap = 0.0
    for k in range(at.shape[1]):
        step = at[u, k] - others[v, k]
        gap += step * step
    return at_zero + by_gap * gap


@kernel(inline="always")
def _share(ratio, log2_power):  # type: ignore[no-untyped-def]
    """x / (1 + x) of a power of the ratio: the slope of ln(1 + x) by ln x."""
    for _ in range(log2_power):
        ratio *= ratio
    return 1 - 1 / (1 + ratio)


@kernel(inline="always")
def _add(own, at, u, others, v, slope):  # type: ignore[no-untyped-def]
    for k in range(len(own)):
        own[k] += slope * (at[u, k] - others[v, k])
