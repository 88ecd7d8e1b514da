"""Tables of ranks: a row is a path."""

from __future__ import annotations

import io
import re
import time
import tracemalloc
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from optional_packages import needed
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
    pandas = needed("pandas")
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


SEGMENTS = (
    "Commodity Title,Segment,Segment Title,Family Title\nCats,10,Live plants and animals,Live animals\n"
    "Dogs,10,Live plants and animals,Live animals\nToys,10,Live plants and animals,Pet products\n"
    "Drills,20,Mining,Machinery\nPumps,20,Mining,Machinery\n"
)
LEVELS = ["Segment Title", "Family Title", "Commodity Title"]
SEGMENT_EDGES = {
    ("Live plants and animals", "Live animals"), ("Live plants and animals", "Pet products"), ("Mining", "Machinery"),
    ("Live animals", "Cats"), ("Live animals", "Dogs"), ("Pet products", "Toys"), ("Machinery", "Drills"),
    ("Machinery", "Pumps"),
}  # fmt: skip


class TestLevelsThatAreNamed:
    def test_everywhere(self, said: Said, tmp_path: Path) -> None:
        pandas = pytest.importorskip("pandas")
        G = read(SEGMENTS, levels=LEVELS)
        assert set(G.edges) == SEGMENT_EDGES
        assert G.nodes["Machinery"] == {"rank": "Family Title"}
        frame = pandas.read_csv(io.StringIO(SEGMENTS))
        assert set(nxp.read_graph(frame, levels=tuple(LEVELS)).edges) == SEGMENT_EDGES
        assert len(nxp.Hierarchy.from_pandas(frame, levels=LEVELS).edges) == 8
        frame.to_parquet(tmp_path / "s.parquet")
        frame.to_excel(tmp_path / "s.xlsx", index=False)
        (tmp_path / "s.tsv").write_text(SEGMENTS.replace(",", "\t"), encoding="utf-8")
        (tmp_path / "folder").mkdir()
        frame[:2].to_parquet(tmp_path / "folder" / "part.0.parquet")
        frame[2:].to_parquet(tmp_path / "folder" / "part.1.parquet")
        for name in ("s.parquet", "s.xlsx", "s.tsv", "folder"):
            assert set(nxp.read_graph(tmp_path / name, levels=LEVELS).edges) == SEGMENT_EDGES
            H = nxp.Hierarchy.from_file(tmp_path / name, levels=LEVELS)
            assert {(H.nodes[u], H.nodes[v]) for u, v in H.edges} == SEGMENT_EDGES
        assert said.messages == []  # nothing is guessed

    def test_they_overrule_what_words_say(self, said: Said) -> None:
        assert set(read("parent,child,toy\na,b,c\n", levels=["toy", "parent"]).edges) == {("c", "a")}
        assert set(read("phylum,kingdom\na,b\n", levels=["phylum", "kingdom"]).edges) == {("a", "b")}

    @pytest.mark.parametrize(
        ("options", "problem"),
        [
            ({"levels": ["Segment Title", "Family"]}, "has no column 'Family', but 'Commodity Title', 'Segment', "),
            ({"levels": ["Segment", "Segment"]}, "levels names a column twice"),
            ({"levels": ["Segment"]}, "levels names two columns or more, from above"),
            ({"levels": "Segment"}, "levels names two columns or more, from above"),
            ({"levels": LEVELS, "source": "Segment"}, "source, target, weight and direction are of edges"),
            ({"levels": LEVELS, "direction": "child_to_parent"}, "source, target, weight and direction are of edges"),
            ({"levels": LEVELS, "header": False}, "header=False says that none are named"),
        ],
    )
    def test_wrong_ones(self, options: dict[str, object], problem: str, said: Said) -> None:
        with pytest.raises(ValueError, match=problem):
            read(SEGMENTS, **options)
        if "header" not in options:
            pandas = pytest.importorskip("pandas")
            with pytest.raises(ValueError, match=problem):
                nxp.read_graph(pandas.read_csv(io.StringIO(SEGMENTS)), **options)

    def test_they_are_of_tables(self) -> None:
        with pytest.raises(ValueError, match="levels is for parquet, excel, sqlite, not for gml"):
            read("graph [ ]", "gml", levels=LEVELS)
        with pytest.raises(ValueError, match="those of an array have no names"):
            nxp.read_graph(np.array([[0, 1]]), levels=LEVELS)


class TestLevelsThatAreSuggested:
    def test_instead_of_a_refusal(self, said: Said) -> None:
        advice = "; levels=['Segment Title', 'Family Title', 'Commodity Title'] reads each row as a path down"
        with pytest.raises(GraphFileError, match=re.escape(advice)):
            read(SEGMENTS)
        pandas = pytest.importorskip("pandas")
        with pytest.raises(ValueError, match=re.escape(advice)):
            nxp.read_graph(pandas.read_csv(io.StringIO(SEGMENTS)))
        with pytest.raises(GraphFileError, match=r"weight 'Firm' is not a number.*levels=\['Sector', 'Line', 'Firm'\]"):
            read("Sector,Line,Firm\nTech,Chips,A\nTech,Chips,B\nTech,Apps,C\nOil,Wells,D\n")

    def test_beside_edges_that_words_name(self, said: Said) -> None:
        text = "Broad field,Narrow field,Detailed field\nHealth,Medicine,Nursing\nHealth,Medicine,Surgery\n"
        text += "Health,Welfare,Child care\nTrades,Building,Roofs\nTrades,Building,Walls\n"
        G = read(text)
        assert set(G.edges) == {("Health", "Medicine"), ("Health", "Welfare"), ("Trades", "Building")}
        assert "; levels=['Broad field', 'Narrow field', 'Detailed field'] reads each row as a path" in said.text
        pandas = pytest.importorskip("pandas")
        said.clear()
        nxp.read_graph(pandas.read_csv(io.StringIO(text)))
        assert "; levels=['Broad field', 'Narrow field', 'Detailed field'] reads each row as a path" in said.text

    def test_gaps_and_columns_that_say_the_same(self, said: Said) -> None:
        text = (
            "name,code,region,sub-region,part\nKenya,KE,Africa,South of Sahara,East\n"
            "Ghana,GH,Africa,South of Sahara,West\nMali,ML,Africa,South of Sahara,West\nEgypt,EG,Africa,North,\n"
            "France,FR,Europe,West of Europe,\nAustria,AT,Europe,West of Europe,\n"
        )
        read(text)
        assert "levels=['region', 'sub-region', 'part', 'name'] reads" in said.text

    @pytest.mark.parametrize(
        "text",
        [
            "id,manager,office\nb,a,1\nc,a,2\nd,b,1\n",
            "parent,child,since\na,b,2001\na,c,2002\nb,d,2003\n",
            "from,to,kind\na,b,x\na,c,y\nb,d,x\n",
        ],
    )
    def test_not_of_edges(self, text: str, said: Said) -> None:
        read(text)
        assert "levels=" not in said.text


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


SILVA = """Archaea;\t2\tdomain\t\t
Archaea;Aenigmarchaeota;\t11084\tphylum\t\t123
Archaea;Aenigmarchaeota;Incertae Sedis;\t11086\tclass\t\t123
Bacteria;\t3\tdomain\t\t
Bacteria;Bacillota;\t1672\tphylum\ta\t138
Bacteria;Bacillota;Incertae Sedis;\t5\tclass\tw\t138
Eukaryota;Amorphea;\t7\tmajor_clade\t\t119
"""
SILVA_OF_MANY = "".join(f"Bacteria;{number};\t3\tphylum\n" for number in range(30))  # more rows than are looked at


@pytest.mark.parametrize("name", ["tax_slv_ssu_138.1.txt", "silva.tsv", "silva.csv"])
def test_the_taxonomy_of_silva(name: str, tmp_path: Path, said: Said) -> None:
    path = tmp_path / name
    path.write_text(SILVA)
    G = nxp.read_graph(path)
    assert G.nodes["Bacillota"] == {"rank": "phylum", "taxid": "1672"}
    assert G.nodes["Bacteria/Bacillota/Incertae Sedis"] == {"rank": "class", "taxid": "5", "name": "Incertae Sedis"}
    assert set(G.edges) >= {("Archaea", "Aenigmarchaeota"), ("Eukaryota", "Amorphea")}
    assert G.nodes["Eukaryota"] == {}  # has no line of its own
    assert nxp.Hierarchy.from_file(path).nodes == tuple(G)
    assert "each row is read as a path down, as SILVA's taxonomy has it; header=False overrules this" in said.text
    with pytest.raises(GraphFileError, match="has more than 65,536 names in its paths"):
        nxp.read_graph(io.StringIO("".join(f"a;{i};\t1\tclass\n" for i in range(2**16))), format="tsv", max_bytes=2**22)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (SILVA * 2, "line 8: taxon 'Archaea' has a line already"),
        (SILVA_OF_MANY + "Bacteria\t3\n", "line 31: is not 'path; | number | rank"),
        ("Archaea; ;\t2\tdomain\n", "line 1: has a name of spaces"),
    ],
)
def test_lines_that_are_not_silvas(text: str, problem: str, said: Said) -> None:
    with pytest.raises(GraphFileError, match=re.escape(problem)):
        read(text, "tsv")


@pytest.mark.parametrize("text", ["% \tkingdom\tphylum\na\tb\tc\n", "% \tkingdom\tphylum\n"])
def test_what_only_looks_like_ranks(text: str, said: Said) -> None:
    """They were an AssertionError and a StopIteration."""
    with pytest.raises(GraphFileError, match="header=False reads it as a list of edges"):
        read(text, "tsv")


def test_a_line_separator_ends_no_row(said: Said) -> None:
    """`str.splitlines` saw the ranks, and the reader did not."""
    assert set(read("kingdom\tphylum\x1cx\na\tb\n", "tsv").edges) == {("kingdom", "phylum\x1cx"), ("a", "b")}


def test_many_rows_are_not_kept(said: Said) -> None:
    """A packed file of 33 KB became rows of 1 GB."""
    tracemalloc.start()
    G = read("kingdom\tphylum\n" + "Animalia\tChordata\n" * 100_000, "tsv")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert set(G.edges) == {("Animalia", "Chordata")}
    assert most < 22e6  # of text; a list for each row were 16 MB more
    names = "kingdom\tphylum\n" + "".join(f"a\t{i}\n" for i in range(2**16))
    with pytest.raises(GraphFileError, match="has more than 65,536 names in its paths; raise max_bytes"):
        read(names, "tsv", max_bytes=2**21)


def test_a_lineage_of_spaces_is_looked_at_once(said: Said) -> None:
    """It took time by the square of its length, 20 s of processor for 96 KB."""
    begin = time.process_time()
    read("id\ttaxon\n1\td__a;p__b\n2\td__a" + " " * 100_000 + ";x\n", "tsv")
    assert time.process_time() - begin < 2
