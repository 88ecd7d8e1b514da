from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nx_poincare.drawing.geodesics import geodesic_paths, geodesic_points
from nx_poincare.engine.geometry.ball import distance, from_ball


def random_points(n: int, seed: int, largest: float = 0.999) -> np.ndarray:
    rng = np.random.default_rng(seed)
    angles, norms = rng.uniform(0, 2 * np.pi, n), largest * np.sqrt(rng.uniform(0, 1, n))
    return np.column_stack([norms * np.cos(angles), norms * np.sin(angles)])


def translated_diameter(p: complex, q: complex, shares: np.ndarray) -> np.ndarray:
    """The geodesic from p to q by brute force: move p to the origin, walk straight, move back."""
    w = (q - p) / (1 - np.conj(p) * q)
    straight = w / abs(w) * np.tanh(shares * np.arctanh(abs(w)))
    return (straight + p) / (1 + np.conj(p) * straight)


def test_ends_are_exact() -> None:
    starts, ends = random_points(500, 0), random_points(500, 1)
    points = geodesic_points(starts, ends, steps=7)
    assert points.shape == (500, 8, 2)
    np.testing.assert_array_equal(points[:, 0], starts)
    np.testing.assert_array_equal(points[:, -1], ends)


def test_points_lie_on_the_translated_diameter() -> None:
    starts, ends = random_points(100, 2), random_points(100, 3)
    for start, end, path in zip(starts, ends, geodesic_points(starts, ends, steps=20), strict=True):
        dense = translated_diameter(complex(*start), complex(*end), np.linspace(0, 1, 20_001))
        gaps = np.abs((path[:, 0] + 1j * path[:, 1])[:, None] - dense)
        assert gaps.min(axis=1).max() < 1e-3


def test_points_are_between_the_ends() -> None:
    starts, ends = random_points(300, 4), random_points(300, 5)
    points = geodesic_points(starts, ends, steps=10)
    (s, rs), (e, re), (m, rm) = from_ball(starts), from_ball(ends), from_ball(points)
    through = distance(s[:, None], rs[:, None], m, rm) + distance(m, rm, e[:, None], re[:, None])
    np.testing.assert_allclose(through, np.repeat(distance(s, rs, e, re)[:, None], 11, axis=1), rtol=1e-9)


def test_arcs_meet_the_unit_circle_at_right_angles() -> None:
    starts, ends = random_points(300, 6), random_points(300, 7)
    first, middle, last = geodesic_points(starts, ends, steps=2).transpose(1, 0, 2)
    # The circle through three points has the centre c with 2 c . (a - b) = |a|^2 - |b|^2.
    sides = 2 * np.stack([middle - first, last - first], axis=1)
    norms = np.stack([(x**2).sum(axis=1) - (first**2).sum(axis=1) for x in (middle, last)], axis=1)
    bent = np.abs(np.linalg.det(sides)) > 1e-3
    centre = np.linalg.solve(sides[bent], norms[bent][..., None])[..., 0]
    radius = np.linalg.norm(centre - first[bent], axis=1)
    assert bent.sum() > 200
    np.testing.assert_allclose((centre**2).sum(axis=1), 1 + radius**2, rtol=1e-6)


def test_points_are_evenly_spaced() -> None:
    steps = np.diff(geodesic_points(random_points(200, 8), random_points(200, 9), steps=12), axis=1)
    lengths = np.linalg.norm(steps, axis=-1)
    np.testing.assert_allclose(lengths, np.repeat(lengths[:, :1], 12, axis=1), rtol=1e-9)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ((0, 0), (0.7, 0.1)),
        ((0.7, 0.1), (0, 0)),
        ((-0.3, -0.6), (0.2, 0.4)),
        ((0.1, 0.1), (0.9, 0.9 - 1e-15)),
    ],
)
def test_geodesics_through_the_origin_are_straight(start: tuple[float, float], end: tuple[float, float]) -> None:
    points = geodesic_points([start], [end], steps=4)[0]
    np.testing.assert_allclose(points, np.linspace(start, end, 5), atol=1e-12)


def test_coincident_ends_give_one_point() -> None:
    points = geodesic_points([[0.5, -0.2], [0, 0]], [[0.5, -0.2], [0, 0]], steps=3)
    np.testing.assert_allclose(points, [[[0.5, -0.2]] * 4, [[0, 0]] * 4], atol=1e-15)


coordinates = st.floats(-0.7, 0.7, allow_nan=False)


@given(coordinates, coordinates, coordinates, coordinates)
def test_every_pair_of_points_gives_a_finite_path_in_the_disk(a: float, b: float, c: float, d: float) -> None:
    points = geodesic_points([[a, b]], [[c, d]])
    assert np.isfinite(points).all()
    assert (np.linalg.norm(points, axis=-1) <= max(np.hypot(a, b), np.hypot(c, d)) + 1e-12).all()


def test_paths_keep_the_tolerance_with_few_points() -> None:
    starts, ends = random_points(400, 10), random_points(400, 11)
    paths = geodesic_paths(starts, ends, tolerance=1e-3)
    dense = geodesic_points(starts, ends, steps=400)
    for path, exact in zip(paths, dense, strict=True):
        corners = np.linspace(0, 1, len(path))
        even = np.linspace(0, 1, 401)
        polyline = np.column_stack([np.interp(even, corners, path[:, k]) for k in (0, 1)])
        nearest = np.abs((exact - polyline) @ np.array([1, 1j]))
        assert nearest.max() < 2e-3  # the same share of both is a little further apart than the nearest point
    assert np.mean([len(path) for path in paths]) < 20


def test_no_edges() -> None:
    assert geodesic_points(np.zeros((0, 2)), np.zeros((0, 2))).shape == (0, 33, 2)
    assert geodesic_paths([], []) == []


def test_bad_options() -> None:
    with pytest.raises(ValueError, match="steps must be at least 1"):
        geodesic_points([[0, 0]], [[0, 0.5]], steps=0)
    with pytest.raises(ValueError, match="tolerance must be positive"):
        geodesic_paths([[0, 0]], [[0, 0.5]], tolerance=0)
