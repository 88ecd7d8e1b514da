"""GraphML and GEXF come in node by node: the graph is that of NetworkX's readers, which build a tree of the file."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import pytest

import nx_poincare as nxp
from nx_poincare.io.content import Parts
from nx_poincare.io.graphs.readers import xml_records
from nx_poincare.io.graphs.readers.xml import check_graph_xml
from nx_poincare.io.streams import GraphFileError

FORMATS = ["graphml", "gexf"]
KINDS = [nx.DiGraph, nx.Graph, nx.MultiDiGraph, nx.MultiGraph]
ORACLES: dict[str, Callable[[Any], nx.Graph]] = {"graphml": nx.read_graphml, "gexf": nx.read_gexf}
NAMESPACES = {"graphml": "http://graphml.graphdrawing.org/xmlns", "gexf": "http://www.gexf.net/1.2draft"}
TEXTS = ["dog", "", " ", "<&>\"'", "Köter", "\U0001f415", "1", "True", "{urn:x}node", "node", "edge", "a" * 70_000]


def written(kind: Any, format: str, seed: int) -> bytes:
    """A random graph as NetworkX writes it: edges both ways, loops, some with ids and keys, values of all types."""
    rng = random.Random(seed)
    names = rng.sample(TEXTS, 6)
    values: list[Any] = [True, False, 3, -7, 2.5, float("inf"), 1e-320, *TEXTS[:9]]
    columns: dict[str, list[Any]] = {"x": [1.5, -2.5], "count": [1, 2], "tame": [True, False], "note": TEXTS[:9]}
    G = kind(name="all", note="of the graph")
    for name in names:
        chosen = rng.sample(list(columns), 2)
        G.add_node(name, **{column: rng.choice(columns[column]) for column in chosen})
    for number in range(9):
        u, v = rng.choice(names), rng.choice(names)
        about: dict[str, Any] = {} if rng.random() < 0.5 else {"note": rng.choice(values[7:]), "weight": 0.5}
        G.add_edge(u, v, **({"key": number} if G.is_multigraph() else {}), **about)
    G.graph["node_default"], G.graph["edge_default"] = {"note": "none"}, {}
    file = io.BytesIO()
    {"graphml": nx.write_graphml_xml, "gexf": nx.write_gexf}[format](G, file)
    return file.getvalue()


def all_of(G: nx.Graph) -> tuple[Any, ...]:
    nodes = [(node, list(row.items())) for node, row in G.nodes(data=True)]
    edges = G.edges(keys=True, data=True) if G.is_multigraph() else G.edges(data=True)
    return type(G), dict(G.graph), nodes, [(ends, list(row.items())) for *ends, row in edges]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("format", FORMATS)
def test_as_networkx_reads_it(monkeypatch: pytest.MonkeyPatch, kind: Any, format: str, seed: int) -> None:
    content = written(kind, format, seed)
    monkeypatch.setattr(xml_records, "_STEP", 100)
    assert all_of(nxp.read_graph(io.BytesIO(content), format=format)) == all_of(ORACLES[format](io.BytesIO(content)))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("format", FORMATS)
def test_edges_before_nodes_and_declarations_at_the_end(kind: Any, format: str, seed: int) -> None:
    root = ElementTree.fromstring(written(kind, format, seed))
    graph = root.find(f"{{{NAMESPACES[format]}}}graph")
    assert graph is not None
    for parent in (root, graph):
        parent[:] = list(reversed(parent))
    content = ElementTree.tostring(root)
    assert not check_graph_xml([content], "g", format).is_in_order
    assert all_of(nxp.read_graph(io.BytesIO(content), format=format)) == all_of(ORACLES[format](io.BytesIO(content)))


@pytest.mark.parametrize("format", FORMATS)
def test_what_is_no_node_of_the_graph_is_none(format: str) -> None:
    """Elements of others' namespaces, and of the same names in other places."""
    own = '<node id="n0"><x:node xmlns:x="urn:x" id="a"/><desc><node id="n2"/></desc></node><node id="n1"/>'
    text = {
        "graphml": f'<graph edgedefault="directed"><desc><node id="n3"/></desc>{own}<edge source="n0" target="n1"/>',
        "gexf": f'<meta><node id="n4"/></meta><graph defaultedgetype="directed"><nodes>{own}</nodes><edges>'
        '<edge source="n0" target="n1"/></edges>',
    }[format]
    content = f'<{format} xmlns="{NAMESPACES[format]}">{text}</graph></{format}>'.encode()
    found = nxp.read_graph(io.BytesIO(content), format=format)
    assert list(found.edges) == [("n0", "n1")]
    assert list(found) == ["n0", "n1"]


def test_hyperedges_are_refused() -> None:
    text = f'<graphml xmlns="{NAMESPACES["graphml"]}"><graph><node id="a"/><hyperedge/></graph></graphml>'
    with pytest.raises(GraphFileError, match="hyperedges"):
        nxp.read_graph(io.BytesIO(text.encode()), format="graphml")


def test_parts_are_let_go() -> None:
    content = written(nx.DiGraph, "graphml", 1)
    kept = [content[first : first + 50] for first in range(0, len(content), 50)]
    outline = check_graph_xml(kept, "g", "graphml")
    inside = {"graphml": ("key", "graph"), "graph": ("node", "edge", "data"), "node": ()}
    left = [len(kept) for _ in xml_records.records_in_order(Parts(kept), outline, inside)]
    assert left == sorted(left, reverse=True)
    assert left[len(left) // 2] < left[0]
    assert not kept
