"""What readers of text formats share."""

from __future__ import annotations

import json
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Iterable, Iterator
from typing import Any

from nx_poincare.io.streams import GraphFileError

__all__ = ["decode", "json_of", "lines_in", "lines_of", "texts_of"]

_STEP = 2**16  # characters


def decode(content: bytes, path: str) -> str:
    """Bytes in UTF-8, or UTF-16 with a byte order mark, as text, without the mark.

    Raises
    ------
    GraphFileError
        Naming the line with a byte that is NUL or not UTF-8.

    Examples
    --------
    >>> decode(b"\\xef\\xbb\\xbfd\\xc3\\xb6g", "dogs.obo")
    'dög'
    """
    try:
        text = content.decode("utf-16" if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        coding = error.encoding.upper().replace("UTF8", "UTF-8")
        raise GraphFileError(path, line, f"byte 0x{content[error.start]:02x} is not {coding}") from error
    if "\0" in text:
        raise GraphFileError(path, text.count("\n", 0, text.index("\0")) + 1, "holds a NUL byte; is this a text file?")
    return text


def texts_of(parts: Iterable[bytes], path: str) -> Iterator[str]:
    """What `decode` gives of bytes that come in parts, which can be gone through again.

    Raises
    ------
    GraphFileError
        As `decode` does.

    Examples
    --------
    >>> list(texts_of([b"d\\xc3", b"\\xb6g"], "dogs.obo"))
    ['d', 'ög', '']
    """
    decoder: Any = None
    start = b""
    for part in parts:
        start += part if decoder is None else b""
        if decoder is None and len(start) > 1:
            is_wide = start.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
            decoder, part = getincrementaldecoder("utf-16" if is_wide else "utf-8-sig")(), start
        if decoder is not None and (text := _decoded(decoder, part, parts, path)):
            yield text
    if decoder is None:
        yield decode(start, path)
    else:
        yield _decoded(decoder, b"", parts, path, is_last=True)


def _decoded(decoder: Any, part: bytes, parts: Iterable[bytes], path: str, *, is_last: bool = False) -> str:
    try:
        text: str = decoder.decode(part, is_last)
    except UnicodeDecodeError:
        return decode(b"".join(parts), path)
    return text if "\0" not in text else decode(b"".join(parts), path)


def lines_of(text: str) -> Iterator[str]:
    """What `str.splitlines` gives, a few at a time.

    Examples
    --------
    >>> list(lines_of("a\\nb"))
    ['a', 'b']
    """
    start, length = 0, len(text)
    while start < length:
        end = length if (found := text.find("\n", start + _STEP)) < 0 else found + 1
        yield from text[start:end].splitlines()
        start = end


def lines_in(texts: Iterable[str]) -> Iterator[str]:
    """What `str.splitlines` gives of a text that comes in parts.

    Examples
    --------
    >>> list(lines_in(["a\\nb", "c\\r", "\\nd"]))
    ['a', 'bc', 'd']
    """
    begun: list[str] = []
    for text in texts:
        end = text.rfind("\n") + 1
        if end:
            yield from lines_of("".join([*begun, text[:end]]))
            begun = []
        begun.append(text[end:])
    yield from "".join(begun).splitlines()


def json_of(text: str, path: str) -> Any:
    """What JSON holds.

    Raises
    ------
    GraphFileError
        If it is not JSON; with the line.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise GraphFileError(path, error.lineno, f"is not valid JSON: {error.msg}") from error
    except (RecursionError, ValueError) as error:  # nested too deep, a number of too many digits
        raise GraphFileError(path, None, f"is not a graph in JSON: {error}") from error
