"""Two maps of the same nodes: a tree for walking and the embedding's own disk, linked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp

PLACES = """
const { view, visible, map } = viewer.companion;
return Array.from({ length: visible.count }, (_, slot) =>
  [viewer.tree.names[visible.rows[slot]], visible.x[slot], visible.y[slot]]);
"""


@pytest.fixture
def felines() -> nx.DiGraph:
    G = nxp.wordnet_graph("feline.n.01", source="bundled")
    nxp.embed(G, init="random", training=nxp.Training(epochs=30), seed=0)
    return G


def settled(page: Any) -> Any:
    return page.settled().until(
        "!viewer.companion.waiting && !viewer.companion.view.flight && viewer.companion.frames > 0",
        "the second map moves",
    )


def test_the_second_map_is_the_embeddings_own_disk(open_page: Callable[..., Any], felines: nx.DiGraph) -> None:
    page = settled(open_page(felines, beside="embedding"))
    found = page.run(PLACES)
    assert len(found) == len(felines)
    for name, x, y in found:
        assert (x, y) == pytest.approx(felines.nodes[name]["poincare"], abs=1e-6)
    page.pick("#beside", "eye")
    shown = {name: np.array([x, y]) for name, x, y in settled(page).run(PLACES)}
    points = {name: np.array(place) for name, place in felines.nodes(data="poincare")}
    norms = np.array([np.linalg.norm(place) for place in shown.values()])
    assert np.mean(norms <= 0.9 + 1e-6) == pytest.approx(0.9, abs=0.05)
    for name, point in points.items():
        if np.linalg.norm(point) > 0.01:  # in the same direction
            assert shown[name] * np.linalg.norm(point) / np.linalg.norm(shown[name]) == pytest.approx(point, abs=1e-5)


def test_maps_are_linked_both_ways(open_page: Callable[..., Any], felines: nx.DiGraph) -> None:
    page = settled(open_page(felines, beside="eye"))
    page.point_at("cat.n.01").perform()
    assert page.run("return viewer.tree.names[viewer.companion.hovered]") == "cat.n.01"
    x, y = page.run(
        "const { x, y } = viewer.companion.nodes.find(({ row }) => viewer.tree.names[row] === 'lion.n.01');"
        "const box = viewer.companion.canvas.getBoundingClientRect();"
        "return [x - box.width / 2, y - box.height / 2]"
    )
    page.pointer().move_to_element_with_offset(page.find("#second"), round(x), round(y)).perform()
    assert page.run("return viewer.tree.names[viewer.hovered]") == "lion.n.01"
    page.pointer().click().perform()
    assert settled(page).selected == "lion.n.01"
    middles = page.run(
        "return [viewer, viewer.companion].map(({ nodes, frame }) => {"
        "  const { x, y } = nodes.find(({ row }) => row === viewer.selected); return [x - frame.x, y - frame.y]; })"
    )
    assert np.ravel(middles) == pytest.approx(np.zeros(4), abs=1e-6)


def test_the_reader_switches_maps_and_the_address_knows(open_page: Callable[..., Any], felines: nx.DiGraph) -> None:
    page = open_page(felines, "#node=lion.n.01&map=embedding&beside=layout")
    assert page.run("return [viewer.map.ownPlaces, viewer.companion.map.ownPlaces]") == [True, False]
    assert "at their points" in page.run("return document.getElementById('places').textContent")
    page.pick("#map", "eye").pick("#beside", "")
    assert page.run("return location.hash") == "#node=lion.n.01&map=eye"
    assert page.run("return viewer.companion.canvas.hidden")
    assert page.place_of("lion.n.01") == pytest.approx(page.centre, abs=1e-6)
    page.pick("#map", "layout")
    assert page.run("return location.hash") == "#node=lion.n.01"


def test_points_of_a_hub_are_not_folded(open_page: Callable[..., Any]) -> None:
    G = nx.star_graph(200, create_using=nx.DiGraph)
    nxp.embed(G, effort=0)
    page = open_page(G, radii="embedding")
    rows = page.run("return viewer.nodes.map(({ row }) => row)")
    assert len(rows) == 201
    assert page.run("return arguments[0].every((row) => viewer.tree.isNode(row))", rows)


def test_maps_need_points_in_two_dimensions_and_room(
    open_page: Callable[..., Any], felines: nx.DiGraph, chromium: Any
) -> None:
    assert not open_page(nx.path_graph(4)).find("#maps-menus").is_displayed()
    chromium.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 390, "height": 780, "deviceScaleFactor": 1, "mobile": True}
    )
    try:
        page = open_page(felines, beside="embedding")
        assert [page.find(place).is_displayed() for place in ("#map", "#beside", "#second")] == [True, False, False]
        assert page.run("return viewer.frame.radius") > 140
        page.pick("#map", "embedding")
        assert page.run("return viewer.map.ownPlaces")
    finally:
        chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
