"""The scripts that users copy, as they are run."""

import re
import subprocess
import sys
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.io import read_vectors

PIPELINES = Path(__file__).resolve().parent.parent / "pipelines"


def run(script: str, *arguments: str, cwd: Path) -> str:
    command = [sys.executable, str(PIPELINES / script), *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("dim", [2, 3])
def test_mammals(tmp_path: Path, mammals: nx.DiGraph, dim: int) -> None:
    printed = run("mammals.py", "--out", "made/here", "--source", "bundled", "--dim", str(dim), cwd=tmp_path)

    assert "1,182 nodes, 1,182 edges, 6,542 ancestor pairs" in printed
    steps = re.findall(r"^  (\S.*?) +\d+\.\d\d s$", printed, re.MULTILINE)
    assert steps == ["read WordNet", "embed", "evaluate, all nodes", "draw", "export GraphML", "save vectors"]
    assert "results in made/here: mammals.png" in printed

    out = tmp_path / "made" / "here"
    names = {"mammals.png", "mammals.graphml", "mammals.npz", "mammals.tsv"}
    assert {file.name for file in out.iterdir()} == names
    assert (out / "mammals.png").read_bytes().startswith(b"\x89PNG")
    graph = nxp.read_graph(out / "mammals.graphml")
    assert nx.utils.graphs_equal(nx.DiGraph(graph.edges), nx.DiGraph(mammals.edges))
    emb = nxp.Embedding.load(out / "mammals.npz")
    assert emb.vectors.shape == (1182, dim)
    assert np.array_equal(read_vectors(out / "mammals.tsv")[1], emb.vectors)

    scores = nxp.evaluate_reconstruction(emb, mammals)
    assert re.search(rf"mean rank +{scores.mean_rank:.3f} ", printed)
    assert re.search(rf"MAP +{scores.map_score:.4f} ", printed)


@pytest.mark.parametrize("script", sorted(file.name for file in PIPELINES.glob("*.py")))
def test_help(script: str, tmp_path: Path) -> None:
    assert "--out" in run(script, "--help", cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_tutorial(tmp_path: Path) -> None:
    options = ["--tutorial", "--last-level", "4", "--epochs", "200", "--source", "bundled"]
    printed = run("mammals.py", *options, "--out", "pictures", cwd=tmp_path)
    losses = [float(x) for x in re.findall(r"epoch +\d+ +loss ([\d.]+)", printed)]
    assert len(losses) == 20
    assert losses[-1] < losses[0] / 2
    assert sorted(p.name for p in (tmp_path / "pictures").iterdir()) == ["epoch_00100.png", "epoch_00200.png"]
    (score,) = re.findall(r"MAP ([\d.]+)", printed)
    assert float(score) > 0.6
