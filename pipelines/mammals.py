"""WordNet's mammals, 1,182 synsets, in the Poincaré ball.

    python pipelines/mammals.py --out mammals
    python pipelines/mammals.py --tutorial --last-level 5     # watch training untangle them from a random start

The second line is the experiment of a well-known tutorial on Poincaré embeddings: two dimensions, points that start
within 0.001 of the origin, ten negatives, the loss every ten epochs and a picture every hundred.
"""

from pathlib import Path

from matplotlib.figure import Figure
from wordnet_nouns import arguments, run

import nx_poincare as nxp


def tutorial(out: Path, *, last_level: int | None, epochs: int, source: str) -> nxp.Scores:
    """Train the mammals down to a level from random points and leave a picture of every hundredth epoch."""
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
    emb = nxp.embed(G, init="random", negatives=10, burn_in=burn_in, epochs=epochs - burn_in, seed=0, callbacks=[watch])
    scores = nxp.evaluate_reconstruction(emb, G)
    print(f"mean rank {scores.mean_rank:.3f}, MAP {scores.map_score:.4f}; pictures in {out}")
    return scores


if __name__ == "__main__":
    chosen = arguments("Embed WordNet's mammals.", "mammals_output", tutorial=True)
    if chosen.tutorial:
        tutorial(chosen.out, last_level=chosen.last_level, epochs=chosen.epochs, source=chosen.source)
    else:
        # No figures are published for the mammals' closure.
        run("mammal.n.01", chosen.out, "mammals", dim=chosen.dim, source=chosen.source, published=("-", "-"))
