"""Embedding: points of the Poincaré ball under their node names, and questions about them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nx_poincare.embedding.conversions import Conversions
from nx_poincare.embedding.order import OrderQueries
from nx_poincare.embedding.quality import quality_in_words
from nx_poincare.embedding.shown_graph import ShownGraph
from nx_poincare.utils.arrays import FloatArray

__all__ = ["Embedding"]

_NAMES_ELSEWHERE = {
    "most_similar": "nearest(u, k)",
    "similarity": "1 / (1 + distance(u, v))",
    "rank": "len(closer_than(u, v)) + 1",
    "nodes_closer_than": "closer_than(u, v)",
    "closest_parent": "parents(u)",
    "closest_child": "children(u)",
    "difference_in_hierarchy": "radius(v) - radius(u)",
    "index_to_key": "nodes",
    "key_to_index": "index",
    "kv": "the embedding itself",
    "wv": "the embedding itself",
    "save_word2vec_format": "save('vectors.vec')",
    "add": "nx_poincare.embed(G, dim, init=embedding), of a graph that has grown",
}


class Embedding(OrderQueries, Conversions, Mapping[Hashable, FloatArray]):
    """Nodes in the Poincaré ball: a mapping from node to ball vector, with exact queries.

    Distances and the order of ancestors are computed from directions and radii, which stay exact
    where ball coordinates have collapsed onto the unit sphere.

    Parameters
    ----------
    nodes : sequence of hashable
        Node names, all different.
    directions : array_like of float, shape (n, dim)
        Unit vectors, up to 1e-12 of their lengths, which are made exact.
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
    horizons : array_like of float, shape (n,), optional
        The radius around each node within which its ancestors stand, a hyperbolic distance; default: the distance to
        the origin.

    Raises
    ------
    ValueError
        If shapes do not fit, a direction is not a unit vector, a radius or horizon is negative or not finite,
        a radius is above 350, or a name is repeated.

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
    >>> emb[[0, 1]].shape, emb.level(9)
    ((2, 2), 3)
    """

    _shown_graph = ShownGraph()  # of an instance that `embed` made: the graph

    def __getitem__(self, node: Hashable | list[Any]) -> FloatArray:
        """The ball vector of a node, shape (dim,); those of a list of nodes, shape (number of nodes, dim)."""
        if isinstance(node, list):
            return self.vectors[np.array([self._index_of(one) for one in node], dtype=np.int64)]
        return self.vectors[self._index_of(node)]

    if not TYPE_CHECKING:  # which would take any name for one that is there

        def __getattr__(self, name: str) -> Any:
            """An error that has the name here of what gensim calls otherwise."""
            ours = f": here it is {_NAMES_ELSEWHERE[name]}" if name in _NAMES_ELSEWHERE else ""
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}{ours}", name=name, obj=self)

    def _ipython_key_completions_(self) -> list[Hashable]:
        """What IPython and notebooks complete after ``emb["``."""
        return list(self.nodes)

    def __iter__(self) -> Iterator[Hashable]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    def __contains__(self, node: object) -> bool:
        return node in self.index

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """`vectors`, as `numpy.asarray` takes them; the names are those of `nodes`."""
        return np.array(self.vectors, dtype=dtype, copy=copy)

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        """Same nodes in the same order, at exactly the same points, with exactly the same horizons."""
        if not isinstance(other, Embedding):
            return NotImplemented
        return (
            self.nodes == other.nodes
            and np.array_equal(self.directions, other.directions)
            and np.array_equal(self.radii, other.radii)
            and np.array_equal(self.horizons, other.horizons)
        )

    def __repr__(self) -> str:
        largest = f", largest radius {self.radii.max():.2f}" if len(self) else ""
        quality = f", {quality_in_words(self.quality, len(self))}" if self.quality is not None else ""
        return f"<Embedding of {len(self):,} nodes in {self.dim} dimensions{largest}{quality}>"

    def _repr_html_(self) -> str:
        """What notebooks show: the viewer, with at most 3,000 nodes, or a summary if no edges are known.

        Attributes are those of the graph that was embedded, if it is still there.
        """
        from nx_poincare.viewer.page import notebook_html

        columns = self._shown_graph.columns(self.nodes)
        return notebook_html(self.nodes, self.edges, self.directions, self.radii, columns)
