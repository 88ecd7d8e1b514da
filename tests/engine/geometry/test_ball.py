"""Geometry by its identities, against arithmetic with 60 digits."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nx_poincare.engine.geometry.ball import (
    distance,
    from_ball,
    half_angle,
    half_space_margin,
    radius_of_half_angle,
    recentre,
    to_ball,
)

dims = st.integers(2, 12)
radii = st.floats(0, 60)
seeds = st.integers(0, 2**32 - 1)


def directions(seed, dim, count):
    points = np.random.default_rng(seed).normal(size=(count, dim))
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def exact_distance(direction_u, radius_u, direction_v, radius_v):
    """The hyperbolic law of cosines, with the angle from exactly normalised directions."""
    with mpmath.workdps(80):
        u, v = ([mpmath.mpf(float(x)) for x in s] for s in (direction_u, direction_v))
        u, v = ([x / mpmath.sqrt(sum(y * y for y in s)) for x in s] for s in (u, v))
        ru, rv = mpmath.mpf(radius_u), mpmath.mpf(radius_v)
        cosine = sum(a * b for a, b in zip(u, v, strict=True))
        value = mpmath.cosh(ru) * mpmath.cosh(rv) - mpmath.sinh(ru) * mpmath.sinh(rv) * cosine
        return float(mpmath.acosh(max(value, mpmath.mpf(1))))


@given(seeds, dims, radii, radii)
def test_distance_agrees_with_exact_arithmetic(seed, dim, radius_u, radius_v):
    u, v = directions(seed, dim, 2)
    assert distance(u, radius_u, v, radius_v) == pytest.approx(
        exact_distance(u, radius_u, v, radius_v), rel=1e-12, abs=1e-12
    )


@given(seeds, dims, st.floats(1, 60), st.floats(-16, 0))
def test_distance_of_close_points(seed, dim, radius, exponent):
    u, v = directions(seed, dim, 2)
    v = u + 10**exponent * v
    v /= np.linalg.norm(v)
    # A unit vector is only good to some 1e-16, which is an absolute error of the distance between directions.
    tolerance = 4e-16 * np.sinh(radius) / max(np.cosh(float(distance(u, radius, v, radius)) / 2), 1)
    assert distance(u, radius, v, radius) == pytest.approx(
        exact_distance(u, radius, v, radius), rel=1e-9, abs=4 * tolerance
    )


@given(seeds, dims, radii)
def test_distance_to_itself_is_zero_and_to_the_origin_is_the_radius(seed, dim, radius):
    u, v = directions(seed, dim, 2)
    assert distance(u, radius, u, radius) == 0
    assert distance(u, radius, v, 0.0) == pytest.approx(radius, rel=1e-14, abs=1e-300)


@given(seeds, dims, radii, radii, radii)
def test_triangle_inequality_and_symmetry(seed, dim, a, b, c):
    u, v, w = directions(seed, dim, 3)
    assert distance(u, a, v, b) == distance(v, b, u, a)
    assert distance(u, a, w, c) <= (distance(u, a, v, b) + distance(v, b, w, c)) * (1 + 1e-12) + 1e-12


@given(seeds, dims, st.floats(0, 20))
def test_ball_coordinates_and_back(seed, dim, radius):
    (u,) = directions(seed, dim, 1)
    point = to_ball(u, radius)
    assert np.linalg.norm(point) == pytest.approx(np.tanh(radius / 2), rel=1e-14)
    back, back_radius = from_ball(point)
    assert to_ball(back, back_radius) == pytest.approx(point, rel=1e-13, abs=1e-300)


@given(seeds, dims, st.floats(30, 700))
def test_vectors_are_inside_the_open_ball_at_any_radius(seed, dim, radius):
    points = to_ball(directions(seed, dim, 50), np.full(50, radius))
    assert np.linalg.norm(points, axis=1).max() < 1
    from_ball(points)


@pytest.mark.parametrize("point", [[1.0, 0.0], [0.8, 0.7], [np.nan, 0.0], [np.inf, 0.0]])
def test_points_outside_the_ball_are_refused(point):
    with pytest.raises(ValueError, match="outside the open unit ball"):
        from_ball([[0.0, 0.0], point])


@given(st.floats(1e-13, np.pi / 2))
def test_norm_is_the_cosine_of_the_half_angle(angle):
    radius = radius_of_half_angle(angle)
    assert np.tanh(radius / 2) == pytest.approx(np.cos(angle), rel=1e-12, abs=1e-12)
    assert half_angle(radius) == pytest.approx(angle, rel=1e-12)


@given(seeds, dims, st.floats(0.1, 60), st.floats(0.1, 60))
def test_half_space_margin_has_the_sign_of_the_definition(seed, dim, radius_u, radius_v):
    u, v = directions(seed, dim, 2)
    nearer = distance(u, radius_u, v, radius_v) - radius_u
    margin = half_space_margin(u, radius_u, v, radius_v)
    if abs(nearer) > 1e-9 * radius_u:
        assert np.sign(margin) == np.sign(nearer)


def test_the_origin_has_a_direction():
    found, radii_found = from_ball(np.zeros((2, 3)))
    assert found.tolist() == [[1, 0, 0], [1, 0, 0]]
    assert radii_found.tolist() == [0, 0]


@pytest.mark.parametrize("radius", [0.0, 1e-9, 0.7, 12.0, 30.0])
@pytest.mark.parametrize("dim", [2, 3, 7])
def test_recentred_keeps_distances_and_takes_the_center_to_the_origin(dim: int, radius: float) -> None:
    rng = np.random.default_rng(dim)
    directions = rng.normal(size=(20, dim))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    radii = rng.uniform(0, 30, 20)
    directions[0], radii[0] = directions[1], radius + 0.5  # on the ray of the center
    moved, lengths = recentre(directions, radii, directions[1], radius)
    np.testing.assert_allclose(np.linalg.norm(moved, axis=1), 1, atol=1e-14)
    np.testing.assert_array_equal(lengths, distance(directions, radii, directions[1], radius))
    if radius < 20:  # seen from further away, all directions fall together
        before = distance(directions[:, None], radii[:, None], directions[None], radii[None])
        after = distance(moved[:, None], lengths[:, None], moved[None], lengths[None])
        np.testing.assert_allclose(after, before, rtol=1e-9, atol=1e-6)
    _, center = recentre(directions[1], radius, directions[1], radius)
    assert center == 0
    back, origin = recentre(directions[2], 0.0, directions[1], radius)
    assert origin == pytest.approx(radius)
    if radius:
        np.testing.assert_allclose(back, -directions[1], atol=1e-12)


@pytest.mark.parametrize("gap", [1e-14, 3e-13, 1e-6, 1.0, 3.1])
def test_recentred_at_radius_30_agrees_with_50_digits(gap: float) -> None:
    s = np.array([np.cos(gap), np.sin(gap)])
    for r in (28.0, 30.0, 30.5):
        moved, length = recentre(s, r, [1.0, 0.0], 30.0)
        with mpmath.workdps(50):
            z = mpmath.tanh(mpmath.mpf(r) / 2) * mpmath.expj(mpmath.mpf(gap))
            p = mpmath.tanh(mpmath.mpf(15))
            image = (z - p) / (1 - p * z)
            angle, radius = float(mpmath.arg(image)), float(2 * mpmath.atanh(abs(image)))
        assert length == pytest.approx(radius, rel=1e-12)
        np.testing.assert_allclose(moved, [np.cos(angle), np.sin(angle)], atol=1e-12)


def test_recentred_agrees_with_mobius_addition_near_the_origin() -> None:
    rng = np.random.default_rng(0)
    z = rng.uniform(-0.6, 0.6, (50, 2)) @ [1, 1j]
    directions, radii = from_ball(np.column_stack([z.real, z.imag]))
    moved = to_ball(*recentre(directions, radii, directions[0], radii[0]))
    expected = (z - z[0]) / (1 - np.conj(z[0]) * z)
    np.testing.assert_allclose(moved @ [1, 1j], expected, atol=1e-13)
