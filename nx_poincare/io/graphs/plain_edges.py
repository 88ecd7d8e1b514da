"""The lines of an edge list in which nothing is special, a block at a time and without a step of Python for each.

Large edge lists are nearly always two names a line with one separator between, and nothing quoted. What is
more than that is left to the reader that knows all rules (`nx_poincare.io.graphs.edge_list`).
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np

from nx_poincare.utils.arrays import IntArray

__all__ = ["NameIndex", "new_index", "read_plain_edges", "rest_of"]

_BLOCK = 2**20
_LONGEST_NAME = 2**16  # the other reader refuses longer ones
_ALWAYS_SPECIAL = (b'"', b"\0", b"\r")
_SPACES = (b" ", b"\t", b"\v", b"\f", b"\x1c", b"\x1d", b"\x1e", b"\x1f")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LINE_END = ord("\n")

NameIndex = defaultdict[str, int]


def new_index() -> NameIndex:
    """Numbers names in the order in which they are first asked for."""
    return defaultdict(count().__next__)


def read_plain_edges(
    stream: io.BufferedReader,
    delimiter: str | None,
    index: NameIndex,
    read_first_row: Callable[[list[str]], tuple[bool, bool]],
) -> tuple[list[IntArray], int, bytes]:
    """Read blocks of plain lines, up to the first block that holds any other.

    Parameters
    ----------
    stream : buffered stream of bytes
    delimiter : str or None
        One character; None: a single space or tab.
    index : defaultdict
        Gets the names, see `new_index`.
    read_first_row : callable
        Whether the two words of the first line name the columns, and whether edges lead from the second to the first.

    Returns
    -------
    ends : list of ndarray of int64
        Two indices for each edge, first that of its source.
    lines : int
        How many lines have been read.
    rest : bytes
        Whole lines that have been taken from the stream and not been read.
    """
    ends: list[IntArray] = []
    lines = 0
    turned = False
    while block := stream.read(_BLOCK):
        block += stream.readline()
        names = _plain_names(block if lines else block.removeprefix(_BYTE_ORDER_MARK), delimiter)
        if names is None:
            return ends, lines, block
        is_header = False
        if lines == 0:
            is_header, turned = read_first_row(names[:2])
        lines += len(names) // 2
        names = names[2:] if is_header else names
        if turned:
            names[::2], names[1::2] = names[1::2], names[::2]
        ends.append(np.fromiter(map(index.__getitem__, names), dtype=np.int64, count=len(names)))
    return ends, lines, b""


def rest_of(stream: io.BufferedReader, taken: bytes) -> io.BufferedReader:
    """A stream of the bytes that have been taken already and of those that follow."""
    return io.BufferedReader(_BytesThenStream(stream, taken)) if taken else stream


class _BytesThenStream(io.RawIOBase):
    """Gives out some bytes, then those of a stream."""

    def __init__(self, stream: io.BufferedReader, taken: bytes) -> None:
        super().__init__()
        self._stream = stream
        self._taken = io.BytesIO(taken)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._taken.readinto(buffer) or self._stream.readinto(buffer)


def _plain_names(block: bytes, delimiter: str | None) -> list[str] | None:
    """The names of a block of lines, two for each, or None if a line holds anything else."""
    if not block.endswith(b"\n"):
        block += b"\n"
    separator = _separator(block, delimiter)
    if separator is None or block.startswith(b"#") or b"\n#" in block:
        return None
    if delimiter is not None and _has_outer_spaces(block, separator):
        return None
    if any(special in block for special in _ALWAYS_SPECIAL):
        return None
    codes = np.frombuffer(block, dtype=np.uint8)
    places = np.flatnonzero((codes == separator[0]) | (codes == _LINE_END))
    if len(places) % 2 or (codes[places[::2]] != separator[0]).any() or (codes[places[1::2]] != _LINE_END).any():
        return None
    lengths = np.diff(places, prepend=-1) - 1
    if lengths.min() == 0 or lengths.max() > _LONGEST_NAME:
        return None
    try:
        text = block.decode("utf-8")
    except UnicodeDecodeError:
        return None
    names = text.replace(separator.decode(), "\n").split("\n")[:-1]
    if delimiter is not None and not block.isascii() and any(name != name.strip() for name in names):
        return None
    return names


def _separator(block: bytes, delimiter: str | None) -> bytes | None:
    """The byte between the two names of each line, or None if spaces want a closer look."""
    if delimiter is None:
        present = [space for space in _SPACES if space in block]
        return present[0] if len(present) == 1 and present[0] in b" \t" else None
    return None if not delimiter.isascii() or delimiter == "#" else delimiter.encode()


def _has_outer_spaces(block: bytes, separator: bytes) -> bool:
    """Whether ASCII white space stands, or may stand, at an end of a name."""
    if any(space in block for space in _SPACES[2:] if space != separator):
        return True
    spaces = [space for space in _SPACES[:2] if space != separator and space in block]
    ends = [pair for space in spaces for end in (separator, b"\n") for pair in (space + end, end + space)]
    return any(pair in block for pair in ends) or any(block.startswith(space) for space in spaces)
