"""Embedding -> the two files that TensorFlow's Embedding Projector loads."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

from nx_poincare.embedding import Embedding
from nx_poincare.export_rules import text_names, utf8
from nx_poincare.files import written_aside

__all__ = ["export_projector"]

# One line per node, tabs between columns and no quoting: what would break a line is shown as in Python.
_VISIBLE = str.maketrans({"\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\\0", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def export_projector(embedding: Embedding, folder: str | os.PathLike[str]) -> None:
    """Write ``vectors.tsv`` and ``metadata.tsv`` for https://projector.tensorflow.org.

    ``vectors.tsv`` has the ball vectors, one per line, with all their digits. ``metadata.tsv`` has
    a header, then name, level and radius of each node; tabs and ends of lines in names become
    ``\\t`` and ``\\n``. Both appear when both are complete.

    Parameters
    ----------
    embedding : Embedding
    folder : path
        Made if it is missing.

    Raises
    ------
    GraphExportError
        If two names are the same text, or a name is no valid Unicode.

    Examples
    --------
    >>> import tempfile
    >>> emb = Embedding.from_vectors(["animal", "dog"], [[0.0, 0.0], [0.6, 0.0]], levels=[0, 1])
    >>> export_projector(emb, tempfile.mkdtemp())
    """
    names = [utf8(name).decode().translate(_VISIBLE) for name in text_names(embedding.nodes)]
    columns = zip(names, embedding.levels.tolist(), embedding.radii.tolist(), strict=True)
    metadata = "node\tlevel\tradius\n" + "".join(f"{name}\t{level}\t{radius!r}\n" for name, level, radius in columns)
    vectors = "".join("\t".join(map(repr, row)) + "\n" for row in embedding.vectors.tolist())
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    with ExitStack() as both:
        for name, text in (("vectors.tsv", vectors), ("metadata.tsv", metadata)):
            both.enter_context(written_aside(target / name)).write_bytes(text.encode("utf-8"))
