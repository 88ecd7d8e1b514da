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

from dataclasses import dataclass

import numpy as np

from nx_poincare.engine.cones.arcs.fitted_slots import HEADROOM, LOG_INNER_SLOT, ArcStyle, Missed, Slots, fitted_slots
from nx_poincare.engine.cones.arcs.sibling_order import Siblings, barycentres, edges_off_tree, siblings_by_key
from nx_poincare.engine.cones.arcs.slots import make_radii_grow, place_slots
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.spanning_tree import SpanningTree, spanning_tree
from nx_poincare.engine.dag.transitive_reduction import without_redundant_parents
from nx_poincare.engine.geometry.ball import half_angle, radius_of_half_angle
from nx_poincare.utils.arrays import FloatArray, IntArray, blocks_of_rows

__all__ = ["ArcStyle", "Arcs", "nested_arcs", "unit_vectors"]

_PAD_WIDTH = 0.999  # arc of a padded node as a share of its slot


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
    missed = Missed.of(tree.missed, place)
    walked = tree.without_counts().in_order(place)  # numbered as loops meet them
    factors = None if pad_factors is None else pad_factors[tree.order]
    child = parent = place[:0]
    if siblings is None:
        child, parent = (place[ends] for ends in edges_off_tree(dag, tree))
    order = tree.order
    del tree  # of millions of nodes, if nobody else has it; made again in the end
    if siblings is None:
        siblings = _siblings_by_barycentres(walked, place, child, parent, missed, style.sharing, max_radius)
    widths = fitted_slots(
        walked, siblings, missed, max_radius, style=style, sharing=style.sharing, factors=factors
    )  # fmt: skip
    angles, slots = _place(siblings, widths, walked)
    reaches = widths.sizes
    del siblings, widths
    radii = _radii(walked, _arc_widths(missed, slots, reaches, style.leaf_width), max_radius)
    del reaches
    slots = slots[place] if with_slots else slots[:0].copy()
    angles = angles[place]
    radii = radii[place]
    tree = walked.out_of_order(order, place)
    del walked, place
    return Arcs(angles, radii, slots, tree.with_counts(Missed(order[missed.nodes], missed.counts).of_all(dag.n)))


def _siblings_by_barycentres(
    walked: SpanningTree, place: IntArray, child: IntArray, parent: IntArray, missed: Missed, sharing: bool,
    max_radius: float,
) -> Siblings:  # fmt: skip
    """Siblings by where their subtrees are pulled in a first layout, in which larger ones come first.

    ``child`` and ``parent`` are the ends of the edges off the tree.
    """
    by_size = siblings_by_key(walked, np.negative(walked.with_sizes().sizes, dtype=np.float64), place)
    angles = _place(by_size, fitted_slots(walked, by_size, missed, max_radius, sharing=sharing), walked)[0]
    del by_size
    return siblings_by_key(walked, barycentres(walked.with_sizes(), child, parent, angles), place)


def _place(siblings: Siblings, slots: Slots, tree: SpanningTree) -> tuple[FloatArray, FloatArray]:
    """Angles and half-widths of the slots; how far the children of each node reach from its angle replaces sizes."""
    return place_slots(
        tree.order, tree.parents, *siblings, slots.sizes, slots.left_counts, LOG_INNER_SLOT, HEADROOM
    )  # fmt: skip


def _arc_widths(missed: Missed, slots: FloatArray, reaches: FloatArray, leaf_width: float) -> FloatArray:
    """Half-angles: wide for ancestors that some descendants miss, tight for all others; in the place of `reaches`."""
    for block in blocks_of_rows(len(slots)):
        reaches[block] = np.where(reaches[block] > 0, reaches[block], leaf_width * slots[block])
    reaches[missed.nodes] = np.maximum(_PAD_WIDTH * slots[missed.nodes], reaches[missed.nodes])
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
