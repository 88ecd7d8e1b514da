"""Small files that took long, took much or wrote to standard error: time and memory grow with a file alone."""

from __future__ import annotations

import contextlib
import io
import time
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.io.streams import GraphFileError

N = 90_000
SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
TYPES = "http://www.w3.org/2001/XMLSchema#"


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("dot", "digraph {" + "/* " * (N // 3) + "}"),
        ("dot", 'digraph { a "' + '\\"' * (N // 2) + "}"),
        ("dot", "digraph { " + "a" * N + " -> b }"),
        ("nexus", "#NEXUS begin trees; tree x=(a,b); end;" + "[" * N),
        ("nexus", "#NEXUS\n" + "begin trees;tree a=(b,c);end;" * 1600),
        ("newick", "(" * 12_000 + ")" * 12_000 + ";"),
        ("newick", "(" * 7_900 + ",a" * 37_000 + ")" * 7_900 + ";"),
        ("newick", "(a," * 18_000 + "b" + ")" * 18_000 + ";"),
        ("newick", "(" * 4_000 + "[a]" * 27_000 + ")" * 4_000 + ";"),
        ("nexus", "#NEXUS begin trees; tree x=" + "(a," * 18_000 + "b" + ")" * 18_000 + "; end;"),
        ("rdf", f'<http://e/a> <{SUBCLASS}> <http://e/b> ; <{LABEL}> """' + '\\"' * (N // 2)),
        ("rdf", f"<http://e/a> <{SUBCLASS}> <http://e/b> . " + '\\"' * (N // 2)),
        ("edges", "boss worker\n" + " " * N + "x\n"),
        ("csv", "boss,worker\n" + '" ' * (N // 2) + "\n"),
    ],
)
@pytest.mark.filterwarnings("ignore::nx_poincare.HierarchyWarning")
def test_time_grows_with_the_file(format: str, text: str) -> None:
    """They took 7 s and more, four times as long for twice the size."""
    nxp.read_graph(io.StringIO(f"<http://e/a> <{SUBCLASS}> <http://e/b> ."), format="rdf")
    nxp.read_graph(io.StringIO("#NEXUS begin trees; tree x=(a,b); end;"), format="nexus")  # loads its library
    begin = time.process_time()
    with contextlib.suppress(GraphFileError):
        nxp.read_graph(io.StringIO(text), format=format)
    assert time.process_time() - begin < 3


@pytest.mark.parametrize("name", ["decimal", "integer", "dateTime", "double"])
@pytest.mark.parametrize("text", ["1e999999999", "1E-999999999", "9" * 5000, "no number"])
def test_literals_of_rdf_stay_text(name: str, text: str, capfd: pytest.CaptureFixture[str]) -> None:
    """A decimal of eleven letters became a gigabyte; others wrote tracebacks."""
    turtle = f'<http://e/a> <{SUBCLASS}> <http://e/b> . <http://e/a> <{LABEL}> "{text}"^^<{TYPES}{name}> .'
    tracemalloc.start()
    G = nxp.read_graph(io.StringIO(turtle), format="rdf")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert G.nodes["http://e/a"]["name"] == text
    assert most < 50e6
    assert capfd.readouterr().err == ""


def test_others_have_values_of_literals() -> None:
    rdflib = pytest.importorskip("rdflib")
    nxp.read_graph(io.StringIO(f"<http://e/a> <{SUBCLASS}> <http://e/b> ."), format="rdf")
    assert rdflib.Literal("1.5", datatype=rdflib.XSD.decimal).value == rdflib.Literal(1.5).value


@pytest.fixture(params=["strings", "dictionary"])
def recurring(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A table of a few hundred bytes in which each text of 20,000 letters stands in 10,000 rows."""
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = arrow.array(np.zeros(10_000, dtype=np.int32))
    columns = [arrow.DictionaryArray.from_arrays(rows, arrow.array([" " + letter * 20_000])) for letter in "xy"]
    if request.param == "strings":
        columns = [column.cast(arrow.string()) for column in columns]
    path = tmp_path / "edges.parquet"
    parquet.write_table(arrow.table(dict(zip(["source", "target"], columns, strict=True))), path, compression="zstd")
    assert path.stat().st_size < 10_000
    return path


def test_texts_that_recur_are_in_memory_once(recurring: Path) -> None:
    """706 bytes took 3 GB."""
    for read in (nxp.read_graph, nxp.Hierarchy.from_file):
        tracemalloc.start()
        assert len(read(recurring)) == 2
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < 200e6  # twice 200 MB of text


def test_texts_that_recur_without_end_are_refused(recurring: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nx_poincare.io.graphs.parquet_rows._MOST_TEXT_BYTES", 100_000_000)
    with pytest.raises(
        GraphFileError, match=r"edges\.parquet: has texts of thousands of bytes in so many rows that they are 200"
    ):
        nxp.Hierarchy.from_file(recurring)


def test_a_table_that_unpacks_to_more_is_refused(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "edges.parquet"
    table = arrow.table({"source": ["x" * 2000] * 20_000, "target": ["y" * 2000] * 20_000})
    parquet.write_table(table, path, compression="zstd", use_dictionary=False)
    for read in (nxp.read_graph, nxp.Hierarchy.from_file):
        with pytest.raises(GraphFileError, match=r"edges\.parquet: .*unpacks to 80,.* bytes, more than 100 times"):
            read(path)


def test_rows_that_recur_without_end_are_refused(tmp_path: Path) -> None:
    """16 million of them in 90 KB took 12 s and a gigabyte."""
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "edges.parquet"
    names = arrow.array(np.zeros(2**21 + 1, dtype=np.int64))
    parquet.write_table(arrow.table({"source": names, "target": names}), path, compression="zstd")
    for read in (nxp.read_graph, nxp.Hierarchy.from_file):
        with pytest.raises(GraphFileError, match=r"edges\.parquet: .*has 2,097,153 rows, more than 2,097,152, which"):
            read(path)


def test_vectors_that_recur_without_end_are_refused(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    columns = ["node", "level", "horizon", "radius", "direction_0", "direction_1"]
    numbers = arrow.array(np.zeros(10**6, dtype=np.int64))
    parquet.write_table(arrow.table(dict.fromkeys(columns, numbers)), tmp_path / "a.parquet", compression="zstd")
    with pytest.raises(ValueError, match=r"a\.parquet unpacks to 48,000,000 bytes, more than 100 times its size"):
        nxp.Embedding.load(tmp_path / "a.parquet")


CELLS = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


@pytest.mark.parametrize(
    ("sheet", "problem"),
    [
        (CELLS.format('<row r="99999999999"><c r="A1"><v>1</v></c></row>'), "has a row beyond 1,048,576"),
        (CELLS.format('<row r="1048577"/>'), "has a row beyond 1,048,576"),
        (CELLS.format('<row r="&#57;99999999"/>'), "as no program does"),
        (CELLS.format("<row>" + "<c/>" * 1_000_001 + "</row>"), "more cells than a workbook of its size"),
        (CELLS.format('<row r="1"><c r="A1" t="s"><v>999999</v></c></row>'), "is not an Excel workbook"),
        ("<a>", "is not an Excel workbook"),
        ("", "is not an Excel workbook"),
    ],
)
def test_sheets_that_are_none(sheet: str, problem: str, tmp_path: Path) -> None:
    """A row of a large number took 3 GB, and what is no XML was an error of the parser."""
    openpyxl = pytest.importorskip("openpyxl")
    openpyxl.Workbook().save(tmp_path / "whole.xlsx")
    path = tmp_path / "edges.xlsx"
    with zipfile.ZipFile(tmp_path / "whole.xlsx") as whole, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as other:
        for name in whole.namelist():
            other.writestr(name, sheet if name.endswith("sheet1.xml") else whole.read(name))
    with pytest.raises(GraphFileError, match=rf"edges\.xlsx: .*{problem}"):
        nxp.read_graph(path)


def test_messages_quote_a_part_of_the_file() -> None:
    with pytest.raises(GraphFileError, match="cannot tokenize") as caught:
        nxp.read_graph(io.StringIO("graph [ " + "-" * N + "]"), format="gml")
    assert len(str(caught.value)) < 1200
