from __future__ import annotations

import numpy as np

from nx_poincare.engine.geometry.ball import distance, from_ball
from nx_poincare.layout.fan import breadth_first, fan_layout, fan_positions


def random_tree(n: int) -> np.ndarray:
    rng = np.random.default_rng(3)
    parents = np.array([-1, *(int(rng.integers(v)) for v in range(1, n))])
    order = breadth_first(parents, np.zeros(n))
    row = np.argsort(order)
    return np.where(parents[order] < 0, -1, row[parents[order]])


def test_steps_are_distances_and_views_are_isometric() -> None:
    parents = random_tree(40)
    fan = fan_layout(parents)
    tables = []
    for center in (0, 7, 39):
        points = fan_positions(parents, fan, center)
        assert np.array_equal(points[center], [0, 0])
        directions, radii = from_ball(points)
        near = radii < 12
        table = distance(directions[:, None], radii[:, None], directions[None], radii[None])
        tables.append(np.where(near[:, None] & near, table, np.nan))
        up = parents[1:]
        known = near[1:] & near[up]
        np.testing.assert_allclose(table[np.arange(1, 40), up][known], fan.steps[1:][known], atol=1e-5)
    for table in tables[1:]:
        both = np.isfinite(table) & np.isfinite(tables[0])
        assert both.sum() > 100
        np.testing.assert_allclose(table[both], tables[0][both], atol=1e-4)


def test_parent_is_above_and_everything_inside() -> None:
    parents = random_tree(300)
    points = fan_positions(parents, fan_layout(parents), 50)
    x, y = points[parents[50]]
    assert abs(x) < 1e-12
    assert y > 0
    assert (np.linalg.norm(points, axis=1) < 1).all()


def test_long_chain() -> None:
    parents = np.arange(-1, 20_000)
    points = fan_positions(parents, fan_layout(parents), 10_000)
    assert np.isfinite(points).all()
    assert (np.linalg.norm(points, axis=1) < 1).all()
