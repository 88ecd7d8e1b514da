r"""Places of a page's nodes: a fan of true hyperbolic distances, with room by the logarithm of subtrees.

Wedges and steps are those of `nx_poincare.layout.fan`; the weight of a child is another. There a child is as
heavy as the wedge that it needs, so any two large subtrees are alike, and steps are long. Here a
subtree of m nodes weighs :math:`w_1 + c \ln m`, and steps may be shorter: several levels are in view
at once, and a subtree of eight leaves has less room than one of eighty thousand.
"""

from __future__ import annotations

import math

import numpy as np

from nx_poincare.layout.fan import WIDEST_WEDGE, FanLayout
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.compiled import kernel

__all__ = ["walking_places"]

_LEAF_WEIGHT = 0.15
_WEIGHT_OF_LOGARITHM = 0.11
_SHORTEST_STEP = 1.0


def walking_places(parents: IntArray) -> tuple[FanLayout, FloatArray]:
    """Steps and turns of a tree whose nodes are in breadth-first order, and half-angles of the wedges.

    Examples
    --------
    >>> places, wedges = walking_places(np.array([-1, 0, 0, 1, 1, 1]))
    >>> places.steps.round(2), places.turns.round(2)
    (array([0., 1., 1., 1., 1., 1.]), array([ 0.  , -1.04,  2.1 , -1.27,  0.  ,  1.27]))
    """
    steps, turns, wedges = _places(parents, _LEAF_WEIGHT, _WEIGHT_OF_LOGARITHM, _SHORTEST_STEP, WIDEST_WEDGE)
    return FanLayout(steps, turns), wedges


@kernel(work=lambda parents, *options: len(parents))
def _places(parents, leaf_weight, per_logarithm, shortest, widest):  # type: ignore[no-untyped-def]
    n = len(parents)
    weights, demands = np.empty(n), np.zeros(n)
    sizes = np.ones(n, np.int64)
    for v in range(n - 1, -1, -1):
        weights[v] = leaf_weight + per_logarithm * math.log(sizes[v])
        if v > 0:
            sizes[parents[v]] += sizes[v]
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
