"""Files and tables -> NetworkX graph, or directly to nodes and edges; the suffix decides the format."""

from __future__ import annotations

import os
from collections.abc import Hashable, Sequence
from typing import Any, Literal, TypeAlias, get_args

import networkx as nx
import numpy as np

from nx_poincare.extractors.column_words import column_above
from nx_poincare.extractors.digraph import Direction, check_direction, edges_of_graph, parent_first
from nx_poincare.extractors.tables import graph_from_array, graph_from_frame, is_frame
from nx_poincare.io.arrays import DEFAULT_MAX_BYTES
from nx_poincare.io.graphs.edge_list import read_edge_arrays, read_edge_list
from nx_poincare.io.graphs.first_row import Columns, likely_delimiter
from nx_poincare.io.graphs.markup import read_gml, read_node_link, read_xml
from nx_poincare.io.streams import MAX_LINE_BYTES, Source, name_of, open_source, read_all
from nx_poincare.io.suffixes import READ_GRAPHS, format_by_suffix
from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.warn import warn_caller

__all__ = ["Format", "read_edges", "read_graph", "warn_if_upside_down"]

Format: TypeAlias = Literal["tsv", "csv", "edges", "graphml", "gexf", "gml", "json"]

_DELIMITERS: dict[str, str | None] = {"tsv": "\t", "csv": ",", "edges": None}


def read_graph(
    path: Source | np.ndarray[Any, Any] | Any,
    *,
    format: Format | None = None,
    source: Any = None,
    target: Any = None,
    weight: Any = None,
    delimiter: str | None = None,
    header: bool | None = None,
    direction: Direction | None = None,
    max_bytes: int = DEFAULT_MAX_BYTES,
) -> nx.Graph:
    """Read a graph from a file, in the format of its suffix, or from a table of edges in memory.

    ======================  ====================================================================
    .tsv, .csv              source, target and optionally weight, with a tab or a comma between
    .txt .edges .edgelist   the same between runs of white space
    .graphml, .gexf         as `networkx.read_graphml` and `networkx.read_gexf` read them
    .gml                    as `networkx.read_gml` reads it; nodes without labels go by their ids
    .json                   node-link, its edges under ``"edges"`` or ``"links"``
    ======================  ====================================================================

    Any of them may be compressed with gzip; ``.gz`` may follow the suffix. Edge lists are
    text in UTF-8 and give a directed graph, each edge from the first column to the second, or from what a header calls
    the parent to what it calls the child. Blank lines and lines that start with ``#`` are skipped; a
    quoted name in a tsv or csv may hold anything, spaces around it do not belong to it. A row that names no parent is
    a root. The other formats state whether
    they are directed and whether edges may be parallel; a node-link file that does not is
    taken as directed without parallel edges.

    Parameters
    ----------
    path : path, readable stream of text or bytes, pandas.DataFrame, or ndarray
        ``"-"`` is standard input. Streams need ``format``. A DataFrame has a row per edge; so has
        an array, of shape (n, 2), or (n, 3) with weights.
    format : {"tsv", "csv", "edges", "graphml", "gexf", "gml", "json"}, optional
        Instead of the suffix.
    source, target : str, optional
        Columns of a DataFrame, or of an edge list with a header, of any number of columns: where edges start and where
        they end. By default ``"source"`` and ``"target"``, or those that are called parent and child, or the like.
    weight : str, optional
        Column with weights, which become the float edge attribute ``"weight"``. Without names of
        columns, the third of an edge list.
    delimiter : str, optional
        Edge lists only: one character, instead of that of the format.
    header : bool, optional
        Edge lists only: whether the first row names the columns. Default: it does when its words say which column
        is above, in any order and between others (parent and child, manager and employee, broader and narrower, id
        and parent_id, name and reportsTo, ...; source and target, from and to, ... are the ends of an edge, and id1
        is the child of id2, as in the published closures), or when a third reads weight, value, score or count.
        What is guessed is said.
    direction : {"parent_to_child", "child_to_parent"}, optional
        Edge lists and DataFrames only: what an edge from the first of the two columns to the second means, if their
        names shall not say it. Edges of the graph lead from the first to the second then: pass the same to `embed`.
    max_bytes : int, default 2**30
        Reading stops with an error past this size, after decompression. It also does where a file
        unpacks to more than 32 MiB and more than 100 times its size.

    Returns
    -------
    networkx.DiGraph, or what the file says
        Names of nodes in edge lists, GraphML, GEXF and GML are text. Lists as names in JSON
        become tuples.

    Warns
    -----
    HierarchyWarning
        Of what was guessed, and of a table without edges.

    Raises
    ------
    GraphFileError
        If the content is not what the format asks for; a `networkx.NetworkXError` and a
        `ValueError` with attributes ``path`` and ``line``. XML with a document type
        declaration is refused, for what its entities may expand to.
    networkx.NetworkXError
        If a row of a table lacks the name of a node, or its weight is not a finite number.
    ValueError
        If the suffix, a column or an option is unknown or does not apply.
    FileNotFoundError
        If there is no such file.

    Examples
    --------
    >>> import io
    >>> text = io.StringIO("parent,child\\nanimal,dog\\nanimal,cat\\n")
    >>> read_graph(text, format="csv").edges
    OutEdgeView([('animal', 'dog'), ('animal', 'cat')])
    """
    columns = _columns_of(source, target, weight)
    check_direction(direction or "parent_to_child")
    if not (is_frame(path) or isinstance(path, str | os.PathLike | np.ndarray) or hasattr(path, "read")):
        hint = "pass its to_pandas()" if hasattr(path, "to_pandas") else "networkx.DiGraph(list(edges)) takes pairs"
        raise TypeError(f"expected a path, a stream, a data frame or an array, got {type(path).__name__}; {hint}")
    if is_frame(path) or isinstance(path, np.ndarray):
        if not (format is None and delimiter is None and header is None):
            raise ValueError("format, delimiter and header are for files, not for tables in memory")
        return _said_if_empty(_from_memory(path, columns, direction), "the table")
    chosen = _format_of(path, format)
    if chosen in _DELIMITERS:
        _check_delimiter(delimiter)
        if columns is not None and header is False:
            raise ValueError("source, target and weight name columns, but header=False says that none are named")
        with open_source(path, max_bytes=max_bytes, max_line_bytes=MAX_LINE_BYTES) as stream:
            between = delimiter or likely_delimiter(stream, _DELIMITERS[chosen], name_of(path))
            graph = read_edge_list(
                stream, name_of(path), delimiter=between, header=header, columns=columns, direction=direction
            )
        return _said_if_empty(graph, name_of(path))
    if delimiter is not None or header is not None:
        raise ValueError(f"delimiter and header are for edge lists, not for {chosen}")
    if columns is not None:
        raise ValueError(f"source, target and weight name columns of a table, and {chosen} has none")
    if direction is not None:
        raise ValueError(f"direction says what the columns of a table mean, and {chosen} has none; pass it to embed")
    content = read_all(path, max_bytes=max_bytes)
    read = {"json": read_node_link, "gml": read_gml}.get(chosen)
    return read_xml(content, name_of(path), chosen) if read is None else read(content, name_of(path))


def read_edges(
    path: Source,
    *,
    format: Format | None = None,
    delimiter: str | None = None,
    header: bool | None = None,
    source: Any = None,
    target: Any = None,
    direction: Direction | None = None,
    root: Hashable | None = None,
    max_bytes: int = DEFAULT_MAX_BYTES,
    progress: bool | None = None,
) -> tuple[Sequence[Hashable], IntArray]:
    """Nodes in a file, and edges as (parent, child) indices; of an edge list without building a NetworkX graph.

    Parameters
    ----------
    path, format, delimiter, header, source, target, max_bytes
        As in `read_graph`.
    direction : {"parent_to_child", "child_to_parent"}, optional
        What an edge means; None: what a header says, and from parent to child where there is none.
    root : node, optional
        As in `nx_poincare.extractors.digraph.edges_of_graph`.
    progress : bool, optional
        Show a progress bar of long edge lists on standard error; default: if that is a terminal.

    Raises
    ------
    GraphFileError, ValueError, FileNotFoundError
        As in `read_graph`.

    Examples
    --------
    >>> import io
    >>> read_edges(io.StringIO("animal,dog\\nanimal,cat\\n"), format="csv")
    (['animal', 'dog', 'cat'], array([[0, 1],
           [0, 2]]))
    """
    chosen = _format_of(path, format)
    check_direction(direction or "parent_to_child")
    if chosen not in _DELIMITERS or root is not None or not source is target is None:
        table: dict[str, Any] = {"header": header, "source": source, "target": target, "delimiter": delimiter}
        said = direction if chosen in _DELIMITERS else None
        warn_if_upside_down(source, target, direction)
        graph = read_graph(path, format=format, **table, direction=said, max_bytes=max_bytes)
        return edges_of_graph(graph, direction=direction or "parent_to_child", root=root)
    _check_delimiter(delimiter)
    with open_source(path, max_bytes=max_bytes, max_line_bytes=MAX_LINE_BYTES, progress=progress) as stream:
        between = delimiter or likely_delimiter(stream, _DELIMITERS[chosen], name_of(path))
        names, edges = read_edge_arrays(stream, name_of(path), delimiter=between, header=header, direction=direction)
    _said_if_empty(names, name_of(path))
    return names, parent_first(edges, direction or "parent_to_child")


def warn_if_upside_down(source: Any, target: Any, direction: Direction | None) -> None:
    """Warn where nobody says what edges mean, and the names of their columns say that they lead up."""
    if direction is None and column_above(str(source), str(target)) == 1:
        warn_caller(
            f"edges lead from {source!r} down to {target!r}, as source and target say, though by its name {target!r} "
            "is above; direction='child_to_parent' turns the hierarchy"
        )


def _from_memory(table: Any, columns: Columns | None, direction: Direction | None) -> nx.DiGraph:
    if is_frame(table):
        return graph_from_frame(table, **(columns or Columns())._asdict(), direction=direction)
    if columns is not None:
        raise ValueError("source, target and weight name columns; those of an array have no names")
    return graph_from_array(table)


def _said_if_empty(graph: Any, path: str) -> Any:
    """The graph, or the names of nodes, after saying so if there are none."""
    if not len(graph):
        warn_caller(f"{path} has no edges")
    return graph


def _columns_of(source: Any, target: Any, weight: Any) -> Columns | None:
    """Names of the columns, if there are any."""
    return None if source is None and target is None and weight is None else Columns(source, target, weight)


def _check_delimiter(delimiter: str | None) -> None:
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '\r\n"'):
        raise ValueError(f"delimiter must be one character, no quote or end of line, not {delimiter!r}")


def _format_of(path: Source, format: str | None) -> str:
    if format is not None:
        if format not in get_args(Format):
            raise ValueError(f"format must be one of {', '.join(get_args(Format))}, not {format!r}")
        return format
    if not isinstance(path, str | os.PathLike) or os.fspath(path) == "-":
        raise ValueError(f"a stream has no suffix: pass format, one of {', '.join(get_args(Format))}")
    return format_by_suffix(path, READ_GRAPHS, " (or that with .gz), or pass format")
