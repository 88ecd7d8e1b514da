"""A graph or an embedding as one interactive HTML file."""

from __future__ import annotations

import os
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import networkx as nx
import numpy as np

from nx_poincare.drawing.columns import Aggregate, column_of
from nx_poincare.drawing.direction import hierarchy_to_show
from nx_poincare.drawing.options import NAMES_ELSEWHERE
from nx_poincare.drawing.texts import texts_of, values_of
from nx_poincare.embedding.embedding import Embedding
from nx_poincare.extractors.digraph import Direction
from nx_poincare.hierarchy.edge_weights import downward_edges
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.io.atomic import write_aside
from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.checks import check_count
from nx_poincare.utils.names_of_options import with_hints
from nx_poincare.utils.progress import with_signs_of_life
from nx_poincare.viewer.columns import Column, columns_of
from nx_poincare.viewer.content import Content, PolarPoints, content_of, content_of_points
from nx_poincare.viewer.icons import icons_of
from nx_poincare.viewer.opening import Opening, Places, check_is_shown, check_opening
from nx_poincare.viewer.page import default_title, limit_nodes, page_of

__all__ = ["write_html"]


@with_hints({name: ours for name, ours in NAMES_ELSEWHERE.items() if name.startswith("col")})
@with_signs_of_life("page")
def write_html(
    G: nx.Graph | Embedding,
    path: str | os.PathLike[str],
    *,
    title: str | None = None,
    max_nodes: int | None = None,
    radii: Places = "layout",
    beside: Places | None = None,
    layout: Literal["tree", "embedding"] | None = None,
    attributes: Sequence[str] | None = None,
    labels: str | Mapping[Hashable, str] | None = None,
    icons: str | Mapping[Hashable, Any] | None = None,
    colour_by: str = "level",
    colour_aggregate: Aggregate | None = None,
    size_by: str | None = None,
    size_aggregate: Aggregate | None = None,
    tour: Sequence[Hashable] = (),
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
    radii : {"layout", "embedding", "eye"}, default "layout"
        Where nodes stand when the page opens: as a tree that is made for walking; at the points of the embedding, in
        two dimensions; or in the directions of these, with radii scaled down as in `nx_poincare.draw_training`. Where
        there are points in two dimensions, the reader has a menu of all three.
    beside : {"layout", "embedding", "eye"}, optional
        A second map beside the first, linked by what is selected and under the pointer; the reader may change it.
        Narrow screens have room for one. Default: none.
    layout : {"tree", "embedding"}, optional
        The earlier name of ``radii``, "tree" for "layout"; it goes before it.
    attributes : sequence of str, optional
        Node attributes of a graph that the page shows, searches, and offers for colours and sizes.
        Default: all but those that `embed` and `Embedding.write_to` write. Collections of strings
        are lists of words, numbers are numbers, anything else is text. Of each value 4,000
        characters are kept.
    labels : str or mapping from node to str, optional
        What nodes are called: a node attribute of a graph, such as ``"name"``, or texts of some nodes. Names of nodes
        that are called something else stand under ``id``, as an attribute. Default: names of nodes.
    icons : str or mapping from node to value, optional
        A node attribute of a graph, or values of some nodes: a short text such as an emoji, or an image in PNG, JPEG,
        GIF, WebP or SVG, as the path of a file, bytes or a ``data:`` address. Images are embedded in the page, each at
        most 250,000 bytes. They stand beside a node's name, and on the map where there is room.
    colour_by : str, default "level"
        What colours show when the page opens: ``"level"``, ``"branch"`` or the name of an attribute,
        of numbers or of categories. The reader has a menu of all of them.
    size_by : str, optional
        The name of an attribute of numbers that sizes of dots show. Default: numbers of descendants.
    colour_aggregate, size_aggregate : {"sum", "mean", "count"}, optional
        Show of each node the sum or the mean of the values of itself and all its descendants, or how many of them have
        one, as `nx_poincare.draw_poincare` does. The attribute and its aggregate are both on the page and in its menus.
    tour : sequence of node, optional
        Nodes that the page leads to one after the other, as a teacher prepares it.
    store_as : str or None, default "poincare"
        Node attribute of a graph with the ball vectors of an embedding, if there is one, also as
        files hold it (`nx_poincare.flatten_attributes`); None: do not look.
    direction : {"parent_to_child", "child_to_parent"}, default "parent_to_child"
        What an edge ``(u, v)`` of a directed graph means. Where attributes of `nx_poincare.embed` say that it was given
        the other direction, that one is followed, with a warning.
    root : node, optional
        Undirected graphs only: where the tree starts, as in `nx_poincare.embed`.

    Raises
    ------
    TypeError
        If ``G`` is neither a NetworkX graph nor an `Embedding`, or an icon is of another type.
    OSError
        If the file of an icon cannot be read.
    ValueError
        If ``max_nodes`` is less than 1, the embedding knows no edges, an option for graphs is
        given for an embedding, no node has the attribute for labels, or points are to be
        shown without an embedding in two dimensions.
        If an icon is an address of the web, no image, or too large.
        If ``colour_by`` or ``size_by`` is no attribute of the kind, there is nothing to aggregate, or a stop of the
        tour is not on the page.
    networkx.NodeNotFound, networkx.NetworkXError
        If ``root`` is not in the graph, or a node lacks the vector that others have.

    Notes
    -----
    As a tree, subtrees stand in the order of `nx_poincare.poincare_layout`, but at true hyperbolic
    distances made for walking (`nx_poincare.layout.fan`). Of more than 60 children those with most
    descendants are shown, the others stand behind a mark that a click opens. Points of an embedding are made for
    distances to give the order: with radii of 10 to 36 they crowd at the rim, wherever one looks from,
    and leave no room to read in; ``radii="eye"`` brings them nearer. The page lists the nearest nodes in the embedding
    whatever its dimension.

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
    if layout not in (None, "tree", "embedding"):
        raise ValueError(f"layout must be 'tree' or 'embedding', not {layout!r}; radii has more choice")
    if layout is not None:
        radii = "layout" if layout == "tree" else "embedding"
    aggregates = (_Asked("colour_by", colour_by, colour_aggregate), _Asked("size_by", size_by, size_aggregate))
    if isinstance(G, Embedding):
        if (attributes, store_as, direction, root) != (None, "poincare", "parent_to_child", None):
            raise ValueError("attributes, store_as, direction and root are options for graphs, not for an embedding")
        if (colour_aggregate, size_aggregate) != (None, None):
            raise ValueError("colour_aggregate and size_aggregate are for attributes of a graph: an embedding has none")
        content = _content_of_embedding(G, {} if labels is None else texts_of(G, labels))
    elif isinstance(G, nx.Graph):
        content = _content_of_graph(G, attributes, labels, icons, store_as, direction, root, aggregates)
    else:
        raise TypeError(f"expected a NetworkX graph or an Embedding, got {type(G).__name__}")
    if icons is not None:
        content = replace(content, icons=icons_of(values_of(G, icons, "icons")))
    name = title if title is not None else str(getattr(G, "name", "")) or default_title(content)
    shown = limit_nodes(content, max_nodes)
    colours, sizes = (asked.shown for asked in aggregates)
    opening = Opening(colours or "level", sizes, tuple(tour), radii, beside)
    check_opening(opening, shown)
    page = page_of(shown, name, opening)
    with write_aside(path) as aside:
        aside.write_bytes(page)


@dataclass(frozen=True)
class _Asked:
    """What colours or sizes are asked to show: an attribute, or its aggregate up the hierarchy."""

    option: str
    by: str | None
    aggregate: Aggregate | None

    @property
    def shown(self) -> str | None:
        """What the page calls it."""
        return self.by if self.aggregate is None else f"{self.by}, {self.aggregate}"

    def column(self, G: nx.Graph, hierarchy: Hierarchy, columns: Mapping[str, Column]) -> tuple[str, Column]:
        """The aggregate as an attribute beside those that the page has."""
        if self.by in (None, "level", "branch"):
            named = f": {self.option}={self.by!r} has none" if self.by else f": give {self.option}"
            raise ValueError(f"{self.option.replace('by', 'aggregate')} is for values{named}")
        check_is_shown(self.by, self.option, columns)
        found = column_of(G, hierarchy, self.by, self.option, self.aggregate)
        return found.name, found.rounded()


def _content_of_embedding(embedding: Embedding, texts: Mapping[Hashable, str]) -> Content:
    if embedding.edges is None:
        raise ValueError("this embedding knows no edges; pass the graph to write_html, or embed the graph")
    content = content_of_points(embedding.nodes, embedding.edges, embedding.directions, embedding.radii)
    columns = {**_names_beside(texts, content.names), **content.columns}
    return replace(content, texts=texts, columns=columns)


def _content_of_graph(
    G: nx.Graph,
    attributes: Sequence[str] | None,
    labels: str | Mapping[Hashable, str] | None,
    icons: str | Mapping[Hashable, Any] | None,
    store_as: str | None,
    direction: Direction,
    root: Hashable | None,
    aggregates: Sequence[_Asked],
) -> Content:
    texts = {} if labels is None else texts_of(G, labels)
    hierarchy = hierarchy_to_show(G, direction=direction, root=root, store_as=store_as)
    columns: dict[str, Column] = dict(columns_of(dict(G.nodes(data=True)), hierarchy.nodes, attributes, store_as))
    for option in (labels, icons):
        if attributes is None and isinstance(option, str):
            columns.pop(option, None)  # it is there as the name, or the icon
    columns = _names_beside(texts, hierarchy.nodes) | columns
    columns |= dict(asked.column(G, hierarchy, columns) for asked in aggregates if asked.aggregate is not None)
    content = content_of(hierarchy, _edges_to_show(G, hierarchy), columns, _points_on(G, store_as))
    return replace(content, texts=texts)


def _names_beside(texts: Mapping[Hashable, str], nodes: Sequence[Hashable | None]) -> dict[str, Column]:
    """The names of nodes that are called something else, as an attribute that gives way to one of the graph's."""
    if not texts:
        return {}
    names = [str(node) if node in texts and texts[node] != str(node) else None for node in nodes]
    return {"id": names} if any(name is not None for name in names) else {}


def _points_on(G: nx.Graph, store_as: str | None) -> PolarPoints | None:
    """Points of an embedding that the graph bears, if it does."""
    if store_as is None or not any(store_as in data or f"{store_as}_0" in data for _, data in G.nodes(data=True)):
        return None
    found = Embedding.from_graph(G, store_as=store_as, store_pos_as=None, level_as=None)
    return PolarPoints(found.directions, found.radii)


def _edges_to_show(G: nx.Graph, hierarchy: Hierarchy) -> IntArray:
    """Edges (parent, child): those of the hierarchy, and of an undirected graph the ones that close rings."""
    if G.is_directed():
        return hierarchy.edges
    every = downward_edges(G, hierarchy)
    tree = {tuple(sorted(edge)) for edge in hierarchy.edges.tolist()}
    rings = dict.fromkeys(tuple(edge) for edge in every.tolist() if tuple(sorted(edge)) not in tree)
    return np.concatenate([hierarchy.edges, np.array(list(rings), dtype=np.int64).reshape(-1, 2)])
