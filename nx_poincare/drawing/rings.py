"""Labels of leaves around the disk."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from nx_poincare.drawing.annotation import HALO, text_width
from nx_poincare.drawing.axes import font_size, scale_of, side_of
from nx_poincare.utils.arrays import FloatArray

__all__ = ["widest_disk"]

_FONT = 7.5  # points, on axes of full size
_GAP = 1.5  # points between a marker and its label
_NARROWEST_DISK = 0.66  # of the axes, where labels stand around it
_LINE = 1.15  # room for a radial label along the circle, in font sizes


def widest_disk(ax: Axes, points: FloatArray, texts: Sequence[str]) -> float | None:
    """Radius of the disk, as a share of half the axes, that leaves room for radial labels around it.

    None if they are too many for the circle, or too long.
    """
    if not texts:
        return None
    side, scale = side_of(ax), scale_of(ax)
    font = font_size(_FONT, scale)
    norms = np.linalg.norm(points, axis=1)
    widths = np.array([text_width(text, font) for text in texts]) + (_GAP + HALO) * 4 * scale
    to_edge = side / 2 / np.maximum(np.abs(points).max(axis=1) / norms, 1e-9)
    radius = float(((to_edge - widths) / norms).min())
    if radius < _NARROWEST_DISK * side / 2 or len(texts) * _LINE * font > 2 * np.pi * radius * norms.min():
        return None
    return radius / (side / 2)
