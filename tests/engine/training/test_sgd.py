"""The training loop through embed: what it learns, the same bytes, callbacks, interrupts, threads."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from training_runs import bytes_of, gathered, trained

import nx_poincare as nxp
from nx_poincare.engine.dag.depth_first import Walk
from nx_poincare.engine.training import epochs
from nx_poincare.engine.training import task as training_task
from nx_poincare.engine.training import visiting_order as visits


def test_training_from_random_points_learns_the_hierarchy(mammals):
    emb = nxp.embed(mammals.copy(), 5, init="random", seed=0)
    scores = nxp.evaluate_reconstruction(emb, mammals)
    assert scores.mean_rank <= 1.24
    assert scores.map_score >= 0.939


def test_large_graphs_are_trained_as_well(carnivores, monkeypatch):
    """Callbacks see points in the order of the nodes there as well."""
    seen, scores = [], []
    for fits in (10**6, 0):
        monkeypatch.setattr(visits, "_FITS_CACHE", fits)
        emb = trained(carnivores, 5, epochs=200, callbacks=[lambda _epoch, _loss, points: seen.append(points)])
        assert nxp.evaluate_reconstruction(seen[-1], carnivores).map_score > 0.6
        scores.append(nxp.evaluate_reconstruction(emb, carnivores).map_score)
    assert scores[1] == pytest.approx(scores[0], abs=0.05)


def test_mammals_untangle_in_two_dimensions(mammals):
    G = mammals.copy()
    emb = nxp.embed(G, init="random", seed=0)
    scores = nxp.evaluate_reconstruction(emb, mammals)
    assert scores.mean_rank <= 3.2
    assert scores.map_score >= 0.677
    assert np.array_equal(G.nodes["dog.n.01"]["pos"], emb["dog.n.01"])


def test_what_training_adds_to_the_loss_of_the_paper_brings_ancestors_nearer(mammals):
    short = {"init": "random", "epochs": 100, "burn_in": 50, "negatives": 10, "seed": 0}
    plain, helped = (
        nxp.evaluate_reconstruction(nxp.embed(mammals.copy(), 5, **gathered(short | more)), mammals)
        for more in ({"relatives": 0, "emphasis": 0, "temperature": 1}, {})
    )
    assert helped.mean_rank < plain.mean_rank
    assert helped.map_score > plain.map_score


# -- same seed, same bytes ---------------------------------------------------------------------


@pytest.mark.usefixtures("order")
def test_same_seed_same_bytes(carnivores):
    assert bytes_of(trained(carnivores)) == bytes_of(trained(carnivores))
    assert bytes_of(trained(carnivores)) != bytes_of(trained(carnivores, seed=2))


def test_threads_give_the_same_quality(nouns):
    """From the same rough start, so that a few epochs tell.

    Two threads differ by half a percent, by a few where one falls behind on a busy machine; the loss of one epoch less
    is half as high again.
    """
    start = nxp.embed(nouns.copy(), 5, seed=0, effort=0)
    scores = []
    for threads in (1, 2):
        emb = nxp.embed(
            nouns.copy(),
            5,
            init=dict(start),
            training=nxp.Training(epochs=2, learning_rate=0.3, negatives=10),
            seed=0,
            n_jobs=threads,
        )
        scores.append(emb.history[-1]["loss"])
    assert scores[1] == pytest.approx(scores[0], rel=0.1)


def test_directions_that_threads_mixed_are_unit_vectors_again(carnivores, monkeypatch):
    train_rows = epochs.train_rows

    def mixing(directions, exponentials, *rest):
        result = train_rows(directions, exponentials, *rest)
        directions[5] *= 1 + 2e-6
        return result

    monkeypatch.setattr(epochs, "train_rows", mixing)
    monkeypatch.setattr(training_task, "_NODES_PER_THREAD", 1)
    seen = []
    emb = trained(carnivores, n_jobs=2, epochs=3, callbacks=[lambda epoch, loss, view: seen.append(view.directions)])
    for directions in (*seen, emb.directions):
        np.testing.assert_allclose(np.linalg.norm(directions, axis=1), 1, atol=1e-15)


def test_small_graphs_train_on_one_thread_whatever_is_asked(carnivores):
    assert bytes_of(trained(carnivores, n_jobs=2)) == bytes_of(trained(carnivores))


# -- being told and being stopped --------------------------------------------------------------


@pytest.mark.usefixtures("order")
def test_callbacks_see_embeddings_and_can_stop(carnivores):
    seen = []

    def look(epoch, loss, view):
        seen.append((epoch, loss, set(view) == set(carnivores), view["dog.n.01"].shape))
        return epoch == 7

    emb = trained(carnivores, callbacks=[look, lambda *_: None])
    assert [s[0] for s in seen] == list(range(1, 8))
    assert all(np.isfinite(s[1]) and s[2] and s[3] == (3,) for s in seen)
    assert len(emb.history) == 7


def test_keyboard_interrupt_returns_the_best_so_far(carnivores):
    G = carnivores.copy()

    def interrupt(epoch, loss, view):
        if epoch == 15:
            raise KeyboardInterrupt

    with pytest.warns(UserWarning, match="interrupted after 15 epochs"):
        emb = nxp.embed(
            G, 3, init="random", training=nxp.Training(epochs=100, burn_in=5), seed=0, callbacks=[interrupt]
        )
    assert len(emb.history) == 15
    assert all("poincare" in data for _, data in G.nodes(data=True))


SLEEPER = """
import networkx as nx, nx_poincare as nxp, sys, warnings
G = nxp.wordnet_graph("animal.n.01", source="bundled")
def told(epoch, loss, view):
    print("epoch", epoch, flush=True)
emb = nxp.embed(G, 10, init="random", training=100_000, seed=0, callbacks=[told], progress=False)
print("returned", len(emb))
"""


def test_control_c_during_a_long_run():
    process = subprocess.Popen(
        [sys.executable, "-c", SLEEPER], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline().startswith("epoch 1")
    time.sleep(0.3)
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=300)
    assert "returned 4017" in out
    assert "interrupted after" in err


def test_progress_bar_tells_the_loss(carnivores, capsys):
    trained(carnivores, progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "30/30" in err
    assert "loss" in err
    trained(carnivores)
    assert capsys.readouterr() == ("", "")


def test_a_point_that_is_not_finite_is_named(carnivores, monkeypatch, order):
    real = epochs.train_rows

    def spoiled(directions, exponentials, *rest):
        result = real(directions, exponentials, *rest)
        exponentials[5] = np.nan
        return result

    monkeypatch.setattr(epochs, "train_rows", spoiled)
    G = carnivores.copy()
    before = {v: dict(data) for v, data in G.nodes(data=True)}
    node = 5 if order == "order of nodes" else Walk.over(nxp.Hierarchy.from_digraph(G).dag).nodes[5]
    with pytest.raises(FloatingPointError, match=rf"{list(G)[node]!r} is not finite after epoch 1"):
        nxp.embed(G, 3, init="random", training=5, seed=0)
    assert dict(G.nodes(data=True)) == before
