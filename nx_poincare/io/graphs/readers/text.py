"""What readers of text formats share."""

from __future__ import annotations

import json
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from typing import Any

from nx_poincare.io.streams import GraphFileError

__all__ = ["decode", "json_of"]


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
