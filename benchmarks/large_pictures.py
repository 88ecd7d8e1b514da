"""Pictures and pages of large graphs: seconds, memory and size, from an embedding and from a NetworkX graph.

    python benchmarks/large_pictures.py                     # a million nodes
    python benchmarks/large_pictures.py --nodes 100000

The graph is that of scale.py: a random recursive tree in which 3 % of the nodes have a second parent. It is embedded,
or built, before the clock starts; a picture is drawn on 8 inches and saved as PNG with 150 pixels an inch. Each line
is a fresh process, which draws a small graph first, so that kernels are compiled. CPU seconds (user and system) stand
beside the wall clock, as they depend less on other work of the machine.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import networkx as nx
from scale import hierarchy_of, peak_bytes, taxonomy

import nx_poincare as nxp

NODES = [1_000_000]
INCHES, PIXELS_AN_INCH = 8, 150


def main() -> None:
    parser = argparse.ArgumentParser(description="Time and memory of pictures and pages of large graphs.")
    parser.add_argument("--nodes", type=int, nargs="+", default=NODES)
    parser.add_argument("--child", nargs=3, metavar=("WHAT", "SOURCE", "NODES"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        what, source, n = options.child
        print(json.dumps(measured(what, source, int(n))))
        return
    print("| what | from | nodes | CPU s | wall s | peak GiB | MB |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for n in options.nodes:
        for what in ("picture", "page"):
            for source in ("embedding", "graph"):
                command = [sys.executable, __file__, "--child", what, source, str(n)]
                done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
                cpu, wall, peak, size = json.loads(done.stdout)
                print(f"| {what} | {source} | {n:,} | {cpu:.1f} | {wall:.1f} | {peak:.2f} | {size:.1f} |", flush=True)


def measured(what: str, source: str, n: int) -> tuple[float, float, float, float]:
    """CPU and wall seconds, GiB of the process at its peak, MB of the file."""
    mpl.use("agg")
    make, shown_of = {"picture": picture, "page": page}[what], {"embedding": embedding, "graph": graph}[source]
    with tempfile.TemporaryDirectory() as folder:
        make(shown_of(1_000), Path(folder) / "small")
        shown, path = shown_of(n), Path(folder) / "large"
        wall, cpu = time.perf_counter(), time.process_time()
        make(shown, path)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        return cpu, wall, peak_bytes() / 2**30, path.stat().st_size / 1e6


def embedding(n: int) -> nxp.Embedding:
    return nxp.embed(hierarchy_of(n), effort=0, seed=0, progress=False)


def graph(n: int) -> nx.DiGraph:
    made = nx.DiGraph()
    made.add_nodes_from(range(n))
    made.add_edges_from(taxonomy(n).tolist())
    return made


def picture(shown: nxp.Embedding | nx.DiGraph, path: Path) -> None:
    figure = plt.figure(figsize=(INCHES, INCHES))
    nxp.draw_poincare(shown, ax=figure.add_axes((0.02, 0.02, 0.96, 0.92)))
    figure.savefig(path, format="png", dpi=PIXELS_AN_INCH)
    plt.close(figure)


def page(shown: nxp.Embedding | nx.DiGraph, path: Path) -> None:
    nxp.write_html(shown, path)


if __name__ == "__main__":
    main()
