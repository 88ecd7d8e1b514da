"""Pajek's networks: numbered vertices, and sections of arcs and edges. NetworkX reads the rows, some at a time.

The format: http://mrvar.fdv.uni-lj.si/pajek/pajekman.pdf, appendix 5.3. Its reader in NetworkX takes one section after
a complete list of vertices, and holds it in several copies; so it gets rows of one kind, of vertices that are numbers.
"""

from __future__ import annotations

import html
import re
import shlex
from collections import Counter
from collections.abc import Iterator
from itertools import groupby, islice
from typing import Any

import networkx as nx

from nx_poincare.io.graphs.readers.growing_edges import ParallelEdgesError, sort_edges
from nx_poincare.io.graphs.readers.text import decode
from nx_poincare.io.streams import GraphFileError

__all__ = ["read_pajek"]

_Line = tuple[int, str]
_ROWS_AT_ONCE = 1_000
_CHARACTER = re.compile("&#[0-9]{1,7};")  # as Pajek and igraph write those that others might misread
_FREE_VERTICES = 10**5  # without a line of their own
_LINE = re.compile(r"([^\r\n]*)(?:\r\n?|\n|\Z)")
_ARCS, _EDGES = (
    re.compile(rf"(?:\A|[\r\n])\s*\*(?:{kinds})(?!\S)", re.IGNORECASE)
    for kinds in ("arcs|arcslist|matrix", "edges|edgeslist")
)
_SECTIONS = ("*arcs", "*edges", "*arcslist", "*edgeslist", "*matrix")


def read_pajek(content: bytes, path: str) -> nx.Graph:
    """A graph from Pajek: directed as soon as there are arcs, when an edge without direction leads both ways.

    Nodes are the labels, or numbers as text where vertices have none or share theirs with others.

    Examples
    --------
    >>> read_pajek(b'*Vertices 3\\n1 "dog"\\n2 "old cat"\\n*Arcslist\\n1 2 3\\n', "pets.net").edges
    OutEdgeView([('dog', 'old cat'), ('dog', '3')])
    """
    text = decode(content, path)
    try:
        return _read(text, path, keeps_parallel=False)
    except ParallelEdgesError:
        return _read(text, path, keeps_parallel=True)


def _read(text: str, path: str, *, keeps_parallel: bool) -> nx.Graph:
    is_directed = bool(_ARCS.search(text)) or not _EDGES.search(text)
    kinds = (nx.DiGraph, nx.MultiDiGraph) if is_directed else (nx.Graph, nx.MultiGraph)
    graph: Any = kinds[keeps_parallel]()
    names: list[str] | None = None
    has_sections = False
    for body in _sections(text):
        number, head = next(body)
        kind = head.lower().split()[0]
        if kind == "*network":
            continue
        if kind == "*vertices":
            if names is not None:
                raise GraphFileError(path, number, "is a second list of vertices; only one network is read")
            names = _add_vertices(graph, (number, head), body, path, max(len(text), _FREE_VERTICES))
        elif kind in _SECTIONS:
            if names is None:
                raise GraphFileError(path, number, f"{kind} comes before *Vertices")
            has_sections = True
            leads_back = is_directed and kind.startswith("*edges")
            for found in _edges_of(kind, body, len(names) - 1, path):
                _add_edges(graph, found, names, leads_back=leads_back)
        elif has_sections or names is not None:
            raise GraphFileError(path, number, f"is a section that is not read: {head.strip()[:40]!r}")
    if names is None:
        raise GraphFileError(path, None, "is not a network of Pajek: it has no line '*Vertices n'")
    sort_edges(graph)
    return graph


def _sections(text: str) -> Iterator[Iterator[_Line]]:
    """The lines of each section, its head first, that are not blank and no comments."""
    section = 0

    def section_of(line: _Line) -> int:
        nonlocal section
        section += line[1].lstrip().startswith("*")
        return section

    lines = ((number, found[1]) for number, found in enumerate(_LINE.finditer(text), start=1))
    kept = (line for line in lines if line[1].strip() and not line[1].lstrip().startswith("%"))
    for place, body in groupby(kept, section_of):
        if place:
            yield body


def _add_vertices(graph: Any, head: _Line, body: Iterator[_Line], path: str, most: int) -> list[str]:
    """Add the vertices of a section; returns the node of each number, from 1."""
    words = head[1].split()
    if len(words) < 2 or not _is_number(words[1], 0, most):
        raise GraphFileError(path, head[0], "is not '*Vertices n', with a number that the file has room for")
    count = int(words[1])
    labels: list[str | None] = [None] * (count + 1)
    further: dict[int, list[str]] = {}  # words behind the label
    has_line = bytearray(count + 1)
    for number, line in body:
        row = _words(number, line, path)
        if not _is_number(row[0], 1, count):
            raise GraphFileError(path, number, f"is not a vertex between 1 and {count}")
        vertex = int(row[0])
        if has_line[vertex]:
            raise GraphFileError(path, number, f"vertex {vertex} has a line already")
        has_line[vertex] = True
        if len(row) > 1:
            labels[vertex] = _CHARACTER.sub(lambda match: html.unescape(match[0]), row[1])
        if len(row) > 4:
            further[vertex] = row[2:]
    names = _names(labels)
    for first in range(1, count + 1, _ROWS_AT_ONCE):
        vertices = range(first, min(first + _ROWS_AT_ONCE, count + 1))
        rows = [shlex.join([str(vertex), names[vertex], *further.pop(vertex, ())]) for vertex in vertices]
        found = _parsed([f"*Vertices {len(rows)}", *rows], head[0], path)
        for vertex, (name, about) in zip(vertices, found.nodes(data=True), strict=True):
            names[vertex] = name
            graph.add_nodes_from([(name, about)])
        found.clear()  # its views refer to it, so that it waits for the collector
    return names


def _names(labels: list[str | None]) -> list[str]:
    """The label of each vertex that has one of its own, the number as text of all others; nothing at 0."""
    counts = Counter(labels[1:])
    owner = {label: vertex for vertex, label in enumerate(labels) if label is not None and counts[label] == 1}
    names = [label if label in owner else str(vertex) for vertex, label in enumerate(labels)]
    by_number = [vertex for vertex, label in enumerate(labels) if vertex and label not in owner]
    while by_number:  # whose numbers may be the labels of others
        vertex = owner.pop(str(by_number.pop()), None)
        if vertex is not None:
            names[vertex] = str(vertex)
            by_number.append(vertex)
    return names


def _edges_of(kind: str, body: Iterator[_Line], count: int, path: str) -> Iterator[nx.Graph]:
    """Graphs of the rows of a section, whose nodes are numbers as text."""
    if kind == "*matrix":
        lines = list(body)
        vertices = [f"{vertex} {vertex}" for vertex in range(1, count + 1)]
        first = lines[0][0] if lines else None
        yield _parsed([f"*Vertices {count}", *vertices, kind, *(line for _, line in lines)], first, path)
        return
    while lines := list(islice(body, _ROWS_AT_ONCE)):
        rows: list[str] = []
        for number, line in lines:
            row = _words(number, line, path)
            ends = row if kind.endswith("list") else row[:2]
            if len(row) < 2 or not all(_is_number(end.lstrip("-"), 1, count) for end in ends):
                raise GraphFileError(path, number, f"does not name vertices from 1 to {count}")
            if kind.endswith("list"):
                rows += [f"{row[0]} {end}" for end in row[1:]]
            else:
                rows.append(shlex.join(row))
        yield _parsed(["*Vertices 0", kind.replace("list", ""), *rows], lines[0][0], path)


def _parsed(lines: list[str], number: int | None, path: str) -> nx.Graph:
    try:
        return nx.parse_pajek(lines)
    except (ValueError, IndexError, LookupError, TypeError, nx.NetworkXException) as error:
        raise GraphFileError(path, number, f"is not read by NetworkX: {error}") from error


def _add_edges(graph: Any, found: nx.Graph, names: list[str], *, leads_back: bool) -> None:
    """Take edges between numbers over to a graph of names, and the opposite ones as well if they lead back."""
    for tail, head, row in found.edges(data=True):
        u, v = (names[abs(int(end))] for end in (tail, head))
        for edge in ((u, v), (v, u)) if leads_back and u != v else ((u, v),):
            if not graph.is_multigraph() and edge[1] in graph.adj[edge[0]]:
                raise ParallelEdgesError
            graph.add_edges_from([(*edge, row)])
    found.clear()  # as above


def _words(number: int, line: str, path: str) -> list[str]:
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise GraphFileError(path, number, f"cannot be taken apart: {error}") from error
    return words or [""]


def _is_number(word: str, least: int, most: int) -> bool:
    return word.isascii() and word.isdecimal() and len(word) < 19 and least <= int(word) <= most
