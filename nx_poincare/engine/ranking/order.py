r"""The order that points give by themselves: a node's ancestors are the nodes within its horizon.

Every node u has a *horizon*, a radius around it: v is an ancestor of u if d(u, v) < horizon of u. Where the horizon
is :math:`r_u`, the distance to the origin, that is the test with half-spaces of
`nx_poincare.engine.geometry.half_spaces`, in which a point at the origin is above all others: the *plain rule*.
Elsewhere the key of `nx_poincare.engine.ranking.exact` is compared with that of the horizon,

.. math:: K_{uv} = \frac{\cosh d(u, v)}{\cosh r_u} < \frac{\cosh h_u}{\cosh r_u},

which stays exact where distances reach 60 and more: an error of one unit in the last place of the distance, 7e-15,
changes the key by as small a part.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_array

from nx_poincare.engine.geometry.half_spaces import highest, is_above, lowest
from nx_poincare.engine.ranking.keys import (
    NODES_TOGETHER,
    ROWS_TOGETHER,
    Candidates,
    candidates,
    keys_of_all,
    keys_of_part,
    one_minus_tanh,
)
from nx_poincare.engine.ranking.near_counts import count_near
from nx_poincare.engine.ranking.near_index import NearIndex, list_near
from nx_poincare.engine.ranking.near_ranks import next_step, quicker_search
from nx_poincare.utils.arrays import BoolArray, FloatArray, IntArray
from nx_poincare.utils.compiled import kernel

__all__ = [
    "SLACK",
    "OrderedPoints",
    "ancestors_of_row",
    "are_ancestors",
    "descendants_of_row",
    "highest_rows",
    "index_for_pairs",
    "is_ancestor",
    "limits_of_horizons",
    "lowest_row",
    "lowest_rows",
    "order_of_points",
    "related_pairs",
    "rows_per_block",
]

_MOST_PAIRS_OF_BLOCK = 16_000_000
_PAIRS_TOGETHER = 100_000
SLACK = 1 + 1e-6  # of keys, for pairs that are looked at closely
_WIDEST_FIRST = 64


class OrderedPoints(NamedTuple):
    """Points with their horizons.

    Attributes
    ----------
    directions : ndarray of float64, shape (n, dim)
    radii : ndarray of float64, shape (n,)
    horizons : ndarray of float64, shape (n,), or None
        Hyperbolic distances; None, or a horizon that equals the radius, means the plain rule.
    """

    directions: FloatArray
    radii: FloatArray
    horizons: FloatArray | None = None

    def take(self, rows: IntArray) -> OrderedPoints:
        """The points of some rows."""
        horizons = None if self.horizons is None else self.horizons[rows]
        return OrderedPoints(self.directions[rows], self.radii[rows], horizons)


def is_ancestor(
    directions_v: FloatArray, radii_v: Any, directions_u: FloatArray, radii_u: Any, horizons_u: Any = None
) -> Any:
    """Whether v stands within the horizon of u, elementwise.

    Parameters
    ----------
    directions_v, directions_u : ndarray of float64, shape (..., dim)
    radii_v, radii_u : ndarray of float64, shape (...)
    horizons_u : ndarray of float64, shape (...), optional
        Default: the plain rule.

    Examples
    --------
    >>> is_ancestor(np.array([1.0, 0]), 2.0, np.array([0.0, 1]), 3.0), is_ancestor(
    ...     np.array([1.0, 0]), 2.0, np.array([0.0, 1]), 3.0, 4.8
    ... )
    (np.False_, np.True_)
    """
    by_half_space = is_above(directions_v, radii_v, directions_u, radii_u)
    if horizons_u is None or np.array_equal(horizons_u, radii_u):
        return by_half_space
    gap = directions_u - directions_v
    within = _keys(np.sum(gap * gap, axis=-1), radii_v, radii_u) < _key_of_horizon(horizons_u, radii_u)
    return np.where(horizons_u == radii_u, by_half_space, within)[()]


def ancestors_of_row(points: OrderedPoints, row: int) -> IntArray:
    """Rows of the ancestors of a row, the smallest radius first."""
    horizon = None if points.horizons is None else points.horizons[row]
    found = is_ancestor(points.directions, points.radii, points.directions[row], points.radii[row], horizon)
    return _by_radius(found, points.radii, row)


def descendants_of_row(points: OrderedPoints, row: int) -> IntArray:
    """Rows of the descendants of a row, the smallest radius first."""
    found = is_ancestor(points.directions[row], points.radii[row], *points)
    return _by_radius(found, points.radii, row)


def lowest_rows(points: OrderedPoints, rows: IntArray) -> IntArray:
    """Those of the rows that are ancestors of none of the others, the largest radius first.

    Of two that are ancestors of each other, the one with the larger radius counts as lower, and so does the one with
    the largest where all go round in circles.
    """
    if points.horizons is None:
        return lowest(points.directions, points.radii, rows)
    ordered = rows[np.argsort(-points.radii[rows], kind="stable")]
    own = points.take(ordered)
    order = order_of_points(own)
    mutual = order.multiply(order.T).tocoo()
    counts = np.bincount(order.indices, minlength=len(ordered))
    tied = mutual.col < mutual.row  # the ancestor is the lower one of the two: not counted
    counts -= np.bincount(mutual.col[tied], minlength=len(ordered))
    return ordered[:1] if counts.all() else ordered[counts == 0]


def lowest_row(points: OrderedPoints, rows: IntArray) -> int:
    """The first of `lowest_rows`: next to always the row with the largest radius, so that few pairs are compared."""
    ordered = rows[np.argsort(-points.radii[rows], kind="stable")]
    if points.horizons is None:
        return int(ordered[0])
    places = np.arange(len(ordered))
    for place, row in enumerate(ordered.tolist()):
        own = np.full(len(ordered), row)
        is_above_it = are_ancestors(points, own, ordered) & (places != place)
        is_tie = are_ancestors(points, ordered, own) & (place < places)
        if not np.any(is_above_it & ~is_tie):
            return int(row)
    return int(ordered[0])


def highest_rows(points: OrderedPoints, rows: IntArray) -> IntArray:
    """Those of the rows that have none of the others for an ancestor, the smallest radius first.

    Of two that are ancestors of each other, the one with the smaller radius counts as higher, and so does the one with
    the smallest where all go round in circles.
    """
    if points.horizons is None:
        return highest(points.directions, points.radii, rows)
    ordered = rows[np.argsort(points.radii[rows], kind="stable")]
    own = points.take(ordered)
    left = np.arange(len(ordered))
    for first in range(min(_WIDEST_FIRST, len(ordered))):  # below these stand nearly all
        left = left[~_is_strictly_above(own, np.full(len(left), first), left)]
    above, below = _pairs_of_rows(own, left)
    hidden = below[_is_strictly_above(own, above, below)]
    found = ordered[np.setdiff1d(left, hidden)]
    return found if len(found) else ordered[:1]


def _is_strictly_above(points: OrderedPoints, above: IntArray, below: IntArray) -> BoolArray:
    """Whether one row, by rows that are sorted by radius, is a higher ancestor of the other."""
    there = are_ancestors(points, above, below) & (above != below)
    back = are_ancestors(points, below, above)
    return np.asarray(there & ~(back & (below < above)), dtype=np.bool_)


def are_ancestors(points: OrderedPoints, above: IntArray, below: IntArray) -> BoolArray:
    """`is_ancestor` of pairs of rows, some at a time."""
    found = np.zeros(len(above), dtype=np.bool_)
    for first in range(0, len(above), _PAIRS_TOGETHER):
        v, u = above[first : first + _PAIRS_TOGETHER], below[first : first + _PAIRS_TOGETHER]
        horizons = None if points.horizons is None else points.horizons[u]
        found[first : first + _PAIRS_TOGETHER] = is_ancestor(
            points.directions[v], points.radii[v], points.directions[u], points.radii[u], horizons
        )
    return found


def _pairs_of_rows(points: OrderedPoints, rows: IntArray) -> tuple[IntArray, IntArray]:
    """All pairs (ancestor, descendant) of the given descendants."""
    nodes, step = candidates(points.directions, points.radii), rows_per_block(len(points.radii))
    index = index_for_pairs(points, nodes, rows)
    found, first = [], 0
    while first < len(rows):
        found.append(related_pairs(points, nodes, rows[first : first + step], index))
        first += step
        step = step if index is None else next_step(step, len(found[-1][0]))
    none = np.zeros(0, dtype=np.int64)
    above = np.concatenate([none, *(ancestors for _, ancestors in found)])
    below = np.concatenate([none, *(descendants for descendants, _ in found)])
    return above, below


def order_of_points(points: OrderedPoints) -> csr_array:
    """The whole order as a boolean CSR array: row descendant, column ancestor."""
    n = len(points.radii)
    ancestors, descendants = _pairs_of_rows(points, np.arange(n))
    starts = np.concatenate([[0], np.cumsum(np.bincount(descendants, minlength=n))])
    return csr_array((np.ones(len(ancestors), dtype=np.bool_), ancestors, starts), shape=(n, n))


def rows_per_block(n: int) -> int:
    """For how many of n rows all pairs fit in memory, should all be found."""
    return max(ROWS_TOGETHER, min(256, _MOST_PAIRS_OF_BLOCK // max(n, 1)))


def index_for_pairs(points: OrderedPoints, nodes: Candidates, rows: IntArray) -> NearIndex | None:
    """An index with which `related_pairs` finds those of the rows sooner; None if there is no such."""
    return quicker_search(
        nodes, rows, lambda index, tried: _looks_at(nodes, index, tried, limits_of_horizons(points, tried))
    ).index


def related_pairs(
    points: OrderedPoints, nodes: Candidates, rows: IntArray, index: NearIndex | None = None
) -> tuple[IntArray, IntArray]:
    """All pairs (descendant, ancestor) of a block of rows; nobody is an ancestor of itself.

    They come in the order of the rows, and for each row ascending.

    Parameters
    ----------
    points : OrderedPoints
    nodes : Candidates
        The same points, for the loop over all pairs.
    rows : ndarray of int64
        Descendants, at most about as many as `rows_per_block` says.
    index : NearIndex, optional
        Of the same nodes; the pairs are the same.
    """
    limits = limits_of_horizons(points, rows)
    if index is None:
        places, found = _near_pairs(nodes, rows, limits)
    else:
        places, found = _near_pairs_by_index(nodes, index, rows, limits)
    by_row = np.lexsort((found, places))
    descendants, ancestors = rows[places[by_row]], found[by_row]
    kept = are_ancestors(points, ancestors, descendants) & (ancestors != descendants)
    return descendants[kept], ancestors[kept]


def limits_of_horizons(points: OrderedPoints, rows: IntArray) -> FloatArray:
    """The keys beyond which no ancestors of the rows are."""
    radii = points.radii[rows]
    limits = np.ones(len(rows)) if points.horizons is None else _key_of_horizon(points.horizons[rows], radii)
    if points.horizons is not None:
        limits[points.horizons[rows] == radii] = 1.0
    return np.asarray(limits * SLACK, dtype=np.float64)


def _keys(squared_gaps: Any, radii_v: Any, radii_u: Any) -> Any:
    """The key K of pairs, from the squared distances of their directions."""
    short = 2 / (1 + np.exp(np.minimum(2 * radii_u, 700.0)))
    t = 1 - short
    return np.exp(radii_v) / 2 * short + np.exp(-radii_v) / 2 * (1 + t) + t * (np.sinh(radii_v) / 2) * squared_gaps


def _key_of_horizon(horizons: Any, radii: Any) -> Any:
    """cosh h / cosh r; 0 for a horizon of 0, within which nothing stands."""
    keys = np.exp(horizons - radii) * (1 + np.exp(-2 * horizons)) / (1 + np.exp(-2 * radii))
    return np.where(horizons == 0, 0.0, keys)


def _by_radius(found: Any, radii: FloatArray, row: int) -> IntArray:
    found[row] = False
    rows = np.flatnonzero(found)
    return rows[np.argsort(radii[rows], kind="stable")]


def _near_pairs_by_arrays(nodes: Candidates, rows: IntArray, limits: FloatArray) -> tuple[IntArray, IntArray]:
    """`_near_pairs`, by operations on whole arrays, in another order."""
    found = [np.zeros(0, dtype=np.int64)]
    counts = []
    for u, limit in zip(rows.tolist(), limits.tolist(), strict=True):
        found.append(np.flatnonzero(keys_of_all(nodes, u) <= limit))
        counts.append(len(found[-1]))
    return np.repeat(np.arange(len(rows)), counts), np.concatenate(found)


def _work_by_arrays(nodes: Candidates, rows: IntArray, *_: Any) -> int:
    """About how long `_near_pairs_by_arrays` takes, in steps of an interpreted loop."""
    return len(rows) * (5 + nodes.directions.size // 500)


@kernel(work=_work_by_arrays, interpreted=_near_pairs_by_arrays, nogil=True)
def _near_pairs(nodes, rows, limits):  # type: ignore[no-untyped-def]
    """Pairs (place in rows, node) whose key is not above the limit of the row, in no particular order."""
    n = len(nodes.radii)
    keys = np.empty(NODES_TOGETHER)
    capacity = 16 * len(rows) + NODES_TOGETHER
    places, found = np.empty(capacity, np.int64), np.empty(capacity, np.int64)
    count = 0
    for begin in range(0, len(rows), ROWS_TOGETHER):
        for first in range(0, n, NODES_TOGETHER):
            for i in range(begin, min(begin + ROWS_TOGETHER, len(rows))):
                size = min(NODES_TOGETHER, n - first)
                hits = keys_of_part(nodes, rows[i], first, limits[i], keys)
                if hits == 0:
                    continue
                if count + hits > len(found):
                    capacity = 2 * (count + hits)
                    more_places, more_found = np.empty(capacity, np.int64), np.empty(capacity, np.int64)
                    for j in range(count):
                        more_places[j], more_found[j] = places[j], found[j]
                    places, found = more_places, more_found
                for j in range(size):
                    if keys[j] <= limits[i]:
                        places[count], found[count] = i, first + j
                        count += 1
    return places[:count], found[:count]


@kernel(nogil=True)
def _near_pairs_by_index(nodes, index, rows, limits):  # type: ignore[no-untyped-def]
    """`_near_pairs`, in another order."""
    at = np.empty(len(nodes.directions))
    counts, found = np.empty(len(rows), np.int64), np.empty(32 * len(rows), np.int64)
    count = 0
    for i in range(len(rows)):
        before = count
        at[:] = nodes.directions[:, rows[i]]
        found, count = list_near(index, at, one_minus_tanh(nodes.radii[rows[i]]), limits[i], found, count)
        counts[i] = count - before
    return np.repeat(np.arange(len(rows)), counts), found[:count]


@kernel(nogil=True)
def _looks_at(nodes, index, rows, limits):  # type: ignore[no-untyped-def]
    """How many boxes and nodes `_near_pairs_by_index` looks at."""
    return count_near(index, nodes, rows, np.arange(len(rows) + 1), limits, np.zeros(len(rows), np.int64))
