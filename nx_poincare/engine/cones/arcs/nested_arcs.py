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
on top of the deepest chains give up their own slot. Such a node shares the direction of a child,
around which its other children stand. The child comes near in the node's own row; the rows of all
other nodes stay exact. Radii grow strictly along every path in all cases.

**Sharing.** A slot of one's own on top of a heavy child doubles the circle, for one row. Where
ancestors are missed that range is worth more as pads: with `ArcStyle.sharing` heavy nodes give up
their own slots for pads (on the nouns of WordNet at radius 36: mean rank 4.1 instead of 8.4).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from nx_poincare.engine.cones.arcs.sibling_order import Siblings, barycentres, edges_off_tree, siblings_by_key
from nx_poincare.engine.cones.arcs.slots import make_radii_grow, place_slots, slot_sizes
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.spanning_tree import SpanningTree, spanning_tree
from nx_poincare.engine.dag.transitive_reduction import without_redundant_parents
from nx_poincare.engine.dag.tree_sums import largest_in_subtree, raise_to_largest, sum_up_subtrees
from nx_poincare.engine.geometry.ball import half_angle, radius_of_half_angle
from nx_poincare.utils.arrays import FloatArray, IntArray, blocks_of_rows

__all__ = ["ArcStyle", "Arcs", "nested_arcs", "unit_vectors"]

_logger = logging.getLogger(__name__)

_INNER_SLOT = 1.0  # own slot of an inner node, in slots of a leaf
_PAD_WIDTH = 0.999  # arc of a padded node as a share of its slot
_LEAF_MARGIN = 2.0  # the narrowest slot, in arcs of a point at max_radius
_HEADROOM = 2.2  # the circle at the origin, in slots of the widest child: its arc stays below a half
_BISECTIONS = 8
_HEAVY_PART, _HEAVY_LEAVES = 1e-3, 30.0  # a heavy node has that part of the leaves below it, and that many
_LEAST_SAVING = 1.3  # a slot is given up for pads where it makes the node's slot so many times as wide


@dataclass(frozen=True)
class ArcStyle:
    """How the range of sizes that float64 allows is spent.

    Attributes
    ----------
    pad_exponent : float
        Pads grow with the number of descendants that miss the node to this power.
    widest_pad : float
        Most that is spent on the pad of a node that one descendant misses, in slots of a leaf.
    leaf_width : float
        Arc of a leaf as a share of its slot.
    sharing : bool
        Whether heavy nodes give up their own slots for pads.
    """

    pad_exponent: float = 1.5
    widest_pad: float = 100.0
    leaf_width: float = 0.1
    sharing: bool = False


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
        Half-width in radians of the part of the circle that is the node's and its subtree's; empty where nobody asked
        for them.
    tree : SpanningTree
    """

    angles: FloatArray
    radii: FloatArray
    slots: FloatArray
    tree: SpanningTree

    @property
    def directions(self) -> FloatArray:
        """Unit vectors, shape (n, 2)."""
        return unit_vectors(self.angles)


@dataclass(frozen=True)
class _Request:
    """What the nodes ask for; all lengths as logarithms, in slots of a leaf."""

    starts: IntArray  # children of v, in order: children[starts[v]:starts[v + 1]]; those of n are the roots
    children: IntArray
    leaves: FloatArray  # log of the leaves below
    pads: FloatArray  # empty: none
    heavy: float  # a node with more leaves gives up its own slot where that saves much
    most_excess: float = np.inf  # a node whose slot would exceed its leaves by more gives up its own slot


def unit_vectors(angles: FloatArray) -> FloatArray:
    """Points of the unit circle, shape (n, 2).

    Examples
    --------
    >>> unit_vectors(np.zeros(1))
    array([[1., 0.]])
    """
    found = np.empty((len(angles), 2))
    for block in blocks_of_rows(len(angles)):
        found[block, 0], found[block, 1] = np.cos(angles[block]), np.sin(angles[block])
    return found


def nested_arcs(
    dag: Dag,
    *,
    max_radius: float,
    style: ArcStyle | None = None,
    tree: SpanningTree | None = None,
    pad_factors: FloatArray | None = None,
    siblings: Siblings | None = None,
    with_slots: bool = True,
) -> Arcs:
    """Place every node of a hierarchy on nested arcs of the circle; see the module for the method.

    Parameters
    ----------
    dag : Dag
    max_radius : float
        Largest hyperbolic radius.
    style : ArcStyle, optional
    tree : SpanningTree, optional
        Of the same `Dag`, where it is known already; without it redundant parents are dropped first.
    pad_factors : ndarray of float64, shape (n,), optional
        Positive factors for the pads of the style, before they are scaled to fit.
    siblings : Siblings, optional
        Children in order, nodes numbered by their places in the order of the tree
        (`nx_poincare.engine.cones.arcs.sibling_order`). Default: by barycentres, once.
    with_slots : bool, default True
        Whether the result has slots.

    Examples
    --------
    >>> chain = Dag.from_edges(np.array([0, 1]), np.array([1, 2]), 3)
    >>> arcs = nested_arcs(chain, max_radius=36)
    >>> bool(0 == arcs.radii[0] < arcs.radii[1] < arcs.radii[2])
    True
    """
    style = ArcStyle() if style is None else style
    if tree is None:
        dag = without_redundant_parents(dag)
        tree = spanning_tree(dag)
    place = np.empty_like(tree.order)
    place[tree.order] = np.arange(dag.n, dtype=place.dtype)
    walked = tree.in_order(place)
    factors = None if pad_factors is None else pad_factors[tree.order]
    child = parent = place[:0]
    if siblings is None:
        child, parent = (place[ends] for ends in edges_off_tree(dag, tree))
    order = tree.order
    del tree  # of millions of nodes, if nobody else has it; made again in the end
    if siblings is None:
        siblings = _siblings_by_barycentres(walked, place, child, parent, style.sharing, max_radius)
    walked = walked.without_sizes()
    widths = _fit(_request(walked, siblings, style.sharing), walked, max_radius, style, factors)
    angles, slots = _place(siblings, widths, walked)
    reaches = widths.sizes
    del siblings, widths
    radii = _radii(walked, _arc_widths(walked, slots, reaches, style.leaf_width), max_radius)
    del reaches
    slots = slots[place] if with_slots else slots[:0].copy()
    angles = angles[place]
    radii = radii[place]
    tree = walked.out_of_order(order, place)
    del walked
    return Arcs(angles, radii, slots, tree.with_sizes())


def _siblings_by_barycentres(
    walked: SpanningTree, place: IntArray, child: IntArray, parent: IntArray, sharing: bool, max_radius: float
) -> Siblings:
    """Siblings by where their subtrees are pulled in a first layout, in which larger ones come first.

    ``child`` and ``parent`` are the ends of the edges off the tree.
    """
    by_size = siblings_by_key(walked, -walked.sizes.astype(np.float64), place)
    angles, _ = _place(by_size, _fit(_request(walked, by_size, sharing), walked, max_radius, None), walked)
    del by_size
    return siblings_by_key(walked, barycentres(walked, child, parent, angles), place)


def _request(tree: SpanningTree, siblings: Siblings, sharing: bool) -> _Request:
    """Siblings in order; no pads yet."""
    n = len(tree.parents)
    starts, children = siblings
    is_leaf = starts[1 : n + 1] == starts[:n]
    leaves = is_leaf.astype(np.float64)
    sum_up_subtrees(tree.order, tree.parents, leaves)
    heavy = np.inf
    if sharing and tree.missed.any():
        heavy = float(np.log(max(_HEAVY_PART * np.count_nonzero(is_leaf), _HEAVY_LEAVES)))
    return _Request(starts, children, np.log(leaves, out=leaves), np.zeros(0), heavy)


class _Slots:
    """Slots of all nodes for a request, and for others that change part of them."""

    def __init__(self, request: _Request, tree: SpanningTree) -> None:
        self.sizes = np.zeros(len(tree.parents))  # logarithms, in slots of a leaf
        self.left_counts = np.zeros_like(tree.parents)
        ring = tree.parents < 0
        if np.count_nonzero(ring) == 1:  # a single root lies at the origin and leaves the circle to its children
            ring = tree.parents == np.flatnonzero(ring)[0]
        self._ring = np.flatnonzero(ring)
        self._fill(request, tree.order)
        self._first: tuple[IntArray, FloatArray, IntArray] | None = None

    def change(self, request: _Request, nodes: IntArray, any_nodes: IntArray) -> None:
        """Slots for a request that differs from the first in these nodes only, every parent before its children.

        They are some of ``any_nodes``, which stay the same from call to call.
        """
        if self._first is None:
            self._first = any_nodes, self.sizes[any_nodes], self.left_counts[any_nodes]
        changed, self.sizes[changed], self.left_counts[changed] = self._first
        self._fill(request, nodes)

    def settle(self) -> None:
        """Forget what changes start from."""
        self._first = None

    def _fill(self, request: _Request, nodes: IntArray) -> None:
        slot_sizes(
            nodes, request.starts, request.children, request.leaves, request.pads, np.log(_INNER_SLOT),
            request.most_excess, request.heavy, np.log(_LEAST_SAVING), self.sizes, self.left_counts,
        )  # fmt: skip

    @property
    def circle(self) -> float:
        """Logarithm of the whole circle in slots of a leaf."""
        sizes = self.sizes[self._ring]
        if not len(sizes):
            return 0.0
        return float(sizes.max() + np.log(max(np.exp(sizes - sizes.max()).sum(), _HEADROOM)))


def _fit(
    request: _Request, tree: SpanningTree, max_radius: float, style: ArcStyle | None, factors: FloatArray | None = None
) -> _Slots:
    """Spend the precision there is: give up own slots where it is too little, pad (with a style) with what is left."""
    slots = _Slots(request, tree)
    if len(tree.parents) == 0:
        return slots
    available = np.log(np.pi / (_LEAF_MARGIN * float(half_angle(max_radius))))
    if slots.circle > available:
        _share_directions(request, slots, tree, available)
        return slots
    if style is None or not tree.missed.any():
        return slots
    missed = np.where(tree.parents < 0, 0.0, tree.missed)
    padded = np.flatnonzero(largest_in_subtree(tree.order, tree.parents, missed) > 0).astype(tree.order.dtype)
    with np.errstate(divide="ignore"):
        wanted = style.pad_exponent * np.log(missed[padded])
    del missed
    if factors is not None:
        wanted += np.log(factors[padded])

    request = replace(request, pads=np.full(len(tree.parents), -np.inf))

    def change(log_pad: float) -> None:
        request.pads[padded] = wanted + log_pad
        slots.change(request, padded, padded)

    def fits(log_pad: float) -> bool:
        change(log_pad)
        return slots.circle <= available

    widest = np.log(style.widest_pad)
    log_pad = _largest(fits, widest - 40.0, widest)
    _logger.debug("arcs: pads of %.3g leaf slots", np.exp(log_pad))
    change(log_pad)
    slots.settle()
    return slots


def _share_directions(request: _Request, slots: _Slots, tree: SpanningTree, available: float) -> None:
    """Give up as few own slots, on top of the deepest chains, as make the circle fit."""
    surely = available - request.leaves[tree.parents < 0].max()
    least = max(surely - 10.0, 0.0)
    excess = slots.sizes - request.leaves
    raise_to_largest(tree.order, tree.parents, excess)
    any_nodes = np.flatnonzero(excess > least).astype(tree.order.dtype)
    excess = excess[any_nodes]

    def change(most: float) -> None:
        slots.change(replace(request, most_excess=most), any_nodes[excess > most], any_nodes)

    def fits(most: float) -> bool:
        change(most)
        return slots.circle <= available

    most = _largest(fits, least, available)
    _logger.info("arcs: the slots of the deepest chains do not fit; their upper nodes share a descendant's direction")
    change(most)
    slots.settle()


def _largest(holds: Callable[[float], bool], low: float, high: float) -> float:
    """Largest value in [low, high] for which a condition that fails for large values holds."""
    if holds(high):
        return high
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def _place(siblings: Siblings, slots: _Slots, tree: SpanningTree) -> tuple[FloatArray, FloatArray]:
    """Angles and half-widths of the slots; how far the children of each node reach from its angle replaces sizes."""
    return place_slots(
        tree.order, tree.parents, *siblings, slots.sizes, slots.left_counts,
        np.log(_INNER_SLOT), _HEADROOM,
    )  # fmt: skip


def _arc_widths(tree: SpanningTree, slots: FloatArray, reaches: FloatArray, leaf_width: float) -> FloatArray:
    """Half-angles: wide for ancestors that some descendants miss, tight for all others; in the place of `reaches`."""
    for block in blocks_of_rows(len(slots)):
        tight = np.where(reaches[block] > 0, reaches[block], leaf_width * slots[block])
        reaches[block] = np.where(tree.missed[block] > 0, np.maximum(_PAD_WIDTH * slots[block], tight), tight)
    return reaches


def _radii(tree: SpanningTree, arcs: FloatArray, max_radius: float) -> FloatArray:
    """Hyperbolic radii of half-angles, in their place, 0 for a single root and growing along the tree."""
    radii, narrowest = arcs, half_angle(max_radius)
    for block in blocks_of_rows(len(arcs)):
        radii[block] = radius_of_half_angle(np.clip(arcs[block], narrowest, np.pi / 2))
    roots = np.flatnonzero(tree.parents < 0)
    if len(roots) == 1:
        radii[roots] = 0.0
    make_radii_grow(tree.order, tree.parents, radii, max_radius)
    return radii
