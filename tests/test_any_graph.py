"""What holds for any graph: points in the ball, cones on trees, and what the result may and may not depend on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Hashable
from fractions import Fraction
from typing import Any

import mpmath
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nx_poincare as nxp

pytestmark = [
    pytest.mark.filterwarnings("ignore::nx_poincare.QualityWarning"),  # dense graphs in two dimensions are poor
    pytest.mark.filterwarnings("ignore:read .* nearly every node would have one parent"),  # as chance has it
]

KINDS = [nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph]
# Equal ones among these, such as 1 and 1.0, are one node to NetworkX as to us. None is no node to NetworkX.
ATOMS = st.one_of(
    st.integers(-3, 3),
    st.text(max_size=2),
    st.booleans(),
    st.floats(),
    st.binary(max_size=2),
    st.fractions(),
    st.complex_numbers(allow_nan=False),
    st.sampled_from([int, Ellipsis, np.float64(0.5), np.str_("a")]),
)
NODES = st.one_of(
    ATOMS, st.tuples(ATOMS, ATOMS), st.frozensets(ATOMS, max_size=2), st.tuples(st.none(), st.tuples(ATOMS))
)


@st.composite
def graphs(draw: st.DrawFn) -> nx.Graph:
    """Any graph of up to 10 nodes: directed or not, parallel edges, self-loops, cycles, several parts."""
    nodes = draw(st.lists(NODES, max_size=10))
    G = draw(st.sampled_from(KINDS))()
    G.add_nodes_from(nodes)
    if nodes:
        ends = st.sampled_from(nodes)
        G.add_edges_from(draw(st.lists(st.tuples(ends, ends), max_size=16)))
    return G


@st.composite
def acyclic(draw: st.DrawFn, most_parents: int, most: int = 20) -> nx.DiGraph:
    """A graph in which every node has so many parents at most, its nodes in any order."""
    n = draw(st.integers(1, most))
    G = nx.DiGraph()
    G.add_nodes_from(draw(st.permutations(range(n))))
    for v in range(1, n):
        parents = draw(st.lists(st.integers(0, v - 1), max_size=most_parents, unique=True))
        G.add_edges_from((parent, v) for parent in parents)
    return G


def in_order(G: nx.DiGraph, nodes: list[Any], edges: list[Any]) -> nx.DiGraph:
    """The same graph, its nodes and edges in another order."""
    other: nx.DiGraph = nx.DiGraph()
    other.add_nodes_from(nodes)
    other.add_edges_from(edges)
    assert (set(other), set(other.edges)) == (set(G), set(G.edges))
    return other


def same_bytes(first: nxp.Embedding, second: nxp.Embedding) -> bool:
    arrays = zip(*((e.directions, e.radii, e.vectors, e.layout, e.levels) for e in (first, second)), strict=True)
    return all(a.tobytes() == b.tobytes() for a, b in arrays)


@settings(max_examples=40)
@given(graphs(), st.sampled_from([2, 3, 5]))
def test_every_node_of_any_graph_gets_a_point_of_the_open_ball(G: nx.Graph, dim: int) -> None:
    edges = list(G.edges)
    emb = nxp.embed(G, dim, seed=0)
    assert [id(node) for node in emb] == [id(node) for node in G]
    assert list(G.edges) == edges
    assert np.isfinite(emb.directions).all()
    assert np.isfinite(emb.vectors).all()
    assert (np.linalg.norm(emb.vectors, axis=1) < 1).all()
    assert ((emb.radii >= 0) & (emb.radii <= 36)).all()
    for node, data in G.nodes(data=True):
        assert set(data) == {"poincare", "pos", "level"}
        assert np.array_equal(data["poincare"], emb[node])
        assert np.linalg.norm(data["pos"]) < 1
        assert data["level"] >= 0


@settings(max_examples=15)
@given(graphs(), st.sampled_from([2, 4]))
def test_training_keeps_every_node_of_any_graph_in_the_ball(G: nx.Graph, dim: int) -> None:
    emb = nxp.embed(G, dim, init="random", training=nxp.Training(epochs=3, burn_in=1), seed=0)
    assert list(emb) == list(G)
    assert np.isfinite(emb.directions).all()
    assert ((emb.radii >= 0) & (emb.radii <= 36)).all()


def is_nearer_than_the_origin(emb: nxp.Embedding, u: int, v: int) -> bool:
    """d(u, v) < d(u, origin), to sixty digits."""
    with mpmath.workdps(60):
        s, t = ([mpmath.mpf(float(x)) for x in emb.directions[row]] for row in (u, v))
        s, t = ([x / mpmath.norm(vector) for x in vector] for vector in (s, t))
        r, q = (mpmath.mpf(float(emb.radii[row])) for row in (u, v))
        cosine = mpmath.fdot(s, t)
        cosh = mpmath.cosh(r) * mpmath.cosh(q) - mpmath.sinh(r) * mpmath.sinh(q) * cosine
        return bool(cosh < mpmath.cosh(r))


@settings(max_examples=15)
@given(acyclic(most_parents=1, most=14), st.sampled_from([2, 3, 5]))
def test_the_theorem_of_the_cones_on_forests(G: nx.DiGraph, dim: int) -> None:
    emb = nxp.embed(G, dim, seed=0)
    for u, node in enumerate(emb):
        above = nx.ancestors(G, node)
        for v, other in enumerate(emb):
            # A single root is the origin itself: equal, and no nearer.
            if u != v and emb.radii[v] > 0:
                assert is_nearer_than_the_origin(emb, u, v) == (other in above), (node, other)
        assert set(emb.ancestors(node)) == above


@settings(max_examples=40)
@given(acyclic(most_parents=3), st.sampled_from([2, 3]), st.data())
def test_the_order_of_edges_changes_nothing(G: nx.DiGraph, dim: int, data: st.DataObject) -> None:
    other = in_order(G, list(G), data.draw(st.permutations(list(G.edges))))
    assert same_bytes(nxp.embed(other, dim, seed=0), nxp.embed(G, dim, seed=0))


@settings(max_examples=40)
@given(acyclic(most_parents=1), st.sampled_from([2, 3]), st.data())
def test_the_order_of_nodes_changes_no_answer_on_forests(G: nx.DiGraph, dim: int, data: st.DataObject) -> None:
    emb = nxp.embed(G, dim, seed=0)
    other = nxp.embed(in_order(G, data.draw(st.permutations(list(G))), list(G.edges)), dim, seed=0)
    assert dict(zip(other, other.levels, strict=True)) == dict(zip(emb, emb.levels, strict=True))
    for node in G:
        assert set(other.ancestors(node)) == set(emb.ancestors(node)) == nx.ancestors(G, node)
    if G.number_of_edges():
        assert nxp.evaluate_reconstruction(other, G) == nxp.evaluate_reconstruction(emb, G)
        assert nxp.evaluate_reconstruction(emb, G)[:2] == (1, 1)


@settings(max_examples=40)
@given(acyclic(most_parents=3), st.data())
def test_the_order_of_nodes_changes_no_level_and_no_pair(G: nx.DiGraph, data: st.DataObject) -> None:
    other = in_order(G, data.draw(st.permutations(list(G))), list(G.edges))
    assert set(nxp.closure_edges(other)) == set(nxp.closure_edges(G))
    levels = [dict(zip(e, e.levels, strict=True)) for e in (nxp.embed(G), nxp.embed(other))]
    assert levels[0] == levels[1]


@settings(max_examples=40)
@given(acyclic(most_parents=3), st.sampled_from([2, 3]))
def test_names_change_nothing(G: nx.DiGraph, dim: int) -> None:
    named = nx.relabel_nodes(G, {node: ("node", str(node)) for node in G})
    assert list(named) == [("node", str(node)) for node in G]
    assert same_bytes(nxp.embed(named, dim, seed=0), nxp.embed(G, dim, seed=0))


@settings(max_examples=40)
@given(acyclic(most_parents=3), st.sampled_from([2, 3]), st.lists(st.tuples(*[st.integers(0, 19)] * 2), max_size=5))
def test_the_reversed_graph_with_the_other_direction(G: nx.DiGraph, dim: int, more: list[tuple[int, int]]) -> None:
    G.add_edges_from(more)  # cycles among them
    up = nxp.embed(G.reverse(), dim, seed=0, direction="child_to_parent")
    assert same_bytes(up, nxp.embed(G, dim, seed=0))


@settings(max_examples=40)
@given(graphs(), st.data())
def test_parallel_edges_and_self_loops_change_nothing(G: nx.Graph, data: st.DataObject) -> None:
    more = nx.MultiDiGraph(G) if G.is_directed() else nx.MultiGraph(G)
    more.add_edges_from((node, node) for node in list(G))
    more.add_edges_from(list(G.edges()))
    assert same_bytes(nxp.embed(more), nxp.embed(G))


SCRIPT = """
import hashlib, networkx as nx, nx_poincare as nxp
names = {name: index for index, name in enumerate(["a", ("b", frozenset({"c", "d", "e"})), "f", "g", 1, 2.5])}
G = nx.DiGraph([(0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (4, 3), (2, 5)])
G = nx.relabel_nodes(G, {index: name for name, index in names.items()})
for options in ({"dim": 2}, {"dim": 3, "seed": 1}, {"dim": 3, "init": "random", "training": 2, "seed": 1}):
    emb = nxp.embed(G, **options)
    print([names[node] for node in emb], hashlib.sha256(emb.vectors.tobytes() + emb.layout.tobytes()).hexdigest())
"""


def test_hash_seeds_change_nothing() -> None:
    told = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT], env={"PYTHONHASHSEED": seed, "PATH": ""}, check=True, capture_output=True
        ).stdout
        for seed in ("0", "5")
    }
    assert len(told) == 1


class Awkward:
    """Equal to others of its number, with a hash that says nothing."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Awkward) and self.number == other.number

    def __hash__(self) -> int:
        return 7


def test_nodes_that_compare_and_hash_in_their_own_way() -> None:
    G = nx.DiGraph([(Awkward(0), Awkward(1)), (Awkward(1), Awkward(2)), (Awkward(0), Fraction(1, 2))])
    emb = nxp.embed(G)
    assert emb.ancestors(Awkward(2)) == [Awkward(0), Awkward(1)]
    assert emb.distance(Fraction(2, 4), Fraction(1, 2)) == 0


def test_not_a_number_is_a_node_as_any_other() -> None:
    nan = float("nan")
    G = nx.DiGraph([("a", nan), (nan, float("nan"))])
    emb = nxp.embed(G)
    assert len(emb) == 3
    assert emb.ancestors(nan) == ["a"]


# -- attributes that are there already, and weights ------------------------------------------


def test_attributes_of_our_names_are_replaced_and_others_kept() -> None:
    G = nx.DiGraph([("a", "b"), ("b", "c")])
    nx.set_node_attributes(G, "mine", "poincare")
    nx.set_node_attributes(G, {"a": float("nan"), "b": None}, "level")
    nx.set_node_attributes(G, float("nan"), "other")
    emb = nxp.embed(G, store_pos_as=None)
    assert [G.nodes[node]["level"] for node in G] == [0, 1, 2]
    assert all(np.array_equal(G.nodes[node]["poincare"], emb[node]) for node in G)
    assert all(np.isnan(G.nodes[node]["other"]) and "pos" not in G.nodes[node] for node in G)


BAD_WEIGHTS: list[tuple[Any, str]] = [
    (0, "positive and finite"),
    (-1.5, "positive and finite"),
    (float("nan"), "positive and finite"),
    (float("inf"), "positive and finite"),
    (np.float32("inf"), "positive and finite"),
    (10**400, "positive and finite"),
    ("2", "not a number"),
    (None, "not a number"),
    (True, "not a number"),
    (np.complex128(1), "not a number"),
]


@pytest.mark.parametrize(("weight", "problem"), BAD_WEIGHTS, ids=lambda value: repr(value)[:12])
@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_weight_is_refused_with_its_edge(kind: type[nx.Graph], weight: Any, problem: str) -> None:
    G = kind([("a", "b"), ("b", "c")])
    key: tuple[Hashable, ...] = ("b", "c", 0) if G.is_multigraph() else ("b", "c")
    G.edges[key]["w"] = weight
    with pytest.raises(nx.NetworkXError, match=rf"edge \('b', 'c'\).*{problem}"):
        nxp.embed(G, training=nxp.Training(weight="w", epochs=1))
    assert all(not data for _, data in G.nodes(data=True))


def test_weights_add_up_only_while_they_are_finite() -> None:
    G = nx.MultiDiGraph([("a", "b", {"w": 1.5e308}), ("a", "b", {"w": 1.5e308})])
    with pytest.raises(nx.NetworkXError, match=r"\('a', 'b'\)"):
        nxp.embed(G, training=nxp.Training(weight="w", epochs=1))


# -- a graph that changes while it is embedded -----------------------------------------------


@pytest.mark.parametrize("change", ["add_node", "remove_node"])
def test_a_callback_that_changes_the_nodes_gets_an_error_and_nothing_is_written(change: str) -> None:
    G = nx.DiGraph([("a", "b"), ("b", "c"), ("a", "d")])
    node = {"add_node": "new", "remove_node": "d"}[change]

    def callback(epoch: int, loss: float, emb: nxp.Embedding) -> None:
        if epoch == 1:
            getattr(G, change)(node)

    with pytest.raises(nx.NetworkXError if change == "add_node" else nx.NodeNotFound, match=repr(node)):
        nxp.embed(G, init="random", training=2, seed=0, callbacks=[callback])
    assert all(not data for _, data in G.nodes(data=True))


def test_a_callback_that_changes_edges_or_attributes_changes_no_point() -> None:
    G = nx.DiGraph([("a", "b"), ("b", "c"), ("a", "d")])
    nx.set_edge_attributes(G, 2.0, "w")

    def callback(epoch: int, loss: float, emb: nxp.Embedding) -> None:
        G.remove_edges_from(list(G.edges))
        G.add_edge("c", "a", w=-1)
        G.nodes["a"]["level"] = "mine"

    training = nxp.Training(epochs=3, weight="w")
    options: dict[str, Any] = {"init": "random", "training": training, "seed": 0}
    expected = nxp.embed(G.copy(), **options)
    with pytest.warns(nxp.HierarchyWarning, match="nodes have 'level' of their own"):
        emb = nxp.embed(G, callbacks=[callback], **options)
    assert same_bytes(emb, expected)
    assert G.nodes["a"]["level"] == "mine"
