"""The viewer's page: one HTML file that needs nothing else."""

from __future__ import annotations

import base64
import hashlib
import html
import logging
import os
import re
from collections.abc import Hashable, Sequence
from functools import cache
from importlib import resources
from typing import Any, Literal

import networkx as nx
import numpy as np

from nx_poincare.arrays import IntArray
from nx_poincare.checks import check_count
from nx_poincare.drawing.viewer.content import Content, attribute_columns, content_of, pruned
from nx_poincare.drawing.viewer.encoding import encoded
from nx_poincare.drawing.viewer.points import Points
from nx_poincare.embedding import Embedding
from nx_poincare.extractors.digraph import Direction, downward_edges
from nx_poincare.files import written_aside
from nx_poincare.hierarchy import Hierarchy

__all__ = ["notebook_html", "write_html"]

_logger = logging.getLogger(__name__)

Layout = Literal["tree", "embedding"]

_SCRIPTS = (
    "hyperbolic.js", "tree.js", "neighbours.js", "search.js", "view.js", "visible.js", "labels.js",
    "canvas.js", "svg.js", "painting.js", "elements.js", "finder.js", "panel.js",
    "address.js", "input.js", "main.js",
)  # fmt: skip
_NOTEBOOK_NODES = 3_000
_NOTEBOOK_HEIGHT = 560  # pixels


def write_html(
    G: nx.Graph | Embedding,
    path: str | os.PathLike[str],
    *,
    title: str | None = None,
    max_nodes: int | None = None,
    layout: Layout = "tree",
    attributes: Sequence[str] | None = None,
    store_as: str | None = "poincare",
    direction: Direction = "parent_to_child",
    root: Hashable | None = None,
) -> None:
    """Write a hierarchy as one interactive HTML file, to walk through in a browser.

    The file holds all it needs: it opens from the disk and asks no network. Drag, scroll, click,
    search, or walk with the arrow keys; the address names the selected node.

    Parameters
    ----------
    G : networkx graph or Embedding
        A graph is read as in `nx_poincare.embed` and not changed. An embedding must know its
        edges, as those of `embed` do.
    path : path
        Where to write. The file appears when it is complete, or not at all.
    title : str, optional
        Default: the name of the graph, or of its only root, or the number of nodes.
    max_nodes : int, optional
        Show at most that many nodes, those with the largest subtrees; the page says so.
        Default: all of them.
    layout : {"tree", "embedding"}, default "tree"
        Where nodes stand: at places made for walking, or at their own points, which must have two
        dimensions.
    attributes : sequence of str, optional
        Node attributes of a graph that the page shows as text. Default: all but those that `embed`
        and `Embedding.write_to` write. Of each value 4,000 characters are kept.
    store_as : str or None, default "poincare"
        Node attribute of a graph with the ball vectors of an embedding, if there is one, also as
        files hold it (`nx_poincare.flatten_attributes`); None: do not look.
    direction : {"parent_to_child", "child_to_parent"}, default "parent_to_child"
        What an edge ``(u, v)`` of a directed graph means.
    root : node, optional
        Undirected graphs only: where the tree starts, as in `nx_poincare.embed`.

    Raises
    ------
    TypeError
        If ``G`` is neither a NetworkX graph nor an `Embedding`.
    ValueError
        If ``max_nodes`` is less than 1, the embedding knows no edges, an option for graphs is
        given for an embedding, or ``layout="embedding"`` without points in two dimensions.
    networkx.NodeNotFound, networkx.NetworkXError
        If ``root`` is not in the graph, or a node lacks the vector that others have.

    Notes
    -----
    As a tree, subtrees stand in the order of `nx_poincare.poincare_layout`, but at true hyperbolic
    distances made for walking (`nx_poincare.engine.fan_layout`). Points of an embedding are made for
    distances to tell the order: with radii of 10 to 36 they crowd at the rim, wherever one looks from,
    and leave no room to read in. The page tells the nearest nodes in the embedding all the same,
    whatever its dimension; without an embedding, those nearest on the map.

    Examples
    --------
    >>> import networkx as nx, nx_poincare as nxp, tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "tree.html"
    >>> nxp.write_html(nx.balanced_tree(2, 3, create_using=nx.DiGraph), path)
    >>> path.read_text().count("<script>")
    1
    """
    if max_nodes is not None:
        check_count("max_nodes", max_nodes, 1)
    if layout not in ("tree", "embedding"):
        raise ValueError(f"layout must be 'tree' or 'embedding', not {layout!r}")
    if isinstance(G, Embedding):
        if (attributes, store_as, direction, root) != (None, "poincare", "parent_to_child", None):
            raise ValueError("attributes, store_as, direction and root are options for graphs, not for an embedding")
        content = _content_of_embedding(G)
    elif isinstance(G, nx.Graph):
        content = _content_of_graph(G, attributes, store_as, direction, root)
    else:
        raise TypeError(f"expected a NetworkX graph or an Embedding, got {type(G).__name__}")
    if layout == "embedding":
        _check_plane(content)
    name = title if title is not None else _default_title(G, content)
    page = _page(_limited(content, max_nodes), name, layout)
    with written_aside(path) as aside:
        aside.write_bytes(page)


def notebook_html(embedding: Embedding) -> str:
    """What a notebook shows of an embedding: the viewer in a frame of its own, or a summary."""
    if embedding.edges is None or not len(embedding):
        return _summary(embedding)
    content = _limited(_content_of_embedding(embedding), _NOTEBOOK_NODES)
    page = _page(content, _default_title(embedding, content)).decode("utf-8")
    return (
        f'<iframe srcdoc="{html.escape(page)}" sandbox="allow-scripts allow-downloads allow-popups" '
        'title="Hierarchy viewer" '
        f'style="width:100%;height:{_NOTEBOOK_HEIGHT}px;border:1px solid #8886;border-radius:6px"></iframe>'
    )


def _content_of_embedding(embedding: Embedding) -> Content:
    if embedding.edges is None:
        raise ValueError("this embedding knows no edges; pass the graph to write_html, or embed the graph")
    hierarchy = Hierarchy.from_edges(embedding.nodes, embedding.edges)
    radii = [f"{radius:.3f}" for radius in embedding.radii.tolist()]
    return content_of(hierarchy, hierarchy.edges, {"radius": radii}, Points.of(embedding))


def _content_of_graph(
    G: nx.Graph,
    attributes: Sequence[str] | None,
    store_as: str | None,
    direction: Direction,
    root: Hashable | None,
) -> Content:
    hierarchy = Hierarchy.from_digraph(G, direction=direction, root=root)
    columns = attribute_columns(G, hierarchy.nodes, attributes, _written_by_embed(store_as))
    return content_of(hierarchy, _shown_edges(G, hierarchy), columns, _points_on(G, store_as))


def _written_by_embed(store_as: str | None) -> re.Pattern[str]:
    """Names of the attributes that hold an embedding, also in parts, as files have them."""
    vectors = re.escape(store_as or "poincare")
    return re.compile(rf"pos|level|(poincare|polar|{vectors})(_\d+)?")


def _points_on(G: nx.Graph, store_as: str | None) -> Points | None:
    """Points of an embedding that the graph bears, if it does."""
    if store_as is None or not any(store_as in data or f"{store_as}_0" in data for _, data in G.nodes(data=True)):
        return None
    return Points.of(Embedding.from_graph(G, store_as=store_as, store_pos_as=None, level_as=None))


def _check_plane(content: Content) -> None:
    """Refuse what cannot be drawn at its own points."""
    if content.points is None and content.total:
        raise ValueError("layout='embedding' needs an embedding, or a graph whose nodes bear one: embed it first")
    if content.points is not None and content.points.dim != 2:
        raise ValueError(f"layout='embedding' needs points in 2 dimensions, not in {content.points.dim}")


def _shown_edges(G: nx.Graph, hierarchy: Hierarchy) -> IntArray:
    """Edges (parent, child): those of the hierarchy, and of an undirected graph the ones that close rings."""
    if G.is_directed():
        return hierarchy.edges
    every = downward_edges(G, hierarchy)
    tree = {tuple(sorted(edge)) for edge in hierarchy.edges.tolist()}
    rings = dict.fromkeys(tuple(edge) for edge in every.tolist() if tuple(sorted(edge)) not in tree)
    return np.concatenate([hierarchy.edges, np.array(list(rings), dtype=np.int64).reshape(-1, 2)])


def _default_title(G: nx.Graph | Embedding, content: Content) -> str:
    if isinstance(G, nx.Graph) and G.name:
        return str(G.name)
    if content.total and content.has_own_root:
        return str(content.names[0])
    return f"{content.total:,} nodes"


def _limited(content: Content, max_nodes: int | None) -> Content:
    if max_nodes is None or content.total <= max_nodes:
        return content
    _logger.info("the page shows %d of %d nodes, those with the largest subtrees", max_nodes, content.total)
    return pruned(content, max_nodes)


def _page(content: Content, title: str, layout: Layout = "tree") -> bytes:
    """The template with style, script, their hashes and the content put in."""
    template, style, script = _sources()
    parts = {
        "STYLE_HASH": _hash(style),
        "SCRIPT_HASH": _hash(script),
        "TITLE": html.escape(title),
        "STYLE": style,
        "SCRIPT": script,
        "CONTENT": encoded(content, title, own_places=layout == "embedding"),
    }
    pieces = template.split("%%")  # text, name of a part, text, ...
    page = "".join(parts[piece] if i % 2 else piece for i, piece in enumerate(pieces))
    # Half of a surrogate pair is no text: as JSON's own escape it reaches the page as it is.
    return page.encode("utf-8", "backslashreplace")


@cache
def _sources() -> tuple[str, str, str]:
    """Template, style and script from the package."""
    folder = resources.files(__package__) / "page"

    def text(name: str) -> str:
        return (folder / name).read_text(encoding="utf-8")

    return text("viewer.html"), text("viewer.css"), "\n".join(text(name) for name in _SCRIPTS)


def _hash(source: str) -> str:
    """What the content security policy calls this style or script by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(source.encode("utf-8")).digest()).decode("ascii")


def _summary(embedding: Embedding) -> str:
    """A small table, for an embedding without edges."""
    rows: list[tuple[str, Any]] = [("nodes", f"{len(embedding):,}"), ("dimensions", embedding.dim)]
    if len(embedding):
        rows += [("largest radius", f"{embedding.radii.max():.2f}"), ("first nodes", _first_names(embedding))]
    cells = "".join(f"<tr><th>{name}</th><td>{html.escape(str(value))}</td></tr>" for name, value in rows)
    return f"<table><caption>Embedding</caption>{cells}</table>"


def _first_names(embedding: Embedding) -> str:
    names = [str(node)[:40] for node in embedding.nodes[:5]]
    return ", ".join(names) + (", …" if len(embedding) > len(names) else "")
