"""Sorting and searching inside kernels, by loops that compile in a fraction of the time of numpy's."""

from __future__ import annotations

import numpy as np

from nx_poincare.utils.compiled import kernel

__all__ = ["first_not_below", "sort_by_key", "sort_nearly_sorted"]

_RUN = 24  # so many are sorted by insertion
_MOST_MOVES = 16  # a key, before sorting by insertion is given up


@kernel(work=lambda keys, *_: 8 * len(keys))
def sort_by_key(keys, items):  # type: ignore[no-untyped-def]
    """Sort keys, ascending, and items with them, in place; items of equal keys keep their order."""
    n = len(keys)
    for first in range(0, n, _RUN):
        for i in range(first + 1, min(first + _RUN, n)):
            key, item = keys[i], items[i]
            j = i
            while j > first and keys[j - 1] > key:
                keys[j], items[j] = keys[j - 1], items[j - 1]
                j -= 1
            keys[j], items[j] = key, item
    if n <= _RUN:
        return
    merged_keys, merged_items = np.empty_like(keys), np.empty_like(items)
    size = _RUN
    while size < n:
        for first in range(0, n, 2 * size):
            left, middle, end = first, min(first + size, n), min(first + 2 * size, n)
            right = middle
            for i in range(first, end):
                if right == end or (left < middle and keys[left] <= keys[right]):
                    merged_keys[i], merged_items[i] = keys[left], items[left]
                    left += 1
                else:
                    merged_keys[i], merged_items[i] = keys[right], items[right]
                    right += 1
        for i in range(n):
            keys[i], items[i] = merged_keys[i], merged_items[i]
        size *= 2


@kernel()
def sort_nearly_sorted(keys, items):  # type: ignore[no-untyped-def]
    """Sort keys, ascending, and items with them, in place, by insertion or, if that takes too long, by merging; returns
    how many steps it took."""
    moves = 0
    for i in range(1, len(keys)):
        key = keys[i]
        if keys[i - 1] <= key:
            continue
        item = items[i]
        j = i
        while j > 0 and keys[j - 1] > key:
            keys[j] = keys[j - 1]
            items[j] = items[j - 1]
            j -= 1
        keys[j] = key
        items[j] = item
        moves += i - j
        if moves > _MOST_MOVES * len(keys):
            sort_by_key(keys, items)
            return moves + _MOST_MOVES * len(keys)
    return moves


@kernel(work=lambda *_: 20)
def first_not_below(ascending, low, high, value):  # type: ignore[no-untyped-def]
    """The first place from low on where an ascending array is not below a value; high if there is none before it."""
    while low < high:
        middle = (low + high) // 2
        if ascending[middle] >= value:
            high = middle
        else:
            low = middle + 1
    return low
