"""Files as spreadsheets, people and other programs write them: the small cases, each with the right answer."""

from __future__ import annotations

import io
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from optional_packages import needed
from said import Said

import nx_poincare as nxp
from nx_poincare.io.streams import GraphFileError

PETS = {("animal", "dog"), ("animal", "cat")}


def read(content: str | bytes, format: str = "csv", **options: object) -> nx.DiGraph:
    data = content.encode() if isinstance(content, str) else content
    return nxp.read_graph(io.BytesIO(data), format=format, **options)


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("parent;child\nanimal;dog\nanimal;cat\n", "csv"),
        ("animal|dog\nanimal|cat\n", "csv"),
        ("\ufeffparent,child\r\nanimal,dog\r\nanimal,cat\r\n", "csv"),
        ("parent,child\ranimal,dog\ranimal,cat\r", "csv"),
        ("# pets\nparent,child\n\nanimal,dog\n# more\n\nanimal,cat\n\n", "csv"),
        ("parent,child\n" + "animal,dog\nanimal,cat\n" * 3000, "csv"),
        ('"Child","Parent"\n"dog","animal"\n"cat","animal"\n', "csv"),
        (",parent,child\n0,animal,dog\n1,animal,cat\n", "csv"),
        ("parent,child,\nanimal,dog,\nanimal,cat,\n", "csv"),
        ("animal,dog\nanimal,cat\n", "edges"),
        ("animal, dog\nanimal, cat\n", "edges"),
        ("animal\tdog\nanimal   cat\n", "edges"),
        ("animal\u00a0,dog\nanimal, cat\n", "csv"),
    ],
)
def test_the_same_edges(text: str, format: str, said: Said) -> None:
    assert set(read(text, format).edges) == PETS


@pytest.mark.parametrize("delimiter", [",", ", ", "\t"])
def test_names_with_spaces_in_a_text_file(delimiter: str, said: Said) -> None:
    rows = [("parent", "child"), ("big animal", "small dog"), ("big animal", "cat")]
    G = read("".join(delimiter.join(row) + "\n" for row in rows), "edges")
    assert set(G.edges) == set(rows[1:])
    assert "columns are read as those between" in said.messages[0]


@pytest.mark.parametrize("text", ["Smith,John Doe,Jane\nSmith,John Roe,Al\n", "a,1 b,2\na,1 c,3\n", "a b 2.5\nb c 1\n"])
def test_commas_within_names_do_not_divide_them(text: str, said: Said) -> None:
    assert set(read(text, "edges").edges) == {tuple(line.split()[:2]) for line in text.splitlines()}
    assert said.messages == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_as_spreadsheets_save_it(encoding: str, tmp_path: Path, said: Said) -> None:
    text = "parent\tchild\r\nTier\tHündin\r\nTier\t犬\r\n"
    content = text.encode(encoding) if encoding == "utf-16" else ("\ufeff" + text).encode(encoding)
    assert set(read(content, "tsv").edges) == {("Tier", "Hündin"), ("Tier", "犬")}
    (tmp_path / "a.tsv").write_bytes(content)
    assert set(nxp.Hierarchy.from_file(tmp_path / "a.tsv").nodes) == {"Tier", "Hündin", "犬"}
    tree = '{"name": "Tier", "children": [{"name": "Hündin"}]}'
    assert set(read(tree.encode("utf-16"), "json").edges) == {("Tier", "Hündin")}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("parent,child\nTier,Hündin\n".encode("cp1252"), "line 2: byte 0xfc is not UTF-8; save the file as UTF-8"),
        (b"\xff\xfea\x00,\x00\x00\xd8\n\x00", "is not UTF-16, as it begins"),
        (b"\xff\xfea\x00,", "is not UTF-16, as it begins"),
        ("parent;child;weight\nanimal;dog;1,5\n", "line 2: weight '1,5' is not a number"),
        ("animal dog\nanimal cat\n", None),
        ("parent,child\nan\0imal,dog\n", "line 2: holds a NUL byte"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(content: str | bytes, message: str | None, said: Said) -> None:
    with pytest.raises(GraphFileError, match=message or "has 1 column, not 2"):
        read(content, "csv" if message else "tsv")


@pytest.mark.parametrize("format", ["csv", "edges"])
def test_two_rows_with_nothing_in_common(format: str, said: Said) -> None:
    text = "foo,bar\nanimal,dog\n" if format == "csv" else "foo bar\nanimal dog\n"
    assert set(read(text, format).edges) == {("foo", "bar"), ("animal", "dog")}
    assert "the first row, 'foo' and 'bar', is read as an edge, but no other row names these two" in said.text
    said.clear()
    read(text, format, header=True)
    read(text, format, header=False)
    assert said.messages == []


class TestInMemory:
    def test_third_level_of_nested_dictionaries(self, said: Said) -> None:
        tree = {"animal": {"dog": {"puppy": {}}, "cat": {}}}
        assert len(nxp.embed(tree)) == 3
        assert "'puppy' and others of the third level are read as attributes of edges" in said.text
        assert "graph_from_nested" in said.text
        said.clear()
        G = nx.MultiDiGraph([("a", "b"), ("a", "b")])
        for plain in (nx.to_dict_of_dicts(G), {"a": {"b": {"weight": 2}}}, {"a": {"b": None}}, {"a": {"b": {}}}):
            assert set(nxp.embed(plain)) == {"a", "b"}
        assert said.messages == []

    def test_a_square_of_two_is_a_matrix_and_says_so(self, said: Said) -> None:
        assert set(nxp.embed(np.array([[0, 1], [0, 0]])).to_networkx().edges) == {(0, 1)}
        assert "read as an adjacency matrix; read_graph reads arrays of edges" in said.text

    def test_paths_are_no_edges(self) -> None:
        with pytest.raises(TypeError, match=r"three names.*add_path"):
            nxp.embed([["animal", "dog", "puppy"]])
        with pytest.raises(TypeError, match="edge number 0 is"):
            nxp.embed([["animal", "dog", "puppy", "pug"]])

    def test_graphs_of_other_libraries(self) -> None:
        class Graph:
            def to_networkx(self) -> nx.DiGraph: ...

        with pytest.raises(TypeError, match=r"its to_networkx\(\) is one"):
            nxp.embed(Graph())

    def test_several_levels_of_columns(self, said: Said) -> None:
        pandas = needed("pandas")
        columns = pandas.MultiIndex.from_tuples([("x", "parent"), ("x", "child")])
        assert set(nxp.read_graph(pandas.DataFrame([["animal", "dog"]], columns=columns)).edges) == {("animal", "dog")}
        index = pandas.MultiIndex.from_tuples([("animal", "dog")], names=["parent", "child"])
        with pytest.raises(ValueError, match="no column 'source'"):
            nxp.read_graph(pandas.DataFrame({"n": [1]}, index=index))

    def test_missing_values_of_any_type_of_column(self, said: Said) -> None:
        pandas = needed("pandas")
        columns = {"parent": "string", "child": "string", "legs": "Int64", "seen": "datetime64[ns]"}
        rows = [[None, "animal", None, None], ["animal", "dog", 4, None], ["animal", "bird", 2, None]]
        frame = pandas.DataFrame(rows, columns=list(columns)).astype(columns)
        assert set(nxp.read_graph(frame).edges) == {("animal", "dog"), ("animal", "bird")}

    def test_frames_of_polars(self, said: Said) -> None:
        polars = needed("polars")
        frame = polars.DataFrame({"id": [1, 2, 3], "parent": [None, 1, 1]})
        assert set(nxp.read_graph(frame).edges) == {(1, 2), (1, 3)}
        assert set(nxp.read_graph(polars.DataFrame({"kingdom": ["a"], "phylum": ["b"]})).edges) == {("a", "b")}


@pytest.mark.parametrize(
    "header",
    [
        "Employee Name,Email,Title,Manager Email", "First Name,Work Email,Department,Manager", "name,E-mail,team,boss",
        "Department,email,Name,Reports To Email", "team,Email,age,manager",
    ],
)  # fmt: skip
def test_managers_that_are_named_by_their_mail(header: str, said: Said) -> None:
    """A department, or the name of an employee, is not what a manager's address joins."""
    place = next(i for i, name in enumerate(header.split(",")) if "mail" in name.lower())
    manager = next(i for i, name in enumerate(header.split(",")) if name.startswith(("Manager", "boss", "Rep", "man")))
    rows = []
    for mail, boss in (("ann@x.org", ""), ("bob@x.org", "ann@x.org"), ("cid@x.org", "bob@x.org")):
        row = ["IT", "IT", "IT", "IT"]
        row[place], row[manager] = mail, boss
        rows.append(",".join(row))
    text = "\n".join([header, *rows, ""])
    assert set(nxp.read_graph(io.StringIO(text), format="csv").edges) == {
        ("ann@x.org", "bob@x.org"), ("bob@x.org", "cid@x.org"),
    }  # fmt: skip
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_csv(io.StringIO(text))
    assert set(nxp.Hierarchy.from_pandas(frame).ancestors("cid@x.org")) == {"ann@x.org", "bob@x.org"}
    assert "the options" in said.text
