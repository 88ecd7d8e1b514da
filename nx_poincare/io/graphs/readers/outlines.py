"""Outlines in OPML, and mind maps of FreeMind and Freeplane: elements in elements, each with its text."""

from __future__ import annotations

import networkx as nx

from nx_poincare.io.graphs.readers.trees import TreeNode, tree_graph
from nx_poincare.io.graphs.readers.xml import root_without_entities
from nx_poincare.io.streams import GraphFileError
from nx_poincare.utils.warn import warn_caller

__all__ = ["read_outline"]

_ITEMS = {"opml": "outline", "map": "node"}
_TEXTS = ("text", "TEXT", "title")
_KEPT = {"LINK": "link"}  # of mind maps, whose other attributes say how nodes look
_DEEPEST = 8000


def read_outline(content: bytes, path: str) -> nx.DiGraph:
    """A tree of the items of an outline or mind map, each below the one that it stands in.

    Items have the other attributes of OPML, such as ``xmlUrl``, or their ``"link"``. Arrows between the nodes of a mind
    map are left out.

    Raises
    ------
    GraphFileError
        If it is not well-formed, or neither OPML nor a mind map, or nested too deep.

    Examples
    --------
    >>> text = b'<opml><body><outline text="animal"><outline text="dog"/></outline></body></opml>'
    >>> read_outline(text, "a.opml").edges
    OutEdgeView([('animal', 'dog')])
    """
    kinds: list[str] = []
    nodes: list[TreeNode] = []
    inside: list[int] = []  # of which items, by place
    arrows = 0

    def start(line: int, name: str, attributes: dict[str, str]) -> None:
        nonlocal arrows
        kinds.append(name)
        if len(kinds) > _DEEPEST:
            raise GraphFileError(path, line, f"is nested deeper than {_DEEPEST:,} elements")
        if name != _ITEMS.get(kinds[0]):
            arrows += name == "arrowlink"
            return
        label = next((attributes[key] for key in _TEXTS if attributes.get(key, "").strip()), None)
        if kinds[0] == "map":
            about = {new: attributes[old] for old, new in _KEPT.items() if old in attributes}
        else:
            about = {key: value for key, value in attributes.items() if key != "text"}
        nodes.append(TreeNode(inside[-1] if inside else -1, label and " ".join(label.split()), about, {}))
        inside.append(len(nodes) - 1)

    def end(name: str) -> None:
        if name == _ITEMS.get(kinds[0]):
            inside.pop()
        kinds.pop()

    root = root_without_entities(content, path, start, end)
    if root not in _ITEMS:
        raise GraphFileError(path, None, f"is neither OPML nor a mind map: its root element is <{root}>")
    if arrows:
        warn_caller(f"{path}: arrows between nodes, {arrows:,}, are left out")
    return tree_graph(nodes, path)
