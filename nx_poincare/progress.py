"""The progress bar of long work, on standard error."""

from __future__ import annotations

import sys
from typing import Any

from tqdm.auto import tqdm

__all__ = ["progress_bar"]


class _Bar(tqdm):
    monitor_interval = 0  # no thread of tqdm's, which it starts for hidden bars too: processes that fork want none


def progress_bar(progress: bool | None, **options: Any) -> Any:
    """A bar of `tqdm` with the given options, shown or hidden.

    Parameters
    ----------
    progress : bool, optional
        Whether to show it; default: if standard error is a terminal. Where there is no standard
        error, in a program without a console for instance, it is hidden.
    **options
        Passed on to `tqdm`.

    Examples
    --------
    >>> with progress_bar(False, total=2) as bar:
    ...     bar.update()
    """
    hidden = True if sys.stderr is None else None if progress is None else not progress
    return _Bar(disable=hidden, **options)
