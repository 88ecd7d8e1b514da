"""What long work says of itself: a bar on standard error, and lines in the log."""

from __future__ import annotations

import functools
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from queue import Empty, SimpleQueue
from typing import Any, Self, TypeVar

from nx_poincare.utils.left_contexts import leaves_contexts

__all__ = ["hidden_bars", "logged_time", "progress_bar", "say_once", "with_signs_of_life"]

_logger = logging.getLogger(__name__)

_Called = TypeVar("_Called", bound=Callable[..., Any])
_SILENCE, _PULSE = 3.0, 0.5  # seconds without a bar before a line takes its place, and between two looks
_LAST_LINE = 1.0  # seconds to take the line away; a signal may have left the lock of tqdm taken
_PATIENCE = 1.0  # seconds of work before a bar that nobody asked for is shown


def progress_bar(total: float | None, doing: str, unit: str, progress: bool | None = None, **options: Any) -> Any:
    """A bar of `tqdm` for work that may be long.

    Parameters
    ----------
    total : number or None
        Units of work; None: unknown.
    doing : str
        What is done, in front of the bar.
    unit : str
    progress : bool, optional
        Whether to show it; default: if standard error is a terminal and the work takes more than a
        second. Where there is no standard error, in a program without a console for instance, it is
        hidden.
    **options
        Passed on to `tqdm`.

    Examples
    --------
    >>> with progress_bar(3, "counting", "number", progress=False) as bar:
    ...     _ = bar.update(3)
    """
    _Shown.progress = progress
    if not _are_shown(progress):
        return _HiddenBar(options.get("iterable", ()))
    delay = _PATIENCE if progress is None else 0
    return _bar_class()(total=total, desc=doing, unit=unit, delay=delay, unit_scale=unit == "B", **options)


def _are_shown(progress: bool | None) -> bool:
    """Whether bars are, by the option of a call."""
    if sys.stderr is None:
        return False
    return sys.stderr.isatty() and not _Shown.are_hidden if progress is None else bool(progress)


@contextmanager
def hidden_bars() -> Iterator[None]:
    """A context in which nothing is shown but what an option ``progress=True`` asks for."""
    before, _Shown.are_hidden = _Shown.are_hidden, True
    try:
        yield
    finally:
        _Shown.are_hidden = before


class _HiddenBar:
    """What a bar is that is not shown.

    Bars of tqdm take a lock even then, which forked processes share: one that is killed meanwhile stops all others.
    """

    def __init__(self, iterable: Iterable[Any]) -> None:
        self._iterable = iterable

    def __iter__(self) -> Iterator[Any]:
        return iter(self._iterable)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing is to be taken away."""

    def update(self, n: float = 1) -> None:
        """Nothing is to be drawn."""

    def set_postfix_str(self, text: str, refresh: bool = True) -> None:
        """Nothing is to be drawn."""


@contextmanager
def logged_time(logger: logging.Logger, stage: str) -> Iterator[None]:
    """Log how long a stage took, once it is done.

    Examples
    --------
    >>> with logged_time(logging.getLogger("nx_poincare"), "counting"):
    ...     total = sum(range(100))
    """
    began, outer = time.perf_counter(), _Shown.stage
    _Shown.stage = stage
    try:
        yield
    finally:
        _Shown.stage = outer
    logger.info("%s: %.1f s", stage, time.perf_counter() - began)


def with_signs_of_life(stage: str) -> Callable[[_Called], _Called]:
    """A decorator of long work: where bars are shown, by its option ``progress`` if it has one, it is never silent.

    After three seconds without a bar, a line says which stage of `logged_time` it is in, or else this one, and for how
    long. Wherever a signal ends it, no context stays open.
    """

    def decorated(function: _Called) -> _Called:
        @functools.wraps(function)
        @leaves_contexts
        def alive(*arguments: Any, **options: Any) -> Any:
            if _Shown.is_watched or not _are_shown(options.get("progress")):
                return function(*arguments, **options)
            with _watched(stage):
                return function(*arguments, **options)

        return alive  # type: ignore[return-value]

    return decorated


@contextmanager
def _watched(stage: str) -> Iterator[None]:
    """A context with a thread beside it that gives signs of life."""
    over: SimpleQueue[None] = SimpleQueue()  # no lock that a signal could leave taken, as that of an Event
    watch = threading.Thread(target=_give_signs_of_life, args=(over,), daemon=True)
    outer = _Shown.stage
    _Shown.is_watched, _Shown.drawn, _Shown.stage = True, time.monotonic(), stage
    try:
        watch.start()
        yield
    finally:
        _Shown.is_watched, _Shown.stage = False, outer  # before any call, which an interrupt may end
        over.put(None)
        watch.join(_LAST_LINE)


def _give_signs_of_life(over: SimpleQueue[None]) -> None:
    """Draw a line each half second while nothing else is drawn."""
    line, drawn = None, 0.0
    while not _has_come(over, _PULSE):
        if line is not None and _Shown.drawn > drawn:  # a bar has taken over
            line.close()
            line = None
        if time.monotonic() - _Shown.drawn < _SILENCE and line is None:
            continue
        if line is None:
            line = _bar_class()(total=None, leave=False, bar_format="{desc}: {elapsed}", file=sys.stderr)
        line.set_description_str(_Shown.stage, refresh=False)
        line.refresh()
        drawn = _Shown.drawn
    if line is not None:
        line.close()


def _has_come(over: SimpleQueue[None], seconds: float) -> bool:
    try:
        over.get(timeout=seconds)
    except Empty:
        return False
    return True


def say_once(line: str) -> None:
    """Log a line, and show it on standard error where a progress bar would be shown; the same line only once.

    Examples
    --------
    >>> with progress_bar(1, "counting", "number", progress=False):
    ...     say_once("this line is logged, and not shown")
    """
    if line in _Shown.lines:
        return
    _Shown.lines.add(line)
    _logger.info(line)
    if _are_shown(_Shown.progress):
        _bar_class().write(line, file=sys.stderr)


class _Shown:
    """What has been said, and the option of the last bar; for all threads, as those of a pool compile for another."""

    progress: bool | None = None
    lines: set[str] = set()  # noqa: RUF012
    stage: str = "working"
    drawn: float = 0.0  # when a bar was
    is_watched: bool = False
    are_hidden: bool = False


@cache
def _bar_class() -> Any:
    """The class of all bars, loaded with the first one."""
    from tqdm.auto import tqdm

    class Bar(tqdm):
        monitor_interval = 0  # no thread of tqdm's: processes that fork want none

        def display(self, *arguments: Any, **options: Any) -> Any:
            _Shown.drawn = time.monotonic()
            return super().display(*arguments, **options)

    return Bar
