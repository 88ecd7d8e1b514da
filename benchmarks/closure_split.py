"""The split of a closure by Ganea, Bécigneul & Hofmann 2018: which pairs are trained on, which decide, which test.

Pairs are rows (descendant, ancestor) of indices. *Basic* pairs are those of the transitive reduction, the rest of the
closure follows from them. Of the rest a part is held out for validation and as large a part for the test; the remaining
ones may be trained on beside the basic ones. As in the authors' program the root is left out, and no node is paired
with itself.
"""

from __future__ import annotations

from typing import NamedTuple

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import sparray

from nx_poincare import Hierarchy

__all__ = ["ClosureSplit", "LabelledPairs", "split_of_closure", "train_hierarchy", "without_root"]

HELD_OUT = 0.05  # of the non-basic pairs, for validation and for the test each
NEGATIVES = 5  # with another ancestor, and as many with another descendant

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


class LabelledPairs(NamedTuple):
    """Pairs, shape (m, 2), and whether they belong to the closure, shape (m,)."""

    pairs: IntArray
    is_positive: BoolArray


class ClosureSplit(NamedTuple):
    """The pairs of a closure, and negatives beside those that are held out.

    Attributes
    ----------
    hierarchy : Hierarchy
        The whole one, whose indices the pairs hold.
    basic : ndarray of int64, shape (m, 2)
    validation, test : LabelledPairs
        The positives come first.
    others : ndarray of int64, shape (k, 2)
        Non-basic pairs that are not held out, in random order; the first ones are trained on.
    """

    hierarchy: Hierarchy
    basic: IntArray
    validation: LabelledPairs
    test: LabelledPairs
    others: IntArray

    @property
    def non_basic_count(self) -> int:
        return len(self.others) + int(self.validation.is_positive.sum() + self.test.is_positive.sum())


def without_root(G: nx.DiGraph, root: str) -> nx.DiGraph:
    """A copy of the graph that lacks its root, which is related to every node."""
    rest = nx.DiGraph(G)
    rest.remove_node(root)
    return rest


def split_of_closure(G: nx.DiGraph, seed: int) -> ClosureSplit:
    """Split the closure of a graph whose edges lead from parent to child."""
    hierarchy = Hierarchy.from_digraph(G, on_cycle="raise")
    size = len(hierarchy)
    if max(hierarchy.ancestor_counts.max(), hierarchy.descendant_counts.max()) == size - 1:
        raise ValueError("a node is related to all others, which leaves no negatives for it; take it out before")
    closure, basic = closure_and_basic_pairs(hierarchy)
    known = np.sort(keys_of(closure, size))
    non_basic = closure[~contains(np.sort(keys_of(basic, size)), keys_of(closure, size))]
    count = int(HELD_OUT * len(non_basic))
    rng = np.random.default_rng(seed)
    validation, test, others = np.split(rng.permutation(non_basic), [count, 2 * count])
    held_out = (with_negatives(positives, known, size, rng) for positives in (validation, test))
    return ClosureSplit(hierarchy, basic, *held_out, others)


def train_hierarchy(split: ClosureSplit, share: float) -> Hierarchy:
    """All nodes; the edges are the basic pairs and a share of all others, of which a larger one holds a smaller one."""
    added = split.others[: int(share * split.non_basic_count)]
    edges = np.concatenate([split.basic, added])[:, ::-1]
    return Hierarchy.from_edges(split.hierarchy.nodes, edges, on_cycle="raise")


def closure_and_basic_pairs(hierarchy: Hierarchy) -> tuple[IntArray, IntArray]:
    """All pairs, and those that follow from no others: no ancestor of the one parent is the other."""
    closure = hierarchy.closure.astype(np.int32)
    over_parents = hierarchy.parents.astype(np.int32) @ closure
    followed = closure.multiply(over_parents > 0)
    return pairs_of(closure), pairs_of(closure - followed)


def pairs_of(matrix: sparray) -> IntArray:
    """Where a sparse array is not zero, by rows."""
    rows, columns = matrix.nonzero()
    return np.column_stack([rows, columns]).astype(np.int64)


def keys_of(pairs: IntArray, size: int) -> IntArray:
    """One number for each pair."""
    return pairs[:, 0] * size + pairs[:, 1]


def with_negatives(positives: IntArray, known: IntArray, size: int, rng: np.random.Generator) -> LabelledPairs:
    """Pairs, and beside each some with another ancestor and some with another descendant."""
    parts = [positives]
    for column in (1, 0):
        parts.append(replaced(np.repeat(positives, NEGATIVES, axis=0), column, known, size, rng))
    pairs = np.concatenate(parts)
    return LabelledPairs(pairs, np.arange(len(pairs)) < len(positives))


def replaced(pairs: IntArray, column: int, known: IntArray, size: int, rng: np.random.Generator) -> IntArray:
    """The same pairs with other nodes in a column, uniform among those that make no known pair; known keys ascend."""
    drawn = pairs.copy()
    left = np.arange(len(pairs))
    while len(left):
        drawn[left, column] = rng.integers(size, size=len(left))
        is_known = contains(known, keys_of(drawn[left], size))
        left = left[is_known | (drawn[left, 0] == drawn[left, 1])]
    return drawn


def contains(ascending: IntArray, keys: IntArray) -> BoolArray:
    """Which of the keys are among the ascending ones."""
    places = np.searchsorted(ascending, keys)
    return np.asarray(ascending[np.minimum(places, len(ascending) - 1)] == keys, dtype=np.bool_)
