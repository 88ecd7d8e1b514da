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
