"""Icons of nodes in a page: texts and images, which the page holds itself."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from PIL import Image

import nx_poincare as nxp

SVG = (
    b'<?xml version="1.0"?>\n<!-- a -->\n<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">'
    b'<script>window.top.ran = 1</script><rect width="40" height="20" fill="#00ff00"/></svg>'
)
RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


def picture(colour: tuple[int, int, int], kind: str = "PNG", size: int = 32) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (size, size), colour).save(out, kind)
    return out.getvalue()


@pytest.fixture
def zoo(tmp_path: Path) -> nx.DiGraph:
    """A node for each way to give an icon."""
    (tmp_path / "lion.png").write_bytes(picture(RED))
    (tmp_path / "bear.JPG").write_bytes(picture(BLUE, "JPEG"))
    G = nx.DiGraph(("zoo", animal) for animal in ("lion", "bear", "frog", "fish", "bird", "worm"))
    icons = {
        "zoo": "🦁", "lion": tmp_path / "lion.png", "bear": str(tmp_path / "bear.JPG"), "frog": SVG,
        "fish": f"data:image/png;base64,{base64.b64encode(picture(BLUE)).decode()}", "bird": "", "worm": None,
    }  # fmt: skip
    nx.set_node_attributes(G, icons, "icon")
    return G


def colour_at(page: Any, name: str) -> tuple[int, ...]:
    """Of the canvas at the middle of a node."""
    canvas = Image.open(io.BytesIO(base64.b64decode(page.picture().partition(",")[2]))).convert("RGB")
    dots = page.run("return viewer.canvas.width / viewer.frame.width")
    x, y = page.place_of(name)
    return tuple(canvas.getpixel((round(x * dots), round(y * dots))))


def test_icons_are_on_the_map_and_in_the_panel(open_page: Callable[..., Any], zoo: nx.DiGraph) -> None:
    page = open_page(zoo, icons="icon")
    page.until("[...viewer.icons.images.values()].filter((image) => image.complete).length === 4", "images are missing")
    page.run("viewer.repaint()")
    page.settled()
    for name, colour in (("lion", RED), ("bear", BLUE), ("frog", GREEN), ("fish", BLUE)):
        assert np.allclose(colour_at(page, name), colour, atol=3), name
    assert page.find("#node .icon").text == "🦁"
    page.go("frog")
    icon = page.find("#node .icon")
    assert icon.get_attribute("src").startswith("data:image/svg+xml;base64,")
    assert page.run("return [arguments[0].naturalWidth, window.ran, top.ran]", icon) == [40, None, None]
    page.go("worm")
    assert page.texts("#node .icon") == []
    assert "icon" not in page.texts("#node dt")  # it is there as the icon
    assert [url for url in page.requests() if url.startswith(("http:", "https:"))] == []


def test_saved_pictures_hold_them(open_page: Callable[..., Any], zoo: nx.DiGraph) -> None:
    page = open_page(zoo, icons="icon")
    saved = page.svg()
    assert saved.count('href="data:image/') == 4
    assert "🦁" in saved
    assert "<script" not in saved
    size = page.run(
        "const copy = document.createElement('canvas'); copy.width = 900; copy.height = 700;"
        "viewer.paintOn(new CanvasSurface(copy.getContext('2d'))); return copy.toDataURL().length"
    )
    assert size > 10_000  # the canvas may be read: no image of it is from elsewhere


def test_icons_cover_no_other_node(open_page: Callable[..., Any], mammals: nx.DiGraph) -> None:
    page = open_page(mammals, icons=dict.fromkeys(mammals, picture(RED)))
    for name in ("mammal.n.01", "placental.n.01", "dog.n.01"):
        page.go(name)
        nodes = np.array(page.run("return viewer.nodes.map(({ x, y, size }) => [x, y, size])"))
        large = nodes[nodes[:, 2] >= 9]
        assert 3 < len(large) <= 80
        gaps = np.hypot(*(large[:, None, :2] - nodes[None, :, :2]).transpose(2, 0, 1)) - large[:, None, 2] - nodes[:, 2]
        assert (gaps > -2).sum(axis=1).min() >= len(nodes) - 4  # of each but itself, and what one has selected
    assert page.run("return JSON.parse(document.getElementById('content').textContent).icons.different.length") == 1


def test_many_icons_keep_the_budget(open_page: Callable[..., Any], mammals: nx.DiGraph) -> None:
    page = open_page(mammals, icons=dict.fromkeys(mammals, "✦"))
    assert page.run("return viewer.nodes.filter(({ size }) => size >= 9).length") <= 80


@pytest.mark.parametrize(
    ("icon", "error", "message"),
    [
        ("https://example.org/a.png", ValueError, "node 'a' has the address 'https.*no network.*bytes, or the path"),
        ("//example.org/a.png", ValueError, "asks no network"),
        ("file:///etc/passwd", ValueError, "asks no network"),
        ("missing.png", FileNotFoundError, "icons: node 'a'.*missing.png"),
        (b"<html><svg></svg></html>", ValueError, "node 'a' has something that is no PNG, JPEG, GIF, WebP or SVG"),
        ("data:image/png;base64,PGh0bWw+", ValueError, "is no PNG"),
        ("data:image/png;base64,%%%", ValueError, "cannot be read"),
        ("a whole sentence is no icon", ValueError, "node 'a' has a text of 27 characters"),
        (b"\xff\xd8\xff" + bytes(300_000), ValueError, "image of node 'a' has 300,003 bytes, more than 250,000: scale"),
        (7, TypeError, "node 'a' has a int"),
    ],
)
def test_wrong(
    icon: Any, error: type[Exception], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=message):
        nxp.write_html(nx.DiGraph([("a", "b")]), "page.html", icons={"a": icon})
    assert not Path("page.html").exists()


def test_wrong_names_and_amounts(tmp_path: Path) -> None:
    G = nx.star_graph(90, create_using=nx.DiGraph)
    with pytest.raises(ValueError, match="icons='flag': no node has such an attribute"):
        nxp.write_html(G, tmp_path / "page.html", icons="flag")
    with pytest.raises(ValueError, match="icons='flag' names a node attribute, which only a graph has"):
        nxp.write_html(nxp.embed(G), tmp_path / "page.html", icons="flag")
    images = {v: b"GIF89a" + bytes([v]) + bytes(190_000) for v in G}
    with pytest.raises(ValueError, match=r"91 images take .* bytes of the page, more than 16,000,000"):
        nxp.write_html(G, tmp_path / "page.html", icons=images)


def test_what_an_address_says_of_its_type_is_not_believed(tmp_path: Path) -> None:
    claimed = f"data:text/html;base64,{base64.b64encode(picture(RED)).decode()}"
    nxp.write_html(nx.DiGraph([("a", "b")]), tmp_path / "page.html", icons={"a": claimed})
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "data:image/png;base64," in text
    assert "data:text/html" not in text
