"""Data frames -> DiGraph: rows that are edges, paths down, or children of two parents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import networkx as nx

from nx_poincare.extractors.digraph import Direction
from nx_poincare.extractors.pedigrees import pedigree_columns
from nx_poincare.extractors.ranks import rank_columns
from nx_poincare.extractors.tables import graph_from_frame
from nx_poincare.io.graphs.pedigree import graph_from_pedigree_frame
from nx_poincare.io.graphs.rank_table import graph_from_rank_frame

__all__ = ["graph_of_table"]


def graph_of_table(
    frame: Any,
    path: str = "the table",
    *,
    source: Any = None,
    target: Any = None,
    weight: Any = None,
    direction: Direction | None = None,
    levels: Sequence[Any] | None = None,
) -> nx.DiGraph:
    """The graph of a data frame, whose columns are read as the caller says, else as their names say.

    Raises
    ------
    networkx.NetworkXError, ValueError
        As `nx_poincare.read_graph` raises them.
    """
    if levels is not None:
        return graph_from_rank_frame(frame, path, levels)
    if source is target is weight is direction is None:
        names = [str(name) for name in frame.columns]
        if rank_columns(names):
            return graph_from_rank_frame(frame, path)
        if not {"source", "target"} <= set(names) and pedigree_columns(names):
            return graph_from_pedigree_frame(frame, path)
    return graph_from_frame(frame, source=source, target=target, weight=weight, direction=direction)
