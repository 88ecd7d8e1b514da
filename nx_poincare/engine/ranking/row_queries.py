"""The ancestors, the descendants and the neighbours of one row after the other: what single questions ask for.

A question compares a row with all others. Once as many rows were compared as an index costs, one is built, and every
further question looks at what is near. Answers are the same bit for bit: the index only says which rows need a look.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np

from nx_poincare.engine.ranking.keys import candidates, one_minus_tanh
from nx_poincare.engine.ranking.near_index import NearIndex, keys_of_leaf, least_key, list_near, near_index
from nx_poincare.engine.ranking.order import (
    SLACK,
    OrderedPoints,
    ancestors_of_row,
    are_ancestors,
    descendants_of_row,
    limits_of_horizons,
)
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.compiled import kernel

__all__ = ["RowQueries"]

_LEAST_ROWS = 4000  # below, a question takes no longer than a look into an index
_MOST_COMPARISONS = 50_000_000  # about two seconds: also loading or compiling the search must be worth it
_COST_OF_INDEX = 25  # in questions that compare all rows
_LARGEST_RADIUS = 300.0  # beyond, keys leave float64


class _LimitsByBox(NamedTuple):
    """What descendants are told by: the horizons of all rows, as keys, and 1 - tanh r, by place in the index."""

    limits: FloatArray  # (n,)
    shorts: FloatArray  # (n,)
    largest_limits: FloatArray  # (boxes,)
    least_shorts: FloatArray  # (boxes,)
    largest_shorts: FloatArray  # (boxes,)


class RowQueries:
    """Questions to points with horizons.

    Parameters
    ----------
    points : OrderedPoints

    Examples
    --------
    >>> points = OrderedPoints(np.array([[1.0, 0], [1, 0], [-1, 0]]), np.array([0.0, 30, 30]))
    >>> queries = RowQueries(points)
    >>> queries.ancestors(1), queries.descendants(0), queries.may_be_nearest(points.directions[1], 30.0, 2)
    (array([0]), array([1, 2]), None)
    """

    def __init__(self, points: OrderedPoints) -> None:
        self._points = points
        self._compared = 0
        self._index: NearIndex | None = None
        self._limits_by_box: _LimitsByBox | None = None

    def ancestors(self, row: int) -> IntArray:
        """Rows of the ancestors of a row, the smallest radius first."""
        if (index := self._index_if_worth_it()) is None:
            return ancestors_of_row(self._points, row)
        limit = limits_of_horizons(self._points, np.array([row]))[0]
        rows = _rows_within(index, self._points.directions[row], self._points.radii[row], limit)
        return self._by_radius(rows[are_ancestors(self._points, rows, np.full(len(rows), row)) & (rows != row)])

    def descendants(self, row: int) -> IntArray:
        """Rows of the descendants of a row, the smallest radius first."""
        if (index := self._index_if_worth_it()) is None:
            return descendants_of_row(self._points, row)
        if self._limits_by_box is None:
            self._limits_by_box = _limits_by_box(index, self._points)
        radius = self._points.radii[row]
        terms = np.exp(radius) / 2, np.exp(-radius) / 2, np.sinh(radius) / 2
        rows = np.sort(_rows_that_see(index, *self._limits_by_box, self._points.directions[row], *terms))
        return self._by_radius(rows[are_ancestors(self._points, np.full(len(rows), row), rows) & (rows != row)])

    def may_be_nearest(self, direction: FloatArray, radius: float, count: int) -> IntArray | None:
        """Rows, ascending, among which are the nearest to a point, so many; None: any may be.

        Ties are all among them.
        """
        if (index := self._index_if_worth_it()) is None or count >= len(self._points.radii):
            return None
        limit = _largest_of_least_keys(index, direction, one_minus_tanh(radius), count)
        return _rows_within(index, direction, radius, limit * SLACK)

    def may_be_within(self, direction: FloatArray, radius: float, row: int) -> IntArray | None:
        """Rows, ascending, among which are all that are nearer to a point than a row is; None: any may be."""
        if (index := self._index_if_worth_it()) is None:
            return None
        own = candidates(self._points.directions[[row]], self._points.radii[[row]])
        short = one_minus_tanh(radius)
        gap = np.sum((own.directions[:, 0] - direction) ** 2)
        key = own.half_exp_radius * short + own.half_exp_minus_radius * (2 - short)
        key += (1 - short) * own.half_sinh_radius * gap
        return _rows_within(index, direction, radius, key[0] * SLACK)

    def _index_if_worth_it(self) -> NearIndex | None:
        n = len(self._points.radii)
        if self._index is None:
            self._compared += n
            if n < _LEAST_ROWS or self._compared < max(_COST_OF_INDEX * n, _MOST_COMPARISONS):
                return None
            if self._points.radii.max() > _LARGEST_RADIUS:
                return None
            self._index = near_index(candidates(self._points.directions, self._points.radii))
        return self._index

    def _by_radius(self, rows: IntArray) -> IntArray:
        return rows[np.argsort(self._points.radii[rows], kind="stable")]


def _rows_within(index: NearIndex, direction: FloatArray, radius: float, limit: float) -> IntArray:
    """The rows whose key is not above a limit, ascending."""
    found, count = list_near(index, direction, one_minus_tanh(radius), limit, np.empty(64, dtype=np.int64), 0)
    return np.sort(found[:count])


def _limits_by_box(index: NearIndex, points: OrderedPoints) -> _LimitsByBox:
    limits = limits_of_horizons(points, index.nodes)
    shorts = 2 / (1 + np.exp(2 * points.radii[index.nodes]))
    return _LimitsByBox(
        limits,
        shorts,
        _of_boxes(np.maximum, index, limits),
        _of_boxes(np.minimum, index, shorts),
        _of_boxes(np.maximum, index, shorts),
    )


def _of_boxes(reduced: np.ufunc, index: NearIndex, values: FloatArray) -> FloatArray:
    """One number for each box, from those of the rows in it, which are given by place."""
    ends = np.stack([index.firsts, index.ends], axis=1).ravel()
    return np.asarray(reduced.reduceat(np.append(values, values[-1]), ends)[::2], dtype=np.float64)


@kernel(nogil=True)
def _rows_that_see(  # type: ignore[no-untyped-def]
    index, limits, shorts, largest_limits, least_shorts, largest_shorts, at, half_exp, half_exp_minus, half_sinh
):
    """The rows within whose limit a point stands, in no particular order."""
    found = np.empty(64, np.int64)
    count, box = 0, 0
    while box < len(index.skips):
        gap = 0.0
        for k in range(len(at)):
            step = max(index.bounds[box, k] - at[k], at[k] - index.bounds[box, len(at) + 3 + k], 0.0)
            gap += step * step
        key = half_exp * least_shorts[box] + half_exp_minus * (2 - largest_shorts[box])
        if key + (1 - largest_shorts[box]) * half_sinh * gap > largest_limits[box]:
            box = index.skips[box]
            continue
        first, end, leaf = index.firsts[box], index.ends[box], index.leaves[box]
        box += 1
        if leaf < 0:
            continue
        if count + end - first > len(found):
            larger = np.empty(2 * (count + end - first), np.int64)
            larger[:count] = found[:count]
            found = larger
        for j in range(first, end):
            gap = 0.0
            for k in range(len(at)):
                step = index.terms[leaf, k, j - first] - at[k]
                gap += step * step
            key = half_exp * shorts[j] + half_exp_minus * (2 - shorts[j]) + (1 - shorts[j]) * half_sinh * gap
            if key <= limits[j]:
                found[count] = index.nodes[j]
                count += 1
    return found[:count]


@kernel(nogil=True)
def _largest_of_least_keys(index, at, short, count):  # type: ignore[no-untyped-def]
    """The largest of so many least keys of all nodes; the boxes with the least bounds are opened first."""
    t = 1 - short
    keys = np.empty(index.terms.shape[2])
    boxes = [(0.0, 0) for _ in range(0)]
    kept = [0.0 for _ in range(0)]  # their negatives, as the largest must be at hand
    box = 0
    while box < len(index.skips):
        heappush(boxes, (least_key(index.bounds, box, at, short, t), box))
        box = index.skips[box]
    while len(boxes) > 0:
        least, box = heappop(boxes)
        if len(kept) == count and least > -kept[0]:
            break
        leaf = index.leaves[box]
        if leaf < 0:
            for part in (box + 1, index.skips[box + 1]):
                heappush(boxes, (least_key(index.bounds, part, at, short, t), part))
            continue
        keys_of_leaf(index.terms[leaf], at, short, t, keys)
        for key in keys[: index.ends[box] - index.firsts[box]]:
            if len(kept) < count:
                heappush(kept, -key)
            elif key < -kept[0]:
                heappop(kept)
                heappush(kept, -key)
    return -kept[0]
