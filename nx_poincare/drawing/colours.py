"""Colours of a picture: the paper, levels, branches, and what stands out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import colormaps
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, LinearSegmentedColormap, ListedColormap, Normalize, to_rgb, to_rgba
from matplotlib.figure import Figure
from numpy.typing import NDArray

from nx_poincare.drawing.scene import Scene
from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = [
    "ColourBy",
    "Highlight",
    "Paint",
    "Theme",
    "check_colours",
    "fade_colours",
    "highlight_of",
    "paint_of",
    "theme_of",
]

ColourBy = Literal["level", "branch"]
_PALEST = 0.9  # how far into the map the deepest level goes: yellow on white is not seen
_PALER_WHEN_FLAT = 0.4  # how much less far where there is but one level below the root
_ON_DARK = (0.03, 0.7)  # the part of the map for dark paper, from pale yellow to a blue that is still seen
_LIGHT_PAPER, _DARK_PAPER = "#ffffff", "#12151c"
_LIGHT_INK, _DARK_INK = "#1a1a1a", "#e9ebef"

# The palette of Okabe and Ito, Color Universal Design, 2008, without black; yellow comes last.
_OKABE_ITO = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442")
_ON_WHITE, _ON_BLACK = ("#D55E00", "#0072B2", "#009E73", "#CC79A7"), ("#E69F00", "#56B4E9", "#2FD6A5", "#E59CC4")
_MOST_BRANCHES = len(_OKABE_ITO)
_FEW_BRANCHES = 2  # up to here, more are wanted
_MOST_LOST = 0.12  # share of all nodes that may go without a colour of their own if there are not more branches for it
_SMALLEST_BRANCH = 0.02  # share of all nodes
_DEEPEST_SHADE = 0.4  # how far the deepest nodes of a branch go towards the paper
_RECEDING = {False: 0.72, True: 0.6}  # how far what is not highlighted goes towards the paper, light and dark


class Theme(NamedTuple):
    """What a picture stands on: colours of the paper and of the ink, as red, green and blue."""

    paper: tuple[float, float, float]
    ink: tuple[float, float, float]
    is_dark: bool


@dataclass(frozen=True)
class Paint:
    """Colours of all nodes and what explains them.

    Attributes
    ----------
    nodes : ndarray of float64, shape (n, 4)
    scale : ScalarMappable or None
        From level to colour, where levels are coloured.
    branches : list of (int, colour)
        The row of each branch's top and its colour, where branches are.
    """

    nodes: FloatArray
    scale: ScalarMappable | None
    branches: list[tuple[int, Any]]


@dataclass(frozen=True)
class Highlight:
    """Nodes that stand out, with their relatives.

    Attributes
    ----------
    chosen : ndarray of int64
        Rows of the highlighted nodes.
    on_path, below : ndarray of bool, shape (n,)
        Chosen nodes and their ancestors; chosen nodes and their descendants.
    colours : ndarray of float64, shape (n, 4)
        Of chosen nodes and their relatives; ink for ancestors of several.
    """

    chosen: IntArray
    on_path: NDArray[np.bool_]
    below: NDArray[np.bool_]
    colours: FloatArray

    @property
    def stands_out(self) -> NDArray[np.bool_]:
        return self.on_path | self.below


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


def check_colours(colour_by: object, cmap: object) -> None:
    """Refuse options that are out of range."""
    if colour_by not in get_args(ColourBy):
        raise ValueError(f"colour_by must be 'level' or 'branch', not {colour_by!r}")
    if isinstance(cmap, str) and cmap not in colormaps:
        raise ValueError(f"cmap must be a colour map or the name of one in matplotlib.colormaps, not {cmap!r}")


def paint_of(scene: Scene, colour_by: ColourBy, cmap: str | Colormap | None, theme: Theme) -> Paint:
    """Colours of the nodes."""
    chosen = colormaps[cmap] if isinstance(cmap, str) else cmap
    return _by_level(scene.levels, chosen, theme) if colour_by == "level" else _by_branch(scene, chosen, theme)


def _by_level(levels: FloatArray, cmap: Colormap | None, theme: Theme) -> Paint:
    low, high = (levels.min(), levels.max()) if len(levels) else (0.0, 0.0)
    span = max(high - low, 1.0)
    first, last = _ON_DARK if cmap is None and theme.is_dark else (0.0, _PALEST)
    if cmap is None:
        cmap = colormaps["YlGnBu" if theme.is_dark else "viridis"]
    samples = cmap(np.linspace(first, last - _PALER_WHEN_FLAT / span, 256))
    shown = LinearSegmentedColormap.from_list(f"{cmap.name} without its end", list(samples))
    scale = ScalarMappable(Normalize(low, low + span), shown)
    return Paint(np.asarray(scale.to_rgba(levels), dtype=np.float64).reshape(-1, 4), scale, [])


def _by_branch(scene: Scene, cmap: Colormap | None, theme: Theme) -> Paint:
    """Main branches in colours of their own, paler with every level; what is above or beside them in grey."""
    grey = _blend(np.array(theme.ink), theme.paper, 0.55)
    nodes = np.tile(np.append(grey, 1.0), (len(scene.nodes), 1))
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
        nodes[rows, :3] = _blend(palette[i], theme.paper, shade[:, None])
        legend.append((int(member[top]), tuple(palette[i])))
    return Paint(nodes, None, legend)


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
        colours = np.array([to_rgb(colour) for colour in _OKABE_ITO])
        if theme.is_dark:
            return _blend(colours, 1.0, np.clip(0.6 - colours.max(axis=1) * 0.4, 0, 1)[:, None])
        colours[-1] = _blend(colours[-1], 0.0, 0.2)  # yellow on white
        return colours
    if isinstance(cmap, ListedColormap) and cmap.N < 64:
        return np.asarray(cmap(np.arange(count) % cmap.N), dtype=np.float64)[:, :3]
    return np.asarray(cmap((np.arange(count) + 0.5) / max(count, 1)), dtype=np.float64)[:, :3]


def highlight_of(scene: Scene, chosen: IntArray, theme: Theme) -> Highlight:
    """Highlighted nodes, each in a colour of its own, with all their ancestors and descendants."""
    n, component, dag = len(scene.nodes), scene.hierarchy.component, scene.hierarchy.dag
    colours = np.zeros((n, 4))
    on_path, below = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
    palette = _ON_BLACK if theme.is_dark else _ON_WHITE
    for i, row in enumerate(chosen.tolist()):
        colour = to_rgba(palette[i % len(palette)])
        _, found = dag.ancestors_of(component[[row]])
        above = np.isin(component, found)
        under = np.isin(component, _descendants(scene, int(component[row])))
        colours[above] = np.where(on_path[above, None], (*theme.ink, 1.0), colour)
        colours[under & ~on_path] = (*_blend(np.array(colour[:3]), theme.paper, 0.12), 1.0)
        colours[row] = colour
        on_path |= above
        below |= under
        on_path[row] = below[row] = True
    for i, row in enumerate(chosen.tolist()):
        colours[row] = to_rgba(palette[i % len(palette)])
    return Highlight(chosen, on_path, below, colours)


def _descendants(scene: Scene, top: int) -> list[int]:
    """Condensed nodes below one, by all paths."""
    dag = scene.hierarchy.dag
    found: set[int] = set()
    waiting = [top]
    while waiting:
        v = waiting.pop()
        new = set(dag.child_list[dag.child_starts[v] : dag.child_starts[v + 1]].tolist()) - found
        found |= new
        waiting += new
    return sorted(found)


def fade_colours(colours: FloatArray, theme: Theme) -> FloatArray:
    """Colours of what is not highlighted: nearly the paper's."""
    faint = colours.copy()
    grey = _blend(np.array(theme.ink), theme.paper, 0.5)
    faint[:, :3] = _blend(_blend(colours[:, :3], grey, 0.7), theme.paper, _RECEDING[theme.is_dark])
    return faint


def _blend(colour: FloatArray, other: Any, share: Any) -> FloatArray:
    return np.asarray(colour + (np.asarray(other, dtype=np.float64) - colour) * share, dtype=np.float64)


def _lightness(colour: Any) -> float:
    """Perceived, from 0 to 1, near enough to know light from dark."""
    return float(np.dot(colour, (0.299, 0.587, 0.114)))
