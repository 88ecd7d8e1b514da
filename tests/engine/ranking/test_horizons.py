"""Fitted horizons: interpreted, on arrays and compiled they are the same bytes, far out too."""

import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.engine.ranking import horizons, order
from nx_poincare.engine.ranking.keys import candidates
from nx_poincare.utils.workers import ONE_THREAD


def made_points(dim, n, largest, seed):
    """Points, and a few nodes for each that are to be its ancestors; some none."""
    rng = np.random.default_rng(seed)
    directions = rng.normal(size=(n, dim))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    directions[1::7] = directions[::7][: len(directions[1::7])]  # some stand behind each other
    radii = rng.uniform(0, largest, n)
    radii[0] = 0
    above = [rng.choice(n, rng.integers(6), replace=False) for _ in range(n)]
    own = [found[found != row] for row, found in enumerate(above)]
    return directions, radii, np.cumsum([0, *map(len, own)]), np.concatenate(own)


@pytest.mark.parametrize(("dim", "largest"), [(2, 5), (3, 36), (9, 60)])
def test_same_bytes_either_way(dim, largest):
    directions, radii, starts, ancestors = made_points(dim, 60, largest, seed=dim)
    nodes, rows = candidates(directions, radii), np.arange(60)
    by_arrays = horizons._best_gaps_by_arrays(nodes, rows, starts, ancestors)
    for found in (horizons.best_gaps.py_func, horizons.best_gaps.compiled):
        for ours, theirs in zip(by_arrays, found(nodes, rows, starts, ancestors), strict=True):
            assert ours.tobytes() == theirs.tobytes()


@pytest.mark.parametrize("dim", [2, 9])
def test_near_pairs_either_way(dim):
    directions, radii, *_ = made_points(dim, 60, 20, seed=dim)
    nodes, rows, limits = candidates(directions, radii), np.arange(5, 60), np.geomspace(1e-3, 100, 55)
    by_arrays, one, other = (
        set(zip(*(part.tolist() for part in found(nodes, rows, limits)), strict=True))
        for found in (order._near_pairs_by_arrays, order._near_pairs.py_func, order._near_pairs.compiled)
    )
    assert by_arrays == one == other


@pytest.mark.parametrize("largest", [10, 36, 60])
def test_horizon_parts_by_distance(largest):
    directions, radii, starts, ancestors = made_points(3, 80, largest, seed=largest)
    emb = nxp.Embedding(range(80), directions, radii)
    blocks = horizons.horizon_blocks(
        candidates(directions, radii),
        np.arange(80),
        lambda rows: (starts[rows[0] : rows[-1] + 2], ancestors),
        ONE_THREAD,
    )
    found = np.concatenate([horizon for _, horizon, _ in blocks])
    fitted = emb.with_horizons(found)
    for row in range(80):
        if found[row] != radii[row]:
            within = set(np.flatnonzero(emb.distances(row) < found[row]).tolist()) - {row}
            assert set(fitted.ancestors(row)) == within


@pytest.mark.parametrize("fitted", [False, True])
def test_the_lowest_row_is_the_first_of_the_lowest(fitted):
    rng = np.random.default_rng(0)
    directions = rng.normal(size=(60, 2))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    radii = rng.uniform(0, 3, 60).round(1)  # with ties
    fitted_radii = np.maximum(radii + rng.uniform(-1, 2, 60), 0) if fitted else None  # wide ones go round in circles
    points = order.OrderedPoints(directions, radii, fitted_radii)
    for count in (1, 2, 3, 10, 60):
        for _ in range(40):
            rows = rng.choice(60, count, replace=False)
            assert order.lowest_row(points, rows) == order.lowest_rows(points, rows)[0]
