"""A cluster of three worker processes, and one that is started by hand."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from clusters import DIM, EFFORT, limited, with_second_parents
from optional_packages import needed

import nx_poincare as nxp


def pytest_collection_modifyitems(items):
    """Ignore what Dask says of connections that tests cut, and what is said of points after few steps."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            for warning in "pytest.PytestUnraisableExceptionWarning", "ResourceWarning", "nx_poincare.QualityWarning":
                item.add_marker(pytest.mark.filterwarnings(f"ignore::{warning}"))


@pytest.fixture(autouse=True)
def _limited():
    needed("distributed")
    with limited():
        yield


@pytest.fixture(scope="module")
def hierarchy():
    return with_second_parents(400)


@pytest.fixture(scope="module")
def cluster():
    distributed = needed("distributed")
    import dask

    # 15 seconds after a worker was lost the cluster looks whether it is back, and gives it up for ever if another test
    # has just killed it again.
    with dask.config.set({"distributed.deploy.lost-worker-timeout": "1 hour"}):
        with limited():
            cluster = distributed.LocalCluster(
                n_workers=3, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs="CRITICAL"
            )
        yield cluster
        with limited():
            cluster.close()


@pytest.fixture
def client(cluster):
    from distributed import Client

    with Client(cluster, set_as_default=False) as client:
        client.wait_for_workers(3, timeout=30)
        yield client


@pytest.fixture(scope="module")
def at_home(hierarchy):
    return nxp.embed(hierarchy, DIM, effort=EFFORT, seed=0, progress=False)


@pytest.fixture
def started():
    """The address of a scheduler with a worker, started as the documentation has it, and the process of the former."""
    scheduler = subprocess.Popen(
        [sys.executable, "-m", "dask", "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
         "--dashboard-address", "127.0.0.1:0"],
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    address = next(line.split()[-1] for line in scheduler.stderr if "Scheduler at:" in line)
    reader = threading.Thread(target=scheduler.stderr.read, daemon=True)
    reader.start()
    worker = subprocess.Popen(
        [sys.executable, "-m", "dask", "worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny"],
        stderr=subprocess.DEVNULL,
    )
    yield address, scheduler
    for process in (worker, scheduler):
        process.kill()
        process.wait()
    reader.join()
    scheduler.stderr.close()
