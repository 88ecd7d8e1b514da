r"""Places for new nodes among points that stay where they are.

A new node hangs on one of its parents and gets a cap of its own in the free space of the parent's
cap: between the caps of the children that are there, and beside the parent's own direction. Where
such space exists, the half-spaces of all others are left alone, and the order that they give stays
true (`nx_poincare.engine.cones.arcs.nested_arcs`). In two dimensions the space is the widest free arc; in more, the
clearest of random directions. Where caps touch and leave no space, a new node stands where they
touch, outside of both, at a radius that is small enough to see them apart: a half-space reaches less far to
the sides of points that are nearer. New roots, and children of a root at the origin, share the whole
sphere. Caps are a part of the space, so that later nodes find some as well.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.geometry.ball import half_angle, radius_of_half_angle
from nx_poincare.engine.geometry.half_spaces import is_above
from nx_poincare.utils.arrays import BoolArray, FloatArray, IntArray

__all__ = ["place_new_nodes"]

_LEAF_SHARE = 0.25  # of the half-angle that is free
_LARGEST_SHARE = 0.9
_CANDIDATES, _CANDIDATES_EACH = 256, 16  # directions to choose from, and more for every further node
_BLOCK = 4_000_000  # coordinates compared at once
_NARROWEST = 1e-100
_ROUNDING = 1e-8  # a direction drawn so close to the parent's, as one from the same seed may be, has no tangent
_NO_SPACE = 1e-3  # of the parent's cap or the angle to the nearest point: what rounding leaves between caps that touch


class _FreeSpace(NamedTuple):
    """A cap without what is taken of it; the whole sphere has no center."""

    center: FloatArray | None  # (dim,)
    half_angle: float
    taken: FloatArray  # (k, dim)
    half_angles: FloatArray  # (k,)
    points: FloatArray  # (m, dim), everything that no new cap should cover


class _Place(NamedTuple):
    """A cap of a new node, and whether it lies in free space."""

    direction: FloatArray
    half_angle: float
    is_free: bool


def place_new_nodes(
    dag: Dag,
    directions: FloatArray,
    radii: FloatArray,
    known: BoolArray,
    *,
    max_radius: float,
    rng: np.random.Generator,
) -> tuple[FloatArray, FloatArray]:
    """Directions and radii in which the rows that are not known are placed by their parents.

    A new node above known ones is placed as any other, by its own parents.

    Parameters
    ----------
    dag : Dag
    directions : ndarray of float64, shape (n, dim)
    radii : ndarray of float64, shape (n,)
        Rows that are not known may hold anything.
    known : ndarray of bool, shape (n,)
    max_radius : float
        Largest radius of new nodes, unless a parent's is larger already.
    rng : numpy.random.Generator
        For three and more dimensions.
    """
    directions, radii = directions.copy(), radii.copy()
    parents = _main_parents(dag, directions, radii, known)
    sizes = _sizes(dag, parents, known)
    at_origin = known & (radii == 0)
    waiting: dict[int, list[int]] = {}
    for node in np.flatnonzero(~known).tolist():
        parent = int(parents[node])
        waiting.setdefault(-1 if parent < 0 or at_origin[parent] else parent, []).append(node)
    leaf_radius = _typical_leaf_radius(dag, radii, known)
    for parent in [-1, *dag.order.tolist()]:
        children = waiting.get(parent, [])
        if not children:
            continue
        space = _free_space(dag, directions, radii, known, parent)
        children.sort(key=lambda node: -sizes[node])
        least = 0.0 if parent < 0 else float(radii[parent])
        for node, place in zip(children, _places_of_children(space, sizes[children], rng), strict=True):
            radius = float(radius_of_half_angle(min(place.half_angle, np.pi / 2)))
            wanted = max(radius, leaf_radius) if sizes[node] == 1 and place.is_free else radius
            directions[node] = place.direction
            radii[node] = max(least, min(wanted, max_radius))
    return directions, radii


def _main_parents(dag: Dag, directions: FloatArray, radii: FloatArray, known: BoolArray) -> IntArray:
    """The parent that each new node hangs on, -1 without any: the one below most of the node's other ancestors."""
    parents = np.full(dag.n, -1, dtype=np.int64)
    for node in np.flatnonzero(~known).tolist():
        choice = dag.parents_of(node)
        placed = choice[known[choice]]
        if not len(placed):
            parents[node] = choice[0] if len(choice) else -1
            continue
        above = dag.ancestors_of(np.array([node]))[1]
        above = above[known[above]]
        held = [int(np.sum(is_above(directions[above], radii[above], directions[p], radii[p]))) for p in placed]
        parents[node] = max(zip(held, radii[placed], -placed, strict=True))[2] * -1
    return parents


def _sizes(dag: Dag, parents: IntArray, known: BoolArray) -> IntArray:
    """New nodes that hang below each new node, itself included."""
    sizes = np.where(known, 0, 1)
    for node in dag.order[::-1].tolist():
        if not known[node] and parents[node] >= 0 and not known[parents[node]]:
            sizes[parents[node]] += sizes[node]
    return sizes


def _typical_leaf_radius(dag: Dag, radii: FloatArray, known: BoolArray) -> float:
    leaves = known & (np.diff(dag.child_starts) == 0)
    return float(np.median(radii[leaves])) if leaves.any() else 0.0


def _free_space(dag: Dag, directions: FloatArray, radii: FloatArray, known: BoolArray, parent: int) -> _FreeSpace:
    """The cap of a parent, or the sphere, and the caps of children that are in it."""
    if parent >= 0:
        children = dag.child_list[dag.child_starts[parent] : dag.child_starts[parent + 1]]
        children = children[known[children]]
        own = directions[parent]
        taken = np.vstack([own, directions[children]])  # the parent's own direction stays free, too
        widths = np.concatenate([[0.0], half_angle(radii[children])])
        return _FreeSpace(own, float(half_angle(radii[parent])), taken, widths, directions[known])
    roots = dag.roots[known[dag.roots]]
    central = roots[radii[roots] == 0]
    below = [dag.child_list[dag.child_starts[root] : dag.child_starts[root + 1]] for root in central.tolist()]
    top = np.unique(np.concatenate([roots[radii[roots] > 0], *below]).astype(np.int64))
    top = top[known[top] & (radii[top] > 0)]
    return _FreeSpace(None, np.pi, directions[top], np.asarray(half_angle(radii[top])), directions[known & (radii > 0)])


def _places_of_children(space: _FreeSpace, sizes: IntArray, rng: np.random.Generator) -> list[_Place]:
    """Caps of several nodes, the largest first."""
    remaining = np.cumsum(sizes[::-1])[::-1]
    grown = _LEAF_SHARE + (_LARGEST_SHARE - _LEAF_SHARE) * sizes / remaining
    shares = np.where(sizes == 1, _LEAF_SHARE, grown).tolist()
    return _on_arcs(space, shares) if space.points.shape[1] == 2 else _on_caps(space, shares, rng)


def _place(space: _FreeSpace, direction: FloatArray, free: float, share: float) -> _Place:
    """A part of the free space in a direction, or of what no point is in."""
    if free > _NO_SPACE * space.half_angle:
        return _Place(direction, share * free, True)
    nearest = float(_clearances(direction[None], space.points, np.zeros(len(space.points)))[0])
    if free > _NO_SPACE * min(nearest, np.pi):
        return _Place(direction, share * free, True)
    return _Place(direction, max(_LEAF_SHARE * nearest, _NARROWEST), False)


def _on_arcs(space: _FreeSpace, shares: list[float]) -> list[_Place]:
    """Caps in the widest free arcs of a circle or of an arc."""
    center = np.array([1.0, 0.0]) if space.center is None else space.center
    across = center[0] * space.taken[:, 1] - center[1] * space.taken[:, 0]
    angles, widths = np.arctan2(across, space.taken @ center), space.half_angles  # exact for small angles
    low, high = -space.half_angle, space.half_angle
    turns = np.zeros(1)
    if space.center is None and len(angles):  # all around, starting at a cap
        low, high = float(angles[0]), float(angles[0]) + 2 * np.pi
        turns = np.array([-2 * np.pi, 0.0, 2 * np.pi])
        angles, widths = (angles + turns[:, None]).ravel(), np.tile(widths, 3)
    placed = []
    for share in shares:
        middle, free = _widest_gap(angles, widths, low, high)
        turn = np.array([[np.cos(middle), -np.sin(middle)], [np.sin(middle), np.cos(middle)]])
        direction = turn @ center
        placed.append(_place(space, direction / np.linalg.norm(direction), free, share))
        angles = np.concatenate([angles, middle + turns])
        widths = np.concatenate([widths, np.full(len(turns), placed[-1].half_angle)])
    return placed


def _widest_gap(angles: FloatArray, widths: FloatArray, low: float, high: float) -> tuple[float, float]:
    """Middle and half-width of the widest part of an interval that no arc covers; not above 0 if there is none."""
    order = np.argsort(angles - widths, kind="stable")
    starts = np.clip(np.concatenate([(angles - widths)[order], [high]]), low, high)
    ends = np.maximum.accumulate(np.clip(np.concatenate([[low], (angles + widths)[order]]), low, high))
    gaps = starts - ends
    widest = int(gaps.argmax())
    return float((starts[widest] + ends[widest]) / 2), float(gaps[widest] / 2)


def _on_caps(space: _FreeSpace, shares: list[float], rng: np.random.Generator) -> list[_Place]:
    """Caps at the clearest of random directions, each time the clearest that is left."""
    count = _CANDIDATES + _CANDIDATES_EACH * (len(shares) - 1)
    candidates, within = _random_directions(space, count, rng)
    clearances = np.minimum(within, _clearances(candidates, space.taken, space.half_angles))
    placed = []
    for share in shares:
        best = int(clearances.argmax())
        placed.append(_place(space, candidates[best], float(clearances[best]), share))
        taken = _clearances(candidates, candidates[best : best + 1], np.array([placed[-1].half_angle]))
        clearances = np.minimum(clearances, taken)
        clearances[best] = -np.inf
    return placed


def _random_directions(
    space: _FreeSpace, count: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray | float]:
    """Directions evenly in a cap, or on the sphere, and how far each is from the edge of the cap."""
    dim = space.points.shape[1]
    drawn = rng.standard_normal((count, dim))
    if space.center is None:
        return _unit_rows(drawn, np.ones(count), np.eye(1, dim)[0]), np.pi / 2
    tangents = drawn - (drawn @ space.center)[:, None] * space.center
    tangents = _unit_rows(tangents, np.linalg.norm(drawn, axis=1), _unit_tangent(space.center))
    angles = space.half_angle * rng.uniform(size=count) ** (1 / (dim - 1))
    directions = np.cos(angles)[:, None] * space.center + np.sin(angles)[:, None] * tangents
    return directions / np.linalg.norm(directions, axis=1, keepdims=True), space.half_angle - angles


def _unit_rows(rows: FloatArray, scales: FloatArray, otherwise: FloatArray) -> FloatArray:
    """Rows at length 1; a row that is nothing but rounding errors of numbers of its scale is replaced."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    is_lost = lengths <= _ROUNDING * scales[:, None]
    return np.where(is_lost, otherwise, rows / np.where(is_lost, 1.0, lengths))


def _unit_tangent(center: FloatArray) -> FloatArray:
    """A unit vector at right angles to a direction, near the axis that the direction is farthest from."""
    axis = int(np.abs(center).argmin())
    tangent = np.eye(len(center))[axis] - center[axis] * center
    return np.asarray(tangent / np.linalg.norm(tangent), dtype=np.float64)


def _clearances(directions: FloatArray, taken: FloatArray, half_angles: FloatArray) -> FloatArray:
    """Angle from each direction to the nearest edge of the caps, negative inside of one."""
    clearances = np.full(len(directions), np.inf)
    step = max(1, _BLOCK // max(1, taken.size))
    for start in range(0, len(directions) if len(taken) else 0, step):
        block = directions[start : start + step]
        chords = np.linalg.norm(block[:, None] - taken[None], axis=2)
        angles = 2 * np.arcsin(np.minimum(chords / 2, 1.0))
        clearances[start : start + step] = (angles - half_angles).min(axis=1)
    return clearances
