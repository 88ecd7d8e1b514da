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

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from nx_poincare.arrays import FloatArray, IntArray
from nx_poincare.compiled import kernel

__all__ = ["Candidates", "Ranked", "candidates", "mean_scores", "rank_rows", "ranked_blocks"]

_ROWS_PER_BLOCK = 256


class Candidates(NamedTuple):
    """Per-node terms of the key, laid out so that the loop over nodes is contiguous."""

    directions: FloatArray  # (dim, n)
    growing: FloatArray  # e^r / 2
    falling: FloatArray  # e^-r / 2
    across: FloatArray  # sinh(r) / 2
    radii: FloatArray


def candidates(directions: FloatArray, radii: FloatArray) -> Candidates:
    """Prepare nodes, given as (n, dim) directions and (n,) radii, for `rank_rows`."""
    return Candidates(
        np.ascontiguousarray(directions.T), np.exp(radii) / 2, np.exp(-radii) / 2, np.sinh(radii) / 2, radii
    )


class Ranked(NamedTuple):
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
) -> Iterator[Ranked]:
    """Rank the ancestors of every row against all nodes, a block at a time, on several threads.

    ``ancestors_of`` gives the offsets and ancestors of a block of rows. Blocks come in order, and
    the sums do not depend on the number of threads.
    """

    def ranked(block: IntArray) -> Ranked:
        starts, ancestors = ancestors_of(block)
        rank_sums, precisions = rank_rows(nodes, block, starts, ancestors)
        return Ranked(len(block), len(ancestors), float(rank_sums.sum()), float(precisions.sum()))

    blocks = [rows[first : first + _ROWS_PER_BLOCK] for first in range(0, len(rows), _ROWS_PER_BLOCK)]
    with ThreadPoolExecutor(n_jobs) as pool:
        tasks = [pool.submit(ranked, block) for block in blocks]
        try:
            for task in tasks:
                yield task.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def mean_scores(blocks: Iterator[Ranked]) -> tuple[float, float]:
    """Mean rank over pairs and mean average precision over rows; nan where there are none."""
    rows, pairs, rank_sum, precision_sum = 0, 0, 0.0, 0.0
    for block in blocks:
        rows += block.rows
        pairs += block.pairs
        rank_sum += block.rank_sum
        precision_sum += block.precision_sum
    return (rank_sum / pairs, precision_sum / rows) if pairs else (float("nan"), float("nan"))


@kernel(nogil=True)
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
    dim, n = nodes.directions.shape
    block = 2048
    keys = np.empty(block)
    related = np.full(n, -1, np.int64)
    rank_sums = np.zeros(len(rows))
    precisions = np.zeros(len(rows))
    for i in range(len(rows)):
        own = ancestors[row_starts[i] : row_starts[i + 1]]
        if len(own) == 0:
            continue
        u = rows[i]
        short = 2 / (1 + np.exp(2 * nodes.radii[u]))
        t = 1 - short
        related[u] = u
        own_keys = np.empty(len(own))
        for j in range(len(own)):
            v = own[j]
            related[v] = u
            gap = 0.0
            for k in range(dim):
                step = nodes.directions[k, v] - nodes.directions[k, u]
                gap += step * step
            own_keys[j] = nodes.growing[v] * short + nodes.falling[v] * (1 + t) + t * nodes.across[v] * gap
        own_keys.sort()
        farthest = own_keys[-1]
        # intruders[j]: unrelated nodes at least as near as ancestor j but not as near as ancestor j - 1.
        intruders = np.zeros(len(own), np.int64)
        for first in range(0, n, block):
            size = min(block, n - first)
            keys[:size] = 0.0
            for k in range(dim):
                at = nodes.directions[k, u]
                axis = nodes.directions[k, first : first + size]
                for j in range(size):
                    step = axis[j] - at
                    keys[j] += step * step
            growing = nodes.growing[first : first + size]
            falling = nodes.falling[first : first + size]
            across = nodes.across[first : first + size]
            hits = 0
            for j in range(size):
                key = growing[j] * short + falling[j] * (1 + t) + t * across[j] * keys[j]
                keys[j] = key
                hits += key <= farthest
            if hits > 0:
                for j in range(size):
                    if keys[j] <= farthest and related[first + j] != u:
                        intruders[np.searchsorted(own_keys, keys[j])] += 1
        at_least_as_near = 0
        for j in range(len(own)):
            at_least_as_near += intruders[j]
            rank_sums[i] += 1 + at_least_as_near
            precisions[i] += (j + 1) / (j + 1 + at_least_as_near)
        precisions[i] /= len(own)
    return rank_sums, precisions
