"""GML a part at a time: where its graph can be cut is found here, and NetworkX parses what stands between."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import networkx as nx

__all__ = ["InOnePieceError", "lines_of", "parts_of_graph"]

_STEP = 2**15  # characters that are parsed at once
_MARK = re.compile(r'".*?"|#.*$|[\[\]"]')
_MARK_OR_WORD = re.compile(rf"{_MARK.pattern}|[A-Za-z][0-9A-Za-z_]*")
_BOM = b"\xef\xbb\xbf"


class InOnePieceError(Exception):
    """A file that has to be read in one piece: it may be wrong, and then the error is that of NetworkX."""


def lines_of(parts: Iterable[bytes]) -> Iterator[str]:
    """The lines of a file in UTF-8, as `str.splitlines` gives them.

    Examples
    --------
    >>> list(lines_of([b"graph [\\n", b" directed ", b"1\\n]"]))
    ['graph [', ' directed 1', ']']
    """
    rest = [b""]
    is_first = True
    for part in parts:
        end = part.rfind(b"\n") + 1
        if end:
            whole = b"".join([*rest, part[:end]])
            yield from _decoded(whole.removeprefix(_BOM) if is_first else whole)
            rest, is_first = [], False
        rest.append(part[end:])
    whole = b"".join(rest)
    yield from _decoded(whole.removeprefix(_BOM) if is_first else whole)


def _decoded(content: bytes) -> list[str]:
    text = content.decode()
    if "\0" in text:
        raise InOnePieceError
    return text.splitlines()


def parts_of_graph(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """What stands in the graph, a few nodes and edges at a time, as NetworkX parses it.

    Each part has lists of nodes and edges under ``"node"`` and ``"edge"``, and what else it says of the graph. A part
    ends behind a bracket that closes what stands directly in the graph.

    Raises
    ------
    InOnePieceError
        If the brackets do not fit.
    networkx.NetworkXError
        As its parser raises it, with other numbers of lines.

    Examples
    --------
    >>> list(parts_of_graph(["graph [ directed 1 node [ id 0 ] ]"]))
    [{'node': [{'id': 0}], 'edge': [], 'directed': 1}]
    """
    outside: list[str] = []
    inside: list[str] = []
    depth = size = 0
    is_inside = False
    word = ""  # before a bracket that is in no other
    for line in _joined(lines):
        size += len(line)
        if depth and "[" not in line and "]" not in line:
            (inside if is_inside else outside).append(line)
            continue
        start = position = 0
        end = len(line)
        while match := (_MARK if depth else _MARK_OR_WORD).search(line, position):
            mark, position = match[0], match.end()
            if mark == '"':
                raise InOnePieceError
            if mark.startswith("#"):
                end = match.start()
            elif mark == "[":
                depth += 1
                if depth == 1 and word == "graph":
                    outside.append(line[start:position])
                    start, is_inside = position, True
            elif mark == "]":
                depth -= 1
                if depth == 0 and is_inside:
                    yield _parsed([*inside, line[start : match.start()]])
                    start, is_inside, inside, size = match.start(), False, [], 0
                elif depth == 1 and is_inside and size - len(line) + position > _STEP:
                    yield _parsed([*inside, line[start:position]])
                    start, inside, size = position, [], len(line) - position
                elif depth < 0:
                    raise InOnePieceError
            if not depth:
                word = mark
        (inside if is_inside else outside).append(line[start:end])
    if depth or nx.parse_gml(outside, label="id"):
        raise InOnePieceError


def _joined(lines: Iterable[str]) -> Iterator[str]:
    """Lines as NetworkX looks at them: text that goes over several is one line, with spaces."""
    open_lines: list[str] = []
    for line in lines:
        stripped = line.strip()
        if open_lines:
            open_lines.append(stripped)
            if not line:
                raise InOnePieceError
            if line[-1] == '"':
                yield " ".join(open_lines)
                open_lines = []
        elif line.count('"') == 1 and stripped[0] != '"' and stripped[-1] != '"':
            open_lines = [line.rstrip()]
        else:
            yield line


def _parsed(lines: list[str]) -> dict[str, Any]:
    """What the lines say of a graph, an empty node and an edge in front so that there is a list of each."""
    part: dict[str, Any] = nx.parse_gml(["graph [ part [ node [ ] edge [ ]", *lines, "] ]"], label="id").graph["part"]
    for kind in ("node", "edge"):
        part[kind] = part[kind][1:] if isinstance(part[kind], list) else []
    return part
