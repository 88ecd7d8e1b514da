r"""Leaves that miss ancestors, each put where its own row costs least.

The arc of a leaf is as narrow as arcs get: it is in nobody's way but its next neighbours', and nothing hangs on it.
So a leaf that is below arcs on several sides of the circle is free to go to any of them, or between them. Places worth
a try are those at the arcs of its narrowest ancestors, inside and just outside of their ends; what the row of the leaf
costs there is counted exactly among the inner nodes, and the nearest neighbours are kept at a distance.

Only few arcs reach a place. Inner nodes are sorted by angle in *tiers* of alike widths, so that those within reach
are found by bisection in every tier; a place is given up as soon as it costs more than the best so far.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from nx_poincare.engine.cones.arcs.keys import DiskPoints, key_of
from nx_poincare.engine.ranking.sorting import first_not_below, sort_by_key
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.compiled import kernel

__all__ = ["ArcTiers", "move_leaves"]

_MOST_ANCESTORS = 16  # whose arcs give places to try: the narrowest
_GOLDEN = 0.6180339887498949  # places of leaves at the same arc differ by its multiples
_LEAST_GAIN = 0.5
_DISTANCE = 4.0  # between a leaf and its neighbours, in their narrowest arcs


class ArcTiers(NamedTuple):
    """Inner nodes by width, widest first, those of a tier by angle: ``nodes[starts[t]:starts[t + 1]]``."""

    starts: IntArray
    nodes: IntArray
    angles: FloatArray  # of the nodes
    widest: FloatArray  # largest e to the minus radius in each tier

    @classmethod
    def of(cls, nodes: IntArray, points: DiskPoints) -> ArcTiers:
        """Tiers of two octaves of e to the minus radius."""
        angles = points.angles[nodes]
        tiers = -np.frexp(points.exp_minus_radius[nodes])[1] // 2
        order = np.lexsort((angles, tiers))
        nodes, angles, tiers = nodes[order], angles[order], tiers[order]
        starts = np.flatnonzero(np.diff(tiers, prepend=-(2**40)))
        widest = np.maximum.reduceat(points.exp_minus_radius[nodes], starts) if len(nodes) else np.zeros(0)
        return cls(np.append(starts, len(nodes)), nodes, angles, widest)


@kernel(inline="always")
def _ancestor_keys(u, x, y, rows, points, keys):  # type: ignore[no-untyped-def]
    """Keys of u's ancestors with u at (x, y), sorted."""
    sigma = points.sigma[u]
    for j in range(len(keys)):
        a = rows.ancestors[rows.starts[u] + j]
        along, aside = points.x[a] - x, points.y[a] - y
        gap = along * along + aside * aside
        keys[j] = key_of(sigma / 2 + (1 - sigma) * gap / 4, points.exp_minus_radius[a])
    sort_by_key(keys, np.empty(len(keys), np.int64))


@kernel(inline="always")
def _cost_at(u, x, y, above, rows, points, tiers, weight, most, keys, entering):  # type: ignore[no-untyped-def]
    """Cost of the row of a leaf u at (x, y), or some figure above `most`; and the nodes looked at."""
    _ancestor_keys(u, x, y, rows, points, keys)
    count = len(keys)
    entering[:] = 0
    last = keys[-1]
    sigma = points.sigma[u]
    angle = math.atan2(y, x) % (2 * np.pi)
    cost = 0.0
    looked_at = count
    for t in range(len(tiers.widest)):
        reach = 1.01 * last * tiers.widest[t]
        width = 2 * math.asin(min(1.0, math.sqrt(reach))) + 1e-15
        everywhere = width >= 3.0 or tiers.widest[t] > 0.01
        begin, end = tiers.starts[t], tiers.starts[t + 1]
        at = begin if everywhere else first_not_below(tiers.angles, begin, end, (angle - width) % (2 * np.pi))
        for step in range(end - begin):
            i = at + step
            if i >= end:
                i -= end - begin
            if not everywhere and (tiers.angles[i] - angle + width) % (2 * np.pi) > 2 * width:
                break
            looked_at += 1
            v = tiers.nodes[i]
            if above[v] == u:
                continue
            along, aside = points.x[v] - x, points.y[v] - y
            gap = along * along + aside * aside
            key = key_of(sigma / 2 + (1 - sigma) * gap / 4, points.exp_minus_radius[v])
            if key > last:
                continue
            place = first_not_below(keys, 0, count, key)
            entering[place] += 1
            cost += count - place
            if cost > most:
                return cost, looked_at
    before, precision = 0.0, 0.0
    for j in range(count):
        before += entering[j]
        precision += (j + 1) / (j + 1 + before)
    return cost + weight * (1 - precision / count), looked_at


@kernel(inline="always")
def _is_crowded(u, angle, by_angle, angles, least):  # type: ignore[no-untyped-def]
    """Whether a node other than u is nearer to an angle than `least`."""
    n = len(by_angle)
    at = first_not_below(by_angle, 0, n, angle)
    for side in range(2):
        for step in range(n):
            i = (at + step) % n if side == 0 else (at - 1 - step) % n
            turn = (by_angle[i] - angle) % (2 * np.pi)
            if min(turn, 2 * np.pi - turn) > least:
                break
            if angles[i] != u:
                return True
    return False


@kernel()
def move_leaves(leaves, least, weight, most_looked_at, rows, points, tiers, by_angle, nodes):  # type: ignore[no-untyped-def]
    """Put each leaf where its row costs least, if that is less than it costs; changes the points in place.

    `by_angle` and `nodes` are the angles of all nodes before any has moved, sorted, and the nodes: two leaves that
    move to one arc are kept apart only by their numbers. Returns how many have moved and the nodes looked at.
    """
    above = np.full(len(points.x), -1, np.int64)
    distance = _DISTANCE * 2 * math.sqrt(least)
    moves, looked_at = 0, 0
    for u in leaves:
        if looked_at > most_looked_at:
            break
        first, end = rows.starts[u], rows.starts[u + 1]
        count = end - first
        keys, entering = np.empty(count), np.zeros(count + 1, np.int64)
        widths, ancestors = np.empty(count), np.empty(count, np.int64)
        for j in range(count):
            a = rows.ancestors[first + j]
            above[a] = u
            widths[j], ancestors[j] = points.exp_minus_radius[a], a
        sort_by_key(widths, ancestors)
        old_cost, seen = _cost_at(
            u, points.x[u], points.y[u], above, rows, points, tiers, weight, np.inf, keys, entering
        )
        looked_at += seen
        best, best_angle = old_cost - _LEAST_GAIN, -1.0
        shift = 0.25 * ((u * _GOLDEN) % 1.0)
        for j in range(min(count, _MOST_ANCESTORS)):
            a = ancestors[j]
            if points.exp_minus_radius[a] > 0.5:
                break
            width = 2 * math.atan(math.sqrt(points.exp_minus_radius[a]))
            centre = math.atan2(points.y[a], points.x[a])
            for part in (-1.3, -0.9, -0.5, 0.25, 0.65, 1.05):
                angle = (centre + (part + shift) * width) % (2 * np.pi)
                if _is_crowded(u, angle, by_angle, nodes, distance):
                    continue
                x, y = math.cos(angle), math.sin(angle)
                cost, seen = _cost_at(u, x, y, above, rows, points, tiers, weight, best, keys, entering)
                looked_at += seen
                if cost < best:
                    best, best_angle = cost, angle
        if best_angle < 0:
            continue
        points.x[u], points.y[u] = math.cos(best_angle), math.sin(best_angle)
        points.exp_minus_radius[u] = least
        points.sigma[u] = 2 / (1 + least**-2.0)
        moves += 1
    return moves, looked_at
