"""Workers of a Dask cluster: tasks, data, and what happens when a worker is lost, are Dask's.

A task that was on a worker that is lost runs again on another one, and so do the tasks whose results were kept there.
Values that were sent from here are on every worker; where all that had one are lost, it is sent again.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from typing import Any, TypeVar

from nx_poincare.cluster.errors import ClusterError, SchedulerLostError
from nx_poincare.cluster.versions import check_versions
from nx_poincare.utils.checks import threads_of
from nx_poincare.utils.optional import import_extra
from nx_poincare.utils.workers import Kept, Threads, Workers, total_of

__all__ = ["DaskWorkers", "connected", "workers_of"]

_Result = TypeVar("_Result")

_TASKS_PER_THREAD = 4  # that wait at once
_MOST_TRIES = 5  # of a part whose arguments are lost
_SECONDS_BETWEEN = 0.3  # tries to send something, while a worker is being lost
_SECONDS_TO_CONNECT = 10


def workers_of(n_jobs: Any, client: Any = None) -> Workers:
    """Threads of this process, or the workers of a cluster where a client is given.

    Raises
    ------
    ValueError
        If ``n_jobs`` is no number of threads.
    TypeError
        If ``client`` is not a client of Dask.
    ClusterError
        If the cluster has no workers, or workers of another version.

    Examples
    --------
    >>> workers_of(2).n_jobs
    2
    """
    threads = threads_of(n_jobs)
    return Threads(threads) if client is None else DaskWorkers(client)


@contextmanager
def connected(scheduler: str | None) -> Iterator[Any]:
    """A client of the scheduler at an address, for as long as it is needed; None without an address.

    Raises
    ------
    ImportError
        If Dask is not installed.
    ClusterError
        If no scheduler answers there within ten seconds.

    Examples
    --------
    >>> with connected(None) as client:
    ...     print(client)
    None
    """
    if scheduler is None:
        yield None
        return
    distributed = import_extra("distributed", extra="dask")
    try:
        client = distributed.Client(scheduler, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"no scheduler of Dask answers at {scheduler}: {error}; start one with: dask scheduler"
        ) from error
    with client:
        yield client


class _KeptThere:
    """A value that is kept on a cluster, and how to bring it there again."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self.future = make()

    def renew(self) -> None:
        """Bring it there again if it is lost."""
        if self.future.cancelled():
            self.future = self._make()


class DaskWorkers:
    """The workers of a cluster, see `nx_poincare.utils.workers.Workers`.

    Parameters
    ----------
    client : dask.distributed.Client

    Raises
    ------
    TypeError
        If it is none.
    ClusterError
        If the cluster has no workers, or workers of another version.
    """

    def __init__(self, client: Any) -> None:
        self._distributed = import_extra("distributed", extra="dask")
        if not isinstance(client, self._distributed.Client):
            raise TypeError(f"client must be a dask.distributed.Client, got {type(client).__name__}")
        if client.asynchronous:
            raise TypeError("client must not be asynchronous: its results are waited for")
        self._client = client
        self.scheduler = "a client that is closed" if client.scheduler is None else client.scheduler.address
        with self._named_errors():
            check_versions(client, self.scheduler)
            self._most_waiting = _TASKS_PER_THREAD * sum(client.nthreads().values())

    def held(self) -> AbstractContextManager[None]:
        """See `Workers`: workers are there in any case."""
        return nullcontext()

    def keep(self, value: Any) -> Kept:
        """Send a value to all workers."""
        return _KeptThere(lambda: self._sent(value))

    def results(self, function: Callable[..., _Result], calls: Iterable[tuple[Any, ...]]) -> Iterator[_Result]:
        """See `Workers`."""
        waiting: deque[tuple[tuple[Any, ...], Any]] = deque()  # futures that nobody holds any more are cancelled
        for number, call in enumerate(calls, 1):
            waiting.append((call, self._submitted(function, call)))
            if len(waiting) > self._most_waiting:
                yield self._brought(function, *waiting.popleft(), number - self._most_waiting)
        for number, (call, future) in enumerate(waiting, 1):
            yield self._brought(function, call, future, number)

    def kept_results(
        self, function: Callable[..., tuple[Any, Any]], calls: Iterable[tuple[Any, ...]]
    ) -> list[tuple[Kept, Any]]:
        """See `Workers`."""
        calls = list(calls)
        pairs = [_KeptThere(partial(self._submitted, function, call)) for call in calls]
        kept = [_KeptThere(partial(self._submitted, _first, (pair,))) for pair in pairs]
        return list(zip(kept, self.results(_second, [(pair,) for pair in pairs]), strict=True))

    def total(
        self,
        function: Callable[..., _Result],
        calls: Iterable[tuple[Any, ...]],
        add: Callable[[list[_Result]], _Result],
    ) -> _Result:
        """See `Workers`; they add up what they have, so that only the sum comes here."""
        calls = list(calls)

        def submitted() -> Any:
            parts = [self._submitted(function, call) for call in calls]
            return total_of(parts, add, lambda add, own: self._submitted(add, (own,)))

        found: _Result = self._outcome(submitted, submitted(), "a sum")
        return found

    def _sent(self, value: Any) -> Any:
        for left in reversed(range(_MOST_TRIES)):
            try:
                return self._client.scatter([value], broadcast=True, hash=False)[0]  # of a tuple, its elements
            except (OSError, TimeoutError) as error:  # of a worker that is lost just now
                if not left:
                    raise self._scheduler_lost() from error
            except Exception as error:
                self._check_scheduler()
                raise error
            time.sleep(_SECONDS_BETWEEN)
            self._check_scheduler()

    def _submitted(self, function: Callable[..., Any], call: tuple[Any, ...]) -> Any:
        """The future of a call, whose arguments may be kept."""
        arguments = []
        for argument in call:
            if isinstance(argument, _KeptThere):
                argument.renew()
            arguments.append(argument.future if isinstance(argument, _KeptThere) else argument)
        with self._named_errors():
            return self._client.submit(function, *arguments, pure=False)

    def _brought(self, function: Callable[..., Any], call: tuple[Any, ...], future: Any, number: int) -> Any:
        """The result of a call, which is the so many-th."""
        return self._outcome(partial(self._submitted, function, call), future, f"part {number}")

    def _outcome(self, submitted: Callable[[], Any], future: Any, part: str) -> Any:
        """The result of a future, submitted again where what it needs was lost with all workers that had it."""
        for _ in range(_MOST_TRIES):
            with self._named_errors():
                error = future.exception()
                if error is None and not future.cancelled():
                    return future.result()
            if error is not None:
                break
            self._check_scheduler()
            future = submitted()
        if error is None or isinstance(error, self._distributed.KilledWorker):
            raise ClusterError(
                f"workers of the scheduler at {self.scheduler} were lost again and again with {part} of the work; "
                "they may have too little memory: see their logs"
            ) from error
        error.add_note(f"raised in {part} of the work, on a worker of the scheduler at {self.scheduler}")
        raise error

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        """Turn what Dask raises where the scheduler is gone into an error that names it."""
        self._check_scheduler()
        try:
            yield
        except CancelledError:
            self._check_scheduler()  # else data was lost, which is looked at later
        except ClusterError:
            raise
        except (OSError, TimeoutError, self._distributed.client.ClosedClientError) as error:
            raise self._scheduler_lost() from error

    def _check_scheduler(self) -> None:
        if self._client.status != "running":
            raise self._scheduler_lost()

    def _scheduler_lost(self) -> SchedulerLostError:
        return SchedulerLostError(f"the scheduler of Dask at {self.scheduler} does not answer any more")


def _first(pair: tuple[Any, Any]) -> Any:
    return pair[0]


def _second(pair: tuple[Any, Any]) -> Any:
    return pair[1]
