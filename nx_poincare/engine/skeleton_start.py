r"""Directions and radii for a skeleton, top down, and the room around its attach points.

Caps come by the mean rule: r = R (1 - ln m / ln M), where m and M are the numbers of skeleton
descendants of the node and of the whole, each plus one; the direction is the mean of the parents'
directions weighted by exp(r/2), plus c exp(-r_parent/2) times a Gaussian vector over sqrt(D). Of several
draws the one that ranks ancestors best is kept.

An attach point p is a row at infinite radius: candidates rank by

.. math:: K_{pv} = \cosh d(u, v) / \cosh r_u \to e^{-r_v} + \tfrac12 \sinh(r_v) |s_p - s_v|^2 .

It starts at the mean of its parents and tries some random moves, heavy points more of them. Its *threshold*
kappa separates its ancestors from non-ancestors as well as any number can. Nodes of its pure tree get
radii for which K = kappa at the edge of their own caps: they then rank before the non-ancestors around.
True ancestors often have K far above 1, so a threshold of 1 would let siblings in before them.
Its *clearance* is how far a row may lie from the point before such a relation changes.
"""

from __future__ import annotations

import logging
from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from nx_poincare.arrays import FloatArray, IntArray
from nx_poincare.compiled import kernel
from nx_poincare.dag import ClosureTooLargeError, Dag
from nx_poincare.engine.skeleton import Skeleton

__all__ = ["PlacedSkeleton", "place_skeleton"]

_log = logging.getLogger(__name__)

_OUTER_RADIUS = 16.0  # R; at most half the largest radius
_SPREAD = 1.5  # c
_STARTS = 6
_TRIES = 5  # of a point of mean weight; grows with the square root of the weight
_MOST_TRIES = 100
_MOST_PAIRS = 50_000_000
_MOST_WORK = 2_000_000_000  # coordinates compared when there is a choice; twice that when there is none
_LEAST_CLEARANCE = 1e-4  # less would cost a pure tree its own order, more than what it saves


class PlacedSkeleton(NamedTuple):
    """Caps and attach points of a `Skeleton`, in its numbering: c caps, then p points."""

    directions: FloatArray  # (c + p, dim)
    radii: FloatArray  # (c,)
    thresholds: FloatArray  # (p,)
    clearances: FloatArray  # (p,), chords


def place_skeleton(skeleton: Skeleton, dim: int, max_radius: float, rng: np.random.Generator) -> PlacedSkeleton:
    """Place caps and attach points; see the module.

    Notes
    -----
    Work is bounded. A skeleton whose closure has more than 50 million pairs takes levels in place of
    descendant counts, and where comparing all points with all caps would be too much, points stay at the
    mean of their parents with a threshold from these alone. Both are logged.
    """
    dag, caps = skeleton.dag, len(skeleton.caps)
    points = dag.n - caps
    parents = _point_parents(skeleton)
    shrinking, sizes_known = _log_sizes(dag)
    radii = min(_OUTER_RADIUS, max_radius / 2) * (1 - shrinking[:caps])
    work = points * max(caps, points) * (dim + 10)
    if not sizes_known or work > 2 * _MOST_WORK:
        _log.info("skeleton of %d caps and %d points: attach points are placed without comparison", caps, points)
        directions = _mean_rule_start(dag, radii, dim, rng)
        keys = _parent_keys(directions, radii, caps, parents)
        return PlacedSkeleton(directions, radii, 3 * keys, np.full(points, _LEAST_CLEARANCE))
    rows = np.exp(-radii), np.sinh(radii) / 2, *dag.ancestors_of(np.arange(caps, dag.n))
    still = np.zeros((points, dim)), np.arange(points + 1)
    best, directions = np.inf, np.zeros((0, dim))
    for _ in range(int(np.clip(_MOST_WORK // max(work, 1), 1, _STARTS))):
        start = _mean_rule_start(dag, radii, dim, rng)
        cost = float(skeleton.weights @ _place_points(start, *rows, *still)[2])
        if cost < best:
            best, directions = cost, start
    moves = _moves(skeleton.weights, _highest_parent(radii, points, parents), dim, _MOST_WORK / max(work, 1), rng)
    thresholds, clearances, _ = _place_points(directions, *rows, *moves)
    clearances = np.minimum(clearances, _half_distances(directions[caps:]))
    return PlacedSkeleton(directions, radii, thresholds, np.maximum(clearances, _LEAST_CLEARANCE))


def _log_sizes(dag: Dag) -> tuple[FloatArray, bool]:
    """ln(descendants + 1) in units of the whole's, and whether descendants could be counted."""
    whole = np.log(dag.n + (len(dag.roots) > 1))  # several roots hang on the origin
    try:
        dag.count_ancestors(_MOST_PAIRS)
    except ClosureTooLargeError:
        _log.info("more than %d pairs in the skeleton's closure: radii follow levels", _MOST_PAIRS)
        levels = dag.levels + (len(dag.roots) > 1)
        return 1 - levels / max(levels.max(), 1), False
    below = np.zeros(dag.n, dtype=np.int64)
    for _, _, ancestors in dag.ancestor_blocks():
        below += np.bincount(ancestors, minlength=dag.n)
    return np.log(below + 1.0) / whole, True


def _mean_rule_start(dag: Dag, radii: FloatArray, dim: int, rng: np.random.Generator) -> FloatArray:
    directions = rng.standard_normal((dag.n, dim)) * (_SPREAD / np.sqrt(dim))
    if len(dag.roots) == 1:
        directions[dag.roots[0]] = np.eye(1, dim)
    _mean_rule(dag.order, dag.parent_starts, dag.parent_list, radii, directions)
    return directions


def _point_parents(skeleton: Skeleton) -> tuple[IntArray, IntArray]:
    """Edges onto attach points as (position of the point, parent cap)."""
    dag, caps = skeleton.dag, len(skeleton.caps)
    counts = np.diff(dag.parent_starts)[caps:]
    return np.repeat(np.arange(len(counts)), counts), dag.parent_list[dag.parent_starts[caps] :]


def _highest_parent(radii: FloatArray, points: int, parents: tuple[IntArray, IntArray]) -> FloatArray:
    """Largest radius among each point's parents; 0 without parents."""
    largest = np.zeros(points)
    np.maximum.at(largest, parents[0], radii[parents[1]])
    return largest


def _parent_keys(
    directions: FloatArray, radii: FloatArray, caps: int, parents: tuple[IntArray, IntArray]
) -> FloatArray:
    """Largest key of each point's parents, at least 1."""
    gaps = directions[caps + parents[0]] - directions[parents[1]]
    keys = np.exp(-radii[parents[1]]) + np.sinh(radii[parents[1]]) / 2 * np.sum(gaps * gaps, axis=1)
    largest = np.ones(len(directions) - caps)
    np.maximum.at(largest, parents[0], keys)
    return largest


def _moves(
    weights: IntArray, parent_radii: FloatArray, dim: int, affordable: float, rng: np.random.Generator
) -> tuple[FloatArray, IntArray]:
    """Moves to try for all points, the first of each 0, and the offsets of each point's own."""
    tries = np.sqrt(weights / weights.mean()) * min(_TRIES, affordable)
    counts = np.clip(tries, 1, _MOST_TRIES).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(counts)])
    scale = np.repeat(_SPREAD * np.exp(-parent_radii / 2) / np.sqrt(dim), counts)
    scale = scale * np.power(10.0, rng.uniform(-1.0, 0.5, size=int(starts[-1])))
    scale[starts[:-1]] = 0.0
    return rng.standard_normal((len(scale), dim)) * scale[:, None], starts


def _half_distances(points: FloatArray) -> FloatArray:
    """Half the distance of each point to the nearest other one."""
    if len(points) < 2:
        return np.ones(len(points))
    distances = np.asarray(cKDTree(points).query(points, k=2)[0], dtype=np.float64)
    return distances[:, 1] / 2


@kernel()
def _mean_rule(order, starts, parents, radii, directions):  # type: ignore[no-untyped-def]
    """Directions top down, in place; at first they hold the random parts at scale 1."""
    dim = directions.shape[1]
    for v in order:
        if starts[v] < starts[v + 1]:
            highest, total = 0.0, 0.0
            for i in range(starts[v], starts[v + 1]):
                highest = max(highest, radii[parents[i]])
            for i in range(starts[v], starts[v + 1]):
                total += np.exp((radii[parents[i]] - highest) / 2)
            for k in range(dim):
                directions[v, k] *= np.exp(-highest / 2)
            for i in range(starts[v], starts[v + 1]):
                weight = np.exp((radii[parents[i]] - highest) / 2) / total
                for k in range(dim):
                    directions[v, k] += weight * directions[parents[i], k]
        norm = 0.0
        for k in range(dim):
            norm += directions[v, k] ** 2
        for k in range(dim):
            directions[v, k] /= np.sqrt(norm)


@kernel()
def _sort(values):  # type: ignore[no-untyped-def]
    """Shell's sort, ascending, in place: compiles in a tenth of the time of numpy's."""
    gap = 1
    while 3 * gap < len(values):
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(gap, len(values)):
            value = values[i]
            j = i
            while j >= gap and values[j - gap] > value:
                values[j] = values[j - gap]
                j -= gap
            values[j] = value
        gap //= 3


@kernel()
def _first_not_below(values, limit):  # type: ignore[no-untyped-def]
    """Position of the first of some ascending values that is at least the limit."""
    low, high = 0, len(values)
    while low < high:
        middle = (low + high) // 2
        if values[middle] < limit:
            low = middle + 1
        else:
            high = middle
    return low


@kernel()
def _judge(own_keys, keys, related, point):  # type: ignore[no-untyped-def]
    """Ranking cost of a row and the key of the ancestor that separates best.

    The cost is (mean rank - 1) + 10 (1 - average precision). The separating ancestor has the fewest
    ancestors behind plus non-ancestors before it.
    """
    count = len(own_keys)
    if count == 0:
        nearest = np.inf
        for key in keys:
            nearest = min(nearest, key)
        return 1 / nearest, 0.0
    intruders = np.zeros(count, np.int64)
    for v in range(len(keys)):
        if keys[v] <= own_keys[-1] and related[v] != point:
            intruders[_first_not_below(own_keys, keys[v])] += 1
    before, excess, precision = 0, 0.0, 0.0
    fewest, separator = len(keys) + count, 0.0
    for j in range(count):
        before += intruders[j]
        excess += before
        precision += (j + 1) / (j + 1 + before)
        if before + count - 1 - j <= fewest:
            fewest = before + count - 1 - j
            separator = own_keys[j]
    return excess / count + 10 * (1 - precision / count), separator


@kernel()
def _place_points(directions, falling, across, row_starts, ancestors, moves, move_starts):  # type: ignore[no-untyped-def]
    """Move each point, in place, where its row ranks best: thresholds, clearances and costs.

    The key of cap v is ``falling[v]`` + ``across[v]`` times the squared chord.
    """
    caps, dim, count = len(falling), directions.shape[1], len(row_starts) - 1
    thresholds, clearances, costs = np.ones(count), np.ones(count), np.full(count, np.inf)
    keys, start, point = np.empty(caps), np.empty(dim), np.empty(dim)
    related = np.full(caps, -1, np.int64)
    for i in range(count):
        own = ancestors[row_starts[i] : row_starts[i + 1]]
        own_keys = np.empty(len(own))
        for a in own:
            related[a] = i
        for k in range(dim):
            start[k] = directions[caps + i, k]
        for move in range(move_starts[i], move_starts[i + 1]):
            norm = 0.0
            for k in range(dim):
                point[k] = start[k] + moves[move, k]
                norm += point[k] ** 2
            for k in range(dim):
                point[k] /= np.sqrt(norm)
            for v in range(caps):
                gap = 0.0
                for k in range(dim):
                    gap += (point[k] - directions[v, k]) ** 2
                keys[v] = falling[v] + across[v] * gap
            for j in range(len(own)):
                own_keys[j] = keys[own[j]]
            _sort(own_keys)
            cost, separator = _judge(own_keys, keys, related, i)
            if cost >= costs[i]:
                continue
            costs[i] = cost
            for k in range(dim):
                directions[caps + i, k] = point[k]
            beyond = np.inf
            for v in range(caps):
                if related[v] != i and keys[v] > separator:
                    beyond = min(beyond, keys[v])
            # A key of 1 is never the limit: K < 1 says that the point lies in the cap.
            low = max(separator, 0.99)
            threshold = np.sqrt(low * min(max(beyond, low), 9 * low)) if len(own) > 0 else min(beyond / 2, 1.0)
            clearance = 1.0
            for v in range(caps):
                if across[v] == 0:
                    continue
                if (related[v] == i) == (keys[v] < threshold):
                    slack = abs(np.sqrt(keys[v]) - np.sqrt(threshold)) / np.sqrt(across[v])
                    clearance = min(clearance, slack)
                clearance = min(clearance, np.sqrt(max(keys[v] - falling[v], 0.0) / across[v]))
            thresholds[i], clearances[i] = threshold, clearance
    return thresholds, clearances, costs
