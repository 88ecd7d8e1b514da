"""Millions of names of nodes as arrays of a file, in the place of a list in JSON."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nx_poincare.io.graphs.numbering import integers_in_text
from nx_poincare.utils.arrays import blocks_of_rows
from nx_poincare.utils.names import DecimalNames, IntegerNames, Names, TextNames, plain_if_few

__all__ = ["LEAST_IN_FILES", "arrays_of_names", "names_of_arrays"]

LEAST_IN_FILES = 2**20  # names
_NUMBERS, _TEXT, _LENGTHS = "name_numbers", "name_text", "name_lengths"
_KINDS = {"integers": IntegerNames, "decimals": DecimalNames}


def arrays_of_names(names: Sequence[Hashable]) -> tuple[str, dict[str, NDArray[Any]]] | None:
    """What kind of names they are and the arrays that hold them; None of few names, and where not all are of a kind.

    Equal names have equal arrays, whatever sequence they are in. ``"integers"`` and ``"decimals"``, which are text,
    are kept as int64, ``"text"`` in UTF-8, one name after another, with the number of bytes of each.
    """
    if len(names) < LEAST_IN_FILES:
        return None
    if isinstance(names, IntegerNames) and not isinstance(names, DecimalNames):
        return "integers", {_NUMBERS: names.values}
    if isinstance(names, DecimalNames):
        return "decimals", {_NUMBERS: names.values}
    if not isinstance(names, TextNames):
        kinds = set(map(type, names))
        if kinds == {int} and all(-(2**63) <= name < 2**63 for name in names):  # type: ignore[operator]
            return "integers", {_NUMBERS: np.array(names, dtype=np.int64)}
        if kinds != {str}:
            return None
        try:
            names = TextNames.of(names)  # type: ignore[arg-type]
        except UnicodeEncodeError:  # half of a character, which JSON has a way to write
            return None
    values = integers_in_text(names.data, names.starts[:-1], names.starts[1:])
    if values is not None:
        return "decimals", {_NUMBERS: values}
    lengths = np.empty(len(names), dtype=np.int32)
    for block in blocks_of_rows(len(names)):
        lengths[block] = np.diff(names.starts[block.start : block.stop + 1])
    return "text", {_TEXT: names.data, _LENGTHS: lengths}


def names_of_arrays(kind: Any, arrays: Mapping[str, NDArray[Any]]) -> Sequence[Hashable]:
    """The names that `arrays_of_names` made arrays of.

    Raises
    ------
    ValueError
        If the kind is unknown, or lengths do not fit the text, or the text is not UTF-8.
    KeyError
        If an array is missing.
    """
    if kind in _KINDS:
        values = arrays[_NUMBERS]
        if values.dtype != np.int64 or values.ndim != 1:
            raise ValueError(f"the array {_NUMBERS!r} is of {values.dtype} and shape {values.shape}, not of int64")
        return plain_if_few(_KINDS[kind](values))
    if kind != "text":
        raise ValueError(f"names are {kind!r}, not integers, decimals or text")
    return plain_if_few(_text_names(arrays[_TEXT], arrays[_LENGTHS]))


def _text_names(data: NDArray[Any], lengths: NDArray[Any]) -> Names:
    if (data.dtype, lengths.dtype, data.ndim, lengths.ndim) != (np.uint8, np.int32, 1, 1):
        raise ValueError(f"the arrays of names are of {data.dtype} and {lengths.dtype}, not of uint8 and int32")
    starts = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=starts[1:])
    if lengths.min(initial=0) < 0 or starts[-1] != len(data):
        raise ValueError("the lengths of names do not add up to their text")
    text = data.tobytes()
    if not text.isascii():
        text.decode("utf-8")
        inside = starts[:-1][starts[:-1] < len(data)]
        if (data[inside] & 0xC0 == 0x80).any():
            raise ValueError("a name begins within a character of UTF-8")
    return TextNames(data, starts)
