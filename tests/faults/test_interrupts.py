"""Ctrl-C, the signal itself, in every phase: what there is comes back, or the call ends and leaves nothing behind.

That it may come at any moment of a run is tested in test_kills.py.
"""

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import networkx as nx
import numpy as np
import pytest
from click.testing import CliRunner

import nx_poincare as nxp
from nx_poincare.cli.running import main
from nx_poincare.engine.ranking.exact import mean_scores

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


def graph(n: int = 300) -> nx.DiGraph:
    rng = np.random.default_rng(1)
    edges = [(int(rng.integers(v)), v) for v in range(1, n)]
    return nx.DiGraph(edges + [(int(rng.integers(v)), v) for v in range(2, n, 4)])


@pytest.fixture
def interrupt(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Makes the n-th call of a function interrupt the process before it begins; no thread outlives the test."""
    before = set(threading.enumerate())

    def arrange(name: str, call: int = 1) -> None:
        function = resolve_name(name)
        calls = 0

        def interrupted(*arguments: Any, **options: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == call:
                signal.raise_signal(signal.SIGINT)
            return function(*arguments, **options)

        monkeypatch.setattr(name, interrupted)

    yield arrange
    for thread in set(threading.enumerate()) - before:
        thread.join(30)  # it may be in its last rows
        assert not thread.is_alive()


@pytest.mark.filterwarnings("ignore::nx_poincare.QualityWarning")  # of what was interrupted
@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("nx_poincare.engine.cones.arcs.measured.ArcCosts", 1),
        ("nx_poincare.engine.cones.arcs.moves.tabulate", 1),
        ("nx_poincare.engine.cones.arcs.moves.descend", 1),
        ("nx_poincare.engine.cones.arcs.moves.tabulate", 2),
    ],
)
def test_refinement_of_arcs_keeps_the_best_arcs(interrupt: Callable[..., None], name: str, call: int) -> None:
    G = graph()
    plain, refined = (nxp.evaluate_reconstruction(nxp.embed(G, effort=effort), G) for effort in (0, 1))
    interrupt(name, call)
    with pytest.warns(UserWarning, match="refinement of arcs was interrupted; the best arcs so far"):
        scores = nxp.evaluate_reconstruction(nxp.embed(G), G)
    assert refined.mean_rank <= scores.mean_rank <= plain.mean_rank


def test_comparison_of_caps_with_arcs(interrupt: Callable[..., None]) -> None:
    interrupt("nx_poincare.engine.cones.caps.nested_caps.scores_of")
    with pytest.warns(UserWarning, match="comparison of caps with arcs was interrupted"):
        emb = nxp.embed(G := graph(), 3, seed=0)
    assert nxp.evaluate_reconstruction(emb, G).map_score > 0.9


@pytest.mark.filterwarnings("ignore::nx_poincare.QualityWarning")  # of what was interrupted
@pytest.mark.parametrize("call", [1, 2, 30])
def test_refinement_of_caps(interrupt: Callable[..., None], call: int) -> None:
    G = graph()
    start = nxp.evaluate_reconstruction(nxp.embed(G, 5, seed=0, effort=0), G)
    interrupt("nx_poincare.engine.cones.skeleton.steps.Mover.move", call)
    with pytest.warns(UserWarning, match=f"interrupted after {call - 1} steps"):
        scores = nxp.evaluate_reconstruction(nxp.embed(G, 5, seed=0), G)
    assert scores.map_score >= (0.5 if call == 1 else start.map_score)


@pytest.mark.parametrize("call", [1, 3, 20])
def test_training(interrupt: Callable[..., None], call: int) -> None:
    interrupt("nx_poincare.engine.training.epochs.train_rows", call)
    with pytest.warns(UserWarning, match=f"interrupted after {call - 1} epochs"):
        emb = nxp.embed(graph(), init="random", training=nxp.Training(epochs=30, burn_in=0), seed=0)
    assert len(emb.history) == call - 1
    assert np.isfinite(emb.vectors).all()


def test_comparison_of_trained_points_with_their_start(
    interrupt: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    G, scored = graph(), "nx_poincare.engine.training.scoring.mean_scores"
    start = nxp.embed(G, 3, init="random", training=nxp.Training(epochs=5, burn_in=0), seed=0)
    options: dict[str, Any] = {"init": start, "training": nxp.Training(epochs=10, burn_in=0), "seed": 0}
    calls: list[None] = []
    with monkeypatch.context() as patch:
        patch.setattr(scored, lambda blocks: calls.append(None) or mean_scores(blocks))
        trained = nxp.embed(G, 3, **options)
    assert trained != start
    interrupt(scored, len(calls) - 1)  # the last two are those of the start and the end over all nodes
    with pytest.warns(UserWarning, match="comparison with the start was interrupted"):
        emb = nxp.embed(G, 3, **options)
    assert emb == trained


@pytest.mark.filterwarnings("ignore::nx_poincare.QualityWarning")  # of what was interrupted
@pytest.mark.parametrize(
    ("second", "options"),
    [
        ("nx_poincare.engine.training.epochs.train_rows", {"training": 5}),
        ("nx_poincare.embedding.horizons.horizon_blocks", {}),
    ],
)
def test_a_second_one_ends_the_call_in_a_stage_that_keeps_what_it_had_too(
    interrupt: Callable[..., None], second: str, options: dict[str, Any]
) -> None:
    """Each stage took one: two of them ended in points."""
    G = graph()
    interrupt("nx_poincare.engine.cones.skeleton.steps.Mover.move")
    interrupt(second)
    with pytest.warns(UserWarning, match="interrupted after 0 steps"), pytest.raises(KeyboardInterrupt):
        nxp.embed(G, 5, seed=0, **options)
    assert not any(row for _, row in G.nodes(data=True))
    nxp.embed(G, 5, seed=0)  # the next call is as ever


def test_evaluation_ends(interrupt: Callable[..., None]) -> None:
    G = graph()
    emb = nxp.embed(G, effort=0)
    interrupt("nx_poincare.engine.ranking.exact.BlockSums")
    with pytest.raises(KeyboardInterrupt):
        nxp.evaluate_reconstruction(emb, G, n_jobs=2)


class TestCommandLine:
    @pytest.fixture
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.chdir(tmp_path)
        nx.write_edgelist(graph(), "edges.tsv", delimiter="\t", data=False)
        nxp.embed(graph(), effort=0).save("old.npz")
        Path("v.tsv").write_text("old")
        return tmp_path

    @pytest.mark.parametrize(
        ("arguments", "where", "written"),
        [
            (["embed", "edges.tsv"], "nx_poincare.io.graphs.read_edges.format_of", False),
            (["embed", "edges.tsv"], "nx_poincare.hierarchy.hierarchy.edges_without_loops", False),
            (["embed", "edges.tsv"], "nx_poincare.engine.cones.arcs.moves.descend", True),
            (["embed", "edges.tsv", "--dim", "3"], "nx_poincare.engine.cones.skeleton.steps.Mover.move", True),
            (
                ["embed", "edges.tsv", "--init", "random", "--epochs", "9"],
                "nx_poincare.engine.training.epochs.train_rows",
                True,
            ),
            (["embed", "edges.tsv", "--init", "old.npz"], "nx_poincare.io.vectors.npz._from_json", False),
            (["embed", "edges.tsv"], "nx_poincare.io.vectors.tsv._fields", False),
            (["embed", "edges.tsv"], "nx_poincare.io.atomic._sync", False),
        ],
    )
    def test_embed(
        self, folder: Path, interrupt: Callable[..., None], arguments: list[str], where: str, written: bool
    ) -> None:
        interrupt(where)
        done = CliRunner().invoke(main, [*arguments, "-o", "v.tsv"])
        assert done.exit_code == 130
        assert done.stderr.endswith("wrote v.tsv\n" if written else "interrupted\n")
        assert (Path("v.tsv").read_text() != "old") == written
        assert sorted(path.name for path in folder.iterdir()) == ["edges.tsv", "old.npz", "v.tsv"]

    @pytest.mark.parametrize(
        "where", ["nx_poincare.engine.ranking.exact.BlockSums", "nx_poincare.hierarchy.hierarchy.edges_without_loops"]
    )
    def test_evaluate(self, folder: Path, interrupt: Callable[..., None], where: str) -> None:
        interrupt(where)
        done = CliRunner().invoke(main, ["evaluate", "old.npz", "edges.tsv", "--jobs", "1"])
        assert (done.exit_code, done.stdout, done.stderr) == (130, "", "interrupted\n")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="timers of POSIX")
@pytest.mark.parametrize(
    ("kind", "n", "times"),
    [
        ("tree", 30_000, 12),
        ("graph", 3_000, 12),
        pytest.param("tree", 300_000, 150, marks=pytest.mark.soak),
        pytest.param("graph", 30_000, 60, marks=pytest.mark.soak),
        pytest.param("layers", 5_000, 60, marks=pytest.mark.soak),
    ],
)
def test_a_signal_at_any_moment_is_an_interrupt_or_leaves_the_best_points(
    kind: str, n: int, times: int, figure: Callable[[str, str], None]
) -> None:
    """Inside of compiled loops too, where it became a SystemError."""
    rng = np.random.default_rng(0)
    edges = [(int(rng.integers(v)), v) for v in range(1, n)]
    if kind == "graph":
        edges += [(int(rng.integers(v)), v) for v in range(2, n, 30)]
    elif kind == "layers":
        edges = [(v - v % 1000 - 1000 + int(p), v) for v in range(1000, n) for p in rng.integers(1000, size=3)]
    options: dict[str, Any] = {"dim": 2 if kind == "tree" else 5, "seed": 0, "effort": 0.1, "progress": False}

    def whole() -> float:
        H = nxp.Hierarchy.from_edges(range(n), edges)
        began = time.perf_counter()
        nxp.embed(H, **options)
        return time.perf_counter() - began

    seconds = min(whole(), whole())
    before, ends, late = signal.signal(signal.SIGALRM, signal.default_int_handler), [], []
    try:
        for part in range(times):
            H = nxp.Hierarchy.from_edges(range(n), edges)
            moment = (part + 0.5) / times * seconds
            began = time.perf_counter()
            try:
                signal.setitimer(signal.ITIMER_REAL, moment)
                try:
                    found = len(nxp.embed(H, **options))
                except KeyboardInterrupt:
                    found = -1
                    late.append(time.perf_counter() - began - moment)
                finally:
                    signal.setitimer(signal.ITIMER_REAL, 0)
            except KeyboardInterrupt:
                found = n  # it came too late, between the call and the end of the timer
            ends.append(found)
    finally:
        signal.signal(signal.SIGALRM, before)
    found_late = f"{ends.count(-1)} of {times} calls ended, at the latest {max(late, default=0):.1f} s later"
    figure(f"a signal at any moment of embedding a {kind} of {n:,} nodes", found_late)
    assert set(ends) <= {-1, n}
    assert kind == "graph" or -1 in ends  # most of the work on a graph is training, which keeps the best points
    assert max(late, default=0) < 2
