"""Colours of a picture: the paper, levels, branches, and what stands out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import colormaps
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, LinearSegmentedColormap, ListedColormap, LogNorm, Normalize, to_rgb, to_rgba
from matplotlib.figure import Figure

from nx_poincare.drawing.labels import readable_name
from nx_poincare.drawing.options import ColourBy
from nx_poincare.drawing.scene import Scene
from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = [
    "Paint",
    "Theme",
    "blend",
    "fade_colours",
    "paint_of",
    "seen_on",
    "theme_of",
]

_PALEST = 0.9  # how far into a given map the deepest level goes
# Viridis, darker towards its end: yellow on white is not seen. Pages of the viewer have the same.
_RAMP = ("#440154", "#46307e", "#3b528b", "#2c6f8e", "#1f8287", "#1d8f74", "#2f9555", "#549a34")
_PALER_WHEN_FLAT = 0.4  # how much less far where there is but one level below the root
_ON_DARK = (0.03, 0.7)  # the part of the map for dark paper, from pale yellow to a blue that is still seen
_DARK_NUMBERS = (0.25, 1.0)  # the part of viridis that is seen on dark paper
_DECADES = 1_000  # of the least value, from which on a scale is logarithmic
_LIGHT_PAPER, _DARK_PAPER = "#ffffff", "#12151c"
_LIGHT_INK, _DARK_INK = "#1a1a1a", "#e9ebef"

# After the palette of Okabe and Ito, Color Universal Design, 2008, with yellow made violet and sky blue brown, so that
# each is seen on its paper and none is a pale one of another; pages of the viewer have the same.
_ON_LIGHT = ("#0072b2", "#d55e00", "#008a64", "#b1568e", "#9a7200", "#613d24", "#6a4fb3")
_ON_BLACK = ("#4aa8e0", "#f08a3c", "#2fc79c", "#e29ac6", "#e6b422", "#f3f3aa", "#a892ee")
_MOST_BRANCHES = len(_ON_LIGHT)
_SEEN = 3.0  # contrast of graphics with what they stand on, WCAG 2.1, 1.4.11
_FEW_BRANCHES = 2  # up to here, more are wanted
_MOST_LOST = 0.12  # share of all nodes that may go without a colour of their own if there are not more branches for it
_SMALLEST_BRANCH = 0.02  # share of all nodes
_DEEPEST_SHADE = 0.4  # how far the deepest nodes of a branch go towards the paper
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])  # of red, green and blue light
_RECEDING = {False: 0.72, True: 0.6}  # how far what is not highlighted goes towards the paper, light and dark


class Theme(NamedTuple):
    """What a picture stands on: colours of the paper and of the ink, as red, green and blue."""

    paper: tuple[float, float, float]
    ink: tuple[float, float, float]
    is_dark: bool

    @property
    def ink_in_disk(self) -> float:
        """How much of the ink the disk has over the paper."""
        return 0.045 if self.is_dark else 0.025

    @property
    def disk(self) -> FloatArray:
        """The colour of the disk."""
        return blend(np.array(self.paper), self.ink, self.ink_in_disk)


@dataclass(frozen=True)
class Paint:
    """Colours of all nodes and what explains them.

    Attributes
    ----------
    nodes : ndarray of float64, shape (n, 4)
    scale : ScalarMappable or None
        From value to colour, where numbers are coloured.
    values : ndarray of float64, shape (n,)
        These numbers; empty where there are none.
    entries : list of (str, colour)
        The names of branches or categories and their colours.
    title : str
        What the colours show.
    """

    nodes: FloatArray
    scale: ScalarMappable | None
    values: FloatArray
    entries: list[tuple[str, Any]]
    title: str


def theme_of(figure: Figure, dark: bool | None) -> Theme:
    """Light or dark as asked for, or as the figure is; its own colours where they fit."""
    paper, ink = to_rgba(figure.get_facecolor()), to_rgb(plt.rcParams["text.color"])
    seen = _lightness(paper[:3]) < 0.5 if paper[3] > 0 else _lightness(ink) > 0.5
    is_dark = seen if dark is None else bool(dark)
    fits = seen == is_dark and paper[3] > 0
    readable = (_lightness(ink) > 0.5) == is_dark
    return Theme(
        paper=paper[:3] if fits else to_rgb(_DARK_PAPER if is_dark else _LIGHT_PAPER),
        ink=ink if readable else to_rgb(_DARK_INK if is_dark else _LIGHT_INK),
        is_dark=is_dark,
    )


def paint_of(scene: Scene, colour_by: ColourBy, cmap: str | Colormap | None, theme: Theme) -> Paint:
    """Colours of the nodes."""
    chosen = colormaps[cmap] if isinstance(cmap, str) else cmap
    if scene.colour_values is not None:
        numbers = scene.colour_values.numbers
        return _by_category(scene, chosen, theme) if numbers is None else _by_number(scene, numbers, chosen, theme)
    return _by_level(scene.levels, chosen, theme) if colour_by == "level" else _by_branch(scene, chosen, theme)


def _by_number(scene: Scene, numbers: FloatArray, cmap: Colormap | None, theme: Theme) -> Paint:
    """A scale from the least to the greatest value, logarithmic over three decades and more; grey for no value."""
    known = numbers[np.isfinite(numbers)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    norm = LogNorm(low, high) if low > 0 and high > _DECADES * low else Normalize(low, high if high > low else low + 1)
    first, last = _DARK_NUMBERS if theme.is_dark and cmap is None else (0.0, 1.0)
    own = _usual_map("viridis", theme) if cmap is None else cmap
    samples = own(np.linspace(first, last))
    if cmap is None:
        samples[:, :3] = seen_on(samples[:, :3], theme)
    shown = LinearSegmentedColormap.from_list(f"{own.name} for {theme.is_dark}", list(samples))
    with_grey = shown.with_extremes(bad=tuple(_grey(theme).tolist()))
    scale = ScalarMappable(norm, with_grey)
    colours = np.asarray(scale.to_rgba(np.ma.masked_invalid(numbers)), dtype=np.float64).reshape(-1, 4)
    name = "" if scene.colour_values is None else scene.colour_values.name
    return Paint(colours, scale, np.asarray(np.ma.masked_invalid(numbers)), [], name)


def _by_category(scene: Scene, cmap: Colormap | None, theme: Theme) -> Paint:
    """The most frequent categories in colours of their own, the others and what has no value in grey."""
    column = scene.colour_values
    assert column is not None
    shown = column.categories if cmap is not None else column.categories[:_MOST_BRANCHES]
    palette = _palette(cmap, len(shown), theme)
    nodes = np.tile(np.append(_grey(theme), 1.0), (len(scene.nodes), 1))
    entries: list[tuple[str, Any]] = []
    for i, name in enumerate(shown):
        nodes[column.codes == i, :3] = palette[i]
        entries.append((name, tuple(palette[i])))
    others = len(column.categories) - len(shown)
    if others or (column.codes < 0).any():
        entries.append((f"{others:,} others" if others else "no value", tuple(_grey(theme))))
    return Paint(nodes, None, np.zeros(0), entries, column.name)


def _grey(theme: Theme) -> FloatArray:
    return seen_on(blend(np.array(theme.ink), theme.paper, 0.55), theme)


def _by_level(levels: FloatArray, cmap: Colormap | None, theme: Theme) -> Paint:
    low, high = (levels.min(), levels.max()) if len(levels) else (0.0, 0.0)
    span = max(high - low, 1.0)
    first, last = (0.0, _PALEST) if cmap is not None else _ON_DARK if theme.is_dark else (0.0, 1.0)
    own = _usual_map("YlGnBu", theme) if cmap is None else cmap
    samples = own(np.linspace(first, last - _PALER_WHEN_FLAT / span, 256))
    if cmap is None:
        samples[:, :3] = seen_on(samples[:, :3], theme)
    shown = LinearSegmentedColormap.from_list(f"{own.name} without its end", list(samples))
    scale = ScalarMappable(Normalize(low, low + span), shown)
    colours = np.asarray(scale.to_rgba(levels), dtype=np.float64).reshape(-1, 4)
    return Paint(colours, scale, levels, [], "level")


def _usual_map(on_dark: str, theme: Theme) -> Colormap:
    return colormaps[on_dark] if theme.is_dark else LinearSegmentedColormap.from_list("dark viridis", list(_RAMP))


def _by_branch(scene: Scene, cmap: Colormap | None, theme: Theme) -> Paint:
    """Main branches in colours of their own, paler with every level; what is above or beside them in grey."""
    nodes = np.tile(np.append(_grey(theme), 1.0), (len(scene.nodes), 1))
    tree, component = scene.tree, scene.hierarchy.component
    tops = _main_branches(tree.parents, tree.sizes)
    branch = np.full(len(tree.parents), -1, dtype=np.int64)
    branch[tops] = np.arange(len(tops))
    for v in tree.order.tolist():
        if branch[v] < 0 and tree.parents[v] >= 0:
            branch[v] = branch[tree.parents[v]]
    palette = _palette(cmap, len(tops), theme)
    _, member = np.unique(component, return_index=True)
    own = branch[component]
    legend = []
    for i, top in enumerate(tops.tolist()):
        rows = np.flatnonzero(own == i)
        depth = np.maximum(scene.levels[rows] - scene.levels[member[top]], 0)
        shade = _DEEPEST_SHADE * depth / max(depth.max(), 4)
        pale = blend(palette[i], theme.paper, shade[:, None])
        nodes[rows, :3] = pale if cmap is not None else seen_on(pale, theme)
        legend.append((readable_name(scene.name(member[top])), tuple(palette[i])))
    return Paint(nodes, None, np.zeros(0), legend, "branch")


def _main_branches(parents: IntArray, sizes: IntArray) -> IntArray:
    """Tops of the main branches: the largest is split while branches are few or it holds a third of all nodes."""
    n = len(parents)
    smallest = max(_SMALLEST_BRANCH * n, 2)

    def largest_first(rows: IntArray) -> IntArray:
        return rows[np.argsort(-sizes[rows], kind="stable")]

    roots = largest_first(np.flatnonzero(parents < 0))
    tops = roots[sizes[roots] >= smallest][:_MOST_BRANCHES]
    while len(tops) and (len(tops) <= _FEW_BRANCHES or sizes[tops[0]] > n / 3):
        children = np.flatnonzero(parents == tops[0])
        split = largest_first(np.append(tops[1:], children[sizes[children] >= smallest]))[:_MOST_BRANCHES]
        if len(split) <= len(tops) and n - sizes[split].sum() > _MOST_LOST * n:
            break
        tops = split
    return tops


def _palette(cmap: Colormap | None, count: int, theme: Theme) -> FloatArray:
    if cmap is None:
        return np.array([to_rgb(colour) for colour in (_ON_BLACK if theme.is_dark else _ON_LIGHT)])
    if isinstance(cmap, ListedColormap) and cmap.N < 64:
        return np.asarray(cmap(np.arange(count) % cmap.N), dtype=np.float64)[:, :3]
    return np.asarray(cmap((np.arange(count) + 0.5) / max(count, 1)), dtype=np.float64)[:, :3]


def fade_colours(colours: FloatArray, theme: Theme) -> FloatArray:
    """Colours of what is not highlighted: nearly the paper's."""
    faint = colours.copy()
    grey = blend(np.array(theme.ink), theme.paper, 0.5)
    faint[:, :3] = blend(blend(colours[:, :3], grey, 0.7), theme.paper, _RECEDING[theme.is_dark])
    return faint


def blend(colour: FloatArray, other: Any, share: Any) -> FloatArray:
    return np.asarray(colour + (np.asarray(other, dtype=np.float64) - colour) * share, dtype=np.float64)


def seen_on(colours: FloatArray, theme: Theme) -> FloatArray:
    """The same hues, where needed darker, or on dark paper lighter, until their contrast with the disk is 3 : 1.

    Luminance and contrast as in the Web Content Accessibility Guidelines, 2.1. Colours have shape (..., 3).
    """
    light = _linear(np.asarray(colours, dtype=np.float64))
    own = (light @ _LUMINANCE)[..., None]
    paper = float(_linear(theme.disk) @ _LUMINANCE)
    if theme.is_dark:
        wanted = min(_SEEN * (paper + 0.05) - 0.05, 1.0)
        light = blend(light, 1.0, np.clip((wanted - own) / np.maximum(1 - own, 1e-12), 0, 1))
    else:
        wanted = max((paper + 0.05) / _SEEN - 0.05, 0.0)
        light = light * np.minimum(wanted / np.maximum(own, 1e-12), 1)
    return np.asarray(np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055))


def _linear(colours: FloatArray) -> FloatArray:
    """Of sRGB, light."""
    return np.asarray(np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4))


def _lightness(colour: Any) -> float:
    """Perceived, from 0 to 1, near enough to know light from dark."""
    return float(np.dot(colour, (0.299, 0.587, 0.114)))
