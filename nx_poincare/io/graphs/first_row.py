"""What the first row of a table of edges says: the names of its columns, or an edge; and the character between them."""

from __future__ import annotations

import csv
import io
import logging
import math
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from nx_poincare.extractors.column_words import EdgeColumns, column_above, columns_by_their_words, weight_column
from nx_poincare.extractors.digraph import Direction
from nx_poincare.extractors.levels import FEWEST_LEVELS, levels_hint
from nx_poincare.utils.warn import warn_caller

__all__ = ["Columns", "FirstRow", "RowLayout", "Sample", "first_row_of", "likely_delimiter", "say_columns"]

_logger = logging.getLogger(__name__)

_DELIMITERS = "\t,;|"
_COMMA_IN_TEXT = re.compile(r"^[^\s,]+,\s")  # the first name ends in it
_LINES_LOOKED_AT = 200
_OVERRULE = "the options header, source, target and direction overrule this"


class Columns(NamedTuple):
    """The names of the columns of a table of edges, as the caller gives them; None: by the words of the header."""

    source: Any = None
    target: Any = None
    weight: Any = None


class RowLayout(NamedTuple):
    """Where a row holds an edge.

    Attributes
    ----------
    source, target : int
        Places of the two names.
    weight : int or None
        Place of the weight; with ``width`` None, the third of three.
    width : int or None
        Number of columns of every row; None: two or three.
    above : {"source", "target"} or None
        Which of them holds what is above, if that is known: there, an empty name makes the other a root.
    """

    source: int = 0
    target: int = 1
    weight: int | None = None
    width: int | None = None
    above: str | None = None
    others: tuple[int, ...] = ()


class FirstRow(NamedTuple):
    """Whether the first row names the columns, and what follows from it for the rows.

    Attributes
    ----------
    is_header : bool
    layout : RowLayout
    is_guess : bool
        Whether nobody has said that it is or is not a header.
    words : tuple of str
        The row itself.
    advice : str
        What else the rows may be, if they are no edges.
    """

    is_header: bool = False
    layout: RowLayout = RowLayout()
    is_guess: bool = False
    words: tuple[str, ...] = ()
    advice: str = ""


class Sample(NamedTuple):
    """The beginning of a file, and the character between its columns; None: white space."""

    text: str = ""
    delimiter: str | None = None


def first_row_of(
    head: Sequence[str],
    path: str,
    *,
    header: bool | None,
    columns: Columns | None,
    direction: Direction | None,
    sample: Sample | None = None,
) -> FirstRow:
    """Read the first row, and say what is guessed from it.

    Parameters
    ----------
    head : sequence of str
        Its columns.
    path : str
        The file, in messages.
    header : bool or None
        Whether it names the columns; None: decide by its words.
    columns : Columns or None
        Names of columns that the caller wants.
    direction : {"parent_to_child", "child_to_parent"} or None
        What an edge from the first of the two columns to the second means; None: let the words say it.
    sample : Sample, optional
        The beginning of the file: words that name nodes there are no names of columns.

    Raises
    ------
    ValueError
        If there are no such columns, or several of the same name.
    """
    names = [name.strip() for name in head]
    if columns is not None:
        layout, found = _layout_of_named(names, columns, direction), columns_by_their_words(names)
        is_default = (names[layout.source], names[layout.target]) == ("source", "target")
        if found is not None and None in (columns.source, columns.target) and not is_default:
            _say_what_was_guessed(names, found, layout, path, direction)
        return FirstRow(True, layout, False, tuple(names))
    unnamed = RowLayout(above=_above_by(direction))
    if header is False:
        return FirstRow(False, unnamed, False, tuple(names))
    found = columns_by_their_words(names) or _columns_of_pandas(names)
    advice = _levels_in(names, sample) if header is not False and direction is None else ""
    if found is None:
        return FirstRow(bool(header), unnamed, header is None, tuple(names), advice)
    layout = _layout_of_found(names, found, direction)
    if header is None and layout.width is None and not _is_stated(names) and sample and _recur(names[:2], sample):
        warn_caller(
            f"{path}: the first row, {names[0]!r} and {names[1]!r}, is read as an edge, as other rows name these too; "
            "header=True if it names the columns"
        )
        return FirstRow(False, unnamed, False, tuple(names))
    if not layout.others:  # else when the rows have decided between them
        _say_what_was_guessed(names, found, layout, path, direction, advice)
    return FirstRow(True, layout, header is None, tuple(names), advice)


def _levels_in(names: list[str], sample: Sample | None) -> str:
    """Advice where values in the first rows look as if columns were levels, and no column has names of another."""
    if sample is None or sample.delimiter is None or len(names) < FEWEST_LEVELS:
        return ""
    lines = re.split("\r\n?|\n", sample.text.removeprefix("\ufeff"))[: _LINES_LOOKED_AT * 5]
    try:
        rows = list(csv.reader((line for line in lines[:-1] if line.strip()), delimiter=sample.delimiter))
    except csv.Error:
        return ""
    rows = [[cell.strip() for cell in row] for row in rows]
    return levels_hint(names, rows[rows.index(names) + 1 :]) if names in rows else ""


def _is_stated(names: list[str]) -> bool:
    """Whether a stated rule names these words, in either order."""
    return any(found is not None and found.is_plain for found in map(columns_by_their_words, (names, names[1::-1])))


def _recur(names: list[str], sample: Sample) -> bool:
    """Whether one of the names is a name after the row that has them."""
    text, delimiter = sample
    rest = text[text.find("\n", text.find(names[0])) :]
    return any(cell.strip(' "\r') in names for line in rest.split("\n") for cell in line.split(delimiter))


def likely_delimiter(stream: io.BufferedReader, usual: str | None, path: str) -> str | None:
    """The usual character between columns (None: white space), or another that the first row has in its place."""
    lines = stream.peek(1).decode("utf-8", "replace").removeprefix("\ufeff").split("\n")
    kept = [line.rstrip("\r") for line in lines[:_LINES_LOOKED_AT] if line.strip() and not line.startswith("#")]
    first = kept[0] if kept else ""
    if usual is None and (found := _between_names_with_spaces(kept if len(kept) < len(lines) else kept[:-1])):
        warn_caller(f"{path}: columns are read as those between {found!r}; the option delimiter overrules this")
        return found
    if len(first.split(usual)) > 1 or first.count('"') % 2:  # a name may go on in the next line
        return usual
    other = [delimiter for delimiter in _DELIMITERS if delimiter in first]
    if len(other) != 1:
        return usual
    warn_caller(f"{path}: columns are read as those between {other[0]!r}; the option delimiter overrules this")
    return other[0]


def _between_names_with_spaces(lines: list[str]) -> str | None:
    """The comma or tab between the columns of each line, where white space does not divide them."""
    rows = [line.split(None, 2) for line in lines]
    is_divided_by_space = all(len(row) == 2 or (len(row) == 3 and _is_third(row[2])) for row in rows[1:] or rows)
    for delimiter in "\t,":
        counts = {line.count(delimiter) for line in lines}
        if not lines or len(counts) > 1 or not counts <= {1, 2} or any(line.startswith(delimiter) for line in lines):
            continue
        if not is_divided_by_space or (delimiter == "," and all(_COMMA_IN_TEXT.search(line) for line in lines)):
            return delimiter
    tabs = {line.count("\t") for line in lines}
    if len(tabs) == 1 and min(tabs) > 2 and len({len(line.split()) for line in lines}) > 1:  # with spaces or gaps
        return "\t"
    return None


def _is_third(text: str) -> bool:
    """Whether it may follow two names, as a weight or a dictionary."""
    try:
        return text.startswith("{") or math.isfinite(float(text))
    except ValueError:
        return False


def _above_by(direction: Direction | None) -> str | None:
    return None if direction is None else "source" if direction == "parent_to_child" else "target"


def _columns_of_pandas(names: list[str]) -> EdgeColumns | None:
    """Columns after an index without a name, in a frame whose columns have numbers for names."""
    numbers = [str(number) for number in range(len(names) - 1)]
    return EdgeColumns(1, 2) if len(names) in (3, 4) and names == ["", *numbers] else None


def _layout_of_found(names: list[str], found: EdgeColumns, direction: Direction | None) -> RowLayout:
    source, target = found.source, found.target
    if direction is not None:  # which speaks of the columns as they stand
        source, target = min(source, target), max(source, target)
    above = found.above if direction is None else _above_by(direction)
    weight = weight_column(names)
    is_narrow = len(names) <= 3 and {source, target} == {0, 1} and (len(names) == 2 or weight == 2)
    return RowLayout(source, target, weight, None if is_narrow else len(names), above, found.others)


def _layout_of_named(names: list[str], columns: Columns, direction: Direction | None) -> RowLayout:
    found = columns_by_their_words(names)
    source = _place(names, columns.source)
    target = _place(names, columns.target)
    if source is None or target is None:  # the other end by its words, by the usual name if there are none
        ends = None if found is None else (found.source, found.target)
        if ends is not None and source is None and target is None:
            source, target = ends
        elif ends is not None and (source if target is None else target) in ends:
            other = ends[1] if (source if target is None else target) == ends[0] else ends[0]
            source, target = (other, target) if source is None else (source, other)
        else:
            source = _place(names, "source") if source is None else source
            target = _place(names, "target") if target is None else target
    assert source is not None
    assert target is not None
    above = _above_by(direction)
    if above is None:
        above = {0: "source", 1: "target", None: None}[column_above(names[source], names[target])]
    return RowLayout(source, target, _place(names, columns.weight), len(names), above)


def _place(names: list[str], wanted: Any) -> int | None:
    if wanted is None:
        return None
    name = str(wanted)
    if name not in names:
        raise ValueError(f"has no column {name!r}, but {', '.join(map(repr, names))}")
    if names.count(name) > 1:
        raise ValueError(f"has {names.count(name)} columns {name!r}; rename all but one")
    return names.index(name)


def _say_what_was_guessed(
    names: list[str], found: EdgeColumns, layout: RowLayout, path: str, direction: Direction | None, advice: str = ""
) -> None:
    """Say which columns were found by their words, or that the caller has them the other way."""
    if direction is not None and found.above is not None:
        lower = found.target if direction == "parent_to_child" else found.source
        if lower == layout.source:
            warn_caller(
                f"{path}: by the words of the header {names[found.source]!r} is above {names[found.target]!r}, "
                f"but direction={direction!r} says the opposite and is followed"
            )
    if direction is None:
        say_columns(names, layout, path, is_plain=found.is_plain, advice=advice)


def say_columns(
    names: Sequence[str], layout: RowLayout, path: str, *, is_plain: bool = False, advice: str = ""
) -> None:
    """Say between which columns edges lead: a warning, or a line in the log if a stated rule names them."""
    source, target = names[layout.source], names[layout.target]
    used = {layout.source, layout.target, layout.weight}
    unread = [repr(name) for place, name in enumerate(names) if place not in used and name]
    left_out = f"; {', '.join(unread)} {'is' if len(unread) == 1 else 'are'} not read" if unread else ""
    told = f"{path}: the first row names the columns, and edges lead from {source!r} to {target!r}{left_out}"
    if is_plain:
        _logger.info("%s", told)
    else:
        warn_caller(f"{told}; {_OVERRULE}{advice}")
