"""What a training is given: a start, fixed nodes, weights, and options that are wrong."""

import networkx as nx
import numpy as np
import pytest
from training_runs import gathered, trained

import nx_poincare as nxp


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
