"""Node attributes of an embedding, read from a graph, also after `export_graph`."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from itertools import chain
from typing import Any

import networkx as nx
import numpy as np

from nx_poincare.attributes.fields import EmbeddingFields
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.limits import UNIT_TOLERANCE

__all__ = ["GraphAttributeError", "read_attributes"]


class GraphAttributeError(nx.NetworkXError, ValueError):
    """Node attributes that are missing or not an embedding; the message names the node."""


def read_attributes(
    G: nx.Graph,
    *,
    store_as: str | None = "poincare",
    store_pos_as: str | None = "pos",
    level_as: str | None = "level",
    polar_as: str | None = "polar",
    horizon_as: str | None = "horizon_excess",
) -> EmbeddingFields:
    """Read what node attributes hold of an embedding.

    An attribute of numbers in a row may also be flattened, as `export_graph` writes it:
    ``"poincare_0"``, ``"poincare_1"``, ... and ``"x"``, ``"y"`` for the positions.

    Parameters
    ----------
    G : networkx graph
        Not changed; the nodes of the result have its order.
    store_as : str or None, default "poincare"
        Attribute with ball vectors; `vectors` of the result holds them bit for bit.
    store_pos_as : str or None, default "pos"
        Attribute with positions to draw at, two numbers each. Without it, those of the ball
        vectors in two dimensions, else none.
    level_as : str or None, default "level"
        Attribute with levels. Graphs without it give unknown levels, -1.
    polar_as : str or None, default "polar"
        Attribute with radius and direction. If the first node has it, it is used in place of the
        ball vectors, which past radius 36 are not exact.
    horizon_as : str or None, default "horizon_excess"
        Attribute with what horizons exceed radii by. Graphs without it give none.

    Returns
    -------
    EmbeddingFields

    Raises
    ------
    GraphAttributeError
        If a node lacks an attribute that others have, or has something else under its name; a
        `networkx.NetworkXError` and a `ValueError` that names the node.

    Examples
    --------
    >>> G = nx.DiGraph()
    >>> G.add_node("dog", poincare_0=0.5, poincare_1=0.0, level=3)
    >>> read_attributes(G).vectors, read_attributes(G).levels
    (array([[0.5, 0. ]]), array([3]))
    """
    rows: dict[Hashable, Mapping[Any, Any]] = dict(G.nodes(data=True))
    nodes = list(rows)
    if not nodes:
        return EmbeddingFields([], np.zeros((0, 2)), np.zeros(0))
    points = _points(rows, nodes[0], store_as, polar_as)
    excess = _horizons(rows, horizon_as)
    return EmbeddingFields(
        nodes,
        **points,
        levels=_levels(rows, level_as),
        layout=_positions(rows, store_pos_as),
        horizon_excess=excess,
        graph_edges=_edge_rows(G) if excess is None and G.is_directed() else None,
    )


def _points(
    rows: Mapping[Hashable, Mapping[Any, Any]], first: Hashable, store_as: str | None, polar_as: str | None
) -> dict[str, Any]:
    """Directions and radii, or ball vectors."""
    if polar_as is not None and _names_of(rows[first], polar_as):
        polar = _table(rows, polar_as)
        _check_polar(list(rows), polar, polar_as)
        return {"directions": polar[:, 1:], "radii": polar[:, 0]}
    if store_as is None or not any(_names_of(row, store_as) for row in rows.values()):
        raise GraphAttributeError(
            f"node {first!r} has no attribute {store_as!r}, and no other node has it: embed the graph first, "
            "or pass the name of the attribute that holds the vectors as store_as"
        )
    return {"vectors": _table(rows, store_as)}


def _edge_rows(G: nx.Graph) -> IntArray:
    row_of = {node: row for row, node in enumerate(G)}
    ends = chain.from_iterable(G.edges())
    return np.fromiter(map(row_of.__getitem__, ends), dtype=np.int64).reshape(-1, 2)


def _names_of(row: Mapping[Any, Any], name: str) -> list[str]:
    """The attribute itself, or its flattened parts in order."""
    if name in row:
        return [name]
    parts = re.compile(re.escape(name) + r"_(\d+)")
    found = (parts.fullmatch(key) for key in row if isinstance(key, str))
    return [match[0] for match in sorted((match for match in found if match), key=lambda match: int(match[1]))]


def _table(rows: Mapping[Hashable, Mapping[Any, Any]], name: str) -> FloatArray:
    """One row of finite numbers per node, all of one length."""
    table: list[list[float]] = []
    for node, row in rows.items():
        names = _names_of(row, name)
        if not names:
            raise GraphAttributeError(
                f"node {node!r} has no attribute {name!r} or {name + '_0'!r}, and other nodes have it: embed the graph "
                "again, with the vectors of the others as init, which stay where they are"
            )
        numbers = _numbers(row[name] if names == [name] else [row[part] for part in names])
        if numbers is None:
            raise GraphAttributeError(f"node {node!r}: the attribute {name!r} is not a row of finite numbers")
        if table and len(numbers) != len(table[0]):
            raise GraphAttributeError(
                f"node {node!r}: the attribute {name!r} has {len(numbers)} numbers, other nodes {len(table[0])}"
            )
        table.append(numbers)
    return np.array(table, dtype=np.float64)


def _numbers(value: Any) -> list[float] | None:
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        return None
    try:
        numbers = [_number(number) for number in value]
    except (TypeError, ValueError):
        return None
    return numbers if numbers and np.isfinite(numbers).all() else None


def _number(value: Any) -> float:
    """A number, also as text, with the quotes that NetworkX leaves when it reads DOT."""
    return float(value.strip('"') if isinstance(value, str) else value)


def _check_polar(nodes: list[Hashable], polar: FloatArray, name: str) -> None:
    if polar.shape[1] < 3:
        raise GraphAttributeError(
            f"node {nodes[0]!r}: the attribute {name!r} has {polar.shape[1]} numbers; "
            "a radius and a direction are three or more"
        )
    lengths = np.linalg.norm(polar[:, 1:], axis=1)
    wrong = np.flatnonzero((polar[:, 0] < 0) | (np.abs(lengths - 1) > UNIT_TOLERANCE))
    if len(wrong):
        raise GraphAttributeError(
            f"node {nodes[wrong[0]]!r}: the attribute {name!r} is not a radius followed by a unit direction"
        )


def _levels(rows: Mapping[Hashable, Mapping[Any, Any]], name: str | None) -> IntArray | None:
    """Levels of all nodes, or None if none has one."""
    if name is None or not any(name in row for row in rows.values()):
        return None
    levels = []
    for node, row in rows.items():
        level = row.get(name)
        try:
            number = _number(level)
            whole = int(number)
        except (TypeError, ValueError, OverflowError):
            whole = None
        if whole is None or whole != number or not -(2**63) <= whole < 2**63:
            raise GraphAttributeError(
                f"node {node!r}: the attribute {name!r} is not a whole number that int64 holds; pass level_as=None "
                "to ignore it"
            )
        levels.append(whole)
    return np.array(levels, dtype=np.int64)


def _horizons(rows: Mapping[Hashable, Mapping[Any, Any]], name: str | None) -> FloatArray | None:
    """What the horizons of all nodes exceed their radii by, or None if none has one."""
    if name is None or not any(name in row for row in rows.values()):
        return None
    found = []
    for node, row in rows.items():
        numbers = _numbers((row.get(name),))
        if numbers is None:
            raise GraphAttributeError(
                f"node {node!r}: the attribute {name!r} is not a finite number; pass horizon_as=None to ignore it"
            )
        found.append(numbers[0])
    return np.array(found)


def _positions(rows: Mapping[Hashable, Mapping[Any, Any]], name: str | None) -> FloatArray | None:
    """Positions of all nodes in the plane, or None if none has one."""
    if name is None or all(_position(row, name) is None for row in rows.values()):
        return None
    positions = []
    for node, row in rows.items():
        numbers = _numbers(_position(row, name))
        if numbers is None or len(numbers) != 2:
            raise GraphAttributeError(
                f"node {node!r}: the attribute {name!r} is not two finite numbers; pass store_pos_as=None to ignore it"
            )
        positions.append(numbers)
    return np.array(positions, dtype=np.float64)


def _position(row: Mapping[Any, Any], name: str) -> Any:
    """A position as it is, or as `flatten_attributes` leaves it; None if there is none."""
    if name in row and not ("x" in row and isinstance(row[name], str)):  # text: where Graphviz is to draw it
        return row[name] if isinstance(row[name], Iterable) else (row[name],)
    return [row[axis] for axis in ("x", "y", "z") if axis in row] or None
