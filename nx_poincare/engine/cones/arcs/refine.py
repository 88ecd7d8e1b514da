r"""Nested arcs refined on their true cost.

Nested arcs are exact for the pairs on the tree and spend the range of float64 on the others by a
rule. Here the result is measured (`nx_poincare.engine.cones.arcs.costs`) and improved: the better of two
styles of layout is taken, pads are adapted once to the measured cost, then in rounds the arcs of the inner nodes
that are missed, or miss an ancestor, are moved and resized one at a time (`nx_poincare.engine.cones.arcs.descent`),
and leaves go where their own rows cost least (`nx_poincare.engine.cones.arcs.leaves`). What costs least by
`nx_poincare.engine.ranking.scores.arcs_cost` is kept.

The work is bounded by the pairs of the closure, the comparisons of rows with inner nodes and the
thresholds that are priced. Where the first two are beyond the bounds, the better style by a sample of
the rows is all.
"""

from __future__ import annotations

import logging
import math
import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from nx_poincare.engine.cones.arcs.costs import ArcCosts
from nx_poincare.engine.cones.arcs.descent import Tree, descend
from nx_poincare.engine.cones.arcs.keys import DiskPoints
from nx_poincare.engine.cones.arcs.leaves import ArcTiers, move_leaves
from nx_poincare.engine.cones.arcs.nested_arcs import Arcs, ArcStyle, nested_arcs
from nx_poincare.engine.cones.arcs.tables import BINS, Intruders, Tables, tabulate
from nx_poincare.engine.dag.dag import ClosureTooLargeError, Dag
from nx_poincare.engine.dag.spanning_tree import SpanningTree
from nx_poincare.engine.dag.transitive_reduction import without_redundant_parents
from nx_poincare.engine.dag.tree_sums import is_below
from nx_poincare.engine.ranking.exact import mean_scores, ranked_blocks
from nx_poincare.engine.ranking.keys import candidates
from nx_poincare.engine.ranking.scores import ARCS_PRECISION_WEIGHT, MeanScores, arcs_cost
from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = ["refined_arcs"]

_logger = logging.getLogger(__name__)

_SHARING = ArcStyle(pad_exponent=1.1, widest_pad=1e5, leaf_width=0.1, sharing=True)
_MOST_PAIRS = 10_000_000  # of the closure
_LARGEST_CLOSURE = 50_000_000  # pairs; about a hundred bytes each are held in memory, whatever the effort
_MOST_COMPARISONS = 1_000_000_000  # of rows with inner nodes, for one measurement: ten seconds or less
_SAMPLED_ROWS, _SAMPLED_PAIRS = 1000, 1_000_000_000  # where there are more; a pair is of a row and any node
_MOST_ROWS = 300_000  # with missed ancestors; the table of a row takes a kilobyte
_MOST_THRESHOLDS = 2_200_000  # priced in all rounds together, for each unit of the largest radius
_ROUNDS = 6
_LEAST_GAIN = 0.01  # of the cost, for another round
_LARGEST_PART = 0.7  # of the thresholds left, for a round of the descent
_NODES_PER_THRESHOLD = 4  # looked at for a leaf in the time of a threshold
_ADAPTATION_POWER = 0.25  # of the blame in a pad's change
_NODES_PER_CALL = 100  # between two calls an interrupt is heard
_SMALL = 64  # the rows of smaller subtrees get tables, so that the node above may leave them


def refined_arcs(dag: Dag, *, max_radius: float, arcs: Arcs | None = None, effort: float = 1.0) -> Arcs:
    """Nested arcs, improved where ancestors are missed; never worse than `nested_arcs` by what is measured.

    Parameters
    ----------
    dag : Dag
    max_radius : float
        Largest hyperbolic radius.
    arcs : Arcs, optional
        What `nested_arcs` gives for the same, where it is known already.
    effort : float, default 1.0
        Pairs, comparisons, rounds and thresholds, in units of the default bounds.

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
    kept = _Kept(arcs)
    try:
        _refine(kept, dag, max_radius, effort)
    except KeyboardInterrupt:
        warnings.warn("the refinement of arcs was interrupted; the best arcs so far are used", stacklevel=2)
    return kept.arcs


def _refine(kept: _Kept, dag: Dag, max_radius: float, effort: float) -> None:
    """Offer what may cost less: another style, and where all rows can be measured adapted pads and moved arcs."""
    tree = kept.arcs.tree
    sharing = nested_arcs(dag, max_radius=max_radius, style=_SHARING, tree=tree)
    costs = _measurable(dag, kept.arcs, effort)
    if costs is None:
        _logger.info("arcs: too many to be measured; the arcs are not refined, a sample decides between two layouts")
        kept.measure_by(partial(_cost_of_sample, dag, _sample(dag, effort)))
        kept.offer(sharing)
        return
    kept.measure_by(partial(_cost_of_all, costs))
    style = _SHARING if kept.offer(sharing) else ArcStyle()
    if kept.cost > 0:
        kept.measure_again()
        factors = _pad_changes(costs, tree)
        kept.offer(nested_arcs(dag, max_radius=max_radius, style=style, tree=tree, pad_factors=factors))
    weight = ARCS_PRECISION_WEIGHT * len(costs.rows.keys) / np.count_nonzero(np.diff(costs.rows.starts))
    left = int(_MOST_THRESHOLDS * max_radius * effort)
    for _ in range(math.ceil(_ROUNDS * effort)):
        if kept.cost == 0 or left <= 0:
            break
        before = kept.cost
        kept.measure_again()
        trial, thresholds = _descent_round(kept.arcs, costs, max_radius, weight, int(_LARGEST_PART * left))
        kept.offer(trial)
        left -= thresholds
        kept.measure_again()
        trial, nodes = _leaf_round(kept.arcs, costs, max_radius, weight, left)
        kept.offer(trial)
        left -= nodes // _NODES_PER_THRESHOLD
        if kept.cost > (1 - _LEAST_GAIN) * before:
            break


def _measurable(dag: Dag, arcs: Arcs, effort: float) -> ArcCosts | None:
    """The costs of all rows, if measuring them takes no more than the work that is allowed."""
    try:
        dag.count_ancestors(int(min(_MOST_PAIRS * effort, _LARGEST_CLOSURE)))
    except ClosureTooLargeError as error:
        _logger.info("arcs: about %d ancestor pairs", error.pairs)
        return None
    costs = ArcCosts(dag, arcs.tree)
    comparisons = costs.comparisons(DiskPoints.of(arcs.angles, arcs.radii))
    if comparisons > _MOST_COMPARISONS * effort or np.count_nonzero(costs.off_tree) > _MOST_ROWS:
        _logger.info("arcs: %d comparisons of rows with inner nodes", comparisons)
        return None
    return costs


class _Kept:
    """The arcs that cost least so far."""

    def __init__(self, arcs: Arcs) -> None:
        self.arcs = arcs

    def measure_by(self, cost: Callable[[Arcs], float]) -> None:
        """What is offered from now on is measured, and so is what is kept."""
        self._cost = cost
        self._measured = self.arcs
        self.cost = cost(self.arcs)

    def offer(self, trial: Arcs) -> bool:
        """Keep other arcs if they cost less."""
        self._measured = trial
        cost = self._cost(trial)
        if cost >= self.cost:
            return False
        self.arcs, self.cost = trial, cost
        return True

    def measure_again(self) -> None:
        """Make the arcs kept those that were measured last."""
        if self._measured is not self.arcs:
            self._cost(self.arcs)
            self._measured = self.arcs


def _sample(dag: Dag, effort: float = 1.0) -> IntArray:
    """Nodes at even distances among those with ancestors, so few that their ranks are soon known."""
    rows = np.flatnonzero(np.diff(dag.parent_starts) > 0)
    pairs_per_row = dag.estimated_pairs() / len(rows)
    most = min(_SAMPLED_ROWS, _SAMPLED_PAIRS // dag.n, _MOST_PAIRS / max(pairs_per_row, 1))
    return rows[:: -(-len(rows) // max(int(most * effort), 1))]


def _cost_of_sample(dag: Dag, rows: IntArray, arcs: Arcs) -> float:
    """The cost by the ranks of some rows."""
    nodes = candidates(arcs.directions, arcs.radii)
    return _cost_of_scores(mean_scores(ranked_blocks(nodes, rows, dag.ancestors_of, 1)))


def _pad_changes(costs: ArcCosts, tree: SpanningTree) -> FloatArray:
    """Factors that widen the pads of the ancestors that cost much, and narrow the others."""
    blame = 1 + np.bincount(costs.rows.ancestors, costs.rows.before, len(tree.missed))
    typical = np.exp(np.log(blame[tree.missed > 0]).mean())
    changes = np.clip((blame / typical) ** _ADAPTATION_POWER, 0.25, 4.0)
    return np.where(tree.missed > 0, changes, 1.0)


def _cost_of_all(costs: ArcCosts, arcs: Arcs) -> float:
    """The cost by the ranks of all rows."""
    return _cost_of_scores(costs.measure(DiskPoints.of(arcs.angles, arcs.radii)))


def _cost_of_scores(scores: MeanScores) -> float:
    _logger.debug("arcs: mean rank %.4f, MAP %.5f", *scores)
    return arcs_cost(scores)


def _descent_round(
    arcs: Arcs, costs: ArcCosts, max_radius: float, weight: float, most_thresholds: int
) -> tuple[Arcs, int]:
    """One round of the descent and the thresholds it priced; the arcs are those measured last."""
    tree = arcs.tree
    points = DiskPoints.of(arcs.angles, arcs.radii)
    movable = ((tree.missed > 0) | costs.off_tree) & (tree.parents >= 0)
    movable[costs.leaves] = False
    tables = _tables(costs, points, tree, movable)
    leaf_angles = points.angles[costs.leaves]
    by_angle = np.argsort(leaf_angles, kind="stable")
    intruders = Intruders(
        costs.inner,
        costs.leaves[by_angle],
        leaf_angles[by_angle],
        float(points.exp_minus_radius[costs.leaves].max(initial=0.0)),
    )
    tabulate(costs.rows, points, tables, intruders)
    pair_costs = _pair_costs(costs, weight)
    blame = np.bincount(costs.rows.ancestors, pair_costs, len(movable)) + _row_sums(costs, pair_costs)
    nodes = np.flatnonzero(movable)
    nodes = nodes[np.lexsort((-blame[nodes], tree.missed[nodes] == 0))]
    moves, gain, thresholds = 0, 0.0, 0
    shape = Tree(tree.parents, tree.sizes, *_tree_children(tree))
    for first in range(0, len(nodes), _NODES_PER_CALL):
        found = descend(
            nodes[first : first + _NODES_PER_CALL], float(np.exp(-max_radius)), weight, most_thresholds - thresholds,
            shape, costs.rows, points, costs.descendants, tables, intruders,
        )  # fmt: skip
        moves, gain, thresholds = moves + found[0], gain + found[1], thresholds + found[2]
    _logger.debug(
        "arcs: %d arcs moved for a gain of %.4f, %d thresholds", moves, gain / len(costs.rows.keys), thresholds
    )
    return _moved(arcs, points, max_radius), thresholds


def _leaf_round(
    arcs: Arcs, costs: ArcCosts, max_radius: float, weight: float, most_thresholds: int
) -> tuple[Arcs, int]:
    """Leaves put where their own rows cost least, and the nodes looked at for that; as `_descent_round`."""
    points = DiskPoints.of(arcs.angles, arcs.radii)
    cost = _row_sums(costs, _pair_costs(costs, weight))[costs.leaves]
    dear = np.flatnonzero(cost > 0)
    leaves = costs.leaves[dear[np.argsort(-cost[dear], kind="stable")]]
    angles = points.angles
    by_angle = np.argsort(angles, kind="stable")
    tiers = ArcTiers.of(costs.inner, points)
    moves, nodes = 0, 0
    for first in range(0, len(leaves), _NODES_PER_CALL):
        found = move_leaves(
            leaves[first : first + _NODES_PER_CALL], float(np.exp(-max_radius)), weight,
            most_thresholds * _NODES_PER_THRESHOLD - nodes, costs.rows, points, tiers, angles[by_angle], by_angle,
        )  # fmt: skip
        moves, nodes = moves + found[0], nodes + found[1]
    _logger.debug("arcs: %d leaves moved, %d nodes looked at", moves, nodes)
    return _moved(arcs, points, max_radius), nodes


def _moved(arcs: Arcs, points: DiskPoints, max_radius: float) -> Arcs:
    """Arcs with the angles and radii of points; radii that are still the same keep their last bit."""
    radii = np.where(points.exp_minus_radius == np.exp(-arcs.radii), arcs.radii, -np.log(points.exp_minus_radius))
    return replace(arcs, angles=points.angles, radii=np.minimum(radii, max_radius))


def _row_sums(costs: ArcCosts, of_pairs: FloatArray) -> FloatArray:
    """Sums over the ancestors of each node."""
    lengths = np.diff(costs.rows.starts)
    sums = np.bincount(np.repeat(np.arange(len(lengths)), lengths), of_pairs, len(lengths))
    return np.asarray(sums, dtype=np.float64)


def _pair_costs(costs: ArcCosts, weight: float) -> FloatArray:
    """What each ancestor costs in the rank and precision of its row."""
    starts, _, _, before = costs.rows
    lengths = np.repeat(np.diff(starts), np.diff(starts))
    ranks = np.arange(len(before)) - np.repeat(starts[:-1], np.diff(starts)) + 1
    return np.asarray(before + weight * before / (before + ranks) / lengths, dtype=np.float64)


def _tables(costs: ArcCosts, points: DiskPoints, tree: SpanningTree, movable: NDArray[np.bool_]) -> Tables:
    """Empty tables of the rows with far ancestors, of movable nodes and of small subtrees below these."""
    far, near = costs.far_and_near_rows(points)
    tops = movable & (tree.sizes <= _SMALL)
    chosen = movable | is_below(tree.order, tree.parents, tops)
    chosen[far] = True
    chosen &= np.diff(costs.rows.starts) > 0
    rows = np.flatnonzero(chosen)
    place = np.full(len(chosen), -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    near = near[~chosen[near]]
    caps, last, x, y, sigma = np.zeros((5, len(rows)))
    counts = np.zeros((len(rows), BINS), dtype=np.int32)
    return Tables(rows, place, caps, last, x, y, sigma, counts, near, points.angles[near])


def _tree_children(tree: SpanningTree) -> tuple[IntArray, IntArray]:
    """Offsets and children of every node in the tree."""
    has_parent = np.flatnonzero(tree.parents >= 0)
    by_parent = has_parent[np.argsort(tree.parents[has_parent], kind="stable")]
    counts = np.bincount(tree.parents[has_parent], minlength=len(tree.parents))
    return np.concatenate([[0], np.cumsum(counts)]), by_parent
