"""Ctrl-C in long calls: the first one ends a stage, whose result so far is used; the second one ends the call."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["INTERRUPTED", "take_interrupt", "takes_one_interrupt"]

INTERRUPTED = 130  # exit code of a process that Ctrl-C ended: 128 and the number of the signal

_Called = TypeVar("_Called", bound=Callable[..., Any])


class _Call(threading.local):
    """Whether the call that this thread is in has taken an interrupt; None outside of calls."""

    has_taken_one: bool | None = None


_call = _Call()


def takes_one_interrupt(function: _Called) -> _Called:
    """A decorator of calls of several stages that may end early: all of them together take one interrupt.

    Examples
    --------
    >>> @takes_one_interrupt
    ... def of_two_stages():
    ...     for stage in (1, 2):
    ...         try:
    ...             raise KeyboardInterrupt(f"in stage {stage}")
    ...         except KeyboardInterrupt:
    ...             take_interrupt()
    >>> try:
    ...     of_two_stages()
    ... except KeyboardInterrupt as second:
    ...     print(second)
    in stage 2
    """

    @functools.wraps(function)
    def called(*arguments: Any, **options: Any) -> Any:
        outer, _call.has_taken_one = _call.has_taken_one, False
        try:
            return function(*arguments, **options)
        finally:
            _call.has_taken_one = outer

    return called  # type: ignore[return-value]


def take_interrupt() -> None:
    """Called where a KeyboardInterrupt has been caught: raises it again if the call has taken one before."""
    if _call.has_taken_one:
        raise
    if _call.has_taken_one is not None:
        _call.has_taken_one = True
