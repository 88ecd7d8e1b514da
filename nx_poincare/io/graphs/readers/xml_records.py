"""Nodes and edges of XML one by one: each is let go when it has been read, and so are the bytes that it came from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from xml.etree import ElementTree

import networkx as nx

from nx_poincare.io.content import Parts
from nx_poincare.io.graphs.readers.xml import Outline

__all__ = ["Record", "WithoutKeys", "records_in_order"]

_STEP = 2**16  # bytes whose elements are in memory at once


class Record(NamedTuple):
    """An element that says something of the graph.

    Attributes
    ----------
    kind : str
        Its name without the namespace.
    element : xml.etree.ElementTree.Element
        Without the nodes and edges that stand in it. That of a node which begins may lack its parts.
    outer : str, optional
        The node that it stands in.
    is_start : bool
        Whether it begins: graphs and nodes are told twice.
    """

    kind: str
    element: ElementTree.Element
    outer: str | None
    is_start: bool


class WithoutKeys:
    """A graph without parallel edges, for readers of NetworkX that add edges by key."""

    def __init__(self, graph: nx.Graph) -> None:
        self._graph = graph
        self.is_directed, self.has_edge = graph.is_directed, graph.has_edge

    def add_edge(self, source: str, target: str, /, key: Any = None, **data: Any) -> None:
        """Add an edge, and leave out its key."""
        self._graph.add_edges_from([(source, target, data)])

    def add_edges_from(self, edges: Iterable[tuple[str, str, Any, dict[str, Any]]]) -> None:
        """Add edges, and leave out their keys."""
        self._graph.add_edges_from((source, target, data) for source, target, _, data in edges)


def records_in_order(parts: Parts, outline: Outline, inside: Mapping[str, Collection[str]]) -> Iterator[Record]:
    """What there is besides nodes and edges, all nodes, and all edges, in the order that each have in the file.

    Parameters
    ----------
    parts : Parts
        The file; taken at the end.
    outline : Outline
    inside : dict
        For each kind of element that others stand in, their kinds, from the root element on. All others are passed
        over. Of several graphs in the root element the first counts.
    """
    others = {kind for kinds in inside.values() for kind in kinds} - {"node", "edge"}
    passes: list[Collection[str]] = [{*others, "node", "edge"}] if outline.is_in_order else [others, ["node"], ["edge"]]
    for number, kinds in enumerate(passes, 1):
        given = parts.taken() if number == len(passes) else parts
        yield from (record for record in _records(given, outline.namespace, inside) if record.kind in kinds)


def _records(parts: Iterable[bytes], namespace: str, inside: Mapping[str, Collection[str]]) -> Iterator[Record]:
    before = f"{{{namespace}}}" if namespace else ""
    kinds_inside = {kind: {f"{before}{name}": name for name in names} for kind, names in inside.items()}
    above: list[tuple[str, ElementTree.Element]] = []  # what is open, with its kind; none for what is passed over
    outer: list[str] = []
    root = next(iter(inside))
    graphs = 0
    for event, element in _events(parts):
        if event == "start":
            kind = kinds_inside.get(above[-1][0], {}).get(element.tag, "") if above else root
            if kind == "graph" and len(above) == 1:
                graphs += 1
                kind = kind if graphs == 1 else ""
            above.append((kind, element))
            if kind in ("graph", "node"):
                yield Record(kind, element, outer[-1] if outer else None, is_start=True)
                if kind == "node":
                    outer.append(element.attrib["id"])
            continue
        kind, _ = above.pop()
        if above and above[-1][0] in inside and (kind or above[-1][0] != "node"):
            above[-1][1].remove(element)
        if kind == "node":
            outer.pop()
        if kind and kind != root:
            yield Record(kind, element, outer[-1] if outer else None, is_start=False)


def _events(parts: Iterable[bytes]) -> Iterator[Any]:
    parser: ElementTree.XMLPullParser[ElementTree.Element] = ElementTree.XMLPullParser(("start", "end"))
    for part in parts:
        for first in range(0, len(part), _STEP):
            parser.feed(part[first : first + _STEP])
            yield from parser.read_events()
    parser.close()
    yield from parser.read_events()
