"""A folder of Parquet read at home, by threads, and by the workers of a cluster: CPU, traffic, and memory at home.

    pip install "nx-poincare[dask,tables]"
    python benchmarks/reading.py                          # ten parts of a million edges, names are integers
    python benchmarks/reading.py --ids text --parts 2 10 --workers 2

Edges are those of a random tree in which a few nodes have a second parent, their rows in an order of chance. Each
reading is made in a process of its own, after a small one, which loads and compiles what is needed; memory is the peak
of that process above what it had before. "Busiest worker" is the one with most CPU seconds.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import cloudpickle
import cluster
import numpy as np
from cluster import cluster_of, count_bytes, counted
from scale import taxonomy

import nx_poincare as nxp
from nx_poincare.cluster.workers import connected

cloudpickle.register_pickle_by_value(cluster)  # workers do not find it

ROWS = 1_000_000  # of a part
COLUMNS = (
    "where", "edges", "seconds", "CPU s at home", "busiest worker", "MB received", "MB at home", "bytes an edge",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description="Reading of a folder of Parquet, by number of workers.")
    parser.add_argument("--parts", type=int, nargs="+", default=[10], help="of the folder, of a million edges each")
    parser.add_argument("--ids", choices=["integer", "text"], default="integer", help="names of nodes")
    parser.add_argument("--jobs", type=int, nargs="*", default=[1, 2], help="threads at home")
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2], help="of a cluster on this machine")
    parser.add_argument("--once", nargs=4, metavar=("FOLDER", "SMALL", "JOBS", "SCHEDULER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        folder, small, jobs, scheduler = options.once
        print(json.dumps(reading(folder, small, int(jobs), scheduler or None)))
        return
    with tempfile.TemporaryDirectory() as directory:
        small = Path(directory) / "small"
        write_parts(small, 2, options.ids, rows=1000)
        print("| " + " | ".join(COLUMNS) + " |\n|" + "---|" * len(COLUMNS), flush=True)
        for parts in options.parts:
            folder = Path(directory) / str(parts)
            write_parts(folder, parts, options.ids)
            report(folder, small, options)


def report(folder: Path, small: Path, options: argparse.Namespace) -> None:
    found = set()
    for jobs, workers in [*((jobs, 0) for jobs in options.jobs), *((1, workers) for workers in options.workers)]:
        with cluster_of(workers) as client:
            address = "" if client is None else client.scheduler.address
            if client is not None:
                nxp.Hierarchy.from_file(small, client=client, progress=False)
            before = {} if client is None else client.run(time.process_time)
            command = [sys.executable, __file__, "--once", str(folder), str(small), str(jobs), address]
            row = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
            after = {} if client is None else client.run(time.process_time)
        busiest = max((after[worker] - before[worker] for worker in before), default=0.0)
        found.add(row["digest"])
        where = f"{workers} workers" if workers else f"at home, {jobs} threads"
        cells = where, f"{row['edges']:,}", f"{row['seconds']:.1f}", f"{row['cpu']:.1f}", f"{busiest:.1f}"
        cells += f"{row['received'] / 1e6:.0f}", f"{row['peak'] / 1e6:,.0f}", f"{row['peak'] / row['edges']:.0f}"
        print("| " + " | ".join(cells) + " |", flush=True)
    assert len(found) == 1


def reading(folder: str, small: str, jobs: int, scheduler: str | None) -> dict[str, Any]:
    with connected(scheduler) as client:
        count_bytes()
        nxp.Hierarchy.from_file(small, n_jobs=jobs, client=client, progress=False)
        held, (_, received, cpu), began = peak(), counted(), time.perf_counter()
        hierarchy = nxp.Hierarchy.from_file(folder, n_jobs=jobs, client=client, progress=False, max_bytes=2**40)
        seconds, most, (_, received_then, cpu_then) = time.perf_counter() - began, peak(), counted()
    names = np.array(hierarchy.nodes.part(slice(0, 1000)))  # type: ignore[attr-defined]
    digest = hashlib.sha256(hierarchy.edges.tobytes() + repr(names.tolist()).encode()).hexdigest()
    return {
        "edges": len(hierarchy.edges), "seconds": seconds, "cpu": cpu_then - cpu, "received": received_then - received,
        "peak": most - held, "digest": digest,
    }  # fmt: skip


def peak() -> int:
    """The most memory that this process has had so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def write_parts(folder: Path, parts: int, ids: str, rows: int = ROWS) -> None:
    import pyarrow
    from pyarrow import compute, parquet

    folder.mkdir()
    edges = taxonomy(parts * rows + 1)[: parts * rows]
    np.random.default_rng(0).shuffle(edges)
    for part in range(parts):
        columns = [pyarrow.array(column) for column in edges[part * rows : (part + 1) * rows].T]
        if ids == "text":
            columns = [compute.binary_join_element_wise("node", c.cast("string"), "") for c in columns]
        parquet.write_table(pyarrow.table(columns, names=["source", "target"]), folder / f"part.{part}.parquet")


if __name__ == "__main__":
    main()
