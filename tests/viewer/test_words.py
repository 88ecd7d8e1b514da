"""What a viewer page says of nodes: names, attributes, relatives and neighbours, of graphs of any kind."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.drawing.labels import readable_name

RUNS = "document.title = 'ran'"
HOSTILE = [
    f"</script><script>{RUNS}</script>", f'<img src=x onerror="{RUNS}">', f"<!--<script>{RUNS}",
    f"--><svg onload={RUNS}>", f"javascript:{RUNS}", "'\"`${1}&amp;&lt;", "🐕‍🦺", "שלום", "\u202egnp.exe",
    "two\nlines\tand a tab", "%%CONTENT%%", "\u2028\u2029", "\x00\x1b[31m", "a" * 10_000, "\ud800", "__proto__",
]  # fmt: skip
NEAREST = (
    "return viewer.panel.neighbours.nearest(arguments[0], 10).map(({ row, away }) => [viewer.tree.names[row], away])"
)


# -- names and attributes ------------------------------------------------------------------------


def test_hostile_names_are_text(open_page: Callable[..., Any]) -> None:
    G = nx.DiGraph(("root", name) for name in HOSTILE)
    G.nodes["root"].update({name: name for name in HOSTILE})
    page = open_page(G, title=HOSTILE[0])
    assert page.browser.title == HOSTILE[0]
    names = page.run(
        "return viewer.tree.names.map((name) => Array.from({length: name.length}, (_, i) => name.charCodeAt(i)))"
    )
    utf16 = [list(np.frombuffer(name.encode("utf-16-le", "surrogatepass"), np.uint16)) for name in ["root", *HOSTILE]]
    assert sorted(names) == sorted(utf16)
    page.until("document.querySelector('#node dd')", "attributes do not appear")
    said = json.loads(
        page.run(
            "const parts = document.querySelectorAll('#node dt, #node dd');"
            "return JSON.stringify(Array.from(parts, (part) => part.textContent))"
        )
    )
    assert len(said) == 2 * len(HOSTILE)
    assert {HOSTILE[0], "__proto__", "שלום"} <= set(said)
    headings = page.run(
        "return viewer.tree.names.map((_, row) => {"
        "  viewer.select(row);"
        "  return document.querySelector('#node h2').textContent.length;"
        "})"
    )
    assert len(headings) == len(G)
    assert max(headings) <= 34
    assert page.settled().browser.title != "ran"
    assert (
        page.run("return document.querySelectorAll('img, aside svg, header svg, a, script:not(#content)').length") == 1
    )
    drawing = ElementTree.fromstring(page.svg())
    assert drawing.findtext("{http://www.w3.org/2000/svg}title") == HOSTILE[0]


def test_attributes_of_any_kind_are_shown(open_page: Callable[..., Any]) -> None:
    G = nx.DiGraph([("a", "b")])
    values = {
        "gloss": "<b>a letter</b>", "born": 1815, "nan": float("nan"), "far": -np.inf, "place": np.array([0.5, 2]),
        "tags": ["x", "y"], "page": "https://example.org/b?c=1&d=2", "not a page": "javascript:alert(1)",
        "long": "word " * 1_000,
    }  # fmt: skip
    G.add_node("b", **values, nothing=None, pos=[0, 0])
    page = open_page(G, "#node=b")
    page.until("document.querySelector('#node dd')", "attributes do not appear")
    said = dict(zip(page.texts("#node dt"), page.texts("#node dd"), strict=True))
    assert list(said) == list(values)
    assert said["gloss"] == "<b>a letter</b>"
    assert (said["born"], said["nan"], said["far"], said["place"]) == ("1815", "nan", "-inf", "[0.5 2. ]")
    assert len(said["long"]) in (3_999, 4_000)
    links = page.browser.find_elements("css selector", "#node a")
    assert [(link.text, link.get_attribute("href")) for link in links] == [(values["page"], values["page"])]
    page = open_page(G, attributes=["born"])
    assert page.run("return viewer.columns.names") == ["born"]


def test_nodes_of_mixed_types_have_pages_of_their_own(open_page: Callable[..., Any]) -> None:
    nodes = [1, "1", 1.5, (2, "b"), "", "  ", None, frozenset({3}), True]
    G = nx.DiGraph([("root", node) for node in nodes if node is not None and node != 1] + [("root", 1)])
    page = open_page(G)
    total = page.run("return viewer.tree.size")
    assert total == len(G)
    labels, hashes = set(), set()
    for row in range(total):
        page.run("viewer.select(arguments[0])", row)
        assert page.heading
        labels.add(page.heading)
        hashes.add(page.run("return location.hash"))
    assert "(no name)" in labels
    assert len(hashes) == total
    for address in hashes:
        row = page.open(address).run("return viewer.selected")
        assert page.run("return viewer.address.hash(viewer.selected)") == (address if row else "#")


def test_names_are_shortened_as_in_static_pictures(page: Any) -> None:
    names = ["dog.n.01", "a_b.v.12", "no synset", "x" * 40, "two\nlines", "🐕" * 40, "a.n.01.b", ""]
    names += ["/usr/lib/python3/dist-packages/networkx/algorithms", "sklearn.linear_model._coordinate_descent.Lasso"]
    names += ["/home/all/🐕/Great Documents/hierarchies/edges.csv", "y" * 40 + ".txt", "/" + "🐕" * 40, str(np.float64)]
    names += ["<ast.Module object at 0x7f01>", "<enum 'IntFlag'>", "a.b" * 500, "C:\\" * 20]
    names += ["http://purl.obolibrary.org/obo/GO_0005575"]
    assert page.run("return arguments[0].map((name) => readableName(name, 32))", names) == list(
        map(readable_name, names)
    )


# -- relatives -----------------------------------------------------------------------------------


def test_second_parents_are_said_to_be_such(open_page: Callable[..., Any], nouns: nx.DiGraph) -> None:
    G = nouns.subgraph(nx.ancestors(nouns, "dog.n.01") | {"dog.n.01"})
    page = open_page(G, "#node=dog.n.01")
    text = page.find("#node").text
    assert "PARENTS (2)" in text
    assert "second parent" in text
    assert f"ANCESTORS ({len(nx.ancestors(G, 'dog.n.01'))})" in text
    drawn = page.run("return viewer.tree.others.length / 2")
    assert drawn == G.number_of_edges() - (len(G) - 1)
    assert "stroke-dasharray" in page.svg()
    second = page.run("return viewer.tree.otherParents.get(viewer.selected).map((row) => viewer.tree.names[row])")
    page.go(*second)
    assert "shown elsewhere" in page.find("#node").text


@pytest.mark.parametrize("dim", [2, 5])
def test_the_nearest_are_those_of_the_embedding(open_page: Callable[..., Any], mammals: nx.DiGraph, dim: int) -> None:
    """Also where siblings stand far out, closer together than single precision can tell."""
    G = nx.DiGraph(mammals)
    embedding = nxp.embed(G, dim, effort=0)
    page = open_page(embedding)
    for name in ("mammal.n.01", "dog.n.01", "dalmatian.n.02", "unguiculata.n.01"):
        found = page.run(NEAREST, page.run("return viewer.tree.names.indexOf(arguments[0])", name))
        away = [distance for _, distance in embedding.nearest(name, 10)]
        assert [distance for _, distance in found] == pytest.approx(away, abs=1e-5)
        exact = [embedding.distance(name, other) for other, _ in found]
        assert exact == pytest.approx(away, abs=1e-5)
    page.go("dog.n.01")
    assert "NEAREST IN THE EMBEDDING" in page.find("#node").text
    assert f"{away_text(embedding)}" in page.find("#node").text
    notes = [text for text in page.texts("#node ul:last-of-type .note") if not text.startswith("ancestor")]
    assert len(notes) == 10
    assert f"which has {dim} dimensions" in page.run("return document.getElementById('places').textContent")
    # The graph that bears the embedding says the same.
    again = open_page(G).run(NEAREST, page.run("return viewer.tree.names.indexOf('dog.n.01')"))
    assert [distance for _, distance in again] == pytest.approx(
        [distance for _, distance in embedding.nearest("dog.n.01", 10)], abs=1e-2
    )


def away_text(embedding: nxp.Embedding) -> str:
    name, distance = embedding.nearest("dog.n.01", 1)[0]
    return f"{readable_name(name)}\nancestor, {distance:.2f}"


def test_without_an_embedding_nothing_is_called_near(page: Any) -> None:
    page.go("dog.n.01")
    assert "NEAREST" not in page.find("#node").text


def test_nodes_may_stand_at_their_points(open_page: Callable[..., Any]) -> None:
    G = nxp.wordnet_graph("feline.n.01", source="bundled")
    embedding = nxp.embed(G, init="random", training=60, seed=0)
    page = open_page(G, radii="embedding")
    assert page.run("return document.getElementById('places').textContent") == (
        "Nodes stand at their points in the embedding."
    )
    names = page.run("return viewer.tree.names")
    rows = np.random.default_rng(0).integers(len(names), size=(50, 2)).tolist()
    on_map = page.run("return arguments[0].map(([u, v]) => viewer.map.relative(u, v).length)", rows)
    exact = [embedding.distance(names[u], names[v]) for u, v in rows]
    assert on_map == pytest.approx(exact, abs=1e-4)
    before = page.picture()
    for name in names[-3:]:
        page.go(name)
        assert page.place_of(name) == pytest.approx(page.centre, abs=1e-6)
    assert page.press("HOME").picture() == before
    page.click("cat.n.01")
    assert page.selected == "cat.n.01"


# -- graphs of all kinds -------------------------------------------------------------------------


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
def test_odd_graphs_open(open_page: Callable[..., Any], G: nx.Graph) -> None:
    page = open_page(G)
    page.run("viewer.drag([300, 300], [340, 320]); viewer.magnify(2, [300, 300])")
    page.press("ARROW_DOWN", "ARROW_RIGHT", "ARROW_UP", "r", "HOME")
    assert page.run("return viewer.tree.total") == len(G)
    assert page.find("#size").text == {0: "no nodes", 1: "1 node"}.get(len(G), f"{len(G):,} nodes")
    page.press("/")
    page.type("1")
    assert page.find("#suggestions").is_displayed() == ("1" in map(str, G))
    ElementTree.fromstring(page.svg())


def test_a_pruned_page_says_so(open_page: Callable[..., Any], mammals: nx.DiGraph) -> None:
    page = open_page(mammals, max_nodes=100)
    assert page.find("#size").text == "100 of 1,182 nodes: those with the largest subtrees"
