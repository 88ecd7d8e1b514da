"""Points -> the two files that TensorFlow's Embedding Projector loads."""

from __future__ import annotations

import os
from collections.abc import Hashable, Sequence
from contextlib import ExitStack
from pathlib import Path

from nx_poincare.io.atomic import write_aside
from nx_poincare.io.graphs.format_rules import text_names, utf8
from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = ["write_projector"]

# One line per node, tabs between columns and no quoting: what would break a line is shown as in Python.
_VISIBLE = str.maketrans({"\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\\0", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def write_projector(
    nodes: Sequence[Hashable], vectors: FloatArray, radii: FloatArray, levels: IntArray, folder: str | os.PathLike[str]
) -> None:
    """Write ``vectors.tsv`` and ``metadata.tsv``; see `nx_poincare.export_projector`.

    Raises
    ------
    GraphExportError
        If two names are the same text, or a name is not valid Unicode.
    """
    names = [utf8(name).decode().translate(_VISIBLE) for name in text_names(nodes)]
    columns = zip(names, levels.tolist(), radii.tolist(), strict=True)
    metadata = "node\tlevel\tradius\n" + "".join(f"{name}\t{level}\t{radius!r}\n" for name, level, radius in columns)
    rows = "".join("\t".join(map(repr, row)) + "\n" for row in vectors.tolist())
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    with ExitStack() as both:
        for name, text in (("vectors.tsv", rows), ("metadata.tsv", metadata)):
            both.enter_context(write_aside(target / name)).write_bytes(text.encode("utf-8"))
