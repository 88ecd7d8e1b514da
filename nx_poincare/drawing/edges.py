"""Edges of a scene: those of the tree as geodesics, second parents quiet, and bundled where they are many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from numpy.typing import NDArray

from nx_poincare.drawing.blending import MANY
from nx_poincare.drawing.bundles import bundled_paths
from nx_poincare.drawing.colours import blend, fade_colours, seen_on
from nx_poincare.drawing.geodesics import geodesic_paths
from nx_poincare.drawing.highlight import Highlight
from nx_poincare.drawing.look import RASTER_FROM, Look, Stroke, crowd_of, quiet_colour
from nx_poincare.drawing.many_lines import ManyLines
from nx_poincare.drawing.scene import Scene
from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = ["MOST_OFF_TREE", "ONE_BY_ONE", "draw_edges"]

_QUIET_ALPHA = 0.28
_AMONG_FEW, _AMONG_MANY = 0.4, 0.9  # opacity of a second parent among more than are seen one by one
_ELSEWHERE = 0.6  # of their opacity that many second parents keep which are not the focus's own
ONE_BY_ONE = 60  # second parents that are seen each by itself; of more, where many run together
_SEEN_EDGES = 90  # of the tree, the most important, whose contrast with the paper is enough to be seen by all
_QUIET_FAN = 12  # children from which on the edges of a fan fade
_ON_THE_RIM = 300  # edges there that may be seen, as where the points of an embedding are drawn
_FAR = 0.03  # scale of the disk below which edges fade: the rim is not a black ring
_THINNEST = 0.3  # points; thinner lines are not printed
_BUNDLED_FROM = 400  # edges off the tree that are drawn each by itself
MOST_OFF_TREE = 8_000  # edges off the tree that are drawn; of more, an even sample shows where they run


def draw_edges(ax: Axes, scene: Scene, look: Look, zoom: float) -> Stroke | None:
    """All edges as one collection: quiet ones below, then the tree's with the main branches on top.

    Gives how second parents look, those of the focus if it has some; None without any.
    """
    on_path, below = _emphasised_edges(scene, look.highlight)
    order = np.lexsort((scene.sizes[scene.edges[:, 1]], scene.in_tree, below, on_path))
    order = _within_budget(order, scene.in_tree | on_path)
    edges, in_tree, on_path, below = scene.edges[order], scene.in_tree[order], on_path[order], below[order]
    widths, rgba = _strokes(scene, look, edges, zoom)
    many = int((~in_tree).sum())
    rgba[~in_tree, :3] = quiet_colour(look.theme)
    rgba[~in_tree, 3] = np.maximum(rgba[~in_tree, 3] * _QUIET_ALPHA, _opacity_of_one(many))
    if scene.focus is not None and many >= _BUNDLED_FROM:  # those of the focus itself are what is asked for
        elsewhere = ~in_tree & (edges != scene.focus).all(axis=1)
        rgba[elsewhere, 3] *= _ELSEWHERE * scene.scales[edges[elsewhere]].max(axis=1) ** 0.5
        own = ~in_tree & ~elsewhere
        rgba[own, 3] = _opacity_of_one(int(own.sum()))
    if scene.focus is not None:
        rgba[~in_tree & (edges[:, 1] == scene.focus), 3] = 1
    widths[~in_tree] = np.minimum(widths[~in_tree], 1.5 * _thin(scene, zoom))
    strong = on_path | (below & in_tree)
    if look.highlight is not None:
        rgba[~in_tree, 3] *= 0.4
        rgba[strong] = look.highlight.colours[edges[strong, 1]]
        rgba[below & ~on_path & in_tree, 3] = 0.85
        weak = below & ~on_path & ~in_tree  # second parents below: seen one by one, a tint where they are many
        rgba[weak, :3] = look.highlight.colours[edges[weak, 1], :3]
        rgba[weak, 3] = min(0.5, 0.5 * (ONE_BY_ONE / max(int(weak.sum()), 1)) ** 0.6)
        widths[below & in_tree] = np.maximum(widths[below & in_tree], 0.7 * zoom)
        widths[on_path] = np.maximum(widths[on_path], 1.8 * zoom)
    rgba[:, 3] *= np.minimum(widths / _THINNEST, 1) ** 0.5  # what a line gains in width it gives back in strength
    seen = _must_be_seen(scene, edges, in_tree) if look.highlight is None else strong
    rgba[seen, :3] = seen_on(blend(rgba[seen, :3], look.theme.disk, 1 - rgba[seen, 3:]), look.theme)
    rgba[seen, 3] = 1
    paths, widths = _paths(scene, edges, in_tree | on_path), np.maximum(widths, _THINNEST)
    options: dict[str, Any] = {"zorder": 1, "rasterized": len(scene.sizes) >= RASTER_FROM, "capstyle": "round"}
    if len(paths) >= MANY:
        lines: LineCollection = ManyLines(paths, widths, rgba, **options)
    else:
        lines = LineCollection(cast(Sequence[Any], paths), linewidths=widths, colors=rgba, **options)
    ax.add_collection(lines, autolim=False)
    of_focus = ~in_tree & (False if scene.focus is None else (edges == scene.focus).any(axis=1))
    shown = of_focus if of_focus.any() else ~in_tree
    return _typical(rgba[shown], widths[shown])


def _opacity_of_one(many: int) -> float:
    """Of each of many lines, so that they are strong where they run together and do not cover the picture.

    Few are as quiet as they may be: their contrast is made enough afterwards.
    """
    return _AMONG_FEW if many <= ONE_BY_ONE else _AMONG_MANY * (ONE_BY_ONE / many) ** 0.5


def _typical(rgba: FloatArray, widths: FloatArray) -> Stroke | None:
    """The stroke in the middle, by opacity."""
    if not len(rgba):
        return None
    row = np.argsort(rgba[:, 3], kind="stable")[len(rgba) // 2]
    red, green, blue, alpha = rgba[row].tolist()
    return Stroke((red, green, blue, alpha), float(widths[row]))


def _must_be_seen(scene: Scene, edges: IntArray, in_tree: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The main edges of the tree, second parents if they are few, and the edges to all parents of the focus."""
    seen = np.zeros(len(edges), dtype=np.bool_)
    urgency = np.where(in_tree, scene.importance[edges[:, 1]], -1.0)
    seen[np.argsort(-urgency, kind="stable")[:_SEEN_EDGES]] = True
    seen &= in_tree
    if (~in_tree).sum() <= ONE_BY_ONE:
        seen |= ~in_tree
    return seen if scene.focus is None else seen | (edges[:, 1] == scene.focus)


def _within_budget(order: IntArray, always: NDArray[np.bool_]) -> IntArray:
    """All edges in their order, of those off the tree an even sample if they are too many."""
    off = np.flatnonzero(~always[order])
    if len(off) <= MOST_OFF_TREE:
        return order
    left_out = np.ones(len(order), dtype=np.bool_)
    left_out[always[order]] = False
    left_out[off[np.linspace(0, len(off) - 1, MOST_OFF_TREE).astype(np.int64)]] = False
    return order[~left_out]


def _thin(scene: Scene, zoom: float) -> float:
    return zoom * float(np.clip(8 / crowd_of(scene) ** 0.4, 0.1, 1.0))


def _strokes(scene: Scene, look: Look, edges: IntArray, zoom: float) -> tuple[FloatArray, FloatArray]:
    """Widths and colours by importance and by the disk's own scale."""
    parents, children = edges.T
    n, thin = crowd_of(scene), _thin(scene, zoom)
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
    rgba[:, 3] *= np.clip(np.maximum(scale, scene.scales[parents]) / _FAR, np.clip(_ON_THE_RIM / n, 0.05, 0.4), 1)
    return widths, rgba


def _paths(scene: Scene, edges: IntArray, straight: NDArray[np.bool_]) -> list[FloatArray]:
    """Geodesics, and bundles for what is off the tree if that is much."""
    off = np.flatnonzero(~straight)
    if len(off) < _BUNDLED_FROM:
        return geodesic_paths(scene.positions[edges[:, 0]], scene.positions[edges[:, 1]])
    paths: list[FloatArray] = [np.empty((0, 2))] * len(edges)
    on = np.flatnonzero(straight)
    direct = geodesic_paths(scene.positions[edges[on, 0]], scene.positions[edges[on, 1]])
    bundled = bundled_paths(edges[off], scene.positions, scene.hierarchy.component, scene.tree.parents)
    for rows, found in ((on, direct), (off, bundled)):
        for row, path in zip(rows.tolist(), found, strict=True):
            paths[row] = path
    return paths


def _emphasised_edges(scene: Scene, highlight: Highlight | None) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which edges lead down to a highlighted node, and which lie below one."""
    if highlight is None:
        none = np.zeros(len(scene.edges), dtype=np.bool_)
        return none, none
    on_path, below = highlight.on_path[scene.edges], highlight.below[scene.edges]
    return on_path[:, 0] & on_path[:, 1], below[:, 0] & below[:, 1]
