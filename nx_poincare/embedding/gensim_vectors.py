"""Embedding <-> gensim's PoincareKeyedVectors."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from nx_poincare.io.graphs.format_rules import text_names
from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.optional import imported

__all__ = ["is_of_gensim", "keyed_vectors", "points_of_keyed_vectors"]


def keyed_vectors(nodes: Sequence[Hashable], vectors: FloatArray) -> Any:
    """Ball vectors as `gensim.models.poincare.PoincareKeyedVectors`, float64.

    Keys are the names of nodes as text: gensim takes an integer for a row number. Its distances
    are those of the ball coordinates, which agree with ours to 1e-6 where both points have radii
    below 10 or so; further out 1 - norm loses its digits.

    Raises
    ------
    ImportError
        If gensim is not installed.
    GraphExportError
        If two names are the same text.

    Examples
    --------
    >>> keyed_vectors(["animal", "dog"], np.array([[0.0, 0.0], [0.6, 0.0]])).norm("dog")  # doctest: +SKIP
    0.6
    """
    poincare = imported("gensim.models.poincare", extra="gensim")
    keyed = poincare.PoincareKeyedVectors(vectors.shape[1], 0, dtype=np.float64)
    keyed.add_vectors(text_names(nodes), np.array(vectors))
    return keyed


def is_of_gensim(points: Any) -> bool:
    """Whether points look like gensim's KeyedVectors, or like a model that has some."""
    return hasattr(points, "index_to_key") or hasattr(points, "kv")


def points_of_keyed_vectors(vectors: Any) -> tuple[list[Hashable], FloatArray]:
    """Keys and ball vectors that gensim trained or loaded.

    Parameters
    ----------
    vectors : gensim.models.poincare.PoincareKeyedVectors
        ``model.kv`` of a PoincareModel; any KeyedVectors with points of the open unit ball.
        Float32 becomes float64, digit for digit.

    Raises
    ------
    TypeError
        If it is something else.
    """
    keys, table = getattr(vectors, "index_to_key", None), getattr(vectors, "vectors", None)
    if keys is None or table is None:
        hint = "; of a PoincareModel pass its .kv" if hasattr(vectors, "kv") else ""
        raise TypeError(f"expected gensim's KeyedVectors, got {type(vectors).__name__}{hint}")
    return list(keys), np.asarray(table, dtype=np.float64)
