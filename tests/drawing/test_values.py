"""Sizes and colours by the user's own values, the points of an embedding, and what is hidden."""

from __future__ import annotations

import io

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.offsetbox import AnchoredText

from nx_poincare.api import embed
from nx_poincare.drawing.disk import draw_poincare
from nx_poincare.drawing.film import draw_training
from nx_poincare.drawing.labels import readable_name
from nx_poincare.embedding.embedding import Embedding
from nx_poincare.layout.networkx_layout import poincare_layout


@pytest.fixture(autouse=True)
def _closed_figures():
    yield
    plt.close("all")


def diamond() -> nx.DiGraph:
    """A node with two parents, whose value counts once at the top."""
    G = nx.DiGraph([("top", "a"), ("top", "b"), ("a", "c"), ("b", "c"), ("b", "d")])
    nx.set_node_attributes(G, {"a": 1.0, "b": 2.0, "c": 10.0, "d": 4.0}, "mass")
    nx.set_node_attributes(G, {"a": "tame", "b": "wild", "c": "wild", "top": "tame"}, "kind")
    return G


def on_new_axes(G: nx.Graph | Embedding, **options: object) -> Axes:
    return draw_poincare(G, ax=plt.figure(figsize=(6, 6)).add_axes((0, 0, 1, 1)), **options)


def nodes_of(ax: Axes) -> PathCollection:
    [found] = [c for c in ax.collections if isinstance(c, PathCollection)]
    return found


def by_node(ax: Axes, G: nx.DiGraph, values: np.ndarray) -> dict[str, object]:
    pos = {tuple(np.round(place, 9)): node for node, place in poincare_layout(G).items()}
    offsets = np.asarray(nodes_of(ax).get_offsets()).round(9).tolist()
    return {pos[tuple(place)]: value for place, value in zip(offsets, values, strict=True)}


def corner_texts(ax: Axes) -> set[str]:
    legends = [child for child in ax.get_children() if isinstance(child, Legend)]
    found = {text.get_text() for legend in legends for text in (legend.get_title(), *legend.get_texts())}
    return found | {c.txt.get_text() for c in ax.get_children() if isinstance(c, AnchoredText)}


class TestSizes:
    def test_areas_are_in_proportion_and_explained(self) -> None:
        G = diamond()
        ax = on_new_axes(G, size_by="mass", pos=poincare_layout(G))
        areas = by_node(ax, G, nodes_of(ax).get_sizes())
        assert areas["c"] == pytest.approx(5 * areas["b"]) == pytest.approx(2.5 * areas["d"])
        assert areas["top"] == min(areas.values())
        assert {"mass", "5", "10"} <= corner_texts(ax)

    def test_a_mapping(self) -> None:
        G = nx.DiGraph([(0, 1), (0, 2)])
        areas = nodes_of(on_new_axes(G, size_by={1: 3, 2: 9})).get_sizes()
        assert sorted(areas)[-1] == pytest.approx(3 * sorted(areas)[-2])

    @pytest.mark.parametrize(
        ("aggregate", "expected"),
        [("sum", {"top": 17, "a": 11, "b": 16, "c": 10, "d": 4}),
         ("mean", {"top": 17 / 4, "a": 5.5, "b": 16 / 3, "c": 10, "d": 4}),
         ("count", {"top": 4, "a": 2, "b": 3, "c": 1, "d": 1})],
    )  # fmt: skip
    def test_aggregates_count_each_descendant_once(self, aggregate: str, expected: dict[str, float]) -> None:
        G = diamond()
        ax = on_new_axes(G, colour_by="mass", colour_aggregate=aggregate, size_by="mass", size_aggregate=aggregate)
        assert by_node(ax, G, nodes_of(ax).get_array()) == pytest.approx(expected)
        areas = by_node(ax, G, nodes_of(ax).get_sizes())
        for node in "abcd":
            assert areas[node] / areas["top"] == pytest.approx(expected[node] / expected["top"])

    def test_aggregates_are_of_the_whole_graph(self, mammals: nx.DiGraph) -> None:
        ax = on_new_axes(mammals, max_nodes=20, colour_by=dict.fromkeys(mammals, 1), colour_aggregate="sum")
        assert nodes_of(ax).get_array().max() == len(mammals)

    def test_wrong(self) -> None:
        G = diamond()
        for options, message in (
            ({"size_by": "kind"}, "size_by='kind' has values that are not numbers"),
            ({"size_by": {"a": -1}}, "negative at node 'a'"),
            ({"size_by": "weight"}, "size_by='weight': no node has a value"),
            ({"colour_by": "kind", "colour_aggregate": "mean"}, "'mean' needs numbers"),
            ({"colour_by": "mass", "colour_aggregate": "median"}, "'sum', 'mean' or 'count', not 'median'"),
            ({"colour_aggregate": "sum"}, "colour_aggregate is for values"),
            ({"size_aggregate": "sum"}, "give size_by"),
        ):
            with pytest.raises(ValueError, match=message):
                draw_poincare(G, **options)
        with pytest.raises(ValueError, match="an embedding has no node attributes"):
            draw_poincare(embed(G), size_by="mass")
        assert not plt.get_fignums()


class TestColours:
    def test_categories(self) -> None:
        G = diamond()
        ax = on_new_axes(G, colour_by="kind", labels=0)
        colours = by_node(ax, G, [tuple(c) for c in nodes_of(ax).get_facecolors()])
        assert colours["a"] == colours["top"] != colours["b"] == colours["c"]
        assert np.ptp(colours["d"][:3]) < 0.05  # grey: no value
        assert [text.get_text() for text in ax.texts] == ["no value", "wild", "tame", "kind"]

    def test_more_categories_than_colours(self) -> None:
        G = nx.DiGraph([("r", i) for i in range(20)])
        ax = on_new_axes(G, colour_by={i: f"kind {i % 10}" for i in range(20)}, labels=0)
        assert len(ax.texts) == 9
        assert ax.texts[0].get_text() == "3 others"

    def test_wide_ranges_are_logarithmic(self) -> None:
        G = diamond()
        assert isinstance(nodes_of(on_new_axes(G, colour_by={"a": 1, "b": 5_000})).norm, LogNorm)
        assert not isinstance(nodes_of(on_new_axes(G, colour_by="mass")).norm, LogNorm)


class TestRadii:
    def test_the_picture_says_what_it_shows(self) -> None:
        G = nx.balanced_tree(2, 4, create_using=nx.DiGraph)
        emb = embed(G)
        for options, note in (
            ({}, "layout for the eye"),
            ({"radii": "eye"}, "layout for the eye"),
            ({"radii": "embedding"}, "points of the embedding"),
            ({"pos": emb}, "points of the embedding"),
            ({"pos": emb, "radii": "eye"}, "embedding,\nradii for the eye"),
        ):
            assert note in corner_texts(on_new_axes(G, **options))
        assert not corner_texts(on_new_axes(G, pos={v: (0.01 * v, 0) for v in G}))

    def test_points_of_the_embedding(self) -> None:
        G = nx.balanced_tree(2, 4, create_using=nx.DiGraph)
        emb = embed(G)
        for graph in (G, emb):
            shown = np.asarray(nodes_of(on_new_axes(graph, radii="embedding")).get_offsets())
            np.testing.assert_allclose(np.sort(shown, axis=0), np.sort(emb.vectors, axis=0), atol=1e-9)

    def test_wrong(self) -> None:
        G = nx.path_graph(4, create_using=nx.DiGraph)
        with pytest.raises(ValueError, match="'eye' or 'embedding', not 'true'"):
            draw_poincare(G, radii="true")
        with pytest.raises(ValueError, match="embed it first"):
            draw_poincare(G, radii="embedding")
        with pytest.raises(ValueError, match="in 2 dimensions, not in 3"):
            draw_poincare(embed(G, dim=3), radii="embedding")
        with pytest.raises(ValueError, match="pass it as pos, or no pos"):
            draw_poincare(G, pos=dict.fromkeys(G, (0, 0)), radii="embedding")
        with pytest.warns(DeprecationWarning, match="is now radii='embedding'"):
            draw_training(G, radii="true")


class TestHidden:
    def test_a_hub_is_folded_by_size(self) -> None:
        G = nx.DiGraph([(0, i) for i in range(1, 20_001)])
        G.add_edges_from([(7_000, "x"), (9_000, "y"), (9_000, "z")])
        ax = on_new_axes(G)
        texts = {text.get_text() for text in ax.texts}
        assert {"+19,940 more", "7000", "9000", "x", "y", "z", "64 of 20,004 nodes"} <= texts
        assert len(nodes_of(ax).get_offsets()) == 65

    def test_what_is_asked_for_is_not_folded(self) -> None:
        G = nx.DiGraph([(0, i) for i in range(1, 3_001)])
        assert len(nodes_of(on_new_axes(G, highlight=2_999)).get_offsets()) == 62
        assert "2999" in {text.get_text() for text in on_new_axes(G, highlight=2_999).texts}
        assert len(nodes_of(on_new_axes(G, max_nodes=3_001)).get_offsets()) == 3_001
        assert len(nodes_of(on_new_axes(G, pos=dict.fromkeys(G, (0, 0)))).get_offsets()) == 3_001

    def test_a_neighbourhood_keeps_ancestors_all_parents_and_siblings(self, nouns: nx.DiGraph) -> None:
        dog = "dog.n.01"
        ax = on_new_axes(nouns, focus=dog, max_nodes=100, labels={v: v for v in nouns})
        shown = {text.get_text() for text in ax.texts}
        assert len(nodes_of(ax).get_offsets()) == 100
        every = on_new_axes(nouns.subgraph(shown & set(nouns)), labels=0)
        assert {"canine.n.02", "domestic_animal.n.01"} <= shown
        assert {"wolf.n.01", "fox.n.01"} <= shown
        assert len(nodes_of(every).get_offsets()) > 30

    @pytest.mark.parametrize("focus", ["dog.n.01", "wolf_pup.n.01"])
    def test_all_parents_of_a_focus_are_named(self, nouns: nx.DiGraph, focus: str) -> None:
        ax = on_new_axes(nouns, focus=focus, max_nodes=40)
        parents = {readable_name(parent) for parent in nouns.predecessors(focus)}
        assert len(parents) == 2
        assert parents <= {text.get_text() for text in ax.texts}
        siblings = {readable_name(v) for v in nouns["wolf.n.01"]} - {"wolf pup"}
        if focus == "wolf_pup.n.01":
            assert siblings <= {text.get_text() for text in ax.texts}

    def test_marks_add_up_to_what_is_hidden(self, mammals: nx.DiGraph) -> None:
        ax = on_new_axes(mammals, max_nodes=30, labels=True)
        marks = [int(t.get_text()[1:].replace(",", "")) for t in ax.texts if t.get_text().startswith("+")]
        assert 0.5 * (len(mammals) - 30) < sum(marks) <= len(mammals) - 30


def test_missing_glyphs_are_left_out_and_said() -> None:
    G = nx.DiGraph([("root", "\U0001f9a6 otter"), ("root", "plain")])
    with pytest.warns(UserWarning, match="no glyph for 1 characters"):
        ax = on_new_axes(G)
    out = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none"}):
        ax.figure.savefig(out, format="svg")
    assert "\U0001f9a6 otter" in out.getvalue()  # a browser has the glyph
    ax.figure.savefig(io.BytesIO(), format="png")
    assert {text.get_text() for text in ax.texts} == {"root", "\U0001f9a6 otter", "plain"}


def test_a_disk_on_an_empty_figure_uses_all_of_it() -> None:
    figure = plt.figure(figsize=(4, 4))
    ax = draw_poincare(nx.path_graph(3))
    assert ax.figure is figure
    assert ax.get_window_extent().width > 0.9 * figure.bbox.width


@pytest.mark.parametrize("inches", [3.3, 8])
def test_chains_do_not_touch_themselves(inches: float) -> None:
    figure = Figure(figsize=(inches, inches))
    FigureCanvasAgg(figure)
    ax = draw_poincare(nx.path_graph(40, create_using=nx.DiGraph), ax=figure.add_axes((0, 0, 1, 1)))
    points = ax.transData.transform(nodes_of(ax).get_offsets())
    radii = np.sqrt(nodes_of(ax).get_sizes()) / 2 * figure.dpi / 72
    order = np.argsort(points[:, 0])
    gaps = np.diff(points[order, 0]) - radii[order][1:] - radii[order][:-1]
    assert (gaps > 0).all()
    boxes = [text.get_window_extent() for text in ax.texts]
    assert len(boxes) >= 8
    assert not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i])
    for box in boxes:
        nearest = np.clip(points, box.min, box.max)
        assert (np.linalg.norm(points - nearest, axis=1) >= radii).all()


def test_many_second_parents_run_in_bundles() -> None:
    rng = np.random.default_rng(0)
    G = nx.balanced_tree(5, 4, create_using=nx.DiGraph)
    leaves = [v for v in G if G.out_degree(v) == 0]
    inner = [v for v in G if G.out_degree(v)]
    while G.number_of_edges() < len(G) + 600:
        u, v = rng.choice(inner), rng.choice(leaves)
        G.add_edge(int(u), int(v))
    ax = on_new_axes(G)
    [lines] = [c for c in ax.collections if not isinstance(c, PathCollection)]
    assert len(lines.get_segments()) == G.number_of_edges()
    pos = {tuple(np.round(p, 9)) for p in poincare_layout(G).values()}
    for segment in lines.get_segments():
        assert {tuple(np.round(segment[0], 9)), tuple(np.round(segment[-1], 9))} <= pos
    assert any("second parents" in text for text in corner_texts(ax))


@pytest.mark.parametrize("max_nodes", [None, 25])
def test_edges_of_an_undirected_graph_lead_to_no_second_parents(max_nodes: int | None) -> None:
    ax = draw_poincare(nx.karate_club_graph(), max_nodes=max_nodes)
    assert any("edges off the tree" in text for text in corner_texts(ax))
    assert not any("parents" in text for text in corner_texts(ax))


def test_the_title_of_sizes_stands_over_sizes() -> None:
    G = nx.DiGraph((i, j) for i in "abc" for j in range(20))
    ax = draw_poincare(G, size_by={v: v if isinstance(v, int) else 0 for v in G})
    legend = ax.get_legend()
    assert legend is not None
    assert legend.get_title().get_text() == "value"
    *sizes, last = (text.get_text() for text in legend.get_texts())
    assert sizes
    assert all(text.isdigit() for text in sizes)
    assert last.endswith("second parents")
