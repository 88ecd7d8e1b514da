"""What the recipes share: their options, and the steps from a graph to scores, a picture and files.

    from recipe import chosen, embed_and_write, options

A recipe builds a graph and calls `embed_and_write`; copy this file along with it.
"""

import argparse
import logging
import time
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
from matplotlib.figure import Figure

import nx_poincare as nxp


def embed_and_write(
    G: nx.Graph, out: Path, name: str, *, dim: int = 2,
    labels: int | Mapping[Hashable, str] = 30, published: tuple[str, str] | None = None, **reading: Any,
) -> nxp.Scores:  # fmt: skip
    """Embed a graph and write picture, graph and vectors to a folder; `reading` says how the graph is read."""
    out.mkdir(parents=True, exist_ok=True)
    with step("embed"):
        emb = nxp.embed(G, dim, seed=0, **reading)
    if emb.quality is not None:
        print(f"  {emb}, {emb.quality.off_tree:.1%} of the ancestor pairs off any tree")
    with step("evaluate, all nodes"):
        scores = nxp.evaluate_reconstruction(emb, G, n_jobs=-1, **reading)
        order = nxp.evaluate_order(emb, G, n_jobs=-1, **reading)
    with step("draw"):
        figure = Figure(figsize=(10, 10), layout="constrained")
        nxp.draw_poincare(G, ax=figure.add_subplot(), labels=labels, **reading)
        figure.savefig(out / f"{name}.png", dpi=150)
    with step("export GraphML"):
        nxp.export_graph(G, out / f"{name}.graphml")
    with step("save vectors"):
        for suffix in (".npz", ".tsv"):
            emb.save(out / f"{name}{suffix}")

    print(f"\n  {len(G):,} nodes, {G.number_of_edges():,} edges, {scores.pairs:,} ancestor pairs")
    table = [("", "ours"), ("mean rank", f"{scores.mean_rank:.3f}"), ("MAP", f"{scores.map_score:.4f}")]
    if published is not None:
        table = [(*row, theirs) for row, theirs in zip(table, ("published", *published), strict=True)]
    for head, *figures in table:
        print(f"  {head:10}" + "".join(f"{figure:>12}" for figure in figures))
    print(f"  ancestors are right with F1 {order.f1:.4f}; from the vectors alone {order.plain_f1:.4f}")
    print(f"  results in {out}: {name}.png, {name}.graphml, {name}.npz, {name}.tsv\n", flush=True)
    return scores


def labels_of_largest(G: nx.Graph, names: Mapping[Hashable, str], **reading: Any) -> dict[Hashable, str]:
    """Short names, for the picture, of the sixty nodes with the most descendants."""
    hierarchy = nxp.Hierarchy.from_digraph(G, **reading)
    first = np.argsort(-hierarchy.descendant_counts, kind="stable")[:60]
    return {node: names[node] for node in (hierarchy.nodes[i] for i in first)}


@contextmanager
def step(label: str) -> Iterator[None]:
    """Print how long a step took."""
    start = time.perf_counter()
    yield
    print(f"  {label:22}{time.perf_counter() - start:8.2f} s", flush=True)


def options(description: str | None, out: str) -> argparse.ArgumentParser:
    """A parser with the options that all recipes have."""
    parser = argparse.ArgumentParser(
        description=(description or "").partition("\n")[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=Path(out), help="folder for the results")
    parser.add_argument("--dim", type=int, default=2, help="dimension of the ball")
    parser.add_argument("--verbose", action="store_true", help="say what the library does")
    return parser


def chosen(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """The options of the command line."""
    found = parser.parse_args()
    logging.basicConfig(level=logging.INFO if found.verbose else logging.WARNING)
    return found
