"""Compiled code: kept on disk where that works, and never a reason to fail."""

import importlib
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
    assert list(again.stats.cache_hits.values()) == [1]
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
    assert list(mended.stats.cache_hits.values()) == [1]


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
print(total(np.arange(4.0)), len(total.stats.cache_hits))
"""


def test_code_is_not_used_after_an_edit_in_another_file(tmp_path: Path) -> None:
    """A kernel that calls a kernel, or uses a constant, of another file is compiled anew when that file changes."""
    house = tmp_path / "house"
    (house / "utils").mkdir(parents=True)
    (house / "engine").mkdir()
    (house / "utils" / "compiled.py").write_bytes(Path(sys.modules[kernel.__module__].__file__ or "").read_bytes())
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
