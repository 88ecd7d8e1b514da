r"""A tree in the hyperbolic plane, readable around every node: each child relative to its parent.

A viewer moves: whatever node is in the middle, its neighbourhood must have room. So the layout is
one of true hyperbolic distances, as in the browser of Lamping, Rao & Pirolli (CHI 1995) and H3 of
Munzner (InfoVis 1997), and no position is absolute. In the frame of a node, where direction 0 leads
straight away from its parent, each child has a *turn* (the angle of the geodesic to it) and a *step*
(the hyperbolic distance). Nothing ever degrades with the distance from the root.

**Wedges.** All descendants of a node stay in a wedge of half-angle :math:`\varphi` around direction 0.
The wedge is cut into one sector per child, of half-angles :math:`\sigma` that add up to
:math:`\varphi`. A step of length t scales :math:`\tan(\text{angle}/2)` of an ideal point by
:math:`e^{-t}`, so the child's own wedge, with

.. math:: \tan(\varphi_c / 2) = e^{t} \tan(\sigma_c / 2),

lies in the sector exactly: subtrees never overlap.

**Weights.** A child of weight w needs the sector :math:`\sigma = w \varphi / D`, where D is the sum of the
siblings' weights. A subtree of m nodes weighs :math:`w_1 + c \ln m`: several levels are in view at once, and a
subtree of eight leaves has less room than one of eighty thousand. The step to the children is
:math:`t = \ln(2 D / \varphi)`, which keeps leaves :math:`2 w_1` apart, and not less than the shortest one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from nx_poincare.engine.dag.tree_sums import subtree_sums
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.compiled import kernel
from nx_poincare.utils.limits import LARGEST_NORM

__all__ = ["LEAF_WEIGHT", "WEIGHT_OF_LOGARITHM", "FanLayout", "breadth_first", "fan_layout", "fan_positions"]

_WIDEST_WEDGE = 1.9  # half-angle in radians
LEAF_WEIGHT = 0.15  # leaves stand 0.3 apart
WEIGHT_OF_LOGARITHM = 0.11
_SHORTEST_STEP = 1.0


@dataclass(frozen=True)
class FanLayout:
    """Where each node stands in the frame of its parent.

    Attributes
    ----------
    steps : ndarray of float64, shape (n,)
        Hyperbolic distance from the parent; 0 for the root. Siblings have the same.
    turns : ndarray of float64, shape (n,)
        Angle at the parent in radians, from the direction straight away from the grandparent; 0 for the root.
    wedges : ndarray of float64, shape (n,)
        Half-angle, around the direction straight on, that holds all descendants.
    """

    steps: FloatArray
    turns: FloatArray
    wedges: FloatArray


def breadth_first(parents: IntArray, keys: FloatArray) -> IntArray:
    """Order the nodes of a tree level by level, so that the children of each stand together.

    Parameters
    ----------
    parents : ndarray of int64, shape (n,)
        Tree parent of each node, -1 for the one root.
    keys : ndarray of float64, shape (n,)
        Siblings come in the order of these.

    Examples
    --------
    >>> breadth_first(np.array([2, 2, -1, 0]), np.array([5.0, 4.0, 0.0, 0.0]))
    array([2, 1, 0, 3])
    """
    n = len(parents)
    by_parent = np.lexsort((np.arange(n), keys, parents))
    counts = np.bincount(parents + 1, minlength=n + 1)
    starts = np.concatenate([[0], np.cumsum(counts)])[1:]
    return np.asarray(_level_by_level(by_parent, starts), dtype=np.int64)


def fan_layout(parents: IntArray) -> FanLayout:
    """Lay out a tree whose nodes are in breadth-first order.

    Parameters
    ----------
    parents : ndarray of int64, shape (n,)
        Tree parent of each node, -1 for the first, which is the root; see `breadth_first`.

    Examples
    --------
    >>> fan = fan_layout(np.array([-1, 0, 0, 1]))
    >>> fan.steps.round(2), fan.turns.round(2)
    (array([0., 1., 1., 1.]), array([ 0.  , -1.25,  1.89,  0.  ]))
    """
    weights = LEAF_WEIGHT + WEIGHT_OF_LOGARITHM * np.log(_subtree_sizes(parents))
    return FanLayout(*_fans(parents, weights, _SHORTEST_STEP, _WIDEST_WEDGE))


def _subtree_sizes(parents: IntArray) -> IntArray:
    n = len(parents)
    return subtree_sums(np.arange(n), parents, np.ones(n, dtype=np.int64))


@kernel()
def _level_by_level(by_parent, starts):  # type: ignore[no-untyped-def]
    """Breadth-first order, given the nodes grouped by parent, the root first."""
    order = np.empty(len(by_parent), np.int64)
    order[:1] = by_parent[:1]
    tail = 1
    for head in range(len(order)):
        v = order[head]
        for i in range(starts[v], starts[v + 1]):
            order[tail] = by_parent[i]
            tail += 1
    return order


@kernel(work=lambda parents, *options: len(parents))
def _fans(parents, weights, shortest, widest):  # type: ignore[no-untyped-def]
    n = len(parents)
    demands = np.zeros(n)
    for v in range(n - 1, 0, -1):
        demands[parents[v]] += weights[v]
    steps, turns, wedges = np.zeros(n), np.zeros(n), np.empty(n)
    filled = np.zeros(n)  # share of each parent's wedge that the earlier children take
    wedges[:1] = math.pi
    for v in range(1, n):
        p = parents[v]
        sector = wedges[p] * weights[v] / demands[p]
        turns[v] = 2 * filled[p] + sector - wedges[p]
        filled[p] += sector
        steps[v] = max(math.log(2 * demands[p] / wedges[p]), shortest)
        wedges[v] = min(2 * math.atan(math.exp(steps[v]) * math.tan(min(sector, 3.1) / 2)), widest)
    return steps, turns, wedges


def fan_positions(parents: IntArray, fan: FanLayout, center: int) -> FloatArray:
    """Positions in the unit disk with one node at its centre and the parent of that node above it.

    Parameters
    ----------
    parents : ndarray of int64, shape (n,)
        Tree parents in breadth-first order, -1 for the first node, which is the root.
    fan : FanLayout
        Of these parents.
    center : int

    Returns
    -------
    ndarray of float64, shape (n, 2)
        Points strictly inside the unit disk; distances between them do not depend on the center.

    Examples
    --------
    >>> from nx_poincare.layout.fan import fan_layout
    >>> parents = np.array([-1, 0, 0, 1])
    >>> fan_positions(parents, fan_layout(parents), 1).round(2) + 0.0
    array([[ 0.  ,  0.46],
           [ 0.  ,  0.  ],
           [ 0.  ,  0.76],
           [ 0.  , -0.46]])
    """
    points = _points_seen_from(parents, fan.steps, fan.turns, center)
    norms = np.abs(points)
    points *= np.minimum(LARGEST_NORM / np.maximum(norms, LARGEST_NORM), 1.0)
    return np.column_stack([points.real, points.imag])


@kernel()
def _points_seen_from(parents, steps, turns, center):  # type: ignore[no-untyped-def]
    n = len(parents)
    points = np.zeros(n, np.complex128)
    phases = np.empty(n, np.complex128)
    placed = np.zeros(n, np.bool_)
    phases[center] = -1j  # away from its parent is down
    placed[center] = True
    v = center
    while parents[v] >= 0:
        up = parents[v]
        step = -np.tanh(steps[v] / 2) + 0j
        weight = 1 + np.conj(points[v]) * phases[v] * step
        points[up] = (phases[v] * step + points[v]) / weight
        phase = phases[v] * np.exp(-1j * turns[v]) * np.conj(weight) / weight
        phases[up] = phase / np.abs(phase)
        placed[up] = True
        v = up
    for v in range(n):
        if not placed[v]:
            p = parents[v]
            turn = np.exp(1j * turns[v])
            step = np.tanh(steps[v] / 2) * turn
            weight = 1 + np.conj(points[p]) * phases[p] * step
            points[v] = (phases[p] * step + points[p]) / weight
            phase = phases[p] * turn * np.conj(weight) / weight
            phases[v] = phase / np.abs(phase)
    return points
