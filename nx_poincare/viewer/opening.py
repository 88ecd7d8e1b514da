"""How a page opens: what colours and sizes show, which maps, and a tour that somebody prepared."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from nx_poincare.viewer.columns import Column
from nx_poincare.viewer.content import Content

__all__ = ["OPENING", "Opening", "Places", "check_is_shown", "check_opening"]

Places = Literal["layout", "embedding", "eye"]


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
    radii : {"layout", "embedding", "eye"}
        Where nodes stand: as a tree for walking, at their points, or in the directions of these with smaller radii.
    beside : str or None
        The same of a second map beside the first, or none.
    """

    colour_by: str = "level"
    size_by: str | None = None
    tour: Sequence[Hashable] = ()
    radii: Places = "layout"
    beside: Places | None = None

    def rows_of_tour(self, names: Sequence[Hashable]) -> list[int]:
        """Rows of the stops."""
        rows = {name: row for row, name in enumerate(names)} if self.tour else {}
        return [rows[node] for node in self.tour]


OPENING = Opening()


def check_opening(opening: Opening, content: Content) -> None:
    """Refuse what the page does not show.

    Raises
    ------
    ValueError
        If a stop of the tour is not on the page, an attribute is not there or not of the kind that is needed, or
        points in two dimensions are to be shown that are not there.
    """
    shown, columns = set(content.names), content.columns
    _check_points(opening.radii, "radii", content)
    if opening.beside is not None:
        _check_points(opening.beside, "beside", content)
    for node in opening.tour:
        if node not in shown:
            raise ValueError(f"tour: node {node!r} is not on the page")
    if opening.colour_by not in ("level", "branch"):
        check_is_shown(opening.colour_by, "colour_by", columns)
    if opening.size_by is not None and not _has_numbers(columns.get(opening.size_by, ())):
        numbers = {name: values for name, values in columns.items() if _has_numbers(values)}
        raise ValueError(f"size_by must be {_listed(numbers, 'an attribute of numbers')}, not {opening.size_by!r}")


def check_is_shown(name: str | None, option: str, columns: Mapping[str, Column]) -> None:
    """Refuse the name of an attribute that the page does not show."""
    if name not in columns:
        own = "'level', 'branch' or " if option == "colour_by" else ""
        raise ValueError(f"{option} must be {own}{_listed(columns)}, not {name!r}")


def _check_points(places: str, option: str, content: Content) -> None:
    if places not in get_args(Places):
        raise ValueError(f"{option} must be 'layout', 'embedding' or 'eye', not {places!r}")
    if places == "layout" or not content.total:
        return
    if content.points is None:
        raise ValueError(f"{option}={places!r} needs an embedding, or a graph whose nodes bear one: embed it first")
    if content.points.dim != 2:
        raise ValueError(f"{option}={places!r} needs points in 2 dimensions, not in {content.points.dim}")


def _has_numbers(values: Column) -> bool:
    found = [value for value in values if value not in (None, "nan", "inf", "-inf")]
    return bool(found) and all(isinstance(value, (int, float)) for value in found)


def _listed(columns: Mapping[str, Column], kind: str = "an attribute") -> str:
    """The names, or that there are none."""
    return f"{kind} ({', '.join(map(repr, columns))})" if columns else f"{kind}, of which the page has none"
