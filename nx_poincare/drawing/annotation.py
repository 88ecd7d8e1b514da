"""The text of a label: with an outline, as text in vector files, without glyphs that no font has."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, cast

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.patheffects import AbstractPathEffect, Normal, Stroke
from matplotlib.text import Annotation
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from nx_poincare.drawing.axes import figure_of
from nx_poincare.utils.arrays import FloatArray

__all__ = ["HALO", "LabelStyle", "missing_glyphs", "text_measure", "text_width", "write_label"]

HALO = 2.0  # points
_LEADER_WIDTH, _LEADER_ALPHA = 0.6, 0.7


class LabelStyle(NamedTuple):
    """How labels look: a colour for each node, which are bold, the colour of the outline (None: the figure's)."""

    inks: FloatArray | None = None
    bold: NDArray[np.bool_] | None = None
    paper: Any = None


class Label(Annotation):
    """An annotation with an outline in the background's colour that stays text in SVG and PDF files.

    A path effect turns its text into curves. In vector files the outline is therefore drawn
    first and the text by itself; pixels want one pass, where both have the same shapes.
    """

    node: int = -1
    paper: Any = None
    _effects: tuple[AbstractPathEffect, ...] = ()

    def get_path_effects(self) -> list[AbstractPathEffect]:
        return list(self._effects)

    def draw(self, renderer: RendererBase) -> None:
        figure = figure_of(self.axes)
        paper = figure.get_facecolor() if self.paper is None else self.paper
        outline = Stroke(linewidth=HALO, foreground=paper, alpha=0.85)
        passes = [(outline, Normal())] if isinstance(renderer, RendererAgg) else [(outline,), ()]
        whole = self.get_text()
        stays_text = isinstance(figure.canvas, FigureCanvasSVG) and plt.rcParams["svg.fonttype"] == "none"
        if not stays_text and (lost := missing_glyphs([whole])):
            self.set_text("".join(character for character in whole if character not in lost))
        with _any_glyph(), _unhinted():
            for self._effects in passes:
                super().draw(renderer)
        self.set_text(whole)

    def get_window_extent(self, *args: Any, **options: Any) -> Bbox:
        with _any_glyph(), _unhinted():
            return super().get_window_extent(*args, **options)


@contextmanager
def _any_glyph() -> Iterator[None]:
    """No warning for each character that the font lacks: names are what they are, and SVG files hold them as text."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from", category=UserWarning)
        yield


@contextmanager
def _unhinted() -> Iterator[None]:
    """Widths as the outlines of letters have them, which are drawn, not as of letters fitted to pixels."""
    hinting = plt.rcParams["text.hinting"]
    plt.rcParams["text.hinting"] = "none"
    try:
        yield
    finally:
        plt.rcParams["text.hinting"] = hinting


def missing_glyphs(texts: Iterable[str]) -> set[str]:
    """Characters that no font of the family has; they are not drawn."""
    known = _characters(tuple(plt.rcParams["font.family"]), tuple(plt.rcParams["font.sans-serif"]))
    return {character for character in set().union(*texts) if ord(character) not in known and not character.isspace()}


@functools.cache
def _characters(family: tuple[str, ...], _: tuple[str, ...]) -> frozenset[int]:
    """Code points for which the fonts that matplotlib falls back on have a glyph."""
    paths = fontManager._find_fonts_by_props(FontProperties(family=list(family)))
    return frozenset().union(*(get_font(path).get_charmap() for path in paths))


def text_width(text: str, font: float) -> float:
    """Width in points of one line."""
    with _any_glyph():
        width, _, _ = text_to_path.get_text_width_height_descent(text, FontProperties(size=font), ismath=False)
    return float(width)


def text_measure(ax: Axes) -> Callable[[str, float, bool], FloatArray]:
    """A function from text, size and weight to half its width and height in pixels, which adds nothing to the axes."""
    scratch = Label("", (0, 0), parse_math=False)
    scratch.set_figure(figure_of(ax))
    scratch.axes = ax
    renderer = RendererAgg(1, 1, figure_of(ax).dpi)

    def measure(text: str, font: float, is_bold: bool) -> FloatArray:
        scratch.set_text(text)
        scratch.set_fontsize(font)
        scratch.set_fontweight("bold" if is_bold else "normal")
        extent = scratch.get_window_extent(renderer)
        return np.array([extent.width, extent.height]) / 2

    return measure


def write_label(
    ax: Axes, text: str, node: int, position: FloatArray, shift: FloatArray, turn: float, font: float,
    style: LabelStyle, marker: float | None,
) -> Label:  # fmt: skip
    """Write a label whose centre is so many points off its node, turned by degrees; a leader line if not beside it.

    The line ends at a marker of that radius in points.
    """
    ink: Any = plt.rcParams["text.color"] if style.inks is None else tuple(style.inks[node].tolist())
    line = {"arrowstyle": "-", "linewidth": _LEADER_WIDTH, "color": ink, "alpha": _LEADER_ALPHA, "shrinkA": 0}
    label = Label(
        text,
        cast(tuple[float, float], tuple(position.tolist())),
        xytext=cast(tuple[float, float], tuple(shift.tolist())),
        xycoords=ax.transData,
        textcoords="offset points",
        ha="center",
        va="center",
        fontsize=font,
        color=ink,
        rotation=turn,
        zorder=5,
        annotation_clip=False,
        parse_math=False,
        arrowprops=None if marker is None else line | {"shrinkB": marker},
    )
    label.node, label.paper = node, style.paper
    if style.bold is not None and style.bold[node]:
        label.set_fontweight("bold")
    label.set_in_layout(False)
    ax.add_artist(label)
    return label
