"""Space for new caps in those of several nodes, which need not be nested, and outside of those of others.

A node with several parents, as each node below a cycle is, should be in the caps of all of them. Directions in the caps
of its parents are tried: at random, and moved into the caps of the ancestors that they are not in. A horizon of its own
may hold ancestors whose caps the node is not in: directions are taken from which a horizon makes the fewest mistakes,
the clearest first, and new caps are made smaller by as much as the horizon is wider than the caps.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nx_poincare.engine.cones.free_space import FreePlaces, Surroundings, clearances_of, random_directions
from nx_poincare.utils.arrays import BoolArray, FloatArray, IntArray

__all__ = ["Caps", "common_places"]

_LEAST_CANDIDATES, _CANDIDATES_EACH, _MOST_CANDIDATES = 256, 16, 2048
_MOST_CENTRES = 8  # parents, the narrowest, in whose caps directions are tried
_MOST_PLACES = 64
_MOVES = 16  # of each direction, into the cap that it is farthest from
_MARGIN = 1.05  # of the key of the last ancestor, for the horizon behind it
_INSIDE = 0.1  # of a cap's half-angle, by which a direction is moved beyond its edge
_MOST_OTHERS = 1000  # nodes, the nearest


class Caps(NamedTuple):
    """Caps on the sphere."""

    directions: FloatArray  # (k, dim)
    half_angles: FloatArray  # (k,)

    def rows(self, rows: IntArray | BoolArray) -> Caps:
        """Some of them."""
        return Caps(self.directions[rows], self.half_angles[rows])


def common_places(
    ancestors: Caps, parents: IntArray, others: Caps, taken: Caps, count: int, rng: np.random.Generator
) -> FreePlaces | None:
    """Places for a number of caps in those of all ancestors and in none of the others, as far as there are any.

    Parameters
    ----------
    ancestors, others : Caps
        Of the nodes that are, and are not, to be above the new ones.
    parents : ndarray of int64
        Numbers of the ancestors in whose caps directions are tried.
    taken : Caps
        That have been given away already.
    count : int
        How many caps there will be, which may have to share places.
    rng : numpy.random.Generator

    Returns
    -------
    FreePlaces or None
        None where no direction is clear.
    """
    centres = ancestors.rows(parents[np.argsort(ancestors.half_angles[parents], kind="stable")[:_MOST_CENTRES]])
    others = others.rows(_nearest(others, centres))
    directions = _directions_within(centres, count, rng)
    directions = np.vstack([directions, _moved_into_all(directions, ancestors)])
    seen, seen_others = _seen_from(directions, ancestors), _seen_from(directions, others)
    mistakes, log_keys = _best_horizons(seen.keys, seen_others.keys)
    clear = np.minimum(_gaps(seen, log_keys), _gaps(seen_others, log_keys))
    clear = np.minimum(clear, clearances_of(directions, taken.directions, taken.half_angles))
    is_clear = clear > 0
    if not is_clear.any():
        return None
    best = np.flatnonzero(is_clear & (mistakes == mistakes[is_clear].min()))
    return _clearest(directions[best], np.minimum(clear[best], np.pi / 2), log_keys[best], count)


def _nearest(others: Caps, centres: Caps) -> IntArray:
    """Those of other nodes that are nearest to one of the centres' directions."""
    if len(others.half_angles) <= _MOST_OTHERS:
        return np.arange(len(others.half_angles))
    nearest = np.full(len(others.half_angles), np.inf)
    for direction in centres.directions:
        nearest = np.minimum(nearest, _seen_from(direction[None], others).keys[0])
    return np.sort(np.argpartition(nearest, _MOST_OTHERS)[:_MOST_OTHERS])


def _directions_within(centres: Caps, count: int, rng: np.random.Generator) -> FloatArray:
    """As many random directions in each cap."""
    drawn = min(_LEAST_CANDIDATES + _CANDIDATES_EACH * (count - 1), _MOST_CANDIDATES)
    each = -(-drawn // len(centres.half_angles))
    return np.vstack([
        random_directions(Surroundings(centre, float(half_angle), *centres, centres.directions), each, rng)[0]
        for centre, half_angle in zip(*centres, strict=True)
    ])  # fmt: skip


def _moved_into_all(directions: FloatArray, caps: Caps) -> FloatArray:
    """Directions moved, again and again, into the cap that each is farthest outside of."""
    directions = directions.copy()
    for _ in range(_MOVES):
        angles = _angles(directions, caps.directions)
        farthest = np.argmax(angles - caps.half_angles, axis=1)
        rows = np.arange(len(directions))
        angles, half_angles = angles[rows, farthest], caps.half_angles[farthest]
        moved = np.flatnonzero(angles > half_angles)
        if not len(moved):
            break
        angle, goal = angles[moved], (1 - _INSIDE) * half_angles[moved]
        on_the_way = (
            np.sin(goal)[:, None] * directions[moved]
            + np.sin(angle - goal)[:, None] * caps.directions[farthest[moved]]
        )  # fmt: skip
        directions[moved] = on_the_way / np.linalg.norm(on_the_way, axis=1, keepdims=True)
    return directions


class _Seen(NamedTuple):
    """Nodes seen from far out in some directions, shape (number of directions, number of nodes)."""

    keys: FloatArray  # by which they are in order of distance; below 1 inside of their caps
    angles: FloatArray
    half_angles: FloatArray  # (number of nodes,)


def _seen_from(directions: FloatArray, caps: Caps) -> _Seen:
    angles = _angles(directions, caps.directions)
    angular, width = np.sin(angles / 2) ** 2, np.tan(caps.half_angles / 2) ** 2
    return _Seen(angular / width + (1 - angular) * width, angles, caps.half_angles)


def _best_horizons(keys: FloatArray, keys_of_others: FloatArray) -> tuple[IntArray, FloatArray]:
    """How many answers about ancestors are wrong with the best horizon of each row, and the logarithm of its key.

    The key is at least 1, that of the edges of caps: from there on it is as small as the ancestors in it allow.
    """
    nearest, others = np.sort(keys, axis=1), np.sort(keys_of_others, axis=1)
    others = np.column_stack([others, np.full(len(others), np.inf)])
    rows, most = np.arange(len(keys)), keys.shape[1]
    least, log_keys = np.full(len(keys), most), np.zeros(len(keys))  # with all ancestors missed
    for place in range(most):
        before = (others <= nearest[:, place, None]).sum(axis=1)
        mistakes = before + most - 1 - place
        middle = np.sqrt(nearest[:, place] * others[rows, before])
        log_key = np.log(np.clip(middle, 1.0, np.maximum(_MARGIN * nearest[:, place], 1.0)))
        log_keys = np.where(mistakes < least, log_key, log_keys)
        least = np.minimum(least, mistakes)
    return np.asarray(least, dtype=np.int64), log_keys


def _gaps(seen: _Seen, log_keys: FloatArray) -> FloatArray:
    """Angle from each direction to the nearest place where the horizon would have a node come or go.

    The directions of the nodes are to be left uncovered, too.
    """
    if not seen.angles.shape[1]:
        return np.full(len(log_keys), np.inf)
    widths = np.tan(seen.half_angles / 2) ** 2
    angular = (np.exp(log_keys)[:, None] - widths) / (1 / widths - widths)
    reach = 2 * np.arcsin(np.sqrt(np.clip(angular, 0.0, 1.0)))
    return np.asarray(np.minimum(np.abs(seen.angles - reach), seen.angles).min(axis=1))


def _angles(directions: FloatArray, others: FloatArray) -> FloatArray:
    """Angles between directions and others, exact for small ones, shape (number of directions, number of others)."""
    squares = np.zeros((len(directions), len(others)))
    for axis in range(directions.shape[1]):
        squares += (directions[:, axis, None] - others[None, :, axis]) ** 2
    return 2 * np.arcsin(np.minimum(np.sqrt(squares) / 2, 1.0))


def _clearest(directions: FloatArray, clear: FloatArray, log_keys: FloatArray, count: int) -> FreePlaces:
    """The clearest of some directions, each time the clearest that is left beside the caps around those before."""
    clear, rows, found = clear.copy(), [], []
    for _ in range(min(count, _MOST_PLACES, len(clear))):
        best = int(clear.argmax())
        if clear[best] <= 0:
            break
        rows.append(best)
        found.append(float(clear[best]))
        clear = np.minimum(clear, clearances_of(directions, directions[best : best + 1], clear[best : best + 1]))
        clear[best] = -np.inf
    return FreePlaces(directions[rows], np.array(found), True, log_keys[rows])
