"""What readers of text formats share."""

from __future__ import annotations

from nx_poincare.io.streams import GraphFileError

__all__ = ["decode"]


def decode(content: bytes, path: str) -> str:
    """Bytes in UTF-8 as text, without a byte order mark.

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
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise GraphFileError(path, line, f"byte 0x{content[error.start]:02x} is not UTF-8") from error
    if "\0" in text:
        raise GraphFileError(path, text.count("\n", 0, text.index("\0")) + 1, "holds a NUL byte; is this a text file?")
    return text
