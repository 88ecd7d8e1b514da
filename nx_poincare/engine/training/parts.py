"""A graph in parts that are trained two by two: subtrees, and the top above them.

The nodes of a depth-first walk are cut into parts of equal size. Nodes with descendants in several parts are the *top*;
what is left of a part has all its ancestors in itself and in the top. So each ancestor of a row is there wherever its
part is, and only negatives depend on which other part is there, too.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.depth_first import Walk
from nx_poincare.utils.arrays import BoolArray, FloatArray, IntArray
from nx_poincare.utils.compiled import kernel

__all__ = ["NodeTables", "Part", "PartedGraph", "TooFewSubtreesError", "pairs_by_round", "parted"]

_LARGEST_TOP = 0.5  # of all nodes


class TooFewSubtreesError(ValueError):
    """Nearly all nodes stand above several parts, so that no part stands for itself."""

    def __init__(self, buckets: int, top: int, n: int) -> None:
        super().__init__(buckets, top, n)
        self.buckets, self.top, self.n = buckets, top, n

    def __str__(self) -> str:
        return (
            f"buckets={self.buckets}: {self.top:,} of {self.n:,} nodes have descendants in several of the parts, which "
            "leaves few that are trained apart; take fewer buckets, or none"
        )


class NodeTables(NamedTuple):
    """What training knows of each node, shape (n,)."""

    child_weights: FloatArray  # to draw children by, on walks down
    burn_in_weights: FloatArray  # to draw negatives by
    weights: FloatArray
    fixed: BoolArray

    def of(self, nodes: IntArray) -> NodeTables:
        """The tables of some nodes."""
        return NodeTables(
            self.child_weights[nodes], self.burn_in_weights[nodes], self.weights[nodes], self.fixed[nodes]
        )


class Part(NamedTuple):
    """The nodes of a part, or of the top, with what training needs to know of them.

    Parents are numbered from the top's first node on, those of the part after them.
    """

    parent_counts: IntArray
    parent_list: IntArray
    edge_weights: FloatArray  # by parent, or empty
    is_leaf: BoolArray
    tables: NodeTables


class PartedGraph(NamedTuple):
    """Which nodes the top and each of the parts have, and what is known of them."""

    nodes: list[IntArray]  # of the top, then of each part
    parts: list[Part]  # in the same order
    owner: IntArray  # of each node, its place in these; 0 is the top
    places: IntArray  # of each node, its number within its part or the top


def parted(dag: Dag, count: int, tables: NodeTables, edge_weights: FloatArray | None) -> PartedGraph:
    """Cut a graph into so many parts.

    Raises
    ------
    TooFewSubtreesError
        If more than half of the nodes are in the top.
    """
    by_walk = Walk.over(dag).places * count // max(dag.n, 1)
    owner = _owners(dag.order, dag.parent_starts, dag.parent_list, by_walk)
    top = int(np.count_nonzero(owner == 0))
    if top > _LARGEST_TOP * dag.n:
        raise TooFewSubtreesError(count, top, dag.n)
    nodes = [np.flatnonzero(owner == part) for part in range(count + 1)]
    places = np.empty(dag.n, dtype=np.int64)
    for own in nodes:
        places[own] = np.arange(len(own))
    numbers = places + np.where(owner == 0, 0, top)
    return PartedGraph(nodes, [_part(dag, own, numbers, tables, edge_weights) for own in nodes], owner, places)


def pairs_by_round(order: IntArray) -> list[list[tuple[int, int]]]:
    """Pairs of parts, each pair once, in rounds of pairs that have no part in common.

    Of an odd number of parts one in each round is alone; its partner is 0.

    Examples
    --------
    >>> pairs_by_round(np.array([1, 2, 3, 4]))
    [[(1, 4), (2, 3)], [(1, 3), (4, 2)], [(1, 2), (3, 4)]]
    """
    seats = [*order.tolist(), *[0] * (len(order) % 2)]
    rounds = []
    for _ in range(len(seats) - 1):
        pairs = [(seats[i], seats[-1 - i]) for i in range(len(seats) // 2)]
        rounds.append([(b, a) if a == 0 else (a, b) for a, b in pairs])
        seats = [seats[0], seats[-1], *seats[1:-1]]
    return rounds


def _part(dag: Dag, own: IntArray, numbers: IntArray, tables: NodeTables, edge_weights: FloatArray | None) -> Part:
    starts, counts = dag.parent_starts[own], np.diff(dag.parent_starts)[own]
    entries = np.arange(counts.sum()) + np.repeat(starts - np.cumsum(counts) + counts, counts)
    return Part(
        counts,
        numbers[dag.parent_list[entries]],
        np.empty(0) if edge_weights is None else edge_weights[entries],
        np.diff(dag.child_starts)[own] == 0,
        tables.of(own),
    )


@kernel(work=lambda order, _starts, parents, _parts: len(order) + len(parents))
def _owners(order, parent_starts, parent_list, parts):  # type: ignore[no-untyped-def]
    """One plus the part of each node, or 0 where descendants are in several parts."""
    owner = parts + 1
    for i in range(len(order) - 1, -1, -1):
        v = order[i]
        for j in range(parent_starts[v], parent_starts[v + 1]):
            parent = parent_list[j]
            if owner[parent] != owner[v]:
                owner[parent] = 0
    return owner
