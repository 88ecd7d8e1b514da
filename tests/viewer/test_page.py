"""Walking through a viewer page, in the browser that people open it in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import networkx as nx
import pytest

import nx_poincare as nxp


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


def test_a_double_click_opens_a_node_and_does_not_go_home(page: Any) -> None:
    page.go("dog.n.01")
    page.pointer().move_to_element_with_offset(page.find("#disk"), 380, 290).double_click().perform()  # nothing there
    assert page.settled().selected == "dog.n.01"
    assert page.run("return viewer.view.zoom") == 1
    page.point_at("canine.n.02").double_click().perform()
    assert page.settled().selected == "canine.n.02"
    assert page.run("return viewer.view.zoom") > 1.5


def test_two_quick_clicks_on_two_nodes_are_two_clicks(page: Any) -> None:
    page.run(
        "const click = (place) => viewer.input._click(place, { timeStamp: arguments[0], pointerType: 'mouse' });"
        "const at = (name) => viewer.nodes.find((node) => viewer.tree.names[node.row] === name);"
        "const { x, y } = at('placental.n.01'), other = at('metatherian.n.01');"
        "click([x, y]); click([other.x, other.y])",
        1000,
    )
    assert page.settled().selected == "metatherian.n.01"
    assert page.run("return viewer.view.zoom") == 1


def test_a_name_is_clicked_as_its_dot_is(page: Any) -> None:
    left, top, right, bottom = page.run(
        "return viewer.labels.find(({ row }) => viewer.tree.names[row] === 'placental.n.01').box"
    )
    middle = page.run("const b = viewer.canvas.getBoundingClientRect(); return [b.width / 2, b.height / 2]")
    where = round((left + right) / 2 - middle[0]), round((top + bottom) / 2 - middle[1])
    page.pointer().move_to_element_with_offset(page.find("#disk"), *where).click().perform()
    assert page.settled().selected == "placental.n.01"


def test_the_wheel_dives_into_what_is_under_it_and_climbs_back(page: Any) -> None:
    from selenium.webdriver.common.actions.wheel_input import ScrollOrigin

    x, y = page.place_of("metatherian.n.01")
    middle = page.run("const b = viewer.canvas.getBoundingClientRect(); return [b.width / 2, b.height / 2]")
    over = ScrollOrigin.from_element(page.find("#disk"), round(x - middle[0]), round(y - middle[1]))
    away = "return viewer.view._towards(viewer.tree.names.indexOf(arguments[0])).length"
    before = page.run(away, "metatherian.n.01")
    page.pointer().scroll_from_origin(over, 0, -100).perform()
    assert page.settled().run(away, "metatherian.n.01") == pytest.approx(before - 100 / 260, abs=0.01)
    for _ in range(8):
        page.pointer().scroll_from_origin(over, 0, -250).perform()
    page.settled()
    assert page.place_of("metatherian.n.01") == pytest.approx(page.centre, abs=30)
    assert 1 < page.run("return viewer.view.zoom") <= 3  # then it grows
    for _ in range(12):
        page.pointer().scroll_from_origin(over, 0, 250).perform()
    assert page.settled().run("return viewer.view.zoom") == 1
    assert page.run(away, "mammal.n.01") == pytest.approx(0, abs=1e-6)
    page.find("#closer").click()
    assert page.settled().run("return viewer.view.zoom") > 1
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
    options = page.texts("#suggestions .label")
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
    for address, said in (("#node=no-such-node", "no-such-node"), ("#row=99999999", "99999999"), ("#row=x", "x")):
        assert page.open(address).selected == "mammal.n.01"
        assert page.find("#notice").is_displayed()
        assert said in page.find("#notice").text
    page.go("dog.n.01")
    assert not page.find("#notice").is_displayed()
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
    assert said == "cat, level 4 · 38 descendants"
    assert page.find("#disk").accessible_name == "Map of mammal, at cat"


def test_all_can_be_reached_by_the_keyboard_and_the_focus_is_seen(page: Any) -> None:
    reached = []
    for _ in range(18):
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
    shown = nxp.embed(nx.DiGraph(mammals), effort=0, store_as=None)._repr_html_()
    (tmp_path / "notebook.html").write_text(
        f"<!doctype html><meta charset=utf-8><p>Out[1]</p>{shown}", encoding="utf-8"
    )
    chromium.get((tmp_path / "notebook.html").as_uri())
    chromium.switch_to.frame(chromium.find_element("css selector", "iframe"))
    page.settled().go("placental.n.01")
    assert page.heading == "placental"
    assert "NEAREST IN THE EMBEDDING" in page.find("#node").text
    chromium.switch_to.default_content()
