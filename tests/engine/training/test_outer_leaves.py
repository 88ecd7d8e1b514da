"""Leaves are negatives only where others lack, and move outward before points are scored or returned."""

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.training.negative_sampling import ancestry
from nx_poincare.engine.training.outer_leaves import best_step, moved_outward
from nx_poincare.engine.training.schedule import Schedule


def trained(G, dim=3, **options):
    names = {"epochs", "burn_in", "negatives", "outer_leaves", "fixed"}
    training = {name: options.pop(name) for name in names & options.keys()}
    training = nxp.Training(**{"epochs": 40, "burn_in": 20, "negatives": 10} | training)
    return nxp.embed(G.copy(), dim, init="random", training=training, seed=1, **options)


def test_only_leaves_move_and_not_beyond_the_largest_radius():
    radii = np.array([1.0, 2.0, 30.0])
    assert moved_outward(radii, np.array([1, 2]), 8.0, 36.0).tolist() == [1, 10, 36]
    assert radii.tolist() == [1, 2, 30]


@pytest.mark.parametrize(
    ("ranks", "most", "step"),
    [
        ({0: 5.0, 1: 4.0, 2: 3.0, 4: 3.0}, 7, 2),  # no better at 4
        ({0: 5.0, 1: 6.0, 2: 7.0, 4: 2.0}, 4, 4),  # leaves come near before they are away
        ({0: 5.0, 1: 6.0}, 1, 0),
        ({0: 5.0, 1: 4.0, 2: 3.0}, 3, 2),  # 4 is not tried
        ({0: 5.0}, 0, 0),
    ],
)
def test_the_least_step_with_the_best_scores(ranks, most, step):
    assert best_step(lambda tried: (ranks[tried], 0.9), most) == (step, (ranks[step], 0.9))


def test_leaves_outside_bring_ancestors_nearer(mammals):
    short = {"epochs": 100, "burn_in": 50}
    inside, outside = (
        nxp.evaluate_reconstruction(trained(mammals, 2, outer_leaves=outer, **short), mammals)
        for outer in (False, True)
    )
    assert outside.mean_rank < inside.mean_rank
    assert outside.map_score > inside.map_score


def test_history_and_callbacks_tell_of_points_as_they_are_returned(carnivores):
    seen = []
    emb = trained(carnivores, callbacks=[lambda epoch, loss, points: seen.append(points)])
    exact = nxp.evaluate_reconstruction(emb, carnivores)  # fewer nodes than are sampled
    best = min((e for e in emb.history if "map_score" in e), key=lambda e: e["mean_rank"] - 10 * e["map_score"])
    assert best["mean_rank"] == pytest.approx(exact.mean_rank)
    assert best["map_score"] == pytest.approx(exact.map_score)
    shown = nxp.evaluate_reconstruction(seen[-1], carnivores)
    assert shown.mean_rank == pytest.approx(exact.mean_rank, rel=0.2)


def test_leaves_that_are_fixed_stay(carnivores):
    leaf = next(v for v in carnivores if carnivores.out_degree(v) == 0)
    start = nxp.embed(carnivores.copy(), 3, init="random", effort=0, seed=1)
    radius = trained(carnivores, fixed=[leaf]).radii[start.index[leaf]]
    assert radius == pytest.approx(start.radii[start.index[leaf]])


def test_an_interrupted_run_returns_leaves_outside(carnivores):
    def interrupt(epoch, loss, points):
        raise KeyboardInterrupt

    with pytest.warns(UserWarning, match="interrupted"):
        outer = trained(carnivores, callbacks=[interrupt])
    with pytest.warns(UserWarning, match="interrupted"):
        inner = trained(carnivores, callbacks=[interrupt], outer_leaves=False)
    leaves = np.array([carnivores.out_degree(v) == 0 for v in outer.nodes])
    assert (outer.radii[leaves] > inner.radii[leaves]).all()
    assert np.array_equal(outer.radii[~leaves], inner.radii[~leaves])


def test_leaves_are_drawn_where_nothing_else_is_unrelated():
    star = nx.DiGraph((0, leaf) for leaf in range(1, 21))
    emb = trained(star, 2, burn_in=0)
    assert emb.history[-1]["loss"] > 0
    assert nxp.evaluate_reconstruction(emb, star).mean_rank == 1


def test_walks_leave_leaves_out():
    dag = Dag.from_edges(np.array([0, 0, 1, 1, 2]), np.array([1, 2, 3, 4, 5]), 7)
    walks = ancestry(dag, None, np.array([1.0, 1, 1, 0, 0, 0, 0]))
    assert walks.child_starts.tolist() == [0, 2, 2, 2, 2, 2, 2, 2]
    assert walks.child_list.tolist() == [1, 2]


def test_when_a_schedule_has_enough():
    schedule = Schedule(100, 0.3, "quadratic", burn_in=10, patience=3)
    assert [schedule.is_late(e) for e in (0, 59, 60)] == [False, False, True]
    assert [schedule.is_enough((2.0, 0.9), idle) for idle in (0, 2, 3)] == [False, False, True]
    assert schedule.is_enough((1.0, 1.0), 0)
    assert not Schedule(100, 0.3).is_enough((1.0, 1.0), 99)


def test_perfect_scores_end_a_run_without_a_number_of_epochs():
    tree = nx.balanced_tree(3, 3, create_using=nx.DiGraph)
    emb = nxp.embed(tree.copy(), 5, init="random", seed=0)
    scores = nxp.evaluate_reconstruction(emb, tree)
    assert (scores.mean_rank, scores.map_score) == (1, 1)
    assert len(emb.history) < 1000
    assert len(trained(tree, 5).history) == 60  # a given number is kept
