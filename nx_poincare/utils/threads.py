"""Work in parts, on several threads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

__all__ = ["results_in_order"]

_Part = TypeVar("_Part")
_Result = TypeVar("_Result")


def results_in_order(function: Callable[[_Part], _Result], parts: Iterable[_Part], n_jobs: int) -> Iterator[_Result]:
    """What a function makes of each part, in their order, on so many threads.

    Parts that have not begun are left out where whoever asks for the results stops, or is interrupted.

    Examples
    --------
    >>> list(results_in_order(len, ["a", "bc"], n_jobs=2))
    [1, 2]
    """
    with ThreadPoolExecutor(n_jobs) as pool:
        tasks = [pool.submit(function, part) for part in parts]
        try:
            for task in tasks:
                yield task.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
