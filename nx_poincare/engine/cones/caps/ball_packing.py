r"""Balls of given sizes packed around 0 in R^m.

A node's cap on the sphere S^(D-1), seen from its own direction by stereographic projection, is a
ball around 0 in R^m with m = D - 1 (see `nx_poincare.engine.cones.caps.nested_caps`). Its children's caps are
disjoint balls inside, and 0 itself, the node's own direction, lies in none of them. The size of a
leaf is 1, that of an inner node the extent of its children's packing; sizes are kept as logarithms,
since a chain doubles them at every node.

How children are packed, smallest innermost:

- the largest, up to 2m of them, on the axes, all touching the same outer sphere. Two balls of sizes
  a and b on different axes inside a sphere of radius E are disjoint when (E-a)^2 + (E-b)^2 >= (a+b)^2,
  that is E >= (a + b + sqrt((a+b)^2 + 4ab)) / 2; opposite ones only need E >= a + b;
- the others in size classes of factor 1.5, each on the points of the lattice D_m (integer points with
  even squared norm, smallest distance sqrt 2) by norm, from beyond the reach of the classes before;
  in the plane, and around a hole much wider than the balls, on concentric circles instead;
- or, where that is smaller, all but the 2m - 1 largest around each other in one ball, which takes an axis like
  these: small children beside a large one then cost it nothing.

On the line (m = 1) balls are intervals: side by side, outward from 0 on both sides, the largest first.

A node may do without a slot of its own: its largest child then sits at 0 and the others around it, and
sizes grow by addition along a path instead of doubling (`nx_poincare.engine.cones.caps.precision` decides which).
Or the child covers 0 in part, by its *overlap*: 1 at the centre, 0 where it only touches 0.
"""

from __future__ import annotations

import math

import numpy as np

from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.compiled import kernel

__all__ = ["log_extents", "place_children", "shell_counts"]

_GAP = 1e-6  # every contact is kept open by this part; float64 directions resolve it to radius 36
_SMALLEST = 1e-9  # of the largest sibling; smaller children get that much space
_CLASS = 1.5
_WIDE_HOLE = 24.0  # in units of the ball; circles may be better than the lattice from there on


def shell_counts(dim: int, count: int) -> FloatArray:
    """Number of points of D_m with squared norm up to 0, 2, 4, ...; enough for ``count`` balls around a hole.

    The number of integer points with squared norm q is the coefficient of x^q in (sum_j x^(j^2))^m.
    """
    if dim <= 2 or count <= 2 * dim:  # circles and axes need no lattice
        return np.ones(1)
    start = int(_WIDE_HOLE**2) + 2 * int(_WIDE_HOLE) + 4
    length = 2 * start
    while True:
        series = np.zeros(length + 1)
        series[0] = 1.0
        for _ in range(dim):
            longer = series.copy()
            for j in range(1, int(length**0.5) + 1):
                longer[j * j :] += 2 * series[: length + 1 - j * j]
            series = np.minimum(longer, 1e290)
        shells = np.cumsum(series[::2])
        if shells[-1] - shells[start // 2] >= count:
            return shells
        length *= 2


@kernel()
def _sorted_children(members, log_sizes):  # type: ignore[no-untyped-def]
    """Children by size, ascending (Shell's sort), and their sizes in units of the largest."""
    children = members.copy()
    gap = 1
    while 3 * gap < len(children):
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(gap, len(children)):
            child = children[i]
            j = i
            while j >= gap and log_sizes[children[j - gap]] > log_sizes[child]:
                children[j] = children[j - gap]
                j -= gap
            children[j] = child
        gap //= 3
    sizes = np.empty(len(children))
    for i in range(len(children)):
        sizes[i] = max(math.exp(log_sizes[children[i]] - log_sizes[children[-1]]), _SMALLEST)
    return children, sizes


@kernel()
def _circle_capacity(size, distance):  # type: ignore[no-untyped-def]
    """How many balls of this size fit on a circle around 0."""
    return int(np.pi / math.asin(size / distance) + 1e-9) if distance > size else 1


@kernel()
def _note(group, end, kind, a, b):  # type: ignore[no-untyped-def]
    group[0], group[1], group[2], group[3] = end, kind, a, b


@kernel()
def _plan_classes(sizes, dim, hole, shells, groups):  # type: ignore[no-untyped-def]
    """Groups of ascending sizes outside a hole of the given radius, how many groups, and how far they reach."""
    reach = hole
    used = 0
    first = 0
    while first < len(sizes):
        end = first + 1
        while end < len(sizes) and sizes[end] <= _CLASS * sizes[first]:
            end += 1
        size = sizes[end - 1] * (1 + _GAP)
        wanted = end - first
        extent = np.inf
        if dim > 2:
            spacing = np.sqrt(2.0) * max(size, reach / _WIDE_HOLE)
            steps = (reach + size) / spacing
            shell = max(int(np.ceil(steps * steps / 2)), 1)
            last = shell
            while shells[last] < shells[shell - 1] + wanted:
                last += 1
            extent = np.sqrt(2.0 * last) * spacing + size
            _note(groups[used], float(end), 1.0, spacing, 2.0 * shell)
        if dim == 2 or reach > _WIDE_HOLE * size:
            distance = reach + size
            if reach < size:
                distance = max(distance, size / math.sin(np.pi / wanted) if 1 < wanted <= 12 else 2 * size)
            begin = distance
            while wanted > 0:
                wanted -= _circle_capacity(size, distance)
                distance += 2 * size
            if distance - size < extent:
                extent = distance - size
                _note(groups[used], float(end), 2.0, size, begin)
        reach = extent * (1 + _GAP)
        used += 1
        first = end
    return used, reach


@kernel()
def _rim(first, third, reach):  # type: ignore[no-untyped-def]
    """Radius of the sphere that balls on the axes touch, outside a reach, from the largest and the third largest."""
    rim = reach + 2 * first
    if third > 0:
        both = first + third
        rim = max(rim, (both + np.sqrt(both * both + 4 * first * third)) / 2)
    return rim * (1 + _GAP)


@kernel()
def _plan(sizes, dim, hole, shells, groups, spare):  # type: ignore[no-untyped-def]
    """Groups of ascending sizes outside a hole of the given radius, and the extent of all.

    A row of ``groups`` is (end of the group, kind, a, b): kind 0 are axes with the rim at a; kind 1 lattice
    points of spacing a from squared norm b; kind 2 circles for size a from distance b; kind 3 axes with the rim at a,
    where all balls of the groups before lie around the last of them in one ball of radius b, on an axis as well.
    """
    if dim == 1:
        return _row_extent(sizes, hole) * (1 + _GAP)
    count = len(sizes)
    axes_from = max(count - 2 * dim, 0)
    if axes_from > 0 and sizes[axes_from - 1] * _CLASS >= sizes[-1]:
        axes_from = count
    used, reach = _plan_classes(sizes[:axes_from], dim, hole, shells, groups)
    if axes_from < count:
        reach = _rim(sizes[-1], sizes[-3] if count - axes_from > 2 else 0.0, reach)
        _note(groups[used], float(count), 0.0, reach, 0.0)
    if count > 2 * dim:
        alone = count - 2 * dim + 1  # these and larger ones
        used, ball = _plan_classes(sizes[: alone - 1], dim, sizes[alone - 1] * (1 + _GAP), shells, spare)
        first, third = max(ball, sizes[-1]), min(max(ball, sizes[-3]), sizes[-2])
        rim = _rim(first, third, hole)
        if rim < reach:
            reach = rim
            _note(spare[used], float(count), 3.0, rim, ball)
            groups[: used + 1] = spare[: used + 1]
    return reach * (1 + _GAP)


@kernel()
def _row_extent(sizes, hole):  # type: ignore[no-untyped-def]
    """How far intervals of ascending sizes reach on both sides of a hole, the largest next to it."""
    left, right = hole, hole
    for i in range(len(sizes) - 1, -1, -1):
        if right <= left:
            right += 2 * sizes[i] * (1 + _GAP)
        else:
            left += 2 * sizes[i] * (1 + _GAP)
    return max(left, right)


@kernel()
def _hole(overlap):  # type: ignore[no-untyped-def]
    """What the largest child takes around 0, its own size at an overlap of 1, twice that where it touches 0."""
    return (2.0 - overlap) * (1 + _GAP)


@kernel(work=lambda upwards, _, members, *__: 10 * len(upwards) + 10 * len(members))
def log_extents(upwards, starts, members, log_sizes, overlaps, needs_no_slot, shells, dim):  # type: ignore[no-untyped-def]
    """Fill log_sizes of the given inner nodes, children first; returns what giving up would gain."""
    groups, spare = np.empty((64, 4)), np.empty((64, 4))
    gains = np.zeros(len(log_sizes))
    for v in upwards:
        if starts[v] == starts[v + 1]:
            continue
        children, sizes = _sorted_children(members[starts[v] : starts[v + 1]], log_sizes)
        apart = _plan(sizes, dim, 0.0, shells, groups, spare)
        around = _plan(sizes[:-1], dim, 1 + _GAP, shells, groups, spare)
        if needs_no_slot[v]:
            overlaps[v] = 1.0 if around < apart else 0.0
        elif overlaps[v] == 0:
            gains[v] = math.log(apart / around)
        elif overlaps[v] < 1:
            around = min(_plan(sizes[:-1], dim, _hole(overlaps[v]), shells, groups, spare), apart)
        log_sizes[v] = log_sizes[children[-1]] + math.log(around if overlaps[v] > 0 else apart)
    return gains


@kernel()
def _place_lattice(children, spacing, shell, frame):  # type: ignore[no-untyped-def]
    """Points of D_m by norm from squared norm `shell`, one per child, found depth first."""
    dim = frame.shape[1] - 1
    point = np.zeros(dim, np.int64)
    left = np.zeros(dim, np.int64)
    placed = 0
    while True:
        j = 0
        left[0] = shell
        point[0] = 0
        while j >= 0:
            rest = left[j] - point[j] * point[j]
            if rest > 0 and j < dim - 1:
                j += 1
                left[j] = rest
                point[j] = 0
                continue
            if rest == 0:
                for k in range(j + 1):
                    frame[children[placed], 1 + k] = point[k] * spacing
                placed += 1
                if placed == len(children):
                    return
            elif rest < 0:
                j -= 1
            if j >= 0:  # 0, 1, -1, 2, -2, ...
                point[j] = -point[j] if point[j] > 0 else 1 - point[j]
        shell += 2


@kernel()
def _place_circles(children, size, distance, frame):  # type: ignore[no-untyped-def]
    """Balls of one size on concentric circles in the plane of the first two axes."""
    placed = 0
    while placed < len(children):
        here = min(_circle_capacity(size, distance), len(children) - placed)
        for i in range(here):
            frame[children[placed + i], 1] = distance * math.cos(2 * np.pi * i / here)
            frame[children[placed + i], 2] = distance * math.sin(2 * np.pi * i / here)
        placed += here
        distance += 2 * size


@kernel()
def _place_on_axes(children, sizes, first, rim, ball, frame):  # type: ignore[no-untyped-def]
    """Balls from `first` on the axes: +axis 1, -axis 1, +axis 2, ..., the largest first.

    A ball that is not 0, and holds all children before `first`, takes its turn.
    """
    place = 0
    for i in range(len(children) - 1, first - 2, -1):
        if ball > 0 and (i < first or ball >= sizes[i]):
            for child in children[:first]:
                frame[child, 1 + place // 2] += (rim - ball) * (1 - 2 * (place % 2))
            ball = 0.0
            place += 1
        if i >= first:
            frame[children[i], 1 + place // 2] = (rim - sizes[i]) * (1 - 2 * (place % 2))
            place += 1


@kernel()
def _place_in_row(children, sizes, hole, frame):  # type: ignore[no-untyped-def]
    """Intervals on the first axis, as `_row_extent` counts them."""
    left, right = hole, hole
    for i in range(len(children) - 1, -1, -1):
        half = sizes[i] * (1 + _GAP)
        if right <= left:
            frame[children[i], 1] = right + half
            right += 2 * half
        else:
            frame[children[i], 1] = -left - half
            left += 2 * half


@kernel(work=lambda order, _, members, *__: 10 * (len(order) + len(members)))
def place_children(order, starts, members, log_sizes, overlaps, levels, shells, frame, shares):  # type: ignore[no-untyped-def]
    """Centres and sizes of all children in units of their parent's extent; frame[:, 1:] starts as 0."""
    groups, spare = np.empty((64, 4)), np.empty((64, 4))
    dim = frame.shape[1] - 1
    for v in order:
        if starts[v] == starts[v + 1]:
            continue
        children, sizes = _sorted_children(members[starts[v] : starts[v + 1]], log_sizes)
        count, hole = len(children), 0.0
        if overlaps[v] > 0:
            count, hole = count - 1, _hole(overlaps[v])
        extent = _plan(sizes[:count], dim, hole, shells, groups, spare)
        if 0 < overlaps[v] < 1:
            apart = _plan(sizes, dim, 0.0, shells, groups, spare)
            if apart < extent:
                count, hole, extent = len(children), 0.0, apart
            else:
                extent = _plan(sizes[:count], dim, hole, shells, groups, spare)
                turn = levels[v] % 4 if dim > 1 else 0
                frame[children[-1], 1 + turn % 2] = (1 - overlaps[v]) * (1 if turn < 2 else -1)
        first = 0
        if dim == 1:
            _place_in_row(children[:count], sizes, hole, frame)
            first = count
        row = 0
        while first < count:
            end, kind, a, b = int(groups[row, 0]), groups[row, 1], groups[row, 2], groups[row, 3]
            if kind == 1:
                _place_lattice(children[first:end], a, int(b), frame)
            elif kind == 2:
                _place_circles(children[first:end], a, b, frame)
            elif kind == 0:
                _place_on_axes(children[:end], sizes, first, a, 0.0, frame)
            else:
                _place_on_axes(children[:end], sizes, first + 1, a, b, frame)
            first = end
            row += 1
        for i in range(len(children)):
            shares[children[i]] = sizes[i] / extent
            for k in range(1, dim + 1):
                frame[children[i], k] /= extent
