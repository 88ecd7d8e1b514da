"""Trees with labels that may be missing or repeated -> a graph whose nodes have names of their own."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Container, Hashable, Iterator, MutableSequence, Sequence
from itertools import count
from typing import Any, NamedTuple

import networkx as nx

from nx_poincare.utils.warn import warn_caller

__all__ = ["TreeNode", "tree_graph"]

_NOTHING: dict[str, Any] = {}
_MOST_LABELS = 8  # in a name: files of a chain of equal labels stay small in memory


class TreeNode(NamedTuple):
    """A node of a tree in a file.

    Attributes
    ----------
    parent : int
        Place of the parent in the list, before its own; -1 at a root.
    label : hashable, optional
        What the file calls it.
    attributes, edge : dict
        What is known of it, and of the edge to its parent.
    """

    parent: int
    label: Hashable | None
    attributes: dict[str, Any]
    edge: dict[str, Any]


def tree_graph(nodes: MutableSequence[TreeNode], path: str) -> nx.DiGraph:
    """A graph with edges from parent to child. What is known of nodes is taken from the list as the graph grows.

    Nodes without a label are called by their number. Nodes with the same label are not the same node: they are
    called by up to eight labels on the way from the root, and keep theirs as the attribute ``"name"``; a warning
    says how many.

    Examples
    --------
    >>> G = tree_graph([TreeNode(-1, "a", {}, {}), TreeNode(0, None, {}, {}), TreeNode(1, "b", {}, {})], "a.nwk")
    >>> list(G.edges)
    [('a', 'node 1'), ('node 1', 'b')]
    """
    counts = Counter(node.label for node in nodes if node.label is not None)
    taken: set[Hashable] = {label for label, count in counts.items() if count == 1}
    names: list[Hashable] = []
    numbers: dict[str, Iterator[int]] = {}
    above = array("q")  # the nearest node above each that has a label
    repeated = 0
    graph: nx.DiGraph = nx.DiGraph()
    for place, node in enumerate(nodes):
        attributes = node.attributes
        is_below_label = node.parent >= 0 and nodes[node.parent].label is not None
        above.append(node.parent if is_below_label or node.parent < 0 else above[node.parent])
        name: Hashable
        if node.label is None:
            name = _free(f"node {place}", taken, numbers)
        elif counts[node.label] == 1:
            name = node.label
        else:
            repeated += 1
            name = _free("/".join(map(str, _labels_down_to(place, nodes, above))), taken, numbers)
            attributes = {**attributes, "name": node.label}
        taken.add(name)
        names.append(name)
        graph.add_node(name)
        graph.nodes[name].update(attributes)
        if node.parent >= 0:
            graph.add_edges_from([(names[node.parent], name, node.edge)])
        nodes[place] = node._replace(attributes=_NOTHING, edge=_NOTHING)
    if repeated:
        warn_caller(f"{path}: nodes with labels of others, which go by those above them as well: {repeated:,}")
    return graph


def _labels_down_to(place: int, nodes: Sequence[TreeNode], above: Sequence[int]) -> list[Hashable]:
    """The last labels on the way from the root to a node that has one."""
    labels: list[Hashable] = []
    while place >= 0 and len(labels) < _MOST_LABELS:
        if (label := nodes[place].label) is not None:
            labels.append(label)
        place = above[place]
    return labels[::-1]


def _free(name: str, taken: Container[Hashable], numbers: dict[str, Iterator[int]]) -> str:
    """The name, with a number behind it if another node has it."""
    if name not in taken:
        return name
    following = numbers.setdefault(name, count(2))
    return next(numbered for number in following if (numbered := f"{name} ({number})") not in taken)
