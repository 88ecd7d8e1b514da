"""Arcs of graphs far from a tree: several spanning trees and orders of siblings, the best of which is refined longer.

Where a large part of the ancestor pairs lies off any tree, what is near what on the circle decides more than how wide
an arc is. So trees that leave few ancestors missed often, or few pairs missed, are laid out with siblings ordered in
rounds (`nx_poincare.engine.cones.arcs.sibling_order`), pads are adapted to the measured cost as long as that falls,
and from what costs least the arcs of inner nodes and the leaves move in turns (`nx_poincare.engine.cones.arcs.moves`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

import numpy as np

from nx_poincare.engine.cones.arcs.costs import ArcCosts
from nx_poincare.engine.cones.arcs.keys import DiskPoints
from nx_poincare.engine.cones.arcs.measured import KeptArcs, cost_of_all, pad_changes
from nx_poincare.engine.cones.arcs.moves import descent_round, leaf_round
from nx_poincare.engine.cones.arcs.nested_arcs import Arcs, ArcStyle, nested_arcs
from nx_poincare.engine.cones.arcs.sibling_order import Siblings, ordered_siblings, sifted_siblings
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.spanning_tree import SpanningTree, spanning_tree

__all__ = ["is_far_from_tree", "searched_arcs"]

_FAR = 0.1  # share of the ancestor pairs that lie off the tree
_EXPONENTS = 0.6, 0.8  # of other trees than the first; see `spanning_tree`
_LEAST_ORDERS, _MOST_ORDERS = 2, 6  # laid out
_MOST_COMPARISONS = 1_000_000_000  # of rows with inner nodes, for measuring each order once
_MOST_FOR_LAYOUT = 100_000  # thresholds for the leaves of a layout, for each unit of the largest radius
_MOST_REFINED = 2  # layouts
_MOST_ADAPTATIONS = 8
_MOST_THRESHOLDS = 4_000_000  # priced in all rounds together, for each unit of the largest radius
_ROUNDS = 8
_LEAST_GAIN = 0.01  # of the cost, for another round
_LARGEST_PART = 0.7  # of the thresholds left, for a round of the descent


def is_far_from_tree(tree: SpanningTree) -> bool:
    """Whether more than a tenth of the ancestor pairs are off the tree: where the search pays."""
    return tree.share_off_tree > _FAR


def searched_arcs(
    dag: Dag,
    costs: ArcCosts,
    first: Arcs,
    refined: Arcs,
    *,
    style: ArcStyle,
    weight: float,
    max_radius: float,
    effort: float,
) -> Iterator[Arcs]:
    """Arcs that may be better than those refined: the best layouts with all arcs moved, then the refined moved further.

    Parameters
    ----------
    dag : Dag
        Without redundant parents.
    costs : ArcCosts
        Of the `Dag`.
    first, refined : Arcs
        As laid out and as refined so far.
    style : ArcStyle
        Of the layouts.
    weight : float
        Of one minus the average precision of a row, in intruders.
    max_radius : float
        Largest hyperbolic radius.
    effort : float
        Layouts, rounds and thresholds, in units of the default bounds.
    """
    rounds = math.ceil(_ROUNDS * effort)
    left = budget = int(_MOST_THRESHOLDS * max_radius * effort)
    moved = []
    for layout in _layouts(dag, costs, first, style, weight, max_radius, effort)[: math.ceil(_MOST_REFINED * effort)]:
        if left > budget // 2:
            left -= _move_in_turns(layout, costs, weight, max_radius, left, rounds)
            moved.append(layout)
    for layout in sorted(moved, key=lambda kept: kept.cost):
        yield layout.arcs
    if left > 0:
        kept = KeptArcs(refined)
        _move_in_turns(kept, costs, weight, max_radius, left, rounds)
        yield kept.arcs


def _layouts(
    dag: Dag, costs: ArcCosts, arcs: Arcs, style: ArcStyle, weight: float, max_radius: float, effort: float
) -> list[KeptArcs]:
    """Several orders laid out with pads adapted, those first that would cost least with their leaves moved.

    The leaves stay, since they would be in the way of the inner nodes.
    """
    work = max(costs.comparisons(DiskPoints.of(arcs.angles, arcs.radii)), 1)
    count = math.ceil(min(_MOST_ORDERS, max(_LEAST_ORDERS, _MOST_COMPARISONS / work)) * effort)
    most = int(_MOST_FOR_LAYOUT * max_radius * effort)
    layouts, promises = [], []
    for tree, siblings in _orders(dag, arcs.tree, count):
        kept = _adapted(dag, costs, tree, siblings, style, max_radius)
        kept.measure_again()
        moved, _ = leaf_round(kept.arcs, costs, max_radius, weight, most)
        layouts.append(kept)
        promises.append(min(kept.cost, cost_of_all(costs, moved)))
    return [layouts[i] for i in np.argsort(promises, kind="stable")]


def _orders(dag: Dag, first: SpanningTree, count: int) -> Iterator[tuple[SpanningTree, Siblings]]:
    """So many trees with siblings in order: sifted for all trees, not sifted, then sifted from random orders."""
    trees = [first, *(spanning_tree(dag, exponent) for exponent in _EXPONENTS[: count - 1])]
    for i in range(count):
        turn, tree = i // len(trees), trees[i % len(trees)]
        siblings = ordered_siblings(dag, tree, np.random.default_rng(i) if turn > 1 else None)
        yield tree, siblings if turn == 1 else sifted_siblings(dag, tree, siblings)


def _adapted(
    dag: Dag, costs: ArcCosts, tree: SpanningTree, siblings: Siblings, style: ArcStyle, max_radius: float
) -> KeptArcs:
    """A layout, again and again with pads adapted to the measured cost until that has not fallen."""
    place = partial(nested_arcs, dag, max_radius=max_radius, style=style, tree=tree, siblings=siblings)
    kept = KeptArcs(place())
    kept.measure_by(partial(cost_of_all, costs))
    factors = np.ones(dag.n)
    for _ in range(_MOST_ADAPTATIONS):
        factors = factors * pad_changes(costs, tree)
        if kept.cost == 0 or not kept.offer(place(pad_factors=factors)):
            break
    return kept


def _move_in_turns(
    kept: KeptArcs, costs: ArcCosts, weight: float, max_radius: float, most_thresholds: int, rounds: int
) -> int:
    """Offer arcs of inner nodes and leaves that are moved in turns, as long as that gains; the thresholds priced."""
    kept.measure_by(partial(cost_of_all, costs))  # other layouts have been measured since
    left = most_thresholds
    for _ in range(rounds):
        if kept.cost == 0 or left <= 0:
            break
        before = kept.cost
        for move, part in ((partial(descent_round, both_ends=True), _LARGEST_PART), (leaf_round, 1.0)):
            kept.measure_again()
            trial, thresholds = move(kept.arcs, costs, max_radius, weight, int(part * left))
            kept.offer(trial)
            left -= thresholds
        if kept.cost > (1 - _LEAST_GAIN) * before:
            break
    return most_thresholds - left
