"""Attributes of a graph flattened to scalars, as exporters want them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple, TypeAlias

import networkx as nx
import numpy as np

__all__ = ["Scalar", "edges_of", "flatten_attributes", "free_name"]

Scalar: TypeAlias = int | float | str | bool
Attributes: TypeAlias = Mapping[Any, Any]


def flatten_attributes(G: nx.Graph, *, store_as: str | None = "poincare", store_pos_as: str | None = "pos") -> nx.Graph:
    """Copy a graph so that every attribute is an int, float, str or bool, as exporters want it.

    ==============================  ==========================================================
    numbers, text, also of numpy    the same value as Python's own type
    None                            left out
    ``"pos"`` of two or three       ``"x"``, ``"y"`` (and ``"z"``), floats; on nodes
    ``"poincare"``, a ball vector   ``"poincare_0"``, ``"poincare_1"``, ..., and ``"radius"``,
                                    its hyperbolic distance from the origin; on nodes
    other numbers in a row          ``"name_0"``, ``"name_1"``, ... (tuple, list or array)
    dict, set, other sequences      text in JSON, sets sorted
    anything else                   its ``str``
    ==============================  ==========================================================

    A name made here that the graph has already belongs to what is made: ``"x"`` always comes
    from ``"pos"``, and an attribute that the user called ``"x"`` moves to ``"x_"``, on all
    nodes alike. Names that are not text become text. The defaults that NetworkX's readers
    leave in the graph attributes ``"node_default"`` and ``"edge_default"`` are filled in.

    Parameters
    ----------
    G : networkx graph
        Not changed.
    store_as, store_pos_as : str or None
        Node attributes that hold ball vectors and positions, as in `embed`.

    Returns
    -------
    networkx graph
        Of the same class, with the same names of nodes.

    Examples
    --------
    >>> G = nx.DiGraph()
    >>> G.add_node("dog", pos=np.array([0.6, 0.0]), level=np.int64(3), poincare=np.array([0.5, 0.0]))
    >>> flatten_attributes(G).nodes["dog"]
    {'x': 0.6, 'y': 0.0, 'level': 3, 'poincare_0': 0.5, 'poincare_1': 0.0, 'radius': 1.09...}
    """
    defaults = {key: G.graph.get(key) for key in ("node_default", "edge_default")}
    of_graph = {key: value for key, value in G.graph.items() if not isinstance(defaults.get(key), Mapping)}
    nodes = list(G)
    node_rows = _fill_defaults([G.nodes[node] for node in nodes], defaults["node_default"])
    edges = edges_of(G)
    edge_rows = _fill_defaults([edge[-1] for edge in edges], defaults["edge_default"])

    flat: nx.Graph = G.__class__()
    flat.graph.update(_flatten_rows([of_graph], _parts)[0])
    flat.add_nodes_from(
        zip(nodes, _flatten_rows(node_rows, _node_parts(node_rows, store_as, store_pos_as)), strict=True)
    )
    flat_edges = _flatten_rows(edge_rows, _parts)
    flat.add_edges_from((*edge[:-1], row) for edge, row in zip(edges, flat_edges, strict=True))
    return flat


def edges_of(G: nx.Graph) -> list[tuple[Any, ...]]:
    """Every edge as (u, v, attributes), in a multigraph (u, v, key, attributes)."""
    view: Any = G.edges
    return list(view(keys=True, data=True) if G.is_multigraph() else view(data=True))


def free_name(name: str, taken: Iterable[str] | Mapping[str, Any]) -> str:
    """The name, followed by as many underscores as make it differ from all that are taken.

    Examples
    --------
    >>> free_name("x", {"x", "y"})
    'x_'
    """
    while name in taken:
        name += "_"
    return name


class _Part(NamedTuple):
    """One scalar of a flattened attribute; ``made`` means that its name was made here."""

    key: Any
    name: str
    value: Scalar
    made: bool


_PartsOf: TypeAlias = Callable[[Any, Any], Iterator[_Part]]


def _fill_defaults(rows: list[Attributes], default: Any) -> list[Attributes]:
    return [{**default, **row} for row in rows] if isinstance(default, Mapping) and default else rows


def _flatten_rows(rows: Sequence[Attributes], parts_of: _PartsOf) -> list[dict[str, Scalar]]:
    """Rows of scalars under names that are chosen for all rows alike."""
    parts = [[part for key, value in row.items() for part in parts_of(key, value)] for row in rows]
    names = _final_names(part for row in parts for part in row)
    return [{names[part.key, part.name]: part.value for part in row} for row in parts]


def _final_names(parts: Iterator[_Part]) -> dict[tuple[Any, str], str]:
    """A name of its own for each column: first those made here, then the user's, text before others."""
    columns = {(part.key, part.name): part.made for part in parts}
    ranked = sorted(columns, key=lambda column: (not columns[column], not isinstance(column[0], str)))
    # A user's name moves only to where it is in nobody's way.
    kept = {name for _, name in columns}
    final: dict[tuple[Any, str], str] = {}
    used: set[str] = set()
    for key, name in ranked:
        final[key, name] = free_name(name + "_", kept | used) if name in used else name
        used.add(final[key, name])
    return final


def _node_parts(rows: list[Attributes], store_as: str | None, store_pos_as: str | None) -> _PartsOf:
    """How node attributes fall into scalars."""

    def parts_of(key: Any, value: Any) -> Iterator[_Part]:
        numbers = _numbers(value) if key in (store_as, store_pos_as) and key is not None else None
        if key == store_pos_as and numbers is not None and len(numbers) in (2, 3):
            for name, number in zip("xyz", numbers, strict=False):
                yield _Part(key, name, float(number), True)
            return
        yield from _parts(key, value)
        if key == store_as and numbers:
            radius = _radius(numbers)
            if radius is not None:
                yield _Part(key, "radius", radius, True)

    return parts_of


def _parts(key: Any, value: Any) -> Iterator[_Part]:
    """How any attribute falls into scalars."""
    name = key if type(key) is str else str(key)
    numbers = _numbers(value)
    if numbers:
        for place, number in enumerate(numbers):
            yield _Part(key, f"{name}_{place}", number, True)
    elif value is not None:
        yield _Part(key, name, _scalar(value), False)


def _numbers(value: Any) -> list[Any] | None:
    """Numbers in a row as Python's own, or None if the value is something else."""
    if isinstance(value, np.ndarray):
        return value.tolist() if value.ndim == 1 and value.dtype.kind in "iufb" else None
    if isinstance(value, list | tuple):
        plain = [_plain(part) for part in value]
        return plain if all(isinstance(part, int | float) for part in plain) else None
    return None


def _radius(ball_vector: list[Any]) -> float | None:
    """Hyperbolic distance from the origin, or None if the point is not in the ball."""
    norm = math.hypot(*ball_vector)
    return 2 * math.atanh(norm) if norm < 1 else None


def _plain(value: Any) -> Any:
    """Numbers and text of any kind, numpy's and subclasses too, as Python's own type; others as they are."""
    if isinstance(value, bool | np.bool_):
        return bool(value)
    for builtin, kinds in ((int, (int, np.integer)), (float, (float, np.floating))):
        if isinstance(value, kinds):
            return builtin(value)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return _plain(value.item())
    return value


def _scalar(value: Any) -> Scalar:
    plain = _plain(value)
    if isinstance(plain, int | float | str):
        return plain
    if isinstance(value, Mapping | AbstractSet | list | tuple | np.ndarray):
        return json.dumps(_for_json(value), ensure_ascii=False)
    return repr(value) if isinstance(value, bytes) else str(value)


def _for_json(value: Any) -> Any:
    """Containers, at any depth, as JSON knows them."""
    if isinstance(value, Mapping):
        return {str(key): _for_json(inner) for key, inner in value.items()}
    if isinstance(value, AbstractSet):
        return sorted((_for_json(part) for part in value), key=json.dumps)
    if isinstance(value, np.ndarray):
        return _for_json(value.tolist())
    if isinstance(value, list | tuple):
        return [_for_json(part) for part in value]
    plain = _plain(value)
    return plain if plain is None or isinstance(plain, int | float | str) else str(plain)
