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

**Weights.** With a step t, a child that needs the wedge :math:`\varphi` needs the sector
:math:`\sigma \approx 2 e^{-t} \tan(\varphi / 2)`; its weight is that tangent, for a leaf a constant.
The weights of the children add up to the demand D of a node, from the leaves to the root. Then, from
the root down, the step to the children is :math:`t = \ln(2 D / \varphi)`, and not less than the
shortest step: 1.5 for a few children, 4.5 for hundreds of leaves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nx_poincare.arrays import FloatArray, IntArray
from nx_poincare.compiled import kernel

__all__ = ["WIDEST_WEDGE", "FanLayout", "breadth_first", "fan_layout"]

WIDEST_WEDGE = 1.9  # half-angle in radians
_LEAF_WEIGHT = 0.15  # leaves stand 0.3 apart
_SHORTEST_STEP = 1.5


@dataclass(frozen=True)
class FanLayout:
    """Where each node stands in the frame of its parent.

    Attributes
    ----------
    steps : ndarray of float64, shape (n,)
        Hyperbolic distance from the parent; 0 for the root. Siblings have the same.
    turns : ndarray of float64, shape (n,)
        Angle at the parent in radians, from the direction straight away from the grandparent; 0 for the root.
    """

    steps: FloatArray
    turns: FloatArray


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
    (array([0. , 1.5, 1.5, 1.5]), array([ 0.  , -1.05,  2.09,  0.  ]))
    """
    return FanLayout(*_fans(parents, _LEAF_WEIGHT, _SHORTEST_STEP, WIDEST_WEDGE))


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


@kernel()
def _fans(parents, leaf_weight, shortest, widest):  # type: ignore[no-untyped-def]
    n = len(parents)
    weights = np.empty(n)
    demands = np.zeros(n)
    for v in range(n - 1, -1, -1):
        needed = min(2 * np.exp(-shortest) * demands[v], widest)
        weights[v] = max(np.tan(needed / 2), 2 * leaf_weight) if demands[v] > 0 else leaf_weight
        if v > 0:
            demands[parents[v]] += weights[v]
    steps, turns, wedges = np.zeros(n), np.zeros(n), np.empty(n)
    filled = np.zeros(n)  # share of each parent's wedge that the earlier children take
    wedges[:1] = np.pi
    for v in range(1, n):
        p = parents[v]
        sector = wedges[p] * weights[v] / demands[p]
        turns[v] = 2 * filled[p] + sector - wedges[p]
        filled[p] += sector
        steps[v] = max(np.log(2 * demands[p] / wedges[p]), shortest)
        wedges[v] = min(2 * np.arctan(np.exp(steps[v]) * np.tan(min(sector, 3.1) / 2)), widest)
    return steps, turns
