"""The command line: what each command prints, its exit code, and the files that it leaves."""

from __future__ import annotations

import contextlib
import inspect
import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import calls
import small_graphs as graphs
from click.testing import CliRunner
from values import of_file

from nx_poincare.cli import main

EDGES = "parent\tchild\nmammal\tcat\nmammal\tdog\ndog\tpuppy\ndog\thunting dog\n"
TABLE = "id,kind,of,strength\n1,cat,mammal,1\n2,dog,mammal,5\n3,puppy,dog,1\n"
COMMANDS = ("embed", "wordnet", "convert", "evaluate", "query", "draw", "html")
_SECONDS = re.compile(r'"seconds": [\d.]+')
_GIVEN = ("edges.tsv", "edges.csv", "table.csv", "ring.tsv", "e.npz", "e.vec", "dag.npz")

CALLS: dict[str, tuple[str, ...]] = {
    "nothing": (),
    "version": ("--version",),
    "unknown": ("embedd",),
    "embed.stdout": ("embed", "edges.tsv"),
    "embed.files": ("embed", "edges.tsv", "-o", "a.npz", "-o", "a.tsv", "-o", "a.vec", "-o", "a.json", "-o", "a.dot"),
    "embed.space": ("embed", "edges.tsv", "--dim", "3", "-o", "a.tsv", "-q"),
    "embed.json": ("embed", "edges.tsv", "-o", "a.tsv", "--json"),
    "embed.json_alone": ("embed", "edges.tsv", "--json"),
    "embed.stdin": ("embed", "-", "--format", "csv"),
    "embed.columns": ("embed", "table.csv", "--source", "of", "--target", "kind"),
    "embed.column_missing": ("embed", "table.csv", "--source", "up"),
    "embed.upwards": ("embed", "edges.tsv", "--direction", "child_to_parent", "--max-radius", "12"),
    "embed.given": ("embed", "edges.tsv", "--init", "e.npz", "-o", "a.tsv"),
    "embed.ring": ("embed", "ring.tsv"),
    "embed.ring_refused": ("embed", "ring.tsv", "--on-cycle", "raise"),
    "embed.missing": ("embed", "nowhere.tsv"),
    "embed.dim": ("embed", "edges.tsv", "--dim", "1"),
    "embed.suffix": ("embed", "edges.tsv", "-o", "a.xyz"),
    "embed.folder": ("embed", "edges.tsv", "-o", "no/a.tsv"),
    "wordnet.dogs": ("wordnet", "toy_dog.n.01", "--source", "bundled", "-o", "a.tsv"),
    "wordnet.verbs": ("wordnet", "sprint.v.01", "--pos", "v", "--source", "bundled"),
    "wordnet.nltk": ("wordnet", "toy_dog.n.01", "--source", "nltk", "--glosses", "-o", "a.graphml"),
    "wordnet.unknown": ("wordnet", "dragon.n.99", "--source", "bundled"),
    "wordnet.download": ("wordnet", "--download", "--source", "bundled"),
    "convert.vectors": ("convert", "e.npz", "a.vec"),
    "convert.graph": ("convert", "e.npz", "a.graphml"),
    "convert.folder": ("convert", "e.npz", "out/"),
    "convert.binary": ("convert", "e.npz", "a.bin", "--float32"),
    "convert.binary_refused": ("convert", "e.npz", "a.bin"),
    "convert.edges": ("convert", "edges.csv", "a.gml"),
    "convert.with_graph": ("convert", "e.vec", "a.json", "--graph", "edges.tsv"),
    "convert.no_edges": ("convert", "e.vec", "a.json"),
    "convert.graph_twice": ("convert", "edges.csv", "a.vec", "--graph", "edges.tsv"),
    "convert.bare": ("convert", "edges.csv", "a.vec"),
    "evaluate.plain": ("evaluate", "e.npz", "edges.tsv", "--jobs", "1"),
    "evaluate.json": ("evaluate", "e.vec", "edges.tsv", "--json", "--sample", "2", "--seed", "1"),
    "evaluate.missing": ("evaluate", "e.npz", "ring.tsv"),
    "query.plain": ("query", "e.npz", "dog"),
    "query.dag": ("query", "dag.npz", "33"),
    "query.all": ("query", "e.npz", "dog", "--ancestors", "--descendants", "--parents", "--children", "--to", "cat"),
    "query.json": ("query", "e.vec", "puppy", "--nearest", "2", "--json"),
    "query.unknown": ("query", "e.npz", "dogs"),
    "draw.png": ("draw", "edges.tsv", "-o", "p.png", "--size", "2", "--dpi", "50"),
    "draw.focus": ("draw", "edges.tsv", "-o", "p.svg", "--size", "2", "--focus", "dog", "--highlight", "cat"),
    "draw.unknown": ("draw", "edges.tsv", "-o", "p.png", "--focus", "wolf"),
    "draw.suffix": ("draw", "edges.tsv", "-o", "p.jpg"),
    "html.plain": ("html", "edges.tsv", "-o", "p.html", "--title", "Mine", "--max-nodes", "3"),
    "html.suffix": ("html", "edges.tsv", "-o", "p.txt"),
}
PROCESSES: dict[str, tuple[str, ...]] = {
    "help": ("--help",),
    "stdout": ("embed", "edges.tsv"),
    "verbose": ("-v", "embed", "edges.tsv", "-o", "a.npz"),
    "error": ("embed", "ring.tsv", "--on-cycle", "raise"),
}


def cases() -> dict[str, Callable[[Path], Any]]:
    found: dict[str, Callable[[Path], Any]] = {}
    for name, words in CALLS.items():
        found[f"cli.{name}"] = partial(_called, words)
    found["cli.help"] = partial(_called, ("--help",))
    for command in COMMANDS:
        found[f"cli.help.{command}"] = partial(_called, (command, "--help"))
    for name, words in PROCESSES.items():
        found[f"cli.process.{name}"] = partial(_run, words)
    found["cli.process.completion"] = _completed
    return found


def _laid_out(folder: Path) -> None:
    (folder / "edges.tsv").write_text(EDGES)
    (folder / "edges.csv").write_text(EDGES.replace("\t", ","))
    (folder / "table.csv").write_text(TABLE)
    (folder / "ring.tsv").write_text("a\tb\nb\tc\nc\ta\nc\td\n")


def _points_laid_out() -> None:
    import nx_poincare as nxp

    points = calls.closed_form(nxp.read_graph("edges.tsv"))
    points.save("e.npz")
    points.save("e.vec")
    calls.closed_form(graphs.dag()).save("dag.npz")


def _called(words: tuple[str, ...], folder: Path) -> Any:
    _laid_out(folder)
    options = {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}
    runner = CliRunner(env={"COLUMNS": "80"}, **options)  # type: ignore[arg-type]
    with contextlib.chdir(folder):
        _points_laid_out()
        result = runner.invoke(main, words, input="parent,child\nx,y\nx,z\n", prog_name="nx-poincare")
    return {
        "code": result.exit_code,
        "stdout": _plain(result.stdout, folder),
        "stderr": _plain(result.stderr, folder),
        "files": _left(folder),
    }


def _left(folder: Path) -> dict[str, Any]:
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in _GIVEN)
    return {
        path.relative_to(folder).as_posix(): "a picture" if path.suffix in (".png", ".svg") else of_file(path)
        for path in found
    }


def _plain(text: str, folder: Path) -> str:
    return _SECONDS.sub('"seconds": 0', text.replace(str(folder), "<folder>"))


def _run(words: tuple[str, ...], folder: Path) -> Any:
    _laid_out(folder)
    done = subprocess.run(
        [sys.executable, "-m", "nx_poincare", *words], cwd=folder, env=os.environ | {"COLUMNS": "80"},
        capture_output=True, text=True,
    )  # fmt: skip
    return {"code": done.returncode, "stdout": _plain(done.stdout, folder), "stderr": _plain(done.stderr, folder)}


def _completed(folder: Path) -> Any:
    words = "nx-poincare e"
    environment = os.environ | {"_NX_POINCARE_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "nx_poincare"], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()
