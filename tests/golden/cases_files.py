"""Files: the bytes that are written, and what reading older ones gives."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import calls
import networkx as nx
import numpy as np
import small_graphs as graphs
from matplotlib.figure import Figure
from values import of_array, of_file, of_graph, of_points

import nx_poincare as nxp

FILES = Path(__file__).with_name("files")
VECTORS = (".npz", ".tsv", ".vec", ".bin", ".tsv.gz", ".vec.gz", ".bin.gz")
GRAPHS = (".graphml", ".gexf", ".gml", ".json", ".dot", ".graphml.gz", ".gexf.gz", ".gml.gz", ".json.gz", ".dot.gz")
STOPPED_AT = {"random": 3, "cones": 13}
CHECKPOINTS: dict[str, Callable[..., nxp.Embedding]] = {"random": calls.saved_training, "cones": calls.saved_cones}
EDGES = 'parent\tchild\tweight\nanimal\tcat\t1\nanimal\tdog\t2.5\ndog\t"hunting\tdog"\t1\n'


class PowerCutError(Exception):
    """Ends a training as a power cut does: what was saved before is what is left."""


def cases() -> dict[str, Callable[[Path], Any]]:
    found: dict[str, Callable[[Path], Any]] = {}
    for suffix in VECTORS:
        found[f"files.written.embedding{suffix}"] = partial(_saved, suffix)
    for suffix in GRAPHS:
        found[f"files.written.graph{suffix}"] = partial(_exported, graphs.tree, suffix)
    for suffix in (".graphml", ".gexf", ".json"):
        found[f"files.written.cones_5{suffix}"] = partial(_exported_in_space, suffix)
    for suffix in (".graphml", ".gexf", ".gml", ".json", ".dot"):
        found[f"files.written.parallel{suffix}"] = partial(_exported, _parallel, suffix)
    found["files.written.projector"] = _projector
    for name, options in _PAGES.items():
        found[f"files.written.page.{name}"] = partial(_page, options)
    found["files.written.page.embedding"] = _page_of_embedding
    for name, options in _PICTURES.items():
        found[f"files.pixels.{name}"] = partial(_pixels, options)
    found["files.pixels.film"] = _film
    for name in ("tree.npz", "tree.tsv", "tree.vec", "tree.bin", "tree.graphml", "tree.gexf", "tree.json", "tree.gml"):
        found[f"files.read.embedding.{name}"] = lambda _, name=name: of_points(nxp.Embedding.load(FILES / name))
    for name in ("tree.graphml", "tree.gexf", "tree.json", "tree.gml", "edges.tsv"):
        found[f"files.read.graph.{name}"] = lambda _, name=name: of_graph(nxp.read_graph(FILES / name))
    for name in CHECKPOINTS:
        found[f"files.checkpoint.{name}"] = partial(_goes_on, name)
        found[f"files.checkpoint.{name}.ended"] = partial(_ended, name)
        found[f"files.checkpoint.{name}.never_stopped"] = partial(_never_stopped, name)
    return found


def write_files() -> None:
    """What is read by later versions: one file of each format, and trainings that were stopped."""
    FILES.mkdir(exist_ok=True)
    G, points = _embedded()
    for suffix in (".npz", ".tsv", ".vec", ".bin"):
        points.save(FILES / f"tree{suffix}", float32=suffix == ".bin")
    for suffix in (".graphml", ".gexf", ".json", ".gml"):
        nxp.export_graph(G, FILES / f"tree{suffix}")
    (FILES / "edges.tsv").write_text(EDGES)
    for name, saved in CHECKPOINTS.items():
        for kind, callbacks in (("stopped", [_stop_at(STOPPED_AT[name])]), ("ended", [])):
            path = FILES / f"checkpoint_{name}_{kind}.npz"
            path.unlink(missing_ok=True)
            with contextlib.suppress(PowerCutError):
                saved(graphs.dag(), path, callbacks)


def _stop_at(last: int) -> Callable[..., None]:
    def called(step: int, *_: Any) -> None:
        if step == last:
            raise PowerCutError

    return called


def _embedded() -> tuple[nx.DiGraph, nxp.Embedding]:
    """The small tree, with its closed form on it."""
    G = graphs.tree()
    points = calls.closed_form(G)
    points.write_to(G, polar_as="polar")
    return G, points


def _saved(suffix: str, folder: Path) -> Any:
    path = folder / f"points{suffix}"
    _, points = _embedded()
    points.save(path, float32=".bin" in suffix)
    return of_file(path)


def _exported(graph: Callable[[], nx.Graph], suffix: str, folder: Path) -> Any:
    G = graph()
    calls.closed_form(G)
    nxp.export_graph(G, folder / f"graph{suffix}")
    return of_file(folder / f"graph{suffix}")


def _exported_in_space(suffix: str, folder: Path) -> Any:
    G = graphs.forest()
    calls.closed_form(G, 5)
    nxp.export_graph(G, folder / f"graph{suffix}")
    return of_file(folder / f"graph{suffix}")


def _parallel() -> nx.MultiDiGraph:
    G = nx.MultiDiGraph([("a", "b"), ("a", "b"), ("b", "c")], name="twice", id=3)
    G.nodes["a"]["id"] = "own"
    G.nodes["b"]["label"] = "shown"
    return G


def _projector(folder: Path) -> Any:
    _, points = _embedded()
    nxp.export_projector(points, folder / "out")
    return {path.name: of_file(path) for path in sorted((folder / "out").iterdir())}


_PAGES: dict[str, dict[str, Any]] = {
    "plain": {},
    "titled": {"title": "<Mine>", "max_nodes": 4, "attributes": ["legs"]},
    "points": {"radii": "embedding"},
}


def _page(options: dict[str, Any], folder: Path) -> Any:
    G, _ = _embedded()
    nxp.write_html(G, folder / "page.html", **options)
    return of_file(folder / "page.html")


def _page_of_embedding(folder: Path) -> Any:
    _, points = _embedded()
    nxp.write_html(points, folder / "page.html")
    (folder / "notebook.html").write_text(points._repr_html_(), encoding="utf-8")
    return {name: of_file(folder / name) for name in ("page.html", "notebook.html")}


_PICTURES: dict[str, dict[str, Any]] = {
    "plain": {},
    "dark": {"dark": True, "colour_by": "branch", "labels": 3, "title": "Dark"},
    "focus": {"focus": "hunting dog", "highlight": "cat", "max_nodes": 5, "cmap": "plasma"},
    "bare": {"labels": False, "with_edges": False, "node_size": 40},
}


def _pixels(options: dict[str, Any], _: Path) -> Any:
    G, _points = _embedded()
    figure = Figure(figsize=(3, 3), dpi=80)
    nxp.draw_poincare(G, ax=figure.add_subplot(), **options)
    return _of_pixels(figure)


def _of_pixels(figure: Figure) -> Any:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())
    whole = of_array(pixels)
    return {"sha256": whole["sha256"], "sketch": {"shape": list(pixels.shape), "grey": round(float(pixels.mean()))}}


def _film(folder: Path) -> Any:
    G = graphs.tree()
    with nxp.draw_training(G, folder / "film.gif", every=2, size=2, dpi=40) as film:
        calls.trained(G, callbacks=[film])
    return {"epochs": [frame.epoch for frame in film.frames], "file": of_file(folder / "film.gif")}


def _copied(name: str, folder: Path) -> Path:
    return Path(shutil.copy(FILES / name, folder / "run.npz"))


def _goes_on(name: str, folder: Path) -> Any:
    seen: list[int] = []
    path = _copied(f"checkpoint_{name}_stopped.npz", folder)
    points = CHECKPOINTS[name](graphs.dag(), path, [lambda step, *_: seen.append(step)])
    return {"first step": seen[0], "last step": seen[-1], "points": of_points(points)}


def _ended(name: str, folder: Path) -> Any:
    path = _copied(f"checkpoint_{name}_ended.npz", folder)
    return of_points(CHECKPOINTS[name](graphs.dag(), path))


def _never_stopped(name: str, folder: Path) -> Any:
    return of_points(CHECKPOINTS[name](graphs.dag(), folder / "run.npz"))
