"""XML is looked through before a library builds a tree of it: no entities that expand, no parts that are missing."""

from __future__ import annotations

import xml.parsers.expat
from array import array
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, NoReturn

import numpy as np

from nx_poincare.io.streams import GraphFileError

__all__ = ["Outline", "check_graph_xml", "root_without_entities"]

_LONGEST_ENTITY = 2**12
_MOST_ENTITIES = 2**10


class Outline(NamedTuple):
    """What is known of a file before its graph is built.

    Attributes
    ----------
    namespace : str
        Of the root element.
    is_nested : bool
        Whether nodes stand in others, or name their parents.
    is_in_order : bool
        Whether all declarations come before all nodes, and those before all edges.
    may_be_parallel : bool
        Whether two edges may have the same ends; if not, no two have.
    graphs : int
        How many stand in the root element.
    """

    namespace: str
    is_nested: bool
    is_in_order: bool
    may_be_parallel: bool
    graphs: int


def check_graph_xml(parts: Iterable[bytes], path: str, format: str) -> Outline:
    """Check GraphML or GEXF, and see how it is laid out.

    Raises
    ------
    GraphFileError
        If it is not well-formed, declares a document type, has another root element, leaves out the names of a node
        or of an edge's ends, or has an edge to a node that is not there.
    """
    needed = {"node": ("id",), "edge": ("source", "target")}
    rank_of = {"key": 0, "attributes": 0, "node": 1, "edge": 2}
    nodes: set[str] = set()
    ends: list[tuple[str, int]] = []
    pairs = array("q")  # hashes of the ends of edges, in a tenth of the memory of a set
    level = depth = rank = graphs = 0
    is_nested = is_directed = False
    is_in_order = True

    def on_start(line: int, name: str, attributes: dict[str, str]) -> None:
        nonlocal level, depth, rank, graphs, is_nested, is_directed, is_in_order
        level += 1
        for attribute in needed.get(name, ()):
            if attribute not in attributes:
                raise GraphFileError(path, line, f"<{name}> has no {attribute!r}")
        if name in rank_of:
            is_in_order = is_in_order and rank_of[name] >= rank
            rank = rank_of[name]
        if name == "node":
            is_nested = is_nested or depth > 0 or "pid" in attributes
            depth += 1
            nodes.add(attributes["id"])
        elif name == "edge":
            source, target = attributes["source"], attributes["target"]
            ends.extend((end, line) for end in (source, target) if end not in nodes)
            pairs.append(hash((source, target) if is_directed else (min(source, target), max(source, target))))
            if is_directed and attributes.get("type") == "mutual":
                pairs.append(hash((target, source)))
        elif name == "parents":
            is_nested = True
        elif name == "graph" and level == 2:
            graphs += 1
            if graphs == 1:
                is_directed = "directed" in (attributes.get("edgedefault"), attributes.get("defaultedgetype"))

    def on_end(name: str) -> None:
        nonlocal level, depth
        level -= 1
        depth -= name == "node"

    root = _look_through(parts, path, on_start, on_end, lambda line: _refuse_doctype(path, line))
    namespace, _, name = root.rpartition(" ")
    if name != format:
        raise GraphFileError(path, None, f"is not {format}: its root element is <{name}>")
    missing = next((end for end in ends if end[0] not in nodes), None)
    if missing is not None:
        raise GraphFileError(path, missing[1], f"is an edge of the node {missing[0]!r}, which is not in the file")
    return Outline(namespace, is_nested, is_in_order, len(np.unique(np.asarray(pairs))) < len(pairs), graphs)


def root_without_entities(
    content: bytes,
    path: str,
    on_start: Callable[[int, str, dict[str, str]], None] | None = None,
    on_end: Callable[[str], None] | None = None,
) -> str:
    """The local name of the root element, of XML whose entities are short text.

    Protégé and others write document types with entities for the beginnings of IRIs, and those are read. Functions
    that are passed are told where elements begin, with line, name and attributes, and where they end.

    Raises
    ------
    GraphFileError
        If it is not well-formed, or declares entities that lie elsewhere, are long or many, or hold others.
    """
    return _look_through([content], path, on_start, on_end, None).rpartition(" ")[2]


def _look_through(
    parts: Iterable[bytes],
    path: str,
    on_start: Callable[[int, str, dict[str, str]], None] | None,
    on_end: Callable[[str], None] | None,
    on_doctype: Callable[[int], None] | None,
) -> str:
    """Parse without keeping anything; returns the name of the root element, its namespace and a space in front."""
    parser = xml.parsers.expat.ParserCreate(namespace_separator=" ")
    root: list[str] = []
    entities = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if not root:
            root.append(tag)
        if on_start is not None:
            on_start(parser.CurrentLineNumber, name, attributes)

    def doctype(*_: Any) -> None:
        if on_doctype is not None:
            on_doctype(parser.CurrentLineNumber)

    def entity(name: str, _: int, value: str | None, *__: Any) -> None:
        nonlocal entities
        entities += 1
        if value is None or "&" in value or len(value) > _LONGEST_ENTITY or entities > _MOST_ENTITIES:
            raise GraphFileError(
                path, parser.CurrentLineNumber, f"declares the entity {name!r}, which is not short text; it is not read"
            )

    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = entity
    parser.StartElementHandler = start
    if on_end is not None:
        parser.EndElementHandler = lambda tag: on_end(tag.rpartition(" ")[2])
    try:
        for part in parts:
            parser.Parse(part, False)
        parser.Parse(b"", True)
    except xml.parsers.expat.ExpatError as error:
        problem = xml.parsers.expat.ErrorString(error.code)
        raise GraphFileError(path, error.lineno, f"is not well-formed XML: {problem}") from error
    except (LookupError, ValueError) as error:
        if isinstance(error, GraphFileError):
            raise
        raise GraphFileError(path, 1, f"is in an encoding that cannot be read: {error}") from error
    return root[0]


def _refuse_doctype(path: str, line: int) -> NoReturn:
    raise GraphFileError(
        path,
        line,
        "has a document type declaration, which is not read: its entities may expand without limit; remove it",
    )
