"""Looks of the rows of a skeleton: exact ranks among all caps, and which caps are near."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from nx_poincare.engine.ranking.sorting import sort_by_key
from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.compiled import kernel

__all__ = ["NearCaps", "look_at_rows", "thin_out"]

_FEW = 32  # ancestors; a search from one end is as fast as any for so many
_BLOCK = 2048
_MOST_NEAR = 128


class NearCaps(NamedTuple):
    """Caps that are near some rows, m of them."""

    starts: IntArray  # offsets by row, shape (m + 1,)
    caps: IntArray  # of each row those to look at whole, by key, then those that stand for others, by key
    exact: IntArray  # how many are to be looked at whole, shape (m,)
    strides: IntArray  # how many each of the others stands for, shape (m,)


@kernel(work=lambda _, caps, rows, *__: len(rows) * caps.directions.size, nogil=True)
def look_at_rows(  # type: ignore[no-untyped-def]
    directions, caps, rows, ancestry, depths, weights, window, with_origin, sample_seed, excess, precision, misplaced,
    by_key, counts, exact, strides,
):  # fmt: skip
    """Exact ranks of some rows among all caps, and the caps that are near them.

    Where more than a few hundred caps violate a row, the nearest of them are listed and a sample of the others.

    Parameters
    ----------
    directions : ndarray of float64, shape (c + p, dim)
        Of caps and attach points.
    caps : Candidates
        See `nx_poincare.engine.ranking.exact`.
    rows : ndarray of int64, shape (m,)
    ancestry : tuple of ndarray
        Offsets by row, and the ancestors.
    depths : PureTreeDepths
        See `nx_poincare.engine.cones.skeleton.split`.
    weights : ndarray of float64, shape (c + p,)
        Nodes that share the row.
    window : float
        Caps up to this multiple of an ancestor's key are near.
    with_origin : bool
        Whether the origin stands for an ancestor of every row.
    sample_seed : int
    excess, precision : ndarray of float64, shape (m,)
        Receive the sums, over the nodes that share the row, of ranks above the best possible and of average
        precision, of each of the rows.
    misplaced : ndarray of float64, shape (m,)
        Receives the ancestors that the origin is nearer than, and the other caps that it is not, in the same way.
    by_key : ndarray of int64
        Receives the ancestors of one of the rows after the other, by key.
    counts, exact, strides : ndarray of int64, shape (m,)
        Receive how many caps are listed, and as in `NearCaps`.

    Returns
    -------
    ndarray of int64
        The caps of one row after the other.
    """
    count = len(caps.radii)
    related = np.full(count, -1, np.int64)
    keys, near_keys = np.empty(count), np.empty(2 * _MOST_NEAR + 1)
    near, places = np.empty(count, np.int64), np.empty(count, np.int64)
    most = 0
    for u in rows:
        most = max(most, ancestry[0][u + 1] - ancestry[0][u])
    limits, intruders = np.empty(most), np.empty(most, np.int64)
    listed, used, ancestors = np.empty(64 * len(rows) + 2 * _MOST_NEAR + 1, np.int64), 0, 0
    for i in range(len(rows)):
        u = rows[i]
        own = ancestry[1][ancestry[0][u] : ancestry[0][u + 1]]
        counts[i] = 0
        if len(own) == 0 and not with_origin:
            continue
        for v in own:
            related[v] = u
        if u < count:
            related[u] = u
        _row_keys(directions, caps, u, keys)
        ascending = limits[: len(own)]
        for j in range(len(own)):
            ascending[j] = keys[own[j]]
        sorted_own = by_key[ancestors : ancestors + len(own)]
        ancestors += len(own)
        sorted_own[:] = own
        sort_by_key(ascending, sorted_own)
        found, before = _near_caps(keys, related, u, ascending, window, with_origin, near, places, intruders)
        misplaced[i] = weights[u] * _misplaced_caps(keys, own, near[:found], caps.half_sinh_radius)
        excess[i], precision[i] = _row_scores(u, before, intruders[: len(own)], depths, weights)
        exact[i], counts[i], strides[i] = thin_out(near, places, found, len(own), np.uint64(sample_seed))
        for j in range(counts[i]):
            near_keys[j] = keys[near[j]]
        sort_by_key(near_keys[: exact[i]], near[: exact[i]])
        sort_by_key(near_keys[exact[i] : counts[i]], near[exact[i] : counts[i]])
        listed = _with_room(listed, used, counts[i])
        listed[used : used + counts[i]] = near[: counts[i]]
        used += counts[i]
    return listed[:used].copy()


@kernel(inline="always")
def _with_room(listed, used, more):  # type: ignore[no-untyped-def]
    """The array or, where it is full, a longer one that begins with what is used."""
    if used + more <= len(listed):
        return listed
    longer = np.empty(2 * len(listed), np.int64)
    longer[:used] = listed[:used]
    return longer


@kernel()
def _row_keys(directions, caps, u, keys):  # type: ignore[no-untyped-def]
    """Keys of all caps for one row."""
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


@kernel()
def _near_caps(keys, related, u, ascending, window, with_origin, near, places, intruders):  # type: ignore[no-untyped-def]
    """Unrelated caps within the farthest ancestor's window, the nearest ancestor whose window holds each, and ranks.

    `intruders[j]` counts the caps that are nearer than ancestor j but not nearer than the one before it; their number
    is returned beside that of the caps found.
    """
    size = len(ascending)
    for j in range(size):
        intruders[j] = 0
    farthest = ascending[size - 1] if size > 0 else 0.0
    limit = window * (max(farthest, 1.0) if with_origin else farthest)
    found = 0
    before = 0
    for v in range(len(keys)):
        key = keys[v]
        if key < limit and related[v] != u:
            j = _first_above(window, ascending, key) if size > 0 else 0
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
def _row_scores(u, before, intruders, depths, weights):  # type: ignore[no-untyped-def]
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
def _misplaced_caps(keys, own, near, half_sinh_radius):  # type: ignore[no-untyped-def]
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


@kernel()
def thin_out(near, places, found, size, seed):  # type: ignore[no-untyped-def]
    """Keep the caps in the windows of the nearest ancestors, as far as they are few, and every so many of the others.

    Returns how many are kept whole, how many in all, and the weight of the others.
    """
    if found <= 2 * _MOST_NEAR:
        return found, found, 1
    counts = np.zeros(max(size, 1), np.int64)
    for i in range(found):
        counts[places[i]] += 1
    whole = 0
    last = 0
    while whole + counts[last] <= _MOST_NEAR:
        whole += counts[last]
        last += 1
    stride = -(-(found - whole) // _MOST_NEAR)
    mixed = (seed + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    skipped = np.int64((mixed >> np.uint64(33)) % np.uint64(stride))
    sample = np.empty(_MOST_NEAR + 1, np.int64)
    exact = 0
    others = 0
    for i in range(found):
        if places[i] < last:
            near[exact] = near[i]
            exact += 1
        else:
            if skipped == 0:
                sample[others] = near[i]
                others += 1
                skipped = stride
            skipped -= 1
    near[exact : exact + others] = sample[:others]
    return exact, exact + others, stride
