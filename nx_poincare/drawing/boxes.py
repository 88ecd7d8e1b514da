"""Boxes on the page that may be turned: which touch, which lie in the frame, what they cover.

A box is a row of six numbers: its centre x and y, half its width, half its height, and cosine and
sine of the angle that its width is turned by. All are in pixels.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from matplotlib.transforms import Bbox
from numpy.typing import ArrayLike, NDArray

from nx_poincare.utils.arrays import FloatArray

__all__ = ["BoxPile", "are_inside", "box_of", "boxes_of", "gaps_to", "points_covered", "reach_beyond", "touch_any"]


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


def points_covered(boxes: FloatArray, points: FloatArray, weights: FloatArray | None = None) -> FloatArray:
    """How many of the points, or what weight of them, lie in each box."""
    gaps = _along_axes(points[None] - boxes[:, None, :2], boxes[:, None])
    covered = (np.abs(gaps) <= boxes[:, None, 2:4]).all(axis=-1)
    return np.asarray(covered.sum(axis=1) if weights is None else covered @ weights, dtype=np.float64)


def gaps_to(boxes: FloatArray, centres: FloatArray, radii: FloatArray) -> FloatArray:
    """Distance of each box from each circle, shape (boxes, circles); negative where they overlap."""
    beyond = np.abs(_along_axes(centres[None] - boxes[:, None, :2], boxes[:, None])) - boxes[:, None, 2:4]
    outside = np.linalg.norm(np.maximum(beyond, 0.0), axis=-1)
    inside = np.minimum(beyond.max(axis=-1), 0.0)
    return np.asarray(outside + inside - radii)


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


class BoxPile:
    """Boxes that are added one by one and looked up by place."""

    def __init__(self, boxes: Iterable[FloatArray] = ()) -> None:
        self._rows, self._count = np.zeros((64, 6)), 0
        for box in boxes:
            self.add(box)

    @property
    def all(self) -> FloatArray:
        """All boxes, shape (n, 6)."""
        return self._rows[: self._count]

    def add(self, box: FloatArray) -> None:
        """Put one more box on the pile."""
        if self._count == len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        self._rows[self._count] = box
        self._count += 1

    def near(self, boxes: FloatArray) -> FloatArray:
        """Those that may touch one of the boxes."""
        if not len(boxes):
            return np.zeros((0, 6))
        low = (boxes[:, :2] - boxes[:, 2:4].sum(axis=1, keepdims=True)).min(axis=0)
        high = (boxes[:, :2] + boxes[:, 2:4].sum(axis=1, keepdims=True)).max(axis=0)
        reach = self.all[:, 2:4].sum(axis=1, keepdims=True)
        inside = (self.all[:, :2] + reach >= low).all(axis=1) & (self.all[:, :2] - reach <= high).all(axis=1)
        return self.all[inside]
