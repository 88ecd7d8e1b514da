"""KEGG's hierarchical text."""

from __future__ import annotations

import io
from pathlib import Path

import networkx as nx
import pytest
from said import Said

import nx_poincare as nxp
from nx_poincare.io.streams import GraphFileError

ORTHOLOGY = """+D\tGENES\tKO
#<h2><a href="/kegg/kegg2.html"><img src="/Fig/bget/kegg3.gif"></a> &nbsp; KEGG Orthology (KO)</h2>
#<!---
#ENTRY       ko00001
#--->
!
A09100 Metabolism
B
B  09101 Carbohydrate metabolism
C    00010 Glycolysis / Gluconeogenesis [PATH:ko00010]
D      K00844  HK; hexokinase [EC:2.7.1.1]
D      K12407  GCK; glucokinase [EC:2.7.1.2]\tK12407 more
C    00030 Pentose phosphate pathway
D      K00844  HK; hexokinase [EC:2.7.1.1]
#
A<b>Drugs</b>
B  <a href="x">Others</a>
A<b>Plants</b>
B  Others
!
#[ KO | BRITE | KEGG2 | KEGG ]
A this is no entry
"""
HEXOKINASE = "K00844 HK; hexokinase [EC:2.7.1.1]"


def read(text: str) -> nx.DiGraph:
    return nxp.read_graph(io.StringIO(text), format="keg")


def test_letters_are_levels_and_entries_may_have_several_parents(tmp_path: Path, said: Said) -> None:
    path = tmp_path / "ko00001.keg"
    path.write_text(ORTHOLOGY)
    G = nxp.read_graph(path)
    assert list(G.predecessors(HEXOKINASE)) == [
        "00010 Glycolysis / Gluconeogenesis [PATH:ko00010]", "00030 Pentose phosphate pathway",
    ]  # fmt: skip
    assert G.nodes["K12407 GCK; glucokinase [EC:2.7.1.2]"] == {"columns": "K12407 more"}
    assert {("Drugs", "Drugs/Others"), ("Plants", "Plants/Others")} <= set(G.edges)
    assert len(G) == 10
    assert "edges to entries that stand in several places: 1" in said.text
    assert nxp.Hierarchy.from_file(path).nodes == tuple(G)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "has no lines that begin with A, B, C"),
        ("+D\n!\nAx\nCx\n", r"line 4: is of level C, but no line of B is above it"),
        ("\nBx", "line 2: is of level B, but no line of A is above it"),
        ("Ax\n?\n", "line 2: begins with no letter"),
        ("Ax\n\0\n", "line 2: holds a NUL byte"),
    ],
)
def test_other_text_is_refused_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(GraphFileError, match=problem):
        read(text)
