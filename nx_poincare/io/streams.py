"""Opening paths, standard input and streams for reading, unpacked, and with limits of size."""

from __future__ import annotations

import codecs
import contextlib
import gzip
import io
import os
import sys
import zlib
from collections.abc import Iterator
from typing import IO, Any, TypeAlias

import networkx as nx

from nx_poincare.io.arrays import DEFAULT_MAX_BYTES, MOST_BYTES_PER_BYTE, most_unpacked
from nx_poincare.io.packed import PackedError, Unpacked, packer_of, unpacking_hint
from nx_poincare.utils.progress import progress_bar

__all__ = [
    "MAX_LINE_BYTES",
    "GraphFileError",
    "Source",
    "in_utf8",
    "most_objects",
    "name_of",
    "open_source",
]

Source: TypeAlias = str | os.PathLike[str] | IO[str] | IO[bytes]

MAX_LINE_BYTES = 2**24
_CHUNK = 2**20
_FREE_OBJECTS = 2**16
_LONGEST_PROBLEM = 1000  # characters: a part of the file may be quoted


class GraphFileError(nx.NetworkXError, ValueError):
    """A graph file that cannot be read, with the place where it goes wrong.

    Attributes
    ----------
    path : str
        The file, or ``"-"`` for standard input.
    line : int or None
        Number of the line, from 1; None where it is not known.

    Examples
    --------
    >>> print(GraphFileError("animals.tsv", 3, "the name in column 1 is empty"))
    animals.tsv, line 3: the name in column 1 is empty
    """

    def __init__(self, path: str, line: int | None, problem: str) -> None:
        problem = problem if len(problem) <= _LONGEST_PROBLEM else f"{problem[:_LONGEST_PROBLEM]} ..."
        super().__init__(path, line, problem)
        self.path = path
        self.line = line
        self.problem = problem

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}, line {self.line}"
        return f"{place}: {self.problem}"


def name_of(source: Source) -> str:
    """What to call a source in messages."""
    if isinstance(source, str | os.PathLike):
        return os.fspath(source)
    name = getattr(source, "name", None)
    return name if isinstance(name, str) else "<stream>"


@contextlib.contextmanager
def open_source(
    source: Source,
    *,
    max_bytes: int = DEFAULT_MAX_BYTES,
    max_line_bytes: int | None = None,
    progress: bool | None = False,
) -> Iterator[io.BufferedReader]:
    """Open a source for reading bytes, decompressed, and never more than the limit.

    Gzip, bzip2 and xz are recognised by their first bytes, whatever the file is called. A stream that
    the caller passed stays open, a file that was opened here is closed. With ``progress`` a bar shows the
    bytes on standard error; None: if that is a terminal.

    Raises
    ------
    GraphFileError
        If another program packed the file. While reading, past ``max_bytes``, past ``max_line_bytes`` without an end
        of line,
        where compressed data are damaged, and where they unpack to more than
        `nx_poincare.io.arrays.most_unpacked` of what was read of them.
    FileNotFoundError, PermissionError, IsADirectoryError
        As `open` raises them.
    """
    path = name_of(source)
    with contextlib.ExitStack() as stack:
        raw: io.BufferedReader
        if isinstance(source, str | os.PathLike) and path != "-":
            raw = stack.enter_context(open(source, "rb"))
        else:
            raw = _bytes_of(_standard_input() if isinstance(source, str | os.PathLike) else source)
        packer = packer_of(raw.peek(10)[:10])
        packed = None if packer is None else _CountingReader(raw)
        data: Any = raw if packed is None else _unpacked(packed, packer, path)
        bar = stack.enter_context(progress_bar(None if packed else _size_of(source), "reading", "B", progress))
        yield io.BufferedReader(_LimitedReader(data, path, max_bytes, max_line_bytes, packed, bar), _CHUNK)


def _unpacked(packed: _CountingReader, packer: str | None, path: str) -> Any:
    if packer == "gzip":
        return gzip.GzipFile(fileobj=packed)
    if packer in ("bzip2", "xz"):
        try:
            return Unpacked(packed, packer)  # type: ignore[arg-type]
        except ImportError as error:  # Python may be built without
            raise ImportError(f"{path} is packed by {packer}, which this Python cannot unpack: {error}") from error
    raise GraphFileError(path, None, unpacking_hint(path, packer) or "is packed")


def in_utf8(stream: io.BufferedReader, path: str) -> io.BufferedReader:
    """The same text in UTF-8, where a byte order mark says that it is in UTF-16, as spreadsheets save it.

    Examples
    --------
    >>> in_utf8(io.BufferedReader(io.BytesIO("dög".encode("utf-16"))), "dogs.txt").read().decode()
    'dög'
    """
    if not stream.peek(2).startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return stream
    return io.BufferedReader(_RecodedStream(stream, path), _CHUNK)


def _size_of(source: Source) -> int | None:
    """How many bytes a file has, if that is known before it is read."""
    if not isinstance(source, str | os.PathLike) or not os.path.isfile(source):
        return None
    return os.path.getsize(source) or None


def most_objects(max_bytes: int, object_bytes: int) -> int:
    """How many objects a file may become: one for so many bytes of the limit of its size, and some always.

    Examples
    --------
    >>> most_objects(2**30, 64), most_objects(1000, 64)
    (16777216, 65536)
    """
    return max(_FREE_OBJECTS, max_bytes // object_bytes)


def _standard_input() -> IO[Any]:
    """Standard input as bytes where it has them (it may have been replaced by a text stream)."""
    if sys.stdin is None:
        raise GraphFileError("-", None, "standard input is closed")
    return getattr(sys.stdin, "buffer", sys.stdin)


def _bytes_of(stream: IO[Any]) -> io.BufferedReader:
    """A stream of bytes that can look ahead. A text stream is read whole: its text is usually in memory already."""
    if isinstance(stream, io.BufferedReader):
        return stream
    if isinstance(stream, io.TextIOBase):
        return io.BufferedReader(io.BytesIO(stream.read().encode("utf-8", "surrogatepass")))
    return io.BufferedReader(_BorrowedStream(stream))


class _BorrowedStream(io.RawIOBase):
    """Reads from a stream of bytes that somebody else owns and closes."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class _RecodedStream(io.RawIOBase):
    """Reads UTF-16 and gives out UTF-8."""

    def __init__(self, stream: io.BufferedReader, path: str) -> None:
        self._stream = stream
        self._path = path
        self._decoder = codecs.getincrementaldecoder("utf-16")()
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            data = self._stream.read(_CHUNK)
            try:
                self._ready = self._decoder.decode(data, final=not data).encode("utf-8")
            except UnicodeDecodeError as error:
                raise GraphFileError(self._path, None, f"is not UTF-16, as it begins: {error.reason}") from error
            if not data:
                break
        given, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(given)] = given
        return len(given)


class _CountingReader(_BorrowedStream):
    """Counts the bytes that have been read."""

    count = 0

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self.count += len(data)
        return data


class _LimitedReader(_BorrowedStream):
    """Passes bytes on until there are too many: in all, on one line, or compared with their compressed size."""

    def __init__(
        self,
        stream: IO[bytes],
        path: str,
        max_bytes: int,
        max_line_bytes: int | None,
        packed: _CountingReader | None,
        bar: Any,
    ) -> None:
        super().__init__(stream)
        self._packed = packed
        self._path = path
        self._max_bytes = max_bytes
        self._max_line_bytes = max_line_bytes
        self._bar = bar
        self._seen = 0
        self._lines = 0
        self._line_length = 0

    @property
    def packed_bytes(self) -> int | None:
        """How many bytes were read of what is packed; None if nothing is."""
        return None if self._packed is None else self._packed.count

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._stream.read(min(len(buffer), _CHUNK))
        except (EOFError, zlib.error, gzip.BadGzipFile, PackedError) as error:
            raise GraphFileError(self._path, None, f"the compressed data are damaged: {error}") from error
        self._seen += len(data)
        self._bar.update(len(data))
        if self._seen > self._max_bytes:
            raise GraphFileError(
                self._path,
                None,
                f"holds more than {self._max_bytes:,} bytes (decompressed); raise max_bytes if it should",
            )
        if self._packed is not None and self._seen > most_unpacked(self._packed.count):
            raise GraphFileError(
                self._path,
                None,
                f"unpacks to more than {MOST_BYTES_PER_BYTE} times its size; unpack it first if that is right",
            )
        if self._max_line_bytes is not None:
            self._measure_line(data)
        buffer[: len(data)] = data
        return len(data)

    def _measure_line(self, data: bytes) -> None:
        end = max(data.rfind(b"\n"), data.rfind(b"\r"))
        self._lines += data.count(b"\n")
        self._line_length = self._line_length + len(data) if end < 0 else len(data) - end - 1
        if self._max_line_bytes is not None and self._line_length > self._max_line_bytes:
            raise GraphFileError(
                self._path,
                self._lines + 1,
                f"is longer than {self._max_line_bytes:,} bytes; this is not an edge list",
            )
