"""Texts that pictures and pages show in place of the names of nodes."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import networkx as nx

__all__ = ["texts_of", "values_of"]


def texts_of(G: Any, labels: str | Mapping[Hashable, Any]) -> dict[Hashable, str]:
    """The text of each node that has one: from a node attribute, by its name, or a mapping.

    None, NaN and empty text are none.

    Raises
    ------
    ValueError
        If ``labels`` is the name of an attribute that no node has, or ``G`` has no attributes.

    Examples
    --------
    >>> G = nx.DiGraph([("X:1", "X:2")])
    >>> G.nodes["X:1"]["name"] = "cell"
    >>> texts_of(G, "name")
    {'X:1': 'cell'}
    """
    return {node: str(value) for node, value in values_of(G, labels, "labels").items() if not _is_nothing(value)}


def values_of(G: Any, given: str | Mapping[Hashable, Any], option: str) -> Mapping[Hashable, Any]:
    """A mapping from node to value as it is, or a node attribute by its name; errors as of `texts_of`."""
    if isinstance(given, Mapping):
        return given
    if not isinstance(G, nx.Graph):
        raise ValueError(
            f"{option}={given!r} names a node attribute, which only a graph has: pass a graph, or a mapping"
        )
    values = {node: data[given] for node, data in G.nodes(data=True) if given in data}
    if not values and len(G):
        others = dict.fromkeys(str(key) for _, data in G.nodes(data=True) for key in data)
        have = ", ".join(others) if others else "none"
        raise ValueError(f"{option}={given!r}: no node has such an attribute; attributes of nodes are: {have}")
    return values


def _is_nothing(value: Any) -> bool:
    """Whether a value stands for none, as in tables."""
    return value is None or value == "" or (isinstance(value, float) and value != value)
