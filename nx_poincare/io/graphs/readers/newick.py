"""Newick: phylogenetic and other trees, with branch lengths.

The grammar: https://phylipweb.github.io/phylip/newick_doc.html. The package ``newick`` reads it.

NEXUS holds such trees in blocks, with names in a table of their own.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import accumulate
from types import MappingProxyType
from typing import Any, NamedTuple

import networkx as nx

from nx_poincare.io.arrays import DEFAULT_MAX_BYTES
from nx_poincare.io.graphs.readers.text import decode
from nx_poincare.io.graphs.readers.trees import TreeNode, tree_graph
from nx_poincare.io.streams import GraphFileError
from nx_poincare.utils.optional import import_extra

__all__ = ["newick_nodes", "read_newick", "read_nexus"]

_TREES_BLOCK = re.compile(r"\bbegin\s+trees\s*;", re.IGNORECASE)
_COMMENT = re.compile(r"\[[^\]]*(?:\]|\Z)")  # one that does not end, too: else each "[" is looked at up to the end
_MARK = re.compile(r"[(),]")
_NOTHING: dict[str, Any] = {}  # that is known of a node; one for all
_NO_NAMES: Mapping[str, str] = MappingProxyType({})
_CALLS_PER_LEVEL = 4
_FREE_COPIES = 2**28  # for which the library takes less than a minute
_MOST_BLOCKS = 500  # for each of which the library goes through the whole text
_DEEPEST = 8_000  # of which the library takes 8 s and 1 GB: both grow with the square
_MOST_LEVELS = 5_000  # for which the library takes half a minute


def read_newick(content: bytes, path: str, *, max_bytes: int = DEFAULT_MAX_BYTES) -> nx.DiGraph:
    """A graph of all trees in a file, edges from parent to child.

    The length of a branch is the float attribute ``"length"`` of its edge, comments are the attribute ``"comment"``
    of their node. Nodes without a label are called by their number, as in `tree_graph`.

    Examples
    --------
    >>> G = read_newick(b"(A:0.1,(B,'C d')E[95])F;", "tree.nwk")
    >>> list(G.edges(data="length")), G.nodes["E"]
    ([('F', 'A', 0.1), ('F', 'E', None), ('E', 'B', None), ('E', 'C d', None)], {'comment': '95'})
    """
    text = decode(content, path)
    if text.lstrip()[:6].upper() == "#NEXUS":
        return read_nexus(content, path, max_bytes=max_bytes)
    return tree_graph(newick_nodes(text, path, max_bytes), path)


def newick_nodes(text: str, path: str, max_bytes: int = DEFAULT_MAX_BYTES) -> list[TreeNode]:
    """The nodes of all trees in a text, parents before their children."""
    _check_levels(text, path, max(_FREE_COPIES, max_bytes // 4))
    nodes: list[TreeNode] = []
    _add_nodes(nodes, text, path)
    return nodes


def _add_nodes(
    nodes: list[TreeNode], text: str, path: str, names: Mapping[str, str] = _NO_NAMES, *, is_nexus: bool = False
) -> None:
    """Add those of the trees in a text, with other names for some labels."""
    newick = import_extra("newick", extra="newick")
    try:
        with _room_for(text):
            trees = newick.loads(text)
    except (ValueError, RecursionError) as error:
        raise GraphFileError(path, None, f"is not a tree in Newick: {error}") from error
    if not trees or not re.search("[(;]", text):
        raise GraphFileError(path, None, "holds no tree in Newick")
    waiting = [(-1, tree) for tree in reversed(trees)]
    while waiting:
        parent, found = waiting.pop()
        label = names.get(found.name, names.get(found.unquoted_name, found.unquoted_name)) or None
        comments = _comments_of_nexus(found) if is_nexus else " ".join(found.comments)
        nodes.append(_tree_node(parent, label, found, comments, path))
        place = len(nodes) - 1
        waiting += [(place, child) for child in reversed(found.descendants)]
        found.descendants, found.ancestor = [], None  # so that it is let go


def read_nexus(content: bytes, path: str, *, max_bytes: int = DEFAULT_MAX_BYTES) -> nx.DiGraph:
    """A graph of all trees in a file in NEXUS, as `read_newick` has it, with the names that the file translates.

    The package ``commonnexus`` reads the blocks.

    Examples
    --------
    >>> text = b"#NEXUS BEGIN TREES; TRANSLATE 1 cat, 2 dog; TREE one = (1:0.5,2:0.7)pets; END;"
    >>> read_nexus(text, "pets.nex").edges
    OutEdgeView([('pets', 'cat'), ('pets', 'dog')])
    """
    trees = _trees_of(decode(content, path), path)
    _check_levels("".join(tree.text for tree in trees), path, max(_FREE_COPIES, max_bytes // 4))
    nodes: list[TreeNode] = []
    for tree in trees:
        _add_nodes(nodes, tree.text, path, tree.names, is_nexus=True)
    return tree_graph(nodes, path)


class _Tree(NamedTuple):
    """A tree in Newick, and what its labels stand for."""

    text: str
    names: Mapping[str, str]


def _trees_of(text: str, path: str) -> list[_Tree]:
    """The trees of all blocks."""
    commonnexus = import_extra("commonnexus", extra="newick")
    declared = len(_TREES_BLOCK.findall(_COMMENT.sub("", text)))
    if declared > _MOST_BLOCKS:
        raise GraphFileError(
            path, None, f"has {declared:,} blocks of trees, more than {_MOST_BLOCKS}; join them in one"
        )
    trees: list[_Tree] = []
    try:
        blocks = commonnexus.Nexus(text).blocks.get("TREES", [])
        for block in blocks:
            names = _names_in(block)
            trees += [_Tree(_newick_of(tree, commonnexus.tokenizer.Word), names) for tree in block.trees]
    except (AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        problem = " ".join(str(error).split())[:300] or type(error).__name__
        raise GraphFileError(path, None, f"is not NEXUS: {problem}") from error
    if len(blocks) < declared:
        raise GraphFileError(path, None, "is not NEXUS: a block of trees does not end")
    if not trees:
        raise GraphFileError(path, None, "is not NEXUS, or holds no block of trees")
    return trees


def _names_in(block: Any) -> dict[str, str]:
    """What labels of a block stand for: names of its table, or the taxa of a number."""
    newick = import_extra("newick", extra="newick")
    found = block.translate_mapping
    return {str(label): newick.Node(str(name), auto_quote=True).unquoted_name for label, name in found.items()}


def _newick_of(tree: Any, word_of: Callable[[str], Any]) -> str:
    """The tokens of a tree as text: in NEXUS white space parts no words, and quoted ones stand alone."""
    return "".join(
        f" {word_of(token.text).as_nexus_string()} " if token.type.name == "QWORD" else str(token)
        for token in tree.newick_tokens
        if not token.is_whitespace
    )


def _comments_of_nexus(found: Any) -> str:
    """Those of a node, as commonnexus writes them: one before the length and one behind it, or all in one."""
    stand_apart = found._length and len(found.comments) == 2 and not found._colon_before_comment
    return (" " if stand_apart else "|").join(found.comments)


def _check_levels(text: str, path: str, most: int) -> None:
    """Refuse what would take the library minutes, which copies all that stands in parentheses once for each pair."""
    copies = sum(
        accumulate((1 if mark == "(" else -1 if mark == ")" else 0 for mark in _MARK.findall(text)), initial=0)
    )
    depth = _depth(text)
    if depth > _DEEPEST:
        raise GraphFileError(
            path, None, f"is nested {depth:,} levels deep, more than {_DEEPEST:,}: write it as an edge list"
        )
    if copies > most:
        raise GraphFileError(
            path,
            None,
            f"is nested too deep for its size: levels of all marks are {copies:,} together, more than {most:,}, which "
            "raising max_bytes raises to a quarter of it",
        )


@contextmanager
def _room_for(text: str) -> Iterator[None]:
    """Let the library, which calls itself at each level, go as deep as the parentheses of the text do."""
    depth = _depth(text)
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(before + _CALLS_PER_LEVEL * min(depth, _MOST_LEVELS))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _depth(text: str) -> int:
    """How many parentheses are open at most."""
    return max(accumulate(((mark == "(") - (mark == ")") for mark in text if mark in "()"), initial=0))


def _tree_node(parent: int, label: str | None, found: Any, comments: str, path: str) -> TreeNode:
    attributes = {"comment": comments} if found.comments else _NOTHING
    text = found._length  # its public name makes 0.0 of none
    if text is None:
        return TreeNode(parent, label, attributes, _NOTHING)
    try:
        length = float(text)
    except ValueError:
        length = math.nan
    if not math.isfinite(length):
        raise GraphFileError(path, None, f"the length of the branch to {label!r} is {text!r}, not a finite number")
    if parent < 0:
        return TreeNode(parent, label, attributes | {"length": length}, _NOTHING)
    return TreeNode(parent, label, attributes, {"length": length})
