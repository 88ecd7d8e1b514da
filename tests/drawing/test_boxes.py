from __future__ import annotations

import numpy as np
from matplotlib.path import Path
from matplotlib.transforms import Bbox

from nx_poincare.drawing.boxes import are_inside, box_of, boxes_of, points_covered, reach_beyond, touch_any

RNG = np.random.default_rng(0)
BOXES = boxes_of(RNG.uniform(0, 100, (60, 2)), RNG.uniform(1, 12, (60, 2)), RNG.uniform(-2, 2, 60))


def path_of(box: np.ndarray) -> Path:
    along, across = box[4:], np.array([-box[5], box[4]])
    corners = [box[:2] + i * box[2] * along + j * box[3] * across for i, j in ((1, 1), (-1, 1), (-1, -1), (1, -1))]
    return Path([*corners, corners[0]], closed=True)


def test_touching_agrees_with_matplotlib() -> None:
    paths = [path_of(box) for box in BOXES]
    expected = [[a.intersects_path(b) for b in paths] for a in paths]
    found = [[touch_any(a[None], b[None])[0] for b in BOXES] for a in BOXES]
    assert found == expected
    assert 100 < np.sum(expected) < 3000
    assert not touch_any(BOXES, np.empty((0, 6))).any()


def test_covered_agrees_with_matplotlib() -> None:
    points = RNG.uniform(0, 100, (500, 2))
    assert points_covered(BOXES, points).tolist() == [path_of(box).contains_points(points).sum() for box in BOXES]


def test_inside_and_beyond() -> None:
    frame = Bbox([[10, 10], [90, 90]])
    corners = [path_of(box).vertices for box in BOXES]
    assert are_inside(BOXES, frame).tolist() == [bool(((c >= 10) & (c <= 90)).all()) for c in corners]
    beyond = reach_beyond(BOXES, np.array([50.0, 50.0]), 40.0)
    assert beyond.tolist() == [bool((np.linalg.norm(c - 50, axis=1) > 40).any()) for c in corners]
    assert 0 < beyond.sum() < 60


def test_upright_box() -> None:
    np.testing.assert_array_equal(box_of(Bbox([[1, 2], [5, 8]])), [3, 5, 2, 3, 1, 0])
