"""Packing balls: disjoint, inside the extent, 0 left free, and small enough."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import pack_balls

from nx_poincare.engine.cones.caps.ball_packing import shell_counts

SIZES = st.lists(st.floats(-14.0, 3.0), min_size=1, max_size=60).map(np.exp)


def check(sizes, centres, extent, centred):
    norms = np.linalg.norm(centres, axis=1)
    assert np.all(norms + sizes < extent)
    if centred:
        assert sizes[np.argmin(norms)] == sizes.max()
        assert norms.min() == 0
    else:
        assert np.all(norms > sizes)
    between = np.linalg.norm(centres[:, None] - centres[None], axis=2)
    np.fill_diagonal(between, np.inf)
    assert np.all(between > sizes[:, None] + sizes[None])


@settings(deadline=None, max_examples=150)
@given(SIZES, st.sampled_from([2, 3, 4, 9, 30]), st.booleans())
def test_balls_are_disjoint_and_inside(sizes, dim, centred):
    centres, extent = pack_balls(sizes, dim, centred=centred)
    assert centres.shape == (len(sizes), dim)
    check(sizes, centres, extent, centred)


@pytest.mark.parametrize("dim", [2, 3, 4, 9])
@pytest.mark.parametrize("count", [1, 2, 3, 5, 7, 12, 13, 40, 700])
def test_equal_balls(dim, count):
    sizes = np.ones(count)
    check(sizes, *pack_balls(sizes, dim), centred=False)


@pytest.mark.parametrize("dim", [2, 3, 5])
@pytest.mark.parametrize("small", [1e-2, 1e-4])
def test_many_small_balls_around_a_large_one(dim, small):
    sizes = np.r_[np.full(500, small), 1.0]
    centres, extent = pack_balls(sizes, dim, centred=True)
    check(sizes, centres, extent, centred=True)
    assert extent < 1 + 20 * small


def test_known_extents():
    assert pack_balls([1.0], 2)[1] == pytest.approx(2, abs=1e-4)
    assert pack_balls([1.0, 1.0], 5)[1] == pytest.approx(2, abs=1e-4)
    assert pack_balls([1.0] * 10, 5)[1] == pytest.approx(1 + np.sqrt(2), abs=1e-4)
    assert pack_balls([1.0], 5, centred=True)[1] == pytest.approx(1, abs=1e-4)
    assert pack_balls([3.0, 0.5, 0.5], 2)[1] == pytest.approx(6, abs=1e-4)
    assert pack_balls([3.0, *[0.3] * 6], 2)[1] == pytest.approx(6, abs=1e-4)
    assert pack_balls([1.0, 0.5, 0.3, 0.2, 0.1, 0.05], 2)[1] == pytest.approx(2, abs=1e-4)


def test_nothing_to_pack():
    centres, extent = pack_balls([], 3)
    assert centres.shape == (0, 3)
    assert extent == 1


def test_bad_input():
    with pytest.raises(ValueError, match="at least 2"):
        pack_balls([1.0], 1)
    with pytest.raises(ValueError, match="positive"):
        pack_balls([1.0, 0.0], 3)


@pytest.mark.parametrize("dim", [3, 4])
def test_shell_counts_against_enumeration(dim):
    axis = np.arange(-4, 5)
    squared = sum(np.meshgrid(*[axis**2] * dim)).ravel()
    expected = [np.count_nonzero((squared <= 2 * i) & (squared % 2 == 0)) for i in range(9)]
    assert shell_counts(dim, 100)[:9].tolist() == expected


def test_a_large_star_is_compact():
    centres, extent = pack_balls(np.ones(30_000), 2)
    assert extent < 1.2 * np.sqrt(30_000)
    centres, extent = pack_balls(np.ones(30_000), 99)
    assert extent < 4
    assert np.isfinite(centres).all()
