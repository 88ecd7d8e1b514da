"""Parents that follow from other parents."""

from __future__ import annotations

import logging

import numpy as np

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.walks import steps_of_walks
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
    redundant, complete = _redundant_parents(dag.parent_starts, dag.parent_list, dag.levels, max_steps)
    if not complete:
        _log.warning("more than %d steps to find redundant parents; the rest stay in place", max_steps)
    if not redundant.any():
        return dag
    children = np.repeat(np.arange(dag.n), np.diff(dag.parent_starts))
    return Dag.from_edges(dag.parent_list[~redundant], children[~redundant], dag.n)


@kernel(work=lambda starts, parents, *_: steps_of_walks(starts, parents, np.flatnonzero(np.diff(starts) > 1)))
def _redundant_parents(parent_starts, parent_list, levels, max_steps):  # type: ignore[no-untyped-def]
    """Mark edges from an ancestor of another parent; walks only down to the level of the highest parent."""
    n = len(parent_starts) - 1
    redundant = np.zeros(len(parent_list), np.bool_)
    stamps = np.full(n, -1, np.int64)
    found = np.empty(2 * n, np.int64)  # parents of the node may come up twice
    steps = 0
    for v in range(n):
        first, end = parent_starts[v], parent_starts[v + 1]
        if end - first < 2:
            continue
        highest = levels[v]
        for i in range(first, end):
            highest = min(highest, levels[parent_list[i]])
        count = 0
        for i in range(first, end):
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
        for i in range(first, end):
            redundant[i] = stamps[parent_list[i]] == v
        if steps > max_steps:
            return redundant, False
    return redundant, True
