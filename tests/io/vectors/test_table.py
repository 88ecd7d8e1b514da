"""Tables for other programs."""

import csv
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.io.graphs.format_rules import GraphExportError


def test_no_name_is_a_formula(tmp_path: Path) -> None:
    names = ["=1+1", "+cmd|'/C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "-1.5", "+7", "a=b", "'quoted"]
    emb = nxp.Embedding.from_vectors(names, np.zeros((len(names), 2)))
    emb.save(tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(newline="", encoding="utf-8") as stream:
        written = [row[0] for row in csv.reader(stream)][1:]
    assert written == [f"'{name}" for name in names[:5]] + names[5:]
    others = [" =1", "\n=1", "\u3000@SUM(A1)", "＝1+1"]
    nxp.Embedding.from_vectors(others, np.zeros((len(others), 2))).save(tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(newline="", encoding="utf-8") as stream:
        assert [row[0] for row in csv.reader(stream)][1:] == [f"'{name}" for name in others]
    with pytest.raises(nx.NetworkXError, match="both be called"):
        nxp.Embedding.from_vectors(["=1", "'=1"], np.zeros((2, 2))).save(tmp_path / "t.csv")


@pytest.mark.parametrize("delimiter", [",", ";", "|", "\t"])
def test_a_name_stays_in_its_cell_whatever_stands_between_columns(tmp_path: Path, delimiter: str) -> None:
    """Spreadsheets in many languages take a semicolon: what follows it in a name would be a cell, and a formula."""
    names = ["a;=1+1", "a|=1+1", "a,=1+1", "a\t=1+1", 'a";=1+1']
    nxp.Embedding.from_vectors(names, np.zeros((len(names), 2))).save(tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(newline="", encoding="utf-8") as stream:
        cells = [row[0] for row in csv.reader(stream, delimiter=delimiter)][1:]
    assert [cell.startswith(name) for cell, name in zip(cells, names, strict=True)] == [True] * len(names)


def test_a_name_that_is_not_unicode_is_named(tmp_path: Path) -> None:
    with pytest.raises(GraphExportError, match=r"the name '\\udfff' is not valid Unicode"):
        nxp.Embedding.from_vectors(["\udfff"], np.zeros((1, 2))).save(tmp_path / "t.csv")
    assert list(tmp_path.iterdir()) == []
