"""The theorem of the cones, as a property over trees, against brute force."""

import logging

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nx_poincare.engine.cones.arcs.nested_arcs import nested_arcs
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.geometry.ball import distance, half_angle


@st.composite
def trees(draw, most=60, roots=True):
    """Parents of random trees and forests: stars, chains and everything between."""
    n = draw(st.integers(1, most))
    reach = draw(st.integers(1, most))
    parents = [-1]
    for v in range(1, n):
        lowest = max(-1 if roots and draw(st.integers(0, 9)) == 0 else 0, v - reach)
        parents.append(draw(st.integers(lowest, v - 1)))
    return np.array(parents)


def dag_of(parents):
    children = np.flatnonzero(parents >= 0)
    return Dag.from_edges(parents[children], children, len(parents))


def related_by_definition(parents):
    above = np.zeros((len(parents), len(parents)), dtype=bool)
    for v, p in enumerate(parents):
        if p >= 0:
            above[v] = above[p]
            above[v, p] = True
    return above


def nearer_than_the_origin(directions, radii):
    """Row u, column v: d(u, v) < d(u, origin); equal counts for a node at the origin."""
    away = distance(directions[:, None], radii[:, None], directions[None], radii[None])
    nearer = (away < radii[:, None]) | (radii == 0)[None]
    np.fill_diagonal(nearer, False)
    return nearer


def height(parents):
    depth = np.zeros(len(parents), dtype=int)
    for v, p in enumerate(parents):
        depth[v] = depth[p] + 1 if p >= 0 else 0
    return depth.max()


@given(trees())
def test_ancestors_and_only_they_are_nearer_than_the_origin(parents):
    if height(parents) > 18:  # beyond, the precision budget of radius 36 is spent
        return
    arcs = nested_arcs(dag_of(parents), max_radius=36)
    assert np.array_equal(nearer_than_the_origin(arcs.directions, arcs.radii), related_by_definition(parents))


@given(trees(roots=False))
def test_ancestors_are_nearest_of_all(parents):
    if height(parents) > 18:
        return
    arcs = nested_arcs(dag_of(parents), max_radius=36)
    away = distance(arcs.directions[:, None], arcs.radii[:, None], arcs.directions[None], arcs.radii[None])
    related = related_by_definition(parents)
    for u in range(1, len(parents)):
        others = ~related[u]
        others[u] = False
        if others.any():
            assert away[u][related[u]].max() < away[u][others].min()


@given(trees(most=120), st.sampled_from([5.0, 36.0, 60.0]))
def test_points_are_inside_and_radii_grow_along_paths(parents, max_radius):
    arcs = nested_arcs(dag_of(parents), max_radius=max_radius)
    assert np.isfinite(arcs.angles).all()
    assert arcs.radii.max() <= max_radius
    children = np.flatnonzero(parents >= 0)
    assert (arcs.radii[children] > arcs.radii[parents[children]]).all()
    if (parents < 0).sum() == 1:
        assert arcs.radii[0] == 0
    else:
        assert arcs.radii.min() > 0


@given(trees(roots=False))
def test_slots_nest_and_siblings_are_disjoint(parents):
    if height(parents) > 18:
        return
    arcs = nested_arcs(dag_of(parents), max_radius=36)
    for v in range(1, len(parents)):
        p = parents[v]
        if p > 0:
            assert abs(arcs.angles[v] - arcs.angles[p]) + arcs.slots[v] <= arcs.slots[p] + 1e-12
            assert abs(arcs.angles[v] - arcs.angles[p]) > arcs.slots[v]  # leaves out the parent's own direction
        for other in np.flatnonzero(parents[:v] == p):
            assert abs(arcs.angles[v] - arcs.angles[other]) >= (arcs.slots[v] + arcs.slots[other]) * (1 - 1e-9)
        assert half_angle(arcs.radii[v]) <= arcs.slots[v] + 1e-12


def test_a_chain_beyond_the_budget_gives_up_own_slots_and_says_so(caplog):
    n = 60
    parents = np.arange(n) - 1
    with caplog.at_level(logging.INFO, logger="nx_poincare"):
        arcs = nested_arcs(dag_of(parents), max_radius=36)
    assert "do not fit" in caplog.text
    exact = (nearer_than_the_origin(arcs.directions, arcs.radii) == related_by_definition(parents)).all(axis=1)
    assert exact.sum() >= 20
    assert exact[-20:].all()  # the deep nodes, with the most ancestors, keep their rows


def test_a_chain_beyond_the_budget_leaves_other_branches_exact():
    parents = np.concatenate([np.arange(60) - 1, np.zeros(300, dtype=int)])  # chain, and 300 leaves below the root
    arcs = nested_arcs(dag_of(parents), max_radius=36)
    exact = (nearer_than_the_origin(arcs.directions, arcs.radii) == related_by_definition(parents)).all(axis=1)
    assert exact[60:].all()


@pytest.mark.parametrize(
    "parents",
    [np.arange(100_000) - 1, np.concatenate([[-1], np.zeros(300_000, dtype=int)]), np.full(100_000, -1)],
    ids=["chain", "star", "roots"],
)
def test_extreme_shapes(parents):
    arcs = nested_arcs(dag_of(parents), max_radius=36)
    assert np.isfinite(arcs.angles).all()
    assert arcs.radii.max() <= 36
    children = np.flatnonzero(parents >= 0)
    assert (arcs.radii[children] > arcs.radii[parents[children]]).all()


def test_missed_ancestors_get_wider_arcs():
    # Below the root 0, node 1 has 30 leaves (2 .. 31) and node 32 has one (33); leaf 2 also belongs to 32.
    parents = np.array([0, *[1] * 30, 0, 32, 32])
    children = np.array([1, *range(2, 32), 32, 33, 2])
    tree_only = nested_arcs(Dag.from_edges(parents[:-1], children[:-1], 34), max_radius=36)
    with_second = nested_arcs(Dag.from_edges(parents, children, 34), max_radius=36)
    misses = with_second.tree.missed
    assert misses.sum() == 1
    (missing,) = np.flatnonzero(misses)
    assert with_second.radii[missing] < tree_only.radii[missing]


def test_empty():
    arcs = nested_arcs(Dag.from_edges(np.zeros(0, dtype=int), np.zeros(0, dtype=int), 0), max_radius=36)
    assert arcs.directions.shape == (0, 2)
