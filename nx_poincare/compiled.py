"""The one place that asks numba to compile, so that caching is decided once.

Numba stores compiled code beside the source file or in the user's cache folder
and raises at import time when it can write to neither. A read-only installation
is no reason to fail: the code is then compiled anew in each process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba

__all__ = ["kernel"]


def kernel(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Compile a function of arrays and scalars with `numba.njit`, cached on disk where that is possible.

    Parameters
    ----------
    **options
        Passed on to `numba.njit`, for instance ``parallel=True``.

    Notes
    -----
    Kernels that call kernels belong in one file: numba's cache looks at the
    time stamp of the calling file alone.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        try:
            return numba.njit(cache=True, **options)(function)
        except RuntimeError:  # "no locator available": neither folder can be written
            return numba.njit(**options)(function)

    return decorate
