"""The file formats of word2vec, text and binary: a line with the shape, then a name and its vector each.

A name ends at the first space, and a vector at the end of its line. White space and control characters in names are
therefore written as URLs write them, ``%20`` for a space, and so is ``%`` itself as ``%25``. A file with such names
has a space at the end of its first line, which other readers skip, and only there they are undone: names that
another program wrote stay as they are. gensim leaves spaces in names, and its own reader refuses such files; here
the name is everything before the numbers.
"""

from __future__ import annotations

import io
import logging
import re
import unicodedata
from collections.abc import Hashable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import IO
from urllib.parse import quote

import numpy as np

from nx_poincare.io.arrays import DEFAULT_MAX_BYTES
from nx_poincare.io.graphs.format_rules import GraphExportError, text_names, utf8
from nx_poincare.io.graphs.plain_edges import rest_of
from nx_poincare.io.streams import GraphFileError, Source, name_of, open_source
from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.progress import progress_bar
from nx_poincare.utils.warn import warn_caller

__all__ = ["read_word2vec", "write_word2vec"]

_logger = logging.getLogger(__name__)

_ESCAPE_OF = {
    character: quote(character, safe="")
    for character in map(chr, range(0x3001))
    if character == "%" or character.isspace() or unicodedata.category(character) == "Cc"
}
_TO_ESCAPES = str.maketrans(_ESCAPE_OF)
_CHARACTER_OF = {escape: character for character, escape in _ESCAPE_OF.items()}
_ESCAPE = re.compile("|".join(sorted(_CHARACTER_OF, key=len, reverse=True)))
_ESCAPED = b" \n"  # how the first line ends where names are escaped
_DECIMAL = re.compile(rb"[-+]?[0-9]*\.[0-9]+(e[-+]?[0-9]+)?")  # a coordinate; "66" may be part of a name
_NUMBER = re.compile(rb"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?|[-+]?(nan|inf)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_LONGEST_NAME = 2**16
_MOST_SPACES = 2**8  # in the name of a binary vector, where each makes another place to cut
_LARGEST_DIM = 2**20  # a vector is read whole, so a wrong number must not ask for all memory
_LARGEST_DIGITS = 1e-3  # what digits, spaces and most signs are as float32; letters are more than 8
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
    b'1 2 \\nNew%20York 0.1 0.2\\n'
    """
    texts = text_names(names)
    words = [_escape(name) for name in texts]
    is_escaped = any(len(word) != len(name) and b"%" in word for word, name in zip(words, texts, strict=True))
    stream.write(b"%d %d" % vectors.shape + (_ESCAPED if is_escaped else b"\n"))
    rows = _binary(vectors) if binary else _text(vectors)
    with progress_bar(len(words), "writing", "node", progress) as bar:
        for word, row in zip(words, rows, strict=True):
            stream.write(word + b" " + row + b"\n")
            bar.update()


def read_word2vec(
    source: Source, *, binary: bool = False, max_bytes: int = DEFAULT_MAX_BYTES
) -> tuple[list[str], FloatArray]:
    """Read what `write_word2vec`, gensim or word2vec itself wrote.

    Parameters
    ----------
    source : path or stream of bytes
    binary : bool, default False
        What a file is taken for whose first vector does not show it.
    max_bytes : int, default 2**30

    Returns
    -------
    names : list of str, length n
    vectors : ndarray of float64, shape (n, dim)

    Raises
    ------
    GraphFileError
        Naming the line, in binary files the number of the vector, that does not follow the format; and if
        anything follows the last vector.

    Examples
    --------
    >>> read_word2vec(io.BytesIO(b"1 2 \\nNew%20York 0.1 0.2\\n"))
    (['New York'], array([[0.1, 0.2]]))
    >>> read_word2vec(io.BytesIO(b"1 2\\nNew York 0.1 0.2\\n"))
    (['New York'], array([[0.1, 0.2]]))
    """
    path = name_of(source)
    with open_source(source, max_bytes=max_bytes) as opened:
        first = opened.readline(_LONGEST_NAME)
        count, dim = _shape(first, path)
        ahead = opened.read(_LONGEST_NAME)
        found = _is_binary(ahead, dim)
        stream = rest_of(opened, ahead)
        if found is not None and found != binary:
            _logger.info("%s: its vectors are %s", path, "binary" if found else "text")
        rows = _binary_rows if (binary if found is None else found) else _text_rows
        pairs = list(rows(stream, count, dim, path))
    words, vectors = zip(*pairs, strict=True) if pairs else ((), ())
    is_escaped = first.endswith(_ESCAPED)
    names = [_name(word, is_escaped, path, line) for line, word in enumerate(words, start=2)]
    kept = 0 if is_escaped else sum(_ESCAPE.search(name) is not None for name in names)
    if kept:
        warn_caller(f"{path}: names that hold %20 or the like, kept as they stand: {kept:,}")
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


def _name(word: bytes, is_escaped: bool, path: str, line: int) -> str:
    try:
        text = word.decode("utf-8")
    except UnicodeDecodeError as error:
        raise GraphFileError(path, line, f"the name {word!r} is not UTF-8") from error
    return _ESCAPE.sub(lambda match: _CHARACTER_OF[match[0]], text) if is_escaped else text


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
        spaces = 0
        while len(numbers) - spaces > dim and not _DECIMAL.fullmatch(numbers[spaces]):  # gensim leaves them in names
            spaces += 1
        word, numbers = b" ".join((word, *numbers[:spaces])), numbers[spaces:]
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


def _is_binary(ahead: bytes, dim: int) -> bool | None:
    """Whether vectors that start so are binary; None if that cannot be seen."""
    line = ahead.partition(b"\n")[0].rstrip(b"\r ")
    numbers = line.split(b" ")[1:]
    if numbers and _is_text(line) and all(map(_NUMBER.fullmatch, numbers[-dim:])):
        return False
    _, space, vector = ahead.partition(b" ")
    return True if space and not _is_text(vector[: dim * _FLOAT32.itemsize].rstrip(b"\r\n")) else None


def _is_text(content: bytes) -> bool:
    """Whether it is UTF-8, perhaps cut off, without the control characters of ASCII."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data":
            return False
        text = content[: error.start].decode("utf-8")
    return _CONTROL.search(text) is None


def _binary_rows(stream: io.BufferedReader, count: int, dim: int, path: str) -> list[tuple[bytes, FloatArray]]:
    if dim > _LARGEST_DIM:
        raise GraphFileError(path, 1, f"announces {dim:,} dimensions, more than {_LARGEST_DIM:,}")
    content = stream.read()
    try:
        return list(_binary_vectors(content, count, dim, path, names_have_spaces=False))
    except GraphFileError as error:
        try:
            return list(_binary_vectors(content, count, dim, path, names_have_spaces=True))
        except GraphFileError:
            raise error from None


def _binary_vectors(
    content: bytes, count: int, dim: int, path: str, *, names_have_spaces: bool
) -> Iterator[tuple[bytes, FloatArray]]:
    size = dim * _FLOAT32.itemsize
    place = 0
    for number in range(1, count + 1):
        while content[place : place + 1] == b"\n":  # gensim writes no end of line behind a vector, word2vec does
            place += 1
        cuts = _cuts(content, place, size)
        end = _likeliest(content, cuts, dim, number == count) if names_have_spaces else next(cuts, None)
        if end is None:
            raise GraphFileError(path, None, f"vector {number} of {count} is cut off or has no name")
        vector = _vector(content, end, dim)
        if not np.isfinite(vector).all():
            raise GraphFileError(path, None, f"vector {number} of {count} is not finite; is this file binary?")
        yield content[place:end], vector
        place = end + 1 + size
    if content[place:].strip(b"\r\n"):
        raise GraphFileError(path, None, f"holds more than the {count} vectors that its first line announces")


def _cuts(content: bytes, place: int, size: int) -> Iterator[int]:
    """Where the name that starts at a place may end: at a space, with the bytes of a vector behind it.

    Only the first may have a name that is not text, to be refused with that name.
    """
    end = place
    for spaces in range(_MOST_SPACES):
        end = content.find(b" ", end + 1, place + _LONGEST_NAME)
        if end < 0 or end + 1 + size > len(content) or (spaces and not _is_text(content[place:end])):
            return
        yield end


def _vector(content: bytes, end: int, dim: int) -> FloatArray:
    with np.errstate(invalid="ignore"):  # a signalling NaN
        return np.frombuffer(content, dtype=_FLOAT32, count=dim, offset=end + 1).astype(np.float64)


def _likeliest(content: bytes, cuts: Iterable[int], dim: int, is_last: bool) -> int | None:
    """Where a name ends in which gensim may have left spaces: where a vector follows, and then a name or the end.

    A place before the right one takes text for numbers, of any magnitude, so of places whose vectors overlap the
    one is right whose smallest number is the largest.
    """
    size = dim * _FLOAT32.itemsize
    found: list[tuple[float, int]] = []
    for end in cuts:
        if found and end >= found[0][1] + size:
            break
        numbers = np.abs(_vector(content, end, dim))
        if not numbers.max() < 1 or not _is_followed(content, end + 1 + size, is_last):  # not finite, either
            continue
        smallest = float(numbers.min()) if numbers.any() else 1.0
        if smallest >= _LARGEST_DIGITS or not _is_text(content[end + 1 : end + 1 + size]):
            found.append((smallest, end))
    return max(found, default=(0.0, None), key=itemgetter(0))[1]


def _is_followed(content: bytes, place: int, is_last: bool) -> bool:
    """Whether a name starts at a place, or the file ends there if it should."""
    start = content[place : place + _LONGEST_NAME].lstrip(b"\r\n")
    name = start.lstrip(b" ").partition(b" ")[0]
    return not start if is_last else 0 < len(name) < len(start) and _is_text(name)
