"""Nodes with more children than one can read are folded: the largest stay, the others stand behind "+19,940 more"."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nx_poincare.layout.fan import breadth_first
from nx_poincare.utils.arrays import IntArray
from nx_poincare.viewer.content import Content

__all__ = ["MOST_CHILDREN", "fold"]

MOST_CHILDREN = 60  # as many fit around the disk with a finger's width each


def fold(content: Content, most: int = MOST_CHILDREN) -> Content:
    """The same nodes, with rows between a node of many children and those that do not fit.

    The children with most descendants keep their places. The others, in the order of their names, are
    children of one further row, and where they are too many, of rows below it; so no row has more than ``most``.
    The further rows have no name, and `Content.folded` says how many nodes each stands for.
    """
    counts = np.bincount(content.parents[1:], minlength=len(content.names))
    hubs = np.flatnonzero(counts > most)
    if len(hubs) == 0:
        return content
    groups = _Groups(content, most)
    for hub in hubs.tolist():
        groups.fold_children(hub)
    return _in_breadth_first_order(content, groups)


class _Groups:
    """Tree parents and sibling order while rows are put in between."""

    def __init__(self, content: Content, most: int) -> None:
        n = len(content.names)
        self.most = most
        self.parents: list[int] = content.parents.tolist()
        self.keys: list[int] = list(range(n))
        self.hubs: list[int] = []  # of each further row
        self.sizes: list[int] = []
        self._names = ["" if name is None else str(name).casefold() for name in content.names]
        self._sizes = content.descendants
        self._children: dict[int, list[int]] = {}
        for child, parent in enumerate(self.parents):
            self._children.setdefault(parent, []).append(child)

    def fold_children(self, hub: int) -> None:
        by_size = sorted(self._children[hub], key=lambda v: (-self._sizes[v], v))
        rest = sorted(by_size[self.most - 1 :], key=lambda v: (self._names[v], v))
        self._put(rest, self._further(hub, hub, len(rest)), hub)

    def _put(self, rest: list[int], parent: int, hub: int) -> None:
        """Nodes below a further row, directly or by ranges of about the same length."""
        if len(rest) <= self.most:
            for place, v in enumerate(rest):
                self.parents[v], self.keys[v] = parent, place
            return
        for part in np.array_split(rest, min(self.most, -(-len(rest) // self.most))):
            self._put(part.tolist(), self._further(parent, hub, len(part)), hub)

    def _further(self, parent: int, hub: int, size: int) -> int:
        row = len(self.parents)
        self.parents.append(parent)
        self.keys.append(row)
        self.hubs.append(hub)
        self.sizes.append(size)
        return row


def _in_breadth_first_order(content: Content, groups: _Groups) -> Content:
    n, further = len(content.names), len(groups.hubs)
    parents, hubs = np.array(groups.parents), np.array(groups.hubs)
    order = breadth_first(parents, np.array(groups.keys, dtype=np.float64))
    row = np.empty(n + further, dtype=np.int64)
    row[order] = np.arange(n + further)
    above = parents[order]
    names = (*content.names, *[None] * further)
    source = np.concatenate([np.arange(n), hubs])[order]  # a further row stands where its node does

    def with_further(values: IntArray, more: IntArray) -> IntArray:
        return np.concatenate([values, more])[order]

    return replace(
        content,
        names=tuple(names[i] for i in order.tolist()),
        parents=np.where(above < 0, -1, row[above]),
        levels=with_further(content.levels, content.levels[hubs] + 1),
        others=row[content.others],
        loose=np.sort(row[content.loose]),
        columns={
            key: [values[i] if i < n else None for i in order.tolist()] for key, values in content.columns.items()
        },
        points=content.points and content.points.of_rows(source),
        descendants=with_further(content.descendants, np.array(groups.sizes)),
        folded=with_further(content.folded, np.array(groups.sizes)),
    )
