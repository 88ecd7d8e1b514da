r"""The key that grows with the distance from a node: all that ranks need.

For a fixed query point u the nodes v are ordered by distance exactly as by

.. math:: K_{uv} = \frac{\cosh d(u, v)}{\cosh r_u}
    = \tfrac12 e^{r_v} (1 - t) + \tfrac12 e^{-r_v} (1 + t) + \tfrac12 t \sinh(r_v)\, |s_u - s_v|^2,
    \qquad t = \tanh r_u,

which needs no transcendental function per pair, is a sum of terms that are never negative, and
stays exact at radii where ball coordinates have long collapsed
(:math:`1 - t = 2 / (1 + e^{2 r_u})`). K < 1 says that u lies in the half-space of v.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from nx_poincare.engine.ranking.sorting import sort_by_key
from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.compiled import kernel

__all__ = [
    "NODES_TOGETHER",
    "ROWS_TOGETHER",
    "Candidates",
    "candidates",
    "keys_of_all",
    "keys_of_part",
    "one_minus_tanh",
    "scores_of_row",
    "sorted_keys",
    "sorted_keys_of_rows",
]

# A part of the nodes stays in the processor's cache while several rows look at it; a bit each in a word of 64 bits.
ROWS_TOGETHER, NODES_TOGETHER = 16, 2048


class Candidates(NamedTuple):
    """Terms of the key by node, laid out so that the loop over nodes is contiguous."""

    directions: FloatArray  # (dim, n)
    half_exp_radius: FloatArray  # e^r / 2
    half_exp_minus_radius: FloatArray  # e^-r / 2
    half_sinh_radius: FloatArray  # sinh(r) / 2
    radii: FloatArray


def candidates(directions: FloatArray, radii: FloatArray) -> Candidates:
    """Prepare nodes, given as (n, dim) directions and (n,) radii, for `rank_rows`."""
    return Candidates(
        np.ascontiguousarray(directions.T), np.exp(radii) / 2, np.exp(-radii) / 2, np.sinh(radii) / 2, radii
    )


@kernel()
def one_minus_tanh(radius):  # type: ignore[no-untyped-def]
    return 2 / (1 + math.exp(min(2 * radius, 700.0)))  # beyond 700, exp would leave float64


@kernel()
def sorted_keys(nodes, u, own, ascending):  # type: ignore[no-untyped-def]
    """Keys of some nodes for the query u, ascending."""
    short = one_minus_tanh(nodes.radii[u])
    t = 1 - short
    for j in range(len(own)):
        v = own[j]
        gap = 0.0
        for k in range(len(nodes.directions)):
            step = nodes.directions[k, v] - nodes.directions[k, u]
            gap += step * step
        ascending[j] = (
            nodes.half_exp_radius[v] * short
            + nodes.half_exp_minus_radius[v] * (1 + t)
            + t * nodes.half_sinh_radius[v] * gap
        )
    sort_by_key(ascending, np.empty(len(own), np.int64))


@kernel(nogil=True)
def sorted_keys_of_rows(nodes, rows, row_starts, ancestors):  # type: ignore[no-untyped-def]
    """The keys of the ancestors of each row, ascending, in the places of the ancestors."""
    own_keys = np.empty(len(ancestors))
    for i in range(len(rows)):
        own = slice(row_starts[i], row_starts[i + 1])
        sorted_keys(nodes, rows[i], ancestors[own], own_keys[own])
    return own_keys


def keys_of_all(nodes: Candidates, u: int) -> FloatArray:
    """Keys of all nodes for the query u, by operations on whole arrays that give the same bits as `keys_of_part`."""
    short = one_minus_tanh(nodes.radii[u])
    t = 1 - short
    gaps = np.zeros(len(nodes.radii))
    for axis in nodes.directions:
        steps = axis - axis[u]
        gaps += steps * steps
    keys = nodes.half_exp_radius * short + nodes.half_exp_minus_radius * (1 + t) + t * nodes.half_sinh_radius * gaps
    return np.asarray(keys, dtype=np.float64)


@kernel()
def keys_of_part(nodes, u, first, limit, keys):  # type: ignore[no-untyped-def]
    """Write the keys of one part of the nodes, from `first` on; how many are not above the limit."""
    dim, n = nodes.directions.shape
    size = min(len(keys), n - first)
    short = one_minus_tanh(nodes.radii[u])
    t = 1 - short
    for j in range(size):
        keys[j] = 0.0
    for k in range(dim):
        at = nodes.directions[k, u]
        axis = nodes.directions[k, first : first + size]
        for j in range(size):
            step = axis[j] - at
            keys[j] += step * step
    half_exp_radius = nodes.half_exp_radius[first : first + size]
    half_exp_minus_radius = nodes.half_exp_minus_radius[first : first + size]
    half_sinh_radius = nodes.half_sinh_radius[first : first + size]
    hits = 0
    for j in range(size):
        key = half_exp_radius[j] * short + half_exp_minus_radius[j] * (1 + t) + t * half_sinh_radius[j] * keys[j]
        keys[j] = key
        hits += key <= limit
    return hits


@kernel()
def scores_of_row(intruders):  # type: ignore[no-untyped-def]
    """Sum of the ancestors' ranks and average precision, from the nodes between an ancestor and the one before."""
    rank_sum, precision = 0.0, 0.0
    nearer = 0
    for j in range(len(intruders)):
        nearer += intruders[j]
        rank_sum += 1 + nearer
        precision += (j + 1) / (j + 1 + nearer)
    if len(intruders) > 0:
        precision /= len(intruders)
    return rank_sum, precision
