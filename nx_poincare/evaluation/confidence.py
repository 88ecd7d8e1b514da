r"""Confidence limits of scores that a sample of the nodes estimates.

Nodes are drawn without replacement. A mean over pairs is a ratio of two sums over nodes, and its error is that of the
mean of :math:`e_i = (y_i - \hat R x_i) / \bar x` [1]_, with the variance :math:`(1 - m / N) s_e^2 / m`. Ranks are
skewed: most are 1, few are in the thousands, and Student's symmetric limits hold the true mean too seldom (87 of 100
samples of 100 nodes). Limits by the transformation of Hall [2]_ reach farther to the side of the long tail; t stands in
the place of his normal quantiles.

Where nearly all nodes of the sample are perfect, it says next to nothing of how bad the others are. What remains is
that losses are bounded: the limits of the auditors' bound of Stringer [3]_ add up those of Clopper and Pearson for the
share of nodes that lose at least so much, and where no node loses anything, it is they for a share of zero.

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

import numpy as np

from nx_poincare.engine.ranking.exact import RankedRows
from nx_poincare.utils.arrays import FloatArray

__all__ = ["CONFIDENCE", "Limits", "limits_of_ranks"]

CONFIDENCE = 0.95
_LEAST_SEEN = 20  # nodes that lose something, below which their spread is not known
_NO_SKEWNESS = 1e-9

Limits = tuple[float, float]


def limits_of_ranks(ranked: RankedRows, population: int, candidates: int) -> tuple[Limits, Limits]:
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
    >>> perfect = RankedRows(np.full(1000, 7), np.full(1000, 7.0), np.ones(1000))
    >>> (low, high), (least, most) = limits_of_ranks(perfect, 1_000_000, 1_000_000)
    >>> low, round(high), round(least, 4), most
    (1.0, 3681, 0.9963, 1.0)
    """
    weights = ranked.sizes / ranked.sizes.mean()
    excess = (ranked.rank_sums - ranked.sizes) / ranked.sizes.mean()
    mean_excess = excess.mean().item()
    errors = excess - mean_excess * weights
    lost = 1 - ranked.precisions
    if np.count_nonzero(excess) < _LEAST_SEEN:
        few = limits_of_bounded_mean(np.minimum(excess / candidates, 1.0), population)
        low, high = few[0] * candidates, few[1] * candidates
        least, most = limits_of_bounded_mean(lost, population)
    else:
        low, high = limits_of_skewed_mean(mean_excess, errors, population)
        least, most = limits_of_skewed_mean(lost.mean().item(), lost - lost.mean(), population)
    return (1 + max(low, 0.0), 1 + high), (1 - min(most, 1.0), 1 - max(least, 0.0))


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


def limits_of_bounded_mean(values: FloatArray, population: int) -> Limits:
    """By the bound of Stringer, for values between 0 and 1; nearer by what the sample is of all nodes."""
    mean = values.mean().item()
    nearer = math.sqrt(1 - len(values) / population)
    low, high = 1 - _largest_mean(1 - values), _largest_mean(values)
    return mean - (mean - low) * nearer, mean + (high - mean) * nearer


def _largest_mean(values: FloatArray) -> float:
    from scipy.special import betaincinv

    m = len(values)
    counts = np.arange(m)
    shares = np.append(betaincinv(counts + 1, m - counts, (1 + CONFIDENCE) / 2), 1.0)
    return float(shares[0] + (np.diff(shares) * np.sort(values)[::-1]).sum())
