"""The two calls most users need: `embed` and `poincare_layout`."""

from __future__ import annotations

import logging
from collections.abc import Hashable
from typing import Any, Literal

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike

from nx_poincare.attributes import write_attributes
from nx_poincare.embedding import Embedding
from nx_poincare.engine.arcs import nested_arcs
from nx_poincare.engine.cones import beside_each_other, cones
from nx_poincare.engine.geometry import FloatArray, half_angle
from nx_poincare.engine.layout import gentle_layout
from nx_poincare.extractors.digraph import Direction, hierarchy_from_graph
from nx_poincare.hierarchy import Hierarchy
from nx_poincare.random_state import generator_of

__all__ = ["embed", "poincare_layout"]

_logger = logging.getLogger(__name__)

_DEFAULT_RADIUS = 36.0
_CYCLE_SPREAD = 0.05  # half-angle in the picture over which the nodes of a cycle stand, in radians
_CYCLE_AT_ORIGIN, _HALF_RING = 0.04, 2.0  # norm and half-angle of a cycle around the origin
_LARGEST_RADIUS = 60.0  # half-angle 2e-13: narrower cones than float64 directions can tell apart


def embed(
    G: nx.Graph,
    dim: int = 2,
    *,
    direction: Direction = "parent_to_child",
    root: Hashable | None = None,
    init: Literal["cones"] = "cones",
    epochs: int | None = None,
    max_radius: float | None = _DEFAULT_RADIUS,
    on_cycle: Literal["condense", "raise"] = "condense",
    seed: Any = None,
    store_as: str | None = "poincare",
    store_pos_as: str | None = "pos",
    level_as: str | None = "level",
) -> Embedding:
    """Embed a hierarchy in the Poincaré ball and write the result on its nodes.

    Every node gets a cone; an ancestor is nearer to its descendants than the origin is, and
    (exactly so on trees within the precision of float64) other nodes are not. In two
    dimensions the cones are nested arcs (`nx_poincare.engine.arcs`), in more dimensions nested
    caps (`nx_poincare.engine.caps`).

    Parameters
    ----------
    G : networkx graph
        Directed graphs are hierarchies as they are: several parents, several roots, cycles,
        parallel edges and self-loops are allowed. Undirected graphs are hung up by
        breadth-first trees.
    dim : int, default 2
        Dimension of the ball, at least 2. More dimensions hold more second parents.
    direction : {"parent_to_child", "child_to_parent"}, default "parent_to_child"
        What an edge ``(u, v)`` of a directed graph means.
    root : node, optional
        Undirected graphs only: where the tree starts. Default: a centre of the tree, or the
        node of highest degree of a graph that is no tree.
    init : {"cones"}, default "cones"
        The closed form.
    epochs : int, optional
        0 and None: the closed form as it is.
    max_radius : float or None, default 36
        Largest hyperbolic radius, at most 60. Up to 36 the ball vectors are faithful in float64.
        None means 60: better for deep hierarchies, but then only directions and radii (and
        all methods of the result) are exact, not the vectors.
    on_cycle : {"condense", "raise"}, default "condense"
        Nodes of a cycle stand beside each other on one level, or are refused.
    seed : int, numpy.random.Generator, RandomState or None
        Of the random directions that nodes with several parents get in three and more
        dimensions. Two dimensions need no randomness.
    store_as, store_pos_as, level_as : str or None
        Node attributes for the ball vector (array of shape (dim,)), the position to draw at
        (array of shape (2,), see `poincare_layout`) and the level (int, longest path from a
        root). None: do not write it. They replace attributes of the same name.

    Returns
    -------
    Embedding
        A mapping from node to ball vector, with exact distances and queries.

    Raises
    ------
    TypeError
        If ``G`` is no NetworkX graph.
    networkx.NetworkXUnfeasible
        If there is a cycle and ``on_cycle="raise"``.
    networkx.NodeNotFound
        If ``root`` is not in the graph.
    ValueError
        If an option is out of range.

    In every case the graph is as it was before the call.

    Examples
    --------
    >>> import networkx as nx, nx_poincare as nxp
    >>> G = nx.DiGraph([("mammal", "cat"), ("mammal", "dog"), ("dog", "puppy")])
    >>> emb = nxp.embed(G)
    >>> emb.ancestors("puppy")
    ['mammal', 'dog']
    >>> G.nodes["puppy"]["level"], G.nodes["mammal"]["poincare"]
    (2, array([0., 0.]))
    >>> nxp.evaluate_reconstruction(emb, G)
    Scores(mean_rank=1.0, map_score=1.0, nodes=3, pairs=4)
    """
    _check_graph(G)
    _check_dim(dim)
    radius = _checked_radius(max_radius)
    rng = generator_of(seed)
    if init != "cones":
        raise ValueError(f"init must be 'cones', not {init!r}")
    if epochs not in (None, 0):
        raise ValueError(f"epochs must be 0 or None with init='cones', not {epochs!r}")
    hierarchy = hierarchy_from_graph(G, direction=direction, on_cycle=on_cycle, root=root)
    directions, radii = cones(hierarchy.dag, dim, max_radius=radius, rng=rng)
    # Within half of the narrowest cone, every cone that holds one node of a cycle holds all of them.
    narrow = float(half_angle(radii.max(initial=0.0))) / 2
    embedding = Embedding(
        hierarchy.nodes,
        beside_each_other(directions, hierarchy.component, narrow),
        radii[hierarchy.component],
        levels=hierarchy.levels,
        layout=_positions(hierarchy, 2, rng),
    )
    embedding.write_to(G, store_as=store_as, store_pos_as=store_pos_as, level_as=level_as)
    return embedding


def poincare_layout(
    G: nx.Graph,
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

    Subtrees stand around the circle in the order of the nested arcs that `embed` uses; the
    spacing and the radii are made for the eye (`nx_poincare.engine.layout`): inner levels get
    room and the rim is not crowded. The root stays at the center (several roots surround it),
    so positions are not centred on their mean.

    Parameters
    ----------
    G : networkx graph
        Any graph, as in `embed`.
    direction, root
        As in `embed`.
    scale : float, default 1
        Radius of the disk.
    center : array_like of shape (dim,), optional
        Where the origin of the disk goes; default: zeros.
    dim : int, default 2
        Dimension, at least 2.
    seed : int, numpy.random.Generator, RandomState or None
        As in `embed`: used in three and more dimensions.
    store_pos_as : str, optional
        Also write the positions on the nodes under this name.

    Returns
    -------
    dict
        Node to array of shape (dim,).

    Raises
    ------
    TypeError
        If ``G`` is no NetworkX graph.
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
    _check_graph(G)
    _check_dim(dim)
    if not (np.isfinite(scale) and scale > 0):
        raise ValueError(f"scale must be positive, got {scale!r}")
    origin = np.zeros(dim) if center is None else np.asarray(center, dtype=np.float64)
    if origin.shape != (dim,):
        raise ValueError(f"center must have {dim} coordinates, got shape {origin.shape}")
    rng = generator_of(seed)
    hierarchy = hierarchy_from_graph(G, direction=direction, root=root)
    positions = scale * _positions(hierarchy, dim, rng) + origin
    if store_pos_as is not None:
        write_attributes(G, hierarchy.nodes, {store_pos_as: positions})
    return dict(zip(hierarchy.nodes, positions, strict=True))


def _positions(hierarchy: Hierarchy, dim: int, rng: np.random.Generator) -> FloatArray:
    """Positions in the unit ball for the eye; more than two dimensions keep the disk's norms."""
    dag, component = hierarchy.dag, hierarchy.component
    flat = gentle_layout(dag, nested_arcs(dag, max_radius=_DEFAULT_RADIUS))
    norms = np.linalg.norm(flat, axis=1)
    directions = np.where(norms[:, None] > 0, flat, [1.0, 0.0]) / np.where(norms > 0, norms, 1.0)[:, None]
    if dim > 2:
        directions, _ = cones(dag, dim, max_radius=_DEFAULT_RADIUS, rng=rng)
    in_cycle = np.bincount(component, minlength=dag.n) > 1
    around_origin = in_cycle & (norms == 0)
    norms = np.where(around_origin, _CYCLE_AT_ORIGIN, norms)
    spread = np.where(around_origin, _HALF_RING, _CYCLE_SPREAD)
    return norms[component][:, None] * beside_each_other(directions, component, spread)


def _check_graph(G: Any) -> None:
    if not isinstance(G, nx.Graph):
        raise TypeError(
            f"expected a NetworkX graph, got {type(G).__name__}; nx_poincare.read_graph reads files, "
            "networkx.DiGraph(edges) takes a list of edges"
        )


def _check_dim(dim: Any) -> None:
    if isinstance(dim, bool) or not isinstance(dim, (int, np.integer)) or dim < 2:
        raise ValueError(f"dim must be an integer of at least 2, got {dim!r}")


def _checked_radius(max_radius: Any) -> float:
    if max_radius is None:
        return _LARGEST_RADIUS
    if isinstance(max_radius, bool) or not isinstance(max_radius, (int, float, np.number)):
        raise ValueError(f"max_radius must be a number or None, got {max_radius!r}")
    if not 1 <= max_radius <= _LARGEST_RADIUS:
        raise ValueError(
            f"max_radius must be between 1 and {_LARGEST_RADIUS:g}, or None for the latter, got {max_radius!r}"
        )
    return float(max_radius)
