"""How well an embedding answers who is an ancestor of whom: precision, recall and F1 of all pairs, exact."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import partial
from typing import Any, Literal, NamedTuple

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike

from nx_poincare.cluster.workers import workers_of
from nx_poincare.embedding.embedding import Embedding
from nx_poincare.engine.dag.ancestor_rows import AncestorRows
from nx_poincare.engine.dag.closure_counts import most_ancestors
from nx_poincare.engine.ranking.confidence import EstimatedF1, Limits, NamedRows, limits_of_order
from nx_poincare.engine.ranking.order import OrderedPoints
from nx_poincare.engine.ranking.order_counts import named_rows, order_count_blocks
from nx_poincare.evaluation.points import NOTHING_TO_MEASURE, embedding_and_hierarchy, rows_of
from nx_poincare.extractors.digraph import Direction
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.utils.checks import check_count
from nx_poincare.utils.progress import progress_bar, with_signs_of_life
from nx_poincare.utils.random_state import generator_of
from nx_poincare.utils.warn import warn_caller

__all__ = ["OrderScores", "evaluate_order"]


class _Figures(NamedTuple):
    precision: float
    recall: float
    f1: float
    exact_share: float
    plain_precision: float
    plain_recall: float
    plain_f1: float
    plain_exact_share: float
    nodes: int
    pairs: int


class OrderScores(EstimatedF1, _Figures):
    """Of ``nodes`` nodes with ``pairs`` true ancestors together, by horizons and by the plain rule.

    Attributes
    ----------
    precision : float
        Share of true ancestors among those that `Embedding.ancestors` names; nan if it names none.
    recall : float
        Share of the true ancestors that it names; nan if there are none.
    f1 : float
        Harmonic mean of both; nan if there are no ancestors, neither true nor named.
    exact_share : float
        Share of nodes whose ancestors are exactly right; nan without nodes.
    plain_precision, plain_recall, plain_f1, plain_exact_share : float
        The same for the plain rule, by which the nodes nearer than the origin are ancestors: all that a program
        can do that has only the vectors.
    nodes : int
    pairs : int
    precision_limits, recall_limits, f1_limits, exact_share_limits : tuple of two floats
        Between which the scores of all nodes are, each with 95 % confidence, where a sample of the nodes estimates
        them; twice the score where all nodes were looked at. Like ``is_sample`` they are no items of the tuple.
    plain_precision_limits, plain_recall_limits, plain_f1_limits, plain_exact_share_limits : tuple of two floats
        The same for the plain rule.
    is_sample : bool
        Whether not all nodes were looked at.
    """

    @property
    def precision_limits(self) -> Limits:
        """The lower and the upper one."""
        return self._limits_of("precision")

    @property
    def recall_limits(self) -> Limits:
        """The lower and the upper one."""
        return self._limits_of("recall")

    @property
    def exact_share_limits(self) -> Limits:
        """The lower and the upper one."""
        return self._limits_of("exact_share")

    @property
    def plain_precision_limits(self) -> Limits:
        """The lower and the upper one."""
        return self._limits_of("plain_precision")

    @property
    def plain_recall_limits(self) -> Limits:
        """The lower and the upper one."""
        return self._limits_of("plain_recall")

    @property
    def plain_exact_share_limits(self) -> Limits:
        """The lower and the upper one."""
        return self._limits_of("plain_exact_share")


@with_signs_of_life("order")
def evaluate_order(
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
) -> OrderScores:
    """Precision, recall and F1 of `Embedding.ancestors`, over all pairs of nodes.

    Parameters
    ----------
    embedding : Embedding, mapping from node to ball vector, or gensim's KeyedVectors
        Plain vectors have no horizons: both scores are those of the plain rule then.
    G : networkx graph, Hierarchy, or what `embed` takes for a graph
        The true hierarchy. It may lack nodes of the embedding, which then are nobody's ancestor; what is named for
        those is not looked at.
    direction, on_cycle, root
        How to read a graph, as in `embed`. An embedding that knows its edges has the last word: a graph that is read
        the other way is turned, with a warning.
    sample : int, optional
        Look at the ancestors of that many nodes, drawn at random. Without it the work is quadratic in the number of
        nodes where the points are far from the order of the hierarchy, and far less where they are near it.
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
    OrderScores
        Those of a sample have limits with 95 % confidence.

    Raises
    ------
    networkx.NodeNotFound
        If a node of the graph is not in the embedding.
    ValueError
        If an option is out of range.

    Examples
    --------
    >>> import networkx as nx, nx_poincare as nxp
    >>> G = nx.DiGraph([("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")])
    >>> scores = nxp.evaluate_order(nxp.embed(G, dim=5, seed=0), G)
    >>> scores.f1, scores.exact_share, scores.plain_precision, scores.plain_recall
    (1.0, 1.0, 1.0, 1.0)
    """
    if sample is not None:
        check_count("sample", sample, 1)
    workers = workers_of(n_jobs, client)
    points, hierarchy = embedding_and_hierarchy(embedding, G, direction, on_cycle, root)
    position = rows_of(hierarchy.nodes, points)
    chosen = np.arange(len(hierarchy))
    if sample is not None and sample < len(hierarchy):
        chosen = np.sort(generator_of(seed).choice(len(hierarchy), sample, replace=False))
    plain = OrderedPoints(points.directions, points.radii)
    rules = (plain._replace(horizons=points.horizons), plain) if points.has_horizons else (plain,)
    ancestors_of = AncestorRows.of(hierarchy.dag, hierarchy._component, position, len(points))
    parts = []
    with progress_bar(len(chosen), "order", "node", progress) as bar:
        for found in order_count_blocks(rules, position[chosen], ancestors_of, workers):
            parts.append(found)
            bar.update(len(found.sizes))
    by_rule = named_rows(parts, len(rules))
    pairs = int(by_rule[0].sizes.sum())
    if not pairs:
        warn_caller(NOTHING_TO_MEASURE)
    scores = OrderScores(*_scores(by_rule[0]), *_scores(by_rule[-1]), len(chosen), pairs)
    if len(chosen) == len(hierarchy):
        return scores
    most = partial(most_ancestors, hierarchy.dag, hierarchy._component)
    fitted, by_plain_rule = (
        limits_of_order(rows, len(hierarchy), len(points), most) for rows in (by_rule[0], by_rule[-1])
    )
    return scores._with_limits(fitted | {f"plain_{score}": limits for score, limits in by_plain_rule.items()})


def _scores(rows: NamedRows) -> tuple[float, float, float, float]:
    pairs, named, right = (counts.sum().item() for counts in rows)
    exact = int(np.count_nonzero((rows.named == rows.sizes) & (rows.right == rows.sizes)))
    return _ratio(right, named), _ratio(right, pairs), _ratio(2 * right, named + pairs), _ratio(exact, len(rows.sizes))


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")
