"""Files and tables -> NetworkX graph, or directly to nodes and edges; the suffix decides the format."""

from __future__ import annotations

import logging
import os
from collections.abc import Collection, Hashable, Sequence
from typing import Any, Literal, TypeAlias, cast, get_args

import networkx as nx
import numpy as np

from nx_poincare.extractors.column_words import column_above
from nx_poincare.extractors.digraph import Direction, check_direction, edges_of_graph, parent_first
from nx_poincare.extractors.ranks import rank_columns
from nx_poincare.extractors.tables import graph_from_array, graph_from_frame, is_frame
from nx_poincare.io.arrays import DEFAULT_MAX_BYTES
from nx_poincare.io.content import parts_of, read_all
from nx_poincare.io.graphs.edge_list import read_edge_arrays, read_edge_list
from nx_poincare.io.graphs.first_row import Columns, likely_delimiter
from nx_poincare.io.graphs.labels import say_labels
from nx_poincare.io.graphs.parquet_edges import read_parquet_edges
from nx_poincare.io.graphs.rank_table import graph_from_rank_frame, has_ranks, read_rank_table
from nx_poincare.io.graphs.readers.linkage import graph_from_linkage, is_linkage
from nx_poincare.io.graphs.readers.registry import GRAPH_FORMATS, installation_hints
from nx_poincare.io.graphs.separator_line import separator_of
from nx_poincare.io.graphs.silva import is_silva, read_silva
from nx_poincare.io.graphs.unquoted import with_quotes_as_they_are
from nx_poincare.io.parquet_parts import is_parquet_folder
from nx_poincare.io.streams import (
    MAX_LINE_BYTES,
    Source,
    in_utf8,
    name_of,
    open_source,
)
from nx_poincare.io.suffixes import READ_GRAPHS, TABLE_SUFFIXES, format_by_suffix
from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.progress import logged_time, with_signs_of_life
from nx_poincare.utils.warn import warn_caller
from nx_poincare.utils.workers import ONE_THREAD, Workers

__all__ = ["Format", "read_edges", "read_graph", "warn_if_upside_down"]

Format: TypeAlias = Literal[
    "tsv", "csv", "edges", "graphml", "gexf", "gml", "json", "dot", "obo", "rdf", "newick", "nexus", "linkage",
    "adjlist", "pajek", "dmp", "keg", "parquet", "excel", "sqlite",
]  # fmt: skip

_WITH_NUMBERS = ("graphml", "gexf", "gml", "json", "dot")  # of nodes, as their programs write them

_logger = logging.getLogger(__name__)

_DELIMITERS: dict[str, str | None] = {"tsv": "\t", "csv": ",", "edges": None}


@with_signs_of_life("reading")
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
    quoting: bool = True,
    relations: str | Collection[str] | None = None,
    table: str | None = None,
    max_bytes: int = DEFAULT_MAX_BYTES,
    progress: bool | None = None,
) -> nx.Graph:
    """Read a graph from a file, in the format of its suffix, or from a table of edges in memory.

    ======================  ====================================================================
    .tsv, .csv              source, target and optionally weight, with a tab or a comma between
    .txt .edges .edgelist   the same between runs of white space
    .graphml, .gexf         as NetworkX reads them; a node is above those that stand in it
    .gml                    as NetworkX reads it; nodes without labels go by their ids
    .json                   node-link data, trees with ``"children"``, nested dictionaries, OBO Graphs
    .dot .gv                Graphviz
    .obo                    ontologies such as the Gene Ontology
    .owl .rdf .ttl .nt .n3  ontologies in OWL, classes of RDFS, thesauri in SKOS
    .jsonld .owx .ofn       the same in JSON-LD, OWL/XML and OWL's functional syntax
    .nwk .newick .tree      trees in Newick, with the lengths of branches as ``"length"``
    .nex .nexus .trees      the trees of NEXUS, as BEAST, MrBayes and PAUP write them
    .npy                    a linkage matrix of SciPy, or an array of edges
    .adjlist                a node and those below it on each line
    .net .paj               Pajek
    .dmp                    ``nodes.dmp`` of NCBI's taxonomy
    .keg                    hierarchies of KEGG BRITE
    .parquet .xlsx .sqlite  tables as pandas reads them, a row per edge; of Parquet a folder of files, too
    ======================  ====================================================================

    Some need a library that an extra of this package installs; the error says which. Any
    of them may be compressed with gzip; ``.gz`` may follow the suffix. Edge lists are
    text in UTF-8 and give a directed graph, each edge from the first column to the second, or from what a header calls
    the parent to what it calls the child. Blank lines and lines that start with ``#`` are skipped; a
    quoted name in a tsv or csv may hold anything, spaces around it do not belong to it. A row that names no parent is
    a root. Columns that are ranks (kingdom, phylum, class, ...; level1, level2, ...) make each row a path down, and
    nodes know their ``"rank"``; so do those of SILVA's ``tax_slv_ssu_*.txt``. Text may be in UTF-16 with a byte order
    mark. Formats of graphs state whether they are directed and whether edges may be parallel; a node-link file that
    does not is taken as directed without parallel edges. Formats of hierarchies give directed graphs, edges from parent
    to child.

    Parameters
    ----------
    path : path, readable stream of text or bytes, pandas.DataFrame, or ndarray
        ``"-"`` is standard input. Streams need ``format``. A DataFrame has a row per edge; so has
        an array, of shape (n, 2), or (n, 3) with weights. One of shape (n - 1, 4) is a
        linkage matrix, see `graph_from_linkage`.
    format : str, optional
        Instead of the suffix: ``"tsv"``, ``"csv"``, ``"edges"``, ``"graphml"``, ``"gexf"``, ``"gml"``, ``"json"``,
        ``"dot"``, ``"obo"``, ``"rdf"``, ``"newick"``, ``"nexus"``, ``"linkage"``, ``"adjlist"``, ``"pajek"``,
        ``"dmp"``, ``"keg"``, ``"parquet"``, ``"excel"`` or ``"sqlite"``.
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
        Tables only: what an edge from the first of the two columns to the second means, if their
        names shall not say it. Edges of the graph lead from the first to the second then: pass the same to `embed`.
    quoting : bool, default True
        Edge lists only: False takes quotes for characters like any others, as in GFF and many tab-separated files.
    relations : str or collection of str, optional
        Ontologies only: which relations lead from a term to a broader one, such as ``["is_a", "part_of"]``. Default:
        ``"is_a"``, and ``"broader"`` in thesauri; a warning says what is left out then.
    table : str, optional
        The sheet of a workbook, default the first, or the table of a database, which may have only one otherwise.
    max_bytes : int, default 2**30
        Reading stops with an error past this size, after decompression. It also does where a file
        unpacks to more than 32 MiB and more than 100 times its size, and where it makes more objects
        than one for 64 bytes of this limit (trees in Newick and lists of JSON for 256, DOT by words and
        attributes; RDF by what its triples take).
    progress : bool, optional
        Show on standard error that a long file is being read; default: if that is a terminal.

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
        `ValueError` with attributes ``path`` and ``line``. Graphs in XML with a document type
        declaration are refused, for what its entities may expand to.
    networkx.NetworkXError
        If a row of a table lacks the name of a node, or its weight is not a finite number.
    ValueError
        If the suffix, a column or an option is unknown or does not apply.
    FileNotFoundError
        If there is no such file.
    ImportError
        If the library for the format is not installed; the message has the command that installs it.

    Examples
    --------
    >>> import io
    >>> text = io.StringIO("parent,child\\nanimal,dog\\nanimal,cat\\n")
    >>> read_graph(text, format="csv").edges
    OutEdgeView([('animal', 'dog'), ('animal', 'cat')])
    """
    columns = _columns_of(source, target, weight)
    check_direction(direction or "parent_to_child")
    if not (isinstance(path, str | os.PathLike) or hasattr(path, "read")):
        if not quoting or not (format is delimiter is header is relations is table is None):
            raise ValueError("format, delimiter and header are for files, not for tables in memory")
        return _said_if_empty(_from_memory(path, columns, direction), "the table")
    path = cast(Source, path)
    chosen = _format_of(path, format)
    if chosen in _DELIMITERS:
        _check_no_others(chosen, relations=relations, table=table)
        _check_delimiter(delimiter)
        if columns is not None and header is False:
            raise ValueError("source, target and weight name columns, but header=False says that none are named")
        with open_source(path, max_bytes=max_bytes, max_line_bytes=MAX_LINE_BYTES, progress=progress) as stream:
            stream, separator = separator_of(in_utf8(stream, name_of(path)))
            if columns is direction is delimiter is None and header is not False and is_silva(stream):
                return read_silva(stream, name_of(path), max_bytes=max_bytes)
            between = delimiter or separator or likely_delimiter(stream, _DELIMITERS[chosen], name_of(path))
            if columns is direction is None and header is not False and has_ranks(stream, between):
                return _said_if_empty(read_rank_table(stream, name_of(path), between, max_bytes), name_of(path))
            lines = stream if quoting or between is None else with_quotes_as_they_are(stream, between)
            graph = read_edge_list(
                lines,
                name_of(path),
                delimiter=between,
                header=header,
                columns=columns,
                direction=direction,
                max_bytes=max_bytes,
            )
        return _said_if_empty(graph, name_of(path))
    if delimiter is not None or header is not None or not quoting:
        raise ValueError(f"delimiter and header (and quoting) are for edge lists, not for {chosen}")
    row = GRAPH_FORMATS[chosen]
    options: dict[str, Any] = {"relations": relations, "table": table}
    if "source" in row.options:
        options |= (columns or Columns())._asdict() | {"direction": direction}
    elif columns is not None:
        raise ValueError(f"source, target and weight name columns of a table, and {chosen} has none")
    elif direction is not None:
        raise ValueError(f"direction says what the columns of a table mean, and {chosen} has none; pass it to embed")
    _check_no_others(chosen, **{name: value for name, value in options.items() if name not in row.options})
    if "max_bytes" in row.options:
        options["max_bytes"] = max_bytes
    if chosen == "parquet" and is_parquet_folder(path):
        from nx_poincare.io.graphs.readers.tables import read_parquet_folder  # others need no tables

        options = {name: value for name, value in options.items() if name not in ("relations", "table")}
        return _said_if_empty(read_parquet_folder(name_of(path), max_bytes=max_bytes, **options), name_of(path))
    read = row.load()
    read_content: Any = parts_of if row.in_parts else read_all
    with logged_time(_logger, f"reading {name_of(path)}"):
        content = read_content(path, max_bytes=max_bytes, marks=row.marks)
        graph = read(content, name_of(path), **{name: value for name, value in options.items() if name in row.options})
    if chosen in _WITH_NUMBERS:
        say_labels(graph, name_of(path), says_shared=chosen != "gml")
    return _said_if_empty(graph, name_of(path)) if "source" in row.options else graph


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
    workers: Workers = ONE_THREAD,
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
        As in `read_graph`.
    workers : Workers, optional
        Who reads the two columns of Parquet files, piece by piece; other formats are read here. Default: this thread.

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
        said = direction if chosen in TABLE_SUFFIXES.values() else None
        warn_if_upside_down(source, target, direction)
        if chosen == "parquet" and header is delimiter is root is None:
            found = read_parquet_edges(
                path, source=source, target=target, direction=direction, max_bytes=max_bytes, progress=progress,
                workers=workers,
            )  # fmt: skip
            if found is not None:
                _said_if_empty(found[0], name_of(path))
                return found[0], parent_first(found[1], direction or "parent_to_child")
        graph = read_graph(path, format=format, **table, direction=said, max_bytes=max_bytes, progress=progress)
        return edges_of_graph(graph, direction=direction or "parent_to_child", root=root)
    _check_delimiter(delimiter)
    with open_source(path, max_bytes=max_bytes, max_line_bytes=MAX_LINE_BYTES, progress=progress) as stream:
        stream, separator = separator_of(in_utf8(stream, name_of(path)))
        if direction is delimiter is None and header is not False and is_silva(stream):
            return edges_of_graph(read_silva(stream, name_of(path), max_bytes=max_bytes))
        between = delimiter or separator or likely_delimiter(stream, _DELIMITERS[chosen], name_of(path))
        if direction is None and header is not False and has_ranks(stream, between):
            ranks = read_rank_table(stream, name_of(path), between, max_bytes)
            return edges_of_graph(_said_if_empty(ranks, name_of(path)))
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
        if columns is direction is None and rank_columns([str(name) for name in table.columns]):
            return graph_from_rank_frame(table)
        return graph_from_frame(table, **(columns or Columns())._asdict(), direction=direction)
    if columns is not None:
        raise ValueError("source, target and weight name columns; those of an array have no names")
    if isinstance(table, np.ndarray):
        return graph_from_linkage(table) if is_linkage(table) else graph_from_array(table)
    hint = "pass its to_pandas()" if hasattr(table, "to_pandas") else "networkx.DiGraph(list(edges)) takes pairs"
    if isinstance(table, dict):
        hint += " or a dict of lists, nx_poincare.graph_from_nested nested dictionaries"
    elif hasattr(table, "children_"):
        hint = "nx_poincare.graph_from_linkage takes clusterings"
    raise TypeError(f"expected a path, a stream, a data frame or an array, got {type(table).__name__}; {hint}")


def _check_no_others(format: str, **options: Any) -> None:
    """Refuse options that say nothing about a format."""
    for name, value in options.items():
        if value is not None:
            allowed = ", ".join(known for known, row in GRAPH_FORMATS.items() if name in row.options)
            raise ValueError(f"{name} is for {allowed}, not for {format}")


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
    if is_parquet_folder(path):
        return "parquet"
    return format_by_suffix(path, READ_GRAPHS, f" (or that with .gz), or pass format. {installation_hints()}")
