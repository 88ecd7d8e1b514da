"""Scores of a skeleton are those of the whole graph, whatever the number of threads."""

from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import nx_poincare as nxp
from nx_poincare.embedding.embedding import Embedding
from nx_poincare.engine.cones.caps import nested_caps as module
from nx_poincare.engine.cones.caps.nested_caps import nested_caps
from nx_poincare.engine.cones.skeleton.refine import Refinement
from nx_poincare.engine.cones.skeleton.scores import RowEvaluator
from nx_poincare.engine.cones.skeleton.split import split
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.geometry.ball import distance
from nx_poincare.engine.ranking.scores import combined_cost
from nx_poincare.utils.workers import ONE_THREAD, Threads


def with_second_parents(n, extra, seed):
    """A random recursive tree, some of its younger nodes with a second parent."""
    rng = np.random.default_rng(seed)
    children = np.concatenate([np.arange(1, n), rng.integers(n // 2, n, extra)])
    parents = (rng.random(len(children)) * children).astype(int)
    G = nx.empty_graph(n, create_using=nx.DiGraph)
    G.add_edges_from(zip(parents.tolist(), children.tolist(), strict=True))
    return G


def below_pairs(inner, leaves, seed):
    """A random tree with leaves below two nodes each, no two below the same: every attach point is one node."""
    rng = np.random.default_rng(seed)
    G = nx.DiGraph((int(rng.integers(v)), v) for v in range(1, inner))
    pairs = list(combinations(range(1, inner), 2))
    pairs = [pair for pair in pairs if pair[0] not in nx.ancestors(G, pair[1])]
    for i, pair in enumerate(rng.permutation(pairs)[:leaves]):
        G.add_edges_from((int(above), inner + i) for above in pair)
    return G


def dag_of(G):
    return Dag.from_edges(*np.array(G.edges).T, len(G))


def judged(skeleton, directions, radii, n_jobs=1):
    evaluator = RowEvaluator(skeleton, Threads(n_jobs), 3, 0.4)
    near = evaluator.look(evaluator.rows, directions, radii, window=3.0, sample_seed=5)
    return evaluator, evaluator.pull(near, directions, radii)


def embedded(monkeypatch, G, dim, trained, seed=0):
    """Points of all nodes, and the skeleton's score of the caps and attach points that they were made of."""
    seen = {}

    def watched(skeleton, directions, radii, rng, effort):
        placed = place_points(skeleton, directions, radii, rng, effort)
        seen["judged"] = skeleton, np.concatenate([directions[: len(radii)], placed.directions]), radii
        return placed

    place_points = module.place_points
    with monkeypatch.context() as patch:
        patch.setattr(module, "place_points", watched)
        directions, radii = nested_caps(
            dag_of(G),
            dim,
            max_radius=36.0,
            rng=np.random.default_rng(seed),
            refinement=Refinement() if trained else None,
        )
    return directions, radii, judged(*seen["judged"])[0].scores


def brute_force(G, directions, radii):
    ranks, precisions = [], []
    for u in range(len(G)):
        own = sorted(nx.ancestors(G, u))
        if not own:
            continue
        gaps = distance(directions[u], radii[u], directions, radii)
        others = np.sort(np.delete(gaps, [u, *own]))
        before = np.searchsorted(others, np.sort(gaps[own]), side="right")
        ranks.extend(1 + before)
        position = np.arange(1, len(own) + 1)
        precisions.append(np.mean(position / (position + before)))
    return np.mean(ranks), np.mean(precisions)


@pytest.mark.parametrize("dim", [5, 10])
def test_a_trained_graph_with_pure_trees_has_the_score_of_its_skeleton(monkeypatch, dim):
    G = with_second_parents(300, 12, seed=dim)
    skeleton = split(dag_of(G))
    assert skeleton.forest.levels.max() > 2
    directions, radii, scores = embedded(monkeypatch, G, dim, trained=True)
    exact = nxp.evaluate_reconstruction(Embedding(range(len(G)), directions, radii), G)
    assert exact[:2] == pytest.approx(scores, abs=1e-9)
    assert combined_cost(scores) < 0.01  # which is nearly perfect, and is not what training begins with
    assert combined_cost(embedded(monkeypatch, G, dim, trained=False)[2]) > 0.5


@pytest.mark.parametrize("trained", [False, True])
def test_where_points_are_badly_placed_the_score_is_close(monkeypatch, trained):
    G = with_second_parents(500, 60, seed=3)
    directions, radii, scores = embedded(monkeypatch, G, 3, trained=trained)
    exact = brute_force(G, directions, radii)
    assert combined_cost(scores) > 0.1
    assert combined_cost(exact) == pytest.approx(combined_cost(scores), rel=0.2)


@settings(max_examples=15)
@given(st.integers(8, 25), st.integers(0, 2**32), st.sampled_from([4, 10]))
def test_without_pure_trees_the_score_is_exact_however_bad(inner, seed, dim):
    G = below_pairs(inner, 30, seed)
    assume(split(dag_of(G)).weights.max() == 1)
    with pytest.MonkeyPatch.context() as patch:
        directions, radii, scores = embedded(patch, G, dim, trained=False, seed=seed)
    assert scores == pytest.approx(brute_force(G, directions, radii), abs=1e-9)


def test_a_badly_placed_skeleton_is_among_those():
    G = below_pairs(20, 30, seed=1)
    with pytest.MonkeyPatch.context() as patch:
        *_, (mean_rank, map_score) = embedded(patch, G, 4, trained=False)
    assert mean_rank > 1.1
    assert map_score < 0.99


def random_points(skeleton, dim, seed):
    rng = np.random.default_rng(seed)
    directions = rng.normal(size=(skeleton.dag.n, dim))
    return directions / np.linalg.norm(directions, axis=1, keepdims=True), rng.uniform(0, 4, len(skeleton.caps))


def test_the_number_of_threads_changes_no_byte():
    skeleton = split(dag_of(with_second_parents(2000, 200, seed=1)))
    directions, radii = random_points(skeleton, 5, seed=0)
    one, first = judged(skeleton, directions, radii)
    for n_jobs in (1, 3):
        other, again = judged(skeleton, directions, radii, n_jobs)
        assert again.loss == first.loss > 0
        assert again.gradient.tobytes() == first.gradient.tobytes()
        assert again.radial_gradient.tobytes() == first.radial_gradient.tobytes()
        assert other.scores == one.scores
        for name in ("excess", "precision", "resting"):
            assert getattr(other, name).tobytes() == getattr(one, name).tobytes()


def test_looks_at_some_rows_update_these_alone():
    skeleton = split(dag_of(with_second_parents(300, 40, seed=2)))
    directions, radii = random_points(skeleton, 4, seed=0)
    evaluator = RowEvaluator(skeleton, ONE_THREAD, 3, 0.4)
    evaluator.look(evaluator.rows, directions, radii, 3.0, 0)
    before = evaluator.excess.copy()
    moved, _ = random_points(skeleton, 4, seed=1)
    some = evaluator.rows[::3]
    evaluator.look(some, moved, radii, 3.0, 1)
    changed = np.flatnonzero(evaluator.excess != before)
    assert len(changed) > 0
    assert set(changed) <= set(some)
    evaluator.look(np.setdiff1d(evaluator.rows, some), moved, radii, 3.0, 2)
    assert evaluator.scores == judged(skeleton, moved, radii)[0].scores


def test_the_gradient_leads_to_a_smaller_loss():
    skeleton = split(dag_of(with_second_parents(300, 40, seed=4)))
    directions, radii = random_points(skeleton, 4, seed=2)
    _, before = judged(skeleton, directions, radii)
    size = np.sqrt(np.sum(before.gradient**2) + np.sum(before.radial_gradient**2))
    step = 1e-4 / size
    _, after = judged(skeleton, directions - step * before.gradient, radii - step * before.radial_gradient)
    # Caps that cross the edge of a window change the loss by little.
    assert after.loss - before.loss == pytest.approx(-1e-4 * size, rel=0.1)


def test_nothing_to_score_is_not_a_number():
    skeleton = split(Dag.from_edges(np.zeros(0, np.int64), np.zeros(0, np.int64), 3))
    assert np.isnan(RowEvaluator(skeleton, ONE_THREAD, 3, 0.4).scores).all()
