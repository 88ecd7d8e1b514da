"""Checks of the numbers that users pass: every error names the option, the node or the edge."""

from __future__ import annotations

import math
import os
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nx_poincare.utils.arrays import FloatArray, IntArray, index_type, is_kept
from nx_poincare.utils.limits import LARGEST_RADIUS, NAMED_RADII

__all__ = [
    "as_rows",
    "check_between",
    "check_count",
    "check_edges",
    "check_positive",
    "check_share",
    "indices",
    "largest_radius_of",
    "pairs_of",
    "refuse_masked",
    "threads_of",
    "whole_numbers",
]


def check_count(name: str, value: Any, least: int) -> None:
    """Refuse a value that is not an integer, or less than the least.

    Examples
    --------
    >>> check_count("max_nodes", 2.5, 1)
    Traceback (most recent call last):
        ...
    ValueError: max_nodes must be an integer of at least 1, got 2.5
    """
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise ValueError(f"{name} must be an integer of at least {least}, got {value!r}")


def check_between(name: str, value: Any, least: float, most: float) -> None:
    """Refuse a value that is not a number, or outside a range that includes both its ends."""
    if not (_is_number(value) and least <= value <= most):
        raise ValueError(f"{name} must be between {least:g} and {most:g}, got {value!r}")


def check_positive(name: str, value: Any) -> None:
    """Refuse a value that is not a finite number above 0."""
    if not (_is_number(value) and 0 < value < math.inf):
        raise ValueError(f"{name} must be positive and finite, got {value!r}")


def check_share(name: str, value: Any) -> None:
    """Refuse a value that is not a number between 0 and 1, both excluded."""
    if not (_is_number(value) and 0 < value < 1):
        raise ValueError(f"{name} must be between 0 and 1, both excluded, got {value!r}")


def threads_of(n_jobs: Any) -> int:
    """How many threads ``n_jobs`` asks for; -1: one for each processor.

    Examples
    --------
    >>> threads_of(3)
    3
    """
    if n_jobs == -1:
        return os.cpu_count() or 1
    if isinstance(n_jobs, bool) or not isinstance(n_jobs, (int, np.integer)) or n_jobs < 1:
        raise ValueError(f"n_jobs must be an integer of at least 1, or -1 for all processors, got {n_jobs!r}")
    return int(n_jobs)


def largest_radius_of(max_radius: Any) -> float:
    """The largest hyperbolic radius that ``max_radius`` asks for, a number or a name; None: 60.

    Examples
    --------
    >>> largest_radius_of(None), largest_radius_of("float32")
    (60.0, 16.0)
    """
    if max_radius is None:
        return LARGEST_RADIUS
    if isinstance(max_radius, str) and max_radius in NAMED_RADII:
        return NAMED_RADII[max_radius]
    if not _is_number(max_radius):
        names = ", ".join(map(repr, NAMED_RADII))
        raise ValueError(f"max_radius must be a number, None or one of {names}, got {max_radius!r}")
    if not 1 <= max_radius <= LARGEST_RADIUS:
        raise ValueError(
            f"max_radius must be between 1 and {LARGEST_RADIUS:g}, or None for the latter, got {max_radius!r}"
        )
    return float(max_radius)


def as_rows(values: Any, name: str, nodes: Sequence[Hashable], ndim: int) -> FloatArray:
    """A read-only array of the values, an array or tensor, which have ``ndim`` dimensions and a row for each node.

    Examples
    --------
    >>> as_rows([[0.1, 0.2], [0.3]], "vectors", "ab", 2)
    Traceback (most recent call last):
        ...
    ValueError: vectors: the row of node 'b' has shape (1,), that of node 'a' (2,)
    """
    if hasattr(values, "detach"):  # a tensor of PyTorch, which may have a gradient, or be on another device
        values = values.detach().cpu().double().numpy()
    refuse_masked(values, name)
    if isinstance(values, np.ndarray) and values.dtype.kind in "cmM":
        raise ValueError(f"{name} must be real numbers, not {values.dtype}")
    try:
        is_shared = isinstance(values, np.ndarray) and values.dtype == np.float64 and is_kept(values)
        array = values if is_shared else np.array(values, dtype=np.float64, order="C")
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: {_odd_row(values, nodes) or error}") from error
    if array.ndim != ndim or len(array) != len(nodes):
        wanted = f"({len(nodes)}, dim)" if ndim == 2 else f"({len(nodes)},)"
        raise ValueError(f"{name} has shape {array.shape}, expected {wanted}")
    if not np.isfinite(array).all():
        row = int(np.argwhere(~np.isfinite(array))[0, 0])
        raise ValueError(f"{name}: the row of node {nodes[row]!r} is not finite")
    array.flags.writeable = False
    return array


def whole_numbers(values: ArrayLike, name: str) -> IntArray:
    """A copy as int64; what int64 cannot hold as it is, 0.5 or 2**64 - 1, is refused.

    Examples
    --------
    >>> whole_numbers([0, 1.0], "levels")
    array([0, 1])
    >>> whole_numbers([0, 1.7], "levels")
    Traceback (most recent call last):
        ...
    ValueError: levels must be whole numbers, and 1.7 is none that int64 holds
    """
    refuse_masked(values, name)
    given = np.asarray(values)
    if given.dtype == np.int64 and is_kept(given):
        return given
    if given.size and given.dtype.kind not in "biufO":
        raise ValueError(f"{name} must be whole numbers, not {given.dtype}")
    try:
        with np.errstate(invalid="ignore"):
            array = np.array(given, dtype=np.int64)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{name} must be whole numbers: {error}") from error
    changed = (array != given) | ((given > 0) != (array > 0))
    if np.any(changed):
        raise ValueError(f"{name} must be whole numbers, and {given[changed].flat[0]} is none that int64 holds")
    return array


def pairs_of(values: Any, name: str) -> Any:
    """An array of pairs, shape (m, 2), as it is; nothing, whatever its shape, as none of them.

    Examples
    --------
    >>> pairs_of(np.zeros((2, 3)), "edges")
    Traceback (most recent call last):
        ...
    ValueError: edges has shape (2, 3), expected (m, 2)
    """
    if values.ndim == 2 and values.shape[1] == 2:
        return values
    if values.size:
        raise ValueError(f"{name} has shape {values.shape}, expected (m, 2)")
    return values.reshape(0, 2)


def indices(values: ArrayLike, name: str) -> IntArray:
    """`whole_numbers`, but very many of int32 stay so, see `nx_poincare.utils.arrays.Widened`."""
    if type(values) is np.ndarray and values.dtype == np.int32 == index_type(len(values)):
        return values if is_kept(values) else values.copy()
    return whole_numbers(values, name)


def refuse_masked(values: Any, name: str) -> None:
    """Refuse an array with values that are masked, which numpy hands on as if they were not."""
    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        raise ValueError(f"{name}: some values are masked; give all of them, or leave those nodes out")


def check_edges(edges: IntArray, n: int) -> None:
    """Refuse edges, shape (m, 2), with a row outside 0 .. n - 1."""
    wrong = np.flatnonzero(((edges < 0) | (edges >= n)).any(axis=1))
    if len(wrong):
        raise ValueError(f"edge number {wrong[0]}, {tuple(edges[wrong[0]].tolist())}, names a row outside 0 .. {n - 1}")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)


def _odd_row(rows: Any, nodes: Sequence[Hashable]) -> str | None:
    """Why rows do not make an array: the first that is not numbers, or not as many as the first row."""
    shapes: list[tuple[int, ...]] = []
    for node, row in zip(nodes, rows, strict=False):
        try:
            shapes.append(np.asarray(row, dtype=np.float64).shape)
        except (TypeError, ValueError):
            return f"the row of node {node!r} is not a row of numbers"
        if shapes[-1] != shapes[0]:
            return f"the row of node {node!r} has shape {shapes[-1]}, that of node {nodes[0]!r} {shapes[0]}"
    return None
