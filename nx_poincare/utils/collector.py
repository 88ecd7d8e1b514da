"""The garbage collector, paused while millions of objects are made that all stay."""

from __future__ import annotations

import contextlib
import gc
import threading
from collections.abc import Iterator

__all__ = ["collector_paused"]

_pauses = threading.Lock()
_paused = {"calls": 0, "was_enabled": False}


@contextlib.contextmanager
def collector_paused() -> Iterator[None]:
    """Pause garbage collection in the block: a graph read is millions of dictionaries, all of which stay.

    Searching them for garbage again and again takes a third of the time.
    """
    counted = False
    try:  # around all of it: an interrupt that comes first leaves the collector as it was
        with _pauses:
            if _paused["calls"] == 0:
                _paused["was_enabled"] = gc.isenabled()
            _paused["calls"] += 1
            counted = True
            gc.disable()
        yield
    finally:
        with _pauses:
            _paused["calls"] -= counted
            if counted and _paused["calls"] == 0 and _paused["was_enabled"]:
                gc.enable()
