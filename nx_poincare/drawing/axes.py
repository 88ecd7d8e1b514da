"""The axes that a picture is drawn on: how large they are, and by how much strokes shrink on small ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

__all__ = ["SMALLEST_FONT", "FigureAxes", "figure_of", "font_size", "scale_of", "side_of"]

_FULL_SIDE = 6.0  # inches
SMALLEST_FONT = 6.0  # points, below which print is not read


if TYPE_CHECKING:

    class FigureAxes(Axes):
        """Axes whose figure can be saved; those in a subfigure, which the caller has made, are called so as well."""

        @property
        def figure(self) -> Figure: ...
else:
    FigureAxes = Axes


def figure_of(ax: Artist | None) -> Figure:
    """The figure that the axes, perhaps through subfigures, belong to."""
    figure = None if ax is None else ax.get_figure()
    if figure is None:
        raise ValueError("ax has been removed from its figure")
    return figure.figure  # of a subfigure the root; get_figure(root=True) came with Matplotlib 3.10


def scale_of(ax: Axes) -> float:
    """By how much text, markers and lines shrink on small axes."""
    return float(min(1.0, side_of(ax) / (_FULL_SIDE * 72)))


def side_of(ax: Axes) -> float:
    """Side of the axes in points."""
    ax.apply_aspect()
    frame = ax.get_window_extent()
    return float(min(frame.width, frame.height) / figure_of(ax).dpi * 72)


def font_size(points: float, scale: float) -> float:
    """A size of text that shrinks with the axes, but not below what can be read; few sizes are measured fast."""
    return max(round(points * scale * 4) / 4, SMALLEST_FONT)
