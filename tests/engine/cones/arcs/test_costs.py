"""Costs of arcs against the exact ranking of the evaluation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nx_poincare.engine.cones.arcs.costs import ArcCosts
from nx_poincare.engine.cones.arcs.keys import DiskPoints
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.spanning_tree import spanning_tree
from nx_poincare.engine.ranking.exact import mean_scores, ranked_blocks
from nx_poincare.engine.ranking.keys import candidates
from nx_poincare.utils.workers import ONE_THREAD


def random_dag(n, second, seed):
    rng = np.random.default_rng(seed)
    edges = [(int(rng.integers(v)), v) for v in range(1, n)]
    edges += [(int(rng.integers(v)), v) for v in range(1, n) if rng.random() < second]
    parents, children = np.array(edges).T
    return Dag.from_edges(parents, children, n)


def exact_scores(dag, angles, radii):
    rows = np.flatnonzero(np.diff(dag.parent_starts) > 0)
    directions = np.column_stack([np.cos(angles), np.sin(angles)])
    return mean_scores(ranked_blocks(candidates(directions, radii), rows, dag.ancestors_of, ONE_THREAD))


@given(st.integers(2, 60), st.sampled_from([0.0, 0.1, 0.6]), st.sampled_from([1.0, 8.0, 30.0]), st.integers(0, 2**32))
def test_scores_of_any_placement_are_exact(n, second, largest, seed):
    dag = random_dag(n, second, seed)
    rng = np.random.default_rng(seed + 1)
    angles, radii = rng.uniform(0, 7, n), rng.uniform(0, largest, n)
    radii[0] = 0
    costs = ArcCosts(dag, spanning_tree(dag))
    assert costs.measure(DiskPoints.of(angles, radii)) == pytest.approx(exact_scores(dag, angles, radii), rel=1e-12)


def test_nodes_without_ancestors_cost_nothing():
    dag = Dag.from_edges(np.zeros(0, dtype=int), np.zeros(0, dtype=int), 3)
    assert ArcCosts(dag, spanning_tree(dag)).measure(DiskPoints.of(np.zeros(3), np.ones(3))) == (1.0, 1.0)
