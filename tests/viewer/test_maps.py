"""Two maps of the same nodes: a tree for walking and the embedding's own disk, linked."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import numpy as np
import pytest
from PIL import Image

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


def test_what_magnifies_acts_on_the_map_that_was_used_last(open_page: Callable[..., Any], felines: nx.DiGraph) -> None:
    page = settled(open_page(felines, beside="eye"))
    zooms = "return [viewer.view.zoom, viewer.companion.view.zoom]"
    page.find("#closer").click()
    assert page.run(zooms) == [1.25, 1]
    page.pointer().move_to_element_with_offset(page.find("#second"), 0, -200).click().perform()
    page.find("#closer").click()
    assert settled(page).run(zooms) == [1.25, 1.25]
    page.press("+", "-", "-")
    assert settled(page).run(zooms) == [1.25, 1]
    page.find("#second").send_keys("+")
    page.run("document.getElementById('disk').focus()")
    page.press("+")
    assert settled(page).run(zooms) == pytest.approx([1.5625, 1.25])
    page.find("#home").click()  # both
    assert settled(page).run(zooms) == [1, 1]
    page.pointer().move_to_element_with_offset(page.find("#second"), 0, -200).click().perform()
    page.pick("#beside", "").find("#closer").click()  # the only one that is left
    assert page.run(zooms) == [1.25, 1]


def test_a_double_click_opens_a_node_on_the_map_where_it_is(open_page: Callable[..., Any], felines: nx.DiGraph) -> None:
    page = settled(open_page(felines, beside="layout"))
    x, y = page.run(
        "const { x, y } = viewer.companion.nodes.find(({ row }) => viewer.tree.names[row] === 'cat.n.01');"
        "const box = viewer.companion.canvas.getBoundingClientRect(); return [x - box.width / 2, y - box.height / 2]"
    )
    page.pointer().move_to_element_with_offset(page.find("#second"), round(x), round(y)).double_click().perform()
    assert settled(page).selected == "cat.n.01"
    assert page.run("return [viewer.view.zoom, viewer.companion.view.zoom]") == [1, 1.6]


def test_saved_pictures_hold_both_maps(open_page: Callable[..., Any], felines: nx.DiGraph) -> None:
    page = settled(open_page(felines, beside="embedding"))
    maps = page.run(
        "return [viewer, viewer.companion].map(({ canvas, labels }) => {"
        "  const { left, top, width, height } = canvas.getBoundingClientRect();"
        "  return [left, top, width, height, labels.map(({ text }) => text)]; })"
    )
    width, height = maps[1][0] + maps[1][2] - maps[0][0], max(each[3] for each in maps)
    name, data = page.saved("svg")
    assert name == "feline.svg"
    drawing = ElementTree.fromstring(data)
    assert float(drawing.get("width", 0)) == pytest.approx(width, abs=1)
    parts = drawing.findall("{http://www.w3.org/2000/svg}svg")
    assert [float(part.get("x", 0)) for part in parts] == pytest.approx([0, maps[1][0] - maps[0][0]], abs=1)
    for part, (*_, labels) in zip(parts, maps, strict=True):
        assert {text.text for text in part.iter("{http://www.w3.org/2000/svg}text")} == set(labels)
    picture = Image.open(io.BytesIO(page.saved("png")[1])).convert("RGB")
    assert picture.size == pytest.approx((2 * width, 2 * height), abs=2)
    for canvas, (left, top, wide, high, _) in zip(("viewer", "viewer.companion"), maps, strict=True):
        shown = page.run(f"return {canvas}.canvas.toDataURL()").partition(",")[2]
        box = [2 * round(each) for each in (left - maps[0][0], top - maps[0][1])]
        own = picture.crop((*box, box[0] + 2 * round(wide), box[1] + 2 * round(high))).resize(
            (round(wide), round(high))
        )
        seen = Image.open(io.BytesIO(base64.b64decode(shown))).convert("RGB").resize(own.size)
        assert np.abs(np.asarray(own, dtype=float) - np.asarray(seen, dtype=float)).mean() < 3
    page.pick("#beside", "")
    only = ElementTree.fromstring(page.saved("svg")[1])
    assert len(only.findall("{http://www.w3.org/2000/svg}svg")) == 1


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
