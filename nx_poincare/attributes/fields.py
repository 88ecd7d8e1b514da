"""What an embedding consists of, as node attributes and files hold it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple

from numpy.typing import NDArray

from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = ["EmbeddingFields"]


class EmbeddingFields(NamedTuple):
    """Names and arrays of an embedding, None where the source does not hold them; see `nx_poincare.Embedding`.

    Attributes
    ----------
    nodes : sequence of hashable, length n
    directions : ndarray of float64, shape (n, dim), or None
    radii : ndarray of float64, shape (n,), or None
    vectors : ndarray of float64, shape (n, dim), or None
        Ball vectors. These are known, or directions and radii, or Lorentz coordinates.
    levels : ndarray of int64, shape (n,), or None
    layout : ndarray of float64, shape (n, 2), or None
    history : sequence of dict
    edges : ndarray of int64, shape (m, 2), or None
    horizons : ndarray of float64, shape (n,), or None
        Hyperbolic distances; None: the radii.
    horizon_excess : ndarray of float64, shape (n,), or None
        In place of horizons, how much they exceed the radii.
    quality : mapping, or None
        The fields of `nx_poincare.Quality`.
    lorentz : ndarray of float64, shape (n, dim + 1), or None
        Lorentz coordinates, in place of all other points.
    offsets : mapping of str to ndarray, or None
        The parts of `nx_poincare.embedding.offsets.Offsets`, in place of all other points.
    graph_edges : ndarray of int64, shape (m, 2), or None
        Rows of the ends of the edges of a directed graph without horizons. Which end is above, levels may say.
    """

    nodes: Sequence[Hashable]
    directions: FloatArray | None = None
    radii: FloatArray | None = None
    vectors: FloatArray | None = None
    levels: IntArray | None = None
    layout: FloatArray | None = None
    history: Sequence[Mapping[str, Any]] = ()
    edges: IntArray | None = None
    horizons: FloatArray | None = None
    horizon_excess: FloatArray | None = None
    quality: Mapping[str, Any] | None = None
    lorentz: FloatArray | None = None
    offsets: Mapping[str, NDArray[Any]] | None = None
    graph_edges: IntArray | None = None
