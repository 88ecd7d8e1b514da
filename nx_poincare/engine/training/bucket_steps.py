"""What is done for a bucket where its parts are: which rows it visits, their training, and the middle of the tops.

Arrays in, arrays out, and numbers from which the order of the rows and the negatives follow: what is the same wherever
it is found need not be sent.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.training.compiled_draws import alias_table
from nx_poincare.engine.training.gradient_steps import train_rows
from nx_poincare.engine.training.negative_sampling import ancestry, scratch
from nx_poincare.engine.training.node_kinds import NodeKinds
from nx_poincare.engine.training.parts import NodeTables, Part
from nx_poincare.engine.training.visiting_order import rows_due, visiting_order
from nx_poincare.utils.arrays import FloatArray, IntArray

__all__ = ["Bucket", "Epoch", "Points", "Seen", "Visit", "joined_tops", "rows_of_bucket", "trained"]


class Visit(NamedTuple):
    """How rows are visited in an epoch, see `nx_poincare.engine.training.gradient_steps.train_rows`."""

    leaf_turns: int  # epochs in which each leaf is visited once
    burns_in: bool
    negatives: int
    rate: float
    largest: float  # exponential of a radius
    relatives: int
    emphasis: float
    temperature: float


class Epoch(NamedTuple):
    """What all buckets of an epoch have in common."""

    number: int
    seed: int
    rounds: int
    buckets: int  # in all rounds
    n: int  # nodes of the whole graph
    visit: Visit


class Bucket(NamedTuple):
    """Two parts, or one where the other is 0, in a round of an epoch."""

    parts: tuple[int, int]
    round: int
    number: int  # in the epoch
    share: float  # of the weights of all parts


class Points(NamedTuple):
    """Directions, shape (n, dim), and the exponentials of radii, shape (n,)."""

    directions: FloatArray
    exponentials: FloatArray


class Seen(NamedTuple):
    """What training a bucket, or all of a round, has met."""

    loss: float
    pairs: int
    is_finite: bool  # as all points are


def rows_of_bucket(epoch: Epoch, bucket: Bucket, top: Part, one: Part, other: Part | None) -> IntArray:
    """The rows that a bucket visits, as they are numbered in it, in their order.

    Those of a part are in equal shares in all rounds, those of the top in all buckets; so all together visit each once.
    """
    shares = [_share(epoch, 0, top, bucket.number, epoch.buckets)]
    before = len(top.parent_counts)
    for number, part in zip(bucket.parts, (one, other), strict=True):
        if part is not None:
            shares.append(before + _share(epoch, number, part, bucket.round, epoch.rounds))
            before += len(part.parent_counts)
    return _mixed(shares)


def trained(
    epoch: Epoch,
    bucket: Bucket,
    top: Part,
    one: Part,
    other: Part | None,
    of_top: Points,
    of_one: Points,
    of_other: Points | None,
) -> tuple[tuple[Points, Seen], Points, Points | None]:
    """Visit the rows of a bucket: the points of the top and what was seen, then those of its parts."""
    dag, tables, edge_weights = _joined(top, one, other)
    rows = rows_of_bucket(epoch, bucket, top, one, other)
    visit = epoch.visit
    of_negatives = tables.burn_in_weights if visit.burns_in else tables.weights
    of_negatives[: len(top.parent_counts)] *= bucket.share  # as often as in the whole graph, by all buckets together
    stream = np.random.default_rng([epoch.seed, 3, epoch.number, bucket.number]).integers(2**63, dtype=np.uint64)
    points = Points(*map(np.concatenate, zip(*filter(None, (of_top, of_one, of_other)), strict=True)))
    loss, pairs = train_rows(
        *points, rows, ancestry(dag, edge_weights, tables.child_weights), alias_table(of_negatives), tables.fixed,
        visit.negatives, visit.rate, visit.largest, stream,
        scratch(dag, points.directions.shape[1], visit.negatives), visit.relatives, visit.emphasis, visit.temperature,
    )  # fmt: skip
    is_finite = bool(np.isfinite(points.exponentials).all() and np.isfinite(points.directions).all())
    ends = np.cumsum([len(of_top.exponentials), len(of_one.exponentials)])
    # Copies, since each goes its own way, and a view holds the memory of all.
    moved = [Points(*own) for own in zip(*(map(np.copy, np.split(array, ends)) for array in points), strict=True)]
    return (moved[0], Seen(float(loss), int(pairs), is_finite)), moved[1], moved[2] if other is not None else None


def joined_tops(top: Part, before: Points, *moved: tuple[Points, Seen]) -> tuple[Points, Seen]:
    """The top in the middle of where the buckets of a round have moved it, and what they have seen.

    Steps that are added up instead overshoot where there are many buckets.
    """
    seen = Seen(
        sum(own.loss for _, own in moved), sum(own.pairs for _, own in moved), all(own.is_finite for _, own in moved)
    )
    tops = [points for points, own in moved if own.pairs]
    moves = ~top.tables.fixed
    if not tops or not moves.any():
        return before, seen
    middle = np.asarray(sum(points.directions for points in tops))
    lengths = np.linalg.norm(middle, axis=1)
    radii = np.asarray(sum(np.log(points.exponentials) for points in tops)) / len(tops)
    turns = moves & (lengths > 0)  # else it has been moved to opposite sides, and stays
    joined = Points(before.directions.copy(), np.where(moves, np.exp(radii), before.exponentials))
    joined.directions[turns] = middle[turns] / lengths[turns, None]
    return joined, seen


def _share(epoch: Epoch, number: int, part: Part, at: int, shares: int) -> IntArray:
    """One of the equal shares of the rows of a part that are due in an epoch."""
    rng = np.random.default_rng([epoch.seed, 2, epoch.number, number])
    kinds = NodeKinds(part.parent_counts > 0, part.is_leaf, part.tables.fixed)
    rows = rows_due(kinds.inner_rows, kinds.leaf_rows, epoch.number, epoch.visit.leaf_turns)
    due = visiting_order(rows, epoch.n, rng)
    return due[len(due) * at // shares : len(due) * (at + 1) // shares]


def _mixed(parts: list[IntArray]) -> IntArray:
    """Entries of several arrays, each in its order, evenly mixed."""
    at = np.concatenate([(np.arange(len(part)) + 0.5) / max(len(part), 1) for part in parts])
    return np.concatenate(parts)[np.argsort(at, kind="stable")]


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
