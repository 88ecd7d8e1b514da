"""The graphs of the records: those of the pictures, and dependencies that are made."""

import sys
from pathlib import Path

import networkx as nx
import numpy as np

sys.path.append(str(Path(__file__).resolve().parent.parent / "pipelines"))
from example_graphs import all_nouns, debian_packages, recursive_tree

__all__ = ["all_nouns", "debian_packages", "made_dependencies", "recursive_tree"]

MOST_DEPENDENCIES = 5


def made_dependencies(n: int, rng: np.random.Generator) -> nx.DiGraph:
    """Each node depends on one to five earlier ones, drawn by one plus the number of those that depend on them.

    Edges lead from what is needed to what needs it.
    """
    G: nx.DiGraph = nx.DiGraph()
    tickets = [0]
    for v in range(1, n):
        drawn = rng.integers(0, len(tickets), rng.integers(1, MOST_DEPENDENCIES + 1))
        needed = sorted({tickets[i] for i in drawn.tolist()})
        G.add_edges_from((u, v) for u in needed)
        tickets += [*needed, v]
    return G
