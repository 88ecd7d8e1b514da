"""The graphs of the record: small ones of every kind, and WordNet."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable

import networkx as nx

import nx_poincare as nxp


def forest() -> nx.DiGraph:
    """Three trees and a node alone."""
    draw = random.Random(1).random
    G = nx.DiGraph()
    for tree, size in (("oak", 12), ("elm", 7), ("fir", 5)):
        G.add_edges_from((f"{tree}{int(draw() * v)}", f"{tree}{v}") for v in range(1, size))
    G.add_node("moss")
    return G


def tree() -> nx.DiGraph:
    """A small tree with names that formats must quote, and attributes."""
    G = nx.DiGraph([("animal", "cat"), ("animal", "hunting dog"), ("hunting dog", "Köter"), ("hunting dog", "a<b>&c")])
    G.add_edge("cat", '50% "fluffy"', weight=2.5)
    G.graph["name"] = "small"
    G.nodes["cat"].update(legs=4, tame=True, tags=["soft", "warm"])
    return G


def cycles() -> nx.DiGraph:
    """Two cycles that share a parent, a self-loop, and what is below them."""
    G = nx.DiGraph([("top", "a"), ("a", "b"), ("b", "c"), ("c", "a"), ("c", "leaf"), ("top", "x"), ("x", "y")])
    G.add_edges_from([("y", "x"), ("x", "z"), ("z", "z"), ("b", "z"), ("z", "end"), ("y", "other")])
    return G


def dag() -> nx.DiGraph:
    """Sixty nodes, most with several parents."""
    draw = random.Random(2).random
    G = nx.DiGraph()
    G.add_nodes_from(range(60))
    for v in range(1, 60):
        G.add_edges_from((int(draw() * v), v) for _ in range(1 + int(draw() * 3)))
    return G


def undirected() -> nx.Graph:
    """A grid with a tail: no tree, and no direction."""
    G = nx.convert_node_labels_to_integers(nx.grid_2d_graph(4, 5))
    nx.add_path(G, [19, 20, 21, 22])
    return G


def roots() -> nx.DiGraph:
    """Five roots above shared children."""
    draw = random.Random(3).random
    G = nx.DiGraph()
    for v in range(5, 40):
        G.add_edges_from((f"n{int(draw() * min(v, 5 + v % 12))}", f"n{v}") for _ in range(1 + int(draw() * 2)))
    return G


@functools.cache
def _wordnet(root: str | None, pos: str) -> nx.DiGraph:
    return nxp.wordnet_graph(root, pos=pos, source="bundled")  # type: ignore[arg-type]


def mammals() -> nx.DiGraph:
    return _wordnet("mammal.n.01", "n").copy()


def nouns() -> nx.DiGraph:
    return _wordnet(None, "n").copy()


def verbs() -> nx.DiGraph:
    return _wordnet(None, "v").copy()


SMALL: dict[str, Callable[[], nx.Graph]] = {
    "forest": forest,
    "cycles": cycles,
    "dag": dag,
    "undirected": undirected,
    "roots": roots,
}
