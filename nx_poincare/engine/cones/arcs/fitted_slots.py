"""How wide a slot of the circle every node of nested arcs gets, so that all fit and the precision there is is used.

The method is that of `nx_poincare.engine.cones.arcs.nested_arcs`: slots bottom up, of which the deepest chains give up
their own where the circle is too narrow; where it is too wide the rest is spent on pads.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from nx_poincare.engine.cones.arcs.sibling_order import Siblings
from nx_poincare.engine.cones.arcs.slots import slot_sizes
from nx_poincare.engine.dag.spanning_tree import SpanningTree
from nx_poincare.engine.dag.tree_sums import raise_to_largest, sum_up_subtrees
from nx_poincare.engine.geometry.ball import half_angle
from nx_poincare.utils.arrays import BoolArray, FloatArray, IntArray, blocks_of_rows

__all__ = ["HEADROOM", "LOG_INNER_SLOT", "ArcStyle", "Missed", "Slots", "fitted_slots"]

_logger = logging.getLogger(__name__)

LOG_INNER_SLOT = float(np.log(1.0))  # own slot of an inner node, in slots of a leaf
HEADROOM = 2.2  # the circle at the origin, in slots of the widest child: its arc stays below a half
_LEAF_MARGIN = 2.0  # the narrowest slot, in arcs of a point at max_radius
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


class Missed(NamedTuple):
    """The nodes that some descendants miss, which are few in what is nearly a tree.

    Attributes
    ----------
    nodes : ndarray of the type of the tree
        Distinct, in no particular order.
    counts : ndarray of float64, of the same shape
        How many descendants miss each of them.
    """

    nodes: IntArray
    counts: FloatArray

    @classmethod
    def of(cls, counts: FloatArray, place: IntArray) -> Missed:
        """Those of counts of all nodes, under the numbers that they have in `place`."""
        nodes = np.flatnonzero(counts)
        return cls(place[nodes], counts[nodes])

    def of_all(self, nodes: int) -> FloatArray:
        """Counts of so many nodes, 0 for those that nothing misses."""
        counts = np.zeros(nodes)
        counts[self.nodes] = self.counts
        return counts


@dataclass(frozen=True)
class _Request:
    """What the nodes ask for; lengths as logarithms, in slots of a leaf."""

    siblings: Siblings
    leaf_counts: IntArray  # below each node; empty: they do not matter
    pads: FloatArray  # empty: none
    heavy: float = np.inf  # a node with more leaves gives up its own slot where that saves much
    most_excess: float = np.inf  # a node whose slot would exceed its leaves by more gives up its own slot


class Slots:
    """Slots of all nodes for a request, and for others that change part of them.

    Attributes
    ----------
    sizes : ndarray of float64, shape (n,)
        Logarithms of their widths, in slots of a leaf.
    left_counts : ndarray of int, shape (n,)
        How many children stand to the left of a node; of one that shares the direction of child number i, -1 - i.
    """

    def __init__(self, request: _Request, tree: SpanningTree) -> None:
        self.sizes = np.zeros(len(tree.parents))
        self.left_counts = np.zeros_like(tree.parents)
        ring = tree.parents < 0
        if np.count_nonzero(ring) == 1:  # a single root lies at the origin and leaves the circle to its children
            ring = tree.parents == np.flatnonzero(ring)[0]
        self._ring = np.flatnonzero(ring)
        self._fill(request, tree.order)
        self._first: tuple[IntArray, FloatArray, IntArray] | None = None  # of the nodes that have changed since

    def change(self, request: _Request, nodes: IntArray) -> None:
        """Slots for a request that differs from the first in these nodes only, every parent before its children."""
        if self._first is not None:
            changed, self.sizes[changed], self.left_counts[changed] = self._first
            del changed
            self._first = None  # before as much is kept again
        self._first = nodes, self.sizes[nodes], self.left_counts[nodes]
        self._fill(request, nodes)

    def settle(self) -> None:
        """Forget what changes start from."""
        self._first = None

    def _fill(self, request: _Request, nodes: IntArray) -> None:
        slot_sizes(
            nodes, *request.siblings, request.leaf_counts, request.pads, LOG_INNER_SLOT,
            request.most_excess, request.heavy, np.log(_LEAST_SAVING), self.sizes, self.left_counts,
        )  # fmt: skip

    @property
    def circle(self) -> float:
        """Logarithm of the whole circle in slots of a leaf."""
        sizes = self.sizes[self._ring]
        if not len(sizes):
            return 0.0
        return float(sizes.max() + np.log(max(np.exp(sizes - sizes.max()).sum(), HEADROOM)))


def fitted_slots(
    tree: SpanningTree,
    siblings: Siblings,
    missed: Missed,
    max_radius: float,
    *,
    style: ArcStyle | None = None,
    sharing: bool = False,
    factors: FloatArray | None = None,
) -> Slots:
    """Spend the precision there is: give up own slots where it is too little, pad (with a style) with what is left.

    Parameters
    ----------
    tree : SpanningTree
        Whose nodes are numbered by their places in its order; its counts are not looked at.
    siblings : Siblings
        Children in order.
    missed : Missed
    max_radius : float
        Largest hyperbolic radius.
    style : ArcStyle, optional
        Of the pads; default: none.
    sharing : bool, default False
        Whether heavy nodes give up their own slots where ancestors are missed.
    factors : ndarray of float64, shape (n,), optional
        Of the pads of the style.
    """
    n = len(tree.parents)
    request = _Request(siblings, tree.parents[:0], np.zeros(0))
    if sharing and len(missed.nodes):
        heavy = max(_HEAVY_PART * np.count_nonzero(_are_leaves(siblings)), _HEAVY_LEAVES)
        request = replace(request, leaf_counts=_leaf_counts(tree, siblings), heavy=heavy)
    slots = Slots(request, tree)
    if n == 0:
        return slots
    available = np.log(np.pi / (_LEAF_MARGIN * float(half_angle(max_radius))))
    if slots.circle > available:
        _share_directions(request, slots, tree, available)
    elif style is not None and len(missed.nodes):
        _spend_on_pads(request, slots, tree, missed, available, style, factors)
    return slots


def _are_leaves(siblings: Siblings) -> BoolArray:
    starts = siblings[0][:-1]
    return np.asarray(starts[1:] == starts[:-1])


def _leaf_counts(tree: SpanningTree, siblings: Siblings) -> IntArray:
    """Leaves below each node, a leaf itself included."""
    counts = _are_leaves(siblings).astype(tree.parents.dtype)
    sum_up_subtrees(tree.order, tree.parents, counts)
    return counts


def _share_directions(request: _Request, slots: Slots, tree: SpanningTree, available: float) -> None:
    """Give up as few own slots, on top of the deepest chains, as make the circle fit."""
    counts = request.leaf_counts if len(request.leaf_counts) else _leaf_counts(tree, request.siblings)
    surely = available - np.log(counts[tree.parents < 0]).max()
    least = max(surely - 10.0, 0.0)
    excess_of_all = slots.sizes.copy()
    for block in blocks_of_rows(len(excess_of_all)):
        excess_of_all[block] -= np.log(counts[block])
    raise_to_largest(tree.order, tree.parents, excess_of_all)
    any_nodes = _above(excess_of_all, least, tree.order.dtype)
    excess = np.empty(len(any_nodes))
    for block in blocks_of_rows(len(excess)):
        excess[block] = excess_of_all[any_nodes[block]]
    del excess_of_all

    def change(most: float) -> None:
        slots.change(replace(request, leaf_counts=counts, most_excess=most), any_nodes[excess > most])

    def fits(most: float) -> bool:
        change(most)
        return slots.circle <= available

    most = _largest(fits, least, available)
    _logger.info("arcs: the slots of the deepest chains do not fit; their upper nodes share a descendant's direction")
    change(most)
    slots.settle()


def _above(values: FloatArray, least: float, kind: Any) -> IntArray:
    """The nodes whose values are larger, ascending."""
    blocks = blocks_of_rows(len(values))
    found = [(block.start + np.flatnonzero(values[block] > least)).astype(kind) for block in blocks]
    return np.concatenate([np.zeros(0, dtype=kind), *found])


def _spend_on_pads(
    request: _Request, slots: Slots, tree: SpanningTree, missed: Missed, available: float, style: ArcStyle,
    factors: FloatArray | None,
) -> None:  # fmt: skip
    """Pads as wide as the circle allows, for the nodes that are missed."""
    n = len(tree.parents)
    counts = missed.of_all(n)
    counts[tree.parents < 0] = 0.0
    raise_to_largest(tree.order, tree.parents, counts)
    padded = _above(counts, 0.0, tree.order.dtype)
    del counts
    own = missed.of_all(n)[padded]
    own[tree.parents[padded] < 0] = 0.0
    with np.errstate(divide="ignore"):
        wanted = style.pad_exponent * np.log(own)
    if factors is not None:
        wanted += np.log(factors[padded])
    request = replace(request, pads=np.full(n, -np.inf))

    def change(log_pad: float) -> None:
        request.pads[padded] = wanted + log_pad
        slots.change(request, padded)

    def fits(log_pad: float) -> bool:
        change(log_pad)
        return slots.circle <= available

    widest = np.log(style.widest_pad)
    log_pad = _largest(fits, widest - 40.0, widest)
    _logger.debug("arcs: pads of %.3g leaf slots", np.exp(log_pad))
    change(log_pad)
    slots.settle()


def _largest(holds: Callable[[float], bool], low: float, high: float) -> float:
    """Largest value in [low, high] for which a condition that fails for large values holds."""
    if holds(high):
        return high
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low
