"""Points <-> the two files that TensorFlow's Embedding Projector loads."""

from __future__ import annotations

import os
from collections.abc import Hashable, Sequence
from contextlib import ExitStack
from pathlib import Path

from nx_poincare.io.atomic import write_aside
from nx_poincare.io.content import read_all
from nx_poincare.io.graphs.format_rules import GraphExportError, text_names, utf8
from nx_poincare.io.streams import GraphFileError, Source, name_of
from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = ["PROJECTOR_FILES", "read_projector_names", "write_projector"]

_METADATA = "metadata.tsv"
PROJECTOR_FILES = ("vectors.tsv", _METADATA)

# One line per node, tabs between columns and no quoting: what would break a line is shown as in Python.
_VISIBLE = str.maketrans({"\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\\0", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def write_projector(
    nodes: Sequence[Hashable], vectors: FloatArray, radii: FloatArray, levels: IntArray, folder: str | os.PathLike[str]
) -> None:
    """Write ``vectors.tsv`` and ``metadata.tsv``; see `nx_poincare.export_projector`.

    Raises
    ------
    GraphExportError
        If two names are the same text, or the same on one line, or a name is not valid Unicode.
    """
    names = _visible_names(nodes)
    columns = zip(names, levels.tolist(), radii.tolist(), strict=True)
    metadata = "node\tlevel\tradius\n" + "".join(f"{name}\t{level}\t{radius!r}\n" for name, level, radius in columns)
    rows = "".join("\t".join(map(repr, row)) + "\n" for row in vectors.tolist())
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    with ExitStack() as both:
        for name, text in zip(PROJECTOR_FILES, (rows, metadata), strict=True):
            both.enter_context(write_aside(target / name)).write_bytes(text.encode("utf-8"))


def _visible_names(nodes: Sequence[Hashable]) -> list[str]:
    """Names on one line each, all different."""
    owner: dict[str, str] = {}
    for name in text_names(nodes):
        visible = utf8(name).decode().translate(_VISIBLE)
        if owner.setdefault(visible, name) != name:
            raise GraphExportError(
                f"nodes {owner[visible]!r} and {name!r} would both be called {visible!r} in {_METADATA}; rename one"
            )
    return list(owner)


def read_projector_names(vectors: Source, count: int, *, max_bytes: int) -> list[str]:
    """The names of as many vectors in a file without names, from ``metadata.tsv`` beside it.

    A first line that is one too many is a header, as the projector has it.

    Raises
    ------
    GraphFileError
        If there is no such file, or it has another number of lines.
    """
    path = name_of(vectors)
    metadata = Path(path).with_name(_METADATA) if isinstance(vectors, str | os.PathLike) else None
    if metadata is None or not metadata.is_file():
        raise GraphFileError(
            path,
            1,
            f"starts with a coordinate, as all lines do: they have no names. The Embedding Projector keeps those in "
            f"{_METADATA}, which must lie beside the file; otherwise put a name before each vector",
        )
    try:
        lines = (
            read_all(metadata, max_bytes=max_bytes).decode("utf-8").replace("\r\n", "\n").removesuffix("\n").split("\n")
        )
    except UnicodeDecodeError as error:
        raise GraphFileError(str(metadata), None, f"is not UTF-8: {error.reason}") from error
    if len(lines) not in (count, count + 1):
        raise GraphFileError(str(metadata), None, f"has {len(lines)} lines for {count} vectors in {path}")
    return [line.partition("\t")[0] for line in lines[len(lines) - count :]]
