r"""What nested arcs cost: mean rank and mean average precision of a placement, row by row.

With :math:`e_v = \tan^2(w_v / 2) = e^{-r_v}` for the arc of v and

.. math:: A_{uv} = \sigma_u / 2 + (1 - \sigma_u) \sin^2(\delta_{uv} / 2),
    \qquad \sigma_u = 2 / (1 + e^{2 r_u}),

where :math:`\delta_{uv}` is the angle between u and v, the nodes seen from u are in the order of

.. math:: K_{uv} = A_{uv} / e_v + (1 - A_{uv})\, e_v,

the key of `nx_poincare.engine.ranking.exact` in two dimensions; 1 is the origin's. An ancestor costs
the nodes with smaller keys that are no ancestors (*intruders*). Only few pairs are looked at: the
arcs of inner nodes near the rows that miss no ancestor, all inner nodes for the others, and leaves
outwards from each row as far as they can matter.
"""

from __future__ import annotations

import math

import numpy as np

from nx_poincare.engine.cones.arcs.keys import Descendants, Points, Rows, angular_term_of, key_of
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.spanning_tree import SpanningTree
from nx_poincare.engine.dag.tree_sums import depths
from nx_poincare.engine.ranking.sorting import first_not_below, sort_by_key
from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.compiled import kernel

__all__ = ["ArcCosts"]

_MOST_LEAVES = 8_000  # looked at on either side of a row
_ORIGIN_KEY = 1 + 1e-9
_BLOCK = 128  # rows looked at together
_WIDE_ROW = 1e-4  # rows with a larger share of sigma are compared with all inner nodes


class ArcCosts:
    """Ranks of the ancestors of every node of a `Dag`, for any placement in the disk.

    Parameters
    ----------
    dag : Dag
        With a closure that fits in memory.
    tree : SpanningTree
        Of the `Dag`.

    Attributes
    ----------
    rows : Rows
        Of the placement measured last.
    descendants : Descendants
    inner, leaves : ndarray of int64
        Nodes with and without children.
    off_tree : ndarray of bool, shape (n,)
        Nodes that miss an ancestor: it is not on their path in the tree.

    Examples
    --------
    >>> from nx_poincare.engine.dag.spanning_tree import spanning_tree
    >>> dag = Dag.from_edges(np.array([0, 0]), np.array([1, 2]), 3)
    >>> costs = ArcCosts(dag, spanning_tree(dag))
    >>> costs.measure(Points.of(np.array([0.0, 1.0, -1.0]), np.array([0.0, 3.0, 3.0])))
    (1.0, 1.0)
    """

    def __init__(self, dag: Dag, tree: SpanningTree) -> None:
        blocks = [(np.diff(starts), ancestors) for _, starts, ancestors in dag.ancestor_blocks()]
        counts = np.concatenate([count for count, _ in blocks]) if blocks else np.zeros(0, dtype=np.int64)
        ancestors = np.concatenate([part for _, part in blocks]) if blocks else np.zeros(0, dtype=np.int64)
        starts = np.concatenate([[0], np.cumsum(counts)])
        pairs = len(ancestors)
        self.rows = Rows(starts, ancestors, np.zeros(pairs), np.zeros(pairs))
        order = np.argsort(ancestors, kind="stable")
        ends = np.cumsum(np.bincount(ancestors, minlength=dag.n))
        self.descendants = Descendants(np.concatenate([[0], ends]), np.repeat(np.arange(dag.n), counts)[order])
        is_leaf = np.diff(dag.child_starts) == 0
        self.inner, self.leaves = np.flatnonzero(~is_leaf), np.flatnonzero(is_leaf)
        self.off_tree = counts > depths(tree.order, tree.parents)
        self._has_ancestors = counts > 0

    def measure(self, points: Points) -> tuple[float, float]:
        """Mean rank and mean average precision; fills `rows`."""
        if len(self.rows.ancestors) == 0:
            return 1.0, 1.0
        _sort_rows(self.rows, points)
        far, near = self.far_and_near_rows(points)
        intruders = np.zeros(len(self.rows.keys), dtype=np.int64)
        angles = points.angles
        _count_inner(self.rows, points, self.descendants, self.inner, far, near, angles[near], angles, intruders)
        by_angle = self.leaves[np.argsort(angles[self.leaves], kind="stable")]
        if len(by_angle):
            _count_leaves(
                self.rows, points, by_angle, angles, points.exp_minus_radius[by_angle].max(), _MOST_LEAVES, intruders
            )
        excess, precision = _sums(self.rows, intruders)
        return float(1 + excess / len(self.rows.keys)), float(precision / np.count_nonzero(self._has_ancestors))

    def comparisons(self, points: Points) -> int:
        """Far rows times inner nodes: what measuring these points takes, to be known before it is done."""
        if len(self.rows.ancestors) == 0:
            return 0
        _sort_rows(self.rows, points)
        far, _ = self.far_and_near_rows(points)
        return len(far) * len(self.inner)

    def far_and_near_rows(self, points: Points) -> tuple[IntArray, IntArray]:
        """Rows with far ancestors, and the others, both by angle; keys must be those of the points."""
        starts, _, keys, _ = self.rows
        last = np.zeros(len(starts) - 1)
        last[self._has_ancestors] = keys[starts[1:][self._has_ancestors] - 1]
        is_far = self._has_ancestors & ((last > _ORIGIN_KEY) | (points.sigma > _WIDE_ROW) | self.off_tree)
        near = np.flatnonzero(self._has_ancestors & ~is_far)
        far = np.flatnonzero(is_far)
        angles = points.angles
        return far[np.argsort(angles[far], kind="stable")], near[np.argsort(angles[near], kind="stable")]


@kernel(work=lambda rows, _: 4 * len(rows.keys))
def _sort_rows(rows, points):  # type: ignore[no-untyped-def]
    """Keys of all pairs, the ancestors of each row by key."""
    for u in range(len(rows.starts) - 1):
        first, end = rows.starts[u], rows.starts[u + 1]
        for j in range(first, end):
            a = rows.ancestors[j]
            rows.keys[j] = key_of(angular_term_of(points, u, a), points.exp_minus_radius[a])
        sort_by_key(rows.keys[first:end], rows.ancestors[first:end])


@kernel()
def _count(rows, u, key, intruders):  # type: ignore[no-untyped-def]
    """Count an intruder of row u before the first ancestor that is not nearer."""
    end = rows.starts[u + 1]
    place = first_not_below(rows.keys, rows.starts[u], end, key)
    if place < end:
        intruders[place] += 1


@kernel()
def _reaches(at_x, at_y, exp_minus_radius, x, y, sigma, last, begin, end):  # type: ignore[no-untyped-def]
    """Whether a node may be an intruder in one of some rows; without a branch, so that it runs on vectors."""
    hits = 0
    for i in range(begin, end):
        along, aside = x[i] - at_x, y[i] - at_y
        gap = along * along + aside * aside
        angular = sigma[i] / 2 + (1 - sigma[i]) * gap / 4
        hits += angular <= last[i] * exp_minus_radius
    return hits > 0


@kernel(work=lambda rows, _points, _below, inner, far, near, *_: len(inner) * (len(far) + 20) + len(rows.keys) + len(near))
def _count_inner(rows, points, descendants, inner, far, near, near_angles, angles, intruders):  # type: ignore[no-untyped-def]
    """Count every inner node in the rows of nodes that are not below it."""
    last, x, y, sigma = np.empty(len(far)), np.empty(len(far)), np.empty(len(far)), np.empty(len(far))
    for i in range(len(far)):
        u = far[i]
        last[i], x[i], y[i], sigma[i] = rows.keys[rows.starts[u + 1] - 1], points.x[u], points.y[u], points.sigma[u]
    below = np.full(len(points.x), -1, np.int64)
    for v in inner:
        below[v] = v
        for i in range(descendants.starts[v], descendants.starts[v + 1]):
            below[descendants.nodes[i]] = v
        exp_minus_radius = points.exp_minus_radius[v]
        for begin in range(0, len(far), _BLOCK):
            end = min(begin + _BLOCK, len(far))
            if exp_minus_radius <= 0.01 and not _reaches(
                points.x[v], points.y[v], exp_minus_radius, x, y, sigma, last, begin, end
            ):
                continue
            for i in range(begin, end):
                along, aside = x[i] - points.x[v], y[i] - points.y[v]
                gap = along * along + aside * aside
                angular = sigma[i] / 2 + (1 - sigma[i]) * gap / 4
                if angular <= last[i] * exp_minus_radius or exp_minus_radius > 0.01:
                    key = key_of(angular, exp_minus_radius)
                    if key <= last[i] and below[far[i]] != v:
                        _count(rows, far[i], key, intruders)
        # Near rows have keys of at most 1, which a node reaches within its own arc.
        reach = 2 * math.asin(min(1.0, math.sqrt(1.01 * exp_minus_radius))) + 1e-15
        for turn in range(-1, 2):
            low, high = angles[v] - reach + turn * 2 * np.pi, angles[v] + reach + turn * 2 * np.pi
            if reach >= np.pi:
                if turn != 0:
                    continue
                low, high = -1.0, 7.0
            for i in range(first_not_below(near_angles, 0, len(near), low), len(near)):
                if near_angles[i] > high:
                    break
                u = near[i]
                if below[u] != v:
                    _count(rows, u, key_of(angular_term_of(points, u, v), exp_minus_radius), intruders)


@kernel(work=lambda rows, _, by_angle, *__: len(rows.keys) + 20 * len(by_angle))
def _count_leaves(rows, points, by_angle, angles, widest, most, intruders):  # type: ignore[no-untyped-def]
    """Count the leaves in every row, outwards on both sides."""
    m = len(by_angle)
    leaf_angles = np.empty(m)
    for i in range(m):
        leaf_angles[i] = angles[by_angle[i]]
    for u in range(len(points.x)):
        if rows.starts[u] == rows.starts[u + 1]:
            continue
        last = rows.keys[rows.starts[u + 1] - 1]
        place = first_not_below(leaf_angles, 0, m, angles[u])
        for side in range(2):
            for step in range(min(m, most)):
                i = (place + step) % m if side == 0 else (place - 1 - step) % m
                turn = (leaf_angles[i] - angles[u]) % (2 * np.pi)
                if (turn > np.pi) != (side == 1):  # past the far end of the circle
                    break
                v = by_angle[i]
                angular = angular_term_of(points, u, v)
                if angular > last * widest:
                    break
                if v != u:
                    key = key_of(angular, points.exp_minus_radius[v])
                    if key <= last:
                        _count(rows, u, key, intruders)


@kernel(work=lambda rows, _: len(rows.keys))
def _sums(rows, intruders):  # type: ignore[no-untyped-def]
    """Intruders before each ancestor, their sum over all pairs, and the sum of the average precisions."""
    excess = 0.0
    precision = 0.0
    for u in range(len(rows.starts) - 1):
        first, end = rows.starts[u], rows.starts[u + 1]
        before = 0.0
        own = 0.0
        for j in range(first, end):
            before += intruders[j]
            rows.before[j] = before
            excess += before
            own += (j - first + 1) / (j - first + 1 + before)
        if end > first:
            precision += own / (end - first)
    return excess, precision
