"""Models that gensim saved: a pickle, of which nothing is run, and beside it the arrays that are too large for it."""

from __future__ import annotations

import os
from collections.abc import Hashable
from typing import Any

from nx_poincare.io.arrays import DEFAULT_MAX_BYTES, ArrayFileError, read_array
from nx_poincare.io.content import read_all
from nx_poincare.io.streams import GraphFileError, name_of
from nx_poincare.io.vectors.pickles import PlainObject, RefusedGlobalError, array_of, read_pickle
from nx_poincare.utils.arrays import FloatArray

__all__ = ["read_gensim_model"]

_PACKAGES = ("gensim.", "numpy.random.")  # a model keeps the state of its random numbers


def read_gensim_model(
    path: str | os.PathLike[str], *, max_bytes: int = DEFAULT_MAX_BYTES
) -> tuple[list[Hashable], FloatArray]:
    """Keys and vectors of a PoincareModel or KeyedVectors of gensim, as ``save`` wrote them.

    Neither gensim nor anything that the file names is imported or called.

    Parameters
    ----------
    path : path
        Large arrays are in files beside it, ``path.vectors.npy`` or ``path.kv.vectors.npy``.
    max_bytes : int, default 2**30
        Of each file.

    Raises
    ------
    GraphFileError
        Naming the file, if it asks for anything but arrays, plain containers and classes of gensim, is damaged, or
        holds no vectors under names.
    """
    name = name_of(path)
    try:
        model = read_pickle(read_all(path, max_bytes=max_bytes), _PACKAGES)
    except RefusedGlobalError as error:
        raise GraphFileError(
            name, None, f"is refused: it asks for {error}, and nothing that a model of gensim does not need is run"
        ) from error
    except GraphFileError:
        raise
    except ValueError as error:
        raise GraphFileError(name, None, f"is not a model that gensim saved: {error}") from error
    fields, place = _fields(model), name
    if "kv" in fields:
        fields, place = _fields(fields["kv"]), f"{name}.kv"
    keys = fields.get("index_to_key", fields.get("index2word"))  # the latter before gensim 4
    if not isinstance(keys, list):
        raise GraphFileError(name, None, "is a pickle, but not of a PoincareModel or KeyedVectors of gensim")
    return keys, _vectors(fields, name, f"{place}.vectors.npy", max_bytes)


def _vectors(fields: dict[str, Any], name: str, beside: str, max_bytes: int) -> FloatArray:
    try:
        if "vectors" not in (fields.get("__numpys") or ()):
            return array_of(fields.get("vectors"))
        return read_array(read_all(beside, max_bytes=max_bytes), beside).astype("f8", casting="safe")
    except FileNotFoundError as error:
        raise GraphFileError(name, None, f"keeps its vectors in {beside}, which is not there") from error
    except (ArrayFileError, TypeError) as error:
        raise GraphFileError(beside, None, str(error)) from error
    except GraphFileError:
        raise
    except ValueError as error:
        raise GraphFileError(name, None, f"has vectors that are {error}") from error


def _fields(model: Any) -> dict[str, Any]:
    return model.fields if isinstance(model, PlainObject) else {}
