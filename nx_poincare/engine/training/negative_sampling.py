"""What training draws from: ancestors, and weights to draw negatives by; and its work space."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = ["Ancestry", "Scratch", "ancestry", "degrees_in_closure", "draw_weights", "scratch"]

_MOST_ANCESTORS = 256
_MOST_PAIRS = 200_000_000


class Ancestry(NamedTuple):
    """Parents and children of every node; ancestors are found by walking up, so no closure is stored."""

    parent_starts: IntArray
    parent_list: IntArray
    parent_weights: FloatArray  # of each entry of the list, or empty: all 1
    child_starts: IntArray
    child_list: IntArray  # children that walks down may go to
    child_sums: FloatArray  # running sum of the weights to draw children by


def ancestry(dag: Dag, weights: FloatArray | None = None, child_weights: FloatArray | None = None) -> Ancestry:
    """Parents and children in a `Dag`.

    Parameters
    ----------
    dag : Dag
    weights : ndarray of float64, shape (number of edges,), optional
        Weights of the edges in the loss, in the order of `Dag.parent_list`; default 1.
    child_weights : ndarray of float64, shape (n,), optional
        Weights of the nodes when walks go down from a parent of theirs; default 1. Walks do not go to
        nodes of weight 0.
    """
    child_weights = np.ones(dag.n) if child_weights is None else child_weights
    walked_to = child_weights[dag.child_list] > 0
    child_list = dag.child_list[walked_to]
    return Ancestry(
        dag.parent_starts,
        dag.parent_list,
        np.empty(0) if weights is None else weights,
        np.concatenate(([0], np.cumsum(walked_to)))[dag.child_starts],
        child_list,
        np.cumsum(child_weights[child_list]),
    )


def degrees_in_closure(dag: Dag) -> FloatArray:
    """Degree of every node in the closure: the number of its descendants, plus one.

    Where the closure is too large to be counted it is the number of children, plus one.
    """
    found = np.ones(dag.n)
    pairs = 0
    for _, starts, ancestors in dag.ancestor_blocks():
        found += np.bincount(ancestors, minlength=dag.n)
        pairs += int(starts[-1])
        if pairs > _MOST_PAIRS:
            return 1.0 + np.diff(dag.child_starts)
    return found


def draw_weights(degrees: FloatArray, power: float, leaf_weight: float = 1.0) -> FloatArray:
    """How often each node is drawn, in proportion: by its degree to a power, leaves `leaf_weight` times that."""
    weights = degrees**power
    if (degrees > 1).any():
        weights[degrees == 1] *= leaf_weight
    return weights


class Scratch(NamedTuple):
    """Work space for one row u at a time and the nodes that its points are compared with."""

    stamps: IntArray  # (n,), marks of nodes that are chosen
    chosen: IntArray  # ancestors of u, then negatives
    seen: FloatArray  # (size, dim), directions of the chosen nodes
    seen_exponentials: FloatArray
    versines: FloatArray  # |s_u - s_v|^2 / 2
    sinh_d: FloatArray
    nearness: FloatArray  # e^(-d / T), then the slope of the loss by d
    here: FloatArray  # (dim,), direction of u
    change: FloatArray  # (dim,), tangential part of a gradient
    own_change: FloatArray  # of the gradient at u


def scratch(dag: Dag, dim: int, negatives: int) -> Scratch:
    """Work space of `train_rows`, one for each thread."""
    size = int(min(_MOST_ANCESTORS, max(dag.n - 1, 1))) + negatives
    return Scratch(
        np.full(dag.n, -1, dtype=np.int64),
        np.empty(size, dtype=np.int64),
        np.empty((size, dim)),
        *(np.empty(size) for _ in range(4)),
        *(np.empty(dim) for _ in range(3)),
    )
