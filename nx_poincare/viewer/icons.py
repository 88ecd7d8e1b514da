"""Icons of nodes: a short text such as an emoji, or an image that is embedded in the page."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

__all__ = ["icons_of"]

_LONGEST_TEXT = 16  # characters: an emoji may have ten
_LARGEST = 250_000  # bytes of an image
_MOST = 16_000_000  # bytes of all
_SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg")
_SIGNATURES = {
    "image/png": rb"\x89PNG\r\n\x1a\n",
    "image/jpeg": rb"\xff\xd8\xff",
    "image/gif": rb"GIF8[79]a",
    "image/webp": rb"RIFF....WEBP",
    "image/svg+xml": rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>|<!--.*?-->|<!DOCTYPE\s+svg[^>]*>|\s)*<svg[\s>]",
}
_KINDS = {mime: re.compile(start, re.DOTALL) for mime, start in _SIGNATURES.items()}
_ADDRESS = re.compile(r"(?!data:)(?:[a-z][a-z0-9+.-]+:)?//", re.IGNORECASE)


def icons_of(values: Mapping[Hashable, Any]) -> dict[Hashable, str]:
    """The text of each node, or its image as a ``data:`` address of a type that its content is of.

    Values are text, the path of an image file (a `pathlib.Path`, or text with the suffix of one), bytes, or a ``data:``
    address. None, NaN and empty text are no icon.

    Raises
    ------
    ValueError
        If one is an address of the web, no image, too large or too long; the message names the node.
    TypeError
        If one is of another type.
    OSError
        If a file cannot be read.

    Examples
    --------
    >>> icons_of({"dog": "🐕", "cat": None, "fish": b"GIF89a..."})
    {'dog': '🐕', 'fish': 'data:image/gif;base64,R0lGODlhLi4u'}
    """
    icons: dict[Hashable, str] = {}
    images: set[str] = set()
    for node, value in values.items():
        if value is None or value == "" or (isinstance(value, float) and value != value):
            continue
        icons[node] = icon = _icon_of(node, value)
        if icon.startswith("data:"):
            images.add(icon)
    if (size := sum(map(len, images))) > _MOST:
        raise ValueError(
            f"icons: {len(images):,} images take {size:,} bytes of the page, more than {_MOST:,}: "
            "scale them down, or give fewer nodes one"
        )
    return icons


def _icon_of(node: Hashable, value: Any) -> str:
    if isinstance(value, (bytes, bytearray)):
        return _embedded(node, bytes(value))
    if isinstance(value, os.PathLike):
        return _embedded(node, _content(node, Path(value)))
    if not isinstance(value, str):
        raise TypeError(
            f"icons: node {node!r} has a {type(value).__name__}: give text, the path of an image, its bytes or a "
            "data: address"
        )
    if _ADDRESS.match(value):
        raise ValueError(
            f"icons: node {node!r} has the address {value[:200]!r}, but a page asks no network: fetch the image and "
            "give its bytes, or the path of its file"
        )
    if value[:5].lower() == "data:":
        return _embedded(node, _unpacked(node, value))
    if value.lower().endswith(_SUFFIXES):
        return _embedded(node, _content(node, Path(value)))
    if len(value) > _LONGEST_TEXT:
        raise ValueError(
            f"icons: node {node!r} has a text of {len(value)} characters, {value[:40]!r}: an icon has at most "
            f"{_LONGEST_TEXT}, and a file of an image ends in {', '.join(_SUFFIXES)}"
        )
    return value


def _content(node: Hashable, path: Path) -> bytes:
    """Of a file, unless it is too large to be read."""
    try:
        _check_size(node, path.stat().st_size)
        return path.read_bytes()
    except OSError as error:
        raise type(error)(error.errno, f"icons: node {node!r}: {error.strerror}", str(path)) from error


def _unpacked(node: Hashable, address: str) -> bytes:
    head, comma, packed = address.partition(",")
    try:
        if not comma:
            raise ValueError("it has no comma")
        raw = unquote_to_bytes(packed)
        return base64.b64decode(raw, validate=True) if head.lower().endswith(";base64") else raw
    except ValueError as error:
        raise ValueError(f"icons: node {node!r} has a data: address that cannot be read: {error}") from error


def _embedded(node: Hashable, content: bytes) -> str:
    """As an address that holds the image; of what type it is, its content says."""
    _check_size(node, len(content))
    mime = next((mime for mime, start in _KINDS.items() if start.match(content)), None)
    if mime is None:
        raise ValueError(f"icons: node {node!r} has something that is no PNG, JPEG, GIF, WebP or SVG image")
    return f"data:{mime};base64,{base64.b64encode(content).decode('ascii')}"


def _check_size(node: Hashable, size: int) -> None:
    if size > _LARGEST:
        raise ValueError(
            f"icons: the image of node {node!r} has {size:,} bytes, more than {_LARGEST:,}: scale it down, "
            "256 pixels are enough"
        )
