"""WordNet's noun hierarchy in the Poincaré disk, from the database to vectors, scores and pictures.

    python pipelines/wordnet_nouns.py --out nouns

Everything is a few calls; the rest of this file tells how long each took.
"""

import argparse
import logging
import time
from contextlib import contextmanager
from pathlib import Path

from matplotlib.figure import Figure

import nx_poincare as nxp

# Mean rank and MAP of the best published reconstruction in two dimensions (Nickel & Kiela 2018, Lorentz model).
PUBLISHED = "22.8", "0.305"


def run(root, out, name, published=("-", "-"), dim=2, source="auto"):
    out.mkdir(parents=True, exist_ok=True)

    with step("read WordNet"):
        G = nxp.wordnet_graph(root, source=source)
    with step("embed"):
        emb = nxp.embed(G, dim=dim, seed=0)
    with step("evaluate, all nodes"):
        scores = nxp.evaluate_reconstruction(emb, G, n_jobs=-1)
    with step("draw"):
        figure = Figure(figsize=(10, 10), layout="constrained")
        nxp.draw_poincare(G, ax=figure.add_subplot(), labels=30)
        figure.savefig(out / f"{name}.png", dpi=150)
    with step("export GraphML"):
        nxp.export_graph(G, out / f"{name}.graphml")
    with step("save vectors"):
        emb.save(out / f"{name}.npz")

    print(
        f"\n{name}: {len(G):,} nodes, {G.number_of_edges():,} edges, {scores.pairs:,} ancestor pairs, {dim}-D"
    )
    print(f"{'':14}{'ours':>10}{'published':>12}")
    print(f"{'mean rank':14}{scores.mean_rank:10.3f}{published[0]:>12}")
    print(f"{'MAP':14}{scores.map_score:10.4f}{published[1]:>12}")
    print(f"picture, graph and vectors: {out / name}.png, .graphml, .npz\n")
    return scores


@contextmanager
def step(label):
    start = time.perf_counter()
    yield
    print(f"{label:24}{time.perf_counter() - start:8.2f} s", flush=True)


def arguments(description, out):
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=Path(out), help="folder for the results")
    parser.add_argument("--dim", type=int, default=2, help="dimension of the ball")
    parser.add_argument("--source", default="auto", choices=["auto", "nltk", "bundled"], help="which WordNet")
    parser.add_argument("--verbose", action="store_true", help="say what the library does")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO if options.verbose else logging.WARNING)
    return options


if __name__ == "__main__":
    options = arguments("Embed all nouns of WordNet.", "nouns_output")
    run(
        None, options.out, "nouns", PUBLISHED if options.dim == 2 else ("-", "-"), options.dim, options.source
    )
