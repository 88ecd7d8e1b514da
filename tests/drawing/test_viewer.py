"""Walking through a viewer page, in the browser that people open it in."""

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


def test_it_opens_on_the_root_and_asks_no_network(page: Any) -> None:
    assert page.browser.title == "mammal.n.01"
    assert page.heading == "mammal"
    assert page.find("#size").text == "1,182 nodes"
    assert list(page.place_of("mammal.n.01")) == page.centre
    urls = page.requests()
    assert page.path.as_uri() in urls
    assert not [url for url in urls if url.startswith(("http", "ws"))]


# -- pointer -------------------------------------------------------------------------------------


def test_dragging_moves_the_disk_and_a_click_flies(page: Any) -> None:
    before = page.picture()
    x, y = page.place_of("placental.n.01")
    page.pointer().move_to_element_with_offset(page.find("#disk"), 60, 60).click_and_hold().move_by_offset(
        -90, -90
    ).release().perform()
    page.settled()
    assert page.picture() != before
    assert page.selected == "mammal.n.01"
    moved = page.place_of("placental.n.01")
    assert moved[0] < x
    assert moved[1] < y
    page.click("placental.n.01")
    assert page.selected == "placental.n.01"
    assert page.heading == "placental"
    assert page.place_of("placental.n.01") == pytest.approx(page.centre, abs=1e-6)


def test_what_is_under_the_pointer_stays_there_while_dragging(page: Any) -> None:
    x, y = page.place_of("placental.n.01")
    for dx, dy in ((60, -80), (-150, -40), (30, 45)):
        page.run("viewer.drag(...arguments)", [x, y], [x + dx, y + dy])
        x, y = x + dx, y + dy
        assert page.settled().place_of("placental.n.01") == pytest.approx((x, y), abs=1e-6)


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


def test_a_double_click_returns_to_the_root(page: Any) -> None:
    page.go("dog.n.01")
    page.pointer().move_to_element_with_offset(page.find("#disk"), 200, 250).double_click().perform()
    assert page.settled().selected == "mammal.n.01"


def test_the_wheel_and_the_buttons_zoom(page: Any) -> None:
    from selenium.webdriver.common.actions.wheel_input import ScrollOrigin

    x, y = page.place_of("placental.n.01")
    middle = page.run("const b = viewer.canvas.getBoundingClientRect(); return [b.width / 2, b.height / 2]")
    over = ScrollOrigin.from_element(page.find("#disk"), round(x - middle[0]), round(y - middle[1]))
    page.pointer().scroll_from_origin(over, 0, -300).perform()
    page.settled()
    zoom = page.run("return viewer.view.zoom")
    assert zoom > 1.5
    assert page.place_of("placental.n.01") == pytest.approx((x, y), abs=2)  # whole pixels under the pointer
    page.find("#closer").click()
    assert page.settled().run("return viewer.view.zoom") > zoom
    page.find("#home").click()
    assert page.settled().run("return viewer.view.zoom") == 1


def test_fingers_drag_pinch_and_tap(page: Any) -> None:
    x, y = page.centre
    page.touch("touchStart", (x, y))
    for share in (0.25, 0.5, 0.75, 1):
        page.touch("touchMove", (x + 100 * share, y - 80 * share))
    page.touch("touchEnd")
    assert page.settled().place_of("mammal.n.01") == pytest.approx((x + 100, y - 80), abs=1)
    page.touch("touchStart", (x - 50, y))
    page.touch("touchStart", (x - 50, y), (x + 50, y))
    for away in (60, 80, 100):
        page.touch("touchMove", (x - away, y), (x + away, y))
    page.touch("touchEnd")
    assert page.settled().run("return viewer.view.zoom") == pytest.approx(2, rel=0.01)
    assert page.selected == "mammal.n.01"
    page.press("HOME")
    page.touch("touchStart", page.place_of("placental.n.01"))
    page.touch("touchEnd")
    assert page.settled().selected == "placental.n.01"


# -- keys and search -----------------------------------------------------------------------------


def test_keys_walk_the_tree(page: Any, mammals: nx.DiGraph) -> None:
    page.press("ARROW_DOWN")
    first = page.selected
    assert mammals.has_edge("mammal.n.01", first)
    page.press("ARROW_RIGHT")
    second = page.selected
    assert second != first
    assert mammals.has_edge("mammal.n.01", second)
    page.press("ARROW_LEFT")
    assert page.selected == first
    page.press("ARROW_UP")
    assert page.selected == "mammal.n.01"
    page.press("r", "HOME")
    assert page.selected == "mammal.n.01"
    page.press("+")
    assert page.run("return viewer.view.zoom") > 1
    page.press("-")
    assert page.run("return viewer.view.zoom") == 1
    page.press("?")
    assert page.find("#keys").is_displayed()
    assert "Nodes stand as a tree that is made for walking." in page.find("#keys").text
    page.press("ESCAPE")
    assert not page.find("#keys").is_displayed()


def test_search_suggests_and_goes_there(page: Any) -> None:
    page.press("/")
    page.type("dog")
    options = [text.split("\n")[0] for text in page.texts("#suggestions li")]
    assert options[0] == "dog"
    assert "hunting dog" in options
    assert page.find("#found").text.endswith(" found")
    page.press("ENTER")
    assert page.selected == "dog.n.01"
    assert page.texts("#path button") == ["mammal", "placental", "carnivore", "canine", "dog"]
    assert page.browser.current_url.endswith("#node=dog.n.01")
    page.press("/")
    page.type("Hunting_d")
    page.press("ARROW_DOWN", "ARROW_UP", "ENTER")
    assert page.selected == "hunting_dog.n.01"
    page.press("ARROW_UP")  # the keyboard is the map's again
    assert page.selected == "dog.n.01"
    page.press("/")
    page.type("zzzz")
    assert page.find("#found").text == "0 found"
    page.press("ESCAPE")


def test_search_knows_all_names_and_no_accents(open_page: Callable[..., Any]) -> None:
    page = open_page(nx.DiGraph([("Getränke", "Café au lait"), ("Getränke", "ÉCLAIR")]))
    found = page.run(
        "return ['cafe', 'getranke', 'getränke', 'éclair', 'LAIT'].map((text) =>"
        "  viewer.finder.search.find(text, 3).rows.map((row) => viewer.tree.names[row]))"
    )
    assert found == [["Café au lait"], ["Getränke"], ["Getränke"], ["ÉCLAIR"], ["Café au lait"]]


# -- the address ---------------------------------------------------------------------------------


def test_an_address_opens_on_its_node(mammals_page: Any, mammals: nx.DiGraph) -> None:
    page = mammals_page.open("#node=dog.n.01")
    assert page.selected == "dog.n.01"
    listed = page.run("return viewer.tree.ancestors(viewer.selected).map((row) => viewer.tree.names[row])")
    assert set(listed) == nx.ancestors(mammals, "dog.n.01")
    assert page.open("#node=no-such-node").selected == "mammal.n.01"
    assert page.open("#row=99999999").selected == "mammal.n.01"
    assert page.open("#row=x").selected == "mammal.n.01"
    assert page.errors() == []


def test_the_back_button_leads_to_where_one_was(page: Any) -> None:
    page.click("placental.n.01")
    page.go("dog.n.01")
    page.press("ARROW_DOWN", "ARROW_RIGHT", "ARROW_RIGHT")  # a walk is one step
    end = page.selected
    for expected in ("dog.n.01", "placental.n.01", "mammal.n.01"):
        page.browser.back()
        assert page.settled().selected == expected
        assert page.place_of(expected) == pytest.approx(page.centre, abs=1e-6)
    for expected in ("placental.n.01", "dog.n.01", end):
        page.browser.forward()
        assert page.settled().selected == expected


# -- precision and speed -------------------------------------------------------------------------


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
    embedding = nxp.embed(G, epochs=0, store_as=None)
    assert embedding.radius(20) > 30
    page = open_page(embedding, layout="embedding")
    before = page.picture()
    for name in ("20", "110", "20"):
        page.go(name)
        assert page.place_of(name) == pytest.approx(page.centre, abs=1e-6)
    assert page.run("return viewer.tree.relative(0, viewer.selected).length") == pytest.approx(embedding.radius(20))
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
    for angle in np.linspace(0, 2 * np.pi, 7):
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
    assert radius > 28
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


# -- for everyone --------------------------------------------------------------------------------


def test_less_motion_where_it_is_asked_for(mammals_page: Any) -> None:
    mammals_page.prefer(prefers_reduced_motion="reduce")
    try:
        page = mammals_page.open()
        assert page.run("viewer.select(500); return viewer.view.flight === null")
    finally:
        mammals_page.prefer()


def test_controls_have_names_and_roles(page: Any) -> None:
    roles = {"#disk": "application", "#search": "combobox", "#panel": "complementary", "nav": "navigation"}
    for selector, role in roles.items():
        assert page.find(selector).aria_role == role
        assert page.find(selector).accessible_name
    for button in page.browser.find_elements("css selector", "button"):
        assert not button.is_displayed() or button.accessible_name
    page.press("/")
    page.type("cat")
    chosen = page.find("#search").get_attribute("aria-activedescendant")
    assert page.find(f"#{chosen}").get_attribute("aria-selected") == "true"
    page.press("ENTER")
    assert page.find("#said").aria_role == "status"
    said = page.run("return document.getElementById('said').textContent")
    assert said == "cat, level 4 · 38 below"
    assert page.find("#disk").accessible_name == "Map of mammal, at cat"


def test_all_can_be_reached_by_the_keyboard_and_the_focus_is_seen(page: Any) -> None:
    reached = []
    for _ in range(14):
        page.press("TAB")
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        reached.append(page.run(f"return document.activeElement.id || {outline}"))
        assert page.run(f"return {outline}") != "none"
    tools = ["home", "closer", "farther", "surprise", "svg", "png", "help"]
    assert [each for each in reached if each in ("search", "disk", *tools)] == ["search", "disk", *tools]
    page.run("document.querySelector('#node li button').focus()")
    page.press("ENTER")  # from a list of the panel to the panel of the next node
    assert page.selected == "placental.n.01"
    assert page.run("return document.activeElement === document.querySelector('#node h2')")


# -- notebooks -----------------------------------------------------------------------------------


def test_a_notebook_shows_the_viewer(chromium: Any, page: Any, mammals: nx.DiGraph, tmp_path: Any) -> None:
    shown = nxp.embed(nx.DiGraph(mammals), epochs=0, store_as=None)._repr_html_()
    (tmp_path / "notebook.html").write_text(
        f"<!doctype html><meta charset=utf-8><p>Out[1]</p>{shown}", encoding="utf-8"
    )
    chromium.get((tmp_path / "notebook.html").as_uri())
    chromium.switch_to.frame(chromium.find_element("css selector", "iframe"))
    page.settled().go("placental.n.01")
    assert page.heading == "placental"
    assert "NEAREST IN THE EMBEDDING" in page.find("#node").text
    chromium.switch_to.default_content()
