"""Compiled code: kept on disk where that works, and never a reason to fail."""

import importlib
import math
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest

from nx_poincare.utils import compiled
from nx_poincare.utils.compiled import kernel

CODE = """
from nx_poincare.utils.compiled import kernel

@kernel()
def total(values):
    found = 0.0
    for value in values:
        found += {factor} * value
    return found
"""


@pytest.fixture
def total(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """Loads a kernel of a module in an empty folder, as a process that starts does."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")  # beside the source, whatever NUMBA_CACHE_DIR says

    def loaded(factor: int = 1) -> Any:
        path, code = tmp_path / "kernel_of_sums.py", CODE.format(factor=factor)
        if not path.exists() or path.read_text() != code:
            path.write_text(code)
        importlib.invalidate_caches()
        sys.modules.pop(path.stem, None)
        return importlib.import_module(path.stem).total

    yield loaded
    sys.modules.pop("kernel_of_sums", None)


@pytest.fixture
def cached(tmp_path: Path) -> Callable[[str], list[Path]]:
    return lambda suffix: sorted((tmp_path / "__pycache__").glob(f"*{suffix}"))


NUMBERS = np.arange(4.0)


def test_code_is_kept_and_found(total: Any, cached: Any) -> None:
    assert total()(NUMBERS) == 6
    again = total()
    assert again(NUMBERS) == 6
    assert list(again.compiled.stats.cache_hits.values()) == [1]
    assert again(NUMBERS.astype(np.float32)) == 6
    assert len(cached(".nbc")) == 2


def test_code_of_an_earlier_source_is_not_used(total: Any, cached: Any) -> None:
    assert total()(NUMBERS) == 6
    assert total(10)(NUMBERS) == 60
    assert len(cached(".nbc")) == 1


@pytest.mark.parametrize("suffix", [".nbi", ".nbc"])
@pytest.mark.parametrize("content", [b"", b"torn", None])
def test_damaged_files_are_compiled_anew(total: Any, cached: Any, suffix: str, content: bytes | None) -> None:
    total()(NUMBERS)
    for path in cached(suffix):
        path.write_bytes(path.read_bytes()[:-100] if content is None else content)
    assert total()(NUMBERS) == 6
    mended = total()
    assert mended(NUMBERS) == 6
    assert list(mended.compiled.stats.cache_hits.values()) == [1]


def test_an_index_without_its_data(total: Any, cached: Any) -> None:
    total()(NUMBERS)
    for path in cached(".nbc"):
        path.unlink()
    assert total()(NUMBERS) == 6


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_a_full_disk_costs_the_cache_alone(total: Any) -> None:
    import resource

    loaded = total()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        found = loaded(NUMBERS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert found == 6
    assert total()(NUMBERS) == 6


CALLER = """
from house.engine.callee import FACTOR, scaled
from house.utils.compiled import kernel

@kernel()
def total(values):
    found = 0.0
    for value in values:
        found += FACTOR * scaled(value)
    return found
"""
CALLEE = """
from house.utils.compiled import kernel

FACTOR = {factor}

@kernel()
def scaled(value):
    return {scale} * value
"""
ASK = """
import numpy as np
from house.engine.caller import total
print(total(np.arange(4.0)), len(total.compiled.stats.cache_hits))
"""


def test_code_is_not_used_after_an_edit_in_another_file(tmp_path: Path) -> None:
    """A kernel that calls a kernel, or uses a constant, of another file is compiled anew when that file changes."""
    house = tmp_path / "house"
    (house / "utils").mkdir(parents=True)
    (house / "engine").mkdir()
    for name in ("compiled", "compiled_code", "left_contexts", "progress", "signals"):
        source = Path(compiled.__file__).with_name(f"{name}.py").read_text(encoding="utf-8")
        (house / "utils" / f"{name}.py").write_text(source.replace("nx_poincare.utils", "house.utils"))
    (house / "engine" / "caller.py").write_text(CALLER)

    def answers(factor: int, scale: int) -> str:
        callee = house / "engine" / "callee.py"
        text = CALLEE.format(factor=factor, scale=scale)
        if not callee.exists() or callee.read_text() != text:
            callee.write_text(text)
        environment = {**os.environ, "NUMBA_CACHE_DIR": "", "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            [sys.executable, "-c", ASK], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    assert answers(1, 1) == "6.0 0"
    assert answers(1, 1) == "6.0 1"
    assert answers(1, 2) == "12.0 0"
    assert answers(3, 2) == "36.0 0"
    assert answers(3, 2) == "36.0 1"


class TestInterpreted:
    """Calls that announce little work are interpreted, with the same results."""

    @staticmethod
    def summing() -> Any:
        @kernel(work=len)
        def total(values):  # type: ignore[no-untyped-def]
            found = 0.0
            for value in values:
                found += value
            return found

        return total

    def test_little_work_is_not_compiled(self) -> None:
        total = self.summing()
        assert total(NUMBERS) == 6
        assert total._compiled is None

    def test_much_work_is_compiled_and_then_all(self) -> None:
        total = self.summing()
        assert total(np.ones(100_000)) == 100_000
        assert total._compiled is not None
        assert total(NUMBERS) == 6
        assert len(total.compiled.signatures) == 1

    def test_many_small_calls_are_compiled_in_the_end(self) -> None:
        total, values = self.summing(), np.ones(20_000)
        for _ in range(20):
            assert total(values) == 20_000
        assert total._compiled is not None

    def test_what_they_call_is_interpreted_too(self) -> None:
        @kernel()
        def doubled(value):  # type: ignore[no-untyped-def]
            return 2 * value

        @kernel(work=len)
        def total(values):  # type: ignore[no-untyped-def]
            found = 0.0
            for value in values:
                found += doubled(value)
            return found

        assert total(NUMBERS) == 12
        assert doubled._compiled is None
        assert total.compiled(NUMBERS) == 12
        assert doubled(2.0) == 4  # called from outside it is compiled

    def test_a_division_by_zero_is_infinite_either_way(self) -> None:
        @kernel(work=len)
        def inverse(values):  # type: ignore[no-untyped-def]
            return 1.0 / values[0]

        assert inverse(np.zeros(1)) == inverse.compiled(np.zeros(1)) == np.inf

    def test_an_error_leaves_the_next_call_alone(self) -> None:
        @kernel(work=len)
        def first(values):  # type: ignore[no-untyped-def]
            return values[0]

        with pytest.raises(IndexError):
            first(np.zeros(0))
        assert first(NUMBERS) == 0


SHOWN = """
import sys
import numpy as np
from nx_poincare.utils import compiled, progress

@compiled.kernel()
def twice(x):
    return 2 * x

sys.stderr.isatty = lambda: {terminal}
with progress.progress_bar(1, "doubling", "number", {progress}):
    twice(1.0); twice(1)
"""


@pytest.mark.parametrize(
    ("terminal", "progress", "times"),
    [(True, None, 1), (False, None, 0), (True, False, 0), (False, True, 1)],
)
def test_that_code_is_compiled_is_said_once_where_bars_are_shown(
    tmp_path: Path, terminal: bool, progress: bool | None, times: int
) -> None:
    script = tmp_path / "compiling.py"
    script.write_text(SHOWN.format(terminal=terminal, progress=progress))
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    for expected in (times, 0):  # the second process finds the code
        done = subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True, check=True)
        assert done.stderr.count("compiling code") == expected
        assert done.stdout == ""


def test_parallel_kernels_are_refused() -> None:
    with pytest.raises(ValueError, match="no fork"):
        kernel(parallel=True)


FORK = """
import os, sys, threading, time
import networkx as nx, numba, numpy as np
import nx_poincare as nxp
from numba.core import event
from nx_poincare.utils.compiled import kernel

@kernel()
def twice(x):
    return 2 * x

started = threading.Event()

class Compiling(event.Listener):
    def on_start(self, _): started.set(); time.sleep(0.3)  # the lock is held meanwhile
    def on_end(self, _): pass

event.register("numba:compile", Compiling())
thread = threading.Thread(target=twice, args=(1.5,))
thread.start()
started.wait()
child = os.fork()
if child == 0:
    event.unregister("numba:compile", next(iter(event._registered["numba:compile"])))
    os._exit(0 if twice(2) == 4 else 1)
thread.join()
print(os.waitpid(child, 0)[1], twice(2.5))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_fork_waits_for_the_compiler(tmp_path: Path) -> None:
    """Else the child would wait for ever for a thread that it does not have."""
    script = tmp_path / "forking.py"
    script.write_text(FORK)
    process = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        told, _ = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise
    assert told == "0 5.0\n"


@kernel()
def three_arrays(steps):
    found = 0.0
    for step in range(steps):
        found += math.sqrt(step % 7)
    return np.full(2, found), np.full(3, found), steps


class StoppedError(Exception):
    """What a handler of a signal raises."""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="timers of POSIX")
@pytest.mark.parametrize("kind", [KeyboardInterrupt, StoppedError])
def test_what_a_signal_raises_inside_a_compiled_loop_reaches_the_caller(kind: type[BaseException]) -> None:
    """Numba makes a SystemError of it, as its first Python code after the loop comes while results are wrapped."""

    def stop(*_: Any) -> None:
        raise kind

    three_arrays(1)
    before = signal.signal(signal.SIGALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with pytest.raises(kind):
            three_arrays(40_000_000)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert three_arrays(7)[2] == 7


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("callback", ["_raw_object_cache_notify", "_raw_object_cache_getbuffer"])
def test_a_signal_in_a_callback_of_the_compiler_is_not_lost(
    total: Any, monkeypatch: pytest.MonkeyPatch, callback: str
) -> None:
    """A compiler runs for tenths of a second between them, so that most signals come there."""
    lost, calls = [], 0
    monkeypatch.setattr(sys, "unraisablehook", lost.append)

    def interrupt_once(frame: Any, event: str, _: Any) -> None:
        nonlocal calls
        if event == "call" and frame.f_code.co_name == callback:
            calls += 1
            if calls == 1:
                signal.raise_signal(signal.SIGINT)

    add = total()
    sys.setprofile(interrupt_once)
    try:
        with pytest.raises(KeyboardInterrupt):
            add(NUMBERS)
    finally:
        sys.setprofile(None)
    assert calls >= 1
    assert not lost
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert add(NUMBERS) == 6


def test_a_signal_while_code_is_compiled_reaches_its_handler_at_once(total: Any) -> None:
    came = []
    before = signal.signal(signal.SIGINT, lambda number, frame: came.append(frame.f_code.co_name))

    def signal_at_the_begin(frame: Any, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_name == "compile" and not came:
            signal.raise_signal(signal.SIGINT)
            assert came

    sys.setprofile(signal_at_the_begin)
    try:
        assert total()(NUMBERS) == 6
    finally:
        sys.setprofile(None)
        signal.signal(signal.SIGINT, before)
    assert came == ["signal_at_the_begin"]
