"""Embedding <-> gensim's PoincareKeyedVectors."""

from __future__ import annotations

from typing import Any

import numpy as np

from nx_poincare.embedding import Embedding
from nx_poincare.export_rules import text_names
from nx_poincare.optional import imported

__all__ = ["embedding_from_keyed_vectors", "keyed_vectors"]


def keyed_vectors(embedding: Embedding) -> Any:
    """The ball vectors of an embedding as `gensim.models.poincare.PoincareKeyedVectors`, float64.

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
    >>> emb = Embedding.from_vectors(["animal", "dog"], [[0.0, 0.0], [0.6, 0.0]])
    >>> emb.to_keyed_vectors().distance("animal", "dog") == emb.distance("animal", "dog")  # doctest: +SKIP
    True
    """
    poincare = imported("gensim.models.poincare", extra="gensim")
    vectors = poincare.PoincareKeyedVectors(embedding.dim, 0, dtype=np.float64)
    vectors.add_vectors(text_names(embedding.nodes), np.array(embedding.vectors))
    return vectors


def embedding_from_keyed_vectors(vectors: Any) -> Embedding:
    """The vectors that gensim trained or loaded, with exact distances and queries.

    Parameters
    ----------
    vectors : gensim.models.poincare.PoincareKeyedVectors
        ``model.kv`` of a PoincareModel; any KeyedVectors with points of the open unit ball.
        Float32 becomes float64, digit for digit.

    Raises
    ------
    TypeError
        If it is something else.
    ValueError
        If a vector is not in the open unit ball; the message names the key.

    Examples
    --------
    >>> kv = Embedding.from_vectors(["a", "b"], [[0.0, 0.0], [0.6, 0.0]]).to_keyed_vectors()  # doctest: +SKIP
    >>> Embedding.from_keyed_vectors(kv).norm("b")  # doctest: +SKIP
    0.6
    """
    keys, table = getattr(vectors, "index_to_key", None), getattr(vectors, "vectors", None)
    if keys is None or table is None:
        hint = "; of a PoincareModel pass its .kv" if hasattr(vectors, "kv") else ""
        raise TypeError(f"expected gensim's KeyedVectors, got {type(vectors).__name__}{hint}")
    return Embedding.from_vectors(list(keys), np.asarray(table, dtype=np.float64))
