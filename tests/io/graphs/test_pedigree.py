"""Tables in which a row names a node and both its parents."""

from __future__ import annotations

import io
from pathlib import Path

import networkx as nx
import pytest
from said import Said

import nx_poincare as nxp
from nx_poincare.io.streams import GraphFileError

DOGS = "ID,Sire,Dam,born\nRex,,,1990\nBella,,,1991\nMax,Rex,Bella,1995\nAda,Rex,,1996\nKim,Max,Ada,1999\n"
EDGES = {("Rex", "Max"), ("Bella", "Max"), ("Rex", "Ada"), ("Max", "Kim"), ("Ada", "Kim")}


def read(text: str, format: str = "csv", **options: object) -> nx.DiGraph:
    return nxp.read_graph(io.StringIO(text), format=format, **options)


def test_both_are_parents_everywhere(said: Said, tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    G = read(DOGS)
    assert set(G.edges) == EDGES
    assert said.messages == [
        "<stream>: each row is read as a child, 'ID', and its parents, 'Sire' and 'Dam'; 'born' is not read; the "
        "options source and target, or header=False, overrule this"
    ]
    frame = pandas.read_csv(io.StringIO(DOGS))
    assert set(nxp.read_graph(frame).edges) == EDGES
    frame.to_parquet(tmp_path / "dogs.parquet")
    frame.to_excel(tmp_path / "dogs.xlsx", index=False)
    (tmp_path / "dogs.txt").write_text(DOGS.replace(",", "\t"), encoding="utf-8")
    for name in ("dogs.parquet", "dogs.xlsx", "dogs.txt"):
        assert set(nxp.read_graph(tmp_path / name).edges) == EDGES
        H = nxp.Hierarchy.from_file(tmp_path / name)
        assert {(H.nodes[u], H.nodes[v]) for u, v in H.edges} == EDGES
        assert set(H.ancestors("Kim")) == {"Rex", "Bella", "Max", "Ada"}


@pytest.mark.parametrize(
    "header",
    [
        "id,father,mother", "name,parent_1,parent_2", "Name,ParentA,ParentB", "variety,Parent 1,Parent 2",
        "individual,dad,mom", "id,fatherID,motherID", "IID,PAT,MAT", "Individual ID,Paternal ID,Maternal ID",
        "child,mother_name,father_name", "nombre,padre,madre", "progeny,first parent,second parent",
        "who,sire_id,dam_id",
    ],
)  # fmt: skip
def test_names_of_columns(header: str, said: Said) -> None:
    assert set(read(f"{header}\nc,a,b\nd,c,b\n").edges) == {("a", "c"), ("b", "c"), ("c", "d"), ("b", "d")}


def test_places_and_kinds_of_columns(said: Said) -> None:
    text = "mother name,father name,mother id,father id,family,name,id\nAnn,Bob,1,2,9,Cid,3\nAnn,Cid,1,3,9,Dan,4\n"
    assert set(read(text).edges) <= {("1", "3"), ("2", "3"), ("1", "4"), ("3", "4")} | {
        ("Ann", "Cid"), ("Bob", "Cid"), ("Ann", "Dan"), ("Cid", "Dan"),
    }  # fmt: skip
    assert set(read("a,who,father,mother\nx,c,a,b\ny,d,c,b\n").edges) == {
        ("a", "c"), ("b", "c"), ("c", "d"), ("b", "d"),
    }  # fmt: skip
    three = read("offspring,parent1,parent2,parent3\nd,a,b,c\n")
    assert set(three.edges) == {("a", "d"), ("b", "d"), ("c", "d")}


@pytest.mark.parametrize("word", ["", "0", "NA", ".", "-9", "unknown", "?"])
def test_words_for_an_unknown_parent(word: str, said: Said) -> None:
    G = read(f"id,father,mother\n1,{word},{word}\n2,1,{word}\n3,{word},1\n")
    assert set(G.edges) == {("1", "2"), ("1", "3")}
    assert set(G) == {"1", "2", "3"}
    assert (f"{word!r} as a parent is read as nothing" in said.text) == bool(word)


def test_such_a_word_may_be_a_name(said: Said) -> None:
    assert set(read("id,father,mother\n0,,\n1,0,\n").edges) == {("0", "1")}
    assert "read as nothing" not in said.text


def test_numbers_in_a_frame(said: Said) -> None:
    pandas = pytest.importorskip("pandas")
    gaps = pandas.DataFrame({"id": [1, 2, 3], "father": [None, None, 1.0], "mother": [None, None, 2.0]})
    assert set(nxp.read_graph(gaps).edges) == {(1, 3), (2, 3)}
    zeros = pandas.DataFrame({"id": [1, 2, 3], "father": [0, 0, 1], "mother": [0, 0, 2]})
    assert set(nxp.read_graph(zeros).edges) == {(1, 3), (2, 3)}
    mixed = pandas.DataFrame({"id": ["1", "2", "x3"], "father": [0, 0, 1], "mother": [0, 0, 2]})
    assert set(nxp.read_graph(mixed).edges) == {("1", "x3"), ("2", "x3")}


def test_what_stays_a_list_of_edges(said: Said) -> None:
    assert set(read(DOGS, source="Sire", target="ID").edges) == {("Rex", "Max"), ("Rex", "Ada"), ("Max", "Kim")}
    assert set(read("father,child\na,b\n").edges) == {("a", "b")}
    assert set(read("father,mother\na,b\n").edges) == {("father", "mother"), ("a", "b")}
    assert "its parents" not in said.text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("id,father,mother\na,,\n,a,\n", "line 3: names no child"),
        ("id,father,mother\na,,\nb,a\n", "line 3: has 2 columns, but 3 are named"),
        ("x,y,father,mother\n1,2,a,b\n3,4,c,d\n", "none of the others, 'x', 'y', names one of these; call the column"),
    ],
)
def test_wrong_rows(text: str, problem: str, said: Said) -> None:
    with pytest.raises(GraphFileError, match=problem):
        read(text)


def test_no_more_rows_than_max_bytes_allows(said: Said) -> None:
    rows = "".join(f"{i},,\n" for i in range(70_000))
    with pytest.raises(GraphFileError, match="is one of more than 65,536 rows; raise max_bytes"):
        read("id,father,mother\n" + rows, max_bytes=2**20)


class TestFam:
    def test_of_plink(self, said: Said, tmp_path: Path) -> None:
        path = tmp_path / "a.fam"
        path.write_text(
            "# made up\nF1 1 0 0 1 -9\nF1 2 0 0 2 -9\n\nF1\t3\t1\t2\t1\t-9\nF2 4 3 0 2 -9\n", encoding="utf-8"
        )
        assert set(nxp.read_graph(path).edges) == {("1", "3"), ("2", "3"), ("3", "4")}
        assert set(nxp.Hierarchy.from_file(path).ancestors("4")) == {"1", "2", "3"}
        assert said.messages == []  # 0 is what the format has for none

    def test_genotypes_are_passed_over_and_a_header_too(self, said: Said) -> None:
        G = read("FID IID PAT MAT SEX P\nF1 1 0 0 1 2 A A G T\nF1 2 1 0 2 2 A C G G\n", "fam")
        assert list(G.edges) == [("1", "2")]

    def test_families_that_share_names(self, said: Said) -> None:
        G = read("F1 1 0 0 1 -9\nF1 2 1 0 1 -9\nF2 1 0 0 1 -9\nF2 2 1 0 1 -9\n", "fam")
        assert set(G.edges) == {("F1/1", "F1/2"), ("F2/1", "F2/2")}
        assert "families share names of individuals, such as" in said.text

    def test_too_few_columns(self) -> None:
        with pytest.raises(
            GraphFileError, match="line 2: has fewer columns than family, individual, father and mother"
        ):
            read("F1 1 0 0 1 -9\nF1 2\n", "fam")
