"""Leaves that move: never at a higher cost of their row, not onto others, and only they."""

import numpy as np
import pytest

from nx_poincare.engine.cones.arcs.costs import ArcCosts
from nx_poincare.engine.cones.arcs.keys import DiskPoints
from nx_poincare.engine.cones.arcs.measured import cost_of_all
from nx_poincare.engine.cones.arcs.moves import leaf_round
from nx_poincare.engine.cones.arcs.nested_arcs import nested_arcs
from nx_poincare.engine.dag.dag import Dag


def dag_with_second_parents(n, second, seed):
    rng = np.random.default_rng(seed)
    edges = {(int(rng.integers(v)), v) for v in range(1, n)}
    edges |= {(int(rng.integers(v)), v) for v in range(1, n) if rng.random() < second}
    return Dag.from_edges(*np.array(sorted(edges)).T, n)


@pytest.mark.parametrize(("second", "seed"), [(0.3, 0), (1.0, 1)])
def test_leaves_move_where_their_rows_cost_less(second, seed):
    dag = dag_with_second_parents(600, second, seed)
    arcs = nested_arcs(dag, max_radius=36)
    costs = ArcCosts(dag, arcs.tree)
    before = cost_of_all(costs, arcs)
    weight = 200 * len(costs.rows.keys) / (dag.n - 1)
    moved, nodes = leaf_round(arcs, costs, 36, weight, 10**9)
    assert nodes > 0
    assert cost_of_all(costs, moved) < before
    changed = np.flatnonzero(np.abs(moved.angles - np.mod(arcs.angles, 2 * np.pi)) > 1e-12)
    assert len(changed) > 0
    assert np.isin(changed, costs.leaves).all()
    assert np.allclose(moved.radii[changed], 36)
    others = np.setdiff1d(np.arange(dag.n), changed)
    gaps = np.abs(np.angle(np.exp(1j * (moved.angles[changed][:, None] - moved.angles[others][None]))))
    assert gaps.min() > 4 * np.exp(-18)


def test_leaves_stay_where_no_work_is_allowed():
    dag = dag_with_second_parents(200, 1.0, 2)
    arcs = nested_arcs(dag, max_radius=36)
    costs = ArcCosts(dag, arcs.tree)
    cost_of_all(costs, arcs)
    moved, nodes = leaf_round(arcs, costs, 36, 200.0, 0)
    points = DiskPoints.of(arcs.angles, arcs.radii)
    assert nodes == 0 or np.count_nonzero(moved.angles != points.angles) <= 1
