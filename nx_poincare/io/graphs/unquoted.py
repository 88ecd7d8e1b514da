"""Text in which quotes are characters like any other, as text whose reader takes them for quotes would need it."""

from __future__ import annotations

import io
import re
from typing import Any

__all__ = ["with_quotes_as_they_are"]

_BLOCK = 2**20
_LINE_END = re.compile(rb"(\r\n|\r|\n)")


def with_quotes_as_they_are(stream: io.BufferedReader, delimiter: str) -> io.BufferedReader:
    """A stream whose quoted columns are those of a stream without quoting; lines without a quote stay as they are.

    Examples
    --------
    >>> text = io.BufferedReader(io.BytesIO(b'gene\\tx\\n5" disk\\ta\\n'))
    >>> with_quotes_as_they_are(text, "\\t").read()
    b'gene\\tx\\n"5"" disk"\\t"a"\\n'
    """
    return io.BufferedReader(_Requoted(stream, delimiter.encode()), _BLOCK)


class _Requoted(io.RawIOBase):
    """Reads lines, and puts the columns of those with a quote into quotes."""

    def __init__(self, stream: io.BufferedReader, delimiter: bytes) -> None:
        super().__init__()
        self._stream = stream
        self._delimiter = delimiter
        self._ready = io.BytesIO()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = self._ready.readinto(buffer)
        if count == 0 and (lines := self._stream.readlines(_BLOCK)):
            block = b"".join(lines)
            self._ready = io.BytesIO(self._requoted(block) if b'"' in block else block)
            count = self._ready.readinto(buffer)
        return count

    def _requoted(self, block: bytes) -> bytes:
        return b"".join(
            self._delimiter.join(b'"' + field.replace(b'"', b'""') + b'"' for field in part.split(self._delimiter))
            if b'"' in part
            else part
            for part in _LINE_END.split(block)
        )
