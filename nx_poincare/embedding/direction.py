"""Which way edges lead: an embedding that knows its edges notices a graph that is read the other way."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Literal

import networkx as nx
import numpy as np

from nx_poincare.embedding.points import NamedPoints
from nx_poincare.extractors.digraph import Direction
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.hierarchy.reading import as_hierarchy
from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.warn import warn_caller

__all__ = ["hierarchy_as_embedded", "warn_of_better_direction"]

_OTHER: dict[str, Direction] = {"parent_to_child": "child_to_parent", "child_to_parent": "parent_to_child"}
_FEWEST_EDGES_TOO_MANY = 2
_MANY, _FEW = 0.25, 0.02  # of the edges, which a tree would not have


def hierarchy_as_embedded(
    points: NamedPoints,
    G: nx.Graph | Hierarchy,
    direction: Direction = "parent_to_child",
    on_cycle: Literal["condense", "raise"] = "condense",
    root: Hashable | None = None,
) -> Hierarchy:
    """The hierarchy of a graph, turned round if the embedding was made from the same edges the other way.

    Warns
    -----
    HierarchyWarning
        Where it is turned, or where trees of an undirected graph are hung up at another root.

    Raises
    ------
    TypeError, ValueError, networkx.NetworkXException
        As `nx_poincare.Hierarchy.from_digraph` does.
    """
    hierarchy = as_hierarchy(G, direction, on_cycle, root)
    as_read, the_other_way = _edges_in_common(points, hierarchy)
    if isinstance(G, nx.Graph) and not G.is_directed():
        if the_other_way:
            warn_caller(
                f"{the_other_way:,} edges lead the other way than in the embedding: its trees are hung up elsewhere; "
                "pass the root that embed was given"
            )
        return hierarchy
    if the_other_way <= as_read:
        return hierarchy
    advice = "" if isinstance(G, Hierarchy) else f"; pass direction={_OTHER[direction]!r}, as to embed"
    warn_caller(
        f"the embedding has its edges the other way, {the_other_way:,} of {len(hierarchy.edges):,}, and the graph is "
        f"read as it has them{advice}"
    )
    return Hierarchy.from_edges(
        hierarchy.nodes, hierarchy.edges[:, ::-1], on_cycle=on_cycle, max_pairs=hierarchy.max_pairs
    )


def _edges_in_common(points: NamedPoints, hierarchy: Hierarchy) -> tuple[int, int]:
    """How many edges of the hierarchy are edges of the embedding, and how many are so the other way round."""
    if points.edges is None or not len(hierarchy.edges):
        return 0, 0
    if points.nodes == hierarchy.nodes and np.array_equal(points.edges, hierarchy.edges):
        return len(hierarchy.edges), 0
    try:
        position = points._rows_of_all(hierarchy.nodes)
    except KeyError:  # what lacks in the embedding is an error elsewhere
        return 0, 0
    n, edges = len(points.nodes), position[hierarchy.edges]
    known = _keys(points.edges, n)
    return int(np.isin(_keys(edges, n), known).sum()), int(np.isin(_keys(edges[:, ::-1], n), known).sum())


def _keys(edges: IntArray, n: int) -> IntArray:
    return edges[:, 0] * np.int64(n) + edges[:, 1]


def warn_of_better_direction(hierarchy: Hierarchy, direction: Direction | None) -> None:
    """Warn if many nodes have several parents, and next to none would if edges were read the other way.

    ``direction`` is the one that was read; None where that is not known.
    """
    edges = hierarchy._edges
    if not len(edges):
        return
    parents, children = (np.count_nonzero(np.bincount(column)) for column in edges.T)
    too_many, the_other_way = len(edges) - children, len(edges) - parents  # beyond one for each node that has any
    if too_many < max(_FEWEST_EDGES_TOO_MANY, _MANY * len(edges)) or the_other_way > _FEW * len(edges):
        return
    other = "in the other direction" if direction is None else f"with direction={_OTHER[direction]!r}"
    warn_caller(
        f"read {other} nearly every node would have one parent, and as it is read {too_many:,} of {len(edges):,} "
        "edges lead to nodes that have another parent already: check which end of an edge is above"
    )
