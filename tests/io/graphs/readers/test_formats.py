"""The other formats, one class each: what other programs write, and what is refused."""

from __future__ import annotations

import io
import itertools
import json
import os
import shutil
import sqlite3
import subprocess
import warnings
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, get_args

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from optional_packages import needed
from said import Said

import nx_poincare as nxp
from nx_poincare.io.graphs.format_rules import GraphExportError
from nx_poincare.io.graphs.read import Format
from nx_poincare.io.graphs.readers.registry import GRAPH_FORMATS
from nx_poincare.io.streams import GraphFileError

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)


def read(text: str | bytes, format: Any, **options: Any) -> nx.Graph:
    content = text if isinstance(text, bytes) else text.encode()
    return nxp.read_graph(io.BytesIO(content), format=format, **options)


class TestRegistry:
    def test_every_row_names_a_reader_and_an_extra_that_there_is(self) -> None:
        metadata = Path(__file__).parents[4] / "setup.cfg"
        for name, row in GRAPH_FORMATS.items():
            assert name in get_args(Format)
            assert row.suffixes
            if row.reader:
                assert callable(row.load())
            assert row.extra is None or f"\n{row.extra} =\n" in metadata.read_text()
        suffixes = [suffix for row in GRAPH_FORMATS.values() for suffix in row.suffixes]
        assert len(set(suffixes)) == len(suffixes)

    def test_options_of_other_formats_are_refused(self) -> None:
        for format, option in (("json", "table"), ("obo", "table"), ("newick", "relations"), ("excel", "relations")):
            with pytest.raises(ValueError, match=f"{option} is for .*, not for {format}"):
                read("x", format, **{option: "y"})
        with pytest.raises(ValueError, match="dot has none"):
            read("x", "dot", source="a")

    @pytest.mark.parametrize("format", [name for name, row in GRAPH_FORMATS.items() if row.reader])
    @pytest.mark.parametrize(
        "content", [b"", b"\0" * 100, b"\xff\xfe\xfa", b"<", b"[" * 3000, b"nonsense here", b"\x89PNG"]
    )
    def test_what_is_none_of_it_is_refused_with_its_name(self, tmp_path: Path, format: str, content: bytes) -> None:
        path = tmp_path / f"file{GRAPH_FORMATS[format].suffixes[0]}"
        path.write_bytes(content)
        if format == "adjlist" and content in (b"", b"<", b"[" * 3000, b"nonsense here"):
            assert nxp.read_graph(path).number_of_edges() == content.count(b" ")  # these are lists of names
            return
        if format == "dmp" and content == b"":
            assert len(nxp.read_graph(path)) == 0
            return
        with pytest.raises(GraphFileError, match="file"):
            nxp.read_graph(path)

    def test_no_more_than_the_limit_is_read(self, tmp_path: Path) -> None:
        for name, row in GRAPH_FORMATS.items():
            (tmp_path / "big").write_bytes(b"a" * 1000)
            if row.reader:
                with pytest.raises(GraphFileError, match="more than 500 bytes"):
                    nxp.read_graph(tmp_path / "big", format=name, max_bytes=500)  # type: ignore[arg-type]


GEXF = """<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="{0}" xmlns:viz="{0}/viz" version="1.3"><meta lastmodifieddate="2024-01-01"><creator>Gephi</creator></meta>
<graph defaultedgetype="directed" mode="dynamic" timeformat="dateTime">
<attributes class="graph"><attribute id="g" title="source" type="string"><default>web</default>
</attribute><attribute id="n" title="n" type="biginteger"/></attributes>
<attvalues><attvalue for="n" value="7"/></attvalues>
<attributes class="node" mode="static"><attribute id="a" title="rank" type="short"/><attribute id="b" title="tags"
 type="listinteger"/></attributes>
<nodes><node id="1" label="animal" start="2020-01-01"><attvalues><attvalue for="a" value="3"/><attvalue for="b"
 value="[1, 2]"/></attvalues><viz:color hex="#FF8000"/><viz:size value="2"/></node><node id="2" label="dog"/></nodes>
<edges><edge id="0" source="1" target="2" kind="is above" weight="2.5"/></edges></graph></gexf>"""
NESTED_GEXF = """<gexf xmlns="http://gexf.net/1.3"><graph defaultedgetype="{}"><nodes><node id="a" label="A"><nodes>
<node id="b"><nodes><node id="c"/></nodes><edges><edge source="b" target="c"/></edges></node></nodes></node>
<node id="d" pid="a"/><node id="e"><parents><parent for="a"/><parent for="d"/></parents></node><node id="f"/></nodes>
<edges>{}</edges></graph></gexf>"""


class TestGexf:
    @pytest.mark.parametrize(
        "namespace",
        [
            "http://gexf.net/1.3", "http://www.gexf.net/1.3", "http://www.gexf.net/1.3draft", "http://gexf.net/1.3draft",
            "http://www.gexf.net/1.2draft", "http://gexf.net/1.2", "http://www.gexf.net/1.1draft",
        ],
    )  # fmt: skip
    def test_versions(self, namespace: str, said: Said) -> None:
        G = read(GEXF.format(namespace), "gexf")
        assert "each has another label, 'animal'" in said.text
        assert list(G.edges(data="weight")) == [("1", "2", 2.5)]
        assert {key: G.nodes["1"][key] for key in ("label", "rank", "tags")} == {
            "label": "animal", "rank": 3, "tags": "[1, 2]",
        }  # fmt: skip
        assert {key: G.nodes["1"]["viz"]["color"][key] for key in "rgb"} == {"r": 255, "g": 128, "b": 0}
        assert (G.graph["source"], G.graph["n"]) == ("web", 7)

    def test_without_namespace(self) -> None:
        G = read("<gexf><graph defaultedgetype='directed'><nodes><node id='a'/></nodes></graph></gexf>", "gexf")
        assert list(G) == ["a"]

    def test_nodes_in_nodes_and_parents(self, said: Said) -> None:
        nested = {("a", "b"), ("b", "c"), ("a", "d"), ("a", "e"), ("d", "e")}
        G = read(NESTED_GEXF.format("directed", "<edge source='d' target='f'/>"), "gexf")
        assert set(G.edges) == nested | {("d", "f")}
        assert list(G) == ["a", "b", "c", "d", "e", "f"]
        assert "edges from the outer to the inner: 5; edges of the file kept beside them: 2" in said.text
        said.clear()
        G = read(NESTED_GEXF.format("undirected", ""), "gexf")
        assert G.is_directed()
        assert set(G.edges) == nested
        assert "edges of the file left out, as they have no direction: 1" in said.text
        with pytest.raises(GraphFileError, match="'z', the parent of the node 'd', is not in the file"):
            read(NESTED_GEXF.format("directed", "").replace('pid="a"', 'pid="z"'), "gexf")

    def test_what_we_write_is_of_version_1_2(self, tmp_path: Path) -> None:
        """As its schema says: the order of elements, and the names of all attributes and types."""
        G = nx.DiGraph([("animal", "dog")], name="pets")
        nxp.embed(G)
        nxp.export_graph(G, tmp_path / "g.gexf")
        from xml.etree import ElementTree

        graph = ElementTree.parse(tmp_path / "g.gexf").getroot().find("{http://www.gexf.net/1.2draft}graph")
        assert graph is not None
        assert [child.tag.rpartition("}")[2] for child in graph] == ["attributes", "nodes", "edges"]
        assert nxp.Embedding.load(tmp_path / "g.gexf") is not None


GRAPHML = """<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="k" for="node" attr.name="n" attr.type="int"/><graph edgedefault="{}"><node id="a"><data key="k">1</data>
<graph id="a:" edgedefault="directed"><node id="b"/><node id="c"><graph edgedefault="directed">
<node id="d"><data key="k">2</data></node></graph></node><edge source="b" target="c"/></graph>
</node><node id="e"/>{}</graph></graphml>"""
YED = """<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml">
<key for="node" id="d6" yfiles.type="nodegraphics"/><graph edgedefault="directed" id="G">
<node id="n0" yfiles.foldertype="group"><data key="d6"><y:ProxyAutoBoundsNode><y:Realizers active="0"><y:GroupNode/>
</y:Realizers></y:ProxyAutoBoundsNode></data><graph edgedefault="directed" id="n0:"><node id="n0::n0"><data key="d6">
<y:ShapeNode><y:NodeLabel>dog</y:NodeLabel></y:ShapeNode></data></node></graph></node>
<edge id="e0" source="n0" target="n0::n0"/></graph></graphml>"""


class TestGraphml:
    def test_graphs_in_nodes(self, said: Said) -> None:
        G = read(GRAPHML.format("directed", "<edge source='d' target='e'/>"), "graphml")
        assert set(G.edges) == {("a", "b"), ("a", "c"), ("c", "d"), ("b", "c"), ("d", "e")}
        assert dict(G.nodes(data="n", default=None)) == {"a": 1, "b": None, "c": None, "d": 2, "e": None}
        G = read(GRAPHML.format("undirected", ""), "graphml")
        assert set(G.edges) == {("a", "b"), ("a", "c"), ("c", "d")}
        assert "edges of the file left out, as they have no direction: 1" in said.text

    @pytest.mark.filterwarnings("ignore:.*nodes stand in others")
    def test_groups_of_yed(self) -> None:
        G = read(YED, "graphml")
        assert set(G.edges) == {("n0", "n0::n0")}
        assert G.nodes["n0::n0"]["label"] == "dog"

    def test_edges_of_nodes_that_are_not_there(self) -> None:
        for format, text in (
            ("graphml", GRAPHML.format("directed", "\n<edge source='a' target='z'/>")),
            ("gexf", NESTED_GEXF.format("directed", "\n<edge source='a' target='z'/>")),
        ):
            with pytest.raises(GraphFileError, match=r"line \d: is an edge of the node 'z', which is not in the file"):
                read(text, format)

    def test_several_graphs(self, said: Said) -> None:
        two = '<graph edgedefault="directed"><node id="{}"/></graph>'
        text = f'<graphml xmlns="http://graphml.graphdrawing.org/xmlns">{two.format("a")}{two.format("b")}</graphml>'
        assert list(read(text, "graphml")) == ["a"]
        assert "holds 2 graphs; the first one is read" in said.text


class TestGml:
    def test_a_repeated_edge_counts_once(self) -> None:
        for directed, kind in (("directed 1", nx.DiGraph), ("", nx.Graph), ("directed 1 multigraph 0", nx.DiGraph)):
            G = read(
                f'Creator "graph [" # graph [\ngraph [ {directed} node [ id 0 label "a" ] node [ id 1 label "b" ] '
                "edge [ source 0 target 1 weight 1 ] edge [ source 0 target 1 weight 2 ] ]",
                "gml",
            )
            assert type(G) is kind
            assert list(G.edges(data="weight")) == [("a", "b", 2)]

    def test_two_nodes_with_one_label(self, said: Said) -> None:
        node = 'node [ id {} label "a" ] '
        G = read(f"graph [ directed 1 {node.format(0)}{node.format(1)} edge [ source 0 target 1 ] ]", "gml")
        assert list(G.edges) == [("0", "1")]
        assert dict(G.nodes(data="label")) == {"0": "a", "1": "a"}
        assert "two nodes have the same label" in said.text


class TestNodeLink:
    NODES = ({"id": "a"}, {"id": "b", "n": 1}, {"id": "c"})

    def test_of_networkx_1_by_position(self) -> None:
        links = [{"source": 0, "target": 1, "weight": 2}, {"source": 1, "target": 2}]
        data = {"directed": True, "graph": [["name", "pets"]], "nodes": self.NODES, "links": links, "multigraph": False}
        G = read(json.dumps(data), "json")
        assert list(G.edges(data="weight")) == [("a", "b", 2), ("b", "c", None)]
        assert (list(G), G.graph) == (["a", "b", "c"], {"name": "pets"})

    def test_ids_that_are_positions_of_others(self) -> None:
        nodes = [{"id": 1}, {"id": 0}, {"id": 2}]
        links = [{"source": 0, "target": 1}]
        assert list(read(json.dumps({"nodes": nodes, "links": links}), "json").edges) == [(0, 1)]
        unnamed = {"nodes": [{"name": "x"}, {"name": "y"}], "links": links}
        assert list(read(json.dumps(unnamed), "json").edges) == [(0, 1)]  # as networkx names them

    @pytest.mark.parametrize("empty", [[], None])
    def test_the_list_that_is_filled(self, empty: Any) -> None:
        links = [{"source": "a", "target": "b"}]
        for full, other in (("links", "edges"), ("edges", "links")):
            G = read(json.dumps({"nodes": self.NODES, other: empty, full: links}), "json")
            assert list(G.edges) == [("a", "b")]
        with pytest.raises(GraphFileError, match="'edges' and 'links', which are not the same"):
            read(json.dumps({"nodes": self.NODES, "edges": links, "links": links * 2}), "json")

    def test_edges_of_nodes_that_are_not_there(self) -> None:
        for end in ("z", 3, -1, 1.0, True, ["a"]):
            links = [{"source": "a", "target": "b"}, {"source": "a", "target": end}]
            with pytest.raises(GraphFileError, match=r"links\[1\] has the target .*, but no node has this id"):
                read(json.dumps({"nodes": self.NODES, "links": links}), "json")

    def test_of_vis_js_and_cytoscape(self) -> None:
        visjs = {"nodes": [{"id": 1, "label": "x"}, {"id": 2}], "edges": [{"from": 1, "to": 2, "w": 3}]}
        assert list(read(json.dumps(visjs), "json").edges(data="w")) == [(1, 2, 3)]
        G = nx.DiGraph([("a", "b")])
        assert list(read(json.dumps(nx.cytoscape_data(G)), "json").edges) == [("a", "b")]
        assert list(read(json.dumps(nx.adjacency_data(G)), "json").edges) == [("a", "b")]
        elements = [{"data": {"id": "a"}}, {"data": {"id": "b"}}, {"data": {"source": "a", "target": "b", "id": "e"}}]
        assert list(read(json.dumps({"elements": elements}), "json").edges) == [("a", "b")]

    def test_of_graphology_and_the_json_graph_format(self) -> None:
        links = [{"source": "a", "target": "b"}]
        for key in ("key", "name", "label"):
            G = read(json.dumps({"nodes": [{key: "a"}, {key: "b"}], "links": links}), "json")
            assert list(G.edges) == [("a", "b")]
        for nodes in ({"a": {"label": "A"}, "b": None}, [{"id": "a", "label": "A"}, {"id": "b"}]):
            G = read(json.dumps({"graph": {"directed": True, "nodes": nodes, "edges": links}}), "json")
            assert list(G.edges) == [("a", "b")]
            assert G.nodes["a"]["label"] == "A"

    @given(st.lists(st.floats(), min_size=1, max_size=4), st.sampled_from(["nodes", "edges", "graph"]))
    def test_what_is_written_is_strict(self, tmp_path_factory: Any, values: list[float], place: str) -> None:
        G = nx.DiGraph([(float("inf"), 1), (float("nan"), 2)])
        row: dict[str, Any] = {"nodes": G.nodes[1], "edges": G.edges[float("inf"), 1], "graph": G.graph}[place]
        row.update((f"v{number}", value) for number, value in enumerate(values))
        path = tmp_path_factory.mktemp("strict") / "g.json"
        nxp.export_graph(G, path)

        def refuse(constant: str) -> None:
            raise AssertionError(constant)

        json.loads(path.read_text(), parse_constant=refuse)
        back: nx.Graph = nxp.read_graph(path)
        found: dict[str, Any] = {
            "nodes": back.nodes[1],
            "edges": next(iter(back.edges(data=True)))[2],
            "graph": back.graph,
        }
        assert [str(float(found[place][f"v{number}"])) for number in range(len(values))] == [str(v) for v in values]
        assert set(back) == {"inf", "nan", 1, 2}


DOT = """strict digraph "pets \\" home" { graph [label=t] node [color=red]; edge [w=1] // defaults
 a -> b -> {c; d:p1:n} [label="say \\"hi\\""]; "n s":port -> e:s; subgraph cluster_1 { node [shape=box]; x; x -> y }
 subgraph S {p q} -> r; a [label=<<b>html</b>>, "x label"="é"]; lone; 5 -> 3.5; a -> a; a -> b [w=2] /* again */
# a line of the preprocessor
 node [color=blue]; z [pos="1.5,-2e1!"]; "שלום\\n" }"""


class TestDot:
    def test_all_that_dot_has(self) -> None:
        G = read(DOT, "dot")
        assert type(G) is nx.DiGraph
        assert set(G.edges) == {
            ("a", "b"), ("b", "c"), ("b", "d"), ("n s", "e"), ("x", "y"), ("p", "r"), ("q", "r"), ("5", "3.5"),
            ("a", "a"),
        }  # fmt: skip
        assert G.edges["b", "d"] == {"w": "1", "label": 'say "hi"'}
        assert G.nodes["a"] == {"color": "red", "label": "<<b>html</b>>", "x label": "é"}
        assert (G.nodes["y"]["shape"], G.nodes["z"]["color"], G.nodes["z"]["pos"]) == ("box", "blue", (1.5, -20.0))
        assert "שלום\\n" in G
        assert G.graph["label"] == "t"

    def test_graphviz_has_the_same_nodes_and_edges(self, tmp_path: Path) -> None:
        if shutil.which("dot") is None:
            assert not os.environ.get("CI"), "dot is missing"
            pytest.skip("no Graphviz: install graphviz")
        (tmp_path / "g.dot").write_text(DOT, encoding="utf-8")
        done = subprocess.run(["dot", "-Tjson", tmp_path / "g.dot"], capture_output=True, timeout=60, check=True)
        data = json.loads(done.stdout)
        names = {found["_gvid"]: found["name"] for found in data["objects"] if "nodes" not in found}
        G = nxp.read_graph(tmp_path / "g.dot")
        assert set(G) == set(names.values())
        assert set(G.edges) == {(names[edge["tail"]], names[edge["head"]]) for edge in data["edges"]}

    def test_attributes_that_pydot_takes_for_arguments(self, said: Said) -> None:
        """As igraph writes the names of vertices."""
        text = (
            'digraph { 0 [name="say name=\\"x\\"", src=1, "dst"=2 /* name = */] 1 [ name = b ] 0 -> 1 [name=e, src=2] }'
        )
        G = read(text, "dot")
        assert dict(G.nodes(data=True)) == {"0": {"name": 'say name="x"', "src": "1", "dst": "2"}, "1": {"name": "b"}}
        assert list(G.edges(data=True)) == [("0", "1", {"name": "e", "src": "2"})]

    def test_comments_stand_anywhere_but_in_text(self) -> None:
        text = """/* a
        -> b */ digraph /* { */ { // }
          a /**/ -> /* c */ "b // no" // -> d
          # "
          -> "/* no */" [label=<<i a="http://x">/* no */ # name=1</i>>, w /* = 1 */ = 2]; c /* ; */ }"""
        G = read(text, "dot")
        label = '<<i a="http://x">/* no */ # name=1</i>>'
        assert set(G.edges) == {("a", "b // no"), ("b // no", "/* no */")}
        assert set(G) == {"a", "b // no", "/* no */", "c"}
        assert G.edges["a", "b // no"] == {"label": label, "w": "2"}
        with pytest.raises(GraphFileError, match="line 4: is not DOT at '=1 }"):
            read("/* 1\n2 */ digraph {\n // 3\n =1 }", "dot")

    def test_the_grammar_of_pydot_stays_as_it_is(self) -> None:
        read("digraph { a // b\n }", "dot")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            (found,) = needed("pydot").graph_from_dot_data("digraph { a -> b // c\n }")
        assert [edge.get_destination() for edge in found.get_edges()] == ["b"]

    def test_edges_are_not_counted_anew_for_each(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """They took time in proportion to their square."""
        counted = itertools.count()
        plain = nx.MultiDiGraph.number_of_edges
        monkeypatch.setattr(
            nx.MultiDiGraph, "number_of_edges", lambda *arguments: next(counted) < 0 or plain(*arguments)
        )
        assert len(read("digraph { " + " -> ".join(f"n{i}" for i in range(100)) + " }", "dot")) == 100
        assert next(counted) < 5

    @pytest.mark.parametrize("progress", [True, False])
    def test_long_reading_is_not_silent(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], progress: bool
    ) -> None:
        monkeypatch.setattr("nx_poincare.utils.progress._SILENCE", 0.0)
        monkeypatch.setattr("nx_poincare.utils.progress._PULSE", 0.01)
        (tmp_path / "g.dot").write_text("digraph { " + "a:n -> b;" * 1_500 + " }")
        nxp.read_graph(tmp_path / "g.dot", progress=progress)
        assert (f"reading {tmp_path / 'g.dot'}: 00:00" in capsys.readouterr().err) is progress

    def test_names_without_quotes(self) -> None:
        G = read("digraph { -3.5 -> a -> -.5; a->-7 [w=-1]; \U0001f415 -> b\U0001f408c }", "dot")
        assert set(G.edges) == {("-3.5", "a"), ("a", "-.5"), ("a", "-7"), ("\U0001f415", "b\U0001f408c")}
        assert G.edges["a", "-7"] == {"w": "-1"}

    def test_edges_between_large_subgraphs(self) -> None:
        many = " ".join(f"n{number}" for number in range(1100))
        with pytest.raises(GraphFileError, match=r"more than 1,048,576 edges, by edges between subgraphs"):
            read(f"digraph {{ {{ {many} }} -> {{ {many} }} }}", "dot")

    def test_parallel_and_undirected_edges(self) -> None:
        assert sorted(read("graph { a -- b -- c; a -- b }", "dot").edges()) == [("a", "b"), ("a", "b"), ("b", "c")]
        assert type(read("graph { a -- b }", "dot")) is nx.Graph
        assert type(read("strict graph { a -- b; b -- a }", "dot")) is nx.Graph

    @pytest.mark.parametrize("text", ["", "digraph { a -> ; }", "nonsense", "digraph { a ", "graph { a -- b } x"])
    def test_what_is_no_dot(self, text: str, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(GraphFileError, match="is not DOT") as caught:
            read(text, "dot")
        assert caught.value.line == 1
        assert capsys.readouterr().out == ""

    @settings(max_examples=60, deadline=None)
    @given(names=st.lists(NAMES, min_size=2, max_size=5, unique=True), value=NAMES)
    def test_what_we_write_comes_back(self, tmp_path_factory: Any, names: list[str], value: str) -> None:
        G = nx.DiGraph([(names[0], name) for name in names[1:]])
        nx.set_node_attributes(G, value, "note")
        path = tmp_path_factory.mktemp("dot") / "g.dot"
        try:
            nxp.export_graph(G, path)
        except GraphExportError:
            return
        H = nxp.read_graph(path)
        assert list(H) == list(G)
        assert set(H.edges) == set(G.edges)
        assert all(note == value for _, note in H.nodes(data="note"))


class TestPajek:
    TEXT = """*Network pets\r
% a comment
*Vertices 5
1 "old dog" 0.1 0.2 0.5 ic Red
2 cat
4 "twin"
5 "twin"
*Arcs :1 "is above"
1 2 3.5
*Edges
2 4 1
*Arcslist
4 5 3
"""

    def test_sections_after_each_other(self) -> None:
        G = read(self.TEXT, "pajek")
        assert set(G.edges) == {("old dog", "cat"), ("cat", "4"), ("4", "cat"), ("4", "5"), ("4", "3")}
        assert list(G) == ["old dog", "cat", "3", "4", "5"]
        assert G.edges["old dog", "cat"]["weight"] == 3.5
        assert (G.nodes["old dog"]["x"], G.nodes["old dog"]["ic"]) == (0.1, "Red")

    @pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph, nx.MultiDiGraph])
    def test_of_networkx(self, kind: type[nx.Graph]) -> None:
        G = kind([("a", "b c"), ("b c", "d"), ("a", "d")])
        text = "\n".join(nx.generate_pajek(G))
        H = read(text, "pajek")
        assert set(H) == set(G)
        assert {frozenset(edge) for edge in H.edges()} == {frozenset(edge[:2]) for edge in G.edges()}
        assert H.is_directed() == G.is_directed()
        if G.is_directed():
            assert set(H.edges()) == set(G.edges())

    def test_matrix(self) -> None:
        G = read("*Vertices 3\n1 a\n2 b\n3 c\n*Matrix\n0 1 0\n0 0 2\n0 0 0\n", "pajek")
        assert set(G.edges(data="weight")) == {("a", "b", 1), ("b", "c", 2)}

    @pytest.mark.parametrize(
        ("text", "line", "problem"),
        [
            ("1 2\n", None, "no line"), ("*Vertices x\n", 1, "is not"), ("*Vertices 1\n2 a\n", 2, "between 1 and 1"),
            ("*Vertices 1\n1 a\n1 b\n", 3, "already"), ("*Vertices 2\n*Arcs\n1 3\n", 3, "from 1 to 2"),
            ("*Arcs\n1 2\n", 1, "before"), ('*Vertices 1\n1 "a\n', 2, "taken apart"),
            ("*Vertices 1\n*Partition x\n", 2, "not read"),
        ],
    )  # fmt: skip
    def test_the_line_at_fault_is_named(self, text: str, line: int | None, problem: str) -> None:
        with pytest.raises(GraphFileError, match=problem) as caught:
            read(text, "pajek")
        assert caught.value.line == line


class TestAdjacencyList:
    def test_as_networkx_writes_it(self, tmp_path: Path) -> None:
        G = nx.DiGraph([("animal", "dog"), ("animal", "cat"), ("dog", "puppy")])
        nx.write_adjlist(G, tmp_path / "g.adjlist")
        assert set(nxp.read_graph(tmp_path / "g.adjlist").edges) == set(G.edges)
        assert list(read("\ufeffa b # c\n\n# d\nlone\r\n", "adjlist")) == ["a", "b", "lone"]

    def test_other_files(self) -> None:
        with pytest.raises(GraphFileError, match="line 2: holds a NUL byte"):
            read(b"a b\n\0", "adjlist")
        with pytest.raises(GraphFileError, match="line 1: byte 0xff"):
            read(b"\xff", "adjlist")


class TestTaxonomy:
    NODES = "1\t|\t1\t|\tno rank\t|\t\t|\n2\t|\t131567\t|\tdomain\t|\tBA\t|\n131567\t|\t1\t|\tcellular root\t|\t\t|\n"

    def test_nodes_with_names(self, tmp_path: Path) -> None:
        (tmp_path / "nodes.dmp").write_text(self.NODES)
        G = nxp.read_graph(tmp_path / "nodes.dmp")
        assert set(G.edges) == {("1", "131567"), ("131567", "2")}
        assert G.nodes["2"] == {"rank": "domain"}
        rows = [("1", "root", "scientific name"), ("2", "eubacteria", "synonym"), ("2", "Bacteria", "scientific name")]
        names = "".join(f"{taxon}\t|\t{name}\t|\t\t|\t{kind}\t|\n" for taxon, name, kind in rows)
        (tmp_path / "names.dmp").write_text(names)
        assert nxp.read_graph(tmp_path / "nodes.dmp").nodes["2"] == {"rank": "domain", "name": "Bacteria"}
        with pytest.raises(GraphFileError, match=r"names.dmp, line 1: has no numbers"):
            nxp.read_graph(tmp_path / "names.dmp")
        (tmp_path / "names.dmp").write_text(names + "9")
        with pytest.raises(GraphFileError, match=r"names.dmp, line 4"):
            nxp.read_graph(tmp_path / "nodes.dmp")

    @pytest.mark.parametrize(
        ("text", "line", "problem"),
        [
            ("1\t|\t1\n", 1, "is not 'taxon"), (NODES + "2\t|\t1\t|\tx\t|\n", 4, "has a line already, 2"),
            (NODES + "3\t|\t99\t|\tx\t|\n", 4, "the parent 99 of taxon 3 has no line; is the file cut off"),
        ],
    )  # fmt: skip
    def test_the_line_at_fault_is_named(self, text: str, line: int, problem: str) -> None:
        with pytest.raises(GraphFileError, match=problem) as caught:
            read(text, "dmp")
        assert caught.value.line == line


class TestTables:
    @pytest.fixture
    def files(self, tmp_path: Path, needed: Callable[[str], Any]) -> dict[str, Path]:
        frame = needed("pandas").DataFrame({"source": ["a", "a", "b"], "target": ["b", "c", "d"], "n": [1, 2, 3]})
        frame.to_parquet(tmp_path / "t.parquet")
        frame.to_excel(tmp_path / "t.xlsx", index=False, sheet_name="edges")
        with closing(sqlite3.connect(tmp_path / "t.sqlite")) as database:
            frame.to_sql('my "edges"', database, index=False)
        return {suffix: tmp_path / f"t.{suffix}" for suffix in ("parquet", "xlsx", "sqlite")}

    def test_columns_and_weights(self, files: dict[str, Path]) -> None:
        for path in files.values():
            before = path.read_bytes()
            assert set(nxp.read_graph(path).edges) == {("a", "b"), ("a", "c"), ("b", "d")}
            G = nxp.read_graph(path, source="target", target="source", weight="n")
            assert set(G.edges(data="weight")) == {("b", "a", 1.0), ("c", "a", 2.0), ("d", "b", 3.0)}
            with pytest.raises(GraphFileError, match=f"{path.name}: the table has no column 'child', but 'source'"):
                nxp.read_graph(path, target="child")
            assert path.read_bytes() == before

    def test_sheets_and_tables(self, files: dict[str, Path]) -> None:
        assert len(nxp.read_graph(files["xlsx"], table="edges")) == 4
        assert len(nxp.read_graph(files["sqlite"], table='my "edges"')) == 4
        for suffix in ("xlsx", "sqlite"):
            with pytest.raises(GraphFileError, match=r"has no (sheet|table) 'x'; it has: '(edges|my \"edges\")'"):
                nxp.read_graph(files[suffix], table="x")
        with closing(sqlite3.connect(files["sqlite"])) as database:
            database.execute("CREATE TABLE other (a, b)")
        with pytest.raises(GraphFileError, match=r"has 2 tables, pass table=\.\.\. with one of them"):
            nxp.read_graph(files["sqlite"])
        assert len(nxp.read_graph(files["sqlite"], table='my "edges"')) == 4

    def test_what_unpacks_to_much_more(self, tmp_path: Path, needed: Callable[[str], Any]) -> None:
        pandas = needed("pandas")
        pandas.DataFrame({"source": ["a"], "target": ["b"]}).to_excel(tmp_path / "bomb.xlsx", index=False)
        with zipfile.ZipFile(tmp_path / "bomb.xlsx", "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/media/zeros", bytes(2**26))
        zeros = needed("numpy").zeros(2**25, dtype="int8")
        pandas.DataFrame({"source": zeros, "target": zeros}).to_parquet(tmp_path / "bomb.parquet")
        for name in ("bomb.xlsx", "bomb.parquet"):
            with pytest.raises(
                GraphFileError, match=r"unpacks to [0-9,]+ (bytes|rows), more than a \w+ of its size holds"
            ):
                nxp.read_graph(tmp_path / name)

    def test_an_empty_database(self, tmp_path: Path) -> None:
        with closing(sqlite3.connect(tmp_path / "e.db")) as database:
            database.execute("CREATE TABLE t (a)")
            database.execute("DROP TABLE t")
        with pytest.raises(GraphFileError, match="has 0 tables"):
            nxp.read_graph(tmp_path / "e.db")
