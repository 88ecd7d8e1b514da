"""Blocks of plain lines: the same names and edges as line by line."""

from __future__ import annotations

import io
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nx_poincare as nxp
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.io.graphs import plain_edges
from nx_poincare.io.graphs.read import read_graph
from nx_poincare.io.streams import GraphFileError
from nx_poincare.utils import names

NAME = st.text(st.sampled_from('ab#" \u00e9\u2003\x1c\x85\ufeff,;\0'), max_size=3)
LINE = st.lists(NAME, min_size=1, max_size=3).map(tuple)


@pytest.fixture(autouse=True, scope="module")
def small_blocks():
    """Blocks of a few lines, so that plain and special ones follow each other."""
    usual, plain_edges._BLOCK = plain_edges._BLOCK, 12
    most, names.LEAST_IN_ARRAYS = names.LEAST_IN_ARRAYS, 4
    yield
    plain_edges._BLOCK, names.LEAST_IN_ARRAYS = usual, most


def read(data: bytes, format: str, **options) -> tuple:
    """Nodes and edges by both routes, or the errors."""
    answers = []
    for route in (read_graph, Hierarchy.from_file):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", nxp.HierarchyWarning)
            try:
                found = route(io.BytesIO(data), format=format, **options)
            except GraphFileError as error:
                answers.append(str(error))
            else:
                hierarchy = found if isinstance(found, Hierarchy) else Hierarchy.from_digraph(found)
                answers.append((hierarchy.nodes, hierarchy.edges.tolist()))
    return tuple(answers)


@settings(max_examples=300, deadline=None)
@given(
    lines=st.lists(LINE, max_size=8),
    plain=st.integers(0, 5),
    format=st.sampled_from(["tsv", "csv", "edges"]),
    end=st.sampled_from(["\n", "\n", "\r\n"]),
    header=st.sampled_from([None, None, True, False]),
)
def test_both_routes_read_the_same(lines, plain, format, end, header) -> None:
    separator = {"tsv": "\t", "csv": ",", "edges": " "}[format]
    rows = [(f"n{i // 2}", f"n{i + 1}") for i in range(plain)] + lines
    data = end.join(separator.join(row) for row in rows).encode()
    by_graph, without_graph = read(data, format, header=header)
    assert by_graph == without_graph


@pytest.mark.parametrize(
    "text",
    [
        "parent\tchild\na\tb\n",
        "child\tparent\na\tb\n",
        "\ufeffa\tb\nb\tc",
        "a\tb\n" * 9 + '"q\nr"\tb\nb\tc\n',
        "a\tb\n" * 9 + "a\tb\tc\n",
        "a\tb\n" * 9 + "b\tc\t3\n",
        "a\tb\n" * 9 + "a\tb\nb\n",
        "a\tb\n" * 9 + "a\t\n",
        "a\tb\n" * 9 + "# a comment\nb\tc\n",
        "\n\na\tb\n",
        "",
        "0\t1\nx\ty\nx\tz\n",
        "0\t1\n0\t2\n",
        "id_a\tid_b\n1\t2\n1\t3\n",
        "id\tparent\n1\t\n2\t1.0\n3\t1.0\n",
        "id\tparent\n1\tNULL\n2\t1\n3\t1\n",
        "a\tb \nb\tc\n",
        "a\tb\n" * 9 + " a\tc\n",
        "manager\temployee\n" + "a\tb\n" * 9 + "a\tc \n",
        "employee\tmanager\n" + "b\ta\n" * 9 + "c \ta\n",
    ],
)
def test_what_is_special(text: str) -> None:
    by_graph, without_graph = read(text.encode("utf-8"), "tsv")
    assert by_graph == without_graph


def test_errors_name_the_line_after_plain_blocks() -> None:
    data = b"a\tb\n" * 40 + b"a\tb\tc\td\n"
    with pytest.raises(GraphFileError, match="line 41: has 4 columns"):
        Hierarchy.from_file(io.BytesIO(data), format="tsv")
    with pytest.raises(GraphFileError, match="line 41: byte 0xff is not UTF-8"):
        Hierarchy.from_file(io.BytesIO(b"a\tb\n" * 40 + b"a\t\xff\n"), format="tsv")


def test_plain_files_take_the_short_way() -> None:
    stream = io.BufferedReader(io.BytesIO(b"a b\nb c\na c"))
    index, ends, lines, rest = plain_edges.read_plain_edges(stream, None, lambda words: (False, False))
    assert (np.concatenate(ends).tolist(), lines, rest) == ([0, 1, 1, 2, 0, 2], 3, b"")
    assert dict(index) == {"a": 0, "b": 1, "c": 2}


INTEGER = st.one_of(st.integers(-12, 12), st.sampled_from([2**62, 2**63, 10**18, -(10**18), 10**30]))


@settings(max_examples=200, deadline=None)
@given(
    integers=st.lists(st.tuples(INTEGER, INTEGER), min_size=3, max_size=12),
    written=st.lists(
        st.sampled_from(["{}", "{}", "{}", "{:03}", "{:+}", "n{}", "{}.0", "-0"]), min_size=12, max_size=12
    ),
    header=st.sampled_from(["", "child\tparent\n", "parent\tchild\n"]),
)
def test_integers_stay_the_text_they_are(integers, written, header) -> None:
    rows = [f"{u}\t{form.format(v)}\n" for (u, v), form in zip(integers, written, strict=False)]
    by_graph, without_graph = read((header + "".join(rows)).encode(), "tsv")
    assert by_graph == without_graph


@pytest.mark.parametrize(
    ("lines", "kind"),
    [("7\t{}\n", names.DecimalNames), ("a\t{}\n", names.TextNames), ("7\t0{}\n", names.TextNames)],
)
def test_many_names_are_in_arrays(lines: str, kind: type) -> None:
    data = "".join(lines.format(child) for child in range(100, 140)).encode()
    hierarchy = Hierarchy.from_file(io.BytesIO(data), format="tsv")
    assert type(hierarchy.nodes) is kind
    assert all(type(name) is str for name in hierarchy.nodes)
    by_graph, without_graph = read(data, "tsv")
    assert by_graph == without_graph


def test_the_stream_stays_open() -> None:
    stream = io.BytesIO(b"a\tb\n" * 40 + b'"a"\tc\n')
    Hierarchy.from_file(stream, format="tsv")
    assert not stream.closed
