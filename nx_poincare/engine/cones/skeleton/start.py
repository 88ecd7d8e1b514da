r"""Where the skeleton's training begins: directions and radii top down, by the mean rule.

A cap gets the radius r = R (1 - ln m / ln M), where m and M are the numbers of skeleton descendants of the
node and of the whole, each plus one. Its direction is the mean of its parents' directions weighted by exp(r/2),
plus c exp(-r_parent/2) times a Gaussian vector over sqrt(D): nodes with several parents lie between them, and the
random parts of children have the size of their parent's cone.

Caps of volume in proportion to their descendants, with no space lost, would need R = 2 ln(M) / (D - 1). Training wants
two to three times as much; too large an R leaves cones that cannot move to touch each other.
"""

from __future__ import annotations

import logging
import math

import numpy as np

from nx_poincare.engine.cones.skeleton.split import Skeleton
from nx_poincare.engine.dag.dag import ClosureTooLargeError, Dag
from nx_poincare.utils.arrays import FloatArray
from nx_poincare.utils.compiled import kernel

__all__ = ["start_skeleton"]

_log = logging.getLogger(__name__)

_LEAST_OUTER_RADIUS, _OUTER_RADIUS_BY_AXIS = 6.0, 24.0  # R = 6 + 24 / (D - 1)
_SPREAD = 1.5  # c
_MOST_PAIRS = 50_000_000


def start_skeleton(
    skeleton: Skeleton, dim: int, max_radius: float, rng: np.random.Generator, effort: float = 1.0
) -> tuple[FloatArray, FloatArray]:
    """Directions (c + p, dim) of caps and attach points and radii (c,) of caps.

    Notes
    -----
    A skeleton whose closure has more than 50 million pairs, times ``effort``, takes levels in place of descendant
    counts, which is logged.
    """
    dag, caps = skeleton.dag, len(skeleton.caps)
    outer = min(_LEAST_OUTER_RADIUS + _OUTER_RADIUS_BY_AXIS / (dim - 1), max_radius / 2)
    radii = outer * (1 - _log_sizes(dag, int(_MOST_PAIRS * effort))[:caps])
    directions = rng.standard_normal((dag.n, dim)) * (_SPREAD / np.sqrt(dim))
    if len(dag.roots) == 1:
        directions[dag.roots[0]] = np.eye(1, dim)
        radii[dag.roots] = 0.0
    _mean_rule(dag.order, dag.parent_starts, dag.parent_list, radii, directions)
    return directions, radii


def _log_sizes(dag: Dag, most_pairs: int) -> FloatArray:
    """ln(descendants + 1) in units of the whole's."""
    whole = np.log(dag.n + (len(dag.roots) > 1))  # several roots hang on the origin
    try:
        dag.count_ancestors(most_pairs)
    except ClosureTooLargeError:
        _log.info("more than %d pairs in the skeleton's closure: radii follow levels", most_pairs)
        levels = dag.levels + (len(dag.roots) > 1)
        return np.asarray(1 - levels / max(levels.max(), 1), dtype=np.float64)
    below = np.zeros(dag.n, dtype=np.int64)
    for _, _, ancestors in dag.ancestor_blocks():
        below += np.bincount(ancestors, minlength=dag.n)
    return np.asarray(np.log(below + 1.0) / whole, dtype=np.float64)


@kernel(work=lambda _order, _starts, edges, _radii, directions: len(edges) + directions.size)
def _mean_rule(order, starts, parents, radii, directions):  # type: ignore[no-untyped-def]
    """Directions top down, in place; at first they hold the random parts at scale 1."""
    dim = directions.shape[1]
    for v in order:
        if starts[v] < starts[v + 1]:
            highest, total = 0.0, 0.0
            for i in range(starts[v], starts[v + 1]):
                highest = max(highest, radii[parents[i]])
            for i in range(starts[v], starts[v + 1]):
                total += math.exp((radii[parents[i]] - highest) / 2)
            for k in range(dim):
                directions[v, k] *= math.exp(-highest / 2)
            for i in range(starts[v], starts[v + 1]):
                weight = math.exp((radii[parents[i]] - highest) / 2) / total
                for k in range(dim):
                    directions[v, k] += weight * directions[parents[i], k]
        norm = 0.0
        for k in range(dim):
            norm += directions[v, k] * directions[v, k]
        for k in range(dim):
            directions[v, k] /= np.sqrt(norm)
