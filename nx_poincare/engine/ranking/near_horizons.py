"""Horizons by an index of the nodes: the same bits as a loop over all of them, where that takes long."""

from __future__ import annotations

import numpy as np

from nx_poincare.engine.ranking.gaps import Gaps, best_gap
from nx_poincare.engine.ranking.keys import Candidates, one_minus_tanh, scores_of_row, sorted_keys
from nx_poincare.engine.ranking.near_index import NearIndex, keys_of_leaf, largest_key, least_key
from nx_poincare.engine.ranking.near_ranks import (
    FIRST_ROWS,
    AncestorsOf,
    RowSearch,
    comparisons_of,
    next_step,
    quicker_search,
)
from nx_poincare.engine.ranking.sorting import first_not_below
from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.compiled import kernel

__all__ = ["best_gaps_by_index", "gaps_by_index", "search_for_horizons"]


def search_for_horizons(nodes: Candidates, rows: IntArray, ancestors_of: AncestorsOf) -> RowSearch:
    """`nx_poincare.engine.ranking.near_ranks.quicker_search`, for the horizons of the rows."""
    return quicker_search(
        nodes, rows, lambda index, tried: best_gaps_by_index(nodes, index, tried, *ancestors_of(tried))[-2:]
    )


def gaps_by_index(
    nodes: Candidates, index: NearIndex, rows: IntArray, ancestors_of: AncestorsOf
) -> tuple[IntArray, Gaps]:
    """Offsets of the ancestors of the rows, and between which keys their best horizons lie.

    Rows that are neighbours in the index follow each other, as they look at the same boxes.
    """
    m = len(rows)
    sizes = np.zeros(m, dtype=np.int64)
    inner, outer, rank_sums, precisions = (np.zeros(m) for _ in range(4))
    is_plain, counts = np.zeros(m, dtype=np.bool_), np.zeros((m, 4), dtype=np.int64)
    gaps = Gaps(inner, outer, is_plain, rank_sums, precisions, counts)
    order = np.argsort(index.places[rows])
    first, step = 0, FIRST_ROWS
    while first < m:
        own = order[first : first + step]
        starts, ancestors = ancestors_of(rows[own])
        sizes[own] = np.diff(starts)
        *found, boxes, looked_at = best_gaps_by_index(nodes, index, rows[own], starts, ancestors)
        for part, values in zip(gaps, found, strict=True):
            part[own] = values
        first += step
        step = next_step(step, len(ancestors), comparisons_of(boxes, looked_at))
    return np.concatenate([[0], np.cumsum(sizes)]), gaps


@kernel(nogil=True)
def best_gaps_by_index(nodes, index, rows, row_starts, ancestors):  # type: ignore[no-untyped-def]
    """`nx_poincare.engine.ranking.horizons.best_gaps`, with the same bits, by an index of the same nodes.

    Returns
    -------
    tuple
        The arrays of `Gaps`, and how many boxes and nodes were looked at.
    """
    related = np.full(len(nodes.radii), -1, np.int64)
    at, one_key = np.empty(len(nodes.directions)), np.empty(1)
    rank_sums, precisions, counts = np.zeros(len(rows)), np.zeros(len(rows)), np.zeros((len(rows), 4), np.int64)
    inner, outer, is_plain = np.zeros(len(rows)), np.empty(len(rows)), np.zeros(len(rows), np.bool_)
    at_origin = 0
    for radius in nodes.radii:
        at_origin += radius == 0
    most = 0
    for i in range(len(rows)):
        most = max(most, row_starts[i + 1] - row_starts[i])
    all_own_keys, all_intruders, all_nearest = np.empty(most), np.empty(most + 1, np.int64), np.empty(most + 1)
    all_boxes, all_nodes = 0, 0
    for i in range(len(rows)):
        u, own = rows[i], ancestors[row_starts[i] : row_starts[i + 1]]
        size = len(own)
        own_keys, intruders, nearest = all_own_keys[:size], all_intruders[: size + 1], all_nearest[: size + 1]
        intruders[:] = 0
        nearest[:] = np.inf
        related[u] = i
        own_at_origin = 0
        for v in own:
            related[v] = i
            own_at_origin += nodes.radii[v] == 0
        sorted_keys(nodes, u, own, own_keys)
        sorted_keys(nodes, u, rows[i : i + 1], one_key)
        at[:] = nodes.directions[:, u]
        short = one_minus_tanh(nodes.radii[u])
        inside, boxes, looked_at = _look_around(index, at, short, related, i, own_keys, intruders, nearest)
        all_boxes, all_nodes = all_boxes + boxes, all_nodes + looked_at
        # The query and its ancestors were counted with the others.
        intruders[first_not_below(own_keys, 0, size, one_key[0])] -= 1
        for j in range(size):
            intruders[first_not_below(own_keys, 0, j, own_keys[j])] -= 1
        own_inside = first_not_below(own_keys, 0, size, 1.0)
        counts[i, 2], counts[i, 3] = own_inside, inside - own_inside - (one_key[0] < 1)
        # Nodes at the origin are above all others. Their key is 1 but for rounding; below, they were counted.
        t = 1 - short
        if nodes.radii[u] > 0 and 0.5 * short + 0.5 * (1 + t) >= 1:
            counts[i, 2] += own_at_origin
            counts[i, 3] += at_origin - own_at_origin
        inner[i], outer[i], is_plain[i] = best_gap(own_keys, intruders, nearest, counts[i])
        rank_sums[i], precisions[i] = scores_of_row(intruders[:size])
    return inner, outer, is_plain, rank_sums, precisions, counts, all_boxes, all_nodes


@kernel()
def _look_around(index, at, short, related, stamp, own_keys, intruders, nearest):  # type: ignore[no-untyped-def]
    """Count all nodes by the ancestor before them, and find the nearest that is not related for all but the first.

    Returns how many keys are below 1, and how many boxes and nodes were looked at.
    """
    t = 1 - short
    keys = np.empty(index.terms.shape[2])
    last = len(own_keys)
    inside, boxes, nodes = 0, 0, 0
    box = 0
    while box < len(index.skips):
        boxes += 1
        first, end = index.firsts[box], index.ends[box]
        least = least_key(index.bounds, box, at, short, t)
        slot = first_not_below(own_keys, 0, last, least)
        if slot == 0 or least >= nearest[slot]:
            largest = largest_key(index.bounds, box, at, short, t)
            if (slot == last or largest <= own_keys[slot]) and (largest < 1 or least >= 1):
                intruders[slot] += end - first
                inside += (end - first) * (largest < 1)
                box = index.skips[box]
                continue
        box += 1
        leaf = index.leaves[box - 1]
        if leaf < 0:
            continue
        nodes += end - first
        keys_of_leaf(index.terms[leaf], at, short, t, keys)
        for j in range(end - first):
            key = keys[j]
            inside += key < 1
            place = first_not_below(own_keys, slot, last, key)
            intruders[place] += 1
            if key < nearest[place] and related[index.nodes[first + j]] != stamp:
                nearest[place] = key
    return inside, boxes, nodes
