"""Tables of ranks: a row is a path."""

from __future__ import annotations

import io
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from said import Said

import nx_poincare as nxp
from nx_poincare.io.streams import GraphFileError

TAXA = (
    "Kingdom,Phylum,Class,Species,length\nAnimalia,Chordata,Mammalia,cat,46\n"
    "Animalia,Chordata,,eel,80\nAnimalia,Mollusca,NA,,\n"
)
EDGES = {
    ("Animalia", "Chordata"), ("Animalia", "Mollusca"), ("Chordata", "Mammalia"), ("Chordata", "eel"),
    ("Mammalia", "cat"),
}  # fmt: skip


def read(text: str, format: str = "csv", **options: object) -> nx.DiGraph:
    return nxp.read_graph(io.StringIO(text), format=format, **options)


def test_rows_are_paths_and_gaps_are_passed_over(said: Said) -> None:
    G = read(TAXA)
    assert set(G.edges) == EDGES
    assert G.nodes["eel"] == {"rank": "Species"}
    assert said.messages == [
        "<stream>: each row is read as a path down, from 'Kingdom' to 'Species'; 'length' is not read; the options "
        "source and target, or header=False, overrule this"
    ]


def test_everywhere_the_same(said: Said, tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_csv(io.StringIO(TAXA))
    assert set(nxp.read_graph(frame).edges) == EDGES
    assert set(nxp.Hierarchy.from_pandas(frame).nodes) == {v for edge in EDGES for v in edge}
    frame.to_parquet(tmp_path / "taxa.parquet")
    frame.to_excel(tmp_path / "taxa.xlsx", index=False)
    (tmp_path / "taxa.tsv").write_text(TAXA.replace(",", "\t"), encoding="utf-8")
    (tmp_path / "taxa.csv").write_text(TAXA.replace(",", ";"), encoding="utf-16")
    for name in ("taxa.tsv", "taxa.csv", "taxa.parquet", "taxa.xlsx"):
        H = nxp.Hierarchy.from_file(tmp_path / name)
        assert {(H.nodes[u], H.nodes[v]) for u, v in H.edges} == EDGES
        assert set(nxp.read_graph(tmp_path / name).edges) == EDGES
    assert "each row is read as a path down" in said.text


def test_the_order_of_ranks_is_known_and_numbers_count(said: Said) -> None:
    assert set(read("species,genus\nleo,Panthera\ntigris,Panthera\n").edges) == {
        ("Panthera", "leo"), ("Panthera", "tigris"),
    }  # fmt: skip
    assert set(read("level2 level10 level1\nb c a\nb d a\n", "edges").edges) == {("a", "b"), ("b", "c"), ("b", "d")}


def test_the_same_name_in_two_places_is_two_nodes(said: Said) -> None:
    G = read("level1,level2\nred,other\nblue,other\n")
    assert set(G.edges) == {("red", "red/other"), ("blue", "blue/other")}
    assert set(read("family,genus\nGorilla,Gorilla\n").edges) == {("Gorilla", "Gorilla/Gorilla")}
    assert "nodes with labels of others" in said.text


def test_edges_stay_edges(said: Said) -> None:
    assert set(read("class,superclass\ndog,animal\n").edges) == {("animal", "dog")}
    assert set(read("kingdom,phylum,class\na,b,c\n", source="phylum", target="class").edges) == {("b", "c")}
    assert ("kingdom", "phylum") in read("kingdom,phylum\nAnimalia,Chordata\n", header=False).edges
    assert "path down" not in said.text


def test_rows_of_another_length_are_refused(said: Said) -> None:
    with pytest.raises(GraphFileError, match="line 3: has 2 columns, but 3 are named"):
        read("kingdom,phylum,class\na,b,c\na,b\n")
    with pytest.raises(GraphFileError, match="line 2: is not valid quoted text"):
        read('kingdom,phylum,class\n"a"x,b,c\n')


def test_a_large_table_is_what_pandas_says(said: Said) -> None:
    rng = np.random.default_rng(0)
    rows = [[f"k{k}", f"k{k}p{p}", f"k{k}p{p}c{c}"] for k, p, c in rng.integers(0, 6, (300, 3)).tolist()]
    G = read("kingdom,phylum,class\n" + "".join(",".join(row) + "\n" for row in rows))
    assert set(G.edges) == {(row[i], row[i + 1]) for row in rows for i in range(2)}


ESCHERICHIA = "d__Bacteria;p__Pseudomonadota;g__Escherichia;s__Escherichia coli"
SALMONELLA = "d__Bacteria;p__Pseudomonadota;g__Salmonella;s__"


@pytest.mark.parametrize("gap", [";", "; "])
@pytest.mark.parametrize("header", ["", "Feature ID\tTaxon\tConfidence\n"])
def test_lineages_as_gtdb_and_qiime_have_them(header: str, gap: str, tmp_path: Path, said: Said) -> None:
    rows = [("GCF_5", ESCHERICHIA), ("GCF_6", SALMONELLA), ("GCF_7", "Unassigned"), ("GCF_8", "d__Archaea")]
    end = "\t0.9\n" if header else "\n"
    text = header + "".join(f"{name}\t{lineage.replace(';', gap)}{end}" for name, lineage in rows)
    (tmp_path / "taxonomy.tsv").write_text(text)
    G = nxp.read_graph(tmp_path / "taxonomy.tsv")
    assert set(G.edges) == {
        ("d__Bacteria", "p__Pseudomonadota"), ("p__Pseudomonadota", "g__Escherichia"),
        ("p__Pseudomonadota", "g__Salmonella"), ("g__Escherichia", "s__Escherichia coli"),
        ("s__Escherichia coli", "GCF_5"), ("g__Salmonella", "GCF_6"), ("d__Archaea", "GCF_8"),
    }  # fmt: skip
    assert set(G) - {end for edge in G.edges for end in edge} == {"GCF_7"}
    assert [G.nodes[node].get("rank") for node in ("d__Bacteria", "s__Escherichia coli", "GCF_5")] == [
        "domain", "species", None,
    ]  # fmt: skip
    assert "the lineage in column 2; header=False overrules this" in said.text
    H = nxp.Hierarchy.from_file(tmp_path / "taxonomy.tsv")
    assert H.ancestors("GCF_6") == ["d__Bacteria", "p__Pseudomonadota", "g__Salmonella"]


def test_one_row_that_has_no_lineage_makes_edges_of_all(tmp_path: Path, said: Said) -> None:
    (tmp_path / "a.tsv").write_text(f"x\t{ESCHERICHIA}\ny\t{SALMONELLA}\nz\tother\n")
    assert set(nxp.read_graph(tmp_path / "a.tsv")) == {"x", "y", "z", ESCHERICHIA, SALMONELLA, "other"}
    (tmp_path / "a.tsv").write_text(f"x\t{ESCHERICHIA}\ny\t{SALMONELLA}\n")
    assert set(nxp.read_graph(tmp_path / "a.tsv", header=False)) == {"x", "y", ESCHERICHIA, SALMONELLA}
