"""Warnings about what was guessed or left out, which name the line of the caller's own code."""

from __future__ import annotations

import sys
import warnings

__all__ = ["HierarchyWarning", "warn_caller"]

_NOT_THE_CALLER = ("nx_poincare", "contextlib", "networkx", "functools")


class HierarchyWarning(UserWarning):
    """What was guessed, left out or condensed where a hierarchy was read, or could not be measured on it."""


def warn_caller(message: str, category: type[Warning] = HierarchyWarning) -> None:
    """Give a warning for the nearest line of code outside this package."""
    level, frame = 1, sys._getframe(0)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] in _NOT_THE_CALLER:
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)
