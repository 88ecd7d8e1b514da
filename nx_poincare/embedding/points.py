"""Points of the Poincaré ball under the names of their nodes, checked: what an embedding holds."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence, Set
from typing import Any, Self, TypeAlias

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike

from nx_poincare.embedding.quality import EdgesOutOfOrder, Quality
from nx_poincare.engine.geometry.ball import from_ball, to_ball
from nx_poincare.engine.geometry.coordinates import scale_of_curvature
from nx_poincare.utils.arrays import (
    FloatArray,
    IntArray,
    Widened,
    blocks_of_rows,
    own_and_read_only,
    with_read_only_arrays,
)
from nx_poincare.utils.cached import cached_property
from nx_poincare.utils.checks import as_rows, check_edges, indices, pairs_of
from nx_poincare.utils.limits import LAST_RADIUS, UNIT_TOLERANCE
from nx_poincare.utils.name_positions import rows_of_names
from nx_poincare.utils.names import Names, as_names, positions_of

__all__ = ["NamedPoints", "UnknownNodeError"]

Renaming: TypeAlias = Sequence[Hashable] | Mapping[Hashable, Hashable] | Callable[[Any], Hashable]

_ROUNDING = 2.0**-52  # of a length, times the root of the number of its terms


def _pairs(edges: ArrayLike) -> IntArray:
    return own_and_read_only(pairs_of(indices(edges, "edges"), "edges"))


class UnknownNodeError(nx.NodeNotFound, KeyError):
    """A node that the embedding does not hold."""

    def __str__(self) -> str:  # KeyError would show the message in quotes
        return str(self.args[0])


class NamedPoints:
    """The data of an `nx_poincare.Embedding`, which has the parameters and errors."""

    levels = Widened()
    edges = Widened()
    _horizons: FloatArray | None = None  # None: the radii
    _quality: Quality | None = None
    _lost_edges: EdgesOutOfOrder | None = None  # of the graph that the points were read from

    def __init__(
        self,
        nodes: Sequence[Hashable],
        directions: ArrayLike,
        radii: ArrayLike,
        *,
        vectors: ArrayLike | None = None,
        levels: ArrayLike | None = None,
        layout: ArrayLike | None = None,
        history: Sequence[Mapping[str, Any]] = (),
        edges: ArrayLike | None = None,
        horizons: ArrayLike | None = None,
    ) -> None:
        self.nodes: Sequence[Hashable] = as_names(nodes)
        n = len(self.nodes)
        self.directions: FloatArray = as_rows(directions, "directions", self.nodes, 2)
        self.radii: FloatArray = as_rows(radii, "radii", self.nodes, 1)
        self.levels = own_and_read_only(np.full(n, -1) if levels is None else indices(levels, "levels"))
        self.layout: FloatArray | None = None if layout is None else as_rows(layout, "layout", self.nodes, 2)
        self.history: tuple[dict[str, Any], ...] = tuple(dict(entry) for entry in history)
        self.edges = None if edges is None else _pairs(edges)
        if self._edges is not None:
            check_edges(self._edges, n)
        if self.layout is not None and self.layout.shape[1] != 2:
            raise ValueError(f"layout has shape {self.layout.shape}, expected ({n}, 2)")
        if self._levels.shape != (n,):
            raise ValueError(f"levels has shape {self._levels.shape}, expected ({n},)")
        if n and self.radii.min() < 0:
            raise ValueError(f"radius of node {self.nodes[int(self.radii.argmin())]!r} is negative")
        if n and self.radii.max() > LAST_RADIUS:
            row = int(self.radii.argmax())
            raise ValueError(
                f"radius of node {self.nodes[row]!r} is {self.radii[row]:g}, more than {LAST_RADIUS:g}: beyond, "
                "float64 does not hold the order of distances; take smaller radii"
            )
        self._make_directions_unit()
        if not (self.nodes.are_distinct if isinstance(self.nodes, Names) else len(self.index) == n):
            twice = next(node for row, node in enumerate(self.nodes) if self.index[node] != row)
            raise ValueError(f"the name of node {twice!r} is repeated")
        self._set_horizons(horizons)
        if vectors is not None:
            self.__dict__["vectors"] = as_rows(vectors, "vectors", self.nodes, 2)
        if layout is None and self.dim == 2:
            self.layout = self.vectors

    def __getstate__(self) -> dict[str, Any]:
        made_again = ("index", "_row_queries")  # when asked for
        return {name: value for name, value in self.__dict__.items() if name not in made_again}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(with_read_only_arrays(state))

    @classmethod
    def from_vectors(
        cls,
        nodes: Sequence[Hashable],
        vectors: ArrayLike,
        *,
        curvature: float = -1.0,
        levels: ArrayLike | None = None,
        layout: ArrayLike | None = None,
        horizons: ArrayLike | None = None,
    ) -> Self:
        """Ball vectors of any origin as an embedding.

        Parameters
        ----------
        nodes : sequence of hashable, length n
        vectors : array_like of float, shape (n, dim)
            Points of the open unit ball; `vectors` of the result holds them bit for bit.
        curvature : float, default -1.0
            Of the space that they are from, whose ball has radius 1 / sqrt(-curvature); the result has curvature -1.
        levels : array_like of int, shape (n,), optional
        layout : array_like of float, shape (n, 2), optional
        horizons : array_like of float, shape (n,), optional
            As in `Embedding`.

        Raises
        ------
        ValueError
            If a vector is not in the open ball, and the message names the node; or if the curvature is not negative.

        Examples
        --------
        >>> import nx_poincare as nxp
        >>> nxp.Embedding.from_vectors(["a", "b"], [[0.0, 0.0], [0.3, 0.4]]).norm("b")
        0.5
        """
        names = as_names(nodes)
        points = as_rows(vectors, "vectors", names, 2)
        if (scale := scale_of_curvature(curvature)) != 1:
            points = points / scale
            points.flags.writeable = False
        norms = np.linalg.norm(points, axis=1)
        if not np.all(norms < 1):
            worst = int(norms.argmax())
            raise ValueError(f"the vector of node {names[worst]!r} has norm {norms[worst]}, outside the open unit ball")
        return cls(names, *from_ball(points), vectors=points, levels=levels, layout=layout, horizons=horizons)

    def relabel(self, names: Renaming) -> Self:
        """The same points under other names.

        Parameters
        ----------
        names : sequence, mapping or function
            A name for each node, in the order of `nodes`; or as `networkx.relabel_nodes` takes them, from old name to
            new: nodes that a mapping lacks keep their names.

        Raises
        ------
        ValueError
            If there are more or fewer names than nodes, or a name is repeated.
        TypeError
            If they are a set, which has no order.

        Examples
        --------
        >>> import nx_poincare as nxp
        >>> emb = nxp.Embedding.from_vectors(["1", "2"], [[0.0, 0.0], [0.6, 0.0]])
        >>> emb.relabel([1, 2]).norm(2), emb.relabel({"2": "two"}).norm("two"), emb.relabel(int).norm(2)
        (0.6, 0.6, 0.6)
        """
        if isinstance(names, Mapping):
            names = [names.get(node, node) for node in self.nodes]
        elif isinstance(names, Set):
            raise TypeError("names are in the order of the nodes, which a set does not keep: pass a list or a mapping")
        elif callable(names):
            names = [names(node) for node in self.nodes]
        return self._with(nodes=names)._with_quality(self._quality)

    def with_horizons(self, horizons: ArrayLike | None) -> Self:
        """The same points with other horizons, shape (n,); None: the distances to the origin.

        The `quality` of the result is not known, but with None that of the plain rule is.

        Raises
        ------
        ValueError
            If there is not one for each node, or one is negative or not finite.

        Examples
        --------
        >>> import nx_poincare as nxp
        >>> emb = nxp.Embedding.from_vectors(["a", "b"], [[0.3, 0.0], [0.0, 0.6]])
        >>> emb.ancestors("b"), emb.with_horizons([0.0, 2.0]).ancestors("b")
        ([], ['a'])
        """
        by_plain_rule = self._quality and self._quality._by_plain_rule()
        return self._with(horizons=horizons)._with_quality(by_plain_rule if horizons is None else None)

    def _with(self, **changed: Any) -> Self:
        """A copy with other values of some parameters, whose quality is not known."""
        values = {
            "nodes": self.nodes, "directions": self.directions, "radii": self.radii, "vectors": self.vectors,
            "levels": self._levels, "layout": self.layout, "history": self.history, "edges": self._edges,
            "horizons": self._horizons,
        }  # fmt: skip
        return type(self)(**values | changed)

    @property
    def _levels(self) -> IntArray:
        """`levels` as they are kept, of int32 perhaps."""
        kept: IntArray = self.__dict__["levels"]
        return kept

    @property
    def _edges(self) -> IntArray | None:
        """`edges` as they are kept, of int32 perhaps."""
        kept: IntArray | None = self.__dict__["edges"]
        return kept

    @property
    def quality(self) -> Quality | None:
        """How good the embedding is, as measured by `embed` or `fit_horizons`; None where nothing was measured.

        Of points that were given, or read from files of vectors, and without edges, nothing is known:
        `nx_poincare.evaluate_reconstruction` and `nx_poincare.evaluate_order` measure any of them.

        Examples
        --------
        >>> import networkx as nx, nx_poincare as nxp
        >>> nxp.embed(nx.DiGraph([("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]), 5, seed=0).quality
        Quality(mean_rank=1.0, map_score=1.0, f1=1.0, plain_f1=1.0, off_tree=0.2, rows=4, pairs=5)
        """
        return self._quality

    def _with_quality(self, quality: Quality | None) -> Self:
        """This embedding, of which a quality is known now."""
        self._quality = quality
        return self

    @property
    def horizons(self) -> FloatArray:
        """The radius around each node within which its ancestors stand, shape (n,): hyperbolic distances; read-only.

        By default, and on trees, the distance to the origin, which is `radii`. `embed` and `fit_horizons` fit it to a
        hierarchy.
        """
        return self.radii if self._horizons is None else self._horizons

    @property
    def dim(self) -> int:
        """Dimension of the ball."""
        return self.directions.shape[1]

    @cached_property
    def index(self) -> Mapping[Hashable, int]:
        """Row of each node; read-only."""
        return positions_of(self.nodes)

    @cached_property
    def vectors(self) -> FloatArray:
        """Ball coordinates, shape (n, dim), all of norm below 1; read-only.

        Float64 holds them faithfully up to radius 36; beyond, use directions and radii.
        """
        vectors = np.empty(self.directions.shape)
        for block in blocks_of_rows(len(vectors)):
            vectors[block] = to_ball(self.directions[block], self.radii[block])
        vectors.flags.writeable = False
        return vectors

    @property
    def has_horizons(self) -> bool:
        """Whether a node has another horizon than its distance to the origin."""
        return self._horizons is not None

    def _make_directions_unit(self) -> None:
        """Refuse directions that are none, and rid the others of what is more than rounding.

        At radius 30 two directions that differ by 1e-12, if only in length, are as good as 3 apart.
        """
        exact = self.directions
        for block in blocks_of_rows(len(exact)):
            lengths = np.linalg.norm(self.directions[block], axis=1)
            off = np.abs(lengths - 1)
            if np.any(off > UNIT_TOLERANCE):
                worst = int(off.argmax())
                node = self.nodes[block.start + worst]
                raise ValueError(f"direction of node {node!r} has length {lengths[worst]}, expected 1")
            rough = np.flatnonzero(off > _ROUNDING * max(self.dim, 4) ** 0.5)
            if len(rough):
                exact = self.directions.copy() if exact is self.directions else exact
                exact[block.start + rough] /= lengths[rough, None]
        exact.flags.writeable = False
        self.directions = exact

    def _set_horizons(self, horizons: ArrayLike | None) -> None:
        if horizons is None:
            return
        own = as_rows(horizons, "horizons", self.nodes, 1)
        if len(own) and own.min() < 0:
            raise ValueError(f"horizon of node {self.nodes[int(own.argmin())]!r} is negative")
        if not np.array_equal(own, self.radii):
            self._horizons = own

    def _rows_of_all(self, nodes: Sequence[Hashable]) -> IntArray:
        """Rows of the nodes of a hierarchy, without an object for each where they are names in arrays."""
        if nodes is self.nodes:
            return np.arange(len(nodes))
        if isinstance(nodes, Names) and (rows := rows_of_names(self.index, nodes)).min(initial=0) >= 0:
            return rows
        return np.array([self._index_of(node) for node in nodes], dtype=np.int64)

    def _index_of(self, node: Hashable) -> int:
        try:
            return self.index[node]
        except KeyError:
            raise UnknownNodeError(f"node {node!r} is not in the embedding{self._hint_for(node)}") from None
        except TypeError:  # not hashable
            hint = "; a point of the ball is an array: numpy.array(...)" if isinstance(node, list) else ""
            raise UnknownNodeError(f"node {node!r} is not in the embedding{hint}") from None

    def _hint_for(self, node: Hashable) -> str:
        """What another type or way of writing would find, without a look at all names."""
        if isinstance(node, str):
            spelt = (node.strip(), node.lower(), node.capitalize(), node.upper(), node.replace(" ", "_"))
            others: tuple[Hashable, ...] = (*spelt, int(node)) if node.isdecimal() else spelt
        else:
            others = (str(node),) if isinstance(node, (int, float, np.generic)) else ()
        found = next((other for other in others if other in self.index), None)
        return "" if found is None else f"; {type(found).__name__} {found!r} is"
