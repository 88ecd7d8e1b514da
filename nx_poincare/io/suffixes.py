"""Which suffix of a file's name means which format; ``.gz`` may follow it.

Graphs are read from `READ_GRAPHS` and written to `WRITTEN_GRAPHS`; those in `ATTRIBUTED_GRAPHS`, in both, keep the
attributes of nodes, and with them an embedding. `VECTORS` hold only embeddings, and are read; `WRITTEN_VECTORS`
are written, the others among them read by other programs.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from nx_poincare.io.graphs.readers.registry import GRAPH_FORMATS

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


def suffix_of(path: str | os.PathLike[str]) -> str:
    """The suffix in lower case, without a ``.gz`` behind it.

    Examples
    --------
    >>> suffix_of("wordnet/Nouns.TSV.gz")
    '.tsv'
    """
    return os.path.splitext(os.fspath(path).lower().removesuffix(_GZIP))[1]


def is_gzipped(path: str | os.PathLike[str]) -> bool:
    """Whether a file of this name is compressed with gzip."""
    return os.fspath(path).lower().endswith(_GZIP)


def has_suffix(path: str | os.PathLike[str], formats: Mapping[str, str]) -> bool:
    """Whether the suffix is one of those of the formats."""
    return suffix_of(path) in formats


def format_by_suffix(path: str | os.PathLike[str], formats: Mapping[str, str], advice: str = "") -> str:
    """The format that the suffix means.

    Raises
    ------
    ValueError
        If it is none of the formats' suffixes; the message lists them, and ends with the advice.

    Examples
    --------
    >>> format_by_suffix("tree.dot.gz", WRITTEN_GRAPHS)
    'dot'
    """
    found = formats.get(suffix_of(path))
    if found is None:
        raise ValueError(
            f"cannot see the format of {os.fspath(path)!r} by its suffix; use one of {', '.join(formats)}{advice}"
        )
    return found
