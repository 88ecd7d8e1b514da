"""Positions of nodes for drawing, wherever NetworkX takes a layout: `poincare_layout`."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike

from nx_poincare.attributes.attributes import write_attributes
from nx_poincare.extractors.digraph import Direction, as_graph, edges_of_graph
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.layout.positions import layout_positions
from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.checks import check_count, check_positive
from nx_poincare.utils.progress import with_signs_of_life
from nx_poincare.utils.random_state import generator_of

__all__ = ["poincare_layout"]


@with_signs_of_life("layout")
def poincare_layout(
    G: Any,
    *,
    direction: Direction = "parent_to_child",
    root: Hashable | None = None,
    scale: float = 1,
    center: ArrayLike | None = None,
    dim: int = 2,
    seed: Any = None,
    store_pos_as: str | None = None,
) -> dict[Hashable, FloatArray]:
    """Position nodes in the Poincaré disk for drawing, wherever a NetworkX layout is expected.

    Subtrees stand around the circle in the order of the nested arcs that `nx_poincare.embed` uses; the
    spacing and the radii are made for the eye (`nx_poincare.layout.disk`): inner levels get
    room and the rim is not crowded. The root stays at the center (several roots surround it),
    so positions are not centred on their mean.

    Parameters
    ----------
    G : networkx graph, or what networkx makes one of
        Any graph, as in `nx_poincare.embed`.
    direction, root
        As in `nx_poincare.embed`.
    scale : float, default 1
        Radius of the disk.
    center : array_like of shape (dim,), optional
        Where the origin of the disk goes; default: zeros.
    dim : int, default 2
        Dimension, at least 2.
    seed : int, numpy.random.Generator, RandomState or None
        As in `nx_poincare.embed`: used in three and more dimensions.
    store_pos_as : str, optional
        Also write the positions on the nodes under this name.

    Returns
    -------
    dict
        Node to array of shape (dim,).

    Raises
    ------
    TypeError
        If ``G`` is not a graph, as in `nx_poincare.embed`.
    ValueError
        If an option is out of range or ``center`` does not fit ``dim``.

    Examples
    --------
    >>> import networkx as nx, nx_poincare as nxp
    >>> G = nx.balanced_tree(3, 3, create_using=nx.DiGraph)
    >>> pos = nxp.poincare_layout(G, center=[5, 5])
    >>> pos[0]
    array([5., 5.])
    >>> nx.draw_networkx_nodes(G, nxp.poincare_layout(G))  # doctest: +SKIP
    """
    graph = as_graph(G)
    check_count("dim", dim, 2)
    check_positive("scale", scale)
    origin = np.zeros(dim) if center is None else np.asarray(center, dtype=np.float64)
    if origin.shape != (dim,):
        raise ValueError(f"center must have {dim} coordinates, got shape {origin.shape}")
    rng = generator_of(seed)
    hierarchy = Hierarchy.from_edges(*edges_of_graph(graph, direction=direction, root=root))
    positions = scale * layout_positions(hierarchy, dim, rng) + origin
    if store_pos_as is not None and isinstance(G, nx.Graph):
        write_attributes(G, hierarchy.nodes, {store_pos_as: positions})
    return dict(zip(hierarchy.nodes, positions, strict=True))
