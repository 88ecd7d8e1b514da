"""embed where nodes have several parents: cones that are refined, and the options of that work."""

from __future__ import annotations

import logging
import re
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp


@pytest.fixture(scope="module")
def mixed(mammals):
    """The mammals, some of them with a second parent. Shared: copy it."""
    G = nx.DiGraph(mammals)
    rng = np.random.default_rng(0)
    nodes = list(nx.topological_sort(G))
    for place in rng.integers(len(nodes) // 3, len(nodes), 60):
        G.add_edge(nodes[int(rng.integers(place))], nodes[place])
    assert nx.is_directed_acyclic_graph(G)
    return nx.freeze(G)


def combined(emb, G):
    scores = nxp.evaluate_reconstruction(emb, G)
    return (scores.mean_rank - 1) + 10 * (1 - scores.map_score)


@pytest.mark.parametrize("dim", [2, 3, 5])
def test_cones_are_refined_unless_no_effort_is_asked_for(mixed, dim):
    refined, plain = (nxp.embed(mixed.copy(), dim, effort=effort, seed=0) for effort in (1, 0))
    assert refined != plain
    assert combined(refined, mixed) < 0.9 * combined(plain, mixed)
    assert not refined.history


@pytest.mark.parametrize("dim", [3, 5])
def test_callbacks_see_every_step_of_the_refinement(mixed, dim):
    G = mixed.copy()
    seen, others = [], []

    def callback(step, loss, emb):
        assert isinstance(emb, nxp.Embedding)
        assert list(emb) == list(G)
        assert emb.vectors.shape == (len(G), dim)
        assert np.isfinite(emb.vectors).all()
        assert loss > 0
        seen.append((step, combined(emb, G)))
        return step == 12

    nxp.embed(G, dim, seed=0, callbacks=[callback, lambda step, *_: others.append(step)])
    assert [step for step, _ in seen] == others == list(range(1, 13))
    if dim == 5:
        assert seen[-1][1] < seen[0][1]


@pytest.mark.parametrize("dim", [3, 5])
def test_callbacks_see_points_as_embed_returns_them(mixed, dim):
    """Within the largest radius, and growing along every edge."""
    seen = []

    def callback(step, loss, emb):
        grows = all(emb.radii[emb.index[u]] < emb.radii[emb.index[v]] for u, v in mixed.edges)
        seen.append((bool(emb.radii.max() <= 36), grows))
        return step == 40

    nxp.embed(mixed.copy(), dim, seed=0, callbacks=[callback])
    assert seen == [(True, True)] * 40


def test_callbacks_are_not_called_where_nothing_is_refined(mixed):
    def refused(*_):
        raise AssertionError("a callback was called")

    nxp.embed(mixed.copy(), 5, effort=0, seed=0, callbacks=[refused])
    nxp.embed(nx.balanced_tree(2, 3, create_using=nx.DiGraph), 5, seed=0, callbacks=[refused])


def test_an_interrupt_of_the_refinement_leaves_the_best_so_far(mixed):
    def interrupt(step, loss, emb):
        if step == 30:
            raise KeyboardInterrupt

    G = mixed.copy()
    with pytest.warns(UserWarning, match="interrupted after 30 steps"):
        emb = nxp.embed(G, 5, seed=0, callbacks=[interrupt])
    assert combined(emb, G) < combined(nxp.embed(mixed.copy(), 5, effort=0, seed=0), G)
    assert np.array_equal(G.nodes["mammal.n.01"]["poincare"], emb["mammal.n.01"])


@pytest.mark.parametrize("dim", [2, 3, 5])
def test_cones_do_not_depend_on_the_number_of_threads(mixed, dim):
    one, two = (nxp.embed(mixed.copy(), dim, init="cones", seed=7, n_jobs=n_jobs) for n_jobs in (1, 2))
    assert one.vectors.tobytes() == two.vectors.tobytes()
    assert one.directions.tobytes() == two.directions.tobytes()
    assert one.radii.tobytes() == two.radii.tobytes()
    assert one.layout.tobytes() == two.layout.tobytes()


@pytest.mark.parametrize("dim", [2, 3, 5])
def test_more_effort_is_not_worse(mixed, dim):
    costs = [combined(nxp.embed(mixed.copy(), dim, effort=effort, seed=0), mixed) for effort in (0, 0.1, 1, 4)]
    assert all(more <= less + 0.01 for less, more in pairwise(costs))  # the order counts a little, too
    assert costs[0] > costs[2]


@pytest.mark.parametrize(("effort", "steps"), [(0.1, 100), (0.001, 1)])
def test_effort_counts_the_steps_of_the_refinement(mixed, effort, steps):
    seen = []
    nxp.embed(mixed.copy(), 5, effort=effort, seed=0, callbacks=[lambda step, *_: seen.append(step)])
    assert seen == list(range(1, steps + 1))


@pytest.mark.parametrize(
    ("dim", "stages"),
    [
        (2, ["refinement of the arcs", "horizons"]),
        (5, ["start of the skeleton", "training of the skeleton", "points on the skeleton", "horizons"]),
    ],
)
def test_the_log_says_how_long_each_stage_took(mixed, caplog, dim, stages):
    with caplog.at_level(logging.INFO, logger="nx_poincare"):
        nxp.embed(mixed.copy(), dim, seed=0)
    timed = re.findall(r"^(.*): \d+\.\d s$", "\n".join(caplog.messages), flags=re.MULTILINE)
    assert [stage for stage in timed if stage in stages] == stages


@pytest.mark.parametrize("dim", [2, 3])
def test_effort_changes_nothing_where_nothing_can_be_better(dim):
    tree = nx.balanced_tree(3, 3, create_using=nx.DiGraph)
    one, many, none = (nxp.embed(tree.copy(), dim, effort=effort, seed=0) for effort in (1, 10, 0))
    assert one == many == none
    halves = {node: vector / 2 for node, vector in one.items()}
    assert nxp.embed(tree, dim, init=halves, effort=10) == nxp.embed(tree, dim, init=halves)


def test_no_effort_and_random_points_are_the_start():
    G = nx.DiGraph([(0, 1), (0, 2)])
    start = nxp.embed(G, 3, init="random", effort=0, seed=0)
    assert (np.abs(start.vectors) <= 0.001).all()
    assert not start.history
    assert len(nxp.embed(G, 3, init="random", effort=0, training=2, seed=0).history) == 102


@pytest.mark.parametrize("dim", [2, 5])
@pytest.mark.parametrize("rest", [{"effort": 0}, {"init": "random", "effort": 0}, {"init": "given"}], ids=str)
def test_a_checkpoint_is_refused_where_nothing_trains(mixed, tmp_path, dim, rest):
    G = mixed.copy()
    if rest.get("init") == "given":
        rest = {"init": dict.fromkeys(G, np.zeros(dim))}
    with pytest.raises(ValueError, match="checkpoint is for what trains or is refined"):
        nxp.embed(G, dim, **rest, checkpoint=tmp_path / "run.npz")
    assert dict(G.nodes(data=True)) == dict(mixed.nodes(data=True))
    assert list(tmp_path.iterdir()) == []


def test_a_number_is_short_for_a_training(mixed):
    short, long = (nxp.embed(mixed.copy(), 3, training=t, seed=0) for t in (2, nxp.Training(epochs=2)))
    assert short == long
    assert len(short.history) == 2


def test_random_points_imply_a_training():
    G = nx.balanced_tree(2, 2, create_using=nx.DiGraph)
    implied, said = (nxp.embed(G, init="random", training=t, seed=0) for t in (None, nxp.Training()))
    assert implied == said
    assert implied.history


def test_a_training_of_its_own_length_from_the_cones(mixed):
    """It ends by itself, and is no worse than the cones."""
    start = nxp.embed(mixed.copy(), 3, seed=0, effort=0.02)
    emb = nxp.embed(mixed.copy(), 3, training=nxp.Training(), effort=0.02, seed=0)
    assert len(emb.history) <= 18
    assert combined(emb, mixed) <= combined(start, mixed)


def test_options_of_epochs_are_taken_with_them(mixed, tmp_path):
    G = mixed.copy()
    nx.set_edge_attributes(G, 1.0, "w")
    path = tmp_path / "run.npz"
    emb = nxp.embed(G, 5, training=nxp.Training(epochs=1, fixed=["mammal.n.01"], weight="w"), checkpoint=path, seed=0)
    assert path.exists()
    assert len(emb.history) == 1
