"""Embeddings have the same bytes as at home, whatever is lost meanwhile."""

from __future__ import annotations

import time

import pytest
from clusters import DIM, EFFORT, bytes_of, kill_workers

import nx_poincare as nxp
from nx_poincare.cluster.errors import SchedulerLostError
from nx_poincare.cluster.workers import DaskWorkers, connected
from nx_poincare.engine.training.bucket_steps import joined_tops


def test_an_embedding_has_the_same_bytes_though_a_worker_is_killed_in_training(client, hierarchy, at_home):
    killed = []

    def kill_once(step, *_):
        if step == 2:
            killed.append(step)
            kill_workers(client, 1)

    found = nxp.embed(hierarchy, DIM, effort=EFFORT, seed=0, client=client, callbacks=[kill_once], progress=False)
    assert killed == [2]
    assert bytes_of(found) == bytes_of(at_home)


def trained_in_parts(hierarchy, **options):
    training = nxp.Training(epochs=4, burn_in=8, buckets=4)
    return nxp.embed(hierarchy, DIM, init="random", training=training, seed=0, progress=False, **options)


@pytest.fixture(scope="module")
def in_parts_at_home(hierarchy):
    return trained_in_parts(hierarchy)


ROUNDS = 3  # of an epoch in four parts


def after_round(monkeypatch, number, act):
    """Do something once the work of a round is on its way; the list that is returned says that it was done."""
    kept_tuples, rounds, done = DaskWorkers.kept_tuples, [], []

    def acting(self, function, *arguments):
        found = kept_tuples(self, function, *arguments)
        if function is joined_tops:
            rounds.append(function)
            if len(rounds) == number:
                done.append(number)
                act()
        return found

    monkeypatch.setattr(DaskWorkers, "kept_tuples", acting)
    return done


def test_training_in_parts_has_the_same_bytes(client, hierarchy, in_parts_at_home):
    assert bytes_of(trained_in_parts(hierarchy, client=client)) == bytes_of(in_parts_at_home)


def test_training_in_parts_goes_on_though_the_workers_with_all_points_are_killed(
    client, hierarchy, in_parts_at_home, monkeypatch
):
    killed = after_round(monkeypatch, 6 * ROUNDS + 2, lambda: kill_workers(client))
    assert bytes_of(trained_in_parts(hierarchy, client=client)) == bytes_of(in_parts_at_home)
    assert killed


def test_an_interrupt_brings_the_points_of_all_epochs_that_ended(client, hierarchy, monkeypatch):
    seen = []
    trained_in_parts(hierarchy, callbacks=[lambda epoch, loss, view: seen.append(view.directions.copy()) or epoch == 4])

    def interrupt():
        raise KeyboardInterrupt

    after_round(monkeypatch, 4 * ROUNDS + 2, interrupt)
    with pytest.warns(UserWarning, match="interrupted after 4 epochs; the best points so far are returned"):
        found = trained_in_parts(hierarchy, client=client)
    assert found.directions.tobytes() == seen[-1].tobytes()


def test_training_in_parts_ends_with_what_was_saved_where_the_scheduler_is_lost(
    started, hierarchy, in_parts_at_home, monkeypatch, tmp_path
):
    address, scheduler = started
    checkpoint = nxp.Checkpoint(tmp_path / "training.npz", every=3)
    with connected(address) as client:
        client.wait_for_workers(1, timeout=30)
        after_round(monkeypatch, 4 * ROUNDS + 2, scheduler.kill)
        lost = (
            f"scheduler of Dask at {address} does not .* ended after 4 epochs; the points after 3 of them, which came"
        )
        with pytest.warns(UserWarning, match=lost):
            trained_in_parts(hierarchy, client=client, checkpoint=checkpoint)
    assert bytes_of(trained_in_parts(hierarchy, checkpoint=checkpoint)) == bytes_of(in_parts_at_home)


def test_a_scheduler_that_goes_away_leaves_the_points_so_far(started, hierarchy):
    address, scheduler = started
    with connected(address) as client:
        client.wait_for_workers(1, timeout=30)
        seen = []

        def kill_scheduler(step, loss, view):
            seen.append(view.directions.copy())
            if step == 2:
                scheduler.kill()

        with pytest.warns(UserWarning, match=f"scheduler of Dask at {address} does not answer .*after . steps"):
            emb = nxp.embed(
                hierarchy, DIM, effort=EFFORT, seed=0, client=client, callbacks=[kill_scheduler], progress=False
            )
        assert 2 <= len(seen) < 6
        assert emb.quality.mean_rank >= 1
        assert len(emb) == len(hierarchy)
        began = time.monotonic()
        with pytest.raises(SchedulerLostError, match=address):
            nxp.evaluate_reconstruction(emb, hierarchy, client=client)
        assert time.monotonic() - began < 5
