"""Rows of the skeleton: the loss of the module's docstring taken literally, ranks by brute force, the sample."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nx_poincare.engine.cones.skeleton.gradients import pull_rows
from nx_poincare.engine.cones.skeleton.ranks import NearCaps, look_at_rows, thin_out
from nx_poincare.engine.cones.skeleton.split import pure_tree_depths, split
from nx_poincare.engine.cones.skeleton.start import start_skeleton
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.ranking.keys import candidates
from nx_poincare.utils.limits import LARGEST_RADIUS

WINDOW, MOST_NEAR = 3.0, 128
LARGEST_LOG_RATIO, LEAST_LOG_RATIO = 8.8, -5.0  # beyond which a violation is its logarithm, or none


def graph(n, second, seed):
    """Edges of a random recursive tree, some of its nodes with a second parent."""
    rng = np.random.default_rng(seed)
    edges = [(int(rng.integers(v)), v) for v in range(1, n)]
    edges += [(int(rng.integers(v)), v) for v in range(2, n) if rng.random() < second]
    return nx.DiGraph(edges)


def skeleton_of(G):
    return split(Dag.from_edges(*np.array(G.edges).T, len(G)))


def points(skeleton, dim, seed, largest=3.0):
    rng = np.random.default_rng(seed)
    directions = rng.normal(size=(skeleton.dag.n, dim))
    radii = rng.uniform(0.0, largest, len(skeleton.caps))
    return directions / np.linalg.norm(directions, axis=1, keepdims=True), radii


def all_weights(skeleton):
    return np.concatenate([np.ones(len(skeleton.caps)), skeleton.weights])


class Pass:
    """A look of all rows or some, and how they pull then."""

    def __init__(
        self, skeleton, directions, radii, log2_sharpness=3, emphasis=0.4, sample_seed=0, resting=None, rows=None,
        origin_weight=0.0,
    ):  # fmt: skip
        n = skeleton.dag.n
        rows = np.arange(n) if rows is None else np.asarray(rows)
        caps = candidates(directions[: len(radii)], radii)
        ancestry, weights = skeleton.dag.ancestors_of(np.arange(n)), all_weights(skeleton)
        several = len(skeleton.dag.roots) > 1
        own_starts = np.concatenate([[0], np.cumsum(np.diff(ancestry[0])[rows])])
        own, by_key = np.full((3, len(rows)), -7.0), np.empty(own_starts[-1], dtype=np.int64)
        counts, exact, strides = np.zeros((3, len(rows)), dtype=np.int64)
        listed = look_at_rows(
            directions, caps, rows, ancestry, pure_tree_depths(skeleton), weights, WINDOW, several, sample_seed,
            *own, by_key, counts, exact, strides,
        )  # fmt: skip
        self.excess, self.precision, self.misplaced = scores = np.full((3, n), -7.0)
        scores[:, rows] = own
        self.near = NearCaps(np.concatenate([[0], np.cumsum(counts)]), listed, exact, strides)
        self.resting = np.zeros(len(rows), dtype=np.int64) if resting is None else resting
        self.gradient, self.radial_gradient = np.zeros_like(directions), np.zeros_like(radii)
        self.loss, self.work = pull_rows(
            directions, caps, rows, (own_starts, by_key), self.near, weights, log2_sharpness, emphasis,
            (origin_weight, several), self.resting, self.gradient, self.radial_gradient,
        )  # fmt: skip


def keys_of(directions, radii):
    """K of every row (first axis) and cap, with t = 1 for attach points."""
    caps = len(radii)
    t = np.ones(len(directions))
    t[:caps] = np.tanh(radii)
    gaps = np.sum((directions[:, None] - directions[None, :caps]) ** 2, axis=2)
    t = t[:, None]
    return np.exp(radii) / 2 * (1 - t) + np.exp(-radii) / 2 * (1 + t) + t * np.sinh(radii) / 2 * gaps


def relations(skeleton):
    """Which caps are ancestors of each row, and which are neither these nor the row itself."""
    dag, caps = skeleton.dag, len(skeleton.caps)
    oracle = nx.DiGraph()
    oracle.add_nodes_from(range(dag.n))
    oracle.add_edges_from((int(p), v) for v in range(dag.n) for p in dag.parents_of(v))
    above = np.zeros((dag.n, caps), dtype=bool)
    for v in oracle:
        above[v, list(nx.ancestors(oracle, v))] = True
    return above, ~above & ~np.eye(dag.n, caps, dtype=bool)


def repelling(keys, above, others):
    """Caps within the window of each row: fixed while the points move, the edge of the window has no gradient."""
    farthest = np.where(above, keys, 0.0).max(axis=1, keepdims=True)
    return others & (keys < WINDOW * farthest)


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


# -- scores --------------------------------------------------------------------------------------


def brute_force_scores(G, skeleton, directions, radii):
    """Excess ranks and average precision per row, node by node of the whole graph.

    What a node has above it in its pure tree ranks first; other nodes of pure trees stand in nobody's way.
    """
    above, others = relations(skeleton)
    keys = keys_of(directions, radii)
    caps = skeleton.caps.tolist()
    row_of = {node: i for i, node in enumerate(caps)}
    forest = nx.DiGraph()
    forest.add_nodes_from(range(skeleton.forest.n))
    forest.add_edges_from((int(p), v) for v in range(skeleton.forest.n) for p in skeleton.forest.parents_of(v))
    for i in range(len(skeleton.weights)):
        row_of |= dict.fromkeys(nx.descendants(forest, len(G) + i), len(caps) + i)
    excess, precision = np.zeros(skeleton.dag.n), np.zeros(skeleton.dag.n)
    for node in G:
        u = row_of[node]
        ancestors = nx.ancestors(G, node)
        inside = len(ancestors - set(caps))
        assert len(ancestors) - inside == above[u].sum()
        intruders = [int(np.sum(keys[u][others[u]] <= key)) for key in np.sort(keys[u][above[u]])]
        ranks = [0] * inside + intruders
        excess[u] += sum(ranks)
        precision[u] += np.mean([j / (j + before) for j, before in enumerate(ranks, 1)]) if ranks else 1.0
    return excess, precision


@settings(max_examples=40)
@given(st.integers(10, 80), st.sampled_from([0.05, 0.3, 1.0]), st.sampled_from([2, 5]), st.integers(0, 2**32))
def test_scores_are_those_of_brute_force(n, second, dim, seed):
    G = graph(n, second, seed)
    skeleton = skeleton_of(G)
    if len(skeleton.caps) > 0:
        assert_scores_are_those_of_brute_force(G, skeleton, dim, seed)


@pytest.mark.parametrize("seed", range(3))
def test_scores_of_rows_with_many_ancestors(seed):
    rng = np.random.default_rng(seed)
    G = nx.DiGraph((v - 1 - int(rng.integers(min(v, 4))), v) for v in range(1, 120) for _ in range(2))
    skeleton = skeleton_of(G)
    assert np.diff(skeleton.dag.ancestors_of(np.arange(skeleton.dag.n))[0]).max() > 80
    assert_scores_are_those_of_brute_force(G, skeleton, 3, seed)


def assert_scores_are_those_of_brute_force(G, skeleton, dim, seed):
    directions, radii = points(skeleton, dim, seed)
    found = Pass(skeleton, directions, radii)
    excess, precision = brute_force_scores(G, skeleton, directions, radii)
    has_ancestors = np.diff(skeleton.dag.parent_starts) > 0
    np.testing.assert_allclose(found.excess[has_ancestors], excess[has_ancestors], rtol=1e-12)
    np.testing.assert_allclose(found.precision[has_ancestors], precision[has_ancestors], rtol=1e-12)
    assert np.all(found.excess[~has_ancestors] == -7)
    assert np.all(found.precision[~has_ancestors] == -7)


def test_a_tie_counts_against_the_ancestor():
    """Two caps at one place, of which one is the parent: the other is as near, and not farther."""
    G = nx.DiGraph([(0, 1), (0, 2), (0, 3), (1, 4), (3, 4), (2, 5), (3, 5)])
    skeleton = skeleton_of(G)
    assert skeleton.caps.tolist() == [0, 1, 2, 3]
    directions = np.eye(3)[[0, 0, 0, 0, 0, 0]].astype(float)
    found = Pass(skeleton, directions, np.array([0.0, 1.0, 1.0, 1.0]))
    # Below 1 and 3 lies 2 on the same place; the root is farther than all three.
    assert found.excess[4:].tolist() == [3, 3]
    assert found.precision[4:] == pytest.approx([(1 / 2 + 2 / 3 + 3 / 4) / 3] * 2)
    # At radius 0, 2 ties with the farthest ancestor of its sibling's child, the root.
    found = Pass(skeleton, directions, np.array([0.0, 1.0, 0.0, 1.0]))
    tied = skeleton.dag.n - 2 + int(2 in skeleton.dag.parents_of(4))
    assert found.excess[tied] == 1
    assert found.precision[tied] == pytest.approx((1 + 1 + 3 / 4) / 3)


# -- rows that rest ------------------------------------------------------------------------------


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


# -- the sample ----------------------------------------------------------------------------------


@pytest.mark.parametrize("found", [100, 2 * MOST_NEAR])
def test_few_caps_are_all_kept(found):
    near = np.arange(found)
    assert thin_out(near, np.zeros(found, np.int64), found, 1, np.uint64(3)) == (found, found, 1)
    assert np.array_equal(near, np.arange(found))


@settings(max_examples=20)
@given(st.integers(2 * MOST_NEAR + 1, 6000), st.integers(1, 8), st.sampled_from([0.3, 1.0, 3.0]), st.integers(0, 2**32))
def test_every_cap_of_the_sample_counts_once_in_the_mean(found, size, skew, first_seed):
    rng = np.random.default_rng(first_seed)
    places = (rng.random(found) ** skew * size).astype(np.int64)
    names = rng.permutation(found)
    passes = 2000
    total = np.zeros(found)
    for seed in range(passes):
        near = names.copy()
        exact, kept, stride = thin_out(near, places, found, size, np.uint64(first_seed + seed))
        assert exact <= MOST_NEAR
        assert kept <= 2 * MOST_NEAR + 1
        assert len(set(near[:kept])) == kept
        total[near[:exact]] += 1
        total[near[exact:kept]] += stride
    # Whole windows of the nearest ancestors are kept, as far as they fit.
    widths = np.cumsum(np.bincount(places, minlength=size))
    whole = np.flatnonzero(places < np.sum(widths <= MOST_NEAR))
    assert exact == len(whole)
    assert np.all(total[names[whole]] == passes)
    # The others: one of `stride`, each as likely.
    error = 6 * np.sqrt((stride - 1) / passes)
    np.testing.assert_allclose(total / passes, 1, atol=error)


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
