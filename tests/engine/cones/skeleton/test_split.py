"""The split into skeleton and pure trees, against networkx and brute force."""

import logging
from collections import Counter
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nx_poincare.engine.cones.skeleton.attach_points import place_points
from nx_poincare.engine.cones.skeleton.split import pure_tree_depths, split
from nx_poincare.engine.cones.skeleton.start import start_skeleton
from nx_poincare.engine.dag import transitive_reduction, walks
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.transitive_reduction import without_redundant_parents


@st.composite
def graphs(draw):
    n = draw(st.integers(1, 25))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    parents, children = np.nonzero(np.triu(rng.random((n, n)) < draw(st.floats(0.0, 0.4)), 1))
    names = rng.permutation(n)
    return names[parents], names[children], n


def edges_of(dag):
    children = np.repeat(np.arange(dag.n), np.diff(dag.parent_starts))
    return set(zip(dag.parent_list.tolist(), children.tolist(), strict=True))


@settings(deadline=None)
@given(graphs())
def test_redundant_parents_are_those_of_the_transitive_reduction(graph):
    parents, children, n = graph
    oracle = nx.DiGraph(zip(parents.tolist(), children.tolist(), strict=True))
    oracle.add_nodes_from(range(n))
    reduced = without_redundant_parents(Dag.from_edges(parents, children, n))
    assert edges_of(reduced) == set(nx.transitive_reduction(oracle).edges)


def test_bounded_work_leaves_the_rest_and_says_so(caplog):
    parents, children = np.triu_indices(60, 1)
    dag = Dag.from_edges(parents, children, 60)
    with caplog.at_level(logging.WARNING):
        partly = without_redundant_parents(dag, max_steps=10)
    assert "10 steps" in caplog.text
    full = without_redundant_parents(dag)
    assert edges_of(full) < edges_of(partly) < edges_of(dag)
    assert np.array_equal(full.levels, dag.levels)


def test_redundant_parents_are_found_in_parts_between_which_signals_get_through(monkeypatch):
    rng = np.random.default_rng(0)
    parents, children = np.nonzero(np.triu(rng.random((120, 120)) < 0.1, 1))
    dag, calls, kernel = Dag.from_edges(parents, children, 120), [], transitive_reduction._mark_redundant_parents
    whole = without_redundant_parents(dag)
    assert edges_of(whole) < edges_of(dag)
    monkeypatch.setattr(
        transitive_reduction, "_mark_redundant_parents", lambda *arguments: calls.append(1) or kernel(*arguments)
    )
    monkeypatch.setattr(walks, "STEPS_AT_ONCE", 100)
    assert edges_of(without_redundant_parents(dag)) == edges_of(whole)
    assert len(calls) > 10


@settings(deadline=None)
@given(graphs())
def test_split(graph):
    dag = Dag.from_edges(*graph)
    skeleton = split(dag)
    oracle = nx.DiGraph()
    oracle.add_nodes_from(range(dag.n))
    oracle.add_edges_from(edges_of(skeleton.reduced))
    several = [v for v in oracle if oracle.in_degree(v) > 1]
    caps = sorted(set().union(*(nx.ancestors(oracle, v) for v in several)))
    assert skeleton.caps.tolist() == caps

    # Every node is a cap or below exactly one attach point, in the order of the whole graph.
    forest = nx.DiGraph()
    forest.add_nodes_from(range(skeleton.forest.n))
    forest.add_edges_from(edges_of(skeleton.forest))
    points = range(dag.n, skeleton.forest.n)
    below = [nx.descendants(forest, point) for point in points]
    assert sorted([*caps, *(v for tree in below for v in tree)]) == list(range(dag.n))
    assert skeleton.weights.tolist() == [len(tree) for tree in below]
    sets = set()
    for i, tree in enumerate(below):
        first = skeleton.dag.parent_starts[len(caps) + i]
        end = skeleton.dag.parent_starts[len(caps) + i + 1]
        parents = skeleton.caps[skeleton.dag.parent_list[first:end]].tolist()
        sets.add(tuple(parents))
        for root in forest.successors(dag.n + i):
            assert sorted(oracle.predecessors(root)) == parents
        for v in tree:
            above = nx.ancestors(forest, v) - set(points)
            above |= set(parents).union(*(nx.ancestors(oracle, p) for p in parents))
            assert above == nx.ancestors(oracle, v)
    assert len(sets) == len(below)
    among = {(a, b) for a, b in edges_of(skeleton.dag) if b < len(caps)}
    expected = {(a, b) for a, b in oracle.edges if b in caps}
    assert {(caps[a], caps[b]) for a, b in among} == expected


def test_a_tree_has_no_caps():
    skeleton = split(Dag.from_edges(np.array([0, 0, 1]), np.array([1, 2, 3]), 4))
    assert len(skeleton.caps) == 0
    assert skeleton.weights.tolist() == [4]


def test_empty_graph():
    skeleton = split(Dag.from_edges(np.zeros(0, np.int64), np.zeros(0, np.int64), 0))
    assert len(skeleton.caps) == len(skeleton.weights) == skeleton.forest.n == 0


@settings(deadline=None)
@given(graphs())
def test_tails_count_ancestors_within_pure_trees(graph):
    dag = Dag.from_edges(*graph)
    skeleton = split(dag)
    caps, points = len(skeleton.caps), len(skeleton.weights)
    forest = nx.DiGraph()
    forest.add_nodes_from(range(skeleton.forest.n))
    forest.add_edges_from(edges_of(skeleton.forest))
    expected = [{0: 1} for _ in range(caps)]
    for point in range(dag.n, dag.n + points):
        below = nx.descendants(forest, point)
        expected.append(Counter(len(nx.ancestors(forest, v) - {point}) for v in below))
    starts, lengths, counts = pure_tree_depths(skeleton)
    assert starts[0] == 0
    assert starts[-1] == len(lengths) == len(counts)
    assert counts.dtype == np.float64
    for row, (first, end) in enumerate(pairwise(starts)):
        assert len(set(lengths[first:end])) == end - first  # each length once
        assert dict(zip(lengths[first:end].tolist(), counts[first:end].tolist(), strict=True)) == expected[row]
    assert counts.sum() == dag.n


def test_tails_of_a_chain_below_two_parents():
    edges = np.array([[0, 1], [0, 2], [1, 3], [2, 3], [3, 4], [4, 5], [4, 6], [1, 7]])
    starts, lengths, counts = pure_tree_depths(split(Dag.from_edges(edges[:, 0], edges[:, 1], 8)))
    rows = [dict(zip(lengths[first:end], counts[first:end], strict=True)) for first, end in pairwise(starts)]
    assert rows[:3] == [{0: 1}] * 3
    assert {0: 1} in rows[3:]
    assert {0: 1, 1: 1, 2: 2} in rows[3:]


@settings(deadline=None)
@given(graphs(), st.sampled_from([3, 10]))
def test_placed_skeletons(graph, dim):
    skeleton = split(Dag.from_edges(*graph))
    caps = len(skeleton.caps)
    if caps == 0:
        return
    rng = np.random.default_rng(0)
    directions, radii = start_skeleton(skeleton, dim, 36.0, rng)
    assert directions.shape == (skeleton.dag.n, dim)
    np.testing.assert_allclose(np.linalg.norm(directions, axis=1), 1)
    assert np.all((radii >= 0) & (radii <= 18))
    for parent, child in edges_of(skeleton.dag):
        if child < caps:
            assert radii[parent] < radii[child]
    if len(skeleton.dag.roots) == 1:
        assert radii[skeleton.dag.roots[0]] == 0
    points = place_points(skeleton, directions, radii, rng)
    np.testing.assert_allclose(np.linalg.norm(points.directions, axis=1), 1)
    assert np.all((points.thresholds > 0) & (points.clearances > 0))
    assert np.isfinite(points.thresholds).all()


@pytest.mark.parametrize(
    ("module", "limit", "message"),
    [
        ("start", "_MOST_PAIRS", "radii follow levels"),
        ("attach_points", "_LARGEST_LOOK", "without comparison"),
    ],
)
def test_work_is_bounded(monkeypatch, caplog, module, limit, message):
    rng = np.random.default_rng(0)
    children = np.repeat(np.arange(1, 300), 2)
    skeleton = split(Dag.from_edges((rng.random(len(children)) * children).astype(np.int64), children, 300))
    monkeypatch.setattr(f"nx_poincare.engine.cones.skeleton.{module}.{limit}", 10)
    with caplog.at_level(logging.INFO):
        directions, radii = start_skeleton(skeleton, 5, 36.0, rng)
        points = place_points(skeleton, directions, radii, rng)
    assert [record.getMessage() for record in caplog.records if message in record.getMessage()]
    assert len(caplog.records) == 1
    assert all(np.isfinite(part).all() for part in (directions, radii, *points))
    for parent, child in edges_of(skeleton.dag):
        if child < len(radii):
            assert radii[parent] < radii[child]
