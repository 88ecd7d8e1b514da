"""Lists of edges, one on a line."""

from __future__ import annotations

import csv
import gzip
import io
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import nx_poincare as nxp
from nx_poincare.extractors.digraph import Direction
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.io.graphs.read import read_graph
from nx_poincare.io.streams import GraphFileError

EDGES = [("animal", "dog"), ("animal", "cat"), ("dog", "poodle")]
# Any text but what no text file holds: NUL and lone surrogates.
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=8)
EDGE_LISTS = st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=12)


def edges_of(text: str | bytes, **options: object) -> list[tuple[str, str]]:
    stream = io.BytesIO(text) if isinstance(text, bytes) else io.StringIO(text, newline="")
    return list(read_graph(stream, **{"format": "tsv", **options}).edges)


def error_of(text: str | bytes, **options: object) -> GraphFileError:
    with pytest.raises(GraphFileError) as caught:
        edges_of(text, **options)
    return caught.value


def same(G: nx.Graph, H: nx.Graph) -> bool:
    return type(G) is type(H) and nx.utils.graphs_equal(G, H)


class TestEdgeLists:
    @pytest.mark.parametrize(
        ("name", "between"),
        [("g.tsv", "\t"), ("g.csv", ","), ("g.txt", " "), ("g.edges", "\t "), ("g.EdgeList", "  ")],
    )
    @pytest.mark.parametrize("suffix", ["", ".gz"])
    def test_suffix_tells_the_format(self, tmp_path: Path, name: str, between: str, suffix: str) -> None:
        text = "".join(f"{u}{between}{v}\n" for u, v in EDGES).encode()
        path = tmp_path / (name + suffix)
        path.write_bytes(gzip.compress(text) if suffix else text)
        G = read_graph(path)
        assert type(G) is nx.DiGraph
        assert list(G.edges) == EDGES
        assert list(read_graph(str(path)).edges) == EDGES

    def test_agrees_with_networkx(self, tmp_path: Path) -> None:
        G = nx.gnp_random_graph(60, 0.1, seed=3, directed=True)
        nx.set_edge_attributes(G, {edge: i / 7 for i, edge in enumerate(G.edges)}, "weight")
        path = tmp_path / "g.edgelist"
        nx.write_edgelist(G, path)  # with dictionaries of attributes
        assert same(read_graph(path), nx.read_edgelist(path, create_using=nx.DiGraph))
        nx.write_weighted_edgelist(G, path, delimiter="\t")
        expected = nx.read_weighted_edgelist(path, create_using=nx.DiGraph, delimiter="\t")
        assert same(read_graph(path, format="tsv"), expected)
        assert same(read_graph(path), expected)

    def test_weights_are_floats(self) -> None:
        G = read_graph(io.StringIO("a,b,2\nb,c,-1e-3\nc,d\n"), format="csv")
        assert list(G.edges(data=True)) == [
            ("a", "b", {"weight": 2.0}),
            ("b", "c", {"weight": -0.001}),
            ("c", "d", {}),
        ]
        assert type(G["a"]["b"]["weight"]) is float

    @pytest.mark.parametrize(
        ("first", "is_header"),
        [
            ("parent\tchild", True),
            ("Parent\tCHILD", True),
            ("source\ttarget", True),
            ("u\tv\tweight", True),
            ("u\tv", False),
        ],
    )
    @pytest.mark.filterwarnings("ignore:.*no other row names these two")
    def test_header_by_a_stated_rule(self, first: str, is_header: bool) -> None:
        names = first.split("\t")
        assert edges_of(f"# made by hand\n\n{first}\na\tb\n") == [
            *([] if is_header else [tuple(names[:2])]),
            ("a", "b"),
        ]

    @pytest.mark.parametrize("first", ["parent\tdog", "source\tparent", "childhood\tparent"])
    def test_a_row_that_may_be_a_header_is_named(self, first: str) -> None:
        with pytest.warns(nxp.HierarchyWarning, match="is read as an edge, but no other row names these two"):
            assert edges_of(f"{first}\na\tb\n") == [tuple(first.split("\t")), ("a", "b")]
        assert edges_of(f"{first}\na\tb\n", header=False) == [tuple(first.split("\t")), ("a", "b")]

    @pytest.mark.parametrize("weights", [False, True])
    def test_rows_that_have_nothing_in_common_are_said(self, weights: bool) -> None:
        rows = ["Code,Description", "A,Agriculture", "01,Crops", "011,Rice"]
        text = (
            "\n".join(f"{row},{weight}" for row, weight in zip(rows, "1234", strict=True))
            if weights
            else "\n".join(rows)
        )
        with pytest.warns(nxp.HierarchyWarning, match="each of the 4 rows, the first, 'Code' and 'Description'"):
            nxp.read_graph(io.StringIO(text), format="csv")
        nxp.read_graph(io.StringIO(text), format="csv", header=False)
        nxp.read_graph(io.StringIO(text.replace("Crops", "A")), format="csv")

    def test_header_by_force(self) -> None:
        assert edges_of("x\ty\na\tb\n", header=True) == [("a", "b")]
        assert edges_of("parent\tchild\na\tb\n", header=False) == [("parent", "child"), ("a", "b")]
        with pytest.warns(nxp.HierarchyWarning, match="has no edges"):
            assert edges_of("parent\tchild\n") == []

    def test_percent_signs_on_top_are_comments(self) -> None:
        """As in the files of KONECT; below, names may begin so. A matrix is refused."""
        assert edges_of("% asym unweighted\n% 2 3 3\na\tb\n%20\ta\n") == [("a", "b"), ("%20", "a")]
        assert edges_of("%20\ta\n%\t%20\n") == [("%20", "a"), ("%", "%20")]  # no space behind: names
        with pytest.raises(GraphFileError, match=r"line 4: has 1 column"):
            edges_of("# of\n% asym\na\tb\nc\n")
        with pytest.raises(GraphFileError, match=r"read it with scipy.io.mmread"):
            edges_of("%%MatrixMarket matrix coordinate pattern general\n3 3 1\n1 2\n")

    def test_comments_blank_lines_and_quotes(self) -> None:
        text = '\ufeff# "an unbalanced quote\n\n  \na\tb\r\n"#c"\t"d\n# not a comment\n"\n#e\tf\n"say ""hi"""\tz'
        assert edges_of(text) == [("a", "b"), ("#c", "d\n# not a comment"), ('say "hi"', "z")]

    @pytest.mark.parametrize("spaced", ["dog ", " dog", '"dog "', '" dog"', "dog\u00a0", "\u2003dog"])
    @pytest.mark.parametrize(("format", "between"), [("csv", ","), ("tsv", "\t")])
    def test_spaces_around_names_are_layout(self, spaced: str, format: str, between: str) -> None:
        text = f"animal{between}dog\n{spaced}{between}big poodle\nanimal{between}cat\n"
        expected = [("animal", "dog"), ("animal", "cat"), ("dog", "big poodle")]
        assert edges_of(text, format=format) == expected
        hierarchy = Hierarchy.from_file(io.StringIO(text), format=format)
        assert hierarchy.nodes == ("animal", "dog", "big poodle", "cat")

    @pytest.mark.filterwarnings("ignore:.*no other row names these two")
    def test_white_space_is_ascii(self) -> None:
        assert edges_of("a\u00a0b \t c\n \u3000 d\n", format="edges") == [("a\u00a0b", "c"), ("\u3000", "d")]

    def test_delimiter(self) -> None:
        assert edges_of("a;b\n", delimiter=";") == [("a", "b")]
        assert edges_of("a|b c\n", delimiter="|", format="edges") == [("a", "b c")]
        for bad in ("", "ab", "\n", '"'):
            with pytest.raises(ValueError, match="one character"):
                edges_of("a\tb\n", delimiter=bad)

    def test_loops_repetitions_and_nothing(self) -> None:
        assert edges_of("a\ta\na\tb\na\tb\n") == [("a", "a"), ("a", "b")]

    @pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "parent\tchild\n"])
    @pytest.mark.parametrize("read", [read_graph, Hierarchy.from_file])
    def test_nothing_is_said(self, text: str, read: Callable[..., Any]) -> None:
        with pytest.warns(nxp.HierarchyWarning, match="<stream> has no edges"):
            assert len(read(io.StringIO(text), format="tsv")) == 0

    @pytest.mark.parametrize("filler", ["x\ty\n", '"x"\ty\n', "# x\n", "é\ty\n"])
    @pytest.mark.parametrize("number", [1, 3, 70_000])
    @pytest.mark.parametrize(
        ("bad", "problem"),
        [
            ("alone", "1 column,"),
            ("a\tb\t1\t2", "4 columns"),
            ("\tb", "column 1 is empty"),
            ("a\t", "column 2 is empty"),
            ("a\t\t1", "column 2 is empty"),
            ("a\tb\theavy", "'heavy' is not a number"),
            ("a\tb\t", "'' is not a number"),
            ("a\tb\tinf", "not finite"),
            ("a\tb\tnan", "not finite"),
            ("a\tb\t{1", "not a dictionary"),
            ("a\tb\t{'x': '" + 70_000 * "y" + "'}", "at most 65,536 characters"),
            ("a\0\tb", "NUL"),
            ('"a"b\tc', "quoted"),
        ],
    )
    def test_bad_line_is_named(self, filler: str, number: int, bad: str, problem: str) -> None:
        error = error_of(filler * (number - 1) + bad + "\na\tb\n", header=False)
        assert error.line == number
        assert problem in str(error)
        assert f"line {number}: " in str(error)
        assert isinstance(error, nx.NetworkXError)
        assert isinstance(error, ValueError)

    def test_bad_line_after_a_name_of_several_lines(self) -> None:
        assert error_of('"a\nb\nc"\td\nx\n').line == 4
        assert error_of('a\tb\n"never closed\tc\nd\te\n').line == 2
        assert error_of("a\tb\n#\n" + "x y\n", format="csv", delimiter="\t").line == 3

    def test_bad_utf8_is_named(self) -> None:
        error = error_of(b"a\tb\nc\xe9\td\n")
        assert error.line == 2
        assert "0xe9" in str(error)
        assert edges_of("é\tü\n".encode()) == [("é", "ü")]

    def test_path_is_named(self, tmp_path: Path) -> None:
        path = tmp_path / "bad.csv"
        path.write_text("a,b\nc\n")
        with pytest.raises(GraphFileError, match=r"bad\.csv, line 2: ") as caught:
            read_graph(path)
        assert caught.value.path == str(path)

    def test_limits(self, monkeypatch: pytest.MonkeyPatch) -> None:
        bomb = gzip.compress(b"a\tb\n" * 1_000_000)
        with pytest.raises(GraphFileError, match="more than 100,000 bytes"):
            read_graph(io.BytesIO(bomb), format="tsv", max_bytes=100_000)
        error = error_of(gzip.compress(b"a\tb\n" + b"c" * 40_000_000))
        assert error.line == 2
        assert "not an edge list" in str(error)
        error = error_of("a\tb\n" + "c" * 200_000 + "\td\n")
        assert error.line == 2

    @pytest.mark.parametrize("damage", [slice(0, -9), slice(0, 40)])
    def test_damaged_gzip(self, damage: slice) -> None:
        whole = gzip.compress("".join(f"{i}\t{i * i}\n" for i in range(500)).encode())
        assert "damaged" in str(error_of(whole[damage]))
        assert "damaged" in str(error_of(whole[:60] + b"\xff\xff\xff" + whole[63:]))

    def test_standard_input(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("ä\tb\n".encode()), encoding="ascii"))
        assert list(read_graph("-", format="tsv").edges) == [("ä", "b")]
        monkeypatch.setattr(sys, "stdin", io.StringIO("c,d\n"))
        assert list(read_graph("-", format="csv").edges) == [("c", "d")]
        monkeypatch.setattr(sys, "stdin", io.StringIO("c,\n"))
        with pytest.raises(GraphFileError, match=r"^-, line 1: "):
            read_graph("-", format="csv")

    def test_a_stream_stays_open(self) -> None:
        stream = io.BytesIO(b"a\tb\n")
        read_graph(stream, format="tsv")
        assert not stream.closed

    @given(EDGE_LISTS, st.sampled_from(["tsv", "csv"]))
    def test_round_trip_of_any_names(self, edges: list[tuple[str, str]], format: str) -> None:
        text = io.StringIO(newline="")
        csv.writer(text, delimiter="\t" if format == "tsv" else ",", quoting=csv.QUOTE_ALL).writerows(edges)
        text.seek(0)
        edges = [(u.strip(), v.strip()) for u, v in edges]
        assume(all(u and v for u, v in edges))
        assume(not all(re.fullmatch(r"-?\d+(\.0)?", name) for edge in edges for name in edge))
        G = read_graph(text, format=format, header=False)  # type: ignore[arg-type]
        assert same(G, nx.DiGraph(edges))


class TestHierarchies:
    """Edge lists read without a graph between."""

    @pytest.mark.filterwarnings("ignore:.* whole numbers that are written as floats")
    @given(EDGE_LISTS, st.sampled_from(["parent_to_child", "child_to_parent"]))
    def test_as_through_a_graph(self, edges: list[tuple[str, str]], direction: Direction) -> None:
        assume(all(name.strip() for edge in edges for name in edge))  # without quotes, white space is an empty name
        assume(not any(source.startswith("#") for source, _ in edges))  # without quotes, a comment
        text = io.StringIO(newline="")
        csv.writer(text).writerows(edges * 2)
        read = read_graph(io.StringIO(text.getvalue(), newline=""), format="csv", header=False)
        expected = Hierarchy.from_digraph(read, direction=direction)
        found = Hierarchy.from_file(
            io.StringIO(text.getvalue(), newline=""), format="csv", header=False, direction=direction
        )
        assert found.nodes == expected.nodes
        assert np.array_equal(found.edges, expected.edges)
        assert np.array_equal(found.component, expected.component)

    def test_other_formats(self, tmp_path: Path) -> None:
        nx.write_graphml(nx.DiGraph(EDGES), tmp_path / "g.graphml")
        assert Hierarchy.from_file(tmp_path / "g.graphml").levels.tolist() == [0, 1, 1, 2]

    def test_attributes_are_still_checked(self) -> None:
        with pytest.raises(GraphFileError, match="line 2: weight 'heavy' is not a number"):
            Hierarchy.from_file(io.StringIO("a,b,1\nb,c,heavy\n"), format="csv")

    def test_refuses_cycles_and_options(self) -> None:
        text = "a,b\nb,a\n"
        with pytest.raises(nx.NetworkXUnfeasible, match="cycle: 'a' -> 'b' -> 'a'"):
            Hierarchy.from_file(io.StringIO(text), format="csv", on_cycle="raise")
        with pytest.raises(ValueError, match="root is for undirected graphs"):
            Hierarchy.from_file(io.StringIO(text), format="csv", root="a")
        with pytest.raises(ValueError, match="direction must be"):
            Hierarchy.from_file(io.StringIO(text), format="csv", direction="down")  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore:.*names the columns")
@pytest.mark.parametrize(("format", "between"), [("tsv", "\t"), ("csv", ",")])
@pytest.mark.parametrize("header", [("parent", "child", "weight"), ("", "source", "target", "weight")])
def test_an_empty_field_in_a_column_of_weights_is_no_weight(
    format: str, between: str, header: tuple[str, ...], tmp_path: Path
) -> None:
    """pandas writes a weight that is NaN as nothing."""
    rows = [("a", "b", "1.5"), ("a", "c", ""), ("b", "d", "2")]
    lines = [header, *((*map(str, [number] * (len(header) - 3)), *row) for number, row in enumerate(rows))]
    path = tmp_path / f"edges.{format}"
    path.write_text("".join(f"{between.join(line)}\n" for line in lines))
    with pytest.warns(nxp.HierarchyWarning, match=r"edges without a weight, whose field is empty: 1"):
        G = nxp.read_graph(path)
    assert list(G.edges(data=True)) == [("a", "b", {"weight": 1.5}), ("a", "c", {}), ("b", "d", {"weight": 2.0})]
    with pytest.warns(nxp.HierarchyWarning, match="edges without a weight"):
        H = nxp.Hierarchy.from_file(path)
    assert H.nodes == tuple(G)
    assert len(H.edges) == 3
    path.write_text(path.read_text().replace("1.5", "NaN"))
    with pytest.raises(GraphFileError, match=r"line 2: weight 'NaN' is not finite; leave the field empty"):
        nxp.read_graph(path)
