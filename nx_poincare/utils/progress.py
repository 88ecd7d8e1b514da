"""What long work says of itself: a bar on standard error, and lines in the log."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

__all__ = ["logged_time", "progress_bar", "say_once"]

_logger = logging.getLogger(__name__)

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
    hidden = True if sys.stderr is None else None if progress is None else not progress
    delay = _PATIENCE if progress is None else 0
    _Shown.progress = progress
    return _bar_class()(
        total=total, desc=doing, unit=unit, disable=hidden, delay=delay, unit_scale=unit == "B", **options
    )


@contextmanager
def logged_time(logger: logging.Logger, stage: str) -> Iterator[None]:
    """Log how long a stage took, once it is done.

    Examples
    --------
    >>> with logged_time(logging.getLogger("nx_poincare"), "counting"):
    ...     total = sum(range(100))
    """
    began = time.perf_counter()
    yield
    logger.info("%s: %.1f s", stage, time.perf_counter() - began)


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
    shown = sys.stderr is not None and (sys.stderr.isatty() if _Shown.progress is None else _Shown.progress)
    if shown:
        _bar_class().write(line, file=sys.stderr)


class _Shown:
    """What has been said, and the option of the last bar; for all threads, as those of a pool compile for another."""

    progress: bool | None = None
    lines: set[str] = set()  # noqa: RUF012


@cache
def _bar_class() -> Any:
    """The class of all bars, loaded with the first one."""
    from tqdm.auto import tqdm

    # No thread of tqdm's, which it starts for hidden bars too: processes that fork want none.
    return type("Bar", (tqdm,), {"monitor_interval": 0})
