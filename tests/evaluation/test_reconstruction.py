"""Mean rank and MAP against the definition, spelled out."""

import copy
import pickle

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nx_poincare as nxp
from nx_poincare.embedding.embedding import Embedding
from nx_poincare.hierarchy.hierarchy import Hierarchy


def by_definition(emb, G):
    ranks, precisions = [], []
    for u in G:
        above = nx.ancestors(G, u)
        if not above:
            continue
        away = {v: emb.distance(u, v) for v in emb if v != u}
        own = sorted(above, key=away.get)
        found = [1 + sum(away[v] <= away[a] for v in away if v not in above) for a in own]
        ranks += found
        precisions.append(np.mean([(i + 1) / (i + rank) for i, rank in enumerate(found)]))
    return np.mean(ranks), np.mean(precisions)


@given(st.integers(2, 30), st.integers(0, 2**32 - 1), st.integers(2, 5), st.floats(0.1, 30))
def test_against_the_definition(n, seed, dim, largest):
    rng = np.random.default_rng(seed)
    G = nx.DiGraph()
    G.add_nodes_from(range(n))
    G.add_edges_from((int(rng.integers(v)), v) for v in range(1, n) for _ in range(2))
    directions = rng.normal(size=(n, dim))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    emb = Embedding(range(n), directions, rng.uniform(0, largest, n))
    scores = nxp.evaluate_reconstruction(emb, G)
    assert scores[:2] == pytest.approx(by_definition(emb, G), rel=1e-12)
    assert scores.nodes == n - 1
    assert scores.pairs == sum(len(nx.ancestors(G, v)) for v in G)


def test_ties_count_against_us():
    G = nx.DiGraph([("a", "b")])
    G.add_nodes_from("cd")
    vectors = {"a": [0.5, 0.0], "b": [0.0, 0.0], "c": [0.0, 0.5], "d": [-0.5, 0.0]}
    scores = nxp.evaluate_reconstruction(vectors, G)
    assert scores.mean_rank == 3
    assert scores.map_score == pytest.approx(1 / 3)


def test_threads_samples_and_hierarchies_give_the_same(mammals):
    G = mammals.copy()
    emb = nxp.embed(G, 3, seed=0)
    scores = nxp.evaluate_reconstruction(emb, G)
    assert nxp.evaluate_reconstruction(emb, G, n_jobs=2) == scores
    assert nxp.evaluate_reconstruction(emb, Hierarchy.from_digraph(G)) == scores
    assert nxp.evaluate_reconstruction(emb, G, sample=10**6) == scores
    part = nxp.evaluate_reconstruction(emb, G, sample=100, seed=1)
    assert part.nodes == 100
    assert part == nxp.evaluate_reconstruction(emb, G, sample=100, seed=1)


def test_cycles_count_as_equals():
    G = nx.DiGraph([("top", "a"), ("a", "b"), ("b", "a"), ("b", "leaf")])
    with pytest.warns(nxp.QualityWarning, match="nodes of a cycle"):
        scores = nxp.evaluate_reconstruction(nxp.embed(G), G)
    assert (scores.nodes, scores.pairs) == (3, 5)
    assert scores.mean_rank == pytest.approx((2 + 2 + 3) / 5)  # a and b come before top in each other's row
    assert nxp.evaluate_reconstruction(nxp.embed(G, 3, seed=0), G).mean_rank == 1


def test_progress_goes_to_standard_error(capsys, mammals):
    nxp.evaluate_reconstruction(nxp.embed(mammals.copy()), mammals, progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "ranking" in err
    nxp.evaluate_reconstruction(nxp.embed(mammals.copy()), mammals)
    assert capsys.readouterr() == ("", "")


@pytest.mark.filterwarnings("ignore:no node has an ancestor")
def test_nothing_to_score():
    scores = nxp.evaluate_reconstruction({0: [0.0, 0.0]}, nx.empty_graph(1))
    assert np.isnan(scores.mean_rank)
    assert scores.pairs == 0


@pytest.mark.parametrize(
    "options", [{"sample": 0}, {"sample": 2.5}, {"n_jobs": 0}, {"n_jobs": -2}, {"n_jobs": "2"}, {"direction": "x"}]
)
def test_wrong_options(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        nxp.evaluate_reconstruction({0: [0, 0], 1: [0.5, 0]}, nx.DiGraph([(0, 1)]), **options)


@pytest.mark.filterwarnings("ignore:no node has an ancestor")
def test_an_empty_graph_and_a_bad_vector_by_name():
    assert nxp.evaluate_reconstruction({}, nx.DiGraph()).pairs == 0
    for wrong, told in (
        ([1.0, 0.0], "has norm 1.0, outside"),
        ([0.5], r"has shape \(1,\)"),
        ("far", "is not a row of numbers"),
    ):
        with pytest.raises(ValueError, match=f"node 'b'.*{told}"):
            nxp.evaluate_reconstruction({"a": [0, 0], "b": wrong}, nx.DiGraph([("a", "b")]))


def test_arguments_in_the_wrong_order():
    G = nx.DiGraph([("a", "b")])
    with pytest.raises(TypeError, match=r"expected a NetworkX graph, .* got Embedding"):
        nxp.evaluate_reconstruction(G, nxp.embed(G))
    with pytest.raises(TypeError, match="got DiGraph; the embedding comes first"):
        nxp.evaluate_reconstruction(G, G)


def test_missing_nodes_and_bad_vectors():
    with pytest.raises(nx.NodeNotFound, match="'b'"):
        nxp.evaluate_reconstruction({"a": [0, 0]}, nx.DiGraph([("a", "b")]))
    with pytest.raises(ValueError, match="outside the open unit ball"):
        nxp.evaluate_reconstruction({0: [0, 0], 1: [1.5, 0]}, nx.DiGraph([(0, 1)]))


def test_limits_of_samples_hold_the_scores_of_all_nodes(mammals):
    """19 samples of 20; 400 samples make that 368 at least, but for one time in a thousand."""
    hierarchy, rng = Hierarchy.from_digraph(mammals), np.random.default_rng(0)
    emb = nxp.embed(mammals.copy(), effort=0, seed=0)
    poor = Embedding(emb.nodes, emb.directions, emb.radii * rng.uniform(0.7, 1, len(emb)))
    exact, held = nxp.evaluate_reconstruction(poor, hierarchy), np.zeros(2)
    assert not exact.is_sample
    assert exact.mean_rank_limits == (exact.mean_rank, exact.mean_rank)
    assert exact.map_limits == (exact.map_score, exact.map_score)
    for seed in range(400):
        scores = nxp.evaluate_reconstruction(poor, hierarchy, sample=200, seed=seed)
        pairs = zip((scores.mean_rank_limits, scores.map_limits), exact, scores, strict=False)
        limits = [(low, mean, found, high) for (low, high), mean, found in pairs]
        assert all(low < found < high for low, _, found, high in limits)
        held += [low <= mean <= high for low, mean, _, high in limits]
    assert (held >= 368).all()


def test_limits_are_none_of_the_items_and_are_kept(mammals):
    emb = nxp.embed(mammals.copy(), seed=0)
    scores = nxp.evaluate_reconstruction(emb, mammals, sample=100, seed=1)
    mean_rank, map_score, nodes, pairs = scores
    assert scores == (mean_rank, map_score, nodes, pairs) == nxp.Scores(*scores)
    assert list(scores._asdict()) == ["mean_rank", "map_score", "nodes", "pairs"]
    for same in (pickle.loads(pickle.dumps(scores)), copy.deepcopy(scores)):
        assert same.is_sample
        assert (same.mean_rank_limits, same.map_limits) == (scores.mean_rank_limits, scores.map_limits)
    assert not nxp.Scores(*scores).is_sample
