"""Files of pairs of words that people rated, such as HyperLex."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from nx_poincare.io.streams import GraphFileError, open_source

__all__ = ["RatedPair", "WordPairFileError", "rated_pairs"]

_WORDS = ("WORD1", "WORD2", "POS")
_RATINGS = ("AVG_SCORE", "AVG_SCORE_0_10")
_LONGEST_LINE = 2**16


class WordPairFileError(ValueError):
    """A file of rated pairs that cannot be read, with the file and the line where it goes wrong."""

    def __init__(self, path: str, line: int, problem: str) -> None:
        super().__init__(f"{path}, line {line}: {problem}")


class RatedPair(NamedTuple):
    """Two words, and to what degree the first is a kind of the second."""

    first: str
    second: str
    rating: float


def rated_pairs(path: str, pos: str) -> Iterator[RatedPair]:
    """The rated pairs of a part of speech, from a file whose first line names its columns.

    Raises
    ------
    WordPairFileError
        If the file is not in that form.
    """
    with _opened(path) as file:
        numbered = ((number, _fields(line, path, number)) for number, line in enumerate(file, start=1))
        rows = ((number, fields) for number, fields in numbered if fields)
        first_line, names = next(rows, (1, None))
        if names is None:
            raise WordPairFileError(path, 1, "the file is empty; expected a line that names the columns")
        columns = _columns(names, path, first_line)
        for number, fields in rows:
            if len(fields) <= max(columns):
                problem = f"has {len(fields)} columns, expected at least {max(columns) + 1}"
                raise WordPairFileError(path, number, problem)
            first, second, kind, rating = (fields[column] for column in columns)
            value = _parse_rating(rating, path, number)
            if kind.upper() == pos:
                yield RatedPair(first, second, value)


@contextmanager
def _opened(path: str) -> Iterator[io.BufferedReader]:
    """The file as it is, up to the limits of lines and files."""
    try:
        with open_source(path, max_line_bytes=_LONGEST_LINE) as file:
            yield file
    except GraphFileError as error:
        raise WordPairFileError(path, error.line or 1, error.problem) from error


def _fields(line: bytes, path: str, number: int) -> list[str]:
    try:
        return line.decode("utf-8-sig" if number == 1 else "utf-8").split()
    except UnicodeDecodeError as error:
        raise WordPairFileError(path, number, f"is not text in UTF-8: {error.reason}") from None


def _columns(names: list[str], path: str, number: int) -> tuple[int, ...]:
    """Where the first line has the two words, the part of speech and the rating."""
    place = {name.upper(): column for column, name in reversed(list(enumerate(names)))}
    rating = next((name for name in _RATINGS if name in place), _RATINGS[0])
    for name in (*_WORDS, rating):
        if name not in place:
            raise WordPairFileError(path, number, f"no column is called {name}; found {' '.join(names)[:200]}")
    return tuple(place[name] for name in (*_WORDS, rating))


def _parse_rating(text: str, path: str, number: int) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise WordPairFileError(path, number, f"the rating {text!r} is not a finite number")
    return value
