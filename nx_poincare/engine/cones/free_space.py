"""Free space for new caps: in the cap of a node beside the caps that are in it, or on the whole sphere.

In two dimensions it is what arcs leave free, in more what is found around random directions, the widest first. Where
caps touch and leave no space, a place is where they touch, outside of both; its width is then a part of the
angle to the nearest point, so that no point is in it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nx_poincare.utils.arrays import BoolArray, FloatArray

__all__ = ["FreePlaces", "Surroundings", "clearances_of", "free_places", "random_directions"]

_LEAST_CANDIDATES, _CANDIDATES_EACH, _MOST_CANDIDATES = 256, 16, 4096
_MOST_PLACES = 64  # in three and more dimensions; each holds any number of caps
_BLOCK = 4_000_000  # coordinates compared at once
_PART_OF_NEAREST = 0.25
_NARROWEST = 1e-100
_ROUNDING = 1e-8  # a direction drawn so close to the parent's, as one from the same seed may be, has no tangent
_NO_SPACE = 1e-3  # of the parent's cap or the angle to the nearest point: what rounding leaves between caps that touch


class Surroundings(NamedTuple):
    """A cap with what is taken of it; the whole sphere has no center."""

    center: FloatArray | None  # (dim,)
    half_angle: float
    taken: FloatArray  # (k, dim)
    half_angles: FloatArray  # (k,)
    points: FloatArray  # (m, dim), everything that no new cap should cover


class FreePlaces(NamedTuple):
    """Disjoint caps, at least one, and whether they lie in free space, which all or none of them do."""

    directions: FloatArray  # (p, dim)
    half_angles: FloatArray  # (p,)
    are_free: bool
    log_keys: FloatArray | None = None  # (p,), by which caps in them should be smaller, as radii grow; None: not at all


def free_places(around: Surroundings, count: int, rng: np.random.Generator) -> FreePlaces:
    """Places for a number of caps, which may have to share them."""
    if around.points.shape[1] == 2:
        directions, clearances = _on_arcs(around)
    else:
        directions, clearances = _on_caps(around, count, rng)
    best = np.argsort(-clearances, kind="stable")
    directions, clearances = directions[best], np.minimum(clearances[best], np.pi / 2)
    nearest = clearances_of(directions, around.points, np.zeros(len(around.points)))
    is_free = clearances > _NO_SPACE * np.minimum(np.minimum(nearest, np.pi), around.half_angle)
    if is_free.any():
        return FreePlaces(directions[is_free], clearances[is_free], True)
    touched = clearances >= clearances[0] - _NO_SPACE * around.half_angle
    widths = np.maximum(_PART_OF_NEAREST * nearest[touched], _NARROWEST)
    return FreePlaces(directions[touched], np.minimum(widths, np.pi / 2), False)


def _on_arcs(around: Surroundings) -> tuple[FloatArray, FloatArray]:
    """Middles of what arcs leave free of a circle or of an arc, and half-widths, not above 0 where they overlap."""
    center = np.array([1.0, 0.0]) if around.center is None else around.center
    across = center[0] * around.taken[:, 1] - center[1] * around.taken[:, 0]
    angles, widths = np.arctan2(across, around.taken @ center), around.half_angles  # exact for small angles
    low, high = -around.half_angle, around.half_angle
    if around.center is None and len(angles):  # all around, starting at an arc
        low, high = float(angles[0]), float(angles[0]) + 2 * np.pi
        turns = np.array([-2 * np.pi, 0.0, 2 * np.pi])
        angles, widths = (angles + turns[:, None]).ravel(), np.tile(widths, 3)
    middles, halves = _gaps(angles, widths, low, high)
    cos, sin = np.cos(middles), np.sin(middles)
    directions = np.column_stack([cos * center[0] - sin * center[1], sin * center[0] + cos * center[1]])
    return directions / np.linalg.norm(directions, axis=1, keepdims=True), halves


def _gaps(angles: FloatArray, widths: FloatArray, low: float, high: float) -> tuple[FloatArray, FloatArray]:
    """Middles and half-widths of the parts of an interval between one arc and the next."""
    order = np.argsort(angles - widths, kind="stable")
    starts = np.clip(np.concatenate([(angles - widths)[order], [high]]), low, high)
    ends = np.maximum.accumulate(np.clip(np.concatenate([[low], (angles + widths)[order]]), low, high))
    return (starts + ends) / 2, (starts - ends) / 2


def _on_caps(around: Surroundings, count: int, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """The clearest of random directions, each time the clearest that is left beside the caps around those before."""
    drawn = min(_LEAST_CANDIDATES + _CANDIDATES_EACH * (count - 1), _MOST_CANDIDATES)
    candidates, within = random_directions(around, drawn, rng)
    clearances = np.minimum(within, clearances_of(candidates, around.taken, around.half_angles))
    rows: list[int] = []
    found: list[float] = []
    for _ in range(min(count, _MOST_PLACES)):
        best = int(clearances.argmax())
        clearance = float(clearances[best])
        if found and clearance <= 0:
            break
        rows.append(best)
        found.append(clearance)
        beside = clearances_of(candidates, candidates[best : best + 1], np.array([max(clearance, 0.0)]))
        clearances = np.minimum(clearances, beside)
        clearances[best] = -np.inf
    return candidates[rows], np.array(found)


def random_directions(
    around: Surroundings, count: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray | float]:
    """Directions in a cap, evenly or half-way to its edge, or on the sphere, and how far each is from the edge."""
    dim = around.points.shape[1]
    drawn = rng.standard_normal((count, dim))
    if around.center is None:
        return _unit_rows(drawn, np.ones(count), np.eye(1, dim)[0]), np.pi / 2
    tangents = drawn - (drawn @ around.center)[:, None] * around.center
    tangents = _unit_rows(tangents, np.linalg.norm(drawn, axis=1), _unit_tangent(around.center))
    angles = around.half_angle * rng.uniform(size=count) ** (1 / (dim - 1))
    angles[::2] = (
        around.half_angle / 2
    )  # the widest cap beside the center is there, and hardly one that is drawn evenly
    directions = np.cos(angles)[:, None] * around.center + np.sin(angles)[:, None] * tangents
    return directions / np.linalg.norm(directions, axis=1, keepdims=True), around.half_angle - angles


def _unit_rows(rows: FloatArray, scales: FloatArray, otherwise: FloatArray) -> FloatArray:
    """Rows at length 1; a row that is nothing but rounding errors of numbers of its scale is replaced."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    is_lost: BoolArray = lengths <= _ROUNDING * scales[:, None]
    return np.where(is_lost, otherwise, rows / np.where(is_lost, 1.0, lengths))


def _unit_tangent(center: FloatArray) -> FloatArray:
    """A unit vector at right angles to a direction, near the axis that the direction is farthest from."""
    axis = int(np.abs(center).argmin())
    tangent = np.eye(len(center))[axis] - center[axis] * center
    return np.asarray(tangent / np.linalg.norm(tangent), dtype=np.float64)


def clearances_of(directions: FloatArray, taken: FloatArray, half_angles: FloatArray) -> FloatArray:
    """Angle from each direction to the nearest edge of the caps, negative inside of one."""
    clearances = np.full(len(directions), np.inf)
    step = max(1, _BLOCK // max(1, taken.size))
    for start in range(0, len(directions) if len(taken) else 0, step):
        block = directions[start : start + step]
        chords = np.linalg.norm(block[:, None] - taken[None], axis=2)
        angles = 2 * np.arcsin(np.minimum(chords / 2, 1.0))
        clearances[start : start + step] = (angles - half_angles).min(axis=1)
    return clearances
