"""The same hierarchies embedded by gensim and by this project, in one run: speed, quality over time, limits.

    python benchmarks/peers.py            # some five minutes
    python benchmarks/peers.py --quick    # only mammals

gensim comes with the test extra. Scores are exact, over all nodes, by `evaluate_reconstruction` for both.
"""

import argparse
import logging
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import numba
import numpy as np

import nx_poincare as nxp
from nx_poincare.engine.geometry.ball import distance
from nx_poincare.engine.training.gradient_steps import train_rows
from nx_poincare.engine.training.negative_sampling import ancestry, scratch
from nx_poincare.engine.training.random_start import random_start
from nx_poincare.hierarchy.hierarchy import Hierarchy

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))
from oracles import exponential_map, retraction, uniform_table

RULES = (exponential_map, retraction)


def throughput(h: Hierarchy, dim: int, negatives: int, threads: int = 1) -> float:
    """Pairs a second of one epoch of training from random points, the best of three."""
    from concurrent.futures import ThreadPoolExecutor

    directions, radii = random_start(h.dag.n, dim, np.random.default_rng(0))
    exponentials = np.exp(radii)
    rows = np.random.default_rng(0).permutation(np.flatnonzero(np.diff(h.dag.parent_starts)))
    table, still = uniform_table(h.dag.n), np.zeros(h.dag.n, dtype=bool)
    work = [scratch(h.dag, dim, negatives) for _ in range(threads)]

    def visit(share: np.ndarray, own: tuple[np.ndarray, ...], seed: int) -> int:
        _, pairs = train_rows(
            directions, exponentials, share, ancestry(h.dag), table, still, negatives,
            0.1, np.exp(36.0), np.uint64(seed), own,
        )  # fmt: skip
        return int(pairs)

    def epoch(seed: int) -> int:
        with ThreadPoolExecutor(threads) as pool:
            return sum(pool.map(visit, np.array_split(rows, threads), work, [seed] * threads))

    epoch(0)
    return max(epoch(i) / seconds(lambda i=i: epoch(i)) for i in range(1, 4))


def machine_limit(h: Hierarchy, dim: int, negatives: int) -> float:
    """Rows gathered, multiplied and written back a second by a bare loop of the same shape as training."""
    points = np.random.default_rng(0).normal(size=(h.dag.n, dim))
    picks = np.random.default_rng(1).integers(0, h.dag.n, (20_000, negatives + 9))
    bare(points, picks)
    return picks.size / min(seconds(lambda: bare(points, picks)) for _ in range(20))


@numba.njit
def bare(points: np.ndarray, picks: np.ndarray) -> float:
    """For each row of picks: gather the points, multiply with the first, write them back."""
    total = 0.0
    for i in range(picks.shape[0]):
        u = picks[i, 0]
        for j in range(picks.shape[1]):
            v = picks[i, j]
            dot = 0.0
            for c in range(points.shape[1]):
                dot += points[u, c] * points[v, c]
            total += dot
            for c in range(points.shape[1]):
                points[v, c] = points[v, c] * 0.999 + 1e-6 * points[u, c]
    return total


def gensim_model(G: nx.DiGraph, dim: int, negatives: int) -> Any:
    """A gensim PoincareModel over the closure of a graph."""
    from gensim.models.poincare import PoincareModel

    pairs = [(u, a) for u, a, _, _ in nxp.closure_edges(G)]
    return PoincareModel(pairs, size=dim, negative=negatives, burn_in=0, seed=1)


def gensim_throughput(model: Any, epochs: int) -> float:
    pairs = len(model.all_relations) * epochs
    return pairs / seconds(lambda: model.train(epochs=epochs, batch_size=50, print_every=10**9))


def gensim_vectors(model: Any) -> dict[Any, np.ndarray]:
    """The vector of each node; those on the sphere are moved inside."""
    norms = np.linalg.norm(model.kv.vectors, axis=1)
    inside = model.kv.vectors / np.maximum(norms / (1 - 1e-9), 1)[:, None]
    return dict(zip(model.kv.index_to_key, inside, strict=True))


def gensim_scores(model: Any, G: nx.DiGraph) -> nxp.Scores:
    return nxp.evaluate_reconstruction(gensim_vectors(model), G, n_jobs=-1)


def seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def speed_table(name: str, G: nx.DiGraph, *, gensim_epochs: int) -> None:
    h = Hierarchy.from_digraph(G)
    print(f"\n{name}: {len(h):,} nodes, {h.closure.nnz:,} pairs, 10-D, pairs a second of training")
    print(f"{'negatives':>10}{'gensim':>12}{'ours':>14}{'ratio':>9}{'two threads':>14}{'of the limit':>14}")
    for negatives in (10, 20, 50):
        ours, both = throughput(h, 10, negatives), throughput(h, 10, negatives, 2)
        rows_per_pair = (h.closure.nnz + negatives * (len(h) - len(h.dag.roots))) / h.closure.nnz
        share = ours * rows_per_pair / machine_limit(h, 10, negatives)
        line = f"{negatives:>10}"
        if negatives == 10:
            theirs = gensim_throughput(gensim_model(G, 10, negatives), gensim_epochs)
            line += f"{theirs:>12,.0f}{ours:>14,.0f}{ours / theirs:>8.0f}x"
        else:
            line += f"{'':>12}{ours:>14,.0f}{'':>9}"
        print(line + f"{both / ours:>13.2f}x{share:>14.0%}", flush=True)


def quality_curves(G: nx.DiGraph, dim: int, budget: float) -> None:
    """MAP against seconds: both trainings from random points, and the closed form."""
    print(f"\nmammals, {dim}-D, mean rank / MAP after so many seconds of training")
    curve: list[tuple[float, nxp.Scores]] = []
    pause, start = 0.0, time.perf_counter()
    marks = [budget * x for x in (0.05, 0.1, 0.2, 0.4, 0.7, 1.0)]

    def watch(epoch: int, loss: float, points: nxp.Embedding) -> bool:
        nonlocal pause
        spent = time.perf_counter() - start - pause
        if len(curve) < len(marks) and spent > marks[len(curve)]:
            pause += seconds(lambda: curve.append((spent, nxp.evaluate_reconstruction(points, G))))
        return spent > budget

    final = nxp.embed(G.copy(), dim, init="random", seed=0, callbacks=[watch])
    show("ours, random start", [*curve, (time.perf_counter() - start - pause, nxp.evaluate_reconstruction(final, G))])
    model, spent, theirs = gensim_model(G, dim, 10), 0.0, []
    for mark in marks:
        while spent < mark:
            spent += seconds(lambda: model.train(epochs=1, batch_size=10, print_every=10**9))
        theirs.append((spent, gensim_scores(model, G)))
    show("gensim", theirs)
    start = time.perf_counter()
    closed = nxp.embed(G.copy(), dim, seed=0)
    show("ours, closed form", [(time.perf_counter() - start, nxp.evaluate_reconstruction(closed, G))])


def show(who: str, curve: list[tuple[float, nxp.Scores]]) -> None:
    text = "   ".join(f"{spent:.1f} s: {s.mean_rank:.2f} / {s.map_score:.3f}" for spent, s in curve)
    print(f"{who:20}{text}", flush=True)


def step_rules() -> None:
    """How far the retraction ends from the exponential map, and the time of each."""
    rng = np.random.default_rng(0)
    s = rng.normal(size=(20_000, 10))
    s /= np.linalg.norm(s, axis=1, keepdims=True)
    across = rng.normal(size=s.shape)
    across -= np.sum(across * s, axis=1, keepdims=True) * s
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    cost = [min(seconds(lambda r=r: r(s, np.full(len(s), 2.0), 0.1, 0.1 * across)) for _ in range(5)) for r in RULES]
    print(f"\nsteps: the exponential map takes {cost[0] / cost[1]:.2f} times the retraction's time (numpy)")
    print("distance of their ends over the length of a step, at radius    0.01       1      10")
    for length in (0.01, 0.1, 1.0):
        text = f"  step of length {length:<5}{'':37}"
        for radius in (0.01, 1.0, 10.0):
            part = length / np.sqrt(2)
            ends = [rule(s, np.full(len(s), radius), part, part * across) for rule in RULES]
            text += f"{np.median(distance(*ends[0], *ends[1])) / length:>8.1%}"
        print(text, flush=True)


def closure_row(G: nx.DiGraph) -> None:
    Hierarchy.from_digraph(G).closure  # noqa: B018
    ours = seconds(lambda: Hierarchy.from_digraph(G).closure)
    theirs = seconds(lambda: nx.transitive_closure_dag(G))
    print(f"\nclosure of the nouns: ours {ours:.2f} s, networkx {theirs:.2f} s, ratio {theirs / ours:.0f}x")


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare with gensim and networkx in one run.")
    parser.add_argument("--quick", action="store_true", help="only mammals")
    parser.add_argument("--budget", type=float, default=15.0, help="seconds of training for each curve")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    step_rules()
    mammals = nxp.wordnet_graph("mammal.n.01", source="bundled")
    speed_table("mammals", mammals, gensim_epochs=2)
    for dim in (2, 5):
        quality_curves(mammals, dim, options.budget)
    if not options.quick:
        nouns = nxp.wordnet_graph(source="bundled")
        speed_table("nouns", nouns, gensim_epochs=1)
        closure_row(nouns)


if __name__ == "__main__":
    main()
