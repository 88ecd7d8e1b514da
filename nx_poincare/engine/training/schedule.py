"""Learning rate by epoch, and when to look at the scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from nx_poincare.engine.ranking.scores import MeanScores, combined_cost

__all__ = ["Decay", "Schedule"]

Decay: TypeAlias = Literal["linear", "quadratic", "constant"]

_POWERS: dict[Decay, int] = {"constant": 0, "linear": 1, "quadratic": 2}
_SCORINGS = 20  # of a run


@dataclass(frozen=True)
class Schedule:
    """Rates of a run, by the number of the epoch counted from 0: a slow burn-in, then one descent to zero.

    The burn-in decides which branches lie beside each other, and only a slow and long one puts them
    right: at 0.03 the nouns of WordNet in ten dimensions come below mean rank 30 within 500 epochs,
    at 0.1 they stay above 100 however long it takes. The descent starts hot, which melts what
    lies in the wrong place within a branch (the scores are worse than before for half of the
    run), and ends cold. Its quadratic form spends half of the epochs below a quarter of the rate,
    where the scores improve.

    Attributes
    ----------
    epochs : int
        After the burn-in.
    rate : float
        Of the first epoch after the burn-in.
    decay : {"linear", "quadratic", "constant"}
        With a fraction f of the epochs done the rate is multiplied by 1 - f, by its square, or by 1.
    burn_in : int
        First epochs, with negatives drawn by degree and the plain loss.
    burn_in_rate : float
    patience : int, optional
        End early: where every ancestor of the sampled nodes is nearest, or where in the second half
        of the descent so many scorings on end were no better than the best. None: never.
    """

    epochs: int
    rate: float
    decay: Decay = "linear"
    burn_in: int = 0
    burn_in_rate: float = 0.03
    patience: int | None = None

    @property
    def total(self) -> int:
        """Epochs in all, the burn-in included."""
        return self.burn_in + self.epochs

    def in_burn_in(self, epoch: int) -> bool:
        """Whether an epoch belongs to the burn-in."""
        return epoch < self.burn_in

    def rate_at(self, epoch: int) -> float:
        """Learning rate of an epoch."""
        if self.in_burn_in(epoch):
            return self.burn_in_rate
        left = (self.total - epoch) / self.epochs
        return float(self.rate * left ** _POWERS[self.decay])

    def scores_after(self, epoch: int) -> bool:
        """Whether the points are scored after an epoch: some times after the burn-in, and at its end and the run's."""
        done = epoch + 1 - self.burn_in
        if done <= 0:
            return done == 0
        return done % max(1, self.epochs // _SCORINGS) == 0 or done == self.epochs

    def is_late(self, epoch: int) -> bool:
        """Whether an epoch belongs to the second half of the descent, where scores should improve."""
        return epoch >= self.burn_in + self.epochs // 2

    def is_enough(self, best: MeanScores, idle: int) -> bool:
        """Whether more epochs promise nothing, by the best scores so far and the scorings since."""
        return self.patience is not None and (combined_cost(best) == 0 or idle >= self.patience)

    def is_over(self, epochs_done: int) -> bool:
        """Whether a run has used up its epochs."""
        return epochs_done >= self.total
