"""Embedding: points of the Poincaré ball under their node names, and questions about them."""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike

from nx_poincare.attributes.attributes import GraphAttributeError, read_attributes, write_attributes
from nx_poincare.attributes.fields import EmbeddingFields
from nx_poincare.embedding.gensim_vectors import keyed_vectors, points_of_keyed_vectors
from nx_poincare.embedding.queries import PointQueries
from nx_poincare.engine.geometry.ball import from_ball, to_ball
from nx_poincare.io.arrays import DEFAULT_MAX_BYTES
from nx_poincare.io.vectors.formats import (
    VectorFormat,
    embedding_file_error,
    read_embedding_file,
    write_embedding_file,
)
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.cached import cached_property
from nx_poincare.utils.checks import as_rows, check_edges
from nx_poincare.utils.limits import UNIT_TOLERANCE
from nx_poincare.utils.optional import imported

__all__ = ["Embedding", "check_attribute_names"]


class Embedding(PointQueries, Mapping[Hashable, FloatArray]):
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
    vectors : array_like of float, shape (n, dim), optional
        The same points as ball vectors, to be kept bit for bit: computed from directions and radii,
        which is the default, they may differ in the last digit.
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
        vectors: ArrayLike | None = None,
        levels: ArrayLike | None = None,
        layout: ArrayLike | None = None,
        history: Sequence[Mapping[str, Any]] = (),
        edges: ArrayLike | None = None,
    ) -> None:
        self.nodes: tuple[Hashable, ...] = tuple(nodes)
        n = len(self.nodes)
        self.directions: FloatArray = as_rows(directions, "directions", self.nodes, 2)
        self.radii: FloatArray = as_rows(radii, "radii", self.nodes, 1)
        self.levels: IntArray = np.full(n, -1) if levels is None else np.asarray(levels, dtype=np.int64)
        self.layout: FloatArray | None = None if layout is None else as_rows(layout, "layout", self.nodes, 2)
        self.history: tuple[dict[str, Any], ...] = tuple(dict(entry) for entry in history)
        self.edges: IntArray | None = None if edges is None else np.asarray(edges, dtype=np.int64).reshape(-1, 2)
        if self.edges is not None:
            check_edges(self.edges, n)
        if self.layout is not None and self.layout.shape[1] != 2:
            raise ValueError(f"layout has shape {self.layout.shape}, expected ({n}, 2)")
        if self.levels.shape != (n,):
            raise ValueError(f"levels has shape {self.levels.shape}, expected ({n},)")
        if n and self.radii.min() < 0:
            raise ValueError(f"radius of node {self.nodes[int(self.radii.argmin())]!r} is negative")
        lengths = np.linalg.norm(self.directions, axis=1)
        if np.any(np.abs(lengths - 1) > UNIT_TOLERANCE):
            worst = int(np.abs(lengths - 1).argmax())
            raise ValueError(f"direction of node {self.nodes[worst]!r} has length {lengths[worst]}, expected 1")
        if len(self.index) < n:
            twice = next(node for row, node in enumerate(self.nodes) if self.index[node] != row)
            raise ValueError(f"the name of node {twice!r} is repeated")
        if vectors is not None:
            self.__dict__["vectors"] = as_rows(vectors, "vectors", self.nodes, 2)
        if layout is None and self.dim == 2:
            self.layout = self.vectors

    @classmethod
    def from_vectors(
        cls,
        nodes: Sequence[Hashable],
        vectors: ArrayLike,
        *,
        levels: ArrayLike | None = None,
        layout: ArrayLike | None = None,
    ) -> Embedding:
        """Ball vectors of any origin as an embedding.

        Parameters
        ----------
        nodes : sequence of hashable, length n
        vectors : array_like of float, shape (n, dim)
            Points of the open unit ball; `vectors` of the result holds them bit for bit.
        levels : array_like of int, shape (n,), optional
        layout : array_like of float, shape (n, 2), optional
            As in `Embedding`.

        Raises
        ------
        ValueError
            If a vector is not in the open ball; the message names the node.

        Examples
        --------
        >>> Embedding.from_vectors(["a", "b"], [[0.0, 0.0], [0.3, 0.4]]).norm("b")
        0.5
        """
        names = tuple(nodes)
        points = as_rows(vectors, "vectors", names, 2)
        norms = np.linalg.norm(points, axis=1)
        if not np.all(norms < 1):
            worst = int(norms.argmax())
            raise ValueError(f"the vector of node {names[worst]!r} has norm {norms[worst]}, outside the open unit ball")
        return cls(names, *from_ball(points), vectors=points, levels=levels, layout=layout)

    @classmethod
    def _of_fields(cls, fields: EmbeddingFields) -> Embedding:
        if fields.directions is None or fields.radii is None:
            vectors = np.zeros((0, 2)) if fields.vectors is None else fields.vectors
            return cls.from_vectors(fields.nodes, vectors, levels=fields.levels, layout=fields.layout)
        return cls(**fields._asdict())

    def relabel(self, names: Sequence[Hashable]) -> Embedding:
        """The same points under other names, one for each node in the order of `nodes`.

        Raises
        ------
        ValueError
            If there are more or fewer names than nodes, or a name is repeated.

        Examples
        --------
        >>> Embedding.from_vectors(["1", "2"], [[0.0, 0.0], [0.6, 0.0]]).relabel([1, 2]).norm(2)
        0.6
        """
        return Embedding(
            names, self.directions, self.radii, vectors=self.vectors, levels=self.levels, layout=self.layout,
            history=self.history, edges=self.edges,
        )  # fmt: skip

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
        from nx_poincare.viewer.page import notebook_html

        return notebook_html(self.nodes, self.edges, self.directions, self.radii)

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

    # -- graphs, tables, files, other libraries ------------------------------------------------

    def write_to(
        self,
        G: nx.Graph,
        *,
        store_as: str | None = "poincare",
        store_pos_as: str | None = "pos",
        level_as: str | None = "level",
        polar_as: str | None = None,
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
        polar_as : str, optional
            Attribute for the polar form, arrays of shape (1 + dim,): the hyperbolic radius and the
            unit direction. It is exact where ball vectors are not, and `from_graph` prefers it.

        Raises
        ------
        networkx.NodeNotFound, networkx.NetworkXError
            If the graph lacks a node of the embedding, or the embedding one of the graph.
        ValueError
            If two attributes have the same name, or there are no positions to write.
        """
        check_attribute_names(store_as, store_pos_as, level_as, polar_as)
        if store_pos_as is not None and self.layout is None:
            raise ValueError("this embedding has no positions to draw at; pass store_pos_as=None")
        columns = {store_as: self.vectors, store_pos_as: self.layout, level_as: self.levels.tolist()}
        if polar_as is not None:
            columns[polar_as] = np.column_stack([self.radii, self.directions])
        write_attributes(G, self.nodes, {name: column for name, column in columns.items() if name is not None})

    @classmethod
    def from_graph(
        cls,
        G: nx.Graph,
        *,
        store_as: str | None = "poincare",
        store_pos_as: str | None = "pos",
        level_as: str | None = "level",
        polar_as: str | None = "polar",
    ) -> Embedding:
        """Read what `write_to` wrote, also after `export_graph`; see `nx_poincare.attributes.attributes`."""
        fields = read_attributes(G, store_as=store_as, store_pos_as=store_pos_as, level_as=level_as, polar_as=polar_as)
        try:
            return cls._of_fields(fields)
        except ValueError as error:
            raise GraphAttributeError(f"attribute {store_as!r}: {error}") from error

    def to_networkx(self) -> nx.DiGraph:
        """The hierarchy that was embedded, edges from parent to child, with the attributes of `write_to`.

        Its nodes and edges in the order in which they were read; attributes of the user's own, and the
        weights of edges, are not kept in an embedding.

        Raises
        ------
        ValueError
            If the edges are not known: in embeddings that come from files of vectors, or from gensim.

        Examples
        --------
        >>> import networkx as nx, nx_poincare as nxp
        >>> emb = nxp.embed(nx.DiGraph([("animal", "dog"), ("dog", "puppy")]))
        >>> emb.to_networkx().edges
        OutEdgeView([('animal', 'dog'), ('dog', 'puppy')])
        """
        if self.edges is None:
            raise ValueError("this embedding has points alone, no edges: take the graph, and write_to(G)")
        G: nx.DiGraph = nx.DiGraph()
        G.add_nodes_from(self.nodes)
        G.add_edges_from((self.nodes[parent], self.nodes[child]) for parent, child in self.edges.tolist())
        self.write_to(G, store_pos_as=None if self.layout is None else "pos")
        return G

    def to_pandas(self) -> Any:
        """A `pandas.DataFrame`: one row per node, columns named as `flatten_attributes` names them.

        Its index, called ``"node"``, holds the nodes. Columns ``"poincare_0"``, ``"poincare_1"``, ...
        are the ball vectors, ``"radius"`` the hyperbolic radii, both float64; ``"level"`` is an int,
        -1 where it is unknown.

        Raises
        ------
        ImportError
            If pandas is not installed.

        Examples
        --------
        >>> emb = Embedding.from_vectors(["animal", "dog"], [[0.0, 0.0], [0.6, 0.0]], levels=[0, 1])
        >>> emb.to_pandas().loc["dog", "poincare_0"]  # doctest: +SKIP
        np.float64(0.6)
        """
        pandas = imported("pandas", extra="pandas")
        columns: dict[str, Any] = {f"poincare_{axis}": column for axis, column in enumerate(self.vectors.T)}
        columns |= {"radius": self.radii, "level": self.levels}
        # Tuples as names are no MultiIndex.
        index = pandas.Index(list(self.nodes), name="node", tupleize_cols=False)
        return pandas.DataFrame(columns, index=index)

    def to_keyed_vectors(self) -> Any:
        """gensim's PoincareKeyedVectors, float64; see `nx_poincare.embedding.gensim_vectors.keyed_vectors`."""
        return keyed_vectors(self.nodes, self.vectors)

    @classmethod
    def from_keyed_vectors(cls, vectors: Any) -> Embedding:
        """Vectors trained by gensim, ``model.kv``; see `nx_poincare.embedding.gensim_vectors`."""
        return cls.from_vectors(*points_of_keyed_vectors(vectors))

    def save(
        self,
        path: str | os.PathLike[str],
        *,
        format: VectorFormat | None = None,
        float32: bool = False,
        progress: bool | None = None,
    ) -> None:
        """Write a file: ``.npz`` keeps everything, ``.tsv``, ``.vec`` and ``.bin`` hold ball vectors.

        See `nx_poincare.io.vectors.formats.write_embedding_file`.
        """
        fields = EmbeddingFields(
            self.nodes, self.directions, self.radii, self.vectors, self.levels, self.layout, self.history, self.edges
        )
        write_embedding_file(fields, path, format=format, float32=float32, progress=progress)

    @classmethod
    def load(
        cls, path: str | os.PathLike[str], *, format: VectorFormat | None = None, max_bytes: int = DEFAULT_MAX_BYTES
    ) -> Embedding:
        """Read what `save` or `export_graph` wrote; see `nx_poincare.io.vectors.formats.read_embedding_file`."""
        fields = read_embedding_file(path, format=format, max_bytes=max_bytes)
        try:
            return cls._of_fields(fields)
        except (TypeError, ValueError) as error:
            raise embedding_file_error(path, format, error) from error


def check_attribute_names(*attributes: str | None) -> None:
    """Refuse one name for two attributes."""
    names = [name for name in attributes if name is not None]
    if len(set(names)) < len(names):
        raise ValueError(f"the names of the attributes to write must differ, got {names}")
