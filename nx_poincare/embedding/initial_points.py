"""Where training starts and which nodes stay fixed: from names and options to arrays."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import networkx as nx
import numpy as np

from nx_poincare.embedding.embedding import Embedding
from nx_poincare.embedding.gensim_vectors import is_of_gensim
from nx_poincare.embedding.quality import QualityWarning
from nx_poincare.engine.cones.arcs.nested_arcs import Arcs
from nx_poincare.engine.cones.cones import cones
from nx_poincare.engine.cones.new_nodes import place_new_nodes
from nx_poincare.engine.cones.skeleton.refine import Refinement
from nx_poincare.engine.training.random_start import random_start
from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.utils.arrays import BoolArray, FloatArray, IntArray
from nx_poincare.utils.limits import LARGEST_RADIUS
from nx_poincare.utils.name_positions import rows_of_names
from nx_poincare.utils.warn import warn_caller

__all__ = ["fixed_indices", "start_points", "with_given_points"]


def start_points(
    init: Any,
    hierarchy: Hierarchy,
    dim: int,
    *,
    max_radius: float,
    rng: np.random.Generator,
    refinement: Refinement | None,
    trains: bool,
    arcs: Arcs | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Directions and radii of the condensed nodes that ``init`` asks for.

    Parameters
    ----------
    init : {"cones", "random"}, Embedding, mapping from node to ball vector, gensim's KeyedVectors, or array (n, dim)
        Rows of an array are in the order of the nodes. Nodes that an embedding or a mapping lacks
        are placed by their parents, see `nx_poincare.engine.cones.new_nodes`.
    refinement : Refinement, optional
        Of ``init="cones"``, see `nx_poincare.engine.cones.cones.cones`.
    trains : bool
        Whether training follows, for which points must lie within ``max_radius``.
    arcs : Arcs, optional
        In two dimensions nested arcs of the same radius, where they are known already.

    Raises
    ------
    ValueError
        If ``init`` is something else or does not fit ``dim``.
    networkx.NodeNotFound
        If an embedding or mapping has none of the nodes.

    Warns
    -----
    QualityWarning
        If new nodes have no room of their own, with their number.
    """
    if isinstance(init, str):
        if init == "cones":
            return cones(hierarchy.dag, dim, max_radius=max_radius, rng=rng, refinement=refinement, arcs=arcs)
        if init == "random":
            return random_start(hierarchy.dag.n, dim, rng)
        raise ValueError(f"init must be 'cones', 'random', an Embedding, a mapping or an array, not {init!r}")
    given = _given_points(init, hierarchy)
    if given.directions.shape[1] != dim:
        raise ValueError(f"init has {given.directions.shape[1]} dimensions, but dim={dim}")
    known_first = np.lexsort((~given.known, hierarchy.component))
    _, first = np.unique(hierarchy.component[known_first], return_index=True)
    rows = known_first[first]
    directions, radii, known = given.directions[rows], given.radii[rows], given.known[rows]
    if trains:
        radii = np.minimum(radii, max_radius)
    if known.all():
        return directions, radii
    placed = place_new_nodes(hierarchy.dag, directions, radii, known, max_radius=max_radius, rng=rng)
    if placed.are_crowded.any() and not trains:
        _warn_of_crowded_nodes(hierarchy, placed.are_crowded, int((~known).sum()), max_radius)
    return placed.directions, placed.radii


def _warn_of_crowded_nodes(hierarchy: Hierarchy, crowded: BoolArray, new: int, max_radius: float) -> None:
    """Say for the caller of `embed` for how many nodes there is no room, and what to do."""
    name = hierarchy.nodes[int(np.flatnonzero(crowded[hierarchy.component])[0])]
    more = ""
    if max_radius < LARGEST_RADIUS:
        more = f"a larger max_radius, up to {LARGEST_RADIUS:g}, may have more room, and "
    warn_caller(
        f"within radius {max_radius:g} the points that stay leave no room to {int(crowded.sum()):,} of {new:,} new "
        f"nodes, {name!r} among them: answers about their ancestors may be wrong; {more}without init all nodes are "
        "placed anew",
        QualityWarning,
    )


def with_given_points(
    embedding: Embedding, init: Any, hierarchy: Hierarchy, nodes: Collection[Hashable] | None = None
) -> Embedding:
    """An embedding in which every node that ``init`` has, or each of those, is exactly where ``init`` has it."""
    given = _given_points(init, hierarchy)
    if nodes is not None:
        chosen = set(nodes)
        given = given._replace(known=given.known & np.array([node in chosen for node in hierarchy.nodes]))
    known = given.known[:, None]
    return embedding._with(
        directions=np.where(known, given.directions, embedding.directions),
        radii=np.where(given.known, given.radii, embedding.radii),
        vectors=np.where(known, given.vectors, embedding.vectors),
    )


def fixed_indices(fixed: Iterable[Hashable], hierarchy: Hierarchy) -> IntArray:
    """Condensed nodes that hold one of the given nodes.

    Raises
    ------
    networkx.NodeNotFound
        If a node is not in the hierarchy.
    """
    nodes = list(fixed)
    unknown = [node for node in nodes if node not in hierarchy.index]
    if unknown:
        raise nx.NodeNotFound(f"fixed node {unknown[0]!r} is not in the graph")
    return np.unique(hierarchy.component[[hierarchy.index[node] for node in nodes]]).astype(np.int64)


class _GivenPoints(NamedTuple):
    """The points that ``init`` has for the nodes of a hierarchy; rows that are not known may hold anything."""

    directions: FloatArray
    radii: FloatArray
    vectors: FloatArray
    known: BoolArray


def _given_points(init: Any, hierarchy: Hierarchy) -> _GivenPoints:
    n = len(hierarchy)
    if is_of_gensim(init):
        init = Embedding.from_keyed_vectors(init)
    if isinstance(init, (np.ndarray, list, tuple)):
        points = _ball_vectors(init, hierarchy.nodes)
        return _GivenPoints(points.directions, points.radii, points.vectors, np.ones(n, dtype=np.bool_))
    if not isinstance(init, Mapping):
        raise ValueError(
            f"init must be 'cones', 'random', an Embedding, a mapping or an array, not a {type(init).__name__}"
        )
    names = [node for node in hierarchy.nodes if node in init]
    if n and not names:
        raise nx.NodeNotFound(f"init has no point for any node of the graph, {hierarchy.nodes[0]!r} among them")
    points = init if isinstance(init, Embedding) else _ball_vectors([init[node] for node in names], names)
    rows = rows_of_names(points.index, hierarchy.nodes)
    return _GivenPoints(points.directions[rows], points.radii[rows], points.vectors[rows], rows >= 0)


def _ball_vectors(vectors: np.ndarray | Sequence[Any], nodes: Sequence[Hashable]) -> Embedding:
    """Given points of nodes, with errors that name them."""
    count = len(vectors) if np.iterable(vectors) else 1
    if count != len(nodes):
        raise ValueError(f"init has {count} rows, expected one vector for each of {len(nodes)} nodes")
    if count == 0:
        return Embedding([], np.zeros((0, np.shape(vectors)[-1] or 2)), [])
    try:
        return Embedding.from_vectors(nodes, vectors)
    except ValueError as error:
        raise ValueError(f"init: {error}") from error
