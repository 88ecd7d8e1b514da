"""Tokens of Newick, as the package ``newick`` has them -> nodes of trees.

Its own way from tokens to nodes copies all that stands in parentheses once for each pair of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from nx_poincare.io.graphs.readers.trees import TreeNode
from nx_poincare.utils.optional import import_extra

__all__ = ["TreeText", "add_nodes"]

_NOTHING: dict[str, Any] = {}  # that is known of a node; one for all
_NO_NODE = TreeNode(-1, None, _NOTHING, _NOTHING)


class TreeText(NamedTuple):
    """Trees in Newick, and how they are meant.

    Attributes
    ----------
    text : str
    names : dict of str to str
        What some labels stand for.
    is_nexus : bool
        Whether comments are those of NEXUS: one before the length and one behind it, or all in one.
    """

    text: str
    names: dict[str, str]
    is_nexus: bool


def add_nodes(nodes: list[TreeNode], tree: TreeText) -> None:
    """Add those of the trees in a text to others, parents before their children.

    Raises
    ------
    ValueError
        If it is not Newick.

    Examples
    --------
    >>> nodes = []
    >>> add_nodes(nodes, TreeText("(cat:2,2)pets;", {"2": "dog"}, False))
    >>> [(node.parent, node.label, node.edge) for node in nodes]
    [(-1, 'pets', {}), (0, 'cat', {'length': 2.0}), (0, 'dog', {})]
    """
    newick = import_extra("newick", extra="newick")
    for found in _trees(newick.NewickString(tree.text)):
        _add_tree(nodes, found, tree, newick.Node)


def _trees(tokens: list[Any]) -> Iterator[list[Any]]:
    """The tokens of each tree, the last first; what holds no more than white space and comments is none."""
    found: list[Any] = []
    tokens.reverse()  # so that they are let go one by one
    while tokens:
        token = tokens.pop()
        is_end = token.type.name == "SEMICOLON"
        if not is_end and token.type.name != "WHITESPACE":
            found.append(token)
        if (is_end or not tokens) and any(token.type.name != "COMMENT" for token in found):
            found.reverse()
            yield found
        if is_end:
            found = []


def _add_tree(nodes: list[TreeNode], tokens: list[Any], tree: TreeText, node_of: Any) -> None:
    """Add the nodes of a tree, each in the place where it begins; its tokens are let go."""
    place = len(nodes)
    nodes.append(_NO_NODE)
    above: list[int] = []
    own: list[Any] = []  # tokens of the node at this place
    has_children = False
    while tokens:
        token = tokens.pop()
        kind = token.type.name
        if kind not in ("OBRACE", "COMMA", "CBRACE"):
            own.append(token)
            continue
        if kind == "OBRACE":
            if has_children:
                raise ValueError("two pairs of parentheses stand side by side, without a comma between")
            above.append(place)
        elif not above:
            what = "comma" if kind == "COMMA" else "closing parenthesis"
            raise ValueError(f"a {what} stands outside of all parentheses")
        else:
            nodes[place] = _node(above[-1], own, tree, node_of)
        has_children = kind == "CBRACE"
        if has_children:
            place = above.pop()
        else:
            place = len(nodes)
            nodes.append(_NO_NODE)
        own = []  # what stands before a parenthesis is said of no node
    if above:
        raise ValueError("a parenthesis does not end")
    nodes[place] = _node(-1, own, tree, node_of)


def _node(parent: int, tokens: Iterable[Any], tree: TreeText, node_of: Any) -> TreeNode:
    """A node with what its tokens say: a name, behind a colon a length, and comments."""
    words: tuple[list[str], list[str]] = [], []
    comments: list[str] = []
    has_colon = comment_is_first = False
    for token in tokens:
        if token.type.name == "COLON":
            has_colon = True
        elif token.type.name == "COMMENT":
            comment_is_first |= not (comments or has_colon)
            comments.append(token.char[1:-1])
        else:
            words[has_colon].append(token.char)
    if len(words[0]) > 1:
        raise ValueError(f"a node is called by several words: {' '.join(words[0])!r}")
    length = "".join(words[1]).strip()
    found = node_of(name="".join(words[0]).strip() or None, length=length or None)  # which looks at both
    label = tree.names.get(found.name, tree.names.get(found.unquoted_name, found.unquoted_name)) or None
    attributes: dict[str, Any] = _NOTHING
    if comments:
        stand_apart = not tree.is_nexus or (length and len(comments) == 2 and comment_is_first)
        attributes = {"comment": (" " if stand_apart else "|").join(comments)}
    if not length:
        return TreeNode(parent, label, attributes, _NOTHING)
    row = {"length": _number(length, label)}
    return (
        TreeNode(parent, label, attributes | row, _NOTHING) if parent < 0 else TreeNode(parent, label, attributes, row)
    )


def _number(length: str, label: str | None) -> float:
    try:
        number = float(length)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"the length of the branch to {label!r} is {length!r}, not a finite number")
    return number
