"""Workers of a Dask cluster: tasks, data, and what happens when a worker is lost, are Dask's.

A task that was on a worker that is lost runs again on another one, and so do the tasks whose results were kept there.
Values that were sent from here are tasks of that kind too.
"""

from __future__ import annotations

import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import chain, groupby, pairwise
from typing import Any, NamedTuple, TypeVar

from nx_poincare.cluster.batches import (
    Opaque,
    Place,
    bounds_of_batches,
    called_for_pairs,
    joined,
    sum_of,
    summed,
)
from nx_poincare.cluster.errors import ClusterError, SchedulerLostError
from nx_poincare.cluster.versions import check_versions
from nx_poincare.utils.checks import threads_of
from nx_poincare.utils.optional import import_extra
from nx_poincare.utils.workers import BRANCHES, Kept, Threads, Workers

__all__ = ["DaskWorkers", "connected", "workers_of"]

_Result = TypeVar("_Result")

_TASKS_PER_THREAD = 4  # that wait at once
_FEW_THREADS = 4  # to which a value is sooner sent with each task than brought by one of its own
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


class _KeptThere(NamedTuple):
    """A value that is kept on a cluster."""

    future: Any
    path: tuple[int, ...] = ()  # to the value, in what the future gives


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
            self._threads = sum(client.nthreads().values())
        self._most_waiting = _TASKS_PER_THREAD * self._threads

    def held(self) -> AbstractContextManager[None]:
        """See `Workers`: workers are there in any case."""
        return nullcontext()

    def keep(self, value: Any, *, briefly: bool = False) -> Any:
        """See `Workers`.

        The value is the result of a task, so that Dask brings it to the workers that need it, and to another one where
        these are lost. (What is scattered is lost with them, and scattering waits for ever for a worker that ends.)
        To few workers it is sooner sent with the work itself.
        """
        if briefly and self._threads <= _FEW_THREADS:
            return value
        return _KeptThere(self._submitted(_opened, Opaque(value)))

    def results(self, function: Callable[..., _Result], calls: Iterable[tuple[Any, ...]]) -> Iterator[_Result]:
        """See `Workers`."""
        waiting: deque[Any] = deque()  # futures that nobody holds any more are cancelled
        number = 0
        for call in calls:
            waiting.append(self._submitted(function, *call))
            if len(waiting) > self._most_waiting:
                number += 1
                yield self._outcome(waiting.popleft(), f"part {number}")
        while waiting:
            number += 1
            yield self._outcome(waiting.popleft(), f"part {number}")

    def kept_results(
        self, function: Callable[..., tuple[Any, Any]], calls: Iterable[tuple[Any, ...]]
    ) -> list[tuple[Kept, Any]]:
        """See `Workers`; one batch of calls for each thread there is, as long as there is."""
        waiting, places = list(calls), self._places()
        bounds = bounds_of_batches(len(waiting), len(places))
        batches = [self._batch(waiting[first:end]) for first, end in pairwise(bounds)]
        futures = [
            self._submitted(called_for_pairs, function, *batch, **_spread(places, number))
            for number, batch in enumerate(batches)
        ]
        kept = [
            _KeptThere(future, (0, number))
            for future, (first, end) in zip(futures, pairwise(bounds), strict=True)
            for number in range(end - first)
        ]
        brought = self._outcomes([self._submitted(_second, future) for future in futures])
        return list(zip(kept, chain.from_iterable(brought), strict=True))

    def kept_tuples(
        self, function: Callable[..., tuple[Any, ...]], calls: Iterable[tuple[Any, ...]], size: int
    ) -> list[tuple[Kept, ...]]:
        """See `Workers`; as many neighbours on one worker as it has its share of the threads.

        A value has a task of its own, which takes it out of the tuple where that is: only what a later task needs is
        moved to it.
        """
        waiting, places = list(calls), self._places()
        found: list[tuple[Kept, ...]] = []
        for number, call in enumerate(waiting):
            where = _spread(places, number * len(places) // len(waiting))
            future = self._submitted(function, *call, **where)
            found.append(tuple(_KeptThere(self._submitted(_entry, future, i, **where)) for i in range(size)))
        return found

    def brought(self, kept: Iterable[Kept]) -> list[Any]:
        """See `Workers`."""
        return self._outcomes([each.future for each in kept])  # type: ignore[attr-defined]

    def total(
        self,
        function: Callable[..., _Result],
        calls: Iterable[tuple[Any, ...]],
        add: Callable[[list[_Result]], _Result],
    ) -> _Result:
        """See `Workers`; they add up what they have, so that few parts of the sum come here, eight at most.

        Calls whose arguments were found by the same task are made by one, where these are.
        """
        waiting = list(calls)
        bounds = _bounds_by_place(waiting)
        places = [] if bounds else self._places()
        bounds = bounds or bounds_of_batches(len(waiting), len(places))
        several = len(waiting) > BRANCHES
        futures = [
            self._submitted(
                summed, function, *self._batch(waiting[first:end]), add, first, several, **_spread(places, number)
            )
            for number, (first, end) in enumerate(pairwise(bounds))
        ]
        if len(futures) > BRANCHES:  # then each belongs to one group of the calls
            groups = groupby(zip(bounds, futures, strict=False), lambda pair: pair[0] // BRANCHES)
            futures = [self._submitted(joined, [future for _, future in own], add) for _, own in groups]
        found: _Result = sum_of(self._outcomes(futures), add)
        return found

    def _places(self) -> list[str]:
        """Addresses of the workers, each as often as it has threads."""
        with self._named_errors():
            threads = self._client.nthreads()
        self._threads = sum(threads.values())  # workers may come and go
        return [address for address in sorted(threads) for _ in range(threads[address])]

    def _batch(self, calls: list[tuple[Any, ...]]) -> tuple[Opaque, list[Any]]:
        """Calls in which places stand for what is kept, and the futures of that."""
        futures: dict[Any, tuple[int, Any]] = {}
        placed = []
        for call in calls:
            arguments = []
            for argument in call:
                if isinstance(argument, _KeptThere):
                    number, _ = futures.setdefault(argument.future.key, (len(futures), argument.future))
                    argument = Place(number, argument.path)
                arguments.append(argument)
            placed.append(tuple(arguments))
        return Opaque(placed), [future for _, future in futures.values()]

    def _submitted(self, function: Callable[..., Any], *call: Any, **options: Any) -> Any:
        """The future of a call, whose arguments may be kept."""
        arguments = [argument.future if isinstance(argument, _KeptThere) else argument for argument in call]
        with self._named_errors(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Sending large graph")  # values have to be sent
            return self._client.submit(function, *arguments, pure=False, **options)

    def _outcomes(self, futures: list[Any]) -> list[Any]:
        """The results of some futures, brought here together."""
        with self._named_errors():
            with self._client.as_current():
                self._distributed.wait(futures)
            if all(future.status == "finished" for future in futures):
                found: list[Any] = self._client.gather(futures)
                return found
        return [self._outcome(future, f"part {number}") for number, future in enumerate(futures, 1)]

    def _outcome(self, future: Any, part: str) -> Any:
        """The result of a future."""
        with self._named_errors():
            error = future.exception()
            if error is None:
                return future.result()
        if isinstance(error, self._distributed.KilledWorker):
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
        except ClusterError:
            raise
        except (CancelledError, OSError, TimeoutError, self._distributed.client.ClosedClientError) as error:
            raise self._scheduler_lost() from error

    def _check_scheduler(self) -> None:
        if self._client.status != "running":
            raise self._scheduler_lost()

    def _scheduler_lost(self) -> SchedulerLostError:
        return SchedulerLostError(f"the scheduler of Dask at {self.scheduler} does not answer any more")


def _spread(places: list[str], number: int) -> dict[str, Any]:
    """Options of a task, so that those with the same data are done on all workers, if these are named."""
    return {"workers": [places[number % len(places)]], "allow_other_workers": True} if places else {}


def _bounds_by_place(calls: list[tuple[Any, ...]]) -> list[int]:
    """Where calls begin whose arguments were found by another task than those before, and their end; if they were."""
    places = [
        tuple(argument.future.key for argument in call if isinstance(argument, _KeptThere) and argument.path)
        for call in calls
    ]
    if not any(places):
        return []
    begins = [number for number, place in enumerate(places) if number == 0 or place != places[number - 1]]
    return [*begins, len(calls)]


def _opened(box: Opaque) -> Any:
    return box.value


def _entry(values: tuple[Any, ...], number: int) -> Any:
    return values[number]


def _second(pair: tuple[Any, Any]) -> Any:
    return pair[1]
