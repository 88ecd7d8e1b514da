"""Lists of edges, one on a line: comma, tab or white space between the columns."""

from __future__ import annotations

import csv
import io
import math
import re
from ast import literal_eval
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

import networkx as nx
import numpy as np

from nx_poincare.extractors.digraph import Direction
from nx_poincare.io.arrays import DEFAULT_MAX_BYTES
from nx_poincare.io.graphs.first_row import Columns, FirstRow, RowLayout, Sample, first_row_of, say_columns
from nx_poincare.io.graphs.lines import Lines
from nx_poincare.io.graphs.mended_names import mend_arrays, mend_graph
from nx_poincare.io.graphs.numbering import PlainNumbering
from nx_poincare.io.graphs.plain_edges import NameIndex, as_index, joined, read_plain_edges, rest_of, sorted_by_source
from nx_poincare.io.streams import GraphFileError, most_objects
from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.collector import collector_paused
from nx_poincare.utils.names import plain_if_few

__all__ = ["read_edge_arrays", "read_edge_list"]

_EDGE_BYTES = 64  # of max_bytes: an edge and its ends take half a kilobyte

_ASCII_SPACE = "\t\n\v\f\r\x1c\x1d\x1e\x1f "
_LONGEST_DICTIONARY = 2**16  # in Python's notation; its parser needs many bytes for each
_GAP = re.compile(f"[{_ASCII_SPACE}]+")


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
    rows = _Rows(path, header=header, columns=columns, direction=direction, sample=_start_of(stream, delimiter))
    with collector_paused(), _edges_in(stream, delimiter, rows) as edges:
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
    rows = _Rows(path, header=header, direction=direction, sample=_start_of(stream, delimiter))

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
            with _edges_in(rest_of(stream, taken), delimiter, rows, lines_before=lines) as edges:
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


def _start_of(stream: io.BufferedReader, delimiter: str | None) -> Sample:
    """The first bytes of a stream, up to a megabyte, as text; they stay in it."""
    return Sample(stream.peek(1).decode("utf-8", "replace"), delimiter)


class _Rows:
    """How rows are read: what the caller says, and what the first row says, once it has been read."""

    def __init__(
        self,
        path: str,
        *,
        header: bool | None,
        columns: Columns | None = None,
        direction: Direction | None,
        sample: Sample,
    ) -> None:
        self.path = path
        self.first = FirstRow()
        self.columns = columns
        self._header = header
        self._direction = direction
        self._sample = sample

    def read_first(self, words: list[str]) -> FirstRow:
        self.first = first_row_of(
            words,
            self.path,
            header=self._header,
            columns=self.columns,
            direction=self._direction,
            sample=self._sample,
        )
        return self.first


@contextmanager
def _edges_in(
    stream: io.BufferedReader, delimiter: str | None, rows: _Rows, lines_before: int = 0
) -> Iterator[Iterator[Any]]:
    """Edges as `add_edges_from` takes them, and roots as tuples of one name.

    The stream, of which some lines may have been read, stays open.
    """
    # Bytes that are not UTF-8 become lone surrogates, which `Lines` finds and names.
    text = io.TextIOWrapper(stream, encoding="utf-8", errors="surrogateescape", newline="")
    lines = Lines(text, rows.path, lines_before)
    try:
        records = _rows_of_edges(lines, delimiter, rows, is_start=not lines_before)
        yield _edges(records, lines, rows.first.layout, str if delimiter is None else str.strip)
    except csv.Error as error:
        raise lines.error(f"is not valid quoted text: {error}; quoting=False takes quotes as they are") from error
    finally:
        text.detach()


def _columns(line: str) -> list[str]:
    """Columns between ASCII white space; no more than three, the third with what follows it."""
    if line.isascii():
        return line.split(None, 2)
    return _GAP.split(line.strip(_ASCII_SPACE), 2)


def _all_columns(line: str) -> list[str]:
    return _GAP.split(line.strip(_ASCII_SPACE))


def _rows_of_edges(lines: Lines, delimiter: str | None, rows: _Rows, *, is_start: bool) -> Iterator[list[str]]:
    """Rows after the header, if there is one: source, target and perhaps a third."""
    texts = iter(lines)
    before: list[list[str]] = []
    if is_start:
        before = _read_first_row(texts, lines, delimiter, rows)
    layout = rows.first.layout
    records: Iterator[list[str]] = chain(before, _records(texts, delimiter, is_wide=layout.width is not None))
    if layout.others:
        records, layout = _with_likeliest_names(records, lines, layout)
        say_columns(rows.first.words, layout, rows.path)
    if layout.width is not None:
        return _named_columns(records, lines, layout)
    return records if layout.source == 0 else (record[1::-1] + record[2:] for record in records)


def _records(texts: Iterator[str], delimiter: str | None, *, is_wide: bool) -> Iterator[list[str]]:
    if delimiter is None:
        return map(_all_columns if is_wide else _columns, texts)
    return csv.reader(texts, delimiter=delimiter, strict=True, skipinitialspace=delimiter != "\t")


def _read_first_row(texts: Iterator[str], lines: Lines, delimiter: str | None, rows: _Rows) -> list[list[str]]:
    """Let the first row that is not blank say how others are read; the row itself, if it is an edge."""
    kept: list[str] = []
    head: list[str] = []
    for record in _records(_kept_last(texts, kept), delimiter, is_wide=True):
        head = record
        if not _is_blank(record):
            break
        lines.fresh = True
    if not head and rows.columns is None:
        return []
    try:
        first = rows.read_first(head)
    except ValueError as error:
        raise lines.error(str(error)) from None
    if first.is_header:
        lines.fresh = True
        return []
    return [_columns(kept[-1])] if delimiter is None else [head]


def _kept_last(texts: Iterator[str], kept: list[str]) -> Iterator[str]:
    """The lines; the last one is in the list then."""
    for text in texts:
        kept[:] = [text]
        yield text


def _with_likeliest_names(
    records: Iterator[list[str]], lines: Lines, layout: RowLayout
) -> tuple[Iterator[list[str]], RowLayout]:
    """The same rows, and of several columns that may name the nodes below the one with the most names from above."""
    numbered: list[tuple[int, list[str]]] = []
    for record in records:
        numbered.append((lines.number, record))
        lines.fresh = True
    full = [record for _, record in numbered if len(record) == layout.width]
    above = {record[layout.source].strip() for record in full} - {""}
    in_common = {
        place: len(above.intersection(record[place].strip() for record in full))
        for place in (layout.target, *layout.others)
    }
    best = max(in_common, key=in_common.__getitem__)
    return lines.again(numbered), layout._replace(target=best, others=())


def _named_columns(records: Iterator[list[str]], lines: Lines, layout: RowLayout) -> Iterator[list[str]]:
    """The columns of every record that are named."""
    first, second = layout.source, layout.target
    places = [first, second] if layout.weight is None else [first, second, layout.weight]
    for record in records:
        if len(record) == layout.width and (record[first] or record[second]):
            yield [record[place] for place in places]
        elif _is_blank(record):
            lines.fresh = True
        elif len(record) == layout.width:
            raise lines.error(f"the names in columns {first + 1} and {second + 1} are empty")
        else:
            raise lines.error(f"has {len(record)} columns, but {layout.width} are named")


def _is_blank(record: list[str]) -> bool:
    return not any(cell.strip() for cell in record)


def _edges(records: Iterator[list[str]], lines: Lines, layout: RowLayout, strip: Callable[[str], str]) -> Iterator[Any]:
    """Edges as `add_edges_from` takes them, and roots. A million lines pass here: keep it lean."""
    names: dict[str, str] = {}
    known = names.setdefault  # one text object per name
    for record in records:
        lines.fresh = True
        if len(record) == 2:
            source, target = strip(record[0]), strip(record[1])
            if source and target:
                yield known(source, source), known(target, target)
                continue
        elif len(record) == 3:
            source, target = strip(record[0]), strip(record[1])
            if source and target:
                yield known(source, source), known(target, target), _attributes(record[2], lines)
                continue
        elif _is_blank(record):
            continue
        else:
            raise lines.error(
                f"has {len(record)} {'column' if len(record) == 1 else 'columns'}, not 2 (source, target) "
                "or 3 (and weight); name the delimiter if it is another one, or the columns that are source and target"
            )
        if layout.above == "source" and target:
            yield (known(target, target),)
        elif layout.above == "target" and source:
            yield (known(source, source),)
        elif not _is_blank(record):
            raise lines.error(f"the name in column {(layout.target if source else layout.source) + 1} is empty")


def _attributes(third: str, lines: Lines) -> dict[str, Any]:
    """Edge attributes from a weight or from a dictionary in Python's notation."""
    if third.startswith("{"):
        try:
            attributes = literal_eval(third.strip()) if len(third) <= _LONGEST_DICTIONARY else None
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            attributes = None
        if not isinstance(attributes, dict):
            raise lines.error(
                f"{_excerpt(third)} is not a dictionary of attributes of at most {_LONGEST_DICTIONARY:,} characters"
            )
        return attributes
    try:
        weight = float(third)
    except ValueError:
        raise lines.error(
            f"weight {_excerpt(third)} is not a number; pass header=True if the first row names the columns, source "
            "and target to choose them, or the delimiter if it is another one"
        ) from None
    if not math.isfinite(weight):
        raise lines.error(f"weight {_excerpt(third)} is not finite")
    return {"weight": weight}


def _excerpt(text: str) -> str:
    text = text.strip()
    return repr(text if len(text) <= 40 else text[:40] + "...")
