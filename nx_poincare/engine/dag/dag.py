"""Directed acyclic graphs as arrays: levels, order, ancestors by walking up, closure.

Numerical code sees hierarchies only through this class. It knows indices, never node names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from nx_poincare.engine.dag import walks
from nx_poincare.utils.arrays import (
    NARROW_FROM,
    IntArray,
    blocks_of_rows,
    index_type,
    own_and_read_only,
    read_only,
    with_read_only_arrays,
)
from nx_poincare.utils.cached import cached_property
from nx_poincare.utils.compiled import kernel

__all__ = ["ClosureTooLargeError", "Dag"]

_PAIRS_PER_BLOCK = 4_000_000
_ESTIMATED_FROM = 500  # nodes
_MANY_NODES = 2**20  # of which nothing is kept that is made again in seconds


class ClosureTooLargeError(ValueError):
    """The transitive closure has more pairs than the stated limit.

    Attributes
    ----------
    pairs : int
        How many it has, estimated from a sample of the nodes.
    """

    def __init__(self, max_pairs: int, pairs: int) -> None:
        super().__init__(max_pairs, pairs)
        self.max_pairs, self.pairs = max_pairs, pairs

    def __str__(self) -> str:
        about = float(f"{self.pairs:.2g}")
        return (
            f"the transitive closure has more than {self.max_pairs:,} ancestor pairs, about {about:,.0f}; "
            "raise max_pairs if the memory is there (9 bytes a pair), or work without it: closure_edges streams the "
            "pairs, evaluate_reconstruction(..., sample=1000) looks at some nodes"
        )


@dataclass(frozen=True)
class Dag:
    """A directed acyclic graph over nodes ``0 .. n - 1`` by the parents of each node.

    Parameters
    ----------
    parent_starts : ndarray of int64, shape (n + 1,)
        The parents of node ``v`` are ``parent_list[parent_starts[v]:parent_starts[v + 1]]``.
    parent_list : ndarray of int64, shape (number of edges,)
        Ascending and without repetition for each node.

    Notes
    -----
    All arrays are read-only, as compiled loops take what is in them for indices. From half a million nodes on they are
    of int32 where that suffices (`nx_poincare.utils.arrays.index_type`): numbers of edges times nodes need ``astype``.
    """

    parent_starts: IntArray
    parent_list: IntArray

    def __post_init__(self) -> None:
        self.__dict__.update(with_read_only_arrays(self.__dict__))

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(with_read_only_arrays(state))

    @classmethod
    def from_edges(cls, parents: IntArray, children: IntArray, n: int) -> Dag:
        """Build from edges ``parents[i] -> children[i]``; repeated edges count once."""
        kind = index_type(n, len(children))
        keys = children.astype(np.int64)
        keys <<= 32
        keys |= parents
        keys.sort()  # many times as fast as numpy.unique
        is_new = np.concatenate([np.ones(min(len(keys), 1), dtype=np.bool_), keys[1:] > keys[:-1]])
        if not is_new.all():
            keys = keys[is_new]
        parent_list = np.empty(len(keys), dtype=kind)
        for block in blocks_of_rows(len(keys)):
            parent_list[block] = keys[block] & (2**32 - 1)
        keys >>= 32
        return cls(_offsets(np.bincount(keys, minlength=n), kind), parent_list)

    @property
    def n(self) -> int:
        """Number of nodes."""
        return len(self.parent_starts) - 1

    @cached_property
    def _children(self) -> tuple[IntArray, IntArray]:
        starts = _offsets(np.bincount(self.parent_list, minlength=self.n), self.parent_starts.dtype.type)
        return read_only(starts), read_only(_children_by_parent(self.parent_starts, self.parent_list, starts))

    @property
    def child_starts(self) -> IntArray:
        """Offsets into `child_list`, as `parent_starts` into `parent_list`."""
        return self._children[0]

    @property
    def child_list(self) -> IntArray:
        """Children of node 0, of node 1, ... each ascending."""
        return self._children[1]

    @cached_property
    def _order_and_levels(self) -> tuple[IntArray, IntArray]:
        order, levels = _topological_order(self.parent_starts, self.child_starts, self.child_list)
        if self.n >= _MANY_NODES:
            self.__dict__.pop("_children", None)  # made again when asked for
        return read_only(order), own_and_read_only(levels)

    @property
    def is_acyclic(self) -> bool:
        """Whether there is no cycle: an order holds all nodes then, and only then."""
        return len(self.order) == self.n

    @property
    def order(self) -> IntArray:
        """Nodes so that every parent comes before its children."""
        return self._order_and_levels[0]

    @property
    def levels(self) -> IntArray:
        """Number of edges of the longest path from a root, shape (n,)."""
        return self._order_and_levels[1]

    @cached_property
    def roots(self) -> IntArray:
        """Nodes without a parent, ascending."""
        return read_only(np.flatnonzero(np.diff(self.parent_starts) == 0))

    @cached_property
    def first_parents(self) -> IntArray:
        """The first parent of each node, -1 for roots, shape (n,): all there is of a forest."""
        parents = np.full(self.n, -1, dtype=self.parent_list.dtype)
        has_parent = np.diff(self.parent_starts) > 0
        parents[has_parent] = self.parent_list[self.parent_starts[:-1][has_parent]]
        return read_only(parents)

    def parents_of(self, node: int) -> IntArray:
        """Parents of one node, ascending."""
        return self.parent_list[self.parent_starts[node] : self.parent_starts[node + 1]]

    def edges_in_blocks(self) -> Iterator[tuple[IntArray, IntArray]]:
        """Parents and children of all edges, in the order of `parent_list`, some nodes at a time."""
        for block in blocks_of_rows(self.n):
            starts = self.parent_starts[block.start : block.stop + 1]
            children = np.repeat(np.arange(block.start, block.stop, dtype=self.parent_list.dtype), np.diff(starts))
            yield self.parent_list[starts[0] : starts[-1]], children

    def count_ancestors(self, max_pairs: int) -> IntArray:
        """Number of proper ancestors of each node.

        Raises
        ------
        ClosureTooLargeError
            When the counts add up to more than ``max_pairs``; counting stops there.
        """
        counts = np.zeros(self.n, dtype=np.int64)
        done = pairs = 0
        while done < self.n:
            first = done
            done = walks.ancestor_counts(self.parent_starts, self.parent_list, first, walks.STEPS_AT_ONCE, counts)
            pairs += int(counts[first:done].sum())
            if pairs > max_pairs:
                raise ClosureTooLargeError(max_pairs, max(self.estimated_pairs(), max_pairs + 1))
        return counts

    def estimated_pairs(self, members: IntArray | None = None) -> int:
        """About how many pairs the closure has, from the ancestors of nodes at even distances.

        Parameters
        ----------
        members : ndarray of int64, shape (n,), optional
            How many nodes each node of this graph stands for; default 1.
        """
        rows = self.order[:: -(-self.n // _ESTIMATED_FROM)]
        members = np.ones(self.n, dtype=np.int64) if members is None else members
        pairs = 0.0
        for block, starts, ancestors in self.ancestor_blocks(rows):
            pairs += float((np.repeat(members[block], np.diff(starts)) * members[ancestors]).sum())
        return round(pairs * self.n / len(rows))

    def ancestor_blocks(self, rows: IntArray | None = None) -> Iterator[tuple[IntArray, IntArray, IntArray]]:
        """Closure rows of the given nodes (default all) in blocks, never the whole at once.

        Yields ``(nodes, starts, ancestors)``: the ancestors of ``nodes[i]``, in no particular order, are
        ``ancestors[starts[i]:starts[i + 1]]``.
        """
        waiting = np.arange(self.n) if rows is None else rows
        while len(waiting):
            starts, ancestors = walks.ancestor_rows(
                self.parent_starts,
                self.parent_list,
                waiting,
                min(8 * len(waiting), _PAIRS_PER_BLOCK),
                _PAIRS_PER_BLOCK,
                walks.STEPS_AT_ONCE,
            )
            done = len(starts) - 1
            yield waiting[:done], starts, ancestors
            waiting = waiting[done:]

    def ancestors_of(self, rows: IntArray) -> tuple[IntArray, IntArray]:
        """Offsets and ancestors, in no particular order, of the given nodes."""
        blocks = [(starts, ancestors) for _, starts, ancestors in self.ancestor_blocks(rows)]
        if len(blocks) == 1:
            return blocks[0]
        counts = [np.diff(starts) for starts, _ in blocks]
        starts = np.concatenate([[0], np.cumsum(np.concatenate([*counts, np.empty(0, dtype=np.int64)]))])
        return starts, np.concatenate([*(ancestors for _, ancestors in blocks), np.empty(0, dtype=np.int64)])

    def closure(self, max_pairs: int) -> csr_array:
        """Transitive closure as a boolean CSR array: row descendant, column ancestor."""
        starts = np.concatenate([[0], np.cumsum(self.count_ancestors(max_pairs))])
        ancestors = np.empty(starts[-1], dtype=np.int64)
        for rows, _, own in self.ancestor_blocks():
            ancestors[starts[rows[0]] : starts[rows[-1] + 1]] = own
        closure = csr_array((np.ones(len(ancestors), dtype=np.bool_), ancestors, starts), shape=(self.n, self.n))
        closure.sort_indices()
        return closure


def _offsets(counts: IntArray, kind: Any) -> IntArray:
    """Where the members of each owner begin, one owner after the other, and where the last ends."""
    starts = np.zeros(len(counts) + 1, dtype=kind)
    np.cumsum(counts, out=starts[1:])
    return starts


def _children_by_arrays(parent_starts: IntArray, parent_list: IntArray, child_starts: IntArray) -> IntArray:
    """`_children_by_parent`, by operations on whole arrays."""
    children = np.repeat(np.arange(len(parent_starts) - 1), np.diff(parent_starts))
    return children[np.argsort(parent_list, kind="stable")].astype(parent_list.dtype, copy=False)


@kernel(work=lambda starts, *_: 0 if len(starts) < NARROW_FROM else len(starts), interpreted=_children_by_arrays)
def _children_by_parent(parent_starts, parent_list, child_starts):  # type: ignore[no-untyped-def]
    """Children of node 0, of node 1, ... each ascending."""
    free = child_starts.copy()
    children = np.empty_like(parent_list)
    for v in range(len(parent_starts) - 1):
        for i in range(parent_starts[v], parent_starts[v + 1]):
            parent = parent_list[i]
            children[free[parent]] = v
            free[parent] += 1
    return children


@kernel(work=lambda _, starts, edges: len(starts) + len(edges))
def _topological_order(parent_starts, child_starts, child_list):  # type: ignore[no-untyped-def]
    """Kahn's algorithm, first in first out; the level grows along the longest path."""
    n = len(parent_starts) - 1
    waiting = np.empty_like(parent_starts[:n])
    order = np.empty_like(waiting)
    levels = np.zeros_like(waiting)
    tail = 0
    for v in range(n):
        waiting[v] = parent_starts[v + 1] - parent_starts[v]
        if waiting[v] == 0:
            order[tail] = v
            tail += 1
    head = 0
    while head < tail:
        v = order[head]
        head += 1
        for i in range(child_starts[v], child_starts[v + 1]):
            child = child_list[i]
            levels[child] = max(levels[child], levels[v] + 1)
            waiting[child] -= 1
            if waiting[child] == 0:
                order[tail] = child
                tail += 1
    return order[:tail], levels
