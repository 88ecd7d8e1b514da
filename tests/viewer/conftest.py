"""The browser that people open a viewer page in, what one does there."""

from __future__ import annotations

import base64
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

import nx_poincare as nxp

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

    def until(self, condition: str, what: str) -> Page:
        end = time.monotonic() + 20
        while not self.run(f"return {condition}"):
            assert time.monotonic() < end, what
            time.sleep(0.02)
        return self

    def settled(self) -> Page:
        """Wait until nothing moves any more."""
        still = "viewer.frames && !viewer.waiting && !viewer.view.flight && document.documentElement.dataset.attributes"
        return self.until(
            f"{still} && document.documentElement.dataset.state === 'still'", "the page does not come to rest"
        )

    def find(self, selector: str) -> Any:
        return self.browser.find_element("css selector", selector)

    def texts(self, selector: str) -> list[str]:
        return [element.text for element in self.browser.find_elements("css selector", selector)]

    def press(self, *keys: str) -> Page:
        from selenium.webdriver.common.keys import Keys

        for key in keys:
            self.browser.switch_to.active_element.send_keys(getattr(Keys, key, key))
        return self.settled()

    def type(self, text: str) -> None:
        self.browser.switch_to.active_element.send_keys(text)

    def pick(self, menu: str, value: str) -> Page:
        self.run(
            "const menu = document.querySelector(arguments[0]); menu.value = arguments[1];"
            "menu.dispatchEvent(new Event('change'))",
            menu,
            value,
        )
        return self.settled()

    def pointer(self) -> Any:
        from selenium.webdriver.common.action_chains import ActionChains

        return ActionChains(self.browser, duration=30)

    def point_at(self, name: str) -> Any:
        """The pointer on a node's dot."""
        x, y = self.place_of(name)
        box = self.run("const b = viewer.canvas.getBoundingClientRect(); return [b.width / 2, b.height / 2]")
        return self.pointer().move_to_element_with_offset(self.find("#disk"), round(x - box[0]), round(y - box[1]))

    def click(self, name: str) -> Page:
        """Click a node's dot."""
        self.point_at(name).click().perform()
        return self.settled()

    def touch(self, kind: str, *places: tuple[float, float]) -> None:
        """A touch event as the screen sends it, in pixels of the canvas."""
        left, top = self.run("const b = viewer.canvas.getBoundingClientRect(); return [b.left, b.top]")
        points = [{"x": left + x, "y": top + y, "id": i} for i, (x, y) in enumerate(places)]
        self.browser.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def prefer(self, **features: str) -> None:
        """Media features that the user prefers; none: the browser's own."""
        listed = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": listed})

    def place_of(self, name: str) -> tuple[float, float]:
        place = self.run(
            "const node = viewer.nodes.find((node) => viewer.tree.names[node.row] === arguments[0]);"
            "return node && [node.x, node.y]",
            name,
        )
        assert place, f"{name} is not to be seen"
        return place[0], place[1]

    @property
    def centre(self) -> list[float]:
        return list(self.run("return [viewer.frame.x, viewer.frame.y]"))

    def go(self, name: str) -> Page:
        self.run("viewer.select(viewer.tree.names.indexOf(arguments[0]))", name)
        return self.settled()

    @property
    def selected(self) -> str:
        return str(self.run("return viewer.tree.names[viewer.selected]"))

    @property
    def heading(self) -> str:
        return str(self.find("#node h2").text)

    def picture(self) -> str:
        return str(self.run("return viewer.canvas.toDataURL()"))

    def svg(self) -> str:
        """The picture that is saved as SVG."""
        return str(
            self.run(
                "const s = new SvgSurface(viewer.frame.width, viewer.frame.height, viewer.tree.title);"
                "viewer.paintOn(s); return s.toString()"
            )
        )

    def saved(self, button: str) -> tuple[str, bytes]:
        """Press a button and get what the browser would save: its name and bytes."""
        self.run(
            "window.kept = null; let blob;"
            "URL.createObjectURL = (made) => { blob = made; return 'data:,'; };"
            "HTMLAnchorElement.prototype.click = function () {"
            "  const reader = new FileReader(), name = this.download;"
            "  reader.onload = () => { window.kept = [name, reader.result.split(',')[1]]; };"
            "  reader.readAsDataURL(blob);"
            "};"
        )
        self.find(f"#{button}").click()
        name, data = self.until("window.kept", "nothing is saved").run("return window.kept")
        return name, base64.b64decode(data)

    def requests(self) -> list[str]:
        """Addresses that were asked for since the last call."""
        sent = [json.loads(entry["message"])["message"] for entry in self.browser.get_log("performance")]
        return [each["params"]["request"]["url"] for each in sent if each["method"] == "Network.requestWillBeSent"]

    def errors(self) -> list[str]:
        return [
            entry["message"] for entry in self.browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")
        ]


@pytest.fixture(scope="session")
def mammals_page(chromium: Any, mammals: nx.DiGraph, tmp_path_factory: pytest.TempPathFactory) -> Page:
    path = tmp_path_factory.mktemp("viewer") / "mammals.html"
    nxp.write_html(mammals, path)
    return Page(chromium, path)


@pytest.fixture(scope="session")
def nouns_page(chromium: Any, nouns: nx.DiGraph, tmp_path_factory: pytest.TempPathFactory) -> Page:
    path = tmp_path_factory.mktemp("viewer") / "nouns.html"
    nxp.write_html(nouns, path)
    return Page(chromium, path)


@pytest.fixture
def page(mammals_page: Page) -> Iterator[Page]:
    """The mammals, opened on the root."""
    opened = mammals_page.open()
    yield opened
    assert opened.errors() == []


@pytest.fixture
def open_page(chromium: Any, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Write a page of a graph or an embedding and open it."""

    def opened(G: Any, address: str = "", **options: Any) -> Page:
        nxp.write_html(G, tmp_path / "page.html", **options)
        return Page(chromium, tmp_path / "page.html").open(address)

    yield opened
    assert Page(chromium, tmp_path).errors() == []
