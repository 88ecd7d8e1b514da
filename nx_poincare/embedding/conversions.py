"""An embedding to and from graphs, tables, files and other libraries."""

from __future__ import annotations

import os
from typing import Any, Self

import networkx as nx
import numpy as np

from nx_poincare.attributes.attributes import (
    GraphAttributeError,
    check_attribute_names,
    read_attributes,
    write_attributes,
)
from nx_poincare.attributes.fields import EmbeddingFields
from nx_poincare.embedding.gensim_vectors import keyed_vectors, points_of_keyed_vectors
from nx_poincare.embedding.points import NamedPoints
from nx_poincare.embedding.quality import quality_from_mapping
from nx_poincare.io.arrays import DEFAULT_MAX_BYTES
from nx_poincare.io.vectors.formats import (
    VectorFormat,
    WrittenFormat,
    embedding_file_error,
    read_embedding_file,
    write_embedding_file,
)
from nx_poincare.utils.optional import import_extra

__all__ = ["Conversions"]


class Conversions(NamedPoints):
    """What an `nx_poincare.Embedding` is written to and read from."""

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
            raise ValueError(
                "this embedding has only points, no edges: pass the graph that it was made from to write_to"
            )
        G: nx.DiGraph = nx.DiGraph()
        G.add_nodes_from(self.nodes)
        G.add_edges_from((self.nodes[parent], self.nodes[child]) for parent, child in self.edges.tolist())
        self.write_to(G, store_pos_as=None if self.layout is None else "pos")
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
            frame.attrs["quality"] = self._quality._asdict()
        return frame

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

    def save(
        self,
        path: str | os.PathLike[str],
        *,
        format: WrittenFormat | None = None,
        float32: bool = False,
        progress: bool | None = None,
    ) -> None:
        """Write a file, which appears when it is complete; an older one stays if something fails.

        ==========  ===========================================================================
        ``.npz``    directions and radii, from which ball vectors follow, horizons, levels, positions,
                    edges, quality, history (without its seconds), and names with their types; no pickle
        ``.tsv``    names and ball vectors, with tabs between
        ``.vec``    the text format of word2vec; spaces in names become ``%20``
        ``.bin``    the binary format of word2vec, float32
        ``.csv``    the columns of `to_pandas` under a header, for other programs: `load` does not read it
        ==========  ===========================================================================

        Files of vectors hold no horizons: read from them, an embedding follows the plain rule, by which the nodes
        nearer than the origin are ancestors, until `fit_horizons` is called.

        Text has the digits that give back the same float64. ``.gz`` may follow any suffix but
        ``.npz``, which is compressed already. The same embedding gives the same bytes.

        Parameters
        ----------
        path : path
        format : {"npz", "tsv", "word2vec", "word2vec-binary", "csv"}, optional
            Instead of the suffix.
        float32 : bool, default False
            Accept that the binary format of word2vec holds float32, seven digits: points beyond
            radius 15 are no longer distinct from their neighbours. That format is refused without
            it, and every other format with it.
        progress : bool, optional
            Show a progress bar on standard error where the writing takes long; default: if that is
            a terminal.

        Raises
        ------
        ValueError
            If the suffix or format is unknown, or ``float32`` is needed, or given where it means
            nothing.
        GraphExportError
            If a format of text cannot hold a name, or two names are the same text; a
            `networkx.NetworkXError` and a `ValueError`.
        TypeError
            If ``.npz`` cannot hold a name: strings, numbers, booleans, None, and tuples or
            frozensets of these can be saved, but for nan, which equals nothing.
        OSError
            If the file cannot be written.

        Examples
        --------
        >>> import pathlib, tempfile, networkx as nx, nx_poincare as nxp
        >>> emb = nxp.embed(nx.DiGraph([("animal", "dog"), ("dog", "puppy")]))
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "animals.npz"
        >>> emb.save(path)
        >>> nxp.Embedding.load(path) == emb
        True
        """
        fields = EmbeddingFields(
            self.nodes, self.directions, self.radii, self.vectors, self.levels, self.layout, self.history, self.edges,
            self._horizons, quality=None if self._quality is None else self._quality._asdict(),
        )  # fmt: skip
        write_embedding_file(fields, path, format=format, float32=float32, progress=progress)

    @classmethod
    def load(
        cls, path: str | os.PathLike[str], *, format: VectorFormat | None = None, max_bytes: int = DEFAULT_MAX_BYTES
    ) -> Self:
        """Read a file that `save`, `export_graph`, gensim or word2vec wrote; nothing in it is run.

        Besides the suffixes of `save`, those of graphs that have an embedding as node attributes:
        ``.graphml``, ``.gexf``, ``.gml`` and ``.json``. ``.gz`` may follow any suffix but ``.npz``.
        Names are text, except in ``.npz`` and ``.json``.

        Parameters
        ----------
        path : path
            ``"-"`` is standard input, for which a ``format`` is needed.
        format : {"npz", "tsv", "word2vec", "word2vec-binary"}, optional
            Instead of the suffix.
        max_bytes : int, default 2**30
            Reading stops with an error past this size, after decompression. It also does where a
            file unpacks to more than 32 MiB and more than 100 times its size.

        Returns
        -------
        Embedding
            ``.npz`` gives all that was saved. Other formats give ball vectors bit for bit, graphs
            levels and positions too; directions and radii are computed from the ball vectors.

        Raises
        ------
        ValueError
            If the suffix or format is unknown, or the content is not what it says; the message
            names the file and the line or node. `GraphFileError`, `GraphAttributeError` and
            `EmbeddingFileError` are such errors.
        FileNotFoundError
            If there is no such file.

        Examples
        --------
        >>> import pathlib, tempfile, nx_poincare as nxp
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "animals.tsv"
        >>> _ = path.write_text("animal\\t0.0\\t0.0\\ndog\\t0.6\\t0.0\\n")
        >>> nxp.Embedding.load(path).nearest("animal")
        [('dog', 1.386...)]
        """
        fields = read_embedding_file(path, format=format, max_bytes=max_bytes)
        try:
            return cls._from_fields(fields)
        except (TypeError, ValueError) as error:
            raise embedding_file_error(path, format, error) from error

    @classmethod
    def _from_fields(cls, fields: EmbeddingFields) -> Self:
        if fields.directions is None or fields.radii is None:
            vectors = np.zeros((0, 2)) if fields.vectors is None else fields.vectors
            found = cls.from_vectors(fields.nodes, vectors, levels=fields.levels, layout=fields.layout)
        else:
            left_out = ("horizon_excess", "quality")
            found = cls(**{name: value for name, value in fields._asdict().items() if name not in left_out})
            if fields.quality is not None:
                found._with_quality(quality_from_mapping(fields.quality))
        if fields.horizon_excess is None or not fields.horizon_excess.any():
            return found
        return found.with_horizons(np.maximum(found.radii + fields.horizon_excess, 0.0))
