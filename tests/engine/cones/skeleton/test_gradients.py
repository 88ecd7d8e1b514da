"""Rows of the skeleton: the loss of the module's docstring taken literally, and rows that rest."""

import networkx as nx
import numpy as np
import pytest
from skeleton_rows import (
    LARGEST_LOG_RATIO,
    LEAST_LOG_RATIO,
    MOST_NEAR,
    WINDOW,
    Pass,
    all_weights,
    graph,
    keys_of,
    points,
    relations,
    repelling,
    skeleton_of,
)

from nx_poincare.engine.cones.skeleton.start import start_skeleton
from nx_poincare.utils.limits import LARGEST_RADIUS


def violations_of(own_keys, near_keys, p):
    """ln(1 + ratio^p) of each ancestor and cap; far misses by their logarithm, those that hardly count not at all."""
    logs = p * np.log(own_keys[:, None] / near_keys[None, :])
    whole = np.log1p(np.exp(np.minimum(logs, 50)))
    return np.where(logs > LARGEST_LOG_RATIO, logs, np.where(logs < LEAST_LOG_RATIO, 0.0, whole)).sum(axis=1)


def loss_of(keys, above, near, weights, p, beta):
    """The loss of the docstring, literally, of all rows with ancestors."""
    total = 0.0
    for u in np.flatnonzero(above.any(axis=1)):
        violations = violations_of(keys[u][above[u]], keys[u][near[u]], p)
        total += np.sqrt(weights[u]) / (p * beta) * np.sum((1 + violations) ** beta)
    return total


def test_what_is_left_out_of_violations_is_next_to_nothing():
    own, near = np.geomspace(0.1, 10, 40), np.geomspace(0.1, 10, 50)
    for p in (1, 8, 32):
        whole = np.log1p((own[:, None] / near) ** p).sum(axis=1)
        np.testing.assert_allclose(violations_of(own, near, p), whole, atol=0.007 * len(near))


@pytest.mark.parametrize("dim", [3, 10])
@pytest.mark.parametrize("emphasis", [0.3, 0.5, 1.0])
@pytest.mark.parametrize("log2_sharpness", [1, 3, 5])
def test_gradients_are_finite_differences_of_the_literal_loss(dim, emphasis, log2_sharpness):
    skeleton = skeleton_of(graph(60, 0.5, seed=dim + log2_sharpness))
    directions, radii = points(skeleton, dim, seed=log2_sharpness)
    above, others = relations(skeleton)
    near = repelling(keys_of(directions, radii), above, others)
    assert near.sum() > 200
    weights, p = all_weights(skeleton), 2**log2_sharpness
    assert weights.max() > 1

    def loss(directions, radii):
        return loss_of(keys_of(directions, radii), above, near, weights, p, emphasis)

    found = Pass(skeleton, directions, radii, log2_sharpness, emphasis)
    # The kernel leaves out the constant of a row without violation.
    constant = np.sum(np.sqrt(weights) * above.sum(axis=1)) / (p * emphasis)
    assert found.loss == pytest.approx(loss(directions, radii) - constant, rel=1e-9)

    h = 1e-5 / p  # so small that hardly a pair crosses the edge of a window
    rng = np.random.default_rng(0)
    scale = max(np.abs(found.gradient).max(), np.abs(found.radial_gradient).max())
    for v, k in zip(rng.integers(len(directions), size=40), rng.integers(dim, size=40), strict=True):
        ahead, behind = directions.copy(), directions.copy()
        ahead[v, k] += h
        behind[v, k] -= h
        slope = (loss(ahead, radii) - loss(behind, radii)) / (2 * h)
        assert found.gradient[v, k] == pytest.approx(slope, rel=1e-5, abs=1e-7 * scale)
    for v in range(len(radii)):
        step = h * np.eye(1, len(radii), v)[0]
        slope = (loss(directions, radii + step) - loss(directions, radii - step)) / (2 * h)
        assert found.radial_gradient[v] == pytest.approx(slope, rel=1e-5, abs=1e-7 * scale)


def with_origin(keys, above, near, weights, p, beta, w, several, held=None):
    """The loss with the origin as an intruder, and as an ancestor where there are several roots.

    `held` are the violations that weigh the origin, by row, which have no gradient.
    """
    total, found = loss_of(keys, above, near, weights, p, beta), {}
    for u in range(len(keys)):
        own = keys[u][above[u]]
        found[u] = violations_of(own, keys[u][near[u]], p)
        by = found[u] if held is None else held[u]
        away = own != 1  # the single root stands at the origin
        total += w * np.sqrt(weights[u]) / p * np.sum((np.log(1 + own**p) / (1 + by) ** 2)[away])
        if several:
            intrusion = w * violations_of(np.ones(1), keys[u][near[u]], p)[0]
            total += np.sqrt(weights[u]) / (p * beta) * ((1 + intrusion) ** beta - 1)
    return total, found


@pytest.mark.parametrize("several", [False, True])
def test_gradients_with_the_origin(several):
    G = graph(60, 0.5, seed=7)
    if several:
        G.remove_edges_from(list(G.in_edges(range(1, 4))))
    skeleton = skeleton_of(G)
    assert (len(skeleton.dag.roots) > 1) == several
    directions, radii = points(skeleton, 4, seed=2)
    if not several:
        radii[skeleton.dag.roots] = 0.0
    above, others = relations(skeleton)
    keys = keys_of(directions, radii)
    limit = np.where(above, keys, 1.0 if several else 0.0).max(axis=1, keepdims=True)
    near = others & (keys < WINDOW * limit)
    weights, p, beta, w = all_weights(skeleton), 4, 0.4, 0.3
    _, held = with_origin(keys, above, near, weights, p, beta, w, several)

    def loss(directions, radii):
        return with_origin(keys_of(directions, radii), above, near, weights, p, beta, w, several, held)[0]

    found = Pass(skeleton, directions, radii, 2, beta, origin_weight=w)
    constant = np.sum(np.sqrt(weights) * above.sum(axis=1)) / (p * beta)
    assert found.loss == pytest.approx(loss(directions, radii) - constant, rel=1e-9)
    h, scale = 1e-5, np.abs(found.gradient).max()
    rng = np.random.default_rng(0)
    for v, k in zip(rng.integers(len(directions), size=40), rng.integers(4, size=40), strict=True):
        step = np.zeros_like(directions)
        step[v, k] = h
        slope = (loss(directions + step, radii) - loss(directions - step, radii)) / (2 * h)
        assert found.gradient[v, k] == pytest.approx(slope, rel=1e-5, abs=1e-7 * scale)
    for v in np.flatnonzero(radii):
        step = h * np.eye(1, len(radii), v)[0]
        slope = (loss(directions, radii + step) - loss(directions, radii - step)) / (2 * h)
        assert found.radial_gradient[v] == pytest.approx(slope, rel=1e-5, abs=1e-7 * scale)
    at_origin = radii == 0
    wrong = np.sum(above & (keys >= 1) & ~at_origin, axis=1) + np.sum(others & (keys < 1), axis=1)
    rows = np.flatnonzero(above.any(axis=1) | several)
    np.testing.assert_array_equal(found.misplaced[rows], (weights * wrong)[rows])


def test_caps_beyond_the_window_of_the_farthest_ancestor_do_not_repel():
    skeleton = skeleton_of(graph(60, 0.5, seed=5))
    directions, radii = start_skeleton(skeleton, 3, 36.0, np.random.default_rng(5))
    above, others = relations(skeleton)
    keys = keys_of(directions, radii)
    near = repelling(keys, above, others)
    assert near[above.any(axis=1)].sum() < 0.9 * others[above.any(axis=1)].sum()
    for u in np.flatnonzero(above.any(axis=1)):
        found = Pass(skeleton, directions, radii, log2_sharpness=1, rows=[u])
        touched = np.flatnonzero(found.radial_gradient)
        allowed = set(np.flatnonzero(near[u] | above[u])) | {u}
        assert set(touched) <= allowed
        assert set(np.flatnonzero(near[u] & (radii > 0))) <= set(touched)


def test_resting_rows_pull_nothing():
    skeleton = skeleton_of(graph(60, 0.5, seed=1))
    directions, radii = points(skeleton, 3, seed=1)
    rows = np.flatnonzero(np.diff(skeleton.dag.parent_starts))
    resting = np.zeros(skeleton.dag.n, dtype=np.int64)
    resting[rows[::2]] = 2
    found = Pass(skeleton, directions, radii, resting=resting)
    assert np.all(found.resting[rows[::2]] == 1)
    awake = Pass(skeleton, directions, radii, rows=rows[1::2])
    assert np.array_equal(found.gradient, awake.gradient)
    assert np.array_equal(found.radial_gradient, awake.radial_gradient)
    assert found.loss == awake.loss > 0
    assert 0 < found.work == awake.work


def test_a_row_without_violation_rests_for_eight_steps():
    G = nx.DiGraph([(0, 1), (0, 2), (0, 3), (1, 4), (2, 4), (2, 5), (3, 5)])
    skeleton = skeleton_of(G)
    assert len(skeleton.caps) == 4
    good = np.array([[1, 0], [1, 0], [0.9, 0.1], [-1, 0], [1, 0.05], [1, 0]])
    good /= np.linalg.norm(good, axis=1, keepdims=True)
    radii = np.array([0.0, 6.0, 3.0, 6.0])
    first = Pass(skeleton, good, radii, rows=[4, 5])
    assert first.excess[4] == 0
    assert first.precision[4] == 1
    assert first.resting.tolist() == [8, 0]  # the parent 3 of 5 is opposite to it, and 1 upon it
    bad = good.copy()
    bad[4] = [-1, 0]
    losses = [Pass(skeleton, bad, radii, rows=[4], resting=first.resting[:1]).loss for _ in range(9)]
    assert losses[:8] == [0.0] * 8
    assert losses[8] > 0


@pytest.mark.parametrize("log2_sharpness", [3, 4, 5])
def test_gradients_are_finite_at_the_largest_radius(log2_sharpness):
    """Keys go from e^-42 to e^42 there, and powers of them by far out of float64."""
    skeleton = skeleton_of(graph(60, 0.5, seed=3))
    directions, radii = points(skeleton, 3, seed=1)
    radii[:] = 0.7 * LARGEST_RADIUS
    radii[0] = 0.0
    directions[::2] = directions[0]
    found = Pass(skeleton, directions, radii, log2_sharpness, origin_weight=0.2)
    assert np.isfinite(found.loss)
    assert np.isfinite(found.gradient).all()
    assert np.isfinite(found.radial_gradient).all()
    assert found.loss > 0


def crowd(below):
    """A root with many children, most of them in pairs above one node."""
    edges = [(0, v) for v in range(1, below + 1)]
    edges += [(v, below + v) for v in range(1, below, 2)] + [(v + 1, below + v) for v in range(1, below, 2)]
    edges = [(a, b) if b <= below else (a, below + (b - below + 1) // 2) for a, b in edges]
    return nx.DiGraph(edges)


def test_the_mean_gradient_of_many_samples_is_the_gradient_of_all():
    """With beta = 1, where a row's gradient is linear in what is sampled."""
    skeleton = skeleton_of(crowd(1400))
    directions, radii = points(skeleton, 3, seed=0, largest=2.0)
    radii[0] = 0.0
    above, others = relations(skeleton)
    keys = keys_of(directions, radii)
    near = repelling(keys, above, others)
    u = len(radii) + int(np.argmax(near[len(radii) :].sum(axis=1)))
    assert near[u].sum() > 4 * MOST_NEAR
    alone = np.zeros_like(above)
    alone[u] = above[u]
    passes = [Pass(skeleton, directions, radii, 1, 1.0, sample_seed, rows=[u]) for sample_seed in range(600)]
    weights = all_weights(skeleton)
    losses = [each.loss for each in passes]
    whole = loss_of(keys, alone, near, weights, 2, 1.0) - np.sqrt(weights[u]) * above[u].sum() / 2
    assert np.std(losses) > 0
    assert np.mean(losses) == pytest.approx(whole, rel=0.02)
    h = 1e-5
    for k in range(3):
        step = np.zeros_like(directions)
        step[u, k] = h
        ahead, behind = (
            loss_of(keys_of(directions + sign * step, radii), alone, near, weights, 2, 1.0) for sign in (1, -1)
        )
        slopes = np.array([each.gradient[u, k] for each in passes])
        error = np.std(slopes) / np.sqrt(len(passes))
        assert np.mean(slopes) == pytest.approx((ahead - behind) / (2 * h), abs=5 * error + 1e-6)
    # All ranks count, whatever the sample is.
    ranks = sum(int(np.sum(keys[u][others[u]] <= key)) for key in keys[u][above[u]])
    assert {each.excess[u] for each in passes} == {weights[u] * ranks}
