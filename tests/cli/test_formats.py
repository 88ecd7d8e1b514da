"""The command line on files of other programs: their options, and what is said of them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

import nx_poincare as nxp
from nx_poincare.cli import main

OBO = """[Term]
id: X:1

[Term]
id: X:2
is_a: X:1
relationship: part_of X:3

[Term]
id: X:3
is_a: X:1
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cells.obo").write_text(OBO)
    (tmp_path / "tree.nwk").write_text("((a:1,b:2)c:1,d:3)e;")
    with closing(sqlite3.connect("two.sqlite")) as database:
        database.execute("CREATE TABLE edges (source, target)")
        database.execute("INSERT INTO edges VALUES ('a', 'b'), ('a', 'c')")
        database.execute("CREATE TABLE others (boss, worker)")
        database.execute("INSERT INTO others VALUES ('x', 'y')")
        database.commit()
    return tmp_path


def call(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == code, result.output
    return result


def test_ontologies_and_trees_need_no_options(folder: Path) -> None:
    call("embed", "cells.obo", "-q", "-o", "cells.npz")
    cells = nxp.Embedding.load("cells.npz").to_networkx()
    assert sorted(cells.edges) == [("X:1", "X:2"), ("X:1", "X:3")]
    call("embed", "tree.nwk", "-q", "-o", "tree.npz")
    assert nxp.Embedding.load("tree.npz").is_ancestor("e", "a")


def test_relations_that_are_left_out_are_followed_by_the_option_that_is_named(folder: Path) -> None:
    said = call("embed", "cells.obo", "-o", "cells.npz").stderr
    assert "pass --relation to follow them: part_of (1)" in said
    call("embed", "cells.obo", "--relation", "part_of", "-o", "parts.npz")


@pytest.mark.parametrize("command", sorted(main.commands))
def test_options_in_messages_are_those_of_the_command(command: str) -> None:
    found = main.commands[command]
    for option in found.params:
        if isinstance(option, click.Option):
            for text in ("...", "[...]", "True", "'x'"):
                word = found.with_options(f"pass {option.name}={text}").split()[1]  # type: ignore[attr-defined]
                assert word in option.opts
            if option.secondary_opts:
                assert found.with_options(f"pass {option.name}=False") == f"pass {option.secondary_opts[0]}"  # type: ignore[attr-defined]


def test_relations(folder: Path) -> None:
    call("embed", "cells.obo", "--relation", "is_a", "--relation", "part_of", "-q", "-o", "cells.npz")
    assert ("X:3", "X:2") in nxp.Embedding.load("cells.npz").to_networkx().edges
    result = call("embed", "cells.obo", "--relation", "partof", code=1)
    assert "no relation 'partof' (did you mean 'part_of'?); it has: is_a (2), part_of (1)" in result.stderr
    assert (
        "relations is for json, obo, rdf, not for newick" in call("embed", "tree.nwk", "--relation", "x", code=1).stderr
    )


def test_tables(folder: Path) -> None:
    assert "pass --table with one of them: 'edges', 'others'" in call("embed", "two.sqlite", code=1).stderr
    call("embed", "two.sqlite", "--table", "edges", "-q", "-o", "e.npz")
    assert set(nxp.Embedding.load("e.npz")) == {"a", "b", "c"}
    call("embed", "two.sqlite", "--table", "others", "--source", "boss", "--target", "worker", "-q", "-o", "o.npz")
    assert nxp.Embedding.load("o.npz").is_ancestor("x", "y")


def test_quotes_as_they_are(folder: Path) -> None:
    Path("q.tsv").write_text('a\t"b" x\na\t5" c\n')
    assert "--no-quoting takes quotes as they are" in call("embed", "q.tsv", code=1).stderr
    call("embed", "q.tsv", "--no-quoting", "-q", "-o", "q.npz")
    assert set(nxp.Embedding.load("q.npz")) == {"a", '"b" x', '5" c'}


def test_unknown_formats_list_those_there_are(folder: Path) -> None:
    message = call("embed", "cells.docx", code=1).stderr
    assert ".obo, .owl" in message
    assert 'obo, rdf need pip install "nx-poincare[ontologies]"' in message
