"""Calls that follow each other, made by one task: what a task costs is more than what a call of a step does.

How calls are cut into batches depends on how many workers there are, and no result does: sums are added up along the
tree of `nx_poincare.utils.workers.total_of`, as far as a batch holds what belongs together, and from left to right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from nx_poincare.utils.workers import BRANCHES, total_of

__all__ = ["Opaque", "Place", "bounds_of_batches", "called", "called_for_pairs", "joined", "sum_of", "summed"]


class Opaque:
    """A value that Dask does not look into."""

    def __init__(self, value: Any) -> None:
        self.value = value


class Place(NamedTuple):
    """Where the value of an argument is among those that a task gets."""

    number: int
    path: tuple[int, ...]


def bounds_of_batches(calls: int, parts: int) -> list[int]:
    """Where batches of calls begin, and the end of the last: as many as there are parts, or a few more.

    Calls that are added up with each other stay together while there are no more parts than such groups.

    Examples
    --------
    >>> bounds_of_batches(8, 3), bounds_of_batches(64, 3), bounds_of_batches(20, 6)
    ([0, 2, 5, 8], [0, 16, 40, 64], [0, 4, 8, 12, 16, 18, 20])
    """
    group = BRANCHES if calls > BRANCHES else 1
    groups = -(-calls // group)
    if parts <= groups:
        return [min(i * groups // parts * group, calls) for i in range(parts + 1)]
    pieces = min(-(-parts // groups), group)
    bounds = [0]
    for first in range(0, calls, group):
        own = min(group, calls - first)
        bounds += [first + i * own // pieces for i in range(1, pieces + 1)]
    return bounds


def called(function: Callable[..., Any], calls: Opaque, values: list[Any]) -> list[Any]:
    """What a function returns for each of the calls."""
    return [function(*(_value(argument, values) for argument in call)) for call in calls.value]


def called_for_pairs(function: Callable[..., Any], calls: Opaque, values: list[Any]) -> tuple[list[Any], list[Any]]:
    """The first and the second of each pair that a function returns."""
    pairs = called(function, calls, values)
    return [first for first, _ in pairs], [second for _, second in pairs]


def summed(
    function: Callable[..., Any], calls: Opaque, values: list[Any], add: Callable[..., Any], first: int, several: bool
) -> list[tuple[int, Any]]:
    """The parts of a sum that a batch has, by the number of their group; added up where the group begins in it.

    Parameters
    ----------
    function, calls, values
        As in `called`.
    add : callable
    first : int
        Number of the first of the calls.
    several : bool
        Whether there are several groups.
    """
    results = called(function, calls, values)
    found: list[tuple[int, Any]] = []
    numbered = enumerate(results, first)
    for group, own in groupby(numbered, lambda pair: pair[0] // BRANCHES if several else 0):
        members = list(own)
        parts = [part for _, part in members]
        found += [(group, part) for part in ([add(parts)] if members[0][0] == group * BRANCHES else parts)]
    return found


def joined(batches: Iterable[Sequence[tuple[int, Any]]], add: Callable[..., Any]) -> list[tuple[int, Any]]:
    """The sum of each group of which batches have parts, in their order."""
    pairs = [pair for batch in batches for pair in batch]
    return [(group, add([part for _, part in own])) for group, own in groupby(pairs, lambda pair: pair[0])]


def sum_of(batches: Iterable[Sequence[tuple[int, Any]]], add: Callable[..., Any]) -> Any:
    """The sum of all that batches have."""
    sums = [part for _, part in joined(batches, add)]
    return sums[0] if len(sums) == 1 else total_of(sums, add)


def _value(argument: Any, values: list[Any]) -> Any:
    if not isinstance(argument, Place):
        return argument
    found = values[argument.number]
    for step in argument.path:
        found = found[step]
    return found
