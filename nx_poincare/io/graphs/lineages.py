"""Lineages of taxonomies in a column of a table: ``d__Bacteria;p__Pseudomonadota;...`` as GTDB and QIIME have them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import networkx as nx

from nx_poincare.io.graphs.readers.trees import TreeNode, tree_graph
from nx_poincare.io.streams import GraphFileError
from nx_poincare.utils.warn import warn_caller

__all__ = ["check_number", "lineage_column", "tree_of_lineages"]

_RANK_OF = {
    "d": "domain", "k": "kingdom", "p": "phylum", "c": "class", "o": "order", "f": "family", "g": "genus",
    "s": "species", "t": "strain",
}  # fmt: skip
_PREFIX = re.compile("[dkpcofgst]__")
_NONE = ("", "unassigned", "unclassified")


def lineage_column(rows: Sequence[Sequence[str]]) -> int | None:
    """The column in which all rows have a lineage or none; the first may be a header. None if there is no such column.

    Examples
    --------
    >>> lineage_column([["id", "taxon"], ["7", "d__Bacteria; p__Bacillota; c__"]])
    1
    """
    for place in range(min(map(len, rows), default=0)):
        cells = [row[place] for row in rows[1:] or rows if row[place].lower() not in _NONE]
        if any(";" in cell for cell in cells) and all(map(_is_lineage, cells)):
            return place
    return None


def tree_of_lineages(rows: Iterable[Sequence[str]], place: int, path: str, most: int) -> nx.DiGraph:
    """A tree in which each row is a path down to what its first other column names; nodes know their rank.

    Raises
    ------
    GraphFileError
        If there are more than ``most`` nodes.
    """
    warn_caller(
        f"{path}: each row is read as a path down, the lineage in column {place + 1}; header=False overrules this"
    )
    nodes: list[TreeNode] = []
    place_of: dict[tuple[int, str], int] = {}
    for number, row in enumerate(rows):
        is_lineage = _is_lineage(row[place])
        if number == 0 and not is_lineage and row[place].lower() not in _NONE:
            continue  # a header
        parts = map(str.strip, row[place].split(";")) if is_lineage else ()
        names = [name for name in parts if name and not name.endswith("__")]
        ranked = [(name, {"rank": _RANK_OF[name[0]]}) for name in names]
        own = row[0] if place else row[1] if len(row) > 1 else ""
        above = -1
        for name, about in [*ranked, *([(own, {})] if own else [])]:
            node = place_of.setdefault((above, name), len(nodes))
            if node == len(nodes):
                check_number(len(nodes), most, path)
                nodes.append(TreeNode(above, name, about, {}))
            above = node
    return tree_graph(nodes, path)


def check_number(nodes: int, most: int, path: str) -> None:
    """Refuse one more node than there may be, each of which becomes many objects."""
    if nodes >= most:
        raise GraphFileError(path, None, f"has more than {most:,} names in its paths; raise max_bytes if it should")


def _is_lineage(cell: str) -> bool:
    """Whether all parts between semicolons, of which the last may be empty, begin with the letter of a rank."""
    first, *others = cell.split(";")
    if others and not others[-1].strip():
        others.pop()
    return all(map(_PREFIX.match, [first, *map(str.lstrip, others)]))
