"""What a training is told: checked by itself, never changed, and the paper's as published."""

import dataclasses
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp


def test_a_training_does_not_change_and_can_be_varied():
    training = nxp.Training(epochs=50, fixed=["a"])
    with pytest.raises(dataclasses.FrozenInstanceError):
        training.epochs = 3
    longer = dataclasses.replace(training, epochs=100)
    assert (longer.epochs, longer.fixed, training.epochs) == (100, ("a",), 50)
    assert nxp.Training() == nxp.Training(epochs=None, decay="linear", outer_leaves=True)
    assert len({nxp.Training(), nxp.Training(), nxp.Training.paper()}) == 2


@pytest.mark.parametrize(
    "fixed", [np.array([0, 1]), {0, 1}, iter([0, 1]), [0, 1], {0: "a", 1: "b"}], ids=lambda value: type(value).__name__
)
def test_fixed_nodes_of_any_collection(fixed):
    assert nxp.Training(fixed=fixed).fixed == (0, 1)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("epochs", 0), ("epochs", True), ("negatives", 0), ("negatives", 1.5), ("negative_power", 11),
        ("relatives", -0.1), ("emphasis", 3), ("temperature", 0.1), ("outer_leaves", 1), ("learning_rate", -1),
        ("decay", "quadratic"), ("burn_in", -1), ("weight", 1), ("fixed", "ab"),
    ],
)  # fmt: skip
def test_every_wrong_option_is_named(option, value):
    with pytest.raises(ValueError, match=f"^{option} must be"):
        nxp.Training(**{option: value})


def test_the_paper():
    paper = nxp.Training.paper()
    assert (paper.negatives, paper.negative_power, paper.relatives) == (10, 0, 0)
    assert (paper.emphasis, paper.temperature, paper.outer_leaves) == (0, 1, False)
    history = nxp.embed(
        nx.balanced_tree(2, 3, create_using=nx.DiGraph), 5, init="random", training=paper, seed=0
    ).history
    assert [entry["rate"] for entry in history] == [pytest.approx(0.03)] * 10 + [0.3] * 290


@pytest.mark.parametrize("every", [0, -1, 2.5, True, "all"])
def test_a_checkpoint_is_written_after_a_number_of_epochs(every):
    with pytest.raises(ValueError, match="every must be an integer of at least 1"):
        nxp.Checkpoint("run.npz", every)


def test_a_checkpoint_as_often_as_asked(tmp_path):
    times = []
    path = tmp_path / "run.npz"

    def look(epoch, *_):
        times.append(path.stat().st_mtime_ns if path.exists() else None)

    G = nx.DiGraph([(0, 1), (0, 2)])
    nxp.embed(G, training=6, seed=0, checkpoint=nxp.Checkpoint(path, every=2), callbacks=[look])
    assert [before != after for before, after in pairwise(times)] == [False, True] * 2 + [False]
