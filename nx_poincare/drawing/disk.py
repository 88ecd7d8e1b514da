"""The Poincaré disk as a matplotlib picture."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap

from nx_poincare.drawing.annotation import missing_glyphs
from nx_poincare.drawing.axes import FigureAxes, figure_of
from nx_poincare.drawing.colours import paint_of, theme_of
from nx_poincare.drawing.columns import Aggregate, Values
from nx_poincare.drawing.highlight import highlight_of
from nx_poincare.drawing.look import Look
from nx_poincare.drawing.markers import check_sizes
from nx_poincare.drawing.options import NAMES_ELSEWHERE, ColourBy, DrawingOptions
from nx_poincare.drawing.positions import Radii
from nx_poincare.drawing.scene import Scene, scene_of
from nx_poincare.drawing.strokes import draw_scene
from nx_poincare.drawing.texts import texts_of
from nx_poincare.embedding.embedding import Embedding
from nx_poincare.extractors.digraph import Direction
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.names_of_options import with_hints
from nx_poincare.utils.progress import with_signs_of_life
from nx_poincare.utils.warn import warn_caller

__all__ = ["draw_frame", "draw_poincare"]


@with_hints(NAMES_ELSEWHERE)
@with_signs_of_life("drawing")
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
    labels: int | bool | str | Mapping[Hashable, str] | None = None,
    node_size: float | None = None,
    with_edges: bool = True,
    radii: Radii | None = None,
    size_by: Values | None = None,
    size_aggregate: Aggregate | None = None,
    colour_by: ColourBy = "level",
    colour_aggregate: Aggregate | None = None,
    cmap: str | Colormap | None = None,
    dark: bool | None = None,
    level_as: str = "level",
    pos_as: str = "pos",
    store_as: str = "poincare",
    title: str | None = None,
) -> FigureAxes:
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
        root. Around a focus these are its ancestors, all its parents, its siblings, then its
        descendants, the largest first. The picture says so, as does logging at level INFO, and beside
        a label how many nodes below it are hidden, as in "+28". Default: all, but of more than 2,000
        children of one node, or 200 around a focus, the 60 largest and a node "+19,940 more" for the others.
    labels : int, str or mapping from node to str, optional
        Largest number of labels; the nodes with the most descendants come first. 0 or False for
        none, True for as many as fit. A string is the node attribute with the texts, such as ``"name"``; a node
        without it is called by its own name. A mapping gives the texts, and no other node is labelled.
        A label for which there is no room is left out. Default: 30, or all of up to 90 nodes.
        Where all leaves are labelled, their labels stand around the disk if there is room.
    node_size : float, optional
        Area of the largest marker in points squared. Default: by the number of nodes.
    with_edges : bool, default True
        Whether to draw edges.
    radii : {"eye", "embedding"}, optional
        "eye": the layout, which is made for the eye; of an embedding as ``pos``, its directions with
        radii scaled down as in `nx_poincare.draw_training`. "embedding": the points of the embedding
        as they are, from ``pos``, ``G`` or the node attribute ``store_as``, in two dimensions. The
        picture says which. Default: "embedding" if ``pos`` is one, otherwise "eye".
    size_by, colour_by : str or mapping from node to value, optional
        Node attribute that the area or the colour of the markers shows, with a legend. Numbers have a
        colour bar, logarithmic from three decades on; of categories the seven most frequent have a
        colour (all of them with ``cmap``). Nodes without a value are small, or grey. By default sizes
        show subtrees, and colours (``colour_by="level"``) levels; ``colour_by="branch"`` gives each
        main branch a colour that becomes paler with every level.
    size_aggregate, colour_aggregate : {"sum", "mean", "count"}, optional
        Show of each node the sum or the mean of the values of itself and all its descendants, or how
        many of them have one. Each descendant counts once, by however many paths it is reached.
    cmap : str or matplotlib.colors.Colormap, optional
        Default: viridis for levels, which all eyes can order, and for branches a palette after that
        of Okabe and Ito, which all eyes can distinguish. Both have a contrast with the disk of 3 : 1
        at least; given maps are taken as they are.
    dark : bool, optional
        Light on dark or dark on light. Default: as the figure is, so that
        ``plt.style.context("dark_background")`` is enough.
    level_as : str, default "level"
        Node attribute with the level; computed unless every node has it.
    pos_as : str, default "pos"
        Node attribute with the position.
    store_as : str, default "poincare"
        Node attribute with the ball vectors, for ``radii="embedding"``.
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
        If an option is out of range, no node has the attribute for labels, or an embedding has neither edges nor two
        dimensions.

    Warns
    -----
    UserWarning
        If labels have characters for which the font has no glyph; those are left out of the picture.

    Notes
    -----
    Second parents, edges that are not in the hierarchy's spanning tree, are thin and of another
    colour; from 400 on they run in bundles along the tree, and of more than 8,000 a sample is drawn.
    Markers and lines shrink towards the rim as the disk does, by ``1 - |x|**2``. A label is nearer to
    its own marker than to any of like size; where an important node has no such place, a leader line
    shows whose label it is. Text has 6 points at least, and lines 0.3. From 20,000 nodes on, SVG and PDF
    files hold nodes and edges as an image and text as text (in SVG with
    ``plt.rcParams["svg.fonttype"] = "none"``).

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
    options = DrawingOptions(
        ax=ax, pos=pos, direction=direction, root=root, focus=focus, highlight=highlight, max_nodes=max_nodes,
        labels=labels, node_size=node_size, with_edges=with_edges, radii=radii, size_by=size_by,
        size_aggregate=size_aggregate, colour_by=colour_by, colour_aggregate=colour_aggregate, cmap=cmap, dark=dark,
        level_as=level_as, pos_as=pos_as, store_as=store_as, title=title,
    )  # fmt: skip
    return cast(FigureAxes, draw_frame(G, options))


def draw_frame(G: nx.Graph | Embedding, options: DrawingOptions, *, sides: dict[int, FloatArray] | None = None) -> Axes:
    """As `draw_poincare`, where labels of a film keep the sides on which they stood in the frame before."""
    options.check(G)
    texts = texts_of(G, options.labels) if isinstance(options.labels, str) else {}
    chosen = _nodes_of(options.highlight, G)
    scene = replace(scene_of(G, options, kept=chosen), texts=texts)
    check_sizes(scene)
    ax = _current_axes() if options.ax is None else options.ax
    theme = theme_of(figure_of(ax), options.dark)
    look = Look(
        theme=theme,
        paint=paint_of(scene, options.colour_by, options.cmap, theme),
        highlight=highlight_of(scene, _rows_of(chosen, scene), theme) if chosen else None,
        labels=None if isinstance(options.labels, str) else options.labels,
        node_size=options.node_size,
        with_edges=options.with_edges,
        title=options.title,
        sides=sides,
    )
    draw_scene(ax, scene, look)
    _warn_of_missing_glyphs(ax)
    return ax


def _warn_of_missing_glyphs(ax: Axes) -> None:
    texts = [text.get_text() for text in ax.texts]
    if lost := missing_glyphs(texts):
        named = next(text for text in texts if lost.intersection(text))
        warn_caller(
            f"the font has no glyph for {len(lost)} characters, as in {named!r}: they are left out of the picture; "
            "set plt.rcParams['font.family'] to a list of fonts that have them",
            UserWarning,
        )


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
    """Those of the current figure, or new ones that use all of it."""
    if plt.get_fignums() and plt.gcf().axes:
        return plt.gca()
    figure = plt.gcf() if plt.get_fignums() else plt.figure(figsize=(8, 8))
    return figure.add_axes((0.02, 0.02, 0.96, 0.92))
