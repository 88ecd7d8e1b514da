"""`metric` and `polar` in the estimators of scikit-learn."""

import pickle
from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.extractors.wordnet.graph import wordnet_graph


@pytest.fixture(scope="module")
def sklearn(needed: Callable[[str], Any]) -> Callable[[str], Any]:
    """Modules of scikit-learn."""
    return lambda name: needed(f"sklearn.{name}")


@pytest.fixture(scope="module", params=[2, 10])
def emb(request: pytest.FixtureRequest) -> nxp.Embedding:
    """Some hundred carnivores."""
    return nxp.embed(wordnet_graph("carnivore.n.01", source="bundled"), request.param, seed=0)


@pytest.mark.parametrize("dim", [2, 10])
def test_it_is_the_distance(mammals: nx.DiGraph, dim: int) -> None:
    emb = nxp.embed(mammals.copy(), dim, seed=0)
    matrix, rows = emb.distance_matrix(), emb.polar
    assert emb.radii.max() > 20
    for i in range(0, len(emb), 57):
        found = [emb.metric(rows[i], row) for row in rows]
        assert np.allclose(found, matrix[i], rtol=1e-13, atol=0)


def test_pairwise_distances(sklearn: Any, emb: nxp.Embedding) -> None:
    found = sklearn("metrics").pairwise_distances(emb.polar[:60], metric=emb.metric)
    assert np.allclose(found, emb.distance_matrix(emb.nodes[:60]), rtol=1e-13)


@pytest.mark.parametrize("algorithm", ["ball_tree", "brute"])
def test_nearest_neighbours(sklearn: Any, emb: nxp.Embedding, algorithm: str) -> None:
    estimator = sklearn("neighbors").NearestNeighbors(
        n_neighbors=5, metric=emb.metric, algorithm=algorithm, leaf_size=5
    )
    distances, rows = estimator.fit(emb.polar).kneighbors()
    for i, node in enumerate(emb.nodes):
        nearest = [away for _, away in emb.nearest(node, 5)]  # ties may come in another order
        assert np.allclose(distances[i], nearest, rtol=1e-12)
        assert np.allclose(emb.distances(node, [emb.nodes[row] for row in rows[i]]), nearest, rtol=1e-12)


def test_a_tree_of_balls_holds_points_that_it_has_not_seen(sklearn: Any, emb: nxp.Embedding) -> None:
    """Its bounds are distances from averages of rows, which have no unit directions."""
    known, asked = emb.polar[::2], emb.polar[1::2]
    tree = sklearn("neighbors").BallTree(known, leaf_size=2, metric=emb.metric)
    found, _ = tree.query(asked, k=3)
    expected = np.sort([[emb.metric(u, v) for v in known] for u in asked], axis=1)[:, :3]
    assert np.allclose(found, expected, rtol=1e-12)


def test_the_triangle_inequality_holds_off_the_unit_sphere() -> None:
    rng = np.random.default_rng(0)
    for _ in range(300):
        x, y, z = rows = rng.normal(size=(3, 4)) * 10.0 ** rng.integers(-3, 2)
        rows[:, 0] = abs(rows[:, 0])
        metric = nxp.Embedding.metric
        assert metric(x, z) <= (metric(x, y) + metric(y, z)) * (1 + 1e-12)
    assert metric([1.0, 0.0, 0.0], [1.0, 2.0, 0.0]) == 0


def test_hdbscan_and_tsne(sklearn: Any, emb: nxp.Embedding) -> None:
    """The same from the metric as from the matrix, which is quicker."""
    matrix, agreement = emb.distance_matrix(), sklearn("metrics").adjusted_rand_score
    for kind, options in (("HDBSCAN", {"min_cluster_size": 4, "copy": True}), ("DBSCAN", {"eps": 6.0})):
        cluster = getattr(sklearn("cluster"), kind)
        by_matrix = cluster(metric="precomputed", **options).fit_predict(matrix)
        by_metric = cluster(metric=emb.metric, **options).fit_predict(emb.polar)
        assert len(set(by_matrix)) > 1
        assert agreement(by_matrix, by_metric) > 0.95  # ties, which the last digits decide
    options = {"perplexity": 10, "init": "random", "random_state": 0, "max_iter": 250, "learning_rate": 100.0}
    flat = sklearn("manifold").TSNE(metric="precomputed", **options).fit_transform(matrix)
    again = sklearn("manifold").TSNE(metric=emb.metric, **options).fit_transform(emb.polar)
    assert np.isfinite(flat).all()
    trust = sklearn("manifold").trustworthiness
    for positions in (flat, again):
        assert trust(matrix, positions, n_neighbors=5, metric="precomputed") > 0.8


def test_classes_of_nodes(sklearn: Any, emb: nxp.Embedding, mammals: nx.DiGraph) -> None:
    """Whether a carnivore is a dog or a cat, from its five nearest neighbours; the estimator can be pickled."""
    kinds = ["canine.n.02", "feline.n.01"]
    below = {node: kind for kind in kinds for node in sorted(nx.descendants(mammals, kind))}
    rows = np.array([emb.index[node] for node in below])
    classes = np.array(list(below.values()))
    neighbours = sklearn("neighbors").KNeighborsClassifier(5, metric=emb.metric, algorithm="ball_tree")
    fitted = pickle.loads(pickle.dumps(neighbours.fit(emb.polar[rows[::2]], classes[::2])))
    assert fitted.score(emb.polar[rows[1::2]], classes[1::2]) > 0.85
