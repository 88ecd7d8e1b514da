"""Labels that do not overlap: the most important first, each where it hides least and is not taken for another's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from nx_poincare.drawing.annotation import HALO, Label, LabelStyle, text_measure, write_label
from nx_poincare.drawing.attribution import Surroundings
from nx_poincare.drawing.axes import SMALLEST_FONT, figure_of, font_size, scale_of
from nx_poincare.drawing.boxes import BoxPile, are_inside, box_of, gaps_to, reach_beyond, touch_any
from nx_poincare.drawing.candidates import Places, leader_boxes, places_away, places_beside
from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = ["LabelStyle", "place_labels", "printable", "readable_name"]

_SYNSET = re.compile(r"(?P<lemma>.+)\.[nvars]\.\d+", re.DOTALL)
_OF_PYTHON = re.compile(
    r"<(?:class|enum|flag) '(?:[^']+\.)?(?P<kind>\w+)'>|<(?:[^ ]+\.)?(?P<name>\w+) object at 0x[0-9a-f]+>", re.ASCII
)
_LONGEST, _SHORTEST_END = 32, 10  # characters
_STEP, _DOT = re.compile(r"[/\\#]"), re.compile(r"[.:]")  # where a part of a path, or of a dotted name, begins
_TRIED_PER_LABEL = 8  # nodes looked at for each label of the budget
_PATIENCE = 600  # nodes in a row without room, after which the page is full
_MOST_LED = 30  # most important nodes that may have a leader line
_DOUBTFUL = 0.03  # share of the labels that may stand, at the end of a leader line, nearer to another marker
_GAP = 1.5  # points between a marker and its label
_NEARER = 1.2  # points by which a label is nearer to its own marker than to any other
_MUCH_NEARER, _OPEN_COST = 5.0, 4.0  # points from which on there is no doubt; hidden points that some doubt is worth
_TAKEN_COST = 40.0  # hidden points that being nearer to another marker is worth, at the end of a leader line
_APART = 6.0  # points: side of the cells of which each holds one labelled node
_LARGEST_FONT, _SMALLEST_FONT = 10.0, 7.5  # points, on axes of full size
_MARKER_CORE = 0.7  # of a labelled marker that no other label may touch
_RIM_COST = 8.0  # hidden points that lying across the rim is worth
_JUMP_COST = 12.0  # hidden points that standing on the other side than before is worth


def printable(text: str) -> str:
    """Text without control characters and halves of surrogate pairs, which no font has; newlines stay."""
    return "".join("\N{REPLACEMENT CHARACTER}" if _is_unprintable(character) else character for character in text)


def _is_unprintable(character: str) -> bool:
    return character != "\n" and unicodedata.category(character) in ("Cc", "Cs")


def readable_name(node: Hashable) -> str:
    """Text that stands for a node: a synset's lemma, a class's name, or `str` on one line, cut to 32 characters.

    Examples
    --------
    >>> readable_name("domestic_animal.n.01"), readable_name("v1.2.3"), readable_name((1, 2)), readable_name(KeyError)
    ('domestic animal', 'v1.2.3', '(1, 2)', 'KeyError')
    >>> readable_name("/usr/lib/python3/dist-packages/networkx/readwrite")
    '…/networkx/readwrite'
    """
    text = str(node)
    if synset := _SYNSET.fullmatch(text):
        text = synset["lemma"].replace("_", " ")
    elif of_python := _OF_PYTHON.fullmatch(text):
        text = of_python["kind"] or of_python["name"]
    return _shortened(printable(" ".join(text.split())))


def _shortened(text: str) -> str:
    """The beginning of what is too long, but of a path, an address or a dotted name the end, where siblings differ."""
    if len(text) <= _LONGEST:
        return text
    if " " not in text or text[0] == "/":
        end = text[1 - _LONGEST :]
        part = _STEP.search(end) or _DOT.search(end)
        if part is not None and part.start() <= len(end) - _SHORTEST_END:
            return "…" + end[part.start() :]
    return text[: _LONGEST - 1] + "…"


@dataclass
class _Page:
    """What labels have to find room among, in pixels."""

    ax: Axes
    pixels: FloatArray
    marker_radii: FloatArray
    around: Surroundings
    boxes: BoxPile
    point: float  # pixels of a point, on axes of this scale
    label_boxes: BoxPile = field(default_factory=BoxPile)
    own_gaps: list[float] = field(default_factory=list)
    led_in_doubt: int = 0

    def is_free(self, boxes: FloatArray) -> NDArray[np.bool_]:
        """Which boxes lie in the axes and touch nothing that is there."""
        free = are_inside(boxes, self.ax.get_window_extent())
        free[free] = ~touch_any(boxes[free], self.boxes.near(boxes[free]))
        return free

    def would_be_taken_for_another(self, node: int) -> bool:
        """Whether a label that is there is as near to this node as to its own."""
        boxes = self.label_boxes.all
        gaps = gaps_to(boxes, self.pixels[[node]], self.marker_radii[[node]])[:, 0]
        return bool((gaps < np.array(self.own_gaps) + 0.5 * self.point).any())

    def take(self, node: int, box: FloatArray, line: FloatArray | None) -> None:
        """Fill a box with the label of a node; no other label may touch it or the middle of its marker."""
        core = self.marker_radii[node] * _MARKER_CORE
        self.boxes.add(box)
        self.boxes.add(np.array([*self.pixels[node], core, core, 1.0, 0.0]))
        if line is None:
            self.label_boxes.add(box)
            self.own_gaps.append(float(self.around.own_gaps(box[None], node)[0]))
        else:
            self.boxes.add(line)
        self.around.mark_labelled(node)


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
    outward: NDArray[np.bool_] | None = None,
    seen: NDArray[np.bool_] | None = None,
    style: LabelStyle | None = None,
    sides: dict[int, FloatArray] | None = None,
    marks: Sequence[str] | None = None,
    filled: FloatArray | None = None,
    asked_for: bool = False,
    needed: NDArray[np.bool_] | None = None,
) -> list[Label]:
    """Write labels next to nodes, inside the axes, without overlap, nearer to their own marker than to others.

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
    outward : ndarray of bool, shape (n,), optional
        Nodes whose labels stand along the radius, away from the origin. Elsewhere labels are
        level, or turned where that hides less, far from the origin.
    seen : ndarray of bool, shape (n,), optional
        Markers that a label could be taken for. Default: all.
    style : LabelStyle, optional
    sides : dict, optional
        From node to the direction in which its label stood in the frame before, of a film; changed.
    marks : sequence of str, optional
        For each node what stands, quiet, behind its label; may be empty.
    filled : ndarray of float64, shape (k, 6), optional
        Further boxes that no label may touch, as in `nx_poincare.drawing.boxes`.
    asked_for : bool, default False
        Whether the user chose these nodes: where they are few, a leader line is better than no label.
    needed : ndarray of bool, shape (n,), optional
        Nodes for which a leader line is better than no label, as for those in bold.

    Returns
    -------
    list of Label
        Labels for which there was room, in the order of writing. The nearest marker of like size is a
        label's own; where an important node has no such place, a leader line shows whose label it is.
        Of nodes that stand so close that the eye could not tell them apart, only the first is labelled.
    """
    if budget < 1 or len(order) == 0:
        return []
    style, scale = style or LabelStyle(), scale_of(ax)
    few_are_asked_for = asked_for and len(order) <= _MOST_LED
    page = _page_of(ax, positions, marker_sizes, avoided, order[:budget], taken, seen)
    for box in [] if filled is None else filled:
        page.boxes.add(box)
    middle, right = ax.transData.transform([(0, 0), (1, 0)])
    rim = middle, float(right[0] - middle[0])
    measure, dots = text_measure(ax), figure_of(ax).dpi / 72
    cells = np.floor(page.pixels[order] / (_APART * page.point)).astype(np.int64)
    labels: list[Label] = []
    labelled: set[tuple[int, int]] = set()
    tried = failed = 0
    for rank, node, (column, row) in _least_choice_first(order, cells, outward, sides):
        if len(labels) == budget or tried == _TRIED_PER_LABEL * budget or failed > _PATIENCE:
            break
        if (column, row) in labelled:
            continue
        tried, failed = tried + 1, failed + 1
        goes_out = outward is not None and bool(outward[node])
        is_bold = style.bold is not None and bool(style.bold[node])
        must_stand = is_bold or few_are_asked_for or (needed is not None and bool(needed[node]))
        if page.would_be_taken_for_another(node) and not must_stand:
            continue
        share = 1.0 if goes_out else min(rank / max(budget, 2), 1.0)
        font, text = font_size(_LARGEST_FONT + (_SMALLEST_FONT - _LARGEST_FONT) * share, scale), text_of(node)
        mark = "" if marks is None else marks[node]
        half, behind = (
            measure(text, font, is_bold),
            measure(mark, SMALLEST_FONT, False)[0] + 1.5 * page.point if mark else 0,
        )
        half = half + np.array([behind, 0.0]) + HALO * page.point / 2  # the halo belongs to the label
        clear = page.marker_radii[node] + _GAP * page.point
        beside = places_beside(
            page.pixels[node], positions[node], half, clear, goes_out=goes_out, is_level=is_bold
        )  # fmt: skip
        before = None if sides is None else sides.get(node)
        box = _best_beside(page, node, beside, None if goes_out else rim, before)
        line = None
        if box is None and (few_are_asked_for or ((rank < _MOST_LED or is_bold) and not goes_out)):
            doubtful = must_stand or page.led_in_doubt + 1 <= _DOUBTFUL * (len(labels) + 1)
            box, line = _best_away(page, node, places_away(page.pixels[node], half, clear), rim, doubtful)
        if box is None:
            continue
        shift = (box[:2] - page.pixels[node]) / dots
        turn = float(np.degrees(np.arctan2(box[5], box[4])))
        marker = None if line is None else float(page.marker_radii[node] / dots)
        along = box[4:] / dots
        labels.append(write_label(ax, text, node, positions[node], shift - behind * along, turn, font, style, marker))
        if mark:
            after = shift + (half[0] - behind) * along
            quiet = style._replace(bold=None)
            write_label(ax, mark, node, positions[node], after, turn, SMALLEST_FONT, quiet, None).set_alpha(0.7)
        page.take(node, box, line)
        labelled.add((column, row))
        if sides is not None:
            sides[node] = shift / max(float(np.linalg.norm(shift)), 1e-9)
        failed = 0
    return labels


def _page_of(
    ax: Axes, positions: FloatArray, marker_sizes: FloatArray, avoided: FloatArray, important: IntArray,
    taken: Sequence[Bbox], seen: NDArray[np.bool_] | None,
) -> _Page:  # fmt: skip
    dots = figure_of(ax).dpi / 72
    pixels = np.asarray(ax.transData.transform(positions), dtype=np.float64)
    crowd = np.asarray(ax.transData.transform(avoided), dtype=np.float64).reshape(-1, 2)
    radii = np.sqrt(marker_sizes) / 2 * dots
    all_seen = np.ones(len(positions), dtype=np.bool_)
    around = Surroundings(pixels, radii, all_seen if seen is None else seen, crowd, pixels[important])
    return _Page(ax, pixels, radii, around, BoxPile([box_of(box) for box in taken]), dots * scale_of(ax))


def _best_beside(
    page: _Page, node: int, places: Places, rim: tuple[FloatArray, float] | None, before: FloatArray | None
) -> FloatArray | None:
    """The place beside a node that hides least, of those that are free and are not taken for another's."""
    free = page.is_free(places.boxes)
    if not free.any():
        return None
    boxes, cost = places.boxes[free], places.dislike[free]
    own = page.around.own_gaps(boxes, node)
    clearer = page.around.rival_gaps(boxes, node, float(own.max()) + _MUCH_NEARER * page.point) - own
    cost = cost + _OPEN_COST * np.clip(1 - clearer / (_MUCH_NEARER * page.point), 0, 1)
    cost += page.around.hidden(boxes)
    if rim is not None:
        cost += _RIM_COST * reach_beyond(boxes, *rim)
    if before is not None:
        ways = boxes[:, :2] - page.pixels[node]
        cost += _JUMP_COST * (1 - ways @ before / np.linalg.norm(ways, axis=1))
    cost[clearer < _NEARER * page.point] = np.inf
    best = int(np.argmin(cost))
    return boxes[best] if np.isfinite(cost[best]) else None


def _best_away(
    page: _Page, node: int, places: Places, rim: tuple[FloatArray, float], may_be_doubtful: bool
) -> tuple[FloatArray | None, FloatArray | None]:
    """The box and the line of a label that stands away from its node; perhaps nearer to another, if it must be."""
    lines = leader_boxes(page.pixels[node], places.boxes, page.point)
    free = page.is_free(places.boxes)
    free[free] = ~touch_any(lines[free], page.boxes.near(lines[free]))
    if not free.any():
        return None, None
    boxes, lines = places.boxes[free], lines[free]
    own = page.around.own_gaps(boxes, node)
    rival = page.around.rival_gaps(boxes, node, float(own.max()))
    cost = places.dislike[free] + page.around.hidden(boxes) + _RIM_COST * reach_beyond(boxes, *rim)
    doubtful = rival <= own + 0.5 * page.point
    best = int(np.argmin(np.where(doubtful, cost + _TAKEN_COST if may_be_doubtful else np.inf, cost)))
    if doubtful[best] and not may_be_doubtful:
        return None, None
    page.led_in_doubt += bool(doubtful[best])
    return boxes[best], lines[best]


def _least_choice_first(
    order: IntArray, cells: IntArray, outward: NDArray[np.bool_] | None, sides: dict[int, FloatArray] | None
) -> Iterator[tuple[int, int, list[int]]]:
    """Rank, node and cell: those whose labels go outwards, which have one place only, first; those of a film before."""
    ranks = np.arange(len(order))
    if outward is not None:
        ranks = ranks[np.argsort(~outward[order], kind="stable")]
    if sides:
        in_film = np.isin(order[ranks], np.fromiter(sides, np.int64, len(sides)))
        ranks = ranks[np.argsort(~in_film, kind="stable")]
    for rank in ranks:  # few of very many are looked at
        yield int(rank), int(order[rank]), cells[rank].tolist()
