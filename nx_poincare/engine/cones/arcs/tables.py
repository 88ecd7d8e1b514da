"""Tables of intruders by key, from which the rank of a moved ancestor is read."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nx_poincare.engine.cones.arcs.keys import angular_term, key_of
from nx_poincare.engine.ranking.sorting import first_not_below, sort_by_key
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.compiled import kernel

__all__ = ["BINS", "Intruders", "Tables", "tabulate"]

BINS = 236

_MOST_LEAVES = 1_000  # tabulated on either side of a row

_CAP_FACTOR, _LEAST_CAP = 16.0, 4096.0  # tables reach beyond the last ancestor


class Tables(NamedTuple):
    """Intruders by key of the rows with far ancestors, or of nodes that may move."""

    rows: IntArray
    place: IntArray  # of a node in `rows`, or -1
    caps: FloatArray  # largest key that is tabulated
    last: FloatArray  # key of the last ancestor
    x: FloatArray  # as in the points, side by side for the loops over all rows
    y: FloatArray
    sigma: FloatArray
    counts: NDArray[np.int32]  # (rows, BINS)
    near: IntArray  # the other rows with ancestors, by angle
    near_angles: FloatArray


class Intruders(NamedTuple):
    """Nodes that may intrude on a row: inner nodes, and leaves by angle."""

    inner: IntArray
    leaves: IntArray
    leaf_angles: FloatArray
    widest_leaf: float


@kernel()
def bin_of(key):  # type: ignore[no-untyped-def]
    """Place of a key in the table: fine around 1, coarse far from it."""
    if key < 0.015625:
        return 0.0
    octave = math.log2(key)
    if octave < -1.0:
        return 2 * (octave + 6.0)
    if octave < 6.0:
        return 10 + 16 * (octave + 1.0)
    return min(122 + 4 * (octave - 6.0), 234.999)


@kernel()
def is_past_the_far_end(angle, start, side):  # type: ignore[no-untyped-def]
    """Whether an angle is on the other side of the circle than the one walked along from the start."""
    return ((angle - start) % (2 * np.pi) > np.pi) != (side == 1)


@kernel()
def tabulate_row(f, rows, points, tables, intruders, below):  # type: ignore[no-untyped-def]
    """Sort row f, count its intruders anew and fill its table; `below` holds marks of earlier rows."""
    u = tables.rows[f]
    first, end = rows.starts[u], rows.starts[u + 1]
    below[u] = u
    for j in range(first, end):
        a = rows.ancestors[j]
        below[a] = u
        rows.keys[j] = key_of(angular_term(points, u, points.x[a], points.y[a]), points.exp_minus_radius[a])
    keys = rows.keys[first:end]
    sort_by_key(keys, rows.ancestors[first:end])
    entering = np.zeros(end - first + 1)  # intruders before each ancestor, but not before the one nearer to it
    cap = max(_CAP_FACTOR * keys[-1], _LEAST_CAP)
    tables.caps[f], tables.last[f] = cap, keys[-1]
    tables.x[f], tables.y[f], tables.sigma[f] = points.x[u], points.y[u], points.sigma[u]
    for i in range(BINS):
        tables.counts[f, i] = 0
    for v in intruders.inner:
        angular = angular_term(points, u, points.x[v], points.y[v])
        exp_minus_radius = points.exp_minus_radius[v]
        if angular <= cap * exp_minus_radius or exp_minus_radius > 0.01:
            key = key_of(angular, exp_minus_radius)
            if key <= cap and below[v] != u:
                tables.counts[f, int(bin_of(key))] += 1
                entering[first_not_below(keys, 0, len(keys), key)] += 1
    m = len(intruders.leaves)
    angle = math.atan2(points.y[u], points.x[u]) % (2 * np.pi)
    place = first_not_below(intruders.leaf_angles, 0, m, angle)
    for side in range(2):
        for step in range(min(m, _MOST_LEAVES)):
            i = (place + step) % m if side == 0 else (place - 1 - step) % m
            if is_past_the_far_end(intruders.leaf_angles[i], angle, side):
                break
            v = intruders.leaves[i]
            angular = angular_term(points, u, points.x[v], points.y[v])
            if angular > cap * intruders.widest_leaf:
                break
            key = key_of(angular, points.exp_minus_radius[v])
            if key <= cap and v != u:
                tables.counts[f, int(bin_of(key))] += 1
                entering[first_not_below(keys, 0, len(keys), key)] += 1
    before = 0.0
    for j in range(first, end):
        before += entering[j - first]
        rows.before[j] = before


@kernel()
def tabulate(rows, points, tables, intruders):  # type: ignore[no-untyped-def]
    """Fill all tables."""
    below = np.full(len(points.x), -1, np.int64)
    for f in range(len(tables.rows)):
        tabulate_row(f, rows, points, tables, intruders, below)


@kernel()
def count_as_intruder(b, change, below, rows, points, tables):  # type: ignore[no-untyped-def]
    """Add b to, or take it from, the intruders of all rows that are not below it."""
    x, y, exp_minus_radius = points.x[b], points.y[b], points.exp_minus_radius[b]
    m = len(tables.near)
    angle = math.atan2(y, x) % (2 * np.pi)
    place = first_not_below(tables.near_angles, 0, m, angle)
    for side in range(2):
        for step in range(m):
            i = (place + step) % m if side == 0 else (place - 1 - step) % m
            if is_past_the_far_end(tables.near_angles[i], angle, side):
                break
            u = tables.near[i]
            if below[u] == b:
                continue
            angular = angular_term(points, u, x, y)
            if angular > 1.01 * exp_minus_radius:
                break
            key = key_of(angular, exp_minus_radius)
            for j in range(rows.starts[u + 1] - 1, rows.starts[u] - 1, -1):
                if rows.keys[j] < key:
                    break
                rows.before[j] += change
    for f in range(len(tables.rows)):
        along, aside = tables.x[f] - x, tables.y[f] - y
        gap = along * along + aside * aside
        angular = tables.sigma[f] / 2 + (1 - tables.sigma[f]) * gap / 4
        if angular > tables.caps[f] * exp_minus_radius and exp_minus_radius <= 0.01:
            continue
        u = tables.rows[f]
        if below[u] != b:
            key = key_of(angular, exp_minus_radius)
            if key <= tables.caps[f]:
                tables.counts[f, int(bin_of(key))] += change
                for j in range(rows.starts[u + 1] - 1, rows.starts[u] - 1, -1):
                    if rows.keys[j] < key:
                        break
                    rows.before[j] += change


@kernel(inline="always")
def reorder_rows_below(b, rows, points, descendants, tables):  # type: ignore[no-untyped-def]
    """New keys of b in the rows below it, and its new place among the ancestors."""
    for d in range(descendants.starts[b], descendants.starts[b + 1]):
        u = descendants.nodes[d]
        first, last = rows.starts[u], rows.starts[u + 1] - 1
        key = key_of(angular_term(points, u, points.x[b], points.y[b]), points.exp_minus_radius[b])
        j = first
        while rows.ancestors[j] != b:
            j += 1
        moved = 0
        while j > first and rows.keys[j - 1] > key:
            moved = -1
            rows.keys[j], rows.ancestors[j], rows.before[j] = (
                rows.keys[j - 1], rows.ancestors[j - 1], rows.before[j - 1],
            )  # fmt: skip
            j -= 1
        while moved == 0 and j < last and rows.keys[j + 1] < key:
            rows.keys[j], rows.ancestors[j], rows.before[j] = (
                rows.keys[j + 1], rows.ancestors[j + 1], rows.before[j + 1],
            )  # fmt: skip
            j += 1
        rows.keys[j], rows.ancestors[j] = key, b
        f = tables.place[u]
        if f < 0:
            rows.before[j] = rows.before[j - 1] if j > first else 0.0
            continue
        place = bin_of(key)
        part = int(place)
        intruders = (place - part) * tables.counts[f, part]
        for i in range(part):
            intruders += tables.counts[f, i]
        if j > first:
            intruders = max(intruders, rows.before[j - 1])
        if j < last:
            intruders = min(intruders, rows.before[j + 1])
        rows.before[j] = intruders
        tables.last[f] = rows.keys[last]
