"""Which suffix of a file's name means which format; ``.gz`` may follow it, and ``.bz2`` or ``.xz`` where it is read.

Graphs are read from `READ_GRAPHS` and written to `WRITTEN_GRAPHS`; those in `ATTRIBUTED_GRAPHS`, in both, keep the
attributes of nodes, and with them an embedding. `VECTORS` hold only embeddings, and are read; `WRITTEN_VECTORS`
are written, the others among them read by other programs.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from nx_poincare.io.graphs.readers.registry import GRAPH_FORMATS
from nx_poincare.io.packed import unpacking_hint

__all__ = [
    "ATTRIBUTED_GRAPHS",
    "PARQUET",
    "READ_GRAPHS",
    "TABLE_SUFFIXES",
    "VECTORS",
    "WRITTEN_GRAPHS",
    "WRITTEN_VECTORS",
    "format_by_suffix",
    "has_suffix",
    "is_gzipped",
    "is_packed",
    "suffix_of",
]

ATTRIBUTED_GRAPHS = {".graphml": "graphml", ".gexf": "gexf", ".gml": "gml", ".json": "json"}
READ_GRAPHS = {suffix: name for name, row in GRAPH_FORMATS.items() for suffix in row.suffixes}
TABLE_SUFFIXES = {suffix: name for suffix, name in READ_GRAPHS.items() if GRAPH_FORMATS[name].is_table}
WRITTEN_GRAPHS = {**ATTRIBUTED_GRAPHS, ".dot": "dot"}
PARQUET = {".parquet": "parquet", ".pq": "parquet"}  # a table of edges, or an embedding, as its columns say
_BOTH_WAYS = {".npz": "npz", **PARQUET, ".tsv": "tsv", ".vec": "word2vec", ".bin": "word2vec-binary"}
VECTORS = {**_BOTH_WAYS, ".pth": "torch", ".pt": "torch", ".model": "gensim", ".kv": "gensim"}
WRITTEN_VECTORS = {**_BOTH_WAYS, ".csv": "csv"}

_GZIP = ".gz"
_PACKED = (_GZIP, ".bz2", ".xz")


def suffix_of(path: str | os.PathLike[str]) -> str:
    """The suffix in lower case, without a ``.gz``, ``.bz2`` or ``.xz`` behind it.

    Examples
    --------
    >>> suffix_of("wordnet/Nouns.TSV.gz")
    '.tsv'
    """
    name, last = os.path.splitext(os.fspath(path).lower())
    return os.path.splitext(name)[1] if last in _PACKED else last


def is_gzipped(path: str | os.PathLike[str]) -> bool:
    """Whether a file of this name is compressed with gzip."""
    return os.fspath(path).lower().endswith(_GZIP)


def is_packed(path: str | os.PathLike[str]) -> bool:
    """Whether a file of this name is compressed, in one of the ways that are read."""
    return os.fspath(path).lower().endswith(_PACKED)


def has_suffix(path: str | os.PathLike[str], formats: Mapping[str, str]) -> bool:
    """Whether the suffix is one of those of the formats."""
    return suffix_of(path) in formats


def format_by_suffix(
    path: str | os.PathLike[str], formats: Mapping[str, str], advice: str = "", *, written: bool = False
) -> str:
    """The format that the suffix means.

    Raises
    ------
    ValueError
        If it is none of the formats' suffixes; the message lists them, and ends with the advice. If it says that the
        file is packed in a way that is not read, or, of one that is to be written, not written.

    Examples
    --------
    >>> format_by_suffix("tree.dot.gz", WRITTEN_GRAPHS)
    'dot'
    """
    found = formats.get(suffix_of(path))
    if not written and (hint := unpacking_hint(path)):
        raise ValueError(f"{os.fspath(path)!r} {hint}")
    if written and is_packed(path) and not is_gzipped(path):
        raise ValueError(f"{os.fspath(path)!r}: .bz2 and .xz are only read; write .gz, or pack the file afterwards")
    if found is None:
        raise ValueError(
            f"cannot see the format of {os.fspath(path)!r} by its suffix; use one of {', '.join(formats)}{advice}"
        )
    return found
