"""Options that are numbers, checked: every error names the option and tells what it may be."""

from __future__ import annotations

import math
import os
from typing import Any

import numpy as np

__all__ = ["check_between", "check_count", "check_positive", "threads_of"]


def check_count(name: str, value: Any, least: int) -> None:
    """Refuse what is no integer, or less than the least.

    Examples
    --------
    >>> check_count("max_nodes", 2.5, 1)
    Traceback (most recent call last):
        ...
    ValueError: max_nodes must be an integer of at least 1, got 2.5
    """
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise ValueError(f"{name} must be an integer of at least {least}, got {value!r}")


def check_between(name: str, value: Any, least: float, most: float) -> None:
    """Refuse what is no number, or out of a range that holds both its ends."""
    if not (_is_number(value) and least <= value <= most):
        raise ValueError(f"{name} must be between {least:g} and {most:g}, got {value!r}")


def check_positive(name: str, value: Any) -> None:
    """Refuse what is no finite number above 0."""
    if not (_is_number(value) and 0 < value < math.inf):
        raise ValueError(f"{name} must be positive and finite, got {value!r}")


def threads_of(n_jobs: Any) -> int:
    """How many threads ``n_jobs`` asks for; -1: one for each processor.

    Examples
    --------
    >>> threads_of(3)
    3
    """
    if n_jobs == -1:
        return os.cpu_count() or 1
    if isinstance(n_jobs, bool) or not isinstance(n_jobs, (int, np.integer)) or n_jobs < 1:
        raise ValueError(f"n_jobs must be an integer of at least 1, or -1 for all processors, got {n_jobs!r}")
    return int(n_jobs)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
