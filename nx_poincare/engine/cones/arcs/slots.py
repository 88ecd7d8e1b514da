"""Kernels of the nested arcs: how wide a slot every node asks for, where it goes, and radii that grow."""

from __future__ import annotations

import math

import numpy as np

from nx_poincare.utils.compiled import kernel

__all__ = ["make_radii_grow", "place_slots", "slot_sizes"]


@kernel(work=lambda nodes, _, children, *__: len(nodes) + len(children))
def slot_sizes(  # type: ignore[no-untyped-def]
    nodes, starts, children, leaf_counts, pads, log_inner, most_excess, heavy, least_saving, sizes, left_counts
):
    """Logarithms of the slots, bottom up, and how many of the ordered children go to the left.

    Fills `sizes` and `left_counts` for the given nodes, of which every parent comes before its
    children; those of all other nodes below them must be there.

    Pads are logarithms, too; an empty array: there are none. Without counts of leaves all nodes have their own slots.

    An inner node's slot is twice the larger side plus its own slot and pads. Where that exceeds
    the leaves below by more than `most_excess`, or a heavy node saves much, the node shares the
    direction of its child number i and marks that with a left count of -1 - i. Logarithms, because
    a chain doubles its slot at every level.
    """
    most = 0
    for v in nodes:
        most = max(most, starts[v + 1] - starts[v])
    shares = np.empty(most)  # of the widest child's slot
    for i in range(len(nodes) - 1, -1, -1):
        v = nodes[i]
        first, end = starts[v], starts[v + 1]
        left_counts[v] = 0
        if first == end:
            sizes[v] = math.log(1.0 + 2 * math.exp(pads[v])) if len(pads) > 0 else 0.0
            continue
        widest = -np.inf
        for j in range(first, end):
            widest = max(widest, sizes[children[j]])
        pad = math.exp(pads[v] - widest) if len(pads) > 0 else 0.0
        total = 0.0
        for j in range(first, end):
            shares[j - first] = math.exp(sizes[children[j]] - widest)
            total += shares[j - first]
        left = 0.0
        larger = total
        for j in range(first, end):
            left += shares[j - first]
            if max(left, total - left) < larger:
                larger = max(left, total - left)
                left_counts[v] = j + 1 - first
        sizes[v] = widest + math.log(2 * larger + math.exp(log_inner - widest) + 2 * pad)
        if len(leaf_counts) == 0:
            continue
        # Sharing the direction of a child, with the other children beside it.
        left = 0.0
        smallest = np.inf
        central = 0
        for j in range(first, end):
            size = shares[j - first]
            around = size + 2 * max(left, total - left - size)
            if around < smallest:
                smallest = around
                central = j - first
            left += size
        shared = widest + math.log(smallest + 2 * pad)
        is_heavy = leaf_counts[v] > heavy and sizes[v] - shared > least_saving
        if is_heavy or sizes[v] - math.log(leaf_counts[v]) > most_excess:
            sizes[v] = shared
            left_counts[v] = -1 - central


@kernel(work=lambda order, *_: 3 * len(order))
def place_slots(order, parents, starts, children, sizes, left_counts, log_inner, headroom):  # type: ignore[no-untyped-def]
    """Angles and half-widths of the slots, top down; how far each node's children reach replaces its size."""
    n = len(order)
    angles = np.zeros(n)
    slots = np.zeros(n)
    centre = n
    if starts[n + 1] - starts[n] == 1:
        centre = children[starts[n]]
        slots[centre] = np.pi
    _place_around_origin(children[starts[centre] : starts[centre + 1]], sizes, headroom, angles, slots)
    for i in range(n):
        v = order[i]
        first, end = starts[v], starts[v + 1]
        if v == centre or first == end:
            sizes[v] = 0.0
            continue
        before = first + left_counts[v]
        after = before
        if left_counts[v] < 0:  # no own slot: a child stands at the same angle, the others beside it
            before = first - 1 - left_counts[v]
            after = before + 1
            own = slots[v] * math.exp(sizes[children[before]] - sizes[v])
            slots[children[before]] = own
            angles[children[before]] = angles[v]
        else:
            if end - first == 1 and parents[v] >= 0 and angles[v] > angles[parents[v]]:
                # An only child turns back towards its grandparent, so that chains do not creep along an edge.
                before = after = end
            own = slots[v] * math.exp(log_inner - sizes[v])
        sizes[v] = _place_beside(v, own, children[first:before], children[after:end], sizes, angles, slots)
    return angles, slots


@kernel(inline="always")
def _place_around_origin(ring, sizes, headroom, angles, slots):  # type: ignore[no-untyped-def]
    """Share the circle among the roots, or the children of a single root."""
    widest = -np.inf
    for child in ring:
        widest = max(widest, sizes[child])
    total = 0.0
    for child in ring:
        total += math.exp(sizes[child] - widest)
    total = max(total, headroom)
    at = 0.0
    for child in ring:
        slots[child] = np.pi * math.exp(sizes[child] - widest) / total
        angles[child] = at + slots[child]
        at += 2 * slots[child]


@kernel(inline="always")
def _place_beside(v, own, left, right, sizes, angles, slots):  # type: ignore[no-untyped-def]
    """Place children of v, in order, on both sides of the part `own` around its angle; returns how far they reach."""
    left_edge = angles[v] - own
    right_edge = angles[v] + own
    for j in range(len(left) - 1, -1, -1):
        child = left[j]
        slots[child] = slots[v] * math.exp(sizes[child] - sizes[v])
        angles[child] = left_edge - slots[child]
        left_edge -= 2 * slots[child]
    for child in right:
        slots[child] = slots[v] * math.exp(sizes[child] - sizes[v])
        angles[child] = right_edge + slots[child]
        right_edge += 2 * slots[child]
    return max(angles[v] - left_edge, right_edge - angles[v])


@kernel(work=lambda order, *_: 2 * len(order))
def make_radii_grow(order, parents, radii, max_radius):  # type: ignore[no-untyped-def]
    """Make radii at most max_radius and grow along every tree path, in place, changed as little as that takes."""
    n = len(order)
    heights = np.zeros_like(order)
    for i in range(n - 1, -1, -1):
        v = order[i]
        if parents[v] >= 0:
            heights[parents[v]] = max(heights[parents[v]], heights[v] + 1)
    step = 1e-12  # a hundred times the difference that float64 resolves at radius 60
    for i in range(n):
        v = order[i]
        if parents[v] >= 0:
            radii[v] = max(radii[v], radii[parents[v]] + step)
        radii[v] = min(radii[v], max_radius - step * heights[v])
