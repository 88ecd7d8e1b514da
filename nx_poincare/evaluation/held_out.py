"""Pairs of a node and an ancestor that the caller holds out, as the rows that are ranked."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

import networkx as nx
import numpy as np

from nx_poincare.engine.ranking.filtered import Queries
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.utils.arrays import IntArray

__all__ = ["held_out_by_name"]


def held_out_by_name(train: Hierarchy, pairs: Iterable[tuple[Hashable, Hashable]]) -> tuple[Hierarchy, Queries]:
    """The hierarchy of training edges and held-out pairs (descendant, ancestor) together, and these by index.

    Raises
    ------
    networkx.NodeNotFound
        If a node of a pair is not in the training graph.
    ValueError
        If something is no pair, or a pair is one to train on or contradicts those.

    Examples
    --------
    >>> train = Hierarchy.from_edges("abc", [(0, 1), (1, 2)])
    >>> held_out_by_name(train, [("c", "a")])[1]
    Queries(rows=array([2]), starts=array([0, 1]), ancestors=array([0]))
    """
    held_out = _indices(train, pairs)
    n = len(train)
    keys = np.unique(held_out @ [n, 1]) if len(held_out) else np.zeros(0, dtype=np.int64)
    descendants, ancestors = np.divmod(keys, max(n, 1))
    edges = np.concatenate([train.edges, np.column_stack([ancestors, descendants])])
    both = Hierarchy.from_edges(train.nodes, edges, max_pairs=train.max_pairs)
    known = train.edges[:, 1] * np.int64(n) + train.edges[:, 0]
    is_wrong = both.levels[ancestors] >= both.levels[descendants]
    for place in np.flatnonzero(np.isin(keys, known) | is_wrong)[:1].tolist():
        pair = train.nodes[descendants[place]], train.nodes[ancestors[place]]
        problem = (
            "contradicts the others: pairs are (descendant, ancestor)" if is_wrong[place] else "is one to train on"
        )
        raise ValueError(f"the test pair {pair!r} {problem}")
    rows, counts = np.unique(descendants, return_counts=True)
    return both, Queries(rows, np.concatenate([[0], np.cumsum(counts)]), ancestors)


def _indices(train: Hierarchy, pairs: Iterable[tuple[Hashable, Hashable]]) -> IntArray:
    found = []
    for pair in pairs:
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise ValueError(f"a test pair must be (descendant, ancestor), not {pair!r}")
        for node in pair:
            if node not in train.index:
                raise nx.NodeNotFound(f"node {node!r} of the test pair {pair!r} is not in the training graph")
        found.append((train.index[pair[0]], train.index[pair[1]]))
    return np.array(found, dtype=np.int64).reshape(-1, 2)
