"""Values of the nodes that a picture shows by size or colour: attributes, mappings, and their sums up the hierarchy."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any, Literal, get_args

import networkx as nx
import numpy as np

from nx_poincare.hierarchy.hierarchy import Hierarchy
from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = ["Aggregate", "Column", "Values", "column_of", "numbers_of"]

Aggregate = Literal["sum", "mean", "count"]
Values = str | Mapping[Hashable, Any]  # the name of a node attribute, or the values
_MISSING = -1


@dataclass(frozen=True)
class Column:
    """A value for each node, of numbers or of categories.

    Attributes
    ----------
    name : str
        What a legend calls it.
    numbers : ndarray of float64, shape (n,), or None
        nan where there is no value.
    codes : ndarray of int64, shape (n,)
        Index of the category, -1 where there is no value; empty for numbers.
    categories : tuple of str
        The most frequent first.
    """

    name: str
    numbers: FloatArray | None
    codes: IntArray
    categories: tuple[str, ...]

    def rounded(self) -> list[int | float | None]:
        """The numbers with six digits, None where there is no value: for reading, not for reckoning."""
        assert self.numbers is not None
        return [_with_six_digits(number) if math.isfinite(number) else None for number in self.numbers.tolist()]

    def part(self, rows: IntArray, more: int) -> Column:
        """Those of some nodes, and of so many more without a value."""
        if self.numbers is not None:
            return Column(self.name, np.append(self.numbers[rows], np.full(more, np.nan)), self.codes, self.categories)
        codes = np.append(self.codes[rows], np.full(more, _MISSING, dtype=np.int64))
        return Column(self.name, None, codes, self.categories)


def column_of(
    G: object, hierarchy: Hierarchy, values: Values, option: str, aggregate: Aggregate | None = None
) -> Column:
    """The values of all nodes of a hierarchy, or for each the sum, mean or number of its own and its descendants'.

    Raises
    ------
    ValueError
        If no node has a value, or values are to be added that are not numbers.
    """
    if aggregate is not None and aggregate not in get_args(Aggregate):
        raise ValueError(f"{option} can be aggregated by 'sum', 'mean' or 'count', not {aggregate!r}")
    name, found = _values_by_node(G, values, option)
    listed = [found.get(node) for node in hierarchy.nodes]
    if all(_is_missing(value) for value in listed):
        raise ValueError(f"{option}={name!r}: no node has a value")
    if aggregate == "count":
        present = np.array([not _is_missing(value) for value in listed], dtype=np.float64)
        return _of_numbers(f"{name}, count", _with_descendants(hierarchy, present))
    numbers = numbers_of(listed)
    if aggregate is None:
        return _of_categories(name, listed) if numbers is None else _of_numbers(name, numbers)
    if numbers is None:
        raise ValueError(f"{option}={name!r} has values that are not numbers: {aggregate!r} needs numbers")
    known = np.isfinite(numbers)
    total = _with_descendants(hierarchy, np.where(known, numbers, 0.0))
    count = _with_descendants(hierarchy, known.astype(np.float64))
    total[count == 0] = np.nan
    return _of_numbers(f"{name}, {aggregate}", total if aggregate == "sum" else total / np.maximum(count, 1))


def _values_by_node(G: object, values: Values, option: str) -> tuple[str, Mapping[Hashable, Any]]:
    if isinstance(values, Mapping):
        return "value", values
    if not isinstance(G, nx.Graph):
        raise ValueError(f"{option}={values!r}: an embedding has no node attributes; pass a mapping from node to value")
    return values, {node: value for node, value in G.nodes(data=values) if value is not None}


def numbers_of(values: list[Any]) -> FloatArray | None:
    """The values as numbers, nan where one is missing, or None if one is no number; texts that read as numbers are."""
    try:
        if any(isinstance(value, bool | np.bool_) or not isinstance(value, Real | str | None) for value in values):
            return None
        return np.array([np.nan if _is_missing(value) else float(value) for value in values], dtype=np.float64)
    except ValueError:
        return None


def _with_six_digits(number: float) -> int | float:
    return int(number) if number.is_integer() and abs(number) <= 2**53 else float(f"{number:.6g}")


def _is_missing(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, float) and value != value)


def _of_numbers(name: str, numbers: FloatArray) -> Column:
    return Column(name, numbers, np.zeros(0, dtype=np.int64), ())


def _of_categories(name: str, values: list[Any]) -> Column:
    texts = [None if _is_missing(value) else str(value) for value in values]
    counts: dict[str, int] = {}
    for text in texts:
        if text is not None:
            counts[text] = counts.get(text, 0) + 1
    categories = tuple(sorted(counts, key=lambda text: (-counts[text], text)))
    place = {text: i for i, text in enumerate(categories)}
    codes = np.array([_MISSING if text is None else place[text] for text in texts], dtype=np.int64)
    return Column(name, None, codes, categories)


def _with_descendants(hierarchy: Hierarchy, values: FloatArray) -> FloatArray:
    """The sum over each node and its descendants in the graph, each of these once; nodes of a cycle share theirs."""
    own = np.bincount(hierarchy.component, weights=values, minlength=hierarchy.dag.n)
    total = own.copy()
    for rows, starts, ancestors in hierarchy.dag.ancestor_blocks():
        below = np.repeat(own[rows], np.diff(starts))
        total += np.bincount(ancestors, weights=below, minlength=len(total))
    return np.asarray(total[hierarchy.component], dtype=np.float64)
