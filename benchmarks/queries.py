"""How long single questions to an embedding take: the first ones compare all nodes, later ones have an index.

    python benchmarks/queries.py                # WordNet's nouns by dimension, and random points by number
    python benchmarks/queries.py --most 20000

Prints milliseconds of processor time per call, the median of several calls: of the first / with the index. The index
comes when as much was compared as it costs to build, and for 4,000 nodes or more; answers are the same.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Hashable
from statistics import median

import numpy as np

import nx_poincare as nxp

CALLS = 21
Question = Callable[[nxp.Embedding, Hashable], object]
QUESTIONS: dict[str, Question] = {
    "nearest, 10": lambda emb, u: emb.nearest(u),
    "closer_than": lambda emb, u: emb.closer_than(u, emb.nodes[0]),
    "ancestors": lambda emb, u: emb.ancestors(u),
    "descendants": lambda emb, u: emb.descendants(u),
    "children": lambda emb, u: emb.children(u),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=1_000_000, help="most random points (default %(default)s)")
    options = parser.parse_args()
    print(f"{'':28}" + "".join(f"{name:>16}" for name in QUESTIONS))
    nouns = nxp.wordnet_graph(source="bundled")
    for dim in (2, 5, 10):
        print_row(f"WordNet's nouns, {dim}-D", nxp.embed(nouns, dim))
    for n in (4000, 20_000, 200_000, 1_000_000):
        for dim in (2, 10):
            if n <= options.most:
                print_row(f"{n:,} random points, {dim}-D", random_points(n, dim))


def random_points(n: int, dim: int) -> nxp.Embedding:
    """Points in all directions at all radii up to 36."""
    rng = np.random.default_rng(0)
    directions = rng.normal(size=(n, dim))
    return nxp.Embedding(range(n), directions / np.linalg.norm(directions, axis=1)[:, None], rng.uniform(0, 36, n))


def print_row(title: str, emb: nxp.Embedding) -> None:
    """A line of the table."""
    print(f"{title:28}" + "".join(f"{figures(question, emb):>16}" for question in QUESTIONS.values()), flush=True)


def figures(question: Question, emb: nxp.Embedding) -> str:
    """Milliseconds of the first calls, and of calls with the index."""
    fresh = emb.relabel(emb.nodes)  # which was asked nothing yet
    first = milliseconds(question, fresh)
    for _ in range(25 + 50_000_000 // len(emb)):
        fresh.ancestors(fresh.nodes[0])
    return f"{first:.2f} / {milliseconds(question, fresh):.2f}"


def milliseconds(question: Question, emb: nxp.Embedding) -> float:
    chosen = [emb.nodes[i] for i in np.random.default_rng(1).integers(len(emb), size=CALLS)]
    question(emb, chosen[0])  # what is computed once
    taken = []
    for node in chosen:
        start = time.process_time()
        question(emb, node)
        taken.append(1000 * (time.process_time() - start))
    return median(taken)


if __name__ == "__main__":
    main()
