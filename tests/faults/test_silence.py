"""On a terminal `embed` is never silent for long, and no compiled loop holds a signal back for long."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and terminals of POSIX")
SCRIPT = Path(__file__).with_name("long_runs.py")
MOST_SILENCE, MOST_WAIT = 5.0, 2.0  # seconds, as docs/reliability.md says
SHAPES = [("layers", 5), ("ladder", 5), ("grid", 2), ("grid", 5), ("tree", 5)]
NODES = {"layers": 100_000, "ladder": 100_000, "grid": 1_000_000, "tree": 200_000}
WORDS = {
    "layers": "100 layers, three parents each",
    "ladder": "1,000 ancestors each",
    "grid": "a grid",
    "tree": "a random tree, 3 % second parents",
}


def run_on_a_terminal(
    kind: str, n: int, dim: int, signals: tuple[tuple[float, signal.Signals], ...] = ()
) -> tuple[dict[str, Any], float, float, int]:
    """What the run tells, its longest silence, how long after the last signal it ended, and its exit code."""
    terminal, its_end = os.openpty()
    termios.tcsetwinsize(its_end, (24, 100))
    command = [sys.executable, str(SCRIPT), kind, str(n), str(dim)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=its_end, text=True)
    os.close(its_end)
    began = spoken = time.perf_counter()
    silence, sent, waiting = 0.0, began, list(signals)
    while child.poll() is None:
        if select.select([terminal], [], [], 0.02)[0]:
            try:
                os.read(terminal, 65536)
            except OSError:  # its other end is closed
                break
            if spoken > began:  # before the first line there is the start of Python, and the making of the graph
                silence = max(silence, time.perf_counter() - spoken)
            spoken = time.perf_counter()
        if waiting and time.perf_counter() - began > waiting[0][0]:
            sent = time.perf_counter()
            child.send_signal(waiting.pop(0)[1])
    told = child.communicate(timeout=60)[0]
    late = time.perf_counter() - sent
    os.close(terminal)
    return json.loads(told or "{}"), silence, late, child.returncode


@pytest.mark.parametrize(("kind", "n"), [("layers", 10_000), ("grid", 10_000)])
def test_small(kind: str, n: int) -> None:
    told, silence, _, code = run_on_a_terminal(kind, n, 2)
    assert code == 0
    assert told["longest"] < MOST_WAIT, told
    assert silence < MOST_SILENCE


@pytest.mark.soak
@pytest.mark.parametrize(("kind", "dim"), SHAPES)
def test_large(kind: str, dim: int, figure: Callable[..., None]) -> None:
    told, silence, _, code = run_on_a_terminal(kind, NODES[kind], dim)
    words = f"{WORDS[kind]}, {NODES[kind]:,} nodes, {dim}-D"
    figure(f"{words}: longest wait of a signal", f"{told['longest']:.1f} s")
    figure(f"{words}: longest silence on a terminal", f"{silence:.1f} s")
    assert code == 0
    assert told["longest"] < MOST_WAIT, told
    assert silence < MOST_SILENCE


@pytest.mark.soak
@pytest.mark.parametrize(("kind", "dim"), SHAPES)
def test_the_second_of_two_signals_ends_a_large_run(kind: str, dim: int, figure: Callable[..., None]) -> None:
    waits = []
    for moment in (5.0, 15.0, 30.0):
        two = ((moment, signal.SIGINT), (moment + 1, signal.SIGINT))
        *_, late, code = run_on_a_terminal(kind, NODES[kind], dim, two)
        assert code in (0, 1, -signal.SIGINT, 130)
        waits.append(late if code else 0.0)  # 0: it was done before
    figure(f"{WORDS[kind]}, {NODES[kind]:,} nodes, {dim}-D: end after the second Ctrl-C", f"{max(waits):.1f} s at most")
    assert max(waits) < MOST_WAIT + 0.5  # the end of the process included
