"""Attributes on a graph: all nodes or none, and flattened for exporters."""

from __future__ import annotations

import datetime
import enum
import io
import json
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

import nx_poincare as nxp
from nx_poincare.attributes.attributes import write_attributes
from nx_poincare.attributes.flatten import flatten_attributes

KINDS = [nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph]


def flat_node(**attributes: Any) -> dict[str, Any]:
    G = nx.Graph()
    G.add_node("a", **attributes)
    return dict(flatten_attributes(G).nodes["a"])


class TestWrite:
    def test_values_of_every_node(self) -> None:
        G = nx.DiGraph([("a", "b")])
        vectors = np.array([[0.1, 0.2], [0.3, 0.4]])
        write_attributes(G, ["b", "a"], {"poincare": vectors, "level": np.array([1, 0]), "text": ["x", "y"], None: [0]})
        assert list(G.nodes["a"]) == ["poincare", "level", "text"]
        np.testing.assert_array_equal(G.nodes["b"]["poincare"], [0.1, 0.2])
        assert type(G.nodes["b"]["level"]) is int
        vectors[:] = 9
        np.testing.assert_array_equal(G.nodes["a"]["poincare"], [0.3, 0.4])

    @pytest.mark.parametrize("kind", KINDS)
    def test_frozen_graphs_and_views(self, kind: type[nx.Graph]) -> None:
        G = nx.freeze(kind([(0, 1), (1, 2)]))
        write_attributes(G, [0, 1, 2], {"level": [0, 1, 2]})
        view = G.subgraph([1, 2])
        write_attributes(view, [1, 2], {"pos": np.zeros((2, 2))})
        write_attributes(nx.subgraph_view(G, filter_node=lambda v: v == 0), [0], {"first": [True]})
        assert nx.get_node_attributes(G, "level") == {0: 0, 1: 1, 2: 2}
        assert list(nx.get_node_attributes(G, "pos")) == [1, 2]
        assert list(nx.get_node_attributes(G, "first")) == [0]

    @pytest.mark.parametrize(
        ("nodes", "columns", "error", "problem"),
        [
            ([0, 1, 5], {"level": [0, 1, 2]}, nx.NodeNotFound, "node 5 is not in the graph"),
            ([0, 1, []], {"level": [0, 1, 2]}, nx.NodeNotFound, "not in the graph"),
            ([0, 1], {"level": [0, 1]}, nx.NetworkXError, "node 2 of the graph"),
            ([0, 1, 1], {"level": [0, 1, 2]}, ValueError, "named twice"),
            (
                [0, 1, 2],
                {"level": [0, 1, 2], "pos": np.zeros((2, 2))},
                ValueError,
                "'pos' has 2 values for 3 nodes",
            ),
        ],
    )
    def test_all_or_nothing(self, nodes: list[Any], columns: Any, error: type[Exception], problem: str) -> None:
        G = nx.path_graph(3)
        with pytest.raises(error, match=problem):
            write_attributes(G, nodes, columns)
        assert all(data == {} for _, data in G.nodes(data=True))

    def test_empty_graph(self) -> None:
        write_attributes(nx.DiGraph(), [], {"pos": np.zeros((0, 2))})


class Colour(enum.IntEnum):
    RED = 3


class TestFlatten:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (np.float32(0.1), float(np.float32(0.1))),
            (np.float64(0.1), 0.1),
            (np.longdouble(0.5), 0.5),
            (np.int8(3), 3),
            (np.uint64(2**64 - 1), 2**64 - 1),
            (np.bool_(True), True),
            (np.str_("x"), "x"),
            (np.array(2.5), 2.5),
            (Colour.RED, 3),
            (True, True),
            (10**30, 10**30),
            ("", ""),
            (1 + 2j, "(1+2j)"),
            (b"x", "b'x'"),
            (Decimal("0.1"), "0.1"),
            (datetime.date(2024, 1, 2), "2024-01-02"),
            (np.datetime64("2024-01-02", "ns"), "2024-01-02T00:00:00.000000000"),
            ({"b": np.int64(1), 2: (None, {3})}, '{"b": 1, "2": [null, [3]]}'),
            ({"b", "a", "c"}, '["a", "b", "c"]'),
            (("x", 1), '["x", 1]'),
            ([], "[]"),
            (np.zeros((1, 2)), "[[0.0, 0.0]]"),
            ([[1, 2]], "[[1, 2]]"),
        ],
    )
    def test_one_scalar(self, value: Any, expected: Any) -> None:
        flat = flat_node(value=value)["value"]
        assert flat == expected
        assert type(flat) is type(expected)

    def test_rows_of_numbers(self) -> None:
        assert flat_node(a=(1, 2.5), b=np.array([True, False]), c=[np.float32(2)], d=None) == {
            "a_0": 1,
            "a_1": 2.5,
            "b_0": True,
            "b_1": False,
            "c_0": 2.0,
        }

    def test_positions(self) -> None:
        assert flat_node(pos=np.array([1, 2])) == {"x": 1.0, "y": 2.0}
        assert flat_node(pos=(1, 2, 3)) == {"x": 1.0, "y": 2.0, "z": 3.0}
        assert flat_node(pos=(1.5,)) == {"pos_0": 1.5}
        assert flat_node(pos="north") == {"pos": "north"}

    def test_ball_vectors(self) -> None:
        flat = flat_node(poincare=np.array([0.0, np.tanh(2.0), 0.0]), level=np.int64(2))
        assert list(flat) == ["poincare_0", "poincare_1", "poincare_2", "radius", "level"]
        assert math.isclose(flat["radius"], 4.0, rel_tol=1e-12)
        assert flat["level"] == 2
        assert flat_node(poincare=[0.0, 0.0])["radius"] == 0.0
        assert flat_node(poincare=[2.0, 0.0]) == {"poincare_0": 2.0, "poincare_1": 0.0}
        assert flat_node(poincare="none") == {"poincare": "none"}

    def test_other_names(self) -> None:
        G = nx.Graph()
        G.add_node("a", ball=[0.5], place=(1, 2), pos=(3, 4))
        assert flatten_attributes(G, store_as="ball", store_pos_as="place").nodes["a"] == {
            "ball_0": 0.5,
            "radius": 2 * math.atanh(0.5),
            "x": 1.0,
            "y": 2.0,
            "pos_0": 3,
            "pos_1": 4,
        }
        assert "x" not in flatten_attributes(G, store_as=None, store_pos_as=None).nodes["a"]

    def test_names_made_here_come_first(self) -> None:
        G = nx.Graph()
        G.add_node("a", x="mine", pos=(1, 2), x_="mine too", radius="r")
        G.add_node("b", x="mine", poincare=[0.5, 0.0], poincare_0="p")
        flat = flatten_attributes(G)
        assert flat.nodes["a"] == {"x__": "mine", "x": 1.0, "y": 2.0, "x_": "mine too", "radius_": "r"}
        assert flat.nodes["b"] == {
            "x__": "mine",
            "poincare_0": 0.5,
            "poincare_1": 0.0,
            "radius": 2 * math.atanh(0.5),
            "poincare_0_": "p",
        }

    def test_names_that_are_no_text(self) -> None:
        G = nx.Graph()
        G.add_node("a", **{"5": "text"})
        G.nodes["a"][5] = "number"
        G.nodes["a"][("a", 1)] = [1, 2]
        assert flatten_attributes(G).nodes["a"] == {
            "5": "text",
            "5_": "number",
            "('a', 1)_0": 1,
            "('a', 1)_1": 2,
        }

    @pytest.mark.parametrize("kind", KINDS)
    def test_the_graph_is_copied_whole(self, kind: type[nx.Graph]) -> None:
        G = kind(made=np.int64(3), shape=(1, 2))
        G.add_node(frozenset({1}), pos=(0, 1))
        G.add_edge((1, 2), frozenset({1}), weight=np.float32(0.5), route=[1, 2], pos=(3, 4))
        if G.is_multigraph():
            G.add_edge((1, 2), frozenset({1}), key="other", weight=None)
        before = nx.node_link_data(G, edges="edges")
        flat = flatten_attributes(nx.freeze(G))
        assert type(flat) is kind
        assert list(flat) == list(G)
        assert flat.graph == {"made": 3, "shape_0": 1, "shape_1": 2}
        rows = [row for *_, row in flat.edges(data=True)]
        assert rows[0] == {"weight": 0.5, "route_0": 1, "route_1": 2, "pos_0": 3, "pos_1": 4}
        if G.is_multigraph():
            assert [key for *_, key in flat.edges(keys=True)] == [0, "other"]
            assert rows[1] == {}
        assert nx.node_link_data(G, edges="edges") == before
        flat.add_node("new")

    def test_views(self) -> None:
        G = nx.path_graph(4, create_using=nx.DiGraph)
        assert nx.utils.graphs_equal(flatten_attributes(G.subgraph([1, 2])), nx.DiGraph([(1, 2)]))
        assert list(flatten_attributes(nx.reverse_view(G)).edges) == [(1, 0), (2, 1), (3, 2)]

    def test_defaults_of_readers_are_filled_in(self) -> None:
        G = nx.Graph(node_default={"color": "red"}, edge_default={"weight": 1}, name="g")
        G.add_node("a", color="blue")
        G.add_edge("a", "b")
        flat = flatten_attributes(G)
        assert flat.graph == {"name": "g"}
        assert nx.get_node_attributes(flat, "color") == {"a": "blue", "b": "red"}
        assert flat["a"]["b"] == {"weight": 1}

    def test_twice_is_once(self) -> None:
        G = nx.DiGraph()
        G.add_node("a", pos=(0.1, 0.2), poincare=np.array([0.1, 0.2]), level=1, tags={"x"})
        once = flatten_attributes(G)
        assert nx.utils.graphs_equal(flatten_attributes(once), once)

    @given(
        st.dictionaries(
            st.text(max_size=3) | st.sampled_from(["pos", "poincare", "x", "radius"]),
            st.one_of(
                st.none(),
                st.booleans(),
                st.integers(),
                st.floats(),
                st.text(),
                st.binary(),
                st.dates(),
                st.lists(st.floats() | st.none()),
                st.dictionaries(st.text(), st.integers()),
                st.frozensets(st.text()),
                npst.arrays(
                    st.sampled_from([np.float32, np.int16, np.bool_]),
                    npst.array_shapes(max_dims=2, max_side=4),
                ),
            ),
        )
    )
    def test_anything_becomes_scalars_that_json_takes(self, attributes: dict[str, Any]) -> None:
        G = nx.Graph()
        G.add_node(0)
        G.nodes[0].update(attributes)
        flat = flatten_attributes(G)
        assert all(type(key) is str and type(value) in (int, float, str, bool) for key, value in flat.nodes[0].items())
        json.dumps(nx.node_link_data(flat, edges="edges"))
        nx.write_graphml_xml(flatten_attributes(nx.path_graph(2)), io.BytesIO())


def test_masked_values_stay_masked() -> None:
    G: nx.Graph = nx.Graph()
    row = np.ma.masked_array([1.0, 2.0], mask=[False, True])
    G.add_node("a", row=row, one=row[1], whole=row[:1], more={"x": [np.ma.masked]})
    assert flatten_attributes(G).nodes["a"] == {"row": "[1.0, null]", "whole_0": 1.0, "more": '{"x": [null]}'}


def test_keys_that_are_the_same_as_text_stay_two() -> None:
    G = nx.DiGraph()
    G.add_node("a", about={1: "number", "1": "text", "1_": "other", None: 0, "None": 1})
    told = json.loads(nxp.flatten_attributes(G).nodes["a"]["about"])
    assert told == {"1__": "number", "1": "text", "1_": "other", "None_": 0, "None": 1}


@pytest.mark.parametrize("is_deep", [False, True])
def test_what_holds_itself_is_refused(tmp_path: Path, is_deep: bool) -> None:
    inner: list[Any] = []
    inner.append(inner)
    if is_deep:
        inner = []
        for _ in range(100_000):
            inner = [inner]
    G = nx.DiGraph([("a", "b")])
    G.edges["a", "b"]["x"] = inner
    with pytest.raises(nx.NetworkXError, match=r"an attribute of 'a', 'b' holds itself"):
        nxp.export_graph(G, tmp_path / "g.json")
    assert list(tmp_path.iterdir()) == []
