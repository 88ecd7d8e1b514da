r"""Kernels of the coordinate descent on arcs: what a node's arc costs at any place and any width.

The cost of a row is the number of intruders before its ancestors plus `weight` times one minus its
average precision. Moving one arc b, all else fixed, changes

- rows u that are not below b: b is an intruder there before every ancestor whose key is larger, so
  that the price of b is a step function of its width with one threshold for each ancestor;
- rows u below b: the rank of b is the number of intruders with keys below its own, read from the
  row's *table* of intruders by key;
- the row of b itself, when b changes its direction.

Widths are tabulated in steps of a quarter octave of :math:`e = \tan^2(w/2)` (`arc_costs` has the
notation), so all widths are priced in one pass. The rows' counts are kept up with every move: those
of intruders exactly, those of the moved ancestor from the table.

This is one file because `descend` calls every kernel in it, and kernels that call each other share a file.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nx_poincare.arrays import FloatArray, IntArray
from nx_poincare.compiled import kernel

__all__ = ["BINS", "Candidates", "Tables", "Tree", "descend", "tabulate"]

BINS = 236
_PER_OCTAVE = 4
_NARROWER, _WIDER = 48, 96  # steps of width tried in either direction
_FORBIDDEN = 1e18
_FOR_INTRUSION = 60.0  # an intruded near row costs that much at least
_MOST_LEAVES = 1_000  # tabulated on either side of a row
_SMALL = 64  # nodes with larger subtrees keep them in their arcs
_CAP_FACTOR, _LEAST_CAP = 16.0, 4096.0  # tables reach beyond the last ancestor
_LEAST_GAIN = 1e-3


class Tables(NamedTuple):
    """Intruders by key of the rows with far ancestors, or of nodes that may move."""

    rows: IntArray
    place: IntArray  # of a node in `rows`, or -1
    caps: FloatArray  # largest key that is tabulated
    last: FloatArray  # key of the last ancestor
    x: FloatArray  # as in the points, side by side for the loops over all rows
    y: FloatArray
    short: FloatArray
    counts: NDArray[np.int32]  # (rows, BINS)
    near: IntArray  # the other rows with ancestors, by angle
    near_angles: FloatArray


class Tree(NamedTuple):
    """Parent and size of the subtree of every node; the children of v: ``children[starts[v]:starts[v + 1]]``."""

    parents: IntArray
    sizes: IntArray
    starts: IntArray
    children: IntArray


class Candidates(NamedTuple):
    """Intruders: inner nodes, and leaves by angle."""

    inner: IntArray
    leaves: IntArray
    leaf_angles: FloatArray
    widest_leaf: float


@kernel()
def _place_of(key):  # type: ignore[no-untyped-def]
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
def _across(points, u, x, y):  # type: ignore[no-untyped-def]
    gap = (points.x[u] - x) ** 2 + (points.y[u] - y) ** 2
    return points.short[u] / 2 + (1 - points.short[u]) * gap / 4


@kernel()
def _key(across, falling):  # type: ignore[no-untyped-def]
    return 1.0 if falling == 1.0 else across / falling + (1 - across) * falling


@kernel()
def _is_past_the_far_end(angle, start, side):  # type: ignore[no-untyped-def]
    """Whether an angle is on the other side of the circle than the one walked along from the start."""
    return ((angle - start) % (2 * np.pi) > np.pi) != (side == 1)


@kernel()
def _tabulate_row(f, rows, points, tables, candidates, below):  # type: ignore[no-untyped-def]
    """Sort row f, count its intruders anew and fill its table; `below` holds marks of earlier rows."""
    u = tables.rows[f]
    first, end = rows.starts[u], rows.starts[u + 1]
    below[u] = u
    for j in range(first, end):
        a = rows.ancestors[j]
        below[a] = u
        rows.keys[j] = _key(_across(points, u, points.x[a], points.y[a]), points.falling[a])
    order = np.argsort(rows.keys[first:end])
    rows.keys[first:end] = rows.keys[first:end][order]
    rows.ancestors[first:end] = rows.ancestors[first:end][order]
    keys = rows.keys[first:end]
    intruders = np.zeros(end - first + 1)
    cap = max(_CAP_FACTOR * keys[-1], _LEAST_CAP)
    tables.caps[f], tables.last[f] = cap, keys[-1]
    tables.x[f], tables.y[f], tables.short[f] = points.x[u], points.y[u], points.short[u]
    tables.counts[f] = 0
    for v in candidates.inner:
        across = _across(points, u, points.x[v], points.y[v])
        falling = points.falling[v]
        if across <= cap * falling or falling > 0.01:
            key = _key(across, falling)
            if key <= cap and below[v] != u:
                tables.counts[f, int(_place_of(key))] += 1
                intruders[np.searchsorted(keys, key)] += 1
    m = len(candidates.leaves)
    angle = np.arctan2(points.y[u], points.x[u]) % (2 * np.pi)
    place = np.searchsorted(candidates.leaf_angles, angle)
    for side in range(2):
        for step in range(min(m, _MOST_LEAVES)):
            i = (place + step) % m if side == 0 else (place - 1 - step) % m
            if _is_past_the_far_end(candidates.leaf_angles[i], angle, side):
                break
            v = candidates.leaves[i]
            across = _across(points, u, points.x[v], points.y[v])
            if across > cap * candidates.widest_leaf:
                break
            key = _key(across, points.falling[v])
            if key <= cap and v != u:
                tables.counts[f, int(_place_of(key))] += 1
                intruders[np.searchsorted(keys, key)] += 1
    before = 0.0
    for j in range(first, end):
        before += intruders[j - first]
        rows.before[j] = before


@kernel()
def tabulate(rows, points, tables, candidates):  # type: ignore[no-untyped-def]
    """Fill all tables."""
    below = np.full(len(points.x), -1, np.int64)
    for f in range(len(tables.rows)):
        _tabulate_row(f, rows, points, tables, candidates, below)


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
def _price(u, across, old_key, rows, weight, low, limit, steps):  # type: ignore[no-untyped-def]
    """Add to the differences `steps` what b costs in row u, not below b, at each width.

    `old_key` is the key with which b is counted in that row; it is taken out first. Returns the
    thresholds looked at.
    """
    first, end = rows.starts[u], rows.starts[u + 1]
    bins = len(steps)
    looked_at = 0
    for j in range(end - 1, first - 1, -1):
        key = rows.keys[j]
        if across > key * limit:
            break
        # across / e + (1 - across) e = key: b is nearer than the ancestor between the two roots.
        square = key * key
        product = across * (1 - across)
        if product < 1e-3 * square:
            root = key
            enters = across / key * (1 + product / square)
        else:
            if 4 * product > square:
                break
            root = math.sqrt(square - 4 * product)
            enters = 2 * across / (key + root)
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
        # The wider root is (key + root) / 2 over 1 - across, which is 0 on the other side of the circle.
        if key + root < 2 * (1 - across) * limit:
            stop = max(0, _first_step((key + root) / (2 * (1 - across)) / low))
            if stop < bins:
                steps[stop] -= loss
    return looked_at


@kernel()
def _add_ancestor_costs(b, x, y, bounded, rows, points, descendants, tables, weight, low, cost):  # type: ignore[no-untyped-def]
    """Add what the rows below b cost with an arc of b at (x, y) and each width."""
    bins = len(cost)
    most = len(tables.counts[0]) if len(tables.counts) else 0
    up_to = np.empty(most + 1)
    for d in range(descendants.starts[b], descendants.starts[b + 1]):
        u = descendants.nodes[d]
        across = _across(points, u, x, y)
        f = tables.place[u]
        stays = f < 0
        if bounded and not stays:
            stays = _key(_across(points, u, points.x[b], points.y[b]), points.falling[b]) <= 1.0
        if stays:
            inside = _first_step(across / (1 - across) / low) if across < 0.5 else bins
            for i in range(min(max(inside, 0), bins)):
                cost[i] = _FORBIDDEN
            continue
        first, end = rows.starts[u], rows.starts[u + 1]
        others = end - first - 1
        keys, before = np.empty(others), np.empty(others)
        r = 0
        for j in range(first, end):
            if rows.ancestors[j] != b:
                keys[r], before[r] = rows.keys[j], max(rows.before[j], 0.0)
                r += 1
        nearer, farther = np.zeros(others + 1), np.zeros(others + 1)
        for k in range(others):
            nearer[k + 1] = nearer[k] + (k + 1.0) / (k + 1.0 + before[k])
        for k in range(others - 1, -1, -1):
            farther[k] = farther[k + 1] + (k + 2.0) / (k + 2.0 + before[k])
        up_to[0] = 0.0
        for i in range(most):
            up_to[i + 1] = up_to[i] + tables.counts[f, i]
        for i in range(bins):
            if cost[i] >= _FORBIDDEN:
                continue
            key = _key(across, low * 2.0 ** (i / _PER_OCTAVE))
            if key > tables.caps[f]:
                cost[i] += 1e5
                continue
            k = np.searchsorted(keys, key)
            place = _place_of(key)
            part = int(place)
            intruders = up_to[part] + (place - part) * tables.counts[f, part]
            if k > 0:
                intruders = max(intruders, before[k - 1])
            if k < others:
                intruders = min(intruders, before[k])
            precision = (nearer[k] + (k + 1.0) / (k + 1.0 + intruders) + farther[k]) / (end - first)
            cost[i] += intruders + weight * (1 - precision)


@kernel()
def _costs(b, x, y, bounded, below, rows, points, descendants, tables, weight, low, near_rows, best, cost):  # type: ignore[no-untyped-def]
    """Cost of an arc of b at (x, y) with e = low * 2 ** (i / 4), as far as it can be below `best`.

    Returns the thresholds looked at.
    """
    bins = len(cost)
    limit = low * 2.0 ** ((bins - 1) / _PER_OCTAVE) * (1 + 1e-12)
    steps = np.zeros(bins)
    looked_at = 0
    m = len(tables.near)
    angle = np.arctan2(y, x) % (2 * np.pi)
    place = np.searchsorted(tables.near_angles, angle)
    for side in range(2):
        seen = 0
        for step in range(m):
            i = (place + step) % m if side == 0 else (place - 1 - step) % m
            if _is_past_the_far_end(tables.near_angles[i], angle, side):
                break
            u = tables.near[i]
            if below[u] == b:
                continue
            across = _across(points, u, x, y)
            if across > limit:
                break
            if seen >= near_rows:
                limit = min(limit, across / (1 - across) if across < 0.5 else limit)
                break
            seen += 1
            old_key = _key(_across(points, u, points.x[b], points.y[b]), points.falling[b])
            looked_at += _price(u, across, old_key, rows, weight, low, limit, steps)
    price = 0.0
    for i in range(bins):
        price += steps[i]
        cost[i] = price if low * 2.0 ** (i / _PER_OCTAVE) <= limit else _FORBIDDEN
    _add_ancestor_costs(b, x, y, bounded, rows, points, descendants, tables, weight, low, cost)
    widest = -1
    for i in range(bins):
        if cost[i] < best:
            widest = i
    if widest < 0:
        return looked_at
    limit = min(limit, low * 2.0 ** (widest / _PER_OCTAVE) * (1 + 1e-12))
    steps[:] = 0.0
    for f in range(len(tables.rows)):
        gap = (tables.x[f] - x) ** 2 + (tables.y[f] - y) ** 2
        across = tables.short[f] / 2 + (1 - tables.short[f]) * gap / 4
        if across > tables.last[f] * limit and limit <= 0.01:
            continue
        u = tables.rows[f]
        if below[u] != b:
            old_key = _key(_across(points, u, points.x[b], points.y[b]), points.falling[b])
            looked_at += _price(u, across, old_key, rows, weight, low, limit, steps)
    price = 0.0
    for i in range(bins):
        price += steps[i]
        cost[i] = cost[i] + price if i <= widest else _FORBIDDEN
    return looked_at


@kernel()
def _row_cost(b, x, y, above, rows, points, candidates, weight):  # type: ignore[no-untyped-def]
    """Cost of the row of b with b at (x, y)."""
    first, end = rows.starts[b], rows.starts[b + 1]
    if first == end:
        return 0.0
    short = points.short[b]
    keys = np.empty(end - first)
    for j in range(first, end):
        a = rows.ancestors[j]
        gap = (points.x[a] - x) ** 2 + (points.y[a] - y) ** 2
        keys[j - first] = _key(short / 2 + (1 - short) * gap / 4, points.falling[a])
    keys.sort()
    intruders = np.zeros(len(keys) + 1)
    for v in candidates.inner:
        gap = (points.x[v] - x) ** 2 + (points.y[v] - y) ** 2
        across = short / 2 + (1 - short) * gap / 4
        falling = points.falling[v]
        if (across <= keys[-1] * falling or falling > 0.01) and v != b and above[v] != b:
            intruders[np.searchsorted(keys, _key(across, falling))] += 1
    before, excess, precision = 0.0, 0.0, 0.0
    for j in range(len(keys)):
        before += intruders[j]
        excess += before
        precision += (j + 1) / (j + 1 + before)
    return excess + weight * (1 - precision / len(keys))


@kernel()
def _count_as_intruder(b, change, below, rows, points, tables):  # type: ignore[no-untyped-def]
    """Add b to, or take it from, the intruders of all rows that are not below it."""
    x, y, falling = points.x[b], points.y[b], points.falling[b]
    m = len(tables.near)
    angle = np.arctan2(y, x) % (2 * np.pi)
    place = np.searchsorted(tables.near_angles, angle)
    for side in range(2):
        for step in range(m):
            i = (place + step) % m if side == 0 else (place - 1 - step) % m
            if _is_past_the_far_end(tables.near_angles[i], angle, side):
                break
            u = tables.near[i]
            if below[u] == b:
                continue
            across = _across(points, u, x, y)
            if across > 1.01 * falling:
                break
            key = _key(across, falling)
            for j in range(rows.starts[u + 1] - 1, rows.starts[u] - 1, -1):
                if rows.keys[j] < key:
                    break
                rows.before[j] += change
    for f in range(len(tables.rows)):
        gap = (tables.x[f] - x) ** 2 + (tables.y[f] - y) ** 2
        across = tables.short[f] / 2 + (1 - tables.short[f]) * gap / 4
        if across > tables.caps[f] * falling and falling <= 0.01:
            continue
        u = tables.rows[f]
        if below[u] != b:
            key = _key(across, falling)
            if key <= tables.caps[f]:
                tables.counts[f, int(_place_of(key))] += change
                for j in range(rows.starts[u + 1] - 1, rows.starts[u] - 1, -1):
                    if rows.keys[j] < key:
                        break
                    rows.before[j] += change


@kernel()
def _reorder_rows_below(b, rows, points, descendants, tables):  # type: ignore[no-untyped-def]
    """New keys of b in the rows below it, and its new place among the ancestors."""
    for d in range(descendants.starts[b], descendants.starts[b + 1]):
        u = descendants.nodes[d]
        first, last = rows.starts[u], rows.starts[u + 1] - 1
        key = _key(_across(points, u, points.x[b], points.y[b]), points.falling[b])
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
        place = _place_of(key)
        part = int(place)
        intruders = tables.counts[f, :part].sum() + (place - part) * tables.counts[f, part]
        if j > first:
            intruders = max(intruders, rows.before[j - 1])
        if j < last:
            intruders = min(intruders, rows.before[j + 1])
        rows.before[j] = intruders
        tables.last[f] = rows.keys[last]


@kernel()
def _turns(b, rows, points, descendants, cost_of):  # type: ignore[no-untyped-def]
    """Angles worth a try for b, from its own: none, towards its costly descendants, and by parts of its arc."""
    x, y = points.x[b], points.y[b]
    angles = np.empty(len(cost_of))
    for i in range(len(cost_of)):
        u = descendants.nodes[descendants.starts[b] + i]
        angles[i] = np.arctan2(x * points.y[u] - y * points.x[u], x * points.x[u] + y * points.y[u])
    order = np.argsort(angles)
    total = np.cumsum(cost_of[order])
    low, middle, high = angles[order][np.searchsorted(total, np.array([0.03, 0.5, 0.97]) * total[-1])]
    width = 2 * np.arctan(np.sqrt(points.falling[b]))
    return np.array(
        [0.0, low, middle, high, -width, -0.3 * width, 0.3 * width, width, 0.1 * middle, 0.5 * middle, 0.9 * middle]
    )


@kernel()
def descend(  # type: ignore[no-untyped-def]
    nodes, least, weight, most_thresholds, tree, rows, points, descendants, tables, candidates
):
    """Give one node after the other the direction and width that cost least, all else fixed.

    Radii keep growing along the paths of the tree, to at most -log(least). Changes points, rows and
    tables in place. Ends early when more thresholds than `most_thresholds` have been priced.

    Returns
    -------
    moves, gain, thresholds : int, float, int
    """
    below = np.full(len(points.x), -1, np.int64)
    above = np.full(len(points.x), -1, np.int64)
    stamps = np.full(len(points.x), -1, np.int64)
    moves, gain, looked_at = 0, 0.0, 0
    for b in nodes:
        if looked_at > most_thresholds:
            break
        first, end = descendants.starts[b], descendants.starts[b + 1]
        cost_of = np.zeros(end - first)
        below[b] = b
        missing = 0
        for d in range(first, end):
            u = descendants.nodes[d]
            below[u] = b
            j = rows.starts[u]
            while rows.ancestors[j] != b:
                j += 1
            cost_of[d - first] = max(rows.before[j], 0.0)
            missing += cost_of[d - first] > 0
        if missing == 0:
            continue
        for j in range(rows.starts[b], rows.starts[b + 1]):
            above[rows.ancestors[j]] = b
        near_rows = int((cost_of.sum() + weight * missing) / _FOR_INTRUSION) + 8
        # Widths between the widest child's and the parent's.
        narrowest, widest = least, 0.5
        for i in range(tree.starts[b], tree.starts[b + 1]):
            narrowest = max(narrowest, points.falling[tree.children[i]] * (1 + 1e-9))
        if tree.parents[b] >= 0:
            widest = min(widest, points.falling[tree.parents[b]] * (1 - 1e-9))
        falling = points.falling[b]
        if not narrowest <= falling <= widest:
            continue
        now = min(int(math.log2(falling / narrowest) * _PER_OCTAVE), _NARROWER)
        low = falling * 2.0 ** (-now / _PER_OCTAVE)
        cost = np.empty(now + 1 + min(int(math.log2(widest / falling) * _PER_OCTAVE), _WIDER))
        bounded = tree.sizes[b] > _SMALL
        old_row = _row_cost(b, points.x[b], points.y[b], above, rows, points, candidates, weight)
        looked_at += _costs(b, points.x[b], points.y[b], bounded, below, rows, points, descendants, tables,
                            weight, low, near_rows, np.inf, cost[: now + 1])  # fmt: skip
        current = cost[now]
        if current >= _FORBIDDEN:
            continue
        best, step, x, y = current, now, points.x[b], points.y[b]
        angle = np.arctan2(points.y[b], points.x[b])
        for turn in _turns(b, rows, points, descendants, cost_of):
            trial_x = np.cos(angle + turn) if turn != 0 else points.x[b]
            trial_y = np.sin(angle + turn) if turn != 0 else points.y[b]
            row = 0.0
            if turn != 0:
                row = _row_cost(b, trial_x, trial_y, above, rows, points, candidates, weight) - old_row
            if row >= best:
                continue
            looked_at += _costs(b, trial_x, trial_y, bounded, below, rows, points, descendants, tables,
                                weight, low, near_rows, best - row, cost)  # fmt: skip
            for i in range(len(cost)):
                if cost[i] + row < best:
                    best, step, x, y = cost[i] + row, i, trial_x, trial_y
        if best > current - max(1.0, _LEAST_GAIN * current):
            continue
        _count_as_intruder(b, -1, below, rows, points, tables)
        points.x[b], points.y[b] = x, y
        points.falling[b] = low * 2.0 ** (step / _PER_OCTAVE)
        points.short[b] = 2 / (1 + points.falling[b] ** -2.0)
        _count_as_intruder(b, 1, below, rows, points, tables)
        _reorder_rows_below(b, rows, points, descendants, tables)
        if tables.place[b] >= 0:
            _tabulate_row(tables.place[b], rows, points, tables, candidates, stamps)
            stamps[:] = -1
        moves += 1
        gain += current - best
    return moves, gain, looked_at
