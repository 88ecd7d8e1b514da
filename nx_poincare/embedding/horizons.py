"""Horizons of an embedding, fitted to a hierarchy."""

from __future__ import annotations

import logging

import numpy as np

from nx_poincare.embedding.embedding import Embedding
from nx_poincare.embedding.points import NamedPoints
from nx_poincare.engine.geometry.half_spaces import is_above
from nx_poincare.engine.ranking.exact import candidates
from nx_poincare.engine.ranking.horizons import horizon_blocks
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.progress import progress_bar

__all__ = ["fitted_horizons", "with_own_horizons"]

_logger = logging.getLogger(__name__)

_MOST_COMPARISONS = 12_000_000_000  # of `embed`; ten to twenty seconds on one core
_MOST_PAIRS = 50_000_000  # a chain of 100,000 nodes has five billion


def fitted_horizons(
    points: NamedPoints, hierarchy: Hierarchy, *, n_jobs: int = 1, progress: bool | None = None
) -> FloatArray:
    """Horizons, hyperbolic distances of shape (n,), of the nodes of an embedding; see `nx_poincare.Embedding`."""
    position = np.array([points._index_of(node) for node in hierarchy.nodes], dtype=np.int64)
    node_at = np.full(len(points.nodes), -1, dtype=np.int64)
    node_at[position] = np.arange(len(hierarchy))

    def ancestors_of(rows: IntArray) -> tuple[IntArray, IntArray]:
        starts, ancestors = hierarchy.ancestor_rows(node_at[rows])
        return starts, position[ancestors]

    horizons = points.radii.copy()
    nodes = candidates(points.directions, points.radii)
    with progress_bar(len(position), "horizons", "node", progress) as bar:
        for rows, found in horizon_blocks(nodes, position, ancestors_of, n_jobs):
            horizons[rows] = found
            bar.update(len(rows))
    return horizons


def with_own_horizons(
    embedding: Embedding, hierarchy: Hierarchy, *, n_jobs: int = 1, progress: bool | None = None
) -> Embedding:
    """An embedding of a hierarchy, whose nodes are in its order, with horizons where they can make a difference.

    Trees that are where they should be need none. Where the work is more than some seconds the plain rule stays, and a
    line in the log says so.
    """
    if _is_tree_in_place(embedding, hierarchy):
        return embedding
    n = len(embedding)
    if n * n > _MOST_COMPARISONS or _least_pairs(hierarchy) > _MOST_PAIRS:
        _logger.warning(
            "horizons of %d nodes are not fitted, which would compare each with each: ancestors are the nodes nearer "
            "than the origin, and in a hierarchy with several parents some are missed; fit_horizons(G) fits them", n,
        )  # fmt: skip
        return embedding
    return embedding.with_horizons(fitted_horizons(embedding, hierarchy, n_jobs=n_jobs, progress=progress))


def _least_pairs(hierarchy: Hierarchy) -> int:
    """A number of ancestors that there are at least: a node at level l has l of them."""
    return int(hierarchy.levels.sum())


def _is_tree_in_place(embedding: Embedding, hierarchy: Hierarchy) -> bool:
    """Whether no node has several parents, and each lies in its parent's half-space, but the parent not in its own."""
    dag = hierarchy.dag
    if dag.n < len(hierarchy) or np.diff(dag.parent_starts).max(initial=0) > 1:
        return False
    s, r = embedding.directions, embedding.radii
    parents, children = hierarchy.edges.T
    inside = is_above(s[parents], r[parents], s[children], r[children])
    return bool(inside.all() and not is_above(s[children], r[children], s[parents], r[parents]).any())
