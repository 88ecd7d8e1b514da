"""Which clusters are taken: versions, addresses, and what is no client."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

import nx_poincare as nxp
from nx_poincare.cli import main
from nx_poincare.cluster.errors import ClusterError, WorkerVersionError
from nx_poincare.cluster.workers import connected, workers_of
from nx_poincare.utils.workers import Threads


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
