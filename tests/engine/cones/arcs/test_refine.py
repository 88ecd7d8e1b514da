"""Refined arcs: never worse, the theorem on trees, the budget, the same every time."""

import logging

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nx_poincare.engine.cones.arcs import measured
from nx_poincare.engine.cones.arcs import refine as module
from nx_poincare.engine.cones.arcs.costs import ArcCosts
from nx_poincare.engine.cones.arcs.keys import DiskPoints
from nx_poincare.engine.cones.arcs.moves import descent_round
from nx_poincare.engine.cones.arcs.nested_arcs import nested_arcs
from nx_poincare.engine.cones.arcs.refine import refined_arcs
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.geometry.ball import to_ball
from nx_poincare.engine.ranking.exact import mean_scores, ranked_blocks
from nx_poincare.engine.ranking.keys import candidates
from nx_poincare.utils.workers import ONE_THREAD


def recursive_dag(n, second, seed=0):
    """A random recursive tree, some of its nodes with a second parent."""
    rng = np.random.default_rng(seed)
    edges = [(int(rng.integers(v)), v) for v in range(1, n)]
    edges += [(int(rng.integers(v)), v) for v in range(1, n) if rng.random() < second]
    parents, children = np.array(edges).T
    return Dag.from_edges(parents, children, n)


def repeated_dag(size, copies, window, second, seed):
    """Copies of a random graph around a root, some nodes with parents in another copy: opposites on the circle."""
    rng = np.random.default_rng(seed)
    # Node 0 of a copy is the common root; the others are numbered copy by copy within each node.
    links = [(int(rng.integers(max(0, v - window), v)), v, 0) for v in range(1, size)]
    links += [
        (int(rng.integers(v)), v, int(rng.integers(copies))) for v in range(1, size) for _ in range(rng.poisson(second))
    ]
    edges = [
        (1 + copies * (above - 1) + (copy + shift) % copies if above else 0, 1 + copies * (v - 1) + copy)
        for above, v, shift in links
        for copy in range(copies)
    ]
    parents, children = np.array(edges).T
    return Dag.from_edges(parents, children, 1 + copies * (size - 1))


def scores(dag, arcs):
    rows = np.flatnonzero(np.diff(dag.parent_starts) > 0)
    nodes = candidates(arcs.directions, arcs.radii)
    return mean_scores(ranked_blocks(nodes, rows, dag.ancestors_of, ONE_THREAD))


def cost(dag, arcs):
    mean_rank, precision = scores(dag, arcs)
    return mean_rank - 1 + 200 * (1 - precision)


@settings(max_examples=30, deadline=None)
@given(
    st.integers(2, 150), st.sampled_from([0.02, 0.2, 1.0]), st.sampled_from([8.0, 36.0, 60.0]), st.integers(0, 2**32)
)
def test_never_worse_and_within_the_budget(n, second, max_radius, seed):
    dag = recursive_dag(n, second, seed)
    arcs = refined_arcs(dag, max_radius=max_radius)
    assert cost(dag, arcs) <= cost(dag, nested_arcs(dag, max_radius=max_radius)) + 1e-9
    assert np.isfinite(arcs.angles).all()
    assert arcs.radii.max() <= max_radius
    tree = arcs.tree.parents
    children = np.flatnonzero(tree >= 0)
    assert (arcs.radii[children] > arcs.radii[tree[children]]).all()
    assert (np.linalg.norm(to_ball(arcs.directions, arcs.radii), axis=1) < 1).all()


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 4).flatmap(lambda copies: st.tuples(st.integers(2, 1 + 59 // copies), st.just(copies))),
    st.sampled_from([1, 3, 60]),
    st.sampled_from([0.1, 0.5, 3.0]),
    st.floats(2.0, 60.0),
    st.integers(0, 2**32),
)
def test_any_graph_in_any_radius_gets_arcs_that_narrow_along_paths(shape, window, second, max_radius, seed):
    arcs = refined_arcs(repeated_dag(*shape, window, second, seed), max_radius=max_radius)
    assert np.isfinite(arcs.angles).all()
    assert ((arcs.radii >= 0) & (arcs.radii <= max_radius)).all()
    tree = arcs.tree.parents
    children = np.flatnonzero(tree >= 0)
    assert (arcs.radii[children] > arcs.radii[tree[children]]).all()


def test_arcs_opposite_a_row():
    # Four copies of 1 -> 5, 1 -> 9 around the root, joined to a ring: a node is tried exactly opposite another.
    edges = [(0, 1), (0, 2), (0, 3), (0, 4), (1, 5), (1, 9), (1, 12), (2, 6), (2, 9), (2, 10), (3, 7), (3, 10), (3, 11)]
    edges += [(4, 8), (4, 11), (4, 12), (5, 10), (6, 11), (7, 12), (8, 9)]
    dag = Dag.from_edges(*np.array(edges).T, 13)
    assert np.isfinite(refined_arcs(dag, max_radius=20).angles).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 80), st.integers(0, 2**32))
def test_trees_are_exact(n, seed):
    dag = recursive_dag(n, 0.0, seed)
    assert scores(dag, refined_arcs(dag, max_radius=36)) == (1.0, 1.0)


def test_second_parents_cost_much_less_than_in_nested_arcs():
    dag = recursive_dag(2000, 0.03)
    before, after = scores(dag, nested_arcs(dag, max_radius=36)), scores(dag, refined_arcs(dag, max_radius=36))
    assert after[0] - 1 < 0.7 * (before[0] - 1)


def test_the_same_every_time():
    dag = recursive_dag(500, 0.1)
    first, second = (refined_arcs(dag, max_radius=36) for _ in range(2))
    assert first.angles.tobytes() == second.angles.tobytes()
    assert first.radii.tobytes() == second.radii.tobytes()


def test_the_work_is_bounded(monkeypatch):
    dag = recursive_dag(500, 0.1)
    monkeypatch.setattr(module, "_MOST_THRESHOLDS", 1)
    assert cost(dag, refined_arcs(dag, max_radius=36)) <= cost(dag, nested_arcs(dag, max_radius=36))


@pytest.mark.parametrize("bound", ["_MOST_PAIRS", "_MOST_COMPARISONS"])
def test_a_sample_chooses_the_style_where_not_all_can_be_measured(monkeypatch, caplog, bound):
    dag = recursive_dag(20_000, 0.03)
    both = [nested_arcs(dag, max_radius=36, style=style) for style in (None, module._SHARING)]
    assert cost(dag, both[1]) < 0.7 * cost(dag, both[0])
    monkeypatch.setattr(measured, bound, 100_000)
    for pairs, rows in ((measured._SAMPLED_PAIRS, 500), (300 * dag.n, 200)):
        monkeypatch.setattr(measured, "_SAMPLED_PAIRS", pairs)
        assert rows <= len(measured.evenly_spaced_rows(dag, 1.0)) <= measured._SAMPLED_ROWS
        with caplog.at_level(logging.INFO, logger="nx_poincare"):
            assert np.array_equal(refined_arcs(dag, max_radius=36, search=False).angles, both[1].angles)
        assert "a sample decides" in caplog.text
    monkeypatch.setattr(module, "cost_of_sample", lambda dag, rows, arcs: float(arcs.slots.sum()))
    least = min(both, key=lambda arcs: arcs.slots.sum())
    assert np.array_equal(refined_arcs(dag, max_radius=36, search=False).angles, least.angles)


@pytest.mark.parametrize("n", [0, 1, 100_000])
def test_roots_alone(n):
    empty = np.zeros(0, dtype=int)
    assert refined_arcs(Dag.from_edges(empty, empty, n), max_radius=36).radii.shape == (n,)


def test_a_deep_graph_is_left_as_laid_out():
    n = 100_000
    chain = np.column_stack([np.arange(n - 1), np.arange(1, n)])
    skips = chain[:-1] + np.array([0, 1])
    arcs = refined_arcs(Dag.from_edges(*np.vstack([chain, skips]).T, n), max_radius=36)
    assert np.isfinite(arcs.angles).all()


def test_counts_kept_up_in_the_descent_lead_to_the_cost_it_claims(caplog):
    dag = recursive_dag(1500, 0.05)
    arcs = nested_arcs(dag, max_radius=36)
    costs = ArcCosts(dag, arcs.tree)
    start = measured.cost_of_all(costs, arcs)
    with caplog.at_level(logging.DEBUG, logger="nx_poincare"):
        moved, _ = descent_round(arcs, costs, 36, 200 * len(costs.rows.keys) / (dag.n - 1), 10**9)
    claimed = next(record.args[1] for record in caplog.records if "arcs moved" in record.msg)
    costs.measure(DiskPoints.of(moved.angles, moved.radii))
    gained = start - measured.cost_of_all(costs, moved)
    assert gained == pytest.approx(claimed, rel=0.1)
