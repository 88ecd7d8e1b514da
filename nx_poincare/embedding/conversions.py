"""An embedding to and from graphs, tables and other libraries."""

from __future__ import annotations

from typing import Any, Self

import networkx as nx
import numpy as np

from nx_poincare.attributes.attributes import (
    GraphAttributeError,
    check_attribute_names,
    read_attributes,
    write_attributes,
)
from nx_poincare.embedding.coordinates import Model
from nx_poincare.embedding.files import Files
from nx_poincare.embedding.gensim_vectors import keyed_vectors, points_of_keyed_vectors
from nx_poincare.embedding.torch_tensors import tensor_of
from nx_poincare.utils.limits import FAITHFUL_RADIUS
from nx_poincare.utils.optional import import_extra

__all__ = ["Conversions"]


class Conversions(Files):
    """What an `nx_poincare.Embedding` is written to and read from, besides files."""

    def write_to(
        self,
        G: nx.Graph,
        *,
        store_as: str | None = "poincare",
        store_pos_as: str | None = "pos",
        level_as: str | None = "level",
        polar_as: str | None = None,
        horizon_as: str | None = None,
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
        horizon_as : str, optional
            Attribute for the horizons, one float each: how much farther than to the origin they reach, 0 for the
            plain rule. (Radii that are read from ball vectors are not exact; the difference keeps its meaning.)
            `from_graph` looks for ``"horizon_excess"``.

        Raises
        ------
        networkx.NodeNotFound, networkx.NetworkXError
            If the graph lacks a node of the embedding, or the embedding one of the graph.
        ValueError
            If two attributes have the same name, or there are no positions to write.

        Examples
        --------
        >>> import networkx as nx, nx_poincare as nxp
        >>> G = nx.DiGraph([("animal", "dog")])
        >>> nxp.embed(G, store_as=None).write_to(G, store_as="ball", polar_as="polar")
        >>> G.nodes["animal"]["ball"], G.nodes["animal"]["polar"].shape
        (array([0., 0.]), (3,))
        """
        check_attribute_names(store_as, store_pos_as, level_as, polar_as, horizon_as)
        if store_pos_as is not None and self.layout is None:
            raise ValueError("this embedding has no positions to draw at; pass store_pos_as=None")
        columns = {store_as: self.vectors, store_pos_as: self.layout, level_as: self.levels.tolist()}
        if polar_as is not None:
            columns[polar_as] = np.column_stack([self.radii, self.directions])
        columns[horizon_as] = self.horizons - self.radii
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
        horizon_as: str | None = "horizon_excess",
    ) -> Self:
        """Read from node attributes what `write_to` wrote, on the graph itself or after `export_graph`.

        An attribute of several numbers may also be flattened, as `export_graph` writes it:
        ``"poincare_0"``, ``"poincare_1"``, ... and ``"x"``, ``"y"`` for the positions.

        Parameters
        ----------
        G : networkx graph
            Not changed; the nodes of the embedding are in its order. Its edges are not read.
        store_as : str or None, default "poincare"
            Attribute with ball vectors, which are kept bit for bit. None: only ``polar_as`` is read.
        store_pos_as : str or None, default "pos"
            Attribute with positions to draw at, two numbers each. Without it they are the ball
            vectors in two dimensions, and in more there are none.
        level_as : str or None, default "level"
            Attribute with levels, whole numbers. Without it they are unknown, -1.
        polar_as : str or None, default "polar"
            Attribute with radius and direction. If the first node has it, it is used in place of
            the ball vectors, which are not exact past radius 36.
        horizon_as : str or None, default "horizon_excess"
            Attribute with horizons, as `write_to` writes it if asked to. Without it, the plain rule: ancestors are
            the nodes nearer than the origin.

        Returns
        -------
        Embedding

        Raises
        ------
        GraphAttributeError
            If a node lacks an attribute that others have or has something else under its name, or
            if a point is outside the ball; a `networkx.NetworkXError` and a `ValueError` that
            names the node.

        Examples
        --------
        >>> import networkx as nx, nx_poincare as nxp
        >>> G = nx.DiGraph([("animal", "dog"), ("dog", "puppy")])
        >>> emb = nxp.embed(G)
        >>> nxp.Embedding.from_graph(G).ancestors("puppy")
        ['animal', 'dog']
        """
        fields = read_attributes(
            G, store_as=store_as, store_pos_as=store_pos_as, level_as=level_as, polar_as=polar_as, horizon_as=horizon_as
        )
        try:
            return cls._from_fields(fields)
        except ValueError as error:
            raise GraphAttributeError(f"attribute {store_as!r}: {error}") from error

    def to_networkx(self) -> nx.DiGraph:
        """The hierarchy that was embedded, edges from parent to child, with the attributes of `write_to`.

        Its nodes and edges in the order in which they were read; attributes of the user's own, and the
        weights of edges, are not kept in an embedding. What `from_graph` needs to give the same answers is there too:
        horizons, where they have been fitted, as ``"horizon_excess"``, and ``"polar"`` where radii pass 36.

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
            raise ValueError(
                "this embedding has only points, no edges: pass the graph that it was made from to write_to"
            )
        G: nx.DiGraph = nx.DiGraph()
        G.add_nodes_from(self.nodes)
        G.add_edges_from((self.nodes[parent], self.nodes[child]) for parent, child in self.edges.tolist())
        self.write_to(
            G,
            store_pos_as=None if self.layout is None else "pos",
            polar_as="polar" if self.radii.max(initial=0.0) > FAITHFUL_RADIUS else None,
            horizon_as="horizon_excess" if self.has_horizons else None,
        )
        return G

    def to_pandas(self) -> Any:
        """A `pandas.DataFrame`: one row per node, columns named as `flatten_attributes` names them.

        Its index, called ``"node"``, holds the nodes. Columns ``"poincare_0"``, ``"poincare_1"``, ...
        are the ball vectors, ``"radius"`` the hyperbolic radii, ``"horizon"`` the radii around the nodes within which
        their ancestors stand, all float64; ``"level"`` is an int, -1 where it is unknown. ``attrs["quality"]`` of the
        frame holds the `quality` as a dict, where it is known.

        Raises
        ------
        ImportError
            If pandas is not installed.

        Examples
        --------
        >>> import nx_poincare as nxp
        >>> emb = nxp.Embedding.from_vectors(["animal", "dog"], [[0.0, 0.0], [0.6, 0.0]], levels=[0, 1])
        >>> emb.to_pandas().loc["dog", "poincare_0"]  # doctest: +SKIP
        np.float64(0.6)
        """
        pandas = import_extra("pandas", extra="pandas")
        columns: dict[str, Any] = {f"poincare_{axis}": column for axis, column in enumerate(self.vectors.T)}
        columns |= {"radius": self.radii, "level": self.levels, "horizon": self.horizons}
        # Without it pandas takes names that are tuples for a MultiIndex.
        index = pandas.Index(list(self.nodes), name="node", tupleize_cols=False)
        frame = pandas.DataFrame(columns, index=index)
        if self._quality is not None:
            frame.attrs["quality"] = self._quality._as_mapping()
        return frame

    def to_torch(self, model: Model = "ball", *, dtype: Any = None, device: Any = None, curvature: float = -1.0) -> Any:
        """All points as a tensor of PyTorch, one row per node, in the order of `nodes`.

        `from_vectors`, `from_lorentz` and `from_klein` take such tensors, those with a gradient too.

        Parameters
        ----------
        model : {"ball", "lorentz", "klein"}, default "ball"
            As in `coordinates`: what geoopt's ``PoincareBall`` and ``Lorentz`` hold, and in ``"klein"`` linear layers
            have geodesic hyperplanes for boundaries.
        dtype : torch.dtype, default torch.float64
            A floating type. In others than float64, points that rounding would lift out of the ball are moved
            back to its rim.
        device : torch.device or str, optional
            Default: that of the processor.
        curvature : float, default -1.0
            Negative. geoopt's ``PoincareBall(c=c)`` has the curvature -c, and its ``Lorentz(k=k)`` -1 / k.

        Returns
        -------
        torch.Tensor of shape (n, dim), or (n, dim + 1) for ``"lorentz"``
            A copy, without gradient.

        Warns
        -----
        PrecisionWarning
            If rounding to ``dtype`` moves nodes by more than 0.1.

        Raises
        ------
        ImportError
            If PyTorch is not installed; the message has the command that installs it.
        ValueError
            If the model is unknown, the curvature not negative, ``dtype`` not floating, or a radius too large for it.

        Examples
        --------
        >>> import nx_poincare as nxp
        >>> emb = nxp.Embedding.from_vectors(["animal", "dog"], [[0.0, 0.0], [0.6, 0.0]])
        >>> emb.to_torch("lorentz")  # doctest: +SKIP
        tensor([[1.0000, 0.0000, 0.0000],
                [2.1250, 1.8750, 0.0000]], dtype=torch.float64)
        """
        return tensor_of(self, model, dtype, device, curvature)

    def to_keyed_vectors(self) -> Any:
        """The ball vectors as gensim's `PoincareKeyedVectors`, float64.

        Its keys are the names of the nodes as text, since gensim takes an integer for a row number.
        Its distances are computed from ball coordinates and agree with `distance` to 1e-6 where both
        points have radii below 10 or so; further out 1 - norm loses its digits.

        Returns
        -------
        gensim.models.poincare.PoincareKeyedVectors
            With arrays of its own.

        Raises
        ------
        ImportError
            If gensim is not installed; the message has the command that installs it.
        GraphExportError
            If two names are the same text; a `networkx.NetworkXError` and a `ValueError`.

        Examples
        --------
        >>> import nx_poincare as nxp
        >>> emb = nxp.Embedding.from_vectors(["animal", "dog"], [[0.0, 0.0], [0.6, 0.0]])
        >>> emb.to_keyed_vectors().norm("dog")  # doctest: +SKIP
        np.float64(0.6)
        """
        return keyed_vectors(self.nodes, self.vectors)

    @classmethod
    def from_keyed_vectors(cls, vectors: Any) -> Self:
        """An embedding of vectors that gensim trained or loaded.

        Parameters
        ----------
        vectors : gensim.models.poincare.PoincareKeyedVectors
            ``model.kv`` of a PoincareModel; any KeyedVectors with points of the open unit ball. The
            keys become the nodes. Float32 becomes float64, digit for digit.

        Returns
        -------
        Embedding
            Without levels and edges, which gensim does not keep.

        Raises
        ------
        TypeError
            If ``vectors`` has no ``index_to_key`` and ``vectors``, as a PoincareModel itself.
        ValueError
            If a vector is not in the open ball; the message names the node.

        Examples
        --------
        >>> from types import SimpleNamespace
        >>> import nx_poincare as nxp
        >>> kv = SimpleNamespace(index_to_key=["animal", "dog"], vectors=[[0.0, 0.0], [0.6, 0.0]])  # as model.kv
        >>> nxp.Embedding.from_keyed_vectors(kv).norm("dog")
        0.6
        """
        return cls.from_vectors(*points_of_keyed_vectors(vectors))
