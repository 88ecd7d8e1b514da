"""Ancestors of rows: of the nodes of a graph whose cycles are condensed, in the order of an embedding."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.cached import cached_property

__all__ = ["AncestorRows"]


@dataclass(frozen=True, eq=False)
class AncestorRows:
    """What gives the ancestors of rows. It holds arrays only, and can be sent to where rows are looked at.

    Parameters
    ----------
    dag : Dag
        Over the condensed nodes.
    component : ndarray of int64, shape (n,), or None
        The condensed node that each node belongs to. None: every node is one of its own.
    position : ndarray of int64, shape (n,), optional
        The row of each node. Default: its number.
    rows : int, optional
        How many rows there are; default n.

    Examples
    --------
    >>> dag = Dag.from_edges(np.array([0]), np.array([1]), 2)  # nodes 0 and 1 are on a cycle, above node 2
    >>> AncestorRows.of(dag, np.array([0, 0, 1]))(np.array([2, 0]))
    (array([0, 2, 2]), array([0, 1]))
    """

    dag: Dag
    component: IntArray | None
    position: IntArray | None = None
    rows: int = 0

    @classmethod
    def of(cls, dag: Dag, component: IntArray | None, position: IntArray | None = None, rows: int = 0) -> AncestorRows:
        """With no more of the graph than is needed."""
        if position is not None and rows == len(position) and np.array_equal(position, np.arange(rows)):
            position = None
        return cls(Dag(dag.parent_starts, dag.parent_list), component, position, rows)

    def __call__(self, rows: IntArray) -> tuple[IntArray, IntArray]:
        """Offsets, shape (len(rows) + 1,), and the ancestors of each of the rows, in no particular order."""
        nodes = rows if self.position is None else self._node_at[rows]
        starts, ancestors = self.dag.ancestors_of(nodes if self.component is None else self.component[nodes])
        if self.component is not None and self.dag.n < len(self.component):
            starts, ancestors = self._members(starts, ancestors)
        return starts, ancestors if self.position is None else self.position[ancestors]

    @cached_property
    def _node_at(self) -> IntArray:
        """The node of each row, -1 where there is none."""
        assert self.position is not None
        node_at = np.full(self.rows, -1, dtype=np.int64)
        node_at[self.position] = np.arange(len(self.position))
        return node_at

    @cached_property
    def _sizes_and_order(self) -> tuple[IntArray, IntArray]:
        """How many nodes each condensed node stands for, and all nodes, one condensed node after the other."""
        assert self.component is not None
        return np.bincount(self.component, minlength=self.dag.n), np.argsort(self.component, kind="stable")

    def _members(self, starts: IntArray, above: IntArray) -> tuple[IntArray, IntArray]:
        """All nodes that condensed ancestors stand for, and their offsets."""
        sizes, by_component = self._sizes_and_order
        ends = np.cumsum(sizes)
        counts = sizes[above]
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        ancestors = by_component[np.repeat(ends[above] - counts, counts) + within]
        return np.concatenate([[0], np.cumsum(counts)])[starts], ancestors
