"""Memory and time of reading formats that are not written by `export_graph`.

python benchmarks/readers.py
python benchmarks/readers.py --table FILE   # what is printed goes into a Markdown file as well
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import io
import json
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from formats import bytes_of, peak_bytes

N = 100_000


def parents(n: int) -> list[int]:
    return (np.random.default_rng(0).random(n - 1) * np.arange(1, n)).astype(np.int64).tolist()


def rows(n: int, row: str, start: int = 0) -> str:
    """A line for each edge of a tree of random parents."""
    numbered = enumerate(parents(n), start + 1)
    return "".join(row.format(parent=parent + start, child=child) for child, parent in numbered)


def newick(n: int) -> str:
    above = [-1, *parents(n)]
    inside: list[list[str]] = [[] for _ in range(n)]
    for node in range(n - 1, 0, -1):
        inside[above[node]].append(f"{subtree(inside[node])}node{node}:1.5")
        inside[node] = []
    return f"{subtree(inside[0])}node0;"


def subtree(inside: list[str]) -> str:
    return f"({','.join(inside)})" if inside else ""


def pajek(n: int) -> str:
    vertices = "".join(f'{number} "node{number}"\n' for number in range(1, n + 1))
    return f"*Vertices {n}\n{vertices}*Arcs\n{rows(n, '{parent} {child} 1' + chr(10), start=1)}"


TEXTS: dict[str, Callable[[int], str]] = {
    "tsv": lambda n: rows(n, "node{parent}\tnode{child}\n"),
    "csv": lambda n: "kingdom,phylum,class\n" + "".join(f"k{i % 3},p{i % 300},c{i}\n" for i in range(n)),
    "adjlist": lambda n: rows(n, "node{parent} node{child}\n"),
    "dot": lambda n: f"digraph {{{rows(n, 'node{parent} -> node{child}' + chr(10))}}}",
    "dmp": lambda n: "1\t|\t1\t|\tno rank\t|\n" + rows(n, "{child}\t|\t{parent}\t|\tspecies\t|\n", start=1),
    "newick": newick,
    "nexus": lambda n: f"#NEXUS\nBEGIN TREES;\nTREE one = {newick(n)}\nEND;\n",
    "obo": lambda n: (
        "[Term]\nid: X:0\nname: 0\n" + rows(n, "\n[Term]\nid: X:{child}\nname: {child}\nis_a: X:{parent}\n")
    ),
    "pajek": pajek,
}


def report() -> None:
    print(
        "| format | nodes | file MiB | bytes a node beyond the graph | CPU s | its graph |\n|---|---|---|---|---|---|"
    )
    for format, text in TEXTS.items():
        with tempfile.TemporaryDirectory() as folder:
            for name, n in (("small", 100), ("large", N)):
                Path(folder, name).write_text(text(n))
            command = [sys.executable, __file__, "--child", format, folder]
            found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
            size = Path(folder, "large").stat().st_size / 2**20
        print(
            f"| {format} | {found['nodes']:,} | {size:.1f} | {found['bytes']:,.0f} | {found['cpu']:.1f} "
            f"| {found['graph']:,.0f} |",
            flush=True,
        )


def measure(format: str, folder: Path) -> dict[str, float]:
    import nx_poincare as nxp

    warnings.simplefilter("ignore")
    nxp.read_graph(folder / "small", format=format)  # type: ignore[arg-type]  # imports
    before, start = peak_bytes(), time.process_time()
    graph = nxp.read_graph(folder / "large", format=format, max_bytes=2**40)  # type: ignore[arg-type]
    cpu, peak = time.process_time() - start, peak_bytes()
    own = bytes_of([graph._node, graph._succ, graph._pred])
    n = len(graph)
    return {"nodes": n, "cpu": cpu, "bytes": max(0, peak - before - own) / n, "graph": own / n}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--table", type=Path, help="Markdown file to write what is printed to, with command and date")
    parser.add_argument("--child", nargs=2, metavar=("FORMAT", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(measure(options.child[0], Path(options.child[1]))))
    elif options.table is None:
        report()
    else:
        with contextlib.redirect_stdout(io.StringIO()) as told:
            print(f"What `python benchmarks/readers.py` printed on {datetime.date.today():%Y-%m-%d}:\n")
            report()
        print(told.getvalue())
        options.table.write_text(told.getvalue(), encoding="utf-8")
