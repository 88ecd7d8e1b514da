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
