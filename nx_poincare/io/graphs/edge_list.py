"""Lists of edges, one on a line: comma, tab or white space between the columns."""

from __future__ import annotations

import csv
import io
import logging
import math
import re
from ast import literal_eval
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from operator import length_hint
from typing import Any, NamedTuple

import networkx as nx
import numpy as np

from nx_poincare.io.graphs.plain_edges import new_index, read_plain_edges, rest_of
from nx_poincare.io.streams import GraphFileError
from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.collector import collector_paused

__all__ = ["Columns", "read_edge_arrays", "read_edge_list"]

_logger = logging.getLogger(__name__)

_HEADER_PAIRS = {
    frozenset(pair.split())
    for pair in (
        "source target",
        "parent child",
        "ancestor descendant",
        "hypernym hyponym",
        "superclass subclass",
        "predecessor successor",
        "from to",
        "src dst",
        "head tail",
        "id1 id2",
        "node1 node2",
    )
}
_UPWARD_HEADERS = {"child", "descendant", "hyponym", "subclass"}
_WEIGHT_HEADERS = {"weight", "value", "score", "count"}
_ASCII_SPACE = "\t\n\v\f\r\x1c\x1d\x1e\x1f "
_BLOCK = 2**18
_LONGEST_DICTIONARY = 2**16  # in Python's notation; its parser needs many bytes for each
_GAP = re.compile(f"[{_ASCII_SPACE}]+")


class Columns(NamedTuple):
    """The names of the columns of a table of edges."""

    source: Any
    target: Any
    weight: Any = None


def read_edge_list(
    stream: io.BufferedReader,
    path: str,
    *,
    delimiter: str | None,
    header: bool | None = None,
    columns: Columns | None = None,
) -> nx.DiGraph:
    """Read the edges of a directed graph from lines of text in UTF-8.

    The first column is where an edge starts, the second where it ends, an optional third
    its weight, kept as the float attribute ``"weight"``. Instead of a weight there may be a
    dictionary of attributes, as `networkx.write_edgelist` writes it. Names stay text, exactly
    as written. A repeated edge counts once and keeps its last attributes. Blank lines and
    lines that start with ``#`` are skipped; a quoted name may start with ``#``.

    Parameters
    ----------
    stream : buffered stream of bytes
    path : str
        Its name in messages.
    delimiter : str or None
        One character between the columns of quoted text; after any but a tab, spaces that
        are not quoted are skipped. None: columns lie between runs of ASCII white space, and
        there is no quoting.
    header : bool, optional
        Whether the first row names the columns. None: it does when its first two words are
        a pair such as source and target, parent and child, from and to, id1 and id2 (in
        either order, upper or lower case), or when it has a third that reads weight, value,
        score or count.
    columns : Columns, optional
        The columns to read, of any number, as the first row calls them.

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
    with collector_paused(), _edges_in(stream, path, delimiter, header, columns) as edges:
        graph.add_edges_from(edges)
    return graph


def read_edge_arrays(
    stream: io.BufferedReader, path: str, *, delimiter: str | None, header: bool | None = None
) -> tuple[list[str], IntArray]:
    """Read names and edges as `read_edge_list` does, without building a graph.

    Attributes of edges are checked and left out. For millions of edges.

    Returns
    -------
    names : list of str
        In the order in which the graph would have them.
    edges : ndarray of int64, shape (number of lines, 2)
        Indices into the names, the edges that start at one node beside each other, as the graph
        would have them; repeated ones are kept.

    Examples
    --------
    >>> text = io.BufferedReader(io.BytesIO(b"animal dog\\ndog puppy\\nanimal cat\\n"))
    >>> read_edge_arrays(text, "animals.txt", delimiter=None)
    (['animal', 'dog', 'puppy', 'cat'], array([[0, 1], [0, 3], [1, 2]]))
    """
    index = new_index()

    with collector_paused():
        ends, lines, taken = read_plain_edges(
            stream, delimiter, index, lambda words: _names_columns(words, header, path)
        )
        rest = rest_of(stream, taken)
        with _edges_in(rest, path, delimiter, False if lines else header, lines_before=lines) as edges:
            names = chain.from_iterable((source, target) for source, target, *_ in edges)
            ends.append(np.fromiter(map(index.__getitem__, names), dtype=np.int64))
    pairs = np.concatenate(ends).reshape(-1, 2)
    return list(index), pairs[np.argsort(pairs[:, 0], kind="stable")]


@contextmanager
def _edges_in(
    stream: io.BufferedReader,
    path: str,
    delimiter: str | None,
    header: bool | None,
    columns: Columns | None = None,
    lines_before: int = 0,
) -> Iterator[Iterator[Any]]:
    """Edges as `add_edges_from` takes them; the stream, of which some lines may have been read, stays open."""
    # Bytes that are not UTF-8 become lone surrogates, which `_Lines` finds and names.
    text = io.TextIOWrapper(stream, encoding="utf-8", errors="surrogateescape", newline="")
    lines = _Lines(text, path, lines_before)
    records: Iterator[list[str]]
    if delimiter is None:
        records = map(_columns if columns is None else _all_columns, lines)
    else:
        records = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=delimiter != "\t")
    try:
        rows = _without_header(records, lines, header) if columns is None else _named_columns(records, lines, columns)
        yield _edges(rows, lines)
    except csv.Error as error:
        raise lines.error(f"is not valid quoted text: {error}") from error
    finally:
        text.detach()


class _Lines:
    """Lines for a record reader: counted, checked, and without comments.

    A quoted name may hold ends of lines, so a record may take several lines and only the
    consumer knows where one ends: it sets `fresh` after each. Lines are checked a block at a
    time; those of a block in which nothing is special pass without being looked at again.
    """

    def __init__(self, text: io.TextIOWrapper, path: str, before: int = 0) -> None:
        self.path = path
        self.fresh = True
        self._text = text
        self._start = before
        self._before = before
        self._ahead: Iterator[str] | None = None

    def __iter__(self) -> Iterator[str]:
        while block := self._text.readlines(_BLOCK):
            if self._before == 0:
                block[0] = block[0].removeprefix("\ufeff")
            if self.fresh and _is_plain("".join(block)):
                self._ahead = iter(block)
                self._before += len(block)
                yield from self._ahead
                self._start, self._ahead = self._before, None
            else:
                for line in block:
                    self._before += 1
                    if self.fresh and line.startswith("#"):
                        continue
                    if self.fresh:
                        self._start = self._before
                        self.fresh = False
                    _check_line(line, self.path, self._before)
                    yield line

    def error(self, problem: str) -> GraphFileError:
        """A problem with the record that was read last, by the number of its first line."""
        if self._ahead is None:
            return GraphFileError(self.path, self._start, problem)
        return GraphFileError(self.path, self._before - length_hint(self._ahead), problem)


def _is_plain(block: str) -> bool:
    """Whether no line of the block can be a comment, span records or be refused."""
    if '"' in block or "#" in block or "\0" in block:
        return False
    try:
        return block.isascii() or bool(block.encode("utf-8"))
    except UnicodeEncodeError:
        return False


def _check_line(line: str, path: str, number: int) -> None:
    if "\0" in line:
        raise GraphFileError(path, number, "holds a NUL byte; is this a text file?")
    try:
        line.encode("utf-8")
    except UnicodeEncodeError as error:
        byte = ord(line[error.start]) & 0xFF
        raise GraphFileError(path, number, f"byte 0x{byte:02x} is not UTF-8; save the file as UTF-8") from None


def _columns(line: str) -> list[str]:
    """Columns between ASCII white space; no more than three, the third with what follows it."""
    if line.isascii():
        return line.split(None, 2)
    return _GAP.split(line.strip(_ASCII_SPACE), 2)


def _all_columns(line: str) -> list[str]:
    return _GAP.split(line.strip(_ASCII_SPACE))


def _without_header(records: Iterator[list[str]], lines: _Lines, header: bool | None) -> Iterator[list[str]]:
    for record in records:
        if not _is_blank(record):
            break
        lines.fresh = True
    else:
        return records
    if _names_columns(record, header, lines.path):
        lines.fresh = True
        return records
    return chain([record], records)


def _named_columns(records: Iterator[list[str]], lines: _Lines, columns: Columns) -> Iterator[list[str]]:
    """The named columns of every record, after the header that names them."""
    head: list[str] = []
    for head in records:
        lines.fresh = True
        if not _is_blank(head):
            break
    called = [name.strip() for name in head]
    wanted = [str(name) for name in columns if name is not None]
    for name in wanted:
        if name not in called:
            raise lines.error(f"has no column {name!r}, but {', '.join(map(repr, called))}")
    places = [called.index(name) for name in wanted]
    for record in records:
        if len(record) == len(called):
            yield [record[place] for place in places]
        elif _is_blank(record):
            lines.fresh = True
        else:
            raise lines.error(f"has {len(record)} columns, but {len(called)} are named")


def _is_blank(record: list[str]) -> bool:
    return not record or (len(record) == 1 and not record[0].strip())


def _names_columns(record: list[str], header: bool | None, path: str) -> bool:
    """Whether the first record is a header, by what the caller says or by its words."""
    if header is False or (header is None and not _is_header(record)):
        return False
    if record[0].strip().lower() in _UPWARD_HEADERS:
        _logger.info("%s: columns %s: edges lead up; pass direction='child_to_parent' on", path, record[:2])
    return True


def _is_header(record: list[str]) -> bool:
    words = [word.strip().lower() for word in record]
    if len(words) == 3 and words[2] in _WEIGHT_HEADERS:
        return True
    return len(words) == 2 and frozenset(words) in _HEADER_PAIRS


def _edges(records: Iterator[list[str]], lines: _Lines) -> Iterator[Any]:
    """Edges as `add_edges_from` takes them. A million lines pass here: keep it lean."""
    names: dict[str, str] = {}
    known = names.setdefault  # one text object per name
    for record in records:
        lines.fresh = True
        if len(record) == 2:
            source, target = record
            if source and target:
                yield known(source, source), known(target, target)
                continue
        elif len(record) == 3:
            source, target, third = record
            if source and target:
                yield known(source, source), known(target, target), _attributes(third, lines)
                continue
        elif _is_blank(record):
            continue
        else:
            raise lines.error(
                f"has {len(record)} {'column' if len(record) == 1 else 'columns'}, not 2 (source, target) "
                "or 3 (and weight); name the delimiter if it is another one, or the columns that are source and target"
            )
        raise lines.error(f"the name in column {2 if source else 1} is empty")


def _attributes(third: str, lines: _Lines) -> dict[str, Any]:
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
        raise lines.error(f"weight {_excerpt(third)} is not a number") from None
    if not math.isfinite(weight):
        raise lines.error(f"weight {_excerpt(third)} is not finite")
    return {"weight": weight}


def _excerpt(text: str) -> str:
    text = text.strip()
    return repr(text if len(text) <= 40 else text[:40] + "...")
