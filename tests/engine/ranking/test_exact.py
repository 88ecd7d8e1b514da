"""Ranks by key are those by distance, however many nodes are in the way."""

import numpy as np
import pytest

from nx_poincare.engine.cones.arcs.nested_arcs import nested_arcs
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.geometry.ball import distance
from nx_poincare.engine.ranking.exact import rank_rows
from nx_poincare.engine.ranking.keys import candidates

NODES = 5000  # more than are looked at together


@pytest.fixture(scope="module")
def dag():
    """A forest with second parents; every tenth node is a root."""
    rng = np.random.default_rng(0)
    children = np.concatenate([np.arange(1, NODES), rng.integers(1, NODES, 500)])
    children = children[children % 10 > 0]
    return Dag.from_edges((rng.random(len(children)) * children).astype(np.int64), children, NODES)


def by_distance(dag, directions, radii, rows):
    rank_sums, precisions = np.zeros(len(rows)), np.zeros(len(rows))
    starts, ancestors = dag.ancestors_of(rows)
    for i, u in enumerate(rows):
        own = ancestors[starts[i] : starts[i + 1]]
        if len(own):
            gaps = distance(directions[u], radii[u], directions, radii)
            before = np.searchsorted(np.sort(np.delete(gaps, [u, *own])), np.sort(gaps[own]), side="right")
            rank_sums[i] = (1 + before).sum()
            precisions[i] = np.mean(np.arange(1, len(own) + 1) / (np.arange(1, len(own) + 1) + before))
    return rank_sums, precisions


@pytest.mark.parametrize("dim", [2, 7])
@pytest.mark.parametrize("seed", [0, 1])
def test_points_at_random(dag, dim, seed):
    """Thousands are nearer than an ancestor."""
    rng = np.random.default_rng(seed)
    directions = rng.normal(size=(NODES, dim))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    radii = rng.uniform(0.0, 6.0, NODES)
    assert_equal(dag, directions, radii, rng.permutation(NODES)[:100])


def test_points_in_good_order(dag):
    """Few or none are."""
    arcs = nested_arcs(dag, max_radius=36.0)
    assert_equal(dag, arcs.directions, arcs.radii, np.arange(0, NODES, 31))


def test_ties_count_against_the_ancestor():
    dag = Dag.from_edges(np.array([0, 0, 1]), np.array([1, 2, 3]), 60)
    directions, radii = np.tile([1.0, 0.0], (60, 1)), np.ones(60)
    rank_sums, precisions = rank_rows(
        candidates(directions, radii), np.array([3, 1]), *dag.ancestors_of(np.array([3, 1]))
    )
    assert rank_sums.tolist() == [2 * 58, 59]
    assert precisions == pytest.approx([(1 / 58 + 2 / 59) / 2, 1 / 59])


def assert_equal(dag, directions, radii, rows):
    assert (np.diff(dag.parent_starts)[rows] == 0).any()
    found = rank_rows(candidates(directions, radii), rows, *dag.ancestors_of(rows))
    expected = by_distance(dag, directions, radii, rows)
    np.testing.assert_allclose(found[0], expected[0], rtol=1e-9)
    np.testing.assert_allclose(found[1], expected[1], rtol=1e-9)
