"""Node attributes as a page shows them: text, lists of words, numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

__all__ = ["Column", "Value", "columns_of", "value_to_show"]

Value: TypeAlias = str | int | float | list[str] | None
Column: TypeAlias = Sequence[Value]

_LONGEST_VALUE = 4_000  # characters of an attribute that are kept
_LARGEST_WHOLE = 2**53  # JavaScript's numbers are exact up to here


def columns_of(
    data: Mapping[Hashable, Mapping[Any, Any]],
    nodes: Sequence[Hashable],
    wanted: Sequence[Any] | None = None,
    store_as: str | None = "poincare",
) -> dict[str, list[Value]]:
    """Attributes by name, each with a value for every node; those that no node has are left out.

    Unless names are given, those in which an embedding is stored are left out, in the order in which the others appear.
    """
    if wanted is None:
        stored = _names_embed_writes(store_as)
        found = dict.fromkeys(key for node in nodes for key in data[node])
        wanted = [key for key in found if not stored.fullmatch(str(key))]
    columns = {key: [value_to_show(data[node].get(key)) for node in nodes] for key in wanted}
    return {str(key): values for key, values in columns.items() if any(value is not None for value in values)}


def _names_embed_writes(store_as: str | None) -> re.Pattern[str]:
    """Names of the attributes that hold an embedding, also in parts, as files have them."""
    vectors = re.escape(store_as or "poincare")
    return re.compile(rf"pos|level|(poincare|polar|{vectors})(_\d+)?")


def value_to_show(value: Any) -> Value:
    """A number as it is, words as a list, anything else as text.

    Examples
    --------
    >>> [value_to_show(value) for value in (1815, float("nan"), ["car", "auto"], {"b", "a"}, True, [1, 2], [])]
    [1815, 'nan', ['car', 'auto'], ['a', 'b'], 'True', '[1, 2]', None]
    """
    if value is None:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, (list, tuple, set, frozenset)) and all(isinstance(word, str) for word in value):
        return _words(sorted(value) if isinstance(value, (set, frozenset)) else value)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and _is_exact(value):
        return value
    return _cut(str(value))


def _is_exact(number: float) -> bool:
    """Whether JSON and JavaScript have the number."""
    return abs(number) <= _LARGEST_WHOLE if isinstance(number, int) else math.isfinite(number)


def _words(words: Iterable[str]) -> list[str] | None:
    """Words up to the longest text that is kept."""
    kept, left = [], _LONGEST_VALUE
    for word in words:
        if left <= 0:
            break
        kept.append(word[:left])
        left -= len(word)
    return kept or None


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
