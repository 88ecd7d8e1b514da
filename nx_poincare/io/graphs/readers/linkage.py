"""Hierarchical clusterings of SciPy and scikit-learn -> a tree from the last cluster down to what was clustered."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike

from nx_poincare.extractors.tables import graph_from_array
from nx_poincare.io.arrays import ArrayFileError, read_array
from nx_poincare.io.streams import GraphFileError
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.checks import refuse_masked

__all__ = ["graph_from_linkage", "is_linkage", "read_npy"]


def graph_from_linkage(
    linkage: ArrayLike | Any, labels: Sequence[Hashable] | None = None, *, distances: ArrayLike | None = None
) -> nx.DiGraph:
    """Build the tree of a hierarchical clustering.

    Parameters
    ----------
    linkage : array_like, or fitted estimator
        A linkage matrix of `scipy.cluster.hierarchy.linkage`, shape (n - 1, 4); the ``children_`` of
        `sklearn.cluster.AgglomerativeClustering` or `FeatureAgglomeration`, shape (n - 1, 2); or such an estimator.
    labels : sequence of hashable, length n, optional
        What was clustered, in the order of the data. Default: integers from 0.
    distances : array_like, shape (n - 1,), optional
        Heights of the merges for ``children_``; those of a linkage matrix or an estimator are taken from there.

    Returns
    -------
    networkx.DiGraph
        Edges lead from a cluster to the two that were merged. Clusters are called by their numbers from n on, as
        SciPy and scikit-learn have it, where ``labels`` are not given or hold no such number, otherwise
        ``"cluster 5"``. Nodes have the attribute ``"size"`` (int), how many were clustered; where heights are known,
        also ``"height"`` (float), and edges ``"length"``, the difference of heights.

    Raises
    ------
    TypeError, ValueError
        If it is not a clustering: each row must merge two clusters that exist and have not been merged.

    Examples
    --------
    >>> from scipy.cluster.hierarchy import linkage
    >>> G = graph_from_linkage(linkage([[0.0], [1.0], [5.0]]), ["a", "b", "c"])
    >>> list(G.edges(data="length"))
    [(4, 'c', 4.0), (4, 3, 3.0), (3, 'a', 1.0), (3, 'b', 1.0)]
    """
    merges, heights = _merges_of(linkage, distances)
    n = len(merges) + 1
    _check_merges(merges, n)
    names = _names(labels, n)
    sizes = [1] * n
    for first, second in merges.tolist():
        sizes.append(sizes[first] + sizes[second])
    height = None if heights is None else [0.0] * n + heights.tolist()
    graph: nx.DiGraph = nx.DiGraph()
    for number in reversed(range(2 * n - 1)):
        known = {"size": sizes[number]} if height is None else {"size": sizes[number], "height": height[number]}
        graph.add_node(names[number], **known)
        for child in merges[number - n].tolist() if number >= n else ():
            length = {} if height is None else {"length": height[number] - height[child]}
            graph.add_edge(names[number], names[child], **length)
    return graph


def is_linkage(array: np.ndarray[Any, Any]) -> bool:
    """Whether an array has the form of a linkage matrix, which no array of edges has: the last column counts."""
    is_table = array.ndim == 2 and array.shape[1] == 4 and array.dtype.kind in "fiu"
    return is_table and bool((array[:, 3] >= 2).all())


def read_npy(content: bytes, path: str) -> nx.DiGraph:
    """A graph from an array that NumPy saved: a linkage matrix, or edges as `graph_from_array` takes them."""
    try:
        array = read_array(content, "it")
    except ArrayFileError as error:
        raise GraphFileError(path, None, str(error)) from error
    try:
        return graph_from_linkage(array) if is_linkage(array) else graph_from_array(array)
    except (ValueError, TypeError, nx.NetworkXError) as error:
        raise GraphFileError(path, None, str(error)) from error


def _merges_of(linkage: Any, distances: ArrayLike | None) -> tuple[IntArray, FloatArray | None]:
    """Pairs of clusters that are merged, and the heights where they are."""
    if hasattr(linkage, "children_"):
        if distances is None:
            distances = getattr(linkage, "distances_", None)
        linkage = linkage.children_
    elif hasattr(linkage, "fit") and hasattr(linkage, "get_params"):
        raise ValueError(f"{type(linkage).__name__} has no children_; fit it first")
    refuse_masked(linkage, "the linkage matrix")
    table = np.asarray(linkage)
    if table.ndim != 2 or table.shape[1] not in (2, 4) or table.dtype.kind not in "fiu":
        raise ValueError(f"a linkage matrix must have shape (n - 1, 4), or children_ (n - 1, 2), not {table.shape}")
    if table.shape[1] == 4:
        if distances is not None:
            raise ValueError("distances are for children_ of scikit-learn; a linkage matrix has its own")
        distances = table[:, 2]
    heights = None if distances is None else np.asarray(distances, dtype=np.float64)
    if heights is not None and (heights.shape != (len(table),) or not np.isfinite(heights).all()):
        raise ValueError(f"distances must be {len(table)} finite numbers, one for each merge")
    clusters = table[:, :2]
    if not (np.abs(clusters) < 2.0**53).all() or (clusters != np.floor(clusters)).any():
        raise ValueError("the clusters that are merged must be whole numbers")
    return clusters.astype(np.int64), heights


def _check_merges(merges: IntArray, n: int) -> None:
    merged: set[int] = set()
    for row, pair in enumerate(merges.tolist()):
        for cluster in pair:
            if not 0 <= cluster < n + row:
                raise ValueError(f"row {row} merges cluster {cluster}, but only 0 to {n + row - 1} exist there")
            if cluster in merged:
                raise ValueError(f"row {row} merges cluster {cluster}, which has been merged before")
            merged.add(cluster)


def _names(labels: Sequence[Hashable] | None, n: int) -> list[Hashable]:
    """Names of what was clustered, and of the clusters after it."""
    leaves: list[Hashable] = list(range(n)) if labels is None else list(labels)
    if len(leaves) != n:
        raise ValueError(f"there are {len(leaves)} labels for {n} that were clustered")
    if len(set(leaves)) < n:
        raise ValueError("two labels are equal; nodes need names of their own")
    numbers: list[Hashable] = list(range(n, 2 * n - 1))
    if set(leaves).isdisjoint(numbers):
        return leaves + numbers
    named: list[Hashable] = [f"cluster {number}" for number in numbers]
    if not set(leaves).isdisjoint(named):
        raise ValueError("labels are called as clusters are, 'cluster 5' for instance; rename them")
    return leaves + named
