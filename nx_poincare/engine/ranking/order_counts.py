"""How many of the pairs that an order names are true, counted a block of rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from nx_poincare.engine.ranking.keys import Candidates, candidates
from nx_poincare.engine.ranking.near_index import NearIndex
from nx_poincare.engine.ranking.near_ranks import ROWS_OF_INDEX, AncestorsOf, next_step
from nx_poincare.engine.ranking.order import OrderedPoints, index_for_pairs, related_pairs, rows_per_block
from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.workers import Workers

__all__ = ["OrderCounts", "order_count_blocks"]


class OrderCounts(NamedTuple):
    """Counts over a block of rows."""

    rows: int
    pairs: int  # true ones
    by_rule: IntArray  # pairs named, true ones among these, and rows whose pairs are exactly right, by rule: (r, 3)


class _OrderSearched(NamedTuple):
    """What rows are compared with, wherever that is done."""

    rules: tuple[OrderedPoints, ...]
    nodes: Candidates
    by_index: NearIndex | None
    ancestors_of: AncestorsOf


def order_count_blocks(
    rules: tuple[OrderedPoints, ...], rows: IntArray, ancestors_of: AncestorsOf, workers: Workers
) -> Iterator[OrderCounts]:
    """Count the pairs of rows by several rules, a block at a time, several at once; blocks come in order.

    Parameters
    ----------
    rules : tuple of OrderedPoints
        The same points, with different horizons.
    rows : ndarray of int64
        Descendants.
    ancestors_of : callable
        Gives the offsets and true ancestors of some rows.
    workers : Workers
    """
    nodes = candidates(rules[0].directions, rules[0].radii)
    index = index_for_pairs(rules[0], nodes, rows)
    step = rows_per_block(len(rules[0].radii)) if index is None else ROWS_OF_INDEX
    searched = workers.keep(_OrderSearched(rules, nodes, index, ancestors_of))
    parts = (rows[first : first + step] for first in range(0, len(rows), step))
    return workers.results(_counted, ((searched, own) for own in parts))


def _counted(searched: _OrderSearched, rows: IntArray) -> OrderCounts:
    """Counts of some rows, of which all pairs fit in memory, or of many in smaller blocks."""
    if searched.by_index is None:
        return _count_block(searched, rows)
    n = len(searched.nodes.radii)
    pairs, totals = 0, np.zeros((len(searched.rules), 3), dtype=np.int64)
    first, step = 0, rows_per_block(n)
    while first < len(rows):
        found = _count_block(searched, rows[first : first + step])
        pairs += found.pairs
        totals += found.by_rule
        first += step
        step = next_step(step, found.pairs + int(found.by_rule[:, 0].max()))
    return OrderCounts(len(rows), pairs, totals)


def _count_block(searched: _OrderSearched, rows: IntArray) -> OrderCounts:
    rules, nodes, index, ancestors_of = searched
    n, m = len(nodes.radii), len(rows)
    starts, ancestors = ancestors_of(rows)
    sizes = np.diff(starts)
    true = np.sort(np.repeat(np.arange(m), sizes) * n + ancestors)
    place = np.empty(n, dtype=np.int64)
    place[rows] = np.arange(m)
    counts = []
    for points in rules:
        descendants, named = related_pairs(points, nodes, rows, index)
        own = place[descendants]
        pairs = own * n + named
        right = np.append(true, -1)[np.searchsorted(true, pairs)] == pairs
        named_of, right_of = (np.bincount(part, minlength=m) for part in (own, own[right]))
        exact = (named_of == sizes) & (right_of == sizes)
        counts.append([len(named), int(right.sum()), int(exact.sum())])
    return OrderCounts(m, len(ancestors), np.array(counts, dtype=np.int64))
