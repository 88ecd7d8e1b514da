"""Rows of a list of edges: lines of text, taken apart as the first of them says, and what edges they are."""

from __future__ import annotations

import csv
import io
import math
import re
from ast import literal_eval
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

from nx_poincare.extractors.digraph import Direction
from nx_poincare.io.graphs.first_row import Columns, FirstRow, RowLayout, Sample, first_row_of, say_columns
from nx_poincare.io.graphs.lines import Lines
from nx_poincare.utils.warn import warn_caller

__all__ = ["Rows", "edges_in", "start_of"]

_ASCII_SPACE = "\t\n\v\f\r\x1c\x1d\x1e\x1f "
_LONGEST_DICTIONARY = 2**16  # in Python's notation; its parser needs many bytes for each
_DECIMAL_COMMA = re.compile("[+-]?[0-9]+,[0-9]+")
_GAP = re.compile(f"[{_ASCII_SPACE}]+")


def start_of(stream: io.BufferedReader, delimiter: str | None) -> Sample:
    """The first bytes of a stream, up to a megabyte, as text; they stay in it."""
    return Sample(stream.peek(1).decode("utf-8", "replace"), delimiter)


class Rows:
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
def edges_in(
    stream: io.BufferedReader, delimiter: str | None, rows: Rows, lines_before: int = 0
) -> Iterator[Iterator[Any]]:
    """Edges as `add_edges_from` takes them, and roots as tuples of one name.

    The stream, of which some lines may have been read, stays open.
    """
    # Bytes that are not UTF-8 become lone surrogates, which `Lines` finds and names.
    text = io.TextIOWrapper(stream, encoding="utf-8", errors="surrogateescape", newline="")
    lines = Lines(text, rows.path, lines_before)
    try:
        records = _rows_of_edges(lines, delimiter, rows, is_start=not lines_before)
        yield _edges(records, lines, rows.first.layout, str if delimiter is None else str.strip, rows.first.advice)
        if lines.without_weight:
            warn_caller(f"{rows.path}: edges without a weight, whose field is empty: {lines.without_weight:,}")
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


def _rows_of_edges(lines: Lines, delimiter: str | None, rows: Rows, *, is_start: bool) -> Iterator[list[str]]:
    """Rows after the header, if there is one: source, target and perhaps a third."""
    texts = iter(lines)
    before: list[list[str]] = []
    if is_start:
        before = _read_first_row(texts, lines, delimiter, rows)
    layout = rows.first.layout
    records: Iterator[list[str]] = chain(before, _records(texts, delimiter, is_wide=layout.width is not None))
    if layout.others:
        records, layout = _with_likeliest_names(records, lines, layout)
        say_columns(rows.first.words, layout, rows.path, advice=rows.first.advice)
    if layout.width is not None:
        return _named_columns(records, lines, layout)
    return records if layout.source == 0 else (record[1::-1] + record[2:] for record in records)


def _records(texts: Iterator[str], delimiter: str | None, *, is_wide: bool) -> Iterator[list[str]]:
    if delimiter is None:
        return map(_all_columns if is_wide else _columns, texts)
    return csv.reader(texts, delimiter=delimiter, strict=True, skipinitialspace=delimiter != "\t")


def _read_first_row(texts: Iterator[str], lines: Lines, delimiter: str | None, rows: Rows) -> list[list[str]]:
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


def _edges(
    records: Iterator[list[str]], lines: Lines, layout: RowLayout, strip: Callable[[str], str], advice: str
) -> Iterator[Any]:
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
                yield known(source, source), known(target, target), _attributes(record[2], lines, layout, advice)
                continue
        elif _is_blank(record):
            continue
        else:
            raise lines.error(_wrong_number(len(record), advice))
        if layout.above == "source" and target:
            yield (known(target, target),)
        elif layout.above == "target" and source:
            yield (known(source, source),)
        elif not _is_blank(record):
            raise lines.error(f"the name in column {(layout.target if source else layout.source) + 1} is empty")


def _wrong_number(columns: int, advice: str) -> str:
    """What is said of a row that has another number of columns than an edge."""
    what = f"has {columns} {'column' if columns == 1 else 'columns'}, not 2 (source, target) or 3 (and weight); name "
    what += "the delimiter if it is another one"
    if columns == 1:
        return f"{what}; where lines are paths, such as /usr/bin or java.util.List, pass format='paths'"
    otherwise = advice or "; where a row is a path down, levels names its columns"
    return f"{what}, or the columns that are source and target{otherwise}"


def _attributes(third: str, lines: Lines, layout: RowLayout, advice: str) -> dict[str, Any]:
    """Edge attributes from a weight, which may be missing in a named column, or a dictionary in Python's notation."""
    if layout.weight is not None and not third.strip():
        lines.without_weight += 1
        return {}
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
        hint = "pass header=True if the first row names the columns, source and target to choose them, or the delimiter"
        hint += " if it is another one"
        if not third.strip():
            hint = "leave the column out, or name the columns in the first row: an empty field is no weight then"
        elif _DECIMAL_COMMA.fullmatch(third.strip()):
            hint = "write it with a decimal point; pandas.read_csv(path, sep=..., decimal=',') reads it as it is"
        raise lines.error(f"weight {_excerpt(third)} is not a number; {hint}{advice}") from None
    if not math.isfinite(weight):
        raise lines.error(f"weight {_excerpt(third)} is not finite; leave the field empty where there is none")
    return {"weight": weight}


def _excerpt(text: str) -> str:
    text = text.strip()
    return repr(text if len(text) <= 40 else text[:40] + "...")
