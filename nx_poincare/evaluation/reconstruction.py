"""How well an embedding reconstructs the closure of its graph: mean rank and MAP, exact."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike

from nx_poincare.cluster.workers import workers_of
from nx_poincare.embedding.embedding import Embedding
from nx_poincare.engine.dag.ancestor_rows import AncestorRows
from nx_poincare.engine.ranking.confidence import EstimatedRanks, limits_of_ranks
from nx_poincare.engine.ranking.exact import RankedRows, mean_scores, ranked_rows, sums_by_block
from nx_poincare.engine.ranking.keys import candidates
from nx_poincare.engine.ranking.near_ranks import search_for_ranks
from nx_poincare.evaluation.points import NOTHING_TO_MEASURE, embedding_and_hierarchy, rows_of
from nx_poincare.extractors.digraph import Direction
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.checks import check_count
from nx_poincare.utils.progress import progress_bar, with_signs_of_life
from nx_poincare.utils.random_state import generator_of
from nx_poincare.utils.warn import warn_caller

__all__ = ["Scores", "evaluate_reconstruction"]

_logger = logging.getLogger(__name__)

_MANY_COMPARISONS = 1_000_000_000_000  # half an hour on one core


class _Figures(NamedTuple):
    mean_rank: float
    map_score: float
    nodes: int
    pairs: int


class Scores(EstimatedRanks, _Figures):
    """Reconstruction scores, over ``nodes`` nodes that have ancestors and their ``pairs`` ancestors.

    Attributes
    ----------
    mean_rank, map_score : float
    nodes, pairs : int
    mean_rank_limits, map_limits : tuple of two floats
        Between which the scores of all nodes are, each with 95 % confidence, where a sample of the nodes estimates
        them; twice the score where all nodes were looked at. Like ``is_sample`` they are no items of the tuple.
    is_sample : bool
        Whether not all nodes with ancestors were looked at.
    """


@with_signs_of_life("ranks")
def evaluate_reconstruction(
    embedding: Embedding | Mapping[Hashable, ArrayLike] | Any,
    G: nx.Graph | Hierarchy,
    *,
    direction: Direction = "parent_to_child",
    on_cycle: Literal["condense", "raise"] = "condense",
    root: Hashable | None = None,
    sample: int | None = None,
    seed: Any = None,
    n_jobs: int = 1,
    client: Any = None,
    progress: bool | None = None,
) -> Scores:
    """Mean rank and mean average precision of the ancestors of every node, as in Nickel & Kiela 2017.

    For each node u with ancestors, all other nodes are ordered by their distance from u. The
    rank of an ancestor is 1 + the number of nodes that are not ancestors of u and at least as
    near (ties count against us); u itself is left out. The mean rank is over all
    (node, ancestor) pairs, MAP over nodes.

    Parameters
    ----------
    embedding : Embedding, mapping from node to ball vector, or gensim's KeyedVectors
        Distances of an `Embedding` are exact at any radius, those of plain vectors as far as
        float64 ball coordinates are.
    G : networkx graph, Hierarchy, or what `embed` takes for a graph
        The hierarchy to be reconstructed. It may lack nodes of the embedding, which then
        count as candidates that are nobody's ancestor.
    direction, on_cycle, root
        How to read a graph, as in `embed`. An embedding that knows its edges has the last word: a graph that is read
        the other way is turned, with a warning.
    sample : int, optional
        Look at that many nodes with ancestors, drawn at random, each still ranked against all.
        Without it the work is quadratic in the number of nodes where the points are far from the order of the
        hierarchy, and far less where they are near it.
    seed : int, numpy.random.Generator, RandomState or None
        Of the sample.
    n_jobs : int, default 1
        Threads; -1 for one per processor. The scores do not depend on it.
    client : dask.distributed.Client, optional
        Of a cluster whose workers look at the nodes, in the place of threads. The scores do not depend on it.
    progress : bool, optional
        Show a progress bar on standard error; default: if that is a terminal.

    Returns
    -------
    Scores
        ``nan`` for both scores if no node has an ancestor. Those of a sample have limits with 95 % confidence.

    Raises
    ------
    networkx.NodeNotFound
        If a node of the graph is not in the embedding.
    ValueError
        If an option is out of range, or there are more pairs than the hierarchy's ``max_pairs``, 200
        million by default; the message says how many at least.

    Examples
    --------
    >>> import networkx as nx, nx_poincare as nxp
    >>> G = nx.DiGraph([("a", "b"), ("b", "c")])
    >>> nxp.evaluate_reconstruction({"a": [0, 0], "b": [0.5, 0], "c": [0.9, 0]}, G)
    Scores(mean_rank=1.0, map_score=1.0, nodes=2, pairs=3)
    >>> G.add_node("d")
    >>> nxp.evaluate_reconstruction({"a": [0, 0], "b": [0.5, 0], "c": [0.9, 0], "d": [0.6, 0]}, G).map_score
    0.5416666666666666
    """
    if sample is not None:
        check_count("sample", sample, 1)
    workers = workers_of(n_jobs, client)
    points, hierarchy = embedding_and_hierarchy(embedding, G, direction, on_cycle, root)
    position = rows_of(hierarchy.nodes, points)
    with_ancestors = np.flatnonzero(np.diff(hierarchy.dag.parent_starts)[hierarchy.component] > 0)
    rows = with_ancestors
    if sample is not None and sample < len(rows):
        rows = np.sort(generator_of(seed).choice(rows, sample, replace=False))
    if not len(rows):
        warn_caller(NOTHING_TO_MEASURE)
    _check_pairs(hierarchy, rows)
    ancestors_of = AncestorRows.of(hierarchy.dag, hierarchy._component, position, len(points))
    nodes, queries = candidates(points.directions, points.radii), position[rows]
    search = search_for_ranks(nodes, queries, ancestors_of)
    if search.comparisons > _MANY_COMPARISONS:
        _logger.warning(
            "ranking %d nodes against all %d, about %.1e distances: sample=1000 estimates the scores",
            len(rows), len(points), search.comparisons,
        )  # fmt: skip
    tasks = ranked_rows(nodes, queries, ancestors_of, workers, search)
    parts = list(_with_progress_bar(tasks, len(rows), progress))
    blocks = [block for part in parts for block in sums_by_block(part)]
    scores = Scores(*mean_scores(iter(blocks)), len(rows), sum(block.pairs for block in blocks))
    if len(rows) == len(with_ancestors):
        return scores
    ranked = RankedRows(*(np.concatenate(values) for values in zip(*parts, strict=True)))
    return scores._with_limits(limits_of_ranks(ranked, len(with_ancestors), len(points)))


def _check_pairs(hierarchy: Hierarchy, rows: IntArray) -> None:
    """Refuse what would not end, by the least number of ancestors: a node at level l has l of them."""
    pairs = int(hierarchy.levels[rows].sum())
    if pairs > hierarchy.max_pairs:
        raise ValueError(
            f"{len(rows):,} nodes have at least {pairs:,} ancestors, more than {hierarchy.max_pairs:,} pairs; "
            "pass sample= to look at fewer nodes, or a Hierarchy with a larger max_pairs"
        )


def _with_progress_bar(parts: Iterator[RankedRows], total: int, progress: bool | None) -> Iterator[RankedRows]:
    """The same rows, under a progress bar."""
    with progress_bar(total, "ranking", "node", progress) as bar:
        for part in parts:
            yield part
            bar.update(len(part.sizes))
