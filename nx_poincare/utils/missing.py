"""What stands in tables where there is no value."""

from __future__ import annotations

from typing import Any

__all__ = ["is_missing"]


def is_missing(value: Any) -> bool:
    """Whether it is None, not a number, no text, or what a library of data frames has for missing values.

    Examples
    --------
    >>> [is_missing(value) for value in (None, float("nan"), "", 0, "dog")]
    [True, True, True, False, False]
    """
    try:
        return value is None or value == "" or bool(value != value)
    except TypeError:  # pandas.NA is neither equal to itself nor not
        return True
