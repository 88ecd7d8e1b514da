"""Graphs in GraphML and GEXF, line by line, as NetworkX's writers lay them out; those build a tree of the whole file.

The formats: http://graphml.graphdrawing.org/primer/graphml-primer.html and https://gexf.net/schema.html.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from itertools import count, islice
from typing import Any, TypeAlias
from xml.sax.saxutils import escape

import networkx as nx
from networkx.readwrite.gexf import GEXF
from networkx.readwrite.graphml import GraphML

from nx_poincare.attributes.flatten import Scalar
from nx_poincare.io.graphs.fitted import FittedGraph
from nx_poincare.io.graphs.looks import Look, Looks

__all__ = ["gexf_lines", "graphml_lines"]

_HEAD = "<?xml version='1.0' encoding='utf-8'?>\n"
_SPECIAL = re.compile('[&<>"\r\n\t]')
# Readers of XML take what stands for an end of line for a plain one, and in attributes any white space for a space.
_IN_TEXT = {"\r": "&#13;"}
_IN_ATTRIBUTES = {'"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#09;"}
_TYPES = {int: "long", float: "double", bool: "boolean", str: "string"}
_OF_GEXF_EDGES = ("label", "weight")  # in their tag
_GEXF_KEY = "networkx_key"

_GexfColumns: TypeAlias = Mapping[str, tuple[str, type]]


def graphml_lines(graph: FittedGraph) -> Iterator[str]:
    """A graph in GraphML."""
    keys: dict[tuple[str, str, type], str] = {}
    for scope, columns in (
        ("graph", graph.about_columns), ("node", graph.nodes.columns), ("edge", graph.edges.columns),
    ):  # fmt: skip
        for name, kind in columns:
            keys[scope, name, kind] = f"d{len(keys)}"
    yield _HEAD + _tag(
        "graphml",
        {"xmlns": GraphML.NS_GRAPHML, "xmlns:xsi": GraphML.NS_XSI, "xsi:schemaLocation": GraphML.SCHEMALOCATION},
    )
    yield ">\n"
    for (scope, name, kind), key in reversed(keys.items()):
        about = {"id": key, "for": scope, "attr.name": name, "attr.type": _TYPES[kind]}
        yield f"  {_tag('key', about)} />\n"

    def data(scope: str, row: Mapping[str, Scalar], indent: str) -> Iterator[str]:
        for name, value in row.items():
            key, text = keys[scope, name, type(value)], _text(str(value))
            yield f'{indent}<data key="{key}">{text}</data>\n' if text else f'{indent}<data key="{key}" />\n'

    def inside() -> Iterator[str]:
        for name, row in graph.nodes:
            yield from _element("    ", f'<node id="{_attribute(name)}"', "node", data("node", row, "      "))
        for u, v, *key, row in graph.edges:
            start = f'<edge source="{_attribute(u)}" target="{_attribute(v)}"'
            start += f' id="{_attribute(str(key[0]))}"' if key else ""
            yield from _element("    ", start, "edge", data("edge", row, "      "))
        yield from data("graph", graph.about, "    ")

    start = _tag("graph", {"edgedefault": "directed" if graph.is_directed else "undirected"})
    yield from _element("  ", start, "graph", inside())
    yield "</graphml>\n"


def gexf_lines(graph: FittedGraph, looks: Looks) -> Iterator[str]:
    """A graph in GEXF, with places, colours and sizes of nodes."""
    form = GEXF.versions["1.2draft"]
    viz = {"xmlns:viz": form["NS_VIZ"]} if looks.are_any else {}
    numbers = count()
    of_nodes = {name: (str(next(numbers)), kind) for name, kind in graph.nodes.columns if name != "label"}
    edge_columns = {name: kind for name, kind in graph.edges.columns if name not in _OF_GEXF_EDGES}
    for *_, key, row in islice(graph.edges, 1 if graph.is_multigraph else 0):  # behind the attributes of the first edge
        own = {name: kind for name, kind in edge_columns.items() if name in row}
        edge_columns = own | {_GEXF_KEY: type(key)} | edge_columns
    of_edges = {name: (str(next(numbers)), kind) for name, kind in edge_columns.items()}
    names = {"xmlns": form["NS_GEXF"], "xmlns:xsi": form["NS_XSI"], "xsi:schemaLocation": form["SCHEMALOCATION"]}
    yield _HEAD + _tag("gexf", {**viz, **names, "version": form["VERSION"]})
    yield f'>\n  <meta lastmodifieddate="{time.strftime("%Y-%m-%d")}">\n'
    yield f"    <creator>NetworkX {nx.__version__}</creator>\n  </meta>\n"
    edge_type, name = "directed" if graph.is_directed else "undirected", str(graph.about.get("name", ""))
    yield f"  {_tag('graph', {'defaultedgetype': edge_type, 'mode': 'static', 'name': name})}>\n"
    for scope, columns in (("edge", of_edges), ("node", of_nodes)):
        if columns:
            yield f'    <attributes mode="static" class="{scope}">\n'
            for title, (key, kind) in columns.items():
                yield f"      {_tag('attribute', {'id': key, 'title': title, 'type': _TYPES[kind]})} />\n"
            yield "    </attributes>\n"
    yield from _element("    ", "<nodes", "nodes", _gexf_nodes(graph, looks, of_nodes))
    yield from _element("    ", "<edges", "edges", _gexf_edges(graph, of_edges))
    yield "  </graph>\n</gexf>\n"


def _gexf_nodes(graph: FittedGraph, looks: Looks, columns: _GexfColumns) -> Iterator[str]:
    for (name, row), look in zip(graph.nodes, looks, strict=True):
        start = f'<node id="{_attribute(name)}" label="{_attribute(str(row.get("label", name)))}"'
        yield from _element("      ", start, "node", [*_viz(look), *_gexf_values(columns, row)])


def _viz(look: Look) -> Iterator[str]:
    if look.color is not None:
        r, g, b = look.color[:3]
        yield f'        <viz:color r="{r}" g="{g}" b="{b}" a="1.0" />\n'
        yield f'        <viz:size value="{look.size}" />\n'
    if look.place is not None:
        x, y, z, *_ = (*look.place, 0.0)
        yield f'        <viz:position x="{x}" y="{y}" z="{z}" />\n'


def _gexf_edges(graph: FittedGraph, columns: _GexfColumns) -> Iterator[str]:
    for number, (u, v, *key, row) in enumerate(graph.edges):
        start = f'<edge source="{_attribute(u)}" target="{_attribute(v)}" id="{number}"'
        for name in (name for name in _OF_GEXF_EDGES if name in row):
            start += f' {name}="{_attribute(str(row[name]))}"'
        yield from _element("      ", start, "edge", _gexf_values(columns, {**row, _GEXF_KEY: key[0]} if key else row))


def _gexf_values(columns: _GexfColumns, row: Mapping[str, Scalar]) -> Iterator[str]:
    """Empty where there is nothing but what stands in the tag itself."""
    values = [
        f'          <attvalue for="{columns[name][0]}" value="{_gexf_text(value)}" />\n'
        for name, value in row.items()
        if name in columns
    ]
    if values:
        yield "        <attvalues>\n" + "".join(values) + "        </attvalues>\n"


def _gexf_text(value: Scalar) -> str:
    if type(value) is bool:
        return str(value).lower()
    if type(value) is float and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "INF" if value > 0 else "-INF"
    return _attribute(str(value))


def _element(indent: str, start: str, name: str, inside: Iterable[str]) -> Iterator[str]:
    """The lines of an element; ``start`` is its tag without the end."""
    is_empty = True
    for line in inside:
        if is_empty:
            yield f"{indent}{start}>\n"
            is_empty = False
        yield line
    yield f"{indent}{start} />\n" if is_empty else f"{indent}</{name}>\n"


def _tag(name: str, attributes: Mapping[str, Any]) -> str:
    """The start of an element, without the end of its tag."""
    return f"<{name}" + "".join(f' {key}="{_attribute(value)}"' for key, value in attributes.items())


def _attribute(text: str) -> str:
    return escape(text, _IN_ATTRIBUTES) if _SPECIAL.search(text) else text


def _text(text: str) -> str:
    return escape(text, _IN_TEXT) if _SPECIAL.search(text) else text
