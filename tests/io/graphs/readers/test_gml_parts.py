"""GML comes in a part at a time: the graph is that of NetworkX's reader, which builds a tree of the file."""

from __future__ import annotations

import io
import itertools
import random
import warnings
from collections.abc import Callable
from typing import Any

import networkx as nx
import pytest

import nx_poincare as nxp
from nx_poincare.io.graphs.readers import gml, gml_parts
from nx_poincare.io.streams import GraphFileError

KINDS = [nx.DiGraph, nx.Graph, nx.MultiDiGraph, nx.MultiGraph]
TEXTS = ["dog", "", " ", "[ ]", "# no", 'say "hi"', "K\u00f6ter", "1", "graph [", "]", "&#34;", "a" * 300]
VALUES: list[Any] = [3, -7, 2.5, 1e-300, float("inf"), [], [1], [1, 2], (), {"x": {"y": [1, "]"]}}, *TEXTS]


def written(kind: Any, seed: int) -> str:
    """A random graph as NetworkX writes it: edges both ways, loops, keys, values of all types."""
    rng = random.Random(seed)
    G = kind(name="all", comment=rng.choice(VALUES))
    for name in rng.sample([*TEXTS, 8, 2.5], 6):
        G.add_node(name, **{column: rng.choice(VALUES) for column in rng.sample(["x", "tags", "graph", "node"], 2)})
    for _ in range(9):
        G.add_edge(*rng.choices(list(G), k=2), **({"note": rng.choice(VALUES)} if rng.random() < 0.5 else {}))
    return "\n".join(nx.generate_gml(G))


def all_of(G: nx.Graph) -> str:
    edges = G.edges(keys=True, data=True) if G.is_multigraph() else G.edges(data=True)
    around = [list(side[node]) for node in G for side in ([G.succ, G.pred] if G.is_directed() else [G.adj])]
    return repr((type(G), G.graph, list(G.nodes(data=True)), list(edges), around))


def told(read: Callable[[], nx.Graph]) -> list[str]:
    """The graph or the error, and the warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            found = all_of(read())
        except GraphFileError as error:
            found = str(error)
    return [found, *(str(warning.message) for warning in caught)]


def read(text: str) -> nx.Graph:
    return nxp.read_graph(io.BytesIO(text.encode()), format="gml")


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gml_parts, "_STEP", 40)


@pytest.fixture
def no_other_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails where the whole file would be parsed at once."""
    monkeypatch.delattr(gml, "_in_one_piece")


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.usefixtures("small_steps", "no_other_way")
def test_as_networkx_reads_it(kind: Any, seed: int) -> None:
    text = written(kind, seed)
    for laid_out in (text, text.replace("\n", " "), text.replace("\n", "\r\n")):
        assert all_of(read(laid_out)) == all_of(nx.parse_gml(laid_out))


NODES = 'node [ id 0 label "a" x 1 ] node [ id "q" label 7 x "(" ] node [ id 5 label "c" ]'
EDGES = 'edge [ source 5 target 0 ] edge [ source "q" target 0 w 2 ] edge [ source 0 target "q" ]'
LAID_OUT = {
    "edges first": f"graph [ directed 1 {EDGES} {NODES} ]",
    "undirected": f"graph [ {NODES} edge [ source 5 target 0 ] edge [ source 0 target 0 ] edge [ source 0 target q ] ]",
    "others around": f'Creator "x [" Info [ graph [ node [ ] ] ] graph\n[\n directed 1 {NODES} {EDGES} ] Version 2',
    "about the graph behind": f'graph [ directed 1 {NODES} {EDGES} comment [ x 1 ] text "[" ]',
    "comments": f'# graph [\ngraph [ # [\n directed 1 {NODES} # ] "\n {EDGES} # "a" "b\n ]',
    "text over lines": f'graph [ directed 1\n {NODES}\n comment "a [\n   b ]\n c"\n{EDGES} ]',
    "parallel": f"graph [ multigraph 1 directed 1 {NODES} {EDGES} {EDGES} edge [ source 0 target 5 key 3 ] {EDGES} ]",
    "nothing": "graph [ ]",
    "no nodes": 'graph [ directed 1 name "x" ]',
}


@pytest.mark.parametrize("name", LAID_OUT)
@pytest.mark.usefixtures("small_steps", "no_other_way")
def test_other_ways_to_lay_it_out(name: str) -> None:
    assert all_of(read(LAID_OUT[name])) == all_of(nx.parse_gml(LAID_OUT[name]))


@pytest.mark.parametrize("multigraph", ["", "multigraph 1"])
@pytest.mark.parametrize("labels", ["", 'label "a"', 'label "{}"'])
@pytest.mark.parametrize("directed", [0, 1])
@pytest.mark.usefixtures("small_steps")
def test_ids_and_repeated_edges_as_in_one_piece(
    monkeypatch: pytest.MonkeyPatch, directed: int, labels: str, multigraph: str
) -> None:
    nodes = " ".join(f"node [ id {i} {labels.format(i)} ]" for i in (4, 2, 7, 1))
    ends = [(1, 4), (7, 2), (4, 1), (1, 4), (2, 2), (2, 7), (2, 2)]
    edges = " ".join(f"edge [ source {u} target {v} w{i} 1 w {i} ]" for i, (u, v) in enumerate(ends))
    text = f"graph [ directed {directed} {multigraph} {nodes} {edges} ]"
    with monkeypatch.context() as without:
        without.delattr(gml, "_in_one_piece")
        found = told(lambda: read(text))
    assert found == told(lambda: gml._in_one_piece(text, "<stream>"))


SNIPPETS = [
    "graph [", "graph", "[", "]", "node [ id 0 label \"a\" ]", "node [ id 1 label \"b\" x [ y 1 ] ]", "node [ id 1 ]",
    "edge [ source 0 target 1 ]", "edge [ source 1 target 0 key 2 ]", "edge [ source 0 target 9 ]", "directed 1",
    "multigraph 1", "comment \"()\"", "comment 1.5", "x NAN", "x INF", "label graph", "\"", "# [ \"", "\n", "\r", "a 1",
    "node 5", "node \"_networkx_list_start\"", "node [ id NAN label NAN ]", "node [ id [ ] label 1 ]", "\u00e9",
    "\u2028", "node [ id 2 label \"b\" ]", "edge [ source 0 target 0 self 1 ]",
    "node [ id 3 label 3 self 1 ]", "\"a [\n b\"",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.usefixtures("small_steps")
def test_hostile_text_as_in_one_piece(seed: int) -> None:
    """Same graphs, errors and warnings; half of the texts have a frame that fits."""
    rng = random.Random(seed)
    graphs = 0
    for number in range(150):
        middle = " ".join(rng.choices(SNIPPETS, k=rng.randint(1, 8)))
        nodes = 'node [ id 0 label "a" ] node [ id 1 label "b" ]' if number % 3 else ""
        text = f"graph [ {nodes} {middle} ]" if number % 2 else f"{middle} graph [ {nodes} ] {rng.choice(SNIPPETS)}"
        found = told(lambda: read(text))  # noqa: B023
        assert found == told(lambda: gml._in_one_piece(text, "<stream>")), text  # noqa: B023
        graphs += found[0].startswith("(<class")
    assert graphs > 15


@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks(coding: str) -> None:
    text = 'graph [\n node [ id 0\n label "K\u00f6ter" ]\n]'
    for first in itertools.islice(range(0, len(text)), 3):
        padded = " " * first + text
        assert list(nxp.read_graph(io.BytesIO(padded.encode(coding)), format="gml")) == ["K\u00f6ter"]
