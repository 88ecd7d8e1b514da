"""Any NetworkX graph as a hierarchy."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nx_poincare.hierarchy.hierarchy import Hierarchy


def levels(G, **options):
    h = Hierarchy.from_digraph(G, **options)
    return dict(zip(h.nodes, h.levels.tolist(), strict=True))


def test_direction():
    G = nx.DiGraph([("dog", "animal"), ("animal", "thing")])
    assert levels(G, direction="child_to_parent") == {"dog": 2, "animal": 1, "thing": 0}
    assert levels(G.reverse()) == levels(G, direction="child_to_parent")


def test_multigraph_self_loops_and_odd_names():
    G = nx.MultiDiGraph([((1, 2), frozenset("ab"))] * 2)
    G.add_edge((1, 2), (1, 2))
    G.add_node(3.5)
    assert levels(G) == {(1, 2): 0, frozenset("ab"): 1, 3.5: 0}


@pytest.mark.parametrize(
    ("G", "root"),
    [
        (nx.path_graph(5), 2),
        (nx.path_graph(4), 1),  # two centres: the first in node order
        (nx.relabel_nodes(nx.path_graph(4), {0: 3, 1: 2, 2: 1, 3: 0}, copy=True), 2),
        (nx.star_graph(6), 0),
        (nx.lollipop_graph(4, 3), 3),  # no tree: highest degree
        (nx.cycle_graph(5), 0),
        (nx.Graph([(7, 7)]), 7),
    ],
)
def test_default_root_of_an_undirected_graph(G, root):
    found = levels(G)
    assert [v for v, level in found.items() if level == 0] == [root]
    assert found == nx.single_source_shortest_path_length(G, root)


@given(st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_centre_of_any_tree(n, seed):
    rng = np.random.default_rng(seed)
    names = rng.permutation(n).tolist()
    G = nx.Graph()
    G.add_nodes_from(range(n))
    G.add_edges_from((names[v], names[rng.integers(v)]) for v in range(1, n))
    (root,) = [v for v, level in levels(G).items() if level == 0]
    assert root == min(nx.center(G), key=list(G).index)


def test_each_component_gets_a_tree_and_root_moves_one():
    G = nx.disjoint_union(nx.path_graph(3), nx.cycle_graph(4))
    G.add_node("alone")
    assert [v for v, level in levels(G).items() if level == 0] == [1, 3, "alone"]
    assert levels(G, root=0)[2] == 2
    assert levels(G, root=0)[3] == 0


@pytest.mark.parametrize(
    ("G", "options", "error", "message"),
    [
        (nx.DiGraph([(0, 1)]), {"direction": "down"}, ValueError, "direction"),
        (nx.DiGraph([(0, 1)]), {"root": 0}, ValueError, "undirected"),
        (nx.path_graph(3), {"root": 9}, nx.NodeNotFound, "9"),
        (nx.DiGraph([(0, 1)]), {"on_cycle": "break"}, ValueError, "on_cycle"),
    ],
)
def test_wrong_options(G, options, error, message):
    with pytest.raises(error, match=message):
        Hierarchy.from_digraph(G, **options)


def test_views_and_frozen_graphs():
    G = nx.DiGraph([("a", "b"), ("b", "c"), ("a", "d")])
    assert levels(nx.freeze(G.copy())) == levels(G)
    assert levels(G.subgraph(["b", "c"])) == {"b": 0, "c": 1}
    assert levels(G.reverse(copy=False)) == {"c": 0, "b": 1, "a": 2, "d": 0}
