"""The horizon of every node: the radius around it that best parts its ancestors from all other nodes.

The nodes are sorted by the key of `nx_poincare.engine.ranking.keys`, which orders them by distance. A horizon after
some ancestor costs the ancestors that stand beyond it and the strangers that stand within; that of least cost is
taken, the farthest of several, and lies half-way to the next node. Where the plain rule, the distance to the origin
as horizon, costs no more, it stays exactly that.

What is counted on the way says how good the points are: mean rank and mean average precision, and how many ancestors
the horizons and the plain rule name, and how many of those are right.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from nx_poincare.engine.ranking.exact import ROWS_PER_BLOCK, by_some_rows
from nx_poincare.engine.ranking.gap_counts import count_nodes, gaps_of_counts
from nx_poincare.engine.ranking.gaps import TIE, Gaps
from nx_poincare.engine.ranking.keys import Candidates, keys_of_all, sorted_keys_of_rows
from nx_poincare.engine.ranking.near_horizons import gaps_by_index, search_for_horizons
from nx_poincare.engine.ranking.near_ranks import ROWS_OF_INDEX, AncestorsOf, NodesSearched, RowSearch
from nx_poincare.utils.arrays import BoolArray, FloatArray, IntArray
from nx_poincare.utils.compiled import kernel
from nx_poincare.utils.workers import Workers

__all__ = ["NO_ROWS", "Tally", "best_gaps", "gaps_of_rows", "horizon_blocks", "tally_of"]

_BEYOND = math.exp(2)  # where nothing stands beyond, the horizon is 1 farther than the last ancestor


class Tally(NamedTuple):
    """Sums over rows: how their ancestors rank, and what the horizons and the plain rule name."""

    rows: int  # with ancestors
    pairs: int
    rank_sum: float
    precision_sum: float
    named: int
    right: int
    named_by_plain_rule: int
    right_by_plain_rule: int

    def __add__(self, other: Tally) -> Tally:  # type: ignore[override]
        return Tally._make(a + b for a, b in zip(self, other, strict=True))


NO_ROWS = Tally(0, 0, 0.0, 0.0, 0, 0, 0, 0)


def tally_of(row_starts: IntArray, gaps: Gaps) -> Tally:
    """Sums over the rows of `best_gaps`, whose ancestors have these offsets."""
    right, others, right_by_plain_rule, others_by_plain_rule = gaps.counts.sum(axis=0).tolist()
    return Tally(
        int(np.count_nonzero(np.diff(row_starts))),
        int(row_starts[-1] - row_starts[0]),
        float(gaps.rank_sums.sum()),
        float(gaps.precisions.sum()),
        right + others,
        right,
        right_by_plain_rule + others_by_plain_rule,
        right_by_plain_rule,
    )


def horizon_blocks(
    nodes: Candidates,
    rows: IntArray,
    ancestors_of: AncestorsOf,
    workers: Workers,
    search: RowSearch | None = None,
) -> Iterator[tuple[IntArray, FloatArray, Tally]]:
    """Rows, their horizons, hyperbolic distances, and sums over them, a block at a time, several at once.

    ``ancestors_of`` gives the offsets and ancestors of a block of rows. Blocks come in order, and do not depend on
    where the work is done. ``search`` is that of
    `nx_poincare.engine.ranking.near_horizons.search_for_horizons`, where it is known.
    """
    index = (search or search_for_horizons(nodes, rows, ancestors_of)).index
    rows_of_task = ROWS_PER_BLOCK if index is None else ROWS_OF_INDEX
    searched = workers.keep(NodesSearched(nodes, index, ancestors_of))
    parts = (rows[first : first + rows_of_task] for first in range(0, len(rows), rows_of_task))
    for blocks in workers.results(_fitted, ((searched, own) for own in parts)):
        yield from blocks


def _fitted(searched: NodesSearched, rows: IntArray) -> list[tuple[IntArray, FloatArray, Tally]]:
    """Horizons of blocks of some rows, and sums over each block."""
    nodes, index, ancestors_of = searched
    if index is None:
        starts, ancestors = ancestors_of(rows)
        gaps = gaps_of_rows(nodes, rows, starts, ancestors)
    else:
        starts, gaps = gaps_by_index(nodes, index, rows, ancestors_of)
    fitted = _horizons(nodes.radii[rows], gaps)
    blocks = [slice(first, first + ROWS_PER_BLOCK) for first in range(0, len(rows), ROWS_PER_BLOCK)]
    return [
        (rows[block], fitted[block], tally_of(starts[block.start : block.stop + 1], gaps.take(block)))
        for block in blocks
    ]


def _horizons(radii: FloatArray, gaps: Gaps) -> FloatArray:
    """Distances half-way between two keys; 0 where the inner one is 0, the radius where the plain rule stays."""
    inner, outer, is_plain = gaps[:3]
    middle = (_distances(inner, radii) + _distances(np.minimum(outer, inner * _BEYOND), radii)) / 2
    return np.where(is_plain, radii, np.where(inner == 0, 0.0, middle))


def _distances(keys: FloatArray, radii: FloatArray) -> FloatArray:
    """The distances d of keys cosh d / cosh r, where they are not 0."""
    with np.errstate(divide="ignore"):
        log_cosh = np.maximum(np.log(keys) + radii + np.log1p(np.exp(-2 * radii)) - np.log(2), 0.0)
    return np.asarray(log_cosh + np.log1p(np.sqrt(-np.expm1(-2 * log_cosh))), dtype=np.float64)


def gaps_of_rows(nodes: Candidates, rows: IntArray, row_starts: IntArray, ancestors: IntArray) -> Gaps:
    """`best_gaps`, in calls of which none lets a signal wait for long."""
    return Gaps(*by_some_rows(best_gaps, nodes, rows, row_starts, ancestors))


def _best_gaps_by_arrays(
    nodes: Candidates, rows: IntArray, row_starts: IntArray, ancestors: IntArray
) -> tuple[FloatArray, FloatArray, BoolArray, FloatArray, FloatArray, IntArray]:
    """`best_gaps`, by operations on whole arrays in the same order, so with the same bits."""
    inner, outer = np.zeros(len(rows)), np.full(len(rows), np.inf)
    is_plain = np.zeros(len(rows), dtype=np.bool_)
    rank_sums, precisions, counts = np.zeros(len(rows)), np.zeros(len(rows)), np.zeros((len(rows), 4), dtype=np.int64)
    for i, u in enumerate(rows.tolist()):
        own = ancestors[row_starts[i] : row_starts[i + 1]]
        keys = keys_of_all(nodes, u)
        in_half_space = (keys < 1) | ((nodes.radii == 0) & (nodes.radii[u] > 0))
        in_half_space[u] = False
        own_keys = np.sort(keys[own])
        right = int(in_half_space[own].sum())
        strangers = int(in_half_space.sum()) - right
        keys[own] = keys[u] = np.inf
        others = np.append(np.sort(keys), np.inf)
        nearer = np.searchsorted(others, own_keys, side="right")
        beyond = np.minimum(np.append(own_keys[1:], np.inf), others[nearer])
        places = np.arange(1, len(own) + 1)
        costs = np.where(beyond > own_keys * TIE, len(own) - places + nearer, len(nodes.radii))
        least = costs.min(initial=len(own))
        is_plain[i] = len(own) - right + strangers <= least
        best = np.flatnonzero(costs == least)
        within = (right, strangers) if is_plain[i] else (0, 0)
        if not is_plain[i] and len(best):
            inner[i], outer[i] = own_keys[best[-1]], beyond[best[-1]]
            within = places[best[-1]], nearer[best[-1]]
        counts[i] = *within, right, strangers
        if len(own):
            rank_sums[i] = (1 + nearer).sum()
            precisions[i] = np.cumsum(places / (places + nearer))[-1] / len(own)
    return inner, outer, is_plain, rank_sums, precisions, counts


def _work_by_arrays(nodes: Candidates, rows: IntArray, *_: Any) -> int:
    """About how long `_best_gaps_by_arrays` takes, in steps of an interpreted loop."""
    return len(rows) * (20 + nodes.directions.size // 500)


@kernel(work=_work_by_arrays, interpreted=_best_gaps_by_arrays, nogil=True)
def best_gaps(nodes, rows, row_starts, ancestors):  # type: ignore[no-untyped-def]
    """The keys between which the best horizon of each row lies, and whether the plain rule is as good.

    Parameters
    ----------
    nodes : Candidates
    rows : ndarray of int64, shape (m,)
    row_starts : ndarray of int64, shape (m + 1,)
        The ancestors of ``rows[i]`` are ``ancestors[row_starts[i]:row_starts[i + 1]]``.

    Returns
    -------
    tuple
        The arrays of `Gaps`.
    """
    own_keys = sorted_keys_of_rows(nodes, rows, row_starts, ancestors)
    intruders, nearest = np.zeros(len(ancestors) + len(rows), np.int64), np.empty(len(ancestors) + len(rows))
    nearest[:] = np.inf
    counts = np.zeros((len(rows), 4), np.int64)
    count_nodes(nodes, 0, rows, row_starts, ancestors, own_keys, intruders, nearest, counts)
    inner, outer, is_plain, rank_sums, precisions = gaps_of_counts(row_starts, own_keys, intruders, nearest, counts)
    return inner, outer, is_plain, rank_sums, precisions, counts
