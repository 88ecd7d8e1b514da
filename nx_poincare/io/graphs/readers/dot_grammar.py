"""The grammar of pydot: what a piece of DOT says, or where it is wrong."""

from __future__ import annotations

import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec, module_from_spec
from typing import Any

from nx_poincare.io.graphs.readers.dot_statements import end_of_html
from nx_poincare.io.graphs.readers.dot_words import PREFIX

__all__ = ["NotDotError", "graphs_in"]

_PARSER = threading.Lock()  # that of pydot has one state for all threads
# Attributes that pydot takes for arguments of its own, and names that it does not know without quotes; what stands
# in quotes, in HTML and in comments is passed over.
_IN_ITS_WAY = re.compile(
    r'"(?:\\.|[^"\\])*"|(?P<html><)|(?P<comment>(?://|\#)[^\n]*|/\*.*?\*/)|(?P<unclosed>"|/\*)'
    r"|(?<![\w.])(?P<key>name|src|dst|obj_dict)(?=\s*=)"
    r"|(?P<id>(?<![\w.-])-(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?![\w.])|(?<![\w.])[\w.]*[\U00010000-\U0010ffff][\w.\U00010000-\U0010ffff]*)",
    re.DOTALL,
)


class NotDotError(Exception):
    """A piece that is not DOT.

    Attributes
    ----------
    line : int or None
        From 1; None where it is not known.
    problem : str
    """

    def __init__(self, line: int | None, problem: str) -> None:
        super().__init__(line, problem)
        self.line, self.problem = line, problem


def graphs_in(text: str) -> list[Any]:
    """The graphs in a text, each a dictionary as pydot makes them, with nodes, edges, subgraphs and attributes.

    Raises
    ------
    NotDotError
        Naming the line.

    Examples
    --------
    >>> [graph["type"] for graph in graphs_in("graph { a } digraph { b }")]
    ['graph', 'digraph']
    """
    from pyparsing import ParseBaseException, ParserElement

    try:
        with _PARSER, _repeated_nodes():
            try:
                return [graph.obj_dict for graph in _grammar().parse_string(_without_what_is_in_its_way(text), True)]
            finally:
                ParserElement.reset_cache()  # errors in it have frames, and these what is read, and its open file
    except ParseBaseException as error:
        raise NotDotError(error.lineno, error.msg) from None
    except TypeError as error:
        raise NotDotError(
            None, "has an attribute that is called name, src, dst or obj_dict and has no value"
        ) from error
    except RecursionError as error:
        raise NotDotError(None, "is nested too deep to be read") from error


@cache
def _grammar() -> Any:
    """That of pydot, in a copy of its module, without a look for comments at each word: three quarters of its time."""
    spec = find_spec("pydot.dot_parser")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what pyparsing says of this grammar
        spec.loader.exec_module(module)
    waiting, seen = [module.graphparser], set()
    while waiting:
        part = waiting.pop()
        if id(part) not in seen:
            seen.add(id(part))
            part.ignoreExprs = []
            waiting += part.recurse()
    return module.graphparser


@contextmanager
def _repeated_nodes() -> Iterator[None]:
    """Let pydot add a node once more without an object for each time that it was there: n times took n squared."""
    import pydot

    owner: Any = pydot.Graph

    def add_node(self: Any, node: Any) -> None:
        if not isinstance(node, pydot.Node) or not (same := self.obj_dict["nodes"].get(node.get_name())):
            add(self, node)
            return
        same.append(node.obj_dict)
        if node.get_parent_graph() is None:
            node.set_parent_graph(self.get_parent_graph())
        node.set_sequence(self.get_next_sequence_number())

    add, owner.add_node = owner.add_node, add_node
    try:
        yield
    finally:
        owner.add_node = add


def _without_what_is_in_its_way(text: str) -> str:
    """The text with other words in place of those that pydot misreads, and without comments; lines stay lines."""
    parts: list[str] = []
    place = 0
    while found := _IN_ITS_WAY.search(text, place):
        parts.append(text[place : found.start()])
        place = found.end()
        if found["unclosed"] is not None:
            place = found.start()
            break
        if found["html"] is not None:
            place = end_of_html(text, found.start()) or len(text)
            parts.append(text[found.start() : place])
        elif found["comment"] is not None:
            parts.append(" " + "\n" * found[0].count("\n"))
        elif found["id"] is not None:
            parts.append(f'"{found["id"]}"')  # negative numbers, and characters beyond the first 65,536
        else:
            parts.append(found[0] if found["key"] is None else PREFIX + found["key"])
    return "".join([*parts, text[place:]])
