"""Where work is done: in the caller's thread, or in others, with the same results."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from contextlib import nullcontext
from pathlib import Path

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


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="timers of POSIX")
def test_no_signal_makes_the_end_of_a_pool_wait_for_ever() -> None:
    """It found a lock of concurrent.futures taken, and left it so."""
    command = [sys.executable, str(Path(__file__).with_name("interrupted_pools.py")), "1000"]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=60).stdout
    assert int(told) > 100


@pytest.mark.parametrize("is_held", [True, False])
def test_what_has_not_begun_is_called_off_and_no_thread_stays(is_held: bool) -> None:
    began: list[int] = []
    alive: set[int] = set()

    def slow(number: int) -> int:
        alive.add(threading.get_ident())
        began.append(number)
        time.sleep(0.05)
        return number

    workers = Threads(2)
    with workers.held() if is_held else nullcontext():
        found = workers.results(slow, [(number,) for number in range(100)])
        assert [next(found), next(found)] == [0, 1]
        found.close()  # type: ignore[attr-defined]
    assert len(began) < 10
    time.sleep(0.05)
    assert not alive & set(sys._current_frames())
