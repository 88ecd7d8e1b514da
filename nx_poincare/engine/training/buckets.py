"""Epochs in buckets: two parts of a graph at once, and several such pairs at once.

As PyTorch-BigGraph (Lerer et al. 2019, section 4.1) schedules its partitions, an epoch takes rounds of pairs of parts
that have no part in common; after all rounds each part has met each other one. A row is visited once, in one of the
buckets that its part is in, with negatives from that bucket. What is shared, the top, is trained in all buckets of a
round, and goes to the middle of what they make of it. Nothing depends on where, or in which order, the buckets of a
round are trained.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.training.gradient_steps import alias_table, train_rows
from nx_poincare.engine.training.negative_sampling import ancestry, scratch
from nx_poincare.engine.training.parts import NodeTables, Part, PartedGraph, pairs_by_round
from nx_poincare.utils.arrays import FloatArray, IntArray
from nx_poincare.utils.workers import Workers

__all__ = ["Buckets", "Points", "Visit"]


class Visit(NamedTuple):
    """How rows are visited in an epoch, see `nx_poincare.engine.training.gradient_steps.train_rows`."""

    burns_in: bool
    negatives: int
    rate: float
    largest: float
    relatives: int
    emphasis: float
    temperature: float


class Points(NamedTuple):
    """Directions, shape (n, dim), and the exponentials of radii, shape (n,)."""

    directions: FloatArray
    exponentials: FloatArray


class _Bucket(NamedTuple):
    parts: tuple[int, int]  # 0 for none
    rows: IntArray  # as they are numbered in it
    stream: np.uint64


class Buckets:
    """Trains epochs of a graph in parts.

    Parameters
    ----------
    graph : PartedGraph
    workers : Workers
    seed : int
    """

    def __init__(self, graph: PartedGraph, workers: Workers, seed: int) -> None:
        self.graph, self.workers, self.seed = graph, workers, seed
        self.kept = [workers.keep(part) for part in graph.parts]
        weights = [float(part.tables.weights.sum()) for part in graph.parts]
        self.weights = np.array(weights) / max(sum(weights[1:]), 1e-300)

    def epoch(self, points: Points, rows: IntArray, number: int, visit: Visit) -> tuple[float, int]:
        """Visit each of the rows once, in their order within each bucket; points are changed in place.

        Returns the loss and the pairs seen.
        """
        loss, pairs = 0.0, 0
        for buckets in self._rounds(rows, number):
            found = self.workers.results(_trained, (self._call(bucket, points, visit) for bucket in buckets))
            tops = []
            for bucket, (moved, own_loss, own_pairs) in zip(buckets, found, strict=True):
                tops.append(self._put(points, bucket, moved))
                loss += own_loss
                pairs += own_pairs
            self._join_tops(points, tops)
        return loss, pairs

    def _rounds(self, rows: IntArray, number: int) -> list[list[_Bucket]]:
        """Buckets of an epoch by round, those without rows left out."""
        rounds = pairs_by_round(1 + np.random.default_rng([self.seed, 4, number]).permutation(len(self.kept) - 1))
        due = iter(self._rows_by_bucket(rows, rounds))
        streams = iter(
            np.random.default_rng([self.seed, 3, number]).integers(2**63, size=sum(map(len, rounds)), dtype=np.uint64)
        )
        found = [[_Bucket(parts, next(due), next(streams)) for parts in pairs] for pairs in rounds]
        return [[bucket for bucket in buckets if len(bucket.rows)] for buckets in found]

    def _call(self, bucket: _Bucket, points: Points, visit: Visit) -> tuple[Any, ...]:
        one, other = (self.kept[part] if part else None for part in bucket.parts)
        share = float(sum(self.weights[part] for part in bucket.parts if part)) or 1.0
        nodes = self._nodes(bucket)
        own = Points(points.directions[nodes], points.exponentials[nodes])
        return self.kept[0], one, other, share, own, bucket.rows, visit, bucket.stream

    def _put(self, points: Points, bucket: _Bucket, moved: Points) -> Points:
        """Take over points of the parts of a bucket; returns those of the top."""
        top, nodes = len(self.graph.nodes[0]), self._nodes(bucket)
        points.directions[nodes[top:]], points.exponentials[nodes[top:]] = (array[top:] for array in moved)
        return Points(*(array[:top] for array in moved))

    def _nodes(self, bucket: _Bucket) -> IntArray:
        """Nodes of the top and of the parts of a bucket, in the order of their numbers there."""
        return np.concatenate([self.graph.nodes[part] for part in (0, *filter(None, bucket.parts))])

    def _rows_by_bucket(self, rows: IntArray, rounds: list[list[tuple[int, int]]]) -> Iterator[IntArray]:
        """Numbers of the rows of each bucket: those of a part in equal shares, those of the top in all buckets."""
        owner, places = self.graph.owner, self.graph.places
        by_part = [rows[owner[rows] == part] for part in range(len(self.kept))]
        shares = [np.array_split(own, len(rounds)) for own in by_part]
        of_top = iter(np.array_split(by_part[0], sum(map(len, rounds))))
        top = len(self.graph.nodes[0])
        for at, pairs in enumerate(rounds):
            for one, other in pairs:
                own = [places[next(of_top)], top + places[shares[one][at]]]
                if other:
                    own.append(top + len(self.graph.nodes[one]) + places[shares[other][at]])
                yield _mixed(own)

    def _join_tops(self, points: Points, tops: list[Points]) -> None:
        """Bring the top, in place, to the middle of where the buckets of a round have moved it.

        Steps that are added up instead overshoot where there are many buckets.
        """
        moves = ~self.graph.parts[0].tables.fixed
        nodes = self.graph.nodes[0][moves]
        if not tops:
            return
        middle = np.asarray(sum(top.directions[moves] for top in tops))
        radii = np.asarray(sum(np.log(top.exponentials[moves]) for top in tops)) / len(tops)
        lengths = np.linalg.norm(middle, axis=1)
        turned = lengths > 0  # else it has been moved to opposite sides, and stays
        points.directions[nodes[turned]] = middle[turned] / lengths[turned, None]
        points.exponentials[nodes] = np.exp(radii)


def _mixed(parts: list[IntArray]) -> IntArray:
    """Entries of several arrays, each in its order, evenly mixed."""
    at = np.concatenate([(np.arange(len(part)) + 0.5) / max(len(part), 1) for part in parts])
    return np.concatenate(parts)[np.argsort(at, kind="stable")]


def _trained(
    top: Part,
    one: Part,
    other: Part | None,
    share: float,
    points: Points,
    rows: IntArray,
    visit: Visit,
    stream: np.uint64,
) -> tuple[Points, float, int]:
    """Visit rows of a bucket: points of all its nodes, the loss and the pairs seen."""
    dag, tables, edge_weights = _joined(top, one, other)
    of_negatives = tables.burn_in_weights if visit.burns_in else tables.weights
    of_negatives[: len(top.parent_counts)] *= share  # as often as in the whole graph, by all buckets together
    directions, exponentials = points.directions.copy(), points.exponentials.copy()
    loss, pairs = train_rows(
        directions, exponentials, rows, ancestry(dag, edge_weights, tables.child_weights), alias_table(of_negatives),
        tables.fixed, visit.negatives, visit.rate, visit.largest, stream,
        scratch(dag, directions.shape[1], visit.negatives), visit.relatives, visit.emphasis, visit.temperature,
    )  # fmt: skip
    return Points(directions, exponentials), float(loss), int(pairs)


def _joined(top: Part, one: Part, other: Part | None) -> tuple[Dag, NodeTables, FloatArray]:
    """The graph of a bucket, tables of its nodes and weights of its edges."""
    parts = [top, one] if other is None else [top, one, other]
    lists = [top.parent_list, one.parent_list]
    if other is not None:
        beyond = other.parent_list >= len(top.parent_counts)
        lists.append(other.parent_list + np.where(beyond, len(one.parent_counts), 0))
    counts = np.concatenate([part.parent_counts for part in parts])
    dag = Dag(np.concatenate([[0], np.cumsum(counts)]), np.concatenate(lists))
    tables = NodeTables(*map(np.concatenate, zip(*(part.tables for part in parts), strict=True)))
    return dag, tables, np.concatenate([part.edge_weights for part in parts])
