from __future__ import annotations

import numpy as np

from nx_poincare.drawing.bundles import bundled_paths

# 0 above 1 and 2; 3, 4 below 1; 5, 6 below 2; 7 is another root.
PARENTS = np.array([-1, 0, 0, 1, 1, 2, 2, -1])
POSITIONS = np.array(
    [[0.0, 0], [0.5, 0], [-0.5, 0], [0.8, 0.2], [0.8, -0.2], [-0.8, 0.2], [-0.8, -0.2], [0.0, 0.9]]
)  # fmt: skip


def paths(*edges: tuple[int, int]) -> list[np.ndarray]:
    return bundled_paths(np.array(edges), POSITIONS, np.arange(8), PARENTS)


def test_from_end_to_end() -> None:
    for (u, v), path in zip(((3, 5), (4, 6), (1, 5), (7, 3)), paths((3, 5), (4, 6), (1, 5), (7, 3)), strict=True):
        np.testing.assert_array_equal(path[[0, -1]], POSITIONS[[u, v]])
        assert path.shape == (25, 2)
        assert (np.linalg.norm(path, axis=1) < 1).all()


def test_edges_between_the_same_branches_run_together() -> None:
    upper, lower = paths((3, 5), (4, 6))
    apart = np.abs(upper - lower)[:, 1]
    assert apart[0] == apart[-1] == 0.4
    assert apart[12] < 0.15  # straight lines would stay 0.4 apart


def test_points_are_evenly_spaced() -> None:
    [path] = paths((3, 5))
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    assert steps.max() < 1.2 * steps.min()


def test_a_second_parent_nearby() -> None:
    [path] = paths((1, 3))
    assert np.isfinite(path).all()
