"""Tables whose rows are a child and its parents, two or more: pedigrees of people, animals and plants."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import networkx as nx

from nx_poincare.extractors.pedigrees import PedigreeColumns, pedigree_columns
from nx_poincare.extractors.tables import names_alike
from nx_poincare.io.graphs.lines import Lines
from nx_poincare.io.graphs.mended_names import WORDS_FOR_NOTHING
from nx_poincare.io.graphs.rank_table import cells_of, lines_at_start, rows_of_cells
from nx_poincare.io.streams import GraphFileError, most_objects
from nx_poincare.utils.missing import is_missing
from nx_poincare.utils.warn import warn_caller

__all__ = ["graph_from_pedigree_frame", "graph_of_pedigree", "has_parents", "read_pedigree_table"]

_NO_PARENT = WORDS_FOR_NOTHING | {"0", ".", "*", "?", "--", "-9", "unknown", "Unknown", "UNKNOWN"}
_ROW_BYTES = 128  # of max_bytes: a row is a node and some edges


def has_parents(stream: io.BufferedReader, delimiter: str | None) -> bool:
    """Whether the first row of a stream, which stays in it, names columns of several parents."""
    try:
        return pedigree_columns(cells_of(next(iter(lines_at_start(stream)), ""), delimiter)) is not None
    except csv.Error:
        return False  # whoever reads the rows says what is wrong


def read_pedigree_table(stream: io.BufferedReader, path: str, delimiter: str | None, max_bytes: int) -> nx.DiGraph:
    """A graph from rows of a child and its parents, edges from parent to child.

    Raises
    ------
    GraphFileError
        If a row has another number of columns than the first or names no child, if it is not known which column does,
        or if there are more rows than one for 128 bytes of ``max_bytes``.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8", errors="surrogateescape", newline="")
    lines = Lines(text, path)
    most = most_objects(max_bytes, _ROW_BYTES)
    try:
        rows = rows_of_cells(lines, delimiter)
        names = next(rows)
        columns = pedigree_columns(names)
        assert columns is not None
        places = (*columns.parents, *columns.children)
        cells: list[list[Any]] = [[] for _ in places]
        numbers: list[int] = []
        for row in rows:
            numbers.append(lines.number)
            if len(numbers) > most:
                raise lines.error(f"is one of more than {most:,} rows; raise max_bytes if there should be so many")
            for column, place in zip(cells, places, strict=True):
                column.append(row[place])
        return _graph(names, columns, dict(zip(places, cells, strict=True)), path, numbers)
    except csv.Error as error:
        raise lines.error(f"is not valid quoted text: {error}; quoting=False takes quotes as they are") from error
    finally:
        text.detach()


def graph_from_pedigree_frame(frame: Any, path: str = "the table") -> nx.DiGraph:
    """The same from the columns of a data frame."""
    names = list(frame.columns)
    columns = pedigree_columns(names)
    assert columns is not None
    places = (*columns.parents, *columns.children)
    cells = names_alike([frame[names[place]].to_list() for place in places])
    return _graph(names, columns, dict(zip(places, cells, strict=True)), path, None)


def graph_of_pedigree(
    children: Sequence[Any], parents: Sequence[Sequence[Any]], path: str, lines: Sequence[int] | None
) -> nx.DiGraph:
    """The graph of a column of children and columns of parents, some of which are unknown, as the words for that say.

    Such a word that is a child is a name.
    """
    known = set(children)
    unknown: dict[Any, None] = {}
    graph: nx.DiGraph = nx.DiGraph()
    for row, (child, *above) in enumerate(zip(children, *parents, strict=True)):
        if is_missing(child):
            line = None if lines is None else lines[row]
            raise GraphFileError(path, line, "names no child" if lines is not None else f"row {row} names no child")
        graph.add_node(child)
        for parent in above:
            if is_missing(parent):
                continue
            if str(parent) in _NO_PARENT and parent not in known:
                unknown[parent] = None
            else:
                graph.add_edge(parent, child)
    for word in unknown:
        warn_caller(f"{path}: {word!r} as a parent is read as nothing: it is unknown")
    return graph


def _graph(
    names: Sequence[Any], columns: PedigreeColumns, cells: dict[int, list[Any]], path: str, lines: Sequence[int] | None
) -> nx.DiGraph:
    """The graph, after saying how columns were read."""
    child = _column_of_children(names, columns, cells, path)
    unread = [repr(name) for place, name in enumerate(names) if place != child and place not in columns.parents]
    left_out = f"; {', '.join(unread)} {'is' if len(unread) == 1 else 'are'} not read" if unread else ""
    *others, last = (repr(names[place]) for place in columns.parents)
    warn_caller(
        f"{path}: each row is read as a child, {names[child]!r}, and its parents, {', '.join(others)} and {last}"
        f"{left_out}; the options source and target, or header=False, overrule this"
    )
    return graph_of_pedigree(cells[child], [cells[place] for place in columns.parents], path, lines)


def _column_of_children(names: Sequence[Any], columns: PedigreeColumns, cells: dict[int, list[Any]], path: str) -> int:
    """The one with the most names of parents; the first of equals, if it is not a mere guess."""
    above = {name for place in columns.parents for name in cells[place] if not is_missing(name)} - _NO_PARENT
    in_common = {place: sum(name in above for name in set(cells[place])) for place in columns.children}
    best = max(columns.children, key=in_common.__getitem__)
    if in_common[best] == 0 and len(columns.children) > 1 and above:
        parents = " and ".join(repr(names[place]) for place in columns.parents)
        asked = ", ".join(repr(names[place]) for place in columns.children)
        raise GraphFileError(
            path,
            None,
            f"has columns of parents, {parents}, and none of the others, {asked}, names one of these; call the column "
            "of children 'child', or pass source and target for one of the parents",
        )
    return best
