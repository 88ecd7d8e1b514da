"""How long a training is and what it does when: rates, scorings, defaults by size and dimension."""

import numpy as np
import pytest
from training_runs import trained

import nx_poincare as nxp
from nx_poincare.engine.training import epochs
from nx_poincare.engine.training import task as training_task
from nx_poincare.engine.training.schedule import Schedule
from nx_poincare.engine.training.task import task_of


def test_history_tells_every_epoch(carnivores):
    history = trained(carnivores).history
    assert [entry["epoch"] for entry in history] == list(range(1, 31))
    assert [entry["rate"] for entry in history[:10]] == [pytest.approx(0.03)] * 10
    rates = [entry["rate"] for entry in history[10:]]
    assert rates == pytest.approx(list(np.linspace(0.3, 0.015, 20)))
    assert all(entry["seconds"] > 0 and np.isfinite(entry["loss"]) for entry in history)
    for first, last in ((0, 9), (10, 29)):  # the negatives of the burn-in are others
        assert history[last]["loss"] < history[first]["loss"]
    assert 0 < history[-1]["map_score"] <= 1
    assert history[-1]["mean_rank"] >= 1


def test_constant_rate(carnivores):
    assert {e["rate"] for e in trained(carnivores, decay="constant", burn_in=0, learning_rate=0.2).history} == {0.2}


def test_without_a_number_of_epochs_one_descent_follows_the_burn_in(carnivores):
    history = trained(carnivores, epochs=None, burn_in=None).history
    rates = [entry["rate"] for entry in history]
    assert rates[:100] == [pytest.approx(0.03)] * 100
    left = np.linspace(1, 0, 900, endpoint=False)[: len(rates) - 100]
    assert len(left) >= 450  # patience begins in the second half
    assert rates[100:] == pytest.approx(list(rates[100] * left**2))
    scored = [e["epoch"] for e in history if "map_score" in e]
    assert scored == list(range(100, len(rates) + 1, 45))


def test_schedule():
    schedule = Schedule(300, 0.3, burn_in=10)
    assert schedule.total == 310
    assert [schedule.rate_at(e) for e in (0, 9, 10, 160, 309)] == pytest.approx([0.03, 0.03, 0.3, 0.15, 0.001])
    square = Schedule(300, 0.3, "quadratic", burn_in=10)
    assert [square.rate_at(e) for e in (10, 160, 310)] == pytest.approx([0.3, 0.075, 0])
    assert [e for e in range(310) if schedule.scores_after(e)] == [9, *range(24, 310, 15)]
    assert Schedule(5, 1.0, burn_in=2).is_over(7)
    assert not Schedule(5, 1.0, burn_in=2).is_over(6)
    assert all(Schedule(5, 1.0).scores_after(e) for e in range(5))


def task(n, dim, *, from_scratch=True, effort=1.0, **given):
    return task_of(
        nxp.Training(**given), n=n, dim=dim, from_scratch=from_scratch, effort=effort, max_radius=36.0, seed=0,
        n_jobs=1, weights=None, fixed=np.zeros(0, dtype=np.int64),
    )  # fmt: skip


def test_defaults_by_size_and_dimension():
    small, large = task(1000, 5), task(80_000, 10)
    assert (small.negatives, large.negatives) == (50, 10)
    assert (small.relatives, large.relatives) == (15, 3)
    assert small.emphasis == large.emphasis == 0.35
    assert small.temperature == large.temperature == 0.5
    assert (small.leaf_turns, large.leaf_turns, task(80_000, 10, epochs=20).leaf_turns) == (1, 3, 1)
    assert small.outer_leaves
    assert not task(1000, 5, outer_leaves=False).outer_leaves
    for dim in (2, 3):
        narrow = task(1000, dim)
        assert (narrow.relatives, narrow.emphasis) == (0, 0)
    assert (task(1000, 2).temperature, task(1000, 3).temperature) == (1.5, 0.5)
    assert small.schedule.burn_in == 100
    assert large.schedule.burn_in == 500
    assert small.schedule.patience == 5
    assert task(1000, 5, epochs=20).schedule.patience is None
    assert small.schedule.burn_in_rate == large.schedule.burn_in_rate == pytest.approx(0.03)
    assert task(80_000, 10, epochs=20).schedule.burn_in == 100
    assert task(80_000, 10, from_scratch=False).schedule.burn_in == 0
    assert task(80_000, 10, learning_rate=0.01).schedule.burn_in_rate == pytest.approx(0.001)
    chosen = task(1000, 2, relatives=1.0, emphasis=0.2, temperature=2, negatives=7)
    assert (chosen.relatives, chosen.emphasis, chosen.temperature) == (7, 0.2, 2.0)


def test_effort_lengthens_a_training_without_a_number_of_epochs():
    long, short = (task(80_000, 10, effort=effort).schedule for effort in (10, 0.1))
    assert (long.epochs, long.burn_in, short.epochs, short.burn_in) == (20_000, 5000, 200, 50)
    refined, least = task(100, 5, effort=2, from_scratch=False).schedule, task(100, 5, effort=1e-9).schedule
    assert (refined.epochs, refined.burn_in, least.epochs, least.burn_in) == (1800, 0, 1, 0)
    assert task(100, 5, epochs=20, effort=10).schedule == task(100, 5, epochs=20).schedule
    assert task(100, 5, burn_in=7, effort=10).schedule.burn_in == 7


def test_leaves_come_in_turn(carnivores, monkeypatch):
    """Of a large graph, an epoch after the burn-in visits every inner node and a third of the leaves."""
    visited = []
    real = epochs.train_rows

    def watched(directions, exponentials, rows, *rest):
        visited.append(rows)
        return real(directions, exponentials, rows, *rest)

    monkeypatch.setattr(epochs, "train_rows", watched)
    monkeypatch.setattr(training_task, "_LARGE_GRAPH", 10)
    monkeypatch.setattr(training_task, "_LARGE", training_task._LARGE._replace(burn_in=1, epochs=3))
    trained(carnivores, epochs=None, burn_in=None)
    inner = {i for i, v in enumerate(carnivores) if carnivores.out_degree(v) and carnivores.in_degree(v)}
    leaves = {i for i, v in enumerate(carnivores) if not carnivores.out_degree(v)}
    assert [len(rows) for rows in visited[:1]] == [len(inner | leaves)]
    assert all(inner <= set(rows) for rows in visited)
    turns = [set(rows) - inner for rows in visited[1:]]
    assert set.union(*turns) == leaves
    assert sum(map(len, turns)) == len(leaves)
