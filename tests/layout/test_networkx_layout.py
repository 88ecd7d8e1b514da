"""poincare_layout, and networkx drawing with it."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp


def test_layout_scale_center_and_store(mammals):
    G = mammals.copy()
    unit = nxp.poincare_layout(G)
    moved = nxp.poincare_layout(G, scale=10, center=(3, -4), store_pos_as="place")
    assert unit["mammal.n.01"].tolist() == [0, 0]
    for v in G:
        assert moved[v] == pytest.approx(10 * unit[v] + [3, -4])
        assert np.array_equal(G.nodes[v]["place"], moved[v])
    assert max(np.hypot(*p) for p in unit.values()) < 1
    assert np.array_equal(nxp.embed(G).layout, [unit[v] for v in G])


def test_layout_in_three_dimensions(mammals):
    pos = nxp.poincare_layout(mammals, dim=3, seed=0)
    flat = nxp.poincare_layout(mammals)
    assert {p.shape for p in pos.values()} == {(3,)}
    assert [np.linalg.norm(p) for p in pos.values()] == pytest.approx([np.linalg.norm(p) for p in flat.values()])
    assert nx.get_node_attributes(mammals, "pos") == {}


@pytest.mark.parametrize(
    "options", [{"scale": 0}, {"scale": float("nan")}, {"scale": "large"}, {"center": [1, 2, 3]}, {"dim": 1}]
)
def test_wrong_layout_options(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        nxp.poincare_layout(nx.path_graph(3), **options)


def test_networkx_draws_with_it(mammals):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    G = nx.DiGraph(mammals.subgraph(list(mammals)[:30]))
    figure, ax = plt.subplots()
    nx.display(G, canvas=ax, node_pos=nxp.poincare_layout)
    pos = nxp.poincare_layout(G)
    drawn = ax.collections[0].get_offsets()
    assert np.allclose(np.sort(drawn, axis=0), np.sort(list(pos.values()), axis=0))
    ax.clear()
    nxp.embed(G)
    nx.display(G, canvas=ax)
    nx.draw_networkx(G, nx.get_node_attributes(G, "pos"), ax=ax)
    plt.close(figure)
