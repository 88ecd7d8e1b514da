"""Nodes that a program has numbered, and named in an attribute: what they are called is said."""

from __future__ import annotations

import re
from collections import Counter

import networkx as nx

from nx_poincare.utils.warn import warn_caller

__all__ = ["say_labels"]

_NUMBER = re.compile(r"n?[0-9]+(\.0)?(::?n[0-9]+)*")  # as Cytoscape, Gephi, graph-tool, igraph and yEd number them
_LABELS = ("name", "label")


def say_labels(graph: nx.Graph, path: str, *, shared_are_said: bool = False) -> None:
    """Warn where nodes are numbers and have names as an attribute: how they get these, or that some share one.

    The latter unless ``shared_are_said``: the reader of GML looks for labels itself, and has said it.
    """
    if not all(isinstance(node, str) and _NUMBER.fullmatch(node) for node in graph):
        return
    for key in _LABELS:
        labels = [row[key] for _, row in graph.nodes(data=True) if isinstance(row.get(key), str) and row[key].strip()]
        if len(set(labels)) < 2 or all(map(_NUMBER.fullmatch, labels)):
            continue
        first = next(node for node, row in graph.nodes(data=True) if row.get(key) == labels[0])
        told = f"{path}: nodes go by their numbers, such as {first!r}"
        if len(set(labels)) < len(labels):
            if shared_are_said:
                return
            twice = next(label for label, count in Counter(labels).items() if count > 1)
            warn_caller(f"{told}, and {len(labels):,} have a {key}, {labels[0]!r}, but some share it, as {twice!r}")
        elif len(labels) < len(graph):
            warn_caller(
                f"{told}, and {len(labels):,} of {len(graph):,} have another {key}, {labels[0]!r}; "
                f"networkx.relabel_nodes(G, {{n: d[{key!r}] for n, d in G.nodes(data=True) if d.get({key!r})}}) gives "
                "them these"
            )
        else:
            warn_caller(
                f"{told}, and each has another {key}, {labels[0]!r}; "
                f"networkx.relabel_nodes(G, dict(G.nodes(data={key!r}))) gives them these"
            )
        return
