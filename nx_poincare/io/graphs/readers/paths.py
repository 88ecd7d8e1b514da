"""Lines that are paths: folders and files, classes in packages, tree numbers of MeSH, labels of ltree."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx

from nx_poincare.io.graphs.readers.text import decode, lines_of
from nx_poincare.io.streams import GraphFileError, most_objects
from nx_poincare.utils.warn import warn_caller

__all__ = ["read_paths"]

_SEPARATORS = (" > ", "::", "/", "\\", ">", "|", ";", ".")  # the first that half of the lines have is taken
_HEADERS = ("path", "paths", "ltree", "tree number", "tree_number", "treenumber", "full path", "full_path", "file")
_LINES_LOOKED_AT = 1000
_NODE_BYTES = 128  # of max_bytes: a node takes a kilobyte
_FREE_CHARACTERS = 2**26


def read_paths(content: bytes, path: str, *, delimiter: str | None = None, max_bytes: int) -> nx.DiGraph:
    """A tree in which each line is a node below the path that it begins with; these are there even if no line has them.

    Nodes are called by their paths, and have the last name in it as ``"name"``.

    Raises
    ------
    GraphFileError
        If nothing is seen between names; if there are more nodes than one for 128 bytes of ``max_bytes``, or their
        paths have more characters together than a quarter of it.

    Examples
    --------
    >>> import warnings
    >>> warnings.simplefilter("ignore")
    >>> read_paths(b"java.util.List\\njava.lang\\n", "classes.txt", max_bytes=2**30).edges
    OutEdgeView([('java', 'java.util'), ('java', 'java.lang'), ('java.util', 'java.util.List')])
    """
    text = decode(content, path)
    between = delimiter or _separator(text, path)
    most, most_characters = most_objects(max_bytes, _NODE_BYTES), max(_FREE_CHARACTERS, max_bytes // 4)
    graph: nx.DiGraph = nx.DiGraph()
    example, characters = "", 0
    for number, line in enumerate(lines_of(text), 1):
        line = line.strip()
        if not line or line.startswith("#") or (number == 1 and line.lower().strip('"') in _HEADERS):
            continue
        above = None
        for node in _way_to(line, between):
            if node not in graph:
                characters += len(node)
                if len(graph) >= most or characters > most_characters:
                    raise GraphFileError(path, number, "makes too many or too long paths; raise max_bytes if it should")
                graph.add_node(node, name=node.rpartition(between)[2] or node)
            if above is not None:
                graph.add_edge(above, node)
            above = node
        example = max(example, line, key=lambda one: one.count(between))
    if not graph:
        raise GraphFileError(path, None, "holds no path")
    if delimiter is None:
        names = example.split(between)
        warn_caller(
            f"{path}: each line is read as a path with {between!r} between names, as {example[:60]!r} from "
            f"{names[0] or between!r} down to {names[-1]!r}; the option delimiter overrules this"
        )
    return graph


def _way_to(line: str, between: str) -> Iterator[str]:
    """The paths above one, from above, and itself; what is above all in ``/usr/bin`` is ``/``."""
    if line.startswith(between):
        yield between
    end = 0
    while end < len(line):
        end = len(line) if (found := line.find(between, end + 1)) < 0 else found
        if not line.endswith(between, 0, end):  # a name that is empty
            yield line[:end]


def _separator(text: str, path: str) -> str:
    lines = [line for line, _ in zip(lines_of(text), range(_LINES_LOOKED_AT), strict=False) if line.strip()]
    for separator in _SEPARATORS:
        if 2 * sum(separator in line for line in lines) >= len(lines):
            return separator
    raise GraphFileError(path, None, "has nothing between the names of most lines that is known; pass delimiter")
