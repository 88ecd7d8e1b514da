"""Where work is done: on threads of this process, or elsewhere, in the same parts and with the same sums."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, NamedTuple, Protocol, TypeVar

__all__ = ["BRANCHES", "ONE_THREAD", "Kept", "Threads", "Workers", "WorkersLostError", "total_of"]

_Result = TypeVar("_Result")

BRANCHES = 8  # of a tree of sums


class WorkersLostError(ConnectionError):
    """Workers elsewhere cannot do the work, or not any more."""


class Kept(Protocol):
    """A value that stays where work is done, and may be an argument of it."""


class Workers(Protocol):
    """What calls functions of arrays, several at once: what they return does not depend on where, or on how many.

    Functions and arguments can be pickled. An argument may be `Kept`; the function gets its value, which it does not
    change.
    """

    def held(self) -> AbstractContextManager[None]:
        """A context for many calls in a row."""

    def keep(self, value: Any, *, briefly: bool = False) -> Any:
        """Bring a value to where work is done, once for many calls: as an argument, what is returned stands for it.

        What is kept briefly, for the next calls only, may also be sent along with each of them.
        """

    def results(self, function: Callable[..., _Result], calls: Iterable[tuple[Any, ...]]) -> Iterator[_Result]:
        """What a function returns for each tuple of arguments, in their order.

        Calls that have not begun are left out where whoever asks for the results stops, or is interrupted.
        """

    def kept_results(
        self, function: Callable[..., tuple[Any, Any]], calls: Iterable[tuple[Any, ...]]
    ) -> list[tuple[Kept, Any]]:
        """Of the pairs that a function returns, the first stays where it is and the second is brought here."""

    def total(
        self,
        function: Callable[..., _Result],
        calls: Iterable[tuple[Any, ...]],
        add: Callable[[list[_Result]], _Result],
    ) -> _Result:
        """The sum of what a function returns, by `total_of`.

        Sums are formed from left to right: ``add([add(some), *others])`` is ``add([*some, *others])``.
        """


def total_of(parts: list[Any], add: Callable[[list[Any]], Any]) -> Any:
    """The sum of parts by a tree with eight branches, whose shape depends on their number alone.

    Parameters
    ----------
    parts : list
        At least one.
    add : callable
        Takes a list of parts and returns their sum.

    Examples
    --------
    >>> total_of([[number] for number in range(10)], lambda lists: [lists])
    [[[[[0], [1], [2], [3], [4], [5], [6], [7]]], [[[8], [9]]]]]
    """
    while len(parts) > BRANCHES:
        parts = [add(parts[first : first + BRANCHES]) for first in range(0, len(parts), BRANCHES)]
    return add(parts)


class _KeptHere(NamedTuple):
    value: Any


class Threads:
    """Workers that are threads of this process; one is that of the caller.

    Parameters
    ----------
    n_jobs : int
        How many. A signal can find a pool of threads with a lock of its own taken, and its end then waits for ever, so
        there is none where one thread is enough.

    Examples
    --------
    >>> workers = Threads(2)
    >>> list(workers.results(len, [("a",), ("bc",)])), workers.total(len, [("a",), ("bc",)], sum)
    ([1, 2], 3)
    """

    def __init__(self, n_jobs: int) -> None:
        self.n_jobs = n_jobs
        self._pool: ThreadPoolExecutor | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Start threads once for all calls within."""
        if self.n_jobs == 1:
            yield
            return
        with ThreadPoolExecutor(self.n_jobs) as self._pool:
            try:
                yield
            finally:
                self._pool = None

    def keep(self, value: Any, *, briefly: bool = False) -> Any:
        """The value, which is here."""
        return _KeptHere(value)

    def results(self, function: Callable[..., _Result], calls: Iterable[tuple[Any, ...]]) -> Iterator[_Result]:
        """See `Workers`."""
        if self.n_jobs == 1:
            for call in calls:
                yield function(*_values(call))
            return
        own = ThreadPoolExecutor(self.n_jobs) if self._pool is None else nullcontext(self._pool)
        with own as pool:
            waiting: deque[Future[_Result]] = deque(pool.submit(function, *_values(call)) for call in calls)
            try:
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for task in waiting:
                    task.cancel()

    def kept_results(
        self, function: Callable[..., tuple[Any, Any]], calls: Iterable[tuple[Any, ...]]
    ) -> list[tuple[Kept, Any]]:
        """See `Workers`."""
        return [(_KeptHere(kept), brought) for kept, brought in self.results(function, calls)]

    def total(
        self,
        function: Callable[..., _Result],
        calls: Iterable[tuple[Any, ...]],
        add: Callable[[list[_Result]], _Result],
    ) -> _Result:
        """See `Workers`."""
        found: _Result = total_of(list(self.results(function, calls)), add)
        return found


ONE_THREAD = Threads(1)


def _values(call: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(argument.value if isinstance(argument, _KeptHere) else argument for argument in call)
