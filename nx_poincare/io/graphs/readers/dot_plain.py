"""The plainest statements of DOT, nearly all there are in large files: a node, or a chain of edges, and attributes.

A few regular expressions read them in a fraction of the time that a grammar takes. All others are not plain.
"""

from __future__ import annotations

import re

from nx_poincare.io.graphs.readers.dot_words import key_of, text_of

__all__ = ["plain_statement"]

_SPACE = " \t\r\n"
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_WORD = rf"(?:[0-9A-Za-z_.]+|{_QUOTED})"
_NODE = re.compile(rf"({_WORD})[{_SPACE}]*(;?\Z|\[|->|--)[{_SPACE}]*", re.DOTALL)
_ATTRIBUTE = re.compile(
    rf"({_WORD})[{_SPACE}]*=[{_SPACE}]*([A-Za-z_][0-9A-Za-z_.]*|-?[0-9.]+|{_QUOTED})(?=[{_SPACE},\]])"
    rf"[{_SPACE}]*,?[{_SPACE}]*",
    re.DOTALL,
)
_END = re.compile(rf"\][{_SPACE}]*;?\Z")
_NOT_NODES = {"node", "edge", "graph", "subgraph"}


def plain_statement(text: str) -> tuple[list[str], dict[str, str]] | None:
    """The nodes of a plain statement and its attributes; None for all others.

    Examples
    --------
    >>> plain_statement('dog -> "a pup" [color=red, label="son of"];')
    (['dog', 'a pup'], {'color': 'red', 'label': 'son of'})
    >>> plain_statement("dog:left -> pup")
    """
    text = text.strip(_SPACE)
    nodes: list[str] = []
    place, behind = 0, "--"
    while behind in ("->", "--"):
        found = _NODE.match(text, place)
        if found is None or found[1].lower() in _NOT_NODES:
            return None
        nodes.append(text_of(found[1]))
        place, behind = found.end(), found[2]
    if behind != "[":
        return nodes, {}
    row: dict[str, str] = {}
    while found := _ATTRIBUTE.match(text, place):
        row[found[1]] = found[2]
        place = found.end()
    return (nodes, {key_of(key): text_of(value) for key, value in row.items()}) if _END.match(text, place) else None
