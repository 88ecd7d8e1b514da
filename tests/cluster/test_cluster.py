"""A cluster of three worker processes: the same bytes as at home, whatever is lost meanwhile."""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import networkx as nx
import numpy as np
import pytest
from click.testing import CliRunner

import nx_poincare as nxp
from nx_poincare.cli import main
from nx_poincare.cluster.errors import ClusterError, SchedulerLostError, WorkerVersionError
from nx_poincare.cluster.workers import DaskWorkers, connected, workers_of
from nx_poincare.engine.dag.dag import ClosureTooLargeError
from nx_poincare.io.streams import GraphFileError
from nx_poincare.utils.workers import Threads

distributed = pytest.importorskip("distributed")

pytestmark = [
    # What Dask says of connections that tests cut.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::nx_poincare.QualityWarning"),
]

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


@pytest.fixture(autouse=True)
def _limited():
    with limited():
        yield


def with_second_parents(n, seed=0):
    rng = np.random.default_rng(seed)
    children = np.concatenate([np.arange(1, n), rng.integers(n // 2, n, n // 10)])
    return nxp.Hierarchy.from_edges(
        range(n), np.column_stack([(rng.random(len(children)) * children).astype(int), children])
    )


@pytest.fixture(scope="module")
def hierarchy():
    return with_second_parents(400)


@pytest.fixture(scope="module")
def cluster():
    with limited():
        cluster = distributed.LocalCluster(
            n_workers=3, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs="CRITICAL"
        )
    yield cluster
    with limited():
        cluster.close()


@pytest.fixture
def client(cluster):
    with distributed.Client(cluster, set_as_default=False) as client:
        client.wait_for_workers(3, timeout=30)
        yield client


@pytest.fixture(scope="module")
def at_home(hierarchy):
    return nxp.embed(hierarchy, DIM, effort=EFFORT, seed=0, progress=False)


def bytes_of(emb):
    return emb.directions.tobytes(), emb.radii.tobytes(), emb.horizons.tobytes(), emb.quality


def kill_workers(client, most=None):
    """Kill worker processes, as the machine does where memory ends; others come in their place."""
    for pid in sorted(client.run(os.getpid).values())[:most]:
        os.kill(pid, signal.SIGKILL)


def test_an_embedding_has_the_same_bytes_though_a_worker_is_killed_in_training(client, hierarchy, at_home):
    killed = []

    def kill_once(step, *_):
        if step == 2:
            killed.append(step)
            kill_workers(client, 1)

    found = nxp.embed(hierarchy, DIM, effort=EFFORT, seed=0, client=client, callbacks=[kill_once], progress=False)
    assert killed == [2]
    assert bytes_of(found) == bytes_of(at_home)


def test_training_in_buckets_has_the_same_bytes_though_a_worker_is_killed(client, hierarchy):
    def trained(**options):
        training = nxp.Training(epochs=2, burn_in=1, buckets=4)
        return nxp.embed(hierarchy, DIM, init="random", training=training, seed=0, progress=False, **options)

    def kill_once(epoch, *_):
        if epoch == 1:
            killed.append(epoch)
            kill_workers(client, 1)

    killed = []
    assert bytes_of(trained(client=client, callbacks=[kill_once])) == bytes_of(trained())
    assert killed == [1]


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


def test_scores_are_the_same_though_all_workers_are_killed(client, hierarchy, at_home, monkeypatch):
    killed = kill_all_after_the_first_result(client, monkeypatch)
    assert nxp.evaluate_reconstruction(at_home, hierarchy, client=client, progress=False) == (
        nxp.evaluate_reconstruction(at_home, hierarchy)
    )
    assert killed
    monkeypatch.undo()
    assert nxp.evaluate_order(at_home, hierarchy, client=client, progress=False) == (
        nxp.evaluate_order(at_home, hierarchy)
    )


def test_nodes_of_cycles_and_an_order_of_its_own(client):
    G = nx.DiGraph([("a", "b"), ("b", "c"), ("c", "b"), ("c", "d"), ("a", "e"), ("e", "d")])
    emb = nxp.embed(G, seed=0)
    turned = nxp.Embedding.from_vectors(list(emb)[::-1], [emb[node] for node in list(emb)[::-1]])
    here, there = (turned.fit_horizons(G, client=at) for at in (None, client))
    assert here.horizons.tobytes() == there.horizons.tobytes()
    assert here.quality == there.quality


def test_what_all_lost_workers_had_is_made_again(client):
    workers = DaskWorkers(client)
    kept = workers.keep(np.arange(5))
    ((surroundings, size),) = workers.kept_results(_twice_and_size, [(kept,)])
    assert size == 5
    kill_workers(client)
    assert workers.total(np.sum, [(surroundings,), (kept,)], sum) == 30


def _twice_and_size(values):
    return 2 * values, len(values)


@pytest.mark.parametrize("threads", [None, 3, 12])
def test_a_sum_is_by_the_same_tree(client, monkeypatch, threads):
    workers = DaskWorkers(client)
    if threads:  # as if there were so many: each with a batch of the calls
        places = workers._places()
        monkeypatch.setattr(workers, "_places", lambda: (places * threads)[:threads])
    for count in (1, 5, 20, 64):
        calls = [(str(i),) for i in range(count)]
        here = Threads(2).total(str, calls, _bracketed)
        assert workers.total(str, calls, _bracketed) == here
        kept = workers.kept_results(_text_and_itself, [(number,) for number in range(count)])
        assert [brought for _, brought in kept] == list(range(count))
        assert workers.total(str, [(text,) for text, _ in kept], _bracketed) == here


def _text_and_itself(number):
    return str(number), number


def _bracketed(parts):
    """The sum, which shows in which order it was formed."""
    return parts[0] if len(parts) == 1 else functools.reduce(lambda one, other: f"({one}{other})", parts)


def _too_large(limit):
    raise ClosureTooLargeError(limit, 10 * limit)


def test_an_error_on_a_worker_is_that_at_home_with_its_part(client):
    messages = []
    for workers in (Threads(1), DaskWorkers(client)):
        with pytest.raises(ClosureTooLargeError, match="about 50") as raised:
            list(workers.results(_too_large, [(5,)]))
        messages.append(str(raised.value))
    assert messages[0] == messages[1]
    assert (
        f"part 1 of the work, on a worker of the scheduler at {client.scheduler.address}" in raised.value.__notes__[0]
    )


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"numba": "0.1"}, "worker tcp://.* has numba 0.1, and this process has"),
        ({"nx_poincare": None}, r"worker tcp://.* has no nx_poincare; install .*nx-poincare\[dask\]"),
        ({"numpy": "1.0"}, "worker tcp://.* has numpy 1.0"),
    ],
)
def test_a_worker_of_another_version_is_refused(client, hierarchy, at_home, monkeypatch, changed, message):
    versions = client.get_versions(packages=["nx_poincare", "numba"])
    next(iter(versions["workers"].values()))["packages"].update(changed)
    monkeypatch.setattr(client, "get_versions", lambda **_: versions)
    with pytest.raises(WorkerVersionError, match=message):
        nxp.evaluate_order(at_home, hierarchy, client=client)


def test_what_is_no_client_is_refused(hierarchy):
    with pytest.raises(TypeError, match=r"client must be a dask\.distributed\.Client, got str"):
        nxp.embed(hierarchy, client="tcp://127.0.0.1:8786")
    assert isinstance(workers_of(2), Threads)


def test_no_scheduler_at_an_address(monkeypatch):
    monkeypatch.setattr("nx_poincare.cluster.workers._SECONDS_TO_CONNECT", 0.5)
    with (
        pytest.raises(ClusterError, match=r"answers at tcp://127.0.0.1:9.*start one with: dask scheduler"),
        connected("tcp://127.0.0.1:9"),
    ):
        pass


@pytest.fixture
def started():
    """The address of a scheduler with a worker, started as the documentation has it, and the process of the former."""
    scheduler = subprocess.Popen(
        [sys.executable, "-m", "dask", "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
         "--dashboard-address", "127.0.0.1:0"],
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    address = next(line.split()[-1] for line in scheduler.stderr if "Scheduler at:" in line)
    threading.Thread(target=scheduler.stderr.read, daemon=True).start()
    worker = subprocess.Popen(
        [sys.executable, "-m", "dask", "worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny"],
        stderr=subprocess.DEVNULL,
    )
    yield address, scheduler
    for process in (worker, scheduler):
        process.kill()
        process.wait()


def test_a_scheduler_that_goes_away_leaves_the_points_so_far(started, hierarchy):
    address, scheduler = started
    with connected(address) as client:
        client.wait_for_workers(1, timeout=30)
        seen = []

        def kill_scheduler(step, loss, view):
            seen.append(view.directions.copy())
            if step == 2:
                scheduler.kill()

        with pytest.warns(UserWarning, match=f"scheduler of Dask at {address} does not answer .*after . steps"):
            emb = nxp.embed(
                hierarchy, DIM, effort=EFFORT, seed=0, client=client, callbacks=[kill_scheduler], progress=False
            )
        assert 2 <= len(seen) < 6
        assert emb.quality.mean_rank >= 1
        assert len(emb) == len(hierarchy)
        began = time.monotonic()
        with pytest.raises(SchedulerLostError, match=address):
            nxp.evaluate_reconstruction(emb, hierarchy, client=client)
        assert time.monotonic() - began < 5


def test_commands_take_the_address_of_a_scheduler(cluster, tmp_path):
    edges = tmp_path / "edges.tsv"
    edges.write_text("".join(f"{v // 2}\t{v}\n{max(v - 3, 0)}\t{v}\n" for v in range(1, 40)))
    written = []
    for options in ([], ["--scheduler", cluster.scheduler_address]):
        out = tmp_path / f"{len(written)}.tsv"
        done = CliRunner().invoke(
            main, ["embed", str(edges), "--dim", "3", "--effort", "0.002", "-o", str(out), *options]
        )
        assert done.exit_code == 0, done.output
        scores = CliRunner().invoke(main, ["evaluate", str(out), str(edges), *options])
        written.append((out.read_bytes(), scores.stdout))
    assert written[0] == written[1]


def test_no_scheduler_is_said_before_anything_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr("nx_poincare.cluster.workers._SECONDS_TO_CONNECT", 0.5)
    for command in (["embed", "none.tsv"], ["evaluate", "none.npz", "none.tsv"], ["wordnet", "nothing.n.01"]):
        done = CliRunner().invoke(main, [*command, "--scheduler", "tcp://127.0.0.1:9"])
        assert done.exit_code == 1
        assert "no scheduler of Dask answers at tcp://127.0.0.1:9" in done.stderr


@pytest.fixture
def folder(tmp_path, hierarchy):
    """The edges as parts of a table, each with names of its own and of others."""
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    (tmp_path / "edges").mkdir()
    for part, rows in enumerate(np.array_split(hierarchy.edges, 12)):
        columns = {name: [f"node {i}" for i in own] for name, own in zip(("parent", "child"), rows.T, strict=True)}
        parquet.write_table(arrow.table(columns), tmp_path / "edges" / f"part.{part}.parquet")
    return tmp_path / "edges"


def test_parts_are_numbered_as_at_home_though_all_workers_are_killed(client, folder, monkeypatch):
    killed = kill_all_after_the_first_result(client, monkeypatch)
    there, here = nxp.Hierarchy.from_file(folder, client=client), nxp.Hierarchy.from_file(folder)
    assert killed
    assert there.nodes == here.nodes
    assert there.edges.tobytes() == here.edges.tobytes()


def test_a_damaged_part_is_named_as_at_home(client, folder):
    with open(folder / "part.7.parquet", "r+b") as part:
        part.seek(4)
        part.write(b"\xff" * 40)
    messages = []
    for options in ({}, {"client": client}):
        with pytest.raises(GraphFileError, match=r"part\.7\.parquet: is not a Parquet file") as raised:
            nxp.Hierarchy.from_file(folder, **options)
        messages.append(str(raised.value))
    done = CliRunner().invoke(main, ["embed", str(folder), "--scheduler", client.scheduler.address])
    assert (done.exit_code, done.stderr.split()) == (1, ["Error:", *messages[0].split()])
    assert messages[0] == messages[1]


def _hide(is_hidden):
    """Let a worker find no file that it opens for reading a piece of a table."""
    import errno

    from nx_poincare.io.graphs import parquet_pieces

    def none(path, *_):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)

    parquet_pieces.__dict__.pop("open", None)
    if is_hidden:
        parquet_pieces.open = none


def test_a_folder_that_workers_do_not_see(client, folder):
    client.run(_hide, True)
    try:
        with pytest.raises(FileNotFoundError, match="on a worker; every machine must have the files") as raised:
            nxp.Hierarchy.from_file(folder, client=client)
    finally:
        client.run(_hide, False)
    assert raised.value.filename == str(folder / "part.0.parquet")


def test_counts_of_the_closure(client, hierarchy):
    on_cycles = nxp.Hierarchy.from_edges("abcdef", [(0, 1), (1, 2), (2, 1), (2, 3), (0, 4), (4, 3), (3, 5), (5, 3)])
    for each in (hierarchy, on_cycles):
        found = [each.closure_counts(n_jobs=2), each.closure_counts(client=client)]
        for ancestors, descendants in found:
            assert ancestors.tolist() == each.ancestor_counts.tolist()
            assert descendants.tolist() == each.descendant_counts.tolist()
