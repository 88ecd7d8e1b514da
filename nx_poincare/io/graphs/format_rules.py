"""What each file format can hold: names, characters, and words that it keeps for itself."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import networkx as nx
import numpy as np

__all__ = ["FORMATS", "FormatRules", "GraphExportError", "json_names", "problem_in_json", "text_names", "utf8"]

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_GML_KEY = re.compile("[A-Za-z][0-9A-Za-z_]*")
_NOT_DOT = re.compile(r'\\(?=["\n\r]|$)|\0|[\ud800-\udfff]', re.ASCII)
_HALVES = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_GML_NO_TEXT = {"()", "[]"}  # NetworkX reads these as an empty tuple and an empty list
# Graphviz opens files and places of these names, or writes links to them; viewers draw pictures from some.
_OPENED_BY_GRAPHVIZ = frozenset({
    "_background", "charset", "fontname", "fontnames", "fontpath", "image", "imagepath", "labelfontname", "layout",
    "shape", "shapefile", "stylesheet", *(f"_{part}draw_" for part in ("", "l", "h", "t", "hl", "tl")),
    *(f"{part}{kind}" for part in ("edge", "head", "label", "tail") for kind in ("URL", "href", "target")),
    "URL", "href", "target",
})  # fmt: skip


class GraphExportError(nx.NetworkXError, ValueError):
    """A graph that the format of the file cannot hold; the message names the node, edge or attribute."""


@dataclass(frozen=True)
class FormatRules:
    """A format's own attribute names, which its reader would take for something else, and its restrictions.

    Attributes
    ----------
    of_graph, of_nodes, of_edges, of_parallel_edges : frozenset of str
        The last in addition, where edges have keys.
    text_names : bool
        Whether nodes have no names but text.
    problem_of_text, problem_of_key : function
        What is wrong with a name or a text, or with the name of an attribute; None where nothing is.
    one_type_per_column : bool
    """

    of_graph: frozenset[str] = frozenset()
    of_nodes: frozenset[str] = frozenset()
    of_edges: frozenset[str] = frozenset()
    of_parallel_edges: frozenset[str] = frozenset()
    text_names: bool = True
    problem_of_text: Callable[[str], str | None] | None = None
    problem_of_key: Callable[[str], str | None] | None = None
    one_type_per_column: bool = False


def _problem_in_xml(text: str) -> str | None:
    """XML 1.0 has no way to write some characters, not even escaped."""
    found = _NOT_XML.search(text)
    return found and f"{text!r} holds {found[0]!r}, which XML cannot; remove it or write JSON"


def _problem_in_gml(text: str) -> str | None:
    """NetworkX reads some texts as something else."""
    if text not in _GML_NO_TEXT:
        return None
    return f"NetworkX cannot read the text {text!r} from GML; change it or write JSON"


def _problem_of_gml_key(key: str) -> str | None:
    if _GML_KEY.fullmatch(key):
        return None
    return (
        f"GML cannot hold the attribute name {key!r}, only ASCII letters, digits and underscores after a letter; "
        "rename it or write GraphML or JSON"
    )


def _problem_in_dot(text: str) -> str | None:
    """Inside quotes in DOT a backslash cannot be escaped."""
    found = _NOT_DOT.search(text)
    if found is None:
        return None
    what = "a backslash before a quote or an end of line" if found[0] == "\\" else repr(found[0])
    return f"{text!r} holds {what}, which DOT cannot; rename it or write JSON"


def problem_in_json(text: str) -> str | None:
    """JSON writes other characters as two halves, so that two halves of their own are read as one character.

    Examples
    --------
    >>> problem_in_json("dog"), problem_in_json("\\ud83d")
    (None, None)
    >>> problem_in_json("\\ud83d\\udc15")
    "'\\\\ud83d\\\\udc15' holds two halves of a character, which JSON makes one of; rename it"
    """
    return (
        f"{text!r} holds two halves of a character, which JSON makes one of; rename it" if _has_halves(text) else None
    )


def _has_halves(text: str) -> bool:
    return not text.isascii() and _HALVES.search(text) is not None


FORMATS: Final[Mapping[str, FormatRules]] = {
    "graphml": FormatRules(
        of_graph=frozenset({"id", "node_default", "edge_default"}),
        of_parallel_edges=frozenset({"id"}),
        problem_of_text=_problem_in_xml,
        problem_of_key=_problem_in_xml,
    ),
    "gexf": FormatRules(
        of_graph=frozenset({"mode", "node_default", "edge_default"}),
        of_nodes=frozenset({"id", "pid", "start", "end", "parents", "spells", "slices", "viz", "key", "networkx_key"}),
        of_edges=frozenset({"id", "type", "start", "end", "spells", "slices", "viz", "key", "networkx_key"}),
        problem_of_text=_problem_in_xml,
        problem_of_key=_problem_in_xml,
        one_type_per_column=True,
    ),
    "gml": FormatRules(
        of_graph=frozenset({"directed", "multigraph", "node", "edge"}),
        of_nodes=frozenset({"id", "label"}),
        of_edges=frozenset({"source", "target", "key"}),
        problem_of_text=_problem_in_gml,
        problem_of_key=_problem_of_gml_key,
    ),
    "dot": FormatRules(
        of_graph=_OPENED_BY_GRAPHVIZ,
        of_nodes=_OPENED_BY_GRAPHVIZ | {"pos"},
        of_edges=_OPENED_BY_GRAPHVIZ | {"key"},
        problem_of_text=_problem_in_dot,
        problem_of_key=_problem_in_dot,
    ),
    "json": FormatRules(
        of_nodes=frozenset({"id"}),
        of_edges=frozenset({"source", "target", "key"}),
        text_names=False,
        problem_of_text=problem_in_json,
        problem_of_key=problem_in_json,
    ),
}


def text_names(nodes: Iterable[Hashable]) -> list[str]:
    """Names as text, all different.

    Raises
    ------
    GraphExportError
        Naming two nodes that would become the same text.

    Examples
    --------
    >>> text_names(["dog", 1])
    ['dog', '1']
    """
    names = list(nodes)
    if set(map(type, names)) == {str} and len(set(names)) == len(names):
        return names  # type: ignore[return-value]
    return _distinct_names(names, lambda name: str.__str__(name) if isinstance(name, str) else str(_plain_name(name)))


def utf8(name: str) -> bytes:
    """A name as the bytes of a text file.

    Raises
    ------
    GraphExportError
        If it is not valid Unicode.

    Examples
    --------
    >>> utf8("é")
    b'\\xc3\\xa9'
    """
    try:
        return name.encode("utf-8")
    except UnicodeEncodeError as error:
        raise GraphExportError(f"the name {name!r} is not valid Unicode: {error.reason}") from error


def json_names(nodes: Iterable[Hashable]) -> list[Any]:
    """Names that JSON has, tuples (NetworkX makes them of lists) included; other names as text.

    Raises
    ------
    GraphExportError
        As `text_names` does.

    Examples
    --------
    >>> json_names(["dog", (1, np.int64(2)), frozenset()])
    ['dog', (1, 2), 'frozenset()']
    """
    return _distinct_names(nodes, lambda name: plain if _is_json(plain := _plain_name(name)) else str(name))


def _distinct_names(nodes: Iterable[Hashable], name_of: Any) -> list[Any]:
    owner: dict[Any, Hashable] = {}
    for node in nodes:
        name = name_of(node)
        if name in owner:
            raise GraphExportError(
                f"nodes {owner[name]!r} and {node!r} would both be called {name!r} in the file; rename one"
            )
        owner[name] = node
    return list(owner)


def _plain_name(name: Any) -> Any:
    """The name with numpy's scalars as Python's own, in tuples too."""
    if type(name) is tuple:
        return tuple(_plain_name(part) for part in name)
    return name.item() if isinstance(name, np.generic) else name


def _is_json(name: Any) -> bool:
    if type(name) is tuple:  # NetworkX's reader undoes only the outer list of an edge's ends
        return all(
            type(part) is not tuple and _is_json(part) and not (isinstance(part, str) and _has_halves(part))
            for part in name
        )
    return name is None or isinstance(name, str | int) or (isinstance(name, float) and math.isfinite(name))
