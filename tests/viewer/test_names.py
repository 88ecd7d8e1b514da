"""Names on the map of a viewer page: each stands at its own dot, or a line leads to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
import pytest

PLACED = """
return [viewer.labels.map(({ box, row, leader }) => [...box, row, leader === null ? 0 : 1]),
        viewer.nodes.map(({ x, y, size, row }) => [x, y, size, row])]
"""
ZOOMS = (1, 1.6, 3)


def nearest_is_own(page: Any) -> tuple[list[bool], int]:
    """Of each name without a line, whether of all dots that may be taken for its own none is nearer; and the lines."""
    labels, nodes = page.run(PLACED)
    x, y, size, rows = np.array(nodes, dtype=float).T
    found, lines = [], 0
    for x0, y0, x1, y1, row, is_led in labels:
        gaps = np.hypot(np.maximum(0, np.maximum(x0 - x, x - x1)), np.maximum(0, np.maximum(y0 - y, y - y1))) - size
        own = rows == row
        like = own | (size >= size[own][0] / 2)
        if is_led:
            lines += 1
        else:
            found.append(bool(gaps[own][0] <= gaps[like].min() + 1e-6))
    return found, lines


def judge(page: Any, places: list[str]) -> tuple[float, float, int]:
    """The share of names at their own dots, that of names with lines, and how many names there are."""
    found: list[bool] = []
    lines = 0
    for place in places:
        page.go(place)
        for zoom in ZOOMS:
            page.run("viewer.view.zoom = arguments[0]; viewer._moved()", zoom)
            own, led = nearest_is_own(page.settled())
            found += own
            lines += led
        page.run("viewer.view.zoom = 1; viewer._moved()")
    return float(np.mean(found)), lines / (len(found) + lines), len(found) + lines


def test_names_of_mammals(page: Any, record_property: Callable[[str, object], None]) -> None:
    own, led, count = judge(
        page, ["mammal.n.01", "placental.n.01", "dog.n.01", "primate.n.02", "bat.n.01", "whale.n.02"]
    )
    record_property("names at their own dots, with a line", f"{own:.1%}, {led:.1%} of {count}")
    assert count > 300
    assert own >= 0.97
    assert led < 0.2


def test_names_of_all_nouns(nouns_page: Any) -> None:
    page = nouns_page.open()
    own, led, count = judge(page, ["entity.n.01", "dog.n.01", "city.n.01", "paris.n.01", "artifact.n.01"])
    assert count > 300
    assert own >= 0.97
    assert led < 0.2


@pytest.mark.parametrize("seed", [0, 1])
def test_names_of_a_forest(open_page: Callable[..., Any], seed: int) -> None:
    """Fifty roots in a ring, as a figure had them under each other's names."""
    rng = np.random.default_rng(seed)
    G = nx.DiGraph()
    for tree in range(50):
        G.add_edges_from(
            (f"tree {tree} node {rng.integers(i)}", f"tree {tree} node {i}") for i in range(1, rng.integers(3, 60))
        )
    page = open_page(G)
    own, led, count = judge(page, ["tree 7 node 0", "tree 30 node 1"])
    own_home, _ = nearest_is_own(page.press("HOME"))
    assert count + len(own_home) > 100
    assert min(own, np.mean(own_home)) >= 0.97
    assert led < 0.25


def test_lines_cross_no_name(page: Any) -> None:
    for place in ("placental.n.01", "dog.n.01", "carnivore.n.01"):
        page.go(place)
        crossed = page.run(
            "return viewer.labels.filter(({ leader, row }) => leader !== null && viewer.labels.some((other) =>"
            "  other.row !== row && [0.1, 0.5, 0.9].some((share) => {"
            "    const x = leader[0] + share * (leader[2] - leader[0]);"
            "    const y = leader[1] + share * (leader[3] - leader[1]);"
            "    return x > other.box[0] && x < other.box[2] && y > other.box[1] && y < other.box[3]; }))).length"
        )
        assert crossed == 0
