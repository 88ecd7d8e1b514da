"""Signs of life: no long silence on a terminal, and none at all where nobody looks."""

import io
import logging
import re
import threading
import time
from collections.abc import Callable
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
import tqdm
from matplotlib.figure import Figure

import nx_poincare as nxp
from nx_poincare.utils import progress
from nx_poincare.utils.compiled import kernel
from nx_poincare.utils.progress import hidden_bars, logged_time, progress_bar, with_signs_of_life


class Terminal(io.StringIO):
    def __init__(self) -> None:
        super().__init__()
        self.moments: list[float] = []

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.moments.append(time.monotonic())
        return super().write(text)


@kernel()
def turned(seconds_of_work: int) -> float:
    found = 0.0
    for step in range(seconds_of_work):
        found += (step * 0.5) % 3.1
    return found


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setattr(progress, "_SILENCE", 0.3)
    monkeypatch.setattr(progress, "_PULSE", 0.05)
    return Terminal()


@with_signs_of_life("working")
def work(step: Callable[[], Any], progress: bool | None = None) -> None:
    with logged_time(logging.getLogger(__name__), "turning"):
        step()


def watched(terminal: Terminal, step: Callable[[], Any], **options: Any) -> None:
    with redirect_stderr(terminal):
        work(step, **options)


def long_loop() -> None:
    """One call of compiled code, some times as long as the silence may be."""
    turned(1)
    began = time.monotonic()
    turned(10_000_000)
    turned(int(10_000_000 * 1.5 / max(time.monotonic() - began, 1e-3)))


def test_compiled_loops_and_others_are_not_silent(terminal: Terminal) -> None:
    before = threading.active_count()
    for step in (long_loop, lambda: time.sleep(1.2)):
        terminal.moments = [time.monotonic()]
        watched(terminal, step)
        gaps = np.diff([*terminal.moments, time.monotonic()])
        assert gaps.max() < 0.8  # of a process that may have to wait for others
        assert re.search(r"turning: 00:0\d", terminal.getvalue())
        assert threading.active_count() == before


def test_nothing_is_shown_where_bars_are_hidden(terminal: Terminal) -> None:
    with hidden_bars():
        watched(terminal, lambda: time.sleep(0.6))
        assert terminal.getvalue() == ""
        watched(terminal, lambda: time.sleep(0.6), progress=True)
        assert "turning" in terminal.getvalue()


TREE = nx.DiGraph([(0, 1), (0, 2), (1, 3), (1, 4)])
LARGER_TREE = nx.gn_graph(60, seed=0).reverse()
LONG_WORK: dict[str, Callable[[nxp.Embedding], Any]] = {
    "embedding": lambda emb: nxp.embed(TREE),
    "layout": lambda emb: nxp.poincare_layout(TREE),
    "ranks": lambda emb: nxp.evaluate_reconstruction(emb, TREE),
    "order": lambda emb: nxp.evaluate_order(emb, TREE),
    "distortion": lambda emb: nxp.evaluate_distortion(emb, TREE),
    "link prediction": lambda emb: nxp.evaluate_link_prediction(
        nx.gn_graph(60, seed=0).reverse(), dim=2, baselines=False
    ),
    "missing pairs": lambda emb: nxp.likely_missing_pairs(TREE),
    "drawing": lambda emb: nxp.draw_poincare(TREE, ax=Figure().add_subplot()),
    "page": lambda emb: nxp.write_html(TREE, "page.html"),
    "writing a graph": lambda emb: nxp.export_graph(TREE, "graph.json"),
    "writing": lambda emb: emb.save("vectors.tsv"),
    "reading": lambda emb: nxp.Embedding.load(io.BytesIO(b"root\t0\t0\n"), format="tsv"),
    "reading edges": lambda emb: nxp.Hierarchy.from_file(io.BytesIO(b"a\tb\n"), format="tsv"),
    "reading a graph": lambda emb: nxp.read_graph(io.BytesIO(b"a\tb\n"), format="tsv"),
}


@pytest.mark.parametrize("stage", LONG_WORK)
def test_long_work_is_watched(stage: str, terminal: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What reads, computes, draws or writes a million nodes is silent for minutes otherwise."""
    emb = nxp.embed(TREE.copy())
    begun = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(progress, "_give_signs_of_life", lambda over: begun.append(progress._Shown.stage))
    with redirect_stderr(terminal):
        LONG_WORK[stage](emb)
    assert len(begun) == 1
    assert stage.startswith(begun[0])


def test_bars_need_no_other_sign(terminal: Terminal) -> None:
    def counted() -> None:
        with progress_bar(30, "counting", "number", True, mininterval=0) as bar:
            for _ in range(30):
                time.sleep(0.02)
                bar.update()

    watched(terminal, counted, progress=True)
    assert "counting" in terminal.getvalue()
    assert "turning" not in terminal.getvalue()


@pytest.mark.parametrize("shown", [False, None])
def test_where_nobody_looks_there_is_none(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, shown: bool | None
) -> None:
    if shown is None:
        monkeypatch.setattr(Terminal, "isatty", lambda self: False)
    watched(terminal, lambda: time.sleep(0.6), progress=shown)
    assert terminal.getvalue() == ""


def test_a_lock_that_a_signal_left_taken_holds_nobody_up(terminal: Terminal) -> None:
    """The end of the call waited for the line to be drawn, and the line for the lock that the caller had."""
    lock = tqdm.tqdm.get_lock()
    began = time.monotonic()
    try:
        watched(terminal, lambda: (lock.acquire(), time.sleep(0.5)))
    finally:
        lock.release()
    assert time.monotonic() - began < 3


def test_hidden_bars_leave_the_lock_of_tqdm_alone() -> None:
    """Forks share it: one that is killed while it holds it stops all others."""
    reached = []

    def hidden() -> None:
        with progress_bar(2, "counting", "number", progress=False) as bar:
            bar.update()
            bar.set_postfix_str("half")
        reached.extend(progress_bar(2, "counting", "number", progress=False, iterable="ab"))

    with tqdm.tqdm.get_lock():
        beside = threading.Thread(target=hidden, daemon=True)
        beside.start()
        beside.join(10)
    assert reached == ["a", "b"]
