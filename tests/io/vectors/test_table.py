"""Tables for other programs."""

import csv
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp


def test_no_name_is_a_formula(tmp_path: Path) -> None:
    names = ["=1+1", "+cmd|'/C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "-1.5", "+7", "a=b", "'quoted"]
    emb = nxp.Embedding.from_vectors(names, np.zeros((len(names), 2)))
    emb.save(tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(newline="", encoding="utf-8") as stream:
        written = [row[0] for row in csv.reader(stream)][1:]
    assert written == [f"'{name}" for name in names[:5]] + names[5:]
    with pytest.raises(nx.NetworkXError, match="both be called"):
        nxp.Embedding.from_vectors(["=1", "'=1"], np.zeros((2, 2))).save(tmp_path / "t.csv")
