"""Packings turned into directions and radii, top down."""

from __future__ import annotations

import numpy as np

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.compiled import kernel

__all__ = ["unfold_packings"]


def unfold_packings(forest: Dag, shares: FloatArray, frame: FloatArray, tangents: FloatArray) -> FloatArray:
    """Turn packings into directions top down, in place, from the directions and tangents of the roots.

    Parameters
    ----------
    forest : Dag
        Every node has one parent at most.
    shares : ndarray of float64, shape (n,)
        Size of each node in units of its parent's extent.
    frame : ndarray of float64, shape (n, dim)
        Directions of roots; for other nodes the centre in units of the parent's extent, from column 1 on.
        Holds the directions of all nodes afterwards.
    tangents : ndarray of float64, shape (n,)
        T of the roots; of all nodes afterwards.

    Returns
    -------
    ndarray of float64, shape (n,)
        Hyperbolic radii.
    """
    _unfold(forest.order, forest.parent_starts, forest.parent_list, shares, frame, tangents)
    return np.asarray(-2 * np.log(tangents), dtype=np.float64)


@kernel(work=lambda order, _starts, _parents, _shares, frame, _tangents: 4 * frame.size)
def _unfold(order, parent_starts, parent_list, shares, frame, tangents):  # type: ignore[no-untyped-def]
    dim = frame.shape[1]
    for v in order:
        if parent_starts[v] == parent_starts[v + 1]:
            continue
        pole = frame[parent_list[parent_starts[v]]]
        scale = tangents[parent_list[parent_starts[v]]]
        ball = shares[v] * scale
        squared = 0.0
        along = 0.0
        for k in range(1, dim):
            frame[v, k] *= scale
            squared += frame[v, k] * frame[v, k]
            along += frame[v, k] * pole[k]
        wide = 1 + squared - ball * ball
        h = np.sqrt(wide * wide + 4 * ball * ball)
        tangents[v] = max(2 * ball / (h + wide), 1e-300)
        # c reflected into the tangent space of the pole, which keeps its length.
        sign = 1.0 if pole[0] >= 0 else -1.0
        near = (1 - squared + ball * ball) / h
        shift = along / (1 + abs(pole[0]))
        frame[v, 0] = near * pole[0] - 2 / h * sign * along
        norm = frame[v, 0] * frame[v, 0]
        for k in range(1, dim):
            frame[v, k] = near * pole[k] + 2 / h * (frame[v, k] - pole[k] * shift)
            norm += frame[v, k] * frame[v, k]
        norm = np.sqrt(norm)
        for k in range(dim):
            frame[v, k] /= norm
