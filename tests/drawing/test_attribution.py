"""Whose label is it? The nearest marker of like size is the label's own, measured on what matplotlib draws."""

from __future__ import annotations

import time
from collections.abc import Callable

import matplotlib

matplotlib.use("Agg")

import networkx as nx
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.text import Annotation

from nx_poincare.drawing.disk import draw_poincare

LIKE = 0.5  # of a marker's area, from which on another is as visible
COLUMN, PAGE, POSTER = 3.3, 8.0, 24.0  # inches


def forest() -> nx.DiGraph:
    rng = np.random.default_rng(0)
    G = nx.DiGraph()
    for root in range(50):
        G.add_node((root, 0))
        for k in range(1, int(rng.integers(2, 40))):
            G.add_edge((root, int(rng.integers(0, k))), (root, k))
    return G


def lattice() -> nx.DiGraph:
    """Like an ontology: four children in ten have a second parent."""
    rng = np.random.default_rng(1)
    G = nx.DiGraph()
    for k in range(1, 1_500):
        G.add_edge(int(k * rng.random() ** 1.5), k)
        if rng.random() < 0.4:
            G.add_edge(int(k * rng.random() ** 1.5), k)
    return G


GRAPHS: dict[str, Callable[[], nx.DiGraph]] = {
    "forest": forest,
    "star": lambda: nx.DiGraph([(0, i) for i in range(1, 301)]),
    "chain": lambda: nx.path_graph(40, create_using=nx.DiGraph),
    "lattice": lattice,
}


def on_square(G: nx.DiGraph, inches: float, **options: object) -> Axes:
    figure = Figure(figsize=(inches, inches))
    FigureCanvasAgg(figure)
    return draw_poincare(G, ax=figure.add_axes((0.005, 0.005, 0.99, 0.99)), **options)


def labels_of(ax: Axes) -> list[Annotation]:
    return [text for text in ax.texts if isinstance(text, Annotation)]


def distances(label: Annotation, points: np.ndarray) -> np.ndarray:
    """From the turned rectangle of a text."""
    turn = label.get_rotation()
    label.set_rotation(0)
    box = label.get_window_extent()
    label.set_rotation(turn)
    cosine, sine = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    away = np.abs((points - (box.min + box.max) / 2) @ [[cosine, -sine], [sine, cosine]])
    return np.linalg.norm(np.maximum(away - (box.max - box.min) / 2, 0), axis=1)


def share_nearest_to_own(ax: Axes) -> float:
    [nodes] = [found for found in ax.collections if isinstance(found, PathCollection)]
    points = ax.transData.transform(np.asarray(nodes.get_offsets()))
    sizes = np.broadcast_to(nodes.get_sizes(), len(points))
    radii = np.sqrt(sizes) / 2 * ax.figure.dpi / 72
    right = []
    for label in labels_of(ax):
        own = int(np.argmin(np.linalg.norm(points - ax.transData.transform(label.xy), axis=1)))
        gaps = distances(label, points) - radii
        right.append(gaps[own] <= gaps[sizes >= LIKE * sizes[own]].min() + 1e-6)
    return float(np.mean(right))


@pytest.mark.parametrize("inches", [COLUMN, PAGE, POSTER])
def test_mammals(mammals: nx.DiGraph, inches: float) -> None:
    ax = on_square(mammals, inches, colour_by="branch", dark=True)
    assert len(labels_of(ax)) >= (15 if inches == COLUMN else 30)
    assert share_nearest_to_own(ax) >= 0.97


@pytest.mark.parametrize("inches", [COLUMN, PAGE, POSTER])
@pytest.mark.parametrize("name", GRAPHS)
def test_other_shapes(name: str, inches: float) -> None:
    ax = on_square(GRAPHS[name](), inches)
    assert len(labels_of(ax)) >= (8 if inches == COLUMN else 12)
    assert share_nearest_to_own(ax) >= 0.97


def test_as_many_as_fit_take_seconds(mammals: nx.DiGraph) -> None:
    on_square(mammals, PAGE)
    start = time.process_time()
    ax = on_square(mammals, PAGE, labels=True)
    assert time.process_time() - start < 10  # 12 to 23 s, with labels that named others
    assert len(labels_of(ax)) > 80
    assert share_nearest_to_own(ax) >= 0.97


def test_column_width_is_readable(mammals: nx.DiGraph) -> None:
    ax = on_square(mammals, COLUMN, labels=True, colour_by="branch")
    assert min(text.get_fontsize() for text in ax.texts) >= 6
    assert min(min(found.get_linewidths()) for found in ax.collections if not isinstance(found, PathCollection)) >= 0.3
    assert len(labels_of(ax)) > len(labels_of(on_square(mammals, COLUMN))) > 10


class TestRings:
    def test_all_mammals_on_a_poster(self, mammals: nx.DiGraph) -> None:
        ax = on_square(mammals, POSTER, labels=True)
        labels = labels_of(ax)
        assert len(labels) == len(mammals)
        assert min(label.get_fontsize() for label in labels) >= 6
        [lines] = [line for line in ax.lines if len(line.get_xdata()) > 1_000]
        ringed = np.asarray(lines.get_xydata()).reshape(-1, 4, 2)
        leaves = [v for v in mammals if mammals.out_degree(v) == 0]
        assert len(ringed) >= len(leaves)
        assert {tuple(start) for start in ringed[:, 0].round(9).tolist()} <= {
            tuple(np.round(label.xy, 9)) for label in labels
        }
        # In the order of the nodes around the circle, so that no two leader lines cross.
        inner, outer = (np.arctan2(*ringed[:, i, ::-1].T) for i in (0, 1))
        order = np.lexsort((outer, inner.round(9)))
        turns = np.angle(np.exp(1j * np.diff(outer[order])))
        assert (turns > 0)[np.diff(inner[order]) > 1e-9].all()

    def test_texts_do_not_overlap(self, outline: Callable[..., object]) -> None:
        ax = on_square(nx.DiGraph([(0, i) for i in range(1, 301)]), PAGE, labels=True)
        labels = [label for label in labels_of(ax) if label.xy != (0, 0)]
        assert len(labels) == 300
        outlines = [outline(label) for label in labels]
        middles = np.array([path.vertices[:4].mean(axis=0) for path in outlines])
        for i, path in enumerate(outlines):
            near = np.argsort(np.linalg.norm(middles - middles[i], axis=1))[1:8]
            assert not any(outlines[j].contains_points(path.vertices).any() for j in near.tolist())
        frame = ax.get_window_extent()
        assert all(frame.contains(*corner) for path in outlines for corner in path.vertices)
