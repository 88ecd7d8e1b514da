"""Flights and drags over a viewer page: where they end, what is seen there, how long frames take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp

# Drags the disk around the middle for some frames; gives the milliseconds that each took to paint.
PAN = """
const [frames, done] = arguments, { x, y } = viewer.frame, times = [];
let from = [x, y];
const step = () => {
  const angle = times.length / 8, to = [x + 150 * Math.sin(angle), y + 150 * Math.sin(1.3 * angle)];
  viewer.drag(from, to);
  from = to;
  requestAnimationFrame(() => {
    const start = performance.now();
    viewer._frame(start);
    times.push(performance.now() - start);
    if (times.length < frames) step(); else done(times);
  });
};
step();
"""


def test_a_flight_goes_straight_in_short_steps(page: Any) -> None:
    """Along the geodesic: where one is lies between where one was and where one goes."""
    way = page.run(
        "const { view } = viewer, dog = viewer.tree.names.indexOf('dog.n.01'), way = [];"
        "const left = () => view._towards(dog).length, made = () => view._towards(0).length;"
        "view.flyTo(dog); way.push([left(), made()]);"
        "while (view.advance(16)) way.push([left(), made()]);"
        "way.push([left(), made()]); return way"
    )
    left, made = np.array(way).T
    np.testing.assert_allclose(left + made, left[0], rtol=1e-9)
    assert made[0] == pytest.approx(0, abs=1e-9)
    assert left[-1] == pytest.approx(0, abs=1e-9)
    assert np.all(np.diff(made) >= 0)
    assert np.diff(made).max() <= 1.5
    assert len(made) > 20


def test_away_and_back_is_the_same_picture(open_page: Callable[..., Any]) -> None:
    """Down a path of 400 edges, some 600 hyperbolic units, by flights and by dragging, and back."""
    G = nx.path_graph(400, create_using=nx.DiGraph)
    G.add_edges_from((v, 1000 + v) for v in range(400))
    page = open_page(G)
    before = page.picture()
    for name in ("399", "17", "1203", "0"):
        page.go(name)
    assert page.picture() == before
    for _ in range(200):
        page.run("viewer.view.drag([-0.6, 0.3], [0.6, -0.3])")
    assert page.run("return viewer.view.motion.every(Number.isFinite)")
    page.press("HOME")
    assert page.picture() == before


def test_points_beyond_radius_30_and_back(open_page: Callable[..., Any]) -> None:
    G = nx.path_graph(21, create_using=nx.DiGraph)
    G.add_edges_from((v, 100 + v) for v in range(20))
    embedding = nxp.embed(G, effort=0, store_as=None)
    assert embedding.radius(20) > 30
    page = open_page(embedding, radii="embedding")
    before = page.picture()
    for name in ("20", "110", "20"):
        page.go(name)
        assert page.place_of(name) == pytest.approx(page.centre, abs=1e-6)
    assert page.run("return viewer.map.relative(0, viewer.selected).length") == pytest.approx(embedding.radius(20))
    assert page.press("HOME").picture() == before


def test_wherever_one_is_a_near_node_is_known(nouns_page: Any) -> None:
    """Every flight arrives, and nearly all that surrounds the middle is entered from a node beside it."""
    page = nouns_page.open()
    flights = page.run(
        "const { view, tree } = viewer, flights = [];"
        "for (let flight = 1; flight <= 150; flight++) {"
        "  const goal = (flight * 7919 * 7919) % tree.size; let frames = 0, farthest = 0;"
        "  view.flyTo(goal);"
        "  while (view.advance(16) && frames++ < 300) farthest = Math.max(farthest, Hyperbolic.length(view.motion));"
        "  flights.push([frames, farthest, view.anchor === goal]);"
        "} return flights"
    )
    frames, farthest, arrived = np.array(flights).T
    assert arrived.all()
    assert frames.max() < 120
    assert farthest.max() < 4


def test_dragging_far_out_ends_where_something_is_seen(page: Any) -> None:
    for angle in np.arange(4.0):
        away = [0.8 * np.cos(angle), 0.8 * np.sin(angle)]
        page.run(
            "for (let i = 0; i < 40; i++) viewer.view.drag(arguments[0], [-arguments[0][0], -arguments[0][1]]);"
            "viewer._moved()",
            away,
        )
        page.settled()
        nearest = page.run(
            "const { view, tree } = viewer; let least = Infinity;"
            "for (let v = 0; v < tree.size; v++) {"
            "  const seen = Hyperbolic.compose(view.motion, tree.relative(view.anchor, v).motion);"
            "  least = Math.min(least, Hyperbolic.length(seen));"
            "} return [Hyperbolic.length(view.motion), least, viewer.visible.count]"
        )
        assert nearest[0] <= page.run("return viewer.view.farthest") < 5
        assert nearest[0] <= nearest[1] + 0.5
        assert nearest[2] > 20
        page.press("HOME")


def test_all_nouns(nouns_page: Any, nouns: nx.DiGraph, record_property: Callable[[str, object], None]) -> None:
    """From entity to the leaf that is farthest from it and back, and how long frames take meanwhile."""
    page = nouns_page.open()
    assert page.path.stat().st_size < 8_000_000
    assert page.find("#size").text == "82,115 nodes"
    before, turned = page.picture(), page.run("return viewer.view.motion")
    leaf, radius = page.run(
        "const { tree } = viewer; let best = [0, 0];"
        "for (let v = 1; v < tree.size; v++) {"
        "  const { length } = tree.relative(0, v);"
        "  if (tree.childCounts[v] === 0 && length > best[1]) best = [v, length];"
        "} return [tree.names[best[0]], best[1]]"
    )
    assert radius > 20
    assert nouns.out_degree(leaf) == 0
    page.go(leaf)
    assert page.place_of(leaf) == pytest.approx(page.centre, abs=1e-6)
    assert page.picture() != before
    page.go("entity.n.01")
    assert page.picture() == before
    assert page.run("return viewer.view.motion") == pytest.approx(turned, abs=1e-12)
    times = page.browser.execute_async_script(PAN, 60)
    record_property("milliseconds a frame, median and largest", f"{np.median(times):.1f}, {max(times):.1f}")
    assert page.press("HOME").picture() == before
    assert page.errors() == []
