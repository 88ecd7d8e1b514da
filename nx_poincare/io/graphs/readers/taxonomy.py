"""The taxonomy of NCBI: ``nodes.dmp``, with names from ``names.dmp`` beside it.

The format: ``taxdump_readme.txt`` at https://ftp.ncbi.nih.gov/pub/taxonomy. Fields stand between ``\\t|\\t``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import networkx as nx

from nx_poincare.io.arrays import DEFAULT_MAX_BYTES
from nx_poincare.io.content import read_all
from nx_poincare.io.graphs.readers.text import decode
from nx_poincare.io.streams import GraphFileError

__all__ = ["read_dmp"]

_NAMES = "names.dmp"


def read_dmp(content: bytes, path: str) -> nx.DiGraph:
    """A graph of the taxa in ``nodes.dmp``, edges from parent to child.

    Nodes are the identifiers, as text, with the attributes ``"rank"`` and ``"name"`` (the scientific name, if
    ``names.dmp`` lies in the same folder).

    Examples
    --------
    >>> nodes = b"1\\t|\\t1\\t|\\tno rank\\t|\\n131567\\t|\\t1\\t|\\tcellular root\\t|\\n"
    >>> read_dmp(nodes, "nodes.dmp").edges
    OutEdgeView([('1', '131567')])
    """
    parents: dict[str, tuple[str, str, int]] = {}
    for line, fields in _rows(content, path):
        if len(fields) < 3 or not fields[0] or not fields[1]:
            raise GraphFileError(path, line, "is not 'taxon | parent | rank | ...', as lines of nodes.dmp are")
        if not (fields[0].isdecimal() and fields[1].isdecimal()):
            raise GraphFileError(path, line, f"has no numbers as taxon and parent, but {fields[0]!r} and {fields[1]!r}")
        if fields[0] in parents:
            raise GraphFileError(path, line, f"taxon {fields[0]} has a line already, {parents[fields[0]][2]}")
        parents[fields[0]] = (fields[1], fields[2], line)
    graph: nx.DiGraph = nx.DiGraph()
    graph.add_nodes_from((taxon, {"rank": rank}) for taxon, (_, rank, _) in parents.items())
    for taxon, (parent, _, line) in parents.items():
        if parent not in parents:
            raise GraphFileError(path, line, f"the parent {parent} of taxon {taxon} has no line; is the file cut off?")
        if parent != taxon:  # the root is its own parent
            graph.add_edge(parent, taxon)
    names = Path(path).with_name(_NAMES) if os.path.isfile(path) else None
    if names is not None and names.is_file():
        _add_names(graph, read_all(names, max_bytes=max(DEFAULT_MAX_BYTES, 2 * len(content))), str(names))
    return graph


def _add_names(graph: nx.DiGraph, content: bytes, path: str) -> None:
    for line, fields in _rows(content, path):
        if len(fields) < 4:
            raise GraphFileError(path, line, "is not 'taxon | name | unique name | class', as lines of names.dmp are")
        if fields[3] == "scientific name" and fields[0] in graph:
            graph.nodes[fields[0]]["name"] = fields[1]


def _rows(content: bytes, path: str) -> Iterator[tuple[int, list[str]]]:
    for line, text in enumerate(decode(content, path).split("\n"), start=1):
        if text.strip():
            row = text.rstrip("\r").removesuffix("|").removesuffix("\t")
            yield line, [field.strip() for field in row.split("|")]
