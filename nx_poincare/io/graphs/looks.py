"""Where nodes stand and what they look like, for formats that hold it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import networkx as nx
import numpy as np

__all__ = ["Look", "Looks"]

_COLORMAP = "viridis"
_SMALLEST_FROM = 20  # level


class Look(NamedTuple):
    """Where a node stands and what it looks like; None where it does not say."""

    place: list[float] | None
    color: tuple[int, int, int, int] | None
    size: float


class Looks:
    """The looks of all nodes of a graph, each made when it is asked for.

    Positions as they are, colours by level, sizes that shrink with the level, in the unit of the positions.

    Attributes
    ----------
    extent : float
        The largest of the first two coordinates of all positions, without its sign.
    are_any : bool
        Whether any node has a position or a level.
    """

    def __init__(self, G: nx.Graph, store_pos_as: str | None, level_as: str | None) -> None:
        self._rows: Any = G.nodes(data=True)
        self._keys = store_pos_as, level_as
        farthest = self.extent = 0.0
        levels: set[int] = set()
        self.are_any = False
        for place, level in self._places_and_levels():
            if place is not None:
                self.extent = max(self.extent, *map(abs, place[:2]))
                farthest = max(farthest, *map(abs, place))
            if level is not None:
                levels.add(level)
            self.are_any = self.are_any or place is not None or level is not None
        self._colors = _colors(levels)
        self._unit = farthest or 1.0

    def __iter__(self) -> Iterator[Look]:
        for place, level in self._places_and_levels():
            size = self._unit * max(0.03 * 0.8 ** min(level or 0, _SMALLEST_FROM), 0.003)
            yield Look(place, None if level is None else self._colors[level], size)

    def _places_and_levels(self) -> Iterator[tuple[list[float] | None, int | None]]:
        store_pos_as, level_as = self._keys
        for _, row in self._rows:
            yield _position(row.get(store_pos_as)), _level(row.get(level_as))


def _position(value: Any) -> list[float] | None:
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if not isinstance(value, list | tuple) or len(value) not in (2, 3):
        return None
    try:
        place = [float(number) for number in value]
    except (TypeError, ValueError, OverflowError):
        return None
    return place if all(map(math.isfinite, place)) else None


def _level(value: Any) -> int | None:
    return int(value) if isinstance(value, int | np.integer) and value >= 0 else None


def _colors(levels: set[int]) -> dict[int, tuple[int, int, int, int]]:
    """Colour of each level (red, green, blue, opacity; up to 255), the root's end of the colormap first."""
    if not levels:
        return {}
    import matplotlib

    ordered = sorted(levels)
    deepest = max(ordered[-1], 1)  # divided one by one: a level of the user's own may pass every type of NumPy's
    table = matplotlib.colormaps[_COLORMAP](np.array([level / deepest for level in ordered]), bytes=True)
    return dict(zip(ordered, map(tuple, np.asarray(table).tolist()), strict=True))
