r"""Confidence limits of scores that a sample of the nodes estimates.

Nodes are drawn without replacement. A mean over pairs is a ratio of two sums over nodes, and its error is that of the
mean of :math:`e_i = (y_i - \hat R x_i) / \bar x` [1]_, with the variance :math:`(1 - m / N) s_e^2 / m`. Ranks are
skewed: most are 1, few are in the thousands, and Student's symmetric limits hold the true mean too seldom (87 of 100
samples of 100 nodes). Limits by the transformation of Hall [2]_ reach farther to the side of the long tail; t stands in
the place of his normal quantiles.

Where nearly all nodes of the sample are perfect, it says next to nothing of how bad the others are. What remains is
that losses are bounded: the limits of the auditors' bound of Stringer [3]_ add up those of Clopper and Pearson for the
share of nodes that lose at least so much, and where no node loses anything, it is they for a share of zero.

Precision, recall and F1 of ancestors are ratios of sums over nodes as well. Few errors are bounded by what a node can
lose at most: it may miss as many ancestors as nodes have at most, and name every other node.

References
----------
.. [1] Cochran, W. G. "Sampling Techniques." 3rd ed., Wiley (1977), sections 2.11 and 6.4.
.. [2] Hall, P. "On the removal of skewness by transformation." Journal of the Royal Statistical Society B 54 (1992),
   https://doi.org/10.1111/j.2517-6161.1992.tb01876.x.
.. [3] Bickel, P. J. "Inference and auditing: the Stringer bound." International Statistical Review 60 (1992),
   https://doi.org/10.2307/1403651.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from nx_poincare.utils.arrays import FloatArray, IntArray

if TYPE_CHECKING:
    from nx_poincare.engine.ranking.exact import RankedRows

__all__ = [
    "CONFIDENCE",
    "Estimated",
    "EstimatedF1",
    "EstimatedRanks",
    "Limits",
    "NamedRows",
    "limits_of_order",
    "limits_of_ranks",
]

CONFIDENCE = 0.95
_LEAST_SEEN = 20  # nodes that lose something, below which their spread is not known
_NO_SKEWNESS = 1e-9

Limits = tuple[float, float]

_UNKNOWN = math.nan, math.nan


class Estimated:
    """Of tuples of scores: those that a sample of the nodes estimates have limits, which are no items of the tuple."""

    _limits: Mapping[str, Limits] | None = None

    @property
    def is_sample(self) -> bool:
        """Whether not all nodes were looked at."""
        return self._limits is not None

    def _limits_of(self, score: str) -> Limits:
        """The lower and the upper one; twice the score where all nodes were looked at, nan where they are unknown."""
        value: float = getattr(self, score)
        return (value, value) if self._limits is None else self._limits.get(score, _UNKNOWN)

    def _with_limits(self, limits: Mapping[str, Limits]) -> Self:
        """The same scores, estimated with these limits."""
        scores: Any = self
        estimated = type(self)(*scores)
        estimated._limits = limits
        return estimated


class EstimatedRanks(Estimated):
    """Of tuples with mean rank and MAP."""

    @property
    def mean_rank_limits(self) -> Limits:
        """The lower and the upper one."""
        return self._limits_of("mean_rank")

    @property
    def map_limits(self) -> Limits:
        """The lower and the upper one."""
        return self._limits_of("map_score")


class EstimatedF1(Estimated):
    """Of tuples with the F1 of ancestors, by horizons and by the plain rule."""

    @property
    def f1_limits(self) -> Limits:
        """The lower and the upper one."""
        return self._limits_of("f1")

    @property
    def plain_f1_limits(self) -> Limits:
        """The lower and the upper one."""
        return self._limits_of("plain_f1")


class NamedRows(NamedTuple):
    """Of each of some rows, how many ancestors it has, how many nodes are named, and how many of those are right."""

    sizes: IntArray
    named: IntArray
    right: IntArray


def limits_of_ranks(ranked: RankedRows, population: int, candidates: int) -> dict[str, Limits]:
    """Limits between which the mean rank and the MAP of all nodes are, each with 95 % confidence.

    Parameters
    ----------
    ranked : RankedRows
        Of a random sample of the nodes with ancestors.
    population : int
        How many nodes have ancestors.
    candidates : int
        How many nodes each was ranked against: no rank is above.

    Examples
    --------
    >>> from nx_poincare.engine.ranking.exact import RankedRows
    >>> perfect = RankedRows(np.full(1000, 7), np.full(1000, 7.0), np.ones(1000))
    >>> (low, high), (least, most) = limits_of_ranks(perfect, 1_000_000, 1_000_000).values()
    >>> low, round(high), round(least, 4), most
    (1.0, 3681, 0.9963, 1.0)
    """
    weights = ranked.sizes / ranked.sizes.mean()
    excess = (ranked.rank_sums - ranked.sizes) / ranked.sizes.mean()
    mean_excess = excess.mean().item()
    errors = excess - mean_excess * weights
    lost = 1 - ranked.precisions
    if np.count_nonzero(excess) < _LEAST_SEEN:
        low, high = limits_of_bounded_mean(excess, candidates, population)
        least, most = limits_of_bounded_mean(lost, 1, population)
    else:
        low, high = limits_of_skewed_mean(mean_excess, errors, population)
        least, most = limits_of_skewed_mean(lost.mean().item(), lost - lost.mean(), population)
    return {
        "mean_rank": (1 + max(low, 0.0), 1 + high),
        "map_score": (1 - min(most, 1.0), 1 - max(least, 0.0)),
    }


def limits_of_order(
    rows: NamedRows, population: int, candidates: int, most_ancestors: Callable[[], int]
) -> dict[str, Limits]:
    """Limits between which precision, recall, F1 and the share of exact rows of all nodes are, each with 95 %.

    Parameters
    ----------
    rows : NamedRows
        Of a random sample of the nodes.
    population : int
        How many nodes there are.
    candidates : int
        How many may be named for each.
    most_ancestors : callable
        Gives a number that no node has more ancestors than, if it is asked for, as it is where errors are few.

    Examples
    --------
    >>> perfect = NamedRows(*np.full((3, 1000), 7))
    >>> found = limits_of_order(perfect, 1_000_000, 10_000, lambda: 20)
    >>> {name: (round(low, 3), high) for name, (low, high) in found.items()}
    {'precision': (0.158, 1.0), 'recall': (0.989, 1.0), 'f1': (0.273, 1.0), 'exact_share': (0.996, 1.0)}
    """
    missed, strangers = rows.sizes - rows.right, rows.named - rows.right
    seen = min(np.count_nonzero(missed), np.count_nonzero(strangers))
    right: Limits = _UNKNOWN
    most = candidates
    if seen < _LEAST_SEEN:  # the least number of right ones goes with the largest of others, as no sample says which do
        most = most_ancestors()
        mean, (low, high) = rows.sizes.mean().item(), limits_of_bounded_mean(missed, most, population)
        right = max(mean - high, 0.0), mean - max(low, 0.0)
    exact = np.asarray((missed == 0) & (strangers == 0), dtype=np.float64)
    return {
        "precision": _limits_of_share(rows.right, strangers, right, candidates, population),
        "recall": _limits_of_share(rows.right, missed, right, most, population),
        "f1": _limits_of_share(
            2 * rows.right, missed + strangers, (2 * right[0], 2 * right[1]), candidates, population
        ),
        "exact_share": limits_of_bounded_mean(exact, 1, population),
    }


def _limits_of_share(parts: IntArray, others: IntArray, mean_part: Limits, most_others: int, population: int) -> Limits:
    """Of the share of parts in parts and others, over all nodes; by the limits of the mean part if others are few."""
    wholes = parts + others
    if not wholes.any():
        return _UNKNOWN
    if np.count_nonzero(others) < _LEAST_SEEN:
        low, high = limits_of_bounded_mean(others, most_others, population)
        (least, most), low = mean_part, max(low, 0.0)
        return (least / (least + high) if least else 0.0), (most / (most + low) if most else 0.0)
    share = (others.sum() / wholes.sum()).item()
    low, high = limits_of_skewed_mean(share, (others - share * wholes) / wholes.mean(), population)
    return max(1 - high, 0.0), min(1 - low, 1.0)


def limits_of_skewed_mean(mean: float, errors: FloatArray, population: int) -> Limits:
    """By the transformation of Hall, for errors of the nodes of a sample whose mean is 0."""
    from scipy.special import stdtrit

    m = len(errors)
    spread = math.sqrt((errors * errors).sum() / (m - 1)) if m > 1 else 0.0
    if spread == 0:
        return mean, mean
    error_of_mean = spread * math.sqrt((1 - m / population) / m)
    skewness = ((errors / spread) ** 3).mean().item() / (3 * math.sqrt(m))
    quantile = float(stdtrit(m - 1, (1 + CONFIDENCE) / 2))
    low, high = (mean - error_of_mean * _untransformed(q, skewness) for q in (quantile, -quantile))
    return low, high


def _untransformed(quantile: float, skewness: float) -> float:
    """The Studentized error whose transform is a quantile; skewness is divided by three roots of the sample's size."""
    if abs(skewness) < _NO_SKEWNESS:
        return quantile
    return float(np.cbrt(1 + 3 * skewness * (quantile - skewness / 2)) - 1) / skewness


def limits_of_bounded_mean(values: FloatArray | IntArray, bound: float, population: int) -> Limits:
    """By the bound of Stringer, for values between 0 and a bound; nearer by what the sample is of all nodes."""
    shares = np.minimum(values / max(bound, 1), 1.0)
    mean = shares.mean().item()
    nearer = math.sqrt(1 - len(shares) / population)
    low, high = 1 - _largest_mean(1 - shares), _largest_mean(shares)
    return bound * (mean - (mean - low) * nearer), bound * (mean + (high - mean) * nearer)


def _largest_mean(values: FloatArray) -> float:
    from scipy.special import betaincinv

    m = len(values)
    ascending, sizes = np.unique(values, return_counts=True)
    counts = np.append(0, np.cumsum(sizes[::-1])[:-1])  # how many are larger
    shares = np.append(betaincinv(counts + 1, m - counts, (1 + CONFIDENCE) / 2), 1.0)
    return float(shares[0] + (np.diff(shares) * ascending[::-1]).sum())
