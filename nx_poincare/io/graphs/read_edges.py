"""Files of a hierarchy -> nodes and edges, of edge lists and Parquet without a NetworkX graph."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

from nx_poincare.extractors.column_words import column_above
from nx_poincare.extractors.digraph import Direction, check_direction, edges_of_graph, parent_first
from nx_poincare.io.arrays import DEFAULT_MAX_BYTES
from nx_poincare.io.graphs.edge_list import read_edge_arrays
from nx_poincare.io.graphs.opened_rows import DELIMITERS, check_delimiter, opened_rows
from nx_poincare.io.graphs.parquet_edges import read_parquet_edges
from nx_poincare.io.graphs.read import Format, format_of, read_graph, said_if_empty
from nx_poincare.io.streams import Source, name_of
from nx_poincare.io.suffixes import TABLE_SUFFIXES
from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.warn import warn_caller
from nx_poincare.utils.workers import ONE_THREAD, Workers

__all__ = ["EdgeFile", "read_edges", "warn_if_upside_down"]


class EdgeFile(NamedTuple):
    """A file of edges, and what is known of it: options of `nx_poincare.read_graph`, each as it is there."""

    path: Source
    format: Format | None = None
    delimiter: str | None = None
    header: bool | None = None
    source: Any = None
    target: Any = None
    levels: Sequence[Any] | None = None
    direction: Direction | None = None
    max_bytes: int = DEFAULT_MAX_BYTES
    progress: bool | None = None


def read_edges(
    file: EdgeFile, *, root: Hashable | None = None, workers: Workers = ONE_THREAD
) -> tuple[Sequence[Hashable], IntArray]:
    """Nodes in a file, and edges as (parent, child) indices; of an edge list without building a NetworkX graph.

    Parameters
    ----------
    file : EdgeFile
        Its direction is what edges of any format mean; None: what a header says, and from parent to child where there
        is none.
    root : node, optional
        As in `nx_poincare.extractors.digraph.edges_of_graph`.
    workers : Workers, optional
        Who reads the two columns of Parquet files, piece by piece; other formats are read here. Default: this thread.

    Raises
    ------
    GraphFileError, ValueError, FileNotFoundError
        As in `read_graph`.

    Examples
    --------
    >>> import io
    >>> read_edges(EdgeFile(io.StringIO("animal,dog\\nanimal,cat\\n"), "csv"))
    (['animal', 'dog', 'cat'], array([[0, 1],
           [0, 2]]))
    """
    path, format, delimiter, header, source, target, levels, direction, max_bytes, progress = file
    chosen = format_of(path, format)
    check_direction(direction or "parent_to_child")
    if chosen not in DELIMITERS or root is not None or not source is target is levels is None:
        said = direction if chosen in TABLE_SUFFIXES.values() else None
        warn_if_upside_down(source, target, direction)
        if chosen == "parquet" and header is delimiter is root is levels is None:
            found = read_parquet_edges(
                path, source=source, target=target, direction=direction, max_bytes=max_bytes, progress=progress,
                workers=workers,
            )  # fmt: skip
            if found is not None:
                said_if_empty(found[0], name_of(path))
                return found[0], parent_first(found[1], direction or "parent_to_child")
        graph = read_graph(**file._replace(direction=said)._asdict())
        return edges_of_graph(graph, direction=direction or "parent_to_child", root=root)
    check_delimiter(delimiter)
    may_be_paths = direction is None and header is not False
    with opened_rows(
        path, chosen, delimiter=delimiter, may_be_paths=may_be_paths, max_bytes=max_bytes, progress=progress
    ) as rows:
        if rows.tree is not None:
            return edges_of_graph(said_if_empty(rows.tree, name_of(path)))
        names, edges = read_edge_arrays(
            rows.stream, name_of(path), delimiter=rows.delimiter, header=header, direction=direction
        )
    said_if_empty(names, name_of(path))
    return names, parent_first(edges, direction or "parent_to_child")


def warn_if_upside_down(source: Any, target: Any, direction: Direction | None) -> None:
    """Warn where nobody says what edges mean, and the names of their columns say that they lead up."""
    if direction is None and column_above(str(source), str(target)) == 1:
        warn_caller(
            f"edges lead from {source!r} down to {target!r}, as source and target say, though by its name {target!r} "
            "is above; direction='child_to_parent' turns the hierarchy"
        )
