from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nx_poincare.engine.cones.arcs.nested_arcs import Arcs, nested_arcs
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.layout.disk import disk_layout


def placed(dag: Dag) -> tuple[np.ndarray, Arcs]:
    arcs = nested_arcs(dag, max_radius=36)
    return disk_layout(dag, arcs), arcs


def dag_of_parents(parents: list[int]) -> Dag:
    parent = np.array(parents, dtype=np.int64)
    children = np.flatnonzero(parent >= 0)
    return Dag.from_edges(parent[children], children, len(parents))


def check(dag: Dag) -> np.ndarray:
    positions, arcs = placed(dag)
    norms = np.linalg.norm(positions, axis=1)
    assert positions.shape == (dag.n, 2)
    assert np.isfinite(positions).all()
    assert norms.max(initial=0) < 1
    below = arcs.tree.parents >= 0
    assert (norms[below] > norms[arcs.tree.parents[below]]).all()
    if len(dag.roots) == 1:
        assert norms[dag.roots[0]] == 0
    else:
        assert (norms > 0).all()
    return positions


@st.composite
def forests(draw: st.DrawFn) -> list[int]:
    n = draw(st.integers(1, 60))
    return [-1, *(draw(st.integers(-1 if draw(st.integers(0, 9)) == 0 else 0, v - 1)) for v in range(1, n))]


@given(forests())
def test_forests_are_inside_the_disk_and_grow_outwards(parents: list[int]) -> None:
    dag = dag_of_parents(parents)
    positions = check(dag)
    assert len(np.unique(positions.round(12), axis=0)) == dag.n


@given(forests())
def test_subtrees_do_not_mix_around_the_circle(parents: list[int]) -> None:
    dag = dag_of_parents(parents)
    positions, arcs = placed(dag)
    is_leaf = np.diff(dag.child_starts) == 0
    angles = np.arctan2(positions[:, 1], positions[:, 0])
    leaves = np.flatnonzero(is_leaf)
    place = np.empty(dag.n, dtype=np.int64)
    place[leaves[np.argsort(angles[leaves])]] = np.arange(len(leaves))
    for node in range(dag.n):
        below = []
        for leaf in leaves.tolist():
            v = leaf
            while v >= 0 and v != node:
                v = int(arcs.tree.parents[v])
            if v == node:
                below.append(place[leaf])
        assert max(below) - min(below) == len(below) - 1


def test_order_of_siblings_is_that_of_the_arcs() -> None:
    dag = dag_of_parents([-1, 0, 0, 0, 0, 1, 1, 2, 5, 5])
    positions, arcs = placed(dag)
    angles = np.arctan2(positions[:, 1], positions[:, 0])
    for parent in (0, 1, 5):
        children = np.flatnonzero(arcs.tree.parents == parent)
        np.testing.assert_array_equal(np.argsort(angles[children]), np.argsort(arcs.angles[children]))


def test_leaves_share_the_circle_evenly() -> None:
    positions = check(dag_of_parents([-1] + [0] * 300))
    angles = np.sort(np.arctan2(positions[1:, 1], positions[1:, 0]))
    gaps = np.diff(angles)
    np.testing.assert_allclose(gaps, gaps[0])
    assert gaps[0] == pytest.approx(2 * np.pi / 300, rel=0.01)


def test_chain_of_100_000() -> None:
    n = 100_000
    check(Dag.from_edges(np.arange(n - 1), np.arange(1, n), n))


def test_chain_beside_a_large_star() -> None:
    chain, star = 20_000, 100_000
    parents = np.concatenate([[-1], np.arange(chain), np.zeros(star, dtype=np.int64)])
    children = np.arange(1, len(parents))
    check(Dag.from_edges(parents[1:], children, len(parents)))


def test_empty_and_single() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert placed(Dag.from_edges(none, none, 0))[0].shape == (0, 2)
    np.testing.assert_array_equal(placed(Dag.from_edges(none, none, 1))[0], [[0.0, 0.0]])


def test_isolated_nodes_stand_on_a_ring() -> None:
    none = np.zeros(0, dtype=np.int64)
    positions = check(Dag.from_edges(none, none, 5))
    np.testing.assert_allclose(np.linalg.norm(positions, axis=1), np.linalg.norm(positions[0]))


def test_nouns_use_the_disk(nouns: nx.DiGraph) -> None:
    positions = check(Hierarchy.from_digraph(nouns).dag)
    norms = np.linalg.norm(positions, axis=1)
    quarters, _ = np.histogram(np.arctan2(positions[:, 1], positions[:, 0]), bins=4, range=(-np.pi, np.pi))
    assert quarters.min() > 0.15 * len(nouns)  # no empty side
    assert np.mean(norms > 0.95) < 0.05  # no black ring
    assert np.quantile(norms, 0.5) > 0.6


def test_same_bytes_twice(mammals: nx.DiGraph) -> None:
    dag = Hierarchy.from_digraph(mammals).dag
    assert placed(dag)[0].tobytes() == placed(dag)[0].tobytes()
