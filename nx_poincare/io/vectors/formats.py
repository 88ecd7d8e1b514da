"""What an embedding consists of <-> files, in the format that the suffix means."""

from __future__ import annotations

import os
from typing import Literal, TypeAlias, get_args

from nx_poincare.attributes.attributes import GraphAttributeError, read_attributes
from nx_poincare.attributes.fields import EmbeddingFields
from nx_poincare.io.arrays import DEFAULT_MAX_BYTES
from nx_poincare.io.atomic import destination
from nx_poincare.io.graphs.read import read_graph
from nx_poincare.io.suffixes import (
    ATTRIBUTED_GRAPHS,
    VECTORS,
    WRITTEN_VECTORS,
    format_by_suffix,
    has_suffix,
    is_packed,
)
from nx_poincare.io.vectors.gensim_models import read_gensim_model
from nx_poincare.io.vectors.npz import EmbeddingFileError, read_npz, write_npz
from nx_poincare.io.vectors.parquet import read_parquet_embedding, write_parquet_embedding
from nx_poincare.io.vectors.table import write_table
from nx_poincare.io.vectors.torch_checkpoints import read_torch_checkpoint
from nx_poincare.io.vectors.tsv import read_vectors, write_vectors
from nx_poincare.io.vectors.word2vec import read_word2vec, write_word2vec

__all__ = [
    "VectorFormat",
    "WrittenFormat",
    "embedding_file_error",
    "format_of",
    "read_embedding_file",
    "write_embedding_file",
]

VectorFormat: TypeAlias = Literal["npz", "parquet", "tsv", "word2vec", "word2vec-binary", "torch", "gensim"]
WrittenFormat: TypeAlias = Literal["npz", "parquet", "tsv", "word2vec", "word2vec-binary", "csv"]


def write_embedding_file(
    fields: EmbeddingFields,
    path: str | os.PathLike[str],
    *,
    format: WrittenFormat | None = None,
    float32: bool = False,
    progress: bool | None = None,
) -> None:
    """Write an embedding, with ball vectors, directions and radii; see `nx_poincare.Embedding.save`."""
    chosen = format_of(path, format, written=True)
    if (chosen == "word2vec-binary") != float32:
        raise ValueError(
            "float32 applies only to the format word2vec-binary (.bin)" if float32 else
            "the binary format of word2vec holds float32, which loses most digits of an embedding: "
            "write its text format (.vec), or pass float32=True to accept the loss"
        )  # fmt: skip
    if chosen == "npz":
        write_npz(fields, path, progress=progress)
        return
    if chosen == "parquet":
        write_parquet_embedding(path, fields, progress=progress)
        return
    if fields.vectors is None:
        raise ValueError(f"the format {chosen} holds ball vectors, and these fields have none")
    if chosen == "tsv":
        write_vectors(path, fields.nodes, fields.vectors, progress=progress)
    elif chosen == "csv":
        write_table(path, fields, progress=progress)
    else:
        with destination(path) as stream:
            write_word2vec(stream, fields.nodes, fields.vectors, binary=float32, progress=progress)


def read_embedding_file(
    path: str | os.PathLike[str], *, format: VectorFormat | None = None, max_bytes: int = DEFAULT_MAX_BYTES
) -> EmbeddingFields:
    """Read what `write_embedding_file` or `nx_poincare.export_graph` wrote; see `nx_poincare.Embedding.load`."""
    if is_graph_file(path, format):
        return read_attributes(read_graph(path, max_bytes=max_bytes))
    chosen = format_of(path, format)
    if chosen == "npz":
        return read_npz(path, max_bytes=max_bytes)
    if chosen == "parquet":
        return read_parquet_embedding(path, max_bytes=max_bytes)
    if chosen == "torch":
        objects, points, is_lorentz = read_torch_checkpoint(path, max_bytes=max_bytes)
        return EmbeddingFields(objects, lorentz=points) if is_lorentz else EmbeddingFields(objects, vectors=points)
    if chosen == "gensim":
        keys, vectors = read_gensim_model(path, max_bytes=max_bytes)
        return EmbeddingFields(keys, vectors=vectors)
    if chosen == "tsv":
        names, vectors = read_vectors(path, max_bytes=max_bytes)
    else:
        names, vectors = read_word2vec(path, binary=chosen != "word2vec", max_bytes=max_bytes)
    return EmbeddingFields(names, vectors=vectors.reshape(len(names), -1 if names else 2))


def embedding_file_error(path: str | os.PathLike[str], format: VectorFormat | None, error: Exception) -> ValueError:
    """The error to raise when a file could be read, but its points are not an embedding."""
    if is_graph_file(path, format):
        return GraphAttributeError(f"attribute 'poincare': {error}")
    if format_of(path, format) in ("npz", "parquet"):
        return EmbeddingFileError(f"{path} is not an embedding written by nx_poincare: {error}")
    return ValueError(f"{os.fspath(path)}: {error}")


def is_graph_file(path: str | os.PathLike[str], format: str | None = None) -> bool:
    """Whether a file is read as a graph with the attributes of an embedding."""
    return format is None and has_suffix(path, ATTRIBUTED_GRAPHS)


def format_of(
    path: str | os.PathLike[str], format: str | None = None, *, written: bool = False
) -> VectorFormat | WrittenFormat:
    """The format that is named, or that of the suffix."""
    known = get_args(WrittenFormat if written else VectorFormat)
    if format is not None and format not in known:
        raise ValueError(f"format must be one of {', '.join(known)}, not {format!r}")
    suffixes = WRITTEN_VECTORS if written else VECTORS
    chosen = format or format_by_suffix(path, suffixes, ", or pass format", written=written)
    if format is None and chosen in ("npz", "parquet") and is_packed(path):
        last = os.path.splitext(path)[1]
        raise ValueError(f"{os.fspath(path)!r}: an .{chosen} file is compressed already; leave out the {last}")
    return chosen  # type: ignore[return-value]
