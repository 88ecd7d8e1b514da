"""Ranks by key are those by distance, however many nodes are in the way."""

import numpy as np
import pytest

from nx_poincare.engine.cones.arcs.nested_arcs import nested_arcs
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.geometry.ball import distance
from nx_poincare.engine.ranking import exact
from nx_poincare.engine.ranking.exact import by_some_rows, rank_rows, ranked_rows
from nx_poincare.engine.ranking.horizons import best_gaps, horizon_blocks
from nx_poincare.engine.ranking.keys import candidates
from nx_poincare.engine.ranking.near_ranks import RowSearch
from nx_poincare.utils.workers import ONE_THREAD

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


@pytest.mark.parametrize("kernel", [rank_rows, best_gaps])
def test_many_nodes_take_many_calls_with_the_same_bits(dag, monkeypatch, kernel):
    """A block of rows among a million nodes let no signal through for seconds."""
    rng = np.random.default_rng(0)
    directions = rng.normal(size=(NODES, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    nodes = candidates(directions, rng.uniform(0, 9, NODES))
    rows = rng.choice(NODES, 100, replace=False)
    starts, ancestors = dag.ancestors_of(rows)
    whole = kernel(nodes, rows, starts, ancestors)
    monkeypatch.setattr(exact, "_COMPARISONS_AT_ONCE", 33 * NODES)
    most = np.diff(starts).max()
    for of_ancestor, step in ((0, 32), (NODES, max(1, 33 // (1 + most)))):  # comparisons that each is worth
        monkeypatch.setattr(exact, "_COMPARISONS_OF_ANCESTOR", of_ancestor)
        calls = []
        found = by_some_rows(lambda *args: calls.append(len(args[1])) or kernel(*args), nodes, rows, starts, ancestors)  # noqa: B023
        assert calls == [min(step, 100 - first) for first in range(0, 100, step)]
        assert all(np.array_equal(one, other) for one, other in zip(found, whole, strict=True))
    assert step < 16
    blocks = ranked_rows if kernel is rank_rows else horizon_blocks
    monkeypatch.setattr(f"{blocks.__module__}.by_some_rows", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        list(blocks(nodes, rows, dag.ancestors_of, ONE_THREAD, RowSearch(None, 1)))
