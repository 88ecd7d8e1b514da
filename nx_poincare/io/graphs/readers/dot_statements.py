"""DOT cut into statements. Only where one ends is found here; what stands in it is for others to judge.

The grammar: https://graphviz.org/doc/info/lang.html. A statement may go on over the ends of lines, and a semicolon
behind it may be left out. A cut lies in front of a word that cannot go on what stands before it, so that each part
means by itself what it means in the whole. In doubt there is no cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple, TypeAlias

__all__ = ["Kind", "Piece", "end_of_html", "pieces_of"]

Kind: TypeAlias = Literal["head", "statement", "end", "rest"]

_TOKEN = re.compile(
    r'(?P<string>"(?:\\.|[^"\\])*")'
    r"|(?P<comment>(?://|\#)[^\n]*|/\*.*?\*/)"
    r'|(?P<list>\[[^"\[\]{}<>/\#]*(?:"(?:\\.|[^"\\])*"[^"\[\]{}<>/\#]*)*\])'
    r'|(?P<word>[^ \t\r\n"{}\[\]<>;,=:+/\#-]+|(?<![\w.-])-\.?[0-9][\w.]*)'
    r"|(?P<semicolon>;)"
    r"|(?P<open>[{\[])"
    r"|(?P<close>[}\]])"
    r"|(?P<html><)"
    r'|(?P<unclosed>"|/\*)'
    r"|(?P<other>--|->|[^ \t\r\n])",
    re.DOTALL,
)
_BRACKET = re.compile("[<>]")
_FIRST = {"string", "word", "html"}  # words that a statement may start with, and that go on nothing but `subgraph`
_LAST = {"string", "word", "html", "list", "close", "semicolon"}


class Piece(NamedTuple):
    """A part of a file in DOT.

    Attributes
    ----------
    kind : {"head", "statement", "end", "rest"}
        What stands in front of a graph, its brace included; a statement in it; the brace that closes it; what is left
        at the end of the file, outside of graphs or in one that is not closed.
    text : str
    line : int
        Where it starts, from 1.
    """

    kind: Kind
    text: str
    line: int


def pieces_of(texts: Iterable[str]) -> Iterator[Piece]:
    """Cut a text that comes in parts; together the pieces are the text.

    Examples
    --------
    >>> [piece.text for piece in pieces_of(["graph { a -- b ", "-- c; d [x=1]\\n e }"])]
    ['graph {', ' a -- b -- c; ', 'd [x=1]\\n ', 'e ', '}', '']
    """
    texts = iter(texts)
    text, start, line = "", 0, 1
    is_inside = is_all = False
    while True:
        kind, end = _in_graph(text, start) if is_inside else _outside(text, start)
        if kind == "rest" and not is_all:
            text, is_all = _with_more(text[start:], texts)
            start = 0
            continue
        piece = text[start:end]
        yield Piece(kind, piece, line)
        if kind == "rest":
            return
        line += piece.count("\n")
        start = end
        is_inside = kind != "end"


def _with_more(text: str, texts: Iterator[str]) -> tuple[str, bool]:
    """A text and at least as much again, so that it is gone through again a few times only; and whether that is all."""
    found, size = [text], 0
    for more in texts:
        found.append(more)
        size += len(more)
        if size >= len(text):
            return "".join(found), False
    return "".join(found), True


def _outside(text: str, start: int) -> tuple[Kind, int]:
    """Where the head of a graph ends."""
    place = start
    while found := _TOKEN.search(text, place):
        place = end_of_html(text, found.start()) if found["html"] else found.end()
        if found["unclosed"] or not place:
            break
        if found[0] == "{":
            return "head", place
    return "rest", len(text)


def _in_graph(text: str, start: int) -> tuple[Kind, int]:
    """Where the statement ends that starts here."""
    place, depth = start, 0
    last = last_word = ""
    while found := _TOKEN.search(text, place):
        kind = found.lastgroup or ""
        place = found.end()
        if kind == "comment":
            continue
        if kind == "unclosed":
            break
        if depth == 0:
            if found[0] == "}":
                return ("statement", found.start()) if last else ("end", place)
            if last in _LAST and _starts(kind, found[0], last) and not last_word.lower().endswith("subgraph"):
                return "statement", found.start()
            last_word = found[0] if kind == "word" else ""
        if kind == "html":
            place = end_of_html(text, found.start())
            if not place:
                break
        elif kind == "open":
            depth += 1
        elif kind == "close" and depth:
            depth -= 1
        elif kind == "close":
            kind = "other"
        last = kind
    return "rest", len(text)


def _starts(kind: str, token: str, last: str) -> bool:
    """Whether a token starts a statement behind what may be the last one of another."""
    return kind in _FIRST or (token == "{" and last in ("list", "close", "semicolon"))


def end_of_html(text: str, start: int) -> int:
    """Where text in angle brackets ends, 0 where it does not.

    Examples
    --------
    >>> end_of_html("a <b <i> c> d", 2)
    11
    """
    depth = 0
    for found in _BRACKET.finditer(text, start):
        depth += 1 if found[0] == "<" else -1
        if not depth:
            return found.end()
    return 0
