"""A `PathCollection` of very many round markers, which are blended into an image that matplotlib draws."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.artist import allow_rasterization
from matplotlib.backend_bases import RendererBase
from matplotlib.collections import PathCollection
from matplotlib.markers import MarkerStyle
from matplotlib.transforms import IdentityTransform

from nx_poincare.drawing.blending import blend_disks, draw_blended, has_pixels, pixels_of_point
from nx_poincare.utils.arrays import FloatArray

__all__ = ["ManyPoints"]


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
            radii = np.resize(np.sqrt(areas) / 2 * pixels_of_point(renderer), len(points))
            colours = np.resize(np.asarray(self.get_facecolor(), dtype=np.float64), (len(points), 4))
            draw_blended(self, renderer, lambda corner, image: blend_disks(points - corner, radii, colours, image))
