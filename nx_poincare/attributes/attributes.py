"""Node attributes of an embedding, written on a graph: on all of its nodes or on none."""

from __future__ import annotations

import operator
from collections import Counter, deque
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import compress, repeat
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from nx_poincare.attributes.reading import GraphAttributeError, read_attributes
from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.collector import collector_paused
from nx_poincare.utils.signals import signals_wait

__all__ = [
    "GraphAttributeError",
    "are_levels",
    "attributes_of_others",
    "check_attribute_names",
    "read_attributes",
    "write_attributes",
]


_ABSENT: Any = object()
_MOST = 0.75  # of the edges; some may have been added since


def check_attribute_names(*attributes: str | None) -> None:
    """Refuse one name for two attributes."""
    names = [name for name in attributes if name is not None]
    if len(set(names)) < len(names):
        raise ValueError(f"the names of the attributes to write must differ, got {names}")


def write_attributes(
    G: nx.Graph, nodes: Sequence[Hashable], columns: Mapping[str | None, Sequence[Any] | NDArray[Any]]
) -> None:
    """Write node attributes on every node of a graph, or on none.

    Everything is checked before the first value is written, and what is written is taken back where an attribute
    dictionary of another kind refuses a value. A signal meanwhile waits until all is written, or taken back. Graphs
    that are frozen and views of graphs take attributes as others do; a view passes them on to the graph behind it.

    Parameters
    ----------
    G : networkx graph
    nodes : sequence of hashable
        Every node of ``G`` once, in any order.
    columns : mapping of attribute name to sequence
        One value per node, in the order of ``nodes``. The numbers of a one-dimensional array
        become Python's own, the rows of a two-dimensional one arrays of their own memory. A
        column named None is left out.

    Raises
    ------
    networkx.NodeNotFound
        If a name is not a node of ``G``.
    networkx.NetworkXError
        If a node of ``G`` is not among the names.
    ValueError
        If a name comes twice, or a column does not have one value per node.

    Examples
    --------
    >>> G = nx.path_graph(2)
    >>> write_attributes(G, [1, 0], {"level": np.array([1, 0])})
    >>> G.nodes(data=True)
    NodeDataView({0: {'level': 0}, 1: {'level': 1}})
    """
    _check_nodes(G, nodes)
    ready: dict[str, Iterable[Any]] = {}
    for name, column in columns.items():
        if name is None:
            continue
        if len(column) != len(nodes):
            raise ValueError(f"attribute {name!r} has {len(column)} values for {len(nodes)} nodes")
        ready[name] = _own_values(column)
    rows_of: dict[Hashable, dict[str, Any]] = dict(G.nodes(data=True))
    rows = [rows_of[node] for node in nodes]
    with collector_paused(), signals_wait():
        _write_all_or_nothing(rows, ready)


def _write_all_or_nothing(rows: list[dict[str, Any]], columns: Mapping[str, Iterable[Any]]) -> None:
    """Set the items of all rows; where that ends early, all of them are as before.

    Among plain dictionaries the loop has no Python code, so no other threads come between. Signals wait, whatever their
    handlers raise.
    """
    before = {name: [row.get(name, _ABSENT) for row in rows] for name in columns}
    try:
        for name, values in columns.items():
            _run(map(operator.setitem, rows, repeat(name), values))
    except BaseException:
        _take_back(rows, before)
        raise


def _take_back(rows: list[dict[str, Any]], before: Mapping[str, list[Any]]) -> None:
    """Give all rows the items that they had."""
    for name, values in before.items():
        had = [value is not _ABSENT for value in values]
        _run(map(operator.setitem, compress(rows, had), repeat(name), compress(values, had)))
        _run(map(operator.methodcaller("pop", name, None), compress(rows, map(operator.not_, had))))


def _run(steps: Iterator[Any]) -> None:
    """Take all steps, without Python code of our own between them."""
    deque(steps, maxlen=0)


def attributes_of_others(
    G: nx.Graph,
    nodes: Sequence[Hashable],
    columns: Mapping[str | None, Sequence[Any] | NDArray[Any]],
    store_as: str | None,
) -> list[str]:
    """Names of columns that some node has already, with another value than it would get, and not from an embedding.

    A node with ball vectors, under ``store_as`` or ``"poincare"``, has its other attributes from the embedding too.

    Examples
    --------
    >>> G = nx.path_graph(2)
    >>> G.nodes[0]["level"] = "ground floor"
    >>> attributes_of_others(G, [0, 1], {"level": [0, 1], "pos": np.zeros((2, 2))}, "poincare")
    ['level']
    """
    rows: dict[Hashable, Mapping[Any, Any]] = dict(G.nodes(data=True))
    vectors = {part for name in {store_as, "poincare"} - {None} for part in (name, f"{name}_0")}
    if any(not vectors.isdisjoint(row) for row in rows.values()):
        return []
    found = [rows.get(node, {}) for node in nodes]
    return [
        name
        for name, column in columns.items()
        if name is not None and any(_differs(row, name, own) for row, own in zip(found, column, strict=True))
    ]


def are_levels(values: Sequence[Any], edges: IntArray) -> bool:
    """Whether values are whole numbers that grow along most edges (parent, child), as levels do.

    Examples
    --------
    >>> are_levels([0, 1, 1], np.array([[0, 1], [0, 2]])), are_levels([2, 1, 1], np.array([[0, 1], [0, 2]]))
    (True, False)
    """
    if not all(isinstance(value, (int, np.integer)) for value in values):
        return False
    levels = np.array(values, dtype=np.int64)
    return bool((levels[edges[:, 1]] > levels[edges[:, 0]]).mean() > _MOST) if len(edges) else False


def _differs(row: Mapping[Any, Any], name: str, value: Any) -> bool:
    return name in row and not (np.shape(row[name]) == np.shape(value) and np.array_equal(row[name], value))


def _check_nodes(G: nx.Graph, nodes: Sequence[Hashable]) -> None:
    for node in nodes:
        if node not in G:
            raise nx.NodeNotFound(f"node {node!r} is not in the graph; nothing was written")
    names = set(nodes)
    if len(names) < len(nodes):
        twice, _ = Counter(nodes).most_common(1)[0]
        raise ValueError(f"node {twice!r} is named twice; nothing was written")
    if len(names) < len(G):
        left_out = next(node for node in G if node not in names)
        raise nx.NetworkXError(f"node {left_out!r} of the graph would get no value; nothing was written")


def _own_values(column: Sequence[Any] | NDArray[Any]) -> Iterable[Any]:
    """Values that share no memory with the column."""
    if not isinstance(column, np.ndarray):
        return list(column)
    return column.tolist() if column.ndim == 1 else np.array(column)
