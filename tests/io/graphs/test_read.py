"""Graph files, read by their suffix."""

from __future__ import annotations

import gzip
import io
import json
import re
from pathlib import Path
from types import SimpleNamespace

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nx_poincare.io.graphs.read import read_graph
from nx_poincare.io.streams import GraphFileError

# Any text but what no text file holds: NUL and lone surrogates.
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=8)
XMLNS = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
EDGE_LISTS = st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=12)


def error_of(text: bytes, format: str) -> GraphFileError:
    with pytest.raises(GraphFileError) as caught:
        read_graph(io.BytesIO(text), format=format)  # type: ignore[arg-type]
    return caught.value


def same(G: nx.Graph, H: nx.Graph) -> bool:
    return type(G) is type(H) and nx.utils.graphs_equal(G, H)


class TestOptions:
    @pytest.mark.parametrize("name", ["graph", "graph.docx", "graph.gz", "graph.bz2"])
    def test_unknown_suffix(self, name: str) -> None:
        expected = r"\.tsv, \.csv.*\.graphml.*\.obo.*obo, rdf need pip install \"nx-poincare\[ontologies\]\""
        with pytest.raises(ValueError, match=expected):
            read_graph(name)

    def test_unknown_format_and_stream_without(self) -> None:
        with pytest.raises(ValueError, match="format must be one of tsv"):
            read_graph("a.tsv", format="svg")  # type: ignore[arg-type]
        for stream in ("-", io.StringIO("a b")):
            with pytest.raises(ValueError, match="pass format"):
                read_graph(stream)

    def test_options_of_edge_lists_only(self) -> None:
        for option in ({"delimiter": ","}, {"header": True}):
            with pytest.raises(ValueError, match="not for json"):
                read_graph("g.json", **option)  # type: ignore[arg-type]

    def test_missing_file(self, tmp_path: Path) -> None:
        for name in ("no.tsv", "no.graphml", "no.json.gz"):
            with pytest.raises(FileNotFoundError):
                read_graph(tmp_path / name)


class TestQuoting:
    TEXT = 'parent\tchild\ngene "x\t"5\' UTR"\n"#odd\ta""b\n# a comment\n5" disk\t"\r\nplain\tname\n'

    def test_quotes_as_they_are(self) -> None:
        expected = [('gene "x', '"5\' UTR"'), ('"#odd', 'a""b'), ('5" disk', '"'), ("plain", "name")]
        for delimiter in ("\t", ";"):
            text = self.TEXT.replace("\t", delimiter)
            G = read_graph(io.StringIO(text), format="tsv", delimiter=delimiter, quoting=False)
            assert list(G.edges) == expected
        assert list(read_graph(io.StringIO(self.TEXT), format="tsv", quoting=False).edges) == expected

    def test_the_error_tells_of_it(self) -> None:
        assert "quoting=False takes quotes as they are" in str(error_of(b'a\tb\n"c" d\te\n', "tsv"))
        with pytest.raises(ValueError, match="quoting"):
            read_graph("g.json", quoting=False)

    @given(st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=6))
    def test_any_names(self, edges: list[tuple[str, str]]) -> None:
        pairs = [tuple(re.sub(r"[\s#]", "", name) + "q" for name in edge) for edge in edges]
        text = "\n".join("\t".join(pair) for pair in pairs)
        G = read_graph(io.StringIO(text), format="tsv", header=False, quoting=False)
        assert set(G.edges) == set(pairs)


def sample(kind: type[nx.Graph]) -> nx.Graph:
    G = kind()
    G.add_node("dög", level=1, share=0.1, wild=False, note="<&>\"' \u202e\U0001f415")
    G.add_edge("animal", "dög", weight=0.25)
    if G.is_multigraph():
        G.add_edge("animal", "dög", weight=0.5)
    return G


class TestXML:
    @pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph])
    @pytest.mark.parametrize("format", ["graphml", "gexf"])
    def test_as_networkx_reads_it(self, tmp_path: Path, kind: type[nx.Graph], format: str) -> None:
        path = tmp_path / f"g.{format}.gz"
        getattr(nx, f"write_{format}")(sample(kind), path)
        G = read_graph(path)
        assert same(G, getattr(nx, f"read_{format}")(path))
        assert type(G) is kind
        assert G.nodes["dög"]["share"] == 0.1

    @pytest.mark.parametrize("format", ["graphml", "gexf"])
    def test_entities_are_refused(self, format: str) -> None:
        text = io.BytesIO()
        getattr(nx, f"write_{format}")(nx.path_graph(2), text)
        bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
        first, _, rest = text.getvalue().partition(b"\n")
        if b"<?xml" not in first:
            first, rest = b"", text.getvalue()
        for encoding in ("utf-8", "utf-16"):
            content = (
                (f"\n\n{bomb}" + rest.decode()).encode(encoding)
                if not first
                else (f"<?xml version='1.0' encoding='{encoding}'?>\n\n{bomb}" + rest.decode()).encode(encoding)
            )
            with pytest.raises(GraphFileError, match="document type") as caught:
                read_graph(io.BytesIO(content), format=format)  # type: ignore[arg-type]
            assert caught.value.line == 3

    @pytest.mark.parametrize(
        ("body", "line", "problem"),
        [
            ("<graphml>\n<graph>\n</graphml>", 3, "mismatched tag"),
            ("", 1, "no element"),
            ("<gexf/>", None, "root element is <gexf>"),
            (
                XMLNS + "\n<graph>\n<node/></graph></graphml>",
                3,
                "'id'",
            ),
            (
                XMLNS + '<graph>\n<edge source="a"/></graph></graphml>',
                2,
                "'target'",
            ),
            ("<graphml/>", None, "not valid graphml"),
            ('\n<graphml xmlns:a="}"/>', 2, "not well-formed"),
            ('<?xml version="1.0" encoding="klingon"?><graphml/>', 1, "encoding"),
            (
                XMLNS + '<key id="k" for="node" attr.name="n" '
                'attr.type="int"/><graph><node id="a"><data key="k">x</data></node></graph></graphml>',
                None,
                "graphml",
            ),
        ],
    )
    def test_malformed(self, body: str, line: int | None, problem: str) -> None:
        error = error_of(body.encode(), format="graphml")
        assert error.line == line
        assert problem in str(error)

    def test_bomb_stops_at_the_limit(self) -> None:
        bomb = gzip.compress(b"<graphml>" + b" " * 5_000_000)
        with pytest.raises(GraphFileError, match="more than 1,000,000 bytes"):
            read_graph(io.BytesIO(bomb), format="graphml", max_bytes=1_000_000)


class TestJSON:
    @pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph])
    @pytest.mark.parametrize("edges", ["edges", "links"])
    def test_as_networkx_reads_it(self, tmp_path: Path, kind: type[nx.Graph], edges: str) -> None:
        data = nx.node_link_data(sample(kind), edges=edges)
        path = tmp_path / "g.json"
        path.write_text("\ufeff" + json.dumps(data), encoding="utf-8")
        assert same(read_graph(path), nx.node_link_graph(data, edges=edges))

    def test_lists_as_names_become_tuples(self) -> None:
        G = nx.DiGraph([((1, 2), ((3, 4), 5)), ((1, 2), "a"), (7, 8.5)])
        text = io.StringIO(json.dumps(nx.node_link_data(G, edges="edges")))
        assert same(read_graph(text, format="json"), G)

    def test_directed_unless_it_says_otherwise(self) -> None:
        text = '{"nodes": [{"id": "a"}, {"id": "b"}], "links": [{"source": "a", "target": "b"}]}'
        assert same(read_graph(io.StringIO(text), format="json"), nx.DiGraph([("a", "b")]))

    @given(EDGE_LISTS)
    def test_round_trip_of_any_names(self, edges: list[tuple[str, str]]) -> None:
        G = nx.DiGraph(edges)
        text = io.StringIO(json.dumps(nx.node_link_data(G, edges="edges")))
        assert same(read_graph(text, format="json"), G)

    @pytest.mark.parametrize(
        ("text", "line", "problem"),
        [
            (b'{"nodes": [],\n"edges": [}', 2, "not valid JSON"),
            (b'{"nodes": [],\n\n"edges": "\xff"}', 3, "0xff"),
            (b"[" * 100_000, None, "not a graph"),
            (b"[]", None, "'nodes'"),
            (b'{"name": "root", "children": 3}', None, "'children' at [0] is 3, not a list"),
            (b'{"nodes": []}', None, "'edges' (or 'links')"),
            (b'{"nodes": ["a"], "edges": []}', None, "nodes[0]"),
            (b'{"nodes": [{"id": null}], "edges": []}', None, "nodes[0]"),
            (b'{"nodes": [{"id": [1, {}]}], "edges": []}', None, "nodes[0]"),
            (
                b'{"nodes": [], "edges": [{"source": 1, "target": 2}, {"source": 1}]}',
                None,
                "edges[1] has no valid 'target'",
            ),
            (b'{"nodes": [], "edges": [], "graph": 3}', None, "'graph'"),
            (b'{"nodes": [{"id": NaN}], "edges": []}', None, "nodes[0] is nan"),
            (b'{"nodes": [{"id": ' + b"[" * 900 + b"]" * 900 + b'}], "edges": []}', None, "recursion"),
            (
                b'{"multigraph": true, "nodes": [], "edges": [{"source": 1, "target": 2, "key": []}]}',
                None,
                "node-link",
            ),
        ],
    )
    def test_malformed(self, text: bytes, line: int | None, problem: str) -> None:
        error = error_of(text, format="json")
        assert error.line == line
        assert problem in str(error)


class TestGml:
    def test_names_attributes_and_kinds(self, tmp_path: Path) -> None:
        for kind in (nx.Graph, nx.DiGraph, nx.MultiDiGraph):
            G = sample(kind)
            nx.write_gml(G, tmp_path / "g.gml", stringizer=str)
            assert same(read_graph(tmp_path / "g.gml"), nx.read_gml(tmp_path / "g.gml"))

    def test_nodes_without_labels_go_by_their_ids(self) -> None:
        text = 'graph [ directed 1 node [ id 7 ] node [ id 8 name "b" ] edge [ source 7 target 8 ] ]'
        G = read_graph(io.StringIO(text), format="gml")
        assert list(G.edges) == [("7", "8")]
        assert G.nodes["8"] == {"name": "b"}

    @pytest.mark.parametrize("text", [b"", b"graph [", b"graph [ node [ id 1 ] ] ]", b"a,b", b"graph [" * 5000])
    def test_what_is_no_gml(self, text: bytes) -> None:
        assert "is not valid GML" in error_of(text, "gml").problem

    def test_bytes_that_are_no_text(self) -> None:
        error = error_of(b"graph [\n\xff", "gml")
        assert (error.line, error.problem) == (2, "byte 0xff is not UTF-8")


def test_what_is_no_source_of_a_graph() -> None:
    for value in ([("a", "b")], {"a": ["b"]}, 7):
        with pytest.raises(TypeError, match=r"networkx.DiGraph\(list\(edges\)\)"):
            read_graph(value)
    arrow = SimpleNamespace(columns=[], column_names=[], shape=(0, 0), to_pandas=None, __getitem__=None)
    with pytest.raises(TypeError, match=r"pass its to_pandas\(\)"):
        read_graph(arrow)
