"""Edges from data frames, arrays, and files with named columns."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.io.streams import GraphFileError

HOSTILE = ['say "hi"', "tab\there", "two\nlines", "<b>&amp;</b>", "\U0001f415", "\u202eright to left", "שלום"]


@pytest.fixture
def pandas(needed: Callable[[str], Any]) -> Any:
    return needed("pandas")


class TestFrames:
    def test_is_what_networkx_reads(self, pandas: Any) -> None:
        frame = pandas.DataFrame({"w": [0.1, 2, 3], "child": ["b", "c", "c"], "parent": ["a", "a", "b"]})
        G = nxp.read_graph(frame, source="parent", target="child", weight="w")
        oracle = nx.from_pandas_edgelist(
            frame.rename(columns={"w": "weight"}), "parent", "child", "weight", create_using=nx.DiGraph
        )
        assert nx.utils.graphs_equal(G, oracle)
        assert type(G["a"]["b"]["weight"]) is float
        assert nxp.embed(G, training=nxp.Training(epochs=1, weight="weight")).ancestors("b") == ["a"]

    def test_default_columns_and_hostile_names(self, pandas: Any) -> None:
        frame = pandas.DataFrame({"source": HOSTILE, "target": HOSTILE[1:] + HOSTILE[:1]})
        assert list(nxp.read_graph(frame)) == HOSTILE

    def test_integers_are_pythons_own(self, pandas: Any) -> None:
        G = nxp.read_graph(pandas.DataFrame({"source": [1, 1], "target": [2, 3]}))
        assert all(type(v) is int for v in G)
        with pytest.warns(nxp.HierarchyWarning, match="the table has no edges"):
            assert len(nxp.read_graph(pandas.DataFrame({"source": [], "target": []}))) == 0

    @pytest.mark.parametrize("missing", [None, float("nan"), "NA"])
    def test_missing_names(self, pandas: Any, missing: Any) -> None:
        value = pandas.NA if missing == "NA" else missing
        frame = pandas.DataFrame({"source": ["a", "b"], "target": ["b", value]}, dtype=object)
        with pytest.raises(nx.NetworkXError, match="row 1: a name of a node is missing"):
            nxp.read_graph(frame)

    @pytest.mark.parametrize("weight", ["heavy", None, float("inf")])
    def test_bad_weights(self, pandas: Any, weight: Any) -> None:
        frame = pandas.DataFrame({"source": ["a"], "target": ["b"], "w": [weight]}, dtype=object)
        with pytest.raises(nx.NetworkXError, match="row 0: the weight"):
            nxp.read_graph(frame, weight="w")

    def test_unknown_columns_and_options_of_files(self, pandas: Any) -> None:
        frame = pandas.DataFrame({"parent": ["a"], "kin": ["b"]})
        with pytest.raises(ValueError, match=r"no column 'source', but 'parent', 'kin'; pass source="):
            nxp.read_graph(frame)
        twice = pandas.DataFrame([["a", "b", "c"]], columns=["parent", "child", "child"])
        with pytest.raises(ValueError, match="2 columns 'child'; rename all but one"):
            nxp.read_graph(twice, source="parent", target="child")
        with pytest.raises(ValueError, match="are for files"):
            nxp.read_graph(frame, source="parent", target="kin", header=True)

    def test_columns_by_their_words(self, pandas: Any) -> None:
        assert list(nxp.read_graph(pandas.DataFrame({"parent": ["a"], "child": ["b"]})).edges) == [("a", "b")]
        frame = pandas.DataFrame({"name": ["b", "c"], "weight": [1, 2], "reportsTo": ["a", "b"]})
        with pytest.warns(nxp.HierarchyWarning, match="lead from column 'reportsTo' to column 'name'"):
            assert list(nxp.read_graph(frame).edges) == [("a", "b"), ("b", "c")]
        upward = nxp.read_graph(frame, direction="child_to_parent")
        assert list(upward.edges) == [("b", "a"), ("c", "b")]

    @pytest.mark.parametrize("missing", [None, float("nan"), "NA", ""])
    @pytest.mark.parametrize("kind", [object, "float64", "Int64"])
    def test_roots_without_a_parent(self, pandas: Any, missing: Any, kind: Any) -> None:
        if kind is not object and missing == "":
            return
        value = pandas.NA if missing == "NA" and kind != "float64" else float("nan") if missing == "NA" else missing
        frame = pandas.DataFrame({"id": [1, 2, 3], "boss": pandas.Series([value, 1, 1], dtype=kind)})
        G = nxp.read_graph(frame, source="boss", target="id")
        assert (list(G), list(G.edges)) == ([1, 2, 3], [(1, 2), (1, 3)])
        assert all(type(node) is int for node in G)
        unnamed = frame.rename(columns={"id": "a", "boss": "b"})
        found = nxp.Hierarchy.from_pandas(unnamed, source="a", target="b", direction="child_to_parent")
        assert (found.nodes, found.levels.tolist()) == ((1, 2, 3), [0, 1, 1])
        with pytest.raises(nx.NetworkXError, match=r"row 0: a name of a node is missing .*direction says where"):
            nxp.read_graph(unnamed, source="a", target="b")

    def test_spaces_floats_and_numbers_as_text(self, pandas: Any) -> None:
        spaced = pandas.DataFrame({"parent": ["dog ", "dog"], "child": ["pug", " poodle"]})
        assert list(nxp.read_graph(spaced).edges) == [("dog", "pug"), ("dog", "poodle")]
        halves = pandas.DataFrame({"parent": [0.5, 1.0], "child": [1.5, 2.0]})
        assert list(nxp.read_graph(halves)) == [0.5, 1.5, 1.0, 2.0]
        mixed = pandas.DataFrame({"id": ["1", "2", "3"], "parent": [None, 1.0, 1.0]})
        with pytest.warns(nxp.HierarchyWarning) as said:
            assert list(nxp.read_graph(mixed).edges) == [("1", "2"), ("1", "3")]
        assert "all are read as text" in str(said[1].message)

    def test_names_or_numbers_whichever_the_parents_are(self, pandas: Any) -> None:
        frame = pandas.DataFrame({"id": [1, 2], "name": ["a", "b"], "parent": [None, "a"]})
        for parents, below, expected in ((["", "a"], "name", ("a", "b")), ([None, 1], "id", (1, 2))):
            frame["parent"] = parents
            with pytest.warns(nxp.HierarchyWarning, match=f"from column 'parent' to column '{below}'"):
                assert list(nxp.read_graph(frame).edges) == [expected]

    def test_a_hierarchy_of_a_frame(self, pandas: Any) -> None:
        frame = pandas.DataFrame({"employee": ["b", "c"], "manager": ["a", "a"]})
        with pytest.warns(nxp.HierarchyWarning, match="from column 'manager' to column 'employee'"):
            assert nxp.Hierarchy.from_pandas(frame).levels.tolist() == [0, 1, 1]
        with pytest.warns(nxp.HierarchyWarning, match="by its name 'manager' is above"):
            assert nxp.Hierarchy.from_pandas(frame, source="employee", target="manager").levels.tolist() == [0, 1, 0]
        with pytest.raises(TypeError, match="expected a data frame, got list"):
            nxp.Hierarchy.from_pandas([("a", "b")])


class TestArrays:
    def test_names_and_weights(self) -> None:
        G = nxp.read_graph(np.array([[0, 1], [0, 2], [0, 2]]))
        assert list(G.edges) == [(0, 1), (0, 2)]
        assert all(type(v) is int for v in G)
        weighted = nxp.read_graph(np.array([[0, 1, 0.1], [1, 2, 1 / 3]]))
        assert list(weighted.edges(data="weight")) == [(0, 1, 0.1), (1, 2, 1 / 3)]
        named = nxp.read_graph(np.array([HOSTILE, HOSTILE[::-1]]).T)
        assert set(named) == set(HOSTILE)
        assert all(type(v) is str for v in named)
        assert list(nxp.read_graph(np.array([["a", (1, 2), 3]], dtype=object)).edges) == [("a", (1, 2))]
        with pytest.warns(nxp.HierarchyWarning, match="the table has no edges"):
            assert len(nxp.read_graph(np.zeros((0, 2), dtype=int))) == 0

    @pytest.mark.parametrize(
        ("array", "error", "problem"),
        [
            (np.arange(4), ValueError, r"must have shape \(n, 2\)"),
            (np.zeros((2, 4)), ValueError, "must have shape"),
            (np.array([[0.5, 1]]), nx.NetworkXError, "row 0: 0.5 is not an integer"),
            (np.array([[0, 1], [np.nan, 1]]), nx.NetworkXError, "row 1: nan is not an integer"),
            (np.array([[0, 1, np.nan]]), nx.NetworkXError, "row 0: the weight nan"),
        ],
    )
    def test_what_is_no_edge(self, array: Any, error: type[Exception], problem: str) -> None:
        with pytest.raises(error, match=problem):
            nxp.read_graph(array)

    def test_columns_have_no_names(self) -> None:
        with pytest.raises(ValueError, match="have no names"):
            nxp.read_graph(np.array([[0, 1]]), source="a")


class TestNamedColumnsOfFiles:
    CSV = '# a comment\n\nid,child,"the parent",strength\n1,b,a,0.5\n\n2,"c, d",a,2\n# another\n3,e,b,1e-3\n'

    @pytest.mark.parametrize(("format", "delimiter"), [("csv", ","), ("tsv", "\t")])
    def test_any_number_of_columns_in_any_order(self, format: Any, delimiter: str) -> None:
        text = self.CSV.replace("c, d", "c d").replace(",", delimiter)
        G = nxp.read_graph(io.StringIO(text), format=format, source="the parent", target="child", weight="strength")
        assert list(G.edges(data="weight")) == [("a", "b", 0.5), ("a", "c d", 2.0), ("b", "e", 1e-3)]
        unweighted = nxp.read_graph(io.StringIO(text), format=format, source="the parent", target="child")
        assert next(iter(unweighted.edges(data=True))) == ("a", "b", {})

    def test_white_space_between(self) -> None:
        G = nxp.read_graph(io.StringIO("id  up   down\n1 a b\n2 a   c\n"), format="edges", source="up", target="down")
        assert list(G.edges) == [("a", "b"), ("a", "c")]

    @pytest.mark.parametrize(
        ("text", "options", "problem"),
        [
            ("a,b\n1,2\n", {"source": "x"}, "line 1: has no column 'x', but 'a', 'b'"),
            ("source,target\n1\n", {"source": "source"}, "line 2: has 1 columns, but 2 are named"),
            ("source,target\n1,\n", {"source": "source"}, "line 2: the name in column 2 is empty"),
            ("source,target,w\n1,2,heavy\n", {"weight": "w"}, "line 2: weight 'heavy' is not a number"),
            ("", {"source": "source"}, "has no column 'source'"),
        ],
    )
    def test_the_line_at_fault(self, text: str, options: dict[str, str], problem: str) -> None:
        with pytest.raises(GraphFileError, match=problem):
            nxp.read_graph(io.StringIO(text), format="csv", **options)

    def test_options_that_contradict(self) -> None:
        with pytest.raises(ValueError, match="header=False"):
            nxp.read_graph(io.StringIO("a,b"), format="csv", source="a", target="b", header=False)
        with pytest.raises(ValueError, match="name columns of a table"):
            nxp.read_graph(io.StringIO("{}"), format="json", source="a")
