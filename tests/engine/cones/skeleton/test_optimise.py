"""Training of a skeleton: never worse than its start, the same every time, bounded, to be stopped at any step."""

import logging
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nx_poincare.engine.cones.caps.nested_caps import nested_caps
from nx_poincare.engine.cones.skeleton import optimise as module
from nx_poincare.engine.cones.skeleton.optimise import train_skeleton
from nx_poincare.engine.cones.skeleton.refine import Refinement
from nx_poincare.engine.cones.skeleton.scores import RowEvaluator
from nx_poincare.engine.cones.skeleton.split import split
from nx_poincare.engine.cones.skeleton.start import start_skeleton
from nx_poincare.engine.cones.skeleton.state import SkeletonState
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.ranking.scores import combined_cost

MAX_RADIUS = 25.0


def dag_of(n, second, roots=1, seed=0):
    """A random graph with several roots, some of its nodes with a second parent."""
    rng = np.random.default_rng(seed)
    edges = [(int(rng.integers(v)), v) for v in range(roots, n)]
    edges += [(int(rng.integers(v)), v) for v in range(roots + 1, n) if rng.random() < second]
    return Dag.from_edges(*np.array(edges).T, n)


def started(dag, dim, seed=0, max_radius=36.0):
    skeleton = split(dag)
    return skeleton, *start_skeleton(skeleton, dim, max_radius, np.random.default_rng(seed))


def trained(skeleton, directions, radii, **options):
    options = {"max_radius": MAX_RADIUS, "seed": 0, "progress": False} | options
    state = SkeletonState.of(skeleton, directions, radii)
    train_skeleton(skeleton, state, **options)
    return state.best()


def scores(skeleton, directions, radii):
    with ThreadPoolExecutor(1) as pool:
        evaluator = RowEvaluator(skeleton, pool, 3, 0.4)
        evaluator.evaluate(evaluator.rows, directions, radii, 0)
        return evaluator.scores


@pytest.fixture(scope="module")
def hard():
    """A start in three dimensions that 400 steps improve and do not make perfect."""
    skeleton, directions, radii = started(dag_of(150, 0.5, seed=1), 3)
    directions.flags.writeable = radii.flags.writeable = False
    return skeleton, directions, radii


@pytest.fixture
def short(monkeypatch):
    """Few steps, for what does not depend on their number."""
    monkeypatch.setattr(module, "_STEPS", 25)


def test_training_improves_much(hard):
    before, after = scores(*hard), scores(hard[0], *trained(*hard))
    assert combined_cost(after) < 0.5 * combined_cost(before)
    assert combined_cost(after) > 0.01


@settings(max_examples=20)
@given(
    st.integers(12, 60), st.sampled_from([0.1, 0.5, 2.0]), st.integers(1, 3), st.sampled_from([3, 10]),
    st.sampled_from([0.1, 1.0, 30.0]), st.booleans(), st.integers(0, 2**32),
)  # fmt: skip
def test_what_is_returned_is_a_point_set_no_worse_than_the_start(n, second, roots, dim, rate, keep_start, seed):
    dag = dag_of(n, second, roots, seed)
    assume(len(split(dag).caps) > 0)
    skeleton, directions, radii = started(dag, dim, seed, max_radius=14.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_STEPS", 25)
        found = trained(skeleton, directions, radii, rate=rate, keep_start=keep_start, max_radius=9.0)
    assert found[0].shape == directions.shape
    assert found[1].shape == radii.shape
    np.testing.assert_allclose(np.linalg.norm(found[0], axis=1), 1, rtol=1e-12)
    assert np.all((found[1] >= 0) & (found[1] <= 9.0))
    if len(skeleton.dag.roots) == 1:
        assert found[1][skeleton.dag.roots[0]] == 0
    before, after = scores(skeleton, directions, radii), scores(skeleton, *found)
    assert combined_cost(after) <= combined_cost(before)
    if keep_start:
        assert after[0] <= before[0]
        assert after[1] >= before[1]


@pytest.mark.parametrize("rate", [0.01, 1.0, 1000.0])
def test_every_state_is_a_point_set(hard, short, rate):
    skeleton, directions, radii = hard
    root = skeleton.dag.roots[0]
    seen = []

    def look(step, loss, directions, radii):
        np.testing.assert_allclose(np.linalg.norm(directions, axis=1), 1, rtol=1e-12)
        assert np.all((radii >= 0) & (radii <= 7.0))
        assert radii[root] == 0
        assert loss > 0
        seen.append(step)

    trained(skeleton, directions, radii, rate=rate, max_radius=7.0, callback=look)
    assert seen == list(range(1, 26))


def test_the_start_is_left_alone_and_kept_where_steps_only_harm(hard, short):
    skeleton, directions, radii = hard
    best = trained(skeleton, directions, radii)
    kept = best[0].copy(), best[1].copy()
    again = trained(skeleton, *best, rate=1e6)
    assert np.array_equal(best[0], kept[0])
    assert np.array_equal(best[1], kept[1])
    assert combined_cost(scores(skeleton, *again)) <= combined_cost(scores(skeleton, *best))


def test_the_score_falls_by_keeping_the_best_of_all_that_are_scored(hard, monkeypatch):
    """More steps of the same run never return worse: the first of them are the same."""
    skeleton, directions, radii = hard
    monkeypatch.setattr(module, "_SCORED_EVERY", 1)
    costs = []
    for stop in (1, 2, 3, 5, 8, 13, 40):
        found = trained(skeleton, directions, radii, rate=3.0, callback=lambda step, *_, stop=stop: step == stop)
        costs.append(combined_cost(scores(skeleton, *found)))
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] < costs[0]


def test_a_score_that_loses_by_one_measure_is_not_kept_beside_the_start(hard):
    state = SkeletonState.of(*hard)
    state.keep_if_better((2.0, 0.8), keep_start=True)
    assert state.best_scores == (2.0, 0.8)
    state.radii = state.radii + 1
    for worse in ((1.0, 0.79), (2.01, 1.0), (2.0, 0.8)):
        state.keep_if_better(worse, keep_start=True)
        assert state.best_scores == (2.0, 0.8)
        assert np.array_equal(state.best_radii, hard[2])
    state.keep_if_better((1.0, 0.79), keep_start=False)
    assert state.best_scores == (1.0, 0.79)
    assert np.array_equal(state.best_radii, hard[2] + 1)


# -- the same every time -------------------------------------------------------------------------


def same(one, other):
    return all(a.tobytes() == b.tobytes() for a, b in zip(one, other, strict=True))


@pytest.fixture
def sampled(hard, short, monkeypatch):
    """Work for a third of the rows in the steps that do not score."""
    skeleton, directions, radii = hard
    rows = np.count_nonzero(np.diff(skeleton.dag.parent_starts))
    one_pass = rows * len(radii) * (directions.shape[1] + module._OTHER_WORK)
    monkeypatch.setattr(module, "_MOST_WORK", one_pass * (25 / 10 + 25 / 3))
    monkeypatch.setattr(module, "_SCORING_PART", 0.5)
    return hard


@pytest.mark.parametrize("n_jobs", [1, 3])
def test_same_seed_same_bytes_on_any_number_of_threads(hard, short, n_jobs):
    assert same(trained(*hard, n_jobs=n_jobs), trained(*hard))


def test_seeds_decide_which_rows_are_looked_at(sampled):
    assert same(trained(*sampled, seed=3, n_jobs=2), trained(*sampled, seed=3))
    assert not same(trained(*sampled, seed=4), trained(*sampled, seed=3))


def test_states_of_the_generator_make_different_points():
    dag = dag_of(60, 0.3)
    one, other = (
        nested_caps(dag, 4, max_radius=36.0, rng=np.random.default_rng(seed), refinement=Refinement(progress=False))
        for seed in (1, 2)
    )
    assert not same(one, other)


# -- bounded work --------------------------------------------------------------------------------


def watched_rows(monkeypatch):
    """Numbers of rows of all looks."""
    seen = []
    evaluate = RowEvaluator.evaluate

    def watched(self, rows, directions, radii, sample_seed):
        assert len(np.unique(rows)) == len(rows)
        seen.append(len(rows))
        return evaluate(self, rows, directions, radii, sample_seed)

    monkeypatch.setattr(RowEvaluator, "evaluate", watched)
    return seen


def test_where_work_is_dear_most_steps_look_at_some_rows(sampled, monkeypatch):
    seen = watched_rows(monkeypatch)
    found = trained(*sampled)
    rows = np.count_nonzero(np.diff(sampled[0].dag.parent_starts))
    assert len(seen) == 26  # and once more at all, after the last step
    assert {i for i, count in enumerate(seen) if count == rows} == {0, 10, 20, 25}
    assert {count for i, count in enumerate(seen) if i % 10 and i < 25} == {int(rows / 3)}
    assert combined_cost(scores(sampled[0], *found)) < combined_cost(scores(*sampled))


def test_the_loss_of_a_step_is_the_mean_of_the_rows_it_has_looked_at(sampled):
    losses = {}
    trained(*sampled, rate=1e-9, callback=lambda step, loss, *_: losses.update({step: loss}))
    whole = [losses[step] for step in (1, 11, 21)]  # all rows, which hardly move
    assert whole == pytest.approx([whole[0]] * 3, rel=1e-3)
    assert np.mean([loss for step, loss in losses.items() if step % 10 != 1]) == pytest.approx(whole[0], rel=0.2)


def test_where_work_is_cheap_all_steps_look_at_all_rows(hard, short, monkeypatch):
    seen = watched_rows(monkeypatch)
    trained(*hard)
    assert set(seen) == {np.count_nonzero(np.diff(hard[0].dag.parent_starts))}


def test_where_one_look_at_all_is_dear_the_same_rows_score_and_others_move(hard, short, monkeypatch, caplog):
    skeleton, directions, radii = hard
    rows = np.count_nonzero(np.diff(skeleton.dag.parent_starts))
    row_work = len(radii) * (directions.shape[1] + module._OTHER_WORK)
    monkeypatch.setattr(module, "_MOST_WORK", rows / 8 * row_work * 25)
    monkeypatch.setattr(module, "_SCORING_PART", 0.5)
    seen = []
    evaluate = RowEvaluator.evaluate

    def watched(self, rows, directions, radii, sample_seed):
        seen.append(tuple(rows))
        return evaluate(self, rows, directions, radii, sample_seed)

    monkeypatch.setattr(RowEvaluator, "evaluate", watched)
    with caplog.at_level(logging.INFO, logger="nx_poincare"):
        found = trained(*hard)
    scoring, moving = [seen[i] for i in (0, 11, 22, 28)], [seen[i] for i in range(28) if i not in (0, 11, 22)]
    assert len(seen) == 29
    assert len(set(scoring)) == 1
    assert len(set(moving)) == len(moving) == 25
    assert len(scoring[0]) < rows
    assert {len(some) for some in moving} == {int(rows / 16)}
    assert sum(map(len, seen)) * row_work <= 1.5 * module._MOST_WORK  # the end of so short a run is looked at, too
    assert f"{rows} rows: {len(moving[0])} are drawn for a step, {len(scoring[0])} are scored" in caplog.text
    assert combined_cost(scores(skeleton, *found)) < combined_cost(scores(skeleton, directions, radii))


def test_rows_that_rest_are_not_drawn(hard, short, monkeypatch):
    """A step spends its work on rows that move something, and is one pass of rest for the others."""
    skeleton, directions, radii = hard
    state = SkeletonState.of(skeleton, *trained(*hard))
    rows = np.flatnonzero(np.diff(skeleton.dag.parent_starts))
    row_work = len(radii) * (directions.shape[1] + module._OTHER_WORK)
    monkeypatch.setattr(module, "_MOST_WORK", row_work * (len(rows) * 25 / 10 + 10 * 25))
    monkeypatch.setattr(module, "_SCORING_PART", 1.0)
    resting = []
    evaluate = RowEvaluator.evaluate

    def watched(self, some, *args):
        before = self.resting.copy()
        judged = evaluate(self, some, *args)
        if len(some) < len(rows):
            assert len(some) == 10
            assert np.all(before[some] == 0)
            resting.append((before, np.setdiff1d(rows, some), self.resting.copy()))
        return judged

    monkeypatch.setattr(RowEvaluator, "evaluate", watched)
    train_skeleton(skeleton, state, max_radius=MAX_RADIUS, seed=0, rate=1e-9, progress=False)
    (_, _, after), (before, left_out, _) = resting[:2]
    assert np.count_nonzero(after) > 10
    assert np.array_equal(before[left_out], np.maximum(after - 1, 0)[left_out])


def test_hardly_any_work_still_leads_to_an_end(hard, short, monkeypatch):
    monkeypatch.setattr(module, "_MOST_WORK", 1)
    seen = watched_rows(monkeypatch)
    trained(*hard)
    assert set(seen) == {1}


def test_a_skeleton_too_large_stays_as_it_is_and_that_is_said(hard, monkeypatch, caplog):
    skeleton, directions, radii = hard
    rows = np.count_nonzero(np.diff(skeleton.dag.parent_starts))
    one_pass = rows * len(radii) * (3 + module._OTHER_WORK)
    steps = []
    with caplog.at_level(logging.INFO, logger="nx_poincare"):
        monkeypatch.setattr(module, "_LARGEST_PASS", one_pass)
        trained(skeleton, directions, radii, callback=lambda step, *_: step == 1)
        assert "too large" not in caplog.text
        monkeypatch.setattr(module, "_LARGEST_PASS", one_pass - 1)
        found = trained(skeleton, directions, radii, callback=lambda step, *_: steps.append(step))
    assert f"{len(radii)} caps and {rows} rows: too large" in caplog.text
    assert same(found, (directions, radii))
    assert steps == []


def test_nor_is_one_trained_whose_closure_is_too_large(hard, monkeypatch, caplog):
    pairs = int(hard[0].dag.count_ancestors(10**9).sum())
    monkeypatch.setattr(module, "_MOST_PAIRS", pairs - 1)
    with caplog.at_level(logging.INFO, logger="nx_poincare"):
        assert same(trained(*hard), hard[1:])
    assert "too large to train" in caplog.text


# -- the end -------------------------------------------------------------------------------------


@pytest.mark.parametrize("stop", [1, 7, 10])
def test_a_true_answer_ends_the_training(hard, stop):
    steps = []

    def callback(step, loss, directions, radii):
        steps.append(step)
        return step == stop

    found = trained(*hard, callback=callback)
    assert steps == list(range(1, stop + 1))
    assert combined_cost(scores(hard[0], *found)) <= combined_cost(scores(*hard))


def test_the_points_after_the_last_step_count(hard):
    """They are scored though their number is no multiple of ten."""
    states = []

    def callback(step, loss, directions, radii):
        states.append((directions.copy(), radii.copy()))
        return step == 15

    found = trained(*hard, callback=callback)
    costs = [combined_cost(scores(hard[0], *state)) for state in (hard[1:], states[9], states[14])]
    assert costs[2] < min(costs[:2])
    assert same(found, states[14])


def test_a_skeleton_with_perfect_ranks_and_order_is_not_moved():
    skeleton, directions, radii = started(dag_of(60, 0.03, seed=2), 10)
    steps = []
    best = trained(skeleton, directions, radii, callback=lambda step, *_: steps.append(step))
    assert scores(skeleton, *best) == (1.0, 1.0)
    assert 0 < len(steps) < 400
    again = trained(skeleton, *best, callback=lambda step, *_: steps.append(-1))
    assert same(again, best)
    assert -1 not in steps


@pytest.mark.parametrize("at", [1, 15])
def test_an_interrupt_warns_and_returns_the_best_so_far(hard, at):
    states = [tuple(part.copy() for part in hard[1:])]

    def interrupt(step, loss, directions, radii):
        if step % 10 == 0:
            states.append((directions.copy(), radii.copy()))
        if step == at:
            raise KeyboardInterrupt

    with pytest.warns(UserWarning, match=f"interrupted after {at} steps"):
        found = trained(*hard, callback=interrupt)
    best = min(states, key=lambda state: combined_cost(scores(hard[0], *state)))
    assert same(found, best)
    assert len(states) == 1 + at // 10


def test_other_errors_of_a_callback_are_not_swallowed(hard):
    def broken(*_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        trained(*hard, callback=broken)


def test_progress_is_shown_if_wanted(hard, capsys):
    trained(*hard, progress=False, callback=lambda step, *_: step == 3)
    assert capsys.readouterr().err == ""
    trained(*hard, progress=True, callback=lambda step, *_: step == 3)
    assert "training cones" in capsys.readouterr().err


# -- the order, and caps that stay off the origin ------------------------------------------------


def plain_f1(dag, directions, radii):
    """F1 of the ancestors that are nearer than the origin, or stand there."""
    gaps = np.sum((directions[:, None] - directions[None]) ** 2, axis=2)
    t = np.tanh(radii)[:, None]
    keys = np.exp(radii) / 2 * (1 - t) + np.exp(-radii) / 2 * (1 + t) + t * np.sinh(radii) / 2 * gaps
    said = ((keys < 1) | (radii == 0)) & ~np.eye(dag.n, dtype=bool)
    starts, ancestors = dag.ancestors_of(np.arange(dag.n))
    true = np.zeros_like(said)
    true[np.repeat(np.arange(dag.n), np.diff(starts)), ancestors] = True
    return 2 * np.sum(said & true) / (np.sum(said) + np.sum(true))


def capped(dag, dim, seed=0):
    rng = np.random.default_rng(seed)
    return nested_caps(dag, dim, max_radius=36.0, rng=rng, refinement=Refinement(progress=False))


@pytest.mark.parametrize("dim", [3, 5, 10])
def test_four_nodes_have_the_order_of_the_graph(dim):
    dag = Dag.from_edges(np.array([0, 0, 1, 2]), np.array([1, 2, 3, 3]), 4)
    assert plain_f1(dag, *capped(dag, dim)) == 1


@pytest.mark.parametrize("roots", [1, 4])
def test_training_does_not_end_while_the_order_is_wrong(roots):
    dag = dag_of(120, 0.05, roots, seed=2)
    assert plain_f1(dag, *capped(dag, 10)) > 0.99


def test_seeds_differ_little_and_no_cap_collapses():
    """As an ontology: many levels, a third of the nodes with a second parent near the first."""
    rng = np.random.default_rng(3)
    first = [(max(0, v - 1 - int(rng.integers(0.7 * v + 1))), v) for v in range(1, 300)]
    edges = first + [(int(rng.integers(max(a, 1))), v) for a, v in first if rng.random() < 0.34]
    dag = Dag.from_edges(*np.array(edges).T, 300)
    skeleton = split(dag)
    costs = []
    for seed in range(5):
        directions, radii = start_skeleton(skeleton, 10, 36.0, np.random.default_rng(seed))
        found = trained(skeleton, directions, radii, seed=seed)
        inner = np.setdiff1d(np.arange(len(radii)), skeleton.dag.roots)
        assert found[1][inner].min() >= 0.3
        costs.append(combined_cost(scores(skeleton, *found)))
    assert max(costs) < min(costs) + 0.05
