"""The one place that asks numba to compile, so that caching and forking are decided once.

Numba stores compiled code beside the source file or in the user's cache folder. That is a
convenience and no reason to fail: where neither can be written, the disk is full or a stored file
is damaged, the code is compiled anew in the process.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import logging
import os
import pickle
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
from numba.core.caching import FunctionCache, IndexDataCacheFile
from numba.core.compiler_lock import global_compiler_lock

from nx_poincare.utils.progress import say_once
from nx_poincare.utils.signals import without_lost_signals

__all__ = ["dispatcher"]

_logger = logging.getLogger(__name__)

_ENGINE = Path(__file__).resolve().parent.parent / "engine"
# Division by zero gives infinity, as in numpy. No second entry for callers in C, which takes time to compile. Other
# threads run meanwhile: those of callers, and the one that gives signs of life.
_OPTIONS: dict[str, Any] = {"error_model": "numpy", "no_cfunc_wrapper": True, "nogil": True}
_NOTICE = "nx_poincare: compiling code for this machine, once; about ten seconds in all"

# What reading a file raises that was cut off by a full disk or a power failure, or that another process removed.
_DAMAGED = (OSError, EOFError, pickle.UnpicklingError, ValueError, TypeError, AttributeError, IndexError, KeyError)


def dispatcher(function: Callable[..., Any], options: dict[str, Any]) -> Any:
    """What `numba.njit` makes of a function, with compiled code that is cached on disk where that is possible."""
    made = numba.njit(**_OPTIONS | options)(function)
    # "no locator available", a RuntimeError: neither folder can be written. The others: another numba's inside.
    with contextlib.suppress(RuntimeError, OSError, AttributeError, TypeError):
        made._cache = _Cache(function)
    made.compile = without_lost_signals(made.compile)
    return made


class _Cache(FunctionCache):
    """Numba's cache, whose troubles are never those of the caller."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        stamp = (self._impl.locator.get_source_stamp(), _stamp_of_engine())
        self._cache_file = _CacheFile(self._cache_path, self._impl.filename_base, stamp)

    def load_overload(self, *args: Any) -> Any:
        try:
            found = super().load_overload(*args)
        except _DAMAGED as error:
            _logger.info("compiled code in %s cannot be used (%s): compiling", self._cache_path, error)
            with contextlib.suppress(OSError):
                self.flush()
            found = None
        if found is None:
            say_once(_NOTICE)
        return found

    def save_overload(self, *args: Any) -> None:
        try:
            super().save_overload(*args)
        except _DAMAGED as error:
            _logger.info("compiled code cannot be kept in %s: %s", self._cache_path, error)


@cache
def _stamp_of_engine() -> str:
    """A text that differs where a file of the engine has another time or size, or code is compiled in another way."""
    stats = {path: path.stat() for path in sorted(_ENGINE.rglob("*.py"))}
    stamps = [(str(path.relative_to(_ENGINE)), stat.st_mtime_ns, stat.st_size) for path, stat in stats.items()]
    return hashlib.sha256(repr((stamps, _OPTIONS)).encode()).hexdigest()[:16]


class _CacheFile(IndexDataCacheFile):
    """Index and data of a function, right at every moment for every process.

    Numba writes the index first and numbers the data: a process that is killed between the two, or two processes
    that compile for different types at once, leave an index that lists other code than there is. Here a name
    belongs to one source and one signature, and the index lists nothing that is not there.
    """

    def save(self, key: Any, data: Any) -> None:
        name = self._data_name(hashlib.sha256(repr((self._source_stamp, key)).encode()).hexdigest()[:16])
        self._save_data(name, data)
        overloads = self._load_index()
        overloads[key] = name
        self._save_index(overloads)
        self._remove_all_but(set(overloads.values()))

    def _data_name(self, number: Any) -> str:
        return str(self._data_name_pattern.replace("{number:d}", str(number)))

    def _remove_all_but(self, kept: set[str]) -> None:
        """Remove the code of earlier sources; a process that misses its own compiles again."""
        for path in Path(self._cache_path).glob(glob.escape(self._index_name.removesuffix(".nbi")) + ".*.nbc"):
            if path.name not in kept:
                path.unlink(missing_ok=True)


if hasattr(os, "register_at_fork"):
    # A child that is forked while another thread compiles would wait for that thread, which it does not have.
    os.register_at_fork(
        before=global_compiler_lock.acquire,
        after_in_parent=global_compiler_lock.release,
        after_in_child=global_compiler_lock.release,
    )
