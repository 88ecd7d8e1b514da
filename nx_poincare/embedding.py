"""Embedding: points of the Poincaré ball under their node names, and questions about them."""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike

from nx_poincare.arrays import FloatArray, IntArray
from nx_poincare.engine.geometry import distance, half_space_margin, to_ball

__all__ = ["Embedding", "UnknownNodeError", "check_attribute_names"]

_UNIT_TOLERANCE = 1e-12


class UnknownNodeError(nx.NodeNotFound, KeyError):
    """A node that the embedding does not hold."""

    def __str__(self) -> str:  # KeyError would show the message in quotes
        return str(self.args[0])


class Embedding(Mapping[Hashable, FloatArray]):
    """Nodes in the Poincaré ball: a mapping from node to ball vector, with exact queries.

    Distances and the half-space test are computed from directions and radii, which stay exact
    where ball coordinates have collapsed onto the unit sphere.

    Parameters
    ----------
    nodes : sequence of hashable
        Node names, all different.
    directions : array_like of float, shape (n, dim)
        Unit vectors.
    radii : array_like of float, shape (n,)
        Hyperbolic distances from the origin, not negative.
    levels : array_like of int, shape (n,), optional
        Longest path from a root; default: unknown, all -1.
    layout : array_like of float, shape (n, 2), optional
        Positions in the unit disk for drawing; default: the ball vectors if they are
        two-dimensional, else none.
    history : sequence of dict, optional
        What training recorded for each epoch; empty for the closed form.
    edges : array_like of int, shape (m, 2), optional
        Edges of the hierarchy as (parent row, child row), for the viewer; default: unknown.

    Raises
    ------
    ValueError
        If shapes do not fit, a direction is no unit vector, a radius is negative or not finite,
        or a name is repeated.

    Examples
    --------
    >>> import networkx as nx, nx_poincare as nxp
    >>> emb = nxp.embed(nx.balanced_tree(2, 3, create_using=nx.DiGraph))
    >>> emb.ancestors(9)
    [0, 1, 4]
    >>> emb.is_ancestor(1, 9), emb.is_ancestor(2, 9)
    (True, False)
    >>> emb[0]
    array([0., 0.])
    """

    def __init__(
        self,
        nodes: Sequence[Hashable],
        directions: ArrayLike,
        radii: ArrayLike,
        *,
        levels: ArrayLike | None = None,
        layout: ArrayLike | None = None,
        history: Sequence[Mapping[str, Any]] = (),
        edges: ArrayLike | None = None,
    ) -> None:
        self.nodes: tuple[Hashable, ...] = tuple(nodes)
        n = len(self.nodes)
        self.directions: FloatArray = _checked(directions, "directions", n, 2)
        self.radii: FloatArray = _checked(radii, "radii", n, 1)
        self.levels: IntArray = np.full(n, -1) if levels is None else np.asarray(levels, dtype=np.int64)
        self.layout: FloatArray | None = None if layout is None else _checked(layout, "layout", n, 2)
        self.history: tuple[dict[str, Any], ...] = tuple(dict(entry) for entry in history)
        self.edges: IntArray | None = None if edges is None else np.asarray(edges, dtype=np.int64).reshape(-1, 2)
        if self.edges is not None and np.any((self.edges < 0) | (self.edges >= n)):
            raise ValueError(f"an edge names a row outside 0 .. {n - 1}")
        if self.levels.shape != (n,):
            raise ValueError(f"levels has shape {self.levels.shape}, expected ({n},)")
        if n and self.radii.min() < 0:
            raise ValueError(f"radius of node {self.nodes[int(self.radii.argmin())]!r} is negative")
        lengths = np.linalg.norm(self.directions, axis=1)
        if np.any(np.abs(lengths - 1) > _UNIT_TOLERANCE):
            worst = int(np.abs(lengths - 1).argmax())
            raise ValueError(f"direction of node {self.nodes[worst]!r} has length {lengths[worst]}, expected 1")
        if len(self.index) < n:
            raise ValueError("a node name is repeated")
        if layout is None and self.dim == 2:
            self.layout = self.vectors

    # -- a mapping ---------------------------------------------------------------------------

    def __getitem__(self, node: Hashable) -> FloatArray:
        return self.vectors[self._index_of(node)]

    def __iter__(self) -> Iterator[Hashable]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    def __contains__(self, node: object) -> bool:
        return node in self.index

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        """Same nodes in the same order, at exactly the same points."""
        if not isinstance(other, Embedding):
            return NotImplemented
        return (
            self.nodes == other.nodes
            and np.array_equal(self.directions, other.directions)
            and np.array_equal(self.radii, other.radii)
        )

    def __repr__(self) -> str:
        largest = f", largest radius {self.radii.max():.2f}" if len(self) else ""
        return f"<Embedding of {len(self):,} nodes in {self.dim} dimensions{largest}>"

    def _repr_html_(self) -> str:
        """What notebooks show: the viewer, with at most 3,000 nodes, or a summary if no edges are known."""
        from nx_poincare.drawing.viewer.html import notebook_html

        return notebook_html(self)

    @property
    def dim(self) -> int:
        """Dimension of the ball."""
        return self.directions.shape[1]

    @cached_property
    def index(self) -> dict[Hashable, int]:
        """Row of each node."""
        return {name: i for i, name in enumerate(self.nodes)}

    @cached_property
    def vectors(self) -> FloatArray:
        """Ball coordinates, shape (n, dim), all of norm below 1; read-only.

        Float64 holds them faithfully up to radius 36; beyond, use directions and radii.
        """
        vectors = to_ball(self.directions, self.radii)
        vectors.flags.writeable = False
        return vectors

    # -- questions ---------------------------------------------------------------------------

    def norm(self, node: Hashable) -> float:
        """Euclidean norm of a node's ball vector: the cosine of its cone's half-angle."""
        return float(np.linalg.norm(self[node]))

    def distance(self, u: Hashable, v: Hashable) -> float:
        """Hyperbolic distance (curvature -1) of two nodes, exact at any radius."""
        i, j = self._index_of(u), self._index_of(v)
        return float(distance(self.directions[i], self.radii[i], self.directions[j], self.radii[j]))

    def distances(self, u: Hashable) -> FloatArray:
        """Hyperbolic distances from a node to all nodes, in the order of `nodes`."""
        i = self._index_of(u)
        return distance(self.directions[i], self.radii[i], self.directions, self.radii)

    def nearest(self, u: Hashable, k: int = 10) -> list[tuple[Hashable, float]]:
        """The k other nodes nearest to a node, nearest first, with their distances.

        Ties keep the order of `nodes`. Fewer are returned when there are fewer.

        Raises
        ------
        ValueError
            If ``k`` is negative.
        """
        if k < 0:
            raise ValueError(f"k must not be negative, got {k}")
        away = self.distances(u)
        away[self._index_of(u)] = np.inf
        order = np.argsort(away, kind="stable")[: min(k, len(self) - 1)]
        return [(self.nodes[i], float(away[i])) for i in order.tolist()]

    def ancestors(self, u: Hashable) -> list[Hashable]:
        """Nodes whose half-space holds a node, the widest cone first.

        Those are the nodes v with d(u, v) < d(u, origin), and a node at the origin. They are
        exactly the ancestors wherever the closed form fits: see `nx_poincare.engine.arcs`.
        """
        i = self._index_of(u)
        found = np.flatnonzero(self._holds(slice(None), i))
        return [self.nodes[j] for j in found[np.argsort(self.radii[found], kind="stable")].tolist()]

    def is_ancestor(self, a: Hashable, u: Hashable) -> bool:
        """Whether the half-space of ``a`` holds ``u``; see `ancestors`."""
        return bool(self._holds(self._index_of(a), self._index_of(u)))

    def _holds(self, above: int | slice, below: int) -> Any:
        margin = half_space_margin(self.directions[below], self.radii[below], self.directions[above], self.radii[above])
        origin_is_above = (self.radii[above] == 0) & (self.radii[below] > 0)
        return ((margin < 0) & (np.arange(len(self))[above] != below)) | origin_is_above

    def _index_of(self, node: Hashable) -> int:
        try:
            return self.index[node]
        except (KeyError, TypeError):  # TypeError: not hashable
            raise UnknownNodeError(f"node {node!r} is not in the embedding") from None

    # -- onto a graph, into a file -----------------------------------------------------------

    def write_to(
        self,
        G: nx.Graph,
        *,
        store_as: str | None = "poincare",
        store_pos_as: str | None = "pos",
        level_as: str | None = "level",
    ) -> None:
        """Write node attributes on a graph, on every node or on none.

        Parameters
        ----------
        G : networkx graph
            With the nodes of the embedding.
        store_as : str or None, default "poincare"
            Attribute for the ball vectors, arrays of shape (dim,). None: do not write it.
        store_pos_as : str or None, default "pos"
            Attribute for the positions to draw at, arrays of shape (2,).
        level_as : str or None, default "level"
            Attribute for the levels, Python integers.

        Raises
        ------
        networkx.NodeNotFound, networkx.NetworkXError
            If the graph lacks a node of the embedding, or the embedding one of the graph.
        ValueError
            If two attributes have the same name, or there are no positions to write.
        """
        from nx_poincare.attributes import write_attributes

        check_attribute_names(store_as, store_pos_as, level_as)
        if store_pos_as is not None and self.layout is None:
            raise ValueError("this embedding has no positions to draw at; pass store_pos_as=None")
        columns = {store_as: self.vectors, store_pos_as: self.layout, level_as: self.levels.tolist()}
        write_attributes(G, self.nodes, {name: column for name, column in columns.items() if name is not None})

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a compressed ``.npz`` file, without pickle; see `nx_poincare.embedding_file.save_embedding`."""
        from nx_poincare.embedding_file import save_embedding

        save_embedding(self, path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Embedding:
        """Read what `save` wrote; see `nx_poincare.embedding_file.load_embedding`."""
        from nx_poincare.embedding_file import load_embedding

        return load_embedding(path)


def check_attribute_names(store_as: str | None, store_pos_as: str | None, level_as: str | None) -> None:
    """Refuse one name for two attributes."""
    names = [name for name in (store_as, store_pos_as, level_as) if name is not None]
    if len(set(names)) < len(names):
        raise ValueError(f"store_as, store_pos_as and level_as must differ, got {names}")


def _checked(values: ArrayLike, name: str, n: int, ndim: int) -> FloatArray:
    array = np.array(values, dtype=np.float64, order="C")
    if array.ndim != ndim or array.shape[0] != n:
        raise ValueError(f"{name} has shape {array.shape}, expected {n} rows in {ndim} dimensions")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} of row {int(np.argwhere(~np.isfinite(array))[0, 0])} is not finite")
    array.flags.writeable = False
    return array
