r"""Exact ranks of ancestors among all nodes, by a key that grows with the distance.

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
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from nx_poincare.engine.ranking.sorting import first_not_below, sort_by_key
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.compiled import kernel

__all__ = [
    "ROWS_PER_BLOCK",
    "BlockSums",
    "Candidates",
    "candidates",
    "keys_of_part",
    "mean_scores",
    "one_minus_tanh",
    "rank_rows",
    "ranked_blocks",
    "sorted_keys",
]

ROWS_PER_BLOCK = 256
_ROWS_TOGETHER, _NODES_TOGETHER = 16, 2048  # at most 64 rows
_MANY_HITS = 10


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


class BlockSums(NamedTuple):
    """Sums over a block of query nodes."""

    rows: int
    pairs: int
    rank_sum: float
    precision_sum: float


def ranked_blocks(
    nodes: Candidates,
    rows: IntArray,
    ancestors_of: Callable[[IntArray], tuple[IntArray, IntArray]],
    n_jobs: int,
) -> Iterator[BlockSums]:
    """Rank the ancestors of every row against all nodes, a block at a time, on several threads.

    ``ancestors_of`` gives the offsets and ancestors of a block of rows. Blocks come in order, and
    the sums do not depend on the number of threads.
    """

    def rank_block(block: IntArray) -> BlockSums:
        starts, ancestors = ancestors_of(block)
        rank_sums, precisions = rank_rows(nodes, block, starts, ancestors)
        return BlockSums(len(block), len(ancestors), float(rank_sums.sum()), float(precisions.sum()))

    blocks = [rows[first : first + ROWS_PER_BLOCK] for first in range(0, len(rows), ROWS_PER_BLOCK)]
    with ThreadPoolExecutor(n_jobs) as pool:
        tasks = [pool.submit(rank_block, block) for block in blocks]
        try:
            for task in tasks:
                yield task.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def mean_scores(blocks: Iterator[BlockSums]) -> tuple[float, float]:
    """Mean rank over pairs and mean average precision over rows; nan where there are none."""
    rows, pairs, rank_sum, precision_sum = 0, 0, 0.0, 0.0
    for block in blocks:
        rows += block.rows
        pairs += block.pairs
        rank_sum += block.rank_sum
        precision_sum += block.precision_sum
    return (rank_sum / pairs, precision_sum / rows) if pairs else (float("nan"), float("nan"))


def _rank_rows_by_arrays(
    nodes: Candidates, rows: IntArray, row_starts: IntArray, ancestors: IntArray
) -> tuple[FloatArray, FloatArray]:
    """`rank_rows`, by operations on whole arrays in the same order, so with the same bits."""
    rank_sums, precisions = np.zeros(len(rows)), np.zeros(len(rows))
    for i, u in enumerate(rows.tolist()):
        own = ancestors[row_starts[i] : row_starts[i + 1]]
        if not len(own):
            continue
        short = one_minus_tanh(nodes.radii[u])
        t = 1 - short
        gaps = np.zeros(len(nodes.radii))
        for axis in nodes.directions:
            steps = axis - axis[u]
            gaps += steps * steps
        keys = nodes.half_exp_radius * short + nodes.half_exp_minus_radius * (1 + t) + t * nodes.half_sinh_radius * gaps
        own_keys = np.sort(keys[own])
        keys[own] = keys[u] = np.inf
        nearer = np.searchsorted(np.sort(keys[keys <= own_keys[-1]]), own_keys, side="right")
        places = np.arange(1, len(own) + 1)
        rank_sums[i] = (1 + nearer).sum()
        precisions[i] = np.cumsum(places / (places + nearer))[-1] / len(own)
    return rank_sums, precisions


def _work_by_arrays(nodes: Candidates, rows: IntArray, *_: IntArray) -> int:
    """About how long `_rank_rows_by_arrays` takes, in steps of an interpreted loop."""
    return len(rows) * (10 + nodes.directions.size // 500)


@kernel(work=_work_by_arrays, interpreted=_rank_rows_by_arrays, nogil=True)
def rank_rows(nodes, rows, row_starts, ancestors):  # type: ignore[no-untyped-def]
    """Sum of the ancestors' ranks and average precision of each row.

    Parameters
    ----------
    nodes : Candidates
    rows : ndarray of int64, shape (m,)
        Query nodes.
    row_starts : ndarray of int64, shape (m + 1,)
        The ancestors of ``rows[i]`` are ``ancestors[row_starts[i]:row_starts[i + 1]]``.

    Returns
    -------
    rank_sums, average_precisions : ndarray of float64, shape (m,)
        Zero for rows without ancestors. The rank of an ancestor is 1 + the number of other
        nodes, neither the query nor its ancestors, at least as near.
    """
    n = len(nodes.radii)
    keys = np.empty(_NODES_TOGETHER)
    related = np.zeros(n, np.uint64)  # bit i: to row i of those that are looked at together
    own_keys = np.empty(len(ancestors))
    # Unrelated nodes at least as near as an ancestor but not as near as the one before it.
    intruders = np.zeros(len(ancestors), np.int64)
    rank_sums = np.zeros(len(rows))
    precisions = np.zeros(len(rows))
    # A part of the nodes stays in the processor's cache while several rows look at it.
    for begin in range(0, len(rows), _ROWS_TOGETHER):
        together = range(begin, min(begin + _ROWS_TOGETHER, len(rows)))
        for i in together:
            u, own = rows[i], ancestors[row_starts[i] : row_starts[i + 1]]
            bit = np.uint64(1) << np.uint64(i - begin)
            related[u] |= bit
            for v in own:
                related[v] |= bit
            sorted_keys(nodes, u, own, own_keys[row_starts[i] : row_starts[i + 1]])
        for first in range(0, n, _NODES_TOGETHER):
            for i in together:
                if row_starts[i] == row_starts[i + 1]:
                    continue
                own = slice(row_starts[i], row_starts[i + 1])
                bit = np.uint64(1) << np.uint64(i - begin)
                _count_intruders(nodes, rows[i], first, related, bit, own_keys[own], keys, intruders[own])
        for i in together:
            own = ancestors[row_starts[i] : row_starts[i + 1]]
            related[rows[i]] = 0
            for v in own:
                related[v] = 0
            at_least_as_near = 0
            for j in range(len(own)):
                at_least_as_near += intruders[row_starts[i] + j]
                rank_sums[i] += 1 + at_least_as_near
                precisions[i] += (j + 1) / (j + 1 + at_least_as_near)
            if len(own) > 0:
                precisions[i] /= len(own)
    return rank_sums, precisions


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
def _count_intruders(nodes, u, first, related, bit, own_keys, keys, intruders):  # type: ignore[no-untyped-def]
    """Add the nodes of one part, from `first` on, that are nearer to u than its farthest ancestor."""
    size = min(len(keys), len(nodes.radii) - first)
    farthest = own_keys[-1]
    hits = keys_of_part(nodes, u, first, farthest, keys)
    if hits > _MANY_HITS * len(own_keys):  # counting for each ancestor is faster than a search for each hit
        for j in range(size):
            if related[first + j] & bit != 0:
                keys[j] = np.inf
        before = 0
        for a in range(len(own_keys)):
            nearer = 0
            for j in range(size):
                nearer += keys[j] <= own_keys[a]
            intruders[a] += nearer - before
            before = nearer
    elif hits > 0:
        for j in range(size):
            if keys[j] <= farthest and related[first + j] & bit == 0:
                intruders[first_not_below(own_keys, 0, len(own_keys), keys[j])] += 1
