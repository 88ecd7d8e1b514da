"""Questions to an embedding, against the hierarchy it was made of and against plain arithmetic."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nx_poincare as nxp
from nx_poincare.embedding.points import UnknownNodeError


@pytest.fixture(scope="module")
def mammals_embedded(mammals):
    return nxp.embed(nx.DiGraph(mammals))


@given(st.integers(1, 60), st.integers(0, 2**32 - 1), st.integers(2, 4))
def test_the_order_of_a_tree_is_that_of_networkx(n, seed, dim):
    rng = np.random.default_rng(seed)
    G = nx.DiGraph()
    G.add_nodes_from(range(n))
    G.add_edges_from((int(rng.integers(max(0, v - 30), v)), v) for v in range(1, n))
    if nx.dag_longest_path_length(G) > 12:
        return
    emb = nxp.embed(G, dim, seed=0)
    for v in G:
        assert set(emb.descendants(v)) == nx.descendants(G, v)
        assert emb.parents(v) == list(G.predecessors(v))
        assert set(emb.children(v)) == set(G.successors(v))


def test_order_of_answers_and_real_mammals(mammals, mammals_embedded):
    emb = mammals_embedded
    below = emb.descendants("dog.n.01")
    assert set(below) == nx.descendants(mammals, "dog.n.01")
    assert below == sorted(below, key=emb.radius)
    assert set(emb.children("dog.n.01")) == set(mammals.successors("dog.n.01"))
    assert emb.parents("dog.n.01") == ["canine.n.02"]
    assert emb.parents("mammal.n.01") == []
    assert emb.children("puppy.n.01") == []
    assert len(emb.descendants("mammal.n.01")) == len(mammals) - 1


def test_several_parents():
    # Arcs of "a" and "b" overlap, and "c" lies in both.
    angles, radii = np.array([0.0, 0.6, -0.6, 0.0]), np.array([0.0, 1.5, 1.5, 6.0])
    emb = nxp.Embedding("rabc", np.column_stack([np.cos(angles), np.sin(angles)]), radii)
    assert emb.ancestors("c") == ["r", "a", "b"]
    assert emb.parents("c") == ["a", "b"]
    assert emb.children("r") == ["a", "b"]
    assert emb.children("a") == ["c"]


def test_closer_than_and_rank(mammals_embedded):
    emb = mammals_embedded
    away = emb.distances("cat.n.01")
    nearer = emb.closer_than("cat.n.01", "dog.n.01")
    expected = [v for v, d in zip(emb, away, strict=True) if d < emb.distance("cat.n.01", "dog.n.01")]
    assert sorted(nearer) == sorted(set(expected) - {"cat.n.01"})
    assert nearer == [v for v, _ in emb.nearest("cat.n.01", len(nearer))]
    assert emb.closer_than("cat.n.01", "cat.n.01") == []


def test_distances_to_some_and_from_a_point(mammals_embedded):
    emb = mammals_embedded
    chosen = ["dog.n.01", "cat.n.01", "dog.n.01"]
    assert emb.distances("lion.n.01", chosen).tolist() == [emb.distance("lion.n.01", v) for v in chosen]
    point = emb["lion.n.01"]
    assert emb.distances(point, ["dog.n.01"])[0] == pytest.approx(emb.distance("lion.n.01", "dog.n.01"), rel=1e-6)
    found = emb.nearest(point, 3)
    assert found[0][0] == "lion.n.01"
    assert [v for v, _ in found[1:]] == [v for v, _ in emb.nearest("lion.n.01", 2)]
    with pytest.raises(ValueError, match=r"must have shape \(2,\)"):
        emb.nearest(np.zeros(3))
    with pytest.raises(ValueError, match="outside the open unit ball"):
        emb.distances(np.array([1.0, 0.0]))
    with pytest.raises(UnknownNodeError, match=r"a point of the ball is an array: numpy.array"):
        emb.nearest([0.1, 0.2])
    for k in (-1, 2.0, "3", None, True):
        with pytest.raises(ValueError, match="k must be an integer of at least 0"):
            emb.nearest("lion.n.01", k)


def test_radius_is_told_where_norms_are_all_one(mammals_embedded):
    emb = mammals_embedded
    deep = sorted(emb, key=emb.radius)[-1]
    assert emb.radius(deep) == emb.radii.max()
    assert np.tanh(emb.radius("dog.n.01") / 2) == pytest.approx(emb.norm("dog.n.01"))


def test_integers_are_nodes_and_the_first_row_is_a_node_as_others():
    emb = nxp.embed(nx.DiGraph([(10, 20), (10, 30), (20, 0)]))
    assert emb.descendants(20) == [0]
    assert 10 not in [v for v, _ in emb.nearest(10)]
    assert emb.children(0) == []


@pytest.mark.parametrize("method", ["descendants", "parents", "children", "radius", "closer_than", "distances"])
def test_unknown_nodes(mammals_embedded, method):
    ask = getattr(mammals_embedded, method)
    arguments = {"closer_than": ("dog.n.01", "unicorn"), "distances": ("dog.n.01", ["unicorn"])}
    with pytest.raises(UnknownNodeError, match="'unicorn' is not in the embedding"):
        ask(*arguments.get(method, ("unicorn",)))


@given(st.integers(1, 40), st.integers(0, 2**32 - 1), st.integers(2, 5), st.sampled_from([1.0, 8.0, 36.0]))
def test_children_and_parents_of_any_points(n, seed, dim, largest):
    """Against each compared with each: points at the origin, in the same direction, at the same place."""
    rng = np.random.default_rng(seed)
    directions = rng.normal(size=(n, dim))[rng.integers(n, size=n)]
    directions /= np.linalg.norm(directions, axis=1)[:, None]
    emb = nxp.Embedding(range(n), directions, rng.choice([0.0, largest, *rng.uniform(0, largest, n)], n))
    below = emb.descendants(0)
    rank = {v: place for place, v in enumerate(below)}
    highest = []
    for v in below:
        if not any(emb.is_ancestor(a, v) and rank[a] < rank[v] for a in highest):
            highest.append(v)
    assert emb.children(0) == highest


def test_a_node_with_very_many_children():
    G = nx.DiGraph((0, v) for v in range(1, 20_001))
    assert len(nxp.embed(G).children(0)) == 20_000
