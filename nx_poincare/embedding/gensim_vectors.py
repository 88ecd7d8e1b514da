"""Embedding <-> gensim's PoincareKeyedVectors."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from nx_poincare.io.graphs.format_rules import text_names
from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.optional import import_extra

__all__ = ["is_of_gensim", "keyed_vectors", "points_of_keyed_vectors"]


def keyed_vectors(nodes: Sequence[Hashable], vectors: FloatArray) -> Any:
    """Ball vectors as gensim's class; see `nx_poincare.Embedding.to_keyed_vectors`."""
    poincare = import_extra("gensim.models.poincare", extra="gensim")
    keyed = poincare.PoincareKeyedVectors(vectors.shape[1], 0, dtype=np.float64)
    keyed.add_vectors(text_names(nodes), np.array(vectors))
    return keyed


def is_of_gensim(points: Any) -> bool:
    """Whether points look like gensim's KeyedVectors, or like a model that has some."""
    return hasattr(points, "index_to_key") or hasattr(points, "kv")


def points_of_keyed_vectors(vectors: Any) -> tuple[list[Hashable], FloatArray]:
    """Keys and ball vectors; see `nx_poincare.Embedding.from_keyed_vectors`."""
    keys, table = getattr(vectors, "index_to_key", None), getattr(vectors, "vectors", None)
    if keys is None or table is None:
        hint = "; of a PoincareModel pass its .kv" if hasattr(vectors, "kv") else ""
        raise TypeError(f"expected gensim's KeyedVectors, got {type(vectors).__name__}{hint}")
    return list(keys), np.asarray(table, dtype=np.float64)
