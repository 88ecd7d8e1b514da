"""Coordinates of other models and curvatures, with names; what float32 and other programs keep of them."""

from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from optional_packages import needed
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import squareform

import nx_poincare as nxp
from nx_poincare.embedding.points import UnknownNodeError
from nx_poincare.engine.geometry.ball import distance


@pytest.fixture(scope="module")
def mammals_embedded(mammals):
    return nxp.embed(nx.DiGraph(mammals))


def around(radius, dim, count=20_000):
    """Points of one radius in random directions."""
    s = np.random.default_rng(0).normal(size=(count, dim))
    return nxp.Embedding(range(count), s / np.linalg.norm(s, axis=1, keepdims=True), np.full(count, float(radius)))


def moved(emb, again):
    return distance(emb.directions, emb.radii, again.directions, again.radii)


class TestRoundTrips:
    def test_lorentz_keeps_every_distance_and_the_order(self, mammals_embedded, mammals):
        emb = mammals_embedded
        again = nxp.Embedding.from_lorentz(emb.nodes, emb.lorentz, levels=emb.levels, horizons=emb.horizons)
        assert again.radii == pytest.approx(emb.radii, rel=1e-15)
        assert np.abs(again.directions - emb.directions).max() < 1e-15
        assert nxp.evaluate_reconstruction(again, mammals).map_score > 0.9999
        assert np.array_equal(again.levels, emb.levels)
        assert np.array_equal(again.horizons, emb.horizons)

    def test_klein_up_to_radius_15(self):
        emb = around(15, 5, 100)
        assert moved(emb, nxp.Embedding.from_klein(emb.nodes, emb.klein)).max() < 1e-2

    @pytest.mark.parametrize("curvature", [-1, -0.3, -4.0])
    @pytest.mark.parametrize("model", ["ball", "lorentz", "klein"])
    def test_curvature(self, model, curvature):
        emb = around(5, 3, 50)
        points = emb.coordinates(model, curvature=curvature)
        read = {
            "ball": nxp.Embedding.from_vectors,
            "lorentz": nxp.Embedding.from_lorentz,
            "klein": nxp.Embedding.from_klein,
        }[model]
        assert moved(emb, read(emb.nodes, points, curvature=curvature)).max() < 1e-10
        size = 1 / np.sqrt(-curvature)
        if model == "lorentz":
            assert points[:, 0] ** 2 - np.sum(points[:, 1:] ** 2, axis=1) == pytest.approx(size**2, rel=1e-9)
        else:
            assert np.linalg.norm(points, axis=1).max() < size
        points[:] = 0  # it is a new array, also for the ball
        assert np.linalg.norm(emb.vectors, axis=1).min() > 0.9

    def test_distances_of_another_curvature_are_in_its_unit(self):
        emb = around(4, 3, 20)
        x = emb.coordinates("lorentz", curvature=-0.25)
        products = x[:, :1] * x[:, 0] - x[:, 1:] @ x[:, 1:].T
        assert 2 * np.arccosh(np.maximum(products / 4, 1)) == pytest.approx(2 * emb.distance_matrix(), abs=1e-4)

    def test_no_nodes(self):
        none = nxp.Embedding.from_lorentz([], np.zeros((0, 3)))
        assert none.lorentz.shape == (0, 3)
        assert nxp.Embedding.from_klein([], np.zeros((0, 2))).klein.shape == (0, 2)
        assert none.distance_matrix().shape == (0, 0)


class TestErrors:
    @pytest.mark.parametrize(
        ("row", "message"),
        [
            ([-1.0, 0.0, 0.0], "first coordinate of node 'b' is -1.0: points of the upper sheet"),
            ([0.0, 0.0, 0.0], "first coordinate of node 'b' is 0.0: points of the upper sheet"),
            ([1.1, 0.0, 0.0], "point of node 'b' is not on the hyperboloid of curvature -1: .* 1.1, .* off by 0.1 of"),
            ([np.nan, 0.0, 0.0], "row of node 'b' is not finite"),
            ([np.inf, 0.0, 0.0], "row of node 'b' is not finite"),
            ([1.0, 0.0], "row of node 'b' has shape"),
        ],
    )
    def test_points_that_are_not_of_the_hyperboloid(self, row, message):
        with pytest.raises(ValueError, match=message):
            nxp.Embedding.from_lorentz("ab", [[1.0, 0.0, 0.0], row])

    def test_time_alone(self):
        with pytest.raises(ValueError, match=r"points has shape \(1, 1\), expected \(1, dim \+ 1\)"):
            nxp.Embedding.from_lorentz("a", [[1.0]])

    def test_another_curvature_than_that_of_the_points(self):
        with pytest.raises(ValueError, match="node 0 is not on the hyperboloid of curvature -2"):
            nxp.Embedding.from_lorentz(range(9), around(1, 3, 9).lorentz, curvature=-2.0)

    def test_points_outside_the_ball(self):
        with pytest.raises(ValueError, match=r"point of node 'b' has norm 1\.0 of the radius of the ball"):
            nxp.Embedding.from_klein("ab", [[0.0, 0.0], [0.0, 2.0]], curvature=-0.25)
        with pytest.raises(ValueError, match="vector of node 'a' has norm"):
            nxp.Embedding.from_vectors("a", [[0.6, 0.0]], curvature=-4)

    def test_radii_past_the_end_of_float64(self):
        """Points were taken whose order is not that of their distances any more."""
        with pytest.raises(ValueError, match="radius of node 'b' is 351, more than 350: beyond, float64"):
            nxp.Embedding("ab", [[1.0, 0.0], [0.0, 1.0]], [1.0, 351.0])
        with pytest.raises(ValueError, match=r"radius of node 'b' is 460\.517, more than 350"):
            nxp.Embedding.from_lorentz("ab", [[1.0, 0.0, 0.0], [5e199, 5e199, 0.0]])

    def test_files_with_points_past_the_largest_radius(self, tmp_path):
        emb = nxp.Embedding("ab", [[1.0, 0.0], [0.0, 1.0]], [1.0, 350.0])
        emb.save(tmp_path / "a.npz")
        assert nxp.Embedding.load(tmp_path / "a.npz").radius("b") == 350
        arrays = dict(np.load(tmp_path / "a.npz"))
        arrays["radii"] = np.array([1.0, 400.0])
        np.savez(tmp_path / "b.npz", **arrays)
        with pytest.raises(ValueError, match=r"b\.npz .*: radius of node 'b' is 400, more than 350"):
            nxp.Embedding.load(tmp_path / "b.npz")

    def test_the_order_of_distances_up_to_the_largest_radius(self):
        radii = 350.0 - np.arange(6.0)
        emb = nxp.Embedding(range(6), np.tile([[0.6, 0.8]], (6, 1)), radii)
        assert np.isfinite(emb.lorentz).all()
        back = nxp.Embedding.from_lorentz(range(6), emb.lorentz)
        assert back.radii == pytest.approx(radii, rel=1e-15)
        for u in range(6):
            by_distance = sorted((abs(radii[u] - radii[v]), v) for v in range(6) if v != u)
            assert {v for v, _ in emb.nearest(u, 1)} <= {v for d, v in by_distance if d == by_distance[0][0]}
        assert nxp.evaluate_reconstruction(emb, nx.DiGraph([(1, 0), (4, 5)])).mean_rank == 1

    def test_unknown_model_or_curvature(self):
        emb = around(1, 2, 1)
        with pytest.raises(ValueError, match='model must be "ball", "lorentz" or "klein", got \'disk\''):
            emb.coordinates("disk")
        with pytest.raises(ValueError, match="curvature must be negative and finite, got 1"):
            emb.coordinates(curvature=1)


class TestPrecision:
    """What the docstring of `Embedding.lorentz` and the page on other libraries say."""

    @pytest.mark.parametrize("dim", [2, 5, 10])
    @pytest.mark.parametrize(("radius", "most"), [(10, 0.001), (13, 0.02), (15, 0.15)])
    def test_float32_keeps_places(self, dim, radius, most):
        emb = around(radius, dim)
        again = nxp.Embedding.from_lorentz(emb.nodes, emb.lorentz.astype(np.float32))
        assert most / 10 < moved(emb, again).max() < most
        ball = nxp.Embedding.from_vectors(emb.nodes, emb.vectors.astype(np.float32))
        assert most / 10 < moved(emb, ball).max() < most

    @pytest.mark.parametrize("dim", [2, 5, 10])
    @pytest.mark.parametrize(("radius", "most"), [(6.5, 0.02), (7.5, 0.15)])
    def test_float32_of_klein(self, dim, radius, most):
        emb = around(radius, dim)
        again = nxp.Embedding.from_klein(emb.nodes, emb.klein.astype(np.float32))
        assert most / 10 < moved(emb, again).max() < most

    def test_float32_keeps_radii_and_stays_on_the_sheet(self):
        emb = around(30, 5)
        again = nxp.Embedding.from_lorentz(emb.nodes, emb.lorentz.astype(np.float32))
        assert np.abs(again.radii - 30).max() < 2e-7
        assert np.median(moved(emb, again)) > 10  # but directions have seven digits

    @pytest.mark.parametrize("dim", [2, 5, 10])
    def test_float32_keeps_the_order_far_beyond_that(self, mammals, dim):
        emb = nxp.embed(nx.DiGraph(mammals), dim, seed=0)
        assert emb.radii.max() > 20
        again = nxp.Embedding.from_lorentz(emb.nodes, emb.lorentz.astype(np.float32))
        assert nxp.evaluate_reconstruction(again, mammals).map_score > 0.98
        assert np.median(moved(emb, again)) > 1

    def test_float32_ball_vectors_leave_the_ball(self):
        inside, outside = (np.linalg.norm(around(r, 5).vectors.astype("f4").astype(float), axis=1) for r in (16, 18))
        assert inside.max() < 1 <= outside.max()

    @pytest.mark.parametrize(
        ("dtype", "radius", "least", "most"),
        [("f8", 15, 1e-4, 0.02), ("f8", 20, 1, 30), ("f4", 5, 1e-4, 0.02), ("f4", 10, 1, 30)],
    )
    def test_distances_of_neighbours_from_products(self, dtype, radius, least, most):
        emb = around(radius, 5)
        aside = emb.directions + np.random.default_rng(1).normal(size=emb.directions.shape) * 0.5 / np.sinh(radius)
        near = nxp.Embedding(emb.nodes, aside / np.linalg.norm(aside, axis=1, keepdims=True), emb.radii)
        x, y = emb.lorentz.astype(dtype), near.lorentz.astype(dtype)
        products = x[:, 0] * y[:, 0] - np.sum(x[:, 1:] * y[:, 1:], axis=1)
        error = np.abs(np.arccosh(np.maximum(products, 1)) - moved(emb, near)).max()
        assert least < error < most


class TestDistanceMatrix:
    def test_rows_are_the_distances(self, mammals_embedded):
        emb = mammals_embedded
        nodes = ["dog.n.01", "cat.n.01", "mammal.n.01", "whale.n.02", "puppy.n.01", "dog.n.01"]
        matrix = emb.distance_matrix(nodes)
        assert np.array_equal(matrix, matrix.T)
        assert not matrix.diagonal().any()
        for node, row in zip(nodes, matrix, strict=True):
            assert row == pytest.approx(emb.distances(node, nodes), rel=1e-14)
        whole = emb.distance_matrix()
        assert whole.shape == (len(emb), len(emb))
        assert whole[emb.index["whale.n.02"], emb.index["cat.n.01"]] == matrix[1, 3]

    def test_it_is_exact_at_radius_30(self):
        side = 1e-12  # of two directions, of which the cosine is 1 in float64
        emb = nxp.Embedding("abc", [[1.0, 0.0], [1.0, side], [-1.0, 0.0]], [30.0, 30.0, 30.0])
        near = 2 * np.arcsinh(np.sinh(30) * side / 2)
        assert emb.distance_matrix() == pytest.approx(np.array([[0, near, 60], [near, 0, 60], [60, 60, 0]]), rel=1e-12)

    def test_too_large(self, mammals_embedded):
        message = "distances of 1,182 nodes from each other take 11,176,992 bytes, more than max_bytes=1,000,000: name"
        with pytest.raises(ValueError, match=message):
            mammals_embedded.distance_matrix(max_bytes=1_000_000)
        with pytest.raises(ValueError, match="distances of 20,000 nodes"):
            around(1, 2).distance_matrix()

    def test_unknown_node(self, mammals_embedded):
        with pytest.raises(UnknownNodeError, match="unicorn"):
            mammals_embedded.distance_matrix(["dog.n.01", "unicorn"])

    def test_clusters_by_scipy_are_joined_along_the_least_spanning_tree(self, mammals_embedded):
        emb = mammals_embedded
        nodes = list(emb)[::60]
        G = nx.Graph()
        G.add_weighted_edges_from((u, v, emb.distance(u, v)) for u, v in combinations(nodes, 2))
        tree = sorted(weight for _, _, weight in nx.minimum_spanning_tree(G).edges.data("weight"))
        assert linkage(squareform(emb.distance_matrix(nodes)), "single")[:, 2] == pytest.approx(tree, rel=1e-14)

    def test_neighbours_by_scikit_learn(self, mammals_embedded):
        neighbors = needed("sklearn.neighbors")
        emb = mammals_embedded
        index = neighbors.NearestNeighbors(n_neighbors=5, metric="precomputed").fit(emb.distance_matrix())
        away, _ = index.kneighbors()
        for row in range(0, len(emb), 100):
            assert away[row] == pytest.approx([d for _, d in emb.nearest(emb.nodes[row], 5)], rel=1e-14)


class TestMean:
    def test_no_node_has_less_squares(self, mammals_embedded):
        emb = mammals_embedded
        pack = ["dog.n.01", "puppy.n.01", "corgi.n.01", "wolf.n.01"]
        mean = emb.mean(pack)
        assert mean.shape == (2,)
        squares = np.sum(emb.distances(mean, pack) ** 2)
        assert squares < np.sum(emb.distance_matrix()[:, [emb.index[u] for u in pack]] ** 2, axis=1).min()
        assert np.array_equal(emb.mean(), emb.mean(emb.nodes))

    def test_one_node_and_nodes_named_twice(self):
        emb = nxp.Embedding("ab", [[1.0, 0.0], [1.0, 0.0]], [0.0, 3.0])
        assert emb.mean("b") == pytest.approx(emb["b"], abs=1e-15)
        assert emb.distances(emb.mean("aab")) == pytest.approx([1, 2], rel=1e-14)

    def test_no_nodes(self, mammals_embedded):
        with pytest.raises(ValueError, match="there is no mean of no nodes"):
            mammals_embedded.mean([])
