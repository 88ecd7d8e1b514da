"""The Fréchet mean: its gradient vanishes in arithmetic with 100 digits, near the origin and at radius 30."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from nx_poincare.engine.geometry.ball import distance, from_ball, to_ball
from nx_poincare.engine.geometry.mean import frechet_mean

seeds = st.integers(0, 2**32 - 1)


def cloud(seed, dim, count, radius, exponent, depth):
    """Unit vectors that differ by some ``10 ** exponent``, at radii of which ``depth`` spreads."""
    rng = np.random.default_rng(seed)
    points = rng.normal(size=dim) + 10**exponent * rng.normal(size=(count, dim))
    return points / np.linalg.norm(points, axis=1, keepdims=True), radius * (1 - depth * rng.uniform(size=count))


def lorentz(direction, radius):
    s = [mpmath.mpf(x) for x in direction.tolist()]
    length = mpmath.sqrt(sum(x * x for x in s))
    return [mpmath.cosh(radius), *(mpmath.sinh(radius) * x / length for x in s)]


def product(x, y):
    return -x[0] * y[0] + sum(a * b for a, b in zip(x[1:], y[1:], strict=True))


def exact_gradient(directions, radii, direction, radius):
    """The length of the mean of the logarithms of all points at a point."""
    with mpmath.workdps(100):
        center = lorentz(direction, mpmath.mpf(float(radius)))
        total = [mpmath.mpf(0)] * len(center)
        for s, r in zip(directions, radii.tolist(), strict=True):
            point = lorentz(s, mpmath.mpf(r))
            cosine = -product(point, center)
            if cosine <= 1:
                continue
            away = mpmath.acosh(cosine)
            total = [
                t + away / mpmath.sinh(away) * (p - cosine * c) for t, p, c in zip(total, point, center, strict=True)
            ]
        return float(mpmath.sqrt(max(product(total, total), mpmath.mpf(0)))) / len(radii)


@given(seeds, st.integers(2, 8), st.integers(1, 12), st.floats(0, 30), st.floats(-16, 1), st.sampled_from([0, 0.1, 1]))
def test_the_gradient_vanishes(seed, dim, count, radius, exponent, depth):
    directions, radii = cloud(seed, dim, count, radius, exponent, depth)
    direction, r = frechet_mean(directions, radii)
    assert np.linalg.norm(direction) == pytest.approx(1, abs=1e-15)
    farthest = max(float(distance(directions, radii, direction, r).max()), 1)
    # Rounding of a direction moves the mean by 1e-16 sinh r, and the gradient by as many times that as points are far.
    assert exact_gradient(directions, radii, direction, r) < 4e-16 * farthest * (1 + np.sinh(r)) + 4e-15 * farthest


@given(seeds, st.integers(2, 8), st.floats(0, 30), st.floats(0, 30))
def test_of_two_points_it_is_the_middle(seed, dim, radius_u, radius_v):
    (u, v), radii = cloud(seed, dim, 2, 1, 1, 0)[0], np.array([radius_u, radius_v])
    direction, r = frechet_mean(np.array([u, v]), radii)
    half = float(distance(u, radius_u, v, radius_v)) / 2
    allowed = 1e-13 * (1 + half) + 1e-15 * np.exp(r)
    assert distance(np.array([u, v]), radii, direction, r) == pytest.approx([half, half], abs=allowed)


@given(seeds, st.integers(2, 4), st.integers(2, 6))
def test_no_other_point_has_less_squares(seed, dim, count):
    directions, radii = cloud(seed, dim, count, 4, 1, 1)

    def squares(x):
        s, r = from_ball(x / np.sqrt(1 + x @ x))
        return np.mean(distance(directions, radii, s, r) ** 2)

    found = minimize(squares, np.zeros(dim) + 0.01, method="BFGS")
    mean = to_ball(*frechet_mean(directions, radii))
    assert np.abs(found.x / np.sqrt(1 + found.x @ found.x) - mean).max() < 1e-4
    assert squares(mean / np.sqrt(1 - mean @ mean)) <= found.fun + 1e-12


@pytest.mark.parametrize("radius", [0.0, 1e-300, 30.0, 60.0])
def test_of_one_point_many_times_it_is_the_point(radius):
    directions = np.tile([0.6, -0.8], (5, 1))
    direction, r = frechet_mean(directions, np.full(5, radius))
    assert distance(direction, r, directions[0], radius) <= 1e-15 * np.exp(radius)
