"""Horizons of an embedding, fitted to a hierarchy, and how good it is: both from the same look at all pairs."""

from __future__ import annotations

import logging
from typing import NamedTuple, TypeVar

import numpy as np

from nx_poincare.embedding.points import NamedPoints
from nx_poincare.embedding.quality import Quality, quality_of
from nx_poincare.engine.dag.ancestor_rows import AncestorRows
from nx_poincare.engine.dag.closure_counts import most_ancestors
from nx_poincare.engine.dag.tree_sums import path_sums
from nx_poincare.engine.geometry.half_spaces import is_above
from nx_poincare.engine.ranking.confidence import Limits, NamedRows, limits_of_order, limits_of_ranks
from nx_poincare.engine.ranking.exact import RankedRows
from nx_poincare.engine.ranking.gaps import Gaps
from nx_poincare.engine.ranking.horizons import NO_ROWS, gaps_of_rows, horizon_blocks, tally_of
from nx_poincare.engine.ranking.keys import Candidates, candidates
from nx_poincare.engine.ranking.near_horizons import search_for_horizons
from nx_poincare.engine.ranking.near_ranks import AncestorsOf, RowSearch
from nx_poincare.engine.ranking.sampled_gaps import gaps_of_sample
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.utils.arrays import NARROW_FROM, FloatArray, IntArray, blocks_of_rows
from nx_poincare.utils.progress import logged_time, progress_bar
from nx_poincare.utils.workers import ONE_THREAD, Workers, WorkersLostError

__all__ = ["Fitted", "fitted_horizons", "with_horizons_and_quality"]

_logger = logging.getLogger(__name__)

_Points = TypeVar("_Points", bound=NamedPoints)

_MOST_COMPARISONS = 12_000_000_000  # of `embed`; ten to twenty seconds on one core
_MOST_INDEXED = 2_000_000  # nodes, for an index of about a gigabyte
_MOST_PAIRS = 50_000_000  # a chain of 100,000 nodes has five billion
_MOST_INTRUDERS = 500_000_000  # nodes before the ancestors of all rows, which are counted one by one
_ROWS_OF_TREES, _ROWS_OF_OTHERS = 32, 100  # of samples; trees in place can only fail where float64 ends
_MOST_PAIRS_OF_SAMPLE = 1_000_000  # of a node and an ancestor on its path in the spanning tree
_MOST_ANCESTORS_OF_SAMPLE = 3_000_000  # in all; in a grid of a million nodes each has a quarter of a million
_ROWS_COUNTED = 8  # of a sample, before it is looked at
_FEW_COMPARISONS = 50_000  # of a sample: a matrix is quicker than an interpreted loop over its rows


class Fitted(NamedTuple):
    """Horizons, hyperbolic distances of shape (n,), of the nodes of an embedding, and how good it is with them."""

    horizons: FloatArray
    quality: Quality | None


def fitted_horizons(
    points: NamedPoints, hierarchy: Hierarchy, *, workers: Workers = ONE_THREAD, progress: bool | None = None
) -> Fitted:
    """Horizons of the nodes of an embedding, see `nx_poincare.Embedding`, and its quality, which costs no more work."""
    position = points._rows_of_all(hierarchy.nodes)
    nodes = candidates(points.directions, points.radii)
    ancestors_of = AncestorRows.of(hierarchy.dag, hierarchy._component, position, len(points.nodes))
    search = search_for_horizons(nodes, position, ancestors_of)
    return _fitted(nodes, position, ancestors_of, hierarchy, search, workers, progress)


def _fitted(
    nodes: Candidates,
    rows: IntArray,
    ancestors_of: AncestorsOf,
    hierarchy: Hierarchy,
    search: RowSearch,
    workers: Workers,
    progress: bool | None,
) -> Fitted:
    """Horizons of all nodes, fitted at the rows, which are the nodes of a hierarchy, and how good they are."""
    horizons, tally = nodes.radii.copy(), NO_ROWS
    with progress_bar(len(rows), "horizons", "node", progress) as bar:
        for own, found, tally_of_block in horizon_blocks(nodes, rows, ancestors_of, workers, search):
            horizons[own] = found
            tally += tally_of_block
            bar.update(len(own))
    on_tree = int(_depths_in_tree(hierarchy).sum())
    return Fitted(horizons, quality_of(tally, rows=len(rows), pairs_on_tree=on_tree, has_horizons=True))


def with_horizons_and_quality(
    embedding: _Points, hierarchy: Hierarchy, *, workers: Workers = ONE_THREAD, progress: bool | None = None
) -> _Points:
    """An embedding of a hierarchy, whose nodes are in its order, with its quality, and horizons where they matter.

    Trees that are where they should be need no horizons. Where the work is more than some seconds the plain rule
    stays, and a line in the log says so. Without horizons the quality is that of a few rows.
    """
    if not len(hierarchy._edges):
        return embedding
    if _is_tree_in_place(embedding, hierarchy):
        return embedding._with_quality(_quality_of_sample(embedding, hierarchy, _ROWS_OF_TREES))
    n = len(embedding.nodes)
    ancestors_of = AncestorRows.of(hierarchy.dag, hierarchy._component)
    is_long = _least_pairs(hierarchy) > _MOST_PAIRS or (n > _MOST_INDEXED and n * n > _MOST_COMPARISONS)
    search = RowSearch(None, n * n)
    if not is_long:
        nodes, rows = candidates(embedding.directions, embedding.radii), np.arange(n)
        search = search_for_horizons(nodes, rows, ancestors_of)
    if is_long or search.comparisons > _MOST_COMPARISONS:
        _logger.warning(
            "horizons of %d nodes are not fitted, which would take as long as %.1e comparisons: ancestors are the "
            "nodes nearer than the origin, and in a hierarchy with several parents some are missed; fit_horizons(G) "
            "fits them", n, search.comparisons,
        )  # fmt: skip
        return embedding._with_quality(_quality_of_sample(embedding, hierarchy, _ROWS_OF_OTHERS))
    if n * n > _MOST_INTRUDERS:
        quality = _quality_of_sample(embedding, hierarchy, _ROWS_OF_OTHERS)
        if quality is not None and quality.mean_rank * n > _MOST_INTRUDERS:
            _logger.warning(
                "horizons are not fitted: with a mean rank of %.0f there is little order for them to tell, and it "
                "would take long; fit_horizons(G) fits them", quality.mean_rank,
            )  # fmt: skip
            return embedding._with_quality(quality)
    with logged_time(_logger, "horizons"):
        try:
            horizons, quality = _fitted(nodes, rows, ancestors_of, hierarchy, search, workers, progress)
        except WorkersLostError as error:  # the points are worth more than the time
            _logger.warning("%s: horizons are fitted here", error)
            horizons, quality = _fitted(nodes, rows, ancestors_of, hierarchy, search, ONE_THREAD, progress)
    return embedding.with_horizons(horizons)._with_quality(quality)


def _quality_of_sample(embedding: NamedPoints, hierarchy: Hierarchy, most_rows: int) -> Quality | None:
    """The quality by the plain rule of some nodes, drawn at random, always the same; of all where they are few."""
    depths = _depths_in_tree(hierarchy)
    affordable = _MOST_PAIRS_OF_SAMPLE * len(depths) // max(int(depths.sum()), 1)
    count = min(len(depths), most_rows, max(affordable, 1))
    if count == len(depths):
        rows = np.arange(count)
    else:
        rows = np.sort(np.random.default_rng(0).choice(len(depths), count, replace=False))
        rows = _with_few_ancestors(rows, hierarchy)
    count = len(rows)
    starts, ancestors = hierarchy.ancestor_rows(rows)
    if count * len(depths) <= _FEW_COMPARISONS and _are_exact(embedding, rows, starts, ancestors):
        gaps = Gaps.of_exact_rows(np.diff(starts))
    elif len(depths) >= NARROW_FROM:
        gaps = gaps_of_sample(embedding.directions, embedding.radii, rows, starts, ancestors)
    else:
        nodes = candidates(embedding.directions, embedding.radii)
        gaps = gaps_of_rows(nodes, rows, starts, ancestors)
    tally, on_tree = tally_of(starts, gaps), int(depths[rows].sum())
    quality = quality_of(tally, rows=count, pairs_on_tree=on_tree, has_horizons=False)
    if quality is None or count == len(depths):
        return quality
    return quality._with_limits(_limits_of_quality(np.diff(starts), gaps, hierarchy, depths))


def _with_few_ancestors(rows: IntArray, hierarchy: Hierarchy) -> IntArray:
    """The rows of a sample, or each so-manieth where all would have too many ancestors."""
    counted = rows[:: -(-len(rows) // _ROWS_COUNTED)]
    ancestors_of_each = len(hierarchy.ancestor_rows(counted)[1]) / len(counted)
    return rows[:: max(1, round(len(rows) * ancestors_of_each / _MOST_ANCESTORS_OF_SAMPLE))]


def _limits_of_quality(sizes: IntArray, gaps: Gaps, hierarchy: Hierarchy, depths: IntArray) -> dict[str, Limits]:
    """Limits of the figures of all nodes, by a sample of them."""
    dag, n, ranked = hierarchy.dag, len(depths), sizes > 0

    def most() -> int:
        is_forest = len(dag.parent_list) == np.count_nonzero(np.diff(dag.parent_starts))
        return int(depths.max()) if is_forest else most_ancestors(dag, hierarchy._component)

    ranks = limits_of_ranks(
        RankedRows(sizes[ranked], gaps.rank_sums[ranked], gaps.precisions[ranked]), int(np.count_nonzero(depths)), n
    )
    right, strangers = gaps.counts[:, 2:].T
    f1 = limits_of_order(NamedRows(sizes, right + strangers, right), n, n, most)["f1"]
    return {**ranks, "f1": f1, "plain_f1": f1}


def _are_exact(embedding: NamedPoints, rows: IntArray, starts: IntArray, ancestors: IntArray) -> bool:
    """Whether the plain rule names exactly the ancestors of each row, which then are nearer than all other nodes."""
    s, r = embedding.directions, embedding.radii
    own = np.arange(len(rows))
    expected = np.zeros((len(rows), len(r)), dtype=np.bool_)
    expected[np.repeat(own, np.diff(starts)), ancestors] = True
    expected[own, rows] = True
    named = is_above(s, r, s[rows, None], r[rows, None])
    named[own, rows] = True
    return np.array_equal(named, expected)


def _depths_in_tree(hierarchy: Hierarchy) -> IntArray:
    """Number of ancestors of each node on the path to it in the spanning tree of deepest parents, shape (n,).

    That is its level, which no other tree exceeds. Where cycles are condensed all their nodes count.
    """
    dag = hierarchy.dag
    if dag.n == len(hierarchy):
        return hierarchy._levels
    children = np.repeat(np.arange(dag.n), np.diff(dag.parent_starts))
    is_deepest = dag.levels[dag.parent_list] == dag.levels[children] - 1
    parents = np.full(dag.n, -1, dtype=np.int64)
    parents[children[is_deepest]] = dag.parent_list[is_deepest]
    sizes = np.bincount(hierarchy.component, minlength=dag.n)
    above = path_sums(dag.order, parents, sizes) - sizes
    return np.asarray(above[hierarchy.component], dtype=np.int64)


def _least_pairs(hierarchy: Hierarchy) -> int:
    """A number of ancestors that there are at least: a node at level l has l of them."""
    return int(hierarchy._levels.sum())


def _is_tree_in_place(embedding: NamedPoints, hierarchy: Hierarchy) -> bool:
    """Whether no node has several parents, and each lies in its parent's half-space, but the parent not in its own."""
    dag = hierarchy.dag
    if dag.n < len(hierarchy) or np.diff(dag.parent_starts).max(initial=0) > 1:
        return False
    s, r = embedding.directions, embedding.radii
    for block in blocks_of_rows(len(hierarchy._edges)):
        parents, children = hierarchy._edges[block].T
        if not is_above(s[parents], r[parents], s[children], r[children]).all():
            return False
        if is_above(s[children], r[children], s[parents], r[parents]).any():
            return False
    return True
