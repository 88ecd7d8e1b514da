"""The arrays of a hierarchy as they are kept, which are narrower where there are very many nodes."""

from __future__ import annotations

import math
from collections.abc import Sized
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.utils.arrays import IntArray, blocks_of_rows, read_only, with_read_only_arrays
from nx_poincare.utils.cached import cached_property
from nx_poincare.utils.checks import check_between

__all__ = ["KeptArrays", "with_kept_arrays"]


class KeptArrays(Sized):
    """What `nx_poincare.Hierarchy` has by the same names without the underscore, of int64."""

    dag: Dag
    max_pairs: int

    def __post_init__(self) -> None:
        self.__dict__.update(with_read_only_arrays(self.__dict__))
        check_between("max_pairs", self.max_pairs, 0, math.inf)
        _check_edges(self._edges, len(self))
        _check_dag(self.dag)
        _check_component(self._component, len(self), self.dag.n)

    def __repr__(self) -> str:
        levels = self._levels.max(initial=-1) + 1
        return f"<Hierarchy of {len(self):,} nodes, {len(self._edges):,} edges, {levels} levels>"

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "index"}  # made again when asked for

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(with_read_only_arrays(state))
        for value in state.values():
            if isinstance(value, csr_array):
                with_kept_arrays(value)

    @property
    def _edges(self) -> IntArray:
        kept: IntArray = self.__dict__["edges"]
        return kept

    @property
    def _component(self) -> IntArray | None:
        """None where it is known to be the numbers of the nodes."""
        kept: IntArray | None = self.__dict__["component"]
        return kept

    @cached_property
    def _levels(self) -> IntArray:
        return self.dag.levels if self._component is None else read_only(self.dag.levels[self._component])


def with_kept_arrays(matrix: csr_array) -> csr_array:
    """The matrix itself, of which the numbers cannot be written any more: what is kept is what later calls trust."""
    for array in (matrix.data, matrix.indices, matrix.indptr):
        array.flags.writeable = False
    return matrix


def _check_edges(edges: Any, n: int) -> None:
    if not _are_indices(edges, n, shape=(2,)):
        raise ValueError(f"edges must be an array of integers in 0 .. {n - 1} of shape (m, 2); from_edges makes it")


def _check_dag(dag: Any) -> None:
    """Refuse what loops along parents and children, which check no index, would leave the arrays with."""
    if not isinstance(dag, Dag):
        raise ValueError(f"dag must be a Dag, not {type(dag).__name__}; from_edges makes it")
    starts = dag.parent_starts
    if not (_are_indices(starts, len(dag.parent_list) + 1) and len(starts) and starts[-1] == len(dag.parent_list)):
        raise ValueError("parent_starts of dag must begin at 0 and end at the length of its parent_list")
    if starts[0] != 0 or any(np.any(starts[1:][block] < starts[:-1][block]) for block in blocks_of_rows(dag.n)):
        raise ValueError("parent_starts of dag must begin at 0 and never fall")
    if not _are_indices(dag.parent_list, dag.n) or dag.parent_list.dtype != starts.dtype:
        raise ValueError(f"parent_list of dag must be integers in 0 .. {dag.n - 1}, of the type of its parent_starts")
    if not dag.is_acyclic:
        raise ValueError("dag has a cycle; from_edges condenses it")


def _check_component(component: Any, n: int, condensed: int) -> None:
    """Refuse numbers of condensed nodes that are none, and condensed nodes without a node."""
    if component is None:
        if n != condensed:
            raise ValueError(
                f"component must say which of {condensed:,} condensed nodes each of {n:,} nodes belongs to"
            )
    elif not _are_indices(component, condensed) or len(component) != n:
        raise ValueError(f"component must be {n:,} integers in 0 .. {condensed - 1}, one for each node")
    elif np.bincount(component, minlength=condensed).min(initial=1) == 0:
        raise ValueError("component leaves out a node of dag")


def _are_indices(array: Any, n: int, shape: tuple[int, ...] = ()) -> bool:
    """Whether it is an array of native integers in 0 .. n - 1, each row of this shape."""
    if not isinstance(array, np.ndarray) or array.ndim == 0 or array.shape[1:] != shape:
        return False
    is_integer = array.dtype in (np.int64, np.int32)
    return is_integer and (array.size == 0 or bool(array.min() >= 0 and array.max() < n))
