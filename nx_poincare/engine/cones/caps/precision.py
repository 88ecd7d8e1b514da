"""Packing whole trees of balls within a budget of precision: which nodes keep a slot of their own.

A node that keeps its slot leaves 0, its own direction, out of all its children's balls
(`nx_poincare.engine.cones.caps.ball_packing`). That at least doubles the size at every node of a chain, and float64
directions resolve a ratio of e^18 or so. Where a tree needs more, some nodes give their slot up.

Or all nodes above deep branches give up the same part of their slots: the largest child then lies over 0, off the
centre. In three and more dimensions the side to which it lies turns by a right angle from node to node, which keeps
nodes further down away, and its ancestors, but for those around the origin, nearer than the child.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nx_poincare.engine.cones.caps.ball_packing import log_extents, place_children, shell_counts
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.compiled import kernel

__all__ = ["Packing", "pack_forest"]

_BISECTIONS = 12
_WORTHWHILE, _LEAST = 0.5, 1e-3  # gains in log size that are worth a slot, at first and at last


class Packing(NamedTuple):
    """A forest of balls, each holding its children's."""

    log_sizes: FloatArray  # ln(extent); a leaf has 0
    shares: FloatArray  # size in units of the parent's extent; 1 for roots
    overlaps: FloatArray  # part of the node's own slot that its largest child takes, which sits at the centre for 1


def pack_forest(
    forest: Dag, frame: FloatArray, budgets: FloatArray, needs_no_slot: NDArray[np.bool_], *, evenly: bool = False
) -> Packing:
    """Pack every node's children, bottom up; where a tree is too large, nodes above deep branches give up their slots.

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
    evenly : bool, default False
        Where a tree is too large, all nodes above deep branches give up the same part of their slots, in place of the
        uppermost ones all of theirs.

    Notes
    -----
    A node may be as large as its parent, less what the parent's packing adds to its largest child. Top down, every
    node that is larger gives up its slot, and what that gains is left to its descendants: one node above many deep
    branches gives up in place of all of them. At first only those give up that gain much, a chain ln 2; sizes change
    each other, so this is repeated. Evenly, all nodes that are larger in the first packing give up the part, found by
    bisection, that makes the trees fit.
    """
    dim = frame.shape[1] - 1
    order, starts, members = forest.order, forest.child_starts, forest.child_list
    upwards = np.ascontiguousarray(order[::-1])
    shells = shell_counts(dim, int(np.diff(starts).max(initial=0)))
    overlaps = np.zeros(forest.n)
    log_sizes = np.zeros(forest.n)
    gains = np.zeros(forest.n)

    def fits() -> bool:
        gains[:] = log_extents(upwards, starts, members, log_sizes, overlaps, needs_no_slot, shells, dim)
        return bool(np.all(log_sizes[forest.roots] <= budgets[forest.roots]))

    if evenly:
        if not fits():
            too_large = _too_large(order, starts, members, log_sizes, budgets.copy()) & ~needs_no_slot
            _give_up_evenly(overlaps, too_large, fits)
            fits()  # fills in the sizes
    else:
        worthwhile = _WORTHWHILE
        while not fits() and worthwhile >= _LEAST:
            if not _give_up(order, starts, members, log_sizes, budgets.copy(), gains, overlaps, worthwhile):
                worthwhile /= 2
    shares = np.ones(forest.n)
    frame[:] = 0.0
    place_children(order, starts, members, log_sizes, overlaps, forest.levels, shells, frame, shares)
    return Packing(log_sizes, shares, overlaps)


@kernel(work=lambda order, *_: 5 * len(order))
def _give_up(order, starts, members, log_sizes, allowed, gains, overlaps, worthwhile):  # type: ignore[no-untyped-def]
    """Let the uppermost nodes give up their slots where trees are too large; whether any did."""
    changed = False
    for v in order:
        inside = members[starts[v] : starts[v + 1]]
        largest = 0.0
        for child in inside:
            largest = max(largest, log_sizes[child])
        here = np.inf
        if log_sizes[v] > allowed[v]:
            here = allowed[v] - (log_sizes[v] - largest)
            if gains[v] > worthwhile:
                overlaps[v] = 1.0
                changed = True
                here += gains[v]
        for child in inside:
            allowed[child] = here
    return changed


@kernel(work=lambda order, *_: 5 * len(order))
def _too_large(order, starts, members, log_sizes, allowed):  # type: ignore[no-untyped-def]
    """Which nodes are larger than what their parents' packings leave to them."""
    found = np.zeros(len(log_sizes), np.bool_)
    for v in order:
        inside = members[starts[v] : starts[v + 1]]
        largest = 0.0
        for child in inside:
            largest = max(largest, log_sizes[child])
        here = np.inf
        if log_sizes[v] > allowed[v]:
            found[v] = True
            here = allowed[v] - (log_sizes[v] - largest)
        for child in inside:
            allowed[child] = here
    return found


def _give_up_evenly(overlaps: FloatArray, too_large: NDArray[np.bool_], fits: Callable[[], bool]) -> None:
    """The smallest part of their slots with which nodes that are too large make everything fit, all if none does."""
    low, high = 0.0, 1.0
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        overlaps[too_large] = middle
        low, high = (low, middle) if fits() else (middle, high)
    overlaps[too_large] = high
