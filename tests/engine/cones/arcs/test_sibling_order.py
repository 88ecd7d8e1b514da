"""The order of siblings: chains of roots are found, what is joined comes together, ties stay as they are."""

import numpy as np
import pytest

from nx_poincare.engine.cones.arcs.nested_arcs import nested_arcs
from nx_poincare.engine.cones.arcs.refine import refined_arcs
from nx_poincare.engine.cones.arcs.sibling_order import ordered_siblings
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.spanning_tree import spanning_tree
from nx_poincare.engine.ranking.exact import mean_scores, ranked_blocks
from nx_poincare.engine.ranking.keys import candidates
from nx_poincare.utils.workers import ONE_THREAD


def chained_roots(count, seed):
    """Roots in random order, each with leaves of its own and leaves shared with the next one along a hidden line."""
    numbers = np.random.default_rng(seed).permutation(count)
    edges, n = [], count
    for place, root in enumerate(numbers):
        edges += [(root, n), (root, n + 1), (root, n + 2)]
        if place + 1 < count:
            edges.append((numbers[place + 1], n + 2))
        n += 3
    return Dag.from_edges(*np.array(edges).T, n), numbers


def scores(dag, arcs):
    rows = np.flatnonzero(np.diff(dag.parent_starts) > 0)
    return mean_scores(ranked_blocks(candidates(arcs.directions, arcs.radii), rows, dag.ancestors_of, ONE_THREAD))


@pytest.mark.parametrize("seed", [0, 1])
def test_roots_that_share_descendants_stand_side_by_side(seed):
    dag, hidden = chained_roots(200, seed)
    tree = spanning_tree(dag)
    arcs = nested_arcs(dag, max_radius=36, tree=tree, siblings=ordered_siblings(dag, tree))
    place = np.argsort(np.argsort(np.mod(arcs.angles[hidden], 2 * np.pi)))
    steps = np.abs(np.diff(place))
    assert np.mean(steps <= 2) > 0.95
    mean_rank, precision = scores(dag, refined_arcs(dag, max_radius=36))
    assert mean_rank < 1.1
    assert precision > 0.98


def test_edges_of_a_closure_are_laid_out_as_its_basic_edges():
    rng = np.random.default_rng(3)
    pairs = {(int(rng.integers(v)), v) for v in range(1, 150) for _ in range(2)}
    edges = np.array(sorted(pairs))
    dag = Dag.from_edges(*edges.T, 150)
    closure = dag.closure(10**6).tocoo()
    closed = Dag.from_edges(closure.coords[1], closure.coords[0], 150)
    if not np.array_equal(np.diff(closed.parent_starts) > 0, np.diff(dag.parent_starts) > 0):  # rows are ancestors
        closed = Dag.from_edges(closure.coords[0], closure.coords[1], 150)
    assert len(closed.parent_list) > len(dag.parent_list)
    for place in (nested_arcs, refined_arcs):
        basic, whole = place(dag, max_radius=36), place(closed, max_radius=36)
        assert basic.angles.tobytes() == whole.angles.tobytes()
        assert basic.radii.tobytes() == whole.radii.tobytes()
