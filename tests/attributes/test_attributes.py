"""Embeddings from the attributes of graphs, in memory and from files."""

from __future__ import annotations

import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.attributes.attributes import GraphAttributeError
from nx_poincare.embedding.embedding import Embedding

NAMES = ("poincare", "pos", "level")


@pytest.fixture
def felines(mammals: nx.DiGraph) -> nx.DiGraph:
    return nx.DiGraph(mammals.subgraph([*nx.descendants(mammals, "feline.n.01"), "feline.n.01"]))


@pytest.mark.parametrize("dim", [2, 3, 12])
@pytest.mark.parametrize("flat", [False, True])
def test_what_embed_wrote_comes_back(felines: nx.DiGraph, dim: int, flat: bool) -> None:
    emb = nxp.embed(felines, dim, seed=0)
    back = Embedding.from_graph(nxp.flatten_attributes(felines) if flat else felines)
    assert back.nodes == emb.nodes
    assert np.array_equal(back.vectors, emb.vectors)
    assert np.array_equal(back.levels, emb.levels)
    assert np.array_equal(back.layout, emb.layout)
    assert back.radii == pytest.approx(emb.radii, rel=1e-6)
    assert back.ancestors("tiger.n.02") == emb.ancestors("tiger.n.02")


@pytest.mark.parametrize("suffix", ["graphml", "gexf", "gml", "json", "graphml.gz", "gml.gz"])
def test_through_files(felines: nx.DiGraph, tmp_path: Path, suffix: str) -> None:
    emb = nxp.embed(felines, 3, seed=0)
    emb.write_to(felines, polar_as="polar")
    nxp.export_graph(felines, tmp_path / f"g.{suffix}")
    G = nxp.read_graph(tmp_path / f"g.{suffix}")
    assert Embedding.from_graph(G) == emb  # directions and radii, bit for bit
    assert np.array_equal(Embedding.from_graph(G, polar_as=None).vectors, emb.vectors)
    assert Embedding.load(tmp_path / f"g.{suffix}") == emb


def test_the_polar_form_is_exact_where_vectors_are_not() -> None:
    G = nx.path_graph(40, create_using=nx.DiGraph)
    emb = nxp.embed(G, max_radius=None)
    assert emb.radii.max() > 50
    emb.write_to(G, polar_as="polar")
    assert Embedding.from_graph(G) == emb
    assert not np.allclose(Embedding.from_graph(G, polar_as=None).radii, emb.radii, atol=1)


def test_names_of_attributes_and_any_nodes() -> None:
    G = nx.Graph([((1, 2), frozenset("a")), ((1, 2), 3.5)])
    emb = nxp.embed(G, store_as="ball", store_pos_as="place", level_as="depth")
    back = Embedding.from_graph(G, store_as="ball", store_pos_as="place", level_as="depth")
    assert back.nodes == emb.nodes
    assert np.array_equal(back.vectors, emb.vectors)
    assert back.levels.tolist() == [0, 1, 1]


def test_levels_and_positions_may_be_missing() -> None:
    G = nx.DiGraph([("a", "b")])
    nx.set_node_attributes(G, {"a": (0.0, 0.0, 0.0), "b": [0.1, 0.2, 0.3]}, "poincare")
    emb = Embedding.from_graph(G)
    assert emb.levels.tolist() == [-1, -1]
    assert emb.layout is None
    assert len(Embedding.from_graph(nx.DiGraph())) == 0


def test_frozen_graphs_views_and_subgraphs(felines: nx.DiGraph) -> None:
    emb = nxp.embed(nx.freeze(felines))
    part = felines.subgraph(["lion.n.01", "tiger.n.02"])
    back = Embedding.from_graph(part)
    assert set(back) == {"lion.n.01", "tiger.n.02"}
    assert back.distance("lion.n.01", "tiger.n.02") == pytest.approx(emb.distance("lion.n.01", "tiger.n.02"), rel=1e-6)
    again = nxp.embed(part, store_as="own")
    assert felines.nodes["lion.n.01"]["own"] is not None
    assert "own" not in felines.nodes["cat.n.01"]
    assert len(again) == 2


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({}, "node 'b' has no attribute 'poincare' or 'poincare_0'"),
        ({"poincare": "text"}, "node 'b': the attribute 'poincare' is not a row of finite numbers"),
        ({"poincare": 0.5}, "node 'b': the attribute 'poincare' is not a row"),
        ({"poincare": [0.1, np.nan]}, "node 'b': the attribute 'poincare' is not a row"),
        ({"poincare": [0.1, 0.2, 0.3]}, "node 'b': the attribute 'poincare' has 3 numbers, other nodes 2"),
        ({"poincare_0": 0.1, "poincare_1": "x"}, "node 'b': the attribute 'poincare' is not a row"),
        ({"poincare": [1.0, 0.5]}, "'poincare': the vector of node 'b' has norm"),
        ({"poincare": [0.1, 0.2], "level": "low"}, "node 'b': the attribute 'level' is not a whole number"),
        ({"poincare": [0.1, 0.2], "level": 1.5}, "node 'b': the attribute 'level' is not a whole"),
        (
            {"poincare": [0.1, 0.2], "level": np.uint64(2**64 - 1)},
            "node 'b': .* is not a whole number that int64 holds",
        ),
        ({"poincare": [0.1, 0.2], "pos": (1, 2, 3)}, "node 'b': the attribute 'pos' is not two finite numbers"),
        ({"poincare": [0.1, 0.2], "pos": "here"}, "node 'b': the attribute 'pos' is not two"),
    ],
)
def test_the_node_at_fault_is_named(row: dict[str, Any], problem: str) -> None:
    G = nx.DiGraph([("a", "b")])
    G.nodes["a"].update(poincare=[0.0, 0.0], level=0, pos=(0, 0))
    G.nodes["b"].update({"level": 1, "pos": (0.5, 0.5)} | row)
    with pytest.raises(GraphAttributeError, match=problem) as caught:
        Embedding.from_graph(G)
    assert isinstance(caught.value, nx.NetworkXError)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("polar", [[1.0, 0.6, 0.7], [-1.0, 0.6, 0.8], [1.0, 1.0]])
def test_what_is_no_polar_form_is_refused(polar: list[float]) -> None:
    G = nx.DiGraph()
    G.add_node("a", polar=polar)
    with pytest.raises(GraphAttributeError, match="node 'a': the attribute 'polar'"):
        Embedding.from_graph(G)


def test_a_graph_that_was_not_embedded() -> None:
    with pytest.raises(GraphAttributeError, match=r"node 'a' has no attribute 'poincare'.*embed the graph first"):
        Embedding.from_graph(nx.DiGraph([("a", "b")]))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # pydot calls old names of pyparsing
def test_dot_as_networkx_reads_it(needed: Any, felines: nx.DiGraph, tmp_path: Path) -> None:
    """It leaves numbers as text, some in quotes, and a text for Graphviz as the position."""
    needed("pydot")
    emb = nxp.embed(felines)
    nxp.export_graph(felines, tmp_path / "g.dot")
    back = Embedding.from_graph(nx.nx_pydot.read_dot(tmp_path / "g.dot"))
    assert back.nodes == emb.nodes
    for name in ("vectors", "levels", "layout"):
        assert getattr(back, name).tobytes() == getattr(emb, name).tobytes()


def test_the_hierarchy_of_an_embedding_is_a_graph_again(felines: nx.DiGraph, tmp_path: Path) -> None:
    emb = nxp.embed(felines, 3, seed=0)
    emb.save(tmp_path / "e.npz")
    G = Embedding.load(tmp_path / "e.npz").to_networkx()
    assert list(G.edges) == list(felines.edges)
    assert Embedding.from_graph(G).vectors.tobytes() == emb.vectors.tobytes()
    upward = nxp.embed(felines.reverse(), direction="child_to_parent")
    assert set(upward.to_networkx().edges) == set(felines.edges)
    with pytest.raises(ValueError, match="only points, no edges"):
        Embedding.from_vectors(["a"], [[0.1, 0.2]]).to_networkx()


@pytest.mark.parametrize("suffix", [".graphml", ".gexf", ".gml", ".json"])
def test_answers_are_the_same_after_a_graph_file(suffix: str, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    dag = nx.DiGraph((f"n{rng.integers(child)}", f"n{child}") for child in range(1, 60) for _ in range(2))
    chain = nx.relabel_nodes(nx.path_graph(43, nx.DiGraph), str)  # beyond what ball vectors keep
    for emb, attribute in ((nxp.embed(dag, 3, seed=0), "horizon_excess"), (nxp.embed(chain, max_radius=60), "polar")):
        nxp.export_graph(emb.to_networkx(), tmp_path / f"g{suffix}")
        again = Embedding.load(tmp_path / f"g{suffix}")
        assert all(again.ancestors(node) == emb.ancestors(node) for node in emb)
        assert attribute in emb.to_networkx().nodes[emb.nodes[0]]
    assert set(nxp.embed(nx.DiGraph([(0, 1)])).to_networkx().nodes[0]) == {"poincare", "pos", "level"}


class StubbornDict(dict[str, Any]):
    """Attributes of a node that refuse a value, or interrupt the process, after so many were set."""

    left = 10**9
    refusal: type[BaseException] = RuntimeError

    def __setitem__(self, name: str, value: Any) -> None:
        StubbornDict.left -= 1
        if StubbornDict.left == 0:
            raise self.refusal("no more")
        super().__setitem__(name, value)


class StubbornGraph(nx.DiGraph):
    node_attr_dict_factory = StubbornDict


@pytest.mark.parametrize("refusal", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("written", [1, 7, 12, 17])
def test_attributes_that_refuse_a_value_are_as_before(
    monkeypatch: pytest.MonkeyPatch, refusal: type[BaseException], written: int
) -> None:
    G = StubbornGraph([(0, v) for v in range(1, 6)])
    G.nodes[3]["level"] = "ground floor"
    emb = nxp.embed(G, store_as=None, store_pos_as=None, level_as=None)
    before = {node: dict(data) for node, data in G.nodes(data=True)}
    monkeypatch.setattr(StubbornDict, "left", written)
    monkeypatch.setattr(StubbornDict, "refusal", refusal)
    with pytest.raises(refusal):
        emb.write_to(G)
    assert {node: dict(data) for node, data in G.nodes(data=True)} == before


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="signals of POSIX")
@pytest.mark.parametrize("error", [KeyboardInterrupt, TimeoutError, SystemExit])
@pytest.mark.parametrize("refused", [None, 12])
@pytest.mark.parametrize("moment", [1, 9, 13])
def test_whatever_the_handler_of_a_signal_raises(
    monkeypatch: pytest.MonkeyPatch, error: type[BaseException], refused: int | None, moment: int
) -> None:
    """As values are written, or taken back after one was refused: only KeyboardInterrupt left none half taken back."""
    sets = 0

    def set_item(row: StubbornDict, name: str, value: Any) -> None:
        nonlocal sets
        sets += 1
        if sets == moment:
            signal.raise_signal(signal.SIGALRM)
        if sets == refused:
            raise RuntimeError("no more")
        dict.__setitem__(row, name, value)

    def handle(*_: object) -> None:
        raise error("of the handler")

    G = StubbornGraph([(0, v) for v in range(1, 6)])
    old = nxp.embed(G)
    emb = nxp.Embedding.from_vectors(list(G), np.zeros((6, 2)), levels=np.arange(6))
    monkeypatch.setattr(StubbornDict, "__setitem__", set_item)
    before = signal.signal(signal.SIGALRM, handle)
    try:
        with pytest.raises(error):
            emb.write_to(G)
    finally:
        signal.signal(signal.SIGALRM, before)
    expected = old if refused is not None else emb
    assert [data["level"] for _, data in G.nodes(data=True)] == expected.levels.tolist()
    assert np.array_equal([data["poincare"] for _, data in G.nodes(data=True)], expected.vectors)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="timers of POSIX")
def test_an_interrupt_while_attributes_are_written() -> None:
    """On all nodes or on none, whenever it comes."""
    G = nx.path_graph(30_000, create_using=nx.DiGraph)
    emb = nxp.Embedding.from_vectors(list(G), np.zeros((len(G), 2)), levels=np.arange(len(G)))

    def seconds() -> float:
        began = time.perf_counter()
        emb.write_to(G)
        return time.perf_counter() - began

    whole = min(seconds() for _ in range(3))
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    written = []
    try:
        for part in range(40):
            for _, data in G.nodes(data=True):
                data.clear()
            with suppress(KeyboardInterrupt):  # also of a signal between the call and the end of the timer
                try:
                    signal.setitimer(signal.ITIMER_REAL, max((part + 0.5) / 40 * whole, 1e-4))
                    emb.write_to(G)
                finally:
                    signal.setitimer(signal.ITIMER_REAL, 0)
            written.append(tuple(sum(name in data for _, data in G.nodes(data=True)) for name in NAMES))
    finally:
        signal.signal(signal.SIGALRM, before)
    assert (0, 0, 0) in written
    assert set(written) <= {(0, 0, 0), (len(G),) * 3}
