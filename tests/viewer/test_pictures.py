"""What viewer pages look like: reference pictures, labels, light and dark, saved files.

`NX_POINCARE_WRITE_REFERENCES=1 pytest tests/viewer/test_pictures.py` writes the references
anew; look at them then.
"""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import numpy as np
import pytest
from PIL import Image

import nx_poincare as nxp

REFERENCES = Path(__file__).parent / "reference"
TOLERANCE = 3.0  # mean difference of a channel, of 255: fonts of other machines stay below, other views do not
SHRINK = 3


@pytest.fixture
def window(chromium: Any) -> Iterator[Callable[[int, int], None]]:
    """Sets the size of the page."""

    def resized(width: int, height: int) -> None:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    yield resized
    chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def seen(page: Any) -> Image.Image:
    """The whole page as it is now, small."""
    page.settled()
    return Image.open(io.BytesIO(page.browser.get_screenshot_as_png())).convert("RGB").reduce(SHRINK)


def difference(one: Image.Image, other: Image.Image) -> float:
    assert one.size == other.size
    return float(np.abs(np.asarray(one, dtype=float) - np.asarray(other, dtype=float)).mean())


def check(picture: Image.Image, name: str) -> None:
    path = REFERENCES / f"viewer_{name}.png"
    if os.environ.get("NX_POINCARE_WRITE_REFERENCES"):
        path.parent.mkdir(exist_ok=True)
        picture.quantize(64).save(path, optimize=True)
    assert difference(picture, Image.open(path).convert("RGB")) < TOLERANCE, f"look at {name}"


@pytest.mark.parametrize(
    ("name", "address", "size", "scheme"),
    [
        ("root", "", (900, 660), "light"),
        ("dog", "#node=dog.n.01", (900, 660), "light"),
        ("dark", "#node=placental.n.01", (900, 660), "dark"),
        ("phone", "#node=dog.n.01", (390, 780), "light"),
    ],
)
def test_mammals_look_as_before(
    mammals_page: Any, window: Any, name: str, address: str, size: tuple[int, int], scheme: str
) -> None:
    mammals_page.prefer(prefers_color_scheme=scheme)
    window(*size)
    try:
        check(seen(mammals_page.open(address)), name)
    finally:
        mammals_page.prefer()
    assert mammals_page.errors() == []


def test_all_nouns_look_as_before(nouns_page: Any, window: Any) -> None:
    window(900, 660)
    check(seen(nouns_page.open()), "nouns")
    check(seen(nouns_page.go("dog.n.01")), "nouns_dog")
    nouns_page.press("/")
    nouns_page.type("bank")
    check(seen(nouns_page), "nouns_search")
    nouns_page.press("ESCAPE")
    assert nouns_page.errors() == []


def test_points_look_as_before(open_page: Callable[..., Any], window: Any) -> None:
    G = nxp.wordnet_graph("feline.n.01", source="bundled")
    nxp.poincare_layout(G, store_pos_as="drawn")
    window(900, 660)
    check(seen(open_page(G, radii="embedding", store_as="drawn")), "points")


def test_the_tolerance_tells_views_apart() -> None:
    pictures = [Image.open(path).convert("RGB") for path in sorted(REFERENCES.glob("viewer_*.png"))]
    pairs = [(a, b) for i, a in enumerate(pictures) for b in pictures[:i] if a.size == b.size]
    assert len(pairs) > 10
    assert min(difference(a, b) for a, b in pairs) > TOLERANCE


def test_dark_by_preference_also_later(page: Any) -> None:
    light = page.run("return viewer.colouring.theme.disk")
    page.prefer(prefers_color_scheme="dark")
    try:
        page.until(f"viewer.colouring.theme.disk !== '{light}'", "the page stays light")
    finally:
        page.prefer()


def test_names_do_not_cover_each_other(page: Any) -> None:
    for name in ("mammal.n.01", "placental.n.01", "dog.n.01", "bat.n.01"):
        page.go(name)
        boxes = page.run(
            "const { labels } = viewer.painting; return viewer.labels.map((label) =>"
            "  [label.x, label.y - label.size * 0.6, label.x + labels._width(label.row, label.text) * label.size / 100,"
            "   label.y + label.size * 0.6])"
        )
        assert 10 < len(boxes) <= 90
        found = np.array(boxes)
        low, high = found[:, None, :2], found[None, :, 2:]
        touching = np.all((low < high) & (found[None, :, :2] < found[:, None, 2:]), axis=2)
        assert np.array_equal(touching, np.eye(len(found), dtype=bool))
        size = page.run("return [viewer.frame.width, viewer.frame.height]")
        assert found[:, :2].min() >= 0
        assert np.all(found[:, 2:] <= size)


# What `all second parents` adds: middles of its curves in pixels of the screen.
BUNDLED = """
const middles = [], painted = CanvasSurface.prototype.curves, ratio = viewer.canvas.width / viewer.frame.width;
CanvasSurface.prototype.curves = function (numbers, style) {
  if (style.colour === viewer.colouring.theme.quiet && !style.dash) {
    for (let i = 0; i < numbers.length; i += 8) {
      const [a, b, c, d] = [0, 2, 4, 6].map((at) => [numbers[i + at], numbers[i + at + 1]]);
      const middle = (at) => (a[at] + 3 * b[at] + 3 * c[at] + d[at]) / 8;
      middles.push([ratio * middle(0), ratio * middle(1)]);
    }
  }
  painted.call(this, numbers, style);
};
viewer._frame(performance.now());
CanvasSurface.prototype.curves = painted;
return middles;
"""


def luminance(colours: np.ndarray) -> np.ndarray:
    values = np.asarray(colours, dtype=float) / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_second_parents_are_seen_as_their_swatch_shows_them(
    open_page: Callable[..., Any], page: Any, scheme: str
) -> None:
    page.prefer(prefers_color_scheme=scheme)
    rng = np.random.default_rng(1)
    G = nx.random_labeled_rooted_tree(400, seed=3)
    G.add_edges_from((int(u), int(v)) for u, v in rng.integers(1, 400, (200, 2)) if u < v)
    try:
        shown = open_page(nx.DiGraph((u, v) if u < v else (v, u) for u, v in G.edges))
        shown.find("#all-parents").click()
        middles = np.array(shown.settled().run(BUNDLED))
        pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(shown.picture().partition(",")[2]))).convert("RGB"))
        disk = luminance(
            np.array([int(shown.run("return viewer.colouring.theme.disk")[i : i + 2], 16) for i in (1, 3, 5)])
        )
        height, width = pixels.shape[:2]
        found = []
        for x, y in (
            middles[(middles > 2).all(axis=1) & (middles < [width - 2, height - 2]).all(axis=1)].round().astype(int)
        ):
            around = luminance(pixels[y - 2 : y + 3, x - 2 : x + 3])
            found.append(((np.maximum(around, disk) + 0.05) / (np.minimum(around, disk) + 0.05)).max())
        assert len(found) > 100
        assert np.quantile(found, 0.05) >= 3
        stroke = shown.run(
            "const path = document.querySelector('#seconds-swatch path');"
            "return ['stroke', 'stroke-opacity', 'stroke-width'].map((name) => path.getAttribute(name))"
        )
        drawn = shown.run(
            "const found = [], { curves } = CanvasSurface.prototype;"
            "CanvasSurface.prototype.curves = (_, style) => found.push([style.colour, style.alpha, style.width]);"
            "viewer._frame(performance.now()); CanvasSurface.prototype.curves = curves; return found"
        )
        assert [stroke[0], float(stroke[1]), float(stroke[2])] in drawn
    finally:
        page.prefer()


# -- saved pictures ------------------------------------------------------------------------------


def test_the_view_is_saved_as_svg_with_text_as_text(page: Any) -> None:
    page.go("dog.n.01")
    name, data = page.saved("svg")
    assert name == "dog.svg"
    drawing = ElementTree.fromstring(data)
    texts = {element.text for element in drawing.iter("{http://www.w3.org/2000/svg}text")}
    assert {"dog", "canine", "hunting dog"} <= texts


def test_the_view_is_saved_as_png(page: Any) -> None:
    name, data = page.saved("png")
    assert name == "mammal.png"
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    width, height = page.run("return [viewer.frame.width, viewer.frame.height]")
    assert picture.size == (2 * width, 2 * height)
    canvas = Image.open(io.BytesIO(base64.b64decode(page.picture().partition(",")[2]))).convert("RGB")
    assert difference(picture.reduce(2), canvas) < TOLERANCE
