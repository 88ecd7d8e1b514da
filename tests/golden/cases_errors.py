"""Errors: the type and the words of what wrong calls raise."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import calls
import networkx as nx
import numpy as np

import nx_poincare as nxp

_LINE = nx.DiGraph([("a", "b"), ("b", "c")])
_RING = nx.DiGraph([("a", "b"), ("b", "c"), ("c", "a")])
_PATH = nx.path_graph(4)
_POINTS = nxp.Embedding.from_vectors(["a", "b"], [[0.0, 0.0], [0.3, 0.4]])
_SPACE = nxp.Embedding.from_vectors(["a", "b"], [[0.0, 0.0, 0.0], [0.3, 0.4, 0.0]])
_TWINS = nxp.Embedding.from_vectors([1, "1"], [[0.0, 0.0], [0.3, 0.4]])
_HIERARCHY = nxp.Hierarchy.from_digraph(_LINE)


def cases() -> dict[str, Callable[[Path], Any]]:
    return {f"errors.{name}": partial(_raised, call) for name, call in CALLS.items()}


def _raised(call: Callable[[Path], Any], folder: Path) -> Any:
    try:
        call(folder)
    except Exception as error:
        above = [one.__name__ for one in type(error).__mro__[1:] if not one.__name__.startswith("_")]
        words = str(error).replace(str(folder), "<folder>")
        return {"type": type(error).__name__, "is": above, "words": words}
    return "no error"


def _embed(**options: Any) -> Callable[[Path], Any]:
    graph = options.pop("graph", _LINE)
    return lambda _: calls.embed(graph.copy() if isinstance(graph, nx.Graph) else graph, **options)


def _init(init: Any, **options: Any) -> Callable[[Path], Any]:
    return lambda _: calls.given(_LINE.copy(), options.get("dim", 2), init)


def _points(*arguments: Any, **options: Any) -> Callable[[Path], Any]:
    return lambda _: nxp.Embedding(*arguments, **options)


def _text(reader: Callable[..., Any], name: str, content: str | bytes, **options: Any) -> Callable[[Path], Any]:
    def call(folder: Path) -> None:
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        reader(folder / name, **options)

    return call


def _pairs(content: str, **options: Any) -> Callable[[Path], Any]:
    return _text(lambda path: nxp.evaluate_entailment(_POINTS, path, **{"senses": "names"} | options), "p.txt", content)


def _without_corpus(_: Path) -> None:
    import nltk

    with patch.object(nltk.data, "path", []):
        nxp.wordnet_graph(source="nltk")


def _another_run(folder: Path) -> None:
    calls.saved_training(_LINE.copy(), folder / "run.npz")
    calls.saved_training(_RING.copy(), folder / "run.npz")


CALLS: dict[str, Callable[[Path], Any]] = {
    # embed
    "embed.no_graph": _embed(graph=["a", "b"]),
    "embed.dim_1": _embed(dim=1),
    "embed.dim_fraction": _embed(dim=2.5),
    "embed.dim_truth": _embed(dim=True),
    "embed.direction": _embed(direction="down"),
    "embed.root_unknown": _embed(graph=_PATH, root="x"),
    "embed.root_of_directed": _embed(root="a"),
    "embed.radius_small": _embed(max_radius=0.5),
    "embed.radius_large": _embed(max_radius=61),
    "embed.radius_text": _embed(max_radius="36"),
    "embed.seed_text": _embed(seed="x"),
    "embed.seed_negative": _embed(seed=-1),
    "embed.on_cycle": _embed(on_cycle="break"),
    "embed.cycle": _embed(graph=_RING, on_cycle="raise"),
    "embed.same_names": _embed(store_as="pos"),
    "embed.callbacks_bare": _embed(callbacks=print),
    "embed.callbacks_wrong": _embed(callbacks=[3]),
    "embed.hierarchy_weight": _embed(graph=_HIERARCHY, training=nxp.Training(epochs=1, weight="w")),
    "embed.jobs": _embed(n_jobs=0),
    "embed.init_name": _init("tree"),
    "embed.init_type": _init(5),
    "embed.init_dim": _init(_POINTS, dim=3),
    "embed.init_rows": _init([[0.0, 0.0]]),
    "embed.init_outside": _init({"a": [0.0, 0.0], "b": [1.0, 0.5], "c": [0.1, 0.1]}),
    "embed.init_ragged": _init({"a": [0.0, 0.0], "b": [0.5], "c": [0.1, 0.1]}),
    "embed.init_unknown": _init({"x": [0.0, 0.0]}),
    "embed.fixed_unknown": lambda _: calls.trained_on(_LINE.copy(), 2, calls.closed_form(_LINE.copy()), ["x"]),
    "embed.fixed_text": lambda _: calls.trained_on(_LINE.copy(), 2, calls.closed_form(_LINE.copy()), "ab"),
    "embed.weight_missing": lambda _: calls.trained(nx.DiGraph([("a", "b", {"w": "x"})]), weight="w"),
    "embed.weight_negative": lambda _: calls.trained(nx.DiGraph([("a", "b", {"w": -1})]), weight="w"),
    "embed.checkpoint_folder": lambda folder: calls.saved_training(_LINE.copy(), folder / "no" / "run.npz"),
    "embed.checkpoint_garbage": _text(lambda path: calls.saved_training(_LINE.copy(), path), "run.npz", "no"),
    "embed.checkpoint_other": _another_run,
    "layout.no_graph": lambda _: nxp.poincare_layout([1]),
    "layout.dim": lambda _: nxp.poincare_layout(_LINE, dim=1),
    "layout.scale": lambda _: nxp.poincare_layout(_LINE, scale=0),
    "layout.center": lambda _: nxp.poincare_layout(_LINE, center=[0, 0, 0]),
    # points and questions
    "points.radius_negative": _points(["a"], [[1.0, 0.0]], [-1.0]),
    "points.no_unit": _points(["a"], [[1.0, 1.0]], [1.0]),
    "points.repeated": _points(["a", "a"], [[1.0, 0.0]] * 2, [1.0, 1.0]),
    "points.rows": _points(["a"], [[1.0, 0.0]] * 2, [1.0]),
    "points.not_finite": _points(["a"], [[1.0, 0.0]], [np.inf]),
    "points.levels": _points(["a"], [[1.0, 0.0]], [1.0], levels=[1, 2]),
    "points.layout": _points(["a"], [[1.0, 0.0]], [1.0], layout=[[1.0, 0.0, 0.0]]),
    "points.edges": _points(["a"], [[1.0, 0.0]], [1.0], edges=[[0, 1]]),
    "points.outside": lambda _: nxp.Embedding.from_vectors(["a"], [[1.0, 0.0]]),
    "points.ragged": lambda _: nxp.Embedding.from_vectors(["a", "b"], [[0.1], [0.1, 0.2]]),
    "query.unknown": lambda _: _POINTS.ancestors("x"),
    "query.list": lambda _: _POINTS.distance([0.1, 0.2], "a"),
    "query.key": lambda _: _POINTS["x"],
    "query.count": lambda _: _POINTS.nearest("a", -1),
    "query.point_outside": lambda _: _POINTS.nearest(np.array([1.0, 1.0])),
    "query.point_shape": lambda _: _POINTS.nearest(np.array([0.1])),
    "hierarchy.edges": lambda _: nxp.Hierarchy.from_edges(["a", "b"], [[0, 2]]),
    "hierarchy.cycle": lambda _: nxp.Hierarchy.from_digraph(_RING, on_cycle="raise"),
    "hierarchy.unknown": lambda _: _HIERARCHY.ancestors("x"),
    "name.unknown": lambda _: nxp.embedd,
    # graphs and other libraries
    "graph.write_missing": lambda _: _POINTS.write_to(nx.DiGraph([("a", "z")])),
    "graph.write_more": lambda _: _POINTS.write_to(_LINE.copy()),
    "graph.write_no_layout": lambda _: _SPACE.write_to(nx.DiGraph([("a", "b")])),
    "graph.write_twice": lambda _: _POINTS.write_to(nx.DiGraph([("a", "b")]), polar_as="pos"),
    "graph.read_bare": lambda _: nxp.Embedding.from_graph(_LINE),
    "graph.no_edges": lambda _: _POINTS.to_networkx(),
    "graph.keyed": lambda _: nxp.Embedding.from_keyed_vectors({}),
    # files
    "save.suffix": lambda folder: _POINTS.save(folder / "e.xyz"),
    "save.binary": lambda folder: _POINTS.save(folder / "e.bin"),
    "save.float32": lambda folder: _POINTS.save(folder / "e.npz", float32=True),
    "save.format": lambda folder: _POINTS.save(folder / "e.npz", format="numpy"),
    "save.twins": lambda folder: _TWINS.save(folder / "e.tsv"),
    "save.surrogate": lambda folder: nxp.Embedding.from_vectors(["\ud800"], [[0.0, 0.0]]).save(folder / "e.tsv"),
    "save.names": lambda folder: nxp.Embedding.from_vectors([print], [[0.0, 0.0]]).save(folder / "e.npz"),
    "save.folder": lambda folder: _POINTS.save(folder / "no" / "e.npz"),
    "save.projector": lambda folder: nxp.export_projector(_TWINS, folder),
    "load.missing": lambda folder: nxp.Embedding.load(folder / "e.npz"),
    "load.suffix": lambda folder: nxp.Embedding.load(folder / "e.xyz"),
    "load.npz": _text(nxp.Embedding.load, "e.npz", "no archive"),
    "load.tsv_number": _text(nxp.Embedding.load, "e.tsv", "a\t0.1\t0.2\nb\t0.1\tx\n"),
    "load.tsv_outside": _text(nxp.Embedding.load, "e.tsv", "a\t0.1\t2.0\n"),
    "load.vec": _text(nxp.Embedding.load, "e.vec", "3 2\na 0.1 0.2\n"),
    "load.bin": _text(nxp.Embedding.load, "e.bin", b"2 2\na \0\0"),
    "load.graph": _text(nxp.Embedding.load, "e.json", '{"nodes": [{"id": 1}], "edges": []}'),
    "load.too_large": _text(nxp.Embedding.load, "e.tsv", "a\t0.1\t0.2\n" * 9, max_bytes=20),
    "export.suffix": lambda folder: nxp.export_graph(_LINE, folder / "g.xyz"),
    "export.twins": lambda folder: nxp.export_graph(nx.DiGraph([(1, "1")]), folder / "g.graphml"),
    "export.control": lambda folder: nxp.export_graph(nx.DiGraph([("a\0", "b")]), folder / "g.gexf"),
    "read.missing": lambda folder: nxp.read_graph(folder / "g.csv"),
    "read.suffix": lambda folder: nxp.read_graph(folder / "g.xyz"),
    "read.type": lambda _: nxp.read_graph(5),
    "read.stream": lambda _: nxp.read_graph(io.BytesIO(b"a,b\n")),
    "read.format": lambda _: nxp.read_graph(io.BytesIO(b"a,b\n"), format="xlsx"),
    "read.delimiter": lambda _: nxp.read_graph(io.BytesIO(b"a,b\n"), format="csv", delimiter="ab"),
    "read.column": lambda _: nxp.read_graph(io.BytesIO(b"u,v\na,b\n"), format="csv", source="x", target="v"),
    "read.row": _text(nxp.read_graph, "g.csv", "a,b\nc\n"),
    "read.json": _text(nxp.read_graph, "g.json", '{"nodes": ['),
    "read.node_link": _text(nxp.read_graph, "g.json", "[1]"),
    "read.xml": _text(nxp.read_graph, "g.graphml", "<graphml><graph>"),
    "read.doctype": _text(nxp.read_graph, "g.graphml", "<!DOCTYPE x><graphml/>"),
    "read.gml": _text(nxp.read_graph, "g.gml", "graph ["),
    "read.not_utf8": _text(nxp.read_graph, "g.json", b"{\xff}"),
    # pictures
    "draw.type": lambda _: nxp.draw_poincare([1]),
    "draw.focus": lambda _: nxp.draw_poincare(_LINE, focus="x"),
    "draw.highlight": lambda _: nxp.draw_poincare(_LINE, highlight=["x"]),
    "draw.labels": lambda _: nxp.draw_poincare(_LINE, labels="many"),
    "draw.size": lambda _: nxp.draw_poincare(_LINE, node_size=-1),
    "draw.colours": lambda _: nxp.draw_poincare(_LINE, colour_by="age"),
    "html.radii": lambda folder: nxp.write_html(_LINE, folder / "p.html", radii="round"),
    "html.type": lambda folder: nxp.write_html([1], folder / "p.html"),
    "html.no_edges": lambda folder: nxp.write_html(_POINTS, folder / "p.html"),
    "html.no_points": lambda folder: nxp.write_html(_LINE, folder / "p.html", radii="embedding"),
    "film.every": lambda _: nxp.draw_training(_LINE, every=0),
    "film.radii": lambda _: nxp.draw_training(_LINE, radii="long"),
    "film.suffix": lambda folder: nxp.draw_training(_LINE, folder / "f.avi"),
    "film.title": lambda _: nxp.draw_training(_LINE, title="x"),
    # scores
    "scores.missing_node": lambda _: nxp.evaluate_reconstruction(_POINTS, _LINE),
    "scores.sample": lambda _: nxp.evaluate_reconstruction(calls.closed_form(_LINE.copy()), _LINE, sample=0),
    "scores.distortion_sample": lambda _: nxp.evaluate_distortion(calls.closed_form(_LINE.copy()), _LINE, sample=1.5),
    "scores.cycle": lambda _: nxp.evaluate_reconstruction(_POINTS, _RING, on_cycle="raise"),
    "scores.share": lambda _: nxp.split_closure(_LINE, test_share=1),
    "scores.missing_share": lambda _: nxp.likely_missing_pairs(_LINE, missing_share=0),
    "scores.no_function": lambda _: nxp.evaluate_link_prediction(_LINE, 3),
    "scores.closure_direction": lambda _: [*nxp.closure_edges(_LINE, direction="up")],
    "scores.pairs_missing": lambda folder: nxp.evaluate_entailment(_POINTS, folder / "p.txt"),
    "scores.pairs_empty": _pairs(""),
    "scores.pairs_columns": _pairs("WORD1 WORD2 POS\n"),
    "scores.pairs_rating": _pairs("WORD1 WORD2 POS AVG_SCORE\na b N x\n"),
    "scores.pairs_pos": _pairs("", pos="A"),
    "scores.pairs_alpha": _pairs("", alpha=-1),
    "scores.pairs_senses": _pairs("", senses="all"),
    # WordNet
    "wordnet.unknown": lambda _: nxp.wordnet_graph("dragon.n.99", source="bundled"),
    "wordnet.type": lambda _: nxp.wordnet_graph(5, source="bundled"),
    "wordnet.pos": lambda _: nxp.wordnet_graph(pos="x", source="bundled"),
    "wordnet.depth": lambda _: nxp.wordnet_graph(max_depth=-1, source="bundled"),
    "wordnet.glosses": lambda _: nxp.wordnet_graph(glosses=True, source="bundled"),
    "wordnet.no_corpus": _without_corpus,
}
