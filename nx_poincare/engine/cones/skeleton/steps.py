"""Steps of a skeleton's training: Adam in the offsets of a spanning tree and in the radii."""

from __future__ import annotations

import numpy as np

from nx_poincare.engine.cones.skeleton.scores import Pull
from nx_poincare.engine.cones.skeleton.split import Skeleton, growing_caps
from nx_poincare.engine.cones.skeleton.state import SkeletonState
from nx_poincare.engine.dag.tree_sums import add_subtrees
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.compiled import kernel

__all__ = ["Mover"]

_LEAST_RADIUS = 0.3  # of a cap: at 0 its direction means nothing, and no gradient brings it back
_MOMENTUM, _SECOND_MOMENTUM, _STABILITY = 0.9, 0.98, 0.1


class Mover:
    """Moves points against the pull of rows.

    Parameters
    ----------
    skeleton : Skeleton
    parents : ndarray of int64, shape (c + p,)
        The spanning tree that offsets follow, -1 for roots.
    max_radius : float
        Largest radius of a cap.
    """

    def __init__(self, skeleton: Skeleton, parents: IntArray, max_radius: float) -> None:
        dag = skeleton.dag
        self.skeleton, self.order, self.parents, self.max_radius = skeleton, dag.order, parents, max_radius
        self.root = dag.roots if len(dag.roots) == 1 else dag.roots[:0]

    def move(self, state: SkeletonState, pull: Pull, rate: float) -> None:
        """One step against the gradients."""
        hanging = self.parents >= 0
        widths = np.ones(len(self.parents))
        widths[hanging] = np.minimum(1.0, 2 * np.exp(-state.radii[self.parents[hanging]] / 2))
        gradient = pull.gradient
        gradient -= np.sum(gradient * state.directions, axis=1)[:, None] * state.directions
        add_subtrees(self.order, self.parents, gradient)
        gradient *= widths[:, None]
        step = state.step + 1
        toward = _adam(state.moments, state.squares[:, None], gradient, np.sum(gradient**2, axis=1)[:, None], step)
        offsets = -rate * widths[:, None] * toward
        radial = pull.radial_gradient
        toward = _adam(state.radial_moments, state.radial_squares, radial, radial**2, step)
        state.radii = np.clip(state.radii - rate * toward, min(_LEAST_RADIUS, self.max_radius), self.max_radius)
        state.radii[self.root] = 0.0
        state.radii = growing_caps(self.skeleton, state.radii, self.max_radius)
        _shift(self.order, self.parents, offsets, state.directions)


def _adam(moments: FloatArray, squares: FloatArray, gradient: FloatArray, squared: FloatArray, step: int) -> FloatArray:
    """Update the moments in place; returns the direction to move against."""
    moments += (1 - _MOMENTUM) * (gradient - moments)
    squares += (1 - _SECOND_MOMENTUM) * (squared - squares)
    scale = np.sqrt(squares / (1 - _SECOND_MOMENTUM**step)) + _STABILITY
    return np.asarray(moments / (1 - _MOMENTUM**step) / scale, dtype=np.float64)


@kernel(work=lambda order, _parents, _steps, directions: 2 * directions.size)
def _shift(order, parents, steps, directions):  # type: ignore[no-untyped-def]
    """Move every node by its step and with its parent, top down, in place."""
    dim = directions.shape[1]
    moved = np.empty_like(directions)
    for v in order:
        norm = 0.0
        for k in range(dim):
            moved[v, k] = directions[v, k] + steps[v, k]
            if parents[v] >= 0:
                moved[v, k] += moved[parents[v], k] - directions[parents[v], k]
            norm += moved[v, k] * moved[v, k]
        norm = np.sqrt(norm)
        for k in range(dim):
            moved[v, k] /= norm
    directions[:] = moved
