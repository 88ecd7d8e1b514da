"""Any NetworkX graph -> nodes and edges from parent to child."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Set
from itertools import chain
from typing import Any, Literal, TypeAlias, get_args

import networkx as nx
import numpy as np

from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.warn import warn_caller

__all__ = ["Direction", "as_graph", "check_direction", "edges_of_graph", "parent_first", "stated_roots"]

Direction: TypeAlias = Literal["parent_to_child", "child_to_parent"]


def edges_of_graph(
    G: nx.Graph, *, direction: Direction = "parent_to_child", root: Hashable | None = None
) -> tuple[list[Hashable], IntArray]:
    """Nodes of a graph, and its edges as (parent, child) indices.

    Parameters
    ----------
    G, direction, root
        As in `nx_poincare.Hierarchy.from_digraph`.

    Returns
    -------
    nodes : list of hashable, length n
    edges : ndarray of int64, shape (number of edges, 2)
        Self-loops of directed graphs included.

    Raises
    ------
    TypeError
        If ``G`` is not a graph, see `as_graph`.
    networkx.NodeNotFound
        If ``root`` is not in the graph.
    ValueError
        If ``direction`` is unknown, or ``root`` is given for a directed graph.

    Examples
    --------
    >>> edges_of_graph(nx.path_graph(3))
    ([0, 1, 2], array([[1, 0],
           [1, 2]]))
    """
    G = as_graph(G)
    check_direction(direction)
    if root is not None and G.is_directed():
        raise ValueError("root is for undirected graphs; the edges of a directed graph decide its roots")
    if root is not None and root not in G:
        raise nx.NodeNotFound(f"root {root!r} is not in the graph")
    nodes = list(G)
    index = {name: i for i, name in enumerate(nodes)}
    edges = _edge_indices(G, index)
    if G.is_directed():
        return nodes, parent_first(edges, direction)
    from nx_poincare.extractors.undirected import breadth_first_edges  # which loads numba

    roots = stated_roots(G) if root is None else [root]
    return nodes, breadth_first_edges(edges, len(nodes), [index[node] for node in roots])


def stated_roots(G: nx.Graph) -> list[Hashable]:
    """Nodes that an undirected graph itself says are roots, as the graph attributes ``"root"`` or ``"roots"``.

    NetworkX's generators of rooted trees and forests write these. Of two in one component neither is taken.

    Examples
    --------
    >>> stated_roots(nx.Graph([(1, 2), (3, 4)], root=2)), stated_roots(nx.path_graph(2))
    ([2], [])
    """
    given = [G.graph["root"]] if "root" in G.graph else G.graph.get("roots", ())
    if G.is_directed() or not isinstance(given, (list, tuple, set, frozenset)):
        return []
    named = (next((name for name in (root, str(root)) if _is_node(name, G)), None) for root in given)  # files hold text
    kept = [root for root in named if root is not None]
    if len(kept) < 2:
        return kept
    tree_of = {node: number for number, tree in enumerate(nx.connected_components(G)) for node in tree}
    times = Counter(tree_of[root] for root in kept)
    return [root for root in G if root in set(kept) and times[tree_of[root]] == 1]


def _is_node(name: Any, G: nx.Graph) -> bool:
    return isinstance(name, Hashable) and not isinstance(name, bool) and name is not None and name in G


def as_graph(G: Any) -> nx.Graph:
    """A NetworkX graph as it is; a new directed graph of what `networkx.to_networkx_graph` takes.

    That is a collection or generator of edges ``(parent, child)``, ``(parent, child, weight)`` or
    ``(parent, child, attributes)``, a dict of lists or of dicts, a square NumPy or SciPy adjacency matrix, or a
    pandas data frame that is one.

    Raises
    ------
    TypeError
        If it is none of these.

    Examples
    --------
    >>> as_graph([("animal", "dog"), ("dog", "puppy")]).edges
    OutEdgeView([('animal', 'dog'), ('dog', 'puppy')])
    >>> as_graph({"animal": ["dog", "cat"]}).edges
    OutEdgeView([('animal', 'dog'), ('animal', 'cat')])
    """
    if isinstance(G, nx.Graph):
        return G
    if isinstance(G, (str, bytes, os.PathLike)):
        raise TypeError(f"expected a graph, got {G!r}; nx_poincare.read_graph reads files")
    if isinstance(G, Iterable) and not hasattr(G, "shape") and (isinstance(G, Set) or not isinstance(G, Mapping)):
        return _graph_of_edges(G)
    others = (
        "its to_networkx() is one"
        if hasattr(G, "to_networkx")
        else ("nx_poincare.read_graph reads files, data frames and arrays of edges")
    )
    wrong = TypeError(
        f"expected a NetworkX graph, edges, a dict of lists or a square matrix, got {type(G).__name__}; {others}"
    )
    if isinstance(G, dict) and not _is_adjacency(G):
        raise TypeError(
            "expected a NetworkX graph, edges, a dict of lists or a square matrix, got dict of text: edges from child "
            "to parent are its items(), with direction='child_to_parent'"
        )
    if not (_is_adjacency(G) or _is_square(G)):
        raise wrong
    if isinstance(G, dict):
        _warn_of_third_level(G)
    elif isinstance(G, np.ndarray) and G.shape == (2, 2):
        warn_caller("an array of shape (2, 2) is read as an adjacency matrix; read_graph reads arrays of edges")
    try:
        return nx.to_networkx_graph(G, create_using=nx.DiGraph)
    except (nx.NetworkXException, TypeError, ValueError) as error:
        raise wrong from error


def _warn_of_third_level(G: dict[Hashable, Any]) -> None:
    """Say it where names of nested dictionaries become attributes of edges, as networkx reads dicts of dicts."""
    for below in G.values():
        for inner in below.values() if isinstance(below, dict) else ():
            if isinstance(inner, dict) and any(
                isinstance(value, (dict, list, tuple, set)) and not isinstance(key, int) for key, value in inner.items()
            ):
                name = next(iter(inner))
                warn_caller(
                    f"{name!r} and others of the third level are read as attributes of edges, as networkx reads dicts "
                    "of dicts; nx_poincare.graph_from_nested reads nested dictionaries as a tree"
                )
                return


def _is_adjacency(G: Any) -> bool:
    """Whether it may be a dict of lists or of dicts; text would be taken for the list of its letters."""
    return isinstance(G, dict) and not any(isinstance(below, (str, bytes)) for below in G.values())


def _is_square(G: Any) -> bool:
    shape: tuple[int, ...] = getattr(G, "shape", ())
    return len(shape) == 2 and shape[0] == shape[1]


def _graph_of_edges(edges: Iterable[Any]) -> nx.DiGraph:
    graph: nx.DiGraph = nx.DiGraph()
    for number, edge in enumerate(edges):
        if not isinstance(edge, (tuple, list, np.ndarray)) or len(edge) not in (2, 3):
            raise TypeError(f"edge number {number} is {edge!r}, expected (parent, child), perhaps with a weight")
        attributes = {} if len(edge) == 2 else edge[2]
        if isinstance(attributes, str):
            raise TypeError(f"edge number {number} has three names, {edge!r}; networkx.add_path adds a path to a graph")
        if isinstance(attributes, (int, float, np.number)):
            attributes = {"weight": attributes}
        try:
            graph.add_edges_from([(edge[0], edge[1], attributes)])
        except (nx.NetworkXException, TypeError, ValueError) as error:
            raise TypeError(f"edge number {number}, {edge!r}: {error}") from error
    return graph


def parent_first(edges: IntArray, direction: Direction) -> IntArray:
    """Edges (tail, head) of a directed graph as (parent, child)."""
    check_direction(direction)
    return edges if direction == "parent_to_child" else edges[:, ::-1]


def check_direction(direction: str) -> None:
    """Refuse what is no `Direction`."""
    if direction not in get_args(Direction):
        raise ValueError(f"direction must be 'parent_to_child' or 'child_to_parent', not {direction!r}")


def _edge_indices(G: nx.Graph, index: dict[Hashable, int]) -> IntArray:
    """Every edge of the graph as (tail, head) indices; both ways if it is undirected."""
    neighbours = [neighbour_dict for _, neighbour_dict in G.adjacency()]
    tails = np.repeat(np.arange(len(index)), [len(d) for d in neighbours])
    heads = np.fromiter(map(index.__getitem__, chain.from_iterable(neighbours)), dtype=np.int64, count=len(tails))
    return np.column_stack([tails, heads])
