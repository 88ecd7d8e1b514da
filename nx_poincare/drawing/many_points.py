"""A `PathCollection` of very many round markers, which are blended into an image that matplotlib draws."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.artist import allow_rasterization
from matplotlib.backend_bases import RendererBase
from matplotlib.collections import PathCollection
from matplotlib.markers import MarkerStyle
from matplotlib.transforms import IdentityTransform

from nx_poincare.drawing.blending import blend_pixel, draw_blended, has_pixels
from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.compiled import kernel

__all__ = ["ManyPoints"]

_LARGE = 3.0  # pixels
_HALF_DIAGONAL = math.sqrt(0.5)
_POINTS = 6  # of a pixel, across


class ManyPoints(PathCollection):
    """Round markers without edges; as those of `matplotlib.axes.Axes.scatter` where a renderer has no pixels.

    Parameters
    ----------
    points : ndarray of float64, shape (n, 2)
    areas : ndarray of float64, shape (n,)
        In points squared.
    **options
        Of `matplotlib.collections.PathCollection`.
    """

    def __init__(self, points: FloatArray, areas: FloatArray, **options: Any) -> None:
        marker = MarkerStyle("o")
        path = marker.get_path().transformed(marker.get_transform())
        super().__init__((path,), areas, offsets=points, linewidths=0, **options)
        self.set_transform(IdentityTransform())

    @allow_rasterization
    def draw(self, renderer: RendererBase) -> None:
        """Blend all markers into an image, and draw that."""
        areas = np.asarray(self.get_sizes(), dtype=np.float64)
        usual = np.any(self.get_linewidth()) or self.get_hatch() or len(self.get_paths()) != 1 or not len(areas)
        if usual or not has_pixels(renderer, self):
            super().draw(renderer)
        elif self.get_visible():
            self.update_scalarmappable()
            points = self.get_offset_transform().transform(np.asarray(self.get_offsets()))
            radii = np.resize(np.sqrt(areas) / 2 * renderer.points_to_pixels(1.0), len(points))
            colours = np.resize(np.asarray(self.get_facecolor(), dtype=np.float64), (len(points), 4))
            draw_blended(
                self, renderer, lambda corner, image: _blend_disks(points - corner, radii, colours, image)
            )


@kernel(nogil=True)
def _blend_disks(centres, radii, colours, blended):  # type: ignore[no-untyped-def]
    """Add disks to an image, one after the other; its colours are multiplied by their opacity."""
    height, width = blended.shape[:2]
    for i in range(len(radii)):
        x, y = centres[i]
        reach = radii[i] + 0.5
        for row in range(max(int(y - reach), 0), min(int(y + reach), height - 1) + 1):
            for column in range(max(int(x - reach), 0), min(int(x + reach), width - 1) + 1):
                coverage = _share_within(column - x, row - y, radii[i])
                if coverage > 0:
                    blend_pixel(blended[row, column], colours[i], coverage)


@kernel()
def _share_within(left, low, radius):  # type: ignore[no-untyped-def]
    """What share of a pixel lies within a disk around the origin: by the distance, or by points in it for a small one."""
    gap = math.sqrt((left + 0.5) * (left + 0.5) + (low + 0.5) * (low + 0.5))
    if radius > _LARGE or gap >= radius + _HALF_DIAGONAL:
        return min(radius + 0.5 - gap, 1.0)
    within = 0
    for i in range(_POINTS):
        for j in range(_POINTS):
            x, y = left + (i + 0.5) / _POINTS, low + (j + 0.5) / _POINTS
            within += x * x + y * y <= radius * radius
    return within / (_POINTS * _POINTS)
