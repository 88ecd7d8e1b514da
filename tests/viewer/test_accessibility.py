"""Viewer pages for everyone: axe-core finds no violation, targets are large enough, contrasts are seen; notebooks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

import nx_poincare as nxp

SIZES = {"desktop": (1200, 800), "phone": (390, 780), "cell": (700, 560)}
STATES = {
    "root": "",
    "node": "viewer.select(viewer.tree.names.indexOf('dog.n.01'))",
    "way": "viewer.compare(viewer.tree.names.indexOf('bat.n.01'))",
    "search": "document.getElementById('search').value = 'dog'; viewer.finder._suggest()",
    "keys": "viewer.showKeys()",
    "branches": "viewer.colouring.colourBy('branch'); viewer.legend.refresh(); viewer.repaint()",
}


@pytest.fixture
def window(chromium: Any) -> Iterator[Callable[..., None]]:
    """Sets size and ratio of the page, and whether it is touched."""

    def resized(width: int, height: int, *, ratio: int = 1, touch: bool = False) -> None:
        metrics = {"width": width, "height": height, "deviceScaleFactor": ratio, "mobile": touch}
        chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        chromium.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": touch})

    yield resized
    chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    chromium.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": False})


@pytest.fixture(scope="session")
def axe(needed: Callable[[str], Any]) -> str:
    """The source of axe-core."""
    return (Path(needed("axe_core_python").__file__).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_no_violation(mammals_page: Any, window: Any, axe: str, size: str, scheme: str) -> None:
    mammals_page.prefer(prefers_color_scheme=scheme)
    window(*SIZES[size])
    try:
        page = mammals_page.open()
        # The page's own policy forbids scripts that are not its own; the driver's stand outside of it.
        page.browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
        for state, script in STATES.items():
            page.open().run(script)
            page.settled().run(axe)
            found = page.browser.execute_async_script(
                "const done = arguments[0]; axe.run(document, { resultTypes: ['violations'] }).then((result) =>"
                "  done(result.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 150))])))"
            )
            assert found == [], (state, size, scheme)
    finally:
        mammals_page.browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": False})
        mammals_page.prefer()


@pytest.mark.parametrize("ratio", [1, 2])
def test_targets_are_large_enough_for_fingers(mammals_page: Any, window: Any, ratio: int) -> None:
    window(390, 780, ratio=ratio, touch=True)
    page = mammals_page.open("#node=dog.n.01")
    small = page.run(
        "return [...document.querySelectorAll('button, select, input')].filter((each) => each.offsetParent)"
        "  .map((each) => [each.textContent || each.id, each.getBoundingClientRect()])"
        "  .filter(([, { width, height }]) => width < 24 || height < 24).map(([name]) => name)"
    )
    assert small == []
    rows = page.run(
        "return [...document.querySelectorAll('#node li')].map((each) => each.getBoundingClientRect().height)"
    )
    assert min(rows) >= 24
    assert page.run("return [viewer.canvas.width / viewer.frame.width]") == [ratio]


@pytest.mark.parametrize("size", SIZES)
def test_nothing_lies_over_the_map(mammals_page: Any, window: Any, size: str) -> None:
    window(*SIZES[size])
    page = mammals_page.open()
    box = "document.querySelector(arguments[0]).getBoundingClientRect()"
    left, top, right, bottom = page.run(f"const b = {box}; return [b.left, b.top, b.right, b.bottom]", "#disk")
    for other in ("#bar", "#tools", "#legend", "#hint", "header", "#panel"):
        x0, y0, x1, y1 = page.run(f"const b = {box}; return [b.left, b.top, b.right, b.bottom]", other)
        assert x1 <= left or x0 >= right or y1 <= top or y0 >= bottom or (x1 - x0) * (y1 - y0) == 0, other
        assert x1 <= SIZES[size][0] + 1


def luminance(colour: str) -> float:
    parts = [int(part, 16) / 255 for part in re.findall("[0-9a-f]{2}", colour)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_must_be_seen_has_contrast(mammals_page: Any, scheme: str) -> None:
    mammals_page.prefer(prefers_color_scheme=scheme)
    try:
        page = mammals_page.open()
        theme, ramp, kinds = page.run("const c = viewer.colouring; return [c.theme, c.ramp, c.kinds]")
    finally:
        mammals_page.prefer()
    for colour in (*ramp, *kinds, theme["accent"], theme["quiet"], theme["soft"]):
        assert contrast(colour, theme["disk"]) >= 3, colour
    assert contrast(theme["ink"], theme["disk"]) >= 7


# -- notebooks -----------------------------------------------------------------------------------


@pytest.fixture
def notebook(chromium: Any, page: Any, tmp_path: Path) -> Callable[..., Any]:
    """A page of a notebook with what it shows of an embedding; the browser is in the frame."""

    def opened(shown: str, body: str = "", html: str = "") -> Any:
        (tmp_path / "notebook.html").write_text(
            f"<!doctype html><html {html}><meta charset=utf-8><body {body}><div style='width:700px'>{shown}</div>"
            "<p style='height:2000px'>",
            encoding="utf-8",
        )
        chromium.get((tmp_path / "notebook.html").as_uri())
        chromium.switch_to.frame(chromium.find_element("css selector", "iframe"))
        return page.settled()

    yield opened
    chromium.switch_to.default_content()


def test_the_wheel_does_not_trap_a_notebook(notebook: Any, mammals: nx.DiGraph) -> None:
    from selenium.webdriver.common.actions.wheel_input import ScrollOrigin

    page = notebook(nxp.embed(nx.DiGraph(mammals), effort=0, store_as=None)._repr_html_())
    canvas = page.find("#disk")
    motion = page.run("return viewer.view.motion")
    page.pointer().scroll_from_origin(ScrollOrigin.from_element(canvas), 0, 100).perform()
    assert page.settled().run("return viewer.view.motion") == motion
    page.browser.switch_to.default_content()
    page.until("window.scrollY > 50", "the notebook does not scroll")
    page.run("window.scrollTo(0, 0)")
    page.browser.switch_to.frame(page.browser.find_element("css selector", "iframe"))
    page.click("placental.n.01")  # now the wheel is the map's
    page.pointer().scroll_from_origin(ScrollOrigin.from_element(page.find("#disk"), 60, 60), 0, -100).perform()
    assert page.settled().run("return viewer.view.motion") != motion
    page.browser.switch_to.default_content()
    assert page.run("return window.scrollY") == 0
    page.browser.switch_to.frame(page.browser.find_element("css selector", "iframe"))


def test_a_cell_of_a_notebook_has_a_large_disk(notebook: Any, mammals: nx.DiGraph) -> None:
    page = notebook(nxp.embed(nx.DiGraph(mammals), effort=0, store_as=None)._repr_html_())
    assert 2 * page.run("return viewer.frame.radius") > 420


VSCODE = 'class="vscode-body {0}" data-vscode-theme-kind="{0}" data-vscode-theme-name="Some Theme"'
BACKGROUND = "return getComputedStyle(document.getElementById('panel')).backgroundColor"


@pytest.mark.parametrize(
    ("attributes", "dark"),
    [
        pytest.param({"body": 'data-jp-theme-light="false"'}, True, id="JupyterLab, dark"),
        pytest.param({"body": 'data-jp-theme-light="true"'}, False, id="JupyterLab, light"),
        pytest.param({"body": VSCODE.format("vscode-dark")}, True, id="VS Code, dark"),
        pytest.param({"body": VSCODE.format("vscode-light")}, False, id="VS Code, light"),
        pytest.param({"body": VSCODE.format("vscode-high-contrast")}, True, id="VS Code, dark, high contrast"),
        pytest.param(
            {"body": 'class="vscode-high-contrast-light vscode-high-contrast"'
                     ' data-vscode-theme-kind="vscode-high-contrast-light"'}, False, id="VS Code, light, high contrast",
        ),
        pytest.param({"body": 'class="vscode-high-contrast-light vscode-high-contrast"'}, False, id="by its classes"),
        pytest.param({"html": 'theme="dark"'}, True, id="Colab, dark"),
        pytest.param({"html": 'theme="light"'}, False, id="Colab, light"),
    ],
)  # fmt: skip
def test_the_theme_is_the_notebooks(
    notebook: Any, page: Any, mammals: nx.DiGraph, attributes: dict[str, str], dark: bool
) -> None:
    page.prefer(prefers_color_scheme="light" if dark else "dark")  # of the system
    try:
        shown = notebook(nxp.embed(nx.DiGraph(mammals), effort=0, store_as=None)._repr_html_(), **attributes)
        assert shown.run("return matchMedia('(prefers-color-scheme: dark)').matches") == dark
        assert shown.run(BACKGROUND) == ("rgb(29, 32, 38)" if dark else "rgb(255, 255, 255)")
    finally:
        page.prefer()


def test_a_notebook_changes_its_theme(notebook: Any, page: Any, mammals: nx.DiGraph) -> None:
    shown = notebook(
        nxp.embed(nx.DiGraph(mammals), effort=0, store_as=None)._repr_html_(), body=VSCODE.format("vscode-light")
    )
    light = shown.run("return viewer.colouring.theme.disk")
    page.browser.switch_to.default_content()
    page.run("document.body.className = 'vscode-dark'; document.body.dataset.vscodeThemeKind = 'vscode-dark'")
    page.browser.switch_to.frame(page.browser.find_element("css selector", "iframe"))
    shown.until(f"viewer.colouring.theme.disk !== '{light}'", "the map stays light")
    assert shown.run(BACKGROUND) == "rgb(29, 32, 38)"


def test_a_notebook_shows_the_attributes_of_the_graph(notebook: Any, mammals: nx.DiGraph) -> None:
    G = nx.DiGraph(mammals)
    nx.set_node_attributes(G, {"mammal.n.01": "a warm-blooded vertebrate"}, "gloss")
    embedding = nxp.embed(G, effort=0)
    assert "a warm-blooded vertebrate" in notebook(embedding._repr_html_()).texts("#node dd")
    del G
    assert "radius" in notebook(embedding._repr_html_()).texts("#node dt")
