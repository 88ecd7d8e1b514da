"""Names for the types of arrays that modules pass to each other, and arrays that stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "NARROW_FROM",
    "BoolArray",
    "FloatArray",
    "IntArray",
    "NumbersOfRows",
    "Widened",
    "blocks_of_rows",
    "index_type",
    "is_kept",
    "own_and_read_only",
    "read_only",
    "widened",
    "with_attributes",
    "with_read_only_arrays",
]

BoolArray: TypeAlias = NDArray[np.bool_]
FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]  # or int32, of indices that `index_type` says so of

NARROW_FROM = 2**19  # nodes; kernels are compiled for both types, and small graphs shall wait for one only
_ROWS = 2**18
_Class = TypeVar("_Class", bound=type)


def index_type(nodes: int, most: int = 0) -> Any:
    """The type of arrays of indices and counts of so many nodes, up to ``most``, where that is more.

    int32 where there are very many nodes and it suffices: half of the memory, and of the traffic of loops.

    Examples
    --------
    >>> index_type(1000), index_type(10**7), index_type(10**7, 2**31)
    (<class 'numpy.int64'>, <class 'numpy.int32'>, <class 'numpy.int64'>)
    """
    return np.int32 if nodes >= NARROW_FROM and max(nodes, most) < 2**31 else np.int64


def blocks_of_rows(rows: int, size: int = _ROWS) -> Iterator[slice]:
    """Slices of so many rows, for work on long arrays whose intermediate results shall not be as long.

    Examples
    --------
    >>> list(blocks_of_rows(5, 2))
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    return (slice(first, min(first + size, rows)) for first in range(0, rows, size))


def widened(array: NDArray[Any]) -> IntArray:
    """As int64: the array itself, or a read-only copy."""
    return array if array.dtype == np.int64 else read_only(array.astype(np.int64))


class Widened:
    """An attribute that may be kept as int32 and reads as read-only int64, so that sums and products fit.

    Examples
    --------
    >>> class Edges:
    ...     ends = Widened()
    >>> edges = Edges()
    >>> edges.ends = np.arange(3, dtype=np.int32)
    >>> edges.ends.dtype, Edges.ends.kept(edges).dtype
    (dtype('int64'), dtype('int32'))
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        kept = self.kept(instance)
        return None if kept is None else widened(kept)

    def __set__(self, instance: Any, value: NDArray[Any] | None) -> None:
        instance.__dict__[self._name] = value

    def kept(self, instance: Any) -> Any:
        """The array as it is kept."""
        try:
            return instance.__dict__[self._name]
        except KeyError:
            raise AttributeError(f"{type(instance).__name__!r} object has no attribute {self._name!r}") from None


class NumbersOfRows(Widened):
    """An attribute of which None is kept where it is 0, 1, ... of an object with so many rows."""

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        found = super().__get__(instance, owner)
        return read_only(np.arange(len(instance))) if found is None else found


def with_attributes(**attributes: Widened) -> Callable[[_Class], _Class]:
    """A decorator of a dataclass whose fields are kept as these say."""

    def with_them(decorated: _Class) -> _Class:
        for name, attribute in attributes.items():
            attribute.__set_name__(decorated, name)
            setattr(decorated, name, attribute)
        return decorated

    return with_them


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """The same numbers, which cannot be written through the result: compiled loops trust indices and check none.

    Examples
    --------
    >>> read_only(np.arange(3))[0] = 1
    Traceback (most recent call last):
        ...
    ValueError: assignment destination is read-only
    """
    if not array.flags.writeable:
        return array
    view = array.view()
    view.flags.writeable = False
    return view


def is_kept(array: NDArray[Any]) -> bool:
    """Whether nobody can write the numbers, so that they are shared and not copied.

    Examples
    --------
    >>> is_kept(np.arange(3)), is_kept(read_only(np.arange(3)))
    (False, False)
    """
    flags = array.flags
    return bool(type(array) is np.ndarray and flags.owndata and flags.c_contiguous and not flags.writeable)


def own_and_read_only(array: NDArray[Any]) -> NDArray[Any]:
    """An array of which `is_kept` holds: a new one itself, or a copy where it is a view or was made by a kernel."""
    own = array if array.flags.owndata and array.flags.c_contiguous else array.copy()
    own.flags.writeable = False
    return own


def with_read_only_arrays(state: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of an object with their arrays read-only, those in tuples too; pickles do not keep the flag.

    Examples
    --------
    >>> with_read_only_arrays({"a": np.arange(3), "b": 1})["a"].flags.writeable
    False
    """
    return {name: _frozen(value) for name, value in state.items()}


def _frozen(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return read_only(value)
    if type(value) is tuple and value and all(isinstance(one, np.ndarray) for one in value):
        return tuple(map(read_only, value))
    return value
