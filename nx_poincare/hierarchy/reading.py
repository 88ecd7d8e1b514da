"""Whatever a caller passes for a hierarchy, as one; and the pairs of its closure."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Literal

import networkx as nx

from nx_poincare.extractors.digraph import Direction
from nx_poincare.hierarchy.hierarchy import Hierarchy

__all__ = ["as_hierarchy", "closure_edges"]


def as_hierarchy(
    G: nx.Graph | Hierarchy,
    direction: Direction = "parent_to_child",
    on_cycle: Literal["condense", "raise"] = "condense",
    root: Hashable | None = None,
) -> Hierarchy:
    """A hierarchy as it is, or that of a graph.

    Raises
    ------
    ValueError
        If an option says how to read what has been read already.
    """
    if not isinstance(G, Hierarchy):
        return Hierarchy.from_digraph(G, direction=direction, on_cycle=on_cycle, root=root)
    if (direction, on_cycle, root) != ("parent_to_child", "condense", None):
        raise ValueError("direction, on_cycle and root say how to read a graph; a Hierarchy has been read already")
    return G


def closure_edges(
    G: nx.Graph,
    *,
    direction: Direction = "parent_to_child",
    on_cycle: Literal["condense", "raise"] = "condense",
    root: Hashable | None = None,
) -> Iterator[tuple[Hashable, Hashable, int, int]]:
    """Stream the level-annotated edges of the transitive closure.

    Parameters
    ----------
    G, direction, on_cycle, root
        As in `Hierarchy.from_digraph`.

    Yields
    ------
    (descendant, ancestor, level, ancestor level)
        Once for every pair; levels are longest paths from a root. The whole closure is
        never held in memory.

    Examples
    --------
    >>> list(closure_edges(nx.DiGraph([("a", "b"), ("b", "c")])))
    [('b', 'a', 1, 0), ('c', 'a', 2, 0), ('c', 'b', 2, 1)]
    """
    hierarchy = Hierarchy.from_digraph(G, direction=direction, on_cycle=on_cycle, root=root)
    return hierarchy.closure_pairs()
