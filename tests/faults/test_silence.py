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
HEARD = b"heard a signal"  # of long_runs.py
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
    """What the run tells, its longest silence, how long after the last signal it ended, and its exit code.

    Signals come so many seconds after its first line, each once the one before has been heard: two of a kind that wait
    for the same compiled loop are one to Python.
    """
    terminal, its_end = os.openpty()
    termios.tcsetwinsize(its_end, (24, 100))
    command = [sys.executable, str(SCRIPT), kind, str(n), str(dim), *(["again"] if signals else [])]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=its_end, text=True)
    os.close(its_end)
    began = spoken = time.perf_counter()
    silence, sent, first, waiting, text = 0.0, began, 0.0, list(signals), b""
    while child.poll() is None:
        if select.select([terminal], [], [], 0.02)[0]:
            try:
                text += os.read(terminal, 65536)
            except OSError:  # its other end is closed
                break
            if spoken > began:  # before the first line there is the start of Python, and the making of the graph
                silence = max(silence, time.perf_counter() - spoken)
            spoken = time.perf_counter()
            first = first or spoken
        is_heard = text.count(HEARD) == len(signals) - len(waiting)
        if waiting and is_heard and first and time.perf_counter() - first > waiting[0][0]:
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


def end_after_two(kind: str, n: int, dim: int, moment: float, signals: tuple[signal.Signals, signal.Signals]) -> float:
    """How long after the second of two signals a run ended, or after the first if that was the earlier."""
    both = (moment, signals[0]), (moment + 1, signals[1])
    told, _, late, code = run_on_a_terminal(kind, n, dim, both)
    assert code in (0, 1, -signal.SIGINT, *(-each for each in signals), 130)  # Python ends by SIGINT after any
    assert code or told["interrupts"] == 1, told  # the best points so far, within the second
    return late


def test_the_second_of_two_signals_ends_a_run() -> None:
    assert end_after_two("layers", 10_000, 5, 1.0, (signal.SIGINT, signal.SIGTERM)) < MOST_WAIT + 0.5


@pytest.mark.soak
@pytest.mark.parametrize(("first", "second"), [("SIGINT", "SIGINT"), ("SIGTERM", "SIGTERM")])
@pytest.mark.parametrize(("kind", "dim"), SHAPES)
def test_the_second_of_two_signals_ends_a_large_run(
    kind: str, dim: int, first: str, second: str, figure: Callable[..., None]
) -> None:
    two = signal.Signals[first], signal.Signals[second]
    waits = [end_after_two(kind, NODES[kind], dim, moment, two) for moment in (5.0, 15.0, 30.0)]
    figure(
        f"{WORDS[kind]}, {NODES[kind]:,} nodes, {dim}-D: end after the second {second}", f"{max(waits):.1f} s at most"
    )
    assert max(waits) < MOST_WAIT + 0.5  # the end of the process included
