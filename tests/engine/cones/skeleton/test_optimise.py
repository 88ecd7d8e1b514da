"""Training of a skeleton: never worse than its start, the same every time, bounded, to be stopped at any step."""

import logging

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
from nx_poincare.utils.workers import ONE_THREAD, Threads

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
    return state.best_directions, state.best_radii


def scores(skeleton, directions, radii):
    evaluator = RowEvaluator(skeleton, ONE_THREAD, 3, 0.4)
    evaluator.look(evaluator.rows, directions, radii, 3.0, 0)
    return evaluator.scores


@pytest.fixture(scope="module")
def hard():
    """A start in three dimensions that a training improves and do not make perfect."""
    skeleton, directions, radii = started(dag_of(150, 0.5, seed=1), 3)
    directions.flags.writeable = radii.flags.writeable = False
    return skeleton, directions, radii


@pytest.fixture
def short(monkeypatch):
    """Few steps, for what does not depend on their number."""
    monkeypatch.setattr(module, "_STEPS", 25)
    monkeypatch.setattr(module, "_STEPS_IN_SPACE", 1)


def test_training_improves_much(hard):
    before, after = scores(*hard), scores(hard[0], *trained(*hard))
    assert combined_cost(after) < 0.5 * combined_cost(before)
    assert combined_cost(after) > 0.01


@settings(max_examples=20)
@given(
    st.integers(12, 60), st.sampled_from([0.1, 0.5, 2.0]), st.integers(1, 3), st.sampled_from([3, 10]),
    st.sampled_from([0.1, 1.0, 30.0]), st.integers(0, 2**32),
)  # fmt: skip
def test_what_is_returned_is_a_point_set_no_worse_than_the_start(n, second, roots, dim, rate, seed):
    dag = dag_of(n, second, roots, seed)
    assume(len(split(dag).caps) > 0)
    skeleton, directions, radii = started(dag, dim, seed, max_radius=14.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_STEPS", 25)
        found = trained(skeleton, directions, radii, rate=rate, max_radius=9.0)
    assert found[0].shape == directions.shape
    assert found[1].shape == radii.shape
    np.testing.assert_allclose(np.linalg.norm(found[0], axis=1), 1, rtol=1e-12)
    assert np.all((found[1] >= 0) & (found[1] <= 9.0))
    if len(skeleton.dag.roots) == 1:
        assert found[1][skeleton.dag.roots[0]] == 0
    before, after = scores(skeleton, directions, radii), scores(skeleton, *found)
    assert combined_cost(after) <= combined_cost(before)


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
    monkeypatch.setattr(module, "_LOOK_AFTER", 0.0)
    costs = []
    for stop in (1, 2, 3, 5, 8, 13, 40):
        found = trained(skeleton, directions, radii, rate=3.0, callback=lambda step, *_, stop=stop: step == stop)
        costs.append(combined_cost(scores(skeleton, *found)))
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] < costs[0]


# -- the same every time -------------------------------------------------------------------------


def same(one, other):
    return all(a.tobytes() == b.tobytes() for a, b in zip(one, other, strict=True))


def all_work(skeleton, dim):
    """Of looks and steps of all rows, as far as it is known before."""
    counts = skeleton.dag.count_ancestors(10**9)
    of_row = module._LEAST_LOOKS * module._look_work(skeleton, dim)
    of_row += module._LEAST_STEPS * module._pull_work(counts[counts > 0], dim)
    return np.count_nonzero(counts), np.count_nonzero(counts) * of_row


@pytest.fixture
def sampled(hard, short, monkeypatch):
    """Work for a third of the rows."""
    _, work = all_work(hard[0], 3)
    monkeypatch.setattr(module, "_MOST_WORK", work / 3 / (1 - module._SCORING_PART) * 1.01)
    return hard


@pytest.mark.parametrize("n_jobs", [1, 3])
def test_same_seed_same_bytes_on_any_number_of_threads(hard, short, n_jobs):
    assert same(trained(*hard, workers=Threads(n_jobs)), trained(*hard))


def test_seeds_decide_which_rows_are_looked_at(sampled):
    assert same(trained(*sampled, seed=3, workers=Threads(2)), trained(*sampled, seed=3))
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
    """Rows of all looks, and numbers of rows of all steps."""
    looks, steps = [], []
    look, pull = RowEvaluator.look, RowEvaluator.pull

    def watched_look(self, rows, *args):
        assert np.all(np.diff(rows) > 0)
        looks.append(tuple(rows))
        return look(self, rows, *args)

    def watched_pull(self, near, *args):
        steps.append(len(near.shares.all_rows))
        return pull(self, near, *args)

    monkeypatch.setattr(RowEvaluator, "look", watched_look)
    monkeypatch.setattr(RowEvaluator, "pull", watched_pull)
    return looks, steps


def test_where_work_is_cheap_all_steps_pull_at_all_rows(hard, short, monkeypatch):
    looks, steps = watched_rows(monkeypatch)
    trained(*hard)
    rows = tuple(np.flatnonzero(np.diff(hard[0].dag.parent_starts)))
    assert steps == [len(rows)] * 25
    assert set(looks) == {rows}


@pytest.mark.parametrize("dear", [False, True])
def test_looks_come_as_caps_have_moved_and_not_too_rarely(hard, monkeypatch, dear):
    """Rates fall, so that there are ever more steps from one look to the next; dear looks come later."""
    if dear:
        monkeypatch.setattr(module, "_look_work", lambda *_: 10**7)
        monkeypatch.setattr(module, "_MOST_WORK", 10**15)
    looks, losses = [], []
    look = RowEvaluator.look
    monkeypatch.setattr(RowEvaluator, "look", lambda *args: looks.append(len(losses)) or look(*args))
    trained(*hard, callback=lambda step, loss, *_: losses.append(loss))
    gaps = np.diff(looks[:-1])  # the last look only scores
    if dear:
        assert gaps[0] == module._LOOK_LATEST_AFTER + 1  # of which each is a little shorter than a width
        assert np.all(np.diff(gaps) >= 0)
        assert gaps.max() == len(losses) / module._LEAST_LOOKS
    else:
        assert len(gaps) > 5 * module._LEAST_LOOKS


def test_where_work_is_dear_the_same_rows_score_and_others_move(sampled, monkeypatch, caplog):
    rows, _ = all_work(sampled[0], 3)
    looks, steps = watched_rows(monkeypatch)
    with caplog.at_level(logging.INFO, logger="nx_poincare"):
        found = trained(*sampled)
    drawn, scored = looks[:-1:2], looks[1:-1:2]
    assert steps == [rows // 3] * 25
    assert {len(some) for some in drawn} == {rows // 3}
    assert len(set(drawn)) == len(drawn) > 2
    assert set(scored) == {looks[-1]}
    assert f"{rows} rows: {rows // 3} are drawn for a look, {len(scored[0])} are scored" in caplog.text
    assert combined_cost(scores(sampled[0], *found)) < combined_cost(scores(*sampled))


def test_the_loss_of_a_step_is_the_mean_of_the_rows_it_pulls_at(sampled, monkeypatch):
    losses, looks = [], []
    look = RowEvaluator.look
    monkeypatch.setattr(RowEvaluator, "look", lambda *args: looks.append(len(losses)) or look(*args))
    trained(*sampled, rate=1e-9, callback=lambda _, loss, *__: losses.append(loss))
    first_of_looks = {losses[step] for step in looks if step < len(losses)}  # later, some rows rest
    monkeypatch.undo()
    whole = []
    trained(*sampled, rate=1e-9, callback=lambda step, loss, *_: whole.append(loss) or step == 1)
    assert len(first_of_looks) > 2
    assert np.mean(list(first_of_looks)) == pytest.approx(whole[0], rel=0.2)


def test_the_rate_falls_by_the_work_where_that_ends_first(hard, monkeypatch):
    state = SkeletonState.of(*hard)
    train_skeleton(hard[0], state, max_radius=MAX_RADIUS, seed=0, progress=False)
    assert state.step == module._STEPS * module._STEPS_IN_SPACE
    monkeypatch.setattr(module, "_MOST_WORK", state.work // 4)
    less = SkeletonState.of(*hard)
    train_skeleton(hard[0], less, max_radius=MAX_RADIUS, seed=0, progress=False)
    assert 0.1 * state.step < less.step < 0.8 * state.step
    assert combined_cost(less.best_scores) < 0.6 * combined_cost(scores(*hard))


def test_hardly_any_work_still_leads_to_an_end(hard, short, monkeypatch):
    monkeypatch.setattr(module, "_MOST_WORK", 1)
    _, steps = watched_rows(monkeypatch)
    trained(*hard)
    assert set(steps) == {1}


def test_one_whose_closure_is_too_large_stays_as_it_is_and_that_is_said(hard, monkeypatch, caplog):
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


def test_the_points_after_the_last_step_count(hard, monkeypatch):
    """They are looked at for that."""
    looked = []
    look = RowEvaluator.look
    monkeypatch.setattr(RowEvaluator, "look", lambda *args: looked.append(args[2].copy()) or look(*args))
    states = []
    trained(*hard, callback=lambda step, loss, directions, radii: states.append(directions.copy()) or step == 15)
    assert np.array_equal(looked[-1], states[-1])


def test_a_skeleton_with_perfect_ranks_and_order_is_not_moved():
    skeleton, directions, radii = started(dag_of(60, 0.03, seed=2), 10)
    steps = []
    best = trained(skeleton, directions, radii, callback=lambda step, *_: steps.append(step))
    assert scores(skeleton, *best) == (1.0, 1.0)
    assert 0 < len(steps) < 1000
    again = trained(skeleton, *best, callback=lambda step, *_: steps.append(-1))
    assert same(again, best)
    assert -1 not in steps


@pytest.mark.parametrize("at", [1, 15])
def test_an_interrupt_warns_and_returns_the_best_so_far(hard, at, monkeypatch):
    looked = []
    look = RowEvaluator.look

    def watched(self, rows, directions, radii, *args):
        looked.append((directions.copy(), radii.copy()))
        return look(self, rows, directions, radii, *args)

    def interrupt(step, *_):
        if step == at:
            raise KeyboardInterrupt

    monkeypatch.setattr(RowEvaluator, "look", watched)
    with pytest.warns(UserWarning, match=f"interrupted after {at} steps"):
        found = trained(*hard, callback=interrupt)
    monkeypatch.undo()
    best = min(looked, key=lambda state: combined_cost(scores(hard[0], *state)))
    assert same(found, best)
    assert (len(looked) > 1) == (at > 1)


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
