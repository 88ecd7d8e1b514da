"""Adjacency lists: on each line a node and those below it. NetworkX reads them."""

from __future__ import annotations

import re

import networkx as nx

from nx_poincare.io.graphs.readers.text import decode

__all__ = ["read_adjacency_list"]


def read_adjacency_list(content: bytes, path: str) -> nx.DiGraph:
    """A directed graph from lines of names between white space, as `networkx.read_adjlist` reads them.

    Examples
    --------
    >>> read_adjacency_list(b"animal dog cat\\ndog puppy\\n", "animals.adjlist").edges
    OutEdgeView([('animal', 'dog'), ('animal', 'cat'), ('dog', 'puppy')])
    """
    text = decode(content, path)
    lines = (line for line in re.split("\r\n?|\n", text) if line.partition("#")[0].strip())
    graph: nx.DiGraph = nx.DiGraph()
    nx.parse_adjlist(lines, create_using=graph)
    return graph
