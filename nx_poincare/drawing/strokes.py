"""Edges, nodes, legends and labels of a scene on axes."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize, to_rgb
from matplotlib.patches import Circle, Rectangle
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from nx_poincare.drawing.colours import Highlight, Paint, Theme, fade_colours
from nx_poincare.drawing.geodesics import geodesic_paths, geodesic_points
from nx_poincare.drawing.axes import figure_of, scale_of
from nx_poincare.drawing.labels import LabelStyle, place_labels, printable, readable_name
from nx_poincare.drawing.rings import widest_disk
from nx_poincare.drawing.scene import Scene
from nx_poincare.layout.disk import GOLDEN
from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = ["Look", "draw_scene"]

_logger = logging.getLogger(__name__)

_VIEW = 1.03  # half the side of the axes, in radii of the disk
_QUIET = "#b08d57"  # edges that are not in the tree
_QUIET_ALPHA = 0.28
_QUIET_FAN = 12  # children from which on the edges of a fan fade
_AVOIDED_EDGES = 1_000  # that labels try not to hide, the most important
_RASTER_FROM = 20_000  # nodes from which a vector file holds the nodes and edges as an image
_ALL_LABELS, _FEW_LABELS = 90, 30  # nodes up to which all are labelled, and how many are beyond
_OUTWARD_FROM = 0.5  # norm from which on the labels of leaves stand around the disk
_FAR = 0.03  # scale of the disk below which edges fade: the rim is not a black ring


@dataclass(frozen=True)
class Look:
    """How a scene is drawn, whatever it shows."""

    theme: Theme
    paint: Paint
    highlight: Highlight | None
    labels: int | bool | Mapping[Hashable, str] | None
    node_size: float | None
    with_edges: bool
    title: str | None


def draw_scene(ax: Axes, scene: Scene, look: Look) -> None:
    """Draw everything on axes whose place in the figure is final."""
    texts = _Texts.of(scene, look)
    leaves = _leaves_around(scene, texts)
    share = widest_disk(ax, scene.positions[leaves], [texts.of_row(i) for i in leaves.tolist()])
    view = _VIEW if share is None else max(_VIEW, 1 / share)
    _prepare(ax, look, view)
    if len(scene.nodes) == 0:
        return
    zoom = scale_of(ax)
    marker_sizes = _marker_sizes(scene, look, zoom)
    if look.with_edges:
        _draw_edges(ax, scene, look, zoom)
    _draw_nodes(ax, scene, look, marker_sizes, zoom)
    taken = _draw_legend(ax, scene, look, zoom) + _draw_note(ax, scene, look, zoom)
    outward = np.zeros(len(scene.nodes), dtype=np.bool_)
    outward[leaves] = share is not None
    placed = place_labels(
        ax, scene.positions, texts.of_row, texts.order,
        marker_sizes=marker_sizes, budget=texts.budget, avoided=_avoided_points(scene), taken=taken,
        outward=outward, style=_label_style(scene, look),
        seen=None if look.highlight is None else look.highlight.stands_out,
    )  # fmt: skip
    _logger.debug("labels: %d of %d wanted", len(placed), min(texts.budget, len(texts.order)))


def _prepare(ax: Axes, look: Look, view: float) -> None:
    """An empty disk on equal axes."""
    ax.set_xlim(-view, view)
    ax.set_ylim(-view, view)
    ax.set_aspect("equal")
    ax.axis("off")
    figure, (paper, ink, is_dark) = figure_of(ax), look.theme
    if not np.allclose(to_rgb(figure.get_facecolor()), paper):
        if figure.axes == [ax]:
            figure.set_facecolor(paper)
        else:
            ax.add_patch(Rectangle((0, 0), 1, 1, transform=ax.transAxes, facecolor=paper, linewidth=0, zorder=0.1))
    face = (*ink, 0.045 if is_dark else 0.025)
    ax.add_patch(Circle((0, 0), 1, facecolor=face, edgecolor=(*ink, 0.45), linewidth=0.8, zorder=0.5))
    if look.title is not None:
        ax.set_title(look.title, color=ink, parse_math=False)


def _crowd(scene: Scene) -> float:
    """How many nodes the strokes must leave room for: around a focus, those that are seen."""
    return float(len(scene.sizes) if scene.focus is None else max(4 * scene.scales.sum(), 30))


def _marker_sizes(scene: Scene, look: Look, zoom: float) -> FloatArray:
    """Areas in points squared: by importance, and by the disk's own scale, with a floor that can be seen."""
    n = _crowd(scene)
    usual = zoom**2 * float(np.clip(900 / n**0.4, 25, 160))
    largest = usual if look.node_size is None else look.node_size
    smallest = (zoom * float(np.clip(1700 / n, 0.7, 5))) ** 2 * largest / usual
    share = np.sqrt(scene.importance / scene.importance.max())
    sizes = smallest * (0.7 + 0.3 * scene.scales) + (largest - smallest) * share * (0.25 + 0.75 * scene.scales)
    if look.highlight is not None:
        sizes[look.highlight.on_path] = np.maximum(sizes[look.highlight.on_path], 0.3 * largest)
        sizes[look.highlight.chosen] = np.maximum(sizes[look.highlight.chosen], largest)
    return np.asarray(sizes)


def _draw_edges(ax: Axes, scene: Scene, look: Look, zoom: float) -> None:
    """All edges as one collection: quiet ones below, then the tree's with the main branches on top."""
    on_path, below = _emphasised_edges(scene, look.highlight)
    order = np.lexsort((scene.sizes[scene.edges[:, 1]], scene.in_tree, below, on_path))
    parents, children = scene.edges[order].T
    in_tree, on_path, below = scene.in_tree[order], on_path[order], below[order]
    n = _crowd(scene)
    thin = zoom * float(np.clip(8 / n**0.4, 0.1, 1.0))
    wide = max(zoom * (2.2 - 0.1 * np.log(n)), thin)
    share = np.sqrt(scene.importance[children] / scene.importance.max())
    scale = scene.scales[children]
    widths = (thin + (wide - thin) * share) * (0.55 + 0.45 * scale)
    rgba = look.paint.nodes[children]
    if look.highlight is not None:
        rgba = fade_colours(rgba, look.theme)
    faint = float(np.clip(3 / n**0.25, 0.25, 0.8))
    siblings = np.bincount(parents, minlength=len(scene.sizes))[parents]
    fade = np.minimum(_QUIET_FAN / siblings, 1.0) ** 0.3
    rgba[:, 3] = np.maximum(faint * fade, 0.85 * np.maximum(share, scale * fade) ** 0.5 * fade)
    rgba[:, 3] *= np.clip(np.maximum(scale, scene.scales[parents]) / _FAR, 0.05, 1)
    rgba[~in_tree, :3] = to_rgb(_QUIET)
    rgba[~in_tree, 3] *= _QUIET_ALPHA
    widths[~in_tree] = np.minimum(widths[~in_tree], 1.5 * thin)
    if look.highlight is not None:
        rgba[~in_tree, 3] *= 0.4
        rgba[on_path | below] = look.highlight.colours[children[on_path | below]]
        rgba[below & ~on_path, 3] = 0.85
        widths[below] = np.maximum(widths[below], 0.7 * zoom)
        widths[on_path] = np.maximum(widths[on_path], 1.8 * zoom)
    ax.add_collection(
        LineCollection(
            cast(Sequence[Any], geodesic_paths(scene.positions[parents], scene.positions[children])),
            linewidths=widths, colors=rgba, zorder=1, rasterized=len(scene.sizes) >= _RASTER_FROM, capstyle="round",
        ),
        autolim=False,
    )  # fmt: skip


def _emphasised_edges(scene: Scene, highlight: Highlight | None) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which edges lead down to a highlighted node, and which lie below one."""
    if highlight is None:
        none = np.zeros(len(scene.edges), dtype=np.bool_)
        return none, none
    on_path, below = highlight.on_path[scene.edges], highlight.below[scene.edges]
    return on_path[:, 0] & on_path[:, 1], below[:, 0] & below[:, 1]


def _draw_nodes(ax: Axes, scene: Scene, look: Look, marker_sizes: FloatArray, zoom: float) -> None:
    """All nodes as one collection, inner and important ones on top, highlighted ones above all."""
    order = np.lexsort((scene.sizes, -scene.levels))
    colours: dict[str, Any] = {}
    if look.highlight is not None:
        out = look.highlight.stands_out
        order = order[np.argsort(out[order].astype(int) + look.highlight.on_path[order], kind="stable")]
        painted = np.where(out[:, None], look.highlight.colours, fade_colours(look.paint.nodes, look.theme))
        rings = np.zeros(len(order))
        rings[look.highlight.chosen] = 1.4 * zoom
        colours = {"c": painted[order], "linewidths": rings[order], "edgecolors": [look.theme.ink]}
    elif look.paint.scale is not None:
        scale = look.paint.scale
        colours = {"c": scene.levels[order], "cmap": scale.cmap, "norm": scale.norm, "linewidths": 0}
    else:
        colours = {"c": look.paint.nodes[order], "linewidths": 0}
    x, y = scene.positions[order].T
    points = ax.scatter(x, y, s=marker_sizes[order], zorder=2, rasterized=len(order) >= _RASTER_FROM, **colours)
    points.set_clip_on(False)


def _draw_legend(ax: Axes, scene: Scene, look: Look, zoom: float) -> list[Bbox]:
    """What colours mean, in the corner that the disk leaves free; the boxes it takes."""
    if look.highlight is not None:
        return []
    if look.paint.scale is not None:
        return _draw_level_bar(ax, scene.levels, look.paint.scale, look.theme)
    boxes, line = [], 11 * zoom / 72 / _height_in_inches(ax)
    for i, (row, colour) in enumerate(reversed(look.paint.branches)):
        y = 0.018 + i * line
        name = readable_name(scene.nodes[row])
        ax.plot([0.018], [y], "o", color=colour, markersize=5 * zoom, transform=ax.transAxes, clip_on=False)
        text = ax.text(
            0.018 + 0.6 * line, y, name if len(name) <= 18 else name[:17] + "…", transform=ax.transAxes,
            fontsize=7.5 * zoom, color=look.theme.ink, va="center_baseline", parse_math=False,
        )  # fmt: skip
        boxes.append(text.get_window_extent())
    return boxes


def _height_in_inches(ax: Axes) -> float:
    return float(ax.get_window_extent().height / figure_of(ax).dpi)


def _draw_level_bar(ax: Axes, levels: FloatArray, colours: ScalarMappable, theme: Theme) -> list[Bbox]:
    if levels.min() == levels.max():
        return []
    corner = ax.inset_axes((0.015, 0.045, 0.17, 0.014))
    bar = figure_of(ax).colorbar(
        ScalarMappable(cast(Normalize, colours.norm), colours.cmap), cax=corner, orientation="horizontal"
    )
    bar.ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    bar.ax.tick_params(labelsize=7, length=0, pad=2, labelcolor=theme.ink)
    bar.ax.set_title("level", fontsize=7.5, pad=2, color=theme.ink)
    bar.outline.set_visible(False)
    ax.apply_aspect()
    box = corner.get_tightbbox()
    return [] if box is None else [box]


def _draw_note(ax: Axes, scene: Scene, look: Look, zoom: float) -> list[Bbox]:
    """Says that not all nodes are there."""
    if len(scene.nodes) == scene.total:
        return []
    note = ax.text(
        0.985, 0.015, f"{len(scene.nodes):,} of {scene.total:,} nodes", transform=ax.transAxes,
        ha="right", va="bottom", fontsize=7.5 * zoom, color=(*look.theme.ink, 0.75),
    )  # fmt: skip
    return [note.get_window_extent()]


@dataclass(frozen=True)
class _Texts:
    """Which nodes may be labelled, the most important first, and with what."""

    scene: Scene
    order: IntArray
    budget: int
    given: Mapping[Hashable, str] | None

    @classmethod
    def of(cls, scene: Scene, look: Look) -> _Texts:
        n = len(scene.nodes)
        # Among equals the golden ratio picks nodes far from each other in the graph's order.
        scattered = (np.arange(n) * GOLDEN) % 1
        order = np.lexsort((scattered, scene.levels, -scene.importance))
        if scene.focus is not None:
            order = np.concatenate([[scene.focus], order[order != scene.focus]])
        if look.highlight is not None:
            rank = np.where(look.highlight.on_path, 1, np.where(look.highlight.below, 2, 3))
            rank[look.highlight.chosen] = 0
            order = order[np.argsort(rank[order], kind="stable")]
        if isinstance(look.labels, Mapping):
            order = order[[scene.nodes[i] in look.labels for i in order.tolist()]]
            return cls(scene, order, len(order), look.labels)
        usual = n if n <= _ALL_LABELS else _FEW_LABELS
        wanted = usual if look.labels is None else n if look.labels is True else int(look.labels)
        return cls(scene, order, min(wanted, n), None)

    def of_row(self, row: int) -> str:
        node = self.scene.nodes[row]
        return readable_name(node) if self.given is None else printable(str(self.given[node]))


def _leaves_around(scene: Scene, texts: _Texts) -> IntArray:
    """Leaves whose labels may stand around the disk: all that are to be labelled, where those are all leaves."""
    if texts.budget < len(texts.order) or scene.focus is not None:
        return np.zeros(0, dtype=np.int64)
    has_children = np.bincount(scene.edges[:, 0], minlength=len(scene.nodes)) > 0
    rows = texts.order[~has_children[texts.order]]
    return rows[np.linalg.norm(scene.positions[rows], axis=1) > _OUTWARD_FROM]


def _label_style(scene: Scene, look: Look) -> LabelStyle:
    n = len(scene.nodes)
    inks = np.tile(np.array([*look.theme.ink, 1.0]), (n, 1))
    bold = np.zeros(n, dtype=np.bool_)
    if scene.focus is not None:
        bold[scene.focus] = True
    if look.highlight is not None:
        inks[~look.highlight.stands_out, 3] = 0.45
        bold[look.highlight.chosen] = True
    return LabelStyle(inks, bold, look.theme.paper)


def _avoided_points(scene: Scene) -> FloatArray:
    """Points along the main edges, then all nodes."""
    edges = scene.edges[scene.in_tree]
    main = edges[np.argsort(-scene.importance[edges[:, 1]], kind="stable")[:_AVOIDED_EDGES]]
    along = geodesic_points(scene.positions[main[:, 0]], scene.positions[main[:, 1]], steps=16)
    return np.concatenate([along.reshape(-1, 2), scene.positions])
