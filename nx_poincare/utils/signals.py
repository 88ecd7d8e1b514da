"""Signals that come where nobody would see what their handlers raise."""

from __future__ import annotations

import functools
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

__all__ = ["signals_wait", "without_lost_signals"]

_Called = TypeVar("_Called", bound=Callable[..., Any])

# Python that C calls: of llvmlite, when code has been generated or is looked for, and of weak references and objects
# that are deleted. What is raised there is printed ("Exception ignored in"), and llvmlite misses the code.
_CALLBACKS = {"_raw_object_cache_notify", "_raw_object_cache_getbuffer", "remove", "_remove", "__del__"}


def without_lost_signals(function: _Called) -> _Called:
    """A function within which a signal that comes in a callback of C waits until the function ends.

    All others are handled at once. Python handles signals in the main thread alone: others call the function as it is.

    Examples
    --------
    >>> without_lost_signals(len)("abc")
    3
    """

    @functools.wraps(function)
    def called(*arguments: Any, **options: Any) -> Any:
        if not _is_main_thread():
            return function(*arguments, **options)
        waiting = _Waiting(called.__code__)  # type: ignore[attr-defined]
        try:
            waiting.begin(all_wait=False)
            return function(*arguments, **options)
        finally:
            waiting.end()

    return called  # type: ignore[return-value]


@contextmanager
def signals_wait() -> Iterator[list[int]]:
    """Signals that come within the block wait for its end. It is short, or looks at the list of those that came.

    Examples
    --------
    >>> try:
    ...     with signals_wait() as came:
    ...         signal.raise_signal(signal.SIGINT)
    ...         print(came == [signal.SIGINT])
    ... except KeyboardInterrupt:
    ...     print("now")
    True
    now
    """
    if not _is_main_thread():
        yield []
        return
    waiting = _Waiting(None)
    try:
        waiting.begin(all_wait=True)
        yield waiting.came
    finally:
        waiting.end()


def _is_main_thread() -> bool:
    return threading.get_ident() == threading.main_thread().ident


class _Waiting:
    """Handlers of signals, in their places for a while."""

    def __init__(self, outermost: Any) -> None:
        self._outermost = outermost  # the code whose callees are looked at
        self._all_wait = True
        self._is_over = False  # what a handler raised may have kept others from their places
        self.came: list[int] = []
        handlers = {number: signal.getsignal(number) for number in signal.valid_signals()}
        self._handlers: dict[int, Any] = {number: one for number, one in handlers.items() if _is_of_python(one)}

    def begin(self, *, all_wait: bool) -> None:
        for number in self._handlers:
            signal.signal(number, self._handle)
        self._all_wait = all_wait

    def end(self) -> None:
        """Put all handlers back, and call each whose signal came, also where the one before it raises."""
        self._all_wait = True
        errors = []
        back = list(self._handlers.items())
        try:
            while back:
                try:
                    while back:
                        signal.signal(*back[0])
                        del back[0]
                except BaseException as error:  # of a handler that is in its place again
                    errors.append(error)
        finally:
            self._is_over = True
        for number in self.came:
            try:
                signal.raise_signal(number)
            except BaseException as error:
                errors.append(error)
        if errors:
            raise errors[0]

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if not self._is_over and (self._all_wait or self._is_in_callback(frame)):
            self.came.append(number)
        else:
            self._handlers[number](number, frame)

    def _is_in_callback(self, frame: FrameType | None) -> bool:
        while frame is not None and frame.f_code is not self._outermost:
            if frame.f_code.co_name in _CALLBACKS:
                return True
            frame = frame.f_back
        return False


def _is_of_python(handler: Any) -> bool:
    return callable(handler) and not isinstance(handler, signal.Handlers)
