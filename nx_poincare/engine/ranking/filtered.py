"""Exact ranks of chosen ancestors among the nodes that are not ancestors of the query.

`nx_poincare.engine.ranking.exact` ranks all ancestors of a node and sums the ranks up. Here some are ranked, each for
itself, and all others are known and left out of the candidates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from nx_poincare.engine.ranking.exact import ROWS_PER_BLOCK
from nx_poincare.engine.ranking.keys import Candidates, keys_of_part
from nx_poincare.utils.arrays import IntArray
from nx_poincare.utils.compiled import kernel
from nx_poincare.utils.workers import Threads

__all__ = ["Queries", "filtered_rank_blocks", "filtered_ranks"]


class Queries(NamedTuple):
    """Ancestors to be ranked: those of ``rows[i]`` are ``ancestors[starts[i]:starts[i + 1]]``."""

    rows: IntArray
    starts: IntArray
    ancestors: IntArray

    def part(self, first: int, last: int) -> Queries:
        """The queries of ``rows[first:last]``."""
        starts = self.starts[first : last + 1]
        return Queries(self.rows[first:last], starts - starts[0], self.ancestors[starts[0] : starts[-1]])


def filtered_rank_blocks(
    nodes: Candidates,
    queries: Queries,
    known_of: Callable[[IntArray], tuple[IntArray, IntArray]],
    n_jobs: int,
) -> Iterator[tuple[int, IntArray]]:
    """Rank a block of rows at a time, on several threads; blocks come in order.

    Parameters
    ----------
    nodes : Candidates
        All nodes.
    queries : Queries
        What is to be ranked.
    known_of : callable
        Gives the offsets and all ancestors, ranked or not, of a block of rows.
    n_jobs : int
        Threads.

    Yields
    ------
    (number of rows, ranks)
        The ranks as `filtered_ranks` returns them.
    """

    def rank_block(first: int) -> tuple[int, IntArray]:
        part = queries.part(first, min(first + ROWS_PER_BLOCK, len(queries.rows)))
        return len(part.rows), filtered_ranks(nodes, *part, *known_of(part.rows))

    return Threads(n_jobs).results(rank_block, ((first,) for first in range(0, len(queries.rows), ROWS_PER_BLOCK)))


@kernel(nogil=True)
def filtered_ranks(nodes, rows, starts, ancestors, known_starts, known):  # type: ignore[no-untyped-def]
    """Rank of each ancestor of each row.

    Parameters
    ----------
    nodes : Candidates
    rows : ndarray of int64, shape (m,)
        Query nodes.
    starts : ndarray of int64, shape (m + 1,)
        ``ancestors[starts[i]:starts[i + 1]]`` of ``rows[i]`` are ranked.
    known_starts : ndarray of int64, shape (m + 1,)
        ``known[known_starts[i]:known_starts[i + 1]]`` are not candidates for ``rows[i]``.

    Returns
    -------
    ndarray of int64, in the order of ``ancestors``
        1 + the number of other nodes, neither the query nor known, at least as near.
    """
    n = len(nodes.radii)
    keys = np.empty(n)
    left_out = np.full(n, -1, np.int64)
    ranks = np.empty(len(ancestors), np.int64)
    for i in range(len(rows)):
        u = rows[i]
        keys_of_part(nodes, u, 0, np.inf, keys)
        left_out[u] = i
        for j in range(known_starts[i], known_starts[i + 1]):
            left_out[known[j]] = i
        own = ancestors[starts[i] : starts[i + 1]]
        own_keys = np.sort(keys[own])
        # intruders[j]: candidates at least as near as the j-th nearest but not as near as the one before it.
        intruders = np.zeros(len(own) + 1, np.int64)
        farthest = own_keys[-1]
        for v in range(n):
            if keys[v] <= farthest and left_out[v] != i:
                intruders[np.searchsorted(own_keys, keys[v])] += 1
        at_least_as_near = np.cumsum(intruders)
        for j in range(len(own)):
            ranks[starts[i] + j] = 1 + at_least_as_near[np.searchsorted(own_keys, keys[own[j]])]
    return ranks
