"""Distortion against its definition: all pairs, shortest paths by networkx, the best factor by search."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.stats import spearmanr

import nx_poincare as nxp
from nx_poincare.embedding.embedding import Embedding
from nx_poincare.evaluation import distortion


def ratios_by_definition(emb, G):
    away = dict(nx.all_pairs_shortest_path_length(G.to_undirected()))
    return np.array([emb.distance(u, v) / away[u][v] for u in G for v in away[u] if u != v])


@pytest.mark.filterwarnings("ignore:no two nodes are joined by a path")
@given(st.integers(2, 30), st.integers(0, 2**32 - 1), st.integers(2, 4), st.floats(0.1, 30))
def test_against_the_definition(n, seed, dim, largest):
    rng = np.random.default_rng(seed)
    G = nx.DiGraph()
    G.add_nodes_from(range(n))
    G.add_edges_from((int(rng.integers(v)), v) for v in range(1, n) if rng.random() < 0.8)
    directions = rng.normal(size=(n, dim))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    emb = Embedding(range(n), directions, rng.uniform(0, largest, n))
    found = nxp.evaluate_distortion(emb, G)
    ratios = ratios_by_definition(emb, G)
    assert (found.sources, found.pairs) == (n, len(ratios))
    if not len(ratios):
        assert np.isnan(found[:3]).all()
        return
    assert found.worst == pytest.approx(ratios.max() / ratios.min(), rel=1e-9)
    assert found.mean == pytest.approx(np.abs(ratios / found.scale - 1).mean(), rel=1e-9, abs=1e-12)
    for scale in (*ratios, *(found.scale * rng.uniform(0.5, 2, 20))):
        assert found.mean <= np.abs(ratios / scale - 1).mean() + 1e-12


def test_the_factor_is_the_one_a_search_finds(mammals):
    emb = nxp.embed(mammals, store_as=None, store_pos_as=None, level_as=None)
    part = mammals.subgraph(list(mammals)[:200])
    ratios = ratios_by_definition(emb, part)
    found = nxp.evaluate_distortion(emb, part)
    search = minimize_scalar(lambda s: np.abs(s * ratios - 1).mean(), bounds=(0.01, 1), options={"xatol": 1e-10})
    assert found.mean == pytest.approx(search.fun, rel=1e-6)


def test_a_path_along_a_geodesic_is_a_map():
    G = nx.path_graph(9, create_using=nx.DiGraph)
    emb = Embedding(range(9), np.tile([0.6, 0.8], (9, 1)), 3.5 * np.arange(9))
    found = nxp.evaluate_distortion(emb, G)
    assert found == pytest.approx((0.0, 1.0, 3.5, 1.0, 9, 72), abs=1e-12)


def test_mammals_are_ordered_and_no_map(mammals):
    emb = nxp.embed(mammals, store_as=None, store_pos_as=None, level_as=None)
    found = nxp.evaluate_distortion(emb, mammals)
    assert found.pairs == 1182 * 1181
    assert found.mean > 0.1
    assert found.worst > 5
    assert found.radius_level_correlation == pytest.approx(
        spearmanr(emb.radii, [mammals.nodes[v]["level"] for v in mammals]).statistic
    )


def test_samples(mammals):
    emb = nxp.embed(mammals, store_as=None, store_pos_as=None, level_as=None)
    whole = nxp.evaluate_distortion(emb, mammals)
    assert nxp.evaluate_distortion(emb, mammals, sample=10**6) == whole
    part = nxp.evaluate_distortion(emb, mammals, sample=100, seed=1)
    assert (part.sources, part.pairs) == (100, 100 * 1181)
    assert part == nxp.evaluate_distortion(emb, mammals, sample=100, seed=1)
    assert part != nxp.evaluate_distortion(emb, mammals, sample=100, seed=2)
    assert part.mean == pytest.approx(whole.mean, rel=0.1)


def test_long_work_shows_progress_and_lets_signals_through(monkeypatch, capsys, mammals):
    """One call for paths from 32 of a million nodes took a minute."""
    emb, asked, paths_from = nxp.embed(mammals.copy()), [], distortion.dijkstra
    whole = nxp.evaluate_distortion(emb, mammals, sample=40, seed=0)

    def counted(*arguments, indices, **options):
        asked.append(len(indices))
        return paths_from(*arguments, indices=indices, **options)

    monkeypatch.setattr(distortion, "dijkstra", counted)
    monkeypatch.setattr(distortion, "_PATHS_AT_ONCE", 3 * len(mammals))
    assert nxp.evaluate_distortion(emb, mammals, sample=40, seed=0, progress=True) == whole
    assert asked == [3] * 13 + [1]
    assert "40/40" in capsys.readouterr().err


def test_all_kinds_of_graphs_and_hierarchies():
    edges = [("a", "b"), ("b", "c"), ("a", "d"), ("d", "c"), ("c", "e")]
    G = nx.DiGraph(edges)
    emb = nxp.embed(G)
    found = nxp.evaluate_distortion(emb, G)
    assert nxp.evaluate_distortion(emb, nxp.Hierarchy.from_digraph(G)) == found
    assert nxp.evaluate_distortion(emb, nx.MultiDiGraph([*edges, ("a", "b"), ("e", "e")])) == found
    assert nxp.evaluate_distortion(emb, G.reverse(), direction="child_to_parent") == found
    assert nxp.evaluate_distortion(emb, nx.Graph(edges), root="a")[:3] == found[:3]
    assert nxp.evaluate_distortion(dict(emb.items()), G) == pytest.approx(found)
    nx.set_edge_attributes(G, 7.5, "weight")
    assert nxp.evaluate_distortion(emb, G) == found


def test_pairs_without_a_path_are_left_out():
    G = nx.DiGraph([("a", "b"), ("c", "d")])
    assert nxp.evaluate_distortion(nxp.embed(G), G).pairs == 4


def test_points_that_coincide():
    G = nx.DiGraph([("a", "b"), ("b", "c")])
    found = nxp.evaluate_distortion({"a": [0.0, 0.0], "b": [0.5, 0.0], "c": [0.5, 0.0]}, G)
    assert found.worst == np.inf
    assert np.isfinite(found.mean)
    assert np.isnan(nxp.evaluate_distortion(dict.fromkeys("abc", (0.0, 0.0)), G)[:4]).all()


@pytest.mark.filterwarnings("ignore:no two nodes are joined by a path")
@pytest.mark.parametrize("n", [0, 1, 3])
def test_nothing_to_compare(n):
    G = nx.empty_graph(n, create_using=nx.DiGraph)
    found = nxp.evaluate_distortion(nxp.embed(G), G)
    assert np.isnan(found[:4]).all()
    assert (found.sources, found.pairs) == (n, 0)


def test_wrong_calls():
    G = nx.DiGraph([("a", "b")])
    with pytest.raises(ValueError, match="sample"):
        nxp.evaluate_distortion(nxp.embed(G), G, sample=0)
    with pytest.raises(nx.NodeNotFound, match="'b'"):
        nxp.evaluate_distortion({"a": [0.0, 0.0]}, G)
    with pytest.raises(ValueError, match="node 'b' has norm"):
        nxp.evaluate_distortion({"a": [0.0, 0.0], "b": [1.0, 0.0]}, G)
