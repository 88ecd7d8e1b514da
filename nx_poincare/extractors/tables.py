"""Tables of edges in memory -> DiGraph: data frames and NumPy arrays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import networkx as nx
import numpy as np

__all__ = ["graph_from_array", "graph_from_frame", "is_frame"]


def is_frame(value: Any) -> bool:
    """Whether something is a data frame, of pandas or of a library that is like it, such as polars."""
    names_columns = hasattr(value, "columns") and not hasattr(value, "column_names")  # Arrow's columns are not names
    return names_columns and hasattr(value, "__getitem__") and hasattr(value, "shape")


def graph_from_frame(frame: Any, *, source: Any, target: Any, weight: Any = None) -> nx.DiGraph:
    """Read edges from columns of a data frame.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per edge; a repeated edge counts once and keeps its last weight.
    source, target : column names
        Where edges start and end.
    weight : column name, optional
        Kept as the float edge attribute ``"weight"``.

    Raises
    ------
    networkx.NetworkXError
        Naming the row with a missing name, or a weight that is not a finite number.
    ValueError
        If there is no such column.
    """
    for column in (source, target) if weight is None else (source, target, weight):
        if column not in list(frame.columns):
            raise ValueError(
                f"the table has no column {column!r}, but {', '.join(map(repr, frame.columns))}; "
                "pass source=..., target=... and weight=... as they are called"
            )
    return _graph(frame[source].to_list(), frame[target].to_list(), None if weight is None else frame[weight].to_list())


def graph_from_array(array: np.ndarray[Any, Any]) -> nx.DiGraph:
    """Read edges from an array with a row per edge: source, target and perhaps weight.

    In an array of floats, which holds names only for the sake of the weights, names are integers.

    Raises
    ------
    networkx.NetworkXError
        Naming the row with a missing name, a name that is not an integer among floats, or a weight that
        is not a finite number.
    ValueError
        If the shape is another.

    Examples
    --------
    >>> graph_from_array(np.array([[0, 1], [0, 2]])).edges
    OutEdgeView([(0, 1), (0, 2)])
    """
    if array.ndim != 2 or array.shape[1] not in (2, 3):
        raise ValueError(f"an array of edges must have shape (n, 2), or (n, 3) with weights, not {array.shape}")
    sources, targets = array[:, 0].tolist(), array[:, 1].tolist()
    if array.dtype.kind == "f":
        for column in (sources, targets):
            for row, name in enumerate(column):
                if not name.is_integer():
                    raise nx.NetworkXError(
                        f"row {row}: {name!r} is not an integer; in an array of floats, nodes must be"
                    )
                column[row] = int(name)
    return _graph(sources, targets, array[:, 2].tolist() if array.shape[1] == 3 else None)


def _graph(sources: Sequence[Any], targets: Sequence[Any], weights: Sequence[Any] | None) -> nx.DiGraph:
    for column in (sources, targets):
        for row, name in enumerate(column):
            if _is_missing(name):
                raise nx.NetworkXError(f"row {row}: a name of a node is missing ({name!r})")
    graph: nx.DiGraph = nx.DiGraph()
    if weights is None:
        graph.add_edges_from(zip(sources, targets, strict=True))
        return graph
    finite = [_weight(row, weight) for row, weight in enumerate(weights)]
    graph.add_weighted_edges_from(zip(sources, targets, finite, strict=True))
    return graph


def _is_missing(name: Any) -> bool:
    """None, not a number, and what a library of data frames has for missing values."""
    try:
        return name is None or bool(name != name)
    except TypeError:
        return True


def _weight(row: int, value: Any) -> float:
    try:
        weight = float(value)
    except (TypeError, ValueError):
        weight = math.nan
    if not math.isfinite(weight):
        raise nx.NetworkXError(f"row {row}: the weight {value!r} is not a finite number")
    return weight
