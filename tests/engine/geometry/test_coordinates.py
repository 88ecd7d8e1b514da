"""Coordinates of other models by their identities, against arithmetic with 100 digits."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nx_poincare.engine.geometry.ball import distance, to_ball
from nx_poincare.engine.geometry.coordinates import (
    from_klein,
    from_lorentz,
    off_the_sheet,
    scale_of_curvature,
    to_klein,
    to_lorentz,
)

dims = st.integers(2, 12)
seeds = st.integers(0, 2**32 - 1)


def directions(seed, dim, count):
    points = np.random.default_rng(seed).normal(size=(count, dim))
    return points / np.linalg.norm(points, axis=1, keepdims=True)


@given(seeds, dims, st.lists(st.floats(0, 700), min_size=1, max_size=5))
def test_lorentz_and_back_at_any_radius(seed, dim, radii):
    s = directions(seed, dim, len(radii))
    x = to_lorentz(s, radii)
    assert x.shape == (len(radii), dim + 1)
    assert off_the_sheet(x).max() < 1e-13
    again, r = from_lorentz(x)
    assert r == pytest.approx(radii, rel=1e-15, abs=1e-300)
    has_all_digits = r > 1e-290
    assert np.abs(again - s)[has_all_digits].max(initial=0) < 1e-15


@given(seeds, dims, st.floats(0, 30), st.floats(0, 30))
def test_lorentz_product_is_minus_the_hyperbolic_cosine_of_the_distance(seed, dim, radius_u, radius_v):
    s, radii = directions(seed, dim, 2), [radius_u, radius_v]
    with mpmath.workdps(100):
        u, v = ([mpmath.mpf(x) for x in row[1:].tolist()] for row in to_lorentz(s, radii))
        times = [mpmath.sqrt(1 + sum(x * x for x in space)) for space in (u, v)]
        product = times[0] * times[1] - sum(a * b for a, b in zip(u, v, strict=True))
        exact = float(mpmath.acosh(product))
    assert distance(s[0], radius_u, s[1], radius_v) == pytest.approx(exact, rel=1e-12, abs=1e-12)


@given(seeds, dims, st.floats(0, 18))
def test_klein_point_is_the_lorentz_point_over_its_time_and_twice_the_ball_point_over_one_and_its_square(seed, dim, r):
    s = directions(seed, dim, 1)
    x, ball = to_lorentz(s, [r]), to_ball(s, [r])
    assert to_klein(s, [r]) == pytest.approx(x[:, 1:] / x[:, :1], abs=1e-15)
    assert to_klein(s, [r]) == pytest.approx(2 * ball / (1 + np.sum(ball**2)), abs=1e-15)


@given(seeds, dims, st.floats(0, 30))
def test_klein_and_back(seed, dim, radius):
    s = directions(seed, dim, 1)
    points = to_klein(s, [radius])
    assert np.linalg.norm(points) < 1
    again, r = from_klein(points)
    assert r[0] == pytest.approx(min(radius, 18), abs=1e-15 * np.exp(2 * min(radius, 18)) + 1e-15)
    if radius > 1e-290:  # smaller ones do not have all digits
        assert np.abs(again - s).max() < 1e-15


def test_points_off_the_sheet():
    assert off_the_sheet([[1.0, 0.0, 0.0], [2.0, 0.0, 0.0], [1e8 + 1, 0.0, 1e8]]) == pytest.approx([0, 1, 1e-8])


@pytest.mark.parametrize(("curvature", "radius"), [(-1, 1), (-4, 0.5), (np.float32(-0.25), 2)])
def test_radius_of_the_ball_of_a_curvature(curvature, radius):
    assert scale_of_curvature(curvature) == radius


@pytest.mark.parametrize("curvature", [0, 1.0, -np.inf, np.nan, True, "-1", None])
def test_what_is_no_curvature(curvature):
    with pytest.raises(ValueError, match="curvature must be negative and finite, got"):
        scale_of_curvature(curvature)
