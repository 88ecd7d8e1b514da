"""Names of nodes in arrays: sequences that read as the tuples they stand for, without an object for each name.

A name of a few letters takes some sixty bytes as a Python object, as much again in a dictionary. Millions of them are
kept as integers of eight bytes, or as UTF-8 text one after another, as Arrow keeps it; objects are made where names are
asked for. Few names are an ordinary tuple, which answers faster.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Self, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nx_poincare.utils.arrays import IntArray, read_only
from nx_poincare.utils.cached import cached_property
from nx_poincare.utils.name_positions import IntegerPositions, NamePositions, TextPositions

__all__ = [
    "LEAST_IN_ARRAYS",
    "DecimalNames",
    "IntegerNames",
    "Names",
    "TextNames",
    "as_names",
    "plain_if_few",
    "positions_of",
]

LEAST_IN_ARRAYS = 2**18  # names; fewer are a tuple
_BLOCK = 2**14  # names that become objects at once


class Names(Sequence[Hashable]):
    """Names that are equal to a tuple of them, and have its hash and text; read-only.

    `positions` is the mapping from a name to its place. Names whose ``distinct`` is True are known to be so.
    """

    _arrays: tuple[str, ...] = ()

    def __init__(self, *, distinct: bool | None = None) -> None:
        self._distinct = distinct

    @abstractmethod
    def part(self, rows: slice | IntArray) -> Self:
        """The names in some rows, in arrays too."""

    @abstractmethod
    def _objects(self) -> list[Hashable]:
        """All names as objects; called for few of them."""

    @abstractmethod
    def _make_positions(self) -> NamePositions:
        """The mapping that `positions` keeps."""

    @cached_property
    def positions(self) -> NamePositions:
        """The place of each name; of names that are not distinct, one of them."""
        return self._make_positions()

    @abstractmethod
    def has_any(self, words: Collection[str]) -> bool:
        """Whether one of some words is a name, without making `positions`."""

    @property
    def are_distinct(self) -> bool:
        """Whether no name comes twice."""
        if self._distinct is None:
            self._distinct = len(self.positions) == len(self)
        return self._distinct

    @overload
    def __getitem__(self, place: int) -> Hashable: ...
    @overload
    def __getitem__(self, place: slice) -> Self: ...
    def __getitem__(self, place: int | slice) -> Hashable | Self:
        if isinstance(place, slice):
            return self.part(place)
        at = range(len(self))[place]  # with the errors of sequences
        return self.part(slice(at, at + 1))._objects()[0]

    def __iter__(self) -> Iterator[Hashable]:
        for first in range(0, len(self), _BLOCK):
            yield from self.part(slice(first, first + _BLOCK))._objects()

    def __reversed__(self) -> Iterator[Hashable]:
        for first in reversed(range(0, len(self), _BLOCK)):
            yield from reversed(self.part(slice(first, first + _BLOCK))._objects())

    def __contains__(self, name: object) -> bool:
        return name in self.positions

    def index(self, name: Any, start: int = 0, stop: int | None = None) -> int:
        """The first place of a name between two places, as `tuple.index` has it."""
        if self.are_distinct and (place := self.positions.get(name)) is not None:
            if place in range(len(self))[start:stop]:
                return place
            raise ValueError(f"{name!r} is not in the names")
        return tuple(self).index(name, start, len(self) if stop is None else stop)

    def count(self, name: Any) -> int:
        """How often a name comes."""
        return int(name in self) if self.are_distinct else tuple(self).count(name)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, (tuple, Names)):
            return NotImplemented
        if len(self) != len(other):
            return False
        if type(self) is type(other):
            return all(np.array_equal(getattr(self, name), getattr(other, name)) for name in self._arrays)
        return all(own == its for own, its in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __add__(self, other: Any) -> tuple[Hashable, ...]:
        return tuple(self) + tuple(other) if isinstance(other, (tuple, Names)) else NotImplemented

    def __radd__(self, other: Any) -> tuple[Hashable, ...]:
        return other + tuple(self) if isinstance(other, tuple) else NotImplemented

    def __repr__(self) -> str:
        return repr(tuple(self))

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "positions"}  # made again if asked for

    def __setstate__(self, state: dict[str, Any]) -> None:
        frozen = {name: read_only(value) for name, value in state.items() if name in self._arrays}
        self.__dict__.update(state | frozen)


class IntegerNames(Names):
    """Names that are integers.

    Parameters
    ----------
    values : array_like of int64, shape (n,)
        Kept as it is, not copied.
    distinct : bool, optional
        Whether no name comes twice; default: found out when asked for.

    Examples
    --------
    >>> names = IntegerNames([7, 0, 12])
    >>> names, names == (7, 0, 12), names.positions[12]
    ((7, 0, 12), True, 2)
    """

    _arrays = ("values",)

    def __init__(self, values: ArrayLike, *, distinct: bool | None = None) -> None:
        super().__init__(distinct=distinct)
        self.values: IntArray = read_only(np.asarray(values, dtype=np.int64))

    def __len__(self) -> int:
        return len(self.values)

    def part(self, rows: slice | IntArray) -> Self:
        return type(self)(self.values[rows], distinct=self._distinct or None)

    def _objects(self) -> list[Hashable]:
        return self.values.tolist()

    def _make_positions(self) -> NamePositions:
        return IntegerPositions(self, self.values, _whole_number)

    def has_any(self, words: Collection[str]) -> bool:
        return False


class DecimalNames(IntegerNames):
    """Names that are text, all of it integers as Python writes them: ``"12"``, ``"-3"``, not ``"007"``.

    Examples
    --------
    >>> names = DecimalNames([7, 12])
    >>> names, 12 in names, "12" in names, "012" in names
    (('7', '12'), False, True, False)
    """

    def _objects(self) -> list[Hashable]:
        return list(map(str, self.values.tolist()))

    def _make_positions(self) -> NamePositions:
        return IntegerPositions(self, self.values, _number_of_decimal)

    def has_any(self, words: Collection[str]) -> bool:
        numbers = [number for word in words if (number := _number_of_decimal(word)) is not None]
        return bool(np.isin(self.values, numbers).any()) if numbers else False


class TextNames(Names):
    """Names that are text.

    Parameters
    ----------
    data : ndarray of uint8
        Names in UTF-8, one after another; kept as it is, not copied.
    starts : ndarray of int64, shape (n + 1,)
        Name i is ``data[starts[i]:starts[i + 1]]``.
    distinct : bool, optional
        Whether no name comes twice; default: found out when asked for.

    Examples
    --------
    >>> names = TextNames.of(["dog", "höst"])
    >>> names[1], names == ("dog", "höst"), names.positions["dog"], "cat" in names
    ('höst', True, 0, False)
    """

    _arrays = ("data", "starts")

    def __init__(self, data: NDArray[np.uint8], starts: IntArray, *, distinct: bool | None = None) -> None:
        super().__init__(distinct=distinct)
        self.data = read_only(data)
        self.starts = read_only(starts)

    @classmethod
    def of(cls, names: Iterable[str], *, distinct: bool | None = None) -> Self:
        """Text as objects, in arrays."""
        encoded = [name.encode() for name in names]
        starts = np.zeros(len(encoded) + 1, dtype=np.int64)
        np.cumsum([len(name) for name in encoded], out=starts[1:])
        return cls(np.frombuffer(b"".join(encoded), dtype=np.uint8), starts, distinct=distinct)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def part(self, rows: slice | IntArray) -> Self:
        if isinstance(rows, slice):
            first, end, step = rows.indices(len(self))
            if step == 1:
                starts = self.starts[first : max(first, end) + 1]
                return type(self)(
                    self.data[starts[0] : starts[-1]], starts - starts[0], distinct=self._distinct or None
                )
            rows = np.arange(first, end, step)
        lengths = np.diff(self.starts)[rows]
        starts = np.zeros(len(lengths) + 1, dtype=np.int64)
        np.cumsum(lengths, out=starts[1:])
        places = np.arange(starts[-1]) + np.repeat(self.starts[:-1][rows] - starts[:-1], lengths)
        return type(self)(self.data[places], starts, distinct=self._distinct or None)

    def _objects(self) -> list[Hashable]:
        content, places = self.data.tobytes(), self.starts.tolist()
        ends = pairwise(places)
        if content.isascii():
            text = content.decode("ascii")
            return [text[first:end] for first, end in ends]
        return [content[first:end].decode() for first, end in ends]

    def _make_positions(self) -> NamePositions:
        return TextPositions(self, self.data, self.starts)

    def has_any(self, words: Collection[str]) -> bool:
        lengths = {len(word.encode()) for word in words}
        rows = np.flatnonzero(np.isin(np.diff(self.starts), list(lengths)))
        return not set(words).isdisjoint(self.part(rows))


def as_names(nodes: Iterable[Hashable]) -> tuple[Hashable, ...] | Names:
    """Names in arrays as they are, many integers of a range or an array in an array, all others as a tuple.

    Examples
    --------
    >>> as_names("ab"), type(as_names(range(10**6)))
    (('a', 'b'), <class 'nx_poincare.utils.names.IntegerNames'>)
    """
    if isinstance(nodes, Names):
        return nodes
    if isinstance(nodes, range) and len(nodes) >= LEAST_IN_ARRAYS:
        return IntegerNames(np.arange(nodes.start, nodes.stop, nodes.step, dtype=np.int64), distinct=True)
    if isinstance(nodes, np.ndarray) and nodes.ndim == 1 and len(nodes) >= LEAST_IN_ARRAYS and nodes.dtype.kind in "iu":
        values = nodes.astype(np.int64)
        if nodes.dtype.kind == "i" or np.array_equal(values, nodes):
            return IntegerNames(values)
    return tuple(nodes)


def plain_if_few(names: Names) -> Sequence[Hashable]:
    """A list of names where there are few, which answers faster."""
    return names if len(names) >= LEAST_IN_ARRAYS else list(names)


def positions_of(names: Sequence[Hashable]) -> Mapping[Hashable, int]:
    """The place of each name, in a read-only mapping.

    Examples
    --------
    >>> positions_of(("a", "b"))["b"]
    1
    """
    if isinstance(names, Names):
        return names.positions
    return MappingProxyType({name: i for i, name in enumerate(names)})


def _whole_number(name: Hashable) -> int | None:
    """The integer that something is equal to, as a key of a dictionary is: 2, 2.0, True."""
    if type(name) is int:
        return name
    hash(name)  # or a TypeError
    try:
        whole = int(name.real if isinstance(name, complex) else name)  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError):
        return None
    return whole if whole == name else None


def _number_of_decimal(name: Hashable) -> int | None:
    """The integer that text is, as Python would write it."""
    hash(name)  # or a TypeError
    if not isinstance(name, str) or not name.isascii() or len(name) > 20:
        return None
    try:
        whole = int(name)
    except ValueError:
        return None
    return whole if str(whole) == name else None
