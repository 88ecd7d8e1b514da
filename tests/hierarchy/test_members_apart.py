import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.hierarchy.members_apart import map_lost_to_cycles, with_members_apart


def with_cycles(seed: int, n: int = 60) -> nx.DiGraph:
    """A random tree with edges back up, whose cycles are of several sizes, some within others' reach."""
    rng = np.random.default_rng(seed)
    G = nx.DiGraph((int(rng.integers(max(0, v - 9), v)), v) for v in range(1, n))
    for v in rng.choice(np.arange(2, n), n // 8, replace=False).tolist():
        G.add_edge(v, int(rng.choice(sorted(nx.ancestors(G, v)))))
    return G


@pytest.mark.parametrize("seed", range(8))
def test_ancestors_and_levels_stay(seed):
    H = nxp.Hierarchy.from_digraph(with_cycles(seed))
    apart = with_members_apart(H)
    assert H.dag.n < apart.dag.n == len(H)
    assert (apart.closure != H.closure).nnz == 0
    assert (apart.levels == H.levels).all()
    assert (apart.edges == H.edges).all()


def test_without_cycles_nothing_is_made():
    H = nxp.Hierarchy.from_digraph(nx.balanced_tree(2, 3, create_using=nx.DiGraph))
    assert with_members_apart(H) is H


@pytest.mark.parametrize("most_edges", [0, 90, 120])
def test_cycles_of_most_nodes_stay_where_edges_would_be_too_many(most_edges, monkeypatch):
    monkeypatch.setattr("nx_poincare.hierarchy.members_apart._MOST_TIMES", 0)
    monkeypatch.setattr("nx_poincare.hierarchy.members_apart._MOST_MORE", most_edges)
    H = nxp.Hierarchy.from_digraph(with_cycles(3))
    apart = with_members_apart(H)
    assert (apart.closure != H.closure).nnz == 0
    assert len(apart.dag.parent_list) <= max(most_edges, len(H.dag.parent_list))
    sizes = np.bincount(H.component)[H.component]
    are_apart = np.bincount(apart.component)[apart.component] == 1
    assert sizes[are_apart].max() < sizes[~are_apart].min()


def test_what_is_lost_is_what_a_point_for_all_loses():
    G = with_cycles(0)
    H = nxp.Hierarchy.from_digraph(G)
    emb = nxp.embed(G.copy(), 5, seed=0, effort=0)  # a tree of condensed nodes, exact but for cycles
    lost = map_lost_to_cycles(H)
    assert lost > 0.05
    assert emb.quality.map_score == pytest.approx(1 - lost, abs=1e-9)
    assert map_lost_to_cycles(with_members_apart(H)) == 0


@pytest.mark.parametrize("dim", [3, 5])
@pytest.mark.parametrize("seed", range(4))
def test_in_more_than_two_dimensions_nodes_of_cycles_are_in_order(dim, seed):
    G = with_cycles(seed)
    emb = nxp.embed(G, dim, seed=0)
    assert nxp.evaluate_reconstruction(emb, G).map_score >= 0.995
    assert nxp.evaluate_order(emb, G).f1 >= 0.995


def test_a_core_of_dozens_of_nodes_is_in_order():
    G = nx.gnp_random_graph(200, 0.006, directed=True, seed=3)
    assert max(map(len, nx.strongly_connected_components(G))) > 20
    assert nxp.embed(G, 5, seed=0).quality.mean_rank < 1.2


def test_positions_do_not_depend_on_the_dimension():
    G = with_cycles(1)
    assert np.array_equal(nxp.embed(G, 5, seed=0).layout, nxp.embed(G).layout)


def test_nodes_that_are_given_stay_and_new_ones_find_their_place():
    G = with_cycles(2)
    emb = nxp.embed(G, 5, seed=0)
    member = min(max(nx.strongly_connected_components(G), key=len))
    G.add_edge(member, "new")
    grown = nxp.embed(G, 5, init=emb, seed=0)
    assert all((grown[v] == emb[v]).all() for v in emb)
    assert member in grown.ancestors("new")


def test_poor_ranks_in_two_dimensions_say_what_helps_and_it_does():
    G = nx.balanced_tree(3, 4, create_using=nx.DiGraph)
    G.add_edges_from((next(G.successors(v)), v) for v in range(1, 40, 2))
    with pytest.warns(nxp.QualityWarning, match=r"nodes of a cycle stand beside .* dim=5 has points of their own"):
        nxp.embed(G.copy())
    assert nxp.embed(G, 5, seed=0).quality.map_score > 0.999
