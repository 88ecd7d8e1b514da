"""Tables of edges in memory -> DiGraph: data frames and NumPy arrays."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import networkx as nx
import numpy as np

from nx_poincare.extractors.column_words import EdgeColumns, column_above, columns_by_their_words
from nx_poincare.extractors.digraph import Direction
from nx_poincare.extractors.levels import FEWEST_LEVELS, MOST_COLUMNS, MOST_ROWS, levels_hint
from nx_poincare.utils.missing import is_missing
from nx_poincare.utils.warn import warn_caller

__all__ = [
    "above_of_columns",
    "check_columns",
    "columns_of_edges",
    "graph_from_array",
    "graph_from_frame",
    "is_frame",
    "names_alike",
]


def is_frame(value: Any) -> bool:
    """Whether something is a data frame, of pandas or of a library that is like it, such as polars."""
    names_columns = hasattr(value, "columns") and not hasattr(value, "column_names")  # Arrow's columns are not names
    return names_columns and hasattr(value, "__getitem__") and hasattr(value, "shape")


def graph_from_frame(
    frame: Any, *, source: Any = None, target: Any = None, weight: Any = None, direction: Direction | None = None
) -> nx.DiGraph:
    """Read edges from columns of a data frame.

    Spaces around names that are text do not belong to them. Where a column has gaps, whole numbers may be floats: they
    become integers again. A row without a name in the column that is above makes the other a root.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per edge; a repeated edge counts once and keeps its last weight.
    source, target : column names, optional
        Where edges start and end. Default: the columns called so, else those whose names say what is above and what
        below (`nx_poincare.extractors.column_words`).
    weight : column name, optional
        Kept as the float edge attribute ``"weight"``.
    direction : {"parent_to_child", "child_to_parent"}, optional
        What an edge means, if the names of the columns shall not say which is above.

    Warns
    -----
    HierarchyWarning
        Of columns that were guessed, and of names that are numbers in one column and text in the other.

    Raises
    ------
    networkx.NetworkXError
        Naming the row with a missing name, or a weight that is not a finite number.
    ValueError
        If there is no such column, or more than one.
    """
    names = list(frame.columns)
    is_free = source is None and target is None and direction is None
    advice = _levels_in(frame, names) if is_free else ""

    def likeliest(found: EdgeColumns) -> int:
        return _likeliest(frame, names, found)

    source, target = columns_of_edges(names, source, target, direction, likeliest, advice)
    check_columns(names, (source, target) if weight is None else (source, target, weight), advice)
    ends = _alike(*(_clean_names(frame[column].to_list()) for column in (source, target)))
    weights = None if weight is None else frame[weight].to_list()
    return _graph(*ends, weights, above=above_of_columns(source, target, direction))


def _levels_in(frame: Any, names: list[Any]) -> str:
    """Advice where the first rows look as if columns were levels."""
    first = names[:MOST_COLUMNS]
    if len(first) < FEWEST_LEVELS or len(set(first)) < len(first):
        return ""
    return levels_hint(first, frame.head(MOST_ROWS)[first].to_numpy().tolist())


def check_columns(names: list[Any], columns: Sequence[Any], advice: str = "") -> None:
    """Refuse columns that a table does not have, or has twice; the advice ends the message of the former.

    Raises
    ------
    ValueError
        Naming the column.
    """
    for column in columns:
        if column not in names:
            raise ValueError(
                f"the table has no column {column!r}, but {', '.join(map(repr, names))}; "
                f"pass source=..., target=... and weight=... as they are called{advice}"
            )
        if names.count(column) > 1:
            raise ValueError(f"the table has {names.count(column)} columns {column!r}; rename all but one")


def columns_of_edges(
    names: list[Any],
    source: Any,
    target: Any,
    direction: Direction | None,
    likeliest: Callable[[EdgeColumns], int],
    advice: str = "",
) -> tuple[Any, Any]:
    """The columns of edges: as given, else as they are usually called, else by their words.

    ``likeliest`` is asked for the place of the column of nodes below, where several may be that.
    """
    if source is not None or target is not None or {"source", "target"} <= set(names):
        return "source" if source is None else source, "target" if target is None else target
    found = columns_by_their_words([str(name) for name in names])
    if found is None:
        return "source", "target"
    below = likeliest(found) if found.others else found.target
    ends = (found.source, below) if direction is None else sorted((found.source, below))
    source, target = (names[place] for place in ends)
    if direction is None and not found.is_plain:
        warn_caller(
            f"edges of the table lead from column {source!r} to column {target!r}; source and target overrule this"
            f"{advice}"
        )
    return source, target


def _likeliest(frame: Any, names: list[Any], found: EdgeColumns) -> int:
    """Of columns that may name the nodes below, the place of the one that has most names from above."""
    above = set(_clean_names(frame[names[found.source]].to_list()))

    def in_common(place: int) -> int:
        return sum(name in above for name in _clean_names(frame[names[place]].to_list()) if not is_missing(name))

    return max((found.target, *found.others), key=in_common)


def above_of_columns(source: Any, target: Any, direction: Direction | None) -> int | None:
    """Which of the two columns holds what is above, if the caller or their names say it."""
    if direction is not None:
        return 0 if direction == "parent_to_child" else 1
    return column_above(str(source), str(target))


def _clean_names(column: list[Any]) -> list[Any]:
    """Names without spaces around them, and whole numbers as integers if all numbers of the column are whole."""
    names = [name.strip() if isinstance(name, str) else name for name in column]
    floats = [name for name in names if isinstance(name, float) and name == name]
    if not floats or not all(name.is_integer() for name in floats):
        return names
    return [int(name) if isinstance(name, float) and name == name else name for name in names]


def _alike(sources: list[Any], targets: list[Any]) -> tuple[list[Any], list[Any]]:
    """Both columns as text, if one holds as numbers what the other holds as text."""
    columns = (sources, targets)
    kinds = [{type(name) for name in column if not is_missing(name)} for column in columns]
    if {frozenset(kind) for kind in kinds} != {frozenset([int]), frozenset([str])}:
        return sources, targets
    numbers, texts = columns if kinds[0] == {int} else columns[::-1]
    if set(texts).isdisjoint(str(name) for name in numbers):
        return sources, targets
    warn_caller("names are numbers in one column and text in the other: all are read as text")
    as_text = [name if is_missing(name) else str(name) for name in numbers]
    return (as_text, targets) if numbers is sources else (sources, as_text)


def names_alike(columns: Sequence[list[Any]]) -> list[list[Any]]:
    """Columns of names of the same nodes, all as text if some names are text and others whole numbers."""
    cleaned = [_clean_names(column) for column in columns]
    kinds = {type(name) for column in cleaned for name in column if not is_missing(name)}
    if not {int, str} <= kinds:
        return cleaned
    return [[name if is_missing(name) else str(name) for name in column] for column in cleaned]


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
    sources, targets = _clean_names(sources), _clean_names(targets)
    return _graph(sources, targets, array[:, 2].tolist() if array.shape[1] == 3 else None)


def _graph(
    sources: Sequence[Any], targets: Sequence[Any], weights: Sequence[Any] | None, *, above: int | None = None
) -> nx.DiGraph:
    """The graph of two columns; a name that is missing in the one that is above, 0 or 1, makes the other a root."""
    graph: nx.DiGraph = nx.DiGraph()
    if not any(map(is_missing, sources)) and not any(map(is_missing, targets)):
        if weights is None:
            graph.add_edges_from(zip(sources, targets, strict=True))
            return graph
        finite = [_weight(row, weight) for row, weight in enumerate(weights)]
        graph.add_weighted_edges_from(zip(sources, targets, finite, strict=True))
        return graph
    for row, ends in enumerate(zip(sources, targets, strict=True)):
        missing = [is_missing(name) for name in ends]
        if not any(missing):
            graph.add_edge(*ends, **({} if weights is None else {"weight": _weight(row, weights[row])}))
        elif above is not None and missing[above] and not missing[1 - above]:
            graph.add_node(ends[1 - above])
        else:
            advice = "" if above is not None or all(missing) else "; direction says where a name may lack, at a root"
            raise nx.NetworkXError(f"row {row}: a name of a node is missing ({ends[missing.index(True)]!r}){advice}")
    return graph


def _weight(row: int, value: Any) -> float:
    try:
        weight = float(value)
    except (TypeError, ValueError):
        weight = math.nan
    if not math.isfinite(weight):
        raise nx.NetworkXError(f"row {row}: the weight {value!r} is not a finite number")
    return weight
