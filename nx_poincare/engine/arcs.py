r"""Nested arcs: the closed-form embedding of a hierarchy in the Poincaré disk.

**Theorem.** Give every node v an arc of the circle at infinity with centre :math:`s_v` and
half-angle :math:`w_v`, and put v at :math:`x_v = \cos(w_v)\, s_v` (hyperbolic radius
:math:`r_v = -2 \ln\tan(w_v / 2)`). The points nearer to v than to the origin are then the
half-plane over v's arc. If arcs of children lie in their parent's arc, arcs of siblings are
disjoint and no arc of a child holds its parent's :math:`s_v`, then for all nodes u, v of a tree

    v is an ancestor of u  <=>  d(u, v) < d(u, origin)

(with equality for a root at the origin), so every ancestor of u is nearer to u than every
other node: mean rank 1 and MAP 1 without training.

**Construction.** Bottom up, each node asks for a slot of the circle: a leaf for its own slot,
an inner node for twice the larger side of its children, its own slot between the two sides, and
two pads. Top down the slots are laid out. What lies off the spanning tree is approximated: the
children are ordered so that second parents are close, and an ancestor with descendants elsewhere
gets pads, which widen its arc: a node near, but outside, an unusually wide arc is still nearer
to its owner than to owners of small arcs.

**Limits.** A child that is most of its parent halves the arc at least (the radius grows by 1.39),
so deep chains outgrow float64: radii stay below `max_radius`, where 36 keeps the points in the
open unit ball. Where the slots do not fit, which is measured before anything is placed, the nodes
on top of the deepest chains give up their own slot. Such a node shares the direction of one of its
descendants, and in its own row the descendants in that direction come near; the rows of all other
nodes stay exact. Radii grow strictly along every path in all cases.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from nx_poincare.arrays import FloatArray, IntArray
from nx_poincare.compiled import kernel
from nx_poincare.dag import Dag
from nx_poincare.engine.geometry import half_angle, radius_of_half_angle
from nx_poincare.engine.spanning_tree import SpanningTree, spanning_tree, subtree_sums

__all__ = ["Arcs", "nested_arcs"]

_logger = logging.getLogger(__name__)

_INNER_SLOT = 1.0  # own slot of an inner node, in slots of a leaf
_LEAF_WIDTH = 0.1  # arc of a leaf as a share of its slot
_PAD_WIDTH = 0.999  # arc of a padded node as a share of its slot
_PAD_EXPONENT = 1.5
_WIDEST_PAD = 100.0  # pad of a node that one descendant misses, in slots of a leaf
_LEAF_MARGIN = 2.0  # the narrowest slot, in arcs of a point at max_radius
_HEADROOM = 2.2  # the circle at the origin, in slots of the widest child: its arc stays below a half
_ORDER_INERTIA = 0.1
_BISECTIONS = 8


@dataclass(frozen=True)
class Arcs:
    """Arcs of all nodes of a `Dag`.

    Attributes
    ----------
    angles : ndarray of float64, shape (n,)
        Centres in radians.
    radii : ndarray of float64, shape (n,)
        Hyperbolic radii of the arcs: at most `max_radius`, strictly growing along tree paths.
    slots : ndarray of float64, shape (n,)
        Half-width in radians of the part of the circle that is the node's and its subtree's.
    tree : SpanningTree
    """

    angles: FloatArray
    radii: FloatArray
    slots: FloatArray
    tree: SpanningTree

    @property
    def directions(self) -> FloatArray:
        """Unit vectors, shape (n, 2)."""
        return np.column_stack([np.cos(self.angles), np.sin(self.angles)])


@dataclass(frozen=True)
class _Request:
    """What the nodes ask for; all lengths as logarithms, in slots of a leaf."""

    starts: IntArray  # children of v, in order: children[starts[v]:starts[v + 1]]; those of n are the roots
    children: IntArray
    leaves: FloatArray  # log of the leaves below
    pads: FloatArray
    most_excess: float  # a node whose slot would exceed its leaves by more gives up its own slot


def nested_arcs(dag: Dag, *, max_radius: float) -> Arcs:
    """Place every node of a hierarchy on nested arcs of the circle; see the module for the method.

    Parameters
    ----------
    dag : Dag
    max_radius : float
        Largest hyperbolic radius.

    Examples
    --------
    >>> chain = Dag.from_edges(np.array([0, 1]), np.array([1, 2]), 3)
    >>> arcs = nested_arcs(chain, max_radius=36)
    >>> bool(0 == arcs.radii[0] < arcs.radii[1] < arcs.radii[2])
    True
    """
    tree = spanning_tree(dag)
    largest_first = -tree.sizes.astype(np.float64)
    rough = _fitted(_request(tree, largest_first), tree, max_radius, pads=False)
    angles, _, _ = _placed(rough, tree)
    request = _fitted(_request(tree, _barycentres(dag, tree, angles)), tree, max_radius, pads=True)
    angles, slots, reaches = _placed(request, tree)
    arcs = np.clip(_arc_widths(tree, slots, reaches), half_angle(max_radius), np.pi / 2)
    radii = radius_of_half_angle(arcs)
    roots = np.flatnonzero(tree.parents < 0)
    if len(roots) == 1:
        radii[roots] = 0.0
    radii = _growing_radii(tree.order, tree.parents, radii, max_radius)
    return Arcs(angles, radii, slots, tree)


def _request(tree: SpanningTree, keys: FloatArray) -> _Request:
    """Children of every node sorted by key, and no pads yet."""
    n = len(tree.parents)
    owners = np.where(tree.parents < 0, n, tree.parents)
    starts = np.zeros(n + 2, dtype=np.int64)
    np.cumsum(np.bincount(owners, minlength=n + 1), out=starts[1:])
    is_leaf = np.diff(starts)[:n] == 0
    leaves = subtree_sums(tree.order, tree.parents, is_leaf.astype(np.float64))
    return _Request(starts, np.lexsort((keys, owners)), np.log(leaves), np.full(n, -np.inf), np.inf)


def _fitted(request: _Request, tree: SpanningTree, max_radius: float, *, pads: bool) -> _Request:
    """Spend the precision there is: give up own slots where it is too little, pad with what is left."""
    if len(tree.parents) == 0:
        return request
    room = np.log(np.pi / (_LEAF_MARGIN * float(half_angle(max_radius))))

    def fits(trial: _Request) -> bool:
        return _circle(trial, tree) <= room

    if not fits(request):
        surely = room - request.leaves[tree.parents < 0].max()
        excess = _largest(lambda x: fits(replace(request, most_excess=x)), max(surely - 10.0, 0.0), room)
        _logger.info(
            "arcs: the slots of the deepest chains do not fit; their upper nodes share a descendant's direction"
        )
        return replace(request, most_excess=excess)
    if not pads or not tree.missed.any():
        return request
    missed = np.where(tree.parents < 0, 0.0, tree.missed)
    with np.errstate(divide="ignore"):
        wanted = _PAD_EXPONENT * np.log(missed)
    widest = np.log(_WIDEST_PAD)
    log_pad = _largest(lambda x: fits(replace(request, pads=wanted + x)), widest - 40.0, widest)
    _logger.debug("arcs: pads of %.3g leaf slots", np.exp(log_pad))
    return replace(request, pads=wanted + log_pad)


def _largest(holds: Callable[[float], bool], low: float, high: float) -> float:
    """Largest value in [low, high] for which a condition that fails for large values holds."""
    if holds(high):
        return high
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def _slot_sizes(request: _Request, tree: SpanningTree) -> tuple[FloatArray, IntArray]:
    return _slots(
        tree.order,
        request.starts,
        request.children,
        request.leaves,
        request.pads,
        np.log(_INNER_SLOT),
        request.most_excess,
    )


def _circle(request: _Request, tree: SpanningTree) -> float:
    """Logarithm of the whole circle in slots of a leaf."""
    sizes, _ = _slot_sizes(request, tree)
    ring = tree.parents < 0
    if np.count_nonzero(ring) == 1:  # a single root lies at the origin and leaves the circle to its children
        ring = tree.parents == np.flatnonzero(ring)[0]
    if not ring.any():
        return 0.0
    widest = sizes[ring].max()
    return float(widest + np.log(max(np.exp(sizes[ring] - widest).sum(), _HEADROOM)))


def _placed(request: _Request, tree: SpanningTree) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Angles, half-widths of the slots and how far the children of each node reach from its angle."""
    sizes, left_counts = _slot_sizes(request, tree)
    return _place(
        tree.order, tree.parents, request.starts, request.children, sizes, left_counts,
        np.log(_INNER_SLOT), _HEADROOM,
    )  # fmt: skip


def _arc_widths(tree: SpanningTree, slots: FloatArray, reaches: FloatArray) -> FloatArray:
    """Half-angles: wide for ancestors that some descendants miss, tight for all others."""
    tight = np.where(reaches > 0, reaches, _LEAF_WIDTH * slots)
    widths = np.where(tree.missed > 0, np.maximum(_PAD_WIDTH * slots, tight), tight)
    return widths


def _barycentres(dag: Dag, tree: SpanningTree, angles: FloatArray) -> FloatArray:
    """Where each subtree is pulled by the edges that are not in the tree, weighted by what hangs on them."""
    children = np.repeat(np.arange(dag.n), np.diff(dag.parent_starts))
    other = tree.parents[children] != dag.parent_list
    child, parent = children[other], dag.parent_list[other]
    weights = tree.sizes[child].astype(np.float64)
    pull = np.bincount(child, weights * angles[parent], dag.n) + np.bincount(parent, weights * angles[child], dag.n)
    weight = np.bincount(child, weights, dag.n) + np.bincount(parent, weights, dag.n)
    pull = subtree_sums(tree.order, tree.parents, pull)
    weight = subtree_sums(tree.order, tree.parents, weight)
    inertia = _ORDER_INERTIA * tree.sizes
    return np.asarray((pull + inertia * angles) / (weight + inertia), dtype=np.float64)


@kernel()
def _slots(order, starts, children, leaves, pads, log_inner, most_excess):  # type: ignore[no-untyped-def]
    """Logarithms of the slots, bottom up, and how many of the ordered children go to the left.

    An inner node's slot is twice the larger side plus its own slot and pads. Where that exceeds
    the leaves below by more than `most_excess` the node asks for its children alone and marks
    that with a left count of -1. Logarithms, because a chain doubles its slot at every level.
    """
    n = len(order)
    sizes = np.zeros(n)
    left_counts = np.zeros(n, np.int64)
    for i in range(n - 1, -1, -1):
        v = order[i]
        first, end = starts[v], starts[v + 1]
        if first == end:
            sizes[v] = np.log(1.0 + 2 * np.exp(pads[v]))
            continue
        widest = -np.inf
        for j in range(first, end):
            widest = max(widest, sizes[children[j]])
        total = 0.0
        for j in range(first, end):
            total += np.exp(sizes[children[j]] - widest)
        left = 0.0
        larger = total
        for j in range(first, end):
            left += np.exp(sizes[children[j]] - widest)
            if max(left, total - left) < larger:
                larger = max(left, total - left)
                left_counts[v] = j + 1 - first
        sizes[v] = widest + np.log(2 * larger + np.exp(log_inner - widest) + 2 * np.exp(pads[v] - widest))
        if sizes[v] - leaves[v] > most_excess:
            sizes[v] = widest + np.log(total)
            left_counts[v] = -1
    return sizes, left_counts


@kernel()
def _place(order, parents, starts, children, sizes, left_counts, log_inner, headroom):  # type: ignore[no-untyped-def]
    """Angles and half-widths of the slots, top down, and how far each node's children reach."""
    n = len(order)
    angles = np.zeros(n)
    slots = np.zeros(n)
    reaches = np.zeros(n)
    # The nodes on the circle around the origin: the roots, or the children of a single root.
    centre = n
    if starts[n + 1] - starts[n] == 1:
        centre = children[starts[n]]
        slots[centre] = np.pi
    first, end = starts[centre], starts[centre + 1]
    widest = -np.inf
    for j in range(first, end):
        widest = max(widest, sizes[children[j]])
    total = 0.0
    for j in range(first, end):
        total += np.exp(sizes[children[j]] - widest)
    total = max(total, headroom)
    at = 0.0
    for j in range(first, end):
        child = children[j]
        slots[child] = np.pi * np.exp(sizes[child] - widest) / total
        angles[child] = at + slots[child]
        at += 2 * slots[child]
    for i in range(n):
        v = order[i]
        first, end = starts[v], starts[v + 1]
        if v == centre or first == end:
            continue
        if left_counts[v] < 0:  # no own slot: the children fill the slot from one end to the other
            middle = end
            left_edge = angles[v] + slots[v]
            right_edge = left_edge
        else:
            middle = first + left_counts[v]
            if end - first == 1 and parents[v] >= 0 and angles[v] > angles[parents[v]]:
                # An only child turns back towards its grandparent, so that chains do not creep along an edge.
                middle = end
            own = slots[v] * np.exp(log_inner - sizes[v])
            left_edge = angles[v] - own
            right_edge = angles[v] + own
        for j in range(middle - 1, first - 1, -1):
            child = children[j]
            slots[child] = slots[v] * np.exp(sizes[child] - sizes[v])
            angles[child] = left_edge - slots[child]
            left_edge -= 2 * slots[child]
        for j in range(middle, end):
            child = children[j]
            slots[child] = slots[v] * np.exp(sizes[child] - sizes[v])
            angles[child] = right_edge + slots[child]
            right_edge += 2 * slots[child]
        reaches[v] = max(angles[v] - left_edge, right_edge - angles[v])
    return angles, slots, reaches


@kernel()
def _growing_radii(order, parents, radii, max_radius):  # type: ignore[no-untyped-def]
    """Radii at most max_radius that grow along every tree path, changed as little as that takes."""
    n = len(order)
    heights = np.zeros(n, np.int64)
    for i in range(n - 1, -1, -1):
        v = order[i]
        if parents[v] >= 0:
            heights[parents[v]] = max(heights[parents[v]], heights[v] + 1)
    step = 1e-12
    growing = radii.copy()
    for i in range(n):
        v = order[i]
        if parents[v] >= 0:
            growing[v] = max(growing[v], growing[parents[v]] + step)
        growing[v] = min(growing[v], max_radius - step * heights[v])
    return growing
