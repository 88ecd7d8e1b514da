"""The faults of a widely copied tutorial, each put back into a plain version of the method.

`step_by_the_paper` is equations 4 to 6 of Nickel & Kiela 2017 in ball coordinates, slow and literal. Training
must agree with it, and must not agree with it when one of the tutorial's faults is put back.
"""

import networkx as nx
import numpy as np
import pytest
from oracles import uniform_table

import nx_poincare as nxp
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.engine.geometry.ball import from_ball, to_ball
from nx_poincare.engine.training.gradient_steps import train_rows
from nx_poincare.engine.training.negative_sampling import ancestry, scratch

# 0 -> 1 -> 3 and 0 -> 2 -> {4, 5}: node 3 has the ancestors 1 and 0 and the negatives 2, 4 and 5.
PARENTS, CHILDREN = np.array([0, 1, 0, 2, 2]), np.array([1, 3, 2, 4, 5])
U, ABOVE, OTHERS = 3, (1, 0), (2, 4, 5)
RATE = 1e-6


def random_points():
    rng = np.random.default_rng(7)
    points = rng.normal(size=(6, 2))
    return points / np.linalg.norm(points, axis=1, keepdims=True) * rng.uniform(0.2, 0.8, (6, 1))


def d(x, y):
    return np.arccosh(1 + 2 * np.sum((x - y) ** 2) / ((1 - x @ x) * (1 - y @ y)))


def slope(x, y):
    """Euclidean gradient of d(x, y) at x (equation 4)."""
    alpha, beta = 1 - x @ x, 1 - y @ y
    gamma = 1 + 2 / (alpha * beta) * np.sum((x - y) ** 2)
    return 4 / (beta * np.sqrt(gamma**2 - 1)) * ((y @ y - 2 * x @ y + 1) / alpha**2 * x - y / alpha)


def step_by_the_paper(points, fault=None):
    """One visit of node U; `fault` puts one of the tutorial's mistakes back."""
    ancestors = ABOVE[:1] if fault == "direct edges only" else ABOVE
    gradients = np.zeros_like(points)
    for a in ancestors:
        nearness = {b: np.exp(-d(points[U], points[b])) for b in OTHERS}
        own = 1.0 if fault == "denominator with d(u, u)" else np.exp(-d(points[U], points[a]))
        total = own + sum(nearness.values())
        pulls = {a: 1 - np.exp(-d(points[U], points[a])) / total} | {b: -nearness[b] / total for b in OTHERS}
        for v, pull in pulls.items():
            gradients[U] += pull * slope(points[U], points[v])
        shifted = OTHERS[-1:] + OTHERS[:-1] if fault == "negatives shifted by one" else OTHERS
        gradients[a] += pulls[a] * slope(points[a], points[U])
        for v, given in zip(OTHERS, shifted, strict=True):
            gradients[given] += pulls[v] * slope(points[v], points[U])
    if fault == "leaves are not trained":
        gradients[:] = 0
    return points - RATE * ((1 - np.sum(points**2, axis=1)) ** 2 / 4)[:, None] * gradients


def step_by_the_kernel(points):
    dag = Dag.from_edges(PARENTS, CHILDREN, 6)
    directions, radii = from_ball(points)
    exponentials = np.exp(radii)
    train_rows(
        directions, exponentials, np.array([U]), ancestry(dag), uniform_table(6), np.zeros(6, dtype=bool), 50,
        RATE, np.exp(36.0), np.uint64(3), scratch(dag, 2, 50),
    )  # fmt: skip
    return to_ball(directions, np.log(exponentials))


FAULTS = ["negatives shifted by one", "denominator with d(u, u)", "direct edges only", "leaves are not trained"]


def test_training_is_the_papers():
    points = random_points()
    moved, expected = step_by_the_kernel(points) - points, step_by_the_paper(points) - points
    assert moved == pytest.approx(expected, rel=1e-4, abs=1e-11)


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_put_back_is_told(fault):
    points = random_points()
    moved, faulty = step_by_the_kernel(points) - points, step_by_the_paper(points, fault) - points
    assert not np.allclose(moved, faulty, rtol=1e-2, atol=1e-9)


def test_points_at_the_rim_keep_their_direction():
    """The tutorial subtracts an epsilon from every coordinate of a point outside, which turns it."""
    directions = np.array([[0.6, 0.8], [-0.6, 0.8], [1.0, 0.0]])
    for radius in (36.0, 60.0, 300.0):
        vectors = to_ball(directions, np.full(3, radius))
        assert np.linalg.norm(vectors, axis=1).max() < 1
        assert np.allclose(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), directions, atol=1e-15)
        faulty = directions - 1e-5
        assert not np.allclose(faulty / np.linalg.norm(faulty, axis=1, keepdims=True), directions, atol=1e-7)


def test_equal_points_do_not_divide_by_zero():
    G = nx.DiGraph(zip(PARENTS.tolist(), CHILDREN.tolist(), strict=True))
    emb = nxp.embed(G, init=np.full((6, 2), 0.3), training=nxp.Training(epochs=3, burn_in=0), seed=0)
    assert np.isfinite(emb.vectors).all()
    with np.errstate(all="ignore"):
        assert not np.isfinite(slope(np.full(2, 0.3), np.full(2, 0.3))).all()


def test_sampling_ends_for_a_node_that_is_related_to_everything():
    G = nx.path_graph(6, create_using=nx.DiGraph)  # the last node has all others as ancestors
    emb = nxp.embed(G, init="random", training=nxp.Training(epochs=3, burn_in=1, negatives=10), seed=0)
    assert np.isfinite(emb.vectors).all()
