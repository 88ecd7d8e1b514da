"""Attach points by brute force: thresholds, clearances, costs that never rise, bounded work."""

import logging

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nx_poincare.engine.cones.skeleton import attach_points as module
from nx_poincare.engine.cones.skeleton.attach_points import place_points
from nx_poincare.engine.cones.skeleton.split import split
from nx_poincare.engine.cones.skeleton.start import start_skeleton
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.ranking.scores import DISORDER_WEIGHT

LEAST = 0.01  # clearance, in widths of the deepest parent's cone
HELD = 0.99  # keys of caps that hold a point are below 1


def skeleton_of(n, second, roots, seed):
    """The skeleton of a random graph with several roots, some of its nodes with a second parent."""
    rng = np.random.default_rng(seed)
    edges = [(int(rng.integers(v)), v) for v in range(roots, n)]
    edges += [(int(rng.integers(v)), v) for v in range(roots + 1, n) if rng.random() < second]
    return split(Dag.from_edges(*np.array(edges).T, n))


skeletons = st.builds(
    skeleton_of, st.integers(12, 60), st.sampled_from([0.1, 0.3, 1.0]), st.integers(1, 3), st.integers(0, 2**32)
).filter(lambda skeleton: len(skeleton.caps) > 0)


def keys_of(points, caps, radii):
    """K of every point, at infinite radius, and cap."""
    gaps = np.sum((points[:, None] - caps[None]) ** 2, axis=2)
    return np.exp(-radii) + np.sinh(radii) / 2 * gaps


def own_caps(skeleton):
    """Which caps are ancestors of each attach point."""
    dag, caps = skeleton.dag, len(skeleton.caps)
    oracle = nx.DiGraph()
    oracle.add_nodes_from(range(dag.n))
    oracle.add_edges_from((int(p), v) for v in range(dag.n) for p in dag.parents_of(v))
    own = np.zeros((dag.n - caps, caps), dtype=bool)
    for i in range(len(own)):
        own[i, list(nx.ancestors(oracle, caps + i))] = True
    return own


def costs_of(keys, own):
    """(mean rank - 1) + 10 (1 - average precision) of each point; without ancestors, the nearest cap's nearness."""
    costs = []
    for row, mine in zip(keys, own, strict=True):
        before = np.array([np.sum(row[~mine] <= key) for key in np.sort(row[mine])])
        position = np.arange(1, len(before) + 1)
        costs.append(
            before.mean() + 10 * (1 - np.mean(position / (position + before))) if len(before) else 1 / min(row)
        )
    return np.array(costs)


def least_clearances(skeleton, radii):
    caps = len(radii)
    deepest = [max(radii[skeleton.dag.parents_of(caps + i)], default=0.0) for i in range(len(skeleton.weights))]
    return LEAST * 2 * np.exp(-np.array(deepest) / 2)


def placed(skeleton, dim, seed):
    directions, radii = start_skeleton(skeleton, dim, 36.0, np.random.default_rng(seed))
    caps = len(radii)
    points = place_points(skeleton, directions, radii, np.random.default_rng(seed))
    return directions[:caps], radii, directions[caps:], points


@settings(max_examples=60)
@given(skeletons, st.sampled_from([3, 10]), st.integers(0, 100))
def test_thresholds_separate_as_well_as_any_ancestor_does(skeleton, dim, seed):
    caps, radii, _, points = placed(skeleton, dim, seed)
    assert np.isfinite(points.thresholds).all()
    assert np.all(points.thresholds > 0)
    for row, mine, threshold in zip(
        keys_of(points.directions, caps, radii), own_caps(skeleton), points.thresholds, strict=True
    ):
        if not mine.any():
            assert threshold < row.min()
            continue
        wrong = {key: int(np.sum(mine != (row <= key))) for key in row[mine]}
        fewest = min(wrong.values())
        separator = max(key for key, count in wrong.items() if count == fewest)
        beyond = row[~mine & (row > separator)].min(initial=np.inf)
        assert separator <= threshold <= beyond
        if beyond > separator * (1 + 1e-9):
            assert threshold < beyond
            assert np.sum(mine != (row <= threshold)) == fewest
        if beyond > 2 * HELD:
            assert threshold >= HELD  # no other cap holds the point: its tree may fill its parents' caps


def test_thresholds_separate_most_points_of_a_small_graph():
    """So that the test above has something to say."""
    skeleton = skeleton_of(60, 0.1, 1, seed=0)
    caps, radii, _, points = placed(skeleton, 10, 0)
    inside = keys_of(points.directions, caps, radii) < points.thresholds[:, None]
    own = own_caps(skeleton)
    assert len(own) > 10
    off = radii > 0  # a root at the origin ties with it
    assert np.all((inside == own)[:, off], axis=1).mean() > 0.6


@settings(max_examples=40)
@given(skeletons, st.sampled_from([3, 10]), st.integers(0, 100))
def test_moves_within_the_clearance_change_no_relation(skeleton, dim, seed):
    caps, radii, _, points = placed(skeleton, dim, seed)
    own = own_caps(skeleton)
    least = least_clearances(skeleton, radii)
    assert np.all(points.clearances >= least * (1 - 1e-12))
    roomy = np.flatnonzero(points.clearances > least * (1 + 1e-9))
    thresholds = points.thresholds[:, None]
    right = (keys_of(points.directions, caps, radii) < thresholds) == own
    rng = np.random.default_rng(seed)
    for _ in range(30):
        # A chord c is the angle 2 asin(c / 2); the farthest moves allowed are tried most.
        step = rng.standard_normal(points.directions.shape)
        step -= np.sum(step * points.directions, axis=1, keepdims=True) * points.directions
        step /= np.linalg.norm(step, axis=1, keepdims=True)
        chords = points.clearances * rng.choice([0.3, 0.9, 0.999], len(own))
        angles = 2 * np.arcsin(np.minimum(chords / 2, 1))[:, None]
        moved = np.cos(angles) * points.directions + np.sin(angles) * step
        still = (keys_of(moved, caps, radii) < thresholds) == own
        assert np.all(still[roomy] | ~right[roomy])


def test_clearances_are_no_smaller_than_needed():
    """Toward what limits a point, a move of the clearance leads to the threshold, a cap's direction or half-way."""
    skeleton = skeleton_of(60, 0.3, 1, seed=2)
    caps, radii, _, points = placed(skeleton, 5, 2)
    keys = keys_of(points.directions, caps, radii)
    own = own_caps(skeleton)
    among = np.linalg.norm(points.directions[:, None] - points.directions[None], axis=2) + 9 * np.eye(len(own))
    expected = np.minimum(1.0, among.min(axis=1) / 2)
    for i, row in enumerate(keys):
        for v in np.flatnonzero(radii > 0):
            expected[i] = min(expected[i], np.linalg.norm(points.directions[i] - caps[v]))
            if own[i, v] == (row[v] < points.thresholds[i]):
                slack = abs(np.sqrt(row[v]) - np.sqrt(points.thresholds[i])) / np.sqrt(np.sinh(radii[v]) / 2)
                expected[i] = min(expected[i], slack)
    np.testing.assert_allclose(points.clearances, np.maximum(expected, least_clearances(skeleton, radii)), rtol=1e-6)


def disorder_of(keys, own, radii):
    """What the caps on the wrong side of the origin add to the cost of each point."""
    wrong = np.sum(own & (keys >= 1) & (radii > 0), axis=1) + np.sum(~own & (keys < 1), axis=1)
    return np.where(own.any(axis=1), DISORDER_WEIGHT * wrong / np.maximum(own.sum(axis=1), 1), 0.0)


@settings(max_examples=60)
@given(skeletons, st.sampled_from([3, 10]), st.integers(0, 100))
def test_the_cost_of_no_point_rises(skeleton, dim, seed):
    caps, radii, start, points = placed(skeleton, dim, seed)
    own = own_caps(skeleton)
    keys = keys_of(start, caps, radii)
    before = costs_of(keys, own) + disorder_of(keys, own, radii)
    keys = keys_of(points.directions, caps, radii)
    after = costs_of(keys, own) + disorder_of(keys, own, radii)
    assert np.all(after <= before + 1e-9)
    np.testing.assert_allclose(np.linalg.norm(points.directions, axis=1), 1, rtol=1e-12)
    done = before == 0
    np.testing.assert_allclose(points.directions[done], start[done], atol=1e-15)


def test_tries_help():
    skeleton = skeleton_of(200, 0.3, 1, seed=1)
    caps, radii, start, points = placed(skeleton, 5, 1)
    own = own_caps(skeleton)
    before = costs_of(keys_of(start, caps, radii), own)
    after = costs_of(keys_of(points.directions, caps, radii), own)
    assert np.sum(before > 0) > 20
    assert after.mean() < 0.9 * before.mean()


def test_caps_and_start_are_left_alone():
    skeleton = skeleton_of(60, 0.3, 1, seed=3)
    directions, radii = start_skeleton(skeleton, 5, 36.0, np.random.default_rng(0))
    kept = directions.copy(), radii.copy()
    one, other = (place_points(skeleton, directions, radii, np.random.default_rng(4)) for _ in range(2))
    assert np.array_equal(directions, kept[0])
    assert np.array_equal(radii, kept[1])
    assert all(a.tobytes() == b.tobytes() for a, b in zip(one, other, strict=True))


def test_where_tries_are_dear_points_are_compared_where_they_begin(monkeypatch):
    skeleton = skeleton_of(60, 0.3, 2, seed=4)
    directions, radii = start_skeleton(skeleton, 5, 36.0, np.random.default_rng(0))
    tried = place_points(skeleton, directions, radii, np.random.default_rng(0))
    monkeypatch.setattr(module, "_MOST_WORK", 1)
    points = place_points(skeleton, directions, radii, np.random.default_rng(0))
    moved = np.any(np.abs(tried.directions - directions[len(radii) :]) > 1e-12, axis=1)
    assert moved.any()
    np.testing.assert_allclose(points.directions, directions[len(radii) :], atol=1e-12)
    np.testing.assert_allclose(points.thresholds[~moved], tried.thresholds[~moved])


def test_too_much_work_is_not_done_and_said(monkeypatch, caplog):
    skeleton = skeleton_of(60, 0.3, 2, seed=4)
    directions, radii = start_skeleton(skeleton, 5, 36.0, np.random.default_rng(0))
    caps = len(radii)
    ancestors = skeleton.dag.count_ancestors(10**6).mean()
    work = len(skeleton.weights) * (caps * 5 + module._work_of_sorting(ancestors))
    with caplog.at_level(logging.INFO, logger="nx_poincare"):
        monkeypatch.setattr(module, "_LARGEST_LOOK", work)
        place_points(skeleton, directions, radii, np.random.default_rng(0))
        assert "without comparison" not in caplog.text
        monkeypatch.setattr(module, "_LARGEST_LOOK", work - 1)
        points = place_points(skeleton, directions, radii, np.random.default_rng(0))
    assert f"{caps} caps and {len(skeleton.weights)} points" in caplog.text
    assert "without comparison" in caplog.text
    assert np.array_equal(points.directions, directions[caps:])
    keys = keys_of(points.directions, directions[:caps], radii)
    for i, threshold in enumerate(points.thresholds):
        parents = skeleton.dag.parents_of(caps + i)
        assert threshold == pytest.approx(3 * max([1.0, *keys[i, parents]]))
    np.testing.assert_allclose(points.clearances, least_clearances(skeleton, radii))
