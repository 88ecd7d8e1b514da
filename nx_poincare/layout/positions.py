"""Positions for the eye of all nodes of a hierarchy, those on cycles included."""

from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np

from nx_poincare.engine.cones.arcs.nested_arcs import Arcs, nested_arcs
from nx_poincare.engine.cones.cones import cones
from nx_poincare.engine.cones.cycles import beside_each_other
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.spanning_tree import spanning_tree
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.layout.disk import disk_layout
from nx_poincare.utils.arrays import FloatArray, blocks_of_rows
from nx_poincare.utils.limits import FAITHFUL_RADIUS
from nx_poincare.utils.progress import logged_time, progress_bar

__all__ = ["LAYOUT_RADIUS", "arcs_and_positions", "layout_arcs", "layout_positions"]

_logger = logging.getLogger(__name__)

LAYOUT_RADIUS = FAITHFUL_RADIUS  # of the cones that decide the order of subtrees
_CYCLE_SPREAD = 0.05  # half-angle over which the nodes of a cycle stand, in radians
_CYCLE_AT_ORIGIN, _HALF_RING = 0.04, 2.0  # norm and half-angle of a cycle around the origin


def layout_arcs(dag: Dag, progress: bool | None = False) -> Arcs:
    """Nested arcs, without slots, whose tree and order of subtrees the layout follows, perhaps under a progress bar."""
    with progress_bar(1, "arcs", "step", progress) as bar:
        arcs = nested_arcs(dag, max_radius=LAYOUT_RADIUS, tree=spanning_tree(dag), with_slots=False)
        bar.update()
    return arcs


def arcs_and_positions(hierarchy: Hierarchy, keeps_counts: bool, progress: bool | None) -> tuple[Arcs, FloatArray]:
    """Arcs of the layout, with the counts of their tree if these are kept, and positions; under progress bars."""
    with logged_time(_logger, "arcs of the layout"):
        arcs = layout_arcs(hierarchy.dag, progress)
        if not keeps_counts:
            arcs = replace(arcs, tree=arcs.tree.without_counts())
        with progress_bar(1, "positions", "step", progress) as bar:
            positions = layout_positions(hierarchy, arcs=arcs)
            bar.update()
    return arcs, positions


def layout_positions(
    hierarchy: Hierarchy, dim: int = 2, rng: np.random.Generator | None = None, *, arcs: Arcs | None = None
) -> FloatArray:
    """Positions in the unit ball, shape (n, dim); more than two dimensions keep the disk's norms and want a generator.

    ``arcs`` are those of `layout_arcs`, where they are known already.

    Examples
    --------
    >>> layout_positions(Hierarchy.from_edges("abc", [(0, 1), (0, 2)])).round(2) + 0.0
    array([[ 0.  ,  0.  ],
           [ 0.32, -0.84],
           [ 0.32,  0.84]])
    """
    dag, component = hierarchy.dag, hierarchy._component
    flat = disk_layout(dag, layout_arcs(dag) if arcs is None else arcs)
    if component is None and dim == 2:
        return _on_rays(flat)
    component = hierarchy.component
    norms = np.linalg.norm(flat, axis=1)
    directions = _directions(flat, norms)
    if dim > 2:
        assert rng is not None
        directions, _ = cones(dag, dim, max_radius=LAYOUT_RADIUS, rng=rng, refinement=None)
    in_cycle = np.bincount(component, minlength=dag.n) > 1
    around_origin = in_cycle & (norms == 0)
    norms = np.where(around_origin, _CYCLE_AT_ORIGIN, norms)
    spread = np.where(around_origin, _HALF_RING, _CYCLE_SPREAD)
    return norms[component][:, None] * beside_each_other(directions, component, spread)


def _directions(flat: FloatArray, norms: FloatArray) -> FloatArray:
    return np.where(norms[:, None] > 0, flat, [1.0, 0.0]) / np.where(norms > 0, norms, 1.0)[:, None]


def _on_rays(flat: FloatArray) -> FloatArray:
    """The positions as their norms times their directions, in their place, with the bits that all others have."""
    for block in blocks_of_rows(len(flat)):
        norms = np.linalg.norm(flat[block], axis=1)
        flat[block] = norms[:, None] * _directions(flat[block], norms)
    return flat
