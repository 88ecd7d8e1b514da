"""Everything in a source: whole, or a mebibyte at a time and as often as it is asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from nx_poincare.io.arrays import DEFAULT_MAX_BYTES
from nx_poincare.io.streams import GraphFileError, Source, most_objects, name_of, open_source

__all__ = ["Parts", "parts_of", "read_all"]

_PART = 2**20
_WORDS = "<{[(, \n\t"
_FREE_WORDS, _MOST_WORDS_PER_BYTE = 2**20, 20


class Parts:
    """The bytes of a source in parts, which can be gone through more than once.

    Parameters
    ----------
    kept : list of bytes
        All of them, in memory.

    Examples
    --------
    >>> parts = Parts([b"a ", b"graph"])
    >>> list(parts), list(parts.taken()), list(parts)
    ([b'a ', b'graph'], [b'a ', b'graph'], [])
    """

    def __init__(self, kept: list[bytes]) -> None:
        self._kept = kept

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._kept)

    def taken(self) -> Iterator[bytes]:
        """Go through them for the last time; what is in memory is let go part by part."""
        self._kept.reverse()
        while self._kept:
            yield self._kept.pop()


class _PartsOfFile(Parts):
    """Those of a file, which is read each time: one is in memory."""

    def __init__(self, path: str, max_bytes: int) -> None:
        super().__init__([])
        self._path = path
        self._max_bytes = max_bytes
        self._state = _state_of(path)

    def __iter__(self) -> Iterator[bytes]:
        with open_source(self._path, max_bytes=self._max_bytes) as stream:
            while True:
                part = stream.read(_PART)
                if _state_of(self._path) != self._state:  # what was checked is not what follows
                    raise GraphFileError(self._path, None, "was changed while it was read; read it again")
                if not part:
                    return
                yield part

    def taken(self) -> Iterator[bytes]:
        return iter(self)


def parts_of(
    source: Source, *, max_bytes: int = DEFAULT_MAX_BYTES, marks: Mapping[str, int] = MappingProxyType({})
) -> Parts:
    """What there is in a source, decompressed. A file is read each time, anything else is kept in memory.

    Parameters
    ----------
    source, max_bytes
        As in `nx_poincare.io.streams.open_source`.
    marks : dict of str to int, optional
        Characters each of which becomes an object, and for how many bytes of `max_bytes` there may be one.

    Raises
    ------
    GraphFileError
        As `open_source` does; if what was packed falls into more words than 20 for each byte of the file, and
        into more than a million; if it has more marks than `most_objects` allows; and, later, if a file is not what
        it was any more.

    Examples
    --------
    >>> import gzip, io
    >>> list(parts_of(io.BytesIO(gzip.compress(b"a graph"))))
    [b'a graph']
    """
    path = name_of(source)
    is_file = isinstance(source, str | os.PathLike) and path != "-" and os.path.isfile(path)
    parts = _PartsOfFile(path, max_bytes) if is_file else None
    kept = _checked(source, max_bytes, marks, keeps=not is_file)
    return parts or Parts(kept)


def read_all(
    source: Source, *, max_bytes: int = DEFAULT_MAX_BYTES, marks: Mapping[str, int] = MappingProxyType({})
) -> bytes:
    """What `parts_of` gives, in one piece.

    Examples
    --------
    >>> import io
    >>> read_all(io.BytesIO(b"a graph"))
    b'a graph'
    """
    return b"".join(_checked(source, max_bytes, marks, keeps=True))


def _checked(source: Source, max_bytes: int, marks: Mapping[str, int], *, keeps: bool) -> list[bytes]:
    """Go through a source, and refuse what `parts_of` refuses; returns its parts if they are kept."""
    path = name_of(source)
    kept: list[bytes] = []
    words, found = 0, dict.fromkeys(marks, 0)
    with open_source(source, max_bytes=max_bytes) as stream:
        is_packed = stream.raw.packed_bytes is not None  # type: ignore[attr-defined]
        while part := stream.read(_PART):
            for characters in marks:
                found[characters] += _count(part, characters)
            words += _count(part, _WORDS) if is_packed else 0
            if keeps:
                kept.append(part)
        packed = stream.raw.packed_bytes or 0  # type: ignore[attr-defined]
    _check_words(words, packed, path)
    for characters, mark_bytes in marks.items():
        most = most_objects(max_bytes, mark_bytes)
        if found[characters] > most:
            raise GraphFileError(
                path,
                None,
                f"holds {found[characters]:,} of the marks {' '.join(map(repr, characters))}, each of which becomes an "
                f"object, more than {most:,}: one for {mark_bytes} bytes of max_bytes; raise max_bytes if it should",
            )
    return kept


def _count(part: bytes, characters: str) -> int:
    return sum(part.count(character.encode()) for character in characters)


def _check_words(words: int, packed: int, path: str) -> None:
    """Refuse packed content that makes far more objects than a file of its size can be meant to hold.

    An object costs a hundred times the bytes that it is read from; words, and marks in front of what stands inside of
    something, bound how many there are.
    """
    if words > max(_FREE_WORDS, _MOST_WORDS_PER_BYTE * packed):
        raise GraphFileError(
            path,
            None,
            f"holds {words:,} words, more than {_MOST_WORDS_PER_BYTE} for each of its {packed:,} packed bytes; unpack "
            "it first if that is right",
        )


def _state_of(path: str) -> tuple[int, ...]:
    """What changes with what a file holds."""
    found = os.stat(path)
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
