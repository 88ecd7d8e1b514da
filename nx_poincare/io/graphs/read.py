"""Files and tables -> NetworkX graph; the suffix decides the format."""

from __future__ import annotations

import logging
import os
from collections.abc import Collection, Sequence
from typing import Any, Literal, TypeAlias, cast, get_args

import networkx as nx
import numpy as np

from nx_poincare.extractors.digraph import Direction, check_direction
from nx_poincare.extractors.tables import graph_from_array, is_frame
from nx_poincare.io.arrays import DEFAULT_MAX_BYTES
from nx_poincare.io.content import parts_of, read_all
from nx_poincare.io.graphs.edge_list import read_edge_list
from nx_poincare.io.graphs.first_row import Columns
from nx_poincare.io.graphs.frames import graph_of_table
from nx_poincare.io.graphs.labels import say_labels
from nx_poincare.io.graphs.opened_rows import DELIMITERS, check_delimiter, opened_rows
from nx_poincare.io.graphs.readers.linkage import graph_from_linkage, is_linkage
from nx_poincare.io.graphs.readers.registry import GRAPH_FORMATS, installation_hints
from nx_poincare.io.graphs.unquoted import with_quotes_as_they_are
from nx_poincare.io.parquet_parts import is_parquet_folder
from nx_poincare.io.streams import Source, name_of
from nx_poincare.io.suffixes import READ_GRAPHS, format_by_suffix
from nx_poincare.utils.progress import logged_time, with_signs_of_life
from nx_poincare.utils.warn import warn_caller

__all__ = ["Format", "format_of", "read_graph", "said_if_empty"]

Format: TypeAlias = Literal[
    "tsv", "csv", "edges", "graphml", "gexf", "gml", "json", "dot", "obo", "rdf", "newick", "nexus", "linkage",
    "adjlist", "pajek", "dmp", "keg", "fam", "outline", "paths", "parquet", "excel", "sqlite",
]  # fmt: skip

_WITH_NUMBERS = ("graphml", "gexf", "gml", "json", "dot")  # of nodes, as their programs write them

_logger = logging.getLogger(__name__)


@with_signs_of_life("reading")
def read_graph(
    path: Source | np.ndarray[Any, Any] | Any,
    *,
    format: Format | None = None,
    source: Any = None,
    target: Any = None,
    weight: Any = None,
    levels: Sequence[Any] | None = None,
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
    .fam .ped               pedigrees of PLINK and LINKAGE
    .opml .mm               outlines, and mind maps of FreeMind and Freeplane
    .paths                  a path on each line: files in folders, classes in packages, tree numbers of MeSH
    .parquet .xlsx .sqlite  tables as pandas reads them, a row per edge; of Parquet a folder of files, too
    ======================  ====================================================================

    Some need a library that an extra of this package installs; the error says which. Any
    of them may be compressed with gzip, bzip2 or xz; ``.gz``, ``.bz2`` or ``.xz`` may follow the suffix. Edge lists are
    text in UTF-8 and give a directed graph, each edge from the first column to the second, or from what a header calls
    the parent to what it calls the child. Blank lines and lines that start with ``#`` are skipped; a
    quoted name in a tsv or csv may hold anything, spaces around it do not belong to it. A row that names no parent is
    a root. Columns that are ranks (kingdom, phylum, class, ...; level1, level2, ...) make each row a path down, and
    nodes know their ``"rank"``; so do those of SILVA's ``tax_slv_ssu_*.txt``. Columns that name both
    parents (father and mother, sire and dam, parent1 and parent2) give a node two. Text may be in UTF-16
    with a byte order mark. Formats of graphs state whether they are directed and whether edges may be parallel; a
    node-link file that does not is taken as directed without parallel edges. Formats of hierarchies give directed
    graphs, edges from parent to child.

    Parameters
    ----------
    path : path, readable stream of text or bytes, pandas.DataFrame, or ndarray
        ``"-"`` is standard input. Streams need ``format``. A DataFrame has a row per edge; so has
        an array, of shape (n, 2), or (n, 3) with weights. One of shape (n - 1, 4) is a
        linkage matrix, see `graph_from_linkage`.
    format : str, optional
        Instead of the suffix: ``"tsv"``, ``"csv"``, ``"edges"``, ``"graphml"``, ``"gexf"``, ``"gml"``, ``"json"``,
        ``"dot"``, ``"obo"``, ``"rdf"``, ``"newick"``, ``"nexus"``, ``"linkage"``, ``"adjlist"``, ``"pajek"``,
        ``"dmp"``, ``"keg"``, ``"fam"``, ``"outline"``, ``"paths"``,
        ``"parquet"``, ``"excel"`` or ``"sqlite"``.
    source, target : str, optional
        Columns of a DataFrame, or of an edge list with a header, of any number of columns: where edges start and where
        they end. By default ``"source"`` and ``"target"``, or those that are called parent and child, or the like.
    weight : str, optional
        Column with weights, which become the float edge attribute ``"weight"``. Without names of
        columns, the third of an edge list.
    levels : sequence of column names, optional
        Tables with a header: two columns or more, from above, that make each row a path down, as
        ``["Segment", "Family", "Class"]``. What a row leaves out is passed over, nodes have their ``"rank"``.
    delimiter : str, optional
        Edge lists: one character, instead of that of the format. Paths: what stands between names.
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
    _check_levels(levels, columns, direction, header)
    check_direction(direction or "parent_to_child")
    if not (isinstance(path, str | os.PathLike) or hasattr(path, "read")):
        if not quoting or not (format is delimiter is header is relations is table is None):
            raise ValueError("format, delimiter and header are for files, not for tables in memory")
        return said_if_empty(_from_memory(path, columns, direction, levels), "the table")
    path = cast(Source, path)
    chosen = format_of(path, format)
    if chosen in DELIMITERS:
        _check_no_others(chosen, relations=relations, table=table)
        check_delimiter(delimiter)
        if columns is not None and header is False:
            raise ValueError("source, target and weight name columns, but header=False says that none are named")
        may_be_paths = columns is direction is None and header is not False
        with opened_rows(
            path, chosen, delimiter=delimiter, may_be_paths=may_be_paths, max_bytes=max_bytes, progress=progress,
            levels=levels,
        ) as rows:  # fmt: skip
            graph, lines = rows.tree, rows.stream
            if not quoting and rows.delimiter is not None:
                lines = with_quotes_as_they_are(lines, rows.delimiter)
            if graph is None:
                graph = read_edge_list(
                    lines,
                    name_of(path),
                    delimiter=rows.delimiter,
                    header=header,
                    columns=columns,
                    direction=direction,
                    max_bytes=max_bytes,
                )
        return said_if_empty(graph, name_of(path))
    row = GRAPH_FORMATS[chosen]
    if (delimiter is not None and "delimiter" not in row.options) or header is not None or not quoting:
        raise ValueError(f"delimiter and header (and quoting) are for edge lists, not for {chosen}")
    options: dict[str, Any] = {"relations": relations, "table": table, "levels": levels, "delimiter": delimiter}
    if "source" in row.options:
        options |= (columns or Columns())._asdict() | {"direction": direction}
    elif columns is not None:
        raise ValueError(f"source, target and weight name columns of a table, and {chosen} has none")
    elif direction is not None:
        raise ValueError(f"direction says what the columns of a table mean, and {chosen} has none; pass it to embed")
    _check_no_others(chosen, **{name: value for name, value in options.items() if name not in row.options})
    if "max_bytes" in row.options:
        options["max_bytes"] = max_bytes
    options = {name: value for name, value in options.items() if name in row.options}
    if chosen == "parquet" and is_parquet_folder(path):
        from nx_poincare.io.graphs.readers.tables import read_parquet_folder  # others need no tables

        return said_if_empty(read_parquet_folder(name_of(path), max_bytes=max_bytes, **options), name_of(path))
    read = row.load()
    read_content: Any = parts_of if row.in_parts else read_all
    with logged_time(_logger, f"reading {name_of(path)}"):
        content = read_content(path, max_bytes=max_bytes, marks=row.marks)
        graph = read(content, name_of(path), **options)
    if chosen in _WITH_NUMBERS:
        say_labels(graph, name_of(path), shared_are_said=chosen == "gml")
    return said_if_empty(graph, name_of(path)) if "source" in row.options else graph


def _from_memory(
    table: Any, columns: Columns | None, direction: Direction | None, levels: Sequence[Any] | None
) -> nx.DiGraph:
    if is_frame(table):
        return graph_of_table(table, **(columns or Columns())._asdict(), direction=direction, levels=levels)
    if columns is not None or levels is not None:
        raise ValueError("source, target, weight and levels name columns; those of an array have no names")
    if isinstance(table, np.ndarray):
        return graph_from_linkage(table) if is_linkage(table) else graph_from_array(table)
    hint = "pass its to_pandas()" if hasattr(table, "to_pandas") else "networkx.DiGraph(list(edges)) takes pairs"
    if isinstance(table, dict):
        hint += " or a dict of lists, nx_poincare.graph_from_nested nested dictionaries"
    elif hasattr(table, "children_"):
        hint = "nx_poincare.graph_from_linkage takes clusterings"
    raise TypeError(f"expected a path, a stream, a data frame or an array, got {type(table).__name__}; {hint}")


def _check_levels(
    levels: Sequence[Any] | None, columns: Columns | None, direction: Direction | None, header: bool | None
) -> None:
    """Refuse levels beside what says that rows are edges."""
    if levels is None:
        return
    if columns is not None or direction is not None:
        raise ValueError("levels says that rows are paths down; source, target, weight and direction are of edges")
    if header is False:
        raise ValueError("levels names columns, but header=False says that none are named")
    if isinstance(levels, str) or len(levels) < 2:
        raise ValueError(f"levels names two columns or more, from above, not {levels!r}")


def _check_no_others(format: str, **options: Any) -> None:
    """Refuse options that say nothing about a format."""
    for name, value in options.items():
        if value is not None:
            allowed = ", ".join(known for known, row in GRAPH_FORMATS.items() if name in row.options)
            raise ValueError(f"{name} is for {allowed}, not for {format}")


def said_if_empty(graph: Any, path: str) -> Any:
    """The graph, or the names of nodes, after saying so if there are none."""
    if not len(graph):
        warn_caller(f"{path} has no edges")
    return graph


def _columns_of(source: Any, target: Any, weight: Any) -> Columns | None:
    """Names of the columns, if there are any."""
    return None if source is None and target is None and weight is None else Columns(source, target, weight)


def format_of(path: Source, format: str | None) -> str:
    """The format of a file: the one that is passed, or the one that the suffix means."""
    if format is not None:
        if format not in get_args(Format):
            raise ValueError(f"format must be one of {', '.join(get_args(Format))}, not {format!r}")
        return format
    if not isinstance(path, str | os.PathLike) or os.fspath(path) == "-":
        raise ValueError(f"a stream has no suffix: pass format, one of {', '.join(get_args(Format))}")
    if is_parquet_folder(path):
        return "parquet"
    advice = f" (or that with .gz, .bz2 or .xz), or pass format. {installation_hints()}"
    return format_by_suffix(path, READ_GRAPHS, advice)
