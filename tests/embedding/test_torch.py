"""Tensors of PyTorch, and the same points in geoopt, which is another program's hyperbolic space."""

import warnings
from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp


@pytest.fixture(scope="module")
def torch(needed: Callable[[str], Any]) -> Any:
    """PyTorch."""
    return needed("torch")


@pytest.fixture(scope="module")
def geoopt(needed: Callable[[str], Any]) -> Any:
    """geoopt, which needs PyTorch, and compiles in a way that newer ones deprecate."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return needed("geoopt")


@pytest.fixture(scope="module")
def mammals_embedded(mammals: nx.DiGraph) -> nxp.Embedding:
    """Radii up to 24."""
    return nxp.embed(mammals.copy(), 5, seed=0)


def around(radius: float, dim: int = 5, count: int = 300) -> nxp.Embedding:
    """Points on a sphere around the origin, and one in it."""
    rng = np.random.default_rng(0)
    directions = rng.normal(size=(count, dim))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return nxp.Embedding(range(count), directions, np.append(np.full(count - 1, radius), 0.0))


class TestTensors:
    @pytest.mark.parametrize("model", ["ball", "lorentz", "klein"])
    @pytest.mark.parametrize("curvature", [-1.0, -0.25])
    def test_float64_is_exact(self, torch: Any, mammals_embedded: nxp.Embedding, model: Any, curvature: float) -> None:
        tensor = mammals_embedded.to_torch(model, curvature=curvature)
        assert (tensor.dtype, tensor.requires_grad, tensor.device.type) == (torch.float64, False, "cpu")
        assert np.array_equal(tensor.numpy(), mammals_embedded.coordinates(model, curvature=curvature))
        tensor.zero_()  # a copy
        assert mammals_embedded.radii.any()

    @pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
    @pytest.mark.parametrize("model", ["ball", "klein"])
    @pytest.mark.parametrize("curvature", [-1.0, -0.3])
    def test_rounding_leaves_no_point_outside_the_ball(
        self, torch: Any, mammals_embedded: nxp.Embedding, model: Any, dtype: str, curvature: float
    ) -> None:
        with pytest.warns(nxp.PrecisionWarning, match=rf"^{model} coordinates in torch.{dtype} move "):
            tensor = mammals_embedded.to_torch(model, dtype=getattr(torch, dtype), curvature=curvature)
        assert tensor.dtype == getattr(torch, dtype)
        assert tensor.double().norm(dim=1).max() * (-curvature) ** 0.5 < 1

    def test_what_is_said_is_what_moved(self, torch: Any) -> None:
        emb = around(16.0)
        with pytest.warns(nxp.PrecisionWarning) as said:
            points = emb.to_torch("lorentz", dtype=torch.float32)
        again = nxp.Embedding.from_lorentz(emb.nodes, points)
        pairs = zip(emb.directions, emb.radii, again.directions, again.radii, strict=True)
        moves = [nxp.Embedding("ab", [s, t], [r, q]).distance("a", "b") for s, r, t, q in pairs]
        text = str(said[0].message)
        assert f"move {sum(move > 0.1 for move in moves)} of 300 nodes by more than 0.1" in text
        assert f"node {int(np.argmax(moves))} at radius 16.0 by {max(moves):.2g}" in text
        assert said[0].filename == __file__

    def test_nothing_is_said_where_points_stay(self, torch: Any) -> None:
        for model in ("ball", "lorentz"):
            around(12.0).to_torch(model, dtype=torch.float32)
        assert nxp.Embedding([], np.zeros((0, 3)), []).to_torch(dtype=torch.float32).shape == (0, 3)

    @pytest.mark.parametrize("dtype", ["float32", float, 32, "int64"])
    def test_types_that_are_not_floating(self, torch: Any, mammals_embedded: nxp.Embedding, dtype: Any) -> None:
        given = torch.int64 if dtype == "int64" else dtype
        with pytest.raises(ValueError, match=r"dtype must be a floating type of torch, such as torch\.float32, got "):
            mammals_embedded.to_torch(dtype=given)

    def test_radii_that_are_too_large_for_a_type(self, torch: Any) -> None:
        emb = nxp.Embedding(["near", "far"], [[1.0, 0.0]] * 2, [1.0, 12.0])
        with pytest.raises(
            ValueError, match=r"node 'far' has radius 12, too large for lorentz coordinates in torch\.fl"
        ):
            emb.to_torch("lorentz", dtype=torch.float16)

    def test_unknown_model(self, torch: Any, mammals_embedded: nxp.Embedding) -> None:
        with pytest.raises(ValueError, match='model must be "ball", "lorentz" or "klein"'):
            mammals_embedded.to_torch("disk")  # type: ignore[arg-type]

    def test_tensors_are_taken_where_arrays_are(self, torch: Any) -> None:
        emb = around(3.0)
        for dtype in (torch.float64, torch.float32, torch.bfloat16):
            points = torch.nn.Parameter(torch.tensor(emb.vectors, dtype=dtype))
            assert np.array_equal(
                nxp.Embedding.from_vectors(emb.nodes, points).vectors, points.detach().double().numpy()
            )


class TestGeoopt:
    """Its ball clamps artanh at 1 - 1e-7, so that no distance is more than 16.8, and projects norms to 1 - 1e-5 in
    float64 and 1 - 4e-3 in float32, which are the radii 12.2 and 6.2."""

    @pytest.mark.parametrize("model", ["ball", "lorentz"])
    @pytest.mark.parametrize("curvature", [-1.0, -0.5])
    @pytest.mark.parametrize(("dtype", "radius", "most"), [("float64", 8.0, 2e-4), ("float32", 3.0, 1e-3)])
    def test_distances_agree(
        self, torch: Any, geoopt: Any, model: Any, curvature: float, dtype: str, radius: float, most: float
    ) -> None:
        emb = around(radius)
        manifold = geoopt.PoincareBall(c=-curvature) if model == "ball" else geoopt.Lorentz(k=-1 / curvature)
        manifold = manifold.to(getattr(torch, dtype))
        points = emb.to_torch(model, dtype=getattr(torch, dtype), curvature=curvature)
        assert bool(manifold.check_point_on_manifold(points, atol=1e-5, rtol=1e-3))
        theirs = manifold.dist(points[:, None], points[None]).double().numpy() * (-curvature) ** 0.5
        apart = ~np.eye(len(emb), dtype=bool)  # arcosh of 1 and less has other answers
        assert np.allclose(theirs[apart], emb.distance_matrix()[apart], rtol=0, atol=most)

    @pytest.mark.parametrize(("dtype", "radius"), [("float64", 12.2), ("float32", 6.2)])
    def test_projection_of_the_ball(self, torch: Any, geoopt: Any, dtype: str, radius: float) -> None:
        kind = getattr(torch, dtype)
        ball = geoopt.PoincareBall().to(kind)
        inside = around(radius - 0.02).to_torch(dtype=kind)
        assert torch.equal(ball.projx(inside), inside)
        projected = nxp.Embedding.from_vectors(range(300), ball.projx(around(radius + 0.4).to_torch(dtype=kind)))
        assert projected.radii.max() == pytest.approx(radius, abs=0.02)

    def test_projection_of_the_hyperboloid_moves_nothing(self, torch: Any, geoopt: Any) -> None:
        emb = around(24.0)
        points = geoopt.Lorentz().to(torch.float64).projx(emb.to_torch("lorentz"))
        again = nxp.Embedding.from_lorentz(emb.nodes, points)
        assert np.array_equal(again.directions, nxp.Embedding.from_lorentz(emb.nodes, emb.lorentz).directions)
        assert np.allclose(again.radii, emb.radii, rtol=1e-14)

    def test_there_and_back(self, torch: Any, geoopt: Any, mammals: nx.DiGraph) -> None:
        emb = nxp.embed(mammals.copy(), 5, seed=0)
        for model, manifold, back in (
            ("ball", geoopt.PoincareBall(), nxp.Embedding.from_vectors),
            ("lorentz", geoopt.Lorentz(), nxp.Embedding.from_lorentz),
        ):
            parameter = geoopt.ManifoldParameter(emb.to_torch(model), manifold=manifold)
            again = back(emb.nodes, parameter)
            assert nxp.evaluate_reconstruction(again, mammals).map_score > 0.999

    def test_the_mean_is_that_of_descent(self, torch: Any, geoopt: Any) -> None:
        emb = around(3.0, dim=3, count=40)
        ball = geoopt.PoincareBall().to(torch.float64)
        points = emb.to_torch()
        mean = geoopt.ManifoldParameter(torch.zeros(3, dtype=torch.float64), manifold=ball)
        descent = geoopt.optim.RiemannianSGD([mean], lr=0.01)
        for _ in range(300):
            descent.zero_grad()
            (ball.dist(points, mean) ** 2).mean().backward()
            descent.step()
        assert np.allclose(emb.mean(), mean.detach().numpy(), atol=1e-6)

    def test_training_goes_on_there(self, torch: Any, geoopt: Any, mammals: nx.DiGraph) -> None:
        """A step of its optimiser, and back."""
        emb = nxp.Embedding.from_vectors(list(mammals), 0.5 * nxp.embed(mammals.copy(), 5, seed=0).vectors)
        ball = geoopt.PoincareBall().to(torch.float64)
        points = geoopt.ManifoldParameter(emb.to_torch(), manifold=ball)
        edges = torch.tensor([(emb.index[u], emb.index[v]) for u, v in mammals.edges])
        descent = geoopt.optim.RiemannianAdam([points], lr=0.01)
        lengths = []
        for _ in range(20):
            descent.zero_grad()
            loss = ball.dist(points[edges[:, 0]], points[edges[:, 1]]).mean()
            loss.backward()
            descent.step()
            lengths.append(loss.item())
        trained = nxp.Embedding.from_vectors(emb.nodes, points)
        apart = [trained.distance(u, v) for u, v in mammals.edges]
        assert np.mean(apart) < lengths[-1] < lengths[0]


@pytest.mark.parametrize(("radius", "dtype"), [("clip", "float64"), (6.2, "float32")])
def test_small_radii_survive_the_ball_of_geoopt(
    torch: Any, geoopt: Any, mammals: nx.DiGraph, radius: float | str, dtype: str
) -> None:
    """Its projection moves nothing that counts: all ranks stay perfect."""
    G = nx.DiGraph(mammals)
    emb = nxp.embed(G, 5, max_radius=radius, seed=0)
    points = geoopt.PoincareBall().projx(emb.to_torch(dtype=getattr(torch, dtype)))
    assert nxp.evaluate_reconstruction(nxp.Embedding.from_vectors(emb.nodes, points), G)[:2] == (1, 1)
