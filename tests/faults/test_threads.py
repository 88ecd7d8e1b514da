"""Several threads, forks, pools of processes and event loops: the answers of one call after the other."""

import asyncio
import gc
import hashlib
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import networkx as nx
import numba
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.utils.collector import collector_paused

JOBS: list[dict[str, Any]] = [
    {"dim": 2},
    {"dim": 3, "seed": 1},
    {"dim": 5, "seed": 2},
    {"dim": 5, "seed": 3, "init": "random", "training": nxp.Training(epochs=20, burn_in=5)},
    {"dim": 2, "seed": 4, "init": "random", "training": nxp.Training(epochs=20, burn_in=5)},
    {"dim": 10, "seed": 5, "training": 10},
]


def graph(n: int, seed: int, second: int = 5) -> nx.DiGraph:
    rng = np.random.default_rng(seed)
    edges = [(int(rng.integers(v)), v) for v in range(1, n)]
    return nx.DiGraph(edges + [(int(rng.integers(v)), v) for v in range(2, n, second)])


def embedded(number: int) -> bytes:
    """Bytes of a job's embedding, each of another graph."""
    emb = nxp.embed(graph(150 + number, number), progress=False, **JOBS[number % len(JOBS)])
    return bytes_of(emb)


def bytes_of(emb: nxp.Embedding) -> bytes:
    return emb.directions.tobytes() + emb.radii.tobytes() + emb.vectors.tobytes()


@pytest.fixture(scope="module")
def serial() -> list[bytes]:
    return [embedded(number) for number in range(2 * len(JOBS))]


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = threading.active_count()
    yield
    assert threading.active_count() == before


def test_threads_at_once(serial: list[bytes]) -> None:
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(embedded, range(len(serial)))) == serial


def test_threads_read_one_graph_and_one_embedding(mammals: nx.DiGraph) -> None:
    names = {"store_as": None, "store_pos_as": None, "level_as": None}
    emb = nxp.embed(mammals, **names)
    with ThreadPoolExecutor(4) as pool:
        again = list(pool.map(lambda _: bytes_of(nxp.embed(mammals, **names)), range(4)))
        scores = set(pool.map(lambda _: nxp.evaluate_reconstruction(emb, mammals, n_jobs=2), range(4)))
    assert set(again) == {bytes_of(emb)}
    assert len(scores) == 1


def test_no_kernel_uses_the_threads_of_numba() -> None:
    """They do not outlive a fork, and end the process where two threads use them at once."""
    G = graph(100, 0)
    emb = nxp.embed(G, 5, n_jobs=2)
    nxp.embed(G, 3, init="random", training=2, n_jobs=2)
    nxp.evaluate_reconstruction(emb, G, n_jobs=2)
    with pytest.raises(ValueError, match="not initialized"):
        numba.threading_layer()


@pytest.fixture
def pool_of() -> Iterator[Callable[[str], ProcessPoolExecutor]]:
    """Two processes that are started in the given way, after threads have run in this one."""
    nxp.embed(graph(200, 0), 5, n_jobs=2, progress=False)
    pools: list[ProcessPoolExecutor] = []

    def started(method: str) -> ProcessPoolExecutor:
        pools.append(ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method)))
        return pools[0]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of Python 3.12 on, for every fork of a busy process
        yield started
        pools[0].shutdown()


@pytest.mark.parametrize("method", [m for m in ("fork", "spawn") if m in multiprocessing.get_all_start_methods()])
def test_pools_of_processes(serial: list[bytes], pool_of: Callable[[str], ProcessPoolExecutor], method: str) -> None:
    pool = pool_of(method)
    graphs = [graph(150 + number, number) for number in range(4)]
    asked = [pool.submit(nxp.embed, G, progress=False, **JOBS[number]) for number, G in enumerate(graphs)]
    assert [bytes_of(each.result(timeout=300)) for each in asked] == serial[:4]
    emb = asked[0].result()
    scores = pool.submit(nxp.evaluate_reconstruction, emb, graphs[0], n_jobs=2).result(timeout=300)
    assert scores == nxp.evaluate_reconstruction(emb, graphs[0])


@pytest.mark.soak
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_forks_while_threads_work(serial: list[bytes]) -> None:
    """A child has the thread alone that forked; the others, and what they hold, are not there."""
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            embedded(2)

    thread = threading.Thread(target=work)
    thread.start()
    statuses = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            for number in (0, 2, 3):
                child = os.fork()
                if child == 0:
                    code = 1
                    try:
                        code = 0 if embedded(number) == serial[number] else 2
                    finally:
                        os._exit(code)
                statuses.append(_status_of(child, seconds=120))
    finally:
        stop.set()
        thread.join()
    assert statuses == [0, 0, 0]


def _status_of(child: int, seconds: float) -> int:
    """How a child process ended; one that does not is killed."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def test_event_loops(serial: list[bytes]) -> None:
    """As in a notebook: straight in a coroutine, and beside it in other threads while the loop goes on."""

    async def cell() -> tuple[bytes, list[bytes], int]:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                ticks += 1
                await asyncio.sleep(0.001)

        straight = embedded(0)
        ticking = asyncio.create_task(tick())
        loop = asyncio.get_running_loop()
        beside = await asyncio.gather(*(loop.run_in_executor(None, embedded, number) for number in range(6)))
        ticking.cancel()
        await loop.shutdown_default_executor()
        return straight, beside, ticks

    straight, beside, ticks = asyncio.run(cell())
    assert [straight, *beside] == [serial[0], *serial[:6]]
    assert ticks > 1


def test_the_collector_is_on_again_after_readers_that_overlap() -> None:
    first, second = collector_paused(), collector_paused()
    assert gc.isenabled()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert not gc.isenabled()
    second.__exit__(None, None, None)
    assert gc.isenabled()


@pytest.mark.parametrize(("epochs", "bound"), [(4, 0.003), pytest.param(100, 0.02, marks=pytest.mark.soak)])
def test_threads_train_as_well_as_one(epochs: int, bound: float) -> None:
    """Shared points are updated without locks: other bytes, but the same quality."""
    hierarchy = nxp.Hierarchy.from_digraph(graph(20_000, 0, second=30))
    training = nxp.Training(epochs=epochs, burn_in=1, negatives=10)
    losses, scores = [], []
    for n_jobs in (1, 2):
        emb = nxp.embed(hierarchy, 5, init="random", training=training, seed=0, n_jobs=n_jobs, progress=False)
        losses.append(emb.history[-1]["loss"])
        scores.append(nxp.evaluate_reconstruction(emb, hierarchy, sample=1000, seed=0).map_score)
    print(losses, scores)
    assert losses[1] == pytest.approx(losses[0], rel=0.02)
    assert scores[1] == pytest.approx(scores[0], abs=bound)


@pytest.mark.soak
def test_processes_that_compile_the_same_code_at_once(serial: list[bytes], tmp_path: Path) -> None:
    """A new installation, used from many processes and threads at once: each fills the cache and reads it."""
    code = (
        "import hashlib, sys, runpy\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        f"embedded = runpy.run_path({__file__!r})['embedded']\n"
        "with ThreadPoolExecutor(3) as pool:\n"
        "    print(*(hashlib.sha256(found).hexdigest() for found in pool.map(embedded, range(6))))\n"
    )
    expected = " ".join(hashlib.sha256(found).hexdigest() for found in serial[:6]) + "\n"
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    for _ in range(2):  # the second time all read what the first left
        running = [
            subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)
            for _ in range(4)
        ]
        assert [process.communicate(timeout=900)[0] for process in running] == [expected] * 4
