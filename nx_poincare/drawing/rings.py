"""Labels of leaves around the disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from scipy.optimize import isotonic_regression

from nx_poincare.drawing.annotation import HALO, LabelStyle, text_width, write_label
from nx_poincare.drawing.axes import SMALLEST_FONT, figure_of, font_size, scale_of, side_of
from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = ["Rings", "draw_rings", "rings_around", "widest_disk"]

_FONT = 7.5  # points, on axes of full size
_GAP = 1.5  # points between a marker and its label
_NARROWEST_DISK = 0.66  # of the axes, where labels stand around it
_LINE = 1.15  # room for a radial label along the circle, in font sizes
_CLOSE = 1.06  # the same on rings
_MOST_RINGS, _FEWEST = 3, 40  # labels, below which rings are not worth their leader lines
_NARROWEST_WITHIN = 0.5  # of the axes, inside rings
_LEADERS = 0.05  # of half the axes, between the disk and the first ring
_LEADER, _LEADER_WIDTH = 1.5, 0.4  # points: room for a leader line beside a label, and its width


def widest_disk(ax: Axes, points: FloatArray, texts: Sequence[str]) -> float | None:
    """Radius of the disk, as a share of half the axes, that leaves room for radial labels around it.

    None if they are too many for the circle, or too long.
    """
    if not texts:
        return None
    side, scale = side_of(ax), scale_of(ax)
    font = font_size(_FONT, scale)
    if len(texts) * _LINE * font > np.pi * side:  # however short they are
        return None
    norms = np.linalg.norm(points, axis=1)
    widths = np.array([text_width(text, font) for text in texts]) + (_GAP + HALO) * 4 * scale
    to_edge = side / 2 / np.maximum(np.abs(points).max(axis=1) / norms, 1e-9)
    radius = float(((to_edge - widths) / norms).min())
    if radius < _NARROWEST_DISK * side / 2 or len(texts) * _LINE * font > 2 * np.pi * radius * norms.min():
        return None
    return radius / (side / 2)


@dataclass(frozen=True)
class Rings:
    """Places for labels on circles around the disk, in points from its centre.

    Attributes
    ----------
    share : float
        Radius of the disk, as a share of half the axes.
    font : float
        Size of the text in points.
    angles : ndarray of float64, shape (n,)
        Of the labels, in radians; they keep the order of the nodes around the circle.
    starts, widths : ndarray of float64, shape (n,)
        Where each label begins, and its width.
    elbow : float
        Radius at which a leader line reaches the angle of its label.
    """

    share: float
    font: float
    angles: FloatArray
    starts: FloatArray
    widths: FloatArray
    elbow: float


def rings_around(ax: Axes, points: FloatArray, texts: Sequence[str]) -> Rings | None:
    """Up to three rings of labels, as many as leave the widest disk; None if there is no room for all.

    Neighbours stand on different rings, so that more of them fit; leader lines run between those of the inner ring.
    """
    if len(texts) < _FEWEST:
        return None
    half = side_of(ax) / 2
    order = np.argsort(np.arctan2(points[:, 1], points[:, 0]), kind="stable")
    for font in (_FONT, SMALLEST_FONT):
        if len(texts) * (_CLOSE * font / _MOST_RINGS) > 2 * np.pi * half:  # however short they are
            continue
        widths = np.array([text_width(text, font) for text in texts]) + 2 * _GAP + HALO
        found = []
        for count in range(1, _MOST_RINGS + 1):
            ring = np.empty(len(texts), dtype=np.int64)
            ring[order] = np.arange(len(texts)) % count
            across = np.array([widths[ring == i].max() for i in range(count)])
            inner = half - across.sum() - _GAP
            step = (_CLOSE * font + (count - 1) * _LEADER) / count
            disk = inner - _LEADERS * half
            if disk >= _NARROWEST_WITHIN * half and len(texts) * step <= 2 * np.pi * inner:
                starts = inner + np.concatenate([[0.0], np.cumsum(across)])[ring] + _GAP
                angles = _spread(np.arctan2(points[:, 1], points[:, 0]), order, step / inner)
                found.append(Rings(disk / half, font, angles, starts, widths - 2 * _GAP - HALO, inner - _GAP))
        if found:
            return max(found, key=lambda rings: rings.share)
    return None


def _spread(angles: FloatArray, order: IntArray, step: float) -> FloatArray:
    """Angles as near as can be to those given, in the same order around the circle, and a step apart at least."""
    n = len(angles)
    gaps = np.diff(np.append(angles[order], angles[order[0]] + 2 * np.pi))
    order = np.roll(order, -(int(np.argmax(gaps)) + 1))  # cut the circle where it is emptiest
    wanted = np.unwrap(angles[order])
    ranks = np.arange(n) * step
    apart = isotonic_regression(wanted - ranks).x + ranks
    if apart[-1] - apart[0] > 2 * np.pi - step:
        apart = (wanted - np.arange(n) * 2 * np.pi / n).mean() + np.arange(n) * 2 * np.pi / n
    spread = np.empty(n)
    spread[order] = apart
    return spread


def draw_rings(
    ax: Axes, positions: FloatArray, rows: IntArray, texts: Sequence[str], rings: Rings, style: LabelStyle
) -> FloatArray:
    """Write the labels with their leader lines; the boxes that they fill, in pixels."""
    dots = figure_of(ax).dpi / 72
    pixels = ax.transData.transform(positions[rows])
    middle = ax.transData.transform((0.0, 0.0))
    ways = np.column_stack([np.cos(rings.angles), np.sin(rings.angles)])
    centres = middle + ways * (rings.starts + rings.widths / 2)[:, None] * dots
    turns = np.where(ways[:, 0] < -1e-9, rings.angles + np.pi, rings.angles)
    for i, row in enumerate(rows.tolist()):
        turn = float(np.degrees(turns[i] - 2 * np.pi * np.round(turns[i] / (2 * np.pi))))
        write_label(
            ax, texts[i], row, positions[row], (centres[i] - pixels[i]) / dots, turn, rings.font, style, None
        )  # fmt: skip
    ends = [pixels, middle + ways * rings.elbow * dots, middle + ways * (rings.starts - _GAP / 2)[:, None] * dots]
    path = np.stack([*(ax.transData.inverted().transform(end) for end in ends), np.full((len(rows), 2), np.nan)], 1)
    ink: Any = "0.5" if style.inks is None else tuple(style.inks[0, :3].tolist())
    ax.plot(*path.reshape(-1, 2).T, color=ink, alpha=0.35, linewidth=_LEADER_WIDTH, zorder=0.9)
    halves = np.column_stack([rings.widths / 2, np.full(len(rows), rings.font * 0.5)]) * dots
    return np.column_stack([centres, halves, np.cos(turns), np.sin(turns)])
