"""The training loop through embed: schedule, stopping, callbacks, checkpoints, warm starts, threads."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import fields

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.engine.dag.depth_first import Walk
from nx_poincare.engine.training import epochs
from nx_poincare.engine.training import task as training_task
from nx_poincare.engine.training import visiting_order as visits
from nx_poincare.engine.training.schedule import Schedule
from nx_poincare.engine.training.task import task_of
from nx_poincare.io.checkpoint import CheckpointError


@pytest.fixture(scope="module")
def carnivores():
    return nxp.wordnet_graph("carnivore.n.01", source="bundled")


@pytest.fixture(params=["order of nodes", "order of a walk"])
def order(request, monkeypatch):
    """Training of small graphs and, on small graphs too, that of large ones."""
    if request.param == "order of a walk":
        monkeypatch.setattr(visits, "_FITS_CACHE", 0)
    return request.param


def gathered(options):
    """Options of `embed` in which those of the training are gathered in one object."""
    names = {field.name for field in fields(nxp.Training)}
    found = {name: value for name, value in options.items() if name in names}
    rest = {name: value for name, value in options.items() if name not in names}
    return rest | ({"training": nxp.Training(**found)} if found else {})


def trained(G, dim=3, **options):
    defaults = {
        "init": "random", "epochs": 20, "burn_in": 10, "negatives": 10, "relatives": 0.3, "emphasis": 0.7, "seed": 1,
    }  # fmt: skip
    return nxp.embed(G.copy(), dim, **gathered(defaults | options))


def bytes_of(emb):
    return emb.directions.tobytes() + emb.radii.tobytes()


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


@pytest.mark.usefixtures("order")
def test_interrupted_and_continued_is_the_same_as_never_stopped(carnivores, tmp_path):
    path = tmp_path / "run.npz"
    whole = trained(carnivores, checkpoint=tmp_path / "whole.npz")
    assert bytes_of(whole) == bytes_of(trained(carnivores))

    class PowerCutError(Exception):
        pass

    def cut(epoch, loss, view):
        if epoch == 17:
            raise PowerCutError

    with pytest.raises(PowerCutError):
        trained(carnivores, checkpoint=nxp.Checkpoint(path, every=5), callbacks=[cut])
    seen = []
    continued = trained(carnivores, checkpoint=nxp.Checkpoint(path, every=5), callbacks=[lambda e, *_: seen.append(e)])
    assert seen == list(range(16, 31))
    assert bytes_of(continued) == bytes_of(whole)
    assert [e["loss"] for e in continued.history] == [e["loss"] for e in whole.history]
    finished = trained(carnivores, checkpoint=path, callbacks=[lambda e, *_: seen.append(-1)])
    assert -1 not in seen
    assert bytes_of(finished) == bytes_of(whole)


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 2},
        {"negatives": 11},
        {"relatives": 0.5},
        {"emphasis": 0.3},
        {"temperature": 0.7},
        {"outer_leaves": False},
        {"epochs": 21},
        {"learning_rate": 0.2},
        {"max_radius": 30},
        {"dim": 4},
    ],
)
def test_a_checkpoint_of_another_run_is_refused(carnivores, tmp_path, other):
    path = tmp_path / "run.npz"
    trained(carnivores, epochs=2, burn_in=0, checkpoint=path)
    before = path.read_bytes()
    options = {"epochs": 2, "burn_in": 0, "checkpoint": path} | other
    with pytest.raises(CheckpointError, match="another run"):
        trained(carnivores, options.pop("dim", 3), **options)
    assert path.read_bytes() == before


def test_other_files_are_no_checkpoints(carnivores, tmp_path):
    path = tmp_path / "run.npz"
    for content in (b"", b"text", b"PK\x03\x04broken"):
        path.write_bytes(content)
        with pytest.raises(CheckpointError, match=r"run\.npz"):
            trained(carnivores, checkpoint=path)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("directions", lambda array: array[:-1]),
        ("directions", lambda array: array[:, :1]),
        ("exponentials", lambda array: array.astype(np.float32)),
        ("best_exponentials", lambda array: array * np.nan),
    ],
)
def test_a_checkpoint_that_does_not_fit_its_run_is_refused(carnivores, tmp_path, name, change):
    """Compiled loops check no bounds."""
    path = tmp_path / "run.npz"
    options = {"epochs": 2, "burn_in": 0, "checkpoint": path}
    trained(carnivores, **options)
    with np.load(path) as arrays:
        content = {key: change(array) if key == name else array for key, array in arrays.items()}
    np.savez(path, **content)
    with pytest.raises(CheckpointError, match=rf"run\.npz.*{name} is"):
        trained(carnivores, **options)


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
G = nxp.wordnet_graph(source="bundled")
def told(epoch, loss, view):
    print("epoch", epoch, flush=True)
emb = nxp.embed(G, 10, init="random", training=1000, seed=0, callbacks=[told], progress=False)
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
    assert "returned 82115" in out
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


# -- starting from what is there ---------------------------------------------------------------


def test_refining_the_cones_is_never_worse():
    part = nxp.wordnet_graph("artifact.n.01", source="bundled")
    for dim in (2, 5):
        start = nxp.evaluate_reconstruction(nxp.embed(part, dim, seed=3), part)
        refined = nxp.evaluate_reconstruction(nxp.embed(part, dim, training=10, seed=3), part)
        assert refined.mean_rank <= start.mean_rank
        assert refined.map_score >= start.map_score


def test_a_worse_result_is_not_taken(carnivores):
    start = nxp.embed(carnivores.copy(), 4, seed=0)
    spoiling = nxp.embed(carnivores.copy(), 4, training=nxp.Training(epochs=3, learning_rate=50.0), seed=0)
    assert spoiling == start


@pytest.mark.usefixtures("order")
def test_warm_starts(carnivores):
    previous = trained(carnivores)
    vectors = dict(previous)
    array = previous.vectors
    for init in (previous, vectors, array):
        again = nxp.embed(carnivores.copy(), 3, init=init, effort=0)
        assert np.allclose(again.vectors, array, atol=1e-13)
    better = nxp.embed(carnivores.copy(), 3, init=previous, training=nxp.Training(epochs=30, learning_rate=0.1), seed=0)
    before, after = (nxp.evaluate_reconstruction(e, carnivores) for e in (previous, better))
    assert after.mean_rank <= before.mean_rank
    assert after.map_score >= before.map_score


@pytest.mark.usefixtures("order")
def test_fixed_nodes_stay(carnivores):
    stay = ["dog.n.01", "carnivore.n.01"]
    moved = nxp.embed(
        carnivores.copy(), 3, init="random", training=nxp.Training(epochs=5, burn_in=0, fixed=stay), seed=0
    )
    origin = nxp.embed(carnivores.copy(), 3, init="random", effort=0, seed=0)
    for v in stay:
        assert np.array_equal(moved.directions[moved.index[v]], origin.directions[origin.index[v]])
    assert not np.allclose(moved["cat.n.01"], origin["cat.n.01"])


@pytest.mark.usefixtures("order")
def test_weights_pull_their_edges_together():
    G = nx.DiGraph()
    for i in range(30):
        G.add_edge("left", i, strength=10.0 if i == 0 else 1.0)
        G.add_edge("right", i, strength=1.0 if i == 0 else 10.0)
    G.add_edges_from([("top", "left"), ("top", "right")])
    G.add_edges_from(("top", f"other {i}") for i in range(30))
    emb = nxp.embed(G, 4, init="random", training=nxp.Training(weight="strength", epochs=200), seed=0)
    assert emb.distance(0, "left") < emb.distance(0, "right")
    assert emb.distance(1, "left") > emb.distance(1, "right")


@pytest.mark.parametrize("bad", [0, -1.0, float("nan"), float("inf"), "heavy", None, True])
def test_bad_weights_name_the_edge(bad):
    G = nx.DiGraph([("a", "b"), ("a", "c")])
    G.edges["a", "c"]["w"] = bad
    with pytest.raises(nx.NetworkXError, match=r"\('a', 'c'\) has w="):
        nxp.embed(G, init="random", training=nxp.Training(epochs=1, weight="w"))
    assert G.nodes["a"] == {}


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"init": {"z": [0, 0]}, "epochs": 1}, nx.NodeNotFound, "'a'"),
        ({"init": [[0, 0]], "epochs": 1}, ValueError, "one vector for each of 3"),
        ({"init": np.zeros((3, 5)), "epochs": 1}, ValueError, "5 dimensions"),
        ({"init": np.full((3, 2), 2.0), "epochs": 1}, ValueError, "node 'a' has norm .* outside"),
        ({"init": np.array(0.5), "epochs": 1}, ValueError, "one vector for each of 3"),
        ({"init": {"a": [0, 0], "c": [0.5]}}, ValueError, r"node 'c' has shape \(1,\), that of node 'a' \(2,\)"),
        ({"init": 7}, ValueError, "init must be"),
        ({"init": "random", "fixed": ["z"]}, nx.NodeNotFound, "'z'"),
        ({"init": "random", "fixed": "a"}, ValueError, "collection"),
        ({"init": "random", "callbacks": print}, ValueError, "callbacks must be a collection"),
        ({"init": "random", "callbacks": ["print"]}, ValueError, "callbacks must be functions, not 'print'"),
        ({"init": "random", "negatives": 0}, ValueError, "negatives"),
        ({"init": "random", "learning_rate": 0}, ValueError, "learning_rate"),
        ({"init": "random", "learning_rate": float("nan")}, ValueError, "learning_rate"),
        ({"init": "random", "learning_rate": "fast"}, ValueError, "learning_rate must be positive"),
        ({"init": "random", "decay": "cosine"}, ValueError, "decay"),
        ({"init": "random", "decay": "constant"}, ValueError, "number of epochs"),
        ({"init": "random", "negative_power": -1}, ValueError, "negative_power"),
        ({"init": "random", "burn_in": -1}, ValueError, "burn_in"),
        ({"init": "random", "relatives": 1.5}, ValueError, "relatives must be between 0 and 1"),
        ({"init": "random", "relatives": True}, ValueError, "relatives"),
        ({"init": "random", "emphasis": -0.1}, ValueError, "emphasis must be between 0 and 2"),
        ({"init": "random", "emphasis": float("nan")}, ValueError, "emphasis"),
        ({"init": "random", "emphasis": "strong"}, ValueError, "emphasis"),
        ({"init": "random", "temperature": 0}, ValueError, "temperature must be between 0.2 and 5"),
        ({"init": "random", "temperature": float("nan")}, ValueError, "temperature"),
        ({"init": "random", "outer_leaves": "all"}, ValueError, "outer_leaves must be True or False"),
        ({"init": "random", "n_jobs": 0}, ValueError, "n_jobs"),
        ({"init": "random", "n_jobs": "all"}, ValueError, "n_jobs must be an integer of at least 1, or -1"),
        ({"epochs": 0}, ValueError, "epochs must be an integer of at least 1, got 0"),
        ({"epochs": 2.5}, ValueError, "epochs must be an integer"),
        ({"weight": 3}, ValueError, "weight must be the name of an edge attribute"),
        ({"training": 0}, ValueError, "epochs must be an integer of at least 1, got 0"),
        ({"training": True}, ValueError, "training must be a number of epochs or a Training, got True"),
        ({"training": {"epochs": 3}}, ValueError, "training must be a number of epochs or a Training"),
        ({"training": nxp.Training(), "effort": 0}, ValueError, "effort=0 leaves nothing to train"),
    ],
)
def test_wrong_options(options, error, message):
    G = nx.DiGraph([("a", "b"), ("a", "c")])
    with pytest.raises(error, match=message):
        nxp.embed(G, **gathered(options))
    assert all(data == {} for _, data in G.nodes(data=True))


def test_hard_graphs_train():
    for G in (
        nx.DiGraph(),
        nx.empty_graph(3),
        nx.path_graph(300, create_using=nx.DiGraph),
        nx.DiGraph([(0, 1), (1, 0), (1, 2)]),
        nx.DiGraph([(i, j) for i in range(30) for j in range(i + 1, 30)]),
    ):
        emb = nxp.embed(G, 3, init="random", training=5, seed=0)
        assert np.isfinite(emb.vectors).all()
        assert len(emb) == len(G)


def test_a_training_that_a_callback_stopped_goes_on_from_its_checkpoint(carnivores, tmp_path):
    path = nxp.Checkpoint(tmp_path / "run.npz", every=5)
    whole = trained(carnivores)
    stopped = trained(carnivores, checkpoint=path, callbacks=[lambda epoch, *_: epoch == 17])
    assert bytes_of(stopped) == bytes_of(trained(carnivores, callbacks=[lambda epoch, *_: epoch == 17]))
    seen = []
    continued = trained(carnivores, checkpoint=path, callbacks=[lambda epoch, *_: seen.append(epoch)])
    assert seen == list(range(18, 31))
    assert bytes_of(continued) == bytes_of(whole)


def resaved(path, changed_arrays, changed_scalars):
    with np.load(path) as arrays:
        content = dict(arrays)
    for name, change in changed_arrays.items():
        content[name] = change(content[name])
    header = json.loads(content["header"].tobytes())
    header["scalars"] |= changed_scalars
    content["header"] = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
    np.savez(path, **content)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epoch", 10**30),
        ("epoch", -1),
        ("idle", -(2**70)),
        ("outward", 1e300),
        ("outward", "far"),
        ("best_scores", [1.0]),
        ("best_scores", [1.0, "x"]),
        ("best_scores", [-1.0, 0.5]),
        ("history", [1, 2]),
        ("history", [{"epoch": "x"}, {"loss": None}]),
        ("finished", 0),
        ("exponentials", lambda array: -array),
        ("best_exponentials", lambda array: array * 0),
        ("exponentials", lambda array: array * 1e300),
        ("directions", lambda array: array * 0),
        ("best_directions", lambda array: array * 1e200),
    ],
)
def test_a_checkpoint_with_absurd_values_names_the_field(carnivores, tmp_path, name, value):
    path = tmp_path / "run.npz"
    trained(carnivores, epochs=2, burn_in=0, checkpoint=path)
    resaved(path, {name: value} if callable(value) else {}, {} if callable(value) else {name: value})
    with pytest.raises(CheckpointError, match=rf"run\.npz.*{name} (is|are)"), np.errstate(over="ignore"):
        trained(carnivores, epochs=2, burn_in=0, checkpoint=path)
