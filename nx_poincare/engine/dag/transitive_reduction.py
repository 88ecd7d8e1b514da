"""Parents that follow from other parents."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np

from nx_poincare.engine.dag import walks
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.compiled import kernel

__all__ = ["MOST_STEPS", "without_redundant_parents"]

_log = logging.getLogger(__name__)

MOST_STEPS = 200_000_000


def without_redundant_parents(dag: Dag, max_steps: int = MOST_STEPS) -> Dag:
    """Drop parents that are ancestors of another parent of the same node.

    Parameters
    ----------
    dag : Dag
    max_steps : int
        Edges walked before the rest of the graph is left as it is, with a warning in the log; redundant
        parents do no harm beyond a larger skeleton.
    """
    if np.all(np.diff(dag.parent_starts) < 2):
        return dag
    redundant, node, steps = np.zeros(len(dag.parent_list), dtype=np.bool_), 0, 0
    while node < dag.n and steps <= max_steps:  # some at a time, between which signals get through
        most = min(walks.STEPS_AT_ONCE, max_steps - steps)
        node, taken = _mark_redundant_parents(dag.parent_starts, dag.parent_list, dag.levels, node, most, redundant)
        steps += taken
    if steps > max_steps:
        _log.warning("more than %d steps to find redundant parents; the rest stay in place", max_steps)
    if not redundant.any():
        return dag
    children = np.repeat(np.arange(dag.n), np.diff(dag.parent_starts))
    return Dag.from_edges(dag.parent_list[~redundant], children[~redundant], dag.n)


def _work(parent_starts: IntArray, parent_list: IntArray, *_: Any) -> int:
    return walks.steps_of_walks(parent_starts, parent_list, np.flatnonzero(np.diff(parent_starts) > 1))


@kernel(work=_work)
def _mark_redundant_parents(parent_starts, parent_list, levels, first, most_steps, redundant):  # type: ignore[no-untyped-def]
    """Mark edges from an ancestor of another parent, of nodes from the first on, until that took more steps.

    Walks only down to the level of the highest parent. Returns the next node, and the steps.
    """
    n = len(parent_starts) - 1
    stamps = np.full(n, -1, np.int64)
    found = np.empty(2 * n, np.int64)  # parents of the node may come up twice
    steps = 0
    v = first
    while v < n and steps <= most_steps:
        begin, end = parent_starts[v], parent_starts[v + 1]
        if end - begin < 2:
            v += 1
            continue
        highest = levels[v]
        count = 0
        for i in range(begin, end):
            highest = min(highest, levels[parent_list[i]])
            found[count] = parent_list[i]
            count += 1
        done = 0
        while done < count:
            w = found[done]
            done += 1
            if levels[w] == highest:
                continue
            for j in range(parent_starts[w], parent_starts[w + 1]):
                above = parent_list[j]
                steps += 1
                if levels[above] >= highest and stamps[above] != v:
                    stamps[above] = v
                    found[count] = above
                    count += 1
        for i in range(begin, end):
            redundant[i] = stamps[parent_list[i]] == v
        v += 1
    return v, steps
