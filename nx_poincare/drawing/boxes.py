"""Boxes on the page that may be turned: which touch, which lie in the frame, what they cover.

A box is a row of six numbers: its centre x and y, half its width, half its height, and cosine and
sine of the angle that its width is turned by. All are in pixels.
"""

from __future__ import annotations

import numpy as np
from matplotlib.transforms import Bbox
from numpy.typing import ArrayLike, NDArray

from nx_poincare.utils.arrays import FloatArray

__all__ = ["are_inside", "box_of", "boxes_of", "points_covered", "reach_beyond", "touch_any"]


def boxes_of(centres: FloatArray, halves: ArrayLike, angles: ArrayLike) -> FloatArray:
    """Boxes, shape (n, 6), around centres of shape (n, 2); halves of shape (2,) and angles in radians broadcast."""
    n = len(centres)
    turn = np.broadcast_to(np.asarray(angles, dtype=np.float64), n)
    return np.column_stack([centres, np.broadcast_to(halves, (n, 2)), np.cos(turn), np.sin(turn)])


def box_of(box: Bbox) -> FloatArray:
    """An upright box of matplotlib, shape (6,)."""
    x0, y0, x1, y1 = box.extents
    return np.array([(x0 + x1) / 2, (y0 + y1) / 2, abs(x1 - x0) / 2, abs(y1 - y0) / 2, 1.0, 0.0])


def are_inside(boxes: FloatArray, frame: Bbox) -> NDArray[np.bool_]:
    """Whether each box lies in an upright frame."""
    reach = _reach(boxes[:, 2:4], np.abs(boxes[:, 4:]))
    low, high = boxes[:, :2] - reach, boxes[:, :2] + reach
    return np.asarray((low >= frame.min).all(axis=1) & (high <= frame.max).all(axis=1))


def touch_any(boxes: FloatArray, others: FloatArray) -> NDArray[np.bool_]:
    """Whether each box touches one of the others: no side of either separates them."""
    if not len(others):
        return np.zeros(len(boxes), dtype=np.bool_)
    mine, theirs = boxes[:, None], others[None]
    gap = theirs[..., :2] - mine[..., :2]
    # Of the other box's axes in each box's own: cosine and sine of the angle between them.
    cosine = np.abs(mine[..., 4] * theirs[..., 4] + mine[..., 5] * theirs[..., 5])
    sine = np.abs(mine[..., 4] * theirs[..., 5] - mine[..., 5] * theirs[..., 4])
    between = np.stack([cosine, sine], axis=-1)
    apart = np.zeros(np.broadcast_shapes(mine.shape, theirs.shape)[:2], dtype=np.bool_)
    for one, other in ((mine, theirs), (theirs, mine)):
        reach = one[..., 2:4] + _reach(other[..., 2:4], between)
        apart |= (np.abs(_along_axes(gap, one)) > reach).any(axis=-1)
    return np.asarray(np.logical_not(apart).any(axis=1))


def reach_beyond(boxes: FloatArray, middle: FloatArray, radius: float) -> NDArray[np.bool_]:
    """Whether a corner of each box lies outside a circle."""
    farthest = np.abs(_along_axes(boxes[:, :2] - middle, boxes)) + boxes[:, 2:4]
    return np.asarray(np.linalg.norm(farthest, axis=1) > radius)


def points_covered(boxes: FloatArray, points: FloatArray) -> FloatArray:
    """How many of the points lie in each box."""
    gaps = _along_axes(points[None] - boxes[:, None, :2], boxes[:, None])
    return np.asarray((np.abs(gaps) <= boxes[:, None, 2:4]).all(axis=-1).sum(axis=1), dtype=np.float64)


def _along_axes(gaps: FloatArray, boxes: FloatArray) -> FloatArray:
    """Components along the width and the height of each box."""
    cosine, sine = boxes[..., 4], boxes[..., 5]
    x, y = gaps[..., 0], gaps[..., 1]
    return np.stack([x * cosine + y * sine, y * cosine - x * sine], axis=-1)


def _reach(halves: FloatArray, turns: FloatArray) -> FloatArray:
    """How far a box of these halves reaches along axes at |cosine|, |sine| to its own."""
    width, height = halves[..., 0], halves[..., 1]
    cosine, sine = turns[..., 0], turns[..., 1]
    return np.stack([width * cosine + height * sine, width * sine + height * cosine], axis=-1)
