"""Leaves at the rim: each finds room in the caps of its ancestors, out of others, and apart from other leaves."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

import nx_poincare as nxp
from nx_poincare.engine.cones import scarce_radius, spread_leaves
from nx_poincare.engine.cones.caps.nested_caps import nested_caps
from nx_poincare.engine.cones.skeleton.refine import Refinement
from nx_poincare.engine.dag.dag import Dag
from nx_poincare.utils.workers import ONE_THREAD, Threads

pytestmark = pytest.mark.filterwarnings("ignore::nx_poincare.QualityWarning")

RADIUS = 9.0


def random_dag(n: int, seed: int) -> Dag:
    """Some 30 leaves under each of a few nodes, which are a random tree; one node in ten has a second parent."""
    rng = np.random.default_rng(seed)
    children = np.concatenate([np.arange(1, n), np.arange(10, n, 10)])
    return Dag.from_edges(np.asarray([rng.integers(0, v // 30 + 1) for v in children]), children, n)


def caps_of_inner_nodes(dag: Dag, dim: int) -> tuple[np.ndarray, np.ndarray]:
    return nested_caps(
        dag, dim, max_radius=RADIUS, rng=np.random.default_rng(0), refinement=Refinement(effort=0.3),
        is_cap=np.diff(dag.child_starts) > 0,
    )  # fmt: skip


def spread(
    dag: Dag, points: tuple[np.ndarray, np.ndarray], effort: float = 1.0, workers: Threads = ONE_THREAD
) -> tuple[np.ndarray, np.ndarray]:
    return spread_leaves.spread_leaves(
        dag, *points, max_radius=RADIUS, rng=np.random.default_rng(0), refinement=Refinement(effort, workers)
    )


def scores(dag: Dag, points: tuple[np.ndarray, np.ndarray]) -> nxp.Scores:
    children = np.repeat(np.arange(dag.n), np.diff(dag.parent_starts))
    h = nxp.Hierarchy.from_edges(range(dag.n), np.column_stack([dag.parent_list, children]))
    return nxp.evaluate_reconstruction(nxp.Embedding(range(dag.n), *points), h)


@pytest.mark.parametrize(("dim", "seed"), [(3, 0), (4, 1), (3, 2)])
def test_leaves_find_room(dim: int, seed: int) -> None:
    dag = random_dag(600, seed)
    before = caps_of_inner_nodes(dag, dim)
    after = spread(dag, before)
    lacking, left = (1 - scores(dag, points).map_score for points in (before, after))
    assert left < lacking / 4
    has_children = np.diff(dag.child_starts) > 0
    for one, other in zip(before, after, strict=True):
        assert np.array_equal(one[has_children], other[has_children])
    assert np.all(after[1][~has_children] == RADIUS)
    np.testing.assert_allclose(np.linalg.norm(after[0], axis=1), 1, atol=1e-12)


def test_a_star_of_many_leaves_is_spread_around() -> None:
    n = 300
    dag = Dag.from_edges(np.zeros(n - 1, dtype=np.int64), np.arange(1, n), n)
    directions, radii = np.tile([1.0, 0, 0, 0], (n, 1)), np.concatenate([[0.0], np.full(n - 1, 5.0)])
    after = spread(dag, (directions, radii), effort=4.0)
    assert scores(dag, (directions, radii)).map_score < 0.1
    assert scores(dag, after).map_score > 0.99


def test_threads_and_seeds() -> None:
    dag = random_dag(2500, 2)  # more than one part
    points = caps_of_inner_nodes(dag, 5)
    once, again = (spread(dag, points, 0.2, Threads(jobs)) for jobs in (1, 3))
    assert once[0].tobytes() == again[0].tobytes()


def test_too_much_work_is_left(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    dag = random_dag(600, 0)
    points = caps_of_inner_nodes(dag, 4)
    monkeypatch.setattr(spread_leaves, "_MOST_WORK", 10**6)
    with caplog.at_level("INFO", logger=spread_leaves.__name__):
        assert spread(dag, points)[0] is points[0]
    assert "too many" in caplog.text


def test_an_interrupt_keeps_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    dag = random_dag(600, 0)
    points = caps_of_inner_nodes(dag, 4)
    steps = []

    def interrupted(self: object, gradient: np.ndarray, rate: float) -> None:
        steps.append(rate)
        if len(steps) == 40:
            raise KeyboardInterrupt
        move(self, gradient, rate)

    move = spread_leaves._Moved.move
    monkeypatch.setattr(spread_leaves._Moved, "move", interrupted)
    with pytest.warns(UserWarning, match="interrupted"):
        after = spread(dag, points)
    assert scores(dag, after).map_score > scores(dag, points).map_score


def test_large_graphs_are_spread_by_embed(monkeypatch: pytest.MonkeyPatch, mammals: nx.DiGraph) -> None:
    H = nxp.Hierarchy.from_digraph(mammals)
    monkeypatch.setattr(scarce_radius, "_MOST_CAPS", 0)
    best = nxp.embed(H, 5, seed=0, max_radius=6.2, effort=0.3).quality
    monkeypatch.setattr(scarce_radius, "spread_leaves", lambda _dag, directions, radii, **_: (directions, radii))
    plain = nxp.embed(H, 5, seed=0, max_radius=6.2, effort=0.3).quality
    assert best is not None
    assert plain is not None
    assert 1 - best.map_score < (1 - plain.map_score) / 4


@pytest.mark.parametrize("log2_power", [1, 2, 3])
@pytest.mark.parametrize("dim", [2, 3, 6])
def test_gradient_agrees_with_finite_differences(dim: int, log2_power: int) -> None:
    rng = np.random.default_rng(dim)
    m, c = 5, 7
    at, caps = rng.standard_normal((m, dim)), rng.standard_normal((c, dim))
    at_zero, by_gap = rng.uniform(0, 0.2, c + 1), rng.uniform(0, 2, c + 1)
    starts, ancestors = np.arange(m + 1) * 2, rng.integers(0, c, 2 * m)
    near_starts, near_caps = np.arange(m + 1) * 3, rng.integers(0, c, 3 * m)
    near_leaves = np.array([[(u + 1) % m, (u + 2) % m, m] for u in range(m)])
    power = 2**log2_power

    def loss(u: int, direction: np.ndarray) -> float:
        def keys(others: np.ndarray, which: np.ndarray) -> np.ndarray:
            return at_zero[which] + by_gap[which] * np.sum((others - direction) ** 2, axis=1)

        above, near = ancestors[2 * u : 2 * u + 2], near_caps[3 * u : 3 * u + 3]
        leaves = near_leaves[u][:2]
        terms = keys(caps[above], above), 1 / keys(caps[near], near), 1 / keys(at[leaves], np.array([-1, -1]))
        return sum(float(np.log1p(term**power).sum()) for term in terms) / power

    gradient = spread_leaves.gradient_of_leaves(
        at, 1, 4, caps, at_zero, by_gap, starts, ancestors, near_starts, near_caps, near_leaves, log2_power
    )
    steps = 1e-6 * np.eye(dim)
    expected = [[(loss(u, at[u] + h) - loss(u, at[u] - h)) / 2e-6 for h in steps] for u in range(1, 4)]
    np.testing.assert_allclose(gradient, expected, rtol=1e-5, atol=1e-7)
