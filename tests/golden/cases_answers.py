"""Answers: scores, queries, and what graphs and tables are read as."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import calls
import networkx as nx
import numpy as np
import small_graphs as graphs
from values import of_array, of_graph, of_points, rounded, sha256

import nx_poincare as nxp

PAIRS = (
    "WORD1 WORD2 POS TYPE AVG_SCORE\ndog canine N hyp-1 5.8\ndog cat N cohyp 0.9\ncat feline N hyp-1 5.5\n"
    "whale mammal N hyp-3 5.9\nmammal whale N r-hyp 1.2\ndog unicorn N no-rel 0.2\nrun move V hyp-1 5.0\n"
)
_ASKED = {"mammals": ("mammal.n.01", "dog.n.01", "whale.n.02", "lion.n.01"), "dag": (0, 7, 33, 59)}


def cases() -> dict[str, Callable[[Path], Any]]:
    found: dict[str, Callable[[Path], Any]] = {
        "scores.entailment": _entailment,
        "scores.entailment.nltk": partial(_entailment, senses="nltk"),
        "answers.hierarchy.cycles": _hierarchy,
        "answers.embedding.exchange": _exchange,
        "answers.embedding.mapping": _mapping,
        "answers.flatten_attributes": _flattened,
        "answers.names": lambda _: {"all": nxp.__all__, "version": nxp.__version__},
    }
    for name in ("forest", "dag", "cycles", "undirected", "roots"):
        for kind, score in _SCORES.items():
            found[f"scores.{name}.{kind}"] = partial(_score, graphs.SMALL[name], score)
    found["scores.mammals.reconstruction"] = partial(_score, graphs.mammals, nxp.evaluate_reconstruction)
    found["scores.mammals.distortion"] = partial(_score, graphs.mammals, _distortion)
    for name, nodes in _ASKED.items():
        for node in nodes:
            found[f"answers.{name}.{node}"] = partial(_asked, name, node)
    for name, text in _TABLES.items():
        found[f"answers.read.{name}"] = partial(_read, text)
    for name, options in _WORDNET.items():
        found[f"answers.wordnet.{name}"] = partial(_wordnet, options)
    return found


def _distortion(points: nxp.Embedding, G: nx.Graph) -> Any:
    return [nxp.evaluate_distortion(points, G), nxp.evaluate_distortion(points, G, sample=10, seed=3)]


def _reconstruction(points: nxp.Embedding, G: nx.Graph) -> Any:
    mapping = {node: points[node] for node in points}
    sampled = nxp.evaluate_reconstruction(points, G, sample=10, seed=3)
    return [nxp.evaluate_reconstruction(points, G), sampled, nxp.evaluate_reconstruction(mapping, G, n_jobs=2)]


def _link_prediction(points: nxp.Embedding, G: nx.Graph) -> Any:
    return nxp.evaluate_link_prediction(G, dim=3, test_share=0.2, seed=5, baseline_epochs=5, progress=False)


def _split(points: nxp.Embedding, G: nx.Graph) -> Any:
    split = nxp.split_closure(G, test_share=0.3, seed=4)
    return [repr(split.test_pairs), sha256(repr([*split.train.edges]).encode())]


_SCORES: dict[str, Callable[[nxp.Embedding, nx.Graph], Any]] = {
    "reconstruction": _reconstruction,
    "distortion": _distortion,
    "link_prediction": _link_prediction,
    "split": _split,
    "closure": lambda points, G: repr([*nxp.closure_edges(G)][:40]),
    "missing": lambda points, G: repr(nxp.likely_missing_pairs(G, missing_share=0.3, seed=4)[:40]),
}


def _score(graph: Callable[[], nx.Graph], score: Callable[[nxp.Embedding, nx.Graph], Any], _: Path) -> Any:
    G = graph()
    return rounded(score(calls.closed_form(G.copy()), G))


def _entailment(folder: Path, senses: Any = "names") -> Any:
    (folder / "pairs.txt").write_text(PAIRS)
    points = calls.closed_form(graphs.mammals())
    return rounded(nxp.evaluate_entailment(points, folder / "pairs.txt", senses=senses))


@functools.cache
def _points_of(name: str) -> nxp.Embedding:
    return calls.cones(graphs.mammals() if name == "mammals" else graphs.dag())


def _asked(name: str, node: Any, _: Path) -> Any:
    points = _points_of(name)
    other = points.nodes[len(points) // 3]
    return {
        "ancestors": repr(points.ancestors(node)),
        "descendants": repr(points.descendants(node)),
        "parents": repr(points.parents(node)),
        "children": repr(points.children(node)),
        "nearest": [[repr(near), rounded(away)] for near, away in points.nearest(node, 5)],
        "nearest to a point": [[repr(near), rounded(away)] for near, away in points.nearest(points[node] * 0.9, 3)],
        "closer than": repr(points.closer_than(node, other)[:50]),
        "distance": rounded(points.distance(node, other)),
        "distances": rounded(points.distances(node, points.nodes[:5])),
        "all distances": of_array(points.distances(node)),
        "is ancestor": [points.is_ancestor(points.nodes[0], node), points.is_ancestor(node, other)],
        "radius and norm": rounded([points.radius(node), points.norm(node)]),
    }


def _hierarchy(_: Path) -> Any:
    hierarchy = nxp.Hierarchy.from_digraph(graphs.cycles())
    edges = nxp.Hierarchy.from_edges(["a", "b", "c"], [[0, 1], [1, 2], [0, 2], [1, 1]])
    text = nxp.Hierarchy.from_file(io.StringIO("animal,dog\nanimal,cat\ncat,kitten\n"), format="csv")
    return {
        "nodes": hierarchy.nodes,
        "length": len(hierarchy),
        "edges": rounded(hierarchy.edges),
        "component": rounded(hierarchy.component),
        "levels": rounded(hierarchy.levels),
        "index": dict(hierarchy.index),
        "parents": rounded(hierarchy.parents.toarray()),
        "closure": rounded(hierarchy.closure.toarray()),
        "ancestors": {node: hierarchy.ancestors(node) for node in hierarchy.nodes},
        "counts": rounded([hierarchy.ancestor_counts, hierarchy.descendant_counts]),
        "pairs": [*hierarchy.closure_pairs()],
        "from edges": [rounded(edges.levels), [*edges.closure_pairs()]],
        "from file": [text.nodes, rounded(text.levels), [*text.closure_pairs()]],
    }


def _exchange(_: Path) -> Any:
    G = graphs.tree()
    points = calls.closed_form(G)
    points.write_to(G, polar_as="polar")
    frame = points.to_pandas()
    keyed = points.to_keyed_vectors()
    return {
        "graph": of_graph(points.to_networkx()),
        "written": of_graph(G),
        "from graph": of_points(nxp.Embedding.from_graph(G)),
        "frame": {"columns": [str(name) for name in frame], "index": [*frame.index], "name": frame.index.name},
        "frame radius": of_array(frame["radius"].to_numpy()) if "radius" in frame else None,
        "keyed": [keyed.index_to_key, of_array(keyed.vectors)],
        "from keyed": of_points(nxp.Embedding.from_keyed_vectors(keyed)),
    }


def _mapping(_: Path) -> Any:
    points = calls.closed_form(graphs.forest(), 3)
    again = nxp.Embedding(points.nodes, points.directions, points.radii)
    given = nxp.Embedding.from_vectors(["a", "b"], [[0.0, 0.0], [0.3, 0.4]], levels=[0, 1])
    return {
        "text": repr(points),
        "length": len(points),
        "dim": points.dim,
        "index": dict(points.index),
        "equal": [points == again, points == given, points == 3],
        "in": ["moss" in points, "mist" in points],
        "keys": [*points],
        "given": of_points(given),
        "bare": of_points(again),
        "writeable": [points.vectors.flags.writeable, points.radii.flags.writeable],
        "methods": [name for name in dir(nxp.Embedding) if not name.startswith("_")],
        "methods of a hierarchy": [name for name in dir(nxp.Hierarchy) if not name.startswith("_")],
    }


def _flattened(_: Path) -> Any:
    G = graphs.tree()
    calls.closed_form(G, 3)
    G.nodes["cat"].update(vector=np.arange(3), nothing=None, deep={"a": [1, 2]}, number=np.float32(0.5))
    return of_graph(nxp.flatten_attributes(G))


_TABLES: dict[str, tuple[str, dict[str, Any]]] = {
    "csv": ("parent,child\na,b\na,c\n", {"format": "csv"}),
    "no_header": ("parent,child\na,b\n", {"format": "csv", "header": False}),
    "columns": ("id,kind,of,w\n1,cat,pet,1.5\n2,dog,pet,2\n", {"source": "of", "target": "kind", "weight": "w"}),
    "delimiter": ("a;b\nb;c\n", {"format": "csv", "delimiter": ";"}),
    "edges": ("# no edge\na b\nb c {'weight': 2}\n", {"format": "edges"}),
    "json": ('{"directed": true, "nodes": [{"id": [1, 2]}, {"id": 3}], "edges": [{"source": [1, 2], "target": 3}]}',
             {"format": "json"}),
    "gml": ('graph [ directed 1 node [ id 0 label "a" ] node [ id 1 label "b" ] edge [ source 0 target 1 ] ]',
            {"format": "gml"}),
}  # fmt: skip


def _read(table: tuple[str, dict[str, Any]], _: Path) -> Any:
    text, options = table
    return of_graph(nxp.read_graph(io.BytesIO(text.encode()), **{"format": "csv"} | options))


_WORDNET: dict[str, dict[str, Any]] = {
    "bundled.dogs": {"root": "dog.n.01", "source": "bundled"},
    "bundled.two": {"root": ["lion.n.01", "tiger.n.02"], "source": "bundled"},
    "bundled.shallow": {"max_depth": 3, "instances": False, "source": "bundled"},
    "bundled.verbs": {"root": "run.v.01", "pos": "v", "source": "bundled"},
    "nltk.dogs": {"root": "dog.n.01", "source": "nltk", "glosses": True},
    "nltk.shallow": {"max_depth": 3, "instances": False, "source": "nltk"},
}


def _wordnet(options: dict[str, Any], _: Path) -> Any:
    G = nxp.wordnet_graph(**options)
    shown = of_graph(G)
    return {"size": [len(G), G.number_of_edges()], "sha256 of all": sha256(repr(shown).encode()),
            "nodes": shown["nodes"][:5], "edges": shown["edges"][:5]}  # fmt: skip
