"""How a scene is drawn, whatever it shows."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from matplotlib.colors import to_rgb

from nx_poincare.drawing.colours import Paint, Theme
from nx_poincare.drawing.highlight import Highlight
from nx_poincare.drawing.scene import Scene
from nx_poincare.utils.arrays import FloatArray

__all__ = ["RASTER_FROM", "Look", "SizeScale", "Stroke", "crowd_of", "quiet_colour"]

RASTER_FROM = 20_000  # nodes from which a vector file holds the nodes and edges as an image
_QUIET, _QUIET_ON_DARK = "#5f4208", "#dcc08e"


@dataclass(frozen=True)
class SizeScale:
    """Areas of markers in points squared for values: in proportion, with a floor that can be seen."""

    greatest: float
    largest: float
    smallest: float

    def area_of(self, values: FloatArray) -> FloatArray:
        """Areas; the floor for no value."""
        share = np.nan_to_num(values, nan=0.0) / (self.greatest or 1.0)
        return np.asarray(np.maximum(share * self.largest, self.smallest), dtype=np.float64)

    def value_of(self, areas: Any) -> FloatArray:
        """Values for areas."""
        return np.asarray(areas, dtype=np.float64) / self.largest * self.greatest


class Stroke(NamedTuple):
    """How a line is drawn: its colour with opacity, and its width in points."""

    rgba: tuple[float, float, float, float]
    width: float


def quiet_colour(theme: Theme) -> tuple[float, float, float]:
    """Of edges that are not in the tree: a brown that is strong where many thin lines run together."""
    return to_rgb(_QUIET_ON_DARK if theme.is_dark else _QUIET)


@dataclass(frozen=True)
class Look:
    """Options of a picture, checked."""

    theme: Theme
    paint: Paint
    highlight: Highlight | None
    labels: int | bool | Mapping[Hashable, str] | None
    node_size: float | None
    with_edges: bool
    title: str | None
    node_sizes: SizeScale | None = None
    sides: dict[int, FloatArray] | None = None  # where labels stood in the frame before, of a film


def crowd_of(scene: Scene) -> float:
    """How many nodes the strokes must leave room for: around a focus, those that are seen."""
    return float(len(scene.sizes) if scene.focus is None else max(4 * scene.scales.sum(), 30))
