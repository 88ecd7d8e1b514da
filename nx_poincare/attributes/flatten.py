"""Attributes of a graph flattened to scalars, as exporters want them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple, TypeAlias

import networkx as nx
import numpy as np

__all__ = ["FlatGraph", "FlatRows", "Scalar", "edges_of", "flat_graph", "flatten_attributes", "free_name"]

Scalar: TypeAlias = int | float | str | bool
Attributes: TypeAlias = Mapping[Any, Any]
_SCALARS = frozenset((int, float, str, bool))


def flatten_attributes(G: nx.Graph, *, store_as: str | None = "poincare", store_pos_as: str | None = "pos") -> nx.Graph:
    """Copy a graph so that every attribute is an int, float, str or bool, as exporters want it.

    ==============================  ==========================================================
    numbers, text, also of numpy    the same value as Python's own type
    None                            left out
    ``"pos"`` of two or three       ``"x"``, ``"y"`` (and ``"z"``), floats; on nodes
    ``"poincare"``, a ball vector   ``"poincare_0"``, ``"poincare_1"``, ..., and ``"radius"``,
                                    its hyperbolic distance from the origin; on nodes
    other numbers in a row          ``"name_0"``, ``"name_1"``, ... (tuple, list or array)
    dict, set, other sequences      text in JSON, sets sorted; ``1`` beside ``"1"`` as a key is ``"1_"``
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
    made = flat_graph(G, store_as=store_as, store_pos_as=store_pos_as)
    flat: nx.Graph = G.__class__()
    [(about,)] = made.about
    flat.graph.update(about)
    flat.add_nodes_from(made.nodes)
    flat.add_edges_from(made.edges)
    return flat


class FlatRows:
    """Nodes or edges with their attributes as scalars; each row is made when it is asked for, again in each pass.

    So a million of them take no memory. Iteration gives tuples whose last entry is the row, a dictionary.

    Attributes
    ----------
    columns : dict of (str, type) to None
        Names of attributes and types of their values, as they first come.
    entries : iterable of tuple
        The same with the attributes as they are on the graph.
    """

    def __init__(self, entries: Iterable[tuple[Any, ...]], default: Any, parts_of: _PartsOf) -> None:
        self.entries = entries
        self._default: Attributes = default if isinstance(default, Mapping) else {}
        self._parts_of = parts_of
        columns: dict[_Column, bool] = {}
        types: dict[tuple[_Column, type], None] = {}
        for entry in entries:
            try:
                for column, value, made in self._parts(entry[-1]):
                    columns[column] = made
                    types[column, type(value)] = None
            except RecursionError:
                owner = ", ".join(map(repr, entry[:-1])) or "the graph"
                raise nx.NetworkXError(f"an attribute of {owner} holds itself, or too many levels of others") from None
        self._names = _final_names(columns)
        self.columns = {(self._names[column], kind): None for column, kind in types}

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        names = self._names
        for entry in self.entries:
            yield *entry[:-1], {names[column]: value for column, value, _ in self._parts(entry[-1])}

    def _parts(self, row: Attributes) -> Iterator[_Part]:
        filled = {**self._default, **row} if self._default else row
        return (part for key, value in filled.items() for part in self._parts_of(key, value))


class FlatGraph(NamedTuple):
    """What `flatten_attributes` makes of a graph, without a copy of it; ``about`` has one row, of the graph itself."""

    is_directed: bool
    is_multigraph: bool
    about: FlatRows
    nodes: FlatRows
    edges: FlatRows


def flat_graph(G: nx.Graph, *, store_as: str | None = "poincare", store_pos_as: str | None = "pos") -> FlatGraph:
    """The attributes of a graph as scalars, for those who need each row once or twice and no copy of all.

    Examples
    --------
    >>> G = nx.DiGraph()
    >>> G.add_node("dog", pos=(0.6, 0.0))
    >>> list(flat_graph(G).nodes)
    [('dog', {'x': 0.6, 'y': 0.0})]
    """
    defaults = {key: G.graph.get(key) for key in ("node_default", "edge_default")}
    about = {key: value for key, value in G.graph.items() if not isinstance(defaults.get(key), Mapping)}
    return FlatGraph(
        G.is_directed(),
        G.is_multigraph(),
        FlatRows([(about,)], None, _parts),
        FlatRows(G.nodes(data=True), defaults["node_default"], _node_parts(store_as, store_pos_as)),
        FlatRows(edges_of(G), defaults["edge_default"], _parts),
    )


def edges_of(G: nx.Graph) -> Iterable[tuple[Any, ...]]:
    """A view of every edge as (u, v, attributes), in a multigraph (u, v, key, attributes)."""
    view: Any = G.edges
    edges: Iterable[tuple[Any, ...]] = view(keys=True, data=True) if G.is_multigraph() else view(data=True)
    return edges


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


_Column: TypeAlias = tuple[Any, str]
_Part: TypeAlias = tuple[_Column, Scalar, bool]  # with whether the name was made here
_PartsOf: TypeAlias = Callable[[Any, Any], Iterable[_Part]]


def _final_names(columns: Mapping[_Column, bool]) -> dict[_Column, str]:
    """A name of its own for each column: first those made here, then the user's, text before others."""
    ranked = sorted(columns, key=lambda column: (not columns[column], not isinstance(column[0], str)))
    # A user's name moves only to where it is in nobody's way.
    kept = {name for _, name in columns}
    final: dict[_Column, str] = {}
    used: set[str] = set()
    for key, name in ranked:
        final[key, name] = free_name(name + "_", kept | used) if name in used else name
        used.add(final[key, name])
    return final


def _node_parts(store_as: str | None, store_pos_as: str | None) -> _PartsOf:
    """How node attributes fall into scalars."""

    def parts_of(key: Any, value: Any) -> Iterable[_Part]:
        if key is None or key not in (store_as, store_pos_as):
            return _parts(key, value)
        numbers = _numbers(value)
        if key == store_pos_as and numbers is not None and len(numbers) in (2, 3):
            return [((key, name), float(number), True) for name, number in zip("xyz", numbers, strict=False)]
        parts = _parts(key, value)
        if key == store_as and numbers and (radius := _radius(numbers)) is not None:
            return [*parts, ((key, "radius"), radius, True)]
        return parts

    return parts_of


def _parts(key: Any, value: Any) -> Iterable[_Part]:
    """How any attribute falls into scalars."""
    name = key if type(key) is str else str(key)
    if type(value) in _SCALARS:
        return [((key, name), value, False)]
    if numbers := _numbers(value):
        return [((key, f"{name}_{place}"), number, True) for place, number in enumerate(numbers)]
    return [] if value is None or value is np.ma.masked else [((key, name), _scalar(value), False)]


def _numbers(value: Any) -> list[Any] | None:
    """Numbers in a row as Python's own, or None if the value is something else."""
    if isinstance(value, np.ndarray):
        is_row = value.ndim == 1 and value.dtype.kind in "iufb" and not np.ma.is_masked(value)
        return value.tolist() if is_row else None
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
        return None if np.ma.is_masked(value) else _plain(value.item())
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
        names = _final_names({(key, str(key)): False for key in value})
        return {names[key, str(key)]: _for_json(inner) for key, inner in value.items()}
    if isinstance(value, AbstractSet):
        return sorted((_for_json(part) for part in value), key=json.dumps)
    if isinstance(value, np.ndarray):
        return _for_json(value.tolist())
    if isinstance(value, list | tuple):
        return [_for_json(part) for part in value]
    plain = _plain(value)
    return plain if plain is None or isinstance(plain, int | float | str) else str(plain)
