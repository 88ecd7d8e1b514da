"""Names for the types of arrays that modules pass to each other, and arrays that stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["BoolArray", "FloatArray", "IntArray", "is_kept", "read_only", "with_read_only_arrays"]

BoolArray: TypeAlias = NDArray[np.bool_]
FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]


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
