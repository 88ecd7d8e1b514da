"""The arrays of a hierarchy as they are kept, which are narrower where there are very many nodes."""

from __future__ import annotations

from collections.abc import Sized
from typing import Any

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.utils.arrays import IntArray, read_only, with_read_only_arrays
from nx_poincare.utils.cached import cached_property

__all__ = ["KeptArrays"]


class KeptArrays(Sized):
    """What `nx_poincare.Hierarchy` has by the same names without the underscore, of int64."""

    dag: Dag

    def __post_init__(self) -> None:
        self.__dict__.update(with_read_only_arrays(self.__dict__))

    def __repr__(self) -> str:
        levels = self._levels.max(initial=-1) + 1
        return f"<Hierarchy of {len(self):,} nodes, {len(self._edges):,} edges, {levels} levels>"

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "index"}  # made again when asked for

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(with_read_only_arrays(state))

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
