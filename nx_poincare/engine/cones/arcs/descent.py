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

from nx_poincare.engine.cones.arcs.prices import FORBIDDEN, PER_OCTAVE, costs_by_width, row_cost
from nx_poincare.engine.cones.arcs.tables import count_as_intruder, reorder_rows_below, tabulate_row
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
def _turns(b, rows, points, descendants, cost_of):  # type: ignore[no-untyped-def]
    """Angles worth a try for b, from its own: none, towards its costly descendants, and by parts of its arc."""
    x, y = points.x[b], points.y[b]
    angles = np.empty(len(cost_of))
    for i in range(len(cost_of)):
        u = descendants.nodes[descendants.starts[b] + i]
        angles[i] = math.atan2(x * points.y[u] - y * points.x[u], x * points.x[u] + y * points.y[u])
    order = np.argsort(angles)
    total = np.cumsum(cost_of[order])
    low, middle, high = angles[order][np.searchsorted(total, np.array([0.03, 0.5, 0.97]) * total[-1])]
    width = 2 * math.atan(np.sqrt(points.exp_minus_radius[b]))
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
            narrowest = max(narrowest, points.exp_minus_radius[tree.children[i]] * (1 + 1e-9))
        if tree.parents[b] >= 0:
            widest = min(widest, points.exp_minus_radius[tree.parents[b]] * (1 - 1e-9))
        exp_minus_radius = points.exp_minus_radius[b]
        if not narrowest <= exp_minus_radius <= widest:
            continue
        now = min(int(math.log2(exp_minus_radius / narrowest) * PER_OCTAVE), _NARROWER)
        low = exp_minus_radius * 2.0 ** (-now / PER_OCTAVE)
        cost = np.empty(now + 1 + min(int(math.log2(widest / exp_minus_radius) * PER_OCTAVE), _WIDER))
        bounded = tree.sizes[b] > _SMALL
        old_row = row_cost(b, points.x[b], points.y[b], above, rows, points, candidates, weight)
        looked_at += costs_by_width(b, points.x[b], points.y[b], bounded, below, rows, points, descendants, tables,
                            weight, low, near_rows, np.inf, cost[: now + 1])  # fmt: skip
        current = cost[now]
        if current >= FORBIDDEN:
            continue
        best, step, x, y = current, now, points.x[b], points.y[b]
        angle = math.atan2(points.y[b], points.x[b])
        for turn in _turns(b, rows, points, descendants, cost_of):
            trial_x = math.cos(angle + turn) if turn != 0 else points.x[b]
            trial_y = math.sin(angle + turn) if turn != 0 else points.y[b]
            row = 0.0
            if turn != 0:
                row = row_cost(b, trial_x, trial_y, above, rows, points, candidates, weight) - old_row
            if row >= best:
                continue
            looked_at += costs_by_width(b, trial_x, trial_y, bounded, below, rows, points, descendants, tables,
                                weight, low, near_rows, best - row, cost)  # fmt: skip
            for i in range(len(cost)):
                if cost[i] + row < best:
                    best, step, x, y = cost[i] + row, i, trial_x, trial_y
        if best > current - max(1.0, _LEAST_GAIN * current):
            continue
        count_as_intruder(b, -1, below, rows, points, tables)
        points.x[b], points.y[b] = x, y
        points.exp_minus_radius[b] = low * 2.0 ** (step / PER_OCTAVE)
        points.sigma[b] = 2 / (1 + points.exp_minus_radius[b] ** -2.0)
        count_as_intruder(b, 1, below, rows, points, tables)
        reorder_rows_below(b, rows, points, descendants, tables)
        if tables.place[b] >= 0:
            tabulate_row(tables.place[b], rows, points, tables, candidates, stamps)
            stamps[:] = -1
        moves += 1
        gain += current - best
    return moves, gain, looked_at
