"""What networkx makes a graph of: every call takes it, or says what it is instead."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from scipy.sparse import csr_array

import nx_poincare as nxp

EDGES = [("a", "b"), ("a", "c"), ("b", ("d", 1)), ("c", ("d", 1))]
ROWS = [[0, 1, 1, 0], [0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 0, 0]]
LIKE_GRAPHS = {
    "pairs": lambda: EDGES,
    "lists": lambda: [list(edge) for edge in EDGES],
    "tuple": lambda: tuple(EDGES),
    "generator": lambda: (edge for edge in EDGES),
    "edges of a graph": lambda: nx.DiGraph(EDGES).edges,
    "edges and data": lambda: nx.DiGraph(EDGES).edges(data=True),
    "weights": lambda: [(*edge, 2.5) for edge in EDGES],
    "dict of lists": lambda: {"a": ["b", "c"], "b": [("d", 1)], "c": [("d", 1)]},
    "dict of dicts": lambda: nx.to_dict_of_dicts(nx.DiGraph(EDGES)),
    "matrix": lambda: np.array(ROWS),
    "sparse matrix": lambda: csr_array(np.array(ROWS)),
    "matrix of NumPy": lambda: np.array(ROWS, dtype=bool),
}


@pytest.mark.parametrize("like", LIKE_GRAPHS.values(), ids=LIKE_GRAPHS.keys())
def test_what_networkx_makes_a_graph_of(like):
    expected = nxp.embed(nx.DiGraph(EDGES))
    emb = nxp.embed(like())
    assert np.array_equal(emb.vectors, expected.vectors)
    assert list(emb) in (list(expected), [0, 1, 2, 3])
    assert nxp.evaluate_reconstruction(emb, like()) == nxp.evaluate_reconstruction(expected, nx.DiGraph(EDGES))
    assert nxp.evaluate_distortion(emb, like()) == nxp.evaluate_distortion(expected, nx.DiGraph(EDGES))
    assert list(nxp.poincare_layout(like())) == list(emb)
    assert EDGES == [("a", "b"), ("a", "c"), ("b", ("d", 1)), ("c", ("d", 1))]


def test_data_frames_of_adjacency(needed):
    pandas = needed("pandas")
    names = ["a", "b", "c", "d"]
    assert list(nxp.embed(pandas.DataFrame(ROWS, index=names, columns=names))) == names
    for frame in (
        pandas.DataFrame({"parent": ["a", "a"], "child": ["b", "c"]}),
        pandas.DataFrame({"source": ["a", "a", "b"], "target": ["b", "c", "d"]}),
    ):
        with pytest.raises(TypeError, match=r"got DataFrame; nx_poincare\.read_graph reads .* data frames"):
            nxp.embed(frame)


@pytest.mark.parametrize("nothing", [[], {}, iter(())], ids=lambda value: type(value).__name__)
def test_no_edges_are_an_empty_graph(nothing):
    assert len(nxp.embed(nothing)) == 0


def test_edges_have_a_direction_and_weights():
    edges = [("b", "a", 3.0), ("c", "a", {"weight": 1.0})]
    emb = nxp.embed(edges, direction="child_to_parent", training=nxp.Training(epochs=1, weight="weight"), seed=0)
    assert emb.ancestors("b") == ["a"]
    with pytest.raises(ValueError, match="root is for undirected graphs"):
        nxp.embed(edges, root="a")


@pytest.mark.parametrize(
    ("thing", "message"),
    [
        ("edges.tsv", "read_graph reads files"),
        (Path("edges.tsv"), "read_graph reads files"),
        (None, "expected a NetworkX graph, edges, .* got NoneType"),
        (3, "got int"),
        (np.zeros((3, 2)), "got ndarray.*read_graph reads .* arrays of edges"),
        (np.zeros(3), "got ndarray"),
        ([0, 1], "edge number 0 is 0, expected"),
        (["ab", "cd"], "edge number 0 is 'ab', expected"),
        ([("a", "b"), ("a",)], r"edge number 1 is \('a',\), expected"),
        ([("a", "b", "c")], "edge number 0 has three names, .*'a', 'b', 'c'"),
        ([("a", ["b"])], "edge number 0, .*unhashable"),
        ([("a", None)], "edge number 0, .*None cannot be a node"),
        ({"dog": "canine"}, "got dict"),
        (nxp.Embedding.from_vectors(["ab"], [[0.0, 0.0]]), "got Embedding"),
    ],
    ids=str,
)
@pytest.mark.parametrize("call", [nxp.embed, nxp.poincare_layout, nxp.Hierarchy.from_digraph])
def test_what_is_no_graph(thing, message, call):
    with pytest.raises(TypeError, match=message):
        call(thing)


POINTS = nxp.Embedding.from_vectors([1, 2, 3], [[0.0, 0.0], [0.3, 0.0], [0.6, 0.0]])
READERS = {
    "embed": nxp.embed,
    "from_digraph": nxp.Hierarchy.from_digraph,
    "closure_edges": lambda G, **options: list(nxp.closure_edges(G, **options)),
    "likely_missing_pairs": nxp.likely_missing_pairs,
    "split_closure": nxp.split_closure,
    "fit_horizons": POINTS.fit_horizons,
    "evaluate_reconstruction": lambda G, **options: nxp.evaluate_reconstruction(POINTS, G, **options),
    "evaluate_order": lambda G, **options: nxp.evaluate_order(POINTS, G, **options),
    "evaluate_distortion": lambda G, **options: nxp.evaluate_distortion(POINTS, G, **options),
    "evaluate_link_prediction": nxp.evaluate_link_prediction,
}


@pytest.mark.parametrize("call", READERS.values(), ids=READERS.keys())
def test_how_to_read_a_graph_is_handed_on(call):
    G = nx.DiGraph([(1, 2), (2, 1), (2, 3)])
    with pytest.raises(nx.NetworkXUnfeasible, match="1 -> 2 -> 1"):
        call(G, on_cycle="raise")
    with pytest.raises(ValueError, match="direction must be"):
        call(G, direction="up")
    with pytest.raises(ValueError, match="root is for undirected graphs"):
        call(G, root=1)
