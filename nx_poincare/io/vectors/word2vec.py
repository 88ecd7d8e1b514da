"""The file formats of word2vec, text and binary: a line with the shape, then a name and its vector each.

A name ends at the first space, and a vector at the end of its line. White space and control characters in names are
therefore written as URLs write them, ``%20`` for a space, and so is ``%`` itself as ``%25``; reading
undoes exactly these. Every other name stays as it is. gensim leaves spaces in names, and its own reader
refuses such text; here the name is everything before the numbers.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import IO
from urllib.parse import quote

import numpy as np

from nx_poincare.io.arrays import DEFAULT_MAX_BYTES
from nx_poincare.io.graphs.format_rules import GraphExportError, text_names, utf8
from nx_poincare.io.streams import GraphFileError, Source, name_of, open_source
from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.progress import progress_bar

__all__ = ["read_word2vec", "write_word2vec"]

_ESCAPE_OF = {
    character: quote(character, safe="")
    for character in map(chr, range(0x3001))
    if character == "%" or character.isspace() or unicodedata.category(character) == "Cc"
}
_TO_ESCAPES = str.maketrans(_ESCAPE_OF)
_CHARACTER_OF = {escape: character for character, escape in _ESCAPE_OF.items()}
_ESCAPE = re.compile("|".join(sorted(_CHARACTER_OF, key=len, reverse=True)))
_DECIMAL = re.compile(rb"[-+]?[0-9]*\.[0-9]+(e[-+]?[0-9]+)?")  # a coordinate; "66" may be part of a name
_LONGEST_NAME = 2**16
_LARGEST_DIM = 2**20  # a vector is read whole, so a wrong number must not ask for all memory
_FLOAT32 = np.dtype("<f4")
_LARGEST_NORM32 = 1 - 2.0**-21  # what float32 cannot lift to 1


def write_word2vec(
    stream: IO[bytes], names: Sequence[Hashable], vectors: FloatArray, *, binary: bool, progress: bool | None = None
) -> None:
    """Write the format of word2vec, which gensim's ``load_word2vec_format`` reads.

    Text holds the digits that give back the same float64. Binary is float32 by definition: points
    whose norm would be rounded to 1 are moved back into the ball. A bar shows ``progress`` on a terminal.

    Raises
    ------
    GraphExportError
        If two names are the same text, or a name is empty or not valid Unicode.

    Examples
    --------
    >>> stream = io.BytesIO()
    >>> write_word2vec(stream, ["New York"], np.array([[0.1, 0.2]]), binary=False)
    >>> stream.getvalue()
    b'1 2\\nNew%20York 0.1 0.2\\n'
    """
    words = [_escape(name) for name in text_names(names)]
    stream.write(b"%d %d\n" % vectors.shape)
    rows = _binary(vectors) if binary else _text(vectors)
    with progress_bar(len(words), "writing", "node", progress) as bar:
        for word, row in zip(words, rows, strict=True):
            stream.write(word + b" " + row + b"\n")
            bar.update()


def read_word2vec(source: Source, *, binary: bool, max_bytes: int = DEFAULT_MAX_BYTES) -> tuple[list[str], FloatArray]:
    """Read what `write_word2vec`, gensim or word2vec itself wrote.

    Returns
    -------
    names : list of str, length n
    vectors : ndarray of float64, shape (n, dim)

    Raises
    ------
    GraphFileError
        Naming the line, in binary files the number of the vector, that does not follow the format.

    Examples
    --------
    >>> read_word2vec(io.BytesIO(b"1 2\\nNew%20York 0.1 0.2\\n"), binary=False)
    (['New York'], array([[0.1, 0.2]]))
    """
    path = name_of(source)
    with open_source(source, max_bytes=max_bytes) as stream:
        count, dim = _shape(stream.readline(_LONGEST_NAME), path)
        rows = _binary_rows(stream, count, dim, path) if binary else _text_rows(stream, count, dim, path)
        words, vectors = zip(*rows, strict=True) if count else ((), ())
    names = [_unescape(word, path, line) for line, word in enumerate(words, start=2)]
    known: dict[str, int] = {}
    for line, name in enumerate(names, start=2):
        if known.setdefault(name, line) != line:
            raise GraphFileError(path, line, f"{name!r} has a vector already, on line {known[name]}")
    return names, np.array(vectors, dtype=np.float64).reshape(count, dim)


def _text(vectors: FloatArray) -> Iterator[bytes]:
    return (" ".join(map(repr, row.tolist())).encode() for row in vectors)


def _binary(vectors: FloatArray) -> Iterator[bytes]:
    norms = np.linalg.norm(vectors, axis=1)
    shrink = np.minimum(1.0, _LARGEST_NORM32 / np.maximum(norms, 0.5))
    return (row.tobytes() for row in (vectors * shrink[:, None]).astype(_FLOAT32))


def _escape(name: str) -> bytes:
    if not name:
        raise GraphExportError("the format of word2vec cannot hold an empty name; rename the node")
    return utf8(name.translate(_TO_ESCAPES))


def _unescape(word: bytes, path: str, line: int) -> str:
    try:
        return _ESCAPE.sub(lambda match: _CHARACTER_OF[match[0]], word.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise GraphFileError(path, line, f"the name {word!r} is not UTF-8") from error


def _shape(line: bytes, path: str) -> tuple[int, int]:
    try:
        count, dim = (int(number) for number in line.split())
    except ValueError:
        count = dim = -1
    if count < 0 or dim < 1:
        raise GraphFileError(path, 1, "is not 'number of vectors, dimension', as word2vec's formats begin")
    return count, dim


def _text_rows(stream: io.BufferedReader, count: int, dim: int, path: str) -> Iterable[tuple[bytes, list[float]]]:
    line = 1
    for line, text in enumerate(stream, start=2):
        word, *numbers = text.rstrip(b"\r\n").rstrip(b" ").split(b" ")
        while len(numbers) > dim and not _DECIMAL.fullmatch(numbers[0]):  # gensim leaves spaces in names
            word += b" " + numbers.pop(0)
        try:
            vector = [float(number) for number in numbers]
        except ValueError as error:
            raise GraphFileError(path, line, f"is not a vector: {error}") from error
        if line > count + 1:
            raise GraphFileError(path, line, f"comes after the {count} vectors that the first line announces")
        if not word or len(vector) != dim or not np.isfinite(vector).all():
            raise GraphFileError(path, line, f"is not a name and {dim} finite numbers")
        yield word, vector
    if line < count + 1:
        raise GraphFileError(path, line, f"is the last line, but the first line announces {count} vectors")


def _binary_rows(stream: io.BufferedReader, count: int, dim: int, path: str) -> Iterable[tuple[bytes, FloatArray]]:
    if dim > _LARGEST_DIM:
        raise GraphFileError(path, 1, f"announces {dim:,} dimensions, more than {_LARGEST_DIM:,}")
    for number in range(1, count + 1):
        word = bytearray()
        while (byte := stream.read(1)) not in (b" ", b"") and len(word) < _LONGEST_NAME:
            word += byte
        data = stream.read(dim * _FLOAT32.itemsize)
        name = bytes(word).lstrip(b"\n")  # gensim writes no end of line behind a vector, word2vec does
        if byte != b" " or not name or len(data) < dim * _FLOAT32.itemsize:
            raise GraphFileError(path, None, f"vector {number} of {count} is cut off or has no name")
        vector = np.frombuffer(data, dtype=_FLOAT32).astype(np.float64)
        if not np.isfinite(vector).all():
            raise GraphFileError(path, None, f"vector {number} of {count} is not finite; is this file binary?")
        yield name, vector
