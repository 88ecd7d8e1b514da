"""Steps of a training on a cluster of this machine: speed-up by workers, traffic, and where the time goes.

    pip install "nx-poincare[dask]"
    python benchmarks/cluster.py                        # three graphs, in 10-D: at home, on one worker, on two
    python benchmarks/cluster.py --nodes 30000 --second-parents 0.3 --dim 5 --workers 1 2 3
    python benchmarks/cluster.py --scores               # rows of exact scores instead of steps
    python benchmarks/cluster.py --closure              # counts of ancestors and descendants: layers of 1,000 nodes
    python benchmarks/cluster.py --buckets 8            # epochs from random points, in so many parts
    python benchmarks/cluster.py --quality              # what training in parts costs: mammals and nouns of WordNet

The graph is a random recursive tree in which some of the nodes have a second parent; its skeleton is trained for some
steps. Scheduler and workers are processes as the documentation starts them. All counts of workers take turns, round by
round, and a cell is the median of its rounds; results must have the same bytes. The bytes of all messages are counted
in each process. Processors that are fewer than processes, or busy with other work, make steps slow that are fast
elsewhere. CPU seconds depend less on that: those of the client, of the scheduler and of the busiest worker, which wait
for each other, are what a step takes at least where each has a processor, and give the speed-up "on processors of
their own".
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from cluster_processes import cluster_of, totals
from distributed import Client
from scale import taxonomy

import nx_poincare as nxp
from nx_poincare.cluster.workers import workers_of
from nx_poincare.engine.cones.skeleton.optimise import Looker
from nx_poincare.engine.cones.skeleton.split import Skeleton, split
from nx_poincare.engine.cones.skeleton.start import start_skeleton
from nx_poincare.engine.cones.skeleton.state import SkeletonState
from nx_poincare.engine.cones.skeleton.steps import Mover
from nx_poincare.engine.dag.depth_first import Walk
from nx_poincare.engine.training.bucket_steps import Bucket, Epoch, Points, Visit, trained
from nx_poincare.engine.training.buckets import Buckets
from nx_poincare.engine.training.negative_sampling import degrees_in_closure, draw_weights
from nx_poincare.engine.training.parts import NodeTables, PartedGraph, parted
from nx_poincare.engine.training.random_start import random_start
from nx_poincare.engine.training.visiting_order import trains_in_walk_order

GRAPHS = [(3_000, 0.3), (100_000, 0.03), (30_000, 0.3)]  # nodes, and the share that has a second parent
COLUMNS = (
    "workers", "ms a step", "of it moving", "ms a look", "CPU ms a step: client", "scheduler", "busiest worker",
    "speed-up", "on processors of their own", "kB a step: sent", "received", "among others",
)  # fmt: skip
MAX_RADIUS, RATE = 30.0, 0.01
VISIT = Visit(1, False, 10, 0.1, float(np.exp(MAX_RADIUS)), 3, 0.35, 0.5)
QUALITY = [("mammals", "mammal.n.01", 5, 1.0, [1, 4, 8]), ("nouns", None, 10, 0.02, [1, 8])]


def main() -> None:
    parser = argparse.ArgumentParser(description="Steps of a training, or rows of scores, by number of workers.")
    parser.add_argument("--nodes", type=int, help="of the graph, or how many layers")
    parser.add_argument("--second-parents", type=float, default=0.3)
    parser.add_argument("--dim", type=int, default=10)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--steps", type=int, default=10, help="of the training, or epochs in parts")
    parser.add_argument("--negatives", type=int, default=10, help="of a row, in epochs in parts")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0, help="of trainings for --quality")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--scores", action="store_true", help="rows of exact scores instead of steps")
    what.add_argument("--closure", action="store_true", help="counts of the closure instead of steps")
    what.add_argument("--buckets", type=int, help="epochs of training in so many parts instead of steps")
    what.add_argument("--quality", action="store_true", help="scores after training in parts, at home")
    options = parser.parse_args()
    if options.closure or options.quality:
        report_closure(options) if options.closure else report_quality(options.seed)
        return
    graphs = [(options.nodes, options.second_parents)] if options.nodes else GRAPHS
    for n, share in graphs:
        hierarchy = nxp.Hierarchy.from_edges(range(n), taxonomy(n, second_parents=share))
        report = report_scores if options.scores else report_epochs if options.buckets else report_steps
        report(hierarchy, share, options)


class Steps(NamedTuple):
    """What a step takes, in which rows do not look around; and a look."""

    seconds: float
    moving: float  # seconds
    look: float  # seconds of one
    client_cpu: float
    scheduler_cpu: float
    worker_cpu: float  # of the busiest
    sent: float  # bytes, by the client
    received: float
    among_others: float  # bytes that the scheduler and workers send to each other
    points: bytes

    @property
    def cpu(self) -> float:
        return self.client_cpu + self.scheduler_cpu + self.worker_cpu


def report_steps(hierarchy: nxp.Hierarchy, share: float, options: argparse.Namespace) -> None:
    skeleton = split(hierarchy.dag)
    print(
        f"\n{len(hierarchy):,} nodes, {share:.0%} with a second parent: {len(skeleton.caps):,} caps, "
        f"{skeleton.dag.n:,} rows, {options.dim}-D, {options.steps} steps\n"
    )
    print("| " + " | ".join(COLUMNS) + " |\n|" + "---|" * len(COLUMNS), flush=True)
    found: dict[int, list[Steps]] = {count: [] for count in [0, *options.workers]}
    steps_taken(skeleton, options.dim, 2, None)  # compiles the kernels
    for _ in range(options.rounds):
        for count, rounds in found.items():
            with cluster_of(count) as client:
                rounds.append(steps_taken(skeleton, options.dim, options.steps, client))
    assert len({steps.points for rounds in found.values() for steps in rounds}) == 1
    home = medians(found[0])
    for count, rounds in found.items():
        own = medians(rounds)
        cells = [str(count) if count else "at home", *(f"{1000 * seconds:.1f}" for seconds in own[:6])]
        cells += [f"{home.seconds / own.seconds:.2f}", f"{home.cpu / own.cpu:.2f}"]
        cells += [f"{size / 1000:,.0f}" for size in own[6:9]]
        print("| " + " | ".join(cells) + " |", flush=True)
    report_ratios({count: [steps.seconds for steps in rounds] for count, rounds in found.items() if count})


def report_ratios(seconds: dict[int, list[float]]) -> None:
    (one, first), *others = seconds.items()
    for count, own in others:
        ratios = [a / b for a, b in zip(first, own, strict=True)]
        by_round = ", ".join(f"{ratio:.2f}" for ratio in ratios)
        print(f"\n{count} workers against {one}: {statistics.median(ratios):.2f} times as fast (rounds: {by_round})")


def medians(rounds: list[Steps]) -> Steps:
    return Steps(*(statistics.median(own) for own in list(zip(*rounds, strict=True))[:-1]), points=b"")


def steps_taken(skeleton: Skeleton, dim: int, steps: int, client: Client | None) -> Steps:
    """Train a skeleton for some steps, always from the same start."""
    directions, radii = start_skeleton(skeleton, dim, MAX_RADIUS, np.random.default_rng(0))
    state = SkeletonState.of(skeleton, directions, radii)
    mover = Mover(skeleton, state.parents, MAX_RADIUS)
    workers = workers_of(1, client)
    with workers.held():
        looker = Looker(skeleton, state, workers, seed=0, effort=1.0)
        if client is not None:
            looker.look(state)  # compiled code is read from the disk, and rows are there
            looker.pull(state)
            state.resting[:] = 0
        began = time.perf_counter()
        looker.look(state)
        look = time.perf_counter() - began
        before, began, moving = totals(client), time.perf_counter(), 0.0
        for _ in range(steps):
            pull = looker.pull(state)
            pulled = time.perf_counter()
            mover.move(state, pull, RATE)
            state.step += 1
            moving += time.perf_counter() - pulled
        seconds = time.perf_counter() - began
        taken = totals(client).since(before)
    points = state.directions.tobytes() + state.radii.tobytes()
    return Steps(seconds / steps, moving / steps, look, *(total / steps for total in taken[:6]), points=points)


def report_scores(hierarchy: nxp.Hierarchy, share: float, options: argparse.Namespace) -> None:
    emb = nxp.embed(hierarchy, options.dim, effort=0, seed=0, progress=False)

    def scores(client: Client | None) -> bytes:
        return repr(nxp.evaluate_reconstruction(emb, hierarchy, client=client, progress=False)).encode()

    print(f"\n{len(hierarchy):,} nodes, {share:.0%} with a second parent, {options.dim}-D: exact scores\n")
    report_calls(scores, options)


def report_closure(options: argparse.Namespace) -> None:
    layers = options.nodes or 30
    hierarchy = layered(layers, 1000)

    def counts(client: Client | None) -> bytes:
        return b"".join(counts.tobytes() for counts in hierarchy.closure_counts(client=client))

    pairs = int(hierarchy.closure_counts().ancestors.sum())
    print(f"\n{layers} layers of 1,000 nodes, {pairs:,} pairs of the closure, counted\n")
    report_calls(counts, options)


class Epochs(NamedTuple):
    """What an epoch in parts takes, where points are sent anew once in so many; and what is sent before and after."""

    seconds: float
    client_cpu: float
    scheduler_cpu: float
    worker_cpu: float  # of the busiest
    sent: float  # bytes, by the client
    received: float
    among_others: float
    sent_before: float  # the graph and the points, which is counted with the first epoch
    received_after: float
    points: bytes

    @property
    def cpu(self) -> float:
        return self.client_cpu + self.scheduler_cpu + self.worker_cpu


def report_epochs(hierarchy: nxp.Hierarchy, share: float, options: argparse.Namespace) -> None:
    n, dag = len(hierarchy), hierarchy.dag
    found = degrees_in_closure(dag)
    tables = NodeTables(np.sqrt(found), draw_weights(found, 0.75), draw_weights(found, 0.5), np.zeros(n, dtype=bool))
    if trains_in_walk_order(n):
        walk = Walk.over(dag)
        dag, tables = walk.dag, tables.of(walk.nodes)
    graph = parted(dag, options.buckets, tables, None)
    print(
        f"\n{n:,} nodes, {share:.0%} with a second parent, {options.dim}-D, {options.negatives} negatives: "
        f"{options.steps} epochs in {options.buckets} parts, of {np.mean([len(own) for own in graph.nodes[1:]]):,.0f} "
        f"nodes, and a top of {len(graph.nodes[0]):,}; tables of a bucket: {1e9 * of_tables(graph):.0f} ns a node\n"
    )
    columns = (
        "workers", "s an epoch", "CPU s an epoch: client", "scheduler", "busiest worker", *COLUMNS[7:9],
        "MB an epoch: sent", "received", "among others", "MB at the start: sent", "at the end: received",
    )  # fmt: skip
    print("| " + " | ".join(columns) + " |\n|" + "---|" * len(columns), flush=True)
    by_count: dict[int, list[Epochs]] = {count: [] for count in [0, *options.workers]}
    for _ in range(options.rounds):
        for count, rounds in by_count.items():
            with cluster_of(count) as client:
                rounds.append(epochs_taken(graph, options, client))
    assert len({epochs.points for rounds in by_count.values() for epochs in rounds}) == 1
    medians = {
        count: Epochs(*(statistics.median(own) for own in list(zip(*rounds, strict=True))[:-1]), points=b"")
        for count, rounds in by_count.items()
    }
    for count, own in medians.items():
        cells = [str(count) if count else "at home", *(f"{seconds:.2f}" for seconds in own[:4])]
        cells += [f"{medians[0].seconds / own.seconds:.2f}", f"{medians[0].cpu / own.cpu:.2f}"]
        cells += [f"{size / 1e6:,.1f}" for size in own[4:9]]
        print("| " + " | ".join(cells) + " |", flush=True)
    report_ratios({count: [epochs.seconds for epochs in rounds] for count, rounds in by_count.items() if count})


def of_tables(graph: PartedGraph) -> float:
    """CPU seconds a node that a bucket of the first two parts takes without rows: the least of three times."""
    nodes = [len(own) for own in graph.nodes[:3]]
    points = [Points(np.eye(10)[np.arange(n) % 10], np.full(n, 1.1)) for n in nodes]
    epoch = Epoch(0, 0, sum(nodes) + 1, sum(nodes) + 1, len(graph.owner), VISIT)  # so many rounds leave none for most
    seconds = []
    for _ in range(3):
        began = time.process_time()
        trained(epoch, Bucket((1, 2), 0, 0, 0.5), *graph.parts[:3], *points)
        seconds.append(time.process_time() - began)
    return min(seconds) / sum(nodes)


def epochs_taken(graph: PartedGraph, options: argparse.Namespace, client: Client | None) -> Epochs:
    """Train epochs in parts, always from the same start; the first one, which brings code and data, is not counted."""
    visit = VISIT._replace(negatives=options.negatives)
    directions, radii = random_start(len(graph.owner), options.dim, np.random.default_rng(0))
    points = Points(directions, np.exp(radii))
    start = totals(client)
    buckets = Buckets(graph, workers_of(1, client), 0)
    buckets.epoch(points, 0, visit)
    before, began = totals(client), time.perf_counter()
    for number in range(1, options.steps + 1):
        buckets.epoch(points, number, visit)
    seconds, after = time.perf_counter() - began, totals(client)
    buckets.bring(points)
    received = totals(client).since(after).received
    taken = after.since(before)[:6]
    return Epochs(
        seconds / options.steps, *(total / options.steps for total in taken), before.since(start).sent, received,
        points=points.directions.tobytes() + points.exponentials.tobytes(),
    )  # fmt: skip


def report_quality(seed: int) -> None:
    print("| graph | dim | effort | parts | mean rank | MAP | CPU s |\n|---|---|---|---|---|---|---|", flush=True)
    for name, roots, dim, effort, counts in QUALITY:
        G = nxp.wordnet_graph(roots, source="bundled")
        for count in counts:
            began = time.process_time()
            training = nxp.Training(buckets=count)
            emb = nxp.embed(G, dim, init="random", training=training, effort=effort, seed=seed, progress=False)
            cpu = time.process_time() - began
            scores = nxp.evaluate_reconstruction(emb, G, progress=False)
            cells = name, dim, effort, count, f"{scores.mean_rank:.2f}", f"{scores.map_score:.3f}", f"{cpu:.0f}"
            print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def layered(layers: int, width: int) -> nxp.Hierarchy:
    """Layers of nodes, each with two parents in the layer above."""
    rng = np.random.default_rng(0)
    children = np.repeat(np.arange(width, layers * width), 2)
    parents = (children // width - 1) * width + rng.integers(0, width, len(children))
    return nxp.Hierarchy.from_edges(range(layers * width), np.column_stack([parents, children]))


def report_calls(call: Callable[[Client | None], bytes], options: argparse.Namespace) -> None:
    """Seconds and traffic of a call, by workers; its answer must be the same. Before it is timed it is made once."""
    columns = "workers", "seconds", "CPU s: client", "scheduler", "busiest worker", *COLUMNS[7:9], "kB sent", "received"
    print("| " + " | ".join(columns) + " |\n|" + "---|" * len(columns), flush=True)
    found: dict[int, list[tuple[Any, ...]]] = {count: [] for count in [0, *options.workers]}
    for _ in range(options.rounds):
        for count, rounds in found.items():
            with cluster_of(count) as client:
                call(client)
                before, began = totals(client), time.perf_counter()
                answer = call(client)
                seconds = time.perf_counter() - began
                taken = totals(client).since(before)
                cpus = taken[:3]
                rounds.append((seconds, *cpus, sum(cpus), taken.sent, taken.received, answer))
    assert len({row[-1] for rounds in found.values() for row in rounds}) == 1
    home_seconds, home_cpu = (statistics.median(row[i] for row in found[0]) for i in (0, 4))
    for count, rounds in found.items():
        *seconds, cpu, sent, received = (statistics.median(own) for own in list(zip(*rounds, strict=True))[:-1])
        cells = [str(count) if count else "at home", *(f"{each:.2f}" for each in seconds)]
        cells += [f"{home_seconds / seconds[0]:.2f}", f"{home_cpu / cpu:.2f}"]
        cells += [f"{size / 1000:,.0f}" for size in (sent, received)]
        print("| " + " | ".join(cells) + " |", flush=True)
    report_ratios({count: [row[0] for row in rounds] for count, rounds in found.items() if count})


if __name__ == "__main__":
    main()
