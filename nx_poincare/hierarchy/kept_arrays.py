"""The arrays of a hierarchy as they are kept, which are narrower where there are very many nodes."""

from __future__ import annotations

from collections.abc import Sized

from nx_poincare.engine.dag.dag import Dag
from nx_poincare.utils.arrays import IntArray, read_only
from nx_poincare.utils.cached import cached_property

__all__ = ["KeptArrays"]


class KeptArrays(Sized):
    """What `nx_poincare.Hierarchy` has by the same names without the underscore, of int64."""

    dag: Dag

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
