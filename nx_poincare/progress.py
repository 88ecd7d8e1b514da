"""Progress bars on standard error, all of one kind."""

from __future__ import annotations

from typing import Any

from tqdm.auto import tqdm

__all__ = ["progress_bar"]

_PATIENCE = 1.0  # seconds of work before a bar is shown


def progress_bar(total: float | None, doing: str, unit: str, progress: bool | None = None, **options: Any) -> Any:
    """A bar for work that may be long; what takes less than a second shows none.

    Parameters
    ----------
    total : number or None
        Units of work; None: unknown.
    doing : str
        What is done, in front of the bar.
    unit : str
    progress : bool, optional
        Whether to show it; default: if standard error is a terminal.
    **options
        Passed on to `tqdm.tqdm`.

    Examples
    --------
    >>> with progress_bar(3, "counting", "number", progress=False) as bar:
    ...     _ = bar.update(3)
    """
    disable = None if progress is None else not progress
    return tqdm(total=total, desc=doing, unit=unit, disable=disable, delay=_PATIENCE, unit_scale=True, **options)
