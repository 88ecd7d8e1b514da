"""The records, as they are printed."""

import importlib
import re
import subprocess
import sys
from pathlib import Path

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
