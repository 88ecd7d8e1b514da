"""DOT, the language of Graphviz. pydot reads it.

The grammar: https://graphviz.org/doc/info/lang.html. Of subgraphs the nodes and edges count, and what their defaults
say of them; an edge to a subgraph leads to each of its nodes; ports are left out.
"""

from __future__ import annotations

import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec, module_from_spec
from typing import Any

import networkx as nx

from nx_poincare.io.arrays import DEFAULT_MAX_BYTES
from nx_poincare.io.graphs.readers.text import decode
from nx_poincare.io.streams import GraphFileError, most_objects
from nx_poincare.utils.optional import import_extra
from nx_poincare.utils.warn import warn_caller

__all__ = ["place_of", "read_dot"]

_FREE_EDGES = 2**20  # between subgraphs, of which a small file may make many
_PARSER = threading.Lock()  # that of pydot has one state for all threads
# Attributes that pydot takes for arguments of its own, and names that it does not know without quotes; what stands
# in quotes, in HTML and in comments is passed over; quotes and comments that do not end do so with the text, lest each
# of their beginnings be followed up to there.
_IN_ITS_WAY = re.compile(
    r'"(?:\\.|[^"\\])*(?:"|\\?\Z)|(?P<html><)|(?P<comment>(?://|\#)[^\n]*|/\*.*?\*/)|/\*.*\Z'
    r"|\b(?P<key>name|src|dst|obj_dict)(?=\s*=)"
    r"|(?P<id>(?<![\w.-])-(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?![\w.])|(?<![\w.])[\w.]*[\U00010000-\U0010ffff][\w.\U00010000-\U0010ffff]*)",
    re.DOTALL,
)
_BRACKET = re.compile("[<>]")
_PREFIX = "nx_poincare_"
_WORD = re.compile(
    r'"(?:\\.|[^"\\])*(?:"|\\?\Z)|(?://|\#)[^\n]*|/\*.*?(?:\*/|\Z)|[{}\[]|(?:[^\s"{}\[\];,=-]|-(?![->]))+', re.DOTALL
)
_WORD_BYTES = 1_024  # of max_bytes: pydot takes up to a fifth of a millisecond for a word
_POSITION = re.compile(r"(-?[0-9.]+(?:e[-+]?[0-9]+)?),(-?[0-9.]+(?:e[-+]?[0-9]+)?)!?", re.IGNORECASE)


class _Limit:
    """How many edges a file may have; those that there are, are counted."""

    def __init__(self, path: str, most: int) -> None:
        self._path, self._most, self._edges = path, most, 0

    def count(self, edges: int) -> None:
        """Take edges into account, before they are made."""
        self._edges += edges
        if self._edges > self._most:
            raise GraphFileError(self._path, None, f"has more than {self._most:,} edges, by edges between subgraphs")


def read_dot(content: bytes, path: str, *, max_bytes: int = DEFAULT_MAX_BYTES) -> nx.Graph:
    """A graph from DOT. Attributes are text, except that the place of a node, ``pos``, is two numbers.

    One word for 1,024 bytes of `max_bytes` is read; in subgraphs each counts twice for each level.

    Examples
    --------
    >>> G = read_dot(b'digraph { animal -> {dog; cat} [color=red] }', "animals.dot")
    >>> list(G.edges(data="color"))
    [('animal', 'dog', 'red'), ('animal', 'cat', 'red')]
    """
    import_extra("pydot", extra="dot")
    text = decode(content, path)
    _check_words(text, path, most_objects(max_bytes, _WORD_BYTES))
    found = _parsed(text, path)
    if len(found) > 1:
        warn_caller(f"{path} holds {len(found):,} graphs; the first one is read")
    top = found[0]
    graph: nx.Graph = nx.MultiDiGraph() if top.get_type() == "digraph" else nx.MultiGraph()
    try:
        _fill(graph, top.obj_dict, {}, {}, about=graph.graph, limit=_Limit(path, max(_FREE_EDGES, len(content))))
    except RecursionError as error:
        raise GraphFileError(path, None, "holds subgraphs in one another too deep to be read") from error
    graph.graph.update((_key(key), _text(value)) for key, value in top.get_attributes().items())
    for node, place in list(graph.nodes(data="pos")):
        if place is not None and (numbers := place_of(place)):
            graph.nodes[node]["pos"] = numbers
    has_parallel = not top.get_strict() and graph.number_of_edges() > len({edge[:2] for edge in graph.edges()})
    if has_parallel:
        return graph
    return nx.DiGraph(graph) if graph.is_directed() else nx.Graph(graph)


def place_of(text: str) -> tuple[float, float] | None:
    """The place of a node as two numbers, if it is one.

    Examples
    --------
    >>> place_of("27,18.5!")
    (27.0, 18.5)
    """
    numbers = _POSITION.fullmatch(text)
    return None if numbers is None else (float(numbers[1]), float(numbers[2]))


def _check_words(text: str, path: str, most: int) -> None:
    """Refuse what would take pydot minutes, which reads a subgraph twice: as an end of an edge, and by itself."""
    words = depth = 0
    for found in _WORD.finditer(text):
        depth += (found[0] == "{") - (found[0] == "}")
        words += 1 << max(0, depth - 1)
        if words > most:
            raise GraphFileError(
                path,
                text.count("\n", 0, found.start()) + 1,
                f"there are more than {most:,} words up to here (in subgraphs each counts twice for each level): one "
                f"for {_WORD_BYTES:,} bytes of max_bytes; raise max_bytes if it should",
            )


def _parsed(text: str, path: str) -> list[Any]:
    from pyparsing import ParseBaseException

    try:
        with _PARSER, _repeated_nodes():
            return list(_grammar().parse_string(_without_what_is_in_its_way(text), parse_all=True))
    except ParseBaseException as error:
        raise GraphFileError(path, error.lineno, f"is not DOT at {error.line.strip()[:60]!r}: {error.msg}") from error
    except RecursionError as error:
        raise GraphFileError(path, None, "is nested too deep to be read") from error


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
        if found["html"] is not None:
            place = _end_of_html(text, found.start())
            parts.append(text[found.start() : place])
        elif found["comment"] is not None:
            parts.append(" " + "\n" * found[0].count("\n"))
        elif found["id"] is not None:
            parts.append(f'"{found["id"]}"')  # negative numbers, and characters beyond the first 65,536
        else:
            parts.append(found[0] if found["key"] is None else _PREFIX + found["key"])
    return "".join([*parts, text[place:]])


def _end_of_html(text: str, start: int) -> int:
    depth = 0
    for found in _BRACKET.finditer(text, start):
        depth += 1 if found[0] == "<" else -1
        if not depth:
            return found.end()
    return len(text)


def _fill(
    graph: Any,
    found: Any,
    above_nodes: dict[str, str],
    above_edges: dict[str, str],
    about: dict[str, Any],
    limit: _Limit,
) -> list[str]:
    """Add what stands in a graph or subgraph, in order; returns its nodes. What it says of itself goes to `about`."""
    of_nodes, of_edges = dict(above_nodes), dict(above_edges)
    defaults: dict[str, dict[str, Any]] = {"node": of_nodes, "edge": of_edges, "graph": about}
    members: dict[str, None] = {}

    def node_called(name: str) -> str:
        node = _without_port(name)
        members[node] = None
        if node not in graph:
            graph.add_node(node)
            graph.nodes[node].update(of_nodes)
        return node

    for kind, name, item in _statements(found):
        attributes = {_key(key): _text(value) for key, value in item.get("attributes", {}).items()}
        if kind == "nodes" and name in defaults:
            defaults[name].update(attributes)
        elif kind == "nodes":
            graph.nodes[node_called(name)].update(attributes)
        elif kind == "subgraphs":
            members |= dict.fromkeys(_fill(graph, item, of_nodes, of_edges, about={}, limit=limit))
        else:
            ends = []
            for end in item["points"]:
                inside = (
                    [node_called(end)]
                    if isinstance(end, str)
                    else _fill(graph, end, of_nodes, of_edges, about={}, limit=limit)
                )
                members |= dict.fromkeys(inside)
                ends.append(inside)
            row = {**of_edges, **attributes}
            key = row.pop("key", None)
            limit.count(len(ends[0]) * len(ends[1]))
            for tail in ends[0]:
                for head in ends[1]:
                    graph.add_edges_from([(tail, head, key, row)])
    return list(members)


def _statements(found: Any) -> Iterator[tuple[str, Any, Any]]:
    """Nodes, edges and subgraphs as they come."""
    items = [
        (item.get("sequence") or 0, kind, name, item)
        for kind in ("nodes", "subgraphs", "edges")
        for name, same in found.get(kind, {}).items()
        for item in same
    ]
    items.sort(key=lambda item: item[0])
    return ((kind, name, item) for _, kind, name, item in items)


def _without_port(name: str) -> str:
    """The node that an end of an edge names, without the port behind a colon."""
    if name.startswith('"'):
        end = _end_of_quotes(name)
        return _text(name[:end])
    return _text(name.partition(":")[0])


def _end_of_quotes(name: str) -> int:
    place = 1
    while place < len(name) and name[place] != '"':
        place += 2 if name[place] == "\\" else 1
    return place + 1


def _key(name: Any) -> str:
    return _text(str(name).removeprefix(_PREFIX))


def _text(value: Any) -> str:
    """What stands between quotes: there only a quote and the end of a line can be escaped."""
    text = str(value)
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return text[1:-1].replace("\\\r\n", "").replace("\\\n", "").replace('\\"', '"')
    return text
