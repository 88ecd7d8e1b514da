"""The line ``sep=;`` with which spreadsheets say what stands between the columns of a CSV."""

from __future__ import annotations

import io
import re
from typing import Any

__all__ = ["separator_of"]

_BLOCK = 2**20
_LINE = re.compile(rb"(\xef\xbb\xbf)?sep=([^\r\n\"])(?=\r|\n)", re.IGNORECASE)


def separator_of(stream: io.BufferedReader) -> tuple[io.BufferedReader, str | None]:
    """A stream in which that line, if it is the first, is a comment, and what it says.

    Examples
    --------
    >>> stream, separator = separator_of(io.BufferedReader(io.BytesIO(b"sep=;\\nanimal;dog\\n")))
    >>> stream.read(), separator
    (b'# sep=;\\nanimal;dog\\n', ';')
    """
    found = _LINE.match(stream.peek(16))
    if found is None:
        return stream, None
    stream.read(found.end())
    head = (found[1] or b"") + b"# " + found[0].removeprefix(found[1] or b"")
    return io.BufferedReader(_Headed(head, stream), _BLOCK), found[2].decode()


class _Headed(io.RawIOBase):
    """Reads a few bytes, and then a stream."""

    def __init__(self, head: bytes, stream: io.BufferedReader) -> None:
        super().__init__()
        self._head = head
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._head:
            return self._stream.readinto(buffer)
        count = min(len(buffer), len(self._head))
        buffer[:count], self._head = self._head[:count], self._head[count:]
        return count
