"""Keys of a row of the skeleton, which caps are near, and how its ancestors rank."""

from __future__ import annotations

import math

import numpy as np

from nx_poincare.utils.compiled import kernel

__all__ = ["misplaced_caps", "near_caps", "row_keys", "row_scores", "sorted_keys"]

_WINDOW = 3.0  # caps up to this multiple of an ancestor's key repel it
_FEW = 32  # ancestors; a search from one end is as fast as any for so many
_BLOCK = 2048


@kernel()
def row_keys(directions, caps, u, keys):  # type: ignore[no-untyped-def]
    """Keys of all caps for one row; returns t and 1 - t."""
    dim = directions.shape[1]
    count = len(keys)
    short = 0.0
    if u < count:
        short = 2 / (1 + math.exp(2 * caps.radii[u]))
    t = 1 - short
    for first in range(0, count, _BLOCK):
        end = min(first + _BLOCK, count)
        part = keys[first:end]
        part[:] = 0.0
        for k in range(dim):
            at = directions[u, k]
            axis = caps.directions[k, first:end]
            for i in range(end - first):
                step = axis[i] - at
                part[i] += step * step
        half_exp_radius = caps.half_exp_radius[first:end]
        half_exp_minus_radius = caps.half_exp_minus_radius[first:end]
        half_sinh_radius = caps.half_sinh_radius[first:end]
        for i in range(end - first):
            part[i] = (
                half_exp_radius[i] * short + half_exp_minus_radius[i] * (1 + t) + t * half_sinh_radius[i] * part[i]
            )
    return t, short


@kernel()
def sorted_keys(keys, own, ascending):  # type: ignore[no-untyped-def]
    if len(own) > _FEW:
        for j in range(len(own)):
            ascending[j] = keys[own[j]]
        ascending.sort()
        return
    for j in range(len(own)):
        key = keys[own[j]]
        i = j
        while i > 0 and ascending[i - 1] > key:
            ascending[i] = ascending[i - 1]
            i -= 1
        ascending[i] = key


@kernel()
def near_caps(keys, related, u, ascending, with_origin, near, places, intruders):  # type: ignore[no-untyped-def]
    """Unrelated caps within the farthest ancestor's window, the nearest ancestor whose window holds each, and ranks.

    `intruders[j]` counts the caps that are nearer than ancestor j but not nearer than the one before it; their number
    is returned beside that of the caps found.
    """
    size = len(ascending)
    for j in range(size):
        intruders[j] = 0
    farthest = ascending[size - 1] if size > 0 else 0.0
    limit = _WINDOW * (max(farthest, 1.0) if with_origin else farthest)
    found = 0
    before = 0
    for v in range(len(keys)):
        key = keys[v]
        if key < limit and related[v] != u:
            j = _first_above(_WINDOW, ascending, key) if size > 0 else 0
            near[found] = v
            places[found] = j
            found += 1
            if key <= farthest:
                intruders[_first_not_below(ascending, key, j)] += 1
                before += 1
    return found, before


@kernel(inline="always")
def _first_above(factor, ascending, key):  # type: ignore[no-untyped-def]
    """The first of the values, of which the last is one, that is above the key when multiplied by a factor."""
    low, high = 0, len(ascending) - 1
    while high - low > _FEW:
        middle = (low + high) // 2
        if factor * ascending[middle] > key:
            high = middle
        else:
            low = middle + 1
    while high > low and factor * ascending[high - 1] > key:
        high -= 1
    return high


@kernel(inline="always")
def _first_not_below(ascending, key, low):  # type: ignore[no-untyped-def]
    """The first of the values from a place on, of which the last is one, that is not below the key."""
    high = len(ascending) - 1
    while high - low > _FEW:
        middle = (low + high) // 2
        if ascending[middle] >= key:
            high = middle
        else:
            low = middle + 1
    while ascending[low] < key:
        low += 1
    return low


@kernel()
def row_scores(u, before, intruders, depths, weights):  # type: ignore[no-untyped-def]
    """Ranks above the best possible and average precision of a row, summed over the nodes that share it."""
    if before == 0:
        return 0.0, weights[u]
    starts, ancestors_inside, nodes_at_depth = depths
    size = len(intruders)
    excess = 0.0
    precision = 0.0
    before = 0
    for j in range(size):
        before += intruders[j]
        intruders[j] = before
        excess += before
    for i in range(starts[u], starts[u + 1]):
        inside = ancestors_inside[i]
        total = np.float64(inside)
        for j in range(size):
            total += (inside + j + 1) / (inside + j + 1 + intruders[j])
        precision += nodes_at_depth[i] * total / (inside + size)
    return weights[u] * excess, precision


@kernel()
def misplaced_caps(keys, own, near, half_sinh_radius):  # type: ignore[no-untyped-def]
    """Ancestors that the origin is nearer than, or as near, and other caps that are nearer than the origin.

    A cap at the origin is as near, and counts as nearer.
    """
    count = 0
    for v in own:
        if keys[v] >= 1 and half_sinh_radius[v] > 0:
            count += 1
    for v in near:
        if keys[v] < 1 or half_sinh_radius[v] == 0:
            count += 1
    return count
