"""Packing whole trees of balls within a budget of precision: which nodes keep a slot of their own.

A node that keeps its slot leaves 0, its own direction, out of all its children's balls
(`nx_poincare.engine.cones.caps.ball_packing`). That at least doubles the size at every node of a chain, and float64
directions resolve a ratio of e^18 or so. Where a tree needs more, some nodes give their slot up.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nx_poincare.engine.cones.caps.ball_packing import log_extents, place_children, shell_counts
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.compiled import kernel

__all__ = ["Packing", "pack_forest"]

_WORTHWHILE, _LEAST = 0.5, 1e-3  # gains in log size that are worth a slot, at first and at last


class Packing(NamedTuple):
    """A forest of balls, each holding its children's."""

    log_sizes: FloatArray  # ln(extent); a leaf has 0
    shares: FloatArray  # size in units of the parent's extent; 1 for roots
    centred: NDArray[np.bool_]  # the largest child sits at the centre: no slot of its own


def pack_forest(forest: Dag, frame: FloatArray, budgets: FloatArray, needs_no_slot: NDArray[np.bool_]) -> Packing:
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

    Notes
    -----
    A node may be as large as its parent, less what the parent's packing adds to its largest child. Top down, every
    node that is larger gives up its slot, and what that gains is left to its descendants: one node above many deep
    branches gives up in place of all of them. At first only those give up that gain much, a chain ln 2; sizes change
    each other, so this is repeated.
    """
    dim = frame.shape[1] - 1
    order, starts, members = forest.order, forest.child_starts, forest.child_list
    upwards = np.ascontiguousarray(order[::-1])
    shells = shell_counts(dim, int(np.diff(starts).max(initial=0)))
    centred = np.zeros(forest.n, dtype=np.bool_)
    log_sizes = np.zeros(forest.n)
    worthwhile = _WORTHWHILE
    while True:
        gains = log_extents(upwards, starts, members, log_sizes, centred, needs_no_slot, shells, dim)
        if np.all(log_sizes[forest.roots] <= budgets[forest.roots]):
            break
        if not _give_up(order, starts, members, log_sizes, budgets.copy(), gains, centred, worthwhile):
            worthwhile /= 2
            if worthwhile < _LEAST:
                break
    shares = np.ones(forest.n)
    frame[:] = 0.0
    place_children(order, starts, members, log_sizes, centred, shells, frame, shares)
    return Packing(log_sizes, shares, centred)


@kernel(work=lambda order, *_: 5 * len(order))
def _give_up(order, starts, members, log_sizes, allowed, gains, centred, worthwhile):  # type: ignore[no-untyped-def]
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
                centred[v] = True
                changed = True
                here += gains[v]
        for child in inside:
            allowed[child] = here
    return changed
