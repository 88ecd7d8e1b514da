"""Pajek's networks: numbered vertices, and sections of arcs and edges. NetworkX reads each section.

The format: http://mrvar.fdv.uni-lj.si/pajek/pajekman.pdf, appendix 5.3. Its reader in NetworkX takes one section after
a complete list of vertices, so the file is laid out that way first.
"""

from __future__ import annotations

import html
import re
import shlex
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import networkx as nx

from nx_poincare.io.graphs.readers.text import decode
from nx_poincare.io.streams import GraphFileError

__all__ = ["read_pajek"]

_Line = tuple[int, str]
_CHARACTER = re.compile("&#[0-9]{1,7};")  # as Pajek and igraph write those that others might misread
_FREE_VERTICES = 10**5  # without a line of their own


def read_pajek(content: bytes, path: str) -> nx.Graph:
    """A graph from Pajek: directed as soon as there are arcs, when an edge without direction leads both ways.

    Nodes are the labels, or numbers as text where vertices have none or share theirs with others.

    Examples
    --------
    >>> read_pajek(b'*Vertices 3\\n1 "dog"\\n2 "old cat"\\n*Arcslist\\n1 2 3\\n', "pets.net").edges
    OutEdgeView([('dog', 'old cat'), ('dog', '3')])
    """
    lines = [(number, line) for number, line in enumerate(decode(content, path).splitlines(), start=1)]
    vertices: dict[str, str] | None = None
    graphs: list[nx.Graph] = []
    for head, body in _sections([line for line in lines if line[1].strip() and not line[1].lstrip().startswith("%")]):
        number, words = head[0], head[1].lower().split()
        if words[0] == "*network":
            continue
        if words[0] == "*vertices":
            if vertices is not None:
                raise GraphFileError(path, number, "is a second list of vertices; only one network is read")
            vertices = _vertices(head, body, path, max(len(content), _FREE_VERTICES))
        elif words[0] in ("*arcs", "*edges", "*arcslist", "*edgeslist", "*matrix"):
            if vertices is None:
                raise GraphFileError(path, number, f"{words[0]} comes before *Vertices")
            graphs.append(_section(words[0], body, vertices, path))
        elif graphs or vertices is not None:
            raise GraphFileError(path, number, f"is a section that is not read: {head[1].strip()[:40]!r}")
    if vertices is None:
        raise GraphFileError(path, None, "is not a network of Pajek: it has no line '*Vertices n'")
    return _union(graphs or [nx.parse_pajek(list(vertices.values()))])


def _sections(lines: list[_Line]) -> Iterator[tuple[_Line, list[_Line]]]:
    starts = [place for place, (_, line) in enumerate(lines) if line.lstrip().startswith("*")]
    for start, end in pairwise([*starts, len(lines)]):
        yield lines[start], lines[start + 1 : end]


def _vertices(head: _Line, body: list[_Line], path: str, most: int) -> dict[str, str]:
    """For each number its line, with a label that no other has; the first line is the head."""
    words = head[1].split()
    if len(words) < 2 or not _is_number(words[1], 0, most):
        raise GraphFileError(path, head[0], "is not '*Vertices n', with a number that the file has room for")
    count = int(words[1])
    found: dict[str, list[str]] = {}
    for number, line in body:
        row = _words(number, line, path)
        if not _is_number(row[0], 1, count):
            raise GraphFileError(path, number, f"is not a vertex between 1 and {count}")
        if row[0] in found:
            raise GraphFileError(path, number, f"vertex {row[0]} has a line already")
        found[row[0]] = row
    for row in found.values():
        row[1:2] = [_CHARACTER.sub(lambda match: html.unescape(match[0]), label) for label in row[1:2]]
    counts = Counter(row[1] if len(row) > 1 else row[0] for row in found.values())
    shared = {label for label, bearers in counts.items() if bearers > 1}
    lines = {"": f"*Vertices {count}"}
    for vertex in map(str, range(1, count + 1)):
        row = found.get(vertex, [vertex])
        label = row[1] if len(row) > 1 and row[1] not in shared else vertex
        extra = row[2:] if len(row) > 4 else []
        lines[vertex] = " ".join([vertex, *map(_quoted, [label, *extra])])
    return lines


def _section(kind: str, body: list[_Line], vertices: dict[str, str], path: str) -> nx.Graph:
    """The graph of one section, with all vertices."""
    rows: list[str] = []
    for number, line in body:
        row = _words(number, line, path)
        if kind == "*matrix":
            rows.append(line)
            continue
        ends = row if kind.endswith("list") else row[:2]
        if len(row) < 2 or not all(end.lstrip("-") in vertices and end for end in ends):
            raise GraphFileError(path, number, f"does not name vertices from 1 to {len(vertices) - 1}")
        if kind.endswith("list"):
            rows += [f"{row[0]} {end}" for end in row[1:]]
        else:
            rows.append(" ".join(map(_quoted, row)))
    try:
        return nx.parse_pajek([*vertices.values(), kind.replace("list", ""), *rows])
    except (ValueError, IndexError, LookupError, nx.NetworkXException) as error:
        raise GraphFileError(path, body[0][0] if body else None, f"is not read by NetworkX: {error}") from error


def _union(graphs: list[nx.Graph]) -> nx.Graph:
    """One graph of all sections; parallel edges stay as they are."""
    is_directed = any(graph.is_directed() for graph in graphs)
    multi: nx.Graph = nx.MultiDiGraph() if is_directed else nx.MultiGraph()
    for graph in graphs:
        multi.add_nodes_from(graph.nodes(data=True))
        edges = list(graph.edges(data=True))
        multi.add_edges_from(edges)
        if is_directed and not graph.is_directed():
            multi.add_edges_from((v, u, row) for u, v, row in edges if u != v)
    has_parallel = multi.number_of_edges() > len({edge[:2] for edge in multi.edges()})
    return multi if has_parallel else (nx.DiGraph(multi) if is_directed else nx.Graph(multi))


def _words(number: int, line: str, path: str) -> list[str]:
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise GraphFileError(path, number, f"cannot be taken apart: {error}") from error
    return words or [""]


def _is_number(word: str, least: int, most: int) -> bool:
    return word.isascii() and word.isdecimal() and len(word) < 19 and least <= int(word) <= most


def _quoted(word: str) -> str:
    return shlex.quote(word)
