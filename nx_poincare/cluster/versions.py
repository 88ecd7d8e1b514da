"""Whether all workers of a cluster have what this process has: other versions give other results, or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nx_poincare.cluster.errors import ClusterError, WorkerVersionError

__all__ = ["check_versions"]

_SAME = ("python", "nx_poincare", "numba", "numpy")


def check_versions(client: Any, address: str) -> None:
    """Refuse a cluster without workers, or with a worker that is not like this process.

    Parameters
    ----------
    client : dask.distributed.Client
    address : str
        Of its scheduler, for messages.

    Raises
    ------
    ClusterError
        If there is no worker.
    WorkerVersionError
        If a worker or the scheduler lacks nx_poincare, or has another version of Python, NumPy, numba or nx_poincare.
    """
    found = client.get_versions(packages=["nx_poincare", "numba"])
    if not found["workers"]:
        raise ClusterError(f"the scheduler at {address} has no workers; start one with: dask worker {address}")
    own = _relevant(found["client"]["packages"])
    theirs = {f"the scheduler at {address}": found["scheduler"]}
    theirs |= {f"worker {worker}": versions for worker, versions in sorted(found["workers"].items())}
    for where, versions in theirs.items():
        for name, version in _relevant(versions["packages"]).items():
            if version is None:
                raise WorkerVersionError(
                    f'{where} has no {name}; install "nx-poincare[dask]" where it runs, and start it again'
                )
            if version != own[name]:
                raise WorkerVersionError(
                    f"{where} has {name} {version}, and this process has {own[name]}: results would differ; "
                    "install the same version on both"
                )


def _relevant(packages: Mapping[str, str | None]) -> dict[str, str | None]:
    """Of Python the version up to the second point."""
    found = {name: packages.get(name) for name in _SAME}
    python = found["python"]
    return found | {"python": python and ".".join(python.split(".")[:2])}
