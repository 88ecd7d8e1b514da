r"""Pairs that are likely missing from an order.

With D(v) the descendants and A(v) the ancestors of v, two unrelated nodes are a *critical pair* (u, a) if

.. math:: D(u) \subseteq D(a), \qquad A(a) \subseteq A(u)

(W. T. Trotter, *Combinatorics and Partially Ordered Sets: Dimension Theory*, 1992). Then u can be put below a and no
other pair follows: nothing that is known speaks against it. Where few nodes have several parents, two ancestors of one
node are rarely unrelated, so that a critical pair with common descendants is likely one that is missing. In a graph of
dependencies it rarely is.

What to believe is therefore measured on the graph itself. Critical pairs fall into classes by their evidence: how many
children u has, all of them below a, and whether u has ancestors that a has not. A share of the known pairs is held out,
and a class is believed if those found again are at least half as many as the others found beside them. If as many are
missing as were held out, at least every second pair of such a class is one of them. What is believed is added, which
may uncover more.
"""

from __future__ import annotations

import logging
from typing import NamedTuple

import numpy as np

from nx_poincare.engine.dag import walks
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.dag.transitive_reduction import without_redundant_parents
from nx_poincare.utils.arrays import BoolArray, IntArray
from nx_poincare.utils.compiled import kernel

__all__ = ["CriticalPairs", "critical_pairs", "draw_held_out", "likely_missing"]

_log = logging.getLogger(__name__)

_MOST_CHILDREN = 3  # that are distinguished
_CLASSES = 2 * _MOST_CHILDREN
_LEAST_ODDS = 0.5
_MOST_PASSES = 20


class CriticalPairs(NamedTuple):
    """Pairs of unrelated nodes that can be added to an order and nothing else follows.

    Attributes
    ----------
    pairs : ndarray of int64, shape (m, 2)
        Descendant and ancestor.
    evidence : ndarray of int64, shape (m,)
        Class of each pair, from 0 to 5: by one, two, or more children of the descendant, and then by whether it has
        ancestors that the ancestor has not.
    """

    pairs: IntArray
    evidence: IntArray


def likely_missing(dag: Dag, missing_share: float, rng: np.random.Generator) -> IntArray:
    """Pairs that are likely missing from the closure of a `Dag`, shape (m, 2): descendant and ancestor.

    Parameters
    ----------
    dag : Dag
    missing_share : float
        Share of the pairs, without those of leaves and of roots, that is thought to be missing.
    rng : numpy.random.Generator
        Of the pairs that are held out to measure what to believe.

    Notes
    -----
    With these as further edges the graph is acyclic. One of them implies no other pair; where u is put below a and a
    below b, u is below b, too.
    """
    trial, answers = _hold_out(dag, missing_share, rng)
    found = [np.zeros((0, 2), dtype=np.int64)]
    for _ in range(_MOST_PASSES):
        tried, critical = critical_pairs(trial), critical_pairs(dag)
        believed = _credible_classes(tried.evidence, np.isin(_keys(tried.pairs, dag.n), answers))
        found.append(critical.pairs[believed[critical.evidence]])
        if len(found[-1]) == 0:
            break
        trial = _with_pairs(trial, tried.pairs[believed[tried.evidence]])
        dag = _with_pairs(dag, found[-1])
    _log.info("pairs that are likely missing, pass by pass: %s", [len(pairs) for pairs in found[1:]])
    return np.concatenate(found)


def critical_pairs(dag: Dag) -> CriticalPairs:
    """Critical pairs (u, a) of a `Dag` with common descendants.

    Left out are nodes that have all ancestors and all descendants in common, of which either could be above the other.

    Examples
    --------
    >>> import numpy as np
    >>> parents, children = np.array([(0, 1), (0, 2), (1, 3), (2, 3), (1, 4), (2, 4), (2, 5)]).T
    >>> critical_pairs(Dag.from_edges(parents, children, 6))
    CriticalPairs(pairs=array([[1, 2]]), evidence=array([2]))
    """
    reduced = without_redundant_parents(dag)
    starts, ancestors = reduced.ancestors_of(np.arange(dag.n))
    below = np.bincount(ancestors, minlength=dag.n)
    parts, node = [np.zeros((0, 3), dtype=np.int64)], 0
    while node < dag.n:  # some at a time, between which signals get through
        node, found = _critical_pairs(
            reduced.child_starts, reduced.child_list, starts, ancestors, below, node, walks.STEPS_AT_ONCE
        )
        parts.append(found)
    pairs = np.concatenate(parts)
    return CriticalPairs(pairs[:, :2], pairs[:, 2])


def draw_held_out(
    descendants: IntArray, ancestors: IntArray, n: int, share: float, rng: np.random.Generator
) -> BoolArray:
    """Draw a share of the pairs of a closure, without those of leaves and of roots; at least one, if there is any."""
    is_inner = np.bincount(ancestors, minlength=n) > 0
    has_ancestors = np.bincount(descendants, minlength=n) > 0
    eligible = np.flatnonzero(is_inner[descendants] & has_ancestors[ancestors])
    count = max(round(share * len(eligible)), 1) if len(eligible) else 0
    drawn = np.zeros(len(descendants), dtype=np.bool_)
    drawn[rng.choice(eligible, count, replace=False)] = True
    return drawn


def _hold_out(dag: Dag, share: float, rng: np.random.Generator) -> tuple[Dag, IntArray]:
    """The graph without a share of its closure, and the keys of that share."""
    starts, ancestors = dag.ancestors_of(np.arange(dag.n))
    descendants = np.repeat(np.arange(dag.n), np.diff(starts))
    drawn = draw_held_out(descendants, ancestors, dag.n, share, rng)
    kept = Dag.from_edges(ancestors[~drawn], descendants[~drawn], dag.n)
    return kept, _keys(np.column_stack([descendants[drawn], ancestors[drawn]]), dag.n)


def _credible_classes(evidence: IntArray, found_again: BoolArray) -> BoolArray:
    """Whether to believe each class of evidence."""
    again, others = (np.bincount(evidence[which], minlength=_CLASSES) for which in (found_again, ~found_again))
    return (again > 0) & (again >= _LEAST_ODDS * others)


def _keys(pairs: IntArray, n: int) -> IntArray:
    """One number for each pair."""
    return pairs[:, 0] * np.int64(n) + pairs[:, 1]


def _with_pairs(dag: Dag, pairs: IntArray) -> Dag:
    children = np.repeat(np.arange(dag.n), np.diff(dag.parent_starts))
    return Dag.from_edges(
        np.concatenate([dag.parent_list, pairs[:, 1]]), np.concatenate([children, pairs[:, 0]]), dag.n
    )


@kernel()
def _critical_pairs(child_starts, child_list, starts, ancestors, below, first, most_steps):  # type: ignore[no-untyped-def]
    """Rows (descendant, ancestor, class of evidence); whoever is above all children of a node is above all below it.

    Of descendants from the first on, for about so many steps; returns the next one, too.
    """
    n = len(below)
    shared = np.zeros(n, np.int64)  # children of u below each node
    known = np.full(n, -1, np.int64)  # u, at u and its ancestors
    found = np.empty((n + 1, 3), np.int64)
    count, steps = 0, 0
    u = first - 1
    while u + 1 < n and steps < most_steps:
        u += 1
        children = child_list[child_starts[u] : child_starts[u + 1]]
        if len(children) == 0:
            continue
        known[u] = u
        for a in ancestors[starts[u] : starts[u + 1]]:
            known[a] = u
        for c in children:
            for a in ancestors[starts[c] : starts[c + 1]]:
                shared[a] += 1
            steps += starts[c + 1] - starts[c]
        first_child = children[0]
        for a in ancestors[starts[first_child] : starts[first_child + 1]]:
            if shared[a] < len(children) or known[a] == u:
                continue
            fits = True
            for b in ancestors[starts[a] : starts[a + 1]]:
                steps += 1
                if known[b] != u:
                    fits = False
                    break
            others = starts[u + 1] - starts[u] - (starts[a + 1] - starts[a])
            if fits and (others > 0 or below[u] < below[a]):
                if count == len(found):
                    larger = np.empty((2 * count, 3), np.int64)
                    larger[:count] = found
                    found = larger
                found[count, 0], found[count, 1] = u, a
                found[count, 2] = 2 * (min(len(children), _MOST_CHILDREN) - 1) + (others > 0)
                count += 1
        for c in children:
            for a in ancestors[starts[c] : starts[c + 1]]:
                shared[a] = 0
    return u + 1, found[:count]
