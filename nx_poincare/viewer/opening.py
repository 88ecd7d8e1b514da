"""How a page opens: what colours and sizes show, and a tour that somebody prepared."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from nx_poincare.viewer.columns import Column

__all__ = ["OPENING", "Opening", "check_opening"]


@dataclass(frozen=True)
class Opening:
    """What the reader finds, and may change.

    Attributes
    ----------
    colour_by : str
        ``"level"``, ``"branch"`` or the name of an attribute.
    size_by : str or None
        The name of an attribute of numbers; None: descendants.
    tour : sequence of node
        Where the buttons "previous" and "next" lead, in this order.
    """

    colour_by: str = "level"
    size_by: str | None = None
    tour: Sequence[Hashable] = ()

    def rows_of_tour(self, names: Sequence[Hashable]) -> list[int]:
        """Rows of the stops."""
        rows = {name: row for row, name in enumerate(names)} if self.tour else {}
        return [rows[node] for node in self.tour]


OPENING = Opening()


def check_opening(opening: Opening, names: Sequence[Hashable], columns: Mapping[str, Column]) -> None:
    """Refuse what the page does not show.

    Raises
    ------
    ValueError
        If a stop of the tour is not on the page, or an attribute is not there or not of the kind that is needed.
    """
    shown = set(names)
    for node in opening.tour:
        if node not in shown:
            raise ValueError(f"tour: node {node!r} is not on the page")
    if opening.colour_by not in ("level", "branch", *columns):
        raise ValueError(f"colour_by must be 'level', 'branch' or {_listed(columns)}, not {opening.colour_by!r}")
    if opening.size_by is not None and not _has_numbers(columns.get(opening.size_by, ())):
        numbers = {name: values for name, values in columns.items() if _has_numbers(values)}
        raise ValueError(f"size_by must be {_listed(numbers, 'an attribute of numbers')}, not {opening.size_by!r}")


def _has_numbers(values: Column) -> bool:
    found = [value for value in values if value not in (None, "nan", "inf", "-inf")]
    return bool(found) and all(isinstance(value, (int, float)) for value in found)


def _listed(columns: Mapping[str, Column], kind: str = "an attribute") -> str:
    """The names, or that there are none."""
    return f"{kind} ({', '.join(map(repr, columns))})" if columns else f"{kind}, of which the page has none"
