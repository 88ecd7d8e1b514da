"""Rows of small skeletons: how they look around and pull, and their keys by brute force."""

import networkx as nx
import numpy as np

from nx_poincare.engine.cones.skeleton.gradients import pull_rows
from nx_poincare.engine.cones.skeleton.ranks import NearCaps, look_at_rows
from nx_poincare.engine.cones.skeleton.split import pure_tree_depths, split
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.ranking.keys import candidates

WINDOW, MOST_NEAR = 3.0, 128
LARGEST_LOG_RATIO, LEAST_LOG_RATIO = 8.8, -5.0  # beyond which a violation is its logarithm, or none


def graph(n, second, seed):
    """Edges of a random recursive tree, some of its nodes with a second parent."""
    rng = np.random.default_rng(seed)
    edges = [(int(rng.integers(v)), v) for v in range(1, n)]
    edges += [(int(rng.integers(v)), v) for v in range(2, n) if rng.random() < second]
    return nx.DiGraph(edges)


def skeleton_of(G):
    return split(Dag.from_edges(*np.array(G.edges).T, len(G)))


def points(skeleton, dim, seed, largest=3.0):
    rng = np.random.default_rng(seed)
    directions = rng.normal(size=(skeleton.dag.n, dim))
    radii = rng.uniform(0.0, largest, len(skeleton.caps))
    return directions / np.linalg.norm(directions, axis=1, keepdims=True), radii


def all_weights(skeleton):
    return np.concatenate([np.ones(len(skeleton.caps)), skeleton.weights])


class Pass:
    """A look of all rows or some, and how they pull then."""

    def __init__(
        self, skeleton, directions, radii, log2_sharpness=3, emphasis=0.4, sample_seed=0, resting=None, rows=None,
        origin_weight=0.0,
    ):  # fmt: skip
        n = skeleton.dag.n
        rows = np.arange(n) if rows is None else np.asarray(rows)
        caps = candidates(directions[: len(radii)], radii)
        ancestry, weights = skeleton.dag.ancestors_of(np.arange(n)), all_weights(skeleton)
        several = len(skeleton.dag.roots) > 1
        own_starts = np.concatenate([[0], np.cumsum(np.diff(ancestry[0])[rows])])
        own, by_key = np.full((3, len(rows)), -7.0), np.empty(own_starts[-1], dtype=np.int64)
        counts, exact, strides = np.zeros((3, len(rows)), dtype=np.int64)
        listed = look_at_rows(
            directions, caps, rows, ancestry, pure_tree_depths(skeleton), weights, WINDOW, several, sample_seed,
            *own, by_key, counts, exact, strides,
        )  # fmt: skip
        self.excess, self.precision, self.misplaced = scores = np.full((3, n), -7.0)
        scores[:, rows] = own
        self.near = NearCaps(np.concatenate([[0], np.cumsum(counts)]), listed, exact, strides)
        self.resting = np.zeros(len(rows), dtype=np.int64) if resting is None else resting
        self.gradient, self.radial_gradient = np.zeros_like(directions), np.zeros_like(radii)
        self.loss, self.work = pull_rows(
            directions, caps, rows, (own_starts, by_key), self.near, weights, log2_sharpness, emphasis,
            (origin_weight, several), self.resting, self.gradient, self.radial_gradient,
        )  # fmt: skip


def keys_of(directions, radii):
    """K of every row (first axis) and cap, with t = 1 for attach points."""
    caps = len(radii)
    t = np.ones(len(directions))
    t[:caps] = np.tanh(radii)
    gaps = np.sum((directions[:, None] - directions[None, :caps]) ** 2, axis=2)
    t = t[:, None]
    return np.exp(radii) / 2 * (1 - t) + np.exp(-radii) / 2 * (1 + t) + t * np.sinh(radii) / 2 * gaps


def relations(skeleton):
    """Which caps are ancestors of each row, and which are neither these nor the row itself."""
    dag, caps = skeleton.dag, len(skeleton.caps)
    oracle = nx.DiGraph()
    oracle.add_nodes_from(range(dag.n))
    oracle.add_edges_from((int(p), v) for v in range(dag.n) for p in dag.parents_of(v))
    above = np.zeros((dag.n, caps), dtype=bool)
    for v in oracle:
        above[v, list(nx.ancestors(oracle, v))] = True
    return above, ~above & ~np.eye(dag.n, caps, dtype=bool)


def repelling(keys, above, others):
    """Caps within the window of each row: fixed while the points move, the edge of the window has no gradient."""
    farthest = np.where(above, keys, 0.0).max(axis=1, keepdims=True)
    return others & (keys < WINDOW * farthest)
