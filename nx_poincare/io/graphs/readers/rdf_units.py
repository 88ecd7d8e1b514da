"""What RDF takes in memory, counted before rdflib reads it: a unit is up to half a kilobyte there.

A line of N-Triples is four. In Turtle a word is one, six in a list, and commas, semicolons and brackets count for the
triples that they begin. An element of XML is three, nine in a list, and its attributes are up to ten, by what they say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from nx_poincare.io.graphs.readers.xml import root_without_entities
from nx_poincare.io.streams import GraphFileError, most_objects

__all__ = ["check_units"]

_UNIT_BYTES = 128  # of max_bytes
_TRIPLE, _WORD, _IN_LIST = 4, 1, 6
_ELEMENT, _ATTRIBUTE = 3, 5
_UNITS_OF = {b",": 2, b";": 2, b"[": 3, b"{": 3}
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns# "
_UNITS_OF_ATTRIBUTE = {
    f"{_RDF}about": 1, f"{_RDF}resource": 1, f"{_RDF}nodeID": 1, f"{_RDF}datatype": 0, f"{_RDF}parseType": 0,
    f"{_RDF}ID": 10, "http://www.w3.org/XML/1998/namespace lang": 0, "http://www.w3.org/XML/1998/namespace base": 0,
}  # fmt: skip
_LINE = re.compile(rb"[^\r\n]+")
_TOKEN = re.compile(
    rb'"""(?:[^"\\]|\\.|"(?!""))*"""|' + rb"'''(?:[^'\\]|\\.|'(?!''))*'''|"
    rb'"(?:[^"\\\r\n]|\\.)*"|' + rb"'(?:[^'\\\r\n]|\\.)*'|<[^<>\s]*>|#[^\r\n]*|[,;\[\](){}]|"
    rb"""[^\s,;\[\](){}"'<]+|\S""",
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

    def check(units: int) -> None:
        if units > most:
            raise GraphFileError(
                path,
                None,
                f"has triples of RDF for more than {most:,} units of memory, of which a plain triple takes four and an "
                f"item of a list six: one for {_UNIT_BYTES} bytes of max_bytes; raise max_bytes if it should",
            )

    if notation == "xml":
        _count_elements(content, path, check)
        return
    units = 0
    for more in _units_of_lines(content) if notation == "nt" else _units_of_tokens(content):
        units += more
        check(units)


def _units_of_lines(content: bytes) -> Iterator[int]:
    return (_TRIPLE for _ in _LINE.finditer(content))


def _units_of_tokens(content: bytes) -> Iterator[int]:
    depth = 0  # of lists
    for match in _TOKEN.finditer(content):
        token = match[0]
        if token.startswith(b"#"):
            continue
        depth = max(0, depth + (token == b"(") - (token == b")"))
        yield _UNITS_OF.get(token, _WORD) + (_IN_LIST - _WORD if depth else 0)


def _count_elements(content: bytes, path: str, check: Callable[[int], None]) -> None:
    units = 0
    are_lists: list[bool] = []  # of the elements that are open, whether what stands in them is a list

    def on_start(_: int, name: str, attributes: dict[str, str]) -> None:
        nonlocal units
        units += _ELEMENT + sum(_UNITS_OF_ATTRIBUTE.get(attribute, _ATTRIBUTE) for attribute in attributes)
        units += _IN_LIST if are_lists and are_lists[-1] else 0
        are_lists.append("Collection" in attributes.values())
        check(units)

    def on_end(_: str) -> None:
        are_lists.pop()

    root_without_entities(content, path, on_start, on_end)
