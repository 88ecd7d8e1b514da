"""Radii that grow along the edges of a graph."""

from __future__ import annotations

import numpy as np

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.compiled import kernel

__all__ = ["radii_growing_along_edges"]


def radii_growing_along_edges(dag: Dag, radii: FloatArray, max_radius: float) -> FloatArray:
    """Radii clipped to the largest one and made to grow strictly along every edge, with the least largest change.

    The middle between what lowering ancestors and what raising descendants would give grows as well, and is the
    isotonic regression in the maximum norm.
    """
    clipped = np.minimum(radii, max_radius)
    height = int(dag.levels.max(initial=0))
    step = min(1e-6, max_radius / (4 * max(height, 1)))
    lowered, raised = clipped.copy(), clipped.copy()
    _grow_along_edges(dag.order, dag.parent_starts, dag.parent_list, lowered, step)
    _raise_along_edges(dag.order, dag.parent_starts, dag.parent_list, raised, step)
    grown = np.minimum((lowered + raised) / 2, max_radius)
    _grow_along_edges(dag.order, dag.parent_starts, dag.parent_list, grown, step)
    return grown


@kernel(work=lambda order, _, edges, *__: 2 * (len(order) + len(edges)))
def _grow_along_edges(order, parent_starts, parent_list, radii, step):  # type: ignore[no-untyped-def]
    """Lower parents where they can be, then raise what is left at the origin with them."""
    for i in range(len(order) - 1, -1, -1):
        v = order[i]
        for j in range(parent_starts[v], parent_starts[v + 1]):
            parent = parent_list[j]
            radii[parent] = max(min(radii[parent], radii[v] - step), 0.0)
    _raise_along_edges(order, parent_starts, parent_list, radii, step)


@kernel(work=lambda order, _, edges, *__: len(order) + len(edges))
def _raise_along_edges(order, parent_starts, parent_list, radii, step):  # type: ignore[no-untyped-def]
    """Raise children to a step beyond their parents where they are not."""
    for v in order:
        for j in range(parent_starts[v], parent_starts[v + 1]):
            radii[v] = max(radii[v], radii[parent_list[j]] + step)
