"""Large graphs: no closure where it is quadratic, bounded work, and a million nodes (`make soak`)."""

from __future__ import annotations

import logging
import resource
import subprocess
import sys
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.engine.dag.dag import ClosureTooLargeError, Dag
from nx_poincare.engine.training import scoring

CHAIN = 100_000  # its closure has 5 billion pairs


def taxonomy(n: int) -> np.ndarray:
    """Edges (parent, child) of a random recursive tree in which 3 % of the nodes have a second parent."""
    rng = np.random.default_rng(0)
    children = np.concatenate([np.arange(1, n), rng.choice(np.arange(1, n), 3 * n // 100, replace=False)])
    return np.column_stack([(rng.random(len(children)) * children).astype(np.int64), children])


def write_edges(path: Path, n: int) -> Path:
    path.write_text("".join(f"node{a}\tnode{b}\n" for a, b in taxonomy(n).tolist()))
    return path


@pytest.fixture
def chain(monkeypatch: pytest.MonkeyPatch) -> nxp.Hierarchy:
    """A chain whose closure nobody may ask for."""
    steps = np.arange(CHAIN)
    hierarchy = nxp.Hierarchy.from_edges(range(CHAIN), np.column_stack([steps[:-1], steps[1:]]))

    def refuse(*_: object) -> None:
        raise AssertionError("the closure was asked for")

    monkeypatch.setattr(Dag, "closure", refuse)
    for limit in ("_SCORED_ROWS", "_LEAST_SCORED_ROWS"):  # each with some 50,000 ancestors to rank
        monkeypatch.setattr(scoring, limit, 20)
    return hierarchy


@pytest.mark.filterwarnings("ignore::nx_poincare.QualityWarning")
@pytest.mark.parametrize(
    ("dim", "options"), [(2, {}), (5, {}), (5, {"init": "random", "training": nxp.Training(epochs=1, burn_in=0)})]
)
def test_a_long_chain_needs_no_closure(chain: nxp.Hierarchy, dim: int, options: dict) -> None:
    embedding = nxp.embed(chain, dim, seed=0, progress=False, **options)
    assert np.isfinite(embedding.vectors).all()
    assert (np.linalg.norm(embedding.vectors, axis=1) < 1).all()
    if not options:
        assert (np.diff(embedding.radii) > 0).all()
    scores = nxp.evaluate_reconstruction(embedding, chain, sample=3, seed=0, progress=False)
    assert scores.nodes == 3
    assert scores.pairs > 3


def test_a_closure_that_is_too_large_says_how_large() -> None:
    steps = np.arange(CHAIN)
    hierarchy = nxp.Hierarchy.from_edges(range(CHAIN), np.column_stack([steps[:-1], steps[1:]]))
    with pytest.raises(ClosureTooLargeError, match=r"about 5,000,000,000; .*sample=1000") as raised:
        _ = hierarchy.closure
    assert raised.value.pairs == pytest.approx(CHAIN * (CHAIN - 1) / 2, rel=0.01)
    with pytest.raises(ClosureTooLargeError, match="about 5,000,000,000"):
        nxp.evaluate_link_prediction(nx.path_graph(CHAIN, create_using=nx.DiGraph), seed=0)


def test_evaluation_says_when_it_will_take_long(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from nx_poincare.evaluation import reconstruction

    monkeypatch.setattr(reconstruction, "_MANY_COMPARISONS", 10_000)
    hierarchy = nxp.Hierarchy.from_edges(range(500), taxonomy(500))
    embedding = nxp.embed(hierarchy, effort=0)
    with caplog.at_level(logging.WARNING, logger="nx_poincare"):
        nxp.evaluate_reconstruction(embedding, hierarchy, sample=10, seed=0)
        assert not caplog.records
        nxp.evaluate_reconstruction(embedding, hierarchy)
    assert "sample=1000" in caplog.text
    assert "499 nodes against all 500" in caplog.text


@pytest.mark.filterwarnings("ignore::nx_poincare.QualityWarning")
def test_arcs_of_a_large_graph_are_not_refined_but_chosen_and_the_log_says_so(caplog: pytest.LogCaptureFixture) -> None:
    hierarchy = nxp.Hierarchy.from_edges(range(100_000), taxonomy(100_000))
    with caplog.at_level(logging.INFO, logger="nx_poincare"):
        refined = nxp.embed(hierarchy)
    assert "the arcs are not refined" in caplog.text
    scores = [
        nxp.evaluate_reconstruction(points, hierarchy, sample=500, seed=0)
        for points in (refined, nxp.embed(hierarchy, effort=0))
    ]
    assert scores[0].mean_rank < 0.5 * scores[1].mean_rank


def test_a_file_becomes_the_same_vectors_as_npz_and_as_text(tmp_path: Path) -> None:
    source = write_edges(tmp_path / "edges.tsv", 20_000)
    hierarchy = nxp.Hierarchy.from_file(source)
    assert hierarchy.nodes == nxp.Hierarchy.from_digraph(nxp.read_graph(source)).nodes
    embedding = nxp.embed(hierarchy, effort=0)
    for name in ("vectors.npz", "vectors.tsv"):
        embedding.save(tmp_path / name)
        found = nxp.Embedding.load(tmp_path / name)
        assert found.nodes == embedding.nodes
        assert (found.vectors == embedding.vectors).all()


def test_bars_tell_of_reading_layout_and_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr("nx_poincare.utils.progress._PATIENCE", 0.0)
    source = write_edges(tmp_path / "edges.tsv", 500)
    embedding = nxp.embed(nxp.Hierarchy.from_file(source, progress=True), effort=0, progress=True)
    embedding.save(tmp_path / "vectors.tsv", progress=True)
    embedding.save(tmp_path / "vectors.npz", progress=True)
    shown = capsys.readouterr().err
    for doing in ("reading: 100%", "arcs: 100%", "positions: 100%", "writing: 100%"):
        assert doing in shown
    nxp.embed(nxp.Hierarchy.from_file(source, progress=False), effort=0, progress=False)
    embedding.save(tmp_path / "vectors.tsv", progress=False)
    assert capsys.readouterr().err == ""


@pytest.mark.soak
@pytest.mark.parametrize(("dim", "least_map"), [(2, 0.85), (5, 0.6)])
def test_a_million_nodes_from_file_to_vectors(tmp_path: Path, dim: int, least_map: float) -> None:
    source = write_edges(tmp_path / "edges.tsv", 1_000_000)
    command = [sys.executable, "-m", "nx_poincare", "embed", str(source), "--dim", str(dim)]
    subprocess.run([*command, "-o", str(tmp_path / "vectors.npz")], check=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    assert peak < 4 * 2**30
    embedding = nxp.Embedding.load(tmp_path / "vectors.npz")
    assert len(embedding) == 1_000_000
    assert (np.linalg.norm(embedding.vectors, axis=1) < 1).all()
    scores = nxp.evaluate_reconstruction(embedding, nxp.Hierarchy.from_file(source), sample=200, seed=0)
    assert scores.map_score > least_map
