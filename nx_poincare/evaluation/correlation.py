"""Spearman's rank correlation, with an answer where it is not defined."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import spearmanr

__all__ = ["rank_correlation"]


def rank_correlation(first: ArrayLike, second: ArrayLike) -> float:
    """Spearman's rho of two series, ties at their mean rank.

    Parameters
    ----------
    first, second : array_like of float, shape (n,)

    Returns
    -------
    float
        Between -1 and 1; ``nan`` if there are fewer than two values or all of a series are equal.

    Examples
    --------
    >>> rank_correlation([1, 2, 3], [10, 20, 15]), rank_correlation([1, 1], [2, 3])
    (0.5, nan)
    """
    x, y = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan")
    return float(np.clip(spearmanr(x, y).statistic, -1, 1))
