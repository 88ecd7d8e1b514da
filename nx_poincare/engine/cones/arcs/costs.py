r"""What nested arcs cost: mean rank and mean average precision of a placement, row by row.

With :math:`e_v = \tan^2(w_v / 2) = e^{-r_v}` for the arc of v and

.. math:: A_{uv} = \sigma_u / 2 + (1 - \sigma_u) \sin^2(\delta_{uv} / 2),
    \qquad \sigma_u = 2 / (1 + e^{2 r_u}),

where :math:`\delta_{uv}` is the angle between u and v, the nodes seen from u are in the order of

.. math:: K_{uv} = A_{uv} / e_v + (1 - A_{uv})\, e_v,

the key of `nx_poincare.engine.ranking.exact` in two dimensions; 1 is the origin's. An ancestor costs
the nodes with smaller keys that are not ancestors (*intruders*). Only few pairs are looked at: the
arcs of inner nodes near the rows that miss no ancestor, all inner nodes for the others, and leaves
outwards from each row as far as they can matter.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from nx_poincare.engine.cones.arcs.keys import Descendants, DiskPoints, Rows, angular_term_of, key_of
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.spanning_tree import SpanningTree
from nx_poincare.engine.dag.tree_sums import depths
from nx_poincare.engine.ranking.sorting import first_not_below, sort_by_key
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.compiled import kernel

__all__ = ["ArcCosts"]

_MOST_LEAVES = 8_000  # looked at on either side of a row
_ORIGIN_KEY = 1 + 1e-9
_BLOCK = 128  # rows looked at together
_WIDE_ROW = 1e-4  # rows with a larger share of sigma are compared with all inner nodes


class FarRows(NamedTuple):
    """Rows with far ancestors in blocks of rows whose last keys are alike and whose angles lie beside each other.

    A node v cannot be an intruder in a block if the squared sine of half its angle to the block is more than
    :math:`e_v` times the largest :math:`K / (1 - \\sigma)` in it, where K is the key of the last ancestor.
    """

    nodes: IntArray
    last: FloatArray  # key of the last ancestor
    x: FloatArray
    y: FloatArray
    sigma: FloatArray
    first_angles: FloatArray  # of each block
    last_angles: FloatArray
    reaches: FloatArray  # largest K / (1 - sigma)

    @classmethod
    def of(cls, nodes: IntArray, rows: Rows, points: DiskPoints) -> FarRows:
        """From nodes in the order of their angles."""
        last = rows.keys[rows.starts[nodes + 1] - 1]
        order = np.argsort(np.frexp(last)[1], kind="stable")
        nodes, last = nodes[order], last[order]
        x, y, sigma, angles = points.x[nodes], points.y[nodes], points.sigma[nodes], points.angles[nodes]
        with np.errstate(divide="ignore"):
            reaches = last / (1 - sigma)
        starts = np.arange(0, len(nodes), _BLOCK)
        if not len(nodes):
            return cls(nodes, last, x, y, sigma, angles, angles, reaches)
        return cls(
            nodes, last, x, y, sigma, np.minimum.reduceat(angles, starts), np.maximum.reduceat(angles, starts),
            np.maximum.reduceat(reaches, starts),
        )  # fmt: skip


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
    >>> costs.measure(DiskPoints.of(np.array([0.0, 1.0, -1.0]), np.array([0.0, 3.0, 3.0])))
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
        self._counts = counts
        self._has_ancestors = counts > 0
        self.change_tree(tree)

    def change_tree(self, tree: SpanningTree) -> None:
        """Another tree of the same `Dag`, along which other ancestors are missed."""
        self.off_tree = self._counts > depths(tree.order, tree.parents)

    def measure(self, points: DiskPoints) -> tuple[float, float]:
        """Mean rank and mean average precision; fills `rows`."""
        if len(self.rows.ancestors) == 0:
            return 1.0, 1.0
        _sort_rows(self.rows, points)
        far, near = self.far_and_near_rows(points)
        intruders = np.zeros(len(self.rows.keys), dtype=np.int64)
        angles = points.angles
        far_rows = FarRows.of(far, self.rows, points)
        _count_inner(self.rows, points, self.descendants, self.inner, far_rows, near, angles[near], angles, intruders)
        by_angle = self.leaves[np.argsort(angles[self.leaves], kind="stable")]
        if len(by_angle):
            _count_leaves(
                self.rows, points, by_angle, angles, points.exp_minus_radius[by_angle].max(), _MOST_LEAVES, intruders
            )
        excess, precision = _sums(self.rows, intruders)
        return float(1 + excess / len(self.rows.keys)), float(precision / np.count_nonzero(self._has_ancestors))

    def comparisons(self, points: DiskPoints) -> int:
        """Far rows times inner nodes: what measuring these points takes, to be known before it is done."""
        if len(self.rows.ancestors) == 0:
            return 0
        _sort_rows(self.rows, points)
        far, _ = self.far_and_near_rows(points)
        return len(far) * len(self.inner)

    def far_and_near_rows(self, points: DiskPoints) -> tuple[IntArray, IntArray]:
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


@kernel(inline="always")
def _reaches(at_x, at_y, exp_minus_radius, far, begin, end):  # type: ignore[no-untyped-def]
    """Whether a node may be an intruder in one of some rows; without a branch, so that it runs on vectors."""
    hits = 0
    for i in range(begin, end):
        along, aside = far.x[i] - at_x, far.y[i] - at_y
        gap = along * along + aside * aside
        angular = far.sigma[i] / 2 + (1 - far.sigma[i]) * gap / 4
        hits += angular <= far.last[i] * exp_minus_radius
    return hits > 0


@kernel(inline="always")
def _is_beyond(angle, exp_minus_radius, far, block):  # type: ignore[no-untyped-def]
    """Whether no node at that angle can be an intruder in a block of rows, by the angles between which they lie."""
    most = exp_minus_radius * far.reaches[block]
    if most >= 1:
        return False
    before = (far.first_angles[block] - angle) % (2 * np.pi)
    after = (angle - far.last_angles[block]) % (2 * np.pi)
    if before + after > 2 * np.pi:  # between the two
        return False
    chord = math.sin(min(before, after) / 2)
    return chord * chord * (1 - 1e-9) > most


@kernel(
    work=lambda rows, _points, _below, inner, far, near, *_: (
        len(inner) * (len(far.nodes) + 20) + len(rows.keys) + len(near)
    )
)
def _count_inner(rows, points, descendants, inner, far, near, near_angles, angles, intruders):  # type: ignore[no-untyped-def]
    """Count every inner node in the rows of nodes that are not below it."""
    below = np.full(len(points.x), -1, np.int64)
    for v in inner:
        below[v] = v
        for i in range(descendants.starts[v], descendants.starts[v + 1]):
            below[descendants.nodes[i]] = v
        _count_in_far_rows(v, angles[v], rows, points, far, below, intruders)
        # Near rows have keys of at most 1, which a node reaches within its own arc.
        exp_minus_radius = points.exp_minus_radius[v]
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


@kernel(inline="always")
def _count_in_far_rows(v, angle, rows, points, far, below, intruders):  # type: ignore[no-untyped-def]
    """Count an inner node in the far rows of nodes that are not below it."""
    x, y, exp_minus_radius = points.x[v], points.y[v], points.exp_minus_radius[v]
    for begin in range(0, len(far.nodes), _BLOCK):
        end = min(begin + _BLOCK, len(far.nodes))
        if exp_minus_radius <= 0.01 and (
            _is_beyond(angle, exp_minus_radius, far, begin // _BLOCK)
            or not _reaches(x, y, exp_minus_radius, far, begin, end)
        ):
            continue
        for i in range(begin, end):
            along, aside = far.x[i] - x, far.y[i] - y
            gap = along * along + aside * aside
            angular = far.sigma[i] / 2 + (1 - far.sigma[i]) * gap / 4
            if angular <= far.last[i] * exp_minus_radius or exp_minus_radius > 0.01:
                key = key_of(angular, exp_minus_radius)
                if key <= far.last[i] and below[far.nodes[i]] != v:
                    _count(rows, far.nodes[i], key, intruders)


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
