r"""Siblings sifted: each goes past its neighbours as far as edges that are not in the tree become shorter by that.

With the positions :math:`t_v` and sizes :math:`z_v` of `nx_poincare.engine.cones.arcs.sibling_order`, sifting lowers

.. math:: \sum_{(v, p)} z_v \sqrt{|t_v - t_p|}

over the edges from a parent p to a child v that are not in the tree. What a missed ancestor costs grows slower than its
distance, because those that are missed far away get wider arcs: an order that makes most of the edges short and leaves
a few long costs less than one that makes them alike, as barycentres do. Where a subtree goes past another one, only
the edges of these two change.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.compiled import kernel

__all__ = ["Joints", "Walk", "sift_once"]

_FARTHEST = 40  # siblings that one goes past, on either side
_LEAST_GAIN = 1e-9
_STEPS_AT_ONCE = 10_000_000  # in one call of compiled code, which no signal can end


class Walk(NamedTuple):
    """Places of the nodes of a tree and nodes by place, so that those of a subtree follow each other, its top first."""

    places: IntArray
    nodes: IntArray

    @classmethod
    def through(cls, order: IntArray, starts: IntArray, children: IntArray, sizes: IntArray) -> Walk:
        """Through siblings in this order."""
        places = _places(order, starts, children, sizes)
        nodes = np.empty_like(places)
        nodes[places] = np.arange(len(places))
        return cls(places, nodes)


class Joints(NamedTuple):
    """Edges that are not in the tree, from both of their ends: those of v are at ``starts[v]:starts[v + 1]``."""

    starts: IntArray
    ends: IntArray
    weights: FloatArray

    @classmethod
    def of(cls, child: IntArray, parent: IntArray, weights: FloatArray, n: int) -> Joints:
        """From the two ends and the weight of each edge."""
        here, there = np.append(child, parent), np.append(parent, child)
        order = np.argsort(here, kind="stable")
        starts = np.zeros(n + 1, dtype=np.int64)
        np.cumsum(np.bincount(here, minlength=n), out=starts[1:])
        return cls(starts, there[order], np.append(weights, weights)[order])


@kernel(work=lambda order, *_: 3 * len(order))
def _places(order, starts, children, sizes):  # type: ignore[no-untyped-def]
    """Where a walk through the tree, down each child in turn, meets the nodes."""
    n = len(order)
    places = np.zeros(n, np.int64)
    at = 0
    for i in range(starts[n], starts[n + 1]):
        places[children[i]] = at
        at += sizes[children[i]]
    for v in order:
        at = places[v] + 1
        for i in range(starts[v], starts[v + 1]):
            places[children[i]] = at
            at += sizes[children[i]]
    return places


def sift_once(
    order: IntArray,
    starts: IntArray,
    children: IntArray,
    sizes: IntArray,
    at: FloatArray,
    walk: Walk,
    joints: Joints,
    most_steps: int,
) -> tuple[bool, int]:
    """Move each child past its siblings to where the edges are shortest, the children of one node after the other's.

    Changes `children` and the positions `at` in place. Ends early after about so many steps along subtrees.

    Returns
    -------
    bool
        Whether any child has moved.
    int
        The steps taken.
    """
    index = np.empty(len(order), dtype=np.int64)
    index[children] = np.arange(len(children))
    joints_before = np.zeros(len(order) + 1, dtype=np.int64)
    np.cumsum(np.diff(joints.starts)[walk.nodes], out=joints_before[1:])
    siblings = np.empty(np.diff(starts).max(), dtype=np.int64)
    gain, steps, turn, number = 0.0, 0, 0, 0
    while turn <= len(order) and steps <= most_steps:
        gained, taken, turn, number = _sift_some(
            order, starts, children, sizes, at, walk, joints, index, joints_before, siblings, turn, number,
            most_steps - steps, _STEPS_AT_ONCE,
        )  # fmt: skip
        gain, steps = gain + gained, steps + taken
    return gain > 0, steps


@kernel(work=lambda order, _starts, _children, _sizes, _at, _walk, joints, *_: 40 * len(joints.ends) + len(order))
def _sift_some(  # type: ignore[no-untyped-def]
    order, starts, children, sizes, at, walk, joints, index, joints_before, siblings, turn, number, most_steps, pause
):
    """`sift_once` from child ``number`` of node ``turn`` on, for so many steps along subtrees and their edges.

    ``index`` has the place of each node among the children, ``joints_before`` how many edges there are before each
    place of the walk. ``siblings`` keeps, from call to call, the children of a node in the order before they move.

    Returns
    -------
    gain, steps, turn, number : float, int, int, int
    """
    n = len(order)
    gain, steps, looked_at = 0.0, 0, 0
    while turn <= n:
        v = n if turn == 0 else order[turn - 1]
        first, end = starts[v], starts[v + 1]
        if number == 0:
            siblings[: end - first] = children[first:end]
        looked_at += 1
        while number < end - first:
            if steps > most_steps or looked_at > pause:
                return gain, steps, turn, number
            child = siblings[number]
            number += 1
            own_joints = _joints_of(child, sizes, walk, joints_before)
            looked_at += 1
            if end - first < 2 or own_joints == 0:
                continue
            i = index[child]
            best, best_place = 0.0, i
            for step in (1, -1):
                change, j = 0.0, i
                while first <= j + step < end and abs(j + step - i) <= _FARTHEST:
                    other = children[j + step]
                    change += _change(child, other, step, sizes, at, walk, joints)
                    steps += sizes[child] + sizes[other]
                    looked_at += sizes[child] + sizes[other]
                    looked_at += own_joints + _joints_of(other, sizes, walk, joints_before)
                    j = _exchange(j, step, children, index, sizes, at, walk)
                    if change < best - _LEAST_GAIN:
                        best, best_place = change, j
                target = i if step == 1 else best_place
                back = 1 if target > j else -1
                while j != target:
                    j = _exchange(j, back, children, index, sizes, at, walk)
            gain -= best
        turn, number = turn + 1, 0
    return gain, steps, turn, number


@kernel(inline="always")
def _joints_of(v, sizes, walk, joints_before):  # type: ignore[no-untyped-def]
    """How many ends of edges that are not in the tree are in the subtree of v."""
    place = walk.places[v]
    return joints_before[place + sizes[v]] - joints_before[place]


@kernel(inline="always")
def _exchange(i, step, children, index, sizes, at, walk):  # type: ignore[no-untyped-def]
    """Exchange child number i and the next one on a side; where the child is then."""
    child, other = children[i], children[i + step]
    for place in range(walk.places[child], walk.places[child] + sizes[child]):
        at[walk.nodes[place]] += step * sizes[other]
    for place in range(walk.places[other], walk.places[other] + sizes[other]):
        at[walk.nodes[place]] -= step * sizes[child]
    children[i], children[i + step] = other, child
    index[other], index[child] = i, i + step
    return i + step


@kernel(inline="always")
def _change(child, other, step, sizes, at, walk, joints):  # type: ignore[no-untyped-def]
    """How much longer the edges become as two neighbours are exchanged."""
    forth, back = step * sizes[other], -step * sizes[child]
    return _change_of_one(child, forth, other, back, sizes, at, walk, joints) + _change_of_one(
        other, back, child, forth, sizes, at, walk, joints
    )


@kernel(inline="always")
def _change_of_one(v, shift, other, others_shift, sizes, at, walk, joints):  # type: ignore[no-untyped-def]
    """The part of the edges that end in the subtree of v; those between the two count half, from either end."""
    first, end = walk.places[v], walk.places[v] + sizes[v]
    others_first, others_end = walk.places[other], walk.places[other] + sizes[other]
    change = 0.0
    for place in range(first, end):
        u = walk.nodes[place]
        for i in range(joints.starts[u], joints.starts[u + 1]):
            w = joints.ends[i]
            if first <= walk.places[w] < end:
                continue
            gap, moved, part = at[u] - at[w], shift, 1.0
            if others_first <= walk.places[w] < others_end:
                moved, part = shift - others_shift, 0.5
            change += part * joints.weights[i] * (math.sqrt(abs(gap + moved)) - math.sqrt(abs(gap)))
    return change
