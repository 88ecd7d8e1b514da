"""Nodes that a program has numbered, and named in an attribute: what they are called is said."""

from __future__ import annotations

import re

import networkx as nx

from nx_poincare.utils.warn import warn_caller

__all__ = ["say_labels"]

_NUMBER = re.compile(r"n?[0-9]+(\.0)?(::?n[0-9]+)*")  # as Cytoscape, Gephi, graph-tool, igraph and yEd number them
_LABELS = ("name", "label")


def say_labels(graph: nx.Graph, path: str) -> None:
    """Warn where nodes are numbers and each has a name of its own as an attribute."""
    if not all(isinstance(node, str) and _NUMBER.fullmatch(node) for node in graph):
        return
    for key in _LABELS:
        labels = [row[key] for _, row in graph.nodes(data=True) if isinstance(row.get(key), str) and row[key].strip()]
        if len(set(labels)) == len(graph) > 1 and not all(map(_NUMBER.fullmatch, labels)):
            first = next(iter(graph))
            warn_caller(
                f"{path}: nodes go by their numbers, such as {first!r}, and each has another {key}, "
                f"{graph.nodes[first][key]!r}; networkx.relabel_nodes(G, dict(G.nodes(data={key!r}))) gives them these"
            )
            return
