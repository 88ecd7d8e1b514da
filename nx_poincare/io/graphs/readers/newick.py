"""Newick: phylogenetic and other trees, with branch lengths.

The grammar: https://phylipweb.github.io/phylip/newick_doc.html. NEXUS holds such trees in blocks, with
names in a table of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import networkx as nx

from nx_poincare.io.graphs.readers.newick_tokens import TreeText, add_nodes
from nx_poincare.io.graphs.readers.text import decode
from nx_poincare.io.graphs.readers.trees import TreeNode, tree_graph
from nx_poincare.io.streams import GraphFileError
from nx_poincare.utils.optional import import_extra

__all__ = ["read_newick", "read_nexus"]

_TREES_BLOCK = re.compile(r"\bbegin\s+trees\s*;", re.IGNORECASE)
_COMMENT = re.compile(r"\[[^\]]*(?:\]|\Z)")  # one that does not end, too: else each "[" is looked at up to the end
_MOST_BLOCKS = 500  # for each of which the library goes through the whole text


def read_newick(content: bytes, path: str) -> nx.DiGraph:
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
        return read_nexus(content, path)
    import_extra("newick", extra="newick")  # what is missing is said before what is wrong
    if not re.search("[(;]", text):
        raise GraphFileError(
            path, None, "holds no tree in Newick: nothing stands in parentheses or ends in a semicolon"
        )
    return _graph_of([TreeText(text, {}, False)], path)


def _graph_of(trees: Iterable[TreeText], path: str) -> nx.DiGraph:
    nodes: list[TreeNode] = []
    try:
        for tree in trees:
            add_nodes(nodes, tree)
    except ValueError as error:
        raise GraphFileError(path, None, f"is not a tree in Newick: {error}") from error
    if not nodes:
        raise GraphFileError(path, None, "holds no tree in Newick")
    return tree_graph(nodes, path)


def read_nexus(content: bytes, path: str) -> nx.DiGraph:
    """A graph of all trees in a file in NEXUS, as `read_newick` has it, with the names that the file translates.

    The package ``commonnexus`` reads the blocks.

    Examples
    --------
    >>> text = b"#NEXUS BEGIN TREES; TRANSLATE 1 cat, 2 dog; TREE one = (1:0.5,2:0.7)pets; END;"
    >>> read_nexus(text, "pets.nex").edges
    OutEdgeView([('pets', 'cat'), ('pets', 'dog')])
    """
    return _graph_of(_trees_of(decode(content, path), path), path)


def _trees_of(text: str, path: str) -> list[TreeText]:
    """The trees of all blocks."""
    commonnexus = import_extra("commonnexus", extra="newick")
    declared = len(_TREES_BLOCK.findall(_COMMENT.sub("", text)))
    if declared > _MOST_BLOCKS:
        raise GraphFileError(
            path, None, f"has {declared:,} blocks of trees, more than {_MOST_BLOCKS}; join them in one"
        )
    trees: list[TreeText] = []
    try:
        blocks = commonnexus.Nexus(text).blocks.get("TREES", [])
        for block in blocks:
            names = _names_in(block)
            trees += [TreeText(_newick_of(tree, commonnexus.tokenizer.Word), names, True) for tree in block.trees]
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
