"""Lines of text for a reader of records: counted, checked, and without comments."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from operator import length_hint

from nx_poincare.io.streams import GraphFileError

__all__ = ["Lines"]

_BLOCK = 2**18
_COMMENT = re.compile("#|%(%| |\r?$)")


class Lines:
    """Lines for a record reader: counted, checked, and without comments.

    A quoted name may hold ends of lines, so a record may take several lines and only the
    consumer knows where one ends: it sets `fresh` after each. Lines are checked a block at a
    time; those of a block in which nothing is special pass without being looked at again.
    Comments begin with "#", and above the first record also with "% ", as in the files of KONECT.
    """

    def __init__(self, text: io.TextIOWrapper, path: str, before: int = 0) -> None:
        self.path = path
        self.fresh = True
        self.without_weight = 0  # records whose field of a weight is empty
        self._text = text
        self._start = before
        self._before = before
        self._ahead: Iterator[str] | None = None
        self._again: int | None = None

    def __iter__(self) -> Iterator[str]:
        while block := self._text.readlines(_BLOCK):
            if self._before == 0:
                block[0] = block[0].removeprefix("\ufeff")
                self._check_format(block[0])
                block = self._below_percent_signs(block)
            if self.fresh and _is_plain("".join(block)):
                self._ahead = iter(block)
                self._before += len(block)
                yield from self._ahead
                self._start, self._ahead = self._before, None
            else:
                for line in block:
                    self._before += 1
                    if self.fresh and line.startswith("#"):
                        continue
                    if self.fresh:
                        self._start = self._before
                        self.fresh = False
                    _check_line(line, self.path, self._before)
                    yield line

    def _below_percent_signs(self, block: list[str]) -> list[str]:
        """The first block without the comments on its top."""
        count = next((i for i, line in enumerate(block) if not _COMMENT.match(line)), len(block))
        if not any(line.startswith("%") for line in block[:count]):
            return block
        self._before = self._start = count
        return block[count:]

    def _check_format(self, line: str) -> None:
        if line.startswith("%%MatrixMarket"):
            problem = "is of a matrix: read it with scipy.io.mmread, and pass networkx.from_scipy_sparse_array(...)"
            raise GraphFileError(self.path, 1, problem)

    @property
    def number(self) -> int:
        """The number of the first line of the record that was read last."""
        if self._again is not None:
            return self._again
        return self._start if self._ahead is None else self._before - length_hint(self._ahead)

    def again(self, numbered: list[tuple[int, list[str]]]) -> Iterator[list[str]]:
        """Records that have been read before, each at its own line."""
        for self._again, record in numbered:
            yield record

    def error(self, problem: str) -> GraphFileError:
        """A problem with the record that was read last."""
        return GraphFileError(self.path, self.number, problem)


def _is_plain(block: str) -> bool:
    """Whether no line of the block can be a comment, span records or be refused."""
    if '"' in block or "#" in block or "\0" in block:
        return False
    try:
        return block.isascii() or bool(block.encode("utf-8"))
    except UnicodeEncodeError:
        return False


def _check_line(line: str, path: str, number: int) -> None:
    if "\0" in line:
        raise GraphFileError(path, number, "holds a NUL byte; is this a text file?")
    try:
        line.encode("utf-8")
    except UnicodeEncodeError as error:
        byte = ord(line[error.start]) & 0xFF
        raise GraphFileError(path, number, f"byte 0x{byte:02x} is not UTF-8; save the file as UTF-8") from None
