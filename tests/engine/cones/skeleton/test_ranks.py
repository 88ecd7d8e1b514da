"""Scores of the rows of a skeleton by brute force, and the sample of caps that are near."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skeleton_rows import (
    MOST_NEAR,
    Pass,
    graph,
    keys_of,
    points,
    relations,
    skeleton_of,
)

from nx_poincare.engine.cones.skeleton.ranks import thin_out


def brute_force_scores(G, skeleton, directions, radii):
    """Excess ranks and average precision per row, node by node of the whole graph.

    What a node has above it in its pure tree ranks first; other nodes of pure trees stand in nobody's way.
    """
    above, others = relations(skeleton)
    keys = keys_of(directions, radii)
    caps = skeleton.caps.tolist()
    row_of = {node: i for i, node in enumerate(caps)}
    forest = nx.DiGraph()
    forest.add_nodes_from(range(skeleton.forest.n))
    forest.add_edges_from((int(p), v) for v in range(skeleton.forest.n) for p in skeleton.forest.parents_of(v))
    for i in range(len(skeleton.weights)):
        row_of |= dict.fromkeys(nx.descendants(forest, len(G) + i), len(caps) + i)
    excess, precision = np.zeros(skeleton.dag.n), np.zeros(skeleton.dag.n)
    for node in G:
        u = row_of[node]
        ancestors = nx.ancestors(G, node)
        inside = len(ancestors - set(caps))
        assert len(ancestors) - inside == above[u].sum()
        intruders = [int(np.sum(keys[u][others[u]] <= key)) for key in np.sort(keys[u][above[u]])]
        ranks = [0] * inside + intruders
        excess[u] += sum(ranks)
        precision[u] += np.mean([j / (j + before) for j, before in enumerate(ranks, 1)]) if ranks else 1.0
    return excess, precision


@settings(max_examples=40)
@given(st.integers(10, 80), st.sampled_from([0.05, 0.3, 1.0]), st.sampled_from([2, 5]), st.integers(0, 2**32))
def test_scores_are_those_of_brute_force(n, second, dim, seed):
    G = graph(n, second, seed)
    skeleton = skeleton_of(G)
    if len(skeleton.caps) > 0:
        assert_scores_are_those_of_brute_force(G, skeleton, dim, seed)


@pytest.mark.parametrize("seed", range(3))
def test_scores_of_rows_with_many_ancestors(seed):
    rng = np.random.default_rng(seed)
    G = nx.DiGraph((v - 1 - int(rng.integers(min(v, 4))), v) for v in range(1, 120) for _ in range(2))
    skeleton = skeleton_of(G)
    assert np.diff(skeleton.dag.ancestors_of(np.arange(skeleton.dag.n))[0]).max() > 80
    assert_scores_are_those_of_brute_force(G, skeleton, 3, seed)


def assert_scores_are_those_of_brute_force(G, skeleton, dim, seed):
    directions, radii = points(skeleton, dim, seed)
    found = Pass(skeleton, directions, radii)
    excess, precision = brute_force_scores(G, skeleton, directions, radii)
    has_ancestors = np.diff(skeleton.dag.parent_starts) > 0
    np.testing.assert_allclose(found.excess[has_ancestors], excess[has_ancestors], rtol=1e-12)
    np.testing.assert_allclose(found.precision[has_ancestors], precision[has_ancestors], rtol=1e-12)
    assert np.all(found.excess[~has_ancestors] == -7)
    assert np.all(found.precision[~has_ancestors] == -7)


def test_a_tie_counts_against_the_ancestor():
    """Two caps at one place, of which one is the parent: the other is as near, and not farther."""
    G = nx.DiGraph([(0, 1), (0, 2), (0, 3), (1, 4), (3, 4), (2, 5), (3, 5)])
    skeleton = skeleton_of(G)
    assert skeleton.caps.tolist() == [0, 1, 2, 3]
    directions = np.eye(3)[[0, 0, 0, 0, 0, 0]].astype(float)
    found = Pass(skeleton, directions, np.array([0.0, 1.0, 1.0, 1.0]))
    # Below 1 and 3 lies 2 on the same place; the root is farther than all three.
    assert found.excess[4:].tolist() == [3, 3]
    assert found.precision[4:] == pytest.approx([(1 / 2 + 2 / 3 + 3 / 4) / 3] * 2)
    # At radius 0, 2 ties with the farthest ancestor of its sibling's child, the root.
    found = Pass(skeleton, directions, np.array([0.0, 1.0, 0.0, 1.0]))
    tied = skeleton.dag.n - 2 + int(2 in skeleton.dag.parents_of(4))
    assert found.excess[tied] == 1
    assert found.precision[tied] == pytest.approx((1 + 1 + 3 / 4) / 3)


@pytest.mark.parametrize("found", [100, 2 * MOST_NEAR])
def test_few_caps_are_all_kept(found):
    near = np.arange(found)
    assert thin_out(near, np.zeros(found, np.int64), found, 1, np.uint64(3)) == (found, found, 1)
    assert np.array_equal(near, np.arange(found))


@settings(max_examples=20)
@given(st.integers(2 * MOST_NEAR + 1, 6000), st.integers(1, 8), st.sampled_from([0.3, 1.0, 3.0]), st.integers(0, 2**32))
def test_every_cap_of_the_sample_counts_once_in_the_mean(found, size, skew, first_seed):
    rng = np.random.default_rng(first_seed)
    places = (rng.random(found) ** skew * size).astype(np.int64)
    names = rng.permutation(found)
    passes = 2000
    total = np.zeros(found)
    for seed in range(passes):
        near = names.copy()
        exact, kept, stride = thin_out(near, places, found, size, np.uint64(first_seed + seed))
        assert exact <= MOST_NEAR
        assert kept <= 2 * MOST_NEAR + 1
        assert len(set(near[:kept])) == kept
        total[near[:exact]] += 1
        total[near[exact:kept]] += stride
    # Whole windows of the nearest ancestors are kept, as far as they fit.
    widths = np.cumsum(np.bincount(places, minlength=size))
    whole = np.flatnonzero(places < np.sum(widths <= MOST_NEAR))
    assert exact == len(whole)
    assert np.all(total[names[whole]] == passes)
    # The others: one of `stride`, each as likely.
    error = 6 * np.sqrt((stride - 1) / passes)
    np.testing.assert_allclose(total / passes, 1, atol=error)
