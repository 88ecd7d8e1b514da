"""Pickles of known classes as plain data: nothing that a pickle names is called or imported.

A pickle is a program: it names functions, and calls them. Here each name that it may use stands for a class of this
file that only keeps what it is given; any other name is an error, so nothing in a file is ever run. That is the way
that the documentation of `pickle` calls restricting globals.
"""

from __future__ import annotations

import io
import pickle
import pickletools
from typing import Any

import numpy as np

from nx_poincare.utils.arrays import FloatArray

__all__ = ["PlainObject", "RefusedGlobalError", "array_of", "read_pickle"]

_DAMAGED = (  # what the machine of pickles raises for other or damaged files
    pickle.UnpicklingError, EOFError, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError,
    RecursionError, MemoryError, ImportError,
)  # fmt: skip
_FLOATS = ("f2", "f4", "f8")


class RefusedGlobalError(ValueError):
    """A pickle asks for something that it may not have."""


class PlainObject:
    """Stands for an object of any class: keeps the arguments that it is made of, and its state."""

    state: Any = None

    def __init__(self, *arguments: Any) -> None:
        self.arguments = arguments

    def __setstate__(self, state: Any) -> None:
        self.state = state

    @property
    def fields(self) -> dict[str, Any]:
        """Its attributes, if that is what its state consists of."""
        return self.state if isinstance(self.state, dict) else {}


class _Mapping(dict[Any, Any]):
    """Stands for subclasses of dict, whose pickles pass the content, or a factory and then the items."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(arguments[0] if arguments and isinstance(arguments[0], dict | list) else ())


class _Bytes(bytes):
    """Stands for ``codecs.encode``, by which old pickles write bytes as text."""

    def __new__(cls, text: str = "", encoding: str = "latin1") -> _Bytes:
        return super().__new__(cls, text.encode("latin1"))


_STANDS_FOR: dict[tuple[str, str], type] = {
    ("builtins", "set"): set,
    ("builtins", "frozenset"): frozenset,
    ("__builtin__", "set"): set,  # as protocol 2 calls it
    ("__builtin__", "frozenset"): frozenset,
    ("collections", "OrderedDict"): _Mapping,
    ("collections", "defaultdict"): _Mapping,
    ("collections", "Counter"): _Mapping,
    ("_codecs", "encode"): _Bytes,
    **{("numpy", name): PlainObject for name in ("ndarray", "dtype", "float16", "float32", "float64")},
    **{
        (f"numpy.{core}.{module}", name): PlainObject
        for core in ("core", "_core")
        for module, name in (("multiarray", "_reconstruct"), ("multiarray", "scalar"), ("numeric", "_frombuffer"))
    },
}


class _PlainUnpickler(pickle.Unpickler):
    def __init__(self, stream: io.BytesIO, packages: tuple[str, ...]) -> None:
        super().__init__(stream)
        self._packages = packages

    def find_class(self, module: str, name: str) -> type:
        known = _STANDS_FOR.get((module, name))
        if known is not None:
            return known
        if f"{module}.".startswith(self._packages):
            return type(name, (PlainObject,), {})
        raise RefusedGlobalError(f"{module}.{name}")

    def persistent_load(self, pid: Any) -> Any:
        raise RefusedGlobalError(f"the object {pid!r} of another file")


def read_pickle(content: bytes, packages: tuple[str, ...]) -> Any:
    """What a pickle holds, with a `PlainObject` for each object of a class.

    Parameters
    ----------
    content : bytes
    packages : tuple of str
        What all names may begin with, such as ``"gensim."``, besides NumPy's arrays and the containers of Python.
        Nothing is imported from there.

    Raises
    ------
    RefusedGlobalError
        With the name that the pickle asks for, if it is none of those.
    ValueError
        If the pickle is damaged.

    Examples
    --------
    >>> read_pickle(pickle.dumps({"a": [1, 2.5]}), ())
    {'a': [1, 2.5]}
    >>> read_pickle(pickle.dumps(print), ())
    Traceback (most recent call last):
        ...
    nx_poincare.io.vectors.pickles.RefusedGlobalError: builtins.print
    """
    try:
        _check_places(content)
        return _PlainUnpickler(io.BytesIO(content), packages).load()
    except RefusedGlobalError:
        raise
    except _DAMAGED as error:
        raise ValueError(f"not a pickle, or damaged: {error or type(error).__name__}") from error


def _check_places(content: bytes) -> None:
    """Refuse places of remembered objects that no pickle of so many bytes needs: a list as long would be made."""
    for code, place, _ in pickletools.genops(content):
        if code.name in ("PUT", "BINPUT", "LONG_BINPUT") and isinstance(place, int) and place > len(content):
            raise ValueError(f"an object is remembered at place {place}")


def array_of(value: Any) -> FloatArray:
    """The numbers of what stands for an array of NumPy.

    Raises
    ------
    ValueError
        If it is no array of floating numbers, or its parts do not fit.

    Examples
    --------
    >>> array_of(read_pickle(pickle.dumps(np.array([[0.5, 0.25]])), ()))
    array([[0.5 , 0.25]])
    """
    try:
        if isinstance(value.state, tuple):
            _, shape, kind, by_columns, content = value.state
        else:  # pickled by protocol 5
            content, kind, shape, order = value.arguments
            by_columns = order == "F"
        name, byte_order = kind.arguments[0], kind.state[1] if kind.state else "="
        if name not in _FLOATS:
            raise ValueError(f"an array of the type {name!r}")
        numbers = np.frombuffer(content, dtype=np.dtype(name).newbyteorder("=" if byte_order == "|" else byte_order))
        return numbers.reshape(shape, order="F" if by_columns else "C").astype(np.float64)
    except (AttributeError, TypeError, IndexError, ValueError) as error:
        raise ValueError(f"not an array of floating numbers: {error}") from error
