"""Contexts that a signal kept from being left: it came as one had just been entered, or before its end began."""

from __future__ import annotations

import contextlib
import dis
import functools
import inspect
from collections.abc import Callable
from types import CodeType, FrameType, TracebackType
from typing import Any, TypeVar

__all__ = ["leave_contexts", "leaves_contexts"]

_Called = TypeVar("_Called", bound=Callable[..., Any])


def leaves_contexts(function: _Called) -> _Called:
    """A decorator of calls that leave no context open, wherever in them a signal's handler raises.

    Python looks for signals as a function begins and after each call. A ``with`` statement does not leave a context
    whose ``__enter__`` ended in an exception of a signal, or whose ``__exit__`` began with one: its files stay open,
    and stay on the disk, until nobody looks at the traceback any more.

    Examples
    --------
    >>> leaves_contexts(len)("abc")
    3
    """

    @functools.wraps(function)
    def called(*arguments: Any, **options: Any) -> Any:
        try:
            return function(*arguments, **options)
        except BaseException as error:
            leave_contexts(error)
            raise

    return called  # type: ignore[return-value]


def leave_contexts(error: BaseException) -> None:
    """Leave the contexts that an exception kept from being left, the innermost first.

    Those of generators end as they do at any exception; of others ``__exit__`` is called again if it had not begun.

    Examples
    --------
    >>> @contextlib.contextmanager
    ... def opened():
    ...     try:
    ...         yield
    ...     finally:
    ...         print("closed")
    >>> try:
    ...     with opened():
    ...         raise KeyboardInterrupt
    ... except KeyboardInterrupt as error:
    ...     leave_contexts(error)  # as nearly always, there is none
    closed
    """
    for frame, place in reversed(_places(error.__traceback__)):
        with contextlib.suppress(Exception):  # the first error is the one to be told
            if frame.f_code.co_filename == contextlib.__file__:
                for name in ("self", "cm"):
                    _close(frame.f_locals.get(name), is_left=frame.f_code.co_name == "__exit__")
            elif frame.f_code.co_name == "__exit__" and place <= _beginning(frame.f_code):
                frame.f_locals[frame.f_code.co_varnames[0]].__exit__(type(error), error, error.__traceback__)


def _places(trace: TracebackType | None) -> list[tuple[FrameType, int]]:
    found = []
    while trace is not None:
        found.append((trace.tb_frame, trace.tb_lasti))
        trace = trace.tb_next
    return found


def _close(manager: Any, *, is_left: bool) -> None:
    """Close the generator of a context, if it waits within it; a stack that was being left, if it holds some still."""
    generator = getattr(manager, "gen", None)
    if inspect.isgenerator(generator) and inspect.getgeneratorstate(generator) == inspect.GEN_SUSPENDED:
        generator.close()
    elif isinstance(manager, contextlib.ExitStack) and is_left:
        manager.close()


def _beginning(code: CodeType) -> int:
    """The instruction at which a function looks for signals for the first time."""
    return next(one.offset for one in dis.get_instructions(code) if one.opname == "RESUME")
