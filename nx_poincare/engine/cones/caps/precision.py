"""Packing whole trees of balls within a budget of precision: which nodes keep a slot of their own.

A node that keeps its slot leaves 0, its own direction, out of all its children's balls
(`nx_poincare.engine.cones.caps.ball_packing`). That at least doubles the size at every node of a chain, and float64
directions resolve a ratio of e^18 or so. Where a tree needs more, some nodes give their slot up.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nx_poincare.engine.cones.caps.ball_packing import log_extents, place_children, shell_counts
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.compiled import kernel

__all__ = ["Packing", "pack_forest"]

_ROUNDS = 12
_WORTHWHILE = 1e-3  # a smaller gain in log size is not worth a slot


class Packing(NamedTuple):
    """A forest of balls, each holding its children's."""

    log_sizes: FloatArray  # ln(extent); a leaf has 0
    shares: FloatArray  # size in units of the parent's extent; 1 for roots
    centred: NDArray[np.bool_]  # the largest child sits at the centre: no slot of its own


def pack_forest(forest: Dag, frame: FloatArray, budgets: FloatArray, needs_no_slot: NDArray[np.bool_]) -> Packing:
    """Pack every node's children, bottom up; where a tree is too large, deep chains give up their slots.

    Parameters
    ----------
    forest : Dag
        Every node has one parent at most.
    frame : ndarray of float64, shape (n, 1 + m)
        Receives each node's centre, in units of its parent's extent, from column 1 on; zeros elsewhere.
    budgets : ndarray of float64, shape (n,)
        Largest log size wanted; read at roots only.
    needs_no_slot : ndarray of bool, shape (n,)
        Nodes that need no slot (the root at the origin, attach points): they take the smaller packing.

    Notes
    -----
    What a leaf needs is the logarithm of its root's size over its own, less the budget; on the way up
    from it, every node for which giving up gains something gives up until the need is met. Sizes change
    each other, so this is repeated, and where it does not suffice everything gives up that gains.
    """
    dim = frame.shape[1] - 1
    order, starts, members = forest.order, forest.child_starts, forest.child_list
    upwards = np.ascontiguousarray(order[::-1])
    shells = shell_counts(dim, int(np.diff(starts).max(initial=0)))
    centred = np.zeros(forest.n, dtype=np.bool_)
    log_sizes = np.zeros(forest.n)
    needed = budgets.copy()
    for attempt in range(_ROUNDS + 1):
        gains = log_extents(upwards, starts, members, log_sizes, centred, needs_no_slot, shells, dim)
        if np.all(log_sizes[forest.roots] <= budgets[forest.roots]):
            break
        if attempt < _ROUNDS:
            changed = _give_up(order, starts, members, log_sizes, needed, gains, centred, dim)
        else:
            changed = bool(np.any(gains > 0))
            centred |= gains > 0
            log_extents(upwards, starts, members, log_sizes, centred, needs_no_slot, shells, dim)
        if not changed:
            break
    shares = np.ones(forest.n)
    frame[:] = 0.0
    place_children(order, starts, members, log_sizes, centred, shells, frame, shares)
    return Packing(log_sizes, shares, centred)


@kernel(work=lambda order, *_: 5 * len(order))
def _give_up(order, starts, members, log_sizes, budgets, gains, centred, dim):  # type: ignore[no-untyped-def]
    """Let the deepest nodes give up their slots where leaves lie too deep; whether any did.

    A child much smaller than its largest sibling could have more space for next to nothing: it counts as if it
    had a quarter of its part, so that short branches beside a long chain do not ask for anything.
    """
    needs = np.zeros(len(order))
    for v in order:
        if starts[v] == starts[v + 1]:
            continue
        inside = members[starts[v] : starts[v + 1]]
        largest = 0.0
        for child in inside:
            largest = max(largest, log_sizes[child])
        longest = log_sizes[v] - largest + math.log(4.0) + math.log(len(inside)) / dim
        for child in inside:
            budgets[child] = budgets[v]
            needs[child] = needs[v] + min(log_sizes[v] - log_sizes[child], longest)
    changed = False
    for i in range(len(order) - 1, -1, -1):
        v = order[i]
        need = needs[v] - budgets[v]
        if starts[v] < starts[v + 1]:
            need = 0.0
            for child in members[starts[v] : starts[v + 1]]:
                need = max(need, needs[child])
            if need > 0 and gains[v] > _WORTHWHILE:
                centred[v] = True
                changed = True
                need -= gains[v]
        needs[v] = need
    return changed
