"""What a node's arc costs at one place, at every width."""

from __future__ import annotations

import math

import numpy as np

from nx_poincare.engine.cones.arcs.keys import angular_term, key_of
from nx_poincare.engine.cones.arcs.tables import bin_of, is_past_the_far_end
from nx_poincare.engine.ranking.sorting import first_not_below, sort_by_key
from nx_poincare.utils.compiled import kernel

__all__ = ["FORBIDDEN", "PER_OCTAVE", "costs_by_width", "row_cost"]

PER_OCTAVE = 4  # widths that are priced

FORBIDDEN = 1e18  # cost of a width that would leave out a row that must stay in the arc
_BEYOND_TABLE = 1e5  # cost of a key that the table of a row does not reach


@kernel()
def _first_step(ratio):  # type: ignore[no-untyped-def]
    """Smallest i with 2 ** (i / 4) >= ratio, without a logarithm."""
    mantissa, exponent = math.frexp(ratio)
    step = 4 * exponent - 4
    if mantissa > 0.5:
        step += 1
    if mantissa > 0.5946035575013605:
        step += 1
    if mantissa > 0.7071067811865476:
        step += 1
    if mantissa > 0.8408964152537145:
        step += 1
    return step


@kernel()
def _price(u, angular, old_key, rows, weight, low, limit, steps):  # type: ignore[no-untyped-def]
    """Add to the differences `steps` what b costs in row u, not below b, at each width.

    `old_key` is the key with which b is counted in that row; it is taken out first. Returns the
    thresholds looked at.
    """
    first, end = rows.starts[u], rows.starts[u + 1]
    bins = len(steps)
    looked_at = 0
    for j in range(end - 1, first - 1, -1):
        key = rows.keys[j]
        if angular > key * limit:
            break
        # angular / e + (1 - angular) e = key: b is nearer than the ancestor between the two roots.
        square = key * key
        product = angular * (1 - angular)
        if product < 1e-3 * square:
            root = key
            enters = angular / key * (1 + product / square)
        else:
            if 4 * product > square:
                break
            root = math.sqrt(square - 4 * product)
            enters = 2 * angular / (key + root)
        looked_at += 1
        if enters > limit:
            break
        start = max(0, _first_step(enters / low))
        if start >= bins:
            continue
        before = max(rows.before[j] - (1.0 if old_key <= key else 0.0), 0.0)
        rank = j - first + 1.0
        loss = 1.0 + weight / (end - first) * (rank / (rank + before) - rank / (rank + before + 1))
        steps[start] += loss
        # The wider root is (key + root) / 2 over 1 - angular, which is 0 on the other side of the circle.
        if key + root < 2 * (1 - angular) * limit:
            stop = max(0, _first_step((key + root) / (2 * (1 - angular)) / low))
            if stop < bins:
                steps[stop] -= loss
    return looked_at


@kernel(inline="always")
def _add_ancestor_costs(b, x, y, bounded, rows, points, descendants, tables, weight, low, cost):  # type: ignore[no-untyped-def]
    """Add what the rows below b cost with an arc of b at (x, y) and each width."""
    bins = len(cost)
    most = len(tables.counts[0]) if len(tables.counts) else 0
    up_to = np.empty(most + 1)
    for d in range(descendants.starts[b], descendants.starts[b + 1]):
        u = descendants.nodes[d]
        angular = angular_term(points, u, x, y)
        f = tables.place[u]
        stays = f < 0
        if bounded and not stays:
            stays = key_of(angular_term(points, u, points.x[b], points.y[b]), points.exp_minus_radius[b]) <= 1.0
        if stays:
            inside = _first_step(angular / (1 - angular) / low) if angular < 0.5 else bins
            for i in range(min(max(inside, 0), bins)):
                cost[i] = FORBIDDEN
            continue
        first, end = rows.starts[u], rows.starts[u + 1]
        others = end - first - 1
        keys, before = np.empty(others), np.empty(others)
        r = 0
        for j in range(first, end):
            if rows.ancestors[j] != b:
                keys[r], before[r] = rows.keys[j], max(rows.before[j], 0.0)
                r += 1
        # Precisions of the other ancestors, summed over those nearer than b and those farther.
        nearer, farther = np.zeros(others + 1), np.zeros(others + 1)
        for k in range(others):
            nearer[k + 1] = nearer[k] + (k + 1.0) / (k + 1.0 + before[k])
        for k in range(others - 1, -1, -1):
            farther[k] = farther[k + 1] + (k + 2.0) / (k + 2.0 + before[k])
        up_to[0] = 0.0
        for i in range(most):
            up_to[i + 1] = up_to[i] + tables.counts[f, i]
        for i in range(bins):
            if cost[i] >= FORBIDDEN:
                continue
            key = key_of(angular, low * 2.0 ** (i / PER_OCTAVE))
            if key > tables.caps[f]:
                cost[i] += _BEYOND_TABLE
                continue
            k = first_not_below(keys, 0, others, key)
            place = bin_of(key)
            part = int(place)
            intruders = up_to[part] + (place - part) * tables.counts[f, part]
            if k > 0:
                intruders = max(intruders, before[k - 1])
            if k < others:
                intruders = min(intruders, before[k])
            precision = (nearer[k] + (k + 1.0) / (k + 1.0 + intruders) + farther[k]) / (end - first)
            cost[i] += intruders + weight * (1 - precision)


@kernel()
def costs_by_width(b, x, y, bounded, below, rows, points, descendants, tables, weight, low, near_rows, best, cost):  # type: ignore[no-untyped-def]
    """Cost of an arc of b at (x, y) with e = low * 2 ** (i / 4), as far as it can be below `best`.

    Returns the thresholds looked at.
    """
    bins = len(cost)
    limit = low * 2.0 ** ((bins - 1) / PER_OCTAVE) * (1 + 1e-12)
    steps = np.zeros(bins)
    looked_at = 0
    m = len(tables.near)
    angle = math.atan2(y, x) % (2 * np.pi)
    place = first_not_below(tables.near_angles, 0, m, angle)
    for side in range(2):
        seen = 0
        for step in range(m):
            i = (place + step) % m if side == 0 else (place - 1 - step) % m
            if is_past_the_far_end(tables.near_angles[i], angle, side):
                break
            u = tables.near[i]
            if below[u] == b:
                continue
            angular = angular_term(points, u, x, y)
            if angular > limit:
                break
            if seen >= near_rows:
                limit = min(limit, angular / (1 - angular) if angular < 0.5 else limit)
                break
            seen += 1
            old_key = key_of(angular_term(points, u, points.x[b], points.y[b]), points.exp_minus_radius[b])
            looked_at += _price(u, angular, old_key, rows, weight, low, limit, steps)
    price = 0.0
    for i in range(bins):
        price += steps[i]
        cost[i] = price if low * 2.0 ** (i / PER_OCTAVE) <= limit else FORBIDDEN
    _add_ancestor_costs(b, x, y, bounded, rows, points, descendants, tables, weight, low, cost)
    widest = -1
    for i in range(bins):
        if cost[i] < best:
            widest = i
    if widest < 0:
        return looked_at
    limit = min(limit, low * 2.0 ** (widest / PER_OCTAVE) * (1 + 1e-12))
    for i in range(bins):
        steps[i] = 0.0
    for f in range(len(tables.rows)):
        along, aside = tables.x[f] - x, tables.y[f] - y
        gap = along * along + aside * aside
        angular = tables.sigma[f] / 2 + (1 - tables.sigma[f]) * gap / 4
        if angular > tables.last[f] * limit and limit <= 0.01:
            continue
        u = tables.rows[f]
        if below[u] != b:
            old_key = key_of(angular_term(points, u, points.x[b], points.y[b]), points.exp_minus_radius[b])
            looked_at += _price(u, angular, old_key, rows, weight, low, limit, steps)
    price = 0.0
    for i in range(bins):
        price += steps[i]
        cost[i] = cost[i] + price if i <= widest else FORBIDDEN
    return looked_at


@kernel()
def row_cost(b, x, y, above, rows, points, intruders, weight):  # type: ignore[no-untyped-def]
    """Cost of the row of b with b at (x, y)."""
    first, end = rows.starts[b], rows.starts[b + 1]
    if first == end:
        return 0.0
    sigma = points.sigma[b]
    keys = np.empty(end - first)
    for j in range(first, end):
        a = rows.ancestors[j]
        along, aside = points.x[a] - x, points.y[a] - y
        gap = along * along + aside * aside
        keys[j - first] = key_of(sigma / 2 + (1 - sigma) * gap / 4, points.exp_minus_radius[a])
    sort_by_key(keys, np.empty(len(keys), np.int64))
    entering = np.zeros(len(keys) + 1)
    for v in intruders.inner:
        along, aside = points.x[v] - x, points.y[v] - y
        gap = along * along + aside * aside
        angular = sigma / 2 + (1 - sigma) * gap / 4
        exp_minus_radius = points.exp_minus_radius[v]
        if (angular <= keys[-1] * exp_minus_radius or exp_minus_radius > 0.01) and v != b and above[v] != b:
            entering[first_not_below(keys, 0, len(keys), key_of(angular, exp_minus_radius))] += 1
    before, excess, precision = 0.0, 0.0, 0.0
    for j in range(len(keys)):
        before += entering[j]
        excess += before
        precision += (j + 1) / (j + 1 + before)
    return excess + weight * (1 - precision / len(keys))
