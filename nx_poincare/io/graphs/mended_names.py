"""What only the whole of a table shows: a first row of another kind, whole numbers as floats, words for nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, cast

import networkx as nx
import numpy as np

from nx_poincare.extractors.column_words import role_of
from nx_poincare.io.graphs.first_row import FirstRow
from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.names import Names, TextNames
from nx_poincare.utils.warn import warn_caller

__all__ = ["WORDS_FOR_NOTHING", "mend_arrays", "mend_graph"]

_WHOLE = re.compile(r"-?\d+")
_WHOLE_OR_FLOAT = re.compile(r"-?\d+(\.0)?")
WORDS_FOR_NOTHING = frozenset(["NULL", "null", "NaN", "nan", "None", "none", "NA", "N/A", "n/a", "<NA>", "\\N", "-"])
_FEWEST_NAMES = 5  # of fewer, a row that stands by itself is nothing strange
_FEWEST_ROWS = 4  # of fewer, it is nothing strange that no two meet


class _Mending(NamedTuple):
    """What to change: other names for some nodes, nodes that stand for nothing, and whether the first edge is none."""

    renamed: dict[str, str]
    nothing: frozenset[str]
    drops_first: bool

    def __bool__(self) -> bool:
        return bool(self.renamed or self.nothing or self.drops_first)


def mend_graph(graph: nx.DiGraph, first: FirstRow, path: str) -> nx.DiGraph:
    """A graph that was read from rows, mended where all of them together say that a name is not one."""

    def ends() -> tuple[set[str], set[str]]:
        sources = {node for node, degree in graph.out_degree if degree}
        return sources, {node for node, degree in graph.in_degree if degree or node not in sources}

    def lonely() -> tuple[bool, int]:
        if any(graph.degree[name] != 1 for name in names[:2]):
            return False, 0
        degree = dict(graph.degree)
        return True, sum(degree[u] == 1 == degree[v] for u, v in graph.edges)

    names = list(graph)
    mending = _mending_of(names, ends, lonely, first, path)
    if not mending:
        return graph
    if mending.drops_first:
        graph.remove_nodes_from(names[:2])
    graph.remove_nodes_from(mending.nothing)
    return nx.relabel_nodes(graph, mending.renamed) if mending.renamed else graph


def mend_arrays(names: Sequence[Any], edges: IntArray, first: FirstRow, path: str) -> tuple[Sequence[Any], IntArray]:
    """Names and edges as indices, in the order of the rows, mended as `mend_graph` does."""
    if isinstance(names, Names):
        if not _may_be_mended(names, edges, first):
            return names, edges
        names = list(names)
    names = cast(list[str], names)

    def ends() -> tuple[set[str], set[str]]:
        sources, targets = (np.bincount(column, minlength=len(names)) for column in edges.T)
        return _named(names, sources > 0), _named(names, (targets > 0) | (sources == 0))

    def lonely() -> tuple[bool, int]:
        with_first = edges[(edges <= 1).any(axis=1)]
        if not len(with_first) or (with_first != [0, 1]).any():
            return False, 0
        distinct = np.column_stack(np.divmod(np.unique(edges @ [len(names), 1]), len(names)))
        degrees = np.bincount(distinct.ravel(), minlength=len(names))
        return True, int((degrees[distinct] == 1).all(axis=1).sum())

    mending = _mending_of(names, ends, lonely, first, path)
    if not mending:
        return names, edges
    dropped = set(mending.nothing) | (set(names[:2]) if mending.drops_first else set())
    kept = [name for name in names if name not in dropped]
    index: dict[str, int] = {}
    for name in kept:
        index.setdefault(mending.renamed.get(name, name), len(index))
    place = np.array([-1 if name in dropped else index[mending.renamed.get(name, name)] for name in names])
    moved = place[edges[np.argsort(edges[:, 0], kind="stable")]]  # in the order of a graph that is renamed
    return list(index), moved[(moved >= 0).all(axis=1)]


def _may_be_mended(names: Names, edges: IntArray, first: FirstRow) -> bool:
    """Whether names in arrays want the closer look, for which objects are made of all of them."""
    if first.is_header:
        words = {first.words[place] for place in (first.layout.source, first.layout.target)}
        if first.is_guess and names.has_any(words):
            return True
        if first.layout.above is not None and names.has_any(WORDS_FOR_NOTHING):
            return True
    elif first.is_guess:
        with_first = edges[(edges <= 1).any(axis=1)]
        if len(with_first) and (with_first == [0, 1]).all():
            return True
    if not isinstance(names, TextNames):
        return False
    ends = names.starts[1:][np.diff(names.starts) >= 2]
    return bool(((names.data[ends - 2] == ord(".")) & (names.data[ends - 1] == ord("0"))).any())


def _named(names: Sequence[str], mask: Iterable[bool]) -> set[str]:
    return {name for name, is_one in zip(names, mask, strict=True) if is_one}


def _mending_of(
    names: list[str],
    ends: Callable[[], tuple[set[str], set[str]]],
    lonely: Callable[[], tuple[bool, int]],
    first: FirstRow,
    path: str,
) -> _Mending:
    """What to change, after saying so; ``ends`` and ``lonely`` are asked only where it may matter.

    The first gives the names of all sources and of all targets, roots without edges among the targets; the second
    whether the first row is an edge that no other meets, and how many such edges there are.
    """
    drops_first = False
    if first.is_guess and not first.is_header and len(names) > 2 and tuple(names[:2]) == first.words[:2]:
        drops_first = _first_row_is_no_edge(names, lonely, path)
    if first.is_guess and first.is_header:
        _say_where_header_words_are_nodes(names, first, path)
    renamed: dict[str, str] = {}
    if any(name.endswith(".0") for name in names):
        renamed = _whole_numbers([name for name in names if name not in WORDS_FOR_NOTHING])
        if renamed:
            old, new = next(iter(renamed.items()))
            warn_caller(
                f"{path}: whole numbers that are written as floats, {len(renamed):,}, are read without: {old} as {new}"
            )
    nothing: frozenset[str] = frozenset()
    if first.is_header and first.layout.above is not None and not WORDS_FOR_NOTHING.isdisjoint(names):
        sources, targets = ends()
        above, below = (sources, targets) if first.layout.above == "source" else (targets, sources)
        nothing = frozenset(name for name in WORDS_FOR_NOTHING & above if name not in below)
        for name in sorted(nothing):
            warn_caller(f"{path}: {name!r} above other nodes is read as nothing: those are roots")
    return _Mending(renamed, nothing, drops_first)


def _first_row_is_no_edge(names: list[str], lonely: Callable[[], tuple[bool, int]], path: str) -> bool:
    """Whether the first row is of another kind than all others; said, as is what only looks strange."""
    is_alone, so_many = lonely()
    if not is_alone:
        return False
    head = " and ".join(map(repr, names[:2]))
    are_whole = [bool(_WHOLE.fullmatch(name)) for name in names[:2]]
    if names[:2] == ["0", "1"] and not any(map(_WHOLE.fullmatch, names[2:])):
        warn_caller(
            f"{path}: the first row, {head}, is read as the numbers of the columns; header=False if it is an edge"
        )
        return True
    if not any(are_whole) and all(map(_WHOLE.fullmatch, names[2:])):
        warn_caller(
            f"{path}: the first row, {head}, is read as names of the columns, as all other names are numbers, and "
            "edges lead from the first to the second; the options header, source, target and direction overrule this"
        )
        return True
    is_one_of_two = so_many == 2 and len(names) == 4
    if any(role_of(name) for name in names[:2]) or is_one_of_two or (so_many == 1 and len(names) >= _FEWEST_NAMES):
        warn_caller(
            f"{path}: the first row, {head}, is read as an edge, but no other row names these two; if it names the "
            "columns, header=True leaves it out, and source and target say which is which (header=False: it is an edge)"
        )
    elif so_many >= _FEWEST_ROWS and 2 * so_many == len(names):
        warn_caller(
            f"{path}: each of the {so_many:,} rows, the first, {head}, among them, is read as an edge, and none "
            "has a node in common with another: if columns are not the ends of edges, such as a code and "
            "its title, source and target name those that are (header=False: they are edges)"
        )
    return False


def _say_where_header_words_are_nodes(names: Sequence[str], first: FirstRow, path: str) -> None:
    words = {first.words[place] for place in (first.layout.source, first.layout.target)}
    also = [name for name in names if name in words]
    if also:
        warn_caller(
            f"{path}: the first row was read as names of the columns, but {also[0]!r} is the name of a node as well; "
            "header=False reads it as an edge"
        )


def _whole_numbers(names: list[str]) -> dict[str, str]:
    """Whole numbers that are floats beside others that are not, as pandas writes a column with gaps."""
    if not all(map(_WHOLE_OR_FLOAT.fullmatch, names)):
        return {}
    floats = {name: name[:-2] for name in names if name.endswith(".0")}
    return floats if len(floats) < len(names) else {}
