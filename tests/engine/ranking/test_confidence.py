"""Confidence limits by simulation on populations that are known, and against scipy where values are 0 or 1."""

import numpy as np
import pytest
from scipy import stats

from nx_poincare.engine.ranking.confidence import NamedRows, limits_of_order, limits_of_ranks
from nx_poincare.engine.ranking.exact import RankedRows

SAMPLES = 500
LEAST_HELD = 459  # of 500 with probability 0.95 each, all but one time in a thousand


def population(n, share, rng):
    """Ranks with a long tail: a share of the nodes has intruders, in numbers that spread over decades."""
    sizes = rng.integers(1, 20, n)
    intruders = np.where(rng.random(n) < share, np.ceil(np.exp(rng.normal(3, 1.2, n))), 0)
    return RankedRows(sizes, sizes * (1 + intruders), 1 / (1 + intruders / 5))


def of_sample(limits_of, everyone, own, nodes, *more):
    return limits_of(type(everyone)(*(values[own] for values in everyone)), nodes, nodes, *more)


@pytest.mark.parametrize("rows", [200, 1000, 5000])
@pytest.mark.parametrize("share", [0.3, 1.0])
def test_skewed_ranks(rows, share):
    rng = np.random.default_rng(rows)
    everyone = population(10_000, share, rng)
    mean_rank, map_score = everyone.rank_sums.sum() / everyone.sizes.sum(), everyone.precisions.mean()
    held = np.zeros(2)
    for _ in range(SAMPLES):
        own = rng.choice(10_000, rows, replace=False)
        ranks, precisions = of_sample(limits_of_ranks, everyone, own, 10_000).values()
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
        ranks, precisions = of_sample(limits_of_ranks, everyone, own, 100_000).values()
        held += [ranks[0] <= mean_rank <= ranks[1], precisions[0] <= map_score <= precisions[1]]
    assert (held >= LEAST_HELD).all()


@pytest.mark.parametrize("bad", [0, 1, 7])
def test_losses_of_all_or_nothing_have_the_limits_of_clopper_and_pearson(bad):
    rows = 300
    precisions = np.r_[np.zeros(bad), np.ones(rows - bad)]
    ranked = RankedRows(np.ones(rows, dtype=np.int64), np.r_[np.full(bad, 2.0), np.ones(rows - bad)], precisions)
    _, (least, most) = limits_of_ranks(ranked, 10**12, 10**12).values()
    known = stats.binomtest(bad, rows).proportion_ci(0.95, "exact")
    assert (1 - most, 1 - least) == pytest.approx((known.low, known.high), abs=1e-6)


def test_all_nodes_but_one_leave_no_doubt():
    rows = population(1000, 1.0, np.random.default_rng(1))
    low, high = limits_of_ranks(rows, 1001, 1001)["mean_rank"]
    assert high - low < 0.1 * (low + high) / 2


def test_the_skewed_side_reaches_farther():
    rows = population(1000, 0.3, np.random.default_rng(2))
    mean_rank = rows.rank_sums.sum() / rows.sizes.sum()
    low, high = limits_of_ranks(rows, 10**6, 10**6)["mean_rank"]
    assert 1 < low < mean_rank < high
    assert high - mean_rank > 1.1 * (mean_rank - low)


def named_rows(n, share, rng):
    """A share of the rows misses some of its ancestors, a share names others, in numbers that spread over decades."""
    sizes = rng.integers(1, 20, n)
    right = np.where(rng.random(n) < share, rng.binomial(sizes, 0.6), sizes)
    strangers = np.where(rng.random(n) < share, np.ceil(np.exp(rng.normal(1, 1.2, n))), 0).astype(int)
    return NamedRows(sizes, right + strangers, right)


def scores_of(rows):
    pairs, named, right = (counts.sum() for counts in rows)
    exact = (rows.named == rows.sizes) & (rows.right == rows.sizes)
    return np.array([right / named, right / pairs, 2 * right / (named + pairs), exact.mean()])


@pytest.mark.parametrize(
    ("rows", "share"), [(200, 0.3), (1000, 0.3), (1000, 1.0), (1000, 0.015), (1000, 0.001), (1000, 0.0001)]
)
def test_precision_recall_and_f1(rows, share):
    """With errors in many nodes, in about as many as divide the two kinds of limits, and in few."""
    rng = np.random.default_rng(rows)
    everyone = named_rows(20_000, share, rng)
    scores, held = scores_of(everyone), np.zeros(4)
    for _ in range(SAMPLES):
        own = rng.choice(20_000, rows, replace=False)
        low, high = np.transpose(list(of_sample(limits_of_order, everyone, own, 20_000, lambda: 20).values()))
        held += (low <= scores) & (scores <= high)
        assert ((low >= 0) & (high <= 1)).all()
    assert (held >= LEAST_HELD).all()


def test_limits_of_ratios_are_those_of_the_bootstrap():
    """Of percentiles: about as near, if a little less to the side of the tail."""
    rng = np.random.default_rng(0)
    rows = named_rows(2000, 0.3, rng)
    drawn = [scores_of(NamedRows(*(v[own] for v in rows))) for own in rng.integers(0, 2000, (1000, 2000))]
    expected = np.quantile(drawn, [0.025, 0.975], axis=0).T
    found = np.array(list(limits_of_order(rows, 10**9, 10**9, lambda: 20).values()))
    assert np.abs(found - expected).max() < 0.2 * np.ptp(expected, axis=1).max()


def test_few_errors_are_bounded_by_what_a_row_can_lose():
    perfect = NamedRows(*np.full((3, 100), 10))
    share = 1 - 0.025 ** (1 / 100)  # of Clopper and Pearson, where none of 100 is seen
    found = limits_of_order(perfect, 10**12, 1000, lambda: 15)
    right, strangers = 10 - 15 * share, 1000 * share
    assert found["exact_share"] == pytest.approx((1 - share, 1), abs=1e-6)
    assert found["recall"] == pytest.approx((right / 10, 1), abs=1e-5)
    assert found["precision"] == pytest.approx((right / (right + strangers), 1), abs=1e-5)
    assert found["f1"] == pytest.approx((2 * right / (2 * right + strangers), 1), abs=1e-5)


def test_nothing_named_and_nothing_true():
    nothing = NamedRows(*np.zeros((3, 50), dtype=np.int64))
    found = limits_of_order(nothing, 100, 100, lambda: 0)
    assert all(np.isnan(found[score]).all() for score in ("precision", "recall", "f1"))
    assert found["exact_share"][1] == 1
    missed = NamedRows(np.full(50, 3), *np.zeros((2, 50), dtype=np.int64))
    found = limits_of_order(missed, 100, 100, lambda: 3)
    assert found["recall"] == found["f1"] == (0, 0)
    assert np.isnan(found["precision"]).all()


def test_limits_know_nothing_of_nodes_that_make_up_a_sum_and_are_not_seen():
    """As the page on measures says: ten nodes of 20,000 have most of the intruders, others have some."""
    rng = np.random.default_rng(5)
    everyone = population(20_000, 0.3, rng)
    rank_sums = everyone.rank_sums.astype(float)
    rank_sums[rng.choice(20_000, 10, replace=False)] *= 20_000
    everyone = everyone._replace(rank_sums=rank_sums)
    mean_rank, map_score = rank_sums.sum() / everyone.sizes.sum(), everyone.precisions.mean()
    held = np.zeros(2)
    for _ in range(SAMPLES):
        own = rng.choice(20_000, 300, replace=False)
        ranks, precisions = of_sample(limits_of_ranks, everyone, own, 20_000).values()
        held += [ranks[0] <= mean_rank <= ranks[1], precisions[0] <= map_score <= precisions[1]]
    assert held[0] < SAMPLES / 2
    assert held[1] >= LEAST_HELD
