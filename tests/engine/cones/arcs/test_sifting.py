"""Sifting: the sum becomes smaller, no exchange of neighbours gains more, and children stay with their parents."""

import numpy as np
import pytest

from nx_poincare.engine.cones.arcs.sibling_order import edges_off_tree, ordered_siblings, sifted_siblings
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.spanning_tree import spanning_tree


def dag_with_second_parents(n, second, seed):
    rng = np.random.default_rng(seed)
    edges = {(int(rng.integers(v)), v) for v in range(1, n)}
    edges |= {(int(rng.integers(v)), v) for v in range(1, n) if rng.random() < second}
    return Dag.from_edges(*np.array(sorted(edges)).T, n)


def length(dag, tree, siblings):
    """The sum that is sifted, from positions found by a walk."""
    starts, children = siblings
    place = np.argsort(tree.order)
    sizes = tree.sizes[tree.order]
    at = np.zeros(dag.n)

    def walk(v, begin):
        if v < dag.n:
            at[v] = begin + sizes[v] / 2
            begin += 0.5
        for child in children[starts[v] : starts[v + 1]]:
            walk(child, begin)
            begin += sizes[child]

    walk(dag.n, 0.0)
    child, parent = (place[ends] for ends in edges_off_tree(dag, tree))
    return float((sizes[child] * np.sqrt(np.abs(at[child] - at[parent]))).sum())


@pytest.mark.parametrize(("second", "seed"), [(0.2, 0), (1.0, 1), (1.0, 2)])
def test_no_exchange_of_neighbours_makes_the_edges_shorter(second, seed):
    dag = dag_with_second_parents(120, second, seed)
    tree = spanning_tree(dag)
    siblings = ordered_siblings(dag, tree)
    sifted = sifted_siblings(dag, tree, siblings)
    assert np.array_equal(np.sort(sifted[1]), np.sort(siblings[1]))
    least = length(dag, tree, sifted)
    assert least < length(dag, tree, siblings)
    starts, children = sifted
    for v in range(dag.n + 1):
        for i in range(starts[v], starts[v + 1] - 1):
            other = children.copy()
            other[[i, i + 1]] = other[[i + 1, i]]
            assert length(dag, tree, (starts, other)) >= least - 1e-6


def test_children_stay_with_their_parents():
    dag = dag_with_second_parents(200, 0.5, 3)
    tree = spanning_tree(dag)
    starts, children = sifted_siblings(dag, tree, ordered_siblings(dag, tree))
    nodes = tree.order
    for v in range(dag.n):
        assert (tree.parents[nodes[children[starts[v] : starts[v + 1]]]] == nodes[v]).all()
    assert (tree.parents[nodes[children[starts[dag.n] :]]] == -1).all()
