r"""How far distances in an embedding are from path lengths in its graph.

For a pair of nodes let :math:`q = d(u, v) / d_G(u, v)`, the distance in the ball over the number
of edges of a shortest undirected path. With c the best single factor, after Sala et al. 2018,

.. math:: D_{\text{mean}} = \min_c \operatorname{mean} \left| \frac{q}{c} - 1 \right|,
    \qquad D_{\text{worst}} = \frac{\max q}{\min q} .

They are 0 and 1 where the embedding is a map of the graph. An embedding that orders a hierarchy
perfectly may be far from that: half-spaces ask for space, not for path lengths.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.stats import spearmanr

from nx_poincare.embedding.embedding import Embedding
from nx_poincare.engine.geometry.ball import distance
from nx_poincare.evaluation.points import embedding_and_hierarchy, rows_of
from nx_poincare.extractors.digraph import Direction, as_graph
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.checks import check_count
from nx_poincare.utils.progress import progress_bar, with_signs_of_life
from nx_poincare.utils.random_state import generator_of
from nx_poincare.utils.warn import warn_caller

__all__ = ["Distortion", "evaluate_distortion", "rank_correlation"]

_MOST_PAIRS = 4_000_000  # by default; two thousand nodes in full
_MOST_SOURCES, _PATHS_AT_ONCE = 32, 500_000  # in one call of SciPy, which no signal can end


class Distortion(NamedTuple):
    """What distances make of path lengths, over ``pairs`` ordered pairs from ``sources`` nodes.

    ``scale`` is the factor c of ``mean``: how long an edge is. ``radius_level_correlation`` is
    Spearman's rho over all nodes.
    """

    mean: float
    worst: float
    scale: float
    radius_level_correlation: float
    sources: int
    pairs: int


@with_signs_of_life("distortion")
def evaluate_distortion(
    embedding: Embedding | Mapping[Hashable, ArrayLike] | Any,
    G: nx.Graph | Hierarchy,
    *,
    direction: Direction = "parent_to_child",
    on_cycle: Literal["condense", "raise"] = "condense",
    root: Hashable | None = None,
    sample: int | None = None,
    seed: Any = None,
    progress: bool | None = None,
) -> Distortion:
    """Compare distances in the ball with shortest paths in the undirected graph.

    Parameters
    ----------
    embedding : Embedding, mapping from node to ball vector, or gensim's KeyedVectors
    G : networkx graph, Hierarchy, or what `embed` takes for a graph
        Path lengths count edges, whatever their direction and weight.
    direction, on_cycle, root
        How the levels are read from a graph, as in `embed`.
    sample : int, optional
        From how many nodes, drawn at random, distances to all others are taken. Default: from
        so many that there are at most four million pairs, which is all up to 2,000 nodes.
    seed : int, numpy.random.Generator, RandomState or None
        Of the sample.
    progress : bool, optional
        Show a progress bar on standard error; default: if that is a terminal.

    Returns
    -------
    Distortion
        ``mean``: the mean of ``|q / c - 1|`` with the c that makes it smallest; 0 is perfect.
        ``worst``: the largest q over the smallest; 1 is perfect, infinite if two nodes
        coincide. ``scale``: c. ``radius_level_correlation``: of hyperbolic radius with level
        (longest path from a root). Pairs that no path joins are left out; ``nan`` where nothing
        can be compared.

    Raises
    ------
    networkx.NodeNotFound
        If a node of the graph is not in the embedding.
    ValueError
        If an option is out of range.

    Notes
    -----
    With s = 1/c the mean of :math:`|s q - 1| = q\\,|s - 1/q|` is smallest where s is the median
    of 1/q weighted by q, so the best factor is exact.

    Examples
    --------
    >>> import networkx as nx, nx_poincare as nxp
    >>> path = {"a": [0.0, 0.0], "b": [np.tanh(1), 0.0], "c": [np.tanh(2), 0.0]}
    >>> found = nxp.evaluate_distortion(path, nx.DiGraph([("a", "b"), ("b", "c")]))
    >>> round(found.mean, 12), round(found.worst, 12), round(found.scale, 12), found.radius_level_correlation
    (0.0, 1.0, 2.0, 1.0)
    """
    if sample is not None:
        check_count("sample", sample, 1)
    G = G if isinstance(G, Hierarchy) else as_graph(G)
    points, hierarchy = embedding_and_hierarchy(embedding, G, direction, on_cycle, root)
    rows = rows_of(hierarchy.nodes, points)
    directions, radii = points.directions[rows], points.radii[rows]
    sources = _sources(len(hierarchy), sample, seed)
    ratios = np.concatenate([np.zeros(0), *_ratios(directions, radii, _adjacency(G, hierarchy), sources, progress)])
    mean, scale = _mean_and_scale(ratios)
    if not len(ratios):
        warn_caller("no two nodes are joined by a path: there is nothing to compare, and the distortion is nan")
    return Distortion(mean, _worst(ratios), scale, rank_correlation(radii, hierarchy.levels), len(sources), len(ratios))


def _sources(n: int, sample: int | None, seed: Any) -> IntArray:
    """The nodes that distances are taken from, ascending."""
    wanted = max(_MOST_PAIRS // max(n, 1), 1) if sample is None else sample
    if wanted >= n:
        return np.arange(n)
    return np.sort(generator_of(seed).choice(n, wanted, replace=False))


def _adjacency(G: nx.Graph | Hierarchy, hierarchy: Hierarchy) -> csr_array:
    """Edges of the graph, each in one direction at least, in the order of the hierarchy's nodes."""
    if isinstance(G, Hierarchy) or not len(hierarchy):
        edges = hierarchy.parents
    else:
        edges = csr_array(nx.to_scipy_sparse_array(G, nodelist=list(hierarchy.nodes), weight=None))
    # Older versions of SciPy find paths over indices of 32 bits only.
    indices, starts = edges.indices.astype(np.int32), edges.indptr.astype(np.int32)
    return csr_array((np.ones(edges.nnz), indices, starts), shape=edges.shape)


def _ratios(
    directions: FloatArray, radii: FloatArray, adjacency: csr_array, sources: IntArray, progress: bool | None
) -> Iterator[FloatArray]:
    """Distance over path length of every joined pair, a few sources at a time."""
    step = max(min(_MOST_SOURCES, _PATHS_AT_ONCE // max(len(radii), 1)), 1)
    with progress_bar(len(sources), "paths", "node", progress) as bar:
        for first in range(0, len(sources), step):
            block = sources[first : first + step]
            paths = dijkstra(adjacency, directed=False, indices=block, unweighted=True)
            for source, path in zip(block.tolist(), paths, strict=True):
                joined = np.flatnonzero(np.isfinite(path) & (path > 0))
                away = distance(directions[source], radii[source], directions[joined], radii[joined])
                yield away / path[joined]
            bar.update(len(block))


def _mean_and_scale(ratios: FloatArray) -> tuple[float, float]:
    """The smallest mean of \\|q / c - 1\\| and its c."""
    if not ratios.any():
        return float("nan"), float("nan")
    ordered = np.sort(ratios)[::-1]  # ascending in 1/q
    weights = np.cumsum(ordered)
    scale = float(ordered[np.searchsorted(weights, weights[-1] / 2)])
    return float(np.abs(ratios / scale - 1).mean()), scale


def _worst(ratios: FloatArray) -> float:
    """The largest ratio over the smallest."""
    if not ratios.any():
        return float("nan")
    return float(ratios.max() / ratios.min()) if ratios.min() > 0 else float("inf")


def rank_correlation(first: ArrayLike, second: ArrayLike) -> float:
    """Spearman's rho of two series, ties at their mean rank.

    Parameters
    ----------
    first, second : array_like of float, shape (n,)

    Returns
    -------
    float
        Between -1 and 1; ``nan`` if there are fewer than two values or all of a series are equal.

    Examples
    --------
    >>> rank_correlation([1, 2, 3], [10, 20, 15]), rank_correlation([1, 1], [2, 3])
    (0.5, nan)
    """
    x, y = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan")
    return float(np.clip(spearmanr(x, y).statistic, -1, 1))
