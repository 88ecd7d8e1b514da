r"""Nested caps: the closed form in three and more dimensions.

A point v at direction s and radius r is nearer to u than the origin exactly when u lies beyond the
perpendicular bisector of v and the origin. That half-space cuts a cap around s out of the sphere at
infinity, of half-angle w with T = tan(w/2) = exp(-r/2). Give every node a cap that holds its children's
caps, siblings disjoint, its own direction in no child's cap: then nested caps make nested half-spaces,
and at any radius

    v is an ancestor of u  <=>  d(u, v) < d(u, origin).

**A tree** gets such caps exactly. Stereographic projection from the point opposite to s_v maps caps to
balls and v's cap to the ball of radius T_v around 0 in R^(D-1), at every scale and without approximation.
The children's packing (`nx_poincare.engine.cones.caps.ball_packing`), scaled to fill that ball, is mapped back:
the ball of radius b around c is the cap around the direction :math:`(1 - |c|^2 + b^2, 2c) / h`, with
:math:`T = 2b / (h + 1 + |c|^2 - b^2)` and :math:`h^2 = (1 + |c|^2 - b^2)^2 + 4 b^2`, in a frame whose first axis a
Householder reflection turns to s_v.

**Any other graph** is split into its multi-parent skeleton and pure trees
(`nx_poincare.engine.cones.skeleton.split`). The skeleton is trained (`nx_poincare.engine.cones.skeleton.optimise`);
pure trees are packed, as above, into the space around their attach points
(`nx_poincare.engine.cones.skeleton.attach_points`).
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from nx_poincare.engine.cones.arcs.nested_arcs import Arcs, nested_arcs
from nx_poincare.engine.cones.arcs.refine import refined_arcs
from nx_poincare.engine.cones.arcs.search import is_far_from_tree
from nx_poincare.engine.cones.caps.precision import pack_forest
from nx_poincare.engine.cones.caps.trees import tree_caps
from nx_poincare.engine.cones.caps.unfolding import unfold_packings
from nx_poincare.engine.cones.comparison import (
    MOST_COMPARED,
    PlacementScores,
    flat,
    is_about_as_good,
    ranks_and_orders_no_worse,
    rows_to_judge,
    scores_of,
)
from nx_poincare.engine.cones.skeleton.attach_points import AttachPoints, place_points
from nx_poincare.engine.cones.skeleton.optimise import StepCallback
from nx_poincare.engine.cones.skeleton.refine import Refinement, trained_skeleton, violates
from nx_poincare.engine.cones.skeleton.split import Skeleton, growing_caps, split
from nx_poincare.engine.cones.skeleton.start import start_skeleton
from nx_poincare.engine.cones.skeleton.state import SkeletonState
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.growing_radii import radii_growing_along_edges
from nx_poincare.engine.dag.tree_sums import path_sums
from nx_poincare.engine.ranking.scores import combined_cost
from nx_poincare.io.checkpoint import digest
from nx_poincare.utils.arrays import BoolArray, FloatArray
from nx_poincare.utils.interrupts import take_interrupt
from nx_poincare.utils.progress import logged_time
from nx_poincare.utils.workers import ONE_THREAD

__all__ = ["nested_caps"]

_log = logging.getLogger(__name__)

_Placing: TypeAlias = Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]

_WIDEST = 0.5  # T of the ball around an attach point at most
_PART_OF_CLEARANCE = 0.9
_WORTH_ARCS = 0.05  # cost that is left, from which on arcs may be better
_MOST_GAINED = 5.0  # the cost of arcs as laid out, at most, in units of that of refined ones
_MOST_GAINED_BY_SEARCH = 2.0  # the same of refined arcs, by a search
_MOST_PRECISION_GAINED = 2.0  # the same for what MAP and F1 lack
_SKELETON_PART = 0.7  # of max_radius, for caps; pure trees need the rest
_PART_ABOVE_LEAVES = 0.85  # where these are leaves
_SMALL_LEAF = 12.0  # -ln T of the leaves of pure trees at least, so that they intrude on no row elsewhere
# A leaf's cap in parts of its space, in three dimensions, where ancestors are often beyond the leaves around a node.
_LEAF_WIDTH = 0.1


def nested_caps(
    dag: Dag,
    dim: int,
    *,
    max_radius: float,
    rng: np.random.Generator,
    refinement: Refinement | None = None,
    is_cap: BoolArray | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Directions and hyperbolic radii of all nodes by nested caps.

    Parameters
    ----------
    dag : Dag
        Any number of roots; several roots are children of the origin.
    dim : int
        At least 2, where nested arcs (`nx_poincare.engine.cones.arcs.nested_arcs`) are mostly better.
    max_radius : float
        Largest radius. Directions in float64 resolve caps down to radius 36 or so.
    rng : numpy.random.Generator
        Used where nodes have several parents; trees and forests are determined by themselves.
    refinement : Refinement, optional
        How the skeleton is trained. Default: it stays where it starts.
    is_cap : ndarray of bool, shape (n,), optional
        Nodes of which the skeleton is made in any case, all ancestors of each among them: these need not nest, where
        the radius is scarce (`nx_poincare.engine.cones.scarce_radius`).

    Returns
    -------
    directions : ndarray of float64, shape (n, dim)
        Unit vectors.
    radii : ndarray of float64, shape (n,)
        Within 0 and ``max_radius``, growing along every edge. A single root has radius 0.

    Raises
    ------
    ValueError
        If an option is out of range.
    CheckpointError
        If the refinement's checkpoint is none, or of another run.

    Notes
    -----
    *A tree or forest* whose sizes fit is exact: each node's ancestors, and only they, are nearer to it than
    the origin (the root at the origin ties with it). A leaf lies near radius 2 ln(size of the root) with
    sizes as in `nx_poincare.engine.cones.caps.ball_packing`: a chain grows by 1.39 per node, so 25 nodes fit into
    radius 36; a star of 300,000 leaves needs radius 14 in three dimensions and 5 in ten.

    *Where a tree does not fit* the nodes on top of the deepest branches give up their own slots. Such a
    node lies in the cap of a child: some of its descendants come nearer to it than the origin. All other rows
    stay exact as long as this suffices; sizes then grow no faster than the number of nodes along a path, and
    a chain of 100,000 nodes fits. What fewer dimensions do better is taken from them
    (`nx_poincare.engine.cones.caps.trees`). For a ``max_radius`` that is too small even so, radii are clipped and kept
    growing along edges by a tiny step, and nodes at the rim cannot be distinguished.

    *Any other graph* keeps these relations within its pure trees; relations to nodes above them hold as far
    as the training brings it. Where it leaves much, the refined arcs of two dimensions are taken instead if their
    ranks or their order are clearly better.

    Examples
    --------
    >>> tree = Dag.from_edges(np.array([0, 0, 1]), np.array([1, 2, 3]), 4)
    >>> directions, radii = nested_caps(tree, 3, max_radius=36.0, rng=np.random.default_rng(0))
    >>> directions.shape, bool(radii[0] < radii[1] < radii[3])
    ((4, 3), True)
    """
    if dim < 2:
        raise ValueError(f"nested caps need dim >= 2, not {dim}")
    if not 0 < max_radius < np.inf:
        raise ValueError(f"max_radius must be positive and finite, not {max_radius}")
    if dag.n == 0:
        return np.zeros((0, dim)), np.zeros(0)
    skeleton = split(dag, _effort_of_closed_form(refinement), is_cap)
    if len(skeleton.caps) > 0:
        part = _SKELETON_PART if is_cap is None else _PART_ABOVE_LEAVES if len(skeleton.weights) else 1.0
        return _graph_caps(dag, skeleton, dim, max_radius, part, rng, refinement)
    return tree_caps(dag, skeleton, dim, max_radius, ONE_THREAD if refinement is None else refinement.workers)


def _graph_caps(
    dag: Dag,
    skeleton: Skeleton,
    dim: int,
    max_radius: float,
    part: float,
    rng: np.random.Generator,
    refinement: Refinement | None,
) -> tuple[FloatArray, FloatArray]:
    """Caps for a graph with multi-parent nodes; those of the skeleton take a part of the largest radius.

    Beyond two dimensions, caps that keep violations are compared with the arcs of two, and the better are taken.
    """
    effort = _effort_of_closed_form(refinement)
    with logged_time(_log, "start of the skeleton"):
        directions, radii = start_skeleton(skeleton, dim, max_radius, rng, effort)
    seed = int(rng.integers(2**63))

    def points_of_all(directions: FloatArray, radii: FloatArray) -> tuple[FloatArray, FloatArray]:
        radii = growing_caps(skeleton, radii, max_radius)  # before points see them
        points = place_points(skeleton, directions, radii, np.random.default_rng(seed), effort)
        directions, radii = _points_of_all_nodes(skeleton, directions[: len(radii)], radii, points, max_radius)
        return directions, radii_growing_along_edges(dag, radii, max_radius)

    if refinement is None:
        return points_of_all(directions, radii)
    if refinement.callback:
        refinement = refinement._replace(callback=_callback_on_all_nodes(refinement.callback, points_of_all))
    graph = digest(dag.parent_starts, dag.parent_list)
    identity = {"trained": "cones", "graph": graph, "dim": int(dim), "max_radius": max_radius, "seed": seed}
    if refinement.effort != 1:  # files of earlier versions have none
        identity["effort"] = float(refinement.effort)
    state = SkeletonState.of(skeleton, directions, radii)
    with logged_time(_log, "training of the skeleton"):
        state, stopped = trained_skeleton(skeleton, state, part * max_radius, seed, refinement, identity)
    with logged_time(_log, "points on the skeleton"):
        placed = points_of_all(state.best_directions, state.best_radii)
    if dim == 2 or stopped or not violates(state, _WORTH_ARCS):  # in the plane, who asks for caps has the arcs
        return placed
    try:
        with logged_time(_log, "comparison with arcs"):
            return _no_worse_than_arcs(dag, placed, max_radius, refinement)
    except KeyboardInterrupt:
        take_interrupt()
        warnings.warn("the comparison of caps with arcs was interrupted; the caps are returned", stacklevel=2)
        return placed


def _no_worse_than_arcs(
    dag: Dag,
    placed: tuple[FloatArray, FloatArray],
    max_radius: float,
    refinement: Refinement,
) -> tuple[FloatArray, FloatArray]:
    """An embedding, or the arcs of two dimensions, where it has worse ranks or a worse order than they.

    Scores are exact, of all rows or of evenly many. Arcs are refined only if what they gain by that, from experience,
    could be enough, and searched further only if these come near; searched ones are taken if they are no worse in
    anything. Their radii grow along the edges of a spanning tree; here they are made to grow along all edges
    before they are judged.
    """
    compared = MOST_COMPARED * refinement.effort
    rows = rows_to_judge(dag, np.flatnonzero(np.diff(dag.parent_starts)), compared)
    dim = placed[0].shape[1]

    def in_plane(arcs: Arcs) -> tuple[FloatArray, FloatArray]:
        return flat(arcs.directions, dim), radii_growing_along_edges(dag, arcs.radii, max_radius)

    arcs = nested_arcs(dag, max_radius=max_radius)
    is_far = is_far_from_tree(arcs.tree)
    own = scores_of(dag, *placed, rows, refinement.workers)
    theirs = scores_of(dag, *in_plane(arcs), rows, refinement.workers)
    if _may_be_better(theirs, own):
        arcs = refined_arcs(dag, max_radius=max_radius, arcs=arcs, effort=refinement.effort, search=False)
        theirs = scores_of(dag, *in_plane(arcs), rows, refinement.workers)
    _log.info("caps: mean rank %.4f, MAP %.5f, F1 %.5f", *own[:3])
    _log.info("arcs: mean rank %.4f, MAP %.5f, F1 %.5f", *theirs[:3])
    best, scores = (placed, own) if is_about_as_good(own, theirs) else (in_plane(arcs), theirs)
    if is_far and combined_cost(theirs[:2]) < _MOST_GAINED_BY_SEARCH * combined_cost(scores[:2]):
        arcs = refined_arcs(dag, max_radius=max_radius, effort=refinement.effort)
        if ranks_and_orders_no_worse(scores_of(dag, *in_plane(arcs), rows, refinement.workers), scores):
            _log.info("arcs that are searched further are taken")
            return in_plane(arcs)
    return best


def _may_be_better(arcs: PlacementScores, caps: PlacementScores) -> bool:
    """Whether arcs as laid out are so good that refined ones could have a better score than caps."""
    return (
        combined_cost(arcs[:2]) < _MOST_GAINED * combined_cost(caps[:2])
        or 1 - arcs.map_score < _MOST_PRECISION_GAINED * (1 - caps.map_score)
        or 1 - arcs.f1 < _MOST_PRECISION_GAINED * (1 - caps.f1)
    )


def _effort_of_closed_form(refinement: Refinement | None) -> float:
    """More effort goes to the closed form too; less shortens its refinement only."""
    return 1.0 if refinement is None else max(refinement.effort, 1.0)


def _callback_on_all_nodes(callback: StepCallback, points_of_all: _Placing) -> StepCallback:
    """A callback on the skeleton's points that hands on those of all nodes."""
    return lambda step, loss, directions, radii: callback(step, loss, *points_of_all(directions, radii))


def _points_of_all_nodes(
    skeleton: Skeleton, directions: FloatArray, radii: FloatArray, points: AttachPoints, max_radius: float
) -> tuple[FloatArray, FloatArray]:
    """All nodes from placed caps and attach points: caps as they are, pure trees packed around their points.

    With a threshold kappa in place of 1, the same cap belongs to a radius larger by ln kappa.
    """
    forest, count = skeleton.forest, len(skeleton.weights)
    n, dim = forest.n - count, directions.shape[1]
    at = np.arange(n, forest.n)
    shift = np.zeros(forest.n)
    shift[at] = np.log(points.thresholds)
    log_space = np.zeros(forest.n)  # ln T of the ball around each attach point that is free for its trees
    log_space[at] = np.log(np.minimum(_PART_OF_CLEARANCE * points.clearances / 2, _WIDEST))
    needs_no_slot = np.zeros(forest.n, dtype=np.bool_)
    needs_no_slot[at] = True
    frame = np.empty((forest.n, dim))
    packing = pack_forest(forest, frame, max_radius / 2 + log_space - shift / 2 - 0.01, needs_no_slot)
    frame[at] = points.directions
    small_leaf = min(_SMALL_LEAF, max_radius / 3)
    tangents = np.ones(forest.n)
    tangents[at] = np.exp(np.minimum(log_space, packing.log_sizes - small_leaf)[at])
    all_radii = unfold_packings(forest, packing.shares, frame, tangents)
    all_radii = (all_radii + path_sums(forest.order, forest.first_parents, shift))[:n]  # the shifts of attach points
    if dim == 3:
        all_radii[np.diff(forest.child_starts)[:n] == 0] -= 2 * np.log(_LEAF_WIDTH)
    frame[skeleton.caps] = directions
    all_radii[skeleton.caps] = radii
    return frame[:n], np.maximum(all_radii, 0.0)
