"""Labels that do not overlap: the most important first, each where it hides least."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from typing import cast

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.patheffects import AbstractPathEffect, Normal, Stroke
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from nx_poincare.arrays import FloatArray, IntArray

__all__ = ["figure_of", "place_labels", "readable_name", "scale_of"]

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

# Where the label's centre may lie, in half-widths and half-heights of label and marker.
_SIDES = np.array([(0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1)], dtype=np.float64)


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
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def figure_of(ax: Artist | None) -> Figure:
    """The figure that the axes, perhaps through subfigures, belong to."""
    figure = None if ax is None else ax.get_figure()
    if figure is None:
        raise ValueError("ax has been removed from its figure")
    return figure.figure  # of a subfigure the root; get_figure(root=True) came with Matplotlib 3.10


def scale_of(ax: Axes) -> float:
    """By how much text, markers and lines shrink on small axes."""
    ax.apply_aspect()
    frame = ax.get_window_extent()
    return float(min(1.0, min(frame.width, frame.height) / (_FULL_SIDE * figure_of(ax).dpi)))


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

    Returns
    -------
    list of matplotlib.text.Annotation
        Labels for which there was room, in the order given. Of nodes that stand so close that
        the eye could not tell whose label it is, only the first is labelled.
    """
    if budget < 1 or len(order) == 0:
        return []
    scale = scale_of(ax)
    pixels_per_point = figure_of(ax).dpi / 72
    pixels = np.asarray(ax.transData.transform(positions), dtype=np.float64)
    frame = ax.get_window_extent()
    marker_radii = np.sqrt(marker_sizes) / 2 * pixels_per_point
    crowd = np.asarray(ax.transData.transform(avoided[_sample(len(avoided))]), dtype=np.float64)
    important = pixels[order[:budget]]
    boxes = [np.array(box.extents) for box in taken]
    labels: list[Annotation] = []
    cells = np.floor(pixels[order] / (_APART * scale * pixels_per_point)).astype(np.int64).tolist()
    labelled: set[tuple[int, int]] = set()
    tried = 0
    for node, (column, row) in zip(order.tolist(), cells, strict=True):
        if len(labels) == budget or tried == _TRIED_PER_LABEL * budget:
            break
        if (column, row) in labelled:
            continue
        tried += 1
        share = len(labels) / max(budget, 2)
        font = scale * (_LARGEST_FONT + (_SMALLEST_FONT - _LARGEST_FONT) * share)
        label = _write(ax, text_of(node), positions[node], font)
        extent = label.get_window_extent()
        # The halo belongs to the label.
        size = np.array([extent.width, extent.height]) + _HALO * scale * pixels_per_point
        reach = (size / 2) + marker_radii[node] + _GAP * scale * pixels_per_point
        choices = pixels[node] + _by_preference(positions[node]) * reach
        candidates = np.hstack([choices - size / 2, choices + size / 2])
        free = _inside(candidates, frame) & ~_touching(candidates, boxes)
        cost = _covered(candidates, important) * 10 + _covered(candidates, crowd)
        cost = np.where(free, cost + _RANK_COST * np.arange(len(cost)), np.inf)
        best = int(np.argmin(cost))
        if not free[best]:
            label.remove()
            continue
        label.set_position(tuple((choices[best] - pixels[node]) / pixels_per_point))
        boxes.append(candidates[best])
        marker = marker_radii[node] * _MARKER_CORE
        boxes.append(np.concatenate([pixels[node] - marker, pixels[node] + marker]))
        labels.append(label)
        labelled.add((column, row))
    return labels


class _HaloedAnnotation(Annotation):
    """An annotation with an outline in the background's colour that stays text in SVG and PDF files.

    A path effect turns its text into curves. In vector files the outline is therefore drawn
    first and the text by itself; pixels want one pass, where both have the same shapes.
    """

    _effects: tuple[AbstractPathEffect, ...] = ()

    def get_path_effects(self) -> list[AbstractPathEffect]:
        return list(self._effects)

    def draw(self, renderer: RendererBase) -> None:
        outline = Stroke(linewidth=_HALO, foreground=figure_of(self.axes).get_facecolor(), alpha=0.85)
        passes = [(outline, Normal())] if isinstance(renderer, RendererAgg) else [(outline,), ()]
        for self._effects in passes:
            super().draw(renderer)


def _write(ax: Axes, text: str, position: FloatArray, font: float) -> Annotation:
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
    label.set_in_layout(False)
    ax.add_artist(label)
    return label


def _by_preference(position: FloatArray) -> FloatArray:
    """The sides of a marker, the one that looks away from the centre first."""
    return _SIDES[np.argsort(-(_SIDES @ position) / np.linalg.norm(_SIDES, axis=1), kind="stable")]


def _sample(count: int) -> IntArray:
    """Indices of at most `_MOST_POINTS` of so many points, evenly chosen."""
    return np.arange(0, count, 1 + max(count - 1, 0) // _MOST_POINTS)


def _inside(boxes: FloatArray, frame: Bbox) -> NDArray[np.bool_]:
    low, high = np.array([frame.x0, frame.y0]), np.array([frame.x1, frame.y1])
    return np.asarray((boxes[:, :2] >= low).all(axis=1) & (boxes[:, 2:] <= high).all(axis=1))


def _touching(boxes: FloatArray, others: list[FloatArray]) -> NDArray[np.bool_]:
    if not others:
        return np.zeros(len(boxes), dtype=np.bool_)
    mine, theirs = boxes[:, None], np.array(others)[None]
    apart = (mine[..., 2:] < theirs[..., :2]) | (mine[..., :2] > theirs[..., 2:])
    return np.asarray(np.logical_not(np.any(apart, axis=2)).any(axis=1))


def _covered(boxes: FloatArray, points: FloatArray) -> FloatArray:
    """How many of the points lie in each box."""
    low, high = boxes[:, None, :2], boxes[:, None, 2:]
    return np.asarray(((points >= low) & (points <= high)).all(axis=-1).sum(axis=1), dtype=np.float64)
