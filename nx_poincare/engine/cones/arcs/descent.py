r"""Kernels of the coordinate descent on arcs: what a node's arc costs at any place and any width.

The cost of a row is the number of intruders before its ancestors plus `weight` times one minus its
average precision. Moving one arc b, all else fixed, changes

- rows u that are not below b: b is an intruder there before every ancestor whose key is larger, so
  that the price of b is a step function of its width with one threshold for each ancestor;
- rows u below b: the rank of b is the number of intruders with keys below its own, read from the
  row's *table* of intruders by key;
- the row of b itself, when b changes its direction.

Widths are tabulated in steps of a quarter octave of :math:`e = \tan^2(w/2)` (`nx_poincare.engine.cones.arcs.costs`
has the notation), so all widths are priced in one pass. The rows' counts are kept up with every move: those
of intruders exactly, those of the moved ancestor from the table.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from nx_poincare.engine.cones.arcs.prices import FORBIDDEN, PER_OCTAVE, costs_by_width, row_cost
from nx_poincare.engine.cones.arcs.tables import count_as_intruder, reorder_rows_below, tabulate_row
from nx_poincare.engine.ranking.sorting import first_not_below, sort_by_key
from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.compiled import kernel

__all__ = ["Tree", "descend"]

_NARROWER, _WIDER = 48, 96  # steps of width tried in either direction
_FOR_INTRUSION = 60.0  # an intruded near row costs that much at least
_SMALL = 64  # nodes with larger subtrees keep them in their arcs
_LEAST_GAIN = 1e-3


class Tree(NamedTuple):
    """Parent and size of the subtree of every node; the children of v: ``children[starts[v]:starts[v + 1]]``."""

    parents: IntArray
    sizes: IntArray
    starts: IntArray
    children: IntArray


@kernel()
def descend(  # type: ignore[no-untyped-def]
    nodes, least, weight, most_thresholds, tree, rows, points, descendants, tables, intruders
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
        before_b, missing = _mark_descendants(b, rows, descendants, below)
        if missing == 0:
            continue
        for j in range(rows.starts[b], rows.starts[b + 1]):
            above[rows.ancestors[j]] = b
        near_rows = int((before_b.sum() + weight * missing) / _FOR_INTRUSION) + 8
        narrowest, widest = _bounds_of_width(b, least, tree, points)
        if not narrowest <= points.exp_minus_radius[b] <= widest:
            continue
        old_cost, new_cost, x, y, width, thresholds = _cheapest_arc(
            b, narrowest, widest, tree.sizes[b] > _SMALL, near_rows, before_b, below, above, weight,
            rows, points, descendants, tables, intruders,
        )  # fmt: skip
        looked_at += thresholds
        if new_cost > old_cost - max(1.0, _LEAST_GAIN * old_cost):
            continue
        # Not -1 and 1: a literal of each value would be compiled for.
        count_as_intruder(b, np.int64(-1), below, rows, points, tables)
        points.x[b], points.y[b] = x, y
        points.exp_minus_radius[b] = width
        points.sigma[b] = 2 / (1 + width**-2.0)
        count_as_intruder(b, np.int64(1), below, rows, points, tables)
        reorder_rows_below(b, rows, points, descendants, tables)
        if tables.place[b] >= 0:
            tabulate_row(tables.place[b], rows, points, tables, intruders, stamps)
            stamps[:] = -1
        moves += 1
        gain += old_cost - new_cost
    return moves, gain, looked_at


@kernel(inline="always")
def _mark_descendants(b, rows, descendants, below):  # type: ignore[no-untyped-def]
    """Mark b and its descendants with b; intruders before b in each of their rows, and how many rows have some."""
    first, end = descendants.starts[b], descendants.starts[b + 1]
    before_b = np.zeros(end - first)
    missing = 0
    below[b] = b
    for d in range(first, end):
        u = descendants.nodes[d]
        below[u] = b
        j = rows.starts[u]
        while rows.ancestors[j] != b:
            j += 1
        before_b[d - first] = max(rows.before[j], 0.0)
        missing += before_b[d - first] > 0
    return before_b, missing


@kernel(inline="always")
def _bounds_of_width(b, least, tree, points):  # type: ignore[no-untyped-def]
    """Widths of b's arc, as e, between the widest child's and the parent's."""
    narrowest, widest = least, 0.5
    for i in range(tree.starts[b], tree.starts[b + 1]):
        narrowest = max(narrowest, points.exp_minus_radius[tree.children[i]] * (1 + 1e-9))
    if tree.parents[b] >= 0:
        widest = min(widest, points.exp_minus_radius[tree.parents[b]] * (1 - 1e-9))
    return narrowest, widest


@kernel(inline="always")
def _cheapest_arc(  # type: ignore[no-untyped-def]
    b, narrowest, widest, bounded, near_rows, before_b, below, above, weight, rows, points, descendants, tables,
    intruders,
):  # fmt: skip
    """The direction and width at which b costs least.

    Returns
    -------
    old_cost, new_cost, x, y, width, thresholds
        The width as e; costs are the same where b should stay.
    """
    old_x, old_y, exp_minus_radius = points.x[b], points.y[b], points.exp_minus_radius[b]
    now = min(int(math.log2(exp_minus_radius / narrowest) * PER_OCTAVE), _NARROWER)
    low = exp_minus_radius * 2.0 ** (-now / PER_OCTAVE)
    cost = np.empty(now + 1 + min(int(math.log2(widest / exp_minus_radius) * PER_OCTAVE), _WIDER))
    old_row = row_cost(b, old_x, old_y, above, rows, points, intruders, weight)
    looked_at = costs_by_width(b, old_x, old_y, bounded, below, rows, points, descendants, tables,
                               weight, low, near_rows, np.inf, cost[: now + 1])  # fmt: skip
    old_cost = cost[now]
    best, step, x, y = old_cost, now, old_x, old_y
    if old_cost >= FORBIDDEN:
        return old_cost, best, x, y, exp_minus_radius, looked_at
    angle = math.atan2(old_y, old_x)
    for turn in _turns(b, before_b, points, descendants):
        trial_x = math.cos(angle + turn) if turn != 0 else old_x
        trial_y = math.sin(angle + turn) if turn != 0 else old_y
        row = 0.0
        if turn != 0:
            row = row_cost(b, trial_x, trial_y, above, rows, points, intruders, weight) - old_row
        if row >= best:
            continue
        looked_at += costs_by_width(b, trial_x, trial_y, bounded, below, rows, points, descendants, tables,
                                    weight, low, near_rows, best - row, cost)  # fmt: skip
        for i in range(len(cost)):
            if cost[i] + row < best:
                best, step, x, y = cost[i] + row, i, trial_x, trial_y
    return old_cost, best, x, y, low * 2.0 ** (step / PER_OCTAVE), looked_at


@kernel(inline="always")
def _turns(b, before_b, points, descendants):  # type: ignore[no-untyped-def]
    """Angles worth a try for b, from its own: none, towards its costly descendants, and by parts of its arc."""
    x, y = points.x[b], points.y[b]
    count = len(before_b)
    angles, places = np.empty(count), np.empty(count, np.int64)
    for i in range(count):
        u = descendants.nodes[descendants.starts[b] + i]
        angles[i] = math.atan2(x * points.y[u] - y * points.x[u], x * points.x[u] + y * points.y[u])
        places[i] = i
    sort_by_key(angles, places)
    sums = np.empty(count)
    total = 0.0
    for i in range(count):
        total += before_b[places[i]]
        sums[i] = total
    low = angles[first_not_below(sums, 0, count - 1, 0.03 * total)]
    middle = angles[first_not_below(sums, 0, count - 1, 0.5 * total)]
    high = angles[first_not_below(sums, 0, count - 1, 0.97 * total)]
    width = 2 * math.atan(math.sqrt(points.exp_minus_radius[b]))
    turns = (0.0, low, middle, high, -width, -0.3 * width, 0.3 * width, width, 0.1 * middle, 0.5 * middle, 0.9 * middle)
    return turns
