"""Where work is done: in the caller's thread, or in others, with the same results."""

from __future__ import annotations

import threading

import pytest

from nx_poincare.utils.workers import Threads


def test_one_thread_is_that_of_the_caller() -> None:
    """A signal in the middle of starting a task of a pool could leave a lock taken, and the pool waited for ever."""
    workers = Threads(1)
    with workers.held():
        assert set(workers.results(threading.get_ident, [(), ()])) == {threading.get_ident()}
    assert threading.get_ident() not in set(Threads(2).results(threading.get_ident, [(), ()]))


@pytest.mark.parametrize("n_jobs", [1, 3])
def test_results_in_order_and_errors(n_jobs: int) -> None:
    workers = Threads(n_jobs)
    kept = workers.keep([1, 2, 3])
    assert list(workers.results(sum, [(kept,), ([4],)])) == [6, 4]
    assert [brought for _, brought in workers.kept_results(divmod, [(7, 2), (9, 4)])] == [1, 1]
    with pytest.raises(ZeroDivisionError):
        list(workers.results(divmod, [(1, 1), (1, 0)]))
