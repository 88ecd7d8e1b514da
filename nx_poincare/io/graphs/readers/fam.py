"""Pedigrees of PLINK and LINKAGE: rows of family, individual, father, mother and more, without a header."""

from __future__ import annotations

from collections import Counter

import networkx as nx

from nx_poincare.io.graphs.pedigree import graph_of_pedigree
from nx_poincare.io.graphs.readers.text import decode, lines_of
from nx_poincare.io.streams import GraphFileError
from nx_poincare.utils.warn import warn_caller

__all__ = ["read_fam"]

_NONE = "0"
_HEADER = ("iid", "individual", "person", "id")


def read_fam(content: bytes, path: str) -> nx.DiGraph:
    """A graph of individuals, edges from parent to child; ``0`` is no parent.

    Individuals go by their own names where no two families share one, else by family and name.

    Raises
    ------
    GraphFileError
        With the line that has fewer than four columns; if there is nobody.

    Examples
    --------
    >>> read_fam(b"F1 ann 0 0 2 -9\\nF1 bob 0 0 1 -9\\nF1 cid bob ann 1 -9\\n", "a.fam").edges
    OutEdgeView([('ann', 'cid'), ('bob', 'cid')])
    """
    rows: list[list[str]] = []
    numbers: list[int] = []
    for number, line in enumerate(lines_of(decode(content, path)), 1):
        row = line.split(None, 4)[:4]
        if not row or row[0].startswith("#") or (not rows and len(row) > 1 and row[1].lower() in _HEADER):
            continue
        if len(row) < 4:
            raise GraphFileError(path, number, "has fewer columns than family, individual, father and mother")
        rows.append(row[:2] + ["" if parent == _NONE else parent for parent in row[2:]])
        numbers.append(number)
    if not rows:
        raise GraphFileError(path, None, "holds no individual")
    times = Counter(name for _, name in {(family, name) for family, name, _, _ in rows})
    if any(count > 1 for count in times.values()):
        shared = next(name for name, count in times.items() if count > 1)
        warn_caller(f"{path}: families share names of individuals, such as {shared!r}: nodes are called family/name")
        rows = [[family, *(name and f"{family}/{name}" for name in names)] for family, *names in rows]
    _, children, fathers, mothers = zip(*rows, strict=True)
    return graph_of_pedigree(children, (fathers, mothers), path, numbers)
