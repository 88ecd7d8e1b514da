"""Second parents in a legend: lines as the picture has them, where many run together and where they part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import LineCollection
from matplotlib.legend_handler import HandlerBase

from nx_poincare.drawing.look import Stroke

__all__ = ["SecondParents", "SecondParentsHandler"]

_COVER = 0.85  # of the paper that a bundle covers where its lines run together: so many has the swatch
_MOST_LINES = 40
_NARROW = 0.06  # of the width of a bundle where its lines have parted
_TRUNK = 0.45  # of the swatch, in which they run together
_STEPS = 16


@dataclass(frozen=True)
class SecondParents:
    """What the legend is given in place of an artist."""

    stroke: Stroke
    are_many: bool
    label: str

    def get_label(self) -> str:
        """As of matplotlib's artists."""
        return self.label


class SecondParentsHandler(HandlerBase):
    """Draws the swatch: one line, or a bundle that parts."""

    def create_artists(
        self, legend: Any, orig_handle: Any, xdescent: float, ydescent: float, width: float, height: float,
        fontsize: float, trans: Any,
    ) -> list[Artist]:  # fmt: skip
        """The lines, within the box that matplotlib gives."""
        share = np.linspace(0, 1, _STEPS)
        parted = np.maximum(np.clip((share - _TRUNK) / (1 - _TRUNK), 0, 1) ** 1.5, _NARROW)
        ends = np.linspace(-0.7, 0.7, _lines_of(orig_handle.stroke)) if orig_handle.are_many else np.zeros(1)
        lines = [
            np.column_stack([share * width - xdescent, height / 2 - ydescent + end * height * parted]) for end in ends
        ]
        rgba, line_width = orig_handle.stroke
        return [LineCollection(lines, colors=[rgba], linewidths=line_width, transform=trans)]


def _lines_of(stroke: Stroke) -> int:
    return int(np.clip(np.ceil(np.log(1 - _COVER) / np.log(1 - min(stroke.rgba[3], 0.9))), 1, _MOST_LINES))
