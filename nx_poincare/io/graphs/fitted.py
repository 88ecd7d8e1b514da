"""A flattened graph in the form that a file format takes, made row by row."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple, TypeAlias

from nx_poincare.attributes.flatten import FlatGraph, FlatRows, Scalar, free_name
from nx_poincare.io.graphs.format_rules import FORMATS, FormatRules, GraphExportError, json_names, text_names

__all__ = ["FittedGraph", "FittedRows", "fit_to_format"]

_IdsOf: TypeAlias = Callable[[list[Any]], list[Any]]
_Convert: TypeAlias = Callable[[Any], Scalar]


class FittedRows:
    """Nodes or edges as a format takes them, made in each pass: (name, row), (u, v, [key,] row), of the graph (row,).

    A text that the format cannot hold raises a GraphExportError when its row comes.

    Attributes
    ----------
    columns : dict of (str, type) to None
        As in `nx_poincare.attributes.flatten.FlatRows`.
    """

    def __init__(
        self,
        rows: FlatRows,
        rules: FormatRules,
        reserved: Collection[str],
        ids_of: _IdsOf,
        conversions: Mapping[str, _Convert],
    ) -> None:
        _check_names_of_columns(rows, rules)
        self._rows, self._ids_of, self._conversions = rows, ids_of, conversions
        self._names = _free_names(_names_of_columns(rows), reserved)
        self._problem_of_text = rules.problem_of_text
        self.columns: dict[tuple[str, type], None] = {}
        for column, kind in rows.columns:
            to = conversions.get(column)
            self.columns[self._names[column], to if isinstance(to, type) else kind] = None

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        names, conversions, ids_of = self._names, self._conversions, self._ids_of
        stays = not conversions and all(name == column for column, name in names.items())
        for *own, row in self._rows:
            ids = ids_of(own)
            self._check_texts(own, ids, row)
            if not stays:
                row = {
                    names[column]: conversions[column](value) if column in conversions else value
                    for column, value in row.items()
                }
            yield *ids, row

    def ids(self) -> Iterator[list[Any]]:
        """What stands before each row."""
        return (self._ids_of(list(entry[:-1])) for entry in self._rows.entries)

    def _check_texts(self, own: list[Any], ids: list[Any], row: Mapping[str, Scalar]) -> None:
        if self._problem_of_text is None:
            return
        # Names stand before their rows; the ends of edges are names that have been looked at.
        for text in (*(ids if len(ids) == 1 else ids[2:]), *row.values()):
            if type(text) is str and (problem := self._problem_of_text(text)):
                raise GraphExportError(f"{_owner(own)}: {problem}")


class FittedGraph(NamedTuple):
    """A graph as a format takes it."""

    is_directed: bool
    is_multigraph: bool
    about: dict[str, Scalar]
    about_columns: dict[tuple[str, type], None]
    nodes: FittedRows
    edges: FittedRows


def fit_to_format(flat: FlatGraph, format: str) -> FittedGraph:
    """A graph of scalar attributes as NetworkX's reader of a format keeps it.

    Node names become text where the format asks for it, attributes with a name that the
    format keeps for itself get an underscore behind it, and columns of mixed types become one
    type where the format declares types by column.

    Raises
    ------
    GraphExportError
        If two names become the same text, or the format has no way to write something; of texts in rows when these
        are made.

    Examples
    --------
    >>> import networkx as nx
    >>> from nx_poincare.attributes.flatten import flat_graph
    >>> G = nx.DiGraph([(1, (2, 3))])
    >>> G.nodes[1]["id"] = 7
    >>> list(fit_to_format(flat_graph(G), "gexf").nodes)
    [('1', {'id_': 7}), ('(2, 3)', {})]
    """
    rules = FORMATS[format]
    convert_in = _one_type_per_column if rules.one_type_per_column else _without_nan if format == "json" else _nothing
    of_edges = rules.of_edges | (rules.of_parallel_edges if flat.is_multigraph else frozenset())
    if format == "gexf" and not _all_are_weights(flat.edges):
        of_edges |= {"weight"}  # GEXF reads every weight of an edge as a float: a column of anything else moves away
    nodes = [node for node, _ in flat.nodes.entries]
    # Names of a graph's nodes differ already.
    new_name = None if set(map(type, nodes)) == {str} else _new_names(nodes, rules)
    new_key = _new_keys(flat.edges) if flat.is_multigraph else None

    def as_they_are(own: list[Any]) -> list[Any]:
        return own

    def name_of(own: list[Any]) -> list[Any]:
        return own if new_name is None else [new_name[own[0]]]

    def ends_of(own: list[Any]) -> list[Any]:
        u, v, *key = own
        ends = [u, v] if new_name is None else [new_name[u], new_name[v]]
        return [*ends, *key] if new_key is None else [*ends, *map(new_key, key)]

    about = FittedRows(
        flat.about, rules, rules.of_graph, as_they_are, convert_in(flat.about) if format == "json" else {}
    )
    [(of_graph,)] = about
    return FittedGraph(
        flat.is_directed,
        flat.is_multigraph,
        of_graph,
        about.columns,
        FittedRows(flat.nodes, rules, rules.of_nodes, name_of, convert_in(flat.nodes)),
        FittedRows(flat.edges, rules, of_edges, ends_of, convert_in(flat.edges)),
    )


def _owner(own: list[Any]) -> str:
    """What to call a row in messages, by what stands before its attributes."""
    return "the graph" if not own else f"node {own[0]!r}" if len(own) == 1 else f"edge {tuple(own[:2])!r}"


def _new_names(nodes: list[Any], rules: FormatRules) -> dict[Any, Any]:
    return dict(zip(nodes, (text_names if rules.text_names else json_names)(nodes), strict=True))


def _new_keys(edges: FlatRows) -> Callable[[Any], str] | None:
    """What makes keys of parallel edges all text; None if all are integers."""
    if all(type(key) is int for _, _, key, _ in edges.entries):
        return None
    # Parallel edges have the same objects as ends. Names that are equal or not are another question: NumPy's numbers
    # refuse to be compared with some tuples.
    for _, parallel in groupby(edges.entries, key=lambda entry: (id(entry[0]), id(entry[1]))):
        known: dict[str, Any] = {}
        for u, v, key, _ in parallel:
            if str(key) in known:
                raise GraphExportError(
                    f"edge {(u, v)!r}: two parallel edges have the keys {known[str(key)]!r} and {key!r}, which are the "
                    "same as text; use text or integers as keys"
                )
            known[str(key)] = key
    return str


def _names_of_columns(rows: FlatRows) -> list[str]:
    return list(dict.fromkeys(name for name, _ in rows.columns))


def _free_names(columns: list[str], reserved: Collection[str]) -> dict[str, str]:
    """A name for each column that is not reserved."""
    moved: dict[str, str] = {}
    for column in columns:
        if column in reserved:
            moved[column] = free_name(column + "_", {*columns, *reserved, *moved.values()})
    return {column: moved.get(column, column) for column in columns}


def _check_names_of_columns(rows: FlatRows, rules: FormatRules) -> None:
    """Refuse names of attributes that the format has no way to write."""
    for column in _names_of_columns(rows):
        problem = rules.problem_of_key and rules.problem_of_key(column)
        if problem:
            own = next(own for *own, row in rows if column in row)
            raise GraphExportError(f"{_owner(own)}: {problem}")


def _nothing(rows: FlatRows) -> Mapping[str, _Convert]:
    return {}


def _one_type_per_column(rows: FlatRows) -> Mapping[str, _Convert]:
    """Columns that mix integers and floats become floats where nothing is lost, other mixtures text."""
    kinds = {name: {kind for column, kind in rows.columns if column == name} for name in _names_of_columns(rows)}
    numbers = {name for name, found in kinds.items() if found == {int, float}}
    if numbers:
        numbers -= {name for *_, row in rows for name in numbers & row.keys() if not _fits_float(row[name])}
    return {name: float if name in numbers else str for name, found in kinds.items() if len(found) > 1}


def _all_are_weights(edges: FlatRows) -> bool:
    """Whether all weights are numbers that floats hold."""
    kinds = {kind for name, kind in edges.columns if name == "weight"}
    if not kinds <= {int, float}:
        return False
    return int not in kinds or all(_fits_float(row.get("weight", 0)) for *_, row in edges)


def _without_nan(rows: FlatRows) -> Mapping[str, _Convert]:
    """Numbers that JSON does not have as the text that JavaScript and Python make numbers of: NaN and Infinity."""
    return {name: _as_json for name, kind in rows.columns if kind is float}


def _as_json(value: Scalar) -> Scalar:
    if type(value) is not float or math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _fits_float(value: Any) -> bool:
    try:
        return type(value) is float or float(value) == value
    except OverflowError:
        return False
