"""The options of `nx_poincare.draw_poincare` as one object, for what draws on its behalf."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import networkx as nx
import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Colormap

from nx_poincare.drawing.columns import Aggregate, Values
from nx_poincare.drawing.positions import Radii, check_radii
from nx_poincare.embedding.embedding import Embedding
from nx_poincare.extractors.digraph import Direction
from nx_poincare.utils.checks import check_count, check_positive

__all__ = ["NAMES_ELSEWHERE", "ColourBy", "DrawingOptions"]

ColourBy: TypeAlias = Literal["level", "branch"] | Values

NAMES_ELSEWHERE = {
    **dict.fromkeys(("color_by", "colour", "color", "node_color", "node_colour"), "colour_by"),
    "color_aggregate": "colour_aggregate",
    "with_labels": "labels, a number or False",
    "layout": "pos, a mapping from node to position",
    "figsize": "ax, of a figure that has the size",
}


@dataclass(frozen=True, kw_only=True)
class DrawingOptions:
    """As `nx_poincare.draw_poincare` explains them, with its defaults."""

    ax: Axes | None = None
    pos: Mapping[Hashable, Any] | None = None
    direction: Direction = "parent_to_child"
    root: Hashable | None = None
    focus: Hashable | None = None
    highlight: Hashable | Iterable[Hashable] | None = None
    max_nodes: int | None = None
    labels: int | bool | str | Mapping[Hashable, str] | None = None
    node_size: float | None = None
    with_edges: bool = True
    radii: Radii | None = None
    size_by: Values | None = None
    size_aggregate: Aggregate | None = None
    colour_by: ColourBy = "level"
    colour_aggregate: Aggregate | None = None
    cmap: str | Colormap | None = None
    dark: bool | None = None
    level_as: str = "level"
    pos_as: str = "pos"
    store_as: str = "poincare"
    title: str | None = None

    @property
    def colour_values(self) -> Values | None:
        """What colours show, where that is not the hierarchy itself."""
        is_own = isinstance(self.colour_by, str) and self.colour_by in ("level", "branch")
        return None if is_own else self.colour_by

    def check(self, G: object) -> None:
        """Refuse what is no graph, and options that are out of range or do not go together."""
        if not isinstance(G, (nx.Graph, Embedding)):
            raise TypeError(f"expected a NetworkX graph or an Embedding, got {type(G).__name__}")
        if isinstance(G, Embedding) and (self.direction != "parent_to_child" or self.root is not None):
            raise ValueError("direction and root are options for graphs; an embedding has its own edges")
        _check_labels(self.labels)
        if self.node_size is not None:
            check_positive("node_size", self.node_size)
        if self.max_nodes is not None:
            check_count("max_nodes", self.max_nodes, 1)
        if self.radii is not None:
            check_radii(self.radii)
        _check_colours(self.colour_by, self.cmap)
        if self.colour_aggregate is not None and self.colour_values is None:
            raise ValueError(f"colour_aggregate is for values: colour_by={self.colour_by!r} has none")
        if self.size_aggregate is not None and self.size_by is None:
            raise ValueError("size_aggregate is for values: give size_by")


def _check_labels(labels: object) -> None:
    if labels is None or isinstance(labels, (Mapping, str)):
        return
    if not isinstance(labels, (int, np.integer)) or labels < 0:
        raise ValueError(
            "labels must be a number of labels, the name of a node attribute or a mapping from node to text, not "
            f"{labels!r}"
        )


def _check_colours(colour_by: object, cmap: object) -> None:
    if not isinstance(colour_by, str | Mapping):
        raise ValueError(f"colour_by must be 'level', 'branch', an attribute or a mapping, not {colour_by!r}")
    if isinstance(cmap, str) and cmap not in colormaps:
        raise ValueError(f"cmap must be a colour map or the name of one in matplotlib.colormaps, not {cmap!r}")
