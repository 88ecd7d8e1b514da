"""The pages that the documentation links to."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def demos(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(sys, "path", [str(ROOT / "docs"), str(ROOT / "pipelines"), str(ROOT / "benchmarks"), *sys.path])
    import demos

    return demos


def database(path: Path) -> Path:
    """A file in the form of GO.db, with a term that no edge names."""
    terms = [
        (1, "all", "all", "universal", "all"),
        (2, "GO:0008150", "biological_process", "BP", "A biological process."),
        (3, "GO:0006915", "apoptotic process", "BP", "A programmed cell death."),
        (4, "GO:0000000", "elsewhere", "MF", "Not in the graph."),
    ]
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE go_term (_id INTEGER, go_id, term, ontology, definition)")
        connection.executemany("INSERT INTO go_term VALUES (?, ?, ?, ?, ?)", terms)
        for part in ("bp", "mf", "cc"):
            connection.execute(f"CREATE TABLE go_{part}_parents (_id INTEGER, _parent_id INTEGER, relationship_type)")
        connection.executemany("INSERT INTO go_bp_parents VALUES (?, ?, ?)", [(2, 1, "isa"), (3, 2, "part of")])
        connection.execute("CREATE TABLE metadata (name, value)")
        connection.execute("INSERT INTO metadata VALUES ('GOSOURCEDATE', '2023-01-01')")
        connection.commit()
    return path


def test_terms_bear_their_names(demos: Any, tmp_path: Path) -> None:
    from hierarchies import graph_of_go_database

    file = database(tmp_path / "GO.sqlite")
    G = demos.named_terms(graph_of_go_database(file), file)
    assert set(nx.topological_sort(G)) == {"all", "biological_process", "apoptotic process"}
    assert list(G.edges) == [("all", "biological_process"), ("biological_process", "apoptotic process")]
    found = {"id": "GO:0006915", "definition": "A programmed cell death.", "part": "BP"}
    assert G.nodes["apoptotic process"] == found
