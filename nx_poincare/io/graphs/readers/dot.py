"""DOT, the language of Graphviz. pydot reads it, a few statements at a time; plain ones are read without it.

The grammar: https://graphviz.org/doc/info/lang.html. Of subgraphs the nodes and edges count, and what their defaults
say of them; an edge to a subgraph leads to each of its nodes; ports are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import networkx as nx

from nx_poincare.io.arrays import DEFAULT_MAX_BYTES
from nx_poincare.io.content import Parts
from nx_poincare.io.graphs.readers.dot_grammar import NotDotError, graphs_in
from nx_poincare.io.graphs.readers.dot_growing import GrowingGraph, TooManyError
from nx_poincare.io.graphs.readers.dot_plain import plain_statement
from nx_poincare.io.graphs.readers.dot_statements import Piece, pieces_of
from nx_poincare.io.graphs.readers.growing_edges import ParallelEdgesError
from nx_poincare.io.graphs.readers.text import texts_of
from nx_poincare.io.streams import GraphFileError, most_objects
from nx_poincare.utils.optional import import_extra
from nx_poincare.utils.warn import warn_caller

__all__ = ["read_dot"]

_STEP = 2**13  # characters that pydot reads at once
_FREE_EDGES = 2**20  # between subgraphs, of which a small file may make many
# Quotes and comments that do not end do so with the text, lest each of their beginnings be followed up to there.
_WORD = re.compile(
    r'"(?:\\.|[^"\\])*(?:"|\\?\Z)|(?://|\#)[^\n]*|/\*.*?(?:\*/|\Z)|[{}\[]|(?:[^\s"{}\[\];,=-]|-(?![->]))+', re.DOTALL
)
_SHOWN = 60  # characters of a line that is wrong
_UNIT_BYTES = 64  # of max_bytes
_UNITS_OF_WORD, _UNITS_OF_ATTRIBUTE = 2, 1  # in plain statements
_UNITS_OF_WORD_OF_PYDOT = 16  # which takes up to a fifth of a millisecond for it


class _Limits(NamedTuple):
    edges: int
    units: int


class _Head(NamedTuple):
    """What stands in front of a graph."""

    is_directed: bool
    is_strict: bool


class _Plain(NamedTuple):
    """A plain statement."""

    nodes: list[str]
    attributes: dict[str, str]


def read_dot(parts: Parts, path: str, *, max_bytes: int = DEFAULT_MAX_BYTES) -> nx.Graph:
    """A graph from DOT. Attributes are text, except that the place of a node, ``pos``, is two numbers.

    One unit for 64 bytes of `max_bytes` is read: a word is two, an attribute one. In statements that are not plain a
    word is 16, and twice that for each level of subgraphs. Attributes that nodes and edges have by defaults, and edges
    by others between the same subgraphs, are counted by themselves, as many.

    Examples
    --------
    >>> G = read_dot(Parts([b'digraph { animal -> {dog; cat} [color=red] }']), "animals.dot")
    >>> list(G.edges(data="color"))
    [('animal', 'dog', 'red'), ('animal', 'cat', 'red')]
    """
    import_extra("pydot", extra="dot")
    limits = _Limits(max(_FREE_EDGES, sum(map(len, parts))), most_objects(max_bytes, _UNIT_BYTES))
    try:
        return _read(parts, path, limits, keeps_parallel=False)
    except ParallelEdgesError:
        return _read(parts, path, limits, keeps_parallel=True)


def _read(parts: Parts, path: str, limits: _Limits, *, keeps_parallel: bool) -> nx.Graph:
    growing: GrowingGraph | None = None
    graphs = 0
    try:
        for found in _statements(pieces_of(texts_of(parts, path)), path, limits.units):
            if isinstance(found, _Head):
                graphs += 1
            if growing is None and isinstance(found, _Head):
                growing = GrowingGraph(
                    **found._asdict(),
                    keeps_parallel=keeps_parallel,
                    most_edges=limits.edges,
                    most_attributes=limits.units,
                )
            elif growing is not None and graphs == 1:
                growing.add_plain(*found) if isinstance(found, _Plain) else growing.add(found)
    except NotDotError as error:
        problem = error.problem
        if error.line is not None:
            problem = f"is not DOT at {_line(texts_of(parts, path), error.line)!r}: {problem}"
        raise GraphFileError(path, error.line, problem) from error
    except TooManyError as error:
        raise GraphFileError(path, None, _too_many(error.what, limits)) from error
    except RecursionError as error:
        raise GraphFileError(path, None, "holds subgraphs in one another too deep to be read") from error
    assert growing is not None
    if graphs > 1:
        warn_caller(f"{path} holds {graphs:,} graphs; the first one is read")
    return growing.finished()


def _too_many(what: str, limits: _Limits) -> str:
    if what == "edges":
        return f"has more than {limits.edges:,} edges, by edges between subgraphs"
    return (
        f"gives nodes and edges more than {limits.units:,} attributes, by defaults and edges between subgraphs: one "
        f"for {_UNIT_BYTES} bytes of max_bytes; raise max_bytes if it should"
    )


def _statements(pieces: Iterable[Piece], path: str, most_units: int) -> Iterator[_Head | _Plain | Any]:
    """What pieces of a file say: heads, plain statements, and of others what pydot makes of a few at a time."""
    waiting: list[Piece] = []
    size = units = graphs = 0
    is_open = False
    for piece in pieces:
        plain = plain_statement(piece.text) if piece.kind == "statement" else None
        if plain is None:
            units = _with_units(piece, path, units, most_units)
        else:
            units += _UNITS_OF_WORD * len(plain[0]) + _UNITS_OF_ATTRIBUTE * len(plain[1])
            _check_units(units, most_units, path, piece.line)
        if piece.kind == "statement" and plain is None:
            waiting.append(piece)
            size += len(piece.text)
            if size < _STEP:
                continue
        if waiting and not (piece.kind == "rest" and is_open):
            yield _parsed("graph {", waiting, "}")
            waiting, size = [], 0
        if plain is not None:
            yield _Plain(*plain)
        elif piece.kind == "head":
            found = _parsed("graph {}" if graphs else "", [piece], "}")
            yield _Head(found["type"] == "digraph", found["strict"])
            graphs, is_open = graphs + 1, True
        elif piece.kind == "end":
            is_open = False
        elif piece.kind == "rest":
            before = "graph {" if is_open else "graph {}" if graphs else ""
            found = _parsed(before, [*waiting, piece], "")
            if is_open:
                yield found


def _parsed(before: str, pieces: list[Piece], behind: str) -> Any:
    """The last graph in what stands in pieces, with a line before and something behind."""
    text = "".join(piece.text for piece in pieces)
    try:
        return graphs_in(f"{before}\n{text}{behind}")[-1]
    except NotDotError as error:
        line = None if error.line is None else max(error.line - 2, 0) + pieces[0].line
        raise NotDotError(line, error.problem) from error


def _with_units(piece: Piece, path: str, units: int, most: int) -> int:
    """Count words that pydot takes minutes for: it reads a subgraph twice, as an end of an edge, and by itself."""
    depth = 0
    for found in _WORD.finditer(piece.text):
        depth += (found[0] == "{") - (found[0] == "}")
        units += _UNITS_OF_WORD_OF_PYDOT << max(0, depth)
        if units > most:
            _check_units(units, most, path, piece.line + piece.text.count("\n", 0, found.start()))
    return units


def _check_units(units: int, most: int, path: str, line: int) -> None:
    if units > most:
        raise GraphFileError(
            path,
            line,
            f"there are more than {most:,} units up to here (a word is {_UNITS_OF_WORD}, an attribute "
            f"{_UNITS_OF_ATTRIBUTE}; in statements that are not plain a word is {_UNITS_OF_WORD_OF_PYDOT}, and twice "
            f"that for each level of subgraphs): one for {_UNIT_BYTES} bytes of max_bytes; raise max_bytes if it "
            "should",
        )


def _line(texts: Iterable[str], number: int) -> str:
    """The start of a line, from 1."""
    found = ""
    for text in texts:
        start = 0
        while number > 1 and (end := text.find("\n", start)) >= 0:
            number, start = number - 1, end + 1
        if number == 1:
            line, end_of_line, _ = text[start:].partition("\n")
            found += line
            if end_of_line:
                break
    return found.strip()[:_SHOWN]
