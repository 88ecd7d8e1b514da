"""What does not become part of a hierarchy is said, with its number."""

from __future__ import annotations

import io
import re
import warnings

import networkx as nx
import pytest

import nx_poincare as nxp

GUESSED = "the graph is undirected: its hierarchy starts at"
OTHER_ROOT = "which is a guess; root= names another node, and a directed graph says by its edges what is above"


def said(call, *arguments, **options) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call(*arguments, **options)
    assert all(warning.filename == __file__ for warning in caught)
    return [str(warning.message) for warning in caught]


def test_edges_of_an_undirected_graph_that_are_off_the_tree():
    karate = nx.karate_club_graph()
    emb = nxp.embed(karate)
    message = "the graph is undirected: 33 of its 78 edges, those of breadth-first trees, are the hierarchy, and 45 are"
    for call, arguments in (
        (nxp.embed, [karate]),
        (nxp.Hierarchy.from_digraph, [karate]),
        (nxp.closure_edges, [karate]),
        (nxp.evaluate_reconstruction, [emb, karate]),
        (nxp.evaluate_order, [emb, karate]),
        (emb.fit_horizons, [karate]),
    ):
        told = said(call, *arguments)
        assert told[0].startswith(message)
        assert told[1:] == ([f"{GUESSED} 33, {OTHER_ROOT}"] if call is nxp.embed else [])
    assert said(nxp.poincare_layout, karate) == []  # which leaves nothing out
    assert said(nxp.embed, nx.balanced_tree(2, 3)) == []
    both = nx.MultiGraph([(0, 1), (0, 1), (1, 1), (1, 2)])
    assert said(nxp.embed, both, root=1) == []  # parallel edges count once, loops not at all


def test_a_root_that_is_guessed():
    listed = [("a", "b"), ("b", "c"), ("c", "d"), ("d", "e")]  # as nx.from_pandas_edgelist reads it by default
    G = nx.Graph(listed)
    assert said(nxp.embed, G) == [f"{GUESSED} 'c', {OTHER_ROOT}"]
    assert said(nxp.embed, G, root="c") == said(nxp.embed, nx.DiGraph(listed)) == []
    forest = nx.disjoint_union_all([nx.path_graph(5), nx.path_graph(3), nx.star_graph(3), nx.empty_graph(1)])
    assert said(nxp.embed, forest) == [f"{GUESSED} 2 and 1 more, {OTHER_ROOT}"]
    assert said(nxp.embed, nx.empty_graph(0)) == []


def stated(root: str) -> str:
    return f"{GUESSED} {root}, as the graph attribute 'root' says; root= names another node"


def roots_of(G: nx.Graph, **options) -> set:
    return {node for node, level in zip(G, nxp.embed(G, **options).levels, strict=True) if level == 0}


def test_a_root_that_the_graph_states():
    G = nx.random_labeled_rooted_tree(30, seed=5)
    root = G.graph["root"]
    assert said(nxp.embed, G) == [stated(repr(root))]
    with pytest.warns(nxp.HierarchyWarning):
        assert roots_of(G) == {root}
    other = (root + 1) % 30
    assert roots_of(G, root=other) == {other}
    assert said(nxp.embed, G, root=other) == []
    assert (nxp.poincare_layout(G)[root] == 0).all()
    with pytest.warns(nxp.HierarchyWarning):
        emb = nxp.embed(G)
    assert said(nxp.evaluate_order, emb, G) == []  # hung up at the same node


def test_roots_of_a_forest_that_the_graph_states():
    G = nx.random_labeled_rooted_forest(40, seed=3)
    assert len(G.graph["roots"]) > 1
    with pytest.warns(nxp.HierarchyWarning, match=r"starts at \d+ and \d+ more, as the graph attribute 'root' says"):
        assert roots_of(G) == G.graph["roots"]
    two_trees = nx.Graph([(0, 1), (1, 2), (3, 4), (4, 5)], roots=[0, 2, 5])
    assert said(nxp.embed, two_trees) == [stated("5"), f"{GUESSED} 1, {OTHER_ROOT}"]  # 0 and 2 are in one tree


def test_a_root_that_a_file_states_as_text(tmp_path):
    G = nx.random_labeled_rooted_tree(30, seed=5)
    nx.write_graphml(G, tmp_path / "tree.graphml")
    read = nxp.read_graph(tmp_path / "tree.graphml")
    assert said(nxp.embed, read) == [stated(repr(str(G.graph["root"])))]


@pytest.mark.parametrize("wrong", [None, True, "nowhere", ["a"], {"a": 1}, float("nan")])
def test_a_graph_attribute_that_is_no_node(wrong):
    for name in ("root", "roots"):
        G = nx.path_graph(5)
        G.graph[name] = wrong
        assert said(nxp.embed, G) == [f"{GUESSED} 2, {OTHER_ROOT}"]
    directed = nx.DiGraph([("b", "a")], root="a")
    assert said(nxp.embed, directed) == []


def test_relations_that_are_given_both_ways():
    G = nx.DiGraph([("a", "b"), ("b", "a"), ("b", "c"), ("c", "b"), ("c", "d")])
    (told,) = said(nxp.embed, G)
    assert told.startswith("3 of 4 nodes are on cycles, such as 'a' -> 'b' -> 'a': they share a level")
    assert told.endswith("edges lead both ways between 2 pairs: of a relation and its inverse, keep one")
    (told,) = said(nxp.Hierarchy.from_file, io.StringIO("x,y\ny,z\nz,x\n"), format="csv")
    assert re.match("3 of 3 nodes are on cycles, .* and none of them is above another$", told)
    assert said(nxp.embed, nx.DiGraph([("a", "a"), ("a", "b")])) == []


def test_what_cannot_be_measured():
    G = nx.empty_graph(3, create_using=nx.DiGraph)
    emb = nxp.embed(G)
    for evaluate in (nxp.evaluate_reconstruction, nxp.evaluate_order):
        assert said(evaluate, emb, G) == ["no node has an ancestor: there is nothing to measure, and scores are nan"]
    (told,) = said(nxp.evaluate_distortion, emb, G)
    assert "no two nodes are joined by a path" in told


def test_weights_that_no_edge_has():
    G = nx.DiGraph()
    G.add_edge("a", "b", weight=2.0, kind="x")
    with pytest.raises(ValueError, match="no edge has the attribute weight='wieght'; they have 'weight', 'kind'"):
        nxp.embed(G, training=nxp.Training(1, weight="wieght"))
    with pytest.raises(ValueError, match="no edge has the attribute weight='w'; they have no attributes"):
        nxp.embed([("a", "b")], training=nxp.Training(1, weight="w"))
    nxp.embed(nx.empty_graph(2, create_using=nx.DiGraph), training=nxp.Training(1, weight="w"))
