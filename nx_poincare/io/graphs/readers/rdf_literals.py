"""Literals of RDF as text alone: rdflib makes values of them, which nothing here reads.

The decimal ``1e999999999`` becomes a text of a gigabyte there, and what is no number a traceback on standard error.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["literals_as_text"]


class _Here(threading.local):
    """Whether this thread reads a file for this package; others go on as rdflib has it."""

    reads = 0


_HERE = _Here()


class _Values:
    """What makes values of literals, and none for the readers of this package."""

    def __init__(self, make: Any) -> None:
        self._make = make

    def __call__(self, *arguments: Any) -> Any:
        return None if _HERE.reads else self._make(*arguments)


def _is_of_others(_: logging.LogRecord) -> bool:
    return not _HERE.reads


@contextmanager
def literals_as_text() -> Iterator[None]:
    """In this thread rdflib takes literals as they are written, and logs nothing of odd ones and of odd IRIs.

    Examples
    --------
    >>> from rdflib import XSD, Literal
    >>> with literals_as_text():
    ...     Literal("1e9", datatype=XSD.decimal).value is None
    True
    >>> Literal("1e9", datatype=XSD.decimal).value
    Decimal('1E+9')
    """
    from rdflib import term

    if not isinstance(term._castLexicalToPython, _Values):
        term._castLexicalToPython = _Values(term._castLexicalToPython)  # type: ignore[assignment]
        term.logger.addFilter(_is_of_others)
    _HERE.reads += 1
    try:
        yield
    finally:
        _HERE.reads -= 1
