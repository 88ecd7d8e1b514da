"""Importing packages that an extra of this one installs."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

__all__ = ["import_extra"]


def import_extra(module: str, *, extra: str) -> ModuleType:
    """Import a module that an extra installs.

    Raises
    ------
    ImportError
        If it is not installed; the message has the command that installs it.

    Examples
    --------
    >>> import_extra("json", extra="none").dumps(1)
    '1'
    """
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise ImportError(f'this needs {package}; install it with: pip install "nx-poincare[{extra}]"') from error
