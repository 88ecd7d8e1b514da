"""What words of DOT stand for: text, nodes, keys of attributes, and places."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["PREFIX", "key_of", "node_of", "place_of", "text_of"]

PREFIX = "nx_poincare_"  # of keys that pydot would take for arguments of its own
_POSITION = re.compile(r"(-?[0-9.]+(?:e[-+]?[0-9]+)?),(-?[0-9.]+(?:e[-+]?[0-9]+)?)!?", re.IGNORECASE)


def text_of(word: Any) -> str:
    """What stands between quotes: there only a quote and the end of a line can be escaped.

    Examples
    --------
    >>> text_of('"say \\\\"hi\\\\""'), text_of("dog")
    ('say "hi"', 'dog')
    """
    text = str(word)
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return text[1:-1].replace("\\\r\n", "").replace("\\\n", "").replace('\\"', '"')
    return text


def key_of(word: Any) -> str:
    """The key of an attribute.

    Examples
    --------
    >>> key_of("nx_poincare_name"), key_of('"x label"')
    ('name', 'x label')
    """
    return text_of(str(word).removeprefix(PREFIX))


def node_of(word: str) -> str:
    """The node that an end of an edge names, without the port behind a colon.

    Examples
    --------
    >>> node_of("dog:left:n"), node_of('"a:b":n')
    ('dog', 'a:b')
    """
    if word.startswith('"'):
        return text_of(word[: _end_of_quotes(word)])
    return text_of(word.partition(":")[0])


def _end_of_quotes(word: str) -> int:
    place = 1
    while place < len(word) and word[place] != '"':
        place += 2 if word[place] == "\\" else 1
    return place + 1


def place_of(text: str) -> tuple[float, float] | None:
    """The place of a node as two numbers, if it is one.

    Examples
    --------
    >>> place_of("27,18.5!")
    (27.0, 18.5)
    """
    numbers = _POSITION.fullmatch(text)
    return None if numbers is None else (float(numbers[1]), float(numbers[2]))
