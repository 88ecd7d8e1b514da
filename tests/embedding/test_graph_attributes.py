"""Positions and levels that nodes have from elsewhere stay, and the graph can be written by networkx."""

from __future__ import annotations

import io
import json
import warnings
from typing import Any

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp


def own_graph() -> nx.DiGraph:
    G = nx.DiGraph([("a", "b"), ("a", "c")])
    for number, attributes in enumerate(G.nodes.values()):
        attributes.update(pos=(10.0 * number, 3.0), level=f"L{number}")
    return G


def test_those_of_the_user_stay_and_are_named():
    G = own_graph()
    with pytest.warns(nxp.HierarchyWarning, match="nodes have 'pos' and 'level' of their own, .*flatten_attributes"):
        emb = nxp.embed(G)
    assert G.nodes["b"]["pos"] == (10.0, 3.0)
    assert G.nodes["b"]["level"] == "L1"
    assert np.array_equal(G.nodes["b"]["poincare"], emb["b"])
    assert emb.level("b") == 1


def test_other_names_and_replacement_on_demand():
    G = own_graph()
    emb = nxp.embed(G, store_pos_as="place", level_as="depth")
    assert (G.nodes["b"]["depth"], G.nodes["b"]["level"]) == (1, "L1")
    emb.write_to(G)
    assert G.nodes["b"]["level"] == 1
    assert G.nodes["b"]["pos"].shape == (2,)


@pytest.mark.parametrize("own", [{"level": 7}, {"pos": (0, 0)}, {"pos": np.zeros(2)}, {"level": None}])
def test_on_a_single_node_too(own: dict[str, Any]):
    G = nx.path_graph(4, create_using=nx.DiGraph)
    G.nodes[2].update(own)
    (name,) = own
    with pytest.warns(nxp.HierarchyWarning, match=f"nodes have '{name}' of their own"):
        nxp.embed(G)
    assert G.nodes[2][name] is own[name]
    assert all(name not in G.nodes[node] for node in (0, 1, 3))


def test_what_an_embedding_wrote_is_replaced(tmp_path):
    G = nx.path_graph(4, create_using=nx.DiGraph)
    nxp.embed(G)
    G.add_edge(-1, 0)
    nxp.embed(G)
    assert [G.nodes[node]["level"] for node in (-1, 0, 3)] == [0, 1, 4]
    nxp.export_graph(G, tmp_path / "g.graphml")
    again = nxp.read_graph(tmp_path / "g.graphml")
    again.remove_node("-1")
    nxp.embed(again)
    assert again.nodes["0"]["level"] == 0
    same = nx.path_graph(3, create_using=nx.DiGraph)
    nx.set_node_attributes(same, {node: node for node in same}, "level")
    nxp.embed(same)  # they say the same


def test_levels_that_grow_are_replaced_and_that_is_said():
    G = nxp.wordnet_graph("mammal.n.01", source="bundled").subgraph(["dog.n.01", "puppy.n.01", "corgi.n.01"]).copy()
    lowest = min(level for _, level in G.nodes(data="level"))
    assert lowest > 0
    with pytest.warns(nxp.HierarchyWarning, match=f"levels of nodes are replaced, {lowest} to "):
        nxp.embed(G)
    assert G.nodes["dog.n.01"]["level"] == 0


@pytest.mark.parametrize("write", [nx.write_graphml, nx.write_gexf, nx.write_gml, nx.write_pajek, "json"])
def test_the_writers_of_networkx_take_the_flat_graph(write: Any):
    G = own_graph()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        nxp.embed(G)
        G.nodes["a"].update(tags={"x"}, array=np.arange(3), when=None)
        flat = nxp.flatten_attributes(G)
        if write == "json":
            assert json.loads(json.dumps(nx.node_link_data(flat, edges="edges")))["nodes"][1]["level"] == "L1"
        else:
            stream = io.BytesIO()
            write(flat, stream)
            assert b"L1" in stream.getvalue()


@pytest.fixture(scope="module")
def second_parents() -> nx.DiGraph:
    rng = np.random.default_rng(0)
    G = nx.DiGraph((int(rng.integers(child)), child) for child in range(1, 100) for _ in range(2))
    emb = nxp.embed(G, 5, seed=0)
    assert emb.quality is not None
    assert emb.quality.plain_f1 < 0.9 < emb.quality.f1
    return G


@pytest.mark.parametrize("turned", [False, True])
def test_points_whose_horizons_are_lost_say_so_when_they_are_asked(second_parents: nx.DiGraph, turned: bool):
    again = nxp.Embedding.from_graph(second_parents.reverse() if turned else second_parents.copy())
    with pytest.warns(nxp.QualityWarning, match=r"of the \d+ edges of the graph .* fit_horizons\(G\)"):
        again.ancestors(50)
    again.ancestors(51)  # is said once
    fitted = again.fit_horizons(second_parents)
    assert set(fitted.ancestors(50)) == nx.ancestors(second_parents, 50)


def test_nothing_is_said_where_horizons_are_there_or_not_needed(second_parents: nx.DiGraph):
    G = second_parents.copy()
    nxp.Embedding.from_graph(G).fit_horizons(G).write_to(G, horizon_as="horizon_excess")
    assert set(nxp.Embedding.from_graph(G).ancestors(50)) == nx.ancestors(G, 50)
    tree = nx.MultiDiGraph(nx.balanced_tree(2, 4, create_using=nx.DiGraph))
    nxp.embed(tree)
    assert nxp.Embedding.from_graph(tree).ancestors(9) == [0, 1, 4]
    ring = nx.cycle_graph(8)
    nxp.embed(ring)  # of an undirected graph not all edges are in the hierarchy
    nxp.Embedding.from_graph(ring).ancestors(3)


@pytest.mark.parametrize("polar_as", [None, "polar"])
def test_a_node_that_was_added_since_is_named_with_what_helps(polar_as: str | None):
    G = nx.DiGraph([("a", "b"), ("a", "c")])
    emb = nxp.embed(G)
    emb.write_to(G, polar_as=polar_as)
    G.add_edge("c", "d")
    with pytest.raises(nx.NetworkXError, match=r"node 'd' has no attribute .* of the others as init"):
        nxp.Embedding.from_graph(G)
    grown = nxp.embed(G, init=nx.get_node_attributes(G, "poincare"))
    assert grown.ancestors("d") == ["a", "c"]
    assert np.array_equal(grown["b"], emb["b"])
