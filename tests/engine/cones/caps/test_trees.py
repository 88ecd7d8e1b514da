"""Trees in several dimensions: none is worse than fewer, by ranks and by order."""

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nx_poincare as nxp


def graph_of(parents):
    """Node i + 1 below parents[i], or a root where that is negative."""
    G = nx.DiGraph()
    G.add_nodes_from(range(len(parents) + 1))
    G.add_edges_from((int(v), i + 1) for i, v in enumerate(parents) if v >= 0)
    return G


def scores(G, dim, max_radius):
    """Greater is better; ranks, then the order by horizons and by the plain rule."""
    emb = nxp.embed(G, dim, max_radius=max_radius, progress=False)
    ranks = nxp.evaluate_reconstruction(emb, G, progress=False)
    order = nxp.evaluate_order(emb, G, progress=False)
    return np.array([-ranks.mean_rank, ranks.map_score, order.f1, order.plain_f1])


@st.composite
def forests(draw):
    """Bushy or deep, from which some edges may be cut."""
    n = draw(st.integers(3, 60))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    parents = (rng.random(n - 1) ** draw(st.sampled_from([0.2, 0.5, 1.0, 3.0])) * np.arange(1, n)).astype(np.int64)
    return np.where(rng.random(n - 1) < draw(st.sampled_from([0.0, 0.05])), -1, parents)


@pytest.mark.filterwarnings("ignore::nx_poincare.QualityWarning")  # small radii are poor on purpose
@settings(deadline=None, max_examples=20)
@given(forests(), st.sampled_from([20.0, 24.0, 36.0]))
def test_no_dimension_is_worse_than_fewer(parents, max_radius):
    G = graph_of(parents)
    found = [scores(G, dim, max_radius) for dim in (2, 3, 4, 5, 10, 12)]
    for fewer, more in pairwise(found):
        np.testing.assert_array_less(np.nan_to_num(fewer), np.nan_to_num(more) + 1e-12)


def bamboo(levels, fan):
    """A chain whose nodes have so many leaves each."""
    return np.repeat(np.arange(0, levels * (fan + 1), fan + 1), fan + 1)


def deep_families(n, seed):
    """A recursive tree that prefers nodes added lately: 20 to 30 levels."""
    return (np.random.default_rng(seed).random(n - 1) ** 0.6 * np.arange(1, n)).astype(np.int64)


@pytest.mark.parametrize("max_radius", [36.0, None])
@pytest.mark.parametrize(
    "parents",
    [
        np.arange(2**9 - 2) // 2,
        np.arange(23),
        np.zeros(500, dtype=np.int64),
        bamboo(20, 4),
        bamboo(18, 30),
        np.maximum(np.arange(44) - np.arange(44) % 2 - 1, 0),
        deep_families(800, 1),
        np.where(np.random.default_rng(0).random(400) < 0.2, -1, deep_families(401, 2)),
    ],
    ids=["binary", "chain", "star", "bamboo", "fans", "caterpillar", "families", "forest"],
)
def test_what_is_exact_in_two_dimensions_is_exact_in_more(parents, max_radius):
    G = graph_of(parents)
    exact = np.array([-1.0, 1.0, 1.0, 1.0])
    assert np.array_equal(scores(G, 2, max_radius), exact)
    for dim in (3, 5):
        assert np.array_equal(scores(G, dim, max_radius), exact)


def test_a_tree_too_deep_for_the_disk_is_exact_in_three_dimensions():
    """Its deep branches have many small ones beside them."""
    G = graph_of(bamboo(20, 100))
    assert scores(G, 2, 36.0)[1] < 1
    assert np.array_equal(scores(G, 3, 36.0), [-1.0, 1.0, 1.0, 1.0])
