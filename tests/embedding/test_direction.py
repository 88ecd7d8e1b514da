"""An embedding knows its edges, and notices a graph that is read the other way."""

from __future__ import annotations

import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp

UPWARD = "child_to_parent"


@pytest.fixture(scope="module")
def upward() -> tuple[nx.DiGraph, nxp.Embedding]:
    """Mammals with edges from child to parent, embedded so."""
    G = nxp.wordnet_graph("carnivore.n.01", source="bundled").reverse()
    return G, nxp.embed(G, direction=UPWARD)


@pytest.mark.parametrize(
    "evaluate", [nxp.evaluate_reconstruction, nxp.evaluate_order, nxp.evaluate_distortion, nxp.Embedding.fit_horizons]
)
def test_scores_follow_the_embedding(upward, evaluate):
    G, emb = upward
    right = evaluate(emb, G, direction=UPWARD)
    with pytest.warns(nxp.HierarchyWarning, match=r"has its edges the other way, .* pass direction='child_to_parent'"):
        assert evaluate(emb, G) == right
    with pytest.warns(nxp.HierarchyWarning, match="read as it has them$"):
        assert evaluate(emb, nxp.Hierarchy.from_digraph(G)) == right
    with pytest.warns(nxp.HierarchyWarning, match="pass direction='parent_to_child'"):
        evaluate(emb, G.reverse(), direction=UPWARD)


def test_other_graphs_are_read_as_they_are(upward):
    G, emb = upward
    closure = nx.transitive_closure_dag(G.reverse())  # holds the edges among others
    nxp.evaluate_reconstruction(emb, closure)
    nxp.evaluate_reconstruction(dict(emb), G)  # knows no edges
    ring = nx.DiGraph([(0, 1), (1, 0), (1, 2)])
    nxp.evaluate_order(nxp.embed(ring), ring)


def test_another_root_is_named():
    G = nx.path_graph(6)
    emb = nxp.embed(G, root=0)
    nxp.evaluate_reconstruction(emb, G, root=0)
    with pytest.warns(nxp.HierarchyWarning, match="2 edges lead the other way .* pass the root that embed was given"):
        nxp.evaluate_reconstruction(emb, G)


@pytest.mark.parametrize("stored", [{}, {"store_as": None}, {"level_as": None}])
def test_pictures_follow_the_embedding(upward, tmp_path, stored):
    G = upward[0].copy()
    for attributes in G.nodes.values():
        attributes.clear()
    emb = nxp.embed(G, direction=UPWARD, **stored)
    with pytest.warns(nxp.HierarchyWarning, match="was embedded with direction='child_to_parent': it is shown so"):
        nxp.write_html(G, tmp_path / "followed.html")
    nxp.write_html(G, tmp_path / "right.html", direction=UPWARD)
    assert (tmp_path / "followed.html").read_bytes() == (tmp_path / "right.html").read_bytes()
    for options in ({}, {"pos": emb}):
        with pytest.warns(nxp.HierarchyWarning, match=r"(embedded|edges|read) .*direction='child_to_parent'"):
            followed = nxp.draw_poincare(G, labels=0, **options)
        right = nxp.draw_poincare(G, labels=0, direction=UPWARD, **options, ax=plt.figure().add_subplot())
        for ours, expected in zip(followed.collections, right.collections, strict=True):
            assert np.array_equal(ours.get_offsets(), expected.get_offsets())
            assert np.array_equal(ours.get_facecolors(), expected.get_facecolors())
        plt.close("all")


def test_pictures_of_graphs_with_attributes_of_others(tmp_path):
    G = nx.DiGraph([("a", "b"), ("b", "c")])
    nx.set_node_attributes(G, {"a": 3, "b": 2, "c": 1}, "level")  # counted from below
    nxp.write_html(G, tmp_path / "page.html")
    plt.close(nxp.draw_poincare(G).figure)


def test_the_better_direction_is_named(upward):
    G, _ = upward
    with pytest.warns() as said:
        nxp.embed(G, store_as=None, store_pos_as=None, level_as=None)
    assert "read with direction='child_to_parent' nearly every node would have one parent" in str(said[0].message)
    assert said[0].filename == __file__
    with pytest.warns() as said:
        nxp.embed(nxp.Hierarchy.from_digraph(G))
    assert "read in the other direction nearly every node" in str(said[0].message)
    nxp.embed(nx.DiGraph([("a", "c"), ("b", "c")]))  # two roots, nothing strange
    nxp.embed(nx.DiGraph([("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]), 5, seed=0)
