"""Learning rate by epoch, and when to stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["Schedule", "Scores", "combined"]

Scores: TypeAlias = tuple[float, float]  # mean rank, MAP

_FIRST_CYCLE = 300  # epochs; each further cycle has twice as many
_LATER_RATE = 10.0  # rate of the later cycles over that of the first
_MOST_CYCLES = 4
_LEAST_IMPROVEMENT = 0.25
_SCORINGS = 20  # of a cycle, or of a run with a given number of epochs


def combined(scores: Scores) -> float:
    """One figure to compare embeddings by, smaller is better: (mean rank - 1) + 10 (1 - MAP)."""
    mean_rank, map_score = scores
    return (mean_rank - 1) + 10 * (1 - map_score)


@dataclass(frozen=True)
class Schedule:
    """Rates of a run, by the number of the epoch counted from 0.

    Without a number of epochs the run anneals in cycles. Each starts from the best points so far
    and lowers its rate to zero; the later ones start ten times as hot, which melts what the first
    has frozen in the wrong place (most of the gain in large graphs), and take twice as long as the
    one before. The run ends after the cycle whose best scores improve the `combined` figure by less
    than a quarter, or after four.

    Attributes
    ----------
    epochs : int or None
        After the burn-in.
    rate : float
    decay : {"linear", "constant"}
        "linear" lowers the rate to zero; "constant" is for a given number of epochs.
    burn_in : int
        First epochs, with a rate divided by `burn_in_divisor` and negatives drawn by degree.
    burn_in_divisor : float
    """

    epochs: int | None
    rate: float
    decay: Literal["linear", "constant"] = "linear"
    burn_in: int = 0
    burn_in_divisor: float = 10.0

    @property
    def total(self) -> int:
        """Epochs at the most, the burn-in included."""
        if self.epochs is not None:
            return self.burn_in + self.epochs
        return self._cycle_start(_MOST_CYCLES)

    def in_burn_in(self, epoch: int) -> bool:
        """Whether an epoch belongs to the burn-in."""
        return epoch < self.burn_in

    def rate_at(self, epoch: int) -> float:
        """Learning rate of an epoch."""
        if self.in_burn_in(epoch):
            return self.rate / self.burn_in_divisor
        if self.decay == "constant":
            return self.rate
        cycle, done, length = self._place(epoch)
        return self.rate * (1.0 if cycle == 0 else _LATER_RATE) * (1 - done / length)

    def scores_after(self, epoch: int) -> bool:
        """Whether the points are scored after an epoch: some times in each cycle and at its end."""
        if self.in_burn_in(epoch):
            return epoch + 1 == self.burn_in
        _, done, length = self._place(epoch)
        return (done + 1) % max(1, length // _SCORINGS) == 0 or self.ends_cycle(epoch)

    def ends_cycle(self, epoch: int) -> bool:
        """Whether an epoch is the last of its cycle."""
        if self.in_burn_in(epoch):
            return False
        _, done, length = self._place(epoch)
        return done + 1 == length

    def is_over(self, epochs_done: int) -> bool:
        """Whether a run has used up its epochs."""
        return epochs_done >= self.total

    @staticmethod
    def is_worth_another_cycle(before: Scores, after: Scores) -> bool:
        """Whether a cycle improved the best scores by enough."""
        return combined(after) < (1 - _LEAST_IMPROVEMENT) * combined(before)

    def _cycle_start(self, cycle: int) -> int:
        return self.burn_in + _FIRST_CYCLE * (2**cycle - 1)

    def _place(self, epoch: int) -> tuple[int, int, int]:
        """Cycle, epochs done in it before this one, and its length."""
        if self.epochs is not None:
            return 0, epoch - self.burn_in, self.epochs
        cycle = 0
        while epoch >= self._cycle_start(cycle + 1):
            cycle += 1
        return cycle, epoch - self._cycle_start(cycle), _FIRST_CYCLE * 2**cycle
