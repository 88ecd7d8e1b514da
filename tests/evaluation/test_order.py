"""Scores of the order against a count by hand and by networkx."""

import copy
import math
import pickle

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp


def counted(emb, G):
    named = {(u, a) for u in G for a in emb.ancestors(u)}
    true = {(u, a) for u in G for a in nx.ancestors(G, u)}
    exact = sum(set(emb.ancestors(u)) == nx.ancestors(G, u) for u in G)
    right = len(named & true)
    return right / len(named), right / len(true), 2 * right / (len(named) + len(true)), exact / len(G)


@pytest.mark.filterwarnings("ignore::nx_poincare.QualityWarning")  # errors are counted
@pytest.mark.parametrize("dim", [2, 3, 5])
def test_against_a_count(dim):
    rng = np.random.default_rng(dim)
    G = nx.DiGraph((int(rng.integers(child)), child) for child in range(1, 90) for _ in range(2))
    emb = nxp.embed(G, dim, seed=0, effort=0.1)
    scores = nxp.evaluate_order(emb, G)
    assert scores[:4] == counted(emb, G)
    assert scores[4:8] == counted(emb.with_horizons(None), G)
    assert scores.nodes == 90
    assert scores.pairs == sum(len(nx.ancestors(G, u)) for u in G)
    assert scores == nxp.evaluate_order(emb, nxp.Hierarchy.from_digraph(G), n_jobs=2)
    assert scores.f1 >= scores.plain_f1
    few = nxp.evaluate_order(emb, G, sample=30, seed=0)
    assert few.nodes == 30
    assert abs(few.f1 - scores.f1) < 0.2


def test_mammals_are_right():
    G = nxp.wordnet_graph("mammal.n.01", source="bundled")
    for dim in (2, 3, 5, 10):
        scores = nxp.evaluate_order(nxp.embed(G, dim, seed=0), G)
        assert scores.f1 == scores.exact_share == 1
        assert scores.plain_f1 == 1 if dim > 2 else scores.plain_f1 > 0.999


def test_plain_vectors():
    G = nx.DiGraph([("a", "b"), ("b", "c")])
    points = {"c": [0.9, 0], "a": [0, 0], "b": [0.5, 0], "other": [0, 0.4]}
    scores = nxp.evaluate_order(points, G)
    assert scores == (1, 1, 1, 1, 1, 1, 1, 1, 3, 3)
    reversed_scores = nxp.evaluate_order(points, G, direction="child_to_parent")
    assert reversed_scores.recall == 0
    assert reversed_scores.exact_share == 0


@pytest.mark.filterwarnings("ignore:no node has an ancestor")
def test_nothing_to_count():
    lone = nxp.evaluate_order({"a": [0, 0]}, nx.DiGraph([("a", "a")]))
    assert math.isnan(lone.precision)
    assert math.isnan(lone.f1)
    assert lone.exact_share == 1
    empty = nxp.evaluate_order({}, nx.DiGraph())
    assert empty.nodes == 0
    assert math.isnan(empty.exact_share)
    with pytest.raises(nx.NodeNotFound, match="'b'"):
        nxp.evaluate_order({"a": [0, 0]}, nx.DiGraph([("a", "b")]))
    with pytest.raises(ValueError, match="sample"):
        nxp.evaluate_order({"a": [0, 0]}, nx.DiGraph([("a", "a")]), sample=0)


def test_limits_of_samples_hold_the_scores_of_all_nodes(mammals):
    """19 samples of 20; 200 samples make that 179 at least, but for one time in a thousand."""
    hierarchy, rng = nxp.Hierarchy.from_digraph(mammals), np.random.default_rng(0)
    emb = nxp.embed(mammals.copy(), effort=0, seed=0)
    poor = nxp.Embedding(emb.nodes, emb.directions, emb.radii * rng.uniform(0.7, 1, len(emb)))
    poor = poor.with_horizons(poor.radii * rng.uniform(0.95, 1, len(emb)))
    exact = nxp.evaluate_order(poor, hierarchy)
    assert not exact.is_sample
    assert exact.f1_limits == (exact.f1, exact.f1)
    held = np.zeros(8)
    for seed in range(200):
        scores = nxp.evaluate_order(poor, hierarchy, sample=200, seed=seed)
        limits = [getattr(scores, f"{name}_limits") for name in scores._fields[:8]]
        assert all(low <= found <= high for (low, high), found in zip(limits, scores, strict=False))
        held += [low <= true <= high for (low, high), true in zip(limits, exact, strict=False)]
    assert (held >= 179).all()


def test_limits_are_none_of_the_items_and_are_kept(mammals):
    scores = nxp.evaluate_order(nxp.embed(mammals.copy(), seed=0), mammals, sample=100, seed=1)
    assert len(scores) == len(scores._asdict()) == 10
    assert scores.exact_share_limits[0] < 1 == scores.exact_share_limits[1]
    for same in (pickle.loads(pickle.dumps(scores)), copy.deepcopy(scores)):
        assert same.is_sample
        assert same == scores
        assert same.plain_recall_limits == scores.plain_recall_limits
    assert not nxp.OrderScores(*scores).is_sample


def test_cycles_have_limits():
    """All nodes of a cycle count as ancestors: no node has more than are bounded by."""
    G = nx.DiGraph([(i, i + 1) for i in range(10)] + [(i, (i + 1) % 5) for i in range(5)])
    G.add_edges_from((10, leaf) for leaf in range(100, 150))
    scores = nxp.evaluate_order(nxp.embed(G.copy(), 3, seed=0), G, sample=40, seed=0)
    assert 0 < scores.recall_limits[0] <= scores.recall <= scores.recall_limits[1] <= 1
