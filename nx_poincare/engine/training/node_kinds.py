"""Which nodes a training visits, and which of them are leaves or stay where they are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.utils.arrays import BoolArray, IntArray

__all__ = ["NodeKinds", "node_kinds"]


class NodeKinds(NamedTuple):
    """What each node is to a training, shape (n,)."""

    has_parents: BoolArray  # it is a row of the loss
    is_leaf: BoolArray  # it has no children
    is_fixed: BoolArray  # its point stays where it is

    @property
    def rows(self) -> IntArray:
        """Nodes with ancestors."""
        return np.flatnonzero(self.has_parents)

    @property
    def inner_rows(self) -> IntArray:
        """Nodes with ancestors and descendants."""
        return np.flatnonzero(self.has_parents & ~self.is_leaf)

    @property
    def leaf_rows(self) -> IntArray:
        """Nodes with ancestors that are nobody's ancestors."""
        return np.flatnonzero(self.has_parents & self.is_leaf)

    @property
    def movable_leaf_rows(self) -> IntArray:
        """Those of `leaf_rows` whose points may move."""
        return np.flatnonzero(self.has_parents & self.is_leaf & ~self.is_fixed)


def node_kinds(dag: Dag, fixed: IntArray) -> NodeKinds:
    """What the nodes of a graph are to a training in which the points of some are fixed.

    Examples
    --------
    >>> kinds = node_kinds(Dag.from_edges(np.array([0, 1, 1]), np.array([1, 2, 3]), 4), np.array([3]))
    >>> kinds.rows, kinds.inner_rows, kinds.leaf_rows, kinds.movable_leaf_rows
    (array([1, 2, 3]), array([1]), array([2, 3]), array([2]))
    """
    is_fixed = np.zeros(dag.n, dtype=np.bool_)
    is_fixed[fixed] = True
    return NodeKinds(np.diff(dag.parent_starts) > 0, np.diff(dag.child_starts) == 0, is_fixed)
