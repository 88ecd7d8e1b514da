"""The layout to walk in: relative steps and turns, subtrees in wedges that do not overlap."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nx_poincare.layout.fan import breadth_first, fan_layout


def random_parents(n, seed, skew=1.0):
    """A random recursive tree in breadth-first order."""
    rng = np.random.default_rng(seed)
    parents = np.concatenate([[-1], (rng.random(n - 1) ** skew * np.arange(1, n)).astype(np.int64)])
    order = breadth_first(parents, rng.random(n))
    row = np.argsort(order)
    above = parents[order]
    return np.where(above < 0, -1, row[above])


trees = st.builds(random_parents, st.integers(1, 200), st.integers(0, 2**32), st.sampled_from([0.3, 1.0, 6.0]))


@given(st.integers(1, 60), st.integers(0, 2**32))
def test_breadth_first_order(n, seed):
    rng = np.random.default_rng(seed)
    parents = np.concatenate([[-1], (rng.random(n - 1) * np.arange(1, n)).astype(np.int64)])
    names = rng.permutation(n)  # the root anywhere
    shuffled = np.full(n, -1)
    shuffled[names[1:]] = names[parents[1:]]
    keys = rng.integers(5, size=n).astype(float)
    order = breadth_first(shuffled, keys)
    assert sorted(order.tolist()) == list(range(n))
    row = np.argsort(order)
    assert shuffled[order[0]] == -1
    above = row[shuffled[order[1:]]]
    assert np.all(np.diff(above) >= 0)  # children of each stand together, parents in order
    same = np.flatnonzero(np.diff(above) == 0) + 1
    assert np.all(keys[order[same]] <= keys[order[same + 1]])


def positions(parents, layout, top):
    """Places in the disk of the subtree of a node, in its frame (direction 0 leads away from its parent)."""
    motion = {top: (1.0 + 0j, 0j)}
    for v in range(top + 1, len(parents)):
        if parents[v] in motion:
            a, b = motion[parents[v]]
            turn = np.exp(0.5j * layout.turns[v])
            c, d = np.cosh(layout.steps[v] / 2) * turn, np.sinh(layout.steps[v] / 2) * turn
            motion[v] = a * c + b * np.conj(d), a * d + b * np.conj(c)
    return {v: b / np.conj(a) for v, (a, b) in motion.items()}


@given(trees)
def test_subtrees_stay_in_sectors_of_their_own(parents):
    layout = fan_layout(parents)
    for top in range(min(len(parents), 12)):
        places = positions(parents, layout, top)
        branch = {}
        for v in places:
            if v != top:
                branch[v] = v if parents[v] == top else branch[parents[v]]
        ranges = {}
        for v, first in branch.items():
            away = np.angle(places[v] * np.exp(-1j * layout.turns[first]))
            low, high = ranges.get(first, (0.0, 0.0))
            ranges[first] = min(low, away), max(high, away)
        ordered = sorted(ranges, key=lambda first: layout.turns[first])
        for one, next_one in pairwise(ordered):
            assert layout.turns[one] + ranges[one][1] < layout.turns[next_one] + ranges[next_one][0] + 1e-9
        if len(ordered) > 1:
            last, first = ordered[-1], ordered[0]
            assert layout.turns[last] + ranges[last][1] <= layout.turns[first] + ranges[first][0] + 2 * np.pi + 1e-9


@given(trees)
def test_steps_leave_room(parents):
    layout = fan_layout(parents)
    assert layout.steps[0] == layout.turns[0] == 0
    assert np.all(layout.steps[1:] >= 1.0)
    assert np.all(np.abs(layout.turns) <= np.pi + 1e-9)
    for parent in np.unique(parents[1:]):
        children = np.flatnonzero(parents == parent)
        assert np.ptp(layout.steps[children]) == 0
        turns = np.sort(layout.turns[children])
        # Neighbouring leaves stand at least a quarter unit apart: sinh(d / 2) = sinh(step) sin(angle / 2).
        gaps = np.sinh(layout.steps[children[0]]) * np.sin(np.diff(turns) / 2)
        assert np.all(2 * np.arcsinh(gaps) > 0.12)


@pytest.mark.parametrize("n", [0, 1])
def test_small(n):
    layout = fan_layout(np.full(n, -1))
    assert layout.steps.tolist() == layout.turns.tolist() == [0] * n


def test_a_chain_and_a_star():
    chain = fan_layout(np.arange(-1, 100_000))
    assert np.all(chain.steps[1:] == 1.0)
    assert np.abs(chain.turns[2:]).max() == pytest.approx(0)
    star = fan_layout(np.concatenate([[-1], np.zeros(1_000_000, np.int64)]))
    assert star.steps[1] == pytest.approx(np.log(2 * 0.15 * 1_000_000 / np.pi))
    assert np.diff(star.turns[1:]) == pytest.approx(2 * np.pi / 1_000_000, rel=1e-6)
