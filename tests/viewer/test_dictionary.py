"""The panel and the search of a viewer page as a dictionary: words, definitions, counts, lists, colours, a tour."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp

FIND = "return viewer.finder.search.find(arguments[0], 5).rows.map((row) => viewer.tree.names[row])"


@pytest.fixture
def vehicles() -> nx.DiGraph:
    """A small dictionary: lists of words, definitions, numbers and categories."""
    G = nx.DiGraph([("vehicle.n.01", "car.n.01"), ("vehicle.n.01", "truck.n.01"), ("car.n.01", "beetle.n.02")])
    G.add_edges_from([("car.n.01", "racer.n.02"), ("truck.n.01", "new_holland.n.01")])
    words = {"car.n.01": ["car", "auto", "automobile", "motorcar"], "new_holland.n.01": ["New_Holland"]}
    words |= {"truck.n.01": ["truck", "motortruck"]}
    glosses = {"car.n.01": "a motor vehicle with four wheels", "truck.n.01": "a large motor vehicle that carries loads"}
    for node in G:
        G.nodes[node].update(lemmas=words.get(node, []), gloss=glosses.get(node))
    nx.set_node_attributes(G, {node: 10 * i for i, node in enumerate(G)}, "sold")
    nx.set_node_attributes(G, dict(zip(G, ("road", "road", "field", "road", "road", "field"), strict=True)), "where")
    return G


# -- search and panel ----------------------------------------------------------------------------


def test_words_and_definitions_are_found(open_page: Callable[..., Any], vehicles: nx.DiGraph) -> None:
    page = open_page(vehicles)
    assert page.run(FIND, "automobile") == ["car.n.01"]
    assert page.run(FIND, "NEW holl") == ["new_holland.n.01"]
    assert page.run(FIND, "wheels") == ["car.n.01"]
    assert page.run(FIND, "eels") == []  # within a word of a definition: nobody looks for that
    assert page.run(FIND, "motor")[:2] == ["car.n.01", "truck.n.01"]
    page.press("/")
    page.type("automob")
    assert page.texts("#suggestions .label") == ["car"]
    assert page.texts("#suggestions .matched") == ["automobile"]
    assert page.texts("#suggestions .definition") == ["a motor vehicle with four wheels"]
    page.press("ENTER")
    assert page.selected == "car.n.01"
    assert "car, auto, automobile, motorcar" in page.texts("#node dd")


def test_all_words_of_wordnet_are_found(open_page: Callable[..., Any], nltk_corpus: Any) -> None:
    G = nxp.wordnet_graph("mammal.n.01", source="nltk", language="eng", glosses=True)
    page = open_page(G)
    words = sorted({word for _, lemmas in G.nodes(data="lemmas") for word in lemmas})
    assert len(words) > 1_700
    lost = page.run(
        "return arguments[0].filter((word) => !viewer.finder.search.find(word, 20).rows.some((row) =>"
        "  viewer.columns.words(row).includes(word.replaceAll('_', ' '))))",
        words,
    )
    assert lost == []


def test_proper_names_keep_their_case(open_page: Callable[..., Any], vehicles: nx.DiGraph) -> None:
    page = open_page(vehicles, "#node=new_holland.n.01")
    assert page.heading == "New Holland"
    assert page.browser.title == "New Holland – vehicle.n.01"


def test_children_are_sorted_and_filtered(open_page: Callable[..., Any]) -> None:
    G = nx.DiGraph(
        [("root", f"child {i}") for i in range(40)] + [("child 17", "a"), ("child 17", "b"), ("child 5", "c")]
    )
    page = open_page(G)
    children = "#node ul:first-of-type li button"
    assert page.texts(children)[:3] == ["child 17", "child 5", "child 0"]
    assert page.texts("#node ul:first-of-type .note") == ["2", "1"]
    page.pick(".controls select", "by name")
    assert page.texts(children)[:3] == ["child 0", "child 1", "child 2"]
    page.find(".controls input").send_keys("7")
    assert page.texts(children) == ["child 7", "child 17", "child 27", "child 37"]


def test_counts_are_those_of_the_graph(open_page: Callable[..., Any]) -> None:
    """Second parents count: what a page calls descendants is never less than what it lists as children."""
    rng = np.random.default_rng(3)
    G = nx.DiGraph((int(u), v) for v in range(1, 300) for u in rng.integers(0, v, 3))
    page = open_page(G)
    shown = page.run(
        "const { tree } = viewer; return tree.names.map((name, row) => [name, tree.isNode(row), tree.descendants[row],"
        "  tree.graphChildren(row).length])"
    )
    for name, is_node, count, children in shown:
        if is_node and name:
            assert count == len(nx.descendants(G, int(name)))
            assert children == G.out_degree(int(name))


def test_counts_know_cycles_and_rings(open_page: Callable[..., Any]) -> None:
    G = nx.DiGraph([("a", "b"), ("b", "c"), ("c", "b"), ("c", "d")])
    page = open_page(G)
    found = page.run(
        "return Object.fromEntries(viewer.tree.names.map((name, row) => [name, viewer.tree.descendants[row]]))"
    )
    assert found == {node: len(nx.descendants(G, node)) for node in G}


def test_counts_of_an_undirected_graph_are_those_of_its_tree(open_page: Callable[..., Any]) -> None:
    G = nx.relabel_nodes(nx.karate_club_graph(), str)
    H = nxp.Hierarchy.from_digraph(G)
    page = open_page(G)
    found = page.run(
        "return Object.fromEntries(viewer.tree.names.map((name, row) => [name, viewer.tree.descendants[row]]))"
    )
    assert found == dict(zip(H.nodes, H.closure.sum(axis=0), strict=True))
    assert page.run("return viewer.tree.others.length / 2") == G.number_of_edges() - len(H.edges)


# -- a forest ------------------------------------------------------------------------------------


def test_a_forest_names_its_largest_roots(open_page: Callable[..., Any]) -> None:
    G = nx.DiGraph([("oak", "oak 1"), ("oak", "oak 2"), ("elm", "elm 1"), ("fir", "fir 1")])
    page = open_page(G)
    assert page.find("#title").text == "oak, elm and 1 more"
    assert page.find("#size").text == "7 nodes"
    assert page.heading == "3 roots"
    assert page.texts("#path button") == ["3 roots"]
    assert page.find(".facts").text == "above the roots · 7 nodes"
    page.go("oak 2")
    assert page.browser.title == "oak 2 – oak, elm and 1 more"


# -- hubs ----------------------------------------------------------------------------------------


def test_what_has_no_room_stands_behind_a_mark(open_page: Callable[..., Any]) -> None:
    G = nx.star_graph(20_000)
    page = open_page(nx.relabel_nodes(G, lambda v: f"leaf {v:05d}" if v else "hub"))
    most = page.run("return viewer.tree.childCounts.reduce((most, count) => Math.max(most, count), 0)")
    assert most == 60
    assert page.run("return viewer.tree.graphChildren(0).length") == 20_000
    mark = page.run(
        "return viewer.nodes.map(({ row }) => viewer.tree.label(row)).find((label) => label.startsWith('+'))"
    )
    assert mark == "+19,941 more"
    page.run("viewer.select(viewer.tree.children(0).find((row) => viewer.tree.folded.has(row)))")
    assert page.settled().heading == "+19,941 more"
    assert page.find(".facts").text == "children of hub that have no room on the map"
    assert any("leaf 00060 – leaf" in label for label in page.run("return viewer.labels.map(({ text }) => text)"))
    page.go("leaf 15000")
    assert page.texts("#path button") == ["hub", "leaf 15000"]
    assert page.run("return viewer.tree.ancestors(viewer.selected).length") == 1
    assert "PARENTS (1)" in page.find("#node").text


# -- colours, sizes and a tour -------------------------------------------------------------------


def test_colours_and_sizes_show_attributes(open_page: Callable[..., Any], vehicles: nx.DiGraph) -> None:
    page = open_page(vehicles, colour_by="where", size_by="sold")
    assert page.texts("#legend .item") == ["road", "field"]
    assert page.texts("#colour option") == ["level", "branch", "sold", "where"]
    assert page.texts("#sized option") == ["descendants", "sold"]
    sizes = page.run("return viewer.tree.names.map((name, row) => [name, viewer.colouring.shares[row]])")
    by_number = sorted(vehicles, key=lambda node: vehicles.nodes[node]["sold"])
    assert [name for name, _ in sorted(sizes, key=lambda each: each[1])] == by_number
    page.pick("#colour", "sold")
    assert page.settled().find("#legend").text.split("\n") == ["sold", "0", "50"]
    assert page.browser.current_url.endswith("#colour=sold")
    page.go("car.n.01")
    again = page.open(page.run("return location.hash"))
    assert (again.selected, again.run("return viewer.colouring.by")) == ("car.n.01", "sold")


def test_branches_have_colours_and_a_legend(page: Any) -> None:
    page.pick("#colour", "branch")
    named = page.settled().texts("#legend .item button")
    assert 3 < len(named) <= 7
    assert "primate" in named
    page.browser.find_element("xpath", "//div[@id='legend']//button[text()='primate']").click()
    assert page.settled().selected == "primate.n.02"
    same = page.run(
        "const { tree, colouring } = viewer, at = (name) => colouring.indices[tree.names.indexOf(name)];"
        "return [at('monkey.n.01') === at('primate.n.02'), at('cow.n.01') === at('primate.n.02')]"
    )
    assert same == [True, False]


def test_a_tour_leads_from_stop_to_stop(open_page: Callable[..., Any], mammals: nx.DiGraph) -> None:
    stops = ["dog.n.01", "whale.n.02", "bat.n.01"]
    page = open_page(mammals, tour=stops)
    for i, stop in enumerate(stops, start=1):
        page.find("#next").click()
        assert page.settled().selected == stop
        assert page.find("#stop").text == f"{i} of 3"
    assert not page.find("#next").is_enabled()
    page.find("#previous").click()
    assert page.settled().selected == "whale.n.02"
    assert not open_page(mammals).find("#tour").is_displayed()


# -- two nodes -----------------------------------------------------------------------------------


def test_the_way_between_two_nodes_is_a_link(page: Any, mammals: nx.DiGraph) -> None:
    page.go("dog.n.01")
    page.press("w")
    page.type("whale")
    page.press("ENTER")
    assert page.heading == "dog and whale"
    assert page.browser.current_url.endswith("#node=dog.n.01&to=whale.n.02")
    again = page.open("#node=dog.n.01&to=whale.n.02")
    assert again.heading == "dog and whale"
    top = nx.lowest_common_ancestor(mammals, "dog.n.01", "whale.n.02")
    assert again.run("return viewer.tree.names[viewer.way.top]") == top
    way = again.run("return viewer.way.rows.map((row) => viewer.tree.names[row])")
    assert way == nx.shortest_path(mammals.to_undirected(), "dog.n.01", "whale.n.02")
    seen = again.run("return viewer.labels.map(({ row }) => viewer.tree.names[row])")
    assert set(way) <= set(seen)
    again.go("bat.n.01")
    assert again.heading == "bat"
    assert "to=" not in again.browser.current_url


def test_ways_in_graphs_of_several_parents_are_the_shortest_over_an_ancestor(open_page: Callable[..., Any]) -> None:
    rng = np.random.default_rng(7)
    G = nx.DiGraph((int(u), v) for v in range(1, 60) for u in rng.integers(0, v, 2))
    page = open_page(G)
    pairs = [[str(u), str(v)] for u, v in rng.integers(0, 60, size=(80, 2)).tolist() if u != v]
    ways = page.run(
        "const at = (name) => viewer.tree.names.indexOf(name);"
        "return arguments[0].map(([a, b]) => { const way = wayBetween(viewer.tree, at(a), at(b));"
        "  return [way.rows.map((row) => Number(viewer.tree.names[row])), Number(viewer.tree.names[way.top])]; })",
        pairs,
    )
    for (a, b), (way, top) in zip(pairs, ways, strict=True):
        above = [nx.ancestors(G, node) | {node} for node in (int(a), int(b))]
        lengths = {u: sum(nx.shortest_path_length(G, u, int(node)) for node in (a, b)) for u in above[0] & above[1]}
        assert (way[0], way[-1]) == (int(a), int(b))
        assert all(G.has_edge(u, v) or G.has_edge(v, u) for u, v in pairwise(way))
        assert lengths[top] == len(way) - 1 == min(lengths.values())


def test_nodes_without_a_common_ancestor_have_no_way(open_page: Callable[..., Any]) -> None:
    page = open_page(nx.DiGraph([("a", "b"), ("c", "d")]), "#node=b&to=d")
    assert "no common ancestor" in page.find("#node").text
