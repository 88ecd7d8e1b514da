"""Nearest points, against all distances."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from nx_poincare.engine.geometry import nearest
from nx_poincare.engine.geometry.nearest import nearest_others


@pytest.mark.parametrize("n", [0, 1, 3, 255, 256, 700])
@pytest.mark.parametrize("reach", [np.inf, 0.5])
def test_by_all_distances(n: int, reach: float) -> None:
    points = np.random.default_rng(n).standard_normal((n, 3))
    distances, rows = nearest_others(points, 4, reach=reach)
    gaps = np.linalg.norm(points[:, None] - points, axis=2) + np.where(np.eye(n), np.inf, 0.0)
    gaps[gaps >= reach] = np.inf
    order = np.argsort(gaps, axis=1, kind="stable")[:, :4]
    expected = np.full((n, 4), np.inf)
    expected[:, : order.shape[1]] = np.take_along_axis(gaps, order, axis=1)
    assert distances == pytest.approx(expected)
    found = np.isfinite(distances)
    assert (rows[~found] == n).all()
    assert gaps[np.nonzero(found)[0], rows[found]] == pytest.approx(distances[found])


def test_many_points_take_many_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """One call for 200,000 points in ten dimensions let no signal through for 20 seconds."""
    asked = []

    class Tree(cKDTree):
        def query(self, points, **options):
            asked.append(len(points))
            return super().query(points, **options)

    monkeypatch.setattr(nearest, "cKDTree", Tree)
    nearest_others(np.random.default_rng(0).standard_normal((5_000, 10)), 1)
    assert sum(asked) == 5_000
    assert max(asked) <= 1_000
