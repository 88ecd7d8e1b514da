"""Whose label is it? A label belongs to the marker that is nearest to it; here is what is near.

Distances are between a label's box and a marker's edge, in pixels. Only markers that are seen as well as the
label's own count, those of at least half its area, and all that bear a label already.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from nx_poincare.drawing.boxes import gaps_to, points_covered
from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = ["Surroundings"]

_LIKE = 0.5**0.5  # of a marker's radius, from which on another is as visible
_SAME_PLACE = 0.3  # of its radius, within which other markers lie under it
_MOST_POINTS = 20_000  # that a label tries not to hide


class Surroundings:
    """Markers and points on the page, found by place.

    Parameters
    ----------
    pixels : ndarray of float64, shape (n, 2)
        Centres of the markers.
    radii : ndarray of float64, shape (n,)
        Their radii in pixels.
    seen : ndarray of bool, shape (n,)
        Whether a label could be taken for the marker's.
    avoided : ndarray of float64, shape (m, 2)
        Points that labels should rather not hide, of which at most 20,000 are looked at.
    important : ndarray of float64, shape (k, 2)
        Those that count ten times.
    """

    def __init__(
        self, pixels: FloatArray, radii: FloatArray, seen: NDArray[np.bool_], avoided: FloatArray, important: FloatArray
    ) -> None:
        rows = np.flatnonzero(seen)
        self._centres, self._radii, self._rows = pixels[rows], radii[rows], rows
        self._all_radii, self._all_centres = radii, pixels
        few = avoided[:: 1 + max(len(avoided) - 1, 0) // _MOST_POINTS]
        self._points = np.concatenate([few, important])
        self._weights = np.concatenate([np.ones(len(few)), np.full(len(important), 10.0)])
        self._marker_tree, self._point_tree = KDTree(self._centres), KDTree(self._points)
        self._widest = float(self._radii.max(initial=0))
        self._labelled = np.zeros(len(pixels), dtype=np.bool_)

    def mark_labelled(self, node: int) -> None:
        """From now on this marker counts for all labels, whatever its size."""
        self._labelled[node] = True

    def own_gaps(self, boxes: FloatArray, node: int) -> FloatArray:
        """Distance of each box from its own marker, shape (number of boxes,)."""
        return gaps_to(boxes, self._all_centres[[node]], self._all_radii[[node]])[:, 0]

    def rival_gaps(self, boxes: FloatArray, node: int, within: float) -> FloatArray:
        """Distance of each box from the nearest marker that it could be taken for; infinite if beyond ``within``."""
        rows = np.array(self._marker_tree.query_ball_point(*_circle(boxes, within + self._widest)), dtype=np.int64)
        rivals = rows[self._could_be_meant(rows, node)]
        if not len(rivals):
            return np.full(len(boxes), np.inf)
        return np.asarray(gaps_to(boxes, self._centres[rivals], self._radii[rivals]).min(axis=1))

    def _could_be_meant(self, rows: IntArray, node: int) -> NDArray[np.bool_]:
        nodes = self._rows[rows]
        like = (self._radii[rows] >= _LIKE * self._all_radii[node]) | self._labelled[nodes]
        apart = np.linalg.norm(self._centres[rows] - self._all_centres[node], axis=1)
        return np.asarray(like & (nodes != node) & (apart > _SAME_PLACE * self._all_radii[node]))

    def hidden(self, boxes: FloatArray) -> FloatArray:
        """Weight of the points that each box would hide."""
        rows = self._point_tree.query_ball_point(*_circle(boxes, 0.0))
        if not rows:
            return np.zeros(len(boxes))
        return points_covered(boxes, self._points[rows], self._weights[rows])


def _circle(boxes: FloatArray, margin: float) -> tuple[FloatArray, float]:
    """A circle around all boxes and a margin."""
    middle = boxes[:, :2].mean(axis=0)
    reach = np.linalg.norm(boxes[:, :2] - middle, axis=1) + np.linalg.norm(boxes[:, 2:4], axis=1)
    return middle, float(reach.max() + margin)
