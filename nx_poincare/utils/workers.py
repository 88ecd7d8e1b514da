"""Where work is done: on threads of this process, or elsewhere, in the same parts and with the same sums."""

from __future__ import annotations

from _thread import start_new_thread
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from queue import SimpleQueue
from typing import Any, NamedTuple, Protocol, TypeVar

__all__ = ["BRANCHES", "ONE_THREAD", "Kept", "Threads", "Workers", "WorkersLostError", "total_of"]

_Result = TypeVar("_Result")

BRANCHES = 8  # of a tree of sums
_TASKS_PER_THREAD = 4  # that wait at once, so that no more results than these are in memory


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

    def kept_tuples(
        self, function: Callable[..., tuple[Any, ...]], calls: Iterable[tuple[Any, ...]], size: int
    ) -> list[tuple[Kept, ...]]:
        """All values of the tuples of a size that a function returns stay where they are; they may not be there yet.

        Neighbouring calls should be made at the same place, so that little moves where the next calls have arguments of
        neighbours. An error of a call comes up where values are brought.
        """

    def brought(self, kept: Iterable[Kept]) -> list[Any]:
        """Values that are kept, brought here."""

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


class _Task(NamedTuple):
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    answer: SimpleQueue[tuple[Any, BaseException | None]]
    is_called_off: list[None]  # not empty if it is


class _Pool:
    """Threads that do tasks in their order.

    A signal may raise an exception between any two steps of the caller's thread. All that they share with it is
    therefore in queues whose steps are one each: the locks of `concurrent.futures` were left taken now and then, and
    the end of the pool waited for ever.
    """

    def __init__(self, n_threads: int) -> None:
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._ended: SimpleQueue[None] = SimpleQueue()
        self._started = 0
        self._n_threads = n_threads

    def __enter__(self) -> _Pool:
        return self

    def __exit__(self, *_: object) -> None:
        """Wait for what has begun."""
        try:
            self._tasks.put(None)
            while self._started:
                self._ended.get()
                self._started -= 1
        finally:
            self._tasks.put(None)  # also where a signal came before the first one

    def results(self, function: Callable[..., _Result], calls: Iterable[tuple[Any, ...]]) -> Iterator[_Result]:
        """What a function returns for each call, in their order; those that have not begun can be called off."""
        is_called_off: list[None] = []
        waiting: deque[_Task] = deque()
        try:
            for call in calls:
                waiting.append(_Task(function, _values(call), SimpleQueue(), is_called_off))
                self._tasks.put(waiting[-1])
                self._start_threads()
                if len(waiting) > _TASKS_PER_THREAD * self._n_threads:
                    yield _outcome(waiting.popleft())
            while waiting:
                yield _outcome(waiting.popleft())
        finally:
            is_called_off.append(None)

    def _start_threads(self) -> None:
        while self._started < self._n_threads:
            self._started += 1
            start_new_thread(_do_tasks, (self._tasks, self._ended))


def _outcome(task: _Task) -> Any:
    found, error = task.answer.get()
    if error is not None:
        raise error
    return found


def _do_tasks(tasks: SimpleQueue[_Task | None], ended: SimpleQueue[None]) -> None:
    """What a thread does until a task is None, which it leaves for the others."""
    while (task := tasks.get()) is not None:
        if not task.is_called_off:
            try:
                task.answer.put((task.function(*task.arguments), None))
            except BaseException as error:  # the caller's to raise
                task.answer.put((None, error))
        del task  # and its arrays, while the next one is waited for
    tasks.put(None)
    ended.put(None)


class Threads:
    """Workers that are threads of this process; one is that of the caller.

    Parameters
    ----------
    n_jobs : int
        How many.

    Examples
    --------
    >>> workers = Threads(2)
    >>> list(workers.results(len, [("a",), ("bc",)])), workers.total(len, [("a",), ("bc",)], sum)
    ([1, 2], 3)
    """

    def __init__(self, n_jobs: int) -> None:
        self.n_jobs = n_jobs
        self._pool: _Pool | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep threads for all calls within."""
        if self.n_jobs == 1 or self._pool is not None:
            yield
            return
        with _Pool(self.n_jobs) as self._pool:
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
        with _Pool(self.n_jobs) if self._pool is None else nullcontext(self._pool) as pool:
            yield from pool.results(function, calls)

    def kept_results(
        self, function: Callable[..., tuple[Any, Any]], calls: Iterable[tuple[Any, ...]]
    ) -> list[tuple[Kept, Any]]:
        """See `Workers`."""
        return [(_KeptHere(kept), brought) for kept, brought in self.results(function, calls)]

    def kept_tuples(
        self, function: Callable[..., tuple[Any, ...]], calls: Iterable[tuple[Any, ...]], size: int
    ) -> list[tuple[Kept, ...]]:
        """See `Workers`; here all are there when it ends, and errors come up at once."""
        return [tuple(map(_KeptHere, values)) for values in self.results(function, calls)]

    def brought(self, kept: Iterable[Kept]) -> list[Any]:
        """See `Workers`."""
        return list(_values(tuple(kept)))

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
