"""What WordNet knows beside the hierarchy, on a page: words of other languages, antonyms, parts and wholes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

import nx_poincare as nxp

DOG, PUPPY = 2084071, 1322604
WORDS = {
    "fra": {DOG: ["chien", "Dog"], PUPPY: ["chiot"]},
    "jpn": {DOG: ["犬", "イヌ"], PUPPY: ["子犬"]},
    "heb": {DOG: ["כלב (בית)"], PUPPY: ["גור"]},
    "arb": {DOG: ["كَلْب"]},
}


@pytest.fixture
def dogs() -> nx.DiGraph:
    """The dogs with words in four languages, as `wordnet_graph` reads them."""
    G = nxp.wordnet_graph("dog.n.01", source="bundled")
    nodes = {DOG: "dog.n.01", PUPPY: "puppy.n.01"}
    for language, words in WORDS.items():
        nx.set_node_attributes(G, {node: words.get(offset, []) for offset, node in nodes.items()}, f"lemmas_{language}")
    return G


def test_these_are_as_they_are_read(dogs: nx.DiGraph, words_in_languages: Callable[..., Path]) -> None:
    words_in_languages(WORDS)
    read = nxp.wordnet_graph(["dog.n.01", "puppy.n.01"], language=list(WORDS))
    for node in ("dog.n.01", "puppy.n.01"):
        assert read.nodes[node] == dogs.nodes[node]


def test_words_stand_under_their_languages(open_page: Callable[..., Any], dogs: nx.DiGraph) -> None:
    page = open_page(dogs)
    assert page.heading == "dog"  # as in English, not as another language writes it
    shown = dict(zip(page.texts("#node dt"), page.texts("#node dd"), strict=True))
    assert (shown["French"], shown["Japanese"]) == ("chien, Dog", "犬, イヌ")
    assert shown["Hebrew"].strip("\u2068\u2069") == "כלב (בית)"
    assert shown["Arabic"].strip("\u2068\u2069") == "كَلْب"
    tags = page.run("return Array.from(document.querySelectorAll('#node dd'), (dd) => dd.lang)")
    assert {"fr", "ja", "he", "ar"} <= set(tags)  # fonts and hyphens are chosen by it


@pytest.mark.parametrize(
    ("typed", "found", "word"),
    [("chiot", "puppy.n.01", "chiot"), ("子犬", "puppy.n.01", "子犬"), ("イヌ", "dog.n.01", "イヌ"),
     ("כלב", "dog.n.01", "כלב (בית)"), ("كلب", "dog.n.01", "كَلْب")],
)  # fmt: skip
def test_search_finds_them(open_page: Callable[..., Any], dogs: nx.DiGraph, typed: str, found: str, word: str) -> None:
    """Also without the marks of vowels."""
    page = open_page(dogs, "#node=corgi.n.01")
    page.press("/")
    page.type(typed)
    assert page.find("#suggestions li .matched").text.strip("= ") == word
    page.press("ENTER")
    assert page.selected == found


def test_texts_from_the_right_keep_their_direction(open_page: Callable[..., Any], dogs: nx.DiGraph) -> None:
    """Brackets of a word in Hebrew look the way they do in the panel, on the map and in saved files."""
    labels = {node: words[0] for node, words in dogs.nodes("lemmas_heb") if words}
    page = open_page(dogs, labels=labels)
    assert page.texts("#node dd.links") == []  # words, although all of them are labels of nodes
    drawn = page.run(
        "const drawn = [], { fillText } = CanvasRenderingContext2D.prototype;"
        "CanvasRenderingContext2D.prototype.fillText = function (...given) { drawn.push(given[0]); };"
        "viewer._frame(performance.now());"
        "CanvasRenderingContext2D.prototype.fillText = fillText; return drawn"
    )
    assert "\u2068כלב (בית)\u2069" in drawn
    assert "corgi" in drawn
    assert "\u2068כלב (בית)\u2069" in page.svg()
    box = page.run(
        "const [{ box }, { x, y }] = [viewer.labels, viewer.nodes].map((all) => all.find(({ row }) => row === 0));"
        "return [box[0] < x ? x - box[2] : box[0] - x, Math.abs((box[1] + box[3]) / 2 - y)]"
    )
    assert max(box) < 20  # at its dot
    assert page.run("return getComputedStyle(document.querySelector('#node h2')).direction") == "rtl"


def test_antonyms_and_parts_are_links(open_page: Callable[..., Any], nltk_corpus: Path) -> None:
    G = nxp.wordnet_graph("body_part.n.01", relations=True)
    page = open_page(G, "#node=head.n.01")
    assert {"parts", "part of"} <= set(page.texts("#node dt"))
    links = page.texts("#node dd.links button")
    assert {"face", "ear", "human head"} & set(links)
    assert set(links) <= {part.partition(".")[0].replace("_", " ") for part in G}
    words = page.texts("#node dd.links span")
    assert "body" in words  # an animal's whole body is no body part: not on the page
    page.browser.find_element("xpath", "//dd[contains(@class, 'links')]//button[text()='face']").click()
    assert page.settled().selected == "face.n.01"
    page.press("/")
    page.type("nostril")
    assert page.texts("#suggestions .matched") == []  # a whole is no other word for its part
    page.press("ESCAPE")
    named = open_page(G, "#node=head.n.01", labels={"head.n.01": "ראש", "face.n.01": "פנים"})
    assert named.selected == "ראש"  # a link by the identifier
    assert not named.find("#notice").is_displayed()
    assert "פנים" in named.texts("#node dd.links button")


def test_lists_of_nodes_are_links_in_any_graph(open_page: Callable[..., Any]) -> None:
    G = nx.DiGraph([("root", "a"), ("root", "b"), ("root", "c")])
    nx.set_node_attributes(G, {"a": ["b", "c"], "b": ["a"]}, "see also")
    nx.set_node_attributes(G, {"a": ["b", "elsewhere"]}, "tags")
    page = open_page(G, "#node=a")
    assert page.texts("#node dd.links button") == ["b", "c"]
    assert "b, elsewhere" in page.texts("#node dd")
