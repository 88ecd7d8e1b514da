"""WordNet's lexicographer files (noun.animal, noun.artifact ...), told from hyperbolic and from Euclidean vectors.

    python benchmarks/classification.py                       # all nouns, in 2, 5 and 10 dimensions; ten minutes
    python benchmarks/classification.py --root matter.n.03    # what is below a synset
    python benchmarks/classification.py --dims 10

A fifth of the synsets is held out, the same share of each file, and up to 4,000 of them are asked about. Two
classifiers learn the file from the rest: the vote of the nearest neighbours, one to ten of them as is best for a fifth
of what is learnt from, and one linear layer, trained with PyTorch on standardised coordinates. Both get

- this package's embedding, `embed(G, dim, seed=0)`: hyperbolic distances, and for the layer the coordinates of Klein's
  model, in which its boundaries are geodesic hyperplanes, or those of the tangent space at the origin;
- DeepWalk (Perozzi, Al-Rfou & Skiena 2014) of the same graph in as many dimensions: ten walks of 40 steps from each
  synset, and gensim's skip-gram on them, with Euclidean distances.

A third classifier takes the file of the lowest ancestor that was learnt from, by `Embedding.ancestors`; Euclidean
vectors have no such order. No embedding is shown a label; the graph is whole in all. "largest file" is what always
naming the most frequent file gets.
Needs NLTK's WordNet, and the extras torch, gensim and test.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import networkx as nx
import numpy as np
import torch
from gensim.models import Word2Vec
from sklearn.model_selection import train_test_split
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

import nx_poincare as nxp

NEIGHBOURS = (1, 3, 5, 10)
MOST_ASKED = 4000
WALKS, STEPS, WINDOW = 10, 40, 5
LAYER_STEPS = 200
WIDTHS = (33, 3, 10, 3, 8, 7, 7)


class Task(NamedTuple):
    """Rows of nodes to learn from and to be asked about, and the number of each node's file."""

    files: np.ndarray
    learned: np.ndarray
    asked: np.ndarray


def main() -> None:
    options = arguments()
    torch.set_num_threads(1)  # the same sums in every run
    G = nxp.wordnet_graph(options.root, source="nltk")
    task = task_of(G)
    most = np.bincount(task.files[task.learned]).argmax()
    print(f"{len(G):,} synsets in {task.files.max() + 1} files; {len(task.asked):,} are asked about")
    print(f"largest file: {np.mean(task.files[task.asked] == most):.3f} of them\n")
    print(line("vectors", "dim", "neighbours", "of", "ancestor", "a layer", "seconds"))
    print(line(*("-" * width for width in WIDTHS)))
    for dim in options.dims:
        start = time.perf_counter()
        emb = nxp.embed(G, dim, seed=0, n_jobs=-1, progress=False)
        seconds = time.perf_counter() - start
        votes, k = votes_accuracy(task, hyperbolic_neighbours, emb)
        lowest = accuracy(task, by_ancestor(emb, task))
        klein = layer_accuracy(task, emb.to_torch("klein"))
        tangent = layer_accuracy(task, torch.tensor(emb.radii[:, None] * emb.directions))
        print(line("hyperbolic; the layer on Klein's", dim, votes, k, lowest, klein, seconds), flush=True)
        print(line("hyperbolic; on the tangent space", dim, votes, k, lowest, tangent, seconds), flush=True)
        start = time.perf_counter()
        vectors = deep_walk(G, dim)
        seconds = time.perf_counter() - start
        votes, k = votes_accuracy(task, euclidean_neighbours, vectors)
        print(line("DeepWalk", dim, votes, k, "", layer_accuracy(task, torch.tensor(vectors)), seconds), flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--root", default=None, help="only what is below a synset; default: all nouns")
    parser.add_argument("--dims", type=int, nargs="+", default=[2, 5, 10])
    return parser.parse_args()


def task_of(G: nx.DiGraph) -> Task:
    """A fifth of the nodes held out, from each file as many as it has of all; at most some thousand are asked about."""
    from nltk.corpus import wordnet

    _, files = np.unique([wordnet.synset(node).lexname() for node in G], return_inverse=True)
    is_alone = np.bincount(files)[files] == 1
    several, alone = np.flatnonzero(~is_alone), np.flatnonzero(is_alone)
    learned, held_out = train_test_split(several, test_size=0.2, random_state=0, stratify=files[several])
    return Task(files, np.sort(np.append(learned, alone)), np.sort(held_out[:MOST_ASKED]))


def votes_accuracy(task: Task, neighbours: Callable[[Any, Task], np.ndarray], points: Any) -> tuple[float, int]:
    """Of the number of neighbours that is best for a part of what is learnt from, and that number."""
    learned, tried = train_test_split(task.learned, test_size=0.2, random_state=0)
    part = task._replace(learned=np.sort(learned), asked=np.sort(tried[: MOST_ASKED // 2]))
    found = neighbours(points, part)
    best = max(NEIGHBOURS, key=lambda k: accuracy(part, voted(part, found[:, :k])))
    return accuracy(task, voted(task, neighbours(points, task)[:, :best])), best


def hyperbolic_neighbours(emb: nxp.Embedding, task: Task) -> np.ndarray:
    """Rows of the nearest nodes to learn from, nearest first, of each node that is asked about."""
    found = []
    for row in task.asked.tolist():
        away = emb.distances(emb.nodes[row])[task.learned]
        nearest = np.argpartition(away, NEIGHBOURS[-1])[: NEIGHBOURS[-1]]
        found.append(task.learned[nearest[np.argsort(away[nearest])]])
    return np.array(found)


def by_ancestor(emb: nxp.Embedding, task: Task) -> np.ndarray:
    """The file of the lowest ancestor, as the embedding orders them, that has been learnt from; at a loss file 0."""
    learned = set(task.learned.tolist())
    above = ([emb.index[node] for node in emb.ancestors(emb.nodes[row])[::-1]] for row in task.asked.tolist())
    found = (next((row for row in rows if row in learned), None) for rows in above)
    return np.array([0 if row is None else task.files[row] for row in found])


def euclidean_neighbours(vectors: np.ndarray, task: Task) -> np.ndarray:
    """The same by Euclidean distances."""
    nearest = NearestNeighbors(n_neighbors=NEIGHBOURS[-1]).fit(vectors[task.learned])
    return task.learned[nearest.kneighbors(vectors[task.asked], return_distance=False)]


def voted(task: Task, neighbours: np.ndarray) -> np.ndarray:
    """The most frequent file of neighbours; of several, that of the nearest."""
    files = task.files[neighbours]
    counts = (files[:, :, None] == files[:, None]).sum(axis=1)
    return files[np.arange(len(files)), counts.argmax(axis=1)]


def layer_accuracy(task: Task, points: torch.Tensor) -> float:
    """Of a linear layer with softmax, by full steps of L-BFGS."""
    torch.manual_seed(0)
    scaler = StandardScaler().fit(points[task.learned])
    features = torch.tensor(scaler.transform(points), dtype=torch.float32)
    files = torch.tensor(task.files)
    layer = torch.nn.Linear(features.shape[1], int(files.max()) + 1)
    optimiser = torch.optim.LBFGS(layer.parameters(), max_iter=LAYER_STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        wrong = torch.nn.functional.cross_entropy(layer(features[task.learned]), files[task.learned])
        wrong.backward()
        return wrong

    optimiser.step(loss)
    with torch.no_grad():
        return accuracy(task, layer(features[task.asked]).argmax(dim=1).numpy())


def accuracy(task: Task, named: np.ndarray) -> float:
    return float(np.mean(named == task.files[task.asked]))


def deep_walk(G: nx.DiGraph, dim: int) -> np.ndarray:
    """Euclidean vectors from random walks along the edges, either way."""
    adjacency = nx.to_scipy_sparse_array(G.to_undirected(as_view=True), format="csr")
    rng, degrees = np.random.default_rng(0), np.diff(adjacency.indptr)
    here = np.repeat(np.arange(len(G)), WALKS)
    walks = np.empty((len(here), STEPS), dtype=np.int64)
    for step in range(STEPS):
        walks[:, step] = here
        chosen = (rng.random(len(here)) * degrees[here]).astype(np.int64)
        here = np.where(degrees[here] > 0, adjacency.indices[adjacency.indptr[here] + chosen], here)
    rng.shuffle(walks)
    names = np.array([str(row) for row in range(len(G))], dtype=object)
    model = Word2Vec(
        names[walks].tolist(), vector_size=dim, window=WINDOW, sg=1, negative=5, min_count=0, epochs=1, seed=0,
        workers=1,
    )  # fmt: skip
    return np.array([model.wv[name] for name in names])


def line(*cells: object) -> str:
    texts = [f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in cells]
    return "| " + " | ".join(map(str.ljust, texts, WIDTHS)) + " |"


if __name__ == "__main__":
    main()
