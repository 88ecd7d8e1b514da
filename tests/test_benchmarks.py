"""The records, as they are printed."""

import importlib
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

import nx_poincare as nxp

RECORDS = Path(__file__).resolve().parent.parent / "benchmarks" / "records.py"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(RECORDS), *arguments], capture_output=True, text=True, timeout=300)


def test_records_of_mammals(mammals: nx.DiGraph) -> None:
    done = run("--only", "mammals", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if line.startswith("|")]
    assert len({len(line) for line in lines}) == 1
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    assert [row[0] for row in rows] == [f"mammals, {dim}-D" for dim in (2, 3, 5, 10)]
    for row, dim in zip(rows, (2, 3, 5, 10), strict=True):
        emb = nxp.embed(nx.DiGraph(mammals), dim, seed=0)
        scores = nxp.evaluate_reconstruction(emb, mammals)
        assert row[1:3] == [f"{scores.mean_rank:.4f}", f"{scores.map_score:.5f}"]
        order = nxp.evaluate_order(emb, mammals)
        assert row[3:5] == [f"{order.f1:.4f}", f"{order.plain_f1:.4f}"] == ["1.0000", row[4]]
        assert row[6] == f"{emb.radii.max():.1f}"


def test_seconds_of_exact_scores(monkeypatch: pytest.MonkeyPatch, mammals: nx.DiGraph) -> None:
    """The loop and the index are compared to the last bit on the way."""
    monkeypatch.syspath_prepend(str(RECORDS.parent))
    ranks = importlib.import_module("ranks")
    hierarchy = nxp.Hierarchy.from_digraph(mammals)
    cells = ranks.row(hierarchy, 2, 0)
    assert len(cells) == len(ranks.COLUMNS) - 1
    emb = nxp.embed(hierarchy, effort=0, seed=0)
    scores, order = nxp.evaluate_reconstruction(emb, hierarchy), nxp.evaluate_order(emb, hierarchy)
    assert cells[:3] == ["1,182", "6,542", "2"]
    assert cells[7:] == [f"{scores.mean_rank:.4g}", f"{scores.map_score:.4f}", f"{order.f1:.4f}"]
    assert all(float(seconds) >= 0 for seconds in cells[3:7])


def test_unknown_part() -> None:
    done = run("--only", "mammals,birds")
    assert done.returncode == 2
    assert re.search("no part 'birds' of the table; there are nouns, mammals, ", done.stderr)


def test_debian_packages_and_how_they_were_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("pipelines", "scripts"):
        monkeypatch.syspath_prepend(str(RECORDS.parent.parent / folder))
    G = importlib.import_module("example_graphs").debian_packages()
    assert (len(G), G.number_of_edges()) == (4508, 16465)
    assert G.has_edge("python3-numpy", "python3-scipy")
    archive = (
        "Package: b\nSection: python\nDepends: a (>= 1), c | d, libc6:any\nPre-Depends: d\n\n"
        "Package: a\nSection: python\n\nPackage: c\nSection: python\nDepends: c\n\n"
        "Package: d\nSection: python\n\nPackage: libc6\nSection: libs\n"
    )
    read_archive = importlib.import_module("build_debian_packages").read_archive
    assert read_archive(archive, "python") == "a\t\nb\ta c d\nc\t\nd\t\n"


def test_what_an_ablation_leaves_out_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(RECORDS.parent))
    ablations = importlib.import_module("records").ABLATIONS
    for what, module, parts in (ablation for of_dim in ablations.values() for ablation in of_dim):
        assert all(hasattr(module, name) for name in parts), what


def rows_of(printed: str) -> dict[str, list[str]]:
    """The cells of a table by those of its first column."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in printed.splitlines() if line[:1] == "|"]
    return {first: cells for first, *cells in rows[2:]}


@pytest.mark.filterwarnings("ignore:.*torch.jit.script:DeprecationWarning")  # geoopt, when it is loaded
def test_what_is_kept_elsewhere(needed: Callable[[str], Any]) -> None:
    needed("geoopt")
    script = str(RECORDS.parent / "elsewhere.py")
    done = subprocess.run(
        [sys.executable, script, "--quick", "--dims", "5"], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    rows = {what.removeprefix("mammals, 5-D, "): cells for what, cells in rows_of(done.stdout).items()}
    scores = {what: (float(cells[0]), float(cells[1]), float(cells[2])) for what, cells in rows.items()}
    size = {what: int(cells[3].replace(",", "")) for what, cells in rows.items()}
    assert len(rows) == 12
    for what in ("directions and radii", "ball, float64", ".tsv", ".vec", ".npz", '.npz, dtype="float32"'):
        assert scores[what] == (1, 1, 1), what
    assert scores["Lorentz, float32, and after geoopt"][1] > 0.99 > 0.3 > scores["ball, float32"][1]
    assert scores["ball, float64, after geoopt"][1] < 0.3
    assert size['.npz, dtype="float16"'] < size['.npz, dtype="float32"'] < size[".npz"] / 2 < size[".tsv"] / 3


def test_classification(needed: Callable[[str], Any]) -> None:
    for library in ("torch", "sklearn", "gensim"):
        needed(library)
    script = str(RECORDS.parent / "classification.py")
    command = [sys.executable, script, "--root", "fluid.n.01", "--dims", "5"]
    first, again = (subprocess.run(command, capture_output=True, text=True, timeout=300) for _ in range(2))
    assert first.returncode == 0, first.stderr
    assert "392 synsets in 3 files; 79 are asked about" in first.stdout
    assert [row[:-1] for row in rows_of(first.stdout).values()] == [row[:-1] for row in rows_of(again.stdout).values()]
    (share,) = re.findall(r"largest file: (\S+) of them", first.stdout)
    for what, (dim, votes, _, ancestor, layer, _) in rows_of(first.stdout).items():
        assert dim == "5"
        assert min(float(votes), float(ancestor or 1), float(layer)) >= float(share) - 0.02, what


def test_memory_of_rdf_by_kind_of_statement(needed: Callable[[str], Any]) -> None:
    needed("rdflib")
    script = str(RECORDS.parent / "rdf.py")
    done = subprocess.run(
        [sys.executable, script, "--units", "2000", "--only", "JSON-LD: o"], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    (cells,) = rows_of(done.stdout).values()
    assert int(cells[0].replace(",", "")) == pytest.approx(2000, rel=0.1)
