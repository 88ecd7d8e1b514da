"""How long exact scores of real hierarchies take: by a loop over all nodes, by the index, and as they are called.

    pip install "nx-poincare[benchmarks]"           # packages that hold ontologies
    python benchmarks/ranks.py                      # nouns of WordNet, and what is installed
    python benchmarks/ranks.py --only nouns --dims 2 --effort 0
    python benchmarks/ranks.py edges.tsv.gz         # files of edges

Points are those of `embed(G, dim=d, effort=E, seed=0)`. Seconds are those of the processor, of one thread, for all
nodes; the loop and the index take a part of them, both the same, if they are many, with the same bits. The scores are
`evaluate_reconstruction` and `evaluate_order`, which choose by themselves. Random trees: `benchmarks/scale.py --ranks`.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import networkx as nx
from hierarchies import SOURCES, Source, graph_of_file, readable
from scale import seconds_of_ranks

import nx_poincare as nxp

COLUMNS = [
    "hierarchy", "nodes", "pairs", "dim", "loop s", "index s", "scores s", "of the order s", "mean rank", "MAP", "F1",
]  # fmt: skip


def main() -> None:
    hierarchies = {"nouns": Source("WordNet nouns", nouns), **SOURCES}
    parser = argparse.ArgumentParser(description="Seconds of exact scores of real hierarchies.")
    parser.add_argument("files", nargs="*", help="files of edges, in the place of the hierarchies below")
    parser.add_argument("--only", nargs="+", choices=hierarchies, default=list(hierarchies))
    parser.add_argument("--dims", type=int, nargs="+", default=[2, 10])
    parser.add_argument("--effort", type=float, default=1.0, help="of the embedding; default: %(default)s")
    parser.add_argument("--relations", nargs="+", default=["is_a"], help="of OBO files")
    options = parser.parse_args()
    files = [Source(Path(file).name, partial(graph_of_file, file, options.relations)) for file in options.files]
    print("| " + " | ".join(COLUMNS) + " |")
    print("|---" * len(COLUMNS) + "|", flush=True)
    warm_up()
    for title, G in readable(files or [hierarchies[name] for name in options.only]):
        hierarchy = nxp.Hierarchy.from_digraph(G)
        for dim in options.dims:
            print(f"| {title} | " + " | ".join(row(hierarchy, dim, options.effort)) + " |", flush=True)


def nouns() -> nx.DiGraph:
    return nxp.wordnet_graph("entity.n.01")


def row(hierarchy: nxp.Hierarchy, dim: int, effort: float) -> list[str]:
    """The cells of a line but for the title."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", nxp.QualityWarning)  # the table says it
        emb = nxp.embed(hierarchy, dim, effort=effort, seed=0, progress=False)
    n = len(hierarchy)
    loop, index = (n * seconds for seconds in seconds_of_ranks(hierarchy, emb.directions, emb.radii))
    ranks, scores = timed(nxp.evaluate_reconstruction, emb, hierarchy)
    order, of_order = timed(nxp.evaluate_order, emb, hierarchy)
    return [
        f"{n:,}", f"{scores.pairs:,}", str(dim), f"{loop:.2f}", f"{index:.2f}", f"{ranks:.2f}", f"{order:.2f}",
        f"{scores.mean_rank:.4g}", f"{scores.map_score:.4f}", f"{of_order.f1:.4f}",
    ]  # fmt: skip


def timed(function: Callable[..., Any], *arguments: Any) -> tuple[float, Any]:
    """CPU seconds of a call, and what it returns."""
    start = time.process_time()
    found = function(*arguments, n_jobs=1, progress=False)
    return time.process_time() - start, found


def warm_up() -> None:
    """Compiles the kernels, or loads them."""
    G = nx.gn_graph(25_000, seed=0).reverse()
    emb = nxp.embed(G, 3, effort=0, seed=0, progress=False)
    for score in (nxp.evaluate_reconstruction, nxp.evaluate_order):
        score(emb, G, sample=2000, seed=0, progress=False)
        score(emb, G, progress=False)


if __name__ == "__main__":
    main()
