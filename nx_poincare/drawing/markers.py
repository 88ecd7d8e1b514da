"""Markers of the nodes: their areas, by value or importance, and the drawing of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection

from nx_poincare.drawing.axes import figure_of
from nx_poincare.drawing.blending import MANY
from nx_poincare.drawing.colours import fade_colours
from nx_poincare.drawing.look import RASTER_FROM, Look, SizeScale, crowd_of
from nx_poincare.drawing.many_points import ManyPoints
from nx_poincare.drawing.scene import Scene
from nx_poincare.utils.arrays import FloatArray

__all__ = ["check_sizes", "draw_nodes", "marker_sizes", "size_scale"]

_LARGEST_VALUE = 250.0  # area of the marker of the greatest value, on axes of full size
_ROOM = 0.6  # of an edge that the markers at its ends may fill together
_SMALLEST_RADIUS = 0.3  # points


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


def size_scale(scene: Scene, look: Look, zoom: float) -> SizeScale:
    """Area in proportion to the value; the hierarchy's own rules do not change what size shows."""
    assert scene.size_values is not None
    numbers = scene.size_values.numbers
    assert numbers is not None
    greatest = float(np.nanmax(numbers)) if np.isfinite(numbers).any() else 0.0
    largest = zoom**2 * _LARGEST_VALUE if look.node_size is None else look.node_size
    return SizeScale(greatest, largest, min(zoom**2 * 1.5, largest))


def marker_sizes(ax: Axes, scene: Scene, look: Look, zoom: float) -> FloatArray:
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


def draw_nodes(ax: Axes, scene: Scene, look: Look, areas: FloatArray, zoom: float) -> PathCollection:
    """All nodes as one collection, inner and important ones on top, highlighted ones above all."""
    order = np.lexsort((scene.sizes, -scene.levels))
    rasterized = len(order) >= RASTER_FROM
    colours: dict[str, Any] = {"c": look.paint.nodes, "linewidths": 0}
    if look.highlight is not None:
        out = look.highlight.stands_out
        order = order[np.argsort(out[order].astype(int) + look.highlight.on_path[order], kind="stable")]
        painted = np.where(out[:, None], look.highlight.colours, fade_colours(look.paint.nodes, look.theme))
        rings = np.zeros(len(order))
        rings[look.highlight.chosen] = 1.4 * zoom
        colours = {"c": painted, "linewidths": rings[order], "edgecolors": [look.theme.ink]}
    elif look.paint.scale is not None:
        scale = look.paint.scale
        colours = {"c": look.paint.values, "cmap": scale.cmap, "norm": scale.norm, "linewidths": 0}
    colours["c"] = colours["c"][order]
    if len(order) >= MANY and look.highlight is None:
        return _many_nodes(ax, scene.positions[order], areas[order], colours, rasterized)
    x, y = scene.positions[order].T
    points = ax.scatter(x, y, s=areas[order], zorder=2, rasterized=rasterized, **colours)
    points.set_clip_on(False)
    return points


def _many_nodes(
    ax: Axes, positions: FloatArray, areas: FloatArray, colours: dict[str, Any], rasterized: bool
) -> ManyPoints:
    """What `matplotlib.axes.Axes.scatter` makes of the same."""
    points = ManyPoints(positions, areas, offset_transform=ax.transData, zorder=2, rasterized=rasterized)
    if "cmap" in colours:
        points.set_array(colours["c"])
        points.set_cmap(colours["cmap"])
        points.set_norm(colours["norm"])
    else:
        points.set_facecolor(colours["c"])
    points.set_edgecolor("face")
    ax.add_collection(points, autolim=False)
    points.set_clip_on(False)
    return points
