r"""Places for new nodes among points that stay where they are.

A new node hangs on one of its parents, and with all new nodes below it, it forms a new tree in the free space of that
parent's cap: between the caps of the children that are there, and beside the parent's own direction
(`nx_poincare.engine.cones.free_space`). The new trees of a parent share out the places that are free there, the wider
ones to those that need more, and in each place they are packed as those of a graph without points are
(`nx_poincare.engine.cones.caps.nested_caps`), in two dimensions as intervals. So the half-spaces of all others are
left alone, the order that they give stays true, and in the largest radius there is as much room as the place leaves: a
node on top of a deep branch that does not fit gives up its own slot, and its own row is no longer exact.

A parent's cap need not be in those of all ancestors where nodes have several parents, as below cycles, whose nodes are
all above what is below one of them. There, in three and more dimensions, trees with the same ancestors share places
that are in the caps of all these, as far as there are any (`nx_poincare.engine.cones.common_space`). That is done for
as many sets of ancestors as keep the work small, the highest first.

New roots, and children of a root at the origin, share the whole sphere. Places are used in part, so that later
nodes find some as well.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nx_poincare.engine.cones.caps.precision import pack_forest
from nx_poincare.engine.cones.caps.unfolding import unfold_packings
from nx_poincare.engine.cones.common_space import Caps, common_places
from nx_poincare.engine.cones.free_space import FreePlaces, Surroundings, free_places
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.tree_sums import path_sums, subtree_sums
from nx_poincare.engine.geometry.ball import half_angle
from nx_poincare.engine.geometry.half_spaces import is_above
from nx_poincare.utils.arrays import BoolArray, FloatArray, IntArray

__all__ = ["NewPlaces", "place_new_nodes"]

_SMALLEST_PART, _LARGEST_PART = 0.25, 0.9  # of a place, for a single leaf and for many nodes
_CONFORMAL_LOSS = 1.05  # of logarithms of sizes in a place that is half of the sphere
_MOST_SEARCHES = 256  # for places that several ancestors share; each looks at all nodes
_ORIGIN = -1


class NewPlaces(NamedTuple):
    """Points of all nodes, and which of the new ones are without room of their own."""

    directions: FloatArray  # (n, dim)
    radii: FloatArray  # (n,)
    are_crowded: BoolArray  # (n,)


class _Attached(NamedTuple):
    """Places in which new trees stand, and what stands where."""

    directions: FloatArray  # (p, dim)
    half_angles: FloatArray  # (p,)
    are_free: BoolArray  # (p,)
    log_keys: FloatArray  # (p,), by which radii are larger
    place_of: dict[int, int]  # from the top of each new tree


def place_new_nodes(
    dag: Dag,
    directions: FloatArray,
    radii: FloatArray,
    known: BoolArray,
    *,
    max_radius: float,
    rng: np.random.Generator,
) -> NewPlaces:
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
    attached = _attached_trees(dag, directions, radii, known, parents, rng)
    forest = _forest(parents, known, attached)
    at = np.arange(dag.n, forest.n)
    tangents = np.ones(forest.n)
    tangents[at] = np.tan(_used_half_angles(forest, attached) / 2)
    needs_no_slot = np.zeros(forest.n, dtype=np.bool_)
    needs_no_slot[at] = True
    budgets = np.full(forest.n, np.inf)
    budgets[at] = max_radius / 2 + np.log(tangents[at]) - 0.01 - _CONFORMAL_LOSS * tangents[at] - attached.log_keys / 2
    frame = np.empty((forest.n, directions.shape[1]))
    packing = pack_forest(forest, frame, budgets, needs_no_slot, evenly=True)
    frame[at] = attached.directions
    unfolded = unfold_packings(forest, packing.shares, frame, tangents)
    new = np.flatnonzero(~known)
    directions[new] = frame[new]
    unfolded += _above_all(forest, attached.log_keys)
    radii[new] = unfolded[new]
    is_free = _above_all(forest, attached.are_free)[: dag.n] > 0
    has_company = _above_all(forest, _counts(forest, len(at)))[: dag.n] > 1  # one alone stands where caps touch
    is_crowded = (packing.overlaps[: dag.n] > 0) | (has_company & ~is_free) | (unfolded[: dag.n] > max_radius)
    leaves = new[is_free[new] & (np.diff(forest.child_starts)[new] == 0)]
    radii[leaves] = np.maximum(radii[leaves], _typical_leaf_radius(dag, radii, known))
    for node in dag.order[~known[dag.order]].tolist():
        least = 0.0 if parents[node] < 0 else float(radii[parents[node]])
        radii[node] = max(least, min(float(radii[node]), max_radius))
    return NewPlaces(directions, radii, is_crowded & ~known)


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


def _attached_trees(
    dag: Dag, directions: FloatArray, radii: FloatArray, known: BoolArray, parents: IntArray, rng: np.random.Generator
) -> _Attached:
    """New trees by the places that are free below their parents."""
    sizes = _log_sizes(parents, known, directions.shape[1])
    place = np.empty(dag.n + 1, dtype=np.int64)
    place[dag.order], place[_ORIGIN] = np.arange(dag.n), -1
    trees_below: dict[tuple[int, tuple[int, ...]], list[int]] = {}
    for top in np.flatnonzero(~known & ((parents < 0) | known[parents])).tolist():
        parent = int(parents[top])
        is_central = parent < 0 or radii[parent] == 0
        needed = (
            () if is_central or directions.shape[1] == 2 else _ancestors_of_several_branches(dag, radii, known, top)
        )
        trees_below.setdefault((_ORIGIN if is_central else parent, needed), []).append(top)
    used_directions: list[FloatArray] = []
    used_half_angles: list[FloatArray] = []
    log_keys: list[FloatArray] = []
    are_free: list[bool] = []
    place_of: dict[int, int] = {}
    searches = 0
    for parent, needed in sorted(trees_below, key=lambda group: (place[group[0]], group[1])):
        tops = trees_below[parent, needed]
        places = None
        if needed and searches < _MOST_SEARCHES:
            searches += 1
            taken = Caps(np.vstack([directions[:0], *used_directions]), np.concatenate([[], *used_half_angles]))
            places = _common_places(dag, directions, radii, known, tops, np.array(needed), taken, rng)
        if places is None:
            places = free_places(_surroundings(dag, directions, radii, known, parent), len(tops), rng)
        tops.sort(key=lambda top: -sizes[top])
        shared = _shared_out(places, sizes[tops], directions.shape[1] - 1)
        used, numbers = np.unique(shared, return_inverse=True)
        place_of.update(zip(tops, (len(are_free) + numbers).tolist(), strict=True))
        used_directions.append(places.directions[used])
        used_half_angles.append(places.half_angles[used])
        log_keys.append(np.zeros(len(used)) if places.log_keys is None else places.log_keys[used])
        are_free.extend([places.are_free] * len(used))
    return _Attached(
        np.vstack(used_directions), np.concatenate(used_half_angles), np.array(are_free), np.concatenate(log_keys),
        place_of,
    )  # fmt: skip


def _ancestors_of_several_branches(dag: Dag, radii: FloatArray, known: BoolArray, top: int) -> tuple[int, ...]:
    """The known ancestors of a new node whose caps need not be nested; none if they are a path."""
    above = dag.ancestors_of(np.array([top]))[1]
    if max(len(dag.parents_of(node)) for node in [top, *above.tolist()]) < 2:
        return ()
    return tuple(np.sort(above[known[above] & (radii[above] > 0)]).tolist())


def _common_places(
    dag: Dag, directions: FloatArray, radii: FloatArray, known: BoolArray, tops: list[int], needed: IntArray,
    taken: Caps, rng: np.random.Generator,
) -> FreePlaces | None:  # fmt: skip
    """Places in the caps of all ancestors that new nodes need, and of no others."""
    is_needed = np.zeros(dag.n, dtype=np.bool_)
    is_needed[needed] = True
    others = np.flatnonzero(known & ~is_needed & (radii > 0))
    ancestors, rest = (Caps(directions[rows], np.asarray(half_angle(radii[rows]))) for rows in (needed, others))
    direct = np.unique(np.concatenate([dag.parents_of(top) for top in tops]))
    parents = np.flatnonzero(np.isin(needed, direct))
    return common_places(ancestors, parents, rest, taken, len(tops), rng)


def _log_sizes(parents: IntArray, known: BoolArray, dim: int) -> FloatArray:
    """Logarithms of the sizes of the new trees, in leaves, if every node keeps a slot of its own."""
    children = np.flatnonzero(~known & (parents >= 0) & ~known[parents])
    forest = Dag.from_edges(parents[children], children, len(parents))
    unlimited, all_keep = np.full(forest.n, np.inf), np.zeros(forest.n, dtype=np.bool_)
    return pack_forest(forest, np.empty((forest.n, dim)), unlimited, all_keep).log_sizes


def _shared_out(places: FreePlaces, log_sizes: FloatArray, axes: int) -> IntArray:
    """For each tree, the largest first, the place that is then least full, by volumes in so many dimensions."""
    room = axes * np.log(places.half_angles)
    volumes = axes * log_sizes
    filled = np.full(len(room), -np.inf)
    chosen = np.empty(len(volumes), dtype=np.int64)
    for i, volume in enumerate(volumes.tolist()):
        fuller = np.logaddexp(filled, volume - room)
        chosen[i] = int(fuller.argmin())
        filled[chosen[i]] = fuller[chosen[i]]
    return chosen


def _forest(parents: IntArray, known: BoolArray, attached: _Attached) -> Dag:
    """The new trees, below places that are numbered after the nodes; known nodes are isolated."""
    n = len(parents)
    children = np.flatnonzero(~known & (parents >= 0) & ~known[parents])
    tops = np.fromiter(attached.place_of, dtype=np.int64, count=len(attached.place_of))
    at = n + np.fromiter(attached.place_of.values(), dtype=np.int64, count=len(tops))
    above, below = np.concatenate([parents[children], at]), np.concatenate([children, tops])
    return Dag.from_edges(above, below, n + len(attached.half_angles))


def _counts(forest: Dag, places: int) -> IntArray:
    """Number of nodes that stand in each place."""
    ones = np.ones(forest.n, dtype=np.int64)
    return np.asarray(subtree_sums(forest.order, forest.first_parents, ones)[forest.n - places :] - 1, dtype=np.int64)


def _used_half_angles(forest: Dag, attached: _Attached) -> FloatArray:
    """Half-angles of what is used of each place: the more, the more nodes stand there."""
    count = _counts(forest, len(attached.half_angles))
    part = _LARGEST_PART - (_LARGEST_PART - _SMALLEST_PART) / np.maximum(count, 1)
    return np.where(attached.are_free, part, 1.0) * attached.half_angles


def _above_all(forest: Dag, of_places: FloatArray | IntArray | BoolArray) -> FloatArray:
    """For each node of the forest what its place has; 0 for those without one."""
    own = np.zeros(forest.n)
    own[forest.n - len(of_places) :] = of_places
    return np.asarray(path_sums(forest.order, forest.first_parents, own))


def _typical_leaf_radius(dag: Dag, radii: FloatArray, known: BoolArray) -> float:
    leaves = known & (np.diff(dag.child_starts) == 0)
    return float(np.median(radii[leaves])) if leaves.any() else 0.0


def _surroundings(dag: Dag, directions: FloatArray, radii: FloatArray, known: BoolArray, parent: int) -> Surroundings:
    """The cap of a parent, or the sphere, and the caps of children that are in it."""
    if parent >= 0:
        children = dag.child_list[dag.child_starts[parent] : dag.child_starts[parent + 1]]
        children = children[known[children]]
        own = directions[parent]
        taken = np.vstack([own, directions[children]])  # the parent's own direction stays free, too
        widths = np.concatenate([[0.0], half_angle(radii[children])])
        return Surroundings(own, float(half_angle(radii[parent])), taken, widths, directions[known])
    roots = dag.roots[known[dag.roots]]
    central = roots[radii[roots] == 0]
    below = [dag.child_list[dag.child_starts[root] : dag.child_starts[root + 1]] for root in central.tolist()]
    top = np.unique(np.concatenate([roots[radii[roots] > 0], *below]).astype(np.int64))
    top = top[known[top] & (radii[top] > 0)]
    widths, others = np.asarray(half_angle(radii[top])), directions[known & (radii > 0)]
    return Surroundings(None, np.pi, directions[top], widths, others)
