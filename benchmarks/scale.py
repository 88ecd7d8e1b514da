"""How time and memory grow with the number of nodes: a taxonomy from a file to vectors on disk.

    python benchmarks/scale.py                      # 1, 2 and 5 million nodes
    python benchmarks/scale.py --nodes 1000000      # one size

Graphs with fewer than 10 million pairs of ancestor and descendant are refined as well, which takes most of their
time: larger sizes show the closed form.

Each size is a fresh process, `nx-poincare embed big.tsv -o big.npz`. CPU seconds (user and system) stand beside
the wall clock, as they travel better on a busy machine.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

SIZES = [1_000_000, 2_000_000, 5_000_000]
SECOND_PARENTS = 0.03


def main() -> None:
    parser = argparse.ArgumentParser(description="Time and memory of nx-poincare embed, by number of nodes.")
    parser.add_argument("--nodes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--output", choices=["npz", "tsv"], default="npz", help="what to write")
    options = parser.parse_args()
    print("| nodes | wall s | CPU s | peak GiB | bytes a node |")
    print("|---|---|---|---|---|", flush=True)
    measured(1_000, options.output)  # compiles the kernels, once for each machine
    cpu_seconds = []
    for n in options.nodes:
        wall, cpu, peak = measured(n, options.output)
        cpu_seconds.append(cpu)
        print(f"| {n:,} | {wall:.1f} | {cpu:.1f} | {peak / 2**30:.2f} | {peak / n:,.0f} |", flush=True)
    if len(cpu_seconds) > 1:
        exponent = np.polyfit(np.log(options.nodes), np.log(cpu_seconds), 1)[0]
        print(f"\nCPU seconds grow as n to the power {exponent:.2f} (least squares in logarithms)")


def measured(n: int, output: str) -> tuple[float, float, int]:
    """Wall-clock seconds, CPU seconds and peak resident bytes of one run of the command."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "big.tsv")
        write_taxonomy(source, n)
        command = [sys.executable, "-m", "nx_poincare", "embed", str(source), "-o", f"{folder}/big.{output}"]
        start = time.perf_counter()
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"the command ended with exit code {process.returncode} at {n:,} nodes")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def write_taxonomy(path: Path, n: int, seed: int = 0) -> None:
    """A random recursive tree in which a few nodes have a second parent, as parent-tab-child lines."""
    edges = taxonomy(n, seed)
    with open(path, "w") as stream:
        stream.writelines(f"node{parent}\tnode{child}\n" for parent, child in edges.tolist())


def taxonomy(n: int, seed: int = 0) -> np.ndarray:
    """Edges (parent, child), shape (number of edges, 2); every parent comes before its children."""
    rng = np.random.default_rng(seed)
    children = np.arange(1, n)
    second = children[rng.random(n - 1) < SECOND_PARENTS]
    children = np.concatenate([children, second])
    return np.column_stack([(rng.random(len(children)) * children).astype(np.int64), children])


if __name__ == "__main__":
    main()
