"""Learning rate by epoch, and when to stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["Schedule", "Scores", "combined"]

Scores: TypeAlias = tuple[float, float]  # mean rank, MAP

_PATIENCE = 3  # scorings without improvement before the rate is cut
_CUT = 0.3
_MOST_CUTS = 3
_LEAST_IMPROVEMENT = 0.01


def combined(scores: Scores) -> float:
    """One figure to compare embeddings by, smaller is better: (mean rank - 1) + 10 (1 - MAP)."""
    mean_rank, map_score = scores
    return (mean_rank - 1) + 10 * (1 - map_score)


@dataclass(frozen=True)
class Schedule:
    """Rates of a run.

    Attributes
    ----------
    epochs : int or None
        After the burn-in. None: the rate stays until the scores stop improving (by a hundredth
        of their `combined` figure, over three scorings), is then cut to 0.3 of itself, and after
        three cuts the run ends.
    rate : float
    decay : {"linear", "constant"}
        "linear" lowers the rate to zero over the epochs; with ``epochs=None`` it is not used.
    burn_in : int
        First epochs, with a rate divided by `burn_in_divisor` and negatives drawn by degree.
    burn_in_divisor : float
    """

    epochs: int | None
    rate: float
    decay: Literal["linear", "constant"] = "linear"
    burn_in: int = 0
    burn_in_divisor: float = 10.0

    def in_burn_in(self, epoch: int) -> bool:
        """Whether epoch number ``epoch``, counted from 0, belongs to the burn-in."""
        return epoch < self.burn_in

    def rate_at(self, epoch: int, cuts: int) -> float:
        """Learning rate of an epoch after so many cuts."""
        if self.in_burn_in(epoch):
            return self.rate / self.burn_in_divisor
        if self.epochs is None:
            return self.rate * _CUT**cuts
        if self.decay == "constant":
            return self.rate
        return self.rate * (1 - (epoch - self.burn_in) / self.epochs)

    def is_over(self, epoch: int, cuts: int) -> bool:
        """Whether a run that has done so many epochs and cuts is complete."""
        if self.epochs is None:
            return cuts > _MOST_CUTS
        return epoch >= self.burn_in + self.epochs

    def after_scoring(self, improved: bool, waited: int, cuts: int) -> tuple[int, int]:
        """Scorings waited and cuts, after one more scoring."""
        waited = 0 if improved else waited + 1
        if self.epochs is None and waited >= _PATIENCE:
            return 0, cuts + 1
        return waited, cuts

    @staticmethod
    def improves(scores: Scores, best: Scores) -> bool:
        """Whether scores are better by enough to keep waiting for more."""
        return combined(scores) < (1 - _LEAST_IMPROVEMENT) * combined(best)
