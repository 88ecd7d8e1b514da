"""Points: every way to embed, on every kind of graph."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import calls
import networkx as nx
import numpy as np
import small_graphs as graphs
from values import of_array, of_points

import nx_poincare as nxp

DIMS = (2, 3, 5, 10)
HASH_SEEDS = (1, 2)
UNDER_HASH_SEEDS = ("points.roots", "points.mammals.2.cones", "points.cycles", "points.dag.3")
_NEW = 4  # nodes that earlier points lack


def cases() -> dict[str, Callable[[Path], Any]]:
    found: dict[str, Callable[[Path], Any]] = {}
    for name, graph in graphs.SMALL.items():
        for dim in DIMS:
            for way, embedded in WAYS.items():
                found[f"points.{name}.{dim}.{way}"] = partial(_points, graph, dim, embedded)
            found[f"points.{name}.{dim}.layout"] = partial(_layout, graph, dim)
    for dim in (2, 3, 10):
        found[f"points.mammals.{dim}.cones"] = partial(_points, graphs.mammals, dim, calls.cones)
    found["points.mammals.2.random"] = partial(_points, graphs.mammals, 2, calls.trained)
    found["points.mammals.10.random"] = partial(_points, graphs.mammals, 10, calls.trained)
    for dim in (2, 3):
        found[f"points.verbs.{dim}.cones"] = partial(_points, graphs.verbs, dim, calls.cones)
    for dim in (2, 10):
        found[f"points.nouns.{dim}.cones"] = partial(_points, graphs.nouns, dim, calls.cones)
    for dim in (2, 5, 10):
        found[f"points.nouns.{dim}.closed"] = partial(_points, graphs.nouns, dim, calls.closed_form)
    for name, other in _others().items():
        found[f"points.other.{name}"] = partial(_one, other)
    for seed in HASH_SEEDS:
        found[f"hash_seed.{seed}"] = partial(_under_hash_seed, seed)
    return found


def _given(G: nx.Graph, dim: int) -> nxp.Embedding:
    earlier = calls.closed_form(G.copy(), dim)
    return calls.given(G, dim, {node: vector / 2 for node, vector in earlier.items()})


def _kept(G: nx.Graph, dim: int) -> nxp.Embedding:
    return calls.given(G, dim, calls.cones(G.copy(), dim))


def _new_nodes(G: nx.Graph, dim: int) -> nxp.Embedding:
    return calls.given(G, dim, calls.closed_form(_without_last(G), dim))


def _fixed(G: nx.Graph, dim: int) -> nxp.Embedding:
    return calls.trained_on(G, dim, calls.closed_form(G.copy(), dim), fixed=[*G][:3])


def _without_last(G: nx.Graph) -> nx.Graph:
    return G.subgraph([*G][:-_NEW]).copy()


WAYS: dict[str, Callable[[nx.Graph, int], nxp.Embedding]] = {
    "cones": calls.cones,
    "closed": calls.closed_form,
    "random": calls.trained,
    "plain": calls.trained_plainly,
    "given": _given,
    "kept": _kept,
    "new": _new_nodes,
    "fixed": _fixed,
}


def _points(graph: Callable[[], nx.Graph], dim: int, embedded: Callable[..., nxp.Embedding], _: Path) -> Any:
    G = graph()
    return of_points(embedded(G, dim), G)


def _layout(graph: Callable[[], nx.Graph], dim: int, _: Path) -> Any:
    G = graph()
    pos = nxp.poincare_layout(G, dim=dim, seed=1, scale=2, center=np.ones(dim), store_pos_as="place")
    assert all(np.array_equal(G.nodes[node]["place"], pos[node]) for node in G)
    return of_array(np.array([pos[node] for node in G]))


def _one(made: Callable[[], nxp.Embedding], _: Path) -> Any:
    return of_points(made())


def _others() -> dict[str, Callable[[], nxp.Embedding]]:
    """Options one by one."""
    weighted = nx.DiGraph()
    weighted.add_weighted_edges_from((u, v, 1 + v % 3) for u, v in graphs.dag().edges)
    rows = np.linspace(-0.3, 0.3, 120).reshape(60, 2)
    return {
        "hierarchy": lambda: calls.cones(nxp.Hierarchy.from_digraph(graphs.dag())),
        "upwards": lambda: calls.cones(graphs.roots().reverse(), direction="child_to_parent"),
        "root": lambda: calls.cones(graphs.undirected(), root=3),
        "no_end": lambda: calls.cones(graphs.mammals(), max_radius=None),
        "small_radius": lambda: calls.cones(graphs.dag(), 3, max_radius=9),
        "array": lambda: calls.given(graphs.dag(), 2, rows),
        "weight": lambda: calls.trained(weighted, weight="weight"),
        "empty": lambda: calls.cones(nx.DiGraph()),
        "one_node": lambda: calls.cones(nx.DiGraph([("a", "a")]), 3),
        "parallel_edges": lambda: calls.cones(nx.MultiDiGraph([(0, 1), (0, 1), (1, 2), (0, 2)])),
        "two_threads": lambda: calls.cones(graphs.dag(), 5, n_jobs=2),
    }


def _under_hash_seed(seed: int, _: Path) -> Any:
    """The points of some cases in a process with another order of sets."""
    script = Path(__file__).with_name("record.py")
    done = subprocess.run(
        [sys.executable, str(script), "--print", *(f"--only={prefix}" for prefix in UNDER_HASH_SEEDS)],
        env=os.environ | {"PYTHONHASHSEED": str(seed)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)
