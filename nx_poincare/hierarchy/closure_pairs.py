"""Pairs of a closure over condensed nodes: named one by one, or only counted."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

import numpy as np

from nx_poincare.engine.dag.dag import ClosureTooLargeError, Dag
from nx_poincare.hierarchy.cycles import members_of_components
from nx_poincare.utils.arrays import IntArray

__all__ = ["check_pairs", "named_pairs"]


def check_pairs(dag: Dag, component: IntArray, max_pairs: int) -> None:
    """Refuse a closure that is too large, before it is built.

    Raises
    ------
    ClosureTooLargeError
        If it has more than ``max_pairs`` pairs.
    """
    sizes = np.bincount(component, minlength=dag.n)
    total = 0
    for block, starts, ancestors in dag.ancestor_blocks():
        total += int((np.repeat(sizes[block], np.diff(starts)) * sizes[ancestors]).sum())
        if total > max_pairs:
            raise ClosureTooLargeError(max_pairs, max(dag.estimated_pairs(sizes), max_pairs + 1))


def named_pairs(
    dag: Dag, component: IntArray, names: Sequence[Hashable]
) -> Iterator[tuple[Hashable, Hashable, int, int]]:
    """Yield (descendant, ancestor, level, ancestor level) without holding the closure."""
    members, levels = members_of_components(component, dag.n), dag.levels.tolist()
    for block, starts, ancestors in dag.ancestor_blocks():
        bounds, found = starts.tolist(), ancestors.tolist()
        for row, own in enumerate(block.tolist()):
            for descendant in members[own]:
                for above in sorted(found[bounds[row] : bounds[row + 1]]):
                    for ancestor in members[above]:
                        yield names[descendant], names[ancestor], levels[own], levels[above]
