from __future__ import annotations

import io
import logging
from collections.abc import Callable
from itertools import combinations
from typing import get_args

import matplotlib
import networkx as nx
import numpy as np
import pytest

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.path import Path
from matplotlib.text import Text

from nx_poincare.drawing.disk import draw_poincare
from nx_poincare.extractors.digraph import Direction
from nx_poincare.layout.networkx_layout import poincare_layout


@pytest.fixture(autouse=True)
def _closed_figures():
    yield
    plt.close("all")


def lines(ax: Axes) -> LineCollection:
    [found] = [c for c in ax.collections if isinstance(c, LineCollection)]
    return found


def points(ax: Axes) -> PathCollection:
    [found] = [c for c in ax.collections if isinstance(c, PathCollection)]
    return found


def drawn(ax: Axes) -> bytes:
    out = io.BytesIO()
    ax.figure.savefig(out)
    return out.getvalue()


def test_mammals(mammals: nx.DiGraph) -> None:
    before = {v: dict(data) for v, data in mammals.nodes(data=True)}
    ax = draw_poincare(mammals, labels=30)
    assert len(lines(ax).get_segments()) == mammals.number_of_edges()
    assert len(points(ax).get_offsets()) == len(mammals)
    texts = [text.get_text() for text in ax.texts]
    assert len(texts) == 30
    assert texts[:3] == ["mammal", "placental", "carnivore"]
    assert {v: dict(data) for v, data in mammals.nodes(data=True)} == before


@pytest.mark.parametrize(("nodes", "labels"), [(None, 60), (80, None)], ids=["of all", "around the disk"])
def test_labels_are_inside_apart_and_off_the_legend(
    mammals: nx.DiGraph, outline: Callable[[Text], Path], nodes: int | None, labels: int | None
) -> None:
    ax = draw_poincare(mammals, max_nodes=nodes, labels=labels)
    drawn(ax)
    outlines = [outline(text) for text in ax.texts]
    for child in ax.child_axes:
        outlines.append(Path(child.get_tightbbox().corners()[[0, 1, 3, 2, 0]], closed=True))
    assert len(outlines) > 40
    assert not any(a.intersects_path(b) for a, b in combinations(outlines, 2))
    frame = ax.get_window_extent()
    assert all(frame.contains(*corner) for path in outlines for corner in path.vertices)


def test_legend_is_off_the_disk(mammals: nx.DiGraph) -> None:
    ax = draw_poincare(mammals)
    drawn(ax)
    [legend] = ax.child_axes
    box = legend.get_tightbbox()
    corners = ax.transData.inverted().transform([(box.x0, box.y0), (box.x1, box.y1), (box.x0, box.y1)])
    assert (np.linalg.norm(corners, axis=1) > 1).all()


def test_edges_run_between_their_nodes() -> None:
    G = nx.balanced_tree(3, 3, create_using=nx.DiGraph)
    pos = poincare_layout(G)
    ax = draw_poincare(G, pos=pos)
    ends = {(tuple(s[0]), tuple(s[-1])) for s in lines(ax).get_segments()}
    assert ends == {(tuple(pos[u]), tuple(pos[v])) for u, v in G.edges}


def test_same_picture_from_attribute_mapping_and_plain_graph() -> None:
    _, axes = plt.subplots(1, 3)
    G = nx.balanced_tree(2, 4, create_using=nx.DiGraph)
    pos = poincare_layout(G)
    plain = points(draw_poincare(G, ax=axes[0])).get_offsets()
    np.testing.assert_array_equal(plain, points(draw_poincare(G, ax=axes[1], pos=pos)).get_offsets())
    nx.set_node_attributes(G, pos, "place")
    nx.set_node_attributes(G, (0, 0.5), "pos")
    np.testing.assert_array_equal(plain, points(draw_poincare(G, ax=axes[2], pos_as="place")).get_offsets())


def test_draws_on_the_axes_given() -> None:
    _, (left, right) = plt.subplots(1, 2)
    G = nx.path_graph(4, create_using=nx.DiGraph)
    assert draw_poincare(G, ax=left, title="four nodes") is left
    assert left.get_title() == "four nodes"
    assert left.get_aspect() == 1
    assert not left.axison
    assert not right.collections
    assert draw_poincare(G) is right  # the current axes
    assert len(plt.get_fignums()) == 1


def test_new_figure_is_square_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plt, "show", lambda *args, **kwargs: pytest.fail("shown"))
    ax = draw_poincare(nx.path_graph(3))
    assert plt.get_fignums() == [ax.figure.number]
    assert np.ptp(ax.figure.get_size_inches()) == 0


def test_second_parents_are_quiet() -> None:
    G = nx.DiGraph([(0, 1), (0, 2), (1, 3), (1, 4), (1, 5), (2, 6), (2, 7), (2, 3)])
    collection = lines(draw_poincare(G, labels=0))
    widths, darkness = np.array(collection.get_linewidths()), 1 - collection.get_colors()[:, :3].mean(axis=1)
    assert len(widths) == 8
    assert (collection.get_colors()[:, 3] == 1).all()
    quiet = int(np.argmin(darkness))
    assert quiet == 0  # below all others
    assert (darkness[1:] > darkness[quiet]).all()
    assert widths[quiet] <= widths[1:].min() * 1.5


def test_lines_and_markers_shrink_towards_the_rim() -> None:
    G = nx.balanced_tree(2, 5, create_using=nx.DiGraph)
    ax = draw_poincare(G, labels=0)
    norms = np.linalg.norm(points(ax).get_offsets(), axis=1)
    sizes = points(ax).get_sizes()
    assert np.corrcoef(norms, sizes)[0, 1] < -0.5
    assert norms[-1] == 0  # inner nodes on top
    far = [np.linalg.norm(s[-1]) for s in lines(ax).get_segments()]
    assert np.corrcoef(far, lines(ax).get_linewidths())[0, 1] < -0.5


def test_levels_come_from_the_attribute_or_are_computed() -> None:
    _, axes = plt.subplots(1, 3)
    G = nx.DiGraph([("a", "b"), ("b", "c")])
    assert sorted(points(draw_poincare(G, ax=axes[0])).get_array()) == [0, 1, 2]
    nx.set_node_attributes(G, {"a": 5, "b": 7}, "level")
    assert sorted(points(draw_poincare(G, ax=axes[1])).get_array()) == [0, 1, 2]  # c has none
    G.nodes["c"]["level"] = 9
    assert sorted(points(draw_poincare(G, ax=axes[2])).get_array()) == [5, 7, 9]


def test_direction() -> None:
    G = nx.DiGraph([("cat", "mammal"), ("dog", "mammal")])
    ax = draw_poincare(G, direction="child_to_parent", labels=1)
    assert [text.get_text() for text in ax.texts] == ["mammal"]
    assert points(ax).get_array()[-1] == 0


def test_undirected_graphs_have_no_direction() -> None:
    ring = nx.cycle_graph(5)
    down, up = (lines(draw_poincare(ring, ax=plt.figure().gca(), direction=d)) for d in get_args(Direction))
    assert all(map(np.array_equal, down.get_segments(), up.get_segments()))


def test_root_of_an_undirected_graph() -> None:
    ax = draw_poincare(nx.path_graph(5), root=0)
    np.testing.assert_array_equal(np.sort(points(ax).get_array()), np.arange(5))


@pytest.mark.parametrize(
    ("G", "edges"),
    [
        (nx.DiGraph(), 0),
        (nx.empty_graph(1), 0),
        (nx.empty_graph(4, create_using=nx.DiGraph), 0),
        (nx.DiGraph([(0, 1), (1, 0), (1, 2)]), 2),
        (nx.DiGraph([(0, 0), (0, 1)]), 1),
        (nx.MultiDiGraph([(0, 1), (0, 1), (0, 2)]), 2),
        (nx.MultiGraph([(0, 1), (1, 0), (0, 2), (1, 2)]), 3),
        (nx.cycle_graph(7), 7),
        (nx.complete_bipartite_graph(3, 4), 12),
        (nx.DiGraph([((0, 1), frozenset({2})), ((0, 1), "$x_{$")]), 2),
    ],
)
def test_hard_graphs(G: nx.Graph, edges: int) -> None:
    ax = draw_poincare(G)
    assert drawn(ax)
    segments = [s for c in ax.collections if isinstance(c, LineCollection) for s in c.get_segments()]
    assert len(segments) == edges
    assert all(np.isfinite(s).all() for s in segments)


def test_labels_option() -> None:
    G = nx.balanced_tree(2, 3, create_using=nx.DiGraph)
    pos = poincare_layout(G)
    assert not draw_poincare(G, pos=pos, labels=0).texts
    plt.close("all")
    assert not draw_poincare(G, pos=pos, labels=False).texts
    plt.close("all")
    assert len(draw_poincare(G, pos=pos, labels=True).texts) == 15
    plt.close("all")
    ax = draw_poincare(G, pos=pos, labels={3: "three", 0: "root", "no such node": "x"})
    assert [text.get_text() for text in ax.texts] == ["root", "three"]


def test_without_edges_and_with_node_size() -> None:
    G = nx.path_graph(5, create_using=nx.DiGraph)
    ax = draw_poincare(G, with_edges=False, node_size=50)
    assert not [c for c in ax.collections if isinstance(c, LineCollection)]
    assert points(ax).get_sizes().max() == pytest.approx(50, rel=0.2)


def test_colour_map() -> None:
    ax = draw_poincare(nx.path_graph(5, create_using=nx.DiGraph), cmap="cividis")
    [root_colour] = points(ax).to_rgba([0.0])
    np.testing.assert_allclose(root_colour, matplotlib.colormaps["cividis"](0.0), atol=0.01)


def test_bad_positions_name_the_node() -> None:
    G = nx.path_graph(3)
    with pytest.raises(nx.NetworkXError, match=r"node 2 has no position in pos"):
        draw_poincare(G, pos={0: (0, 0), 1: (0.5, 0)})
    with pytest.raises(nx.NetworkXError, match=r"node 1 in pos is not in the unit disk"):
        draw_poincare(G, pos={0: (0, 0), 1: (0.9, 0.9), 2: (0, 0.1)})
    with pytest.raises(nx.NetworkXError, match=r"node 1 in pos is not in the unit disk"):
        draw_poincare(G, pos={0: (0, 0), 1: (np.nan, 0), 2: (0, 0.1)})
    with pytest.raises(nx.NetworkXError, match=r"position of node 0 in pos is not a pair"):
        draw_poincare(G, pos={0: (0, 0, 0), 1: (0, 0.1), 2: (0, 0.2)})
    G.nodes[0]["pos"] = (0, 0)
    with pytest.raises(nx.NetworkXError, match=r"node 1 has no position in the node attribute 'pos'"):
        draw_poincare(G)
    assert not plt.get_fignums()  # nothing half drawn


def test_bad_options() -> None:
    G = nx.path_graph(3)
    with pytest.raises(ValueError, match="labels must be"):
        draw_poincare(G, labels=-1)
    with pytest.raises(ValueError, match="labels='all': no node has such an attribute"):
        draw_poincare(G, labels="all")
    with pytest.raises(ValueError, match="node_size must be positive"):
        draw_poincare(G, node_size=0)
    with pytest.raises(ValueError, match="direction must be"):
        draw_poincare(G, direction="up")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"cmap must be .* not 'nonsense'"):
        draw_poincare(G, cmap="nonsense")
    with pytest.raises(nx.NodeNotFound):
        draw_poincare(G, root=99)
    with pytest.raises(TypeError, match="expected a NetworkX graph or an Embedding"):
        draw_poincare([(0, 1)])  # type: ignore[arg-type]
    assert not plt.get_fignums()


def test_large_graphs_keep_vector_files_small(nouns: nx.DiGraph, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="nx_poincare.drawing.strokes"):
        ax = draw_poincare(nouns, labels=25)
    assert "labels: 25 of 25" in caplog.text
    assert len(lines(ax).get_segments()) == nouns.number_of_edges()
    out = io.BytesIO()
    with matplotlib.rc_context({"svg.fonttype": "none"}):
        ax.figure.savefig(out, format="svg")
    assert len(out.getvalue()) < 3_000_000
    assert b"physical entity" in out.getvalue()


def test_small_axes_get_small_markers_and_lines() -> None:
    G = nx.balanced_tree(2, 4, create_using=nx.DiGraph)
    _, axes = plt.subplots(2, 2, figsize=(6, 6))
    small = draw_poincare(G, ax=axes[0, 0])
    large = draw_poincare(G, ax=plt.figure(figsize=(7, 7)).add_axes((0, 0, 1, 1)))
    assert points(small).get_sizes().max() < 0.5 * points(large).get_sizes().max()
    assert np.max(lines(small).get_linewidths()) < 0.7 * np.max(lines(large).get_linewidths())
    assert max(t.get_fontsize() for t in small.texts) < max(t.get_fontsize() for t in large.texts)
