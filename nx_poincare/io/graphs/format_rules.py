"""What each file format can hold, and how a flattened graph is made to fit it."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import networkx as nx
import numpy as np

from nx_poincare.attributes.flatten import Scalar, edges_of, free_name

__all__ = ["FORMATS", "GraphExportError", "fit_to_format", "text_names", "utf8"]

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_GML_KEY = re.compile("[A-Za-z][0-9A-Za-z_]*")
_NOT_DOT = re.compile(r'\\(?=["\n\r]|$)|\0|[\ud800-\udfff]', re.ASCII)
_GML_NO_TEXT = {"()", "[]"}  # NetworkX reads these as an empty tuple and an empty list
# Graphviz opens files and places of these names, or writes links to them.
_OPENED_BY_GRAPHVIZ = frozenset({
    "_background", "charset", "fontpath", "image", "imagepath", "layout", "shape", "shapefile", "stylesheet",
    *(f"{part}{kind}" for part in ("edge", "head", "label", "tail") for kind in ("URL", "href", "target")),
    "URL", "href", "target",
})  # fmt: skip


class GraphExportError(nx.NetworkXError, ValueError):
    """A graph that the format of the file cannot hold; the message names the node, edge or attribute."""


@dataclass(frozen=True)
class _Rules:
    """A format's own attribute names, which NetworkX's writer would use or drop, and its restrictions."""

    of_graph: frozenset[str] = frozenset()
    of_nodes: frozenset[str] = frozenset()
    of_edges: frozenset[str] = frozenset()
    text_names: bool = True
    is_xml: bool = False
    one_type_per_column: bool = False


FORMATS: Final[Mapping[str, _Rules]] = {
    "graphml": _Rules(of_graph=frozenset({"id", "node_default", "edge_default"}), is_xml=True),
    "gexf": _Rules(
        of_graph=frozenset({"mode", "node_default", "edge_default"}),
        of_nodes=frozenset({"id", "pid", "start", "end", "parents", "spells", "slices", "viz", "key", "networkx_key"}),
        of_edges=frozenset({"id", "type", "start", "end", "spells", "slices", "viz", "key", "networkx_key"}),
        is_xml=True,
        one_type_per_column=True,
    ),
    "gml": _Rules(
        of_graph=frozenset({"directed", "multigraph", "node", "edge"}),
        of_nodes=frozenset({"id", "label"}),
        of_edges=frozenset({"source", "target", "key"}),
    ),
    "dot": _Rules(
        of_graph=_OPENED_BY_GRAPHVIZ, of_nodes=_OPENED_BY_GRAPHVIZ | {"pos"}, of_edges=_OPENED_BY_GRAPHVIZ | {"key"}
    ),
    "json": _Rules(of_nodes=frozenset({"id"}), of_edges=frozenset({"source", "target", "key"}), text_names=False),
}


def fit_to_format(flat: nx.Graph, format: str) -> nx.Graph:
    """Copy a graph of scalar attributes so that NetworkX's writer and reader of a format keep it.

    Node names become text where the format asks for it, attributes with a name that the
    format keeps for itself get an underscore behind it, and columns of mixed types become one
    type where the format declares types by column.

    Raises
    ------
    GraphExportError
        If two names become the same text, or the format has no way to write something.

    Examples
    --------
    >>> G = nx.DiGraph([(1, (2, 3))])
    >>> G.nodes[1]["id"] = 7
    >>> fit_to_format(G, "gexf").nodes(data=True)
    NodeDataView({'1': {'id_': 7}, '(2, 3)': {}})
    """
    rules = FORMATS[format]
    nodes = list(flat)
    names = text_names(nodes) if rules.text_names else _json_names(nodes)
    edges = _with_plain_keys(edges_of(flat)) if flat.is_multigraph() else edges_of(flat)

    [of_graph] = _rename_reserved([flat.graph], rules.of_graph)
    of_nodes = _rename_reserved([flat.nodes[node] for node in nodes], rules.of_nodes)
    of_edges = _rename_reserved([edge[-1] for edge in edges], rules.of_edges)
    if format == "gexf":
        of_edges = _with_numeric_weights(of_edges)
    if format == "json":
        [of_graph], of_nodes, of_edges = (_without_nan(rows) for rows in ([of_graph], of_nodes, of_edges))
    if rules.one_type_per_column:
        of_nodes, of_edges = _one_type_per_column(of_nodes), _one_type_per_column(of_edges)

    check = _check_xml if rules.is_xml else {"gml": _check_gml, "dot": _check_dot}.get(format)
    if check is not None:
        check("the graph", (), of_graph)
        for node, name, row in zip(nodes, names, of_nodes, strict=True):
            check(f"node {node!r}", (name,), row)
        for edge, row in zip(edges, of_edges, strict=True):
            check(f"edge {edge[:2]!r}", edge[2:-1], row)

    name_of = dict(zip(nodes, names, strict=True))
    result: nx.Graph = flat.__class__()
    result.graph.update(of_graph)
    result.add_nodes_from(zip(names, of_nodes, strict=True))
    result.add_edges_from(
        (name_of[edge[0]], name_of[edge[1]], *edge[2:-1], row) for edge, row in zip(edges, of_edges, strict=True)
    )
    return result


def text_names(nodes: Iterable[Hashable]) -> list[str]:
    """Names as text, all different.

    Raises
    ------
    GraphExportError
        Naming two nodes that would become the same text.

    Examples
    --------
    >>> text_names(["dog", 1])
    ['dog', '1']
    """
    names = list(nodes)
    if set(map(type, names)) == {str} and len(set(names)) == len(names):
        return names  # type: ignore[return-value]
    return _distinct_names(names, lambda name: str.__str__(name) if isinstance(name, str) else str(_plain_name(name)))


def utf8(name: str) -> bytes:
    """A name as the bytes of a text file.

    Raises
    ------
    GraphExportError
        If it is not valid Unicode.

    Examples
    --------
    >>> utf8("é")
    b'\\xc3\\xa9'
    """
    try:
        return name.encode("utf-8")
    except UnicodeEncodeError as error:
        raise GraphExportError(f"the name {name!r} is not valid Unicode: {error.reason}") from error


def _json_names(nodes: Iterable[Hashable]) -> list[Any]:
    """Names that JSON has, tuples (NetworkX makes them of lists) included; other names as text."""
    return _distinct_names(nodes, lambda name: plain if _is_json(plain := _plain_name(name)) else str(name))


def _distinct_names(nodes: Iterable[Hashable], name_of: Any) -> list[Any]:
    owner: dict[Any, Hashable] = {}
    for node in nodes:
        name = name_of(node)
        if name in owner:
            raise GraphExportError(
                f"nodes {owner[name]!r} and {node!r} would both be called {name!r} in the file; rename one"
            )
        owner[name] = node
    return list(owner)


def _plain_name(name: Any) -> Any:
    """The name with numpy's scalars as Python's own, in tuples too."""
    if type(name) is tuple:
        return tuple(_plain_name(part) for part in name)
    return name.item() if isinstance(name, np.generic) else name


def _is_json(name: Any) -> bool:
    if type(name) is tuple:  # NetworkX's reader undoes only the outer list of an edge's ends
        return all(type(part) is not tuple and _is_json(part) for part in name)
    return name is None or isinstance(name, str | int) or (isinstance(name, float) and math.isfinite(name))


def _with_plain_keys(edges: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Keys of parallel edges all integers or all text."""
    keys = [edge[2] for edge in edges]
    if all(type(key) is int for key in keys):
        return edges
    plain = [(u, v, str(key), row) for u, v, key, row in edges]
    if len({edge[:3] for edge in plain}) < len(edges):
        raise GraphExportError("two parallel edges have keys that are the same as text; use text or integers as keys")
    return plain


def _rename_reserved(rows: list[Any], reserved: frozenset[str]) -> list[dict[str, Any]]:
    """Rows in which no attribute has a reserved name."""
    columns = dict.fromkeys(key for row in rows for key in row)
    new_name: dict[str, str] = {}
    for column in columns:
        if column in reserved:
            new_name[column] = free_name(column + "_", {*columns, *reserved, *new_name.values()})
    if not new_name:
        return [dict(row) for row in rows]
    return [{new_name.get(key, key): value for key, value in row.items()} for row in rows]


def _with_numeric_weights(rows: list[dict[str, Scalar]]) -> list[dict[str, Scalar]]:
    """GEXF reads every ``weight`` of an edge as a float: a column of anything else moves away."""
    weights = [row.get("weight", 0) for row in rows]
    if all(type(weight) in (int, float) and _fits_float(weight) for weight in weights):
        return rows
    return _rename_reserved(rows, frozenset({"weight"}))


def _one_type_per_column(rows: list[dict[str, Scalar]]) -> list[dict[str, Scalar]]:
    """Columns that mix integers and floats become floats where nothing is lost, other mixtures text."""
    types: dict[str, set[type]] = {}
    for row in rows:
        for key, value in row.items():
            types.setdefault(key, set()).add(type(value))
    mixed: dict[str, type] = {}
    for key, found in types.items():
        if len(found) > 1:
            values = (row[key] for row in rows if key in row)
            mixed[key] = float if found == {int, float} and all(map(_fits_float, values)) else str
    if not mixed:
        return rows
    return [{key: mixed[key](value) if key in mixed else value for key, value in row.items()} for row in rows]


def _without_nan(rows: list[dict[str, Scalar]]) -> list[dict[str, Scalar]]:
    """Numbers that JSON does not have as the text that JavaScript and Python make numbers of: NaN and Infinity."""
    if all(math.isfinite(value) for row in rows for value in row.values() if type(value) is float):
        return rows
    return [{key: _as_json(value) if type(value) is float else value for key, value in row.items()} for row in rows]


def _as_json(value: float) -> float | str:
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _fits_float(value: Any) -> bool:
    try:
        return type(value) is float or float(value) == value
    except OverflowError:
        return False


def _check_xml(owner: str, own_text: Iterable[Any], row: Mapping[str, Scalar]) -> None:
    """Refuse characters that XML 1.0 has no way to write, not even escaped."""
    for text in (*own_text, *row, *row.values()):
        if isinstance(text, str) and (found := _NOT_XML.search(text)):
            raise GraphExportError(f"{owner}: {text!r} holds {found[0]!r}, which XML cannot; remove it or write JSON")


def _check_gml(owner: str, own_text: Iterable[Any], row: Mapping[str, Scalar]) -> None:
    """Refuse attribute names outside GML's alphabet and names that NetworkX reads as something else."""
    for text in (*own_text, *row.values()):
        if isinstance(text, str) and text in _GML_NO_TEXT:
            raise GraphExportError(f"{owner}: NetworkX cannot read the text {text!r} from GML; change it or write JSON")
    for key in row:
        if not _GML_KEY.fullmatch(key):
            raise GraphExportError(
                f"{owner}: GML cannot hold the attribute name {key!r}, only ASCII letters, digits and "
                "underscores after a letter; rename it or write GraphML or JSON"
            )


def _check_dot(owner: str, own_text: Iterable[Any], row: Mapping[str, Scalar]) -> None:
    """Refuse text that quotes in DOT cannot hold: there a backslash cannot be escaped."""
    for text in (*own_text, *row, *row.values()):
        if isinstance(text, str) and (found := _NOT_DOT.search(text)):
            what = "a backslash before a quote or an end of line" if found[0] == "\\" else repr(found[0])
            raise GraphExportError(f"{owner}: {text!r} holds {what}, which DOT cannot; rename it or write JSON")
