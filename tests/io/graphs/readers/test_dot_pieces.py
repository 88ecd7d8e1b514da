"""DOT comes a few statements at a time: the graph is the one that pydot's reading in one piece gives."""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from optional_packages import needed

import nx_poincare as nxp
from nx_poincare.io.content import Parts
from nx_poincare.io.graphs.readers import dot, dot_grammar
from nx_poincare.io.graphs.readers.dot_grammar import NotDotError
from nx_poincare.io.graphs.readers.dot_statements import pieces_of
from nx_poincare.io.streams import GraphFileError
from tests.io.graphs.readers.whole_dot import graph_of

needed("pydot")

SEPARATORS = st.sampled_from(["", " ", "\n", "\r\n\t", "/* c; } */", "// c -> d {\n", '\n# 1 "x\n', "  "])
BARE = st.sampled_from([
    "a", "b", "c", "a.b", "1", "2.5", "1a", "-1", "-.5", "_x", "node", "Edge", "GRAPH", "subgraph", "SubGraph",
    "subgraphs", "strict", "é", "\U0001f415x", "name", "src",
])  # fmt: skip
QUOTED = st.sampled_from([
    '""', '"a"', '"b c"', '"say \\"hi\\""', '"back\\\\"', '"go\\\non"', '"a" + "b"', '"}"', '"[;"', '"// no"', '"é\\n"',
])  # fmt: skip
HTML = st.sampled_from(["<a>", "<<b>x</b>>", "<a -> {b}; [c]>", "<>"])
WORD = st.one_of(BARE, BARE, QUOTED, HTML)
VALUE = st.one_of(WORD, st.sampled_from(["-2", "-1.5", ".5", "1.", '"1,-2.5e1!"']))
KEY = st.one_of(WORD, st.sampled_from(["name", "key", "key", "pos", "dst", "my.name", "nx_poincare_x"]))


@st.composite
def attribute_lists(draw: Any) -> str:
    found = []
    for _ in range(draw(st.integers(0, 2))):
        rows = draw(st.lists(st.tuples(KEY, st.one_of(st.none(), VALUE)), max_size=3))
        joined = "".join(
            key
            + ("" if value is None else f"{draw(SEPARATORS)}={draw(SEPARATORS)}{value}")
            + draw(st.sampled_from([", ", " ", ","]))
            for key, value in rows
        )
        found.append(f"[{draw(SEPARATORS)}{joined}]{draw(SEPARATORS)}")
    return "".join(found)


@st.composite
def statements(draw: Any, levels: int = 2) -> str:
    kind = draw(st.sampled_from(["node", "edge", "edge", "edge", "defaults", "assignment", "subgraph"]))
    if kind == "node":
        return draw(ends(0)) + draw(SEPARATORS) + draw(attribute_lists())
    if kind == "edge":
        chain = [draw(ends(levels))]
        for _ in range(draw(st.integers(1, 2))):
            chain += [draw(SEPARATORS), draw(st.sampled_from(["->", "--"])), draw(SEPARATORS), draw(ends(levels))]
        return "".join(chain) + draw(SEPARATORS) + draw(attribute_lists())
    if kind == "defaults":
        return draw(st.sampled_from(["node", "edge", "graph", "NODE", "Edge"])) + " " + draw(attribute_lists())
    if kind == "assignment":
        return f"{draw(KEY)}{draw(SEPARATORS)}={draw(SEPARATORS)}{draw(VALUE)}"
    return draw(ends(levels, always_subgraph=True))


@st.composite
def ends(draw: Any, levels: int, *, always_subgraph: bool = False) -> str:
    if levels and (always_subgraph or draw(st.integers(0, 4)) == 0):
        named = draw(st.sampled_from(["", "subgraph ", "subgraph cluster_1 ", 'SUBGRAPH\n"s s"', "subgraph/**/S"]))
        return named + "{" + draw(bodies(levels - 1)) + "}"
    return draw(WORD) + "".join(
        f":{port}" for port in draw(st.lists(st.sampled_from(["p", "n", "sw", '"q"']), max_size=2))
    )


@st.composite
def bodies(draw: Any, levels: int = 2) -> str:
    found = draw(st.lists(statements(levels), max_size=4 if levels < 2 else 8))
    return draw(SEPARATORS) + "".join(
        f"{part}{draw(st.sampled_from(['', ';', ' ;', ';']))}{draw(SEPARATORS)}\n" for part in found
    )


@st.composite
def files(draw: Any) -> str:
    head = draw(st.sampled_from(["digraph", "graph", "strict digraph", "STRICT graph", "DiGraph"]))
    name = draw(st.sampled_from(["", " g ", ' "a{b" ', " <h{>", "/* { */"]))
    behind = draw(st.sampled_from(["", "\n", ";", "// end", "\ngraph { x -- y }", "\ndigraph z {"]))
    return f"{draw(SEPARATORS)}{head}{name}{{{draw(bodies())}}}{behind}"


def all_of(G: nx.Graph) -> str:
    edges = G.edges(keys=True, data=True) if G.is_multigraph() else G.edges(data=True)
    around = [list(side[node]) for node in G for side in ([G.succ, G.pred] if G.is_directed() else [G.adj])]
    return repr((type(G), G.graph, list(G.nodes(data=True)), list(edges), around))


def read(text: str, size: int = 2**20) -> nx.Graph:
    content = text.encode()
    return dot.read_dot(Parts([content[at : at + size] for at in range(0, len(content), size)]), "g.dot")


def in_one_piece(text: str) -> str | None:
    try:
        return all_of(graph_of(text))
    except NotDotError:
        return None


def in_pieces(text: str) -> Iterator[str | None]:
    """A statement at a time, from bytes one by one or a few; all by pydot; and as it comes."""
    never = {"plain_statement": lambda _: None}
    for step, size, other in ((1, 3, {}), (1, 2**20, never), (40, 7, {}), (2**13, 2**20, {})):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(dot, "_STEP", step)
            for name, function in other.items():
                patch.setattr(dot, name, function)
            try:
                yield all_of(read(text, size))
            except GraphFileError:
                yield None


@pytest.mark.filterwarnings("ignore:.* holds")
@settings(max_examples=60, deadline=None)
@given(text=files())
def test_the_graph_is_that_of_the_whole(text: str) -> None:
    whole = in_one_piece(text)
    assert all(found == whole for found in in_pieces(text))


TOKENS = [
    "a", "b", "c", "node", "edge", "graph", "subgraph", "SubGraph", "subgraph1", "digraph", "strict", "1", "-1", "1a",
    ".5", "-.5", "a.b", '"a"', '"b c"', '"x\\"y"', '"q\\\\"', '"a" + "b"', "<h<i>t>", "<>", "é", "\U0001f415", "->",
    "--", "-", ";", ";", ";", "\n", "\n", "[", "]", "[a=1]", '[a=b, "c"=d]', "[key=1]", "[key=2]", "[name=x]", "[]",
    "{", "}", "{", "}", ":", ":n", "=", "a=b", 'k = "v"', ",", "+", "//c\n", "#p\n", "/*c*/", "/*", "*/", '"', "<", ">",
    "/", "$", "\x0c", "\xa0", "[l=<b>]", "[,]", "[a=1;]", "[w=-1]", "name=3", "subgraph s {", "strict graph {",
    "node [y=2]", "edge[z=1]", "graph[g=1]", "a->b", "b--a", "a->b;", "a;;", "a->b;;",
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:.* holds")
@pytest.mark.parametrize("seed", range(2))
def test_what_is_wrong_is_wrong_in_pieces(seed: int) -> None:
    """Any words in any order, few of which are DOT."""
    rng = random.Random(seed)
    graphs = 0
    for _ in range(120):
        words = rng.choice([" ", "", "\n"]).join(rng.choices(TOKENS, k=rng.randrange(1, 10)))
        head = rng.choice(["digraph {", 'strict graph "x" {', "graph{"])
        text = head + words + rng.choice(["}", "}", "};", "", "} graph {a}"])
        whole = in_one_piece(text)
        graphs += whole is not None
        assert all(found == whole for found in in_pieces(text)), text
    assert graphs > 5


@pytest.mark.parametrize("statement", ["a -> ;", "a [x=;]", "= 1", "a [x=1;]", "{ a", "]", "a::b", "x = ", "a->b;;"])
@pytest.mark.parametrize("rows", [0, 3])
@pytest.mark.parametrize("step", [1, 2**13])
def test_an_error_names_its_line(monkeypatch: pytest.MonkeyPatch, statement: str, rows: int, step: int) -> None:
    monkeypatch.setattr(dot, "_STEP", step)
    before = "digraph { // here\n/* two\nlines */ n:p -> m;" + "k [l=<b>] b; c -> \n d\n" * rows
    text = f"{before} {statement}\n d:n; e; }}"
    with pytest.raises(NotDotError) as whole:
        graph_of(text)
    with pytest.raises(GraphFileError) as caught:
        read(text, 10)
    line = text.split("\n")[caught.value.line - 1].strip()[:60]
    assert caught.value.line == whole.value.line
    assert caught.value.problem == f"is not DOT at {line!r}: {whole.value.problem}"


@pytest.mark.parametrize("kind", [nx.DiGraph, nx.Graph, nx.MultiDiGraph, nx.MultiGraph])
def test_what_programs_write(tmp_path: Path, kind: Any) -> None:
    """NetworkX by pydot, Graphviz with layout and without, and this package."""
    rng = random.Random(0)
    G = kind(name="all", label="a graph")
    G.add_nodes_from([f"n{number}" for number in range(6)] + ["b c", 'say "hi"', "node", "é"], color="red", note="x, y")
    for _ in range(14):
        G.add_edge(*rng.choices(list(G), k=2), weight=rng.random(), label="is; a")
    texts = [nx.nx_pydot.to_pydot(G).to_string()]
    nxp.export_graph(G, tmp_path / "g.dot")
    texts.append((tmp_path / "g.dot").read_text())
    if shutil.which("dot") is not None:
        for options in (["-Tcanon"], ["-Tdot"], ["-Txdot"], ["-Tdot", "-Kneato"]):
            done = subprocess.run(["dot", *options, tmp_path / "g.dot"], capture_output=True, timeout=60, check=True)
            texts.append(done.stdout.decode())
    for text in texts:
        whole = in_one_piece(text)
        assert whole is not None
        assert all(found == whole for found in in_pieces(text)), text


def test_pieces_are_the_text() -> None:
    text = 'graph { a -- b // c\n-- c; d [x=1]\n subgraph s { e } f } graph { x [y="'
    for size in (1, 5, 100):
        pieces = list(pieces_of([text[at : at + size] for at in range(0, len(text), size)]))
        assert "".join(piece.text for piece in pieces) == text
        assert [piece.kind for piece in pieces] == ["head", *["statement"] * 4, "end", "head", "rest"]
        assert [piece.line for piece in pieces] == [1, 1, 2, 3, 3, 3, 3, 3]


STATEMENTS: dict[str, Callable[[int], str]] = {
    "ports": lambda n: f"n{n // 2}:p -> n{n}\n",
    "html": lambda n: f"n{n} [label=<<b>node {n}</b>>]; n{n // 2} -> n{n}\n",
    "subgraphs": lambda n: f"{{ n{n // 2} }} -> {{ n{n} }}\n",
    "parallel": lambda n: f"n{n // 2} -> n{n};\n" * 2,
}


@pytest.mark.parametrize("kind", STATEMENTS)
def test_pydot_has_a_few_statements_at_a_time(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """It takes nearly 4 kilobytes for a node, and has them until it has read all that it is given."""
    monkeypatch.setattr(dot, "_STEP", 500)
    given: list[int] = []

    def graphs_in(text: str) -> list[Any]:
        given.append(len(text))
        return dot_grammar.graphs_in(text)

    monkeypatch.setattr(dot, "graphs_in", graphs_in)
    content = f"digraph {{ {''.join(map(STATEMENTS[kind], range(200)))} }}"
    assert len(read(content)) == 200
    assert max(given) < 600
    assert len(content) > 2_500


def test_an_attribute_without_a_value_that_pydot_takes_for_its_own() -> None:
    with pytest.raises(GraphFileError, match="name, src, dst or obj_dict and has no value"):
        read("digraph { a -> b [dst] }")
    assert dict(read("graph { a [my.name=dst, name=src] }").nodes["a"]) == {"my.name": "dst", "name": "src"}


UNCLOSED = ['"', '"\\"', "/*", "<", "[", "{", '["', "[<", "#", "//", "a -", "a\t"]


@pytest.mark.parametrize("mark", UNCLOSED)
def test_what_is_never_closed_takes_time_in_proportion(mark: str) -> None:
    began = time.process_time()
    with pytest.raises(GraphFileError):
        read("digraph { " + mark * 20_000, 2**10)
    assert time.process_time() - began < 5
