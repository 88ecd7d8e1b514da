"""GML. NetworkX reads it.

The format: https://raw.githubusercontent.com/GunterMueller/UNI_PASSAU_FMI_Graph_Drawing/master/GML/gml-technical-report.pdf.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import networkx as nx

from nx_poincare.io.graphs.readers.text import decode
from nx_poincare.io.streams import GraphFileError
from nx_poincare.utils.collector import collector_paused
from nx_poincare.utils.warn import warn_caller

__all__ = ["read_gml"]

_STEP = 2**16  # characters
_START = re.compile(r'"[^"]*"|\#[^\n]*|(\bgraph\s*\[)')


def read_gml(content: bytes, path: str) -> nx.Graph:
    """A graph from GML, by labels, or by ids if a node has no label or two have the same; a repeated edge counts once.

    Examples
    --------
    >>> text = b'graph [ directed 1 node [ id 0 label "dog" ] node [ id 1 label "pup" ] edge [ source 0 target 1 ] ]'
    >>> read_gml(text, "dogs.gml").edges
    OutEdgeView([('dog', 'pup')])
    """
    text = decode(content, path)
    try:
        with collector_paused():
            try:
                return _parsed(text)
            except nx.NetworkXError as error:
                is_shared = "is duplicated" in str(error) and "label" in str(error)
                if "has no 'label' attribute" not in str(error) and not is_shared:
                    raise
                if is_shared:
                    warn_caller(f"{path}: two nodes have the same label, so nodes go by their ids")
                return nx.relabel_nodes(_parsed(text, label="id"), str)
    except (nx.NetworkXException, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise GraphFileError(path, None, f"is not valid GML: {error}") from error


def _parsed(text: str, **options: Any) -> nx.Graph:
    try:
        return nx.parse_gml(_lines(text), **options)
    except nx.NetworkXError as error:
        if not str(error).startswith("edge #") or "is duplicated" not in str(error):
            raise
    start = next(match.end() for match in _START.finditer(text) if match[1])
    multi = nx.parse_gml(_lines(f"{text[:start]} multigraph 1 {text[start:]}"), **options)
    graph: nx.Graph = nx.DiGraph(**multi.graph) if multi.is_directed() else nx.Graph(**multi.graph)
    graph.add_nodes_from(multi.nodes(data=True))
    graph.add_edges_from(multi.edges(data=True))
    return graph


def _lines(text: str) -> Iterator[str]:
    """What `str.splitlines` gives, a few at a time."""
    start, length = 0, len(text)
    while start < length:
        end = length if (found := text.find("\n", start + _STEP)) < 0 else found + 1
        yield from text[start:end].splitlines()
        start = end
