"""The interactive page, in the browser that people open it in."""

from __future__ import annotations

import json
import logging
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nx_poincare as nxp
from nx_poincare.drawing.geodesics import geodesic_points
from nx_poincare.drawing.labels import readable_name
from nx_poincare.engine.geometry import distance, from_ball

HOSTILE = [
    "</script><script>document.title = 'ran'</script>", "<img src=x onerror=\"document.title = 'ran'\">",
    "'\"`${1}&amp;",
    "🐕‍🦺", "שלום", "two\nlines\tand a tab", "%%CONTENT%%", "\u2028", "a" * 10_000, "\ud800",
]  # fmt: skip
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1200,800",
)  # fmt: skip


@pytest.fixture(scope="session")
def chromium(needed: Callable[[str], Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    webdriver = needed("selenium.webdriver")
    service = needed("selenium.webdriver.chrome.service")
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        if os.environ.get("CI"):
            pytest.fail("no chromium and chromedriver")
        pytest.skip("no chromium and chromedriver: install chromium and chromium-driver")
    options = webdriver.ChromeOptions()
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.binary_location = program
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    opened = webdriver.Chrome(options=options, service=service.Service(driver))
    yield opened
    opened.quit()


class Page:
    """A viewer page and what one does there."""

    def __init__(self, browser: Any, path: Path) -> None:
        self.browser, self.path = browser, path

    def open(self, address: str = "") -> Page:
        self.browser.get("about:blank")
        self.browser.get(self.path.as_uri() + address)
        return self.settled()

    def run(self, script: str, *arguments: Any) -> Any:
        return self.browser.execute_script(script, *arguments)

    def settled(self) -> Page:
        """Wait until nothing moves any more."""
        end = time.monotonic() + 20
        still = "return viewer.frames > 0 && !viewer.view.flight && document.documentElement.dataset.state === 'still'"
        while not self.run(still):
            assert time.monotonic() < end, "the page does not come to rest"
            time.sleep(0.02)
        return self

    def find(self, selector: str) -> Any:
        return self.browser.find_element("css selector", selector)

    def press(self, key: str) -> None:
        from selenium.webdriver.common.keys import Keys

        self.browser.switch_to.active_element.send_keys(getattr(Keys, key, key))
        self.settled()

    def pointer(self) -> Any:
        from selenium.webdriver.common.action_chains import ActionChains

        return ActionChains(self.browser, duration=30)

    def click(self, name: str) -> None:
        """Click a node's dot."""
        x, y = self.place_of(name)
        box = self.run("const b = viewer.canvas.getBoundingClientRect(); return [b.width / 2, b.height / 2]")
        where = round(x - box[0]), round(y - box[1])
        self.pointer().move_to_element_with_offset(self.find("#disk"), *where).click().perform()
        self.settled()

    def place_of(self, name: str) -> tuple[float, float]:
        place = self.run(
            "const node = viewer.nodes.find((node) => viewer.tree.names[node.row] === arguments[0]);"
            "return node && [node.x, node.y]",
            name,
        )
        assert place, f"{name} is not to be seen"
        return place[0], place[1]

    @property
    def selected(self) -> str:
        return str(self.run("return viewer.tree.names[viewer.selected]"))

    @property
    def heading(self) -> str:
        return str(self.find("#node h2").text)

    def picture(self) -> str:
        return str(self.run("return viewer.canvas.toDataURL()"))

    def errors(self) -> list[str]:
        return [
            entry["message"] for entry in self.browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")
        ]


@pytest.fixture(scope="session")
def mammals_page(chromium: Any, mammals: nx.DiGraph, tmp_path_factory: pytest.TempPathFactory) -> Page:
    path = tmp_path_factory.mktemp("viewer") / "mammals.html"
    nxp.write_html(mammals, path)
    assert path.stat().st_size < 300_000
    return Page(chromium, path)


@pytest.fixture
def page(mammals_page: Page) -> Iterator[Page]:
    opened = mammals_page.open()
    yield opened
    assert opened.errors() == []


def page_of(chromium: Any, folder: Path, G: Any, **options: Any) -> Page:
    nxp.write_html(G, folder / "page.html", **options)
    return Page(chromium, folder / "page.html").open()


# -- walking -------------------------------------------------------------------------------------


def test_it_opens_on_the_root_and_asks_no_network(page: Page) -> None:
    assert page.browser.title == "mammal.n.01"
    assert page.heading == "mammal"
    assert page.find("#size").text == "1,182 nodes"
    x, y = page.place_of("mammal.n.01")
    assert [x, y] == page.run("return [viewer.frame.x, viewer.frame.y]")
    sent = [json.loads(entry["message"])["message"] for entry in page.browser.get_log("performance")]
    urls = [each["params"]["request"]["url"] for each in sent if each["method"] == "Network.requestWillBeSent"]
    assert page.path.as_uri() in urls
    assert not [url for url in urls if url.startswith(("http", "ws"))]


def test_dragging_moves_the_disk_and_a_click_flies(page: Page) -> None:
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
    assert page.place_of("placental.n.01") == pytest.approx(
        page.run("return [viewer.frame.x, viewer.frame.y]"), abs=1e-6
    )


def test_what_is_under_the_pointer_stays_there_while_dragging(page: Page) -> None:
    for to in ((30.0, 80.0), (-200.0, 40.0)):
        found = page.run(
            "const from = [viewer.frame.x + 120, viewer.frame.y - 60];"
            "const to = [viewer.frame.x + arguments[0], viewer.frame.y + arguments[1]];"
            "const p = viewer._inDisk(from), q = viewer._inDisk(to);"
            "const seen = Hyperbolic.apply(Hyperbolic.translationBetween(p, q), p);"
            "return [seen, q]",
            *to,
        )
        assert found[0] == pytest.approx(found[1], abs=1e-12)


def test_the_wheel_and_the_buttons_zoom(page: Page) -> None:
    page.run(
        "viewer.canvas.dispatchEvent("
        "  new WheelEvent('wheel', {deltaY: -300, clientX: 300, clientY: 300, cancelable: true}))"
    )
    page.settled()
    zoom = page.run("return viewer.view.zoom")
    assert zoom > 1.5
    page.find("#closer").click()
    assert page.settled().run("return viewer.view.zoom") > zoom
    page.find("#home").click()
    assert page.settled().run("return viewer.view.zoom") == 1


def test_two_fingers_zoom(page: Page) -> None:
    page.run(
        "const fire = (type, id, x) => viewer.canvas.dispatchEvent(new PointerEvent(type,"
        "  {pointerId: id, pointerType: 'touch', clientX: x, clientY: 400, bubbles: true}));"
        "viewer.canvas.setPointerCapture = () => {};"
        "fire('pointerdown', 11, 350); fire('pointerdown', 12, 450); fire('pointermove', 12, 550);"
        "fire('pointerup', 11, 350); fire('pointerup', 12, 550);"
    )
    page.settled()
    assert page.run("return viewer.view.zoom") == pytest.approx(2, rel=0.01)
    assert page.selected == "mammal.n.01"


def test_keys_walk_the_tree(page: Page, mammals: nx.DiGraph) -> None:
    page.find("#disk").click()
    page.open()
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
    page.press("r")
    page.press("HOME")
    assert page.selected == "mammal.n.01"
    page.press("?")
    assert page.find("#keys").is_displayed()


def test_search_suggests_and_goes_there(page: Page) -> None:
    page.press("/")
    page.browser.switch_to.active_element.send_keys("dog")
    options = [option.text.split("\n")[0] for option in page.browser.find_elements("css selector", "#suggestions li")]
    assert options[0] == "dog"
    assert "hunting dog" in options
    assert page.find("#found").text.endswith(" found")
    page.press("ENTER")
    assert page.selected == "dog.n.01"
    path = [item.text for item in page.browser.find_elements("css selector", "#path button")]
    assert path == ["mammal", "placental", "carnivore", "canine", "dog"]
    assert page.browser.current_url.endswith("#node=dog.n.01")
    page.press("/")
    page.browser.switch_to.active_element.send_keys("zzzz")
    assert page.find("#found").text == "0 found"
    page.press("ESCAPE")


def test_an_address_opens_on_its_node(mammals_page: Page, mammals: nx.DiGraph) -> None:
    page = mammals_page.open("#node=dog.n.01")
    assert page.selected == "dog.n.01"
    listed = page.run("return viewer.tree.ancestors(viewer.selected).map((row) => viewer.tree.names[row])")
    assert set(listed) == nx.ancestors(mammals, "dog.n.01")
    assert page.open("#node=no-such-node").selected == "mammal.n.01"
    assert page.open("#row=99999999").selected == "mammal.n.01"
    assert page.errors() == []


def test_away_and_back_is_the_same_picture(chromium: Any, tmp_path: Path) -> None:
    """Down a path of 400 edges, some 600 hyperbolic units, by flights and by dragging, and back."""
    G = nx.path_graph(400, create_using=nx.DiGraph)
    G.add_edges_from((v, 1000 + v) for v in range(400))
    page = page_of(chromium, tmp_path, G)
    before = page.picture()
    for row in ("399", "17", "1203", "0"):
        page.run("viewer.select(viewer.tree.names.indexOf(arguments[0]))", row)
        page.settled()
    assert page.picture() == before
    for _ in range(200):
        page.run("viewer.view.drag([-0.6, 0.3], [0.6, -0.3])")
    assert page.run("return viewer.view.motion.every(Number.isFinite)")
    page.press("HOME")
    assert page.picture() == before
    assert page.errors() == []


def test_less_motion_where_it_is_asked_for(chromium: Any, mammals_page: Page) -> None:
    chromium.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}
    )
    try:
        page = mammals_page.open()
        assert page.run("viewer.select(500); return viewer.view.flight === null")
    finally:
        chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


# -- what the page says --------------------------------------------------------------------------


def test_second_parents_are_said_to_be_such(chromium: Any, nouns: nx.DiGraph, tmp_path: Path) -> None:
    G = nouns.subgraph(nx.ancestors(nouns, "dog.n.01") | {"dog.n.01"})
    page = page_of(chromium, tmp_path, G)
    page.run("viewer.select(viewer.tree.names.indexOf('dog.n.01'))")
    page.settled()
    text = page.find("#node").text
    assert "PARENTS (2)" in text
    assert "second parent" in text
    assert f"ANCESTORS ({len(nx.ancestors(G, 'dog.n.01'))})" in text
    drawn = page.run("return viewer.tree.others.length / 2")
    assert drawn == G.number_of_edges() - (len(G) - 1)


def test_attributes_of_the_user_are_shown(chromium: Any, tmp_path: Path) -> None:
    G = nx.DiGraph([("a", "b")])
    G.add_node("b", gloss="<b>a letter</b>", born=1815, poincare=[0, 0], nothing=None)
    page = page_of(chromium, tmp_path, G)
    page.run("viewer.select(1)")
    page.settled()
    end = time.monotonic() + 5
    while not page.browser.find_elements("css selector", "#node dd") and time.monotonic() < end:
        time.sleep(0.02)
    said = [item.text for item in page.browser.find_elements("css selector", "#node dl > *")]
    assert said == ["gloss", "<b>a letter</b>", "born", "1815"]
    page = page_of(chromium, tmp_path, G, attributes=["born"])
    assert page.run("return viewer.tree.attributeNames") == ["born"]
    assert page.errors() == []


def test_hostile_names_are_text(chromium: Any, tmp_path: Path) -> None:
    G = nx.DiGraph(("root", name) for name in HOSTILE)
    G.nodes["root"]["note"] = HOSTILE[0]
    page = page_of(chromium, tmp_path, G, title=HOSTILE[0])
    assert page.browser.title == HOSTILE[0]
    names = page.run(
        "return viewer.tree.names.map((name) => Array.from({length: name.length}, (_, i) => name.charCodeAt(i)))"
    )
    utf16 = [list(np.frombuffer(name.encode("utf-16-le", "surrogatepass"), np.uint16)) for name in ["root", *HOSTILE]]
    assert sorted(names) == sorted(utf16)
    for row in range(len(G)):
        page.run("viewer.select(arguments[0])", row)
        page.settled()
        assert page.browser.title == HOSTILE[0]
        assert page.run("return document.querySelector('#node h2').textContent.length") <= 34
    assert not page.browser.find_elements("css selector", "img")
    picture = page.run(
        "const s = new SvgSurface(viewer.frame.width, viewer.frame.height, viewer.tree.title);"
        "viewer._paintOn(s); return s.toString()"
    )
    drawing = ElementTree.fromstring(picture)
    assert drawing.findtext("{http://www.w3.org/2000/svg}title") == HOSTILE[0]
    assert page.errors() == []


def test_the_saved_picture_holds_what_is_seen(page: Page) -> None:
    picture = page.run(
        "const s = new SvgSurface(viewer.frame.width, viewer.frame.height, viewer.tree.title);"
        "viewer._paintOn(s); return s.toString()"
    )
    drawing = ElementTree.fromstring(picture)
    texts = {element.text for element in drawing.iter("{http://www.w3.org/2000/svg}text")}
    assert {"mammal", "placental", "metatherian"} <= texts
    saved = page.run(
        "const kept = []; URL.createObjectURL = (blob) => { kept.push(blob.type); return 'data:,'; };"
        "HTMLAnchorElement.prototype.click = () => {}; viewer.saveSvg(); viewer.savePng();"
        "window.kept = kept; return kept"
    )
    assert saved == ["image/svg+xml"]
    end = time.monotonic() + 5
    while len(page.run("return window.kept")) < 2:
        assert time.monotonic() < end
    assert page.run("return window.kept")[1] == "image/png"


def test_names_do_not_cover_each_other(page: Page) -> None:
    for name in ("mammal.n.01", "placental.n.01", "dog.n.01", "bat.n.01"):
        page.run("viewer.select(viewer.tree.names.indexOf(arguments[0]))", name)
        page.settled()
        boxes = page.run(
            "const near = viewer.nodes.filter((node) => node.scale * viewer.frame.radius > 14);"
            "const { width, height, x } = viewer.frame, { labels } = viewer.painting;"
            "return labels.place(near, { width, height, always: new Map(), centreX: x }).map((label) =>"
            "  [label.x, label.y - label.size * 0.6, label.x + labels._width(label.row, label.text) * label.size / 100,"
            "   label.y + label.size * 0.6])"
        )
        assert len(boxes) > 10
        found = np.array(boxes)
        low, high = found[:, None, :2], found[None, :, 2:]
        touching = np.all((low < high) & (found[None, :, :2] < found[:, None, 2:]), axis=2)
        assert np.array_equal(touching, np.eye(len(found), dtype=bool))
        size = page.run("return [viewer.frame.width, viewer.frame.height]")
        assert found[:, :2].min() >= 0
        assert np.all(found[:, 2:] <= size)


def test_controls_have_names(page: Page) -> None:
    for control in page.browser.find_elements("css selector", "#tools button, #disk, #search"):
        assert control.get_attribute("aria-label")


def test_dark_by_preference(chromium: Any, mammals_page: Page) -> None:
    light = mammals_page.open().run("return viewer.painting.theme.disk")
    chromium.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    )
    try:
        end = time.monotonic() + 5
        while mammals_page.settled().run("return viewer.painting.theme.disk") == light:
            assert time.monotonic() < end
    finally:
        chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


# -- geometry ------------------------------------------------------------------------------------


def points_of_the_disk(count: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    radii = np.concatenate([np.zeros(2), rng.uniform(0, 8, count - 2)])
    angles = rng.uniform(-np.pi, np.pi, count)
    return np.column_stack([np.cos(angles), np.sin(angles)]) * np.tanh(radii / 2)[:, None]


def test_geometry_is_that_of_the_package(page: Page) -> None:
    p, q = points_of_the_disk(400).reshape(2, 200, 2)
    found = page.run(
        "return arguments[0].map((p, i) => [Hyperbolic.distance(p, arguments[1][i]),"
        " ...Hyperbolic.geodesicPoint(p, arguments[1][i], 0.375),"
        " ...Hyperbolic.apply(Hyperbolic.inverse(Hyperbolic.translationTo(p)), arguments[1][i])])",
        p.tolist(),
        q.tolist(),
    )
    found = np.array(found)
    np.testing.assert_allclose(found[:, 0], distance(*from_ball(p), *from_ball(q)), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found[:, 1:3], geodesic_points(p, q, steps=8)[:, 3], atol=1e-9)
    z, a = q[:, 0] + 1j * q[:, 1], p[:, 0] + 1j * p[:, 1]
    moved = (z - a) / (1 - np.conj(a) * z)
    np.testing.assert_allclose(found[:, 3] + 1j * found[:, 4], moved, atol=1e-9)
    # Translations keep distances, and go along the geodesic.
    np.testing.assert_allclose(2 * np.arctanh(np.abs(moved)), found[:, 0], rtol=1e-6, atol=1e-9)


def test_names_are_shortened_as_in_static_pictures(page: Page) -> None:
    names = ["dog.n.01", "a_b.v.12", "no synset", "x" * 40, "two\nlines", "🐕" * 40, "a.n.01.b", ""]
    assert page.run("return arguments[0].map((name) => readableName(name, 32))", names) == list(
        map(readable_name, names)
    )


# -- files ---------------------------------------------------------------------------------------


def contents_of(path: Path) -> Any:
    text = path.read_text(encoding="utf-8")
    return json.loads(text.partition('id="content">')[2].partition("</script>")[0])


def test_the_same_graph_gives_the_same_bytes(mammals: nx.DiGraph, tmp_path: Path) -> None:
    for name in ("one.html", "two.html"):
        nxp.write_html(mammals, tmp_path / name)
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_an_embedding_lends_its_edges(mammals: nx.DiGraph, tmp_path: Path) -> None:
    embedding = nxp.embed(nx.DiGraph(mammals), store_as=None)
    nxp.write_html(embedding, tmp_path / "points.html")
    content = contents_of(tmp_path / "points.html")
    assert sorted(content["names"]) == sorted(mammals)
    assert content["attributeNames"] == ["radius"]
    embedding.save(tmp_path / "points.npz")
    nxp.write_html(nxp.Embedding.load(tmp_path / "points.npz"), tmp_path / "again.html")
    assert (tmp_path / "again.html").read_bytes() == (tmp_path / "points.html").read_bytes()


def test_pruning_keeps_the_largest_and_says_so(
    mammals: nx.DiGraph, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="nx_poincare"):
        nxp.write_html(mammals, tmp_path / "some.html", max_nodes=100)
    assert "100 of 1182 nodes" in caplog.text
    content = contents_of(tmp_path / "some.html")
    assert content["total"] == 1182
    sizes = {node: len(nx.descendants(mammals, node)) for node in mammals}
    least = min(sizes[name] for name in content["names"])
    assert least >= sorted(sizes.values())[-130]
    assert "mammal.n.01" in content["names"]


@pytest.mark.parametrize(
    "G",
    [
        nx.DiGraph(),
        nx.empty_graph(1, create_using=nx.DiGraph),
        nx.empty_graph(5, create_using=nx.DiGraph),
        nx.DiGraph([("a", "b"), ("b", "a"), ("b", "c")]),
        nx.cycle_graph(6),
        nx.MultiDiGraph([(0, 1), (0, 1), (1, 1)]),
        nx.star_graph(3000),
    ],
    ids=["none", "one", "five roots", "cycle", "ring", "parallel", "star"],
)
def test_odd_graphs_open(chromium: Any, tmp_path: Path, G: nx.Graph) -> None:
    page = page_of(chromium, tmp_path, G)
    for key in ("ARROW_DOWN", "ARROW_RIGHT", "ARROW_UP", "r", "HOME"):
        page.press(key)
    assert page.run("return viewer.tree.total") == len(G)
    assert page.errors() == []


@settings(max_examples=40)
@given(st.integers(1, 40), st.floats(0, 2), st.integers(0, 2**32), st.booleans())
def test_every_node_and_edge_is_on_the_page(
    tmp_path_factory: Any, n: int, density: float, seed: int, cyclic: bool
) -> None:
    rng = np.random.default_rng(seed)
    ends = rng.integers(n, size=(int(density * n), 2))
    if not cyclic:
        ends.sort(axis=1)
    G = nx.empty_graph(n, create_using=nx.DiGraph)
    G.add_edges_from((int(u), int(v)) for u, v in ends if u != v)
    path = tmp_path_factory.mktemp("page") / "page.html"
    nxp.write_html(G, path)
    content = contents_of(path)
    assert sorted(name for name in content["names"] if name) == sorted(map(str, G))


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"max_nodes": 0}, ValueError, "max_nodes"),
        ({"root": "z"}, nx.NodeNotFound, "z"),
        ({"direction": "sideways"}, ValueError, "direction"),
    ],
)
def test_wrong_options_write_nothing(tmp_path: Path, options: dict[str, Any], error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        nxp.write_html(nx.path_graph(3), tmp_path / "page.html", **options)
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_graph_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="NetworkX graph or an Embedding"):
        nxp.write_html([(0, 1)], tmp_path / "page.html")  # type: ignore[arg-type]
    bare = nxp.Embedding("ab", [[1, 0], [1, 0]], [0, 1])
    with pytest.raises(ValueError, match="knows no edges"):
        nxp.write_html(bare, tmp_path / "page.html")


# -- notebooks -----------------------------------------------------------------------------------


def test_a_notebook_shows_the_viewer(chromium: Any, mammals: nx.DiGraph, tmp_path: Path) -> None:
    shown = nxp.embed(nx.DiGraph(mammals), store_as=None)._repr_html_()
    (tmp_path / "notebook.html").write_text(
        f"<!doctype html><meta charset=utf-8><p>Out[1]</p>{shown}", encoding="utf-8"
    )
    chromium.get((tmp_path / "notebook.html").as_uri())
    chromium.switch_to.frame(chromium.find_element("css selector", "iframe"))
    page = Page(chromium, tmp_path / "notebook.html").settled()
    page.run("viewer.select(3)")
    assert page.settled().errors() == []
    chromium.switch_to.default_content()


def test_a_notebook_gets_a_summary_where_edges_are_not_known() -> None:
    shown = nxp.Embedding(["<b>", "c"], [[1, 0], [1, 0]], [0, 1])._repr_html_()
    assert "&lt;b&gt;" in shown
    assert "<iframe" not in shown
