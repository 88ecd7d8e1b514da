"""Plain files make few objects, and take time in proportion: limits that `max_bytes` raises."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import networkx as nx
import pytest

import nx_poincare as nxp
from nx_poincare.io import streams
from nx_poincare.io.graphs.readers import rdf_units
from nx_poincare.io.streams import GraphFileError

XML = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="directed">'
PLAIN: dict[str, Callable[[int], str]] = {
    "json": lambda n: '{"nodes": [' + "{}," * n + '{}], "links": []}',
    "graphml": lambda n: f"{XML}{'<node><graph>' * n}",
    "gexf": lambda n: "<gexf><graph><nodes>" + "<node/>" * n,
    "gml": lambda n: "graph [" + " node []" * n + "]",
    "newick": lambda n: f"({',' * n});",
    "nexus": lambda n: f"#NEXUS BEGIN TREES; TREE one = ({',' * n}); END;",
    "obo": lambda n: "[Term]\n" * n,
    "rdf": lambda n: "<a>" * n,
    "rdf turtle": lambda n: ":a :b " + "[]," * n + "[].",
    "rdf lists": lambda n: f":a :b ({'1 ' * n}).",
    "rdf objects": lambda n: f":a :b {','.join(map(str, range(n)))}.",
    "rdf properties": lambda n: f":a {';'.join(f':{i} 1' for i in range(n))}.",
    "rdf attributes": lambda n: "<a " + " ".join(f"b{i}='1'" for i in range(n)) + "/>",
    "rdf triples": lambda n: "<a:> <b:> <c:> .\n" * n,
    "json ld": lambda n: f'{{"@id": "a:s", "a:p": [{"1," * n}1]}}',
    "json lists": lambda n: f"[{'[],' * n}[]]",
    "json values": lambda n: f"[{'1,' * n}1]",
    "edges": lambda n: "a b\n" * n,
    "edges attributes": lambda n: "a b {}\n" * n,
    "csv": lambda n: "a,b\n" * n,
    "dmp": lambda n: "1\t|\t1\t|\tno rank\t|\n" * n,
    "adjlist": lambda n: "a " * n,
    "pajek": lambda n: "*Vertices 1\n" * n,
    "dot": lambda n: f"graph {{{'a;' * n}}}",
    "dot chains": lambda n: f"digraph {{{'a->' * n}a}}",
    "dot undirected": lambda n: f"graph {{{'a--' * n}a}}",
}


def read(text: str, format: str, **options: int) -> nx.Graph:
    return nxp.read_graph(io.StringIO(text), format=format.split()[0], **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("format", PLAIN)
def test_more_objects_than_the_limit_are_refused_before_they_are_made(
    monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    monkeypatch.setattr(streams, "_FREE_OBJECTS", 1000)
    with pytest.raises(GraphFileError, match=r"more than 1,000.*bytes of max_bytes; raise max_bytes if it should"):
        read(PLAIN[format](2_000), format, max_bytes=50_000)


LISTS: dict[str, Callable[[int], str]] = {
    "json-ld": lambda n: f'{{"a:p": {{"\\u0040list": [{"1," * n}1]}}}}',
    "turtle": lambda n: f"<a:> <b:> ({'1 ' * n}).",
    "xml": lambda n: rdf_xml("Collection", n),
}
PLAIN_RDF: dict[str, Callable[[int], str]] = {
    "json-ld": lambda n: f'{{"a:p": [{"1," * n}1]}}',
    "turtle": lambda n: f"<a:> <b:> {'1 ' * n}.",
    "xml": lambda n: rdf_xml("Literal", n),
}
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def rdf_xml(kind: str, n: int) -> str:
    inside = f'<b rdf:parseType="{kind}">{"<c/>" * n}</b>'
    return f'<rdf:RDF xmlns:rdf="{RDF}" xmlns="a:"><a>{inside}</a></rdf:RDF>'


@pytest.mark.parametrize("notation", LISTS)
def test_lists_of_rdf_take_more_of_the_limit(notation: str) -> None:
    """An item takes rdflib three triples, a word of a plain triple a third of one."""
    n, most = 1_000, 4_000 * 128
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streams, "_FREE_OBJECTS", 10)
        rdf_units.check_units(PLAIN_RDF[notation](n).encode(), "g", notation, most)
        with pytest.raises(GraphFileError, match=r"an item of a list six.*raise max_bytes"):
            rdf_units.check_units(LISTS[notation](n).encode(), "g", notation, most)


def test_a_refusal_of_rdf_says_what_would_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As many bytes as the message says, and no fewer."""
    monkeypatch.setattr(streams, "_FREE_OBJECTS", 1000)
    (tmp_path / "g.nt").write_text(PLAIN["rdf triples"](300))
    with pytest.raises(GraphFileError, match=r"max_bytes=153,600 reads it, in up to 1 GiB of memory"):
        nxp.read_graph(tmp_path / "g.nt", max_bytes=10_000)
    assert nxp.read_graph(tmp_path / "g.nt", relations="b", max_bytes=153_600).size() == 1
    with pytest.raises(GraphFileError, match="max_bytes=153,600"):
        nxp.read_graph(tmp_path / "g.nt", max_bytes=153_599)
    with pytest.raises(GraphFileError, match="a larger max_bytes reads it"):
        read(PLAIN["rdf objects"](3_000), "rdf", max_bytes=100_000)


def test_brackets_in_text_begin_no_list_of_rdf() -> None:
    text = r'''<a:(> <b:> "( \" (", "'(", '(', """("(""" . # (''' + "\n"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streams, "_FREE_OBJECTS", 10)
        rdf_units.check_units((text + "<a:> <b:> 1 . " * 250).encode(), "g", "turtle", 1_050 * 128)


def test_two_million_lines_of_n_triples_are_within_the_default_limit() -> None:
    text = b"<a:> <b:> <c:> .\n" * 2_000_000
    rdf_units.check_units(text, "g", "nt", 2**30)
    with pytest.raises(GraphFileError, match="raise max_bytes"):
        rdf_units.check_units(text, "g", "nt", 2**29)


GOOD = {
    "json": json.dumps({"animal": {f"dog {i}": {} for i in range(12)}}),
    "gml": "graph [" + "".join(f' node [ id {i} label "{i}" ]' for i in range(12)) + "]",
    **{format: PLAIN[format](12) for format in ("newick", "nexus", "adjlist", "dot")},
}


@pytest.mark.parametrize("format", GOOD)
def test_raising_max_bytes_raises_the_limit(monkeypatch: pytest.MonkeyPatch, format: str) -> None:
    monkeypatch.setattr(streams, "_FREE_OBJECTS", 10)
    with pytest.raises(GraphFileError, match="raise max_bytes"):
        read(GOOD[format], format, max_bytes=700)
    assert len(read(GOOD[format], format, max_bytes=10**6)) > 0


def test_a_node_of_dot_that_is_named_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time made an object for each time before."""
    import pydot

    made = count()
    init, add_node = pydot.Node.__init__, pydot.Graph.add_node
    monkeypatch.setattr(pydot.Node, "__init__", lambda *args, **options: next(made) < 0 or init(*args, **options))
    G = read("graph { a [x=1]; " + "a;" * 300 + " a [y=2]; a -- b; }", "dot")
    assert dict(G.nodes(data=True)) == {"a": {"x": "1", "y": "2"}, "b": {}}
    assert next(made) < 1_000
    assert pydot.Graph.add_node is add_node


def test_subgraphs_of_dot_in_one_another() -> None:
    """The library takes twice the time for each level: thirty levels took days."""
    assert list(read("digraph { subgraph { { a -> b } } }", "dot").edges) == [("a", "b")]
    with pytest.raises(GraphFileError, match=r"line 2: there are more than .* units .* twice that for each level"):
        read("digraph {\n" + "{" * 30 + "a" + "}" * 30 + "}", "dot")


NODES = [f"n{number}" for number in range(500)]


@pytest.mark.parametrize(
    ("columns", "many"),
    [
        (300, "; ".join(NODES)),
        (300, "a -> b;" * 500),
        (30, f"{{ {' '.join(NODES[:30])} }} -> {{ {' '.join(NODES[30:60])} }} [R]"),
    ],
    ids=["nodes", "edges", "subgraphs"],
)
def test_attributes_that_dot_gives_by_defaults_are_bounded(
    monkeypatch: pytest.MonkeyPatch, columns: int, many: str
) -> None:
    """A thousand defaults for a hundred thousand nodes took gigabytes."""
    monkeypatch.setattr(streams, "_FREE_OBJECTS", 20_000)
    row = ", ".join(f"k{number}=1" for number in range(columns))
    text = f"digraph {{ node [{row}]; edge [{row}]; {many.replace('R', row)} }}"
    with pytest.raises(
        GraphFileError, match=r"more than 20,000 attributes, by defaults .*64 bytes of max_bytes; raise"
    ):
        read(text, "dot", max_bytes=20_000)
    assert len(read(text, "dot", max_bytes=2**30)) > 1


def test_graphml_in_graphml_takes_time_in_proportion() -> None:
    n = 5_000
    inside = "".join(f'<node id="{i}"><graph edgedefault="directed">' for i in range(n)) + "</graph></node>" * n
    began = time.process_time()
    assert nx.is_directed_acyclic_graph(G := read(f"{XML}{inside}</graph></graphml>", "graphml"))
    assert (len(G), G.size()) == (n, n - 1)
    assert time.process_time() - began < 5
