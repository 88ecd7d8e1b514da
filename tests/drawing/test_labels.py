from __future__ import annotations

import ast
import enum
import io
from collections.abc import Callable
from itertools import combinations
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import networkx as nx
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from nx_poincare.drawing.disk import draw_poincare
from nx_poincare.drawing.labels import LabelStyle, place_labels, readable_name
from nx_poincare.drawing.rings import widest_disk

SVG_TEXT = "{http://www.w3.org/2000/svg}text"


@pytest.fixture
def ax():
    figure = plt.figure(figsize=(6, 6))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(-1, 1), ylim=(-1, 1), aspect="equal")
    yield axes
    plt.close(figure)


def placed(ax: Axes, points: np.ndarray, text: str = "a name", **options):
    defaults = {"marker_sizes": np.full(len(points), 20.0), "budget": 500, "avoided": points}
    return place_labels(ax, points, lambda i: text, np.arange(len(points)), **(defaults | options))


@pytest.mark.parametrize(
    ("node", "text"),
    [
        ("domestic_animal.n.01", "domestic animal"),
        ("u.s.a..n.01", "u.s.a."),
        ("snake_case", "snake_case"),
        ("numpy.random", "numpy.random"),
        (("a", 1), "('a', 1)"),
        (7, "7"),
        ("two\nlines\tand more", "two lines and more"),
        ("", ""),
        ("x" * 10_000, "x" * 31 + "…"),
        ("/usr/lib/python3/dist-packages/networkx/algorithms", "…/networkx/algorithms"),
        ("http://purl.obolibrary.org/obo/GO_0005575", "…/obo/GO_0005575"),
        ("sklearn.linear_model._coordinate_descent.Lasso", "…._coordinate_descent.Lasso"),
        ("C:\\Users\\all\\Documents\\hierarchies\\edges.csv", "…\\hierarchies\\edges.csv"),
        ("/home/all/Great Documents/hierarchies/edges.csv", "…/hierarchies/edges.csv"),
        ("y" * 40 + ".txt", "y" * 31 + "…"),
        ("Disorders of the eye, and/or of the ear. All.", "Disorders of the eye, and/or of…"),
        (np.float64, "float64"),
        (enum.IntFlag, "IntFlag"),
        (ast.parse("x"), "Module"),
    ],
)
def test_readable_name(node: object, text: str) -> None:
    assert readable_name(node) == text


def test_labels_do_not_overlap_and_stay_inside(ax: Axes, outline: Callable[[Text], Path]) -> None:
    points = np.random.default_rng(0).uniform(-1, 1, (300, 2))
    labels = placed(ax, points)
    assert len(labels) > 40
    assert len({label.get_rotation() for label in labels}) > 5
    outlines = [outline(label) for label in labels]
    assert not any(a.intersects_path(b) for a, b in combinations(outlines, 2))
    frame = ax.get_window_extent()
    assert all(frame.contains(*corner) for path in outlines for corner in path.vertices)


def test_outward_labels_stand_along_their_radius_and_read_from_left_to_right(ax: Axes) -> None:
    angles = np.radians([20, 100, 180, 260, 300])
    points = 0.6 * np.column_stack([np.cos(angles), np.sin(angles)])
    labels = placed(ax, points, outward=np.ones(5, dtype=bool))
    assert len(labels) == 5
    for label, point in zip(labels, points, strict=True):
        turn = np.radians(label.get_rotation())
        along = np.array([np.cos(turn), np.sin(turn)])
        assert along[0] > -1e-9
        assert abs(along @ point) == pytest.approx(0.6)
        assert np.cross(np.append(label.xyann, 0), np.append(point, 0)) == pytest.approx(np.zeros(3), abs=1e-6)
        assert np.dot(label.xyann, point) > 0


def test_bold_labels_are_level(ax: Axes) -> None:
    points = np.array([[0.0, 0.9], [0.7, 0.0]])
    bold = np.array([True, False])
    labels = placed(ax, points, outward=np.ones(2, dtype=bool), style=LabelStyle(bold=bold))
    assert [(label.get_rotation(), label.get_fontweight()) for label in labels] == [(0.0, "bold"), (0.0, "normal")]


def test_labels_stay_in_the_disk_where_they_can(ax: Axes) -> None:
    angles = np.radians(np.arange(0, 360, 45))
    points = 0.85 * np.column_stack([np.cos(angles), np.sin(angles)])
    labels = placed(ax, points, "words")
    assert len(labels) == 8
    for label in labels:
        corners = ax.transData.inverted().transform(label.get_window_extent().corners())
        assert (np.linalg.norm(corners, axis=1) < 1).all()


def test_widest_disk(ax: Axes) -> None:
    points = np.array([[0.9, 0.0], [0.0, -0.9]])
    share = widest_disk(ax, points, ["short", "short"])
    assert 0.8 < share < 1.1
    assert widest_disk(ax, points, ["short", "a much longer text"]) < share
    assert widest_disk(ax, points, ["w" * 60, ""]) is None  # would leave no room for the disk
    assert widest_disk(ax, np.tile(points, (200, 1)), [""] * 400) is None  # more lines than the circle has room for
    assert widest_disk(ax, np.empty((0, 2)), []) is None


HOSTILE = [
    "$x_2$",
    "$\\frac",
    "a\nb",
    "x" * 10_000,
    "\U0001f600\u200d\U0001f525",
    "\u05e9\u05dc\u05d5\u05dd",
    "\x00\x1b[31m",
    "\ud800",
    "%s {0} <b>&",
]


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_hostile_names_are_text(ax: Axes, name: str, suffix: str) -> None:
    [label] = placed(ax, np.zeros((1, 2)), readable_name(name))
    assert not label.get_parse_math()
    out = io.BytesIO()
    with matplotlib.rc_context({"svg.fonttype": "none"}):
        ax.figure.savefig(out, format=suffix)  # a warning would be an error
    if suffix == "svg":
        texts = ["".join(text.itertext()) for text in ElementTree.fromstring(out.getvalue()).iter(SVG_TEXT)]
        assert readable_name(name) in texts


def test_labels_leave_out_what_is_taken(ax: Axes) -> None:
    points = np.random.default_rng(1).uniform(-1, 1, (100, 2))
    left_half = Bbox([[0, 0], [300, 600]])
    labels = placed(ax, points, taken=[left_half])
    assert labels
    assert not any(label.get_window_extent().overlaps(left_half) for label in labels)


def test_budget_and_importance(ax: Axes) -> None:
    points = np.array([[0.0, 0.0], [0.0, 0.002], [0.5, 0.5], [-0.5, 0.5]])
    labels = place_labels(
        ax, points, "ABCD".__getitem__, np.array([2, 0, 1, 3]),
        marker_sizes=np.full(4, 20.0), budget=3, avoided=points,
    )  # fmt: skip
    assert [label.get_text() for label in labels] == ["C", "A", "D"]  # B stands where A stands
    assert len(ax.texts) == 3
    assert placed(ax, points, budget=0) == []


def test_labels_do_not_hide_their_own_marker(ax: Axes) -> None:
    point = np.array([[0.3, -0.2]])
    [label] = placed(ax, point, marker_sizes=np.array([400.0]))
    box, centre = label.get_window_extent(), ax.transData.transform(point[0])
    nearest = np.clip(centre, [box.x0, box.y0], [box.x1, box.y1])
    assert np.linalg.norm(nearest - centre) >= 10 * ax.figure.dpi / 72 * 0.7


def test_text_wider_than_the_axes_is_left_out(ax: Axes) -> None:
    assert placed(ax, np.zeros((1, 2)), "wide " * 100) == []
    assert len(ax.texts) == 0


def test_dollars_are_no_mathematics(ax: Axes) -> None:
    [label] = placed(ax, np.zeros((1, 2)), r"$\frac$")
    ax.figure.canvas.draw()
    assert label.get_text() == r"$\frac$"


def test_labels_leave_labelled_markers_free(ax: Axes, outline: Callable[[Text], Path]) -> None:
    points = np.random.default_rng(2).uniform(-0.9, 0.9, (60, 2))
    labels = placed(ax, points)
    centres = ax.transData.transform([label.xy for label in labels])
    boxes = [outline(label) for label in labels]
    # A label may only lie on the marker of a node that is labelled later.
    for i, box in enumerate(boxes):
        assert not box.contains_points(centres[: i + 1]).any()


def test_labels_are_text_in_vector_files_and_haloed_in_all(ax: Axes) -> None:
    placed(ax, np.zeros((1, 2)), "some words")
    svg = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none"}):
        ax.figure.savefig(svg, format="svg")
    assert ">some words<" in svg.getvalue()
    ax.axis("off")
    ax.figure.set_facecolor("red")
    ax.fill_between([-1, 1], -1, 1, color="blue")
    ax.figure.canvas.draw()
    pixels = np.asarray(ax.figure.canvas.buffer_rgba())
    assert (pixels[..., 0] > 150).any()


@pytest.mark.parametrize("font", [7.3, 8.8, 10.0])
@pytest.mark.parametrize("turn", [0, 90])
def test_a_label_is_as_wide_as_its_box(font: float, turn: int) -> None:
    figure = Figure(figsize=(4, 4), dpi=100)
    canvas = FigureCanvasAgg(figure)
    ax = draw_poincare(nx.DiGraph([("geographical area", "x")]), ax=figure.add_axes((0, 0, 1, 1)), labels=1)
    [label] = ax.texts
    label.set(fontsize=font, rotation=turn, color="red")
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba()).astype(int)
    red = (pixels[..., 0] - pixels[..., 2] > 60).any(axis=0 if turn == 0 else 1)
    box = label.get_window_extent()
    assert np.ptp(np.flatnonzero(red)) + 1 == pytest.approx(box.width if turn == 0 else box.height, abs=2)
