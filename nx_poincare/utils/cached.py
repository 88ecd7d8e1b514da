"""Values of an object that are computed on first use and then kept."""

from __future__ import annotations

import functools
from typing import Any

__all__ = ["cached_property"]


class cached_property(functools.cached_property):  # noqa: N801
    """`functools.cached_property` without the lock that it has in Python 3.11.

    One lock for all objects of a class makes threads wait for each other, and a child that is forked while another
    thread holds it waits for ever. Without it two threads may both compute a value, with the same result.
    """

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        value = self.func(instance)
        instance.__dict__[self.attrname] = value
        return value
