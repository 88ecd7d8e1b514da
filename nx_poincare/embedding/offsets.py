r"""Points as offsets from their parents, in float32 or float16: a few bytes a coordinate keep the order of a hierarchy.

A child lies within its parent's cone, whose half-angle at radius :math:`r` is about :math:`2 e^{-r/2}`; what places it
there is small beside 1, and needs few digits of its own, while a direction needs all digits down to that size. So of
each node are kept the step of its radius from its parent's, and its direction in the stereographic projection of the
sphere from the antipode of the parent's direction, in units of :math:`e^{-r/2}`: dim - 1 numbers.

Whole subtrees follow: a parent's rounding carries what is below it along, turned by the shortest rotation, so that each
family keeps its shape, and only the roundings of its own members disturb it. (Offsets from the places of rounded
parents to the exact places of children lose ten times as much.)
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.checks import check_edges

__all__ = ["Offsets", "offsets_of", "points_of"]

_NEAR_ANTIPODE = 1e-6  # of 1 + cos: there the projection goes to infinity


class Offsets(NamedTuple):
    """Points of nodes with edges, in the order of the nodes.

    Attributes
    ----------
    nth_parent : ndarray of int32, shape (n,)
        Which of a node's parents, in the order of the edges, it is an offset from; -1: none, it is exact.
    steps : ndarray of float32 or float16, shape (n,)
        Radius minus the parent's.
    offsets : ndarray of float32 or float16, shape (n, dim - 1)
    exact_directions, exact_radii : ndarray of float64, shape (k, dim) and (k,)
        Of the nodes that are exact, in their order.
    """

    nth_parent: NDArray[np.int32]
    steps: NDArray[np.floating]
    offsets: NDArray[np.floating]
    exact_directions: FloatArray
    exact_radii: FloatArray


def offsets_of(directions: FloatArray, radii: FloatArray, edges: IntArray, dtype: DTypeLike) -> Offsets:
    """Offsets in a type of fewer digits; see `points_of`.

    A node is an offset from that of its parents whose direction is nearest, of those that are not farther out. Exact
    are roots, nodes without such a parent, and those whose offset the type cannot hold.

    Parameters
    ----------
    directions : ndarray of float64, shape (n, dim)
    radii : ndarray of float64, shape (n,)
    edges : ndarray of int64, shape (m, 2)
        From parent to child; cycles may be among them.
    dtype : float32 or float16
    """
    n, dim = directions.shape
    parents, nth_parent = _nearest_parents(directions, radii, edges)
    steps, offsets = np.zeros(n, dtype), np.zeros((n, dim - 1), dtype)
    placed, placed_radii = directions.copy(), radii.copy()
    for rows in _generations(parents):
        above = parents[rows]
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            shift = _rotated(directions[above], placed[above], directions[rows] - directions[above])
            flat = _projected(placed[above], shift) * np.exp(radii[above] / 2)[:, None]
            offsets[rows], steps[rows] = flat.astype(dtype), (radii[rows] - radii[above]).astype(dtype)
        antipode = 2 - ((directions[rows] - directions[above]) ** 2).sum(axis=1) / 2 < _NEAR_ANTIPODE
        lost = antipode | ~np.isfinite(offsets[rows]).all(axis=1) | ~np.isfinite(steps[rows])
        nth_parent[rows[lost]] = -1
        kept, above = rows[~lost], above[~lost]
        placed[kept], placed_radii[kept] = _placed(placed[above], placed_radii[above], offsets[kept], steps[kept])
    is_exact = nth_parent < 0
    steps[is_exact], offsets[is_exact] = 0, 0
    return Offsets(nth_parent, steps, offsets, directions[is_exact], radii[is_exact])


def points_of(kept: Offsets, edges: IntArray) -> tuple[FloatArray, FloatArray]:
    """Directions, shape (n, dim), and radii, shape (n,), from offsets and the edges that they were made with.

    Raises
    ------
    ValueError
        If the parts do not fit.

    Examples
    --------
    >>> directions, radii = np.array([[1.0, 0.0], [0.6, 0.8]]), np.array([0.0, 2.5])
    >>> edges = np.array([[0, 1]])
    >>> points_of(offsets_of(directions, radii, edges, np.float16), edges)
    (array([[1. , 0. ],
           [0.6, 0.8]]), array([0. , 2.5]))
    """
    n = len(kept.nth_parent)
    check_edges(edges, n)
    is_exact = kept.nth_parent < 0
    dim = kept.exact_directions.shape[-1]
    expected = {"steps": (n,), "offsets": (n, dim - 1), "exact_directions": (is_exact.sum(), dim),
                "exact_radii": (is_exact.sum(),)}  # fmt: skip
    for name, shape in expected.items():
        if getattr(kept, name).shape != shape:
            raise ValueError(f"{name} has shape {getattr(kept, name).shape}, expected {shape}")
    directions, radii = np.zeros((n, dim)), np.zeros(n)
    directions[is_exact], radii[is_exact] = kept.exact_directions, kept.exact_radii
    done = is_exact.sum()
    parents = _parents_by_number(kept.nth_parent, edges)
    for rows in _generations(parents):
        above = parents[rows]
        directions[rows], radii[rows] = _placed(directions[above], radii[above], kept.offsets[rows], kept.steps[rows])
        done += len(rows)
    if done < n:
        raise ValueError("nodes are offsets from each other, in a circle")
    return directions, radii


def _nearest_parents(directions: FloatArray, radii: FloatArray, edges: IntArray) -> tuple[IntArray, NDArray[np.int32]]:
    """The row of each node's parent, and which of its parents that is; -1 for those without."""
    n = len(radii)
    parents, nth_parent = np.full(n, -1), np.full(n, -1, dtype=np.int32)
    number = _numbers(edges)
    above, below = edges.T
    inward = np.flatnonzero((radii[above] < radii[below]) | ((radii[above] == radii[below]) & (above < below)))
    away = np.linalg.norm(directions[above[inward]] - directions[below[inward]], axis=1)
    best_last = inward[np.lexsort((-number[inward], -away))]
    parents[below[best_last]], nth_parent[below[best_last]] = above[best_last], number[best_last]
    return parents, nth_parent


def _numbers(edges: IntArray) -> IntArray:
    """How many earlier edges lead to the same child, of each edge."""
    children = edges[:, 1]
    order = np.argsort(children, kind="stable")
    grouped = children[order]
    starts = np.flatnonzero(np.diff(grouped, prepend=-1))
    numbers = np.empty(len(children), dtype=np.int64)
    numbers[order] = np.arange(len(grouped)) - np.repeat(starts, np.diff(starts, append=len(grouped)))
    return numbers


def _parents_by_number(nth_parent: NDArray[np.int32], edges: IntArray) -> IntArray:
    parents = np.full(len(nth_parent), -1)
    chosen = edges[_numbers(edges) == nth_parent[edges[:, 1]]]
    parents[chosen[:, 1]] = chosen[:, 0]
    if np.any((parents < 0) & (nth_parent >= 0)):
        raise ValueError(f"node number {int(np.argmax((parents < 0) & (nth_parent >= 0)))} has not so many parents")
    return parents


def _generations(parents: IntArray) -> list[IntArray]:
    """Rows whose parents have been placed, those of nodes without parents excepted, generation by generation."""
    rows = np.flatnonzero(parents >= 0)
    by_parent = rows[np.argsort(parents[rows], kind="stable")]
    starts = np.searchsorted(parents[by_parent], np.arange(len(parents) + 1))
    generations, above = [], np.flatnonzero(parents < 0)
    while len(above):
        counts = starts[above + 1] - starts[above]
        firsts = np.repeat(starts[above] - np.cumsum(counts) + counts, counts)
        above = by_parent[firsts + np.arange(counts.sum())]
        generations.append(above)
    return generations[:-1]


def _rotated(here: FloatArray, there: FloatArray, vectors: FloatArray) -> FloatArray:
    """Vectors turned by the shortest rotation that takes unit vectors to others."""
    both = here + there
    along = (both * vectors).sum(axis=1) / (1 + (here * there).sum(axis=1))
    return vectors - along[:, None] * both + 2 * (here * vectors).sum(axis=1)[:, None] * there


def _projected(poles: FloatArray, shifts: FloatArray) -> FloatArray:
    """The points poles + shifts of the sphere, projected from the antipodes of the poles, shape (k, dim - 1)."""
    sign, turned = _turned(poles, shifts)
    return turned[:, 1:] / (2 + sign * turned[:, 0])[:, None]


def _placed(
    poles: FloatArray, radii: FloatArray, offsets: NDArray[np.floating], steps: NDArray[np.floating]
) -> tuple[FloatArray, FloatArray]:
    """Directions and radii of offsets from points."""
    flat = offsets.astype(np.float64) * np.exp(-radii / 2)[:, None]
    squares = (flat * flat).sum(axis=1)
    sign = np.where(poles[:, 0] > 0, -1.0, 1.0)
    turned = np.column_stack([-2 * sign * squares, 2 * flat]) / (1 + squares)[:, None]
    directions = poles + _turned(poles, turned)[1]
    return directions / np.linalg.norm(directions, axis=1, keepdims=True), radii + steps.astype(np.float64)


def _turned(poles: FloatArray, vectors: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Vectors mirrored by Householder's reflection of a pole and the first axis, of that sign which is farther away."""
    sign = np.where(poles[:, 0] > 0, -1.0, 1.0)
    normal = poles.copy()
    normal[:, 0] -= sign
    twice = 2 * (normal * vectors).sum(axis=1) / (normal * normal).sum(axis=1)
    return sign, vectors - twice[:, None] * normal
