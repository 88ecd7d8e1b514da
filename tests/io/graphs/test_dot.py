"""DOT: what Graphviz itself and networkx's reader make of it."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.io.graphs.format_rules import GraphExportError

HOSTILE = [
    'say "hi"',
    "it's",
    "tab\there",
    "two\nlines",
    "<b>&amp;</b>",
    "&#65;",
    "\U0001f415",
    "\u202eright to left",
    "שלום",
    " spaces ",
    "#hash",
    "[",
    "1",
    "01.50",
    "-0",
    "a\\b",
    "\\N",
    "a:b",
    "a->b",
    "node",
    "GRAPH",
    "é",
    "",
    "// no comment",
]


@pytest.fixture
def neato() -> Callable[[Path], dict[str, Any]]:
    """What ``neato -n`` makes of a file: its own JSON, with the places it draws at."""
    if shutil.which("neato") is None:
        if os.environ.get("CI"):
            pytest.fail("Graphviz is not installed")
        pytest.skip("Graphviz is not installed")

    def drawn(path: Path) -> dict[str, Any]:
        done = subprocess.run(["neato", "-n", "-Tjson", str(path)], capture_output=True, check=True)
        assert b"rror" not in done.stderr
        return json.loads(done.stdout)

    return drawn


@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph])
def test_graphviz_reads_every_name_and_text(tmp_path: Path, neato: Any, kind: type[nx.Graph]) -> None:
    G = kind()
    for place, name in enumerate(HOSTILE):
        G.add_node(name, pos=(place, place % 5), note=name)
        G.add_edge("root", name, note=name)
    G.nodes["root"]["pos"] = (0.0, -1.0)
    nxp.export_graph(G, tmp_path / "g.dot")
    drawn = neato(tmp_path / "g.dot")
    assert drawn["directed"] == G.is_directed()
    names = [node["name"] for node in drawn["objects"]]
    assert sorted(names) == sorted(G)
    notes = {node["name"]: node.get("note", "") for node in drawn["objects"]}
    assert all(notes[name] == name for name in HOSTILE)
    shape = tuple if G.is_directed() else frozenset
    ends = {(shape([names[e["tail"]], names[e["head"]]]), e.get("note", "")) for e in drawn["edges"]}
    assert ends == {(shape(["root", name]), name) for name in HOSTILE}


def test_graphviz_draws_nodes_where_they_stand(tmp_path: Path, neato: Any, mammals: nx.DiGraph) -> None:
    G = nx.DiGraph(mammals.subgraph([*nx.descendants(mammals, "feline.n.01"), "feline.n.01"]))
    emb = nxp.embed(G)
    nxp.export_graph(G, tmp_path / "g.dot")
    drawn = {node["name"]: node for node in neato(tmp_path / "g.dot")["objects"]}
    places = np.array([[float(number) for number in drawn[v]["pos"].rstrip("!").split(",")] for v in G])
    assert np.ptp(places, axis=0).min() > 500  # points: a picture one can look at
    scale = 512.0  # the power of two, points
    moved = places - places[0] + scale * emb.layout[0]
    assert moved == pytest.approx(scale * emb.layout, abs=0.01)  # Graphviz prints five digits
    assert len({drawn[v]["fillcolor"] for v in G}) == len(set(emb.levels.tolist()))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # pydot calls old names of pyparsing
@pytest.mark.parametrize("suffix", ["dot", "dot.gz"])
def test_networkx_reads_the_same_bits(
    tmp_path: Path, needed: Callable[[str], Any], mammals: nx.DiGraph, suffix: str
) -> None:
    needed("pydot")
    G = nx.DiGraph(mammals.subgraph([*nx.descendants(mammals, "feline.n.01"), "feline.n.01"]))
    emb = nxp.embed(G)
    path = tmp_path / f"g.{suffix}"
    nxp.export_graph(G, path)
    text = gzip.decompress(path.read_bytes()) if suffix == "dot.gz" else path.read_bytes()
    H = nx.nx_pydot.read_dot(io.StringIO(text.decode()))
    assert type(H) is nx.DiGraph
    assert list(H) == list(G)
    assert set(H.edges) == set(G.edges)
    for v in G:
        row = {key: value.strip('"') for key, value in H.nodes[v].items()}
        assert [float(row["poincare_0"]), float(row["poincare_1"])] == emb[v].tolist()
        assert [float(number) / 512 for number in row["pos"].rstrip("!").split(",")] == G.nodes[v]["pos"].tolist()
        assert int(row["level"]) == G.nodes[v]["level"]


def test_parallel_edges_keep_their_keys(tmp_path: Path, neato: Any) -> None:
    G = nx.MultiDiGraph([("a", "b"), ("a", "b")])
    nx.set_node_attributes(G, {"a": (0, 0), "b": (1, 1)}, "pos")
    nxp.export_graph(G, tmp_path / "g.dot")
    assert len(neato(tmp_path / "g.dot")["edges"]) == 2
    assert "a -> b [key=0];\n  a -> b [key=1];" in (tmp_path / "g.dot").read_text()


def test_own_attributes_of_graphviz_take_effect_and_pos_moves(tmp_path: Path, neato: Any) -> None:
    G = nx.DiGraph()
    G.add_node("a", pos="somewhere", fillcolor="red", level=0)
    G.add_node("b", level=1)
    nxp.export_graph(G, tmp_path / "g.dot", store_pos_as="place")
    text = (tmp_path / "g.dot").read_text()
    assert "pos_=somewhere" in text
    assert "fillcolor=red" in text
    assert "pos=" not in text


def test_graphviz_shows_names_as_they_are(tmp_path: Path, neato: Any) -> None:
    names = ["plain", "a\\nb", "&#65;", "&amp;", "&", "%20", "%", "100 %"]
    G = nx.DiGraph()
    for place, name in enumerate(names):
        G.add_node(name, pos=(place, 0.0))
    nxp.export_graph(G, tmp_path / "g.dot")
    svg = subprocess.run(["neato", "-n", "-Tsvg", str(tmp_path / "g.dot")], capture_output=True, check=True).stdout
    shown = ["".join(text.itertext()) for text in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
    assert [text.replace("\xa0", " ") for text in shown] == names


@pytest.mark.parametrize("name", ["back\\", 'a\\"b', "line\\\nend", "nul\0", "\ud800"])
def test_what_dot_cannot_hold_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(GraphExportError, match="which DOT cannot"):
        nxp.export_graph(nx.DiGraph([("a", name)]), tmp_path / "g.dot")
    G = nx.DiGraph()
    G.add_node("a", note=name)
    with pytest.raises(GraphExportError, match="node 'a'"):
        nxp.export_graph(G, tmp_path / "g.dot")
    assert list(tmp_path.iterdir()) == []
