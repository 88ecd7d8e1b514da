"""Questions about points under their node names: distances and neighbours.

Every answer is exact. The first ones compare all nodes: milliseconds for 82,000 nodes, a tenth of a second for a
million; the next ones, some tens to hundreds later, those that are near (``benchmarks/queries.py``).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any, TypeAlias

import numpy as np

from nx_poincare.embedding.points import NamedPoints
from nx_poincare.engine.geometry.ball import distance, from_ball, to_ball
from nx_poincare.engine.geometry.mean import frechet_mean
from nx_poincare.engine.ranking.order import OrderedPoints
from nx_poincare.engine.ranking.row_queries import RowQueries
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.cached import cached_property
from nx_poincare.utils.checks import check_count, refuse_masked
from nx_poincare.utils.names_of_options import with_hints
from nx_poincare.utils.progress import progress_bar

__all__ = ["PointQueries"]

NodeOrPoint: TypeAlias = Hashable | FloatArray

_MOST_BYTES = 2**31  # of a matrix of distances: 16,384 nodes


class PointQueries(NamedPoints):
    """The questions that an `nx_poincare.Embedding` answers, from nothing but directions and radii."""

    # -- distances ---------------------------------------------------------------------------

    def radius(self, node: Hashable) -> float:
        """Hyperbolic distance of a node from the origin, exact where `norm` rounds to 1.

        Examples
        --------
        >>> import nx_poincare as nxp
        >>> emb = nxp.Embedding("ab", [[1.0, 0.0], [-1.0, 0.0]], [0.0, 50.0])
        >>> emb.radius("b"), emb.norm("b")
        (50.0, 0.999...)
        """
        return float(self.radii[self._index_of(node)])

    def level(self, node: Hashable) -> int:
        """Number of edges of the longest path from a root to a node; -1 where levels are not known."""
        return int(self._levels[self._index_of(node)])

    def norm(self, node: Hashable) -> float:
        """Euclidean norm of a node's ball vector: the cosine of its cone's half-angle."""
        return float(np.linalg.norm(self.vectors[self._index_of(node)]))

    def distance(self, u: Hashable, v: Hashable) -> float:
        """Hyperbolic distance (curvature -1) of two nodes, exact at any radius.

        Raises
        ------
        UnknownNodeError
            If the embedding lacks a node.

        Examples
        --------
        >>> import nx_poincare as nxp
        >>> nxp.Embedding("ab", [[1.0, 0.0], [-1.0, 0.0]], [30.0, 30.0]).distance("a", "b")
        60.0
        """
        i, j = self._index_of(u), self._index_of(v)
        return float(distance(self.directions[i], self.radii[i], self.directions[j], self.radii[j]))

    def distances(self, u: NodeOrPoint, nodes: Iterable[Hashable] | None = None) -> FloatArray:
        """Hyperbolic distances from a node to all nodes, in the order of `nodes`, or to those given.

        Parameters
        ----------
        u : node, or ndarray of shape (dim,)
            An array is a point of the ball.
        nodes : iterable of nodes, optional
            Default: all of the embedding, ``u`` among them.

        Returns
        -------
        ndarray of float64

        Raises
        ------
        UnknownNodeError
            If the embedding lacks a node.
        ValueError
            If a point is not in the open ball.

        Examples
        --------
        >>> import nx_poincare as nxp
        >>> emb = nxp.Embedding("abc", [[1.0, 0.0], [1.0, 0.0], [-1.0, 0.0]], [0.0, 2.0, 3.0])
        >>> emb.distances("b"), emb.distances("b", ["a"])
        (array([2., 0., 5.]), array([2.]))
        """
        direction, radius = self._point_of(u)
        if nodes is None:
            return distance(direction, radius, self.directions, self.radii)
        rows = self._rows_of(nodes)
        return distance(direction, radius, self.directions[rows], self.radii[rows])

    def distance_matrix(
        self,
        nodes: Iterable[Hashable] | None = None,
        *,
        max_bytes: int = _MOST_BYTES,
        progress: bool | None = None,
    ) -> FloatArray:
        """Hyperbolic distances of nodes from each other, for programs that take ``metric="precomputed"``.

        Parameters
        ----------
        nodes : iterable of nodes, length k, optional
            Rows and columns are in their order. Default: all of the embedding.
        max_bytes : int, default 2**31
            The largest matrix that is made, 8 bytes for each pair: 16,384 nodes.
        progress : bool, optional
            Show a progress bar on standard error; default: if that is a terminal and it takes long.

        Returns
        -------
        ndarray of float64, shape (k, k)
            As exact as `distance`, symmetric, with a diagonal of zeros.

        Raises
        ------
        UnknownNodeError
            If the embedding lacks a node.
        ValueError
            If the matrix would be larger than ``max_bytes``.

        Examples
        --------
        >>> import nx_poincare as nxp
        >>> emb = nxp.Embedding("abc", [[1.0, 0.0], [1.0, 0.0], [-1.0, 0.0]], [0.0, 30.0, 30.0])
        >>> emb.distance_matrix()
        array([[ 0., 30., 30.],
               [30.,  0., 60.],
               [30., 60.,  0.]])
        """
        rows = self._rows_of(self.nodes if nodes is None else nodes)
        needed = 8 * len(rows) ** 2
        if needed > max_bytes:
            raise ValueError(
                f"the distances of {len(rows):,} nodes from each other take {needed:,} bytes, more than "
                f"max_bytes={max_bytes:,}: name fewer nodes, ask distances() for a row at a time, or raise max_bytes"
            )
        directions, radii = self.directions[rows], self.radii[rows]
        matrix = np.zeros((len(rows), len(rows)))
        with progress_bar(len(rows), "distances", "row", progress) as bar:
            for i in range(len(rows)):
                away = distance(directions[i], radii[i], directions[i + 1 :], radii[i + 1 :])
                matrix[i, i + 1 :] = matrix[i + 1 :, i] = away
                bar.update()
        return matrix

    def mean(self, nodes: Iterable[Hashable] | None = None) -> FloatArray:
        """The Fréchet mean of nodes: the point of the ball with the least sum of squared distances to them.

        It is unique. `distances` and `nearest` take it as it is.

        Parameters
        ----------
        nodes : iterable of nodes, optional
            A node that is named twice counts twice. Default: all of the embedding.

        Returns
        -------
        ndarray of float64, shape (dim,)
            As near the mean as a ball vector can be: rounding moves it by some ``1e-16 * exp(radius)``, which is
            1e-6 at radius 23 and 1e-3 at radius 30.

        Raises
        ------
        UnknownNodeError
            If the embedding lacks a node.
        ValueError
            If there are no nodes.

        Notes
        -----
        Found by Newton's steps on directions and radii, see `nx_poincare.engine.geometry.mean`.

        Examples
        --------
        >>> import networkx as nx, nx_poincare as nxp
        >>> emb = nxp.embed(nx.DiGraph([("animal", "dog"), ("animal", "cat"), ("dog", "puppy"), ("cat", "kitten")]))
        >>> emb.nearest(emb.mean(["dog", "puppy"]), 2) == emb.nearest(emb.mean(["puppy", "dog"]), 2)
        True
        """
        rows = self._rows_of(self.nodes if nodes is None else nodes)
        if not len(rows):
            raise ValueError("there is no mean of no nodes")
        return to_ball(*frechet_mean(self.directions[rows], self.radii[rows]))

    @with_hints(dict.fromkeys(("topn", "n", "top_k"), "k"))
    def nearest(self, u: NodeOrPoint, k: int = 10) -> list[tuple[Hashable, float]]:
        """The k other nodes nearest to a node, or to a point of the ball, with their distances.

        Nearest first; ties keep the order of `nodes`. Fewer are returned when there are fewer.

        Raises
        ------
        UnknownNodeError
            If the embedding lacks the node.
        ValueError
            If ``k`` is not an integer, or negative, or a point is not in the open ball.

        Examples
        --------
        >>> import numpy as np, nx_poincare as nxp
        >>> emb = nxp.Embedding("abc", [[1.0, 0.0], [1.0, 0.0], [-1.0, 0.0]], [0.0, 2.0, 3.0])
        >>> emb.nearest("b", 1), emb.nearest(np.zeros(2), 2)
        ([('a', 2.0)], [('a', 0.0), ('b', 2.0)])
        """
        check_count("k", k, 0)
        direction, radius = self._point_of(u)
        rows, away = self._away(direction, radius, self._row_queries.may_be_nearest(direction, radius, k + 1))
        if not isinstance(u, np.ndarray):
            away[rows == self._index_of(u)] = np.inf
        found = np.flatnonzero(away < np.inf)
        if 0 < k < len(found):
            found = found[away[found] <= np.partition(away[found], k - 1)[k - 1]]
        order = found[np.argsort(away[found], kind="stable")[:k]]
        return [(self.nodes[i], d) for i, d in zip(rows[order].tolist(), away[order].tolist(), strict=True)]

    def closer_than(self, u: Hashable, v: Hashable) -> list[Hashable]:
        """Nodes that are nearer to u than v is, nearest first; u is not among them.

        One more than their number is the rank of ``v`` among the neighbours of ``u``.

        Raises
        ------
        UnknownNodeError
            If the embedding lacks a node.

        Examples
        --------
        >>> import nx_poincare as nxp
        >>> nxp.Embedding("abc", [[1.0, 0.0], [1.0, 0.0], [-1.0, 0.0]], [0.0, 2.0, 3.0]).closer_than("c", "b")
        ['a']
        """
        direction, radius = self._point_of(u)
        farthest = self._index_of(v)
        rows, away = self._away(direction, radius, self._row_queries.may_be_within(direction, radius, farthest))
        found = np.flatnonzero((away < away[rows == farthest]) & (rows != self._index_of(u)))
        return self._names(rows[found[np.argsort(away[found], kind="stable")]])

    # -- between names and rows --------------------------------------------------------------

    @property
    def _ordered(self) -> OrderedPoints:
        return OrderedPoints(self.directions, self.radii, self._horizons)

    @cached_property
    def _row_queries(self) -> RowQueries:
        return RowQueries(self._ordered)

    def _away(self, direction: FloatArray, radius: float, rows: IntArray | None) -> tuple[IntArray, FloatArray]:
        """Some rows, or all, and their distances from a point."""
        if rows is None:
            return np.arange(len(self.nodes)), distance(direction, radius, self.directions, self.radii)
        return rows, distance(direction, radius, self.directions[rows], self.radii[rows])

    def _rows_of(self, nodes: Iterable[Hashable]) -> IntArray:
        return np.array([self._index_of(node) for node in nodes], dtype=np.int64)

    def _names(self, rows: IntArray) -> list[Hashable]:
        return [self.nodes[i] for i in rows.tolist()]

    def _point_of(self, u: NodeOrPoint) -> tuple[Any, Any]:
        if not isinstance(u, np.ndarray):
            i = self._index_of(u)
            return self.directions[i], self.radii[i]
        refuse_masked(u, "the point")
        if u.shape != (self.directions.shape[1],):
            raise ValueError(f"a point must have shape ({self.directions.shape[1]},), got {u.shape}")
        if not np.linalg.norm(u) < 1:
            raise ValueError(f"the point has norm {np.linalg.norm(u)}, outside the open unit ball")
        return from_ball(u)
