"""The Poincaré disk as a matplotlib picture."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap

from nx_poincare.drawing.colours import ColourBy, check_colours, highlight_of, paint_of, theme_of
from nx_poincare.drawing.axes import figure_of
from nx_poincare.drawing.scene import Scene, scene_of
from nx_poincare.drawing.strokes import Look, draw_scene
from nx_poincare.embedding.embedding import Embedding
from nx_poincare.extractors.digraph import Direction
from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.checks import check_count, check_positive

__all__ = ["draw_poincare"]


def draw_poincare(
    G: nx.Graph | Embedding,
    *,
    ax: Axes | None = None,
    pos: Mapping[Hashable, Any] | None = None,
    direction: Direction = "parent_to_child",
    root: Hashable | None = None,
    focus: Hashable | None = None,
    highlight: Hashable | Iterable[Hashable] | None = None,
    max_nodes: int | None = None,
    labels: int | bool | Mapping[Hashable, str] | None = None,
    node_size: float | None = None,
    with_edges: bool = True,
    colour_by: ColourBy = "level",
    cmap: str | Colormap | None = None,
    dark: bool | None = None,
    level_as: str = "level",
    pos_as: str = "pos",
    title: str | None = None,
) -> Axes:
    """Draw a hierarchy in the Poincaré disk: geodesic edges, nodes coloured by level, labels that fit.

    Parameters
    ----------
    G : networkx.Graph, DiGraph, MultiGraph, MultiDiGraph or Embedding
        Parallel edges are drawn once, self-loops not at all. The graph is not changed. An
        embedding brings edges, levels and the positions that `embed` wrote as ``"pos"``;
        ``pos=emb`` shows its points as they are, most of them near the rim.
    ax : matplotlib.axes.Axes, optional
        Where to draw. Default: the current axes, or a new square figure if there is none.
    pos : mapping from node to (x, y), optional
        Positions in the unit disk. Default: the node attribute ``pos_as`` if the nodes have it,
        otherwise `nx_poincare.poincare_layout`.
    direction : {"parent_to_child", "child_to_parent"}, default "parent_to_child"
        What an edge ``(u, v)`` of a directed graph means. Where attributes of `nx_poincare.embed`, or an `Embedding` as
        ``pos``, say that it was embedded in the other direction, that one is followed, with a warning.
    root : node, optional
        Undirected graphs only: where the hierarchy starts, as in `nx_poincare.poincare_layout`.
    focus : node, optional
        Node at the centre of the disk. Given positions are moved there by a Möbius translation,
        exact at radius 30 where ``pos`` is an `Embedding`. The layout is made anew, with room
        around every node, and its parent stands above it.
    highlight : node or collection of nodes, optional
        Nodes that stand out, each in a colour of its own with all its ancestors and descendants;
        the rest recedes.
    max_nodes : int, optional
        Draw at most that many nodes, those with the largest subtrees, connected and up to the
        root; half of them around a focus. The picture says so, and logging at level INFO.
    labels : int or mapping from node to str, optional
        Largest number of labels; the nodes with the most descendants come first. 0 or False for
        none, True for as many as fit. A mapping gives the texts, and no other node is labelled.
        A label for which there is no room is left out. Default: 30, or all of up to 90 nodes.
        Where all leaves are labelled, their labels stand around the disk if there is room.
    node_size : float, optional
        Area of the largest marker in points squared. Default: by the number of nodes.
    with_edges : bool, default True
        Whether to draw edges.
    colour_by : {"level", "branch"}, default "level"
        Colour by level, or give each main branch a colour that becomes paler with every level.
    cmap : str or matplotlib.colors.Colormap, optional
        Default: viridis for levels, which all eyes can order, and for branches the palette of
        Okabe and Ito, which all eyes can distinguish.
    dark : bool, optional
        Light on dark or dark on light. Default: as the figure is, so that
        ``plt.style.context("dark_background")`` is enough.
    level_as : str, default "level"
        Node attribute with the level; computed unless every node has it.
    pos_as : str, default "pos"
        Node attribute with the position.
    title : str, optional

    Returns
    -------
    matplotlib.axes.Axes
        With the nodes as one `PathCollection` and the edges as one `LineCollection`. Nothing is shown.

    Raises
    ------
    TypeError
        If ``G`` is neither a NetworkX graph nor an `Embedding`.
    networkx.NetworkXError
        If some nodes have a position and others not, or a position is not a point of the unit disk;
        the message names a node.
    networkx.NodeNotFound
        If ``root``, ``focus`` or a highlighted node is not in the graph.
    ValueError
        If an option is out of range, or an embedding has neither edges nor two dimensions.

    Notes
    -----
    Second parents, edges that are not in the hierarchy's spanning tree, are thin and of another
    colour. Markers and lines shrink towards the rim as the disk does, by ``1 - |x|**2``. From
    20,000 nodes on, SVG and PDF files hold nodes and edges as an image and text as text (in SVG
    with ``plt.rcParams["svg.fonttype"] = "none"``).

    Examples
    --------
    >>> import networkx as nx
    >>> G = nx.balanced_tree(2, 3, create_using=nx.DiGraph)
    >>> pos = {v: (0.9 * v / 15, 0) for v in G}
    >>> ax = draw_poincare(G, pos=pos, labels=3)
    >>> [text.get_text() for text in ax.texts]
    ['0', '2', '1']
    >>> plt.close(ax.figure)
    """
    _check_options(G, labels, node_size, max_nodes, direction, root)
    check_colours(colour_by, cmap)
    chosen = _nodes_of(highlight, G)
    scene = scene_of(
        G, pos=pos, pos_as=pos_as, level_as=level_as, direction=direction, root=root,
        max_nodes=max_nodes, focus=focus, kept=chosen,
    )  # fmt: skip
    if ax is None:
        ax = _current_axes()
    theme = theme_of(figure_of(ax), dark)
    look = Look(
        theme=theme,
        paint=paint_of(scene, colour_by, cmap, theme),
        highlight=highlight_of(scene, _rows_of(chosen, scene), theme) if chosen else None,
        labels=labels, node_size=node_size, with_edges=with_edges, title=title,
    )  # fmt: skip
    draw_scene(ax, scene, look)
    return ax


def _check_options(
    G: object, labels: object, node_size: float | None, max_nodes: object, direction: str, root: object
) -> None:
    if not isinstance(G, (nx.Graph, Embedding)):
        raise TypeError(f"expected a NetworkX graph or an Embedding, got {type(G).__name__}")
    if isinstance(G, Embedding) and (direction != "parent_to_child" or root is not None):
        raise ValueError("direction and root are options for graphs; an embedding has its own edges")
    if not (labels is None or isinstance(labels, Mapping)) and (
        not isinstance(labels, (int, np.integer)) or labels < 0
    ):
        raise ValueError(f"labels must be a number of labels or a mapping from node to text, not {labels!r}")
    if node_size is not None:
        check_positive("node_size", node_size)
    if max_nodes is not None:
        check_count("max_nodes", max_nodes, 1)


def _nodes_of(highlight: Any, G: nx.Graph | Embedding) -> tuple[Hashable, ...]:
    """One node, or several: a string or a tuple may be either."""
    if highlight is None:
        return ()
    if isinstance(highlight, str) or not isinstance(highlight, Iterable):
        return (highlight,)
    if isinstance(highlight, Hashable) and highlight in G:
        return (highlight,)
    return tuple(dict.fromkeys(highlight))


def _rows_of(nodes: tuple[Hashable, ...], scene: Scene) -> IntArray:
    return np.array([scene.hierarchy.index[node] for node in nodes], dtype=np.int64)


def _current_axes() -> Axes:
    if plt.get_fignums():
        return plt.gca()
    return plt.figure(figsize=(8, 8)).add_axes((0.02, 0.02, 0.96, 0.92))
