"""Signals at random moments of starting, filling and ending pools of threads. Run by test_workers.py.

Argument: how many. A pool that waits for ever lets the caller's time run out.
"""

from __future__ import annotations

import random
import signal
import sys
import time

from nx_poincare.utils.workers import Threads


def once(seconds: float) -> str:
    """Interrupt a few rounds of work after some seconds."""
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            workers = Threads(2)
            with workers.held():
                for _ in range(4):
                    assert list(workers.results(abs, [(-1,)] * 30)) == [1] * 30
            assert list(Threads(3).results(abs, [(-2,)] * 3)) == [2] * 3
            return "done"
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except KeyboardInterrupt:
        return "interrupted"


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    rng = random.Random(0)
    rounds = []
    for _ in range(9):
        began = time.perf_counter()
        once(10)
        rounds.append(time.perf_counter() - began)
    whole = min(rounds)  # on a busy machine others are longer, and would be over before a signal
    ends = [once(rng.uniform(1e-6, whole)) for _ in range(int(sys.argv[1]))]
    print(ends.count("interrupted"))
