"""What is above and below the nodes of a hierarchy: its closure, and answers without it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import networkx as nx
import numpy as np
from scipy.sparse import csr_array

from nx_poincare.cluster.workers import workers_of
from nx_poincare.engine.dag.ancestor_rows import AncestorRows
from nx_poincare.engine.dag.closure_counts import ClosureCounts, closure_counts
from nx_poincare.hierarchy.closure_pairs import check_pairs, named_pairs
from nx_poincare.hierarchy.kept_arrays import KeptArrays, with_kept_arrays
from nx_poincare.utils.arrays import IntArray, read_only
from nx_poincare.utils.cached import cached_property
from nx_poincare.utils.names import positions_of

__all__ = ["AncestorQueries"]


class AncestorQueries(KeptArrays):
    """What an `nx_poincare.Hierarchy` answers about ancestors and descendants."""

    nodes: Sequence[Hashable]
    component: IntArray
    max_pairs: int

    def __len__(self) -> int:
        return len(self.nodes)

    @cached_property
    def index(self) -> Mapping[Hashable, int]:
        """Index of each node name; read-only."""
        return positions_of(self.nodes)

    @cached_property
    def closure(self) -> csr_array:
        """Transitive closure as a boolean CSR array: row descendant, column ancestor.

        Built when it is first asked for, then kept.

        Raises
        ------
        ClosureTooLargeError
            If it has more than ``max_pairs`` pairs; the message says about how many, and nothing is allocated.
        """
        if self.dag.n == len(self):
            return with_kept_arrays(self.dag.closure(self.max_pairs))
        check_pairs(self.dag, self.component, self.max_pairs)
        starts, ancestors = self.ancestor_rows(np.arange(len(self)))
        closure = csr_array((np.ones(len(ancestors), dtype=np.bool_), ancestors, starts), shape=(len(self), len(self)))
        closure.sort_indices()
        return with_kept_arrays(closure)

    @cached_property
    def ancestor_counts(self) -> IntArray:
        """Number of ancestors of each node, shape (n,)."""
        return read_only(np.diff(self.closure.indptr).astype(np.int64))

    @cached_property
    def descendant_counts(self) -> IntArray:
        """Number of descendants of each node, shape (n,)."""
        return read_only(np.bincount(self.closure.indices, minlength=len(self)).astype(np.int64))

    def closure_counts(self, *, n_jobs: int = 1, client: Any = None) -> ClosureCounts:
        """`ancestor_counts` and `descendant_counts` without the closure, however many pairs it has.

        Parameters
        ----------
        n_jobs : int, default 1
            Threads; -1 for one per processor.
        client : dask.distributed.Client, optional
            Of a cluster whose workers count, in the place of threads.

        Examples
        --------
        >>> import nx_poincare as nxp
        >>> nxp.Hierarchy.from_edges("abc", [(0, 1), (1, 2)]).closure_counts()
        ClosureCounts(ancestors=array([0, 1, 2]), descendants=array([2, 1, 0]))
        """
        sizes = np.bincount(self.component, minlength=self.dag.n)
        found = closure_counts(self.dag, sizes, workers_of(n_jobs, client))
        return ClosureCounts(*(counts[self.component] for counts in found))

    def ancestors(self, node: Hashable) -> list[Hashable]:
        """Ancestors of a node in the order of `nodes`, found by walking up.

        Raises
        ------
        networkx.NodeNotFound
            If the node is not in the hierarchy.
        """
        if node not in self.index:
            raise nx.NodeNotFound(f"node {node!r} is not in the hierarchy")
        _, found = self.ancestor_rows(np.array([self.index[node]]))
        return [self.nodes[i] for i in np.sort(found).tolist()]

    def ancestor_rows(self, rows: IntArray) -> tuple[IntArray, IntArray]:
        """Ancestors of the nodes with the given indices, without the closure.

        Returns offsets, shape (len(rows) + 1,), and indices: the ancestors of ``rows[i]``, in no
        particular order, are ``ancestors[starts[i]:starts[i + 1]]``.
        """
        return AncestorRows(self.dag, self._component)(rows)

    def closure_pairs(self) -> Iterator[tuple[Hashable, Hashable, int, int]]:
        """Yield (descendant, ancestor, level, ancestor level) without holding the closure."""
        return named_pairs(self.dag, self.component, self.nodes)
