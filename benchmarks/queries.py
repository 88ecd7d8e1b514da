"""How long queries to an embedding take; each looks at all nodes.

    python benchmarks/queries.py                # WordNet's nouns, and a million random points
    python benchmarks/queries.py --random 100000

Prints milliseconds of processor time per call, the median of several calls.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Hashable
from statistics import median

import numpy as np

import nx_poincare as nxp

CALLS = 21


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--random", type=int, default=1_000_000, help="number of random points (default %(default)s)")
    parser.add_argument("--dim", type=int, default=10, help="their dimension (default %(default)s)")
    options = parser.parse_args()
    nouns = nxp.wordnet_graph(source="bundled")
    print(f"{'':28}" + "".join(f"{name:>14}" for name in ("nearest, 10", "closer_than", "ancestors", "children")))
    print_row("WordNet's nouns, 2-D", nxp.embed(nouns))
    print_row(f"{options.random:,} points, {options.dim}-D", random_points(options.random, options.dim))


def random_points(n: int, dim: int) -> nxp.Embedding:
    """Points in all directions at all radii up to 36."""
    rng = np.random.default_rng(0)
    directions = rng.normal(size=(n, dim))
    return nxp.Embedding(range(n), directions / np.linalg.norm(directions, axis=1)[:, None], rng.uniform(0, 36, n))


def print_row(title: str, emb: nxp.Embedding) -> None:
    """A line of the table."""
    first = emb.nodes[0]
    questions: tuple[Callable[[Hashable], object], ...] = (
        emb.nearest, lambda u: emb.closer_than(u, first), emb.ancestors, emb.children,
    )  # fmt: skip
    chosen = [emb.nodes[i] for i in np.random.default_rng(1).integers(len(emb), size=CALLS)]
    print(f"{title:28}" + "".join(f"{milliseconds(question, chosen):14.1f}" for question in questions), flush=True)


def milliseconds(question: Callable[[Hashable], object], nodes: list[Hashable]) -> float:
    question(nodes[0])  # what is computed once
    taken = []
    for node in nodes:
        start = time.process_time()
        question(node)
        taken.append(1000 * (time.process_time() - start))
    return median(taken)


if __name__ == "__main__":
    main()
