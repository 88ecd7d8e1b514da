r"""Nested caps: the closed form in three and more dimensions.

A point v at direction s and radius r is nearer to u than the origin exactly when u lies beyond the
perpendicular bisector of v and the origin. That half-space cuts a cap around s out of the sphere at
infinity, of half-angle w with T = tan(w/2) = exp(-r/2). Give every node a cap that holds its children's
caps, siblings disjoint, its own direction in no child's cap: then nested caps make nested half-spaces,
and at any radius

    v is an ancestor of u  <=>  d(u, v) < d(u, origin).

**A tree** gets such caps exactly. Stereographic projection from the point opposite to s_v maps caps to
balls and v's cap to the ball of radius T_v around 0 in R^(D-1), at every scale and without approximation.
The children's packing (`nx_poincare.engine.packing`), scaled to fill that ball, is mapped back: the ball
of radius b around c is the cap around the direction (1 - |c|^2 + b^2, 2c) / h with T = 2b / (h + 1 + |c|^2 - b^2),
where h^2 = (1 + |c|^2 - b^2)^2 + 4 b^2, and a Householder reflection turns the first axis to s_v.

**Any other graph** is split into its multi-parent skeleton and pure trees (`nx_poincare.engine.skeleton`).
"""

from __future__ import annotations

import logging

import numpy as np

from nx_poincare.compiled import kernel
from nx_poincare.dag import ClosureTooLargeError, Dag, IntArray
from nx_poincare.engine.geometry import FloatArray
from nx_poincare.engine.packing import measure, place
from nx_poincare.engine.skeleton import Skeleton, split

__all__ = ["nested_caps"]

_log = logging.getLogger(__name__)

_CONFORMAL_LOSS = 1.05  # bound of sum_i ln(1 + 4^-i): the caps of children off the centre shrink by 1 + |c|^2
_WIDEST = 0.5  # T of a child of the root at most
_MOST_PAIRS = 50_000_000  # of the skeleton's closure
_MOST_DISTANCES = 2_000_000_000  # coordinates compared to find clearances
_TRIES = 16


def nested_caps(
    dag: Dag, dim: int, *, max_radius: float, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    skeleton = split(dag)
    if len(skeleton.caps) == 0:
        return _tree_caps(dag, dim, max_radius)
    directions, radii = _skeleton_start(skeleton, dim, max_radius, rng)
    kappas, clearances = _clearances(skeleton, directions, radii, rng)
    return _expanded(dag, skeleton, directions, radii, kappas, clearances, max_radius)


def _skeleton_start(skeleton, dim, max_radius, rng):
    outer, spread = _start_scale(dim)
    outer = min(outer, max_radius / 2)
    below = _descendants(skeleton)
    dag = skeleton.dag
    caps = len(skeleton.caps)
    roots = dag.roots[dag.roots < caps]
    whole = below.max() + 1 if len(dag.roots) == 1 else dag.n + 1
    radii = outer * (1 - np.log(below + 1) / np.log(whole))
    directions = rng.standard_normal((dag.n, dim)) * (spread / np.sqrt(dim))
    if len(dag.roots) == 1:
        directions[roots] = 0
        directions[roots, 0] = 1
    _mean_rule(dag.order, dag.parent_starts, dag.parent_list, radii, directions)
    return directions, radii


def _start_scale(dim):
    share = np.clip((dim - 5) / 5, 0.0, 1.0)
    return 12.0 - 3.0 * share, 1.5 - 0.5 * share


def _descendants(skeleton):
    dag = skeleton.dag
    try:
        closure = dag.closure(_MOST_PAIRS)
    except ClosureTooLargeError:
        _log.info("levels")
        depth = dag.levels.max() - dag.levels
        return np.expm1(depth / max(depth.max(), 1) * np.log(dag.n + 1.0))
    return np.bincount(closure.indices, minlength=dag.n).astype(float)


def _clearances(skeleton, directions, radii, rng):
    caps = len(skeleton.caps)
    dag = skeleton.dag
    rows = np.arange(caps, dag.n)
    starts, ancestors = dag.ancestors_of(rows)
    noise = rng.standard_normal((len(rows), _TRIES, directions.shape[1]))
    noise *= 10.0 ** rng.uniform(-1, .5, (len(rows), _TRIES, 1)) / np.sqrt(directions.shape[1])
    noise[:, 0] = 0
    nearest = np.array([radii[dag.parent_list[dag.parent_starts[v]:dag.parent_starts[v+1]]].max(initial=0) for v in rows])
    noise *= np.exp(-nearest/2)[:, None, None]
    return _best_points(directions, np.exp(-radii[:caps]), np.sinh(radii[:caps])/2, caps, starts, ancestors, noise)


def _expanded(dag, skeleton, directions, radii, kappas, clearances, max_radius):
    n = dag.n
    forest = skeleton.forest
    dim = directions.shape[1]
    points = np.arange(n, forest.n)
    caps = len(skeleton.caps)
    half = np.minimum(0.45 * clearances, 0.5)
    slotless = np.zeros(forest.n, bool); slotless[points] = True
    budgets = np.zeros(forest.n)
    budgets[points] = max_radius/2 + np.log(half) - np.log(kappas)/2 - .05
    packing = measure(forest, dim-1, budgets, slotless)
    frame = np.zeros((forest.n, dim))
    shares = place(forest, packing, frame)
    frame[points] = directions[caps:]
    tangents = np.ones(forest.n)
    tangents[points] = np.minimum(half, np.exp(np.minimum(packing.log_sizes[points] - min(12, max_radius/3), 0)))
    owner = np.arange(forest.n)
    for v in forest.order:
        if forest.parent_starts[v] < forest.parent_starts[v+1]:
            owner[v] = owner[forest.parent_list[forest.parent_starts[v]]]
    out = unfold(forest, shares, frame, tangents)[:n]
    pure = np.ones(n, bool); pure[skeleton.caps] = False
    out[pure] += np.log(kappas)[owner[:n][pure]-n]
    out[skeleton.caps] = radii[:caps]
    frame[skeleton.caps] = directions[:caps]
    return frame[:n], settled(dag, out, max_radius)


@kernel()
def _mean_rule(order, starts, parents, radii, directions):  # type: ignore[no-untyped-def]
    for v in order:
        scale = 0.0
        for i in range(starts[v], starts[v + 1]):
            scale = max(scale, radii[parents[i]])
        if starts[v] < starts[v+1]:
            directions[v] *= np.exp(-scale / 2)
            total = 0.0
            for i in range(starts[v], starts[v + 1]):
                total += np.exp((radii[parents[i]]) / 2)
            for i in range(starts[v], starts[v + 1]):
                directions[v] += np.exp(radii[parents[i]] / 2) / total * directions[parents[i]]
        directions[v] /= np.sqrt(np.sum(directions[v] ** 2))


@kernel()
def _best_points(directions, falling, across, caps, starts, ancestors, noise):  # type: ignore[no-untyped-def]
    count, tries, dim = noise.shape
    kappas = np.ones(count)
    clear = np.ones(count)
    keys = np.empty(caps)
    related = np.full(caps, -1, np.int64)
    point = np.empty(dim)
    for i in range(count):
        own = ancestors[starts[i]:starts[i+1]]
        for a in own:
            related[a] = i
        own_keys = np.empty(len(own))
        best = np.inf
        start = directions[caps + i].copy()
        for t in range(tries):
            norm = 0.0
            for k in range(dim):
                point[k] = start[k] + noise[i, t, k]
                norm += point[k] ** 2
            for k in range(dim):
                point[k] /= np.sqrt(norm)
            for v in range(caps):
                gap = 0.0
                for k in range(dim):
                    gap += (point[k] - directions[v, k]) ** 2
                keys[v] = falling[v] + across[v] * gap
            for j in range(len(own)):
                own_keys[j] = keys[own[j]]
            own_keys.sort()
            intruders = np.zeros(len(own) + 1, np.int64)
            for v in range(caps):
                if related[v] != i:
                    intruders[np.searchsorted(own_keys, keys[v])] += 1
            excess = 0.0
            precision = 0.0
            near = 0
            fewest = caps + len(own)
            best_j = 0
            for j in range(len(own)):
                near += intruders[j]
                excess += near
                precision += (j + 1) / (j + 1 + near)
                if near + len(own) - 1 - j <= fewest:
                    fewest = near + len(own) - 1 - j
                    best_j = j
            cost = 0.0
            if len(own) > 0:
                cost = excess / len(own) + 10 * (1 - precision / len(own))
            if cost >= best:
                continue
            best = cost
            th = max(own_keys[best_j], 0.99) if len(own) else 0.5
            nb = 9 * th
            for v in range(caps):
                if related[v] != i and keys[v] > th:
                    nb = min(nb, keys[v])
            kappa = np.sqrt(th * nb)
            eps = 1.0
            for v in range(caps):
                width = abs(np.sqrt(keys[v]) - np.sqrt(kappa)) * np.sqrt(2 / max(across[v], 1e-12) / 2)
                if (related[v] == i) == (keys[v] < kappa):
                    eps = min(eps, width)
                if across[v] > 0:
                    eps = min(eps, np.sqrt(max(keys[v] - falling[v], 0) / across[v]))
            kappas[i] = kappa
            clear[i] = eps
            directions[caps + i] = point
    return kappas, clear


def _tree_caps(forest: Dag, dim: int, max_radius: float) -> tuple[FloatArray, FloatArray]:
    """Caps for a graph in which no node has two parents; see `nested_caps`."""
    roots = forest.roots
    tree = forest
    if len(roots) > 1:
        children = np.repeat(np.arange(forest.n), np.diff(forest.parent_starts))
        above = np.full(len(roots), forest.n)
        tree = Dag.from_edges(
            np.concatenate([forest.parent_list, above]), np.concatenate([children, roots]), forest.n + 1
        )
    top = tree.roots
    slotless = np.zeros(tree.n, dtype=np.bool_)
    slotless[top] = True
    budgets = np.full(tree.n, max_radius / 2 - _CONFORMAL_LOSS)
    packing = measure(tree, dim - 1, budgets, slotless)
    directions = np.zeros((tree.n, dim))
    shares = place(tree, packing, directions)
    directions[top, 0] = 1.0
    tangents = np.ones(tree.n)
    largest = np.max(shares[tree.child_list], initial=0.0)
    tangents[top] = min(1.0, _WIDEST / largest) if largest > 0 else 1.0
    radii = unfold(tree, shares, directions, tangents)
    radii[top] = 0.0
    return directions[: forest.n], settled(forest, radii[: forest.n], max_radius)


def unfold(forest: Dag, shares: FloatArray, frame: FloatArray, tangents: FloatArray) -> FloatArray:
    """Turn packings into directions top down, in place, from the directions and tangents of the roots.

    Parameters
    ----------
    forest : Dag
        Every node has one parent at most.
    shares : ndarray of float64, shape (n,)
        Size of each node in units of its parent's extent.
    frame : ndarray of float64, shape (n, dim)
        Directions of roots; for other nodes the centre in units of the parent's extent, from column 1 on.
        Holds the directions of all nodes afterwards.
    tangents : ndarray of float64, shape (n,)
        T of the roots; of all nodes afterwards.

    Returns
    -------
    ndarray of float64, shape (n,)
        Hyperbolic radii.
    """
    _unfold(forest.order, forest.parent_starts, forest.parent_list, shares, frame, tangents)
    return np.asarray(-2 * np.log(tangents), dtype=np.float64)


def settled(dag: Dag, radii: FloatArray, max_radius: float) -> FloatArray:
    """Radii clipped to the largest one and still strictly growing along every edge."""
    clipped = np.minimum(radii, max_radius)
    height = int(dag.levels.max(initial=0))
    step = min(1e-6, max_radius / (4 * max(height, 1)))
    _lower_parents(dag.order, dag.parent_starts, dag.parent_list, clipped, step)
    return clipped


@kernel()
def _unfold(order, parent_starts, parent_list, shares, frame, tangents):  # type: ignore[no-untyped-def]
    dim = frame.shape[1]
    for v in order:
        if parent_starts[v] == parent_starts[v + 1]:
            continue
        pole = frame[parent_list[parent_starts[v]]]
        scale = tangents[parent_list[parent_starts[v]]]
        ball = shares[v] * scale
        squared = 0.0
        along = 0.0
        for k in range(1, dim):
            frame[v, k] *= scale
            squared += frame[v, k] * frame[v, k]
            along += frame[v, k] * pole[k]
        wide = 1 + squared - ball * ball
        h = np.sqrt(wide * wide + 4 * ball * ball)
        tangents[v] = max(2 * ball / (h + wide), 1e-300)
        # c reflected into the tangent space of the pole, which keeps its length.
        sign = 1.0 if pole[0] >= 0 else -1.0
        near = (1 - squared + ball * ball) / h
        shift = along / (1 + abs(pole[0]))
        frame[v, 0] = near * pole[0] - 2 / h * sign * along
        norm = frame[v, 0] * frame[v, 0]
        for k in range(1, dim):
            frame[v, k] = near * pole[k] + 2 / h * (frame[v, k] - pole[k] * shift)
            norm += frame[v, k] * frame[v, k]
        norm = np.sqrt(norm)
        for k in range(dim):
            frame[v, k] /= norm


@kernel()
def _lower_parents(order, parent_starts, parent_list, radii, step):  # type: ignore[no-untyped-def]
    for i in range(len(order) - 1, -1, -1):
        v = order[i]
        for j in range(parent_starts[v], parent_starts[v + 1]):
            parent = parent_list[j]
            radii[parent] = max(min(radii[parent], radii[v] - step), 0.0)
