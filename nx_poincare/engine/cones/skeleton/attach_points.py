r"""Attach points: where each stands, how far it sees, and the space around it for its pure tree.

An attach point p is a row at infinite radius: candidates rank by

.. math:: K_{pv} = \cosh d(u, v) / \cosh r_u \to e^{-r_v} + \tfrac12 \sinh(r_v) |s_p - s_v|^2 .

Points stand in nobody's way, so each can be moved by itself: one whose ancestors do not rank first tries some
random moves. Its *threshold* kappa separates its ancestors from non-ancestors as well as any number can; it is 1, the
key of the origin, where that separates all. Nodes of
its pure tree get radii for which K = kappa at the edge of their own caps: they then rank before the non-ancestors
around.
True ancestors often have K far above 1, so a threshold of 1 would let siblings in before them.
Its *clearance* is how far a row may lie from the point before such a relation changes.
"""

from __future__ import annotations

import logging
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from nx_poincare.engine.cones.skeleton.split import Skeleton
from nx_poincare.engine.geometry.nearest import nearest_others
from nx_poincare.engine.ranking.scores import DISORDER_WEIGHT, PRECISION_WEIGHT
from nx_poincare.engine.ranking.sorting import first_not_below, sort_by_key
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.compiled import kernel

__all__ = ["AttachPoints", "place_points"]

_log = logging.getLogger(__name__)

_TRIES = 40  # for a point whose ancestors do not rank first
_LARGEST_MOVE = 3.0  # in widths of the deepest parent's cone; the smallest is 1/1000 of it
_MOST_WORK = 4_000_000_000  # coordinates compared in all tries
_MOST_IN_PART = 100_000_000  # coordinates compared in one part of the work, a tenth of a second or two
_LARGEST_LOOK = 20_000_000_000  # coordinates compared in one look at all points
# In widths of the deepest parent's cone; less would cost a pure tree its own order, more than what it saves.
_LEAST_CLEARANCE = 0.01


class AttachPoints(NamedTuple):
    """Attach points of a `Skeleton`."""

    directions: FloatArray  # (p, dim)
    thresholds: FloatArray  # (p,)
    clearances: FloatArray  # (p,), chords


def place_points(
    skeleton: Skeleton, directions: FloatArray, radii: FloatArray, rng: np.random.Generator, effort: float = 1.0
) -> AttachPoints:
    """Place the attach points of a skeleton whose caps are placed.

    Parameters
    ----------
    skeleton : Skeleton
    directions : ndarray of float64, shape (c + p, dim)
        Of caps, and where attach points begin.
    radii : ndarray of float64, shape (c,)
    rng : numpy.random.Generator
    effort : float, default 1.0
        Comparisons, in units of the default bounds. More come as further rounds, each from where the one before ended.

    Notes
    -----
    Work is bounded: where comparing all points with all caps would be too much, points stay where they are, with a
    threshold from their parents only. That is logged.
    """
    dag, caps = skeleton.dag, len(radii)
    points, dim = dag.n - caps, directions.shape[1]
    work = points * (caps * dim + int(_work_of_sorting(np.array([dag.estimated_pairs() / dag.n]))[0]))
    deepest = _deepest(skeleton, radii)
    least = _LEAST_CLEARANCE * 2 * np.exp(-deepest / 2)
    if work > _LARGEST_LOOK * effort:
        _log.info("skeleton of %d caps and %d points: attach points are placed without comparison", caps, points)
        keys = _parent_keys(skeleton, directions, radii)
        return AttachPoints(directions[caps:], 3 * keys, least)
    places = directions[caps:].copy()
    rows = directions[:caps], np.exp(-radii), np.sinh(radii) / 2, *dag.ancestors_of(np.arange(caps, dag.n))
    thresholds, clearances, costs = _placed(places, *rows, np.zeros((points, dim)), np.arange(points + 1))
    for share in _rounds(effort):
        affordable = int(share * _MOST_WORK / max(work, 1) * points / max(np.count_nonzero(costs), 1))
        tries = np.where(costs > 0, min(round(share * _TRIES), affordable), 0)
        if not tries.any():
            break
        thresholds, clearances, costs = _placed(places, *rows, *_moves(tries + 1, deepest, dim, rng))
    clearances = np.minimum(clearances, _half_distances(places))
    return AttachPoints(places, thresholds, np.maximum(clearances, least))


def _work_of_sorting(ancestors: FloatArray | IntArray) -> IntArray:
    """Of rows with so many ancestors, in coordinates compared."""
    return np.rint(25 * ancestors * np.log2(ancestors + 1)).astype(np.int64)


def _rounds(effort: float) -> list[float]:
    """Rounds of one unit of effort each, and what is left."""
    whole = int(effort)
    return [1.0] * whole + [effort - whole] * (effort > whole)


def _parent_edges(skeleton: Skeleton) -> tuple[IntArray, IntArray]:
    """Edges onto attach points as (position of the point, parent cap)."""
    dag, caps = skeleton.dag, len(skeleton.caps)
    counts = np.diff(dag.parent_starts)[caps:]
    return np.repeat(np.arange(len(counts)), counts), dag.parent_list[dag.parent_starts[caps] :]


def _deepest(skeleton: Skeleton, radii: FloatArray) -> FloatArray:
    """Largest radius among each point's parents; 0 without parents."""
    points, parents = _parent_edges(skeleton)
    largest = np.zeros(len(skeleton.weights))
    np.maximum.at(largest, points, radii[parents])
    return largest


def _parent_keys(skeleton: Skeleton, directions: FloatArray, radii: FloatArray) -> FloatArray:
    """Largest key of each point's parents, at least 1."""
    points, parents = _parent_edges(skeleton)
    gaps = directions[len(radii) + points] - directions[parents]
    keys = np.exp(-radii[parents]) + np.sinh(radii[parents]) / 2 * np.sum(gaps * gaps, axis=1)
    largest = np.ones(len(skeleton.weights))
    np.maximum.at(largest, points, keys)
    return largest


def _moves(
    counts: IntArray, parent_radii: FloatArray, dim: int, rng: np.random.Generator
) -> tuple[FloatArray, IntArray]:
    """Moves to try for all points, the first of each 0, and the offsets of each point's own."""
    starts = np.concatenate([[0], np.cumsum(counts)])
    scale = np.repeat(_LARGEST_MOVE * np.exp(-parent_radii / 2) / np.sqrt(dim), counts)
    scale = scale * np.power(10.0, rng.uniform(-3.0, 0.0, size=int(starts[-1])))
    scale[starts[:-1]] = 0.0
    return rng.standard_normal((len(scale), dim)) * scale[:, None], starts


def _half_distances(points: FloatArray) -> FloatArray:
    """Half the distance of each point to the nearest other one."""
    if len(points) < 2:
        return np.ones(len(points))
    distances: FloatArray = nearest_others(points, 1)[0]
    return distances[:, 0] / 2


def _placed(
    places: FloatArray,
    caps: FloatArray,
    exp_minus_radius: FloatArray,
    half_sinh_radius: FloatArray,
    row_starts: IntArray,
    ancestors: IntArray,
    moves: FloatArray,
    move_starts: IntArray,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Move each point, in place, where its row ranks best, in parts of the work: thresholds, clearances and costs.

    An interrupt waits for the end of a part.
    """
    counts = np.diff(row_starts)
    work_of_moves = np.repeat(caps.size + _work_of_sorting(counts), np.diff(move_starts))
    part_of_moves = (np.cumsum(work_of_moves) - work_of_moves) // _MOST_IN_PART
    bounds = [*np.flatnonzero(np.diff(part_of_moves, prepend=-1)).tolist(), len(work_of_moves)]
    starts, found = places.copy(), (np.ones(len(places)), np.ones(len(places)), np.full(len(places), np.inf))
    for first, last in pairwise(bounds):
        _place(
            starts, places, caps, exp_minus_radius, half_sinh_radius, row_starts, ancestors, moves, move_starts,
            *found, int(np.searchsorted(move_starts, first, side="right")) - 1, first, last,
        )  # fmt: skip
    return found


@kernel()
def _row_cost(own_keys, keys, related, point, at_origin):  # type: ignore[no-untyped-def]
    """Ranking cost of a row and the key of the ancestor that separates best.

    The cost is (mean rank - 1) + `PRECISION_WEIGHT` (1 - average precision), and `DISORDER_WEIGHT` times the caps that
    the origin is on the wrong side of, by ancestors. The separating ancestor has the fewest
    ancestors behind plus non-ancestors before it. The last value says whether the origin separates all.
    """
    count = len(own_keys)
    if count == 0:
        nearest = np.inf
        for key in keys:
            nearest = min(nearest, key)
        return 1 / nearest, 0.0, False
    intruders = np.zeros(count, np.int64)
    wrong = 0
    for key in own_keys:
        wrong += key >= 1
    wrong = max(wrong - at_origin, 0)
    for v in range(len(keys)):
        if keys[v] < 1 and related[v] != point:
            wrong += 1
        if keys[v] <= own_keys[-1] and related[v] != point:
            intruders[first_not_below(own_keys, 0, len(own_keys), keys[v])] += 1
    before, excess, precision = 0, 0.0, 0.0
    fewest, separator = len(keys) + count, 0.0
    for j in range(count):
        before += intruders[j]
        excess += before
        precision += (j + 1) / (j + 1 + before)
        if before + count - 1 - j <= fewest:
            fewest = before + count - 1 - j
            separator = own_keys[j]
    cost = excess / count + PRECISION_WEIGHT * (1 - precision / count) + DISORDER_WEIGHT * wrong / count
    return cost, separator, wrong == 0


@kernel(work=lambda _starts, _places, caps, *rest: caps.size * (rest[-1] - rest[-2]))
def _place(  # type: ignore[no-untyped-def]
    starts, places, caps, exp_minus_radius, half_sinh_radius, row_starts, ancestors, moves, move_starts,
    thresholds, clearances, costs, first_point, first_move, last_move,
):  # fmt: skip
    """`_placed` for the moves of a part, of which the first is one of ``first_point``; the best so far are kept.

    The key of cap v is ``exp_minus_radius[v]`` + ``half_sinh_radius[v]`` times the squared chord.
    """
    dim = places.shape[1]
    keys, point = np.empty(len(caps)), np.empty(dim)
    related = np.full(len(caps), -1, np.int64)
    for i in range(first_point, len(places)):
        if move_starts[i] >= last_move:
            break
        own = ancestors[row_starts[i] : row_starts[i + 1]]
        own_keys = np.empty(len(own))
        for a in own:
            related[a] = i
        for move in range(max(move_starts[i], first_move), min(move_starts[i + 1], last_move)):
            norm = 0.0
            for k in range(dim):
                point[k] = starts[i, k] + moves[move, k]
                norm += point[k] * point[k]
            for k in range(dim):
                point[k] /= np.sqrt(norm)
            for v in range(len(caps)):
                gap = 0.0
                for k in range(dim):
                    step = point[k] - caps[v, k]
                    gap += step * step
                keys[v] = exp_minus_radius[v] + half_sinh_radius[v] * gap
            for j in range(len(own)):
                own_keys[j] = keys[own[j]]
            at_origin = 0
            for a in own:
                at_origin += half_sinh_radius[a] == 0
            sort_by_key(own_keys, np.empty(len(own), np.int64))
            cost, separator, one_separates = _row_cost(own_keys, keys, related, i, at_origin)
            if cost >= costs[i]:
                continue
            costs[i] = cost
            for k in range(dim):
                places[i, k] = point[k]
            beyond = np.inf
            for v in range(len(caps)):
                if related[v] != i and keys[v] > separator:
                    beyond = min(beyond, keys[v])
            # Where no other cap holds the point, the limit is near 1 at least: K < 1 says that it lies in the cap.
            low = max(separator, min(0.99, beyond / 2))
            threshold = np.sqrt(low * min(max(beyond, low), 9 * low)) if len(own) > 0 else min(beyond / 2, 1.0)
            if one_separates:
                threshold = 1.0
            clearance = 1.0
            for v in range(len(caps)):
                if half_sinh_radius[v] == 0:
                    continue
                if (related[v] == i) == (keys[v] < threshold):
                    slack = abs(np.sqrt(keys[v]) - np.sqrt(threshold)) / np.sqrt(half_sinh_radius[v])
                    clearance = min(clearance, slack)
                clearance = min(clearance, np.sqrt(max(keys[v] - exp_minus_radius[v], 0.0) / half_sinh_radius[v]))
            thresholds[i], clearances[i] = threshold, clearance
