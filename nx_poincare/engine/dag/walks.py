"""Walks up from nodes to all of their ancestors, over the arrays of a `nx_poincare.engine.dag.dag.Dag`.

Kernels walk for about `STEPS_AT_ONCE` edges at a time, and who calls goes on where they stopped: no signal ends a call.
"""

from __future__ import annotations

import numpy as np

from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.compiled import kernel

__all__ = ["STEPS_AT_ONCE", "ancestor_counts", "ancestor_rows", "steps_of_walk", "steps_of_walks", "walk_up"]

STEPS_AT_ONCE = 20_000_000  # edges
_PROBES, _MOST_PROBED = 12, 30_000  # rows; nodes and edges


def steps_of_walks(parent_starts: IntArray, parent_list: IntArray, rows: IntArray) -> int:
    """About how many edges the walks to all ancestors of some nodes take, from a few of them.

    Examples
    --------
    >>> steps_of_walks(np.array([0, 0, 1, 2]), np.array([0, 1]), np.arange(3))  # a chain
    9
    """
    n = len(parent_starts) - 1
    if n + len(parent_list) > _MOST_PROBED or len(rows) == 0:
        return n + len(parent_list)
    stamps, found = np.full(n, -1), np.empty(n, dtype=np.int64)
    probes = rows[:: -(-len(rows) // _PROBES)]
    steps = 0
    for stamp, node in enumerate(probes):
        count = walk_up.py_func(parent_starts, parent_list, node, stamp, stamps, found)
        walked = np.append(found[:count], node)
        steps += 1 + int((parent_starts[walked + 1] - parent_starts[walked]).sum())
    return n + steps * len(rows) // len(probes)


@kernel()
def walk_up(parent_starts, parent_list, node, stamp, stamps, found):  # type: ignore[no-untyped-def]
    """Collect the proper ancestors of `node` in `found`; `stamps` marks them with a stamp never used before."""
    count = 0
    for i in range(parent_starts[node], parent_starts[node + 1]):
        parent = parent_list[i]
        stamps[parent] = stamp
        found[count] = parent
        count += 1
    done = 0
    while done < count:
        v = found[done]
        done += 1
        for i in range(parent_starts[v], parent_starts[v + 1]):
            parent = parent_list[i]
            if stamps[parent] != stamp:
                stamps[parent] = stamp
                found[count] = parent
                count += 1
    return count


@kernel(work=lambda starts, parents, first, *_: steps_of_walks(starts, parents, np.arange(first, len(starts) - 1)))
def ancestor_counts(parent_starts, parent_list, first, most_steps, counts):  # type: ignore[no-untyped-def]
    """Count the ancestors of nodes from the first on, until that took so many steps; returns the next node."""
    n = len(parent_starts) - 1
    stamps = np.full_like(parent_starts, -1)
    found = np.empty_like(stamps)
    steps = 0
    node = first
    while node < n and steps < most_steps:
        counts[node] = walk_up(parent_starts, parent_list, node, node, stamps, found)
        steps += steps_of_walk(parent_starts, node, found, counts[node])
        node += 1
    return node


@kernel()
def steps_of_walk(parent_starts, node, found, count):  # type: ignore[no-untyped-def]
    """How many edges the walk up from a node took, whose ancestors are the first ones of `found`."""
    steps = 1 + parent_starts[node + 1] - parent_starts[node]
    for i in range(count):
        steps += parent_starts[found[i] + 1] - parent_starts[found[i]]
    return steps


@kernel(work=lambda starts, parents, rows, *_: steps_of_walks(starts, parents, rows), nogil=True)
def ancestor_rows(parent_starts, parent_list, rows, capacity, most_pairs, most_steps):  # type: ignore[no-untyped-def]
    """Offsets and ancestors of the first rows, as many (one at least) as most_pairs and most_steps allow.

    Ancestors come in the order of the walk. The list grows past its first capacity as needed.
    """
    stamps = np.full_like(parent_starts, -1)
    found = np.empty_like(stamps)
    starts = np.zeros(len(rows) + 1, np.int64)
    ancestors = np.empty(capacity, np.int64)
    done = steps = 0
    while done < len(rows) and steps < most_steps:
        count = walk_up(parent_starts, parent_list, rows[done], done, stamps, found)
        end = starts[done] + count
        if done > 0 and end > most_pairs:
            break
        steps += steps_of_walk(parent_starts, rows[done], found, count)
        if end > len(ancestors):
            grown = np.empty(max(2 * len(ancestors), end), np.int64)
            for i in range(starts[done]):
                grown[i] = ancestors[i]
            ancestors = grown
        for i in range(count):
            ancestors[starts[done] + i] = found[i]
        done += 1
        starts[done] = end
    return starts[: done + 1], ancestors[: starts[done]]
