"""Where training starts, which nodes stay, what edges weigh: from names and options to arrays."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike

from nx_poincare.arrays import FloatArray, IntArray
from nx_poincare.embedding import Embedding
from nx_poincare.engine.cones import cones
from nx_poincare.engine.geometry import from_ball
from nx_poincare.engine.refinement import Refinement
from nx_poincare.engine.sampling import random_start
from nx_poincare.hierarchy import Hierarchy

__all__ = ["fixed_indices", "start_points"]


def start_points(
    init: Any,
    hierarchy: Hierarchy,
    dim: int,
    *,
    max_radius: float,
    rng: np.random.Generator,
    refinement: Refinement | None,
) -> tuple[FloatArray, FloatArray]:
    """Directions and radii of the condensed nodes that ``init`` asks for.

    Parameters
    ----------
    init : {"cones", "random"}, Embedding, mapping from node to ball vector, or array of shape (n, dim)
        Rows of an array are in the order of the nodes.
    refinement : Refinement, optional
        Of ``init="cones"``, see `nx_poincare.engine.cones.cones`.

    Raises
    ------
    ValueError
        If ``init`` is none of these or does not fit ``dim``.
    networkx.NodeNotFound
        If an embedding or mapping lacks a node.
    """
    if isinstance(init, str):
        if init == "cones":
            return cones(hierarchy.dag, dim, max_radius=max_radius, rng=rng, refinement=refinement)
        if init == "random":
            return random_start(hierarchy.dag.n, dim, rng)
        raise ValueError(f"init must be 'cones', 'random', an Embedding, a mapping or an array, not {init!r}")
    if isinstance(init, Embedding):
        _check_known(hierarchy, init)
        rows = np.array([init.index[node] for node in hierarchy.nodes], dtype=np.int64)
        directions, radii = init.directions[rows], init.radii[rows]
    elif isinstance(init, Mapping):
        _check_known(hierarchy, init)
        directions, radii = _from_vectors([init[node] for node in hierarchy.nodes], len(hierarchy))
    elif isinstance(init, (np.ndarray, list, tuple)):
        directions, radii = _from_vectors(init, len(hierarchy))
    else:
        raise ValueError(
            f"init must be 'cones', 'random', an Embedding, a mapping or an array, not a {type(init).__name__}"
        )
    if directions.shape[1] != dim:
        raise ValueError(f"init has {directions.shape[1]} dimensions, but dim={dim}")
    _, first = np.unique(hierarchy.component, return_index=True)
    return directions[first], np.minimum(radii[first], max_radius)


def fixed_indices(fixed: Iterable[Hashable], hierarchy: Hierarchy) -> IntArray:
    """Condensed nodes that hold one of the given nodes.

    Raises
    ------
    networkx.NodeNotFound
        If a node is not in the hierarchy.
    """
    if isinstance(fixed, str):
        raise ValueError(f"fixed must be a collection of nodes, not the string {fixed!r}")
    nodes = list(fixed)
    unknown = [node for node in nodes if node not in hierarchy.index]
    if unknown:
        raise nx.NodeNotFound(f"fixed node {unknown[0]!r} is not in the graph")
    return np.unique(hierarchy.component[[hierarchy.index[node] for node in nodes]]).astype(np.int64)


def _check_known(hierarchy: Hierarchy, known: Mapping[Hashable, Any]) -> None:
    missing = [node for node in hierarchy.nodes if node not in known]
    if missing:
        raise nx.NodeNotFound(f"init has no point for node {missing[0]!r} ({len(missing):,} nodes in all)")


def _from_vectors(vectors: ArrayLike | list[Any], n: int) -> tuple[FloatArray, FloatArray]:
    try:
        points = np.asarray(vectors, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"init is no array of ball vectors: {error}") from error
    if n == 0:
        points = points.reshape(0, points.shape[-1] if points.ndim == 2 else 2)
    if points.ndim != 2 or len(points) != n:
        raise ValueError(f"init has shape {points.shape}, expected one vector for each of {n} nodes")
    return from_ball(points)
