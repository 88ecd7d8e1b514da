"""Epochs in buckets: two parts of a graph at once, and several such pairs at once.

As PyTorch-BigGraph (Lerer et al. 2019, section 4.1) schedules its partitions, an epoch takes rounds of pairs of parts
that have no part in common; after all rounds each part has met each other one. A row is visited once, in one of the
buckets that its part is in, with negatives from that bucket. What is shared, the top, is trained in all buckets of a
round, and goes to the middle of what they make of it. Nothing depends on where, or in which order, the buckets of a
round are trained.

Points stay where buckets are trained: a bucket takes those of its parts from the buckets of the round before.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nx_poincare.engine.training.bucket_steps import Bucket, Epoch, Points, Seen, Visit, joined_tops, trained
from nx_poincare.engine.training.parts import PartedGraph, pairs_by_round
from nx_poincare.utils.workers import Kept, Workers

__all__ = ["Buckets"]

_MOST_EPOCHS_AWAY = 10  # since points were sent: what is lost with a worker is made again from these


class _KeptPoints(NamedTuple):
    """Points at the workers, after some epochs."""

    top: Kept
    parts: list[Kept]


class Buckets:
    """Trains epochs of a graph in parts.

    Parameters
    ----------
    graph : PartedGraph
    workers : Workers
    seed : int

    Attributes
    ----------
    brought_after : int, optional
        After how many epochs of the run the points are those that are here, if some have been brought.
    """

    def __init__(self, graph: PartedGraph, workers: Workers, seed: int) -> None:
        self.graph, self.workers, self.seed = graph, workers, seed
        self.kept = [workers.keep(part) for part in graph.parts]
        weights = [float(part.tables.weights.sum()) for part in graph.parts]
        self.weights = np.array(weights) / max(sum(weights[1:]), 1e-300)
        self.brought_after: int | None = None
        self._points: _KeptPoints | None = None
        self._sent_after = self._trained_after = 0

    def epoch(self, points: Points, number: int, visit: Visit) -> Seen:
        """Visit each row that is due in an epoch once; the points stay where they are trained, until `bring`.

        Parameters
        ----------
        points : Points
            Where those are that were brought last, or the start of the run.
        number : int
            Of the epoch, counted from 0.
        visit : Visit
        """
        if self._points is None or number - self._sent_after >= _MOST_EPOCHS_AWAY:
            self.bring(points)
            self._send(points, number)
        assert self._points is not None
        pairs = pairs_by_round(1 + np.random.default_rng([self.seed, 4, number]).permutation(len(self.kept) - 1))
        epoch = Epoch(number, self.seed, len(pairs), sum(map(len, pairs)), len(self.graph.owner), visit)
        moved, seen, first = self._points, [], 0
        for at, own in enumerate(pairs):
            buckets = [Bucket(parts, at, first + i, self._share(parts)) for i, parts in enumerate(own)]
            moved, seen_here = self._round(epoch, buckets, moved)
            seen.append(seen_here)
            first += len(own)
        found: list[Seen] = self.workers.brought(seen)
        self._points, self._trained_after = moved, number + 1
        return Seen(
            sum(own.loss for own in found), sum(own.pairs for own in found), all(own.is_finite for own in found)
        )

    def bring(self, points: Points) -> None:
        """Bring the points here, in place, as they are after the last epoch; nothing to do where they are here."""
        if self._points is None or self.brought_after == self._trained_after:
            return
        found = self.workers.brought([self._points.top, *self._points.parts])
        for nodes, own in zip(self.graph.nodes, found, strict=True):
            points.directions[nodes], points.exponentials[nodes] = own
        self.brought_after = self._trained_after

    def _send(self, points: Points, number: int) -> None:
        """Send points to the workers, so that nothing depends any more on what these have made before."""
        sent = [
            self.workers.keep(Points(points.directions[nodes], points.exponentials[nodes]))
            for nodes in self.graph.nodes
        ]
        self._points = _KeptPoints(sent[0], sent[1:])
        self._sent_after = self._trained_after = self.brought_after = number

    def _round(self, epoch: Epoch, buckets: list[Bucket], points: _KeptPoints) -> tuple[_KeptPoints, Kept]:
        """Train the buckets of a round: where their points are, and what was seen."""
        calls = [self._call(epoch, bucket, points) for bucket in buckets]
        tops, parts = [], list(points.parts)
        for bucket, (top, *moved) in zip(buckets, self.workers.kept_tuples(trained, calls, 3), strict=True):
            tops.append(top)
            for part, own in zip(bucket.parts, moved, strict=True):
                if part:
                    parts[part - 1] = own
        ((top, seen),) = self.workers.kept_tuples(joined_tops, [(self.kept[0], points.top, *tops)], 2)
        return _KeptPoints(top, parts), seen

    def _call(self, epoch: Epoch, bucket: Bucket, points: _KeptPoints) -> tuple[object, ...]:
        graphs = (self.kept[part] if part else None for part in bucket.parts)
        moved = (points.parts[part - 1] if part else None for part in bucket.parts)
        return epoch, bucket, self.kept[0], *graphs, points.top, *moved

    def _share(self, parts: tuple[int, int]) -> float:
        """The share of the weights that is in some parts."""
        return float(sum(self.weights[part] for part in parts if part)) or 1.0
