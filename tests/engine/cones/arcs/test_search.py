"""Graphs far from a tree are searched further, and only they; nothing gets worse by that, the order included."""

import numpy as np
import pytest

from nx_poincare.engine.cones.arcs import refine as module
from nx_poincare.engine.cones.arcs.nested_arcs import nested_arcs
from nx_poincare.engine.cones.arcs.refine import refined_arcs
from nx_poincare.engine.cones.arcs.search import is_far_from_tree
from nx_poincare.engine.cones.comparison import scores_of
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.spanning_tree import spanning_tree
from nx_poincare.engine.dag.transitive_reduction import without_redundant_parents
from nx_poincare.utils.workers import ONE_THREAD


def recursive_dag(n, second, seed=0):
    rng = np.random.default_rng(seed)
    edges = {(int(rng.integers(v)), v) for v in range(1, n)}
    edges |= {(int(rng.integers(v)), v) for v in range(1, n) if rng.random() < second}
    return without_redundant_parents(Dag.from_edges(*np.array(sorted(edges)).T, n))


def scores(dag, arcs):
    return scores_of(dag, arcs.directions, arcs.radii, np.flatnonzero(np.diff(dag.parent_starts)), ONE_THREAD)


@pytest.mark.parametrize("second", [0.0, 0.02, 0.3, 1.0])
def test_share_of_pairs_off_the_tree(second):
    dag = recursive_dag(400, second)
    tree = spanning_tree(dag)
    on_path = 0
    for v in range(dag.n):
        while (v := tree.parents[v]) >= 0:
            on_path += 1
    pairs = dag.closure(10**6).nnz
    assert tree.share_off_tree == pytest.approx(1 - on_path / pairs, abs=1e-12)
    assert is_far_from_tree(tree) == (on_path < 0.9 * pairs)


@pytest.mark.parametrize(("second", "seed"), [(0.3, 0), (0.3, 1), (1.0, 2), (1.0, 3)])
def test_what_is_searched_is_worse_in_nothing_and_costs_less(second, seed):
    dag = recursive_dag(400, second, seed)
    assert is_far_from_tree(spanning_tree(dag))
    before = scores(dag, refined_arcs(dag, max_radius=36, search=False))
    after = scores(dag, refined_arcs(dag, max_radius=36))
    assert after.mean_rank <= before.mean_rank
    assert after.map_score >= before.map_score
    assert after.f1 >= before.f1
    assert after[0] + 200 * (1 - after[1]) < 0.97 * (before[0] + 200 * (1 - before[1]))


def test_graphs_near_a_tree_are_not_searched(monkeypatch):
    dag = recursive_dag(400, 0.02)
    monkeypatch.setattr(module, "searched_arcs", None)
    arcs = refined_arcs(dag, max_radius=36)
    assert arcs.tree.missed.any()
    assert arcs.angles.tobytes() == refined_arcs(dag, max_radius=36, search=False).angles.tobytes()
    with pytest.raises(TypeError):
        refined_arcs(recursive_dag(400, 0.3), max_radius=36)


def test_trials_that_lose_order_are_not_taken(monkeypatch):
    dag = recursive_dag(400, 0.3)
    safe = refined_arcs(dag, max_radius=36, search=False)
    worse = nested_arcs(dag, max_radius=36)
    assert scores(dag, worse).f1 < scores(dag, safe).f1
    monkeypatch.setattr(module, "searched_arcs", lambda *_, **__: iter([worse]))
    assert refined_arcs(dag, max_radius=36).angles.tobytes() == safe.angles.tobytes()


def test_more_effort_lays_out_more_orders(monkeypatch):
    counts = []
    for effort in (0.3, 1, 3):
        taken = []
        monkeypatch.setattr(
            "nx_poincare.engine.cones.arcs.search.ordered_siblings",
            lambda dag, tree, rng=None, taken=taken, order=module.ordered_siblings: (
                taken.append(rng) or order(dag, tree, rng)
            ),
        )
        refined_arcs(recursive_dag(200, 0.5), max_radius=36, effort=effort)
        counts.append(len(taken))
    assert counts[0] < counts[1] < counts[2]
