"""Exact ranks of ancestors by an index of the nodes: the same bits as a loop over all of them, where that takes long.

How much the index spares depends on how good the points are: it looks into the boxes that one of the ancestors' keys
cuts. So some rows are tried, and the loop stays where it would be quicker, as with points at random in ten dimensions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nx_poincare.engine.ranking.keys import Candidates, scores_of_row, sorted_keys, sorted_keys_of_rows
from nx_poincare.engine.ranking.near_counts import count_near
from nx_poincare.engine.ranking.near_index import NearIndex, near_index
from nx_poincare.engine.ranking.sorting import first_not_below
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.compiled import kernel

__all__ = [
    "FIRST_ROWS",
    "ROWS_OF_INDEX",
    "AncestorsOf",
    "NodesSearched",
    "RowSearch",
    "comparisons_of",
    "next_step",
    "quicker_search",
    "rank_by_index",
    "rank_rows_by_index",
    "search_for_ranks",
]

ROWS_OF_INDEX = 8192  # a multiple of the rows of a block
_LEAST_COMPARISONS, _LEAST_ROWS = 400_000_000, 1000  # some tenths of a second; building costs as much as 500 rows
_TRIED_ROWS = 32
_COST_OF_BOX, _COST_OF_NODE = 40, 2  # of a look, in nodes of the loop over all
FIRST_ROWS, _MOST_ROWS, _MANY_PAIRS = 64, 2048, 500_000  # rows whose ancestors are listed together
_MANY_COMPARISONS = 50_000_000  # in one call of compiled code, which no signal can end

AncestorsOf = Callable[[IntArray], tuple[IntArray, IntArray]]


class NodesSearched(NamedTuple):
    """What rows are compared with, wherever that is done."""

    nodes: Candidates
    by_index: NearIndex | None  # of the nodes, where that is quicker than a loop over them
    ancestors_of: AncestorsOf  # of rows: picklable


@dataclass(frozen=True)
class RowSearch:
    """How what is near some rows is found: by an index of the nodes, or, without one, by a loop over all of them.

    It takes about as long as so many comparisons of that loop.
    """

    index: NearIndex | None
    comparisons: int


def quicker_search(
    nodes: Candidates, rows: IntArray, looks_of: Callable[[NearIndex, IntArray], tuple[int, int]]
) -> RowSearch:
    """An index of the nodes, if what is asked of the rows is found sooner with it than by a loop over all nodes.

    That is so from 20,000 nodes on, if all are rows, and if some rows that are tried look at few of them: of points
    that are nearly in order, where 30,000 take a third of the time, and 100,000 a seventh, in two to ten dimensions
    (``benchmarks/scale.py --ranks``). What is looked at is counted, not timed: the answer is the same on every machine.

    Parameters
    ----------
    nodes : Candidates
    rows : ndarray of int64
    looks_of : callable
        Gives the number of boxes and of nodes that some rows look at.
    """
    comparisons = len(rows) * len(nodes.radii)
    if len(rows) < _LEAST_ROWS or comparisons < _LEAST_COMPARISONS:
        return RowSearch(None, comparisons)
    index = near_index(nodes)
    tried = rows[:: -(-len(rows) // _TRIED_ROWS)]
    boxes, looked_at = looks_of(index, tried)
    with_index = comparisons_of(boxes, looked_at) * len(rows) // len(tried)
    return RowSearch(index, with_index) if with_index < comparisons else RowSearch(None, comparisons)


def search_for_ranks(nodes: Candidates, rows: IntArray, ancestors_of: AncestorsOf) -> RowSearch:
    """`quicker_search`, for the ranks of the ancestors of the rows."""
    return quicker_search(
        nodes, rows, lambda index, tried: rank_rows_by_index(nodes, index, tried, *ancestors_of(tried))[2:]
    )


def rank_by_index(
    nodes: Candidates, index: NearIndex, rows: IntArray, ancestors_of: AncestorsOf
) -> tuple[IntArray, FloatArray, FloatArray]:
    """How many ancestors each row has, the sum of their ranks and their average precision.

    Rows that are neighbours in the index follow each other, as they look at the same boxes.
    """
    sizes, rank_sums, precisions = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows)), np.zeros(len(rows))
    order = np.argsort(index.places[rows])
    first, step = 0, FIRST_ROWS
    while first < len(order):
        own = order[first : first + step]
        starts, ancestors = ancestors_of(rows[own])
        sizes[own] = np.diff(starts)
        rank_sums[own], precisions[own], *looks = rank_rows_by_index(nodes, index, rows[own], starts, ancestors)
        first += step
        step = next_step(step, len(ancestors), comparisons_of(*looks))
    return sizes, rank_sums, precisions


def comparisons_of(boxes: int, nodes: int) -> int:
    """Of a loop over all nodes, that take about as long as a look at so many boxes and nodes of an index."""
    return _COST_OF_BOX * boxes + _COST_OF_NODE * nodes


def next_step(step: int, pairs: int, comparisons: int = 0) -> int:
    """How many rows to look at together after so many, which had so many pairs and took so many comparisons."""
    if pairs < _MANY_PAIRS and comparisons < _MANY_COMPARISONS:
        return min(2 * step, _MOST_ROWS)
    return max(step // 2, 1)


@kernel(nogil=True)
def rank_rows_by_index(nodes, index, rows, row_starts, ancestors):  # type: ignore[no-untyped-def]
    """`nx_poincare.engine.ranking.exact.rank_rows`, with the same bits, by an index of the same nodes.

    Returns
    -------
    rank_sums, average_precisions : ndarray of float64, shape (m,)
    boxes, nodes : int
        How many were looked at.
    """
    keys, counts = sorted_keys_of_rows(nodes, rows, row_starts, ancestors), np.zeros(len(ancestors), np.int64)
    boxes, looked_at = count_near(index, nodes, rows, row_starts, keys, counts)
    rank_sums, precisions, one_key = np.zeros(len(rows)), np.zeros(len(rows)), np.empty(1)
    for i in range(len(rows)):
        own_keys, intruders = keys[row_starts[i] : row_starts[i + 1]], counts[row_starts[i] : row_starts[i + 1]]
        size = len(own_keys)
        if size == 0:
            continue
        # The query and its ancestors were counted with the others.
        sorted_keys(nodes, rows[i], rows[i : i + 1], one_key)
        if one_key[0] <= own_keys[size - 1]:
            intruders[first_not_below(own_keys, 0, size, one_key[0])] -= 1
        for j in range(size):
            intruders[first_not_below(own_keys, 0, j, own_keys[j])] -= 1
        rank_sums[i], precisions[i] = scores_of_row(intruders)
    return rank_sums, precisions, boxes, looked_at
