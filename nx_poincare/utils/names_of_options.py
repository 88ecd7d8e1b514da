"""Options that other libraries call otherwise: an error that says what they are called here."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

__all__ = ["with_hints"]

_Called = TypeVar("_Called", bound=Callable[..., Any])


def with_hints(hints: Mapping[str, str]) -> Callable[[_Called], _Called]:
    """A decorator of functions and classes: an unknown option in the mapping is refused with the hint.

    Examples
    --------
    >>> @with_hints({"size": "dim"})
    ... def embed(dim): ...
    >>> embed(size=2)
    Traceback (most recent call last):
        ...
    TypeError: embed() has no option 'size': here it is dim
    """

    def decorated(called: _Called) -> _Called:
        if not isinstance(called, type):
            return _checked(called, called.__name__, hints)
        called.__init__ = _checked(called.__init__, called.__name__, hints)  # type: ignore[misc]
        return called

    return decorated


def _checked(function: Any, name: str, hints: Mapping[str, str]) -> Any:
    @functools.wraps(function)
    def checked(*arguments: Any, **options: Any) -> Any:
        for option in options:
            if option in hints:
                raise TypeError(f"{name}() has no option {option!r}: here it is {hints[option]}")
        return function(*arguments, **options)

    return checked
