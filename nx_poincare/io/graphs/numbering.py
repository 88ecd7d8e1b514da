"""Names in arrays numbered in the order in which they first appear, block after block, without an object for each."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.compiled import kernel
from nx_poincare.utils.names import DecimalNames, IntegerNames, Names, TextNames
from nx_poincare.utils.text_table import hash_seed, moved_entries, number_texts, size_of_table

__all__ = ["Grown", "IntegerNumbering", "PlainNumbering", "TextNumbering", "integers_in_text"]

_MOST_NAMES = 2**31 - 2
_BLOCK = 2**16  # names
_DENSE, _FREE = 8, 2**20  # integers up to so many times their count, and so many more, are looked up in a list


class Grown:
    """An array that grows at its end; memory that holds nothing yet is not touched."""

    def __init__(self, dtype: Any, used: int = 0) -> None:
        self.array: NDArray[Any] = np.zeros(max(used, 2**16), dtype=dtype)
        self.used = used

    def room_for(self, more: int) -> NDArray[Any]:
        """The array, with room for so many more entries."""
        needed = self.used + more
        if needed > len(self.array):
            self.array.resize(max(needed, len(self.array) * 2), refcheck=False)
        return self.array

    def append(self, values: NDArray[Any]) -> None:
        """Put values at the end."""
        self.room_for(len(values))[self.used : self.used + len(values)] = values
        self.used += len(values)

    def finished(self) -> NDArray[Any]:
        """What is used; nothing may be added then."""
        self.array.resize(self.used, refcheck=False)
        return self.array


class IntegerNumbering:
    """Numbers integers in the order of their first appearance.

    Those that are hardly larger than they are many are looked up in a list, others in a hash table with open
    addressing, of numbers plus 1.

    Examples
    --------
    >>> numbering = IntegerNumbering()
    >>> numbering.numbers_of(np.array([7, 3, 7])), numbering.names()
    (array([0, 1, 0], dtype=int32), (7, 3))
    """

    def __init__(self) -> None:
        self._values = Grown(np.int64)
        self._listed: Grown | None = Grown(np.int32)  # number plus 1 of the integer at that place
        self._table = np.zeros(0, dtype=np.int32)
        self._factor = hash_seed() | np.uint64(1)
        self._seen = 0

    def __len__(self) -> int:
        return self._values.used

    def numbers_of(self, integers: IntArray) -> NDArray[np.int32]:
        """The number of each integer; new ones get the next ones."""
        numbers = np.empty(len(integers), dtype=np.int32)
        if not len(integers):
            return numbers
        self._seen += len(integers)
        values = self._values.room_for(len(integers))
        least, most = int(integers.min()), int(integers.max())
        if self._listed is not None and least >= 0 and most < _DENSE * self._seen + _FREE:
            listed = self._listed.room_for(max(most + 1 - self._listed.used, 0))
            self._listed.used = max(self._listed.used, most + 1)
            self._values.used = _number_listed(integers, listed, values, len(self), numbers)
            return numbers
        self._listed = None
        if 3 * (len(self) + len(integers)) > 2 * len(self._table):
            self._table = _table_of(values[: len(self)], size_of_table(2 * (len(self) + len(integers))), self._factor)
        self._values.used = _number_hashed(integers, self._table, self._factor, values, len(self), numbers)
        _check_count(len(self))
        return numbers

    def names(self, *, as_text: bool = False) -> IntegerNames:
        """All names in the order of their numbers; the numbering ends."""
        self._listed, self._table = None, np.zeros(0, dtype=np.int32)
        return (DecimalNames if as_text else IntegerNames)(self._values.finished(), distinct=True)


class TextNumbering:
    """Numbers texts in UTF-8 in the order of their first appearance.

    Examples
    --------
    >>> numbering = TextNumbering()
    >>> numbering.numbers_of(np.frombuffer(b"dogcatdog", np.uint8), np.array([0, 3, 6]), np.array([3, 6, 9]))
    array([0, 1, 0], dtype=int32)
    >>> numbering.names()
    ('dog', 'cat')
    """

    def __init__(self) -> None:
        self._data = Grown(np.uint8)
        self._starts = Grown(np.int64, 1)
        self._seed = hash_seed()
        self._table = np.zeros(size_of_table(0), dtype=np.int64)

    def __len__(self) -> int:
        return self._starts.used - 1

    def numbers_of(self, data: NDArray[np.uint8], begins: IntArray, ends: IntArray) -> NDArray[np.int32]:
        """The number of each text ``data[begins[i]:ends[i]]``; new ones get the next ones."""
        numbers = np.empty(len(begins), dtype=np.int32)
        count = len(self)
        if 3 * (count + len(begins)) > 2 * len(self._table):
            self._table = moved_entries(self._table, size_of_table(2 * (count + len(begins))))
        known, starts = self._data.room_for(int((ends - begins).sum())), self._starts.room_for(len(begins))
        count = number_texts(data, begins, ends, self._seed, self._table, known, starts, count, numbers)
        self._starts.used, self._data.used = count + 1, int(starts[count])
        _check_count(count)
        return numbers

    def names(self) -> TextNames:
        """All names in the order of their numbers; the numbering ends."""
        self._table = np.zeros(0, dtype=np.int64)
        return TextNames(self._data.finished(), self._starts.finished(), distinct=True)


class PlainNumbering:
    """Numbers names in lines of text: as integers as long as all are, as text then.

    Examples
    --------
    >>> numbering = PlainNumbering()
    >>> lines = np.frombuffer(b"12 7 007", np.uint8)
    >>> numbering.numbers_of(lines, np.array([0, 3]), np.array([2, 4])), numbering.is_text
    (array([0, 1], dtype=int32), False)
    >>> numbering.numbers_of(lines, np.array([5, 0]), np.array([8, 2])), numbering.is_text
    (array([2, 0], dtype=int32), True)
    >>> numbering.names()
    ('12', '7', '007')
    """

    def __init__(self) -> None:
        self._integers = IntegerNumbering()
        self._texts = TextNumbering()
        self.is_text = False

    def numbers_of(self, data: NDArray[np.uint8], begins: IntArray, ends: IntArray) -> NDArray[np.int32]:
        """The number of each name ``data[begins[i]:ends[i]]``; new ones get the next ones."""
        if not self.is_text:
            values = np.empty(len(begins), dtype=np.int64)
            if _parse_integers(data, begins, ends, values):
                return self._integers.numbers_of(values)
            self._go_on_as_text()
        return self._texts.numbers_of(data, begins, ends)

    def names(self) -> Names:
        """All names, which are text, in the order of their numbers; the numbering ends."""
        return self._texts.names() if self.is_text else self._integers.names(as_text=True)

    def _go_on_as_text(self) -> None:
        names = self._integers.names(as_text=True)
        for first in range(0, len(names), _BLOCK):
            block = TextNames.of(map(str, names.part(slice(first, first + _BLOCK))))
            self._texts.numbers_of(block.data, block.starts[:-1], block.starts[1:])
        self.is_text = True


def integers_in_text(data: NDArray[np.uint8], begins: IntArray, ends: IntArray) -> IntArray | None:
    """The integers that all texts ``data[begins[i]:ends[i]]`` are, as Python writes them; None if one is none.

    Examples
    --------
    >>> integers_in_text(np.frombuffer(b"12-7", np.uint8), np.array([0, 2]), np.array([2, 4]))
    array([12, -7])
    """
    values = np.empty(len(begins), dtype=np.int64)
    return values if _parse_integers(data, begins, ends, values) else None


def _check_count(count: int) -> None:
    if count > _MOST_NAMES:
        raise MemoryError(f"more than {_MOST_NAMES:,} names are not numbered")


@kernel(nogil=True)
def _number_listed(integers, listed, values, count, numbers):  # type: ignore[no-untyped-def]
    for i in range(len(integers)):
        value = integers[i]
        if listed[value] == 0:
            values[count] = value
            count += 1
            listed[value] = count
        numbers[i] = listed[value] - 1
    return count


@kernel()
def _place_in_table(value, table, factor, values):  # type: ignore[no-untyped-def]
    """Where an integer is in the table, or the free place where it would be."""
    mask = len(table) - 1
    mixed = np.uint64(value) * factor
    place = np.int64((mixed ^ (mixed >> np.uint64(32))) & np.uint64(mask))
    while table[place] != 0 and values[table[place] - 1] != value:
        place = (place + 1) & mask
    return place


@kernel(nogil=True)
def _number_hashed(integers, table, factor, values, count, numbers):  # type: ignore[no-untyped-def]
    for i in range(len(integers)):
        place = _place_in_table(integers[i], table, factor, values)
        if table[place] == 0:
            values[count] = integers[i]
            count += 1
            table[place] = count
        numbers[i] = table[place] - 1
    return count


@kernel(nogil=True)
def _table_of(values, size, factor):  # type: ignore[no-untyped-def]
    """A table of that size of integers, numbered as they stand."""
    table = np.zeros(size, np.int32)
    for i in range(len(values)):
        table[_place_in_table(values[i], table, factor, values)] = i + 1
    return table


@kernel()
def _parse_integers(data, begins, ends, values):  # type: ignore[no-untyped-def]
    """Read integers of up to 18 digits; False if one is not as Python writes it: "007", "+7", "-0", "seven"."""
    for i in range(len(begins)):
        begin, end = begins[i], ends[i]
        is_negative = data[begin] == 45  # "-"
        first = begin + 1 if is_negative else begin
        if end <= first or end - first > 18 or (data[first] == 48 and (end - first > 1 or is_negative)):
            return False
        value = np.int64(0)
        for j in range(first, end):
            digit = np.int64(data[j]) - 48
            if digit < 0 or digit > 9:
                return False
            value = 10 * value + digit
        values[i] = -value if is_negative else value
    return True
