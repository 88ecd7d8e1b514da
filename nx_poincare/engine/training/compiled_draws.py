"""The compiled loops that choose the nodes a row is trained with: its nearest ancestors, and random negatives."""

from __future__ import annotations

import numpy as np

from nx_poincare.utils.compiled import kernel

__all__ = ["alias_table", "draw_negatives", "draw_relatives", "mix_bits", "nearest_ancestors"]

_LOWER = np.uint64(0xFFFFFFFF)


@kernel(inline="always")
def mix_bits(x):  # type: ignore[no-untyped-def]
    """The finaliser of splitmix64 (Steele, Lea & Flood 2014): a random-looking bijection of 64 bits."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@kernel()
def alias_table(weights):  # type: ignore[no-untyped-def]
    """Walker's alias table (Vose 1991), to draw by weight in constant time with one look into memory.

    One word of 64 bits a node: a draw that hits node v with 32 random bits below the upper half gives v, else
    the node in the lower half.
    """
    n = len(weights)
    table = np.empty(n, np.uint64)
    if n == 0:
        return table
    thresholds = weights * (n / weights.sum())
    aliases = np.arange(n)
    small = np.empty(n, np.int64)
    large = np.empty(n, np.int64)
    smalls = larges = 0
    for v in range(n):
        if thresholds[v] < 1:
            small[smalls] = v
            smalls += 1
        else:
            large[larges] = v
            larges += 1
    while smalls > 0 and larges > 0:
        smalls -= 1
        v = small[smalls]
        donor = large[larges - 1]
        aliases[v] = donor
        thresholds[donor] -= 1 - thresholds[v]
        if thresholds[donor] < 1:
            larges -= 1
            small[smalls] = donor
            smalls += 1
    for i in range(smalls):  # rounding left these a little below 1
        thresholds[small[i]] = 1.0
    for v in range(n):
        bound = np.ceil(thresholds[v] * 2.0**32)
        if bound < 2.0**32:
            table[v] = (np.uint64(bound) << np.uint64(32)) | np.uint64(aliases[v])
        else:  # more than the half holds; whichever way the draw goes, it gives v
            table[v] = np.uint64(v)
    return table


@kernel()
def nearest_ancestors(parent_starts, parent_list, node, stamp, stamps, found):  # type: ignore[no-untyped-def]
    """Walk up from a node, breadth first, and collect ancestors until `found` is full."""
    count = 0
    done = -1
    v = node
    while True:
        for i in range(parent_starts[v], parent_starts[v + 1]):
            parent = parent_list[i]
            if stamps[parent] != stamp:
                if count == len(found):
                    return count
                stamps[parent] = stamp
                found[count] = parent
                count += 1
        done += 1
        if done >= count:
            return count
        v = found[done]


@kernel()
def draw_negatives(count, first, stamp, stamps, table, seed, chosen):  # type: ignore[no-untyped-def]
    """Fill `chosen[first:first + count]` with different nodes that are not stamped; returns how many.

    Drawing is given up after a bounded number of refusals; then the nodes are scanned from a
    random place on, so that a node related to nearly everything costs one pass at most and a
    node related to everything gets none.
    """
    n = len(table)
    state = seed
    drawn = 0
    if count == 0:
        return drawn
    for _ in range(8 * count):
        state += np.uint64(0x9E3779B97F4A7C15)
        bits = mix_bits(state)
        v = np.int64(((bits >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32))
        entry = table[v]
        alias = np.int64(entry & _LOWER)
        v = v if (bits & _LOWER) < (entry >> np.uint64(32)) else alias
        if stamps[v] != stamp:
            stamps[v] = stamp
            chosen[first + drawn] = v
            drawn += 1
            if drawn == count:
                return drawn
    start = np.int64(mix_bits(state) % np.uint64(n))
    for i in range(n):
        v = (start + i) % n
        if stamps[v] != stamp:
            stamps[v] = stamp
            chosen[first + drawn] = v
            drawn += 1
            if drawn == count:
                break
    return drawn


@kernel()
def draw_relatives(attempts, ancestors, total, stamp, stamps, children, chosen):  # type: ignore[no-untyped-def]
    """Append up to `attempts` nodes met on walks down from random ancestors; returns the new total.

    A walk starts at one of the first `ancestors` of `chosen`, each as likely, goes to a child drawn
    by weight, and ends after each step with probability 1/2, or at a leaf. It meets the siblings of
    the node and of its ancestors, which are what stands nearer than a true ancestor when a node
    lies in the wrong part of its branch. A walk that ends at a stamped node yields nothing.
    """
    starts, nodes, sums = children
    state = np.uint64(stamp) ^ np.uint64(0x5851F42D4C957F2D)
    for _ in range(attempts):
        state += np.uint64(0x9E3779B97F4A7C15)
        v = chosen[np.int64(((mix_bits(state) >> np.uint64(32)) * np.uint64(ancestors)) >> np.uint64(32))]
        while starts[v] < starts[v + 1]:
            state += np.uint64(0x9E3779B97F4A7C15)
            bits = mix_bits(state)
            low, high = starts[v], starts[v + 1]
            before = sums[low - 1] if low > 0 else 0.0
            level = before + (sums[high - 1] - before) * (np.float64(bits >> np.uint64(32)) * 2.0**-32)
            while high - low > 1:
                middle = (low + high) // 2
                if sums[middle - 1] <= level:
                    low = middle
                else:
                    high = middle
            v = nodes[low]
            if bits & np.uint64(1):
                break
        if stamps[v] != stamp:
            stamps[v] = stamp
            chosen[total] = v
            total += 1
    return total
