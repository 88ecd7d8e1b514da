"""Embedding -> TensorFlow's Embedding Projector."""

from __future__ import annotations

import os

from nx_poincare.embedding.embedding import Embedding
from nx_poincare.io.vectors.projector import write_projector
from nx_poincare.utils.progress import with_signs_of_life

__all__ = ["export_projector"]


@with_signs_of_life("writing")
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
        If two names are the same text, or a name is not valid Unicode.

    Examples
    --------
    >>> import tempfile
    >>> emb = Embedding.from_vectors(["animal", "dog"], [[0.0, 0.0], [0.6, 0.0]], levels=[0, 1])
    >>> export_projector(emb, tempfile.mkdtemp())
    """
    write_projector(embedding.nodes, embedding.vectors, embedding.radii, embedding.levels, folder)
