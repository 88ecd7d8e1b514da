"""What RDF takes in memory, counted before rdflib reads it: a unit is up to 640 bytes there (`benchmarks/rdf.py`).

A line of N-Triples is four. In Turtle a word is one, six in a list, and commas, semicolons and brackets count for the
triples that they begin; so do those of JSON-LD, a comma six where there are lists. An element of XML is three, nine in
a list, and its attributes are up to ten, by what they say.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import suppress

from nx_poincare.io.graphs.readers.xml import root_without_entities
from nx_poincare.io.streams import GraphFileError, most_objects

__all__ = ["check_units", "count_units"]

_UNIT_BYTES = 128  # of max_bytes
_MEMORY = 640  # bytes at most that a unit takes, by `benchmarks/rdf.py`
_FAR_BEYOND = 8  # times the limit, where counting ends
_TRIPLE, _WORD, _IN_LIST = 4, 1, 6
_ELEMENT, _ATTRIBUTE = 3, 5
_UNITS_OF = {b",": 2, b";": 2, b"[": 3, b"{": 3}
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns# "
_UNITS_OF_ATTRIBUTE = {
    f"{_RDF}about": 1, f"{_RDF}resource": 1, f"{_RDF}nodeID": 1, f"{_RDF}datatype": 0, f"{_RDF}parseType": 0,
    f"{_RDF}ID": 10, "http://www.w3.org/XML/1998/namespace lang": 0, "http://www.w3.org/XML/1998/namespace base": 0,
}  # fmt: skip
_LIST_IN_JSON = re.compile(rb"@list|\\u00(40|6[9c]|7[34])", re.IGNORECASE)  # or a letter of it as a number
_LINE = re.compile(rb"[^\r\n]+")
_TOKEN = re.compile(
    rb'"""(?:[^"\\]|\\.|"(?!""))*"""|' + rb"'''(?:[^'\\]|\\.|'(?!''))*'''|"
    rb'"(?:[^"\\\r\n]|\\.)*"|' + rb"'(?:[^'\\\r\n]|\\.)*'|<[^<>\s]*>|#[^\r\n]*|[,;\[\](){}]|"
    rb"""(?:[^\s,;\[\](){}"'<\\]|\\[^\r\n])+|\S""",  # an escaped quote begins no string that is sought to the end
    re.DOTALL,
)


def check_units(content: bytes, path: str, notation: str, max_bytes: int) -> None:
    """Refuse what would take more memory than a file of its size can be meant to.

    Raises
    ------
    GraphFileError
        If there are more units than `most_objects` allows, one for 128 bytes of ``max_bytes``.
    """
    most = most_objects(max_bytes, _UNIT_BYTES)
    units = count_units(content, path, notation, _FAR_BEYOND * most)
    if units <= most:
        return
    needs = f"max_bytes={_UNIT_BYTES * units:,}" if units <= _FAR_BEYOND * most else "a larger max_bytes"
    raise GraphFileError(
        path,
        None,
        f"has triples of RDF for more than {most:,} units of memory, of which a plain triple takes four and an item of "
        f"a list six: one for {_UNIT_BYTES} bytes of max_bytes; raise max_bytes if it should: {needs} reads it, in up "
        f"to {math.ceil(_MEMORY * units / 2**30)} GiB of memory, or leave out what is no hierarchy",
    )


def count_units(content: bytes, path: str, notation: str, most: float = math.inf) -> int:
    """How many units there are, of ``"xml"``, ``"nt"``, ``"json-ld"`` or ``"turtle"``; counting ends beyond `most`.

    Examples
    --------
    >>> count_units(b"<a:dog> <a:is> <a:animal> .", "dogs.nt", "nt")
    4
    """
    if notation == "xml":
        return _count_elements(content, path, most)
    units = 0
    for more in _units_of_lines(content) if notation == "nt" else _units_of_tokens(content, notation == "json-ld"):
        units += more
        if units > most:
            break
    return units


def _units_of_lines(content: bytes) -> Iterator[int]:
    return (_TRIPLE for _ in _LINE.finditer(content))


def _units_of_tokens(content: bytes, is_json: bool) -> Iterator[int]:
    depth = 0  # of lists
    units_of = _UNITS_OF | ({b",": _IN_LIST} if is_json and _LIST_IN_JSON.search(content) else {})
    for match in _TOKEN.finditer(content):
        token = match[0]
        if token.startswith(b"#"):
            continue
        depth = max(0, depth + (token == b"(") - (token == b")"))
        yield units_of.get(token, _WORD) + (_IN_LIST - _WORD if depth else 0)


class _FarBeyondError(Exception):
    """There are so many units that the rest is not counted."""


def _count_elements(content: bytes, path: str, most: float) -> int:
    units = 0
    are_lists: list[bool] = []  # of the elements that are open, whether what stands in them is a list

    def on_start(_: int, name: str, attributes: dict[str, str]) -> None:
        nonlocal units
        units += _ELEMENT + sum(_UNITS_OF_ATTRIBUTE.get(attribute, _ATTRIBUTE) for attribute in attributes)
        units += _IN_LIST if are_lists and are_lists[-1] else 0
        are_lists.append("Collection" in attributes.values())
        if units > most:
            raise _FarBeyondError

    def on_end(_: str) -> None:
        are_lists.pop()

    with suppress(_FarBeyondError):
        root_without_entities(content, path, on_start, on_end)
    return units
