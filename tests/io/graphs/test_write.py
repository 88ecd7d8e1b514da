"""Export: what networkx's own readers give back."""

from __future__ import annotations

import gzip
import json
import math
import re
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import numpy as np
import pytest
from hard_values import AWKWARD, HOSTILE
from hypothesis import given, settings
from hypothesis import strategies as st

from nx_poincare.attributes.flatten import flatten_attributes
from nx_poincare.io.graphs import write
from nx_poincare.io.graphs.format_rules import GraphExportError
from nx_poincare.io.graphs.read import read_graph
from nx_poincare.io.graphs.write import export_graph

FORMATS = ["graphml", "gexf", "gml", "json"]


def read_back(path: Path) -> nx.Graph:
    format = path.name.removesuffix(".gz").rpartition(".")[2]
    if format == "json":
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8") as stream:
            return nx.node_link_graph(json.load(stream), edges="edges")
    return getattr(nx, f"read_{format}")(path)


def embedded() -> nx.DiGraph:
    G = nx.DiGraph([("animal", "dog"), ("animal", "cat"), ("dog", "poodle")], name="animals")
    rng = np.random.default_rng(5)
    for node, level in (("animal", 0), ("dog", 1), ("cat", 1), ("poodle", 2)):
        vector = rng.uniform(-0.7, 0.7, 2)
        G.nodes[node].update(poincare=vector, pos=vector / 3, level=level)
    return G


@pytest.mark.parametrize("format", FORMATS)
class TestEveryFormat:
    @pytest.mark.parametrize("suffix", ["", ".gz"])
    @pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph])
    def test_graph_comes_back(self, tmp_path: Path, format: str, suffix: str, kind: type[nx.Graph]) -> None:
        G = kind(embedded())
        if G.is_multigraph():
            G.add_edge("animal", "dog", weight=2.5)
        path = tmp_path / f"g.{format}{suffix}"
        export_graph(G, path)
        H, flat = read_back(path), flatten_attributes(G)
        assert type(H) is kind
        assert list(H) == list(flat)
        assert sorted(H.edges()) == sorted(flat.edges())
        for node, row in flat.nodes(data=True):
            assert {key: H.nodes[node][key] for key in row} == row
            assert all(type(H.nodes[node][key]) is type(value) for key, value in row.items())
        assert [p.name for p in tmp_path.iterdir()] == [path.name]
        if format != "gml":
            assert nx.utils.graphs_equal(read_graph(path), H)

    def test_floats_bit_for_bit(self, tmp_path: Path, format: str) -> None:
        G = nx.DiGraph()
        for place, value in enumerate([*AWKWARD, math.inf, -math.inf, math.nan]):
            G.add_node(f"n{place}", value=value)
            G.add_edge(f"n{place}", "n0", weight=value, other=value)
        path = tmp_path / f"g.{format}"
        export_graph(G, path)
        H = read_back(path)
        for node, row in G.nodes(data=True):
            assert np.float64(H.nodes[node]["value"]).tobytes() == np.float64(row["value"]).tobytes()
        for u, v, row in G.edges(data=True):
            for key in ("weight", "other"):
                assert np.float64(H[u][v][key]).tobytes() == np.float64(row[key]).tobytes()

    def test_hostile_names_and_texts(self, tmp_path: Path, format: str) -> None:
        G = nx.DiGraph()
        for name in HOSTILE:
            G.add_node(name, note=name)
            G.add_edge("1", name, note=name)
        path = tmp_path / f"g.{format}"
        export_graph(G, path)
        H = read_back(path)
        assert list(H) == list(G)
        assert list(H.edges) == list(G.edges)
        for name in HOSTILE:
            assert H.nodes[name]["note"] == name
            assert H["1"][name]["note"] == name

    def test_same_graph_same_bytes(self, tmp_path: Path, format: str) -> None:
        for name in ("a", "b"):
            export_graph(embedded(), tmp_path / f"{name}.{format}.gz")
        assert (tmp_path / f"a.{format}.gz").read_bytes() == (tmp_path / f"b.{format}.gz").read_bytes()

    def test_empty_and_lonely(self, tmp_path: Path, format: str) -> None:
        for n in (0, 1):
            export_graph(nx.empty_graph(n, create_using=nx.DiGraph), tmp_path / f"g.{format}")
            assert len(read_back(tmp_path / f"g.{format}")) == n

    def test_names_that_are_no_text(self, tmp_path: Path, format: str) -> None:
        G = nx.DiGraph([(1, (2, np.int64(3))), (np.int64(4), frozenset({"x"}))])
        path = tmp_path / f"g.{format}"
        export_graph(G, path)
        expected = [1, (2, 3), 4] if format == "json" else ["1", "(2, 3)", "4"]
        assert list(read_back(path)) == [*expected, "frozenset({'x'})"]

    def test_parallel_edges_with_any_keys(self, tmp_path: Path, format: str) -> None:
        G = nx.MultiDiGraph()
        for key in ("first", 2, ("a", 1)):
            G.add_edge("a", "b", key=key, note=str(key))
        path = tmp_path / f"g.{format}"
        export_graph(G, path)
        assert sorted(row["note"] for *_, row in read_back(path).edges(data=True)) == [
            "('a', 1)",
            "2",
            "first",
        ]
        G.add_edge("a", "b", key="2")
        with pytest.raises(GraphExportError, match=r"edge \('a', 'b'\): two parallel edges have the keys 2 and '2'"):
            export_graph(G, path)

    def test_failure_leaves_the_old_file(self, tmp_path: Path, format: str, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / f"g.{format}"
        path.write_text("old")
        clash: Any = frozenset({1}) if format == "json" else 1
        with pytest.raises(GraphExportError, match=rf"nodes {re.escape(repr(clash))} and '.*' would both be called"):
            export_graph(nx.Graph([(clash, str(clash))]), path)
        assert path.read_text() == "old"

        def broken(lines: Any, stream: Any) -> None:
            stream.write(b"half")
            raise OSError("disk full")

        monkeypatch.setattr("nx_poincare.io.graphs.write._write", broken)
        with pytest.raises(OSError, match="disk full"):
            export_graph(embedded(), path)
        assert path.read_text() == "old"
        assert len(list(tmp_path.iterdir())) == 1

    @settings(max_examples=40, deadline=None)
    @given(names=st.lists(st.text(max_size=6), min_size=1, max_size=6, unique=True))
    def test_any_names_come_back_or_are_refused(self, tmp_path_factory: Any, format: str, names: list[str]) -> None:
        G = nx.DiGraph(list(zip(names, [*names[1:], names[0]], strict=True)))
        nx.set_node_attributes(G, {name: name for name in names}, "note")
        path = tmp_path_factory.mktemp("any") / f"g.{format}"
        try:
            export_graph(G, path)
        except GraphExportError:
            assert format != "json"
            assert not path.exists()
        else:
            assert list(read_back(path)) == names
            assert list(read_back(path).edges) == list(G.edges)


VALUES = st.one_of(
    st.floats(), st.integers(-(2**70), 2**70), st.booleans(), st.text(max_size=8), st.sampled_from(HOSTILE),
    st.just("long " * 20_000), st.just("\u202e\x07\x1b"), st.sampled_from(["NaN", "Infinity", "true", "1.0", "None"]),
)  # fmt: skip


def is_same(found: Any, value: Any) -> bool:
    """Whether a value came back, as a number of another type or as the text that the format makes of it."""
    is_number = isinstance(found, int | float) and isinstance(value, int | float)
    return (is_number and found == value) or as_text(found) == as_text(value)


def as_text(value: Any) -> str:
    """A value as text, with JSON's names for floats, and 1 for true."""
    text = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(str(value), str(value))
    text = {"True": "1", "False": "0", "true": "1", "false": "0"}.get(text, text)
    return text.removesuffix(".0")


def in_xml(path: Path) -> list[str]:
    """Names of nodes by the parser of Python's own library."""
    return [as_text(found.get("id")) for found in ElementTree.parse(path).iter() if found.tag.endswith("}node")]


def in_json(path: Path) -> list[str]:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    return [as_text(row["id"]) for row in json.loads(path.read_text("utf-8"), parse_constant=refuse)["nodes"]]


NAMES_IN: dict[str, Callable[[Path], list[str]]] = {"graphml": in_xml, "gexf": in_xml, "json": in_json}


@pytest.mark.parametrize("format", [*FORMATS, "dot"])
@settings(max_examples=40, deadline=None)
@given(names=st.lists(st.text(min_size=1, max_size=6), min_size=2, max_size=4, unique=True), data=st.data())
def test_what_is_written_is_read_or_refused(
    tmp_path_factory: Any, format: str, names: list[str], data: st.DataObject
) -> None:
    G = nx.DiGraph([(names[0], name) for name in names[1:]])
    for row in (*(row for _, row in G.nodes(data=True)), *(row for *_, row in G.edges(data=True))):
        row.update(data.draw(st.dictionaries(st.sampled_from(["note", "size", "kind", "weight"]), VALUES, max_size=3)))
    path = tmp_path_factory.mktemp("any") / f"g.{format}"
    try:
        export_graph(G, path)
    except GraphExportError:
        assert not path.exists()
        return
    if format in NAMES_IN:
        assert sorted(NAMES_IN[format](path)) == sorted(as_text(name) for name in G)
    H = read_graph(path)
    assert list(H) == list(G)
    assert list(H.edges) == list(G.edges)
    for node, row in G.nodes(data=True):
        assert all(is_same(H.nodes[node].get(key), value) for key, value in row.items())
    for u, v, row in G.edges(data=True):
        found = H.edges[u, v]
        for key, value in row.items():  # GEXF moves a weight that is no float
            assert is_same(found.get(key, found.get(f"{key}_")), value)


class TestGexf:
    def test_place_colour_and_size(self, tmp_path: Path) -> None:
        G = embedded()
        G.add_node("plain")
        path = tmp_path / "g.gexf"
        export_graph(G, path)
        H = nx.read_gexf(path)
        for node, row in embedded().nodes(data=True):
            x, y = row["pos"].tolist()
            assert H.nodes[node]["viz"]["position"] == {"x": x, "y": y, "z": 0.0}
        colors = {node: tuple(H.nodes[node]["viz"]["color"].values()) for node in embedded()}
        sizes = {node: H.nodes[node]["viz"]["size"] for node in embedded()}
        assert colors["dog"] == colors["cat"]
        assert len(set(colors.values())) == 3
        assert sizes["animal"] > sizes["dog"] == sizes["cat"] > sizes["poodle"] > 0
        assert "viz" not in H.nodes["plain"]

    @pytest.mark.parametrize("depth", [10**12, 10**40, 10**400])
    def test_deep_and_odd_levels(self, tmp_path: Path, depth: int) -> None:
        G = nx.DiGraph()
        G.add_node("deep", level=depth, pos=(0, 0))
        G.add_node("odd", level="high", pos=(1, math.nan))
        G.add_node("below", level=-1, pos=[1, "x"])
        export_graph(G, tmp_path / "g.gexf")
        assert [set(row.get("viz", ())) for _, row in nx.read_gexf(tmp_path / "g.gexf").nodes(data=True)] == [
            {"position", "color", "size"},
            set(),
            set(),
        ]


@pytest.mark.parametrize("text", ["a\r\nb", "\r", "a\rb\nc", "\n\r"])
@pytest.mark.parametrize("suffix", [".graphml", ".gexf", ".json"])
def test_ends_of_lines_inside_text_are_kept(tmp_path: Path, suffix: str, text: str) -> None:
    G = nx.DiGraph([("a", "b")])
    G.nodes["a"]["note"] = text
    export_graph(G, tmp_path / f"g{suffix}")
    assert read_graph(tmp_path / f"g{suffix}").nodes["a"]["note"] == text


@pytest.mark.parametrize("text", ["()", "[]"])
def test_text_that_gml_makes_something_else_of_is_refused(tmp_path: Path, text: str) -> None:
    G = nx.DiGraph([("a", "b")])
    G.nodes["a"]["note"] = text
    with pytest.raises(GraphExportError, match=r"node 'a'.*cannot read the text"):
        export_graph(G, tmp_path / "g.gml")
    assert not list(tmp_path.iterdir())


def test_graphviz_is_given_no_files_to_open(tmp_path: Path) -> None:
    G = nx.DiGraph([("a", "b")], imagepath="/etc")
    G.nodes["a"].update(
        fontname="/etc/passwd",
        _draw_="I 0 0 9 9 5 -x.png",
        shapefile="/etc/passwd",
        image="x.png",
        URL="http://e.org",
        colour="red",
        color="red",
    )
    G.edges["a", "b"].update(href="http://e.org", weight=2)
    export_graph(G, tmp_path / "g.dot")
    text = (tmp_path / "g.dot").read_text()
    assert not re.search(r"\b(imagepath|shapefile|image|URL|href|fontname|_draw_)=", text)
    for kept in ('shapefile_="/etc/passwd"', "colour=red", "color=red", 'href_="http://e.org"', "weight=2"):
        assert kept in text


@pytest.mark.parametrize("suffix", [".graphml", ".gexf", ".gml", ".json", ".dot"])
def test_writing_takes_little_memory_beyond_the_graph(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, many_nodes: nx.DiGraph, suffix: str
) -> None:
    """Copies and trees of the file took kilobytes a node."""
    monkeypatch.setattr(write, "_LINES_AT_ONCE", 64)
    export_graph(nx.DiGraph([("a", "b")]), tmp_path / f"small{suffix}")  # imports
    tracemalloc.start()
    try:
        export_graph(many_nodes, tmp_path / f"g{suffix}")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most / len(many_nodes) < 250
