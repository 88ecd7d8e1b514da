"""How much a viewer page draws at most, wherever one is: counted, as a frame's time is another on every machine.

`python benchmarks/viewer.py` measures frames a second, loading and memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp

# A surface that counts what is put on it, and paints a frame of a flight or the settled picture on it.
COUNT = """
const counted = { curves: 0, lines: 0, dots: 0, texts: 0, strokes: 0 };
const surface = {
  fill() {}, disk() { counted.dots += 1; },
  curves(numbers) { counted.curves += numbers.length / 8; counted.strokes += 1; },
  lines(numbers) { counted.lines += numbers.length / 4; counted.strokes += 1; },
  dots(numbers) { counted.dots += numbers.length / 3; }, text() { counted.texts += 1; },
};
viewer.paintOn(surface, arguments[0]);
return { ...counted, rows: viewer.visible.count };
"""
# What a software renderer draws in a thirtieth of a second, and half a second for a picture at rest.
MOST = {"curves": 1_500, "lines": 4_500, "dots": 4_500, "texts": 90, "strokes": 60, "rows": 4_100}
MOST_AT_REST = {"curves": 3_000, "lines": 12_500, "dots": 12_500, "texts": 90, "strokes": 60, "rows": 12_100}


def check(page: Any, rows: list[int]) -> None:
    for row in rows:
        page.run("viewer.view.lookAt(arguments[0]); viewer._goTo(arguments[0], { still: true })", row)
        for moving, most in ((True, MOST), (False, MOST_AT_REST)):
            counted = page.run(COUNT, moving)
            assert {key: value for key, value in counted.items() if value > most[key]} == {}, (row, moving)


def worst_rows(page: Any) -> list[int]:
    """The root, those with most children, and those with most edges beside the tree's."""
    rows = page.run(
        "const { tree } = viewer, all = Array.from({ length: tree.size }, (_, row) => row);"
        "const most = (size) => [...all].sort((a, b) => size(b) - size(a)).slice(0, 6);"
        "return [0, ...most((v) => tree.childCounts[v]), ...most((v) => tree.guests(v).length)]"
    )
    return list(dict.fromkeys(rows))


def test_all_nouns(nouns_page: Any) -> None:
    page = nouns_page.open()
    check(page, [*worst_rows(page), page.run("return viewer.tree.names.indexOf('city.n.01')")])
    page.run("document.getElementById('all-parents').click()")
    check(page, worst_rows(page))


def test_a_star_of_20000(open_page: Callable[..., Any]) -> None:
    page = open_page(nx.star_graph(20_000))
    check(page, worst_rows(page))


def test_a_dense_graph_with_a_package_that_4000_need(open_page: Callable[..., Any]) -> None:
    rng = np.random.default_rng(0)
    G = nx.DiGraph((0, v) for v in range(1, 4_400))
    G.add_edges_from((int(u), v) for v in range(2, 4_400) for u in rng.integers(1, min(v, 60), 3))
    page = open_page(G)
    assert page.run("return viewer.tree.others.length / 2") > 8_000
    check(page, worst_rows(page))
    page.run("document.getElementById('all-parents').click()")
    check(page, worst_rows(page))


def test_points_of_an_embedding(open_page: Callable[..., Any]) -> None:
    G = nx.random_labeled_rooted_tree(3_000, seed=1)
    page = open_page(nxp.embed(G, effort=0, store_as=None), radii="embedding")
    check(page, worst_rows(page))


# How many dots are compared with places of names, in a frame of a flight.
COMPARED = """
const map = arguments[0] ? viewer.companion : viewer, { gapToDot } = window;
let count = 0;
window.gapToDot = (...given) => { count += 1; return gapToDot(...given); };
map.view.lookAt(arguments[1]);
const drawn = map.paintOn(new CanvasSurface(map.context), true);
window.gapToDot = gapToDot;
return [count, drawn.nodes.length, drawn.labels.length];
"""


def test_names_in_a_crowd_of_points_are_placed_quickly(open_page: Callable[..., Any]) -> None:
    """All points of a branch stand close to each other there: for most of them there is no place."""
    G = nx.balanced_tree(8, 4, create_using=nx.DiGraph)
    page = open_page(nxp.embed(G, effort=0, store_as=None), beside="eye")
    compared = [page.run(COMPARED, second, row) for second in (False, True) for row in (0, 5, 50, 400, 4_000)]
    assert max(nodes for _, nodes, _ in compared) > 1_000
    assert max(count for count, *_ in compared) < 200_000
    assert max(labels for *_, labels in compared) > 20


def test_second_parents_of_a_node_are_drawn_when_one_is_there(open_page: Callable[..., Any]) -> None:
    G = nx.DiGraph([("root", "a"), ("root", "b"), ("a", "x"), ("b", "x"), ("b", "y")])
    page = open_page(G)
    assert "stroke-dasharray" not in page.svg()
    assert page.go("x").svg().count("stroke-dasharray") == 1


@pytest.mark.soak
def test_all_nouns_with_words_and_definitions_are_below_eight_megabytes(tmp_path: Any, nltk_corpus: Any) -> None:
    nxp.write_html(nxp.wordnet_graph(source="nltk", glosses=True, language="eng"), tmp_path / "nouns.html")
    assert (tmp_path / "nouns.html").stat().st_size < 8_000_000
