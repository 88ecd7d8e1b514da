r"""The spanning tree that the cones are built on, chosen so that few ancestors are missed.

Cones nest exactly along a tree. A node with several parents hangs on one of them; an
ancestor that is not on its tree path is *missed* by the node and everything below it. With
:math:`m_b` the number of descendants that miss the ancestor b, a local search over the nodes
with several parents lowers

.. math:: \sum_b m_b^{0.3}.

The concave power, of which the exponent may be given, prefers few ancestors that are missed often (each can
then be given a wider cone) to many that are missed seldom.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.tree_sums import depths, subtree_sums
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.compiled import kernel

__all__ = ["EXPONENT", "SpanningTree", "spanning_tree"]

_logger = logging.getLogger(__name__)
_Number = TypeVar("_Number", np.int64, np.float64)

EXPONENT = 0.3
_MOST_SWEEPS = 10
_STEPS_PER_NODE = 100  # of a sweep of the local search, usually
_MOST_PAIRS = 30_000_000  # ancestors looked at before the missed ones are estimated from a part
_MOST_STEPS = 300_000_000  # steps along tree paths in the local search
_STEPS_AT_ONCE = 10_000_000  # in one call of compiled code, which no signal can end


@dataclass(frozen=True)
class SpanningTree:
    """One parent per node of a `Dag`.

    Attributes
    ----------
    parents : ndarray of int64, or of the type of the `Dag`, shape (n,)
        Tree parent, -1 for roots.
    order : ndarray of the same type, shape (n,)
        Nodes so that every parent comes before its children.
    sizes : ndarray of the same type, shape (n,)
        Nodes in each subtree, the node itself included.
    missed : ndarray of float64, shape (n,)
        Descendants in the graph that are not below the node in the tree (estimated where
        counting them would take more than a bounded amount of work).
    """

    parents: IntArray
    order: IntArray
    sizes: IntArray
    missed: FloatArray

    @property
    def share_off_tree(self) -> float:
        """Share of the ancestor pairs of the graph that are not on paths of the tree."""
        off_tree = float(self.missed.sum())
        return off_tree / max(off_tree + float(depths(self.order, self.parents).sum()), 1.0)

    def in_order(self, place: IntArray) -> SpanningTree:
        """The same tree, its nodes numbered as loops meet them, by their places in `order`.

        Millions of nodes are then read as they lie in memory.
        """
        parents = self.parents[self.order]
        has_parent = parents >= 0
        parents[has_parent] = place[parents[has_parent]]
        order = np.arange(len(parents), dtype=parents.dtype)
        return SpanningTree(parents, order, _at(self.sizes, self.order), _at(self.missed, self.order))

    def out_of_order(self, order: IntArray, place: IntArray) -> SpanningTree:
        """The tree of which this one is `in_order` for these places, which is made again."""
        parents = self.parents[place]
        has_parent = parents >= 0
        parents[has_parent] = order[parents[has_parent]]
        return SpanningTree(parents, order, _at(self.sizes, place), _at(self.missed, place))

    def with_sizes(self) -> SpanningTree:
        """The tree with its `sizes` again."""
        return replace(self, sizes=subtree_sums(self.order, self.parents, np.ones_like(self.parents)))

    def with_counts(self, missed: FloatArray) -> SpanningTree:
        """The tree with its `sizes` again, and with these numbers of descendants that miss nodes."""
        return replace(self.with_sizes(), missed=missed)

    def without_counts(self) -> SpanningTree:
        """The tree with empty arrays in the place of `sizes` and `missed`, where only its shape is needed."""
        return replace(self, sizes=self.sizes[:0].copy(), missed=self.missed[:0].copy())


def _at(counts: NDArray[_Number], nodes: IntArray) -> NDArray[_Number]:
    """Counts of the nodes, or none."""
    return counts[nodes] if len(counts) else counts


def spanning_tree(dag: Dag, exponent: float = EXPONENT) -> SpanningTree:
    """Choose the tree parents of a `Dag`.

    Starts from the parent with the most ancestors and improves by local search. The work is
    bounded: on graphs with too many ancestors the deepest parent is the start and the missed
    ancestors are estimated from part of the nodes.

    Parameters
    ----------
    dag : Dag
    exponent : float, default 0.3
        Of the missed descendants in the sum that is lowered; with 1, all missed pairs count alike.

    Examples
    --------
    >>> import numpy as np
    >>> dag = Dag.from_edges(np.array([0, 0, 1, 2]), np.array([1, 3, 2, 3]), 4)
    >>> tree = spanning_tree(dag)
    >>> tree.parents
    array([-1,  0,  1,  2])
    >>> tree.sizes
    array([4, 3, 2, 1])
    """
    several = np.flatnonzero(np.diff(dag.parent_starts) > 1)
    parents = _highest_parent(dag.parent_starts, dag.parent_list, _parent_ranks(dag, several))
    sizes = subtree_sums(dag.order, parents, np.ones_like(parents))
    missed = _missed_descendants(dag, several, parents)
    by_size = several[np.argsort(-sizes[several], kind="stable")]
    moves = _improve(dag, by_size, parents, sizes, missed, exponent)
    _logger.debug(
        "spanning tree: %d nodes with several parents, %d moved, %d ancestors missed by some descendant",
        len(several), moves, np.count_nonzero(missed),
    )  # fmt: skip
    return SpanningTree(parents, dag.order, sizes, missed)


def _parent_ranks(dag: Dag, several: IntArray) -> IntArray:
    """Number of ancestors of each node that is one of several parents; levels if that is too much work."""
    is_parent = np.zeros(dag.n, dtype=np.bool_)
    is_parent[_members_of_rows(dag.parent_starts, dag.parent_list, several)] = True
    parents = np.flatnonzero(is_parent)
    ranks = np.zeros(dag.n, dtype=dag.parent_list.dtype)
    pairs = 0
    for block, starts, _ in dag.ancestor_blocks(parents):
        ranks[block] = np.diff(starts)
        pairs += int(starts[-1])
        if pairs > _MOST_PAIRS:
            return dag.levels
    return ranks


def _members_of_rows(starts: IntArray, members: IntArray, rows: IntArray) -> IntArray:
    counts = starts[rows + 1] - starts[rows]
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return members[np.repeat(starts[rows], counts) + within]


@kernel(work=lambda starts, edges, _: len(starts) + len(edges))
def _highest_parent(parent_starts, parent_list, ranks):  # type: ignore[no-untyped-def]
    """For each node its parent of highest rank, the lowest index among equals; -1 for roots."""
    parents = np.full_like(parent_starts[:-1], -1)
    for v in range(len(parents)):
        for i in range(parent_starts[v], parent_starts[v + 1]):
            if parents[v] < 0 or ranks[parent_list[i]] > ranks[parents[v]]:
                parents[v] = parent_list[i]
    return parents


def _missed_descendants(dag: Dag, several: IntArray, parents: IntArray) -> FloatArray:
    """How many descendants of each node are not below it in the tree.

    A node with one parent misses what its parent misses, so only nodes with several parents are
    looked at, each for all the nodes that hang below it by single parents.
    """
    cut = parents.copy()
    cut[several] = -1
    hanging = subtree_sums(dag.order, cut, np.ones_like(cut))
    del cut
    missed = np.zeros(dag.n)
    # Strides spread a bounded part evenly over the graph.
    shuffled = several[np.argsort(several * np.int64(0x9E3779B1) % np.int64(1 << 32), kind="stable")]
    counted, pairs = 0, 0
    for block, starts, ancestors in dag.ancestor_blocks(shuffled):
        _add_missed(block, starts, ancestors, parents, hanging, missed)
        counted += int(hanging[block].sum())
        pairs += int(starts[-1])
        if pairs > _MOST_PAIRS:
            missed *= hanging[several].sum() / counted
            break
    return missed


@kernel(work=lambda rows, starts, edges, *_: len(rows) + 3 * len(edges))
def _add_missed(rows, starts, ancestors, parents, hanging, missed):  # type: ignore[no-untyped-def]
    """Add `hanging[u]` to every ancestor of a row u that is not on u's tree path."""
    on_path = np.full_like(parents, -1)
    for i in range(len(rows)):
        u = rows[i]
        v = parents[u]
        while v >= 0:
            on_path[v] = u
            v = parents[v]
        for j in range(starts[i], starts[i + 1]):
            if on_path[ancestors[j]] != u:
                missed[ancestors[j]] += hanging[u]


def _improve(
    dag: Dag, by_size: IntArray, parents: IntArray, sizes: IntArray, missed: FloatArray, exponent: float
) -> int:
    """Move nodes to another of their parents while that lowers the sum of missed ** exponent.

    Changes parents, sizes and missed in place; returns the moves.
    """
    # What is looked at together lies together: of millions of nodes each look is a wait for memory.
    paths = np.empty((dag.n, 2), dtype=parents.dtype)
    paths[:, 0] = parents
    paths[dag.order, 1] = np.arange(dag.n, dtype=parents.dtype)
    counts = _with_powers(missed, exponent)
    steps, moves = 0, 0
    for _ in range(_MOST_SWEEPS):
        moves_before, number, offset = moves, 0, 0
        while number < len(by_size) and steps <= _MOST_STEPS:
            most_steps = min(_STEPS_AT_ONCE, _MOST_STEPS - steps)
            number, offset, taken, moved = _improve_some(
                dag.parent_starts, dag.parent_list, by_size, paths, sizes, counts, exponent, number, offset, most_steps
            )
            steps, moves = steps + taken, moves + moved
        if moves == moves_before or steps > _MOST_STEPS:
            break
    parents[:], missed[:] = paths[:, 0], counts[:, 0]
    return moves


@kernel(work=lambda missed, _: len(missed))
def _with_powers(missed, exponent):  # type: ignore[no-untyped-def]
    """The numbers, and beside each of them its power."""
    counts = np.empty((len(missed), 2))
    for v in range(len(missed)):
        counts[v, 0] = missed[v]
        counts[v, 1] = missed[v] ** exponent if missed[v] > 0 else 0.0
    return counts


@kernel(work=lambda starts, edges, by_size, *_: _STEPS_PER_NODE * len(by_size))
def _improve_some(  # type: ignore[no-untyped-def]
    parent_starts, parent_list, by_size, paths, sizes, counts, exponent, number, offset, most_steps
):
    """One sweep of `_improve`, from parent ``offset`` of node ``number`` on, for about so many steps along paths.

    Moving v from p to q makes its whole subtree miss the ancestors that are only on p's tree path, and
    find those that are only on q's.

    Parameters
    ----------
    paths : ndarray of int, shape (n, 2)
        Tree parents, and places in an order in which parents of the graph come before their children.
    counts : ndarray of float64, shape (n, 2)
        The missed descendants, and their powers.

    Returns
    -------
    number, offset, steps, moves : int
    """
    steps, moves, looked_at = 0, 0, 0
    while number < len(by_size):
        v = by_size[number]
        while offset < parent_starts[v + 1] - parent_starts[v]:
            p = paths[v, 0]
            q = parent_list[parent_starts[v] + offset]
            offset += 1
            if p == q:
                continue
            meeting, climbed = _meeting_point(paths, p, q)
            steps += climbed
            looked_at += climbed + 1
            if _change(paths, sizes[v], p, q, meeting, counts, exponent) < -1e-9:
                _move_subtree(paths, v, q, meeting, sizes, counts, exponent)
                moves += 1
            if looked_at > most_steps:
                return number, offset, steps, moves
        number, offset = number + 1, 0
    return number, offset, steps, moves


@kernel()
def _meeting_point(paths, p, q):  # type: ignore[no-untyped-def]
    """Where the tree paths upwards from p and q meet, -1 above the roots, and twice the steps of the longer one."""
    a, b = p, q
    from_p, from_q = 0, 0
    while a != b:  # the one that is later in the order cannot be above the other
        if b < 0 or (a >= 0 and paths[a, 1] > paths[b, 1]):
            a = paths[a, 0]
            from_p += 1
        else:
            b = paths[b, 0]
            from_q += 1
    return a, 2 * max(from_p, from_q)


@kernel()
def _change(paths, weight, p, q, meeting, counts, exponent):  # type: ignore[no-untyped-def]
    """Change of the sum of missed ** exponent if a subtree of `weight` nodes moves from p to q."""
    change = 0.0
    a = p
    while a != meeting:
        change += (counts[a, 0] + weight) ** exponent - counts[a, 1]
        a = paths[a, 0]
    b = q
    while b != meeting:
        if counts[b, 0] > 0:
            change += max(counts[b, 0] - weight, 0.0) ** exponent - counts[b, 1]
        b = paths[b, 0]
    return change


@kernel()
def _move_subtree(paths, v, q, meeting, sizes, counts, exponent):  # type: ignore[no-untyped-def]
    """Hang v on q; `meeting` is above both q and the old parent."""
    weight = sizes[v]
    a = paths[v, 0]
    while a != meeting:
        counts[a, 0] += weight
        counts[a, 1] = counts[a, 0] ** exponent
        sizes[a] -= weight
        a = paths[a, 0]
    b = q
    while b != meeting:
        counts[b, 0] = max(counts[b, 0] - weight, 0.0)
        counts[b, 1] = counts[b, 0] ** exponent
        sizes[b] += weight
        b = paths[b, 0]
    paths[v, 0] = q
