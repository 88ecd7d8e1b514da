"""Labels that do not overlap: the most important first, each where it hides least."""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, cast

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patheffects import AbstractPathEffect, Normal, Stroke
from matplotlib.text import Annotation
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from nx_poincare.drawing.boxes import are_inside, box_of, boxes_of, points_covered, reach_beyond, touch_any
from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = ["LabelStyle", "figure_of", "place_labels", "printable", "readable_name", "scale_of", "widest_disk"]

_SYNSET = re.compile(r"(?P<lemma>.+)\.[nvars]\.\d+", re.DOTALL)
_LONGEST = 32  # characters
_TRIED_PER_LABEL = 8  # nodes looked at for each label of the budget
_MOST_POINTS = 20_000  # that a label tries not to hide
_GAP = 1.5  # points between a marker and its label
_HALO = 2.0  # points
_APART = 6.0  # points: side of the cells of which each holds one labelled node
_FULL_SIDE = 6.0  # inches
_LARGEST_FONT, _SMALLEST_FONT = 10.0, 7.5  # points, on axes of that side and more
_MARKER_CORE = 0.7  # of a labelled marker that no other label may touch
_RANK_COST = 0.25  # hidden points that one place down in the order of preference is worth
_RADIAL_FROM = 0.62  # norm from which on a label may stand along its radius
_RADIAL_COST = 2.0  # hidden points that reading at an angle is worth
_RIM_COST = 8.0  # hidden points that lying across the rim is worth
_NARROWEST_DISK = 0.66  # of the axes, where labels stand around it
_LINE = 1.15  # room for a radial label along the circle, in font sizes

# Where the label's centre may lie, in half-widths and half-heights of label and marker.
_SIDES = np.array([(0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1)], dtype=np.float64)


class LabelStyle(NamedTuple):
    """How labels look: a colour for each node, which are bold, the colour of the outline (None: the figure's)."""

    inks: FloatArray | None = None
    bold: NDArray[np.bool_] | None = None
    paper: Any = None


def printable(text: str) -> str:
    """Text without control characters and halves of surrogate pairs, which no font has; newlines stay."""
    return "".join("\N{REPLACEMENT CHARACTER}" if _is_unprintable(character) else character for character in text)


def _is_unprintable(character: str) -> bool:
    return character != "\n" and unicodedata.category(character) in ("Cc", "Cs")


def readable_name(node: Hashable) -> str:
    """Text that stands for a node: a synset's lemma, or `str` on one line, cut to 32 characters.

    Examples
    --------
    >>> readable_name("domestic_animal.n.01"), readable_name("v1.2.3"), readable_name((1, 2))
    ('domestic animal', 'v1.2.3', '(1, 2)')
    """
    text = str(node)
    synset = _SYNSET.fullmatch(text)
    if synset:
        text = synset["lemma"].replace("_", " ")
    text = printable(" ".join(text.split()))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def figure_of(ax: Artist | None) -> Figure:
    """The figure that the axes, perhaps through subfigures, belong to."""
    figure = None if ax is None else ax.get_figure()
    if figure is None:
        raise ValueError("ax has been removed from its figure")
    return figure.figure  # of a subfigure the root; get_figure(root=True) came with Matplotlib 3.10


def scale_of(ax: Axes) -> float:
    """By how much text, markers and lines shrink on small axes."""
    return float(min(1.0, _side_of(ax) / (_FULL_SIDE * 72)))


def _side_of(ax: Axes) -> float:
    """Side of the axes in points."""
    ax.apply_aspect()
    frame = ax.get_window_extent()
    return float(min(frame.width, frame.height) / figure_of(ax).dpi * 72)


def widest_disk(ax: Axes, points: FloatArray, texts: Sequence[str]) -> float | None:
    """Radius of the disk, as a share of half the axes, that leaves room for radial labels around it.

    None if they are too many for the circle, or too long.
    """
    if not texts:
        return None
    side, font = _side_of(ax), _SMALLEST_FONT * scale_of(ax)
    norms = np.linalg.norm(points, axis=1)
    widths = np.array([_text_width(text, font) for text in texts]) + (_GAP + _HALO) * 4 * scale_of(ax)
    to_edge = side / 2 / np.maximum(np.abs(points).max(axis=1) / norms, 1e-9)
    radius = float(((to_edge - widths) / norms).min())
    if radius < _NARROWEST_DISK * side / 2 or len(texts) * _LINE * font > 2 * np.pi * radius * norms.min():
        return None
    return radius / (side / 2)


def _text_width(text: str, font: float) -> float:
    with _any_glyph():
        width, _, _ = text_to_path.get_text_width_height_descent(text, FontProperties(size=font), ismath=False)
    return float(width)


def place_labels(
    ax: Axes,
    positions: FloatArray,
    text_of: Callable[[int], str],
    order: IntArray,
    *,
    marker_sizes: FloatArray,
    budget: int,
    avoided: FloatArray,
    taken: Sequence[Bbox] = (),
    outward: NDArray[np.bool_] | None = None,
    style: LabelStyle | None = None,
) -> list[Annotation]:
    """Write labels next to nodes, inside the axes and without overlap.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        With its final limits and place in the figure: the labels are fitted to its pixels.
    positions : ndarray of float64, shape (n, 2)
        All nodes, in data coordinates.
    text_of : callable
        The label of a node, given its index.
    order : ndarray of int64
        Nodes to be labelled, the most important first.
    marker_sizes : ndarray of float64, shape (n,)
        Areas of the nodes' markers in points squared.
    budget : int
        Largest number of labels.
    avoided : ndarray of float64, shape (m, 2)
        Points, in data coordinates, that labels should rather not cover, such as nodes and
        points of edges.
    taken : sequence of matplotlib.transforms.Bbox
        Boxes in pixels that no label may touch.
    outward : ndarray of bool, shape (n,), optional
        Nodes whose labels stand along the radius, away from the origin. Elsewhere labels are
        level, or along the radius where that hides less, far from the origin.
    style : LabelStyle, optional

    Returns
    -------
    list of matplotlib.text.Annotation
        Labels for which there was room, in the order given. Of nodes that stand so close that
        the eye could not see whose label it is, only the first is labelled.
    """
    if budget < 1 or len(order) == 0:
        return []
    style = style or LabelStyle()
    scale = scale_of(ax)
    pixels_per_point = figure_of(ax).dpi / 72
    pixels = np.asarray(ax.transData.transform(positions), dtype=np.float64)
    frame = ax.get_window_extent()
    marker_radii = np.sqrt(marker_sizes) / 2 * pixels_per_point
    crowd = np.asarray(ax.transData.transform(avoided[_sample(len(avoided))]), dtype=np.float64)
    important = pixels[order[:budget]]
    middle, right = ax.transData.transform([(0, 0), (1, 0)])
    rim = middle, float(right[0] - middle[0])
    boxes = [box_of(box) for box in taken]
    labels: list[Annotation] = []
    cells = np.floor(pixels[order] / (_APART * scale * pixels_per_point)).astype(np.int64).tolist()
    labelled: set[tuple[int, int]] = set()
    tried = 0
    for rank, node, (column, row) in _least_choice_first(order, cells, outward):
        if len(labels) == budget or tried == _TRIED_PER_LABEL * budget:
            break
        if (column, row) in labelled:
            continue
        tried += 1
        goes_out = outward is not None and bool(outward[node])
        share = 1.0 if goes_out else min(rank / max(budget, 2), 1.0)
        font = scale * (_LARGEST_FONT + (_SMALLEST_FONT - _LARGEST_FONT) * share)
        label = _write(ax, text_of(node), positions[node], font, style, node)
        extent = label.get_window_extent()
        # The halo belongs to the label.
        half = (np.array([extent.width, extent.height]) + _HALO * scale * pixels_per_point) / 2
        clear = marker_radii[node] + _GAP * scale * pixels_per_point
        is_bold = style.bold is not None and bool(style.bold[node])
        candidates, dislike = _candidates(pixels[node], positions[node], half, clear, goes_out and not is_bold)
        if is_bold:  # to be read first
            candidates, dislike = candidates[: len(_SIDES)], dislike[: len(_SIDES)]
        free = are_inside(candidates, frame) & ~touch_any(candidates, np.array(boxes).reshape(-1, 6))
        cost = points_covered(candidates, important) * 10 + points_covered(candidates, crowd) + dislike
        if not goes_out:
            cost += _RIM_COST * reach_beyond(candidates, *rim)
        best = int(np.argmin(np.where(free, cost, np.inf)))
        if not free[best]:
            label.remove()
            continue
        label.set_position(tuple((candidates[best, :2] - pixels[node]) / pixels_per_point))
        label.set_rotation(float(np.degrees(np.arctan2(candidates[best, 5], candidates[best, 4]))))
        boxes.append(candidates[best])
        marker = marker_radii[node] * _MARKER_CORE
        boxes.append(np.array([*pixels[node], marker, marker, 1.0, 0.0]))
        labels.append(label)
        labelled.add((column, row))
    return labels


def _least_choice_first(
    order: IntArray, cells: list[list[int]], outward: NDArray[np.bool_] | None
) -> list[tuple[int, int, list[int]]]:
    """Rank, node and cell: those whose labels go outwards, which have one place only, before all others."""
    ranked = list(zip(range(len(order)), order.tolist(), cells, strict=True))
    return ranked if outward is None else sorted(ranked, key=lambda one: not outward[one[1]])


def _candidates(
    pixel: FloatArray, position: FloatArray, half: FloatArray, clear: float, goes_out: bool
) -> tuple[FloatArray, FloatArray]:
    """Boxes that a label may fill, and how much each is disliked."""
    norm = float(np.linalg.norm(position))
    away = position / norm if norm > 0 else np.array([1.0, 0.0])
    # Never upside down; straight down reads like straight up.
    angle = np.arctan2(*away[::-1]) + (np.pi if away[0] < -1e-9 else 0.0)
    ways = np.array([1.0, -1.0])[:, None]
    radial = boxes_of(pixel + ways * away * (half[0] + clear), half, angle)
    if goes_out:
        return radial[:1], np.zeros(1)
    sides = _SIDES[np.argsort(-(_SIDES @ position) / np.linalg.norm(_SIDES, axis=1), kind="stable")]
    level = boxes_of(pixel + sides * (half + clear), half, 0.0)
    dislike = np.arange(len(level), dtype=np.float64) * _RANK_COST
    if norm < _RADIAL_FROM:
        return level, dislike
    return np.concatenate([level, radial]), np.array([*dislike, _RADIAL_COST, 3 * _RADIAL_COST])


class _HaloedAnnotation(Annotation):
    """An annotation with an outline in the background's colour that stays text in SVG and PDF files.

    A path effect turns its text into curves. In vector files the outline is therefore drawn
    first and the text by itself; pixels want one pass, where both have the same shapes.
    """

    paper: Any = None
    _effects: tuple[AbstractPathEffect, ...] = ()

    def get_path_effects(self) -> list[AbstractPathEffect]:
        return list(self._effects)

    def draw(self, renderer: RendererBase) -> None:
        paper = figure_of(self.axes).get_facecolor() if self.paper is None else self.paper
        outline = Stroke(linewidth=_HALO, foreground=paper, alpha=0.85)
        passes = [(outline, Normal())] if isinstance(renderer, RendererAgg) else [(outline,), ()]
        with _any_glyph():
            for self._effects in passes:
                super().draw(renderer)

    def get_window_extent(self, *args: Any, **options: Any) -> Bbox:
        with _any_glyph():
            return super().get_window_extent(*args, **options)


@contextmanager
def _any_glyph() -> Iterator[None]:
    """No warning for characters that the font lacks: names are what they are, and vector files hold them as text."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from", category=UserWarning)
        yield


def _write(ax: Axes, text: str, position: FloatArray, font: float, style: LabelStyle, node: int) -> Annotation:
    label = _HaloedAnnotation(
        text,
        cast(tuple[float, float], tuple(position.tolist())),
        xytext=(0.0, 0.0),
        xycoords=ax.transData,
        textcoords="offset points",
        ha="center",
        va="center",
        fontsize=font,
        zorder=5,
        annotation_clip=False,
        parse_math=False,
    )
    label.paper = style.paper
    if style.inks is not None:
        label.set_color(tuple(style.inks[node].tolist()))
    if style.bold is not None and style.bold[node]:
        label.set_fontweight("bold")
    label.set_in_layout(False)
    ax.add_artist(label)
    return label


def _sample(count: int) -> IntArray:
    """Indices of at most `_MOST_POINTS` of so many points, evenly chosen."""
    return np.arange(0, count, 1 + max(count - 1, 0) // _MOST_POINTS)
