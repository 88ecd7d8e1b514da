"""Very many lines and markers: the same picture as matplotlib's own, pixel by pixel, and the same interface."""

from __future__ import annotations

import io
from typing import Any

import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import Collection, LineCollection, PathCollection

import nx_poincare as nxp
from nx_poincare.drawing import blending, edges, markers
from nx_poincare.drawing.many_lines import ManyLines
from nx_poincare.drawing.many_points import ManyPoints

DPI = 100


def axes() -> Axes:
    figure = plt.figure(figsize=(3, 3), dpi=DPI)
    ax = figure.add_axes((0.1, 0.1, 0.8, 0.8))
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.axis("off")
    return ax


def ink(ax: Axes) -> np.ndarray:
    """How dark each pixel is, in red, green and blue."""
    ax.figure.canvas.draw()
    shown = 255 - np.asarray(ax.figure.canvas.buffer_rgba())[..., :3].astype(float)
    plt.close(ax.figure)
    return shown


def some_lines(count: int, alpha: float, seed: int) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    lines = [rng.uniform(-0.1, 1.1, (int(rng.integers(2, 6)), 2)) for _ in range(count)]
    return lines, rng.uniform(0.3, 4, count), np.column_stack([rng.random((count, 3)), np.full(count, alpha)])


def with_lines(one_by_one: bool, lines: list[np.ndarray], widths: np.ndarray, rgba: np.ndarray) -> Axes:
    ax = axes()
    own: Any = (
        LineCollection(lines, linewidths=widths, colors=rgba, capstyle="round")
        if one_by_one
        else ManyLines(lines, widths, rgba, capstyle="round")
    )
    ax.add_collection(own, autolim=False)
    return ax


@pytest.mark.parametrize(("alpha", "mean", "most"), [(1.0, 1.2, 0.02), (0.4, 1.5, 0.02)])
def test_lines_look_as_agg_draws_them(alpha: float, mean: float, most: float) -> None:
    drawn = some_lines(40, alpha, 0)
    usual, own = ink(with_lines(True, *drawn)), ink(with_lines(False, *drawn))
    assert np.abs(usual - own).mean() < mean  # of 255
    assert (np.abs(usual - own).max(axis=-1) > 80).mean() < most  # joints and ends
    assert own.mean() == pytest.approx(usual.mean(), rel=0.03)
    assert usual.mean() > 15


def test_a_line_through_the_middle_of_pixels_is_exact() -> None:
    line = [np.array([[0.0, 0.5], [1.0, 0.5]])]
    widths, rgba = np.array([72.0 / DPI * 0.6]), np.array([[0.0, 0.0, 0.0, 0.5]])
    shown = ink(with_lines(False, line, widths, rgba))[:, 150, 0]
    assert np.flatnonzero(shown).tolist() == [149, 150]  # between two rows of pixels, a third of a width in each
    assert shown[149] == shown[150] == pytest.approx(255 * 0.5 * 0.3, abs=1)


@pytest.mark.parametrize("pixels", [500, 7_000])
def test_parts_of_the_canvas_are_drawn_one_after_the_other(pixels: int, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = some_lines(30, 0.5, 1)
    whole = ink(with_lines(False, *drawn))
    monkeypatch.setattr(blending, "_PIXELS_AT_ONCE", pixels)
    assert (ink(with_lines(False, *drawn)) == whole).all()


def test_lines_answer_as_others_do() -> None:
    lines, widths, rgba = some_lines(5, 1.0, 2)
    many, usual = ManyLines(lines, widths, rgba), LineCollection(lines, linewidths=widths, colors=rgba)
    ax = axes()
    for collection in (many, usual):
        ax.add_collection(collection, autolim=False)
    for one, other in zip(many.get_segments(), usual.get_segments(), strict=True):
        assert (one == other).all()
    assert (np.asarray(many.get_linewidth()) == np.asarray(usual.get_linewidth())).all()
    assert (many.get_color() == usual.get_color()).all()
    assert many.get_datalim(ax.transData).extents == pytest.approx(usual.get_datalim(ax.transData).extents)
    assert len(many.get_paths()) == 5
    many.set_segments(lines[:2])
    assert len(many.get_segments()) == 2


def changed(collection: Collection, what: str, value: Any) -> np.ndarray:
    ax = axes()
    ax.add_collection(collection, autolim=False)
    getattr(collection, what)(value)
    return ink(ax)


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("set_linewidth", 3.0),
        ("set_color", "red"),
        ("set_visible", False),
        ("set_linestyle", "dashed"),
        ("set_alpha", 0.3),
    ],
)
def test_lines_can_be_changed(what: str, value: Any) -> None:
    lines, widths, rgba = some_lines(10, 1.0, 3)
    own = changed(ManyLines(lines, widths, rgba), what, value)
    usual = changed(LineCollection(lines, linewidths=widths, colors=rgba), what, value)
    assert np.abs(own - usual).mean() < 1.5


def with_points(one_by_one: bool, radius: float) -> Axes:
    rng, ax = np.random.default_rng(4), axes()
    points, areas, rgba = rng.random((60, 2)), (2 * rng.uniform(0.5, 1, 60) * radius) ** 2, rng.random((60, 4))
    rgba[:, 3] = 1  # of faint ones Agg rounds what is little
    if one_by_one:
        ax.scatter(*points.T, s=areas, c=rgba, linewidths=0)
    else:
        ax.add_collection(ManyPoints(points, areas, offset_transform=ax.transData, facecolors=rgba), autolim=False)
    return ax


@pytest.mark.parametrize("radius", [0.3, 1.0, 5.0])
def test_markers_look_as_agg_draws_them(radius: float) -> None:
    usual, own = ink(with_points(True, radius)), ink(with_points(False, radius))
    assert np.abs(usual - own).mean() < 0.3
    assert own.mean() == pytest.approx(usual.mean(), rel=0.06)


@pytest.fixture
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (edges, markers):
        monkeypatch.setattr(module, "MANY", 10)


@pytest.mark.parametrize("options", [{}, {"colour_by": "branch"}, {"highlight": 7}, {"focus": 7}], ids=str)
def test_pictures_are_the_same(options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    G, shown = nx.gn_graph(400, seed=0).reverse(), []
    for many in (10**9, 10):
        for module in (edges, markers):
            monkeypatch.setattr(module, "MANY", many)
        ax = nxp.draw_poincare(G, ax=axes(), labels=5, **options)
        assert [type(c) is LineCollection for c in ax.collections if isinstance(c, LineCollection)] == [many > 10]
        shown.append(ink(ax))
    assert np.abs(shown[0] - shown[1]).mean() < 1
    assert shown[0].mean() == pytest.approx(shown[1].mean(), rel=0.02)
    assert shown[0].mean() > 5


@pytest.mark.usefixtures("few_are_many")
@pytest.mark.parametrize("rasterized", [True, False])
def test_vector_files_have_an_image_or_the_lines(rasterized: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(plt.rcParams, "svg.fonttype", "none")
    ax = nxp.draw_poincare(nx.gn_graph(50, seed=0).reverse(), ax=axes(), labels=3, colour_by="branch")
    for collection in ax.collections:
        collection.set_rasterized(rasterized)
    file = io.StringIO()
    ax.figure.savefig(file, format="svg", bbox_inches="tight")
    text = file.getvalue()
    assert ("<image" in text) == rasterized
    assert (text.count("<path") > 49) == (not rasterized)


@pytest.mark.usefixtures("few_are_many")
def test_nodes_are_one_collection_with_all_of_them() -> None:
    ax = nxp.draw_poincare(nx.gn_graph(50, seed=0).reverse(), ax=axes())
    [nodes] = [c for c in ax.collections if isinstance(c, PathCollection)]
    assert nodes.get_offsets().shape == (50, 2)
    assert len(nodes.get_sizes()) == 50
