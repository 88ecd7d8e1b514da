"""Texts in arrays numbered in the order in which they first appear: kernels of a hash table with open addressing.

An entry of the table is 0 where it is free, else the hash of a text in its upper 32 bits and the text's number plus 1
in the lower ones. Hashes start from a seed that nobody knows in advance, so that no file can be made to collide;
numbers do not depend on it.
"""

from __future__ import annotations

import secrets

import numpy as np

from nx_poincare.utils.compiled import kernel

__all__ = ["find_texts", "hash_seed", "moved_entries", "number_texts", "size_of_table"]

_NUMBER = np.int64(2**32 - 1)


def hash_seed() -> np.uint64:
    """Where hashes start, another one for each table."""
    return np.uint64(secrets.randbits(64))


def size_of_table(texts: int) -> int:
    """A power of two, of which at most two thirds are entries.

    Examples
    --------
    >>> size_of_table(100)
    256
    """
    return max(1 << (texts * 3 // 2).bit_length(), 16)


@kernel()
def _hash_of(data, begin, end, seed):  # type: ignore[no-untyped-def]
    """32 bits of the hash of Fowler, Noll and Vo, mixed as MurmurHash3 ends."""
    value = seed
    for i in range(begin, end):
        value = (value ^ np.uint64(data[i])) * np.uint64(0x100000001B3)
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xFF51AFD7ED558CCD)
    value ^= value >> np.uint64(33)
    return np.int64(value & np.uint64(0x7FFFFFFF))


@kernel()
def _entry_of(data, begin, end, hashed, table, known, starts):  # type: ignore[no-untyped-def]
    """The place in the table of a text, or the free one where it would be."""
    mask = len(table) - 1
    place = hashed & mask
    while table[place] != 0:
        if table[place] >> 32 == hashed:
            first = starts[(table[place] & _NUMBER) - 1]
            last = starts[table[place] & _NUMBER]
            if last - first == end - begin:
                i = 0
                while i < end - begin and known[first + i] == data[begin + i]:
                    i += 1
                if i == end - begin:
                    break
        place = (place + 1) & mask
    return place


@kernel(nogil=True)
def number_texts(data, begins, ends, seed, table, known, starts, count, numbers):  # type: ignore[no-untyped-def]
    """Write the number of each text ``data[begins[i]:ends[i]]``; new ones are appended to those known, now so many."""
    for i in range(len(begins)):
        begin, end = begins[i], ends[i]
        hashed = _hash_of(data, begin, end, seed)
        place = _entry_of(data, begin, end, hashed, table, known, starts)
        if table[place] == 0:
            first = starts[count]
            for j in range(end - begin):
                known[first + j] = data[begin + j]
            count += 1
            starts[count] = first + end - begin
            table[place] = hashed << 32 | count
        numbers[i] = (table[place] & _NUMBER) - 1
    return count


@kernel()
def find_texts(data, begins, ends, seed, table, known, starts):  # type: ignore[no-untyped-def]
    """The number of each text, -1 for those that are not known."""
    found = np.full(len(begins), -1, np.int64)
    for i in range(len(begins)):
        place = _entry_of(data, begins[i], ends[i], _hash_of(data, begins[i], ends[i], seed), table, known, starts)
        found[i] = (table[place] & _NUMBER) - 1
    return found


@kernel(nogil=True)
def moved_entries(table, size):  # type: ignore[no-untyped-def]
    """The same entries in a table of another size."""
    larger = np.zeros(size, np.int64)
    mask = size - 1
    for entry in table:
        if entry != 0:
            place = (entry >> 32) & mask
            while larger[place] != 0:
                place = (place + 1) & mask
            larger[place] = entry
    return larger
