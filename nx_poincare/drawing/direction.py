"""Graphs that `embed` has written on: pictures follow the direction that it was given, and say so."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import networkx as nx
import numpy as np

from nx_poincare.extractors.digraph import Direction, edges_of_graph
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.warn import warn_caller

__all__ = ["hierarchy_to_show"]

_NEARLY_ALL = 0.9  # of the edges; at second parents radii may rise and fall


def hierarchy_to_show(
    G: nx.Graph,
    *,
    direction: Direction,
    root: Hashable | None,
    level_as: str | None = "level",
    store_as: str | None = "poincare",
    pos_as: str | None = "pos",
) -> Hierarchy:
    """The hierarchy of a graph for a picture; nothing is said of edges off the tree, which pictures show.

    Where the node attributes of `nx_poincare.embed` say that it was given the other direction, that one is followed.

    Warns
    -----
    HierarchyWarning
        Where the direction is another than asked for.
    """
    hierarchy = Hierarchy.from_edges(*edges_of_graph(G, direction=direction, root=root))
    if not G.is_directed() or not len(hierarchy.edges):
        return hierarchy
    radii = _norms(G, store_as)
    heights = [_numbers(G, level_as), radii if radii is not None else _norms(G, pos_as)]
    if heights[1] is None or not all(_leads_inward(hierarchy, height) for height in heights if height is not None):
        return hierarchy
    other = "child_to_parent" if direction == "parent_to_child" else "parent_to_child"
    warn_caller(
        f"the node attributes say that the graph was embedded with direction={other!r}: it is shown so; pass it as well"
    )
    return Hierarchy.from_edges(hierarchy.nodes, hierarchy.edges[:, ::-1])


def _leads_inward(hierarchy: Hierarchy, heights: FloatArray) -> bool:
    """Whether nearly all edges lead from the higher number to the lower, though the other way is outward."""
    parents, children = heights[hierarchy.edges].T
    down, up = int((parents > children).sum()), int((parents < children).sum())
    return down > 0 and down >= _NEARLY_ALL * (down + up)


def _numbers(G: nx.Graph, name: str | None) -> FloatArray | None:
    """A number for each node, or None if one has none."""
    if name is None or next(iter(G.nodes.values())).get(name) is None:
        return None
    try:
        numbers = np.array([value for _, value in G.nodes(data=name)], dtype=np.float64)
    except (TypeError, ValueError):
        return None
    return numbers if numbers.ndim == 1 and np.isfinite(numbers).all() else None


def _norms(G: nx.Graph, name: str | None) -> FloatArray | None:
    """The norm of the point of each node, as arrays or in parts, as files have them; None if a node has none."""
    if name is None:
        return None
    first = next(iter(G.nodes.values()))
    if name in first:
        rows: list[Any] = [value for _, value in G.nodes(data=name)]
    else:
        parts = ["x", "y"] if name == "pos" else [key for key in first if str(key).startswith(f"{name}_")]
        if not parts or None in map(first.get, parts):
            return None
        rows = [[row.get(part) for part in parts] for _, row in G.nodes(data=True)]
    try:
        points = np.array(rows, dtype=np.float64)
    except (TypeError, ValueError):
        return None
    return np.linalg.norm(points, axis=1) if points.ndim == 2 and points.size and np.isfinite(points).all() else None
