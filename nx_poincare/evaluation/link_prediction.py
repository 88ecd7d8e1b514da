r"""How well an embedding predicts ancestors it has not seen: the link prediction of Nickel & Kiela 2017.

Pairs (u, a) of a node and an ancestor are held out of the transitive closure D at random, the
rest is embedded, and each held-out pair is ranked by

.. math:: \operatorname{rank}(u, a) = 1 + |\{v \ne u : (u, v) \notin D,\ d(u, v) \le d(u, a)\}|

(section 4.1 of the paper). All known ancestors, of training and of test, are left out of the
candidates, and ties count against us.

Most held-out pairs follow from the others: whoever has heard that a dog is a canine and a canine
an animal knows that a dog is an animal. That is not a fault of the protocol, but has to be seen
beside its figures, so the transitive closure of the training pairs is a baseline, and the pairs
that it does not explain are scored for themselves.

Of those, many leave a trace: leaves keep all their pairs, so whatever is below both a dog and a canine
says that the two are related. Pairs that the training pairs suggest in this way are found before
anything is embedded (`nx_poincare.engine.dag.missing_pairs`), and by themselves are the other baseline.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike, NDArray

from nx_poincare.api import embed as embed_graph
from nx_poincare.embedding.embedding import Embedding
from nx_poincare.embedding.gensim_vectors import is_of_gensim
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.missing_pairs import draw_held_out, likely_missing
from nx_poincare.engine.ranking.filtered import Queries, filtered_rank_blocks
from nx_poincare.engine.ranking.keys import candidates
from nx_poincare.evaluation.held_out import held_out_by_name
from nx_poincare.evaluation.points import as_embedding, rows_of
from nx_poincare.evaluation.reconstruction import Scores
from nx_poincare.extractors.digraph import Direction
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.hierarchy.reading import as_hierarchy
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.checks import check_count, check_share, threads_of
from nx_poincare.utils.progress import progress_bar, with_signs_of_life
from nx_poincare.utils.random_state import generator_of
from nx_poincare.utils.warn import warn_caller

__all__ = ["LinkPrediction", "Split", "evaluate_link_prediction", "split_closure"]

_PointsByNode = Embedding | Mapping[Hashable, ArrayLike]


class Split(NamedTuple):
    """Closure pairs to train on, as edges ancestor -> descendant, and held-out (descendant, ancestor) pairs."""

    train: nx.DiGraph
    test_pairs: list[tuple[Hashable, Hashable]]


class LinkPrediction(NamedTuple):
    """Scores of held-out pairs; ``nodes`` and ``pairs`` of each count those with and of held-out ancestors.

    ``beyond_closure`` scores only the pairs that do not follow from training pairs,
    ``closure_share`` is the share of those that do. The baselines are None where not asked for.
    ``completed_baseline`` is that of the closure and of the pairs that it suggests.
    """

    scores: Scores
    beyond_closure: Scores
    closure_share: float
    closure_baseline: Scores | None
    completed_baseline: Scores | None
    random_baseline: Scores | None


def split_closure(
    G: nx.Graph | Hierarchy,
    *,
    test_share: float = 0.1,
    direction: Direction = "parent_to_child",
    on_cycle: Literal["condense", "raise"] = "condense",
    root: Hashable | None = None,
    seed: Any = None,
) -> Split:
    """Hold out pairs of the transitive closure at random.

    A pair (u, a) is held out only if u has descendants and a has ancestors. So did the paper:
    pairs with a root are trivial to predict, those of a leaf impossible. Every node therefore
    keeps its place: what is below a root still has the edge from it.

    Parameters
    ----------
    G : networkx graph, Hierarchy, or what `embed` takes for a graph
    test_share : float, default 0.1
        Share, between 0 and 1, of the pairs that may be held out; at least one is, if any
        may. The paper does not state its own.
    direction, on_cycle, root
        How to read a graph, as in `embed`. Nodes of a cycle are not ancestors of each other and
        stand beside each other in the training graph.
    seed : int, numpy.random.Generator, RandomState or None

    Returns
    -------
    Split
        ``train``, a DiGraph of all nodes whose edges lead from ancestor to descendant, one for
        each remaining pair, and ``test_pairs``, a list of (descendant, ancestor).

    Raises
    ------
    ValueError
        If an option is out of range.
    ClosureTooLargeError
        If the closure has more pairs than the hierarchy allows.

    Examples
    --------
    >>> import networkx as nx, nx_poincare as nxp
    >>> split = nxp.split_closure(nx.path_graph(5, create_using=nx.DiGraph), test_share=0.5, seed=1)
    >>> split.test_pairs
    [(2, 1), (3, 1)]
    >>> len(split.train), split.train.number_of_edges()
    (5, 8)
    """
    hierarchy = as_hierarchy(G, direction, on_cycle, root)
    queries, pairs = _hold_out_pairs(hierarchy, test_share, generator_of(seed))
    descendants = np.repeat(queries.rows, np.diff(queries.starts))
    test_pairs = zip(_names(hierarchy, descendants), _names(hierarchy, queries.ancestors), strict=True)
    return Split(_training_graph(hierarchy, pairs), list(test_pairs))


@with_signs_of_life("link prediction")
def evaluate_link_prediction(
    G: nx.Graph | Hierarchy,
    embed: Callable[[nx.DiGraph], _PointsByNode] | None = None,
    *,
    dim: int = 10,
    test_share: float = 0.1,
    test_pairs: Iterable[tuple[Hashable, Hashable]] | None = None,
    direction: Direction = "parent_to_child",
    on_cycle: Literal["condense", "raise"] = "condense",
    root: Hashable | None = None,
    baselines: bool = True,
    baseline_epochs: int = 300,
    seed: Any = None,
    n_jobs: int = 1,
    progress: bool | None = None,
) -> LinkPrediction:
    """Hold out closure pairs, embed the rest, and rank the held-out ones: mean rank and MAP.

    For each node u with held-out ancestors all nodes but u and its ancestors, known or held
    out, are candidates. The rank of a held-out ancestor is 1 + the number of candidates at
    least as near to u. The mean rank is over held-out pairs; MAP is over nodes and looks at
    only the held-out ancestors of each.

    Parameters
    ----------
    G : networkx graph, Hierarchy, or what `embed` takes for a graph
        Whose closure is to be predicted; with ``test_pairs``, the pairs to train on, as edges.
    embed : callable, optional
        Gets the training graph (see `split_closure`) and returns an Embedding, a mapping
        from node to ball vector, or gensim's KeyedVectors. Default: ``nxp.embed(train, dim)``, with the pairs of
        `likely_missing_pairs` as further edges; `test_share` is the share it is given.
    dim : int, default 10
        Dimension of the default embedding and of the random baseline.
    test_share : float, default 0.1
        As in `split_closure`; the same seed gives the same split.
    test_pairs : iterable of (descendant, ancestor), optional
        Pairs that you hold out yourself, as `Split` has them; nothing is drawn then. All that follows from ``G`` and
        from them together is left out of the candidates.
    direction, on_cycle, root
        How to read a graph, as in `embed`.
    baselines : bool, default True
        Also score the baselines below.
    baseline_epochs : int, default 300
        Epochs of the random baseline, after its burn-in.
    seed : int, numpy.random.Generator, RandomState or None
        Of the split, the default embedding and the random baseline.
    n_jobs : int, default 1
        Threads of the ranking and of the default embedding; -1 for one per processor. The scores do not depend on it.
    progress : bool, optional
        Show progress bars on standard error; default: if that is a terminal.

    Returns
    -------
    LinkPrediction
        ``nan`` for scores over no pairs.

    Warns
    -----
    HierarchyWarning
        If no pair may be held out; all scores are ``nan`` then, and nothing is embedded.

    Raises
    ------
    networkx.NodeNotFound
        If ``embed`` leaves out a node, or one of ``test_pairs`` is not in the graph.
    TypeError
        If ``embed`` is not a function, or returns none of these.
    ValueError
        If an option is out of range, or one of ``test_pairs`` is an edge of the graph or contradicts it.
    ClosureTooLargeError
        If the closure has more pairs than the hierarchy allows.

    Notes
    -----
    The closure baseline calls u and a related if a path of training pairs leads from a to u.
    A held-out pair that is so has rank 1; any other is tied with all candidates and gets the
    middle rank, 1 + half their number, which is what a random order would give. The completed
    baseline does the same with the pairs of `likely_missing_pairs` as further paths.

    The random baseline is ``nxp.embed(train, dim, init="random")``: plain stochastic gradient
    descent. It walks up paths, and so starts from the closure of the training pairs.

    Examples
    --------
    >>> import networkx as nx, nx_poincare as nxp
    >>> G = nx.balanced_tree(2, 5, create_using=nx.DiGraph)
    >>> found = nxp.evaluate_link_prediction(G, dim=5, baselines=False, seed=1)
    >>> found.scores.pairs, found.closure_share
    (7, 0.42857142857142855)
    """
    if embed is not None and not callable(embed):
        raise TypeError(f"embed must be a function of the training graph, not {embed!r}")
    check_count("baseline_epochs", baseline_epochs, 1)
    threads = threads_of(n_jobs)
    hierarchy = as_hierarchy(G, direction, on_cycle, root)
    rng = generator_of(seed)
    if test_pairs is None:
        queries, pairs = _hold_out_pairs(hierarchy, test_share, rng)
    else:
        pairs = hierarchy.edges
        hierarchy, queries = held_out_by_name(hierarchy, test_pairs)
        test_share = len(queries.ancestors) / max(len(queries.ancestors) + len(pairs), 1)
    if not len(queries.rows):
        return _without_pairs(hierarchy, baselines=baselines)
    own_seed, baseline_seed, trial_seed = (int(one) for one in rng.integers(2**63, size=3))
    completed = pairs
    if embed is None or baselines:
        completed = _complete(pairs, len(hierarchy), test_share, np.random.default_rng(trial_seed))
    unwritten: dict[str, Any] = {"store_as": None, "store_pos_as": None, "level_as": None, "progress": progress}

    def cones(train: nx.DiGraph) -> _PointsByNode:
        return embed_graph(train, dim, seed=own_seed, n_jobs=threads, **unwritten)

    def plain_training(train: nx.DiGraph) -> _PointsByNode:
        return embed_graph(train, dim, init="random", training=baseline_epochs, seed=baseline_seed, **unwritten)

    def ranks_by(embedder: Callable[[nx.DiGraph], _PointsByNode], pairs: IntArray) -> IntArray:
        points = embedder(_training_graph(hierarchy, pairs))  # its own, which it may change
        return _ranks(hierarchy, queries, points, threads, progress)

    ranks = ranks_by(cones, completed) if embed is None else ranks_by(embed, pairs)
    follows = _follows(hierarchy, queries, pairs)
    share = float(follows.mean()) if len(follows) else float("nan")
    found = LinkPrediction(_scores(queries, ranks), _scores(queries, ranks, ~follows), share, None, None, None)
    if not baselines:
        return found
    return found._replace(
        closure_baseline=_scores(queries, _ranks_by_paths(hierarchy, queries, follows)),
        completed_baseline=_scores(
            queries, _ranks_by_paths(hierarchy, queries, _follows(hierarchy, queries, completed))
        ),
        random_baseline=_scores(queries, ranks_by(plain_training, pairs)),
    )


def _without_pairs(hierarchy: Hierarchy, *, baselines: bool) -> LinkPrediction:
    """What is found where there is nothing to find, after saying so."""
    warn_caller(
        f"none of the {int(hierarchy.ancestor_counts.sum()):,} pairs of a node and its ancestor can be held out: that "
        "takes a node with descendants, below a node with ancestors; scores are nan"
    )
    nothing = Scores(float("nan"), float("nan"), 0, 0)
    baseline = nothing if baselines else None
    return LinkPrediction(nothing, nothing, float("nan"), baseline, baseline, baseline)


def _hold_out_pairs(hierarchy: Hierarchy, test_share: float, rng: np.random.Generator) -> tuple[Queries, IntArray]:
    """Held-out pairs, and the remaining ones as rows (ancestor, descendant), all by indices."""
    check_share("test_share", test_share)
    closure = hierarchy.closure
    descendants = np.repeat(np.arange(len(hierarchy)), np.diff(closure.indptr))
    ancestors = closure.indices.astype(np.int64)
    drawn = draw_held_out(descendants, ancestors, len(hierarchy), test_share, rng)
    rows, counts = np.unique(descendants[drawn], return_counts=True)
    queries = Queries(rows, np.concatenate([[0], np.cumsum(counts)]), ancestors[drawn])
    return queries, np.column_stack([ancestors[~drawn], descendants[~drawn]])


def _complete(pairs: IntArray, n: int, missing_share: float, rng: np.random.Generator) -> IntArray:
    """The pairs, and those that they suggest, as rows (ancestor, descendant)."""
    suggested = likely_missing(Dag.from_edges(pairs[:, 0], pairs[:, 1], n), missing_share, rng)
    return np.concatenate([pairs, suggested[:, ::-1]])


def _training_graph(hierarchy: Hierarchy, pairs: IntArray) -> nx.DiGraph:
    train: nx.DiGraph = nx.DiGraph()
    train.add_nodes_from(hierarchy.nodes)
    train.add_edges_from(zip(_names(hierarchy, pairs[:, 0]), _names(hierarchy, pairs[:, 1]), strict=True))
    return train


def _names(hierarchy: Hierarchy, indices: IntArray) -> Iterator[Hashable]:
    return map(hierarchy.nodes.__getitem__, indices.tolist())


def _ranks(
    hierarchy: Hierarchy, queries: Queries, points: _PointsByNode, threads: int, progress: bool | None
) -> IntArray:
    """Rank of each held-out ancestor in an embedding."""
    if not (isinstance(points, Mapping) or is_of_gensim(points)):
        raise TypeError(f"embed must return an Embedding or a mapping, not {type(points).__name__}")
    embedding = as_embedding(points)
    rows = rows_of(hierarchy.nodes, embedding)
    nodes = candidates(embedding.directions[rows], embedding.radii[rows])
    blocks = [np.zeros(0, dtype=np.int64)]
    with progress_bar(len(queries.rows), "ranking", "node", progress) as bar:
        for done, ranks in filtered_rank_blocks(nodes, queries, hierarchy.ancestor_rows, threads):
            blocks.append(ranks)
            bar.update(done)
    return np.concatenate(blocks)


def _follows(hierarchy: Hierarchy, queries: Queries, pairs: IntArray) -> NDArray[np.bool_]:
    """Whether each held-out pair is in the transitive closure of the training pairs."""
    n = len(hierarchy)
    starts, found = Dag.from_edges(pairs[:, 0], pairs[:, 1], n).ancestors_of(queries.rows)
    known = np.repeat(queries.rows, np.diff(starts)) * np.int64(n) + found
    return np.isin(np.repeat(queries.rows, np.diff(queries.starts)) * np.int64(n) + queries.ancestors, known)


def _ranks_by_paths(hierarchy: Hierarchy, queries: Queries, follows: NDArray[np.bool_]) -> FloatArray:
    """Ranks if known paths are all one goes by: 1 for pairs that follow, else the middle of equally near candidates."""
    counts = len(hierarchy) - 1 - hierarchy.ancestor_counts[queries.rows]
    return np.where(follows, 1.0, np.repeat(1 + counts / 2, np.diff(queries.starts)))


def _scores(queries: Queries, ranks: IntArray | FloatArray, kept: NDArray[np.bool_] | None = None) -> Scores:
    """Mean rank and MAP of the pairs that are kept; default: all."""
    owners = np.repeat(queries.rows, np.diff(queries.starts))
    if kept is not None:
        owners, ranks = owners[kept], ranks[kept]
    if not len(ranks):
        return Scores(float("nan"), float("nan"), 0, 0)
    ranks = ranks[np.lexsort((ranks, owners))]
    _, starts, counts = np.unique(owners, return_index=True, return_counts=True)
    before = np.arange(len(ranks)) - np.repeat(starts, counts)  # held-out ancestors of the same node that are nearer
    precisions = np.add.reduceat((before + 1) / (before + ranks), starts) / counts
    return Scores(float(ranks.mean()), float(precisions.mean()), len(starts), len(ranks))
