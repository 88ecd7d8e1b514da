"""What a NetworkX user tries first: drawing functions, views, frozen graphs, stored positions."""

from __future__ import annotations

import matplotlib as mpl
import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp


@pytest.fixture(autouse=True)
def no_window():
    with mpl.rc_context({"backend": "Agg"}):
        yield
        plt.close("all")


def drawn_at(ax: plt.Axes) -> np.ndarray:
    """Where the nodes of a picture stand, sorted."""
    offsets = [np.asarray(c.get_offsets()) for c in ax.collections if len(c.get_offsets()) > 1]
    return np.array(sorted(max(offsets, key=len).tolist()))


@pytest.fixture
def dogs(mammals: nx.DiGraph) -> nx.DiGraph:
    return nx.DiGraph(mammals.subgraph([*nx.descendants(mammals, "hound.n.01"), "hound.n.01"]))


@pytest.mark.parametrize("frozen", [False, True])
def test_display_and_draw_networkx_put_nodes_at_pos(dogs: nx.DiGraph, frozen: bool) -> None:
    G = nx.freeze(dogs) if frozen else dogs
    emb = nxp.embed(G)
    wanted = np.array(sorted(emb.layout.tolist()))
    nx.draw_networkx(G, nx.get_node_attributes(G, "pos"), ax=plt.figure().add_subplot(), with_labels=False)
    assert drawn_at(plt.gca()) == pytest.approx(wanted)
    nx.display(G, canvas=plt.figure().add_subplot(), node_label=False)
    assert drawn_at(plt.gca()) == pytest.approx(wanted)


def test_display_of_a_layout_function(dogs: nx.DiGraph) -> None:
    wanted = np.array(sorted(position.tolist() for position in nxp.poincare_layout(dogs).values()))
    nx.display(dogs, canvas=plt.figure().add_subplot(), node_pos=nxp.poincare_layout, node_label=False)
    assert drawn_at(plt.gca()) == pytest.approx(wanted)
    assert "pos" not in dogs.nodes["hound.n.01"]


def test_views_pass_attributes_on_and_are_drawn(dogs: nx.DiGraph) -> None:
    whole = nxp.embed(dogs)
    view = nx.subgraph_view(dogs, filter_node=lambda v: dogs.out_degree(v) == 0)
    nx.display(view, canvas=plt.figure().add_subplot(), node_label=False)
    assert drawn_at(plt.gca()) == pytest.approx(np.array(sorted(whole.layout[whole.index[v]].tolist() for v in view)))
    part = nxp.embed(view, store_as="own", store_pos_as=None, level_as=None)
    assert set(nx.get_node_attributes(dogs, "own")) == set(part) == set(view)
    assert nxp.embed(dogs.reverse(copy=False), direction="child_to_parent") == whole
    undirected = nxp.embed(dogs.to_undirected(as_view=True), root="hound.n.01")
    assert undirected.levels.tolist() == whole.levels.tolist()


def test_store_pos_as_is_read_by_display(dogs: nx.DiGraph) -> None:
    pos = nxp.poincare_layout(dogs, scale=3, store_pos_as="place")
    nx.display(dogs, canvas=plt.figure().add_subplot(), node_pos="place", node_label=False)
    assert drawn_at(plt.gca()) == pytest.approx(np.array(sorted(position.tolist() for position in pos.values())))
