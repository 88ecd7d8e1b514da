"""The two calls most users need: `embed` and `poincare_layout`."""

from __future__ import annotations

import logging
from collections.abc import Hashable
from typing import Any, Literal

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike

from nx_poincare.embedding import Embedding
from nx_poincare.engine.arcs import nested_arcs
from nx_poincare.engine.cones import cones, expand_cycles
from nx_poincare.engine.geometry import FloatArray
from nx_poincare.engine.layout import gentle_layout
from nx_poincare.extractors.digraph import Direction, hierarchy_from_graph

__all__ = ["embed", "poincare_layout"]

_logger = logging.getLogger(__name__)

_DEFAULT_RADIUS = 36.0
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
    rng = _generator(seed)
    if init != "cones":
        raise ValueError(f"init must be 'cones', not {init!r}")
    if epochs not in (None, 0):
        raise ValueError(f"epochs must be 0 or None with init='cones', not {epochs!r}")
    hierarchy = hierarchy_from_graph(G, direction=direction, on_cycle=on_cycle, root=root)
    directions, radii = cones(hierarchy.dag, dim, max_radius=radius, rng=rng)
    directions, radii = expand_cycles(directions, radii, hierarchy.component)
    layout = gentle_layout(hierarchy.dag)[hierarchy.component] if store_pos_as is not None else None
    embedding = Embedding(hierarchy.nodes, directions, radii, levels=hierarchy.levels, layout=layout)
    embedding.write_to(G, store_as=store_as, store_pos_as=store_pos_as, level_as=level_as)
    return embedding
