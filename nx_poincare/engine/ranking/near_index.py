r"""An index of points by reach: how many nodes are nearer than others, without a look at all of them. Exact.

The nodes are parted into tiers of nearly equal radius, within which half-spaces are about as wide, and in every tier
a k-d tree [1]_ halves the directions down to leaves of a few nodes, which lie side by side in memory. A box, the
bounds of the nodes below a place in the tree, bounds each of the three terms of the key

.. math:: K_{uv} = \tfrac12 e^{r_v} (1 - t) + \tfrac12 e^{-r_v} (1 + t) + \tfrac12 t \sinh(r_v)\, |s_u - s_v|^2

of `nx_poincare.engine.ranking.keys`. None of them is negative, and rounding keeps order: where bounds are computed by
the same operations in the same order as keys, no computed key of the box is outside of them, not by one bit. So a box
that lies between two limits as a whole is counted without a look inside, and what is found is what a loop over all
nodes finds. With limits near the query, as in an order that is nearly right, that decides all but a few leaves.

References
----------
.. [1] Friedman, J. H., Bentley, J. L., Finkel, R. A. "An algorithm for finding best matches in logarithmic expected
   time." ACM Transactions on Mathematical Software 3 (1977), https://doi.org/10.1145/355744.355745.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from nx_poincare.engine.ranking.keys import Candidates
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.compiled import kernel

__all__ = ["DEEPEST", "LEAF", "NearIndex", "keys_of_leaf", "largest_key", "least_key", "list_near", "near_index"]

LEAF = 32
_TIER = 2 * math.log(2)  # from one tier to the next half-spaces are half as wide
DEEPEST = 128  # boxes within each other; every step down halves the nodes


class NearIndex(NamedTuple):
    """Tiers of trees over all nodes, in preorder; the nodes of a box are side by side.

    Attributes
    ----------
    nodes : ndarray of int64, shape (n,)
        In the order of the leaves.
    places : ndarray of int64, shape (n,)
        Where each node is in that order.
    firsts, ends : ndarray of int64, shape (m,)
        The nodes of box i are ``nodes[firsts[i]:ends[i]]``.
    skips : ndarray of int64, shape (m,)
        The first box behind box i and all boxes within.
    leaves : ndarray of int64, shape (m,)
        Which leaf box i is; -1 if it has boxes within.
    terms : ndarray of float64, shape (leaves, dim + 3, nodes of a leaf)
        Directions of the nodes of each leaf and, as in `nx_poincare.engine.ranking.keys.Candidates`, the half of
        e^r, e^-r and sinh r; in places without a node the first of these is infinite, and so is the key.
    bounds : ndarray of float64, shape (m, 2 * (dim + 3))
        The least of each of these in box i, then the largest.
    """

    nodes: IntArray
    places: IntArray
    firsts: IntArray
    ends: IntArray
    skips: IntArray
    leaves: IntArray
    terms: FloatArray
    bounds: FloatArray


def near_index(candidates: Candidates) -> NearIndex:
    """Index of nodes; some 200 bytes a node in ten dimensions, and a second for a million of them.

    Examples
    --------
    >>> from nx_poincare.engine.ranking.keys import candidates
    >>> index = near_index(candidates(np.array([[1.0, 0], [0, 1], [-1, 0]]), np.array([1.0, 9, 1.2])))
    >>> index.nodes, index.firsts, index.ends, index.skips
    (array([0, 2, 1]), array([0, 2]), array([2, 3]), array([1, 2]))
    """
    tiers = np.floor(candidates.radii / _TIER).astype(np.int64)
    nodes = np.argsort(tiers, kind="stable")
    tier_starts = np.append(np.flatnonzero(np.diff(tiers[nodes], prepend=-1)), len(nodes))
    firsts, ends, skips = _halve(candidates.directions, nodes, tier_starts)
    places = np.empty_like(nodes)
    places[nodes] = np.arange(len(nodes))
    is_leaf = skips == np.arange(1, len(skips) + 1)
    leaves = np.where(is_leaf, np.cumsum(is_leaf) - 1, -1)
    terms = np.concatenate([
        candidates.directions,
        [candidates.half_exp_radius, candidates.half_exp_minus_radius, candidates.half_sinh_radius],
    ])  # fmt: skip
    return NearIndex(nodes, places, firsts, ends, skips, leaves, *_arranged(terms, nodes, firsts, ends, skips, leaves))


@kernel(nogil=True)
def _halve(directions, nodes, tier_starts):  # type: ignore[no-untyped-def]
    """Sort the nodes of each tier into a tree, in place; where its boxes start and end, and the box behind each."""
    n = len(nodes)
    most = 2 * (len(tier_starts) - 1 + n // LEAF)
    firsts, ends, skips = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int64)
    stack = np.empty((DEEPEST, 2), np.int64)
    values = np.empty(n)
    count = 0
    for tier in range(len(tier_starts) - 1):
        stack[0, 0], stack[0, 1] = tier_starts[tier], tier_starts[tier + 1]
        depth = 1
        while depth > 0:
            depth -= 1
            first, end = stack[depth, 0], stack[depth, 1]
            firsts[count], ends[count] = first, end
            count += 1
            if end - first <= LEAF:
                continue
            _gather_widest_axis(directions, nodes, first, end, values)
            middle = first + LEAF * (-(-(end - first) // LEAF) // 2)
            _part(values, nodes, first, end, middle)
            stack[depth, 0], stack[depth, 1] = middle, end
            stack[depth + 1, 0], stack[depth + 1, 1] = first, middle
            depth += 2
    for i in range(count - 1, -1, -1):
        skips[i] = i + 1 if ends[i] - firsts[i] <= LEAF else skips[skips[i + 1]]
    return firsts[:count].copy(), ends[:count].copy(), skips[:count].copy()


@kernel()
def _gather_widest_axis(directions, nodes, first, end, values):  # type: ignore[no-untyped-def]
    """Write the coordinates of some nodes along the axis on which they are farthest apart."""
    widest, axis = -1.0, 0
    for k in range(len(directions)):
        low = high = directions[k, nodes[first]]
        for j in range(first + 1, end):
            value = directions[k, nodes[j]]
            low, high = min(low, value), max(high, value)
        if high - low > widest:
            widest, axis = high - low, k
    for j in range(first, end):
        values[j] = directions[axis, nodes[j]]


@kernel()
def _part(values, nodes, first, end, middle):  # type: ignore[no-untyped-def]
    """Rearrange values, and nodes with them, so that none before the middle is above one behind it (quickselect)."""
    low, high = first, end - 1
    while low < high:
        a, b, c = values[low], values[(low + high) // 2], values[high]
        pivot = max(min(a, b), min(max(a, b), c))
        i, j = low, high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                nodes[i], nodes[j] = nodes[j], nodes[i]
                i += 1
                j -= 1
        if middle <= j:
            high = j
        elif middle >= i:
            low = i
        else:
            return


@kernel(nogil=True)
def _arranged(terms, nodes, firsts, ends, skips, leaves):  # type: ignore[no-untyped-def]
    """The terms of the key by leaf, and what bounds each box."""
    size = len(terms)
    arranged = np.zeros((leaves.max() + 1, size, LEAF))
    bounds = np.empty((len(firsts), 2 * size))
    for i in range(len(firsts) - 1, -1, -1):
        bound = bounds[i]
        if leaves[i] >= 0:
            leaf, count = arranged[leaves[i]], ends[i] - firsts[i]
            for k in range(size):
                for j in range(count):
                    leaf[k, j] = terms[k, nodes[firsts[i] + j]]
                bound[k], bound[size + k] = leaf[k, :count].min(), leaf[k, :count].max()
            leaf[size - 3, count:] = np.inf
        else:
            one, other = bounds[i + 1], bounds[skips[i + 1]]
            for k in range(size):
                bound[k], bound[size + k] = min(one[k], other[k]), max(one[size + k], other[size + k])
    return arranged, bounds


@kernel(inline="always")
def least_key(bounds, box, at, short, t):  # type: ignore[no-untyped-def]
    """No key of a box is below; 1 - t is given as short."""
    dim = len(at)
    gap = 0.0
    for k in range(dim):
        step = max(bounds[box, k] - at[k], at[k] - bounds[box, dim + 3 + k], 0.0)
        gap += step * step
    return bounds[box, dim] * short + bounds[box, dim + 1] * (1 + t) + t * bounds[box, dim + 2] * gap


@kernel(inline="always")
def largest_key(bounds, box, at, short, t):  # type: ignore[no-untyped-def]
    """No key of a box is above."""
    dim = len(at)
    gap = 0.0
    for k in range(dim):
        step = max(bounds[box, dim + 3 + k] - at[k], at[k] - bounds[box, k])
        gap += step * step
    return bounds[box, 2 * dim + 3] * short + bounds[box, 2 * dim + 4] * (1 + t) + t * bounds[box, 2 * dim + 5] * gap


@kernel(inline="always")
def keys_of_leaf(terms, at, short, t, keys):  # type: ignore[no-untyped-def]
    """Write the keys of the nodes of a leaf."""
    dim, size = len(at), len(keys)
    for j in range(size):
        keys[j] = 0.0
    for k in range(dim):
        here, axis = at[k], terms[k]
        for j in range(size):
            step = axis[j] - here
            keys[j] += step * step
    half_exp_radius, half_exp_minus_radius, half_sinh_radius = terms[dim], terms[dim + 1], terms[dim + 2]
    for j in range(size):
        keys[j] = half_exp_radius[j] * short + half_exp_minus_radius[j] * (1 + t) + t * half_sinh_radius[j] * keys[j]


@kernel(nogil=True)
def list_near(index, at, short, limit, found, count):  # type: ignore[no-untyped-def]
    """Write the nodes whose key is not above a limit, the query among them, from a place on.

    Parameters
    ----------
    index : NearIndex
    at : ndarray of float64, shape (dim,)
        Direction of the query.
    short : float
        1 - tanh r of the query, as `nx_poincare.engine.ranking.keys` has it.
    limit : float
    found : ndarray of int64
    count : int
        The place.

    Returns
    -------
    found : ndarray of int64
        The same array, or a larger one with the same start where it was too small.
    count : int
        The place behind the last of them.
    """
    t = 1 - short
    keys = np.empty(LEAF)
    box = 0
    while box < len(index.skips):
        if least_key(index.bounds, box, at, short, t) > limit:
            box = index.skips[box]
            continue
        first, end = index.firsts[box], index.ends[box]
        is_within = largest_key(index.bounds, box, at, short, t) <= limit
        leaf = index.leaves[box]
        if not is_within and leaf < 0:
            box += 1
            continue
        box = index.skips[box]
        if count + end - first > len(found):
            larger = np.empty(2 * (count + end - first), np.int64)
            larger[:count] = found[:count]
            found = larger
        if not is_within:
            keys_of_leaf(index.terms[leaf], at, short, t, keys)
        for j in range(first, end):
            if is_within or keys[j - first] <= limit:
                found[count] = index.nodes[j]
                count += 1
    return found, count
