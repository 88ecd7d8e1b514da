"""What each format can hold, and what happens to the rest."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.io.graphs.format_rules import GraphExportError
from nx_poincare.io.graphs.write import export_graph

FORMATS = ["graphml", "gexf", "gml", "json"]


def read_back(path: Path) -> nx.Graph:
    format = path.name.removesuffix(".gz").rpartition(".")[2]
    if format == "json":
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8") as stream:
            return nx.node_link_graph(json.load(stream), edges="edges")
    return getattr(nx, f"read_{format}")(path)


@pytest.mark.parametrize("format", FORMATS)
class TestFitted:
    def test_names_the_format_uses_itself(self, tmp_path: Path, format: str) -> None:
        words = [
            "id",
            "label",
            "pid",
            "start",
            "end",
            "parents",
            "spells",
            "slices",
            "viz",
            "key",
            "source",
            "target",
            "type",
            "mode",
            "directed",
            "node",
            "edge",
            "node_default",
            "networkx_key",
            "id_",
        ]
        G = nx.DiGraph()
        G.graph.update(dict.fromkeys(words, "of the graph"))
        G.add_node("a", **{word: f"node {word}" for word in words})
        G.add_edge("a", "b", **{word: f"edge {word}" for word in words})
        path = tmp_path / f"g.{format}"
        export_graph(G, path)
        H = read_back(path)
        assert set(H) == {"a", "b"}
        assert {f"node {word}" for word in words} <= set(H.nodes["a"].values())
        assert {f"edge {word}" for word in words} <= set(H["a"]["b"].values())
        assert H.nodes["a"]["id_"] == "node id_"

    def test_names_the_format_uses_itself_on_parallel_edges(self, tmp_path: Path, format: str) -> None:
        """In GraphML the key of an edge is its id, and took the place of an attribute of that name."""
        G = nx.MultiDiGraph()
        words = ["id", "key", "source", "networkx_key", "id_"]
        for key in (5, 7):
            G.add_edge("a", "b", key=key)
            G.edges["a", "b", key].update({word: f"edge {key} {word}" for word in words})
        export_graph(G, tmp_path / f"g.{format}")
        rows = [row for *_, row in read_back(tmp_path / f"g.{format}").edges(data=True)]
        for key, row in zip((5, 7), rows, strict=True):
            assert {f"edge {key} {word}" for word in words} <= set(row.values())

    def test_names_that_cannot_be_compared(self, tmp_path: Path, format: str) -> None:
        """NumPy makes an array of a tuple, to compare its numbers with, and fails."""
        G = nx.MultiDiGraph()
        G.add_edge(("x", (1, 2)), "a", key="of a tuple")
        G.add_edge(np.int64(1), "a", key="of a number")
        export_graph(G, tmp_path / f"g.{format}")
        assert read_back(tmp_path / f"g.{format}").number_of_edges() == 2

    def test_mixed_types_in_a_column(self, tmp_path: Path, format: str) -> None:
        G = nx.DiGraph()
        G.add_node("a", number=1, other=1, big=2**60 + 1, flag=True)
        G.add_node("b", number=0.5, other="x", big=0.5, flag="no")
        G.add_edge("a", "b", weight="heavy")
        G.add_edge("b", "a", weight=True)
        path = tmp_path / f"g.{format}"
        export_graph(G, path)
        H = read_back(path)
        assert (H.nodes["a"]["number"], H.nodes["b"]["number"]) == (1, 0.5)
        assert str(H.nodes["a"]["other"]) == "1"
        assert int(H.nodes["a"]["big"]) == 2**60 + 1
        assert H["a"]["b"]["weight_" if format == "gexf" else "weight"] == "heavy"


class TestRefusals:
    @pytest.mark.parametrize("format", ["graphml", "gexf"])
    @pytest.mark.parametrize("bad", ["\x00", "\x08", "\x1b", "\ufffe", "\ud800"])
    def test_characters_that_xml_has_not(self, tmp_path: Path, format: str, bad: str) -> None:
        path = tmp_path / f"g.{format}"
        in_name, in_node, in_edge, in_key, in_graph = (nx.DiGraph([("a", "b")]) for _ in range(5))
        in_name.add_node(f"dog{bad}")
        in_node.nodes["a"]["note"] = bad
        in_edge["a"]["b"]["note"] = bad
        in_key.nodes["b"][bad] = 1
        in_graph.graph["name"] = bad
        for G, owner in (
            (in_name, "node 'dog"),
            (in_node, "node 'a'"),
            (in_edge, r"edge \('a', 'b'\)"),
            (in_key, "node 'b'"),
            (in_graph, "the graph"),
        ):
            with pytest.raises(GraphExportError, match=f"^{owner}.*XML"):
                export_graph(G, path)
        assert list(tmp_path.iterdir()) == []
        for other in ("json", "gml"):
            export_graph(in_name, tmp_path / f"g.{other}")
            assert f"dog{bad}" in read_back(tmp_path / f"g.{other}")

    def test_what_gml_cannot_hold(self, tmp_path: Path) -> None:
        G = nx.DiGraph([("a", "b")])
        G["a"]["b"]["größe"] = 1
        with pytest.raises(GraphExportError, match=r"edge \('a', 'b'\): GML .* 'größe'"):
            export_graph(G, tmp_path / "g.gml")
        with pytest.raises(GraphExportError, match=r"node '\[\]'"):
            export_graph(nx.DiGraph([("a", "[]")]), tmp_path / "g.gml")

    def test_unknown_suffix(self, tmp_path: Path) -> None:
        for name in ("g.tsv", "g", "g.gz", "g.xlsx"):
            with pytest.raises(ValueError, match=r"\.graphml, \.gexf"):
                export_graph(nx.DiGraph([(1, 2)]), tmp_path / name)
        with pytest.raises(FileNotFoundError):
            export_graph(nx.DiGraph([(1, 2)]), tmp_path / "no" / "g.json")


def test_two_halves_of_a_character_are_refused_in_json(tmp_path: Path) -> None:
    """They were written, and read as the one character that another node is called by."""
    names = ["\ud83d\udc15", "\U0001f415", "\udc15\ud83d", "\ud83d"]
    G = nx.DiGraph([(names[0], names[1])])
    with pytest.raises(GraphExportError, match=r"node '\\ud83d\\udc15'.*two halves of a character"):
        export_graph(G, tmp_path / "g.json")
    export_graph(nx.DiGraph([((names[0],), (names[1],))]), tmp_path / "g.json")
    assert len(nxp.read_graph(tmp_path / "g.json")) == 2
    (tmp_path / "g.json").unlink()
    for nodes in (names, [(names[0], 1), *names[1:]], [1, *names]):
        emb = nxp.Embedding.from_vectors(nodes, np.zeros((len(nodes), 2)))
        with pytest.raises(TypeError, match="two halves of a character"):
            emb.save(tmp_path / "e.npz")
    assert list(tmp_path.iterdir()) == []
    emb = nxp.Embedding.from_vectors(names[1:], np.zeros((3, 2)))
    emb.save(tmp_path / "e.npz")
    assert list(nxp.Embedding.load(tmp_path / "e.npz")) == names[1:]
