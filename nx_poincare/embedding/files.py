"""An embedding to and from files."""

from __future__ import annotations

import os
from typing import Self

import numpy as np
from numpy.typing import DTypeLike

from nx_poincare.attributes.fields import EmbeddingFields
from nx_poincare.embedding.coordinates import Coordinates
from nx_poincare.embedding.edges_in_order import edges_out_of_order
from nx_poincare.embedding.fewer_digits import check_format_of_dtype, in_fewer_digits, with_points
from nx_poincare.embedding.quality import quality_from_mapping
from nx_poincare.io.arrays import DEFAULT_MAX_BYTES
from nx_poincare.io.vectors.formats import (
    VectorFormat,
    WrittenFormat,
    embedding_file_error,
    format_of,
    read_embedding_file,
    write_embedding_file,
)
from nx_poincare.utils.progress import with_signs_of_life

__all__ = ["Files"]


class Files(Coordinates):
    """The files that an `nx_poincare.Embedding` is saved in and loaded from."""

    @with_signs_of_life("writing")
    def save(
        self,
        path: str | os.PathLike[str],
        *,
        format: WrittenFormat | None = None,
        float32: bool = False,
        dtype: DTypeLike | None = None,
        progress: bool | None = None,
    ) -> None:
        """Write a file, which appears when it is complete; an older one stays if something fails.

        ==========  ===========================================================================
        ``.npz``    directions and radii, from which ball vectors follow, horizons, levels, positions,
                    edges, quality, history (without its seconds), and names with their types; no pickle
        ``.pq``     or ``.parquet``, a row for each node: ``node``, ``level``, ``horizon``, ``radius``,
                    ``direction_0``, ... and the positions ``pos_0``, ``pos_1``; quality and history; no edges
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
        format : {"npz", "parquet", "tsv", "word2vec", "word2vec-binary", "csv"}, optional
            Instead of the suffix.
        float32 : bool, default False
            Accept that the binary format of word2vec holds float32, seven digits: points beyond
            radius 15 are no longer distinct from their neighbours. That format is refused without
            it, and every other format with it.
        dtype : {"float32", "float16"}, optional
            Of ``.npz``, of an embedding that knows its edges: keep points as offsets from their parents in so few
            digits, see `nx_poincare.embedding.offsets`. Float32 keeps the scores of hierarchies as they are, and
            float16 most of them, with points in a sixth of the bytes. What is lost is measured, said in the log, and
            saved as the `quality`; horizons are fitted again. Points do not keep their places: their distances from
            others than their family change. Default: float64, all as it is.
        progress : bool, optional
            Show a progress bar on standard error where the writing takes long; default: if that is
            a terminal.

        Warns
        -----
        PrecisionWarning
            If MAP or F1 are lower by more than .01 in this ``dtype``.

        Raises
        ------
        ValueError
            If the suffix or format is unknown, or ``float32`` is needed, or given where it means
            nothing; if ``dtype`` is another one, or there are no edges for it.
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
        if dtype is not None:
            check_format_of_dtype(path, format, dtype)
            fields = in_fewer_digits(self, dtype, progress)
        else:
            holds_points = format_of(path, format, written=True) in ("npz", "parquet")  # from which vectors follow
            fields = EmbeddingFields(
                self.nodes, self.directions, self.radii, None if holds_points else self.vectors,
                self._levels, self.layout, self.history,
                self._edges, self._horizons, quality=None if self._quality is None else self._quality._as_mapping(),
            )  # fmt: skip
        write_embedding_file(fields, path, format=format, float32=float32, progress=progress)

    @classmethod
    @with_signs_of_life("reading")
    def load(
        cls, path: str | os.PathLike[str], *, format: VectorFormat | None = None, max_bytes: int = DEFAULT_MAX_BYTES
    ) -> Self:
        """Read a file that `save`, `export_graph`, gensim, word2vec or poincare-embeddings wrote; nothing in it is run.

        Besides the suffixes of `save`, those of graphs that have an embedding as node attributes:
        ``.graphml``, ``.gexf``, ``.gml`` and ``.json``. ``.gz`` may follow any suffix but ``.npz``.
        Names are text, except in ``.npz``, ``.parquet`` and ``.json``.

        ===================  ==================================================================
        ``.pth``, ``.pt``    checkpoints of Nickel and Kiela's poincare-embeddings, on the ball or
                             the hyperboloid; needs PyTorch, which reads nothing but tensors
        ``.model``, ``.kv``  what ``save`` of gensim's PoincareModel or KeyedVectors wrote; gensim
                             is not needed, and the pickle may name only arrays and gensim's classes
        ===================  ==================================================================

        Parameters
        ----------
        path : path
            ``"-"`` is standard input, for which a ``format`` is needed.
        format : {"npz", "parquet", "tsv", "word2vec", "word2vec-binary", "torch", "gensim"}, optional
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
        ImportError
            If PyTorch is needed and not installed; the message has the command that installs it.

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
        if fields.lorentz is not None:
            return cls.from_lorentz(fields.nodes, fields.lorentz)
        if fields.offsets is not None:
            fields = with_points(fields)
        if fields.directions is None or fields.radii is None:
            vectors = np.zeros((0, 2)) if fields.vectors is None else fields.vectors
            found = cls.from_vectors(fields.nodes, vectors, levels=fields.levels, layout=fields.layout)
        else:
            left_out = ("horizon_excess", "quality", "lorentz", "offsets", "graph_edges")
            found = cls(**{name: value for name, value in fields._asdict().items() if name not in left_out})
            if fields.quality is not None:
                found._with_quality(quality_from_mapping(fields.quality, len(found.nodes)))
        if fields.graph_edges is not None:
            found._lost_edges = edges_out_of_order(found, fields.graph_edges)
        if fields.horizon_excess is None or not fields.horizon_excess.any():
            return found
        horizons = np.maximum(found.radii + fields.horizon_excess, 0.0)
        return found.with_horizons(horizons)._with_quality(found.quality)
