"""Radii that grow along edges: strictly, within the largest one, with no larger change than is needed."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.growing_radii import radii_growing_along_edges


@settings(deadline=None, max_examples=100)
@given(st.integers(2, 30), st.floats(0.0, 0.4), st.integers(0, 2**32), st.sampled_from([3.0, 36.0]))
def test_radii_grow_with_the_least_largest_change(n, density, seed, max_radius):
    rng = np.random.default_rng(seed)
    parents, children = np.nonzero(np.triu(rng.random((n, n)) < density, 1))
    dag = Dag.from_edges(parents, children, n)
    given_radii = rng.uniform(0, 3, n)
    radii = radii_growing_along_edges(dag, given_radii, max_radius)
    assert np.all((radii >= 0) & (radii <= max_radius))
    assert np.all(radii[parents] < radii[children])
    descendants, ancestors = dag.closure(10**4).nonzero()
    largest_fault = np.max(given_radii[ancestors] - given_radii[descendants], initial=0.0)
    assert np.abs(radii - given_radii).max() <= largest_fault / 2 + 1e-4
