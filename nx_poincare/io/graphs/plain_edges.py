"""The lines of an edge list in which nothing is special, a block at a time and without a step of Python for each.

Large edge lists are nearly always two names a line with one separator between, and nothing quoted. What is
more than that is left to the reader that knows all rules (`nx_poincare.io.graphs.edge_list`).
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nx_poincare.io.graphs.numbering import PlainNumbering
from nx_poincare.utils.arrays import IntArray, blocks_of_rows

__all__ = ["NameIndex", "as_index", "joined", "new_index", "read_plain_edges", "rest_of", "sorted_by_source"]

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
    read_first_row: Callable[[list[str]], tuple[bool, bool]],
) -> tuple[PlainNumbering | NameIndex, list[NDArray[Any]], int, bytes]:
    """Read blocks of plain lines, up to the first block that holds any other.

    Parameters
    ----------
    stream : buffered stream of bytes
    delimiter : str or None
        One character; None: a single space or tab.
    read_first_row : callable
        Whether the two words of the first line name the columns, and whether edges lead from the second to the first.

    Returns
    -------
    index : PlainNumbering, or defaultdict where there are few lines
        The names, see `new_index`.
    ends : list of ndarray of int64, or int32
        Two indices for each edge, first that of its source.
    lines : int
        How many lines have been read.
    rest : bytes
        Whole lines that have been taken from the stream and not been read.
    """
    ends: list[NDArray[Any]] = []
    lines = 0
    turned = False
    index: PlainNumbering | NameIndex = new_index()
    while block := stream.read(_BLOCK):
        if not lines and len(block) == _BLOCK:
            index = PlainNumbering()
        block += stream.readline()
        names = _plain_names(block if lines else block.removeprefix(_BYTE_ORDER_MARK), delimiter)
        if names is None:
            return index, ends, lines, block
        is_header = False
        if lines == 0:
            is_header, turned = read_first_row(names[:2].texts())
        lines += len(names) // 2
        names = names[2:] if is_header else names
        if turned:
            names = names.with_pairs_turned()
        if isinstance(index, PlainNumbering):
            ends.append(index.numbers_of(names.codes, names.begins, names.ends))
        else:
            ends.append(np.fromiter(map(index.__getitem__, names.texts()), dtype=np.int64, count=len(names)))
    return index, ends, lines, b""


@dataclass(frozen=True)
class _Names:
    """The names of a block, two for each line: ``codes[begins[i]:ends[i]]``."""

    codes: NDArray[np.uint8]
    begins: IntArray
    ends: IntArray

    def __len__(self) -> int:
        return len(self.begins)

    def __getitem__(self, rows: slice) -> _Names:
        return _Names(self.codes, self.begins[rows], self.ends[rows])

    def with_pairs_turned(self) -> _Names:
        """The second name of each line first."""
        turned = [np.ascontiguousarray(places.reshape(-1, 2)[:, ::-1]).ravel() for places in (self.begins, self.ends)]
        return _Names(self.codes, *turned)

    def texts(self) -> list[str]:
        """The names as objects."""
        content = self.codes.tobytes()
        if content.isascii():
            text = content.decode()
            return [text[begin:end] for begin, end in zip(self.begins.tolist(), self.ends.tolist(), strict=True)]
        return [
            content[begin:end].decode() for begin, end in zip(self.begins.tolist(), self.ends.tolist(), strict=True)
        ]


def as_index(names: Iterable[Any]) -> NameIndex:
    """Numbers names that have been numbered already, and others after them."""
    index = new_index()
    for name in names:
        index[name]
    return index


def joined(ends: list[NDArray[Any]]) -> NDArray[Any]:
    """The blocks as one array; they are let go one by one."""
    whole = np.empty(sum(map(len, ends)), dtype=np.result_type(*ends))
    place = len(whole)
    while ends:
        block = ends.pop()
        whole[place - len(block) : place] = block
        place -= len(block)
    return whole


def sorted_by_source(pairs: NDArray[Any]) -> NDArray[Any]:
    """The edges of each source beside each other, in their order.

    Examples
    --------
    >>> sorted_by_source(np.array([[1, 2], [0, 3], [1, 0]]))
    array([[0, 3],
           [1, 2],
           [1, 0]])
    """
    sources = pairs[:, 0]
    if (sources[1:] >= sources[:-1]).all():
        return pairs
    if len(pairs) >= 2**32:
        return pairs[np.argsort(sources, kind="stable")]
    keys = sources.astype(np.int64)
    keys <<= 32
    for block in blocks_of_rows(len(keys)):
        keys[block] |= np.arange(block.start, block.stop)
    keys.sort()  # much sooner than argsort
    keys &= 2**32 - 1
    return pairs[keys]


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


def _plain_names(block: bytes, delimiter: str | None) -> _Names | None:
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
    names = _Names(codes, places - lengths, places)
    if block.isascii():
        return names
    try:
        block.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if delimiter is not None and any(name != name.strip() for name in names.texts()):
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
