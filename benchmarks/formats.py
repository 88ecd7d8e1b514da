"""Memory and time of writing and reading graphs, by format. `python benchmarks/scale.py --formats` runs it."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

FORMATS = ["graphml", "gexf", "gml", "json", "dot"]


def report_formats(sizes: list[int]) -> None:
    print("| nodes | format | file MiB | writing: bytes a node | CPU s | reading: bytes a node | CPU s | its graph |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    graph = 0.0
    for n in sizes:
        for format in FORMATS:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder, f"g.{format}")
                wrote = _in_child("write", n, path)
                graph, size = wrote["graph"], path.stat().st_size / 2**20
                found = _in_child("read", n, path)
                read = f"| {found['bytes']:,.0f} | {found['cpu']:.1f} | {found['graph']:,.0f} |"
            print(f"| {n:,} | {format} | {size:.1f} | {wrote['bytes']:,.0f} | {wrote['cpu']:.1f} {read}", flush=True)
    print(
        f"\nBytes a node are the most that there were beyond the graph. The graph that is written takes {graph:,.0f}; "
        "that which is read stands in the last column, as points come apart into numbers of their own."
    )


def _in_child(what: str, n: int, path: Path) -> dict[str, float]:
    command = [sys.executable, __file__, what, str(n), str(path)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def write(n: int, path: Path) -> dict[str, float]:
    import nx_poincare as nxp

    nxp.export_graph(embedded(1_000), path)  # imports and compiles
    before = peak_bytes()
    graph = embedded(n)
    built, start = peak_bytes(), time.process_time()
    nxp.export_graph(graph, path)
    return {
        "cpu": time.process_time() - start,
        "bytes": (peak_bytes() - built) / n,
        "graph": (built - before) / n,
    }


def read(n: int, path: Path) -> dict[str, float]:
    import nx_poincare as nxp

    small = path.with_name(f"small{path.suffix}")
    nxp.export_graph(embedded(1_000), small)
    nxp.read_graph(small)  # imports
    before, start = peak_bytes(), time.process_time()
    graph = nxp.read_graph(path, max_bytes=2**40)
    cpu, peak = time.process_time() - start, peak_bytes()
    assert len(graph) == n
    own = bytes_of([graph._node, graph._succ, graph._pred])
    return {"cpu": cpu, "bytes": max(0, peak - before - own) / n, "graph": own / n}


def bytes_of(found: Any) -> int:
    """What objects in one another take, each counted once."""
    seen: set[int] = set()
    waiting, total = [found], 0
    while waiting:
        part = waiting.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        total += sys.getsizeof(part)
        if isinstance(part, dict):
            waiting += part.keys()
            waiting += part.values()
        elif isinstance(part, list | tuple):
            waiting += part
    return total


def embedded(n: int) -> Any:
    """A tree of random parents with attributes as `embed` writes them, without the memory that this takes."""
    import networkx as nx

    rng = np.random.default_rng(0)
    parents = (rng.random(n - 1) * np.arange(1, n)).astype(np.int64)
    graph = nx.DiGraph()
    for node, (x, y) in enumerate(rng.uniform(-0.7, 0.7, (n, 2)).tolist()):
        graph.add_node(f"node{node}", poincare=(x, y), pos=(x, y), level=node.bit_length())
    graph.add_edges_from((f"node{parent}", f"node{child}") for child, parent in enumerate(parents.tolist(), 1))
    return graph


def peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    print(json.dumps({"write": write, "read": read}[sys.argv[1]](int(sys.argv[2]), Path(sys.argv[3]))))
