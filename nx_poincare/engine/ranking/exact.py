"""Exact ranks of ancestors among all nodes, by a key that grows with the distance.

The nodes are ordered by the key of `nx_poincare.engine.ranking.keys`. Where there are many, and few of them near, an
index finds the same ranks without a look at all (`nx_poincare.engine.ranking.near_ranks`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from nx_poincare.engine.ranking.keys import (
    NODES_TOGETHER,
    ROWS_TOGETHER,
    Candidates,
    keys_of_all,
    keys_of_part,
    scores_of_row,
    sorted_keys,
)
from nx_poincare.engine.ranking.near_ranks import (
    ROWS_OF_INDEX,
    AncestorsOf,
    NodesSearched,
    RowSearch,
    rank_by_index,
    search_for_ranks,
)
from nx_poincare.engine.ranking.sorting import first_not_below
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.compiled import kernel
from nx_poincare.utils.workers import Workers

__all__ = [
    "ROWS_PER_BLOCK",
    "BlockSums",
    "RankedRows",
    "by_some_rows",
    "mean_scores",
    "rank_rows",
    "ranked_blocks",
    "ranked_rows",
    "sums_by_block",
]

ROWS_PER_BLOCK = 256
_MANY_HITS = 10
_COMPARISONS_AT_ONCE = 16_000_000  # in one call of compiled code, which no signal can end
_COMPARISONS_OF_ANCESTOR = 16  # that its key takes as long as, sorted among those of the row


class BlockSums(NamedTuple):
    """Sums over a block of query nodes."""

    rows: int
    pairs: int
    rank_sum: float
    precision_sum: float


class RankedRows(NamedTuple):
    """Of each of some rows, how many ancestors it has, the sum of their ranks, and its average precision."""

    sizes: IntArray
    rank_sums: FloatArray
    precisions: FloatArray


def ranked_blocks(
    nodes: Candidates, rows: IntArray, ancestors_of: AncestorsOf, workers: Workers
) -> Iterator[BlockSums]:
    """Sums over blocks of `ranked_rows`, which do not depend on where the work is done."""
    for ranked in ranked_rows(nodes, rows, ancestors_of, workers):
        yield from sums_by_block(ranked)


def ranked_rows(
    nodes: Candidates,
    rows: IntArray,
    ancestors_of: AncestorsOf,
    workers: Workers,
    search: RowSearch | None = None,
) -> Iterator[RankedRows]:
    """Rank the ancestors of every row against all nodes, some blocks at a time, several at once; they come in order.

    ``ancestors_of`` gives the offsets and ancestors of a block of rows. ``search`` is that of
    `nx_poincare.engine.ranking.near_ranks.search_for_ranks`, where it is known.
    """
    index = (search or search_for_ranks(nodes, rows, ancestors_of)).index
    rows_of_task = ROWS_PER_BLOCK if index is None else ROWS_OF_INDEX
    searched = workers.keep(NodesSearched(nodes, index, ancestors_of))
    parts = (rows[first : first + rows_of_task] for first in range(0, len(rows), rows_of_task))
    return workers.results(_ranked, ((searched, own) for own in parts))


def _ranked(searched: NodesSearched, rows: IntArray) -> RankedRows:
    nodes, index, ancestors_of = searched
    if index is not None:
        return RankedRows(*rank_by_index(nodes, index, rows, ancestors_of))
    starts, ancestors = ancestors_of(rows)
    return RankedRows(np.diff(starts), *by_some_rows(rank_rows, nodes, rows, starts, ancestors))


def sums_by_block(ranked: RankedRows) -> Iterator[BlockSums]:
    """Sums over the blocks of some rows."""
    for first in range(0, len(ranked.sizes), ROWS_PER_BLOCK):
        block = slice(first, first + ROWS_PER_BLOCK)
        sums = (each[block].sum().item() for each in ranked)
        yield BlockSums(len(ranked.sizes[block]), *sums)


def by_some_rows(
    kernel: Callable[..., tuple[Any, ...]], nodes: Candidates, rows: IntArray, row_starts: IntArray, ancestors: IntArray
) -> tuple[Any, ...]:
    """What a kernel gives for rows, each by itself, in calls of which none lets a signal wait for long.

    Parameters
    ----------
    kernel : callable
        Takes the arguments that follow, those of `rank_rows`, and returns arrays with an entry for each row.
    """
    of_a_row = len(nodes.radii) + _COMPARISONS_OF_ANCESTOR * int(np.diff(row_starts).max(initial=0))
    step = max(1, _COMPARISONS_AT_ONCE // of_a_row)
    step -= step % ROWS_TOGETHER if step > ROWS_TOGETHER else 0
    if len(rows) <= step:
        return tuple(kernel(nodes, rows, row_starts, ancestors))
    parts = []
    for first in range(0, len(rows), step):
        starts = row_starts[first : first + step + 1]
        parts.append(kernel(nodes, rows[first : first + step], starts - starts[0], ancestors[starts[0] : starts[-1]]))
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))


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
        keys = keys_of_all(nodes, u)
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
    keys = np.empty(NODES_TOGETHER)
    related = np.zeros(n, np.uint64)  # bit i: to row i of those that are looked at together
    own_keys = np.empty(len(ancestors))
    # Unrelated nodes at least as near as an ancestor but not as near as the one before it.
    intruders = np.zeros(len(ancestors), np.int64)
    rank_sums = np.zeros(len(rows))
    precisions = np.zeros(len(rows))
    for begin in range(0, len(rows), ROWS_TOGETHER):
        together = range(begin, min(begin + ROWS_TOGETHER, len(rows)))
        for i in together:
            u, own = rows[i], ancestors[row_starts[i] : row_starts[i + 1]]
            bit = np.uint64(1) << np.uint64(i - begin)
            related[u] |= bit
            for v in own:
                related[v] |= bit
            sorted_keys(nodes, u, own, own_keys[row_starts[i] : row_starts[i + 1]])
        for first in range(0, n, NODES_TOGETHER):
            for i in together:
                if row_starts[i] == row_starts[i + 1]:
                    continue
                own = slice(row_starts[i], row_starts[i + 1])
                bit = np.uint64(1) << np.uint64(i - begin)
                _count_intruders(nodes, rows[i], first, related, bit, own_keys[own], keys, intruders[own])
        for i in together:
            own = slice(row_starts[i], row_starts[i + 1])
            related[rows[i]] = 0
            for v in ancestors[own]:
                related[v] = 0
            rank_sums[i], precisions[i] = scores_of_row(intruders[own])
    return rank_sums, precisions


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
