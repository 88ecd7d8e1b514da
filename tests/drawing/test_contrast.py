"""What must be seen has a contrast of 3 : 1 with the disk, measured on rendered figures."""

from __future__ import annotations

import itertools
from collections import Counter

import matplotlib as mpl
import networkx as nx
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from nx_poincare.drawing.disk import draw_poincare
from nx_poincare.extractors.wordnet.graph import wordnet_graph

ENOUGH = 2.95  # colours of eight bits
TOP, BELOW = "feline.n.01", "cat.n.01"


@pytest.fixture(scope="module")
def felines() -> nx.DiGraph:
    G = wordnet_graph(TOP, source="bundled")
    nx.set_node_attributes(G, {v: i**2 for i, v in enumerate(G)}, "number")
    nx.set_node_attributes(G, {v: f"kind {i % 9}" for i, v in enumerate(G)}, "kind")
    return G


def luminance(colours: object) -> np.ndarray:
    values = np.asarray(colours, dtype=float)[..., :3]
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def contrast(colours: object, paper: object) -> np.ndarray:
    one, other = luminance(colours), luminance(paper)
    return (np.maximum(one, other) + 0.05) / (np.minimum(one, other) + 0.05)


def rendered(G: nx.DiGraph, **options: object) -> tuple[Axes, np.ndarray]:
    """The axes and their pixels, the lowest row first."""
    with mpl.rc_context(mpl.rcParamsDefault | {"backend": "agg"}):
        figure = Figure(figsize=(8, 8), dpi=200)
        canvas = FigureCanvasAgg(figure)
        ax = draw_poincare(G, ax=figure.add_axes((0, 0, 1, 1)), **options)
        canvas.draw()
    return ax, np.asarray(canvas.buffer_rgba())[::-1, :, :3] / 255


def background(pixels: np.ndarray) -> np.ndarray:
    """The colour of the disk: the most frequent one."""
    [frequent] = Counter(map(tuple, pixels[::8, ::8].reshape(-1, 3).tolist())).most_common(1)
    return np.array(frequent[0])


def at_markers(ax: Axes, pixels: np.ndarray) -> np.ndarray:
    """The contrast at the middle of every marker, as it is drawn."""
    [nodes] = [found for found in ax.collections if isinstance(found, PathCollection)]
    columns, rows = np.floor(ax.transData.transform(np.asarray(nodes.get_offsets()))).astype(int).T
    return contrast(pixels[rows, columns], background(pixels))


def along_edges(ax: Axes, pixels: np.ndarray) -> np.ndarray:
    """The greatest contrast within a pixel of the middle of every edge, as it is drawn."""
    [lines] = [found for found in ax.collections if isinstance(found, LineCollection)]
    found, disk = [], background(pixels)
    for segment in lines.get_segments():
        middle = segment[len(segment) // 2] if len(segment) > 2 else segment.mean(axis=0)
        column, row = np.floor(ax.transData.transform(middle)).astype(int)
        found.append(contrast(pixels[row - 1 : row + 2, column - 1 : column + 2], disk).max())
    return np.array(found)


@pytest.mark.parametrize("colour_by", ["level", "branch", "number", "kind"])
@pytest.mark.parametrize("dark", [False, True])
def test_nodes_edges_and_labels(felines: nx.DiGraph, dark: bool, colour_by: str) -> None:
    ax, pixels = rendered(felines, dark=dark, colour_by=colour_by)
    assert at_markers(ax, pixels).min() >= ENOUGH
    assert len(ax.texts) > 50
    assert contrast([to_rgba(text.get_color()) for text in ax.texts], background(pixels)).min() >= 7
    bare, pixels = rendered(felines, dark=dark, colour_by=colour_by, labels=0, node_size=1)
    assert along_edges(bare, pixels).min() >= ENOUGH


@pytest.mark.parametrize("dark", [False, True])
def test_what_is_highlighted(felines: nx.DiGraph, dark: bool) -> None:
    inside = felines.subgraph({BELOW, *nx.descendants(felines, BELOW), *nx.ancestors(felines, BELOW)})
    ax, pixels = rendered(felines, dark=dark, highlight=BELOW, labels=0, node_size=1)
    seen = along_edges(ax, pixels) >= ENOUGH
    assert seen.sum() == inside.number_of_edges()  # the rest recedes


@pytest.mark.parametrize("dark", [False, True])
def test_the_second_parents_of_a_focus(dark: bool) -> None:
    G = nx.balanced_tree(3, 3, create_using=nx.DiGraph)
    G.add_edges_from([(5, 13), (8, 30), (2, 39), (3, 39)])
    ax, pixels = rendered(G, dark=dark, focus=13, labels=0, node_size=1)
    [lines] = [found for found in ax.collections if isinstance(found, LineCollection)]
    own = [np.abs(segment[[0, -1]]).sum(axis=1).min() < 1e-9 for segment in lines.get_segments()]
    assert sum(own) == 2
    assert along_edges(ax, pixels)[own].min() >= ENOUGH


@pytest.mark.parametrize("dark", [False, True])
def test_many_nodes(mammals: nx.DiGraph, dark: bool) -> None:
    ax, pixels = rendered(mammals, dark=dark, colour_by="branch")
    [nodes] = [found for found in ax.collections if isinstance(found, PathCollection)]
    assert contrast(nodes.get_facecolors(), background(pixels)).min() >= ENOUGH
    [lines] = [found for found in ax.collections if isinstance(found, LineCollection)]
    colours = np.asarray(lines.get_colors())
    disk = background(pixels)
    drawn = colours[:, :3] * colours[:, 3:] + disk * (1 - colours[:, 3:])
    assert (contrast(drawn, disk) >= ENOUGH).sum() >= 90  # the main edges


@pytest.mark.parametrize("dark", [False, True])
def test_no_branch_is_a_pale_one_of_another(dark: bool) -> None:
    chains = [nx.path_graph([0, *((branch, level) for level in range(12))], nx.DiGraph) for branch in range(7)]
    ax = draw_poincare(nx.compose_all(chains), ax=Figure().add_subplot(), dark=dark, colour_by="branch", labels=0)
    [nodes] = [found for found in ax.collections if isinstance(found, PathCollection)]
    x, y = np.asarray(nodes.get_offsets()).T
    rays = np.where(np.hypot(x, y) > 1e-9, np.round(np.arctan2(y, x) % (2 * np.pi) * 7 / (2 * np.pi) * 2) % 14, -1)
    shades = [np.asarray(nodes.get_facecolors())[rays == ray, :3] for ray in np.unique(rays[rays >= 0])]
    assert [len(each) for each in shades] == [12] * 7
    for one, other in itertools.combinations(shades, 2):
        assert np.linalg.norm(one[:, None] - other, axis=2).min() > 0.1


def with_second_parents(many: int) -> nx.DiGraph:
    """Four branches, of 500 nodes in all, and edges from one branch to another."""
    rng = np.random.default_rng(0)
    G = nx.DiGraph((0, v) for v in range(1, 5))
    G.add_edges_from((int(rng.choice(np.arange(1 + (v % 4), v, 4))), v) for v in range(5, 500))
    while G.number_of_edges() < 499 + many:
        u, v = sorted(rng.integers(20, 500, 2).tolist())
        if u % 4 != v % 4:
            G.add_edge(u, v)
    return G


def second_parents_and_swatch(many: int, *, dark: bool) -> tuple[np.ndarray, np.ndarray]:
    """The contrast of each second parent in the strongest tenth of its line, and those in the legend's swatch."""
    G = with_second_parents(many)
    ax, pixels = rendered(G, dark=dark, labels=0, node_size=1)
    [lines] = [found for found in ax.collections if isinstance(found, LineCollection)]
    found, disk = [], background(pixels)
    for segment in lines.get_segments()[:many]:  # they are below the tree's
        between = np.linspace(0, len(segment) - 1, 120)
        x, y = (np.interp(between, range(len(segment)), segment[:, i]) for i in (0, 1))
        columns, rows = np.floor(ax.transData.transform(np.column_stack([x, y]))).astype(int).T
        found.append(np.quantile(contrast(pixels[rows, columns], disk), 0.9))
    legend = ax.get_legend()
    x0, y0, _, y1 = (int(value) for value in legend.get_window_extent().extents)
    swatch = pixels[y0:y1, x0 : x0 + int(2 * legend.get_texts()[0].get_fontsize() / 72 * ax.figure.dpi)]
    return np.array(found), contrast(swatch, ax.figure.get_facecolor()[:3])


@pytest.mark.parametrize("dark", [False, True])
def test_few_second_parents_are_seen_each_by_itself(dark: bool) -> None:
    found, swatch = second_parents_and_swatch(40, dark=dark)
    assert np.quantile(found, 0.1) >= ENOUGH
    assert swatch.max() >= ENOUGH


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("many", [600, 2_000])
def test_many_second_parents_are_seen_where_they_run_together_and_their_swatch_is_as_they_are(
    many: int, dark: bool
) -> None:
    found, swatch = second_parents_and_swatch(many, dark=dark)
    assert (found >= ENOUGH).mean() > 0.5
    assert ENOUGH <= swatch.max() <= np.quantile(found, 0.95) + 0.5  # no stronger than the bundles
    faint = swatch[swatch > 1.05]
    assert np.quantile(faint, 0.2) < 2  # and where they part, as thin
