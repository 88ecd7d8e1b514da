"""Embedding <-> files, the format told by the suffix."""

from __future__ import annotations

import os
from typing import Literal, TypeAlias, get_args

from nx_poincare.embedding import Embedding
from nx_poincare.embedding_file import load_embedding, save_embedding
from nx_poincare.exchange.attributes import embedding_from_graph
from nx_poincare.exchange.word2vec import read_word2vec, write_word2vec
from nx_poincare.extractors.files import read_graph
from nx_poincare.io import destination, read_vectors, write_vectors
from nx_poincare.unpacking import DEFAULT_MAX_BYTES

__all__ = ["VectorFormat", "format_of", "load_embedding_from", "save_embedding_as"]

VectorFormat: TypeAlias = Literal["npz", "tsv", "word2vec", "word2vec-binary"]

_FORMAT_OF_SUFFIX: dict[str, VectorFormat] = {
    ".npz": "npz",
    ".tsv": "tsv",
    ".vec": "word2vec",
    ".bin": "word2vec-binary",
}
_GRAPHS = (".graphml", ".gexf", ".gml", ".json")


def save_embedding_as(
    embedding: Embedding,
    path: str | os.PathLike[str],
    *,
    format: VectorFormat | None = None,
    float32: bool = False,
    progress: bool | None = None,
) -> None:
    """Write an embedding to a file that appears when it is complete.

    - ``.npz``: everything, directions, radii, levels, positions, history (without its seconds), and names with
      their types; no pickle
    - ``.tsv``: names and ball vectors with tabs between, see `nx_poincare.io.write_vectors`
    - ``.vec``, ``"word2vec"``: the text format of word2vec; spaces in names are ``%20``, see
      `nx_poincare.exchange.word2vec`
    - ``.bin``, ``"word2vec-binary"``: its binary format

    Text is written with the digits that give back the same float64. ``.gz`` may follow all but
    ``.npz``.

    Parameters
    ----------
    embedding : Embedding
    path : path
    format : {"npz", "tsv", "word2vec", "word2vec-binary"}, optional
        Instead of the suffix.
    float32 : bool, default False
        Accept that the binary format of word2vec holds float32, seven digits: points beyond radius
        15 are no longer told apart from their neighbours. Without it that format is refused.
    progress : bool, optional
        Show a progress bar on standard error where the writing takes long; default: if that is a terminal.

    Raises
    ------
    ValueError
        If the suffix is unknown, ``float32`` is needed or given where it means nothing, or the
        format cannot hold a name.
    TypeError
        If ``.npz`` cannot hold a name.
    """
    chosen = format_of(path, format)
    if (chosen == "word2vec-binary") != float32:
        raise ValueError(
            "float32 is an option of the format word2vec-binary (.bin) alone" if float32 else
            "the binary format of word2vec holds float32, which loses most digits of an embedding: "
            "write its text format (.vec), or pass float32=True to accept the loss"
        )  # fmt: skip
    if chosen == "npz":
        save_embedding(embedding, path, progress=progress)
    elif chosen == "tsv":
        write_vectors(path, embedding.nodes, embedding.vectors, progress=progress)
    else:
        with destination(path) as stream:
            write_word2vec(stream, embedding.nodes, embedding.vectors, binary=float32, progress=progress)


def load_embedding_from(
    path: str | os.PathLike[str], *, format: VectorFormat | None = None, max_bytes: int = DEFAULT_MAX_BYTES
) -> Embedding:
    """Read an embedding from what `save_embedding_as` or `nx_poincare.export_graph` wrote.

    Besides the formats of the former, graphs with the attributes of an embedding: ``.graphml``,
    ``.gexf``, ``.gml``, ``.json``. Names are text but in ``.npz`` and ``.json``.

    Parameters
    ----------
    path : path
    format : {"npz", "tsv", "word2vec", "word2vec-binary"}, optional
        Instead of the suffix.
    max_bytes : int, default 2**30
        Reading stops with an error past this size, after decompression.

    Raises
    ------
    ValueError
        If the suffix is unknown, the content is not what it says, or a vector is not in the open
        unit ball; the message names file, line or node.
    FileNotFoundError
        If there is no such file.
    """
    if format is None and _suffix(path) in _GRAPHS:
        return embedding_from_graph(read_graph(path, max_bytes=max_bytes))
    chosen = format_of(path, format)
    if chosen == "npz":
        return load_embedding(path, max_bytes=max_bytes)
    if chosen == "tsv":
        names, vectors = read_vectors(path, max_bytes=max_bytes)
    else:
        names, vectors = read_word2vec(path, binary=chosen != "word2vec", max_bytes=max_bytes)
    try:
        return Embedding.from_vectors(names, vectors.reshape(len(names), -1 if names else 2))
    except ValueError as error:
        raise ValueError(f"{os.fspath(path)}: {error}") from error


def format_of(path: str | os.PathLike[str], format: str | None = None) -> VectorFormat:
    """The format that is named, or that of the suffix."""
    known = get_args(VectorFormat)
    if format is not None and format not in known:
        raise ValueError(f"format must be one of {', '.join(known)}, not {format!r}")
    chosen = format or _FORMAT_OF_SUFFIX.get(_suffix(path))
    if chosen is None:
        raise ValueError(
            f"cannot tell the format of {os.fspath(path)!r} by its suffix; use one of "
            f"{', '.join(_FORMAT_OF_SUFFIX)}, or pass format"
        )
    return chosen  # type: ignore[return-value]


def _suffix(path: str | os.PathLike[str]) -> str:
    name = os.fspath(path).lower()
    return os.path.splitext(name.removesuffix(".gz"))[1]
