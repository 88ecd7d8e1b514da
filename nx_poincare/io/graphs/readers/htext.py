"""Hierarchies of KEGG BRITE in its "hierarchical text", ``ko00001.keg``: a letter for the level, and a name.

The format: https://www.genome.jp/kegg/download/Readme/README.brite. Lines from ``+`` to ``!`` are a head, as are all
that begin with ``#``; the letters A, B, C ... count levels from above; columns after a tab are about the entry.
"""

from __future__ import annotations

import re

import networkx as nx

from nx_poincare.io.graphs.readers.text import decode
from nx_poincare.io.graphs.readers.trees import TreeNode, tree_graph
from nx_poincare.io.streams import GraphFileError
from nx_poincare.utils.warn import warn_caller

__all__ = ["read_htext"]

_LEVELS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_NUMBERED = re.compile(r"\S*[0-9]\S*\s")  # an entry of KEGG, as K00844 and 00010 are


def read_htext(content: bytes, path: str) -> nx.DiGraph:
    """A graph of the entries, edges from the broader to the narrower one.

    Nodes are called as the file has them. An entry whose name begins with an identifier may stand in several places,
    and is one node with several parents; other names that are repeated are nodes of their own, as in `tree_graph`. What
    stands in columns behind a name is the attribute ``"columns"``.

    Examples
    --------
    >>> text = b"+C\\tKO\\n!\\nAMetabolism\\nB  Energy\\nC    00190 Oxidation\\n!\\n"
    >>> list(read_htext(text, "ko.keg").edges)
    [('Metabolism', 'Energy'), ('Energy', '00190 Oxidation')]
    """
    nodes: list[TreeNode] = []
    entries: dict[str, int] = {}
    further: list[tuple[int, int]] = []  # parent and child, of entries that have a parent already
    open_: list[int] = []  # the last node of each level
    for number, line in enumerate(_body(decode(content, path)), start=1):
        if line is None:
            continue
        level = _LEVELS.find(line[0])
        if level < 0:
            raise GraphFileError(path, number, "begins with no letter from A to Z, which would say its level")
        if not (text := _TAG.sub("", line[1:]).strip()):
            continue
        if level > len(open_):
            raise GraphFileError(
                path, number, f"is of level {line[0]}, but no line of {_LEVELS[len(open_)]} is above it"
            )
        name, _, columns = (" ".join(part.split()) for part in text.partition("\t"))
        parent = open_[level - 1] if level else -1
        place = entries.setdefault(name, len(nodes)) if _NUMBERED.match(name) else len(nodes)
        if place == len(nodes):
            nodes.append(TreeNode(parent, name, {"columns": columns} if columns else {}, {}))
        elif parent >= 0:
            further.append((parent, place))
        open_[level:] = [place]
    if not nodes:
        raise GraphFileError(path, None, "has no lines that begin with A, B, C, ... as KEGG's hierarchies do")
    graph = tree_graph(nodes, path)
    names = list(graph)
    before = graph.number_of_edges()
    graph.add_edges_from((names[parent], names[child]) for parent, child in further if parent != child)
    if graph.number_of_edges() > before:
        warn_caller(f"{path}: edges to entries that stand in several places: {graph.number_of_edges() - before:,}")
    return graph


def _body(text: str) -> list[str | None]:
    """The lines; None for those that say nothing of the hierarchy."""
    lines = re.split("\r\n?|\n", text)
    marks = [number for number, line in enumerate(lines) if line.startswith("!")]
    start = marks[0] + 1 if lines[0].startswith(("+", "#")) and marks else 0
    end = marks[1] if start and len(marks) > 1 else len(lines)
    return [
        line if start <= number < end and line[:1] not in ("", "#", "!", "+", "%") else None
        for number, line in enumerate(lines)
    ]
