"""The records, ours beside the published ones: mean rank, MAP, F1 of ancestors, seconds of `embed`, largest radius.

    python benchmarks/records.py                        # or: make records
    python benchmarks/records.py --quick                # the nouns in two and five dimensions
    python benchmarks/records.py --only mammals,trees

All of ours are the defaults, `embed(G, dim=d, seed=0)`, and exact scores over all nodes. Everything is compiled and
run once on a small graph before the first row. Published figures are cited, not run: Lorentz is Nickel & Kiela 2018,
from memory, Poincaré is Nickel & Kiela 2017.
"""

import argparse
import os
import platform
import time
from collections.abc import Callable, Iterator
from functools import cache, partial
from types import ModuleType
from typing import Any, NamedTuple
from unittest.mock import patch

import networkx as nx
import numpy as np
from graphs import all_nouns, debian_packages, made_dependencies, recursive_tree
from peers import gensim_model, gensim_scores

import nx_poincare as nxp
from nx_poincare.engine.cones.arcs import refine as arc_descent
from nx_poincare.engine.cones.arcs.nested_arcs import ArcStyle
from nx_poincare.engine.cones.caps import nested_caps as caps
from nx_poincare.engine.cones.skeleton import attach_points
from nx_poincare.engine.cones.skeleton import optimise as skeleton_training
from nx_poincare.engine.cones.skeleton import steps as skeleton_steps
from nx_poincare.engine.cones.skeleton.attach_points import AttachPoints
from nx_poincare.engine.dag import spanning_tree
from nx_poincare.engine.geometry.ball import from_ball

PUBLISHED = {
    2: "22.8 / 0.305 Lorentz",
    5: "3.18 / 0.923 Lorentz",
    10: "2.95 / 0.928 Lorentz, 4.02 / 0.851 Poincaré",
}
COLUMNS = {
    "row": 58,
    "mean rank": 9,
    "MAP": 7,
    "F1": 6,
    "F1, plain": 9,
    "seconds": 8,
    "largest radius": 14,
    "published mean rank / MAP": 43,
}
TREE_NODES, SECOND_PARENTS = 20_000, (0.01, 0.03, 0.1, 0.3)
LARGE_TREE_NODES, DEPENDENCY_NODES = 70_000, 5_000
FLOAT32_LIMIT = 1 - float(np.finfo(np.float32).eps)  # rounding a vector of this norm leaves it inside the ball


class Row(NamedTuple):
    """One line of the table; without seconds and radius where they say nothing."""

    what: str
    scores: nxp.Scores
    seconds: float | None = None
    radius: float | None = None
    published: str = ""
    order: nxp.OrderScores | None = None


def main() -> None:
    options = arguments()
    threads = os.cpu_count() if options.jobs == -1 else options.jobs
    print(
        f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors, threads: {threads}\n"
    )
    warm_up(options.jobs)
    sections = [partial(nouns, dims=(2, 5), unlimited=False)] if options.quick else [SECTIONS[x] for x in options.only]
    print(line(list(COLUMNS)))
    print(line(["-" * width for width in COLUMNS.values()]), flush=True)
    for section in sections:
        for row in section(options.jobs):
            print(formatted(row), flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Print the reconstruction records beside the published ones.")
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--quick", action="store_true", help="the nouns in two and five dimensions")
    choice.add_argument(
        "--only", type=section_names, default=list(SECTIONS), metavar="NAMES",
        help=f"parts of the table, separated by commas, among {', '.join(SECTIONS)}; default: all",
    )  # fmt: skip
    parser.add_argument("--jobs", type=int, default=-1, help="threads; default: one per processor")
    return parser.parse_args()


def section_names(text: str) -> list[str]:
    """The names in a list separated by commas; unknown ones are an error."""
    names = text.split(",")
    for name in names:
        if name not in SECTIONS:
            raise argparse.ArgumentTypeError(f"no part {name!r} of the table; there are {', '.join(SECTIONS)}")
    return names


def warm_up(jobs: int) -> None:
    """Compile all that the rows run, on a graph with second parents."""
    G = recursive_tree(300, 0.1, np.random.default_rng(0))
    for dim in (2, 3, 5):
        embedded_row("", G, dim, jobs)
        trained_row("", G, dim, 0.0)


# -- parts of the table ------------------------------------------------------------------------


def nouns(jobs: int, dims: tuple[int, ...] = (2, 3, 5, 10), unlimited: bool = True) -> Iterator[Row]:
    """All nouns of WordNet; in two dimensions also at the largest radius."""
    for dim in dims:
        emb, seconds = embedded_nouns(dim, jobs)
        yield scored_row(f"nouns, {dim}-D", emb, all_nouns(), jobs, seconds, PUBLISHED.get(dim, ""))
        if dim == 2 and unlimited:
            yield embedded_row("nouns, 2-D, max_radius=None", all_nouns(), 2, jobs, PUBLISHED[2], max_radius=None)


def mammals(jobs: int) -> Iterator[Row]:
    G = nxp.wordnet_graph("mammal.n.01", source="bundled")
    for dim in (2, 3, 5, 10):
        yield embedded_row(f"mammals, {dim}-D", G, dim, jobs)


def paper(jobs: int) -> Iterator[Row]:
    """The training of Nickel & Kiela 2017 as published, from random points, beside this package's own."""
    G = nxp.wordnet_graph("mammal.n.01", source="bundled")
    for dim in (2, 5, 10):
        for what, training in (("as published", nxp.Training.paper()), ("own training", nxp.Training())):
            yield embedded_row(
                f"mammals, {dim}-D, random start, {what}", G, dim, jobs, init="random", training=training
            )


def verbs(jobs: int) -> Iterator[Row]:
    G = nxp.wordnet_graph(pos="v", source="bundled")
    for dim in (2, 3, 5, 10):
        yield embedded_row(f"verbs, {dim}-D", G, dim, jobs)


def trees(
    jobs: int, shares: tuple[float, ...] = SECOND_PARENTS, dims: tuple[int, ...] = (2, 3, 5, 10)
) -> Iterator[Row]:
    """Random recursive trees with more and more second parents."""
    for share in shares:
        G = recursive_tree(TREE_NODES, share, np.random.default_rng(0))
        for dim in dims:
            yield embedded_row(f"random tree, {share:.0%} second parents, {dim}-D", G, dim, jobs)


def large(jobs: int) -> Iterator[Row]:
    """A skeleton of 31,000 caps; each step looks at a part of it."""
    G = recursive_tree(LARGE_TREE_NODES, 0.3, np.random.default_rng(0))
    what = f"random tree of {LARGE_TREE_NODES:,}, 30% second parents, 10-D"
    yield embedded_row(f"{what}, untrained", G, 10, jobs, effort=0)
    yield embedded_row(what, G, 10, jobs)


def dependencies(jobs: int, dims: tuple[int, ...] = (2, 3, 5, 10)) -> Iterator[Row]:
    """Graphs of dependencies, where most pairs lie outside any tree; the real one also trained from random points.

    Cones take all threads that are given; the others take one thread for the same time, and at least one epoch.
    """
    made, real = made_dependencies(DEPENDENCY_NODES, np.random.default_rng(0)), debian_packages()
    for dim in dims:
        yield embedded_row(f"made dependencies, {dim}-D", made, dim, jobs)
    for dim in dims:
        emb, seconds = embedded(real, dim, jobs)
        yield scored_row(f"Debian's Python packages, {dim}-D", emb, real, jobs, seconds)
        yield trained_row(f"Debian's Python packages, {dim}-D, random start", real, dim, seconds)
        yield from gensim_row(f"Debian's Python packages, {dim}-D, gensim", real, dim, seconds)


def links(jobs: int) -> Iterator[Row]:
    """Held-out pairs of the nouns' closure, beside the baselines and the training pairs as they are."""
    what, common = "nouns, 10-D, held-out pairs", {"seed": 0, "n_jobs": jobs, "progress": False}
    found = nxp.evaluate_link_prediction(all_nouns(), dim=10, **common)
    as_they_are = nxp.evaluate_link_prediction(
        all_nouns(), lambda train: embedded(train, 10, jobs)[0], baselines=False, **common
    )
    yield Row(what, found.scores)
    yield Row(f"those {1 - found.closure_share:.1%} beyond the closure", found.beyond_closure)
    yield Row(f"{what}, not completed", as_they_are.scores)
    yield Row("those beyond the closure, not completed", as_they_are.beyond_closure)
    baselines = found.closure_baseline, found.completed_baseline, found.random_baseline
    for name, scores in zip(("only the closure", "only the completed closure", "random start"), baselines, strict=True):
        if scores:
            yield Row(f"{what}, {name}", scores)


def threads(jobs: int) -> Iterator[Row]:
    """The same bytes on one thread and on two, and the ratio of their times."""
    one, first = embedded(all_nouns(), 10, 1)
    two, second = embedded(all_nouns(), 10, 2)
    assert one == two
    yield scored_row("nouns, 10-D, one thread", one, all_nouns(), jobs, first)
    yield scored_row(f"nouns, 10-D, two threads, {first / second:.2f} x", two, all_nouns(), jobs, second)


def float32(jobs: int) -> Iterator[Row]:
    """What ball vectors lose against directions and radii, and what they and Lorentz coordinates lose in float32."""
    for dim in (2, 10):
        emb, seconds = embedded_nouns(dim, jobs)
        yield scored_row(f"nouns, {dim}-D, directions and radii", emb, all_nouns(), jobs, seconds)
        for precision, vectors in (("float64", emb.vectors), ("float32", in_float32(emb.vectors))):
            points = nxp.Embedding(emb.nodes, *from_ball(vectors))
            yield scored_row(f"nouns, {dim}-D, ball vectors in {precision}", points, all_nouns(), jobs)
        points = nxp.Embedding.from_lorentz(emb.nodes, emb.lorentz.astype(np.float32))
        yield scored_row(f"nouns, {dim}-D, Lorentz coordinates in float32", points, all_nouns(), jobs)
    yield from small_radii(jobs)


def small_radii(jobs: int) -> Iterator[Row]:
    """Ball vectors that float32 holds, and programs that clip norms to 1 - 1e-5; and training by epochs under the same
    limit and as long, of the smaller graph with all its epochs. `embed` rounds the vectors itself."""
    smaller = nxp.wordnet_graph("mammal.n.01", source="bundled")
    for name, G, dims in (("mammals", smaller, (2, 3, 5, 10)), ("nouns", all_nouns(), (5, 10))):
        for limit in ("float32", "clip"):
            for dim in dims:
                emb, seconds = embedded(G, dim, jobs, max_radius=limit)
                yield scored_row(f'{name}, {dim}-D, max_radius="{limit}"', emb, G, jobs, seconds)
                seconds = np.inf if G is smaller else seconds
                yield trained_row(f'{name}, {dim}-D, "{limit}", random start', G, dim, seconds, max_radius=limit)
    for dim in (5, 10):
        yield embedded_row(f"mammals, {dim}-D, max_radius=6.2", smaller, dim, jobs, max_radius=6.2)
    yield embedded_row("nouns, 10-D, max_radius=6.2", all_nouns(), 10, jobs, max_radius=6.2)


def ablation(jobs: int) -> Iterator[Row]:
    """What the parts of the methods bring. They are not options of `embed`: private constants and functions of
    `nx_poincare.engine` are patched while a row is computed."""
    for dim, start in ((2, "arcs as laid out"), (5, "untrained start")):
        yield embedded_row(f"nouns, {dim}-D, {start}", all_nouns(), dim, jobs, effort=0)
        for what, module, parts in ABLATIONS[dim]:
            with patch.multiple(module, **parts):
                yield embedded_row(f"nouns, {dim}-D, {what}", all_nouns(), dim, jobs)
        emb, seconds = embedded_nouns(dim, jobs)
        yield scored_row(f"nouns, {dim}-D, all of it", emb, all_nouns(), jobs, seconds, PUBLISHED[dim])


def shifted_alone(
    order: np.ndarray,
    parents: np.ndarray,
    steps: np.ndarray,
    directions: np.ndarray,
    shift: Any = skeleton_steps._shift,
) -> None:
    """Move every node by its own step only."""
    shift(order, np.full_like(parents, -1), steps, directions)


def unit_thresholds(*args: Any, place: Any = caps.place_points) -> AttachPoints:
    """Attach points whose trees end at the edges of half-spaces."""
    points: AttachPoints = place(*args)
    return points._replace(thresholds=np.ones_like(points.thresholds))


ABLATIONS: dict[int, list[tuple[str, ModuleType, dict[str, Any]]]] = {
    2: [
        ("parents not searched", spanning_tree, {"_MOST_SWEEPS": 0}),
        ("slots not shared", arc_descent, {"_SHARING": ArcStyle()}),
        ("pads not adapted", arc_descent, {"pad_changes": lambda costs, tree: np.ones(len(tree.missed))}),
        ("no descent", arc_descent, {"_ROUNDS": 0}),
    ],
    5: [
        # Gradients are not summed over subtrees and subtrees do not follow; steps keep the size of the parent's cone.
        (
            "subtrees do not move as blocks",
            skeleton_steps,
            {"add_subtrees": lambda order, parents, values: None, "_shift": shifted_alone},
        ),
        ("sharpness 8 to the end", skeleton_training, {"_SHARPER_AT": ()}),
        ("sharpness 2", skeleton_training, {"_LOG2_SHARPNESS": 1, "_SHARPER_AT": ()}),
        ("emphasis 1", skeleton_training, {"_EMPHASIS": 1.0}),
        ("attach points not moved", attach_points, {"_TRIES": 0}),
        ("thresholds 1", caps, {"place_points": unit_thresholds}),
    ],
}
SECTIONS: dict[str, Callable[[int], Iterator[Row]]] = {
    "nouns": nouns,
    "mammals": mammals,
    "paper": paper,
    "verbs": verbs,
    "trees": trees,
    "large": large,
    "dependencies": dependencies,
    "links": links,
    "threads": threads,
    "float32": float32,
    "ablation": ablation,
}


# -- rows --------------------------------------------------------------------------------------


def embedded(G: nx.DiGraph, dim: int, jobs: int, **options: Any) -> tuple[nxp.Embedding, float]:
    """The embedding with the default options, and the seconds it took."""
    start = time.perf_counter()
    emb = nxp.embed(G, dim=dim, seed=0, n_jobs=jobs, progress=False, **options)
    return emb, time.perf_counter() - start


def trained_row(what: str, G: nx.DiGraph, dim: int, seconds: float, **options: Any) -> Row:
    """Training from random points, stopped after some seconds."""
    end = time.perf_counter() + seconds
    emb, spent = embedded(G, dim, 1, init="random", callbacks=[lambda *_: time.perf_counter() > end], **options)
    return scored_row(what, emb, G, 1, spent)


def gensim_row(what: str, G: nx.DiGraph, dim: int, seconds: float) -> Iterator[Row]:
    """gensim's epochs until the time is over; no row without gensim."""
    try:
        model = gensim_model(G, dim, negatives=10)
    except ImportError:
        return
    spent = 0.0
    while spent < seconds:
        start = time.perf_counter()
        model.train(epochs=1, batch_size=50, print_every=10**9)
        spent += time.perf_counter() - start
    yield Row(what, gensim_scores(model, G), spent)


@cache
def embedded_nouns(dim: int, jobs: int) -> tuple[nxp.Embedding, float]:
    """Kept, because several parts of the table use them."""
    return embedded(all_nouns(), dim, jobs)


def embedded_row(what: str, G: nx.DiGraph, dim: int, jobs: int, published: str = "", **options: Any) -> Row:
    emb, seconds = embedded(G, dim, jobs, **options)
    return scored_row(what, emb, G, jobs, seconds, published)


def scored_row(
    what: str, emb: nxp.Embedding, G: nx.DiGraph, jobs: int, seconds: float | None = None, published: str = ""
) -> Row:
    scores = nxp.evaluate_reconstruction(emb, G, n_jobs=jobs, progress=False)
    order = nxp.evaluate_order(emb, G, n_jobs=jobs, progress=False)
    return Row(what, scores, seconds, float(emb.radii.max()), published, order)


def in_float32(vectors: np.ndarray) -> np.ndarray:
    """Ball vectors rounded to single precision; those that thereby leave the ball are moved back inside."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors * np.minimum(1, FLOAT32_LIMIT / np.maximum(norms, FLOAT32_LIMIT))).astype(np.float32).astype(float)


def formatted(row: Row) -> str:
    seconds = "" if row.seconds is None else f"{row.seconds:.2f}"
    scores = f"{row.scores.mean_rank:.4f}", f"{row.scores.map_score:.5f}"
    radius = "" if row.radius is None else f"{row.radius:.1f}"
    order = ("", "") if row.order is None else (f"{row.order.f1:.4f}", f"{row.order.plain_f1:.4f}")
    return line([row.what, *scores, *order, seconds, radius, row.published])


def line(cells: list[str]) -> str:
    """A line of a Markdown table with even columns."""
    return "| " + " | ".join(map(str.ljust, cells, COLUMNS.values())) + " |"


if __name__ == "__main__":
    main()
