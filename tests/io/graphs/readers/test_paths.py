"""Lines that are paths."""

from __future__ import annotations

import io
import time
from pathlib import Path

import networkx as nx
import pytest
from said import Said

import nx_poincare as nxp
from nx_poincare.io.streams import GraphFileError


def read(text: str, **options: object) -> nx.DiGraph:
    return nxp.read_graph(io.StringIO(text), format="paths", **options)


@pytest.mark.parametrize(
    ("text", "edges"),
    [
        ("/usr/bin/\n/usr\n\n/etc\n", {("/", "/usr"), ("/", "/etc"), ("/usr", "/usr/bin")}),
        ("java.util.Map\njava.lang\n", {("java", "java.util"), ("java", "java.lang"), ("java.util", "java.util.Map")}),
        ("# MeSH\nC01\nC01.221\nC01.221.812\n", {("C01", "C01.221"), ("C01.221", "C01.221.812")}),
        ("path\nTop\nTop.A\nTop.B\n", {("Top", "Top.A"), ("Top", "Top.B")}),
        ("./src/a.py\n./README.md\n", {(".", "./src"), (".", "./README.md"), ("./src", "./src/a.py")}),
        ("a > b > c\na > d\n", {("a", "a > b"), ("a", "a > d"), ("a > b", "a > b > c")}),
        ("C:\\U\\x\nC:\\W\n", {("C:", "C:\\U"), ("C:", "C:\\W"), ("C:\\U", "C:\\U\\x")}),
        ("a//b\n", {("a", "a//b")}),
        ("std::vec::Vec\n", {("std", "std::vec"), ("std::vec", "std::vec::Vec")}),
    ],
)
def test_each_is_below_what_it_begins_with(text: str, edges: set[tuple[str, str]], said: Said) -> None:
    G = read(text)
    assert set(G.edges) == edges
    assert set(G) == {node for edge in edges for node in edge}
    assert len(said.messages) == 1


def test_names_and_what_is_said(said: Said, tmp_path: Path) -> None:
    path = tmp_path / "files.paths"
    path.write_text("/usr/bin/env\n/usr/lib\n", encoding="utf-8")
    G = nxp.read_graph(path)
    assert dict(G.nodes(data="name")) == {
        "/": "/", "/usr": "usr", "/usr/bin": "bin", "/usr/bin/env": "env", "/usr/lib": "lib",
    }  # fmt: skip
    assert said.messages == [
        f"{path}: each line is read as a path with '/' between names, as '/usr/bin/env' from '/' down to 'env'; the "
        "option delimiter overrules this"
    ]
    assert nxp.Hierarchy.from_file(path).ancestors("/usr/lib") == ["/", "/usr"]


def test_another_separator(said: Said) -> None:
    assert list(read("a-b-c\n", delimiter="-").edges) == [("a", "a-b"), ("a-b", "a-b-c")]
    assert said.messages == []
    with pytest.raises(GraphFileError, match="has nothing between the names of most lines that is known; pass"):
        read("a-b-c\nd\n")


def test_a_list_of_edges_that_has_one_column() -> None:
    with pytest.raises(GraphFileError, match=r"where lines are paths, such as .* pass format='paths'"):
        nxp.read_graph(io.StringIO("/usr/bin\n/usr/lib\n"), format="edges")


def test_short_files_that_would_make_long_names(said: Said) -> None:
    start = time.process_time()
    with pytest.raises(GraphFileError, match="line 1: makes too many or too long paths"):
        read("a/" * 500_000, max_bytes=2**21)
    assert time.process_time() - start < 20
