"""Gradients against finite differences in every regime, and what is drawn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nx_poincare.dag import Dag
from nx_poincare.engine.geometry import distance, exponential_map, retraction
from nx_poincare.engine.kernels import alias_table, train_rows
from nx_poincare.engine.sampling import ancestry, degree_table, random_start, scratch, uniform_table

EMPTY = np.zeros(0, dtype=np.int64)


def star_with_outsiders():
    """Node 3 has the ancestors 1 and 0; nodes 2, 4, 5 and 6 are unrelated to it."""
    return Dag.from_edges(np.array([0, 1, 0, 2, 2, 2]), np.array([1, 3, 2, 4, 5, 6]), 7)


def points(radii, dim, seed=0):
    directions = np.random.default_rng(seed).normal(size=(len(radii), dim))
    return directions / np.linalg.norm(directions, axis=1, keepdims=True), np.asarray(radii, dtype=float)


def one_visit(dag, directions, radii, rate, node=3, weights=None, fixed=(), negatives=50):
    directions, exponentials = directions.copy(), np.exp(radii)
    still = np.zeros(dag.n, dtype=bool)
    still[list(fixed)] = True
    loss, pairs = train_rows(
        directions, exponentials, np.array([node]), ancestry(dag, weights), uniform_table(dag.n), still, negatives,
        rate, np.exp(100.0), np.uint64(1), scratch(dag, directions.shape[1], negatives),
    )  # fmt: skip
    return directions, np.log(exponentials), loss, pairs


def loss_by_definition(directions, radii, u=3, above=(1, 0), others=(2, 4, 5, 6), weights=(1.0, 1.0)):
    def d(v):
        return distance(directions[u], radii[u], directions[v], radii[v])

    S = sum(np.exp(-d(b)) for b in others)
    return sum(-w * np.log(np.exp(-d(a)) / (np.exp(-d(a)) + S)) for a, w in zip(above, weights, strict=True))


REGIMES = {
    "centre": [1e-3] * 7,
    "middle": [0.5, 1.0, 1.5, 2.0, 0.3, 1.2, 2.5],
    "mixed": [0.0, 3.0, 4.0, 9.0, 12.0, 2.0, 20.0],
    "rim": [0.0, 12.0, 29.0, 30.0, 30.0, 28.0, 31.0],
}


@pytest.mark.parametrize("dim", [2, 3, 10])
@pytest.mark.parametrize("radii", REGIMES.values(), ids=REGIMES.keys())
def test_loss_and_step_agree_with_finite_differences(radii, dim):
    dag = star_with_outsiders()
    directions, radii = points(radii, dim, seed=dim)
    if radii[3] > 20:  # close directions, so that distances are far from the sum of the radii
        directions[[1, 2, 4, 5, 6]] = directions[3] + 1e-9 * directions[[1, 2, 4, 5, 6]]
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    # A unit vector in float64 tells points at radius r apart from a distance of some 2e-16 sinh(r) on.
    resolution = 2e-16 * np.sinh(radii.max())
    step, tolerance = max(1e-6, resolution**0.5), max(2e-3, 2 * resolution ** (1 / 3))
    h = max(1e-5, resolution ** (1 / 3))
    rate = 1e-3
    moved, moved_radii, loss, pairs = one_visit(dag, directions, radii, rate)
    assert pairs == 2
    assert loss == pytest.approx(loss_by_definition(directions, radii), rel=1e-9)
    # Each point's step is -rate times its Riemannian gradient: along any unit tangent the derivative of the
    # loss, by central differences, is the gradient's component.
    rng = np.random.default_rng(5)
    for v in range(7):
        gradient_length = distance(directions[v], radii[v], moved[v], moved_radii[v]) / rate
        own_rate = step / max(gradient_length, 1e-3)
        near, near_radii, _, _ = one_visit(dag, directions, radii, own_rate)
        a, b = rng.normal(), rng.normal(size=dim)
        b -= (b @ directions[v]) * directions[v]
        scale = np.hypot(a, np.linalg.norm(b))
        a, b = a / scale, b / scale

        def along(h, v=v, a=a, b=b):
            s, r = directions.copy(), radii.copy()
            s[v], r[v] = exponential_map(directions[v], radii[v], h * a, h * b)
            return loss_by_definition(s, r)

        slope = (along(h) - along(-h)) / (2 * h)
        # The kernel's gradient, read off the step it took.
        radial = near_radii[v] - radii[v]
        tangential = np.sinh(radii[v]) * (near[v] - (near[v] @ directions[v]) * directions[v])
        if radii[v] < 0.1:  # near the origin the frame turns with the point: compare lengths only
            assert abs(slope) <= gradient_length * (1 + 1e-3) + 1e-4
            continue
        expected = -(radial * a + tangential @ b) / own_rate
        assert slope == pytest.approx(expected, rel=tolerance, abs=tolerance * max(gradient_length, 0.01))


@pytest.mark.parametrize("radius", [0.0, 1e-3, 1.0, 30.0])
def test_coincident_points_do_no_harm(radius):
    dag = star_with_outsiders()
    directions, radii = points([radius] * 7, 3)
    directions[:] = directions[0]
    moved, moved_radii, loss, _ = one_visit(dag, directions, radii, 0.5)
    assert np.isfinite(loss)
    assert np.isfinite(moved).all()
    assert np.isfinite(moved_radii).all()


@given(st.integers(0, 2**32 - 1), st.floats(0, 60), st.floats(1e-6, 100))
def test_steps_stay_finite_whatever_the_rate(seed, radius, rate):
    dag = star_with_outsiders()
    directions, _ = points([1.0] * 7, 4, seed)
    radii = np.random.default_rng(seed).uniform(0, radius, 7)
    moved, moved_radii, _, _ = one_visit(dag, directions, radii, rate)
    assert np.isfinite(moved_radii).all()
    assert np.allclose(np.linalg.norm(moved, axis=1), 1, atol=1e-14)
    assert (moved_radii >= 0).all()


def test_fixed_points_and_weights():
    dag = star_with_outsiders()
    directions, radii = points(REGIMES["middle"], 3)
    moved, _, plain, _ = one_visit(dag, directions, radii, 0.1, fixed=[1, 3])
    assert np.array_equal(moved[[1, 3]], directions[[1, 3]])
    assert not np.allclose(moved[2], directions[2])
    weights = np.ones(len(dag.parent_list))
    weights[dag.parent_starts[3]] = 5.0  # of the edge 1 -> 3; the pair (3, 0) has no edge
    _, _, heavy, _ = one_visit(dag, directions, radii, 0.1, weights=weights)
    assert plain == pytest.approx(loss_by_definition(directions, radii))
    assert heavy == pytest.approx(loss_by_definition(directions, radii, weights=(5.0, 1.0)))


def test_a_node_related_to_everything_is_left_alone():
    chain = Dag.from_edges(np.arange(4), np.arange(1, 5), 5)
    directions, radii = points([1.0] * 5, 2)
    moved, moved_radii, loss, pairs = one_visit(chain, directions, radii, 0.5, node=4)
    assert (loss, pairs) == (0, 0)
    assert np.array_equal(moved, directions)
    assert np.array_equal(np.exp(moved_radii), np.exp(np.log(np.exp(radii))))


@given(st.integers(1, 80), st.integers(0, 2**32 - 1))
def test_negatives_are_different_and_never_related(negatives, seed):
    """With rate 0 and points at known distances the loss tells which nodes were drawn."""
    dag = star_with_outsiders()
    directions, radii = points(REGIMES["middle"], 3, seed)
    _, _, loss, pairs = one_visit(dag, directions, radii, 0.0, negatives=negatives)
    assert pairs == 2
    if negatives >= 4:  # all four unrelated nodes, each once, and nothing else
        assert loss == pytest.approx(loss_by_definition(directions, radii))


def test_alias_table_draws_by_weight():
    weights = np.array([1.0, 0.0, 5.0, 2.0, 0.5])
    thresholds, aliases = alias_table(weights)
    share = np.bincount(np.arange(5), np.clip(thresholds, 0, 1), 5) + np.bincount(
        aliases, 1 - np.clip(thresholds, 0, 1), 5
    )
    assert share / 5 == pytest.approx(weights / weights.sum())


def test_degree_table_counts_descendants():
    dag = star_with_outsiders()
    thresholds, aliases = degree_table(dag, power=1.0)
    share = np.bincount(np.arange(7), thresholds, 7) + np.bincount(aliases, 1 - thresholds, 7)
    assert share / share.sum() == pytest.approx(np.array([7, 2, 4, 1, 1, 1, 1]) / 17)


def test_random_start_is_the_papers():
    directions, radii = random_start(1000, 3, np.random.default_rng(0))
    vectors = np.tanh(radii / 2)[:, None] * directions
    assert np.abs(vectors).max() <= 1e-3
    assert np.abs(vectors).max() > 0.9e-3


@given(st.integers(0, 2**32 - 1), st.integers(2, 6), st.floats(0, 25), st.floats(-3, 3), st.floats(0, 3))
def test_exponential_map_goes_as_far_as_the_vector_is_long(seed, dim, radius, radial, across):
    directions, _ = points([1.0, 1.0], dim, seed)
    s, tangent = directions
    tangent = tangent - (tangent @ s) * s
    tangent *= across / np.linalg.norm(tangent)
    moved, moved_radius = exponential_map(s, radius, radial, tangent)
    length = np.hypot(radial, across)
    assert np.linalg.norm(moved) == pytest.approx(1, abs=1e-14)
    tolerance = 1e-15 * np.sinh(radius + length)  # what float64 directions resolve there
    assert distance(s, radius, moved, moved_radius) == pytest.approx(length, rel=1e-6, abs=1e-7 + tolerance)


@given(st.integers(0, 2**32 - 1), st.floats(0.5, 15))
def test_retraction_agrees_with_the_exponential_map_to_first_order(seed, radius):
    directions, _ = points([1.0, 1.0], 3, seed)
    s, tangent = directions
    tangent = tangent - (tangent @ s) * s
    for h in (1e-2, 1e-3):
        there = exponential_map(s, radius, 0.3 * h, h * tangent)
        near = retraction(s, radius, 0.3 * h, h * tangent)
        assert distance(*there, *near) < 10 * h * h
