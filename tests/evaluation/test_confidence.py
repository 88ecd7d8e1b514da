"""Confidence limits by simulation on populations that are known, and against scipy where values are 0 or 1."""

import numpy as np
import pytest
from scipy import stats

from nx_poincare.engine.ranking.exact import RankedRows
from nx_poincare.evaluation.confidence import limits_of_ranks

SAMPLES = 500
LEAST_HELD = 459  # of 500 with probability 0.95 each, all but one time in a thousand


def population(n, share, rng):
    """Ranks with a long tail: a share of the nodes has intruders, in numbers that spread over decades."""
    sizes = rng.integers(1, 20, n)
    intruders = np.where(rng.random(n) < share, np.ceil(np.exp(rng.normal(3, 1.2, n))), 0)
    return RankedRows(sizes, sizes * (1 + intruders), 1 / (1 + intruders / 5))


@pytest.mark.parametrize("rows", [200, 1000, 5000])
@pytest.mark.parametrize("share", [0.3, 1.0])
def test_skewed_ranks(rows, share):
    rng = np.random.default_rng(rows)
    everyone = population(10_000, share, rng)
    mean_rank, map_score = everyone.rank_sums.sum() / everyone.sizes.sum(), everyone.precisions.mean()
    held = np.zeros(2)
    for _ in range(SAMPLES):
        own = rng.choice(10_000, rows, replace=False)
        part = RankedRows(*(values[own] for values in everyone))
        ranks, precisions = limits_of_ranks(part, 10_000, 10_000)
        held += [ranks[0] <= mean_rank <= ranks[1], precisions[0] <= map_score <= precisions[1]]
    assert (held >= LEAST_HELD).all()


@pytest.mark.parametrize("share", [0.0001, 0.001, 0.01])
def test_nodes_that_are_seldom_bad(share):
    """Student's limits hold what a sample has not seen of it one time in a hundred, or in three."""
    rng = np.random.default_rng(0)
    everyone = population(100_000, share, rng)
    mean_rank, map_score = everyone.rank_sums.sum() / everyone.sizes.sum(), everyone.precisions.mean()
    held = np.zeros(2)
    for _ in range(SAMPLES):
        own = rng.integers(0, 100_000, 1000)
        ranks, precisions = limits_of_ranks(RankedRows(*(values[own] for values in everyone)), 100_000, 100_000)
        held += [ranks[0] <= mean_rank <= ranks[1], precisions[0] <= map_score <= precisions[1]]
    assert (held >= LEAST_HELD).all()


@pytest.mark.parametrize("bad", [0, 1, 7])
def test_losses_of_all_or_nothing_have_the_limits_of_clopper_and_pearson(bad):
    rows = 300
    precisions = np.r_[np.zeros(bad), np.ones(rows - bad)]
    ranked = RankedRows(np.ones(rows, dtype=np.int64), np.r_[np.full(bad, 2.0), np.ones(rows - bad)], precisions)
    _, (least, most) = limits_of_ranks(ranked, 10**12, 10**12)
    known = stats.binomtest(bad, rows).proportion_ci(0.95, "exact")
    assert (1 - most, 1 - least) == pytest.approx((known.low, known.high), abs=1e-6)


def test_all_nodes_but_one_leave_no_doubt():
    rows = population(1000, 1.0, np.random.default_rng(1))
    low, high = limits_of_ranks(rows, 1001, 1001)[0]
    assert high - low < 0.1 * (low + high) / 2


def test_the_skewed_side_reaches_farther():
    rows = population(1000, 0.3, np.random.default_rng(2))
    mean_rank = rows.rank_sums.sum() / rows.sizes.sum()
    low, high = limits_of_ranks(rows, 10**6, 10**6)[0]
    assert 1 < low < mean_rank < high
    assert high - mean_rank > 1.1 * (mean_rank - low)
