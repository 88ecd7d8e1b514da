"""How many ancestors and descendants nodes have, or at most have, without the closure."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nx_poincare.engine.dag import walks
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.walks import steps_of_walk, steps_of_walks, walk_up
from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.compiled import kernel
from nx_poincare.utils.workers import ONE_THREAD, Workers

__all__ = ["ClosureCounts", "closure_counts", "most_ancestors"]

_MOST_PARTS, _COUNTS_AT_ONCE = 64, 50_000_000  # parts of the rows; counts of descendants in all parts


class ClosureCounts(NamedTuple):
    """Numbers of ancestors and of descendants, each of shape (n,)."""

    ancestors: IntArray
    descendants: IntArray


class _Walked(NamedTuple):
    """What is walked over: parents, and how many nodes each node stands for."""

    parent_starts: IntArray
    parent_list: IntArray
    members: IntArray


def closure_counts(dag: Dag, members: IntArray | None = None, workers: Workers = ONE_THREAD) -> ClosureCounts:
    """Ancestors and descendants of each node, in number.

    Parameters
    ----------
    dag : Dag
    members : ndarray of int64, shape (n,), optional
        How many nodes each node of this graph stands for; default 1.
    workers : Workers, default one thread

    Examples
    --------
    >>> closure_counts(Dag.from_edges(np.array([0, 0, 1]), np.array([1, 2, 3]), 4))
    ClosureCounts(ancestors=array([0, 1, 1, 2]), descendants=array([3, 1, 0, 0]))
    """
    members = np.ones(dag.n, dtype=np.int64) if members is None else members
    parts = max(1, min(_MOST_PARTS, _COUNTS_AT_ONCE // max(dag.n, 1)))
    walked = workers.keep(_Walked(dag.parent_starts, dag.parent_list, members))
    return workers.total(_counted, [(walked, first, parts) for first in range(parts)], _added)


def _counted(walked: _Walked, first: int, parts: int) -> ClosureCounts:
    """Counts from every so many of the rows: neighbours of a row with many ancestors have many, too."""
    rows = np.arange(first, len(walked.members), parts)
    found = ClosureCounts(*np.zeros((2, len(walked.members)), dtype=np.int64))
    while len(rows):  # some at a time, between which signals get through
        rows = rows[_count_some(*walked, rows, walks.STEPS_AT_ONCE, *found) :]
    return found


def _added(parts: list[ClosureCounts]) -> ClosureCounts:
    ancestors, descendants = zip(*parts, strict=True)
    return ClosureCounts(np.asarray(sum(ancestors)), np.asarray(sum(descendants)))


@kernel(work=lambda starts, parents, _members, rows, *_: steps_of_walks(starts, parents, rows), nogil=True)
def _count_some(parent_starts, parent_list, members, rows, most_steps, ancestors, descendants):  # type: ignore[no-untyped-def]
    """Count ancestors of the first rows, and each of these for its ancestors, for so many steps; returns how many."""
    n = len(members)
    stamps, found = np.full(n, -1, np.int64), np.empty(n, np.int64)
    done = steps = 0
    while done < len(rows) and steps < most_steps:
        row = rows[done]
        count = walk_up(parent_starts, parent_list, row, row, stamps, found)
        for i in range(count):
            ancestors[row] += members[found[i]]
            descendants[found[i]] += members[row]
        steps += steps_of_walk(parent_starts, row, found, count)
        done += 1
    return done


def most_ancestors(dag: Dag, component: IntArray | None = None) -> int:
    """A number that no node has more ancestors than; in a tree the largest that one has.

    Every path from a root counts for itself, as long as there are not more of them than nodes.

    Parameters
    ----------
    dag : Dag
    component : ndarray of int64, optional
        The node of this graph that stands for each node, where that is not the node itself.

    Examples
    --------
    >>> most_ancestors(Dag.from_edges(np.array([0, 0, 1, 2]), np.array([1, 2, 3, 3]), 5))
    4
    """
    if component is None:
        members = np.ones(dag.n, dtype=dag.parent_starts.dtype)
    else:
        members = np.bincount(component, minlength=dag.n)
    most = max(int(members.sum()) - 1, 0)
    return int(_counts_by_path(dag.order, dag.parent_starts, dag.parent_list, members, most).max(initial=0))


@kernel(work=lambda order, _starts, parents, *_: len(order) + len(parents), nogil=True)
def _counts_by_path(order, parent_starts, parent_list, members, most):  # type: ignore[no-untyped-def]
    """Number of ancestors of each node where one counts once for every path from it, but not more than a limit."""
    counts = np.zeros_like(members)
    for node in order:
        count = 0
        for i in range(parent_starts[node], parent_starts[node + 1]):
            parent = parent_list[i]
            count = min(count + counts[parent] + members[parent], most)
        counts[node] = count
    return counts
