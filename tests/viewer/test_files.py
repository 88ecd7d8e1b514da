"""Files that `write_html` leaves, and what notebooks get, without a browser."""

from __future__ import annotations

import base64
import json
import logging
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nx_poincare as nxp


def contents_of(path: Path) -> Any:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    text = path.read_text(encoding="utf-8")
    return json.loads(text.partition('id="content">')[2].partition("</script>")[0], parse_constant=refuse)


def test_mammals_are_small(mammals: nx.DiGraph, tmp_path: Path) -> None:
    """With an embedding, which makes them larger."""
    nxp.write_html(nxp.embed(nx.DiGraph(mammals), 10, effort=0, store_as=None), tmp_path / "mammals.html")
    assert (tmp_path / "mammals.html").stat().st_size < 330_000


def test_all_nouns_with_ten_dimensions_are_below_eight_megabytes(nouns: nx.DiGraph, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    directions = rng.normal(size=(len(nouns), 10))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    index = {node: i for i, node in enumerate(nouns)}
    edges = [(index[u], index[v]) for u, v in nouns.edges()]
    embedding = nxp.Embedding(list(nouns), directions, rng.uniform(0, 30, len(nouns)), edges=edges)
    nxp.write_html(embedding, tmp_path / "nouns.html")
    assert (tmp_path / "nouns.html").stat().st_size < 8_000_000


def test_the_same_graph_gives_the_same_bytes(mammals: nx.DiGraph, tmp_path: Path) -> None:
    for name in ("one.html", "two.html"):
        nxp.write_html(mammals, tmp_path / name)
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_an_embedding_lends_its_edges(mammals: nx.DiGraph, tmp_path: Path) -> None:
    embedding = nxp.embed(nx.DiGraph(mammals), effort=0, store_as=None)
    nxp.write_html(embedding, tmp_path / "points.html")
    content = contents_of(tmp_path / "points.html")
    assert sorted(content["names"]) == sorted(mammals)
    assert content["attributeNames"] == ["radius"]
    embedding.save(tmp_path / "points.npz")
    nxp.write_html(nxp.Embedding.load(tmp_path / "points.npz"), tmp_path / "again.html")
    assert (tmp_path / "again.html").read_bytes() == (tmp_path / "points.html").read_bytes()


def test_a_graph_bears_its_embedding_under_any_name(tmp_path: Path) -> None:
    G = nx.DiGraph([("a", "b"), ("c", "d")])
    nxp.write_html(G, tmp_path / "page.html")
    assert contents_of(tmp_path / "page.html")["points"] is None
    nxp.embed(G, 3, store_as="ball")
    nxp.write_html(G, tmp_path / "page.html", store_as="ball")
    content = contents_of(tmp_path / "page.html")
    assert content["points"]["dim"] == 3
    assert content["attributeNames"] == []
    nxp.write_html(G, tmp_path / "page.html", store_as=None)
    assert contents_of(tmp_path / "page.html")["points"] is None
    nxp.embed(G)
    nxp.write_html(nxp.flatten_attributes(G), tmp_path / "page.html")
    content = contents_of(tmp_path / "page.html")
    assert content["points"]["dim"] == 2
    assert not [name for name in content["attributeNames"] if "poincare" in name]


def test_pruning_keeps_the_largest(mammals: nx.DiGraph, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="nx_poincare"):
        nxp.write_html(mammals, tmp_path / "some.html", max_nodes=100)
    assert "100 of 1182 nodes" in caplog.text
    content = contents_of(tmp_path / "some.html")
    assert content["total"] == 1182
    sizes = {node: len(nx.descendants(mammals, node)) for node in mammals}
    least = min(sizes[name] for name in content["names"])
    assert least >= sorted(sizes.values())[-130]
    assert "mammal.n.01" in content["names"]


def test_numbers_that_are_none_are_still_json(tmp_path: Path) -> None:
    G = nx.DiGraph([(float("inf"), "b")])
    G.nodes["b"].update(nan=float("nan"), rows=np.full((2, 2), np.inf))
    nxp.write_html(G, tmp_path / "page.html")
    assert contents_of(tmp_path / "page.html")["names"] == ["inf", "b"]


@settings(max_examples=40)
@given(st.integers(1, 40), st.floats(0, 2), st.integers(0, 2**32), st.booleans())
def test_every_node_and_edge_is_on_the_page(
    tmp_path_factory: Any, n: int, density: float, seed: int, cyclic: bool
) -> None:
    rng = np.random.default_rng(seed)
    ends = rng.integers(n, size=(int(density * n), 2))
    if not cyclic:
        ends.sort(axis=1)
    G = nx.empty_graph(n, create_using=nx.DiGraph)
    G.add_edges_from((int(u), int(v)) for u, v in ends if u != v)
    path = tmp_path_factory.mktemp("page") / "page.html"
    nxp.write_html(G, path)
    content = contents_of(path)
    assert sorted(name for name in content["names"] if name) == sorted(map(str, G))
    assert edges_of(content) == {(str(u), str(v)) for u, v in G.edges()}


def edges_of(content: Any) -> set[tuple[str, str]]:
    """Edges by name, read from the page as its script reads them."""
    names, loose = content["names"], set(array_of(content["loose"]).tolist())
    counts, others = array_of(content["counts"]), array_of(content["others"]).reshape(-1, 2)
    parents = np.repeat(np.arange(len(names)), counts).tolist()
    folded = set(array_of(content["folded"]["rows"]).tolist())
    above = [-1, *parents]

    def node_above(row: int) -> int:
        return node_above(above[row]) if above[row] in folded else above[row]

    tree = [(node_above(child), child) for child in range(1, len(names)) if child not in loose | folded]
    return {(names[u], names[v]) for u, v in [*tree, *others.tolist()]}


def array_of(packed: dict[str, str]) -> np.ndarray:
    kinds = {"Uint8Array": "<u1", "Uint16Array": "<u2", "Uint32Array": "<u4"}
    return np.frombuffer(base64.b64decode(packed["data"]), kinds[packed["type"]]).astype(np.int64)


# -- errors --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"max_nodes": 0}, ValueError, "max_nodes"),
        ({"max_nodes": 2.5}, ValueError, "max_nodes"),
        ({"root": "z"}, nx.NodeNotFound, "z"),
        ({"direction": "sideways"}, ValueError, "direction"),
        ({"layout": "flat"}, ValueError, "layout must be 'tree' or 'embedding', not 'flat'"),
        ({"radii": "true"}, ValueError, "radii must be 'layout', 'embedding' or 'eye', not 'true'"),
        ({"radii": "embedding"}, ValueError, "radii='embedding' needs an embedding.*embed it first"),
        ({"beside": "eye"}, ValueError, "beside='eye' needs an embedding.*embed it first"),
    ],
)
def test_wrong_options_write_nothing(tmp_path: Path, options: dict[str, Any], error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        nxp.write_html(nx.path_graph(3), tmp_path / "page.html", **options)
    assert list(tmp_path.iterdir()) == []


def test_the_earlier_name_of_radii(tmp_path: Path) -> None:
    embedding = nxp.embed(nx.balanced_tree(2, 2, create_using=nx.DiGraph))
    for name, options in {"old": {"layout": "embedding"}, "new": {"radii": "embedding"}}.items():
        nxp.write_html(embedding, tmp_path / name, title="same", **options)  # type: ignore[arg-type]
    assert (tmp_path / "old").read_bytes() == (tmp_path / "new").read_bytes()


def test_what_is_no_graph_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="NetworkX graph or an Embedding"):
        nxp.write_html([(0, 1)], tmp_path / "page.html")  # type: ignore[arg-type]
    bare = nxp.Embedding("ab", [[1, 0], [1, 0]], [0, 1])
    with pytest.raises(ValueError, match="knows no edges"):
        nxp.write_html(bare, tmp_path / "page.html")


def test_more_than_two_dimensions_are_not_drawn_at_their_points(tmp_path: Path) -> None:
    embedding = nxp.embed(nx.balanced_tree(2, 2, create_using=nx.DiGraph), 3)
    with pytest.raises(ValueError, match="needs points in 2 dimensions, not in 3"):
        nxp.write_html(embedding, tmp_path / "page.html", radii="embedding")


@pytest.mark.parametrize(
    "options", [{"attributes": ["x"]}, {"store_as": None}, {"direction": "child_to_parent"}, {"root": 0}]
)
def test_options_for_graphs_are_none_for_embeddings(tmp_path: Path, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="are options for graphs"):
        nxp.write_html(nxp.embed(nx.path_graph(3)), tmp_path / "page.html", **options)


def test_a_node_without_a_vector_is_named(tmp_path: Path) -> None:
    G = nx.DiGraph([("a", "b")])
    nxp.embed(G)
    G.add_edge("b", "new")
    with pytest.raises(nx.NetworkXError, match="'new' has no attribute 'poincare'"):
        nxp.write_html(G, tmp_path / "page.html")


# -- notebooks -----------------------------------------------------------------------------------


def test_a_notebook_gets_a_summary_where_edges_are_not_known() -> None:
    shown = nxp.Embedding(["<b>", "c"], [[1, 0], [1, 0]], [0, 1])._repr_html_()
    assert "&lt;b&gt;" in shown
    assert "<iframe" not in shown
