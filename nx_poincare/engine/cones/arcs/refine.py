r"""Nested arcs refined on their true cost.

Nested arcs are exact for the pairs on the tree and spend the range of float64 on the others by a
rule. Here the result is measured (`nx_poincare.engine.cones.arcs.costs`) and improved: the better of two
styles of layout is taken, pads are adapted once to the measured cost, then the arcs of the ancestors
that some descendants miss are moved and resized one at a time (`nx_poincare.engine.cones.arcs.descent`). What
costs least by `nx_poincare.engine.ranking.scores.arcs_cost` is kept.

Graphs far from a tree are searched further (`nx_poincare.engine.cones.arcs.search`). What is found
there is taken if neither mean rank nor MAP nor the F1 of the order is worse; ranks and order are exact, of all rows
or of evenly many.

The work is bounded by the pairs of the closure, the comparisons of rows with inner nodes and the
thresholds that are priced. Where the first two are beyond the bounds, the best layout by a sample of
the rows is all.
"""

from __future__ import annotations

import logging
import math
import warnings
from collections.abc import Iterable
from functools import partial

import numpy as np

from nx_poincare.engine.cones.arcs.costs import ArcCosts
from nx_poincare.engine.cones.arcs.measured import (
    KeptArcs,
    cost_of_all,
    cost_of_sample,
    evenly_spaced_rows,
    measurable_costs,
    pad_changes,
)
from nx_poincare.engine.cones.arcs.moves import descent_round
from nx_poincare.engine.cones.arcs.nested_arcs import Arcs, ArcStyle, nested_arcs
from nx_poincare.engine.cones.arcs.search import is_far_from_tree, searched_arcs
from nx_poincare.engine.cones.arcs.sibling_order import ordered_siblings, sifted_siblings
from nx_poincare.engine.cones.comparison import MOST_COMPARED, ranks_and_orders_no_worse, rows_to_judge, scores_of
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.transitive_reduction import without_redundant_parents
from nx_poincare.engine.ranking.scores import ARCS_PRECISION_WEIGHT
from nx_poincare.utils.interrupts import take_interrupt
from nx_poincare.utils.workers import ONE_THREAD

__all__ = ["refined_arcs"]

_logger = logging.getLogger(__name__)

_SHARING = ArcStyle(pad_exponent=1.1, widest_pad=1e5, leaf_width=0.1, sharing=True)
_MOST_THRESHOLDS = 1_500_000  # priced in all rounds of the descent together, for each unit of the largest radius
_ROUNDS = 2


def refined_arcs(
    dag: Dag, *, max_radius: float, arcs: Arcs | None = None, effort: float = 1.0, search: bool = True
) -> Arcs:
    """Nested arcs, improved where ancestors are missed; never worse than `nested_arcs` by what is measured.

    Parameters
    ----------
    dag : Dag
    max_radius : float
        Largest hyperbolic radius.
    arcs : Arcs, optional
        What `nested_arcs` gives for the same, where it is known already.
    effort : float, default 1.0
        Pairs, comparisons, layouts, rounds and thresholds, in units of the default bounds.
    search : bool, default True
        Whether graphs far from a tree are searched further.

    Returns
    -------
    Arcs
        Nested as `nested_arcs` has them on trees. Elsewhere a refined node may be outside of its
        parent's arc, and `slots` are those of the layout it started from.

    Examples
    --------
    >>> dag = Dag.from_edges(np.array([0, 0, 0, 1, 2, 2, 3]), np.array([1, 2, 3, 4, 4, 5, 5]), 6)
    >>> arcs = refined_arcs(dag, max_radius=36)
    >>> bool(arcs.radii.max() <= 36)
    True
    """
    arcs = nested_arcs(dag, max_radius=max_radius) if arcs is None else arcs
    if not arcs.tree.missed.any():
        return arcs
    dag = without_redundant_parents(dag)  # as the tree of the arcs was chosen
    kept = KeptArcs(arcs)
    try:
        _refine(kept, dag, max_radius, effort, search and is_far_from_tree(arcs.tree))
    except KeyboardInterrupt:
        take_interrupt()
        warnings.warn("the refinement of arcs was interrupted; the best arcs so far are used", stacklevel=2)
    return kept.arcs


def _refine(kept: KeptArcs, dag: Dag, max_radius: float, effort: float, is_far: bool) -> None:
    """Offer what may cost less: other layouts, and where all rows can be measured adapted pads and moved arcs."""
    first = kept.arcs
    sharing = nested_arcs(dag, max_radius=max_radius, style=_SHARING, tree=first.tree)
    costs = measurable_costs(dag, first, effort)
    if costs is None:
        _logger.info("arcs: too many to be measured; the arcs are not refined, a sample decides between layouts")
        kept.measure_by(partial(cost_of_sample, dag, evenly_spaced_rows(dag, effort)))
        kept.offer(sharing)
        if is_far:
            _offer_ordered(kept, dag, max_radius, effort)
        return
    kept.measure_by(partial(cost_of_all, costs))
    style = _SHARING if kept.offer(sharing) else ArcStyle()
    if kept.cost > 0:
        kept.measure_again()
        factors = pad_changes(costs, first.tree)
        kept.offer(nested_arcs(dag, max_radius=max_radius, style=style, tree=first.tree, pad_factors=factors))
    weight = ARCS_PRECISION_WEIGHT * len(costs.rows.keys) / np.count_nonzero(np.diff(costs.rows.starts))
    _descend(kept, costs, weight, max_radius, effort)
    if is_far and kept.cost > 0:
        trials = searched_arcs(
            dag, costs, first, kept.arcs, style=style, weight=weight, max_radius=max_radius, effort=effort
        )
        _offer_judged(kept, dag, trials, effort)


def _descend(kept: KeptArcs, costs: ArcCosts, weight: float, max_radius: float, effort: float) -> None:
    """Rounds of the descent, as long as they gain."""
    left = int(_MOST_THRESHOLDS * max_radius * effort)
    for _ in range(math.ceil(_ROUNDS * effort)):
        if kept.cost == 0 or left <= 0:
            break
        kept.measure_again()
        trial, thresholds = descent_round(kept.arcs, costs, max_radius, weight, left)
        left -= thresholds
        if not kept.offer(trial):
            break


def _offer_ordered(kept: KeptArcs, dag: Dag, max_radius: float, effort: float) -> None:
    """Offer the layout with siblings ordered in rounds, if it is no worse by what decides."""
    tree = kept.arcs.tree
    siblings = sifted_siblings(dag, tree, ordered_siblings(dag, tree))
    trial = nested_arcs(dag, max_radius=max_radius, style=_SHARING, tree=tree, siblings=siblings)
    _offer_judged(kept, dag, [trial], effort)


def _offer_judged(kept: KeptArcs, dag: Dag, trials: Iterable[Arcs], effort: float) -> None:
    """Keep the first of which neither mean rank nor MAP nor the F1 of the order is worse, by some rows or all."""
    rows = rows_to_judge(dag, np.flatnonzero(np.diff(dag.parent_starts)), MOST_COMPARED * effort)
    old = scores_of(dag, kept.arcs.directions, kept.arcs.radii, rows, ONE_THREAD)
    for trial in trials:
        new = scores_of(dag, trial.directions, trial.radii, rows, ONE_THREAD)
        _logger.info("arcs: mean rank %.4f, MAP %.5f, F1 %.5f; searched: %.4f, %.5f, %.5f", *old[:3], *new[:3])
        if ranks_and_orders_no_worse(new, old):
            kept.arcs = trial
            break
