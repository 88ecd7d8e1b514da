"""Is v an ancestor of u? F1 by the split of Ganea, Bécigneul & Hofmann 2018, ours beside the published figures.

    python benchmarks/entailment.py                     # nouns and mammals, in 2, 5 and 10 dimensions
    python benchmarks/entailment.py --only mammals

Trained on are the basic edges and a share of the other pairs of the closure; see `closure_split`. Ours are the
defaults, `embed(..., dim=d, seed=0)`, for each share anew. A pair counts as positive if its score is at most a
threshold, the one with the best F1 on the validation pairs:

    by horizons          d(u, v) - horizon of u
    by vectors alone     d(u, v) - d(u, origin)
    is_ancestor          the answer of `Embedding.is_ancestor`; no threshold is tuned

Published figures are cited, not run: order embeddings and entailment cones from Ganea, Bécigneul & Hofmann 2018, umbral
half-space cones and the best of all rows of mammals from the paper on shadow cones (ICLR 2024).
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Iterator
from typing import NamedTuple

import networkx as nx
import numpy as np
from closure_split import (
    BoolArray,
    ClosureSplit,
    IntArray,
    LabelledPairs,
    split_of_closure,
    train_hierarchy,
    without_root,
)
from graphs import all_nouns
from numpy.typing import NDArray

import nx_poincare as nxp
from nx_poincare.engine.geometry.ball import distance
from nx_poincare.engine.ranking.order import is_ancestor

FloatArray = NDArray[np.float64]

WHAT_IT_MEASURES = """\
All positives follow from the basic edges, which are trained on at every share: a look-up in their closure has 100.
The figures say how much of a known order fits into so many dimensions (capacity), not what a model infers. Ours is
fitted to the closure of its edges, as `embed` does with every graph, and so to the held-out pairs that follow; the
published methods are shown the pairs of the share alone."""
DIMS = (2, 5, 10)
SHARES = {"nouns": (0.0, 0.1, 0.25, 0.5), "mammals": (0.0, 0.1, 0.25, 0.5, 0.9)}
PUBLISHED: dict[tuple[str, int], dict[str, tuple[float, ...]]] = {
    ("nouns", 5): {
        "entailment cones": (29.2, 80.1, 86.0, 92.8),
        "umbral half-space cones": (45.2, 87.8, 94.2, 96.4),
    },
    ("nouns", 10): {
        "order embeddings": (43.0, 69.7, 79.4, 84.1),
        "entailment cones": (32.2, 85.9, 91.0, 94.4),
        "umbral half-space cones": (52.2, 89.4, 95.7, 97.0),
    },
    ("mammals", 2): {"best of others": (57.7, 74.1, 77.4, 80.3, 79.0)},
    ("mammals", 5): {"best of others": (69.4, 82.0, 84.1, 88.5, 97.6)},
}
COLUMNS = (38, 9, 9, 9, 9, 9)


class Scored(NamedTuple):
    """What one embedding reaches on the test pairs, F1 in percent; and whether it is that of the basic edges alone."""

    by_horizons: float
    by_vectors: float
    by_is_ancestor: float
    is_as_at_first: bool


def main() -> None:
    options = arguments()
    threads = os.cpu_count() if options.jobs == -1 else options.jobs
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors, threads: {threads}")
    print(f"\n{WHAT_IT_MEASURES}\n")
    for name in options.only:
        split = split_of_closure(graph_of(name), options.seed)
        print(described(name, split))
        for dim in DIMS:
            print()
            for row in table(name, dim, split, options.jobs):
                print(row, flush=True)
        print()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Print F1 of held-out pairs of WordNet beside the published figures.")
    parser.add_argument(
        "--only", type=graph_names, default=list(SHARES), metavar="NAMES",
        help=f"graphs, separated by commas, among {', '.join(SHARES)}; default: all",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, help="of the split; default: 0")
    parser.add_argument("--jobs", type=int, default=-1, help="threads; default: one per processor")
    return parser.parse_args()


def graph_names(text: str) -> list[str]:
    """The names in a list separated by commas; unknown ones are an error."""
    names = text.split(",")
    for name in names:
        if name not in SHARES:
            raise argparse.ArgumentTypeError(f"no graph {name!r}; there are {', '.join(SHARES)}")
    return names


def graph_of(name: str) -> nx.DiGraph:
    if name == "nouns":
        return without_root(all_nouns(), "entity.n.01")
    return without_root(nxp.wordnet_graph("mammal.n.01", source="bundled"), "mammal.n.01")


def described(name: str, split: ClosureSplit) -> str:
    held_out = int(split.test.is_positive.sum())
    return (
        f"{name}: {len(split.hierarchy):,} nodes, {len(split.basic):,} basic edges and {split.non_basic_count:,} other "
        f"pairs;\nheld out are {held_out:,} for validation and as many for the test, beside each ten negatives"
    )


# -- the table ---------------------------------------------------------------------------------


def table(name: str, dim: int, split: ClosureSplit, jobs: int) -> Iterator[str]:
    """A Markdown table: rows are methods, columns shares of the non-basic pairs that are trained on."""
    shares = SHARES[name]
    scored = list(scores_by_share(split, dim, shares, jobs))
    yield line(f"{name}, {dim}-D, F1 by share", [f"{share:.0%}" for share in shares])
    yield line("-" * COLUMNS[0], ["-" * width for width, _ in zip(COLUMNS[1:], shares, strict=False)])
    yield line("by horizons", [f"{one.by_horizons:.2f}" for one in scored])
    yield line("by vectors alone", [f"{one.by_vectors:.2f}" for one in scored])
    yield line("is_ancestor, no threshold tuned", [f"{one.by_is_ancestor:.2f}" for one in scored])
    for method, figures in PUBLISHED.get((name, dim), {}).items():
        yield line(f"{method} (published)", [f"{figure:.1f}" for figure in figures])
    yield line("our points and horizons as at 0%", ["yes" if one.is_as_at_first else "no" for one in scored])


def line(first: str, cells: list[str]) -> str:
    return "| " + " | ".join(map(str.ljust, [first, *cells], COLUMNS)) + " |"


def scores_by_share(split: ClosureSplit, dim: int, shares: tuple[float, ...], jobs: int) -> Iterator[Scored]:
    first: nxp.Embedding | None = None
    for share in shares:
        train = train_hierarchy(split, share)
        emb = nxp.embed(train, dim=dim, seed=0, n_jobs=jobs, progress=False)
        first = first or emb
        yield Scored(*test_scores(emb, split), emb == first)


# -- scores ------------------------------------------------------------------------------------


def test_scores(emb: nxp.Embedding, split: ClosureSplit) -> tuple[float, float, float]:
    """F1 in percent by horizons, by vectors alone, and of `is_ancestor`."""
    beyond_horizon = [beyond(emb, emb.horizons, labelled) for labelled in (split.validation, split.test)]
    beyond_origin = [beyond(emb, emb.radii, labelled) for labelled in (split.validation, split.test)]
    found = named_ancestors(emb, split.test.pairs)
    return (
        tuned_f1(*beyond_horizon, split.validation.is_positive, split.test.is_positive),
        tuned_f1(*beyond_origin, split.validation.is_positive, split.test.is_positive),
        100 * f1(found, split.test.is_positive),
    )


def beyond(emb: nxp.Embedding, limits: FloatArray, labelled: LabelledPairs) -> FloatArray:
    """How far v lies beyond a limit around u, which every node has its own."""
    u, v = labelled.pairs.T
    s, r = emb.directions, emb.radii
    return distance(s[u], r[u], s[v], r[v]) - limits[u]


def named_ancestors(emb: nxp.Embedding, pairs: IntArray) -> BoolArray:
    """What `Embedding.is_ancestor` answers, of all pairs at once."""
    u, v = pairs.T
    s, r = emb.directions, emb.radii
    return np.asarray(is_ancestor(s[v], r[v], s[u], r[u], emb.horizons[u]), dtype=np.bool_)


def tuned_f1(
    validation: FloatArray, test: FloatArray, is_validation_positive: BoolArray, is_test_positive: BoolArray
) -> float:
    """F1 in percent on the test pairs, by the threshold that is best on the validation pairs."""
    return 100 * f1(test <= best_threshold(validation, is_validation_positive), is_test_positive)


def best_threshold(scores: FloatArray, is_positive: BoolArray) -> float:
    """Up to which score pairs are to count as positive for the best F1; half-way to the next score."""
    order = np.argsort(scores, kind="stable")
    ordered = scores[order]
    right = np.cumsum(is_positive[order])
    values = 2 * right / (np.arange(1, len(scores) + 1) + is_positive.sum())
    values[:-1][ordered[1:] == ordered[:-1]] = -1  # pairs of one score are all in or all out
    best = int(values.argmax())
    return float(ordered[best : best + 2].mean())


def f1(found: BoolArray, is_positive: BoolArray) -> float:
    return float(2 * np.sum(found & is_positive) / (found.sum() + is_positive.sum()))


if __name__ == "__main__":
    main()
