"""How time and memory grow with the number of nodes.

    python benchmarks/scale.py                      # files: from 10,000 to 5 million nodes, to vectors on disk
    python benchmarks/scale.py --output tsv         # as text
    python benchmarks/scale.py --input parquet --ids integer --output parquet --nodes 100000 1000000 5000000 20000000
    python benchmarks/scale.py --defaults           # with refinement, without --effort 0
    python benchmarks/scale.py --graphs             # NetworkX graphs through embed(G), beyond building the graph
    python benchmarks/scale.py --training           # pairs a second and bytes in training
    python benchmarks/scale.py --ranks              # exact ranks: the loop over all nodes against the index
    python benchmarks/scale.py --formats            # memory and time of writing and reading graphs
    python benchmarks/scale.py --nodes 1000000      # one size, of any of these
    python benchmarks/scale.py --table FILE         # what is printed goes into a Markdown file as well, of any of these

The graph is a random recursive tree in which 3 % of the nodes have a second parent. Each size is a fresh process; of
files it is `nx-poincare embed big.tsv --effort 0 -o big.npz`. CPU seconds (user and system) stand beside the wall
clock, as they depend less on other work of the machine. `embed(G)` is the default, which refines the arcs of
smaller graphs.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import shlex
import subprocess
import sys
import tempfile
import time
from contextlib import redirect_stdout
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from formats import report_formats

FILES = [10_000, 30_000, 100_000, 300_000, 1_000_000, 2_000_000, 5_000_000]
GRAPHS = [10_000, 50_000, 100_000, 500_000]
TRAINED = [100_000, 1_000_000, 5_000_000]
WRITTEN = [2_000, 100_000, 1_000_000]
RANKED, RANKED_DIMS = [10_000, 30_000, 100_000, 1_000_000], [2, 3, 5, 10]
MOST_RANKED = 2_000_000_000  # comparisons of the loop
SECOND_PARENTS = 0.03
START = 10_000  # nodes, of which compiled code is loaded and little else is in memory
COMPILING = [START, 300_000, 600_000]  # nodes: kernels are compiled once a machine, for wide and narrow indices
LEAST_FITTED = 100_000  # below, the start of the process is most of the time
DIM, WIDE = 10, 20


def main() -> None:
    parser = argparse.ArgumentParser(description="Time and memory of nx_poincare, by number of nodes.")
    parser.add_argument("--nodes", type=int, nargs="+")
    parser.add_argument("--dim", type=int, default=2, help="dimension of the embedding of files")
    parser.add_argument("--defaults", action="store_true", help="files without --effort 0: arcs may be refined")
    parser.add_argument("--output", choices=["npz", "parquet", "tsv"], default="npz", help="what to write for files")
    parser.add_argument("--input", choices=["tsv", "parquet"], default="tsv", help="what to read")
    parser.add_argument("--ids", choices=["text", "integer"], default="text", help="names of nodes")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--graphs", action="store_true", help="NetworkX graphs instead of files")
    what.add_argument("--training", action="store_true", help="training instead of the closed form")
    what.add_argument("--ranks", action="store_true", help="exact ranks instead of embeddings, of --effort 0")
    what.add_argument("--formats", action="store_true", help="graph files instead of embeddings")
    what.add_argument("--child", nargs="+", metavar="WHAT NODES DIM ...", help=argparse.SUPPRESS)
    parser.add_argument("--table", type=Path, help="Markdown file to write what is printed to, with command and date")
    options = parser.parse_args()
    if options.table is None:
        report(options)
        return
    arguments = shlex.join(word for word in sys.argv[1:] if word not in ("--table", str(options.table)))
    told = Told(f"What `{f'python benchmarks/scale.py {arguments}'.strip()}` printed on {date.today():%Y-%m-%d}:\n\n")
    with redirect_stdout(told):
        report(options)
    options.table.write_text(told.getvalue(), encoding="utf-8")


class Told(io.StringIO):
    """What is printed, which is shown as well."""

    def __init__(self, head: str) -> None:
        super().__init__()
        super().write(head)

    def write(self, text: str) -> int:
        sys.__stdout__.write(text)  # type: ignore[union-attr]
        sys.__stdout__.flush()  # type: ignore[union-attr]
        return super().write(text)


def report(options: argparse.Namespace) -> None:
    if options.child:
        what_to_do, n, dim, *rest = options.child
        functions = {"graph": embed_graph, "train": train_graph, "rank": rank_nodes, "write": write_file}
        print(json.dumps(functions[what_to_do](int(n), int(dim), *rest)))
    elif options.graphs:
        report_graphs(options.nodes or GRAPHS)
    elif options.formats:
        report_formats(options.nodes or WRITTEN)
    elif options.training:
        report_training(options.nodes or TRAINED)
    elif options.ranks:
        report_ranks(options.nodes or RANKED)
    else:
        refined = options.defaults or options.dim > 2
        files = options.input, options.ids, options.output
        report_files(options.nodes or FILES, options.dim, files, [] if refined else ["--effort", "0"])


def report_files(sizes: list[int], dim: int, files: tuple[str, str, str], arguments: list[str]) -> None:
    print("| nodes | wall s | CPU s | peak GiB | bytes a node |")
    print("|---|---|---|---|---|", flush=True)
    for n in COMPILING:
        measured(n, dim, files, arguments)
    _, start, base = measured(START, dim, files, arguments)
    work = []
    for n in sizes:
        wall, cpu, peak = measured(n, dim, files, arguments)
        work.append(cpu - start)
        own = f"{(peak - base) / (n - START):,.0f}" if n > 2 * START else ""
        print(f"| {n:,} | {wall:.1f} | {cpu:.1f} | {peak / 2**30:.2f} | {own} |", flush=True)
    fitted = [(n, seconds) for n, seconds in zip(sizes, work, strict=True) if n >= LEAST_FITTED and seconds > 0]
    print(f"\n{START:,} nodes take {start:.1f} s and {base / 2**20:.0f} MiB, left out of bytes and of the fit.")
    if len(fitted) > 1:
        exponent = np.polyfit(*np.log(np.array(fitted)).T, 1)[0]
        expected = np.polyfit(*np.log([(n, n * np.log(n)) for n, _ in fitted]).T, 1)[0]
        print(
            f"CPU seconds grow as n to the power {exponent:.2f} from {LEAST_FITTED:,} nodes on (least squares in "
            f"logarithms); n log n would be {expected:.2f}."
        )


def report_graphs(sizes: list[int]) -> None:
    print("| nodes | building s | embed(G) CPU s | wall s | arcs refined | peak GiB |")
    print("|---|---|---|---|---|---|", flush=True)
    for n in sizes:
        found = in_child("graph", n, 2)
        print(
            "| {n:,} | {building:.1f} | {cpu:.1f} | {wall:.1f} | {refined} | {peak:.2f} |".format(n=n, **found),
            flush=True,
        )


def report_training(sizes: list[int]) -> None:
    print(f"| nodes | pairs a second and core, {DIM}-D | against the first | peak GiB |")
    print("|---|---|---|---|", flush=True)
    rates, peaks = [], []
    for n in sizes:
        found = in_child("train", n, DIM)
        rates.append(found["rate"])
        peaks.append(found["peak"])
        print(f"| {n:,} | {rates[-1]:,.0f} | {rates[-1] / rates[0]:.0%} | {peaks[-1] / 2**30:.2f} |", flush=True)
    n = sorted(sizes)[len(sizes) // 2]
    wide, narrow = (in_child("train", n, dim)["peak"] for dim in (WIDE, DIM))
    slope = (wide - narrow) / n / (WIDE - DIM)
    rest = (narrow - in_child("train", 1_000, DIM)["peak"]) / n - slope * DIM
    print(f"\nTraining takes {slope:.0f} bytes a node and dimension, and {rest:.0f} bytes a node (at {n:,} nodes).")


def report_ranks(sizes: list[int]) -> None:
    print("| nodes | dim | loop us a row | index us a row | ratio | at random | all: CPU s | wall s | peak GiB | MR |")
    print("|---|---|---|---|---|---|---|---|---|---|", flush=True)
    for n in sizes:
        for dim in RANKED_DIMS:
            found = in_child("rank", n, dim)
            print(
                f"| {n:,} | {dim} | {found['loop']:.1f} | {found['index']:.1f} | {found['ratio']:.1f} | "
                f"{found['random']:.2f} | {found['cpu']:.1f} | {found['wall']:.1f} | {found['peak'] / 2**30:.2f} | "
                f"{found['mean_rank']:.1f} |",
                flush=True,
            )
    print(
        "\nRows are a sample, one thread. At random: the ratio for random points, where the loop is taken if below 1."
    )


def in_child(what: str, n: int, dim: int, *rest: str) -> dict:
    """The result of a function of this file in a separate process."""
    command = [sys.executable, __file__, "--child", what, str(n), str(dim), *rest]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def embed_graph(n: int, dim: int) -> dict:
    import networkx as nx

    import nx_poincare as nxp
    from nx_poincare.engine.cones.arcs import refine as arc_descent

    nxp.embed(graph_of(3_000), dim)  # compiles the kernels
    start = time.process_time()
    graph = graph_of(n)
    built = time.process_time()
    rounds = []
    descended = arc_descent._descended
    arc_descent._descended = lambda *args: rounds.append(1) or descended(*args)
    wall = time.perf_counter()
    nxp.embed(graph, dim, progress=False)
    wall, cpu = time.perf_counter() - wall, time.process_time() - built
    assert len(nx.get_node_attributes(graph, "poincare")) == n
    return {"building": built - start, "cpu": cpu, "wall": wall, "refined": "yes" if rounds else "no",
            "peak": peak_bytes() / 2**30}  # fmt: skip


def rank_nodes(n: int, dim: int) -> dict:
    import nx_poincare as nxp

    hierarchy, rng = hierarchy_of(n), np.random.default_rng(0)
    emb = nxp.embed(hierarchy, dim, effort=0, seed=0, progress=False)
    directions = rng.normal(size=(n, dim))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    loop, index = seconds_of_ranks(hierarchy, emb.directions, emb.radii)
    random_loop, random_index = seconds_of_ranks(hierarchy, directions, rng.uniform(0, 10, n))
    wall, cpu = time.perf_counter(), time.process_time()
    scores = nxp.evaluate_reconstruction(emb, hierarchy, n_jobs=-1, progress=False)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"loop": loop * 1e6, "index": index * 1e6, "ratio": loop / index, "random": random_loop / random_index,
            "wall": wall, "cpu": cpu, "peak": peak_bytes(), "mean_rank": scores.mean_rank}  # fmt: skip


def seconds_of_ranks(hierarchy: Any, directions: np.ndarray, radii: np.ndarray) -> tuple[float, float]:
    """CPU seconds for a row by the loop over all nodes and by the index, building it included."""
    from nx_poincare.engine.ranking.exact import rank_rows
    from nx_poincare.engine.ranking.keys import candidates
    from nx_poincare.engine.ranking.near_index import near_index
    from nx_poincare.engine.ranking.near_ranks import rank_rows_by_index

    n, nodes = len(radii), candidates(directions, radii)
    rows = np.arange(n)[:: max(1, n * n // MOST_RANKED)]
    starts, ancestors = hierarchy.ancestor_rows(rows)
    first = rows[:1], starts[:2], ancestors[: starts[1]]
    rank_rows.compiled(nodes, *first)  # compiles the kernels
    rank_rows_by_index(nodes, near_index(nodes), *first)
    begin = time.process_time()
    index = near_index(nodes)
    built = time.process_time()
    by_index = rank_rows_by_index(nodes, index, rows, starts, ancestors)
    found = time.process_time()
    by_loop = rank_rows.compiled(nodes, rows, starts, ancestors)
    looped = time.process_time()
    assert all(np.array_equal(one, other) for one, other in zip(by_loop, by_index[:2], strict=True))
    return (looped - found) / len(rows), (built - begin) / n + (found - built) / len(rows)


def train_graph(n: int, dim: int) -> dict:
    import nx_poincare as nxp
    from nx_poincare.engine.training import epochs

    nxp.embed(hierarchy_of(1_000), dim, init="random", training=1, seed=0, progress=False)  # compiles the kernels
    seconds, pairs, kernel = [], [], epochs.train_rows

    def timed(*arguments, **options):
        start = time.process_time()
        answer = kernel(*arguments, **options)
        seconds.append(time.process_time() - start)
        pairs.append(answer[1])
        return answer

    epochs.train_rows = timed
    nxp.embed(hierarchy_of(n), dim, init="random", training=nxp.Training(epochs=2, burn_in=1), seed=0, progress=False)
    half = len(pairs) // 2  # the second epoch: the first is burn-in
    return {"rate": sum(pairs[half:]) / sum(seconds[half:]), "peak": peak_bytes()}


def measured(n: int, dim: int, files: tuple[str, str, str], arguments: list[str]) -> tuple[float, float, int]:
    """Wall-clock seconds, CPU seconds and peak resident bytes of one run of the command."""
    with tempfile.TemporaryDirectory() as folder:
        given, ids, output = files
        source = Path(folder, f"big.{given}")
        in_child("write", n, 0, str(source), ids)  # else its memory would count as that of the command
        command = [sys.executable, "-m", "nx_poincare", "embed", str(source), "--max-bytes", str(2**40)]
        command += ["-o", f"{folder}/vectors.{output}"]
        command += ["--dim", str(dim), *arguments]
        start = time.perf_counter()
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"the command ended with exit code {process.returncode} at {n:,} nodes")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def graph_of(n: int):
    import networkx as nx

    graph = nx.DiGraph()
    graph.add_edges_from((f"node{parent}", f"node{child}") for parent, child in taxonomy(n).tolist())
    return graph


def hierarchy_of(n: int):
    import nx_poincare as nxp

    return nxp.Hierarchy.from_edges(range(n), taxonomy(n))


def write_file(n: int, _: int, path: str, ids: str) -> dict:
    write_taxonomy(Path(path), n, ids=ids)
    return {}


def write_taxonomy(path: Path, n: int, seed: int = 0, ids: str = "text") -> None:
    """A random recursive tree in which a few nodes have a second parent, as lines or in two columns of Parquet."""
    edges = taxonomy(n, seed)
    start = "node" if ids == "text" else ""
    if path.suffix == ".parquet":
        import pyarrow
        from pyarrow import compute, parquet

        columns = [pyarrow.array(column) for column in edges.T]
        if start:
            columns = [compute.binary_join_element_wise("node", c.cast("string"), "") for c in columns]
        parquet.write_table(pyarrow.table(columns, names=["source", "target"]), path)
        return
    with open(path, "w") as stream:
        for first in range(0, len(edges), 2**20):
            rows = edges[first : first + 2**20].tolist()
            stream.writelines(f"{start}{parent}\t{start}{child}\n" for parent, child in rows)


def taxonomy(n: int, seed: int = 0, second_parents: float = SECOND_PARENTS) -> np.ndarray:
    """Edges (parent, child), shape (number of edges, 2); every parent comes before its children."""
    rng = np.random.default_rng(seed)
    children = np.arange(1, n)
    second = children[rng.random(n - 1) < second_parents]
    children = np.concatenate([children, second])
    return np.column_stack([(rng.random(len(children)) * children).astype(np.int64), children])


if __name__ == "__main__":
    main()
