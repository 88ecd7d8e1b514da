"""Lists of edges, one on a line: comma, tab or white space between the columns."""

from __future__ import annotations

import io
from collections.abc import Hashable, Iterator, Sequence
from typing import Any

import networkx as nx
import numpy as np

from nx_poincare.extractors.digraph import Direction
from nx_poincare.io.arrays import DEFAULT_MAX_BYTES
from nx_poincare.io.graphs.edge_rows import Rows, edges_in, start_of
from nx_poincare.io.graphs.first_row import Columns
from nx_poincare.io.graphs.mended_names import mend_arrays, mend_graph
from nx_poincare.io.graphs.numbering import PlainNumbering
from nx_poincare.io.graphs.plain_edges import NameIndex, as_index, joined, read_plain_edges, rest_of, sorted_by_source
from nx_poincare.io.streams import GraphFileError, most_objects
from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.collector import collector_paused
from nx_poincare.utils.names import plain_if_few

__all__ = ["read_edge_arrays", "read_edge_list"]

_EDGE_BYTES = 64  # of max_bytes: an edge and its ends take half a kilobyte


def read_edge_list(
    stream: io.BufferedReader,
    path: str,
    *,
    delimiter: str | None,
    header: bool | None = None,
    columns: Columns | None = None,
    direction: Direction | None = None,
    max_bytes: int = DEFAULT_MAX_BYTES,
) -> nx.DiGraph:
    """Read the edges of a directed graph from lines of text in UTF-8.

    The first column is where an edge starts, the second where it ends, if the first row does not name the columns; an
    optional third is its weight, kept as the float attribute ``"weight"``. Instead of a weight there may be a
    dictionary of attributes, as `networkx.write_edgelist` writes it. Names stay text, as written but for spaces around
    them. A repeated edge counts once and keeps its last attributes. Blank lines and
    lines that start with ``#`` are skipped; a quoted name may start with ``#``. A row without a name in the column that
    is known to be above is a root.

    Parameters
    ----------
    stream : buffered stream of bytes
    path : str
        Its name in messages.
    delimiter : str or None
        One character between the columns of quoted text. None: columns lie between runs of ASCII white space, and
        there is no quoting.
    header : bool, optional
        Whether the first row names the columns. None: it does when its words say what edges are
        (`nx_poincare.extractors.column_words`).
    columns : Columns, optional
        The columns to read, of any number, as the first row calls them.
    direction : {"parent_to_child", "child_to_parent"}, optional
        What an edge from the first of the two columns to the second means, if the words of a header shall not say it.
    max_bytes : int
        One edge for 64 of them is read.

    Warns
    -----
    HierarchyWarning
        Of what was guessed.

    Raises
    ------
    GraphFileError
        If a line is not an edge; the message has its number.

    Examples
    --------
    >>> text = io.BufferedReader(io.BytesIO(b"parent,child,weight\\nanimal,dog,2\\nanimal,cat,1\\n"))
    >>> read_edge_list(text, "animals.csv", delimiter=",").edges(data="weight")
    OutEdgeDataView([('animal', 'dog', 2.0), ('animal', 'cat', 1.0)])
    """
    graph: nx.DiGraph = nx.DiGraph()
    rows = Rows(path, header=header, columns=columns, direction=direction, sample=start_of(stream, delimiter))
    with collector_paused(), edges_in(stream, delimiter, rows) as edges:
        graph.add_edges_from(_with_roots_on(graph, _limited(edges, path, most_objects(max_bytes, _EDGE_BYTES))))
    return mend_graph(graph, rows.first, path)


def read_edge_arrays(
    stream: io.BufferedReader,
    path: str,
    *,
    delimiter: str | None,
    header: bool | None = None,
    direction: Direction | None = None,
) -> tuple[Sequence[Hashable], IntArray]:
    """Read names and edges as `read_edge_list` does, without building a graph.

    Attributes of edges are checked and left out. For millions of edges.

    Returns
    -------
    names : list of str, or Names
        In the order in which the graph would have them.
    edges : ndarray of int64, or of int32 beside names in arrays, shape (number of lines, 2)
        Indices into the names, the edges that start at one node beside each other, as the graph
        would have them; repeated ones are kept.

    Examples
    --------
    >>> text = io.BufferedReader(io.BytesIO(b"animal dog\\ndog puppy\\nanimal cat\\n"))
    >>> read_edge_arrays(text, "animals.txt", delimiter=None)
    (['animal', 'dog', 'puppy', 'cat'], array([[0, 1], [0, 3], [1, 2]]))
    """
    rows = Rows(path, header=header, direction=direction, sample=start_of(stream, delimiter))

    def first_of_plain(words: list[str]) -> tuple[bool, bool]:
        first = rows.read_first(words)
        return first.is_header, first.layout.source == 1

    with collector_paused():
        index, ends, lines, taken = read_plain_edges(stream, delimiter, first_of_plain)
        if isinstance(index, PlainNumbering) and taken:
            index = as_index(index.names())
        if isinstance(index, PlainNumbering):
            names = plain_if_few(index.names())
        else:
            with edges_in(rest_of(stream, taken), delimiter, rows, lines_before=lines) as edges:
                ends.append(np.fromiter(map(index.__getitem__, _names_of_pairs(edges, index)), dtype=np.int64))
            names = list(index)
        pairs = joined(ends).reshape(-1, 2)
    names, pairs = mend_arrays(names, pairs, rows.first, path)
    return names, sorted_by_source(pairs)


def _limited(edges: Iterator[Any], path: str, most: int) -> Iterator[Any]:
    """The edges, each of which becomes objects, unless they are too many."""
    for number, edge in enumerate(edges):
        if number >= most:
            raise GraphFileError(
                path,
                None,
                f"has more than {most:,} edges: one for {_EDGE_BYTES} bytes of max_bytes; raise max_bytes if it should",
            )
        yield edge


def _with_roots_on(graph: nx.DiGraph, edges: Iterator[Any]) -> Iterator[Any]:
    """The edges; names of nodes by themselves become nodes of the graph on the way."""
    for edge in edges:
        if len(edge) > 1:
            yield edge
        else:
            graph.add_node(edge[0])


def _names_of_pairs(edges: Iterator[Any], index: NameIndex) -> Iterator[str]:
    """Two names for each edge; names of nodes by themselves get a number on the way."""
    for edge in edges:
        if len(edge) > 1:
            yield edge[0]
            yield edge[1]
        else:
            index[edge[0]]
