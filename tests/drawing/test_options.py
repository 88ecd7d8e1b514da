"""What the options of draw_poincare change in a picture."""

from __future__ import annotations

import dataclasses
import inspect
import io
import logging
from typing import Any

import matplotlib
import networkx as nx
import numpy as np
import pytest

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_rgb, to_rgba

import nx_poincare as nxp
from nx_poincare.api import embed
from nx_poincare.drawing.disk import draw_poincare
from nx_poincare.drawing.options import DrawingOptions
from nx_poincare.embedding.embedding import Embedding
from nx_poincare.engine.geometry.ball import distance, from_ball
from nx_poincare.layout.networkx_layout import poincare_layout

TREE = nx.balanced_tree(3, 3, create_using=nx.DiGraph)


@pytest.fixture(autouse=True)
def _closed_figures():
    yield
    plt.close("all")


def points(ax: Axes) -> PathCollection:
    [found] = [c for c in ax.collections if isinstance(c, PathCollection)]
    return found


def lines(ax: Axes) -> LineCollection:
    [found] = [c for c in ax.collections if isinstance(c, LineCollection)]
    return found


def places(ax: Axes) -> np.ndarray:
    """Positions in an order that does not depend on how they are drawn."""
    found = np.asarray(points(ax).get_offsets())
    return found[np.lexsort(found.round(9).T)]


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def on_new_axes(G: nx.Graph | Embedding, **options: object) -> Axes:
    return draw_poincare(G, ax=plt.figure(figsize=(6, 6)).add_axes((0, 0, 1, 1)), **options)


class TestEmbedding:
    def test_draws_like_its_graph(self) -> None:
        G = TREE.copy()
        emb = embed(G)
        np.testing.assert_array_equal(places(on_new_axes(emb)), places(on_new_axes(G)))
        assert len(lines(on_new_axes(emb)).get_segments()) == G.number_of_edges()

    def test_its_points_as_positions(self) -> None:
        emb = embed(TREE.copy())
        drawn = points(on_new_axes(emb, pos=emb)).get_offsets()
        assert {tuple(p) for p in np.asarray(drawn)} == {tuple(v) for v in emb.vectors}

    def test_without_edges(self) -> None:
        emb = Embedding.from_vectors("abc", [[0, 0], [0.5, 0], [0, 0.9]])
        ax = on_new_axes(emb)
        assert sorted(texts(ax)) == ["a", "b", "c"]
        with pytest.raises(ValueError, match="without edges"):
            on_new_axes(Embedding.from_vectors("ab", [[0, 0, 0], [0.5, 0, 0]]))

    def test_options_for_graphs_are_refused(self) -> None:
        with pytest.raises(ValueError, match="has its own edges"):
            draw_poincare(embed(TREE.copy()), root=0)


class TestFocus:
    def test_focus_is_in_the_middle_with_its_parent_above(self, mammals: nx.DiGraph) -> None:
        ax = on_new_axes(mammals, focus="dog.n.01")
        dog = next(text for text in ax.texts if text.get_text() == "dog")
        canine = next(text for text in ax.texts if text.get_text() == "canine")
        assert dog.xy == (0, 0)
        assert dog.get_fontweight() == "bold"
        assert canine.xy[0] == pytest.approx(0, abs=1e-12)
        assert canine.xy[1] > 0.3
        assert {"puppy", "wolf"} < set(texts(ax))  # near, if small
        assert (np.linalg.norm(places(ax), axis=1) < 1).all()

    def test_given_positions_are_translated(self) -> None:
        emb = embed(TREE.copy())
        assert emb.radii.max() > 4
        found = from_ball(places(on_new_axes(TREE, pos=emb, focus=39)))[1]
        row = emb.index[39]
        expected = distance(emb.directions, emb.radii, emb.directions[row], emb.radii[row])
        np.testing.assert_allclose(np.sort(found), np.sort(expected), rtol=1e-6, atol=1e-12)

    def test_exact_at_radius_30(self) -> None:
        angles = np.array([0.0, 2e-13, 0.0])
        emb = Embedding("abc", np.column_stack([np.cos(angles), np.sin(angles)]), [30.0, 30.0, 31.0])
        found = from_ball(places(on_new_axes(emb, pos=emb, focus="a")))[1]
        np.testing.assert_allclose(np.sort(found)[:2], [0, 1], atol=1e-9)
        assert np.sort(found)[2] == pytest.approx(distance(*(emb.directions[0], 30.0), *(emb.directions[1], 30.0)))

    def test_a_node_on_the_rim(self) -> None:
        ax = on_new_axes(nx.DiGraph([(0, 1), (0, 2)]), pos={0: (0, 0), 1: (1, 0), 2: (0, 1)}, focus=1)
        assert np.isfinite(places(ax)).all()

    def test_unknown(self) -> None:
        with pytest.raises(nx.NodeNotFound, match="'unicorn'"):
            draw_poincare(TREE, focus="unicorn")
        assert not plt.get_fignums()


class TestHighlight:
    def test_relatives_stand_out_and_the_rest_recedes(self) -> None:
        pos = poincare_layout(TREE)
        shown = points(on_new_axes(TREE, pos=pos, highlight=5))
        colour_at = {
            tuple(p): tuple(c) for p, c in zip(shown.get_offsets().tolist(), shown.get_facecolors(), strict=True)
        }
        relatives = {5} | nx.ancestors(TREE, 5) | nx.descendants(TREE, 5)
        strong = {v for v in TREE if np.ptp(colour_at[tuple(pos[v])][:3]) > 0.5}
        assert strong == relatives
        ring = dict(zip(map(tuple, shown.get_offsets().tolist()), shown.get_linewidths(), strict=True))
        assert [v for v in TREE if ring[tuple(pos[v])] > 0] == [5]

    def test_edges(self) -> None:
        pos = poincare_layout(TREE)
        edges = lines(on_new_axes(TREE, pos=pos, highlight=5, labels=0))
        node_at = {tuple(place): v for v, place in pos.items()}
        ends = [(node_at[tuple(s[0])], node_at[tuple(s[-1])]) for s in edges.get_segments()]
        widths = dict(zip(ends, edges.get_linewidths(), strict=True))
        assert widths[0, 1] >= widths[1, 5] > 1.05 * widths[1, 4]
        strong = {end for end, c in zip(ends, edges.get_colors(), strict=True) if np.ptp(c[:3]) > 0.5}
        assert strong == {(0, 1), (1, 5), (5, 16), (5, 17), (5, 18)}

    def test_common_ancestors_of_two_are_ink_and_each_has_a_colour(self) -> None:
        pos = poincare_layout(TREE)
        shown = points(on_new_axes(TREE, pos=pos, highlight=[5, 7]))
        at = {tuple(p): tuple(c) for p, c in zip(shown.get_offsets().tolist(), shown.get_facecolors(), strict=True)}
        colours = [at[tuple(pos[v])] for v in (0, 1, 2, 5, 7)]
        assert colours[0] == to_rgba("black")
        assert colours[1] == colours[3] != colours[4] == colours[2]

    def test_labels_of_relatives_come_first(self, mammals: nx.DiGraph) -> None:
        assert set(texts(on_new_axes(mammals, highlight="whale.n.02", labels=5))) == {
            "whale", "cetacean", "aquatic mammal", "placental", "mammal",
        }  # fmt: skip

    def test_a_tuple_may_be_a_node_or_several(self) -> None:
        G = nx.DiGraph([((0, 0), (0, 1)), ((0, 0), (0, 2))])
        for highlight in ((0, 1), [(0, 1)], {(0, 1)}):
            assert np.count_nonzero(points(on_new_axes(G, highlight=highlight)).get_linewidths()) == 1
        with pytest.raises(nx.NodeNotFound, match="node 7 "):
            on_new_axes(nx.path_graph(3), highlight=(1, 7))


class TestMaxNodes:
    def test_keeps_a_connected_top_and_says_so(self, nouns: nx.DiGraph, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.INFO, logger="nx_poincare"):
            ax = on_new_axes(nouns, max_nodes=500)
        assert "500 of 82,115 nodes" in caplog.text
        assert "500 of 82,115 nodes" in texts(ax)
        assert len(places(ax)) == 500
        assert len(lines(ax).get_segments()) >= 499

    def test_focus_and_highlight_stay(self, mammals: nx.DiGraph) -> None:
        ax = on_new_axes(mammals, max_nodes=30, focus="pug.n.01", highlight="blue_whale.n.01")
        assert {"pug", "blue whale", "dog"} < set(texts(ax))
        assert len(places(ax)) == 30

    def test_given_positions_stay_and_the_layout_is_made_anew(self) -> None:
        pos = {v: np.array([0.01 * v, 0.0]) for v in TREE}
        assert (places(on_new_axes(TREE, pos=pos, max_nodes=4)) == [[0, 0], [0.01, 0], [0.02, 0], [0.03, 0]]).all()
        G = TREE.copy()
        embed(G)
        whole = np.linalg.norm([G.nodes[v]["pos"] for v in range(4)], axis=1).max()
        assert np.linalg.norm(places(on_new_axes(G, max_nodes=4)), axis=1).max() > whole + 0.1

    def test_more_than_there_are(self) -> None:
        assert not any("of" in text for text in texts(on_new_axes(TREE, max_nodes=40)))

    @pytest.mark.parametrize("wrong", [0, 2.5, True])
    def test_wrong(self, wrong: object) -> None:
        with pytest.raises(ValueError, match="max_nodes must be"):
            draw_poincare(TREE, max_nodes=wrong)  # type: ignore[arg-type]


class TestColours:
    def test_branches_differ_and_become_paler(self) -> None:
        pos = poincare_layout(TREE)
        ax = on_new_axes(TREE, pos=pos, colour_by="branch", labels=0)
        shown = points(ax)
        at = {tuple(p): c[:3] for p, c in zip(shown.get_offsets().tolist(), shown.get_facecolors(), strict=True)}
        tops = [tuple(at[tuple(pos[v])]) for v in (1, 2, 3)]
        assert len(set(tops)) == 3
        assert np.ptp(at[tuple(pos[0])]) < 0.05  # the trunk is grey
        assert at[tuple(pos[1])].sum() < at[tuple(pos[4])].sum() < at[tuple(pos[13])].sum()
        assert sorted(texts(ax)) == ["1", "2", "3"]  # the legend

    def test_cmap(self) -> None:
        ax = on_new_axes(TREE, colour_by="branch", cmap="tab10", labels=0)
        faces = {tuple(c) for c in points(ax).get_facecolors().round(6)}
        assert {tuple(np.round(matplotlib.colormaps["tab10"](i), 6)) for i in range(3)} <= faces

    def test_wrong(self) -> None:
        with pytest.raises(ValueError, match="colour_by='mood': no node has a value"):
            draw_poincare(TREE, colour_by="mood")
        with pytest.raises(ValueError, match="colour_by must be 'level', 'branch', an attribute or a mapping, not 7"):
            draw_poincare(TREE, colour_by=7)  # type: ignore[arg-type]

    def test_dark_by_option_and_by_style(self) -> None:
        by_option = on_new_axes(TREE, dark=True)
        with plt.style.context("dark_background"):
            by_style = on_new_axes(TREE)
            light = on_new_axes(TREE, dark=False)
        for ax, is_dark in ((by_option, True), (by_style, True), (light, False)):
            assert (sum(to_rgb(ax.figure.get_facecolor())) < 1) is is_dark
            assert all((sum(to_rgb(text.get_color())) > 1.5) is is_dark for text in ax.texts)
            out = io.BytesIO()
            ax.figure.savefig(out, format="png", dpi=40)
            assert bool(plt.imread(io.BytesIO(out.getvalue()))[..., :3].mean() < 0.5) is is_dark

    def test_dark_beside_light(self) -> None:
        figure, (left, right) = plt.subplots(1, 2)
        draw_poincare(TREE, ax=left)
        draw_poincare(TREE, ax=right, dark=True)
        figure.canvas.draw()
        pixels = np.asarray(figure.canvas.buffer_rgba())[::-1]
        frames = [ax.get_window_extent() for ax in (left, right)]
        corners = [pixels[int(f.y0) + 3, int(f.x0) + 3, :3].sum() for f in frames]
        assert corners[0] > 700
        assert corners[1] < 150


class TestLabelsByDefault:
    def test_all_of_a_small_tree_with_leaves_outwards(self) -> None:
        ax = on_new_axes(TREE)
        assert len(texts(ax)) == 40
        leaves = [text for text in ax.texts if TREE.out_degree(int(text.get_text())) == 0]
        assert len({round(text.get_rotation()) for text in leaves}) > 20

    def test_thirty_of_a_large_one(self, mammals: nx.DiGraph) -> None:
        assert len(texts(on_new_axes(mammals))) == 30


def test_all_options_have_the_same_defaults_inside() -> None:
    options = dict(list(inspect.signature(nxp.draw_poincare).parameters.items())[1:])
    assert [field.name for field in dataclasses.fields(DrawingOptions)] == list(options)
    assert dataclasses.asdict(DrawingOptions()) == {name: option.default for name, option in options.items()}


@pytest.mark.parametrize(
    ("draw", "option", "ours"),
    [
        (nxp.draw_poincare, "color_by", "colour_by"), (nxp.draw_poincare, "node_color", "colour_by"),
        (nxp.draw_poincare, "with_labels", "labels"), (nxp.draw_poincare, "figsize", "ax, of a figure"),
        (nxp.draw_training, "color_by", "colour_by"), (nxp.write_html, "color_aggregate", "colour_aggregate"),
    ],
)  # fmt: skip
def test_options_of_others_are_named_as_they_are_here(draw: Any, option: str, ours: str) -> None:
    with pytest.raises(TypeError, match=rf"{draw.__name__}\(\) has no option '{option}': here it is {ours}"):
        draw(nx.path_graph(3, create_using=nx.DiGraph), **{option: "red"})
