"""A `LineCollection` of very many lines, which are blended into an image that matplotlib draws.

matplotlib makes an object of every line and hands it to Agg, which takes long for a million. Here the same lines,
in the same order, widths and colours, become pixels in a loop over arrays, at the resolution of the canvas. A pixel's
coverage is told from its distance to the line, as wide as the line is or as a pixel, whichever is less.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import allow_rasterization
from matplotlib.backend_bases import RendererBase
from matplotlib.collections import LineCollection
from matplotlib.path import Path
from matplotlib.transforms import Bbox, Transform

from nx_poincare.drawing.axes import figure_of
from nx_poincare.drawing.blending import blend_lines, draw_blended, has_pixels, pixels_of_point
from nx_poincare.utils.arrays import FloatArray

__all__ = ["ManyLines"]


class ManyLines(LineCollection):
    """Polylines that are drawn together; where a renderer has no pixels, one by one as in any other collection.

    Parameters
    ----------
    lines : sequence of ndarray of float64, each of shape (number of points, 2)
    widths : ndarray of float64, shape (n,)
        In points.
    rgba : ndarray of float64, shape (n, 4)
    **options
        Of `matplotlib.collections.LineCollection`.
    """

    def __init__(self, lines: Sequence[FloatArray], widths: FloatArray, rgba: FloatArray, **options: Any) -> None:
        super().__init__([], linewidths=widths, colors=rgba, **options)
        self._points: FloatArray | None = np.concatenate(lines)
        self._starts = np.concatenate([[0], np.cumsum(np.fromiter(map(len, lines), np.int64, len(lines)))])

    def set_linewidth(self, lw: Any) -> None:
        """Widths in points, one or one for each line."""
        self._widths = np.atleast_1d(np.asarray(lw, dtype=np.float64))
        super().set_linewidth(float(self._widths[0]))

    def get_linewidth(self) -> Any:
        """Widths in points."""
        return self._widths

    def set_paths(self, paths: Any) -> None:
        """Other lines in the place of these, which are drawn one by one."""
        self._points = None
        super().set_paths(paths)

    set_verts = set_segments = set_paths  # type: ignore[assignment]

    def get_paths(self) -> Sequence[Path]:
        """The lines as matplotlib's objects, which are made now."""
        return super().get_paths() if self._points is None else [Path(line) for line in self.get_segments()]

    def get_segments(self) -> list[Any]:
        """The lines as arrays."""
        return super().get_segments() if self._points is None else np.split(self._points, self._starts[1:-1])

    def get_datalim(self, transData: Transform) -> Bbox:
        """What box holds all lines."""
        if self._points is None:
            return super().get_datalim(transData)
        points = (self.get_transform() - transData).transform(self._points)
        return Bbox([points.min(axis=0), points.max(axis=0)])

    @allow_rasterization
    def draw(self, renderer: RendererBase) -> None:
        """Blend all lines into an image, and draw that."""
        if self._points is None or not has_pixels(renderer, self) or self._is_dashed():
            self._as_usual().draw(renderer)
        elif self.get_visible():
            self.update_scalarmappable()
            count = len(self._starts) - 1
            points = self.get_transform().transform(self._points)
            widths = np.resize(self._widths, count) * pixels_of_point(renderer)
            colours = np.resize(np.asarray(self.get_edgecolor(), dtype=np.float64), (count, 4))
            draw_blended(
                self, renderer,
                lambda corner, image: blend_lines(points - corner, self._starts, widths, colours, image),
            )  # fmt: skip

    def _is_dashed(self) -> bool:
        styles: Any = self.get_linestyle()
        return any(dashes is not None for _, dashes in styles)

    def _as_usual(self) -> LineCollection:
        """The same lines for matplotlib to draw."""
        lines = LineCollection(self.get_segments())
        lines.update_from(self)
        lines.set_linewidth(self._widths.tolist())
        if (cap := self.get_capstyle()) is not None:
            lines.set_capstyle(cap)
        lines.set_figure(figure_of(self.axes))
        lines.axes = self.axes
        return lines
