"""Nested caps: the theorem on trees by brute force, hard graphs, and what holds beyond trees."""

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from nx_poincare.engine.cones.arcs.nested_arcs import nested_arcs
from nx_poincare.engine.cones.arcs.refine import refined_arcs
from nx_poincare.engine.cones.caps import nested_caps as module
from nx_poincare.engine.cones.caps.nested_caps import nested_caps
from nx_poincare.engine.cones.comparison import PlacementScores
from nx_poincare.engine.cones.skeleton.refine import Refinement
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.geometry.ball import distance
from nx_poincare.engine.ranking.scores import combined_cost

NONE = np.zeros(0, dtype=np.int64)


def embed(dag, dim, max_radius=36.0, seed=0):
    directions, radii = nested_caps(
        dag, dim, max_radius=max_radius, rng=np.random.default_rng(seed), refinement=Refinement()
    )
    assert directions.shape == (dag.n, dim)
    assert np.isfinite(directions).all()
    np.testing.assert_allclose(np.linalg.norm(directions, axis=1), 1, rtol=1e-12)
    assert np.all((radii >= 0) & (radii <= max_radius))
    children = np.repeat(np.arange(dag.n), np.diff(dag.parent_starts))
    assert np.all(radii[dag.parent_list] < radii[children])
    if len(dag.roots) == 1:
        assert radii[dag.roots[0]] == 0
    return directions, radii


def closure(dag):
    return dag.closure(10**7).toarray()


def wrong_rows(dag, directions, radii):
    """Nodes for which 'nearer than the origin' and 'ancestor' differ; a single root, at the origin, ties."""
    related = closure(dag)
    wrong = []
    for u in range(dag.n):
        nearer = distance(directions[u], radii[u], directions, radii) < radii[u]
        expected = related[u].copy()
        nearer[u] = False
        if len(dag.roots) == 1:
            nearer[dag.roots[0]] = expected[dag.roots[0]] = False
        if np.any(nearer != expected):
            wrong.append(u)
    return wrong


def tree(parents):
    return Dag.from_edges(np.asarray(parents, dtype=np.int64), np.arange(1, len(parents) + 1), len(parents) + 1)


@st.composite
def forests(draw):
    """Random recursive trees, bushy or deep, with shuffled names, from which some edges are cut."""
    n = draw(st.integers(1, 60))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    children = np.arange(1, n)
    parents = (rng.random(n - 1) ** draw(st.sampled_from([0.5, 1.0, 3.0])) * children).astype(np.int64)
    kept = rng.random(n - 1) < draw(st.sampled_from([1.0, 0.9, 0.3]))
    names = rng.permutation(n)
    return Dag.from_edges(names[parents[kept]], names[children[kept]], n)


@settings(deadline=None, max_examples=150)
@given(forests(), st.sampled_from([3, 4, 5, 10]))
def test_ancestors_and_only_they_are_nearer_than_the_origin(dag, dim):
    assume(dag.levels.max() <= 14)  # deeper ones may not fit into radius 36
    assert wrong_rows(dag, *embed(dag, dim)) == []


@pytest.mark.parametrize("dim", [3, 5, 10, 100])
@pytest.mark.parametrize(
    "parents",
    [
        [0] * 400,
        (np.arange(500)) // 2,
        np.arange(20),
        np.maximum(np.arange(40) - np.arange(40) % 2 - 1, 0),
        (np.random.default_rng(3).random(600) * np.arange(1, 601)).astype(int),
    ],
    ids=["star", "binary", "chain", "caterpillar", "recursive"],
)
def test_shapes_of_trees(parents, dim):
    dag = tree(parents)
    assert wrong_rows(dag, *embed(dag, dim)) == []


def test_redundant_edges_do_not_spoil_a_tree():
    parents, children = np.triu_indices(15, 1)
    dag = Dag.from_edges(parents, children, 15)
    assert wrong_rows(dag, *embed(dag, 4)) == []


@pytest.mark.parametrize("dim", [3, 10])
def test_beyond_the_budget_only_the_upper_rows_of_the_chain_suffer(dim):
    dag = tree(np.concatenate([np.arange(100), np.zeros(50, int)]))  # a chain of 101 with leaves at its top
    directions, radii = embed(dag, dim)
    wrong = wrong_rows(dag, directions, radii)
    assert wrong == list(range(1, len(wrong) + 1))
    assert 0 < len(wrong) < 80
    arcs = nested_arcs(dag, max_radius=36.0)
    assert len(wrong) <= len(wrong_rows(dag, arcs.directions, arcs.radii))


def test_one_node_above_many_deep_chains_suffers_in_place_of_all():
    chain, below = 12, 14  # 30 chains of 14 below a chain of 12
    parents = np.concatenate([np.arange(chain), *(np.r_[chain, np.arange(first, first + below - 1)]
                              for first in range(chain + 1, chain + 1 + 30 * below, below))])  # fmt: skip
    assert 1 <= len(wrong_rows(tree(parents), *embed(tree(parents), 3))) <= 4


def test_a_small_largest_radius_still_orders_paths():
    dag = tree((np.random.default_rng(0).random(2000) * np.arange(1, 2001)).astype(int))
    embed(dag, 3, max_radius=2.0)


@pytest.mark.parametrize("dim", [3, 10])
def test_huge_trees(dim):
    embed(tree(np.arange(100_000)), dim)
    _, radii = embed(tree(np.zeros(300_000, int)), dim)
    assert radii.max() < 15


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_graphs_without_edges(n):
    directions, radii = embed(Dag.from_edges(NONE, NONE, n), 3)
    assert len(radii) == n
    if n > 1:
        gaps = np.linalg.norm(directions[:, None] - directions[None], axis=2)
        assert np.all(gaps[~np.eye(n, dtype=bool)] > 0.1)


def test_a_tree_needs_no_random_numbers():
    dag = tree((np.arange(300)) // 3)
    one, other = embed(dag, 4, seed=1), embed(dag, 4, seed=2)
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_bad_options():
    dag = tree([0, 0])
    with pytest.raises(ValueError, match="dim >= 2"):
        embed(dag, 1)
    with pytest.raises(ValueError, match="max_radius"):
        embed(dag, 3, max_radius=0.0)


@st.composite
def graphs(draw):
    n = draw(st.integers(1, 40))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    parents, children = np.nonzero(np.triu(rng.random((n, n)) < draw(st.floats(0.0, 0.5)), 1))
    names = rng.permutation(n)
    return Dag.from_edges(names[parents], names[children], n)


def graph_where_arcs_are_taken():
    """A dense graph of 23 nodes; in ten dimensions its caps are worse than its arcs."""
    starts = [0, 4, 6, 14, 15, 16, 16, 17, 20, 25, 26, 29, 30, 33, 38, 38, 43, 45, 45, 46, 52, 53, 58, 58]
    parents = [
        1, 3, 6, 17, 6, 14, 1, 4, 5, 6, 7, 12, 16, 18, 1, 22, 22, 14, 17, 18, 4, 7, 12, 13, 14, 4, 13, 20, 22, 1,
        5, 14, 18, 1, 5, 6, 7, 9, 3, 6, 9, 14, 22, 5, 22, 5, 0, 2, 4, 5, 10, 22, 4, 0, 3, 8, 13, 16,
    ]  # fmt: skip
    return Dag(np.array(starts), np.array(parents))


@settings(deadline=None, max_examples=100)
@given(graphs(), st.sampled_from([3, 10]), st.sampled_from([4.0, 36.0]))
@example(graph_where_arcs_are_taken(), 10, 4.0)
def test_any_graph_is_finite_and_radii_grow_along_edges(dag, dim, max_radius):
    embed(dag, dim, max_radius)


def test_arcs_that_are_taken_grow_along_all_edges_as_well(monkeypatch):
    """Here caps are said to be worse than arcs."""
    found = iter([PlacementScores(1000.0, 0.1, 0.1, 0.1)])
    monkeypatch.setattr(module, "violates", lambda *_: True)
    monkeypatch.setattr(module, "scores_of", lambda *_: next(found, PlacementScores(1.0, 1.0, 1.0, 1.0)))
    directions, _ = embed(graph_where_arcs_are_taken(), 10, 4.0)
    assert np.all(directions[:, 2:] == 0)


def test_same_state_same_bytes():
    dag = with_second_parents(500, 50)
    one, other = embed(dag, 6), embed(dag, 6)
    assert all(a.tobytes() == b.tobytes() for a, b in zip(one, other, strict=True))


def with_second_parents(n, extra):
    rng = np.random.default_rng(7)
    children = np.concatenate([np.arange(1, n), rng.integers(n // 2, n, extra)])
    return Dag.from_edges((rng.random(len(children)) * children).astype(np.int64), children, n)


def mean_rank_and_map(dag, directions, radii):
    related = closure(dag)
    ranks, precisions = [], []
    for u in range(dag.n):
        own = np.flatnonzero(related[u])
        if len(own) == 0:
            continue
        gaps = distance(directions[u], radii[u], directions, radii)
        others = np.sort(np.delete(gaps, [u, *own]))
        intruders = np.searchsorted(others, np.sort(gaps[own]), side="right")
        ranks.extend(1 + intruders)
        position = np.arange(1, len(own) + 1)
        precisions.append(np.mean(position / (position + intruders)))
    return np.mean(ranks), np.mean(precisions)


def test_two_parents_of_one_node_in_a_tree():
    parents = np.concatenate([(np.arange(400)) // 3, [60]])
    dag = Dag.from_edges(parents, np.concatenate([np.arange(1, 401), [300]]), 401)
    rank, precision = mean_rank_and_map(dag, *embed(dag, 10))
    assert rank < 1.05
    assert precision > 0.99


def test_a_few_second_parents():
    dag = with_second_parents(2000, 40)
    rank, precision = mean_rank_and_map(dag, *embed(dag, 10))
    assert rank < 4
    assert precision > 0.9


@pytest.mark.parametrize("steps", [1, 400])
@pytest.mark.parametrize("extra", [10, 120])
@pytest.mark.parametrize("dim", [3, 4, 5])
def test_no_dimension_is_worse_than_two(monkeypatch, dim, steps, extra):
    """Not even where there is no time to train."""
    monkeypatch.setattr("nx_poincare.engine.cones.skeleton.optimise._STEPS", steps)
    dag = with_second_parents(300, extra)
    arcs = refined_arcs(dag, max_radius=36.0)
    flat = mean_rank_and_map(dag, np.pad(arcs.directions, ((0, 0), (0, dim - 2))), arcs.radii)
    found = nested_caps(dag, dim, max_radius=36.0, rng=np.random.default_rng(0), refinement=Refinement())
    cost = combined_cost(mean_rank_and_map(dag, *found))
    assert cost <= combined_cost(flat) + 0.05
    assert bool(np.all(found[0][:, 2:] == 0)) == (steps == 1)


def test_small_leaves_of_pure_trees_let_ancestors_come_first(monkeypatch):
    """In three dimensions, where ancestors of a node often lie beyond the leaves around it."""
    dag = with_second_parents(300, 60)
    small = mean_rank_and_map(dag, *embed(dag, 3))
    monkeypatch.setattr("nx_poincare.engine.cones.caps.nested_caps._LEAF_WIDTH", 1.0)
    large = mean_rank_and_map(dag, *embed(dag, 3))
    assert small[0] < large[0]
    assert small[1] > large[1]


@pytest.mark.parametrize("seed", [0, 3])
def test_placing_pure_trees_keeps_what_the_skeleton_has_reached(monkeypatch, seed):
    """The training likes other radii than those that grow along all edges."""
    states, train = [], module.trained_skeleton

    def trained(*arguments):
        states.append(train(*arguments))
        return states[-1]

    monkeypatch.setattr(module, "trained_skeleton", trained)
    rng = np.random.default_rng(seed)
    parents, children = np.nonzero(np.triu(rng.random((150, 150)) < 0.08, 1))
    pure = np.arange(150, 600)
    on_skeleton = (rng.random(450) < 0.5) | (pure == 150)
    below = np.where(on_skeleton, rng.integers(0, 150, 450), 150 + rng.random(450) * (pure - 150)).astype(np.int64)
    dag = Dag.from_edges(np.r_[parents, below], np.r_[children, pure], 600)
    rank, precision = mean_rank_and_map(dag, *embed(dag, 10))
    skeleton_rank, skeleton_precision = states[0][0].best_scores[:2]
    assert rank < skeleton_rank + 0.003
    assert precision > skeleton_precision - 0.002
