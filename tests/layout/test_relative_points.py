from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nx_poincare.engine.geometry.ball import distance
from nx_poincare.layout.fan import relative_points


def tree_and_points(n: int, seed: int, largest: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    parents = np.array([-1] + [int(rng.integers(v)) for v in range(1, n)])
    angles, radii = rng.uniform(-np.pi, np.pi, n), rng.uniform(0, largest, n)
    return parents, np.column_stack([np.cos(angles), np.sin(angles)]), radii


def followed(parents: np.ndarray, steps: np.ndarray, turns: np.ndarray, start: complex) -> np.ndarray:
    """Points of the disk by walking the tree with Möbius maps, as (frame's place, frame's turn)."""
    place, turned = np.zeros(len(parents), complex), np.ones(len(parents), complex)
    place[0] = start
    for v in range(1, len(parents)):
        p = parents[v]
        way = turned[p] * np.exp(1j * turns[v])  # in the frame of the parent
        end = way * np.tanh(steps[v] / 2)
        place[v] = (end + place[p]) / (1 + np.conj(place[p]) * end)
        # The derivative of the map turns what goes straight on.
        turned[v] = way * ((1 + place[p] * np.conj(end)) / (1 + np.conj(place[p]) * end))
    return place


@given(st.integers(1, 30), st.integers(0, 2**32))
def test_walking_the_tree_leads_to_the_points(n: int, seed: int) -> None:
    parents, directions, radii = tree_and_points(n, seed, largest=3)
    relative = relative_points(parents, directions, radii)
    points = (directions[:, 0] + 1j * directions[:, 1]) * np.tanh(radii / 2)
    assert np.abs(relative.turns).max() <= np.pi
    np.testing.assert_allclose(followed(parents, relative.steps, relative.turns, points[0]), points, atol=1e-9)


@given(st.integers(2, 30), st.integers(0, 2**32))
def test_steps_are_distances_up_to_radius_60(n: int, seed: int) -> None:
    parents, directions, radii = tree_and_points(n, seed, largest=60)
    up = parents[1:]
    expected = distance(directions[up], radii[up], directions[1:], radii[1:])
    assert relative_points(parents, directions, radii).steps[1:] == pytest.approx(expected, abs=1e-9)


def test_no_node_and_equal_points() -> None:
    empty = relative_points(np.zeros(0, np.int64), np.zeros((0, 2)), np.zeros(0))
    assert len(empty.steps) == len(empty.turns) == 0
    same = relative_points(np.array([-1, 0, 1]), np.tile([0.6, 0.8], (3, 1)), np.full(3, 20.0))
    np.testing.assert_array_equal(same.steps, 0)
    assert np.isfinite(same.turns).all()
