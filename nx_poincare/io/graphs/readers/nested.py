"""Trees of dictionaries in dictionaries: objects with children, as d3 has them, or names as keys."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import networkx as nx

from nx_poincare.io.graphs.readers.trees import TreeNode, tree_graph
from nx_poincare.io.streams import GraphFileError

__all__ = ["LABELS", "is_tree", "nested_graph"]

LABELS = ("id", "name", "label", "text", "title", "key")  # what identifies a node, the first that is there
_CHILDREN = ("children", "_children", "nodes", "items", "contents")  # the last as `tree -J` has it

_PARENTS = ("parent", "parentId", "parentid", "parent_id", "parentID", "pid")
_NO_PARENT = (None, "", "#")  # the last as jsTree has it

_Waiting = tuple[int, Any, str]  # place of the parent, what is there, where it is


def is_tree(data: dict[Any, Any]) -> bool:
    """Whether a dictionary is a node with a label, and not one whose keys are names.

    Examples
    --------
    >>> is_tree({"name": "dog"}), is_tree({"dog": {}}), is_tree({"name": {"first": {}}})
    (True, False, False)
    """
    has_label = any(_is_label(data.get(key)) for key in LABELS)
    return has_label or any(isinstance(data.get(key), list) for key in _CHILDREN[:2])


def nested_graph(data: Any, path: str) -> nx.DiGraph:
    """The graph of nested data, see `nx_poincare.graph_from_nested`."""
    if not isinstance(data, dict | list) or not data:
        raise GraphFileError(path, None, f"is not a tree: it is {_excerpt(data)}, not a dictionary or list of names")
    parts = data if isinstance(data, list) else [data]
    are_objects = all(isinstance(part, dict) and is_tree(part) for part in parts)
    nodes: list[TreeNode] = []
    waiting: list[_Waiting] = []
    if are_objects and (parent_key := _key_of_parents(parts)) is not None:
        return _graph_of_rows(parts, parent_key, path)
    if are_objects:
        if not any(key in part for part in parts for key in _CHILDREN):
            raise GraphFileError(path, None, "is not a tree: its objects have neither 'children' nor a 'parent'")
        waiting = [(-1, part, f"[{number}]") for number, part in enumerate(parts)][::-1]
        while waiting:
            parent, found, where = waiting.pop()
            nodes.append(_object(parent, found, where, path))
            inside = _children_of(found, where, path)
            waiting += [(len(nodes) - 1, child, f"{where}.{number}") for number, child in enumerate(inside)][::-1]
    else:
        waiting = _entries(-1, data, "", path)[::-1]
        while waiting:
            parent, (label, inside), where = waiting.pop()
            is_value = isinstance(inside, bool | int | float)
            nodes.append(TreeNode(parent, label, {"value": inside} if is_value else {}, {}))
            below = [] if is_value or inside is None else _entries(len(nodes) - 1, inside, where, path)
            waiting += below[::-1]
        if all(node.parent < 0 for node in nodes):
            raise GraphFileError(
                path, None, f"is not a tree: {_excerpt(data)} has neither children nor names below others"
            )
    return tree_graph(nodes, path)


def _key_of_parents(parts: list[dict[Any, Any]]) -> str | None:
    """What objects without children call their parents, as d3.stratify takes them."""
    if any(key in part for part in parts for key in _CHILDREN):
        return None
    return next((key for key in _PARENTS if any(key in part for part in parts)), None)


def _graph_of_rows(parts: list[dict[Any, Any]], parent_key: str, path: str) -> nx.DiGraph:
    """A graph of objects that name their parents; those that name none are roots."""
    graph: nx.DiGraph = nx.DiGraph()
    parents: dict[Hashable, Hashable] = {}
    for number, found in enumerate(parts):
        own = next(key for key in LABELS if _is_label(found.get(key)))
        name, parent = found[own], found.get(parent_key)
        if name in parents:
            raise GraphFileError(
                path, None, f"is not a tree: the {own} {name!r} of [{number}] is that of another object"
            )
        parents[name] = parent
        graph.add_node(name)
        graph.nodes[name].update((str(key), value) for key, value in found.items() if key not in (own, parent_key))
    for name, parent in parents.items():
        if parent in _NO_PARENT or (parent == 0 and 0 not in parents):
            continue
        if not isinstance(parent, Hashable) or parent not in parents:
            raise GraphFileError(path, None, f"is not a tree: the parent {parent!r} of {name!r} is not in it")
        graph.add_edge(parent, name)
    return graph


def _object(parent: int, found: Any, where: str, path: str) -> TreeNode:
    """A node from an object with a label and children."""
    if isinstance(found, str):
        return TreeNode(parent, found, {}, {})
    if not isinstance(found, dict):
        raise GraphFileError(path, None, f"is not a tree: the child at {where} is {_excerpt(found)}, not an object")
    own = next((key for key in LABELS if _is_label(found.get(key))), None)
    left_out = {own, *_CHILDREN}
    attributes = {str(key): value for key, value in found.items() if key not in left_out}
    return TreeNode(parent, None if own is None else found[own], attributes, {})


def _children_of(found: Any, where: str, path: str) -> list[Any]:
    """The children of an object; d3 keeps those that are folded away beside the others."""
    children: list[Any] = []
    for key in _CHILDREN if isinstance(found, dict) else ():
        inside = found.get(key)
        if inside is not None and not isinstance(inside, list):
            raise GraphFileError(path, None, f"is not a tree: {key!r} at {where} is {_excerpt(inside)}, not a list")
        children += inside or []
    return children


def _entries(parent: int, inside: Any, where: str, path: str) -> list[_Waiting]:
    """The names in a dictionary or list, each with what is below it."""
    pairs: list[tuple[Any, Any]] = []
    if isinstance(inside, dict) and isinstance(inside.get("children"), list) and set(inside) <= {"children", "data"}:
        inside = inside["children"]  # as treelib has them
    if isinstance(inside, dict):
        pairs = list(inside.items())
    elif _is_label(inside):
        pairs = [(inside, None)]
    elif isinstance(inside, list | tuple):
        for part in inside:
            if isinstance(part, dict):
                pairs += part.items()
            elif _is_label(part):
                pairs.append((part, None))
            else:
                raise GraphFileError(path, None, f"is not a tree: {where or 'it'} holds {_excerpt(part)}, not a name")
    else:
        raise GraphFileError(path, None, f"is not a tree: below {where!r} is {_excerpt(inside)}")
    return [(parent, pair, str(pair[0])) for pair in pairs]


def _is_label(value: Hashable) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool) and value == value and value != ""


def _excerpt(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}..."
