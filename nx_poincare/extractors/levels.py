"""Columns of a table that are the levels of a hierarchy: as the caller names them, or as the values suggest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nx_poincare.utils.missing import is_missing

__all__ = ["FEWEST_LEVELS", "MOST_COLUMNS", "MOST_ROWS", "level_places", "levels_hint", "likely_levels"]

MOST_ROWS, MOST_COLUMNS = 1000, 16  # that are looked at
FEWEST_LEVELS = 3  # of two columns, one is the parent of the other
_FEWEST_ROWS = 3


def level_places(names: Sequence[Any], levels: Sequence[Any]) -> list[int]:
    """Places of the columns that the caller names, from above.

    Raises
    ------
    ValueError
        If one is named twice; if there is no such column, or several.

    Examples
    --------
    >>> level_places(["code", "Family", "Segment"], ["Segment", "Family"])
    [2, 1]
    """
    if len(set(levels)) < len(levels):
        raise ValueError(f"levels names a column twice: {list(levels)!r}")
    known = list(names)
    for level in levels:
        if known.count(level) != 1:
            found = f"{known.count(level)} columns" if level in known else "no column"
            raise ValueError(f"has {found} {level!r}, but {', '.join(map(repr, known))}")
    return [known.index(level) for level in levels]


def likely_levels(names: Sequence[Any], rows: Sequence[Sequence[Any]]) -> list[Any]:
    """The names of columns of which each value has one value in the one before, as long as that holds; perhaps none.

    Of columns that say the same, such as a code and its title, the first that is text is taken. Numbers and columns
    of one value are left out.

    Examples
    --------
    >>> rows = [["1", "food", "fruit", "apple"], ["1", "food", "fruit", "pear"], ["1", "food", "bread", "roll"],
    ...         ["2", "wood", "board", "oak"]]
    >>> likely_levels(["no", "group", "class", "item"], rows)
    ['group', 'class', 'item']
    """
    rows = rows[:MOST_ROWS]
    if len(rows) < _FEWEST_ROWS or any(len(row) != len(names) for row in rows):
        return []
    columns = [[_text(row[place]) for row in rows] for place in range(min(len(names), MOST_COLUMNS))]
    kept = [place for place, column in enumerate(columns) if len(set(column) - {""}) > 1 and not _is_numbers(column)]
    above = {
        place: [
            other
            for other in kept
            if _follows(columns[other], columns[place]) and not _follows(columns[place], columns[other])
        ]
        for place in kept
    }
    longest: dict[int, list[int]] = {}
    for place in sorted(kept, key=lambda place: len(above[place])):  # what is above it has fewer above
        before = max((longest[other] for other in above[place] if other in longest), key=len, default=[])
        longest[place] = [*before, place]
    best = max(longest.values(), key=len, default=[])
    return [names[place] for place in best] if len(best) >= FEWEST_LEVELS else []


def levels_hint(names: Sequence[Any], rows: Sequence[Sequence[Any]]) -> str:
    """Advice to name the columns of levels, if the values look as if there were some; else nothing."""
    found = likely_levels(names, rows)
    if not found:
        return ""
    return f"; levels={found!r} reads each row as a path down, as each {found[-1]!r} has one {found[-2]!r}, and so on"


def _text(value: Any) -> str:
    return "" if is_missing(value) else str(value).strip()


def _follows(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Whether each value of one column has one in another, where both have some."""
    first: dict[str, str] = {}
    pairs = ((above, below) for above, below in zip(upper, lower, strict=True) if above and below)
    return all(first.setdefault(below, above) == above for above, below in pairs)


def _is_numbers(column: Sequence[str]) -> bool:
    return all(_is_number(value) for value in column if value)


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
