"""Graphs as other programs write them open as they were meant; `programs/README.md` says where files come from."""

from __future__ import annotations

import io
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from said import Said

import nx_poincare as nxp
from nx_poincare.io.graphs.read import Format
from nx_poincare.io.streams import GraphFileError

PROGRAMS = Path(__file__).parent / "programs"
NAMES = ["animal", "dog", "Köter & <co>", 'puppy "x"']
EDGES = {("animal", "dog"): 1.0, ("animal", "Köter & <co>"): 2.5, ("dog", 'puppy "x"'): 3.0}
GRAPHML = "http://graphml.graphdrawing.org/xmlns"


def read(text: str, format: Format) -> nx.Graph:
    return nxp.read_graph(io.StringIO(text), format=format)


@pytest.mark.parametrize("format", ["graphml", "gml", "dot"])
def test_igraph_numbers_the_nodes_and_says_their_names(format: str, said: Said) -> None:
    G = nxp.read_graph(PROGRAMS / f"igraph.{format}")
    first = "n0" if format == "graphml" else "0"
    assert f"nodes go by their numbers, such as '{first}', and each has another name, 'animal'; " in said.text
    G = nx.relabel_nodes(G, dict(G.nodes(data="name")))
    assert list(G) == NAMES
    assert {(u, v): float(weight) for u, v, weight in G.edges(data="weight")} == EDGES
    assert type(G) is nx.DiGraph


def test_igraph_in_pajek(said: Said) -> None:
    G = nxp.read_graph(PROGRAMS / "igraph.net")
    assert list(G) == NAMES
    assert {(u, v): weight for u, v, weight in G.edges(data="weight")} == EDGES
    assert said.messages == []


@pytest.mark.parametrize("text", ["&#0;", "&#1114112;", "&#55296;", "&#9999999999;", "&amp;", "&#x41;"])
def test_what_is_no_character_in_pajek_ends_no_program(text: str) -> None:
    assert len(read(f'*Vertices 2\n1 "a{text}"\n2 "b"\n', "pajek")) == 2


@pytest.mark.parametrize("name", ["graphviz.json", "graphviz_placed.json"])
def test_graphviz_in_json(name: str) -> None:
    G = nxp.read_graph(PROGRAMS / name)
    assert type(G) is nx.DiGraph
    assert set(G) == {"animal", "dog", "cat", "puppy 1", "lion"}
    assert set(G.edges) == {("animal", "dog"), ("animal", "cat"), ("dog", "puppy 1")}
    assert G.edges["animal", "dog"]["weight"] == "2"
    assert not {key for _, row in G.nodes(data=True) for key in row} - {"label", "pos", "height", "width"}
    if name == "graphviz_placed.json":
        assert all(np.isfinite(place).all() and len(place) == 2 for _, place in G.nodes(data="pos"))


def test_graphviz_without_edges_and_with_wrong_ones() -> None:
    text = '{"directed": false, "_subgraph_cnt": 0, "objects": [{"_gvid": 0, "name": "a"}], "edges": [%s]}'
    assert list(read(text % "", "json")) == ["a"]
    assert type(read(text % '{"tail": 0, "head": 0}, {"tail": 0, "head": 0}', "json")) is nx.MultiGraph
    for wrong in ('{"tail": 0, "head": 7}', '{"tail": 0}', "7"):
        with pytest.raises(GraphFileError, match="is not a node-link graph"):
            read(text % wrong, "json")


def test_gephi_numbers_the_nodes_and_says_their_labels(said: Said) -> None:
    text = (
        '<gexf xmlns="http://www.gexf.net/1.3" version="1.3"><graph defaultedgetype="directed"><nodes>'
        '<node id="0.0" label="animal"/><node id="1.0" label="dog"/></nodes>'
        '<edges><edge id="0" source="0.0" target="1.0" weight="2.0"/></edges></graph></gexf>'
    )
    G = read(text, "gexf")
    assert "such as '0.0', and each has another label, 'animal'" in said.text
    assert list(nx.relabel_nodes(G, dict(G.nodes(data="label"))).edges(data="weight")) == [("animal", "dog", 2.0)]


@pytest.mark.parametrize("suffix", ["cyjs", "json"])
def test_cytoscape(tmp_path: Path, suffix: str, said: Said) -> None:
    rows = ", ".join(f'{{"data": {{"id": "{id}", "name": "{name}"}}}}' for id, name in ((61, "animal"), (62, "dog")))
    edge = '{"data": {"id": "63", "source": "61", "target": "62", "interaction": "is"}}'
    path = tmp_path / f"pets.{suffix}"
    path.write_text(f'{{"data": {{"name": "pets"}}, "elements": {{"nodes": [{rows}], "edges": [{edge}]}}}}')
    G = nxp.read_graph(path)
    assert "such as '61', and each has another name, 'animal'" in said.text
    assert list(G.edges(data="interaction")) == [("61", "62", "is")]


@pytest.mark.parametrize(
    "rows",
    [
        [{"name": "a"}, {"name": "a"}],
        [{"name": "1"}, {"name": "2"}],
        [{"name": "a"}, {}],
        [{"name": " "}, {"name": "b"}],
        [{"size": "a"}, {"size": "b"}],
    ],
)
def test_what_are_no_names_of_their_own_is_not_said(rows: list[dict[str, str]], tmp_path: Path, said: Said) -> None:
    G = nx.DiGraph([("0", "1")])
    nx.set_node_attributes(G, dict(zip(G, rows, strict=True)))
    for suffix in (".graphml", ".gexf", ".gml", ".json", ".dot"):
        nxp.export_graph(G, tmp_path / f"g{suffix}")
        assert list(nxp.read_graph(tmp_path / f"g{suffix}")) == ["0", "1"]
    assert said.messages == []


def test_types_and_numbers_of_graph_tool(said: Said) -> None:
    keys = {"name": "string", "pos": "vector_double", "n": "short", "o": "python_object", "w": "double"}
    declared = "".join(
        f'<key id="k{i}" for="node" attr.name="{key}" attr.type="{kind}"/>'
        for i, (key, kind) in enumerate(keys.items())
    )
    values = ["animal", "0x1.8p+0, 0x1p+1", "2", "gASVBQ==", "0x1.8p+0"]
    inside = "".join(f'<data key="k{i}">{value}</data>' for i, value in enumerate(values))
    text = f'<graphml xmlns="{GRAPHML}">{declared}<graph edgedefault="directed"><node id="n0">{inside}</node>'
    G = read(f"{text}</graph></graphml>", "graphml")
    assert dict(G.nodes["n0"]) == {
        "name": "animal", "pos": "0x1.8p+0, 0x1p+1", "n": 2, "o": "gASVBQ==", "w": 1.5,
    }  # fmt: skip


def test_the_namespace_of_jung_and_netlogo() -> None:
    own = f'xmlns="{GRAPHML}/graphml"'
    nodes = '<node id="turtle 0"><data key="c">5.0</data></node><node id="turtle 1"/>'
    key = '<key id="c" for="node" attr.name="COLOR" attr.type="double"/>'
    edge = '<edge source="turtle 0" target="turtle 1"/>'
    G = read(f'<graphml {own}>{key}<graph edgedefault="directed">{nodes}{edge}</graph></graphml>', "graphml")
    assert list(G.edges) == [("turtle 0", "turtle 1")]
    assert G.nodes["turtle 0"] == {"COLOR": 5.0}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_line_in_which_excel_says_what_is_between(mark: str, end: str, tmp_path: Path, said: Said) -> None:
    text = f"{mark}sep=;{end}Parent;Child{end}Tier, groß;Hündin{end}Tier, groß;Katze{end}"
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode())
    edges = {("Tier, groß", "Hündin"), ("Tier, groß", "Katze")}
    assert set(nxp.read_graph(path).edges) == edges
    H = nxp.Hierarchy.from_file(path)
    assert {(H.ancestors(leaf)[0], leaf) for leaf in ("Hündin", "Katze")} == edges
    path.write_bytes(f"{text}einsam{end}".encode())
    with pytest.raises(GraphFileError, match="line 5"):
        nxp.read_graph(path)


def test_a_decimal_comma_is_said(said: Said) -> None:
    with pytest.raises(GraphFileError, match=r"line 2: weight '2,5' is not a number; write it with a decimal point"):
        read("Parent;Child;Weight\nTier;Katze;2,5\n", "csv")


def yed(labels: tuple[str, str, str]) -> str:
    """As yEd writes a node, and a group with a look for each of open and closed, with a node in it."""
    first, group, inner = labels
    look = '<data key="d6"><y:ShapeNode><y:NodeLabel>{}</y:NodeLabel></y:ShapeNode></data>'
    return f"""<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml">
<key for="node" id="d6" yfiles.type="nodegraphics"/><graph edgedefault="directed" id="G">
<node id="n0">{look.format(first)}</node>
<node id="n1" yfiles.foldertype="group"><data key="d6"><y:ProxyAutoBoundsNode><y:Realizers active="0">
<y:GroupNode><y:NodeLabel>{group}</y:NodeLabel></y:GroupNode><y:GroupNode><y:NodeLabel>Folder</y:NodeLabel></y:GroupNode>
</y:Realizers></y:ProxyAutoBoundsNode></data><graph edgedefault="directed" id="n1:">
<node id="n1::n0">{look.format(inner)}</node></graph></node><edge source="n0" target="n1"/></graph></graphml>"""


@pytest.mark.parametrize(
    ("labels", "hint"),
    [
        (("animal", "pets", "dog"), "'n0', and each has another label, 'animal'; networkx.relabel_nodes"),
        (("animal", "pets", ""), "'n0', and 2 of 3 have another label, 'animal'; networkx.relabel_nodes"),
        (("dog", "pets", "dog"), "'n0', and 3 have a label, 'dog', but some share it, as 'dog'"),
    ],
)
def test_groups_of_yed_have_their_labels(labels: tuple[str, str, str], hint: str, said: Said) -> None:
    G = nxp.read_graph(io.StringIO(yed(labels)), format="graphml")
    assert G.nodes["n1"]["label"] == "pets"
    assert list(G.edges) == [("n0", "n1"), ("n1", "n1::n0")]
    assert hint in said.text
