"""How many of the pairs that an order names are true, counted a block of rows at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from nx_poincare.engine.ranking.confidence import NamedRows
from nx_poincare.engine.ranking.keys import Candidates, candidates
from nx_poincare.engine.ranking.near_index import NearIndex
from nx_poincare.engine.ranking.near_ranks import ROWS_OF_INDEX, AncestorsOf, next_step
from nx_poincare.engine.ranking.order import OrderedPoints, index_for_pairs, related_pairs, rows_per_block
from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.workers import Workers

__all__ = ["OrderCounts", "named_rows", "order_count_blocks"]


class OrderCounts(NamedTuple):
    """Of each of some rows, how many ancestors it has, and by rule how many nodes are named and how many are right."""

    sizes: IntArray  # (m,)
    named: IntArray  # (rules, m)
    right: IntArray  # (rules, m)


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


def named_rows(parts: Sequence[OrderCounts], rules: int) -> list[NamedRows]:
    """The counts of all rows by each of so many rules."""
    nothing = OrderCounts(*(np.zeros(shape, dtype=np.int64) for shape in (0, (rules, 0), (rules, 0))))
    sizes, named, right = _joined([nothing, *parts])
    return [NamedRows(sizes, named[rule], right[rule]) for rule in range(rules)]


def _joined(parts: Sequence[OrderCounts]) -> OrderCounts:
    return OrderCounts(*(np.concatenate(columns, axis=-1) for columns in zip(*parts, strict=True)))


def _counted(searched: _OrderSearched, rows: IntArray) -> OrderCounts:
    """Counts of some rows, of which all pairs fit in memory, or of many in smaller blocks."""
    if searched.by_index is None:
        return _count_block(searched, rows)
    n, parts = len(searched.nodes.radii), []
    first, step = 0, rows_per_block(n)
    while first < len(rows):
        found = _count_block(searched, rows[first : first + step])
        parts.append(found)
        first += step
        step = next_step(step, int(found.sizes.sum() + found.named.sum(axis=1).max()))
    return _joined(parts)


def _count_block(searched: _OrderSearched, rows: IntArray) -> OrderCounts:
    rules, nodes, index, ancestors_of = searched
    n, m = len(nodes.radii), len(rows)
    starts, ancestors = ancestors_of(rows)
    sizes = np.diff(starts)
    true = np.sort(np.repeat(np.arange(m), sizes) * n + ancestors)
    place = np.empty(n, dtype=np.int64)
    place[rows] = np.arange(m)
    named_by_rule, right_by_rule = [], []
    for points in rules:
        descendants, named = related_pairs(points, nodes, rows, index)
        own = place[descendants]
        pairs = own * n + named
        right = np.append(true, -1)[np.searchsorted(true, pairs)] == pairs
        named_by_rule.append(np.bincount(own, minlength=m))
        right_by_rule.append(np.bincount(own[right], minlength=m))
    return OrderCounts(sizes, np.stack(named_by_rule), np.stack(right_by_rule))
