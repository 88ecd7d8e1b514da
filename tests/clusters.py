"""What tests of clusters do to them, and whom they compare."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager

import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.cluster.workers import DaskWorkers

DIM, EFFORT = 5, 0.006  # six steps
SECONDS = 180


@contextmanager
def limited():
    """Fail what waits for ever. (No error of a usual kind: what is tested takes those for a scheduler that is lost.)"""

    def too_long(*_):
        pytest.fail(f"no answer within {SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def with_second_parents(n, seed=0):
    rng = np.random.default_rng(seed)
    children = np.concatenate([np.arange(1, n), rng.integers(n // 2, n, n // 10)])
    return nxp.Hierarchy.from_edges(
        range(n), np.column_stack([(rng.random(len(children)) * children).astype(int), children])
    )


def bytes_of(emb):
    return emb.directions.tobytes(), emb.radii.tobytes(), emb.horizons.tobytes(), emb.quality


def kill_workers(client, most=None):
    """Kill worker processes, as the machine does where memory ends; others come in their place."""
    for pid in sorted(client.run(os.getpid).values())[:most]:
        os.kill(pid, signal.SIGKILL)


def kill_all_after_the_first_result(client, monkeypatch):
    """Kill the workers once the first result is there; the list that is returned says that it was done."""
    results, killed = DaskWorkers.results, []

    def killing(self, *arguments):
        for number, result in enumerate(results(self, *arguments)):
            if number == 0:
                killed.append(number)
                kill_workers(client)
            yield result

    monkeypatch.setattr(DaskWorkers, "results", killing)
    return killed
