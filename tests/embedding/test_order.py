"""The order that points say: ancestors within horizons, and answers that agree with each other."""

import pickle
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nx_poincare as nxp

DIAMOND = nx.DiGraph([("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")])


def random_dag(n: int, share: float, seed: int) -> nx.DiGraph:
    rng = np.random.default_rng(seed)
    G = nx.DiGraph()
    G.add_nodes_from(range(n))
    for node in range(1, n):
        for _ in range(1 + (rng.random() < share)):
            G.add_edge(int(rng.integers(node)), node)
    return G


@pytest.fixture(params=[2, 3, 5])
def fitted(request):
    G = random_dag(70, 0.4, seed=request.param)
    return nxp.embed(G, request.param, seed=0, effort=0.1), G


def said(emb):
    """The order by `is_ancestor`, as a graph from ancestor to descendant."""
    order = nx.DiGraph()
    order.add_nodes_from(emb)
    order.add_edges_from((a, u) for u in emb for a in emb if emb.is_ancestor(a, u))
    return order


@pytest.mark.filterwarnings("ignore::nx_poincare.QualityWarning")  # of the plain rule
def test_horizons_have_fewest_errors(fitted):
    emb, G = fitted
    plain = emb.with_horizons(None)
    for u in G:
        true = nx.ancestors(G, u)
        away = emb.distances(u, others := [v for v in emb if v != u])
        by_threshold = (
            {v for v, distance in zip(others, away, strict=True) if distance <= limit} for limit in (-1, *away)
        )
        least = min(len(true ^ within) for within in by_threshold)
        by_plain_rule = len(true ^ set(plain.ancestors(u)))
        assert len(true ^ set(emb.ancestors(u))) == min(least, by_plain_rule)
        if by_plain_rule <= least:
            assert emb.horizons[emb.index[u]] == emb.radii[emb.index[u]]


def test_answers_agree(fitted):
    emb, _ = fitted
    order = said(emb)
    array = emb.order()
    assert array.dtype == bool
    assert {(emb.nodes[a], emb.nodes[u]) for u, a in zip(*array.nonzero(), strict=True)} == set(order.edges)
    for u in emb:
        assert set(emb.ancestors(u)) == set(order.pred[u])
        assert set(emb.descendants(u)) == set(order.succ[u])
        assert emb.subtree(u) == [u, *emb.descendants(u)]
        strict = lambda a, b: order.has_edge(a, b) and not (order.has_edge(b, a) and lower(emb, a, b))  # noqa: E731
        above, below = list(order.pred[u]), list(order.succ[u])
        assert set(emb.parents(u)) == {p for p in above if not any(strict(p, x) for x in above)}
        assert set(emb.children(u)) == {c for c in below if not any(strict(x, c) for x in below)}


def lower(emb, a, b):
    return emb.radius(a) > emb.radius(b)


def test_questions_of_two_nodes(fitted):
    emb, _ = fitted
    order = said(emb)
    for u, v in [(i, (7 * i + 3) % len(emb)) for i in range(len(emb))]:
        common = ({u} | set(order.pred[u])) & ({v} | set(order.pred[v]))
        top = emb.lowest_common_ancestor(u, v)
        if not common:
            assert top is None
            with pytest.raises(nx.NetworkXNoPath, match="no common ancestor"):
                emb.path(u, v)
            continue
        assert top in common
        path = emb.path(u, v)
        assert (path[0], path[-1]) == (u, v)
        assert top in path
        assert len(set(path)) == len(path)
        turn = path.index(top)
        assert all(order.has_edge(b, a) for a, b in pairwise(path[: turn + 1]))
        assert all(order.has_edge(a, b) for a, b in pairwise(path[turn:]))


@pytest.mark.parametrize("dim", [2, 3, 5, 10])
def test_four_nodes(dim):
    emb = nxp.embed(DIAMOND, dim, seed=0)
    for node in DIAMOND:
        assert set(emb.ancestors(node)) == nx.ancestors(DIAMOND, node)
        assert sorted(emb.parents(node)) == sorted(DIAMOND.pred[node])
        assert sorted(emb.children(node)) == sorted(DIAMOND.succ[node])
    if dim > 2:  # there is room for the plain rule
        assert not emb.has_horizons
    assert emb.path("b", "c") == ["b", "a", "c"]
    assert emb.lowest_common_ancestor("b", "d") == "b"


def test_trees_keep_the_plain_rule():
    tree = nx.balanced_tree(3, 4, create_using=nx.DiGraph)
    for dim in (2, 3, 5):
        emb = nxp.embed(tree, dim)
        assert not emb.has_horizons
        assert emb.horizons is emb.radii
        assert emb.fit_horizons(tree) == emb


@pytest.mark.filterwarnings("ignore::nx_poincare.QualityWarning")  # in two dimensions
def test_roots_have_no_ancestors():
    G = nx.DiGraph([("a", "x"), ("b", "x"), ("b", "y"), ("c", "y"), ("a", "z"), ("c", "z")])
    for dim in (2, 3, 5):
        emb = nxp.embed(G, dim, seed=0)
        assert [emb.ancestors(root) for root in "abc"] == [[], [], []]


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 4), st.integers(1, 25), st.integers(0, 1000))
def test_any_points_and_horizons(dim, n, seed):
    rng = np.random.default_rng(seed)
    directions = rng.normal(size=(n, dim))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    radii = rng.choice([0.0, 1.0, 5.0, 30.0, 60.0], n)
    horizons = np.where(rng.random(n) < 0.3, radii, rng.uniform(0, 100, n))
    emb = nxp.Embedding(range(n), directions, radii, horizons=horizons)
    order = said(emb)
    assert not any(order.has_edge(u, u) for u in emb)
    assert emb.order().nnz == order.number_of_edges()
    for u in emb:
        assert set(emb.ancestors(u)) == set(order.pred[u])
        assert set(emb.descendants(u)) == set(order.succ[u])
        assert set(emb.parents(u)) <= set(order.pred[u])
        assert bool(emb.parents(u)) == bool(order.pred[u])
        assert set(emb.children(u)) <= set(order.succ[u])
        assert bool(emb.children(u)) == bool(order.succ[u])
        top = emb.lowest_common_ancestor(0, u)
        assert top is None or top in emb.path(0, u)


def test_given_vectors():
    G = random_dag(60, 0.4, seed=1)
    emb = nxp.embed(G, 5, seed=0)
    vectors = nxp.Embedding.from_vectors(emb.nodes, emb.vectors)
    assert not vectors.has_horizons
    again = vectors.fit_horizons(G, n_jobs=2)
    assert (again.order() != emb.order()).nnz == 0
    part = G.subgraph(range(40)).copy()
    of_part = vectors.fit_horizons(part)
    assert (of_part.horizons[40:] == vectors.radii[40:]).all()
    with pytest.raises(nx.NodeNotFound, match="elk"):
        vectors.fit_horizons(nx.DiGraph([(0, "elk")]))


@pytest.mark.parametrize("start", ["random", "given", "new nodes"])
def test_every_start_fits_horizons(start):
    first = nxp.embed(DIAMOND, 5, seed=0)
    init = {"random": "random", "given": dict(first), "new nodes": {node: first[node] for node in "abc"}}[start]
    emb = nxp.embed(DIAMOND, 5, seed=0, init=init, training=20 if start == "random" else None)
    refitted = emb.fit_horizons(DIAMOND)
    assert emb == refitted


def test_horizons_are_kept(tmp_path):
    emb = nxp.embed(DIAMOND.copy(), 5, seed=0).with_horizons([0.0, 1.0, 1.5, 9.0])
    assert emb.has_horizons
    path = tmp_path / "diamond.npz"
    emb.save(path)
    for again in (nxp.Embedding.load(path), pickle.loads(pickle.dumps(emb)), emb.relabel("abcd")):
        assert again == emb
        assert (again.horizons == emb.horizons).all()
    assert emb.with_horizons(None) != emb
    with pytest.raises(ValueError, match="read-only"):
        emb.horizons[0] = 1


@pytest.mark.parametrize("polar_as", [None, "polar"])
@pytest.mark.parametrize("suffix", [".graphml", ".gexf", ".gml", ".json"])
def test_horizons_on_graphs(tmp_path, polar_as, suffix):
    G = DIAMOND.copy()
    emb = nxp.embed(G, 5, seed=0)
    assert nxp.Embedding.from_graph(G).has_horizons is False  # only where asked for
    emb.write_to(G, polar_as=polar_as, horizon_as="horizon_excess")
    nxp.export_graph(G, tmp_path / f"diamond{suffix}")
    for again in (nxp.Embedding.from_graph(G), nxp.Embedding.load(tmp_path / f"diamond{suffix}")):
        assert (again.order() != emb.order()).nnz == 0
        assert np.allclose(again.horizons, emb.horizons, atol=1e-9)
    assert not nxp.Embedding.from_graph(G, horizon_as=None).has_horizons
    G.nodes["b"]["horizon_excess"] = "far"
    with pytest.raises(nx.NetworkXError, match=r"node 'b'.*'horizon_excess' is not a finite number"):
        nxp.Embedding.from_graph(G)


def test_files_without_horizons_load(tmp_path):
    emb = nxp.embed(DIAMOND, 5, seed=0)
    emb.save(tmp_path / "diamond.tsv")
    again = nxp.Embedding.load(tmp_path / "diamond.tsv")
    assert not again.has_horizons
    assert (again.fit_horizons(DIAMOND).order() != emb.order()).nnz == 0


def test_wrong_horizons():
    points = {"nodes": "ab", "directions": [[1.0, 0], [0, 1]], "radii": [1.0, 2.0]}
    with pytest.raises(ValueError, match="horizon of node 'b' is negative"):
        nxp.Embedding(**points, horizons=[1.0, -1.0])
    with pytest.raises(ValueError, match="horizons has shape"):
        nxp.Embedding(**points, horizons=[1.0])
    with pytest.raises(ValueError, match="node 'a' is not finite"):
        nxp.Embedding(**points, horizons=[np.nan, 1.0])


@pytest.mark.filterwarnings("ignore::nx_poincare.QualityWarning")  # nodes of a cycle count as errors
def test_cycles_and_small_graphs():
    G = nx.DiGraph([("a", "b"), ("b", "c"), ("c", "b"), ("c", "d"), ("a", "d")])
    for dim in (2, 3):
        emb = nxp.embed(G, dim, seed=0)
        assert set(emb.ancestors("d")) >= {"a", "b", "c"}
        assert "d" not in emb.ancestors("d")
    lone = nxp.embed(nx.DiGraph([(0, 0)]), 3)
    assert lone.ancestors(0) == lone.children(0) == []
    assert lone.path(0, 0) == [0]
    assert lone.order().nnz == 0
    empty = nxp.embed(nx.DiGraph(), 3)
    assert empty.order().shape == (0, 0)
    assert not empty.has_horizons


def test_horizons_are_told_that_are_not_fitted(monkeypatch, caplog):
    monkeypatch.setattr("nx_poincare.embedding.horizons._MOST_COMPARISONS", 3)
    assert not nxp.embed(DIAMOND, 5, seed=0).has_horizons
    assert "horizons of 4 nodes are not fitted" in caplog.text
