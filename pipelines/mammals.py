"""WordNet's mammals, 1,182 synsets, in the Poincaré ball.

    python pipelines/mammals.py --out mammals
    python pipelines/mammals.py --tutorial --last-level 5     # watch training untangle them from a random start

The second line is the experiment of a well-known tutorial on Poincaré embeddings: two dimensions, points that start
within 0.001 of the origin, ten negatives, the loss every ten epochs, a picture every hundred, and
a film of it all.
"""

from pathlib import Path

from matplotlib.figure import Figure
from recipe import chosen
from wordnet_nouns import run, wordnet_options

import nx_poincare as nxp

# Mean rank and MAP of the mammals' closure as published, by dimension: Nickel & Kiela 2017.
PUBLISHED = {5: ("1.26", "0.927")}


def tutorial(out: Path, *, last_level: int | None, epochs: int, source: str) -> nxp.Scores:
    """Train the mammals down to a level from random points; write a picture of every hundredth epoch and a film."""
    out.mkdir(parents=True, exist_ok=True)
    G = nxp.wordnet_graph("mammal.n.01", max_depth=last_level, source=source)
    print(f"{len(G):,} nodes, {G.number_of_edges():,} edges")

    def watch(epoch: int, loss: float, points: nxp.Embedding) -> None:
        if epoch % 10 == 0:
            print(f"epoch {epoch:5}   loss {loss:.4f}", flush=True)
        if epoch % 100 == 0:
            figure = Figure(figsize=(8, 8), layout="constrained")
            nxp.draw_poincare(G, pos=points, ax=figure.add_subplot(), title=f"epoch {epoch}")
            figure.savefig(out / f"epoch_{epoch:05}.png", dpi=100)

    burn_in = epochs // 5
    training = nxp.Training(epochs=epochs - burn_in, burn_in=burn_in, negatives=10)
    with nxp.draw_training(G, out / "training.gif", every=max(epochs // 50, 10), size=5, colour_by="branch") as film:
        emb = nxp.embed(G, init="random", training=training, seed=0, callbacks=[watch, film])
    scores = nxp.evaluate_reconstruction(emb, G)
    print(f"mean rank {scores.mean_rank:.3f}, MAP {scores.map_score:.4f}; pictures in {out}")
    return scores


if __name__ == "__main__":
    parser = wordnet_options("Embed WordNet's mammals.", "mammals_output")
    parser.add_argument("--tutorial", action="store_true", help="train from random points and watch")
    parser.add_argument("--last-level", type=int, default=None, help="tutorial: deepest level kept")
    parser.add_argument("--epochs", type=int, default=1000, help="tutorial: epochs, a fifth of them burn-in")
    found = chosen(parser)
    if found.tutorial:
        tutorial(found.out, last_level=found.last_level, epochs=found.epochs, source=found.source)
    else:
        figures = PUBLISHED.get(found.dim, ("-", "-"))
        run("mammal.n.01", found.out, "mammals", dim=found.dim, source=found.source, published=figures)
