"""Hierarchy: the one place where node names become indices.

What stands left of it (extractors) speaks of graphs and names, what stands right of it
(cones, training) of arrays alone.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import networkx as nx
import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from nx_poincare.arrays import IntArray
from nx_poincare.dag import ClosureTooLargeError, Dag
from nx_poincare.kept import cached_property

if TYPE_CHECKING:
    from nx_poincare.extractors.digraph import Direction
    from nx_poincare.extractors.streams import Source

__all__ = ["DEFAULT_MAX_PAIRS", "ClosureTooLargeError", "Hierarchy"]

DEFAULT_MAX_PAIRS = 200_000_000


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """Nodes, direct edges, levels and transitive closure of a hierarchy.

    Build it with `from_digraph` or `from_edges`. A node ``a`` is an *ancestor* of ``u``
    when a path of edges leads from ``a`` down to ``u`` and none leads back. Nodes on a
    common cycle are therefore no ancestors of each other: they are condensed, which means
    that they share their level, their ancestors and their descendants, and stand beside
    each other.

    Attributes
    ----------
    nodes : tuple of hashable
        Node names, in the order of the graph; the position of a name is its index.
    edges : ndarray of int64, shape (number of edges, 2)
        Direct edges as (parent, child) indices, self-loops and repetitions removed;
        edges along cycles included.
    component : ndarray of int64, shape (n,)
        The condensed node that each node belongs to: one number for all nodes on a common
        cycle, but numbers of their own for nodes that nothing hangs below.
    dag : Dag
        The acyclic graph over the condensed nodes.

    Examples
    --------
    >>> h = Hierarchy.from_edges("abcd", [(0, 1), (1, 2), (0, 3), (3, 2)])
    >>> h.levels
    array([0, 1, 2, 1])
    >>> h.ancestors("c")
    ['a', 'b', 'd']
    """

    nodes: tuple[Hashable, ...]
    edges: IntArray
    component: IntArray
    dag: Dag
    max_pairs: int = field(default=DEFAULT_MAX_PAIRS, repr=False)

    @classmethod
    def from_digraph(
        cls,
        G: nx.Graph,
        *,
        direction: Direction = "parent_to_child",
        on_cycle: Literal["condense", "raise"] = "condense",
        root: Hashable | None = None,
        max_pairs: int = DEFAULT_MAX_PAIRS,
    ) -> Hierarchy:
        """Read a NetworkX graph; see `nx_poincare.extractors.digraph.hierarchy_from_graph`.

        Examples
        --------
        >>> import networkx as nx
        >>> h = Hierarchy.from_digraph(nx.DiGraph([("animal", "dog"), ("animal", "cat")]))
        >>> h.nodes, h.levels
        (('animal', 'dog', 'cat'), array([0, 1, 1]))
        """
        from nx_poincare.extractors.digraph import hierarchy_from_graph

        return hierarchy_from_graph(G, direction=direction, on_cycle=on_cycle, root=root, max_pairs=max_pairs)

    @classmethod
    def from_file(cls, path: Source, **options: Any) -> Hierarchy:
        """Read a graph file; see `nx_poincare.extractors.files.read_hierarchy`.

        Edge lists become a hierarchy without a NetworkX graph between: the way for millions of
        nodes.

        Examples
        --------
        >>> import io
        >>> Hierarchy.from_file(io.StringIO("animal,dog\\nanimal,cat\\n"), format="csv").levels
        array([0, 1, 1])
        """
        from nx_poincare.extractors.files import read_hierarchy

        return read_hierarchy(path, **options)

    @classmethod
    def from_edges(
        cls,
        nodes: Sequence[Hashable],
        edges: Any,
        *,
        on_cycle: Literal["condense", "raise"] = "condense",
        max_pairs: int = DEFAULT_MAX_PAIRS,
    ) -> Hierarchy:
        """Build from names and an array of (parent index, child index).

        Parameters
        ----------
        nodes : sequence of hashable
            Node names, all different.
        edges : array_like of int, shape (number of edges, 2)
            Direct edges. Self-loops are ignored, repetitions count once.
        on_cycle : {"condense", "raise"}, default "condense"
            What to do where edges form a cycle.
        max_pairs : int
            Limit of `closure`, in pairs.

        Raises
        ------
        networkx.NetworkXUnfeasible
            If there is a cycle and ``on_cycle="raise"``; the message names one.
        ValueError
            If an option or an index is out of range.
        """
        if on_cycle not in ("condense", "raise"):
            raise ValueError(f"on_cycle must be 'condense' or 'raise', not {on_cycle!r}")
        names = tuple(nodes)
        n = len(names)
        direct = _cleaned(np.asarray(edges, dtype=np.int64).reshape(-1, 2), n)
        component = _components(direct, n)
        if on_cycle == "raise" and component.max(initial=-1) + 1 < n:
            raise nx.NetworkXUnfeasible(
                f"the graph has a cycle: {_a_cycle(names, direct, component)}; "
                "pass on_cycle='condense' to let its nodes stand beside each other"
            )
        component, dag = _condensed(direct, component)
        return cls(names, direct, component, dag, max_pairs)

    def __len__(self) -> int:
        return len(self.nodes)

    @cached_property
    def index(self) -> dict[Hashable, int]:
        """Index of each node name."""
        return {name: i for i, name in enumerate(self.nodes)}

    @cached_property
    def levels(self) -> IntArray:
        """Number of edges of the longest path from a root, shape (n,); 0 for roots."""
        return self.dag.levels[self.component]

    @cached_property
    def parents(self) -> csr_array:
        """Direct edges as a boolean CSR array: row child, column parent."""
        entries = (np.ones(len(self.edges), dtype=np.bool_), (self.edges[:, 1], self.edges[:, 0]))
        return csr_array(coo_array(entries, shape=(len(self), len(self))))

    @cached_property
    def closure(self) -> csr_array:
        """Transitive closure as a boolean CSR array: row descendant, column ancestor.

        Built when it is first asked for, then kept.

        Raises
        ------
        ClosureTooLargeError
            If it has more than ``max_pairs`` pairs; the message says about how many, and nothing is allocated.
        """
        if self.dag.n == len(self):
            return self.dag.closure(self.max_pairs)
        self._check_pairs()
        starts, ancestors = self.ancestor_rows(np.arange(len(self)))
        closure = csr_array((np.ones(len(ancestors), dtype=np.bool_), ancestors, starts), shape=(len(self), len(self)))
        closure.sort_indices()
        return closure

    def _check_pairs(self) -> None:
        """Refuse a closure that is too large, before it is built."""
        sizes = np.bincount(self.component, minlength=self.dag.n)
        total = 0
        for block, starts, ancestors in self.dag.ancestor_blocks():
            total += int((np.repeat(sizes[block], np.diff(starts)) * sizes[ancestors]).sum())
            if total > self.max_pairs:
                raise ClosureTooLargeError(self.max_pairs, max(self.dag.estimated_pairs(sizes), self.max_pairs + 1))

    @cached_property
    def ancestor_counts(self) -> IntArray:
        """Number of ancestors of each node, shape (n,)."""
        return np.diff(self.closure.indptr).astype(np.int64)

    @cached_property
    def descendant_counts(self) -> IntArray:
        """Number of descendants of each node, shape (n,)."""
        return np.bincount(self.closure.indices, minlength=len(self)).astype(np.int64)

    def ancestors(self, node: Hashable) -> list[Hashable]:
        """Ancestors of a node in the order of `nodes`, found by walking up.

        Raises
        ------
        networkx.NodeNotFound
            If the node is not in the hierarchy.
        """
        if node not in self.index:
            raise nx.NodeNotFound(f"node {node!r} is not in the hierarchy")
        _, found = self.dag.ancestors_of(self.component[[self.index[node]]])
        return [self.nodes[i] for i in np.flatnonzero(np.isin(self.component, found))]

    def ancestor_rows(self, rows: IntArray) -> tuple[IntArray, IntArray]:
        """Ancestors of the nodes with the given indices, without the closure.

        Returns offsets, shape (len(rows) + 1,), and indices: the ancestors of ``rows[i]``, in no
        particular order, are ``ancestors[starts[i]:starts[i + 1]]``.
        """
        starts, above = self.dag.ancestors_of(self.component[rows])
        if self.dag.n == len(self):
            return starts, above
        sizes = np.bincount(self.component, minlength=self.dag.n)
        ends = np.cumsum(sizes)
        by_component = np.argsort(self.component, kind="stable")
        counts = sizes[above]
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        ancestors = by_component[np.repeat(ends[above] - counts, counts) + within]
        return np.concatenate([[0], np.cumsum(counts)])[starts], ancestors

    def closure_pairs(self) -> Iterator[tuple[Hashable, Hashable, int, int]]:
        """Yield (descendant, ancestor, level, ancestor level) without holding the closure."""
        members = _members_of(self.component, self.dag.n)
        names, levels = self.nodes, self.dag.levels.tolist()
        for block, starts, ancestors in self.dag.ancestor_blocks():
            bounds, found = starts.tolist(), ancestors.tolist()
            for row, own in enumerate(block.tolist()):
                for descendant in members[own]:
                    for above in sorted(found[bounds[row] : bounds[row + 1]]):
                        for ancestor in members[above]:
                            yield names[descendant], names[ancestor], levels[own], levels[above]


def _cleaned(edges: IntArray, n: int) -> IntArray:
    """Edges in range, without self-loops, each once, in order of first appearance."""
    if len(edges) and (edges.min() < 0 or edges.max() >= n):
        row = int(np.flatnonzero(((edges < 0) | (edges >= n)).any(axis=1))[0])
        raise ValueError(f"edge number {row}, {tuple(edges[row].tolist())}, names an index outside 0 .. {n - 1}")
    edges = edges[edges[:, 0] != edges[:, 1]]
    keys = edges[:, 0] * np.int64(max(n, 1)) + edges[:, 1]
    if (np.diff(np.sort(keys)) > 0).all():
        return edges
    _, first = np.unique(keys, return_index=True)
    return edges[np.sort(first)]


def _components(edges: IntArray, n: int) -> IntArray:
    """Strongly connected component of each node, numbered by their lowest member."""
    if n == 0:
        return np.zeros(0, dtype=np.int64)
    matrix = csr_array((np.ones(len(edges), dtype=np.int8), (edges[:, 0], edges[:, 1])), shape=(n, n))
    count, labels = connected_components(matrix, directed=True, connection="strong")
    if count == n:
        return np.arange(n)
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return _numbered_by_first(first, inverse)


def _condensed(edges: IntArray, component: IntArray) -> tuple[IntArray, Dag]:
    """The acyclic graph over the components, and the number in it that each node gets.

    Equal nodes without descendants are plain siblings, as leaves are: the nodes of a cycle
    from which no edge leads out keep numbers of their own, each with all the parents of the
    cycle, unless that would multiply the edges.
    """
    n = len(component)
    count = int(component.max()) + 1 if n else 0
    ends = component[edges]
    crossing = ends[ends[:, 0] != ends[:, 1]]
    dag = Dag.from_edges(crossing[:, 0], crossing[:, 1], count)
    sizes = np.bincount(component, minlength=count)
    split = (sizes > 1) & (np.diff(dag.child_starts) == 0)
    parent_counts = np.diff(dag.parent_starts)
    if not split.any() or (sizes * parent_counts)[split].sum() > 4 * (n + len(edges)):
        return component, dag
    keys = np.where(split[component], count + np.arange(n), component)
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    numbers = _numbered_by_first(first, inverse)
    repeats = parent_counts[component[first]]
    above = np.concatenate([dag.parents_of(v) for v in component[first].tolist()])
    new_number = np.empty(count, dtype=np.int64)
    new_number[component] = numbers  # parents are never split
    parents, children = new_number[above], np.repeat(numbers[first], repeats)
    return numbers, Dag.from_edges(parents, children, len(first))


def _numbered_by_first(first: IntArray, labels: IntArray) -> IntArray:
    """Renumber groups by where they first appear, so that a graph without cycles keeps its order."""
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[labels]


def _a_cycle(names: tuple[Hashable, ...], edges: IntArray, component: IntArray) -> str:
    """One cycle in words, found by walking along edges that stay in a component."""
    inside = edges[component[edges[:, 0]] == component[edges[:, 1]]]
    step = dict(inside[::-1].tolist())  # the first edge of each node wins
    path: list[int] = []
    place: dict[int, int] = {}
    node = int(inside[0, 0])
    while node not in place:
        place[node] = len(path)
        path.append(node)
        node = step[node]
    cycle = [*path[place[node] :], node]
    shown = [repr(names[i]) for i in cycle]
    return " -> ".join(shown if len(shown) <= 10 else [*shown[:5], f"... {len(shown) - 8} more ...", *shown[-3:]])


def _members_of(component: IntArray, count: int) -> list[list[int]]:
    """Nodes of each condensed node, ascending."""
    members: list[list[int]] = [[] for _ in range(count)]
    for node, own in enumerate(component.tolist()):
        members[own].append(node)
    return members
