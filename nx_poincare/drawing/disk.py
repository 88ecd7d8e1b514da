"""The Poincaré disk as a matplotlib picture."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, cast

import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Colormap, LinearSegmentedColormap, Normalize, to_rgb
from matplotlib.patches import Circle
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox

from nx_poincare.arrays import FloatArray
from nx_poincare.drawing.geodesics import geodesic_paths, geodesic_points
from nx_poincare.drawing.labels import figure_of, place_labels, readable_name, scale_of
from nx_poincare.drawing.scene import Scene, scene_of
from nx_poincare.extractors.digraph import Direction

__all__ = ["draw_poincare"]

_logger = logging.getLogger(__name__)

_VIEW = 1.03  # half the side of the axes, in radii of the disk
_PALEST = 0.9  # how far into the map the deepest level goes: yellow on white is not seen
_PALER_WHEN_FLAT = 0.4  # how much less far where there is but one level below the root
_QUIET = "#b08d57"  # edges that are not in the tree
_QUIET_ALPHA = 0.28
_QUIET_FAN = 12  # children from which on the edges of a fan fade
_GOLDEN = 0.6180339887498949
_AVOIDED_EDGES = 1_000  # that labels try not to hide, the most important
_RASTER_FROM = 20_000  # nodes from which a vector file holds the nodes and edges as an image


def draw_poincare(
    G: nx.Graph,
    *,
    ax: Axes | None = None,
    pos: Mapping[Hashable, Any] | None = None,
    direction: Direction = "parent_to_child",
    root: Hashable | None = None,
    labels: int | bool | Mapping[Hashable, str] = 20,
    node_size: float | None = None,
    with_edges: bool = True,
    cmap: str | Colormap = "viridis",
    level_as: str = "level",
    pos_as: str = "pos",
    title: str | None = None,
) -> Axes:
    """Draw a hierarchy in the Poincaré disk: geodesic edges, nodes coloured by level, labels that fit.

    Parameters
    ----------
    G : networkx.Graph, DiGraph, MultiGraph or MultiDiGraph
        Parallel edges are drawn once, self-loops not at all. The graph is not changed.
    ax : matplotlib.axes.Axes, optional
        Where to draw. Default: the current axes, or a new square figure if there is none.
    pos : mapping from node to (x, y), optional
        Positions in the unit disk. Default: the node attribute ``pos_as`` if the nodes have it,
        otherwise `nx_poincare.poincare_layout`.
    direction : {"parent_to_child", "child_to_parent"}, default "parent_to_child"
        What an edge ``(u, v)`` of a directed graph means.
    root : node, optional
        Undirected graphs only: where the hierarchy starts, as in `nx_poincare.poincare_layout`.
    labels : int or mapping from node to str, default 20
        Largest number of labels; the nodes with the most descendants come first. 0 or False for
        none, True for as many as fit. A mapping gives the texts, and no other node is labelled.
        A label for which there is no room is left out.
    node_size : float, optional
        Area of the largest marker in points squared. Default: by the number of nodes.
    with_edges : bool, default True
        Whether to draw edges.
    cmap : str or matplotlib.colors.Colormap, default "viridis"
        Colours of the levels.
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
        If ``G`` is no NetworkX graph.
    networkx.NetworkXError
        If some nodes have a position and others not, or a position is no point of the unit disk;
        the message names a node.
    networkx.NodeNotFound
        If ``root`` is not in the graph.
    ValueError
        If an option is out of range.

    Notes
    -----
    Second parents, edges that are not in the hierarchy's spanning tree, are thin and of another
    colour. Markers and lines shrink towards the rim as the disk does, by ``1 - |x|**2``. From
    20,000 nodes on, SVG and PDF files hold nodes and edges as an image and text as text.

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
    _check_options(G, labels, node_size, cmap)
    scene = scene_of(G, pos=pos, pos_as=pos_as, level_as=level_as, direction=direction, root=root)
    if ax is None:
        ax = _current_axes()
    colours = _level_colours(scene.levels, cmap)
    _prepare(ax, title)
    if len(G) == 0:
        return ax
    zoom = scale_of(ax)
    marker_sizes = _marker_sizes(scene, node_size, zoom)
    if with_edges:
        _draw_edges(ax, scene, colours, zoom)
    _draw_nodes(ax, scene, marker_sizes, colours)
    legend = _draw_legend(ax, scene.levels, colours)
    _draw_labels(ax, scene, marker_sizes, labels, legend)
    return ax


def _check_options(G: object, labels: object, node_size: float | None, cmap: object) -> None:
    if not isinstance(G, nx.Graph):
        raise TypeError(f"expected a NetworkX graph, got {type(G).__name__}")
    if isinstance(labels, Mapping):
        pass
    elif not isinstance(labels, (int, np.integer)) or labels < 0:
        raise ValueError(f"labels must be a number of labels or a mapping from node to text, not {labels!r}")
    if node_size is not None and not 0 < node_size < np.inf:
        raise ValueError(f"node_size must be positive, not {node_size!r}")
    if isinstance(cmap, str) and cmap not in colormaps:
        raise ValueError(f"cmap must be a colour map or the name of one in matplotlib.colormaps, not {cmap!r}")


def _current_axes() -> Axes:
    if plt.get_fignums():
        return plt.gca()
    return plt.figure(figsize=(8, 8)).add_axes((0.02, 0.02, 0.96, 0.92))


def _prepare(ax: Axes, title: str | None) -> None:
    """An empty disk on equal axes."""
    ax.set_xlim(-_VIEW, _VIEW)
    ax.set_ylim(-_VIEW, _VIEW)
    ax.set_aspect("equal")
    ax.axis("off")
    ink = to_rgb(plt.rcParams["text.color"])
    ax.add_patch(Circle((0, 0), 1, facecolor=(*ink, 0.025), edgecolor=(*ink, 0.45), linewidth=0.8, zorder=0.5))
    if title is not None:
        ax.set_title(title)


def _level_colours(levels: FloatArray, cmap: str | Colormap) -> ScalarMappable:
    chosen = colormaps[cmap] if isinstance(cmap, str) else cmap
    low, high = (levels.min(), levels.max()) if len(levels) else (0.0, 0.0)
    span = max(high - low, 1.0)
    samples = chosen(np.linspace(0, _PALEST - _PALER_WHEN_FLAT / span, 256))
    darker = LinearSegmentedColormap.from_list(f"{chosen.name} without its end", list(samples))
    return ScalarMappable(Normalize(low, low + span), darker)


def _marker_sizes(scene: Scene, node_size: float | None, zoom: float) -> FloatArray:
    """Areas in points squared: by importance, and by the disk's own scale, with a floor that can be seen."""
    n = len(scene.sizes)
    usual = zoom**2 * float(np.clip(900 / n**0.4, 25, 160))
    largest = usual if node_size is None else node_size
    smallest = (zoom * float(np.clip(1700 / n, 0.7, 5))) ** 2 * largest / usual
    share = np.sqrt(scene.sizes / scene.sizes.max())
    return np.asarray(
        smallest * (0.7 + 0.3 * scene.scales) + (largest - smallest) * share * (0.25 + 0.75 * scene.scales)
    )


def _draw_edges(ax: Axes, scene: Scene, colours: ScalarMappable, zoom: float) -> None:
    """All edges as one collection: quiet ones below, then the tree's with the main branches on top."""
    order = np.lexsort((scene.sizes[scene.edges[:, 1]], scene.in_tree))
    parents, children = scene.edges[order].T
    in_tree = scene.in_tree[order]
    n = len(scene.sizes)
    thin = zoom * float(np.clip(8 / n**0.4, 0.1, 1.0))
    wide = max(zoom * (2.2 - 0.1 * np.log(n)), thin)
    share = np.sqrt(scene.sizes[children] / n)
    scale = scene.scales[children]
    widths = (thin + (wide - thin) * share) * (0.55 + 0.45 * scale)
    rgba = colours.to_rgba(scene.levels[children])
    faint = float(np.clip(3 / n**0.25, 0.25, 0.8))
    siblings = np.bincount(parents, minlength=n)[parents]
    fade = np.minimum(_QUIET_FAN / siblings, 1.0) ** 0.3
    rgba[:, 3] = np.maximum(faint * fade, 0.85 * np.maximum(share, scale * fade) ** 0.5 * fade)
    rgba[~in_tree, :3] = to_rgb(_QUIET)
    rgba[~in_tree, 3] *= _QUIET_ALPHA
    widths[~in_tree] = np.minimum(widths[~in_tree], 1.5 * thin)
    ax.add_collection(
        LineCollection(
            cast(Sequence[Any], geodesic_paths(scene.positions[parents], scene.positions[children])),
            linewidths=widths, colors=rgba, zorder=1, rasterized=n >= _RASTER_FROM, capstyle="round",
        ),
        autolim=False,
    )  # fmt: skip


def _draw_nodes(ax: Axes, scene: Scene, marker_sizes: FloatArray, colours: ScalarMappable) -> None:
    """All nodes as one collection, inner and important ones on top."""
    order = np.lexsort((scene.sizes, -scene.levels))
    x, y = scene.positions[order].T
    points = ax.scatter(
        x, y, s=marker_sizes[order], c=scene.levels[order],
        cmap=colours.cmap, norm=cast(Normalize, colours.norm),
        linewidths=0, zorder=2, rasterized=len(order) >= _RASTER_FROM,
    )  # fmt: skip
    points.set_clip_on(False)


def _draw_legend(ax: Axes, levels: FloatArray, colours: ScalarMappable) -> list[Bbox]:
    """A colour bar in the corner that the disk leaves free; the box it takes."""
    if levels.min() == levels.max():
        return []
    corner = ax.inset_axes((0.015, 0.045, 0.17, 0.014))
    bar = figure_of(ax).colorbar(colours, cax=corner, orientation="horizontal")
    bar.ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    bar.ax.tick_params(labelsize=7, length=0, pad=2)
    bar.ax.set_title("level", fontsize=7.5, pad=2)
    bar.outline.set_visible(False)
    ax.apply_aspect()
    box = corner.get_tightbbox()
    return [] if box is None else [box]


def _draw_labels(
    ax: Axes,
    scene: Scene,
    marker_sizes: FloatArray,
    labels: int | bool | Mapping[Hashable, str],
    taken: list[Bbox],
) -> None:
    nodes = scene.nodes
    # Among equals the golden ratio picks nodes far from each other in the graph's order.
    scattered = (np.arange(len(nodes)) * _GOLDEN) % 1
    order = np.lexsort((scattered, scene.levels, -scene.sizes))
    if isinstance(labels, Mapping):
        order = order[[nodes[i] in labels for i in order.tolist()]]
        budget = len(order)
    else:
        budget = len(nodes) if labels is True else int(labels)

    def text_of(i: int) -> str:
        return str(labels[nodes[i]]) if isinstance(labels, Mapping) else readable_name(nodes[i])

    placed = place_labels(
        ax, scene.positions, text_of, order,
        marker_sizes=marker_sizes, budget=budget, avoided=_avoided_points(scene), taken=taken,
    )  # fmt: skip
    _logger.debug("labels: %d of %d wanted", len(placed), min(budget, len(order)))


def _avoided_points(scene: Scene) -> FloatArray:
    """Points along the main edges, then all nodes."""
    edges = scene.edges[scene.in_tree]
    main = edges[np.argsort(-scene.sizes[edges[:, 1]], kind="stable")[:_AVOIDED_EDGES]]
    along = geodesic_points(scene.positions[main[:, 0]], scene.positions[main[:, 1]], steps=16)
    return np.concatenate([along.reshape(-1, 2), scene.positions])
