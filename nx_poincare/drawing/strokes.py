"""Nodes and labels of a scene on axes, over its edges and beside its legends."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgb
from matplotlib.patches import Circle, Rectangle

from nx_poincare.drawing.axes import figure_of, scale_of
from nx_poincare.drawing.colours import fade_colours
from nx_poincare.drawing.edges import draw_edges
from nx_poincare.drawing.geodesics import geodesic_points
from nx_poincare.drawing.labels import LabelStyle, place_labels, printable, readable_name
from nx_poincare.drawing.legend import draw_legend, draw_note
from nx_poincare.drawing.look import RASTER_FROM, Look, SizeScale, crowd_of
from nx_poincare.drawing.rings import widest_disk
from nx_poincare.drawing.scene import Scene
from nx_poincare.layout.disk import GOLDEN
from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = ["check_sizes", "draw_scene"]

_logger = logging.getLogger(__name__)

_VIEW = 1.03  # half the side of the axes, in radii of the disk
_AVOIDED_EDGES = 1_000  # that labels try not to hide, the most important
_ALL_LABELS, _FEW_LABELS = 90, 30  # nodes up to which all are labelled, and how many are beyond
_OUTWARD_FROM = 0.5  # norm from which on the labels of leaves stand around the disk
_LARGEST_VALUE = 250.0  # area of the marker of the greatest value, on axes of full size
_ROOM = 0.6  # of an edge that the markers at its ends may fill together
_SMALLEST_RADIUS = 0.5  # points


def draw_scene(ax: Axes, scene: Scene, look: Look) -> None:
    """Draw everything on axes whose place in the figure is final."""
    texts = _Texts.of(scene, look, scale_of(ax))
    leaves = _leaves_around(scene, texts)
    share = widest_disk(ax, scene.positions[leaves], [texts.of_row(i) for i in leaves.tolist()])
    view = _VIEW if share is None else max(_VIEW, 1 / share)
    _prepare(ax, look, view)
    if len(scene.nodes) == 0:
        return
    zoom = scale_of(ax)
    if scene.size_values is not None:
        look = replace(look, node_sizes=_size_scale(scene, look, zoom))
    marker_sizes = _marker_sizes(ax, scene, look, zoom)
    if look.with_edges:
        draw_edges(ax, scene, look, zoom)
    nodes = _draw_nodes(ax, scene, look, marker_sizes, zoom)
    off_tree = int((~scene.in_tree).sum())
    taken = draw_legend(ax, scene, look, zoom, nodes, off_tree) + draw_note(ax, scene, look, zoom)
    outward = np.zeros(len(scene.nodes), dtype=np.bool_)
    outward[leaves] = share is not None
    placed = place_labels(
        ax, scene.positions, texts.of_row, texts.order,
        marker_sizes=marker_sizes, budget=texts.budget, avoided=_avoided_points(scene), taken=taken,
        outward=outward, style=_label_style(scene, look),
        seen=None if look.highlight is None else look.highlight.stands_out, sides=look.sides,
        marks=[f"+{count:,}" if count else "" for count in scene.hidden.tolist()] if scene.hidden.any() else None,
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


def check_sizes(scene: Scene) -> None:
    """Refuse values that cannot be areas."""
    if scene.size_values is None:
        return
    numbers = scene.size_values.numbers
    if numbers is None:
        raise ValueError(f"size_by={scene.size_values.name!r} has values that are not numbers")
    if (numbers < 0).any():
        node = scene.nodes[int(np.flatnonzero(numbers < 0)[0])]
        raise ValueError(f"size_by={scene.size_values.name!r} is negative at node {node!r}: an area cannot be")


def _size_scale(scene: Scene, look: Look, zoom: float) -> SizeScale:
    """Area in proportion to the value; the hierarchy's own rules do not change what size shows."""
    assert scene.size_values is not None
    numbers = scene.size_values.numbers
    assert numbers is not None
    greatest = float(np.nanmax(numbers)) if np.isfinite(numbers).any() else 0.0
    largest = zoom**2 * _LARGEST_VALUE if look.node_size is None else look.node_size
    return SizeScale(greatest, largest, min(zoom**2 * 1.5, largest))


def _marker_sizes(ax: Axes, scene: Scene, look: Look, zoom: float) -> FloatArray:
    """Areas in points squared: by value, or by importance and the disk's own scale, with a floor that can be seen."""
    n = crowd_of(scene)
    usual = zoom**2 * float(np.clip(900 / n**0.4, 25, 160))
    largest = usual if look.node_size is None else look.node_size
    if scene.size_values is not None and scene.size_values.numbers is not None and look.node_sizes is not None:
        sizes = look.node_sizes.area_of(scene.size_values.numbers)
    else:
        smallest = (zoom * float(np.clip(1700 / n, 0.7, 5))) ** 2 * largest / usual
        share = np.sqrt(scene.importance / scene.importance.max())
        sizes = smallest * (0.7 + 0.3 * scene.scales) + (largest - smallest) * share * (0.25 + 0.75 * scene.scales)
        if look.node_size is None:
            sizes = _apart_from_parents(ax, scene, sizes)
    if look.highlight is not None and scene.size_values is None:
        sizes[look.highlight.on_path] = np.maximum(sizes[look.highlight.on_path], 0.3 * largest)
        sizes[look.highlight.chosen] = np.maximum(sizes[look.highlight.chosen], largest)
    return np.asarray(sizes)


def _apart_from_parents(ax: Axes, scene: Scene, sizes: FloatArray) -> FloatArray:
    """Areas so that the markers of an only child and its parent do not touch, as along a chain."""
    edges = scene.edges[scene.in_tree]
    if not len(edges):
        return sizes
    counts = np.bincount(edges[:, 0], minlength=len(sizes))
    edges = edges[counts[edges[:, 0]] == 1]
    points = ax.transData.transform(scene.positions) / figure_of(ax).dpi * 72
    radii = np.sqrt(sizes) / 2
    room = _ROOM * np.linalg.norm(points[edges[:, 0]] - points[edges[:, 1]], axis=1)
    share = np.minimum(room / radii[edges].sum(axis=1), 1.0)
    for ends in edges.T:
        np.minimum.at(sizes, ends, np.maximum(radii[ends] * share, _SMALLEST_RADIUS) ** 2 * 4)
    return sizes


def _draw_nodes(ax: Axes, scene: Scene, look: Look, marker_sizes: FloatArray, zoom: float) -> PathCollection:
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
        colours = {"c": look.paint.values[order], "cmap": scale.cmap, "norm": scale.norm, "linewidths": 0}
    else:
        colours = {"c": look.paint.nodes[order], "linewidths": 0}
    x, y = scene.positions[order].T
    points = ax.scatter(x, y, s=marker_sizes[order], zorder=2, rasterized=len(order) >= RASTER_FROM, **colours)
    points.set_clip_on(False)
    return points


@dataclass(frozen=True)
class _Texts:
    """Which nodes may be labelled, the most important first, and with what."""

    scene: Scene
    order: IntArray
    budget: int
    given: Mapping[Hashable, str] | None

    @classmethod
    def of(cls, scene: Scene, look: Look, zoom: float) -> _Texts:
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
        usual = n if n <= _ALL_LABELS else max(round(_FEW_LABELS * zoom), 1)
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
