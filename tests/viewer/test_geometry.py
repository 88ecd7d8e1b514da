"""The geometry of the viewer's page and that of the package, on the same random cases."""

from __future__ import annotations

from typing import Any

import numpy as np
from oracles import exponential_map

from nx_poincare.drawing.geodesics import geodesic_points
from nx_poincare.engine.geometry.ball import distance, from_ball

CASES = 300
AT = "const at = (angle, radius) => Hyperbolic.edge(radius, angle);"  # from the origin's frame to a point's


def points_of_the_disk(rng: np.random.Generator) -> np.ndarray:
    radii = np.concatenate([np.zeros(2), rng.uniform(0, 8, CASES - 2)])
    angles = rng.uniform(-np.pi, np.pi, CASES)
    return np.column_stack([np.cos(angles), np.sin(angles)]) * np.tanh(radii / 2)[:, None]


def polar_points(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Angles and radii: near the origin, at 30, and everywhere between."""
    radii = np.concatenate([np.zeros(2), np.full(98, 30.0), rng.uniform(0, 30, CASES - 100)])
    return rng.uniform(-np.pi, np.pi, CASES), rng.permutation(radii)


def directions_of(angles: np.ndarray) -> np.ndarray:
    return np.column_stack([np.cos(angles), np.sin(angles)])


def turns_between(found: np.ndarray, expected: np.ndarray) -> np.ndarray:
    return np.angle(np.exp(1j * (found - expected)))


def test_distances_up_to_radius_30(page: Any) -> None:
    rng = np.random.default_rng(0)
    (theta, r), (phi, s) = polar_points(rng), polar_points(rng)
    found = page.run(
        f"{AT} return arguments[0].map(([theta, r, phi, s]) =>"
        " Hyperbolic.length(Hyperbolic.compose(Hyperbolic.inverse(at(theta, r)), at(phi, s))))",
        np.column_stack([theta, r, phi, s]).tolist(),
    )
    expected = distance(directions_of(theta), r, directions_of(phi), s)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)


def test_geodesics_end_where_the_exponential_map_says(page: Any) -> None:
    """From points up to radius 30, steps up to 5 units in any direction."""
    rng = np.random.default_rng(1)
    theta, r = polar_points(rng)
    r[r == 0] = 1e-3  # at the origin "radial" is a convention
    heading, step = rng.uniform(-np.pi, np.pi, CASES), rng.uniform(0, 5, CASES)
    found = np.array(
        page.run(
            f"{AT} return arguments[0].map(([theta, r, heading, step]) => {{"
            " const end = Hyperbolic.compose(at(theta, r), Hyperbolic.edge(step, heading));"
            " return [Hyperbolic.length(end), Hyperbolic.direction(end)]; })",
            np.column_stack([theta, r, heading, step]).tolist(),
        )
    )
    across = np.column_stack([-np.sin(theta), np.cos(theta)])
    directions, radii = exponential_map(
        directions_of(theta), r, step * np.cos(heading), (step * np.sin(heading))[:, None] * across
    )
    np.testing.assert_allclose(found[:, 0], radii, rtol=0, atol=1e-9)
    angles = np.arctan2(directions[:, 1], directions[:, 0])
    np.testing.assert_allclose(turns_between(found[:, 1], angles), 0, atol=1e-9)


def test_translations_are_the_mobius_maps_of_the_disk(page: Any) -> None:
    rng = np.random.default_rng(2)
    p, q = points_of_the_disk(rng), points_of_the_disk(rng)
    found = np.array(
        page.run(
            "return arguments[0].map((p, i) => { const q = arguments[1][i];"
            " const back = Hyperbolic.inverse(Hyperbolic.translationTo(p));"
            " return [...Hyperbolic.apply(back, q), ...Hyperbolic.apply(Hyperbolic.translationBetween(p, q), p),"
            "  Hyperbolic.length(Hyperbolic.compose(back, Hyperbolic.translationTo(q)))]; })",
            p.tolist(),
            q.tolist(),
        )
    )
    z, a = q[:, 0] + 1j * q[:, 1], p[:, 0] + 1j * p[:, 1]
    moved = (z - a) / (1 - np.conj(a) * z)
    np.testing.assert_allclose(found[:, 0] + 1j * found[:, 1], moved, atol=1e-9)
    np.testing.assert_allclose(found[:, 2:4], q, atol=1e-9)
    np.testing.assert_allclose(found[:, 4], distance(*from_ball(p), *from_ball(q)), rtol=0, atol=1e-9)


def test_drawn_edges_are_geodesics(page: Any) -> None:
    """A cubic curve is exact at its ends and in the middle, and nowhere a pixel off."""
    rng = np.random.default_rng(3)
    p, q = points_of_the_disk(rng), points_of_the_disk(rng)
    handles = np.array(
        page.run(
            "return arguments[0].map((p, i) => { const handles = [];"
            " Hyperbolic.geodesicHandles(handles, 0, ...p, ...arguments[1][i]); return handles; })",
            p.tolist(),
            q.tolist(),
        )
    )
    t = np.linspace(0, 1, 33)[:, None, None]
    curves = (1 - t) ** 3 * p + 3 * t * (1 - t) ** 2 * handles[:, :2] + 3 * t**2 * (1 - t) * handles[:, 2:] + t**3 * q
    np.testing.assert_allclose(curves[16], geodesic_points(p, q, steps=2)[:, 1], atol=1e-9)
    # Its circle stands upright on the unit circle: |c|^2 = 1 + r^2, where c . p = (1 + |p|^2) / 2.
    sides = np.stack([p, q], axis=1)
    bent = np.abs(np.linalg.det(sides)) > 1e-6
    centres = np.linalg.solve(sides[bent], ((1 + (sides[bent] ** 2).sum(axis=2)) / 2)[:, :, None])[:, :, 0]
    radii = np.sqrt((centres**2).sum(axis=1) - 1)
    off = np.abs(np.linalg.norm(curves[:, bent] - centres, axis=2) - radii)
    assert bent.sum() > CASES - 10
    assert off.max() < 1 / 368  # a window 800 pixels high has a disk of that radius
