"""Scores of the order against a count by hand and by networkx."""

import math

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
