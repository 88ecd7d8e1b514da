"""What colours, sizes and lines mean, in the corners that the disk leaves free."""

from __future__ import annotations

from typing import Any, cast

from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PathCollection
from matplotlib.colors import LogNorm, Normalize
from matplotlib.lines import Line2D
from matplotlib.offsetbox import AnchoredText
from matplotlib.text import Text
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator
from matplotlib.transforms import Bbox

from nx_poincare.drawing.axes import SMALLEST_FONT, figure_of, font_size
from nx_poincare.drawing.colours import Theme
from nx_poincare.drawing.edges import MOST_OFF_TREE, ONE_BY_ONE
from nx_poincare.drawing.labels import readable_name
from nx_poincare.drawing.look import Look, Stroke
from nx_poincare.drawing.scene import Scene
from nx_poincare.drawing.swatch import SecondParents, SecondParentsHandler

__all__ = ["draw_legend", "draw_note"]

_FONT, _LONGEST = 7.5, 18  # points on full axes, characters
_SIZES = 3  # of markers in a legend
_CORNER = 0.018  # of the axes
_TALLEST = 0.21  # of the axes that a list of colours may take
_FEW = 3  # second parents, below which they need no legend


def draw_legend(
    ax: Axes, scene: Scene, look: Look, zoom: float, nodes: PathCollection, off_tree: int, second_parents: Stroke | None
) -> list[Bbox]:
    """What colours mean at the lower left, sizes, second parents and what stands out at the upper left; boxes taken."""
    boxes = _draw_marks(ax, scene, look, zoom, nodes, off_tree, second_parents)
    if look.highlight is not None:
        return boxes
    if look.paint.scale is not None:
        return boxes + _draw_scale(ax, look, look.paint.scale, zoom)
    return boxes + _draw_entries(ax, look, zoom)


def _draw_entries(ax: Axes, look: Look, zoom: float) -> list[Bbox]:
    """Names of branches or categories beside their colours, the first on top, under what they show."""
    font = font_size(_FONT, zoom)
    boxes, line = [], 1.47 * font / 72 / _height_in_inches(ax)
    entries = look.paint.entries
    if len(entries) > (most := max(int(_TALLEST / line), 2)):  # the largest
        entries = [*entries[: most - 1], (f"+{len(entries) - most + 1} more", (*look.theme.ink, 0.4))]
    for i, (name, colour) in enumerate(reversed(entries)):
        y = _CORNER + i * line
        ax.plot([_CORNER], [y], "o", color=colour, markersize=0.66 * font, transform=ax.transAxes, clip_on=False)
        boxes.append(_write(ax, _CORNER + 0.6 * line, y, _short(name, zoom), font, look.theme).get_window_extent())
    if look.paint.title != "branch" and look.paint.entries:
        y = _CORNER + len(entries) * line
        title = _write(ax, 0.6 * _CORNER, y, _short(look.paint.title), font, look.theme)
        boxes.append(title.get_window_extent())
    return boxes


def _write(ax: Axes, x: float, y: float, text: str, font: float, theme: Theme) -> Text:
    return ax.text(
        x, y, text, transform=ax.transAxes, fontsize=font, color=theme.ink, va="center_baseline", parse_math=False
    )  # fmt: skip


def _short(name: str, zoom: float = 1.0) -> str:
    """The name, cut to what the corner holds; small axes hold less, as their text is not smaller in proportion."""
    most = min(_LONGEST, round(_LONGEST * zoom * _FONT / SMALLEST_FONT))
    return name if len(name) <= most else name[: most - 1] + "…"


def _height_in_inches(ax: Axes) -> float:
    return float(ax.get_window_extent().height / figure_of(ax).dpi)


def _draw_scale(ax: Axes, look: Look, colours: ScalarMappable, zoom: float) -> list[Bbox]:
    """A colour bar for levels or numbers."""
    values = look.paint.values
    is_level = look.paint.title == "level"
    if is_level and values.min() == values.max():
        return []
    font = font_size(_FONT, zoom)
    corner = ax.inset_axes((0.015, 0.012 + 1.9 * font / 72 / _height_in_inches(ax), 0.17, 0.014))
    bar = figure_of(ax).colorbar(
        ScalarMappable(cast(Normalize, colours.norm), colours.cmap), cax=corner, orientation="horizontal"
    )
    if isinstance(colours.norm, LogNorm):
        bar.ax.xaxis.set_major_locator(LogLocator(numticks=4))
        bar.ax.xaxis.set_minor_locator(NullLocator())
    else:
        bar.ax.xaxis.set_major_locator(MaxNLocator(4 if is_level else 2, integer=is_level))
    bar.ax.tick_params(labelsize=max(font - 0.5, SMALLEST_FONT), length=0, pad=2, labelcolor=look.theme.ink)
    bar.ax.set_title(_short(look.paint.title), fontsize=font, pad=2, color=look.theme.ink, parse_math=False)
    bar.outline.set_visible(False)
    ax.apply_aspect()
    box = corner.get_tightbbox()
    return [] if box is None else [box]


def _draw_marks(
    ax: Axes, scene: Scene, look: Look, zoom: float, nodes: PathCollection, off_tree: int, second_parents: Stroke | None
) -> list[Bbox]:
    """matplotlib's legend for highlighted nodes, second parents and the sizes of markers, if there are any."""
    handles: list[Any] = []
    if look.highlight is not None:
        for row in look.highlight.chosen.tolist():
            colour = look.highlight.colours[row]
            handles.append(Line2D([], [], color=colour, marker="o", label=_short(readable_name(scene.name(row)))))
    if second_parents is not None and off_tree >= _FEW:
        shown = min(off_tree, MOST_OFF_TREE)
        count = f"{shown:,}" if shown == off_tree else f"{shown:,} of {off_tree:,}"
        called = "second parents" if scene.is_directed else "edges off the tree"
        handles.append(SecondParents(second_parents, off_tree > ONE_BY_ONE, f"{count} {called}"))
    title = None
    if scene.size_values is not None and look.node_sizes is not None:
        shown_sizes, labels = nodes.legend_elements(
            "sizes", num=MaxNLocator(_SIZES, steps=[1, 2, 5, 10]), func=look.node_sizes.value_of, fmt="{x:,.6g}",
            color=look.theme.ink, alpha=0.6,
        )  # fmt: skip
        for handle, label in zip(shown_sizes, labels, strict=True):
            handle.set_label(label)
        handles = [*shown_sizes, *handles]  # which the title is about
        title = _short(scene.size_values.name)
    if not handles:
        return []
    font = font_size(_FONT, zoom)
    legend = ax.legend(
        handles=handles, title=title, loc="upper left", bbox_to_anchor=(0, 1), borderaxespad=0.1, borderpad=0.3,
        fontsize=font, title_fontsize=font, labelcolor=look.theme.ink, frameon=False, alignment="left",
        handlelength=2, labelspacing=0.35, handler_map={SecondParents: SecondParentsHandler()},
    )  # fmt: skip
    for text in (*legend.get_texts(), legend.get_title()):
        text.set_parse_math(False)
        text.set_color(look.theme.ink)
    legend.set_in_layout(False)
    return [legend.get_window_extent()]


def draw_note(ax: Axes, scene: Scene, look: Look, zoom: float) -> list[Bbox]:
    """Says at the lower right that not all nodes are there, and what the positions are."""
    font, boxes = font_size(_FONT, zoom), []
    colour = (*look.theme.ink, 0.75)
    above = 0.0
    if scene.shown != scene.total:
        note = ax.text(
            0.985, 0.015, f"{scene.shown:,} of {scene.total:,} nodes", transform=ax.transAxes,
            ha="right", va="bottom", fontsize=font, color=colour,
        )  # fmt: skip
        boxes.append(note.get_window_extent())
        above = 1.3 * font / 72 / _height_in_inches(ax)
    if scene.origin:
        origin = AnchoredText(
            scene.origin.replace(", ", ",\n"), loc="lower right", bbox_to_anchor=(0.985, 0.015 + above),
            bbox_transform=ax.transAxes, pad=0, borderpad=0, frameon=False,
            prop={"size": font, "color": colour, "ha": "right", "multialignment": "right"},
        )  # fmt: skip
        origin.set_in_layout(False)
        origin.set_zorder(5)
        ax.add_artist(origin)
        boxes.append(origin.get_window_extent())
    return boxes
