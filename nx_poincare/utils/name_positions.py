"""The place of each name that is kept in arrays: mappings without an object for each name."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.text_table import find_texts, hash_seed, number_texts, size_of_table

__all__ = ["IntegerPositions", "NamePositions", "TextPositions", "rows_of_names"]

_BLOCK = 2**14  # names that are looked up at once


class NamePositions(Mapping[Hashable, int]):
    """The place of each name, as a read-only mapping; its length counts names that come twice once."""

    @abstractmethod
    def rows_of(self, names: Any) -> IntArray:
        """The places of many names, objects or in arrays; -1 for those that are not there."""

    def __contains__(self, name: object) -> bool:
        return self.get(name) is not None


class IntegerPositions(NamePositions):
    """Places of names in an array of integers, by sorting them; none are sorted that are 0, 1, 2, ..."""

    def __init__(
        self, names: Sequence[Hashable], values: IntArray, number_of: Callable[[Hashable], int | None]
    ) -> None:
        self._names = names
        self._number_of = number_of
        self._is_counting = bool(len(values)) and values[0] == 0 and bool((np.diff(values) == 1).all())
        if not self._is_counting:
            self._order = np.argsort(values, kind="stable").astype(np.int32 if len(values) < 2**31 else np.int64)
            self._sorted = values[self._order]

    def __len__(self) -> int:
        if self._is_counting or not len(self._sorted):
            return len(self._names)
        return 1 + int(np.count_nonzero(self._sorted[1:] != self._sorted[:-1]))

    def __iter__(self) -> Iterator[Hashable]:
        return iter(self._names) if len(self) == len(self._names) else iter(dict.fromkeys(self._names))

    def __getitem__(self, name: Hashable) -> int:
        number = self._number_of(name)
        if number is None or not -(2**63) <= number < 2**63:
            raise KeyError(name)
        row = int(self.rows_of_numbers(np.array([number]))[0])
        if row < 0:
            raise KeyError(name)
        return row

    def rows_of(self, names: Any) -> IntArray:
        are_in_arrays = type(names) is type(self._names)
        if are_in_arrays:
            return self.rows_of_numbers(names.values)
        return np.fromiter((self.get(name, -1) for name in names), dtype=np.int64)

    def rows_of_numbers(self, numbers: IntArray) -> IntArray:
        """The places of integers; -1 for those that are not there."""
        if self._is_counting:
            return np.where((numbers >= 0) & (numbers < len(self._names)), numbers, -1)
        if not len(self._sorted):
            return np.full(len(numbers), -1)
        places = np.minimum(np.searchsorted(self._sorted, numbers), len(self._sorted) - 1)
        return np.where(self._sorted[places] == numbers, self._order[places], -1).astype(np.int64)


class TextPositions(NamePositions):
    """Places of names in UTF-8, by a table of their hashes."""

    def __init__(self, names: Sequence[Hashable], data: NDArray[np.uint8], starts: IntArray) -> None:
        self._names = names
        self._seed = hash_seed()
        self._table = np.zeros(size_of_table(len(names)), dtype=np.int64)
        distinct_starts = np.zeros(len(names) + 1, dtype=np.int64)  # of names whose first places are wanted
        rows = np.empty(len(names), dtype=np.int32)
        distinct = np.empty(len(data), dtype=np.uint8)
        self._count = number_texts(
            data, starts[:-1], starts[1:], self._seed, self._table, distinct, distinct_starts, 0, rows
        )
        self._rows: IntArray | None = None
        self._data, self._starts = data, starts
        if self._count < len(names):
            self._rows = np.unique(rows, return_index=True)[1]
            self._data, self._starts = distinct, distinct_starts

    def __len__(self) -> int:
        return int(self._count)

    def __iter__(self) -> Iterator[Hashable]:
        return iter(self._names) if len(self) == len(self._names) else iter(dict.fromkeys(self._names))

    def __getitem__(self, name: Hashable) -> int:
        hash(name)  # or a TypeError
        row = -1
        if isinstance(name, str):
            row = int(self._rows_of_texts([name])[0])
        if row < 0:
            raise KeyError(name)
        return row

    def rows_of(self, names: Any) -> IntArray:
        are_in_arrays = type(names) is type(self._names)
        if are_in_arrays:
            return self._rows_of_arrays(names.data, names.starts)
        found, waiting = [np.zeros(0, dtype=np.int64)], iter(names)
        while block := list(islice(waiting, _BLOCK)):
            rows = np.full(len(block), -1)
            texts = [place for place, name in enumerate(block) if isinstance(name, str)]
            rows[texts] = self._rows_of_texts([block[place] for place in texts])
            found.append(rows)
        return np.concatenate(found)

    def _rows_of_texts(self, texts: Iterable[str]) -> IntArray:
        # Lone surrogates, which no file of text holds, become bytes that are in no UTF-8.
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
        starts = np.zeros(len(encoded) + 1, dtype=np.int64)
        np.cumsum([len(text) for text in encoded], out=starts[1:])
        return self._rows_of_arrays(np.frombuffer(b"".join(encoded), dtype=np.uint8), starts)

    def _rows_of_arrays(self, data: NDArray[np.uint8], starts: IntArray) -> IntArray:
        rows = find_texts(data, starts[:-1], starts[1:], self._seed, self._table, self._data, self._starts)
        return rows if self._rows is None else np.where(rows < 0, -1, self._rows[rows])


def rows_of_names(index: Mapping[Hashable, int], names: Iterable[Hashable]) -> IntArray:
    """The places of names by any mapping; -1 for those that are not there.

    Examples
    --------
    >>> rows_of_names({"a": 0, "b": 1}, "bax")
    array([ 1,  0, -1])
    """
    if isinstance(index, NamePositions):
        return index.rows_of(names)
    return np.fromiter((index.get(name, -1) for name in names), dtype=np.int64)
