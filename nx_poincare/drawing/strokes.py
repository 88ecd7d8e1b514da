"""A scene on axes: the disk, edges, nodes, legends and labels."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Circle, Rectangle
from matplotlib.transforms import Bbox

from nx_poincare.drawing.annotation import Label
from nx_poincare.drawing.axes import figure_of, scale_of
from nx_poincare.drawing.edges import draw_edges
from nx_poincare.drawing.geodesics import geodesic_points
from nx_poincare.drawing.labels import LabelStyle, place_labels, printable, readable_name
from nx_poincare.drawing.legend import draw_legend, draw_note
from nx_poincare.drawing.look import Look
from nx_poincare.drawing.markers import draw_nodes, marker_sizes, size_scale
from nx_poincare.drawing.rings import Rings, draw_rings, rings_around, widest_disk
from nx_poincare.drawing.scene import Scene
from nx_poincare.layout.disk import GOLDEN
from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = ["draw_scene"]

_logger = logging.getLogger(__name__)

_VIEW = 1.03  # half the side of the axes, in radii of the disk
_AVOIDED_EDGES = 1_000  # that labels try not to hide, the most important
_ALL_LABELS, _FEW_LABELS = 90, 30  # nodes up to which all are labelled, and how many are beyond
_OUTWARD_FROM = 0.5  # norm from which on the labels of leaves stand around the disk
_TRIALS = 3  # of what has room inside the disk, as it gets narrower


def draw_scene(ax: Axes, scene: Scene, look: Look) -> None:
    """Draw everything on axes whose place in the figure is final."""
    zoom = scale_of(ax)
    texts = _Texts.of(scene, look, zoom)
    _prepare(ax, look)
    if len(scene.nodes) == 0:
        return
    if scene.size_values is not None:
        look = replace(look, node_sizes=size_scale(scene, look, zoom))
    around = _around_the_disk(ax, scene, look, texts)
    second_parents = draw_edges(ax, scene, look, zoom) if look.with_edges else None
    nodes = draw_nodes(ax, scene, look, marker_sizes(ax, scene, look, zoom), zoom)
    off_tree = int((~scene.in_tree).sum())
    taken = draw_legend(ax, scene, look, zoom, nodes, off_tree, second_parents) + draw_note(ax, scene, look, zoom)
    filled = None
    if around.rings is not None:
        names = [texts.of_row(i) for i in around.rows.tolist()]
        filled = draw_rings(ax, scene.positions, around.rows, names, around.rings, _label_style(scene, look))
    placed = _label(ax, scene, look, texts, around, taken, filled)
    written = len(placed) + (0 if around.rings is None else len(around.rows))
    _logger.debug("labels: %d of %d wanted", written, min(texts.budget, len(texts.order)))


class _Around(NamedTuple):
    """Nodes whose labels stand around the disk: at their markers, or on rings."""

    rows: IntArray
    rings: Rings | None


def _around_the_disk(ax: Axes, scene: Scene, look: Look, texts: _Texts) -> _Around:
    """Choose them, and make the disk as wide as their labels allow; on rings comes what finds no room inside."""
    rows = _leaves_around(scene, texts)

    def names() -> list[str]:
        return [texts.of_row(i) for i in rows.tolist()]

    share = widest_disk(ax, scene.positions[rows], names())
    if share is not None:
        _set_view(ax, max(_VIEW, 1 / share))
        return _Around(rows, None)
    rings = rings_around(ax, scene.positions[rows], names())
    for _ in range(_TRIALS):
        if rings is None:
            break
        _set_view(ax, max(_VIEW, 1 / rings.share))
        trial = _label(ax, scene, look, texts, _Around(rows, rings), [], None)
        placed = {label.node for label in trial}
        for label in trial:
            label.remove()
        left = np.array([i for i in texts.order.tolist() if i not in placed], dtype=np.int64)
        left = left[~np.isin(left, rows)]
        more = np.concatenate([rows, left[np.linalg.norm(scene.positions[left], axis=1) > 0]])
        wider = rings_around(ax, scene.positions[more], [texts.of_row(i) for i in more.tolist()])
        if wider is None or len(more) == len(rows):
            break
        rows, rings = more, wider
        _set_view(ax, max(_VIEW, 1 / rings.share))
    return _Around(rows if rings is not None else rows[:0], rings)


def _label(
    ax: Axes, scene: Scene, look: Look, texts: _Texts, around: _Around, taken: list[Bbox], filled: FloatArray | None
) -> list[Label]:
    """Labels in the disk, and those around it that stand at their markers."""
    outward = np.zeros(len(scene.nodes), dtype=np.bool_)
    outward[around.rows] = around.rings is None
    order = texts.order if around.rings is None else texts.order[~np.isin(texts.order, around.rows)]
    return place_labels(
        ax, scene.positions, texts.of_row, order, marker_sizes=marker_sizes(ax, scene, look, scale_of(ax)),
        budget=texts.budget, avoided=_avoided_points(scene), taken=taken, outward=outward,
        style=_label_style(scene, look), filled=filled, asked_for=texts.given is not None, needed=scene.around_focus,
        seen=None if look.highlight is None else look.highlight.stands_out, sides=look.sides,
        marks=[f"+{count:,}" if count else "" for count in scene.hidden.tolist()] if scene.hidden.any() else None,
    )  # fmt: skip


def _set_view(ax: Axes, view: float) -> None:
    ax.set_xlim(-view, view)
    ax.set_ylim(-view, view)


def _prepare(ax: Axes, look: Look) -> None:
    """An empty disk on equal axes."""
    _set_view(ax, _VIEW)
    ax.set_aspect("equal")
    ax.axis("off")
    figure, (paper, ink, _) = figure_of(ax), look.theme
    if not np.allclose(to_rgb(figure.get_facecolor()), paper):
        if figure.axes == [ax]:
            figure.set_facecolor(paper)
        else:
            ax.add_patch(Rectangle((0, 0), 1, 1, transform=ax.transAxes, facecolor=paper, linewidth=0, zorder=0.1))
    face = (*ink, look.theme.ink_in_disk)
    ax.add_patch(Circle((0, 0), 1, facecolor=face, edgecolor=(*ink, 0.45), linewidth=0.8, zorder=0.5))
    if look.title is not None:
        ax.set_title(look.title, color=ink, parse_math=False)


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
            order = order[np.lexsort((~scene.around_focus[order], order != scene.focus))]
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
        return readable_name(self.scene.name(row)) if self.given is None else printable(str(self.given[node]))


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
