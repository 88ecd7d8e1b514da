"""WordNet's noun hierarchy in the Poincaré ball, from the database to vectors, scores and pictures.

    python pipelines/wordnet_nouns.py --out nouns

`run` is all there is to it; the rest reads the command line and the clock.
"""

import argparse
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matplotlib.figure import Figure

import nx_poincare as nxp
from nx_poincare.io import write_vectors

# Mean rank and MAP of the best published reconstruction, by dimension: Nickel & Kiela 2018, Lorentz model.
PUBLISHED = {2: ("22.8", "0.305"), 5: ("3.18", "0.923"), 10: ("2.95", "0.928")}


def run(root: str | None, out: Path, name: str, *, dim: int, source: str, published: tuple[str, str]) -> nxp.Scores:
    """Embed what is below a synset (None: all nouns) and leave picture, graph and vectors in a folder."""
    out.mkdir(parents=True, exist_ok=True)
    print(f"{name}, {dim}-D")

    with step("read WordNet"):
        G = nxp.wordnet_graph(root, source=source)
    with step("embed"):
        emb = nxp.embed(G, dim, seed=0)
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
        write_vectors(out / f"{name}.tsv", emb.nodes, emb.vectors)

    print(f"\n  {len(G):,} nodes, {G.number_of_edges():,} edges, {scores.pairs:,} ancestor pairs")
    print(f"  {'':12}{'ours':>10}{'published':>12}")
    print(f"  {'mean rank':12}{scores.mean_rank:10.3f}{published[0]:>12}")
    print(f"  {'MAP':12}{scores.map_score:10.4f}{published[1]:>12}")
    print(f"  results in {out}: {name}.png, {name}.graphml, {name}.npz, {name}.tsv\n", flush=True)
    return scores


@contextmanager
def step(label: str) -> Iterator[None]:
    """Print how long a step took."""
    start = time.perf_counter()
    yield
    print(f"  {label:22}{time.perf_counter() - start:8.2f} s", flush=True)


def arguments(description: str, out: str, *, tutorial: bool = False) -> argparse.Namespace:
    """Options that the pipelines share."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(out), help="folder for the results")
    parser.add_argument("--dim", type=int, default=2, help="dimension of the ball")
    parser.add_argument("--source", default="auto", choices=["auto", "nltk", "bundled"], help="which WordNet")
    parser.add_argument("--verbose", action="store_true", help="say what the library does")
    if tutorial:
        parser.add_argument("--tutorial", action="store_true", help="train from random points and watch")
        parser.add_argument("--last-level", type=int, default=None, help="tutorial: deepest level kept")
        parser.add_argument("--epochs", type=int, default=1000, help="tutorial: epochs, a fifth of them burn-in")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO if options.verbose else logging.WARNING)
    return options


if __name__ == "__main__":
    chosen = arguments("Embed all nouns of WordNet.", "nouns_output")
    figures = PUBLISHED.get(chosen.dim, ("-", "-"))
    run(None, chosen.out, "nouns", dim=chosen.dim, source=chosen.source, published=figures)
