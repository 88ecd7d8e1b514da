"""Loops over arrays: interpreted where that is quick, compiled by numba where it is not.

Compiling a kernel takes a tenth of a second to a second, once on a machine; running it over a small graph without
takes milliseconds. So a call that announces little work is interpreted, until the calls of that kernel have taken
about as long as compiling it would have. Both ways give the same bits: kernels use the functions of `math`, which
are those of the C library either way, and products for squares; they sort and sum by loops of their own. Numba,
itself a third of a second to load, is loaded with the first kernel that is compiled.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["Kernel", "kernel"]

_MOST_INTERPRETED = 30_000  # steps of a call, of some microseconds each
_MOST_INTERPRETED_IN_ALL = 200_000  # steps of all calls of a kernel; from then on it is compiled


def kernel(
    *, work: Callable[..., int] | None = None, interpreted: Callable[..., Any] | None = None, **options: Any
) -> Callable[[Callable[..., Any]], Kernel]:
    """Make a kernel of a function of arrays and scalars.

    Parameters
    ----------
    work : callable, optional
        Takes the arguments of a call and returns about how many steps of the innermost loop it will make. A kernel
        without it is always compiled, unless an interpreted kernel calls it.
    interpreted : callable, optional
        What to call in place of the function where a call is interpreted, with the same results: operations of numpy
        on whole arrays for instance. Default: the function.
    **options
        Passed on to `numba.njit`, for instance ``nogil=True``. Not ``parallel=True``: numba's own threads do not
        outlive a fork, and end the process where two threads use them at once.

    Notes
    -----
    Kernels may call kernels, and use constants, of other files: compiled code is used again only while none of the
    files in ``nx_poincare/engine`` has changed, nor the kernel's own. (Numba looks at the kernel's own file only.)

    Examples
    --------
    >>> @kernel(work=len)
    ... def total(values):
    ...     found = 0.0
    ...     for value in values:
    ...         found += value
    ...     return found
    >>> float(total(np.arange(4.0)))
    6.0
    """
    if options.get("parallel"):
        raise ValueError("parallel kernels survive no fork and no second thread; use a ThreadPoolExecutor")
    return lambda function: Kernel(function, work, interpreted or function, options)


class Kernel:
    """A function of arrays and scalars that is interpreted or compiled, see `kernel`.

    Attributes
    ----------
    py_func : callable
        The function as it was written.
    targetoptions : dict
        Options of `numba.njit`, where numba looks for them.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        work: Callable[..., int] | None,
        interpreted: Callable[..., Any],
        options: dict[str, Any],
    ) -> None:
        functools.update_wrapper(self, function)
        self.py_func = function
        self._python = interpreted
        self._work = work
        self.targetoptions = options
        self._steps = 0  # interpreted so far
        self._compiled: Any = None

    def __call__(self, *args: Any) -> Any:
        if _within.interpreted:
            return self._python(*args)
        if self._compiled is None and self._is_quick(args):
            return self._interpret(args)
        try:
            return self.compiled(*args)
        except SystemError as error:
            raise _raised_by_a_signal(error) from None

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """As functions have it, so that tools for documentation take a kernel for one."""
        return self if instance is None else functools.partial(self, instance)

    @property
    def compiled(self) -> Any:
        """The dispatcher of numba, which compiles for the types of each call or finds the code on the disk."""
        if self._compiled is None:
            from nx_poincare.utils.compiled_code import dispatcher

            self._compiled = dispatcher(self.py_func, self.targetoptions)
        return self._compiled

    @property
    def _numba_type_(self) -> Any:
        """What numba takes a kernel for that another one calls."""
        from numba.core.types import Dispatcher

        return Dispatcher(self.compiled)

    def _is_quick(self, args: tuple[Any, ...]) -> bool:
        if self._work is None or self._steps > _MOST_INTERPRETED_IN_ALL:
            return False
        steps = int(self._work(*args))
        if steps > _MOST_INTERPRETED:
            return False
        self._steps += steps
        return True

    def _interpret(self, args: tuple[Any, ...]) -> Any:
        _within.interpreted = True
        try:
            with np.errstate(all="ignore"):  # as compiled code does
                return self._python(*args)
        finally:
            _within.interpreted = False


def _raised_by_a_signal(error: SystemError) -> BaseException:
    """What the handler of a signal raised, KeyboardInterrupt for instance, where that is behind the error.

    Signals wait for Python code. After a compiled loop the first of it is a function of numba's by which it wraps the
    arrays that it returns; what is raised there reaches the caller as a SystemError, "returned a result with an
    exception set", or as a chain of them.
    """
    found: BaseException = error
    while isinstance(found, SystemError) and found.__cause__ is not None:
        found = found.__cause__
    return found


class _Within(threading.local):
    """Whether this thread is inside of an interpreted kernel."""

    interpreted = False


_within = _Within()
